//! A deployment in memory, for the tests of cmdlets: its ports, and the engine as one running cmdlet sees it.

#![allow(dead_code)] // each test that includes this file uses a part of it

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use plenum_admin::{Answer, Request, ServerStatus, ServiceStatus, Session, TracedCall, TracedMessage};
use plenum_cmdlets::ports::{
    Directory, PortError, Ports, Probe, ProbeResult, ProbeUser, RevisionInfo, ServerControl, Store,
    Transaction,
};
use plenum_lang::cmdlet::{Arguments, Asked, Context, Progress};
use plenum_lang::error::{ErrorRecord, Interrupt, Result};
use plenum_lang::host::{Host, Isolated};
use plenum_lang::registry::Registry;
use plenum_lang::render::RenderSession;
use plenum_lang::value::Value;
use plenum_topology::change::{Change, ChangeSet, Revision};
use plenum_topology::directory::{CredentialKey, DirectoryObject, DirectoryQuery, ObjectId};
use plenum_topology::snapshot::Snapshot;

/// Snapshot, directory and committed change sets.
#[derive(Clone, Default)]
pub struct Deployment {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    snapshot: Snapshot,
    objects: Vec<DirectoryObject>,
    committed: Vec<ChangeSet>,
}

impl Deployment {
    /// Nothing in it.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A topology document and users.
    pub fn new(topology: serde_json::Value, objects: Vec<DirectoryObject>) -> Self {
        let snapshot = Snapshot {
            topology: Arc::new(topology),
            ..Snapshot::default()
        };
        Deployment {
            state: Arc::new(Mutex::new(State {
                snapshot,
                objects,
                committed: Vec::new(),
            })),
        }
    }

    /// The ports onto it.
    pub fn ports(&self) -> Ports {
        let this = Arc::new(self.clone());
        Ports {
            store: this.clone(),
            directory: this.clone(),
            servers: this.clone(),
            probe: this,
            documents: Arc::new(NoFiles),
            who: "tester".into(),
        }
    }

    /// The change sets that were committed, in order.
    pub fn committed(&self) -> Vec<ChangeSet> {
        self.state
            .lock()
            .expect("no test panics while it holds the lock")
            .committed
            .clone()
    }
}

fn none(what: &str) -> PortError {
    PortError {
        id: "NotInMemory".into(),
        message: format!("{what} is not in memory"),
        hint: None,
    }
}

impl Store for Deployment {
    fn snapshot(&self) -> std::result::Result<Arc<Snapshot>, PortError> {
        Ok(Arc::new(
            self.state.lock().expect("not poisoned").snapshot.clone(),
        ))
    }

    fn snapshot_at(&self, _: Revision) -> std::result::Result<Arc<Snapshot>, PortError> {
        Err(none("an older snapshot"))
    }

    fn commit(&self, base: Option<Revision>, changes: ChangeSet) -> std::result::Result<Revision, PortError> {
        let mut state = self.state.lock().expect("not poisoned");
        if base.is_some_and(|base| base != state.snapshot.revision) {
            return Err(PortError {
                id: "StoreMovedOn".into(),
                message: "moved on".into(),
                hint: None,
            });
        }
        let mut settings = (*state.snapshot.settings).clone();
        let mut topology = Arc::clone(&state.snapshot.topology);
        for change in &changes.changes {
            match change {
                Change::Setting {
                    noun,
                    identity,
                    after: Some(after),
                    ..
                } => {
                    settings
                        .entry(noun.clone())
                        .or_default()
                        .insert(identity.clone(), after.clone());
                }
                Change::Setting {
                    noun,
                    identity,
                    after: None,
                    ..
                } => {
                    settings.entry(noun.clone()).or_default().remove(identity);
                }
                Change::Object {
                    after: Some(after), ..
                } => {
                    state.objects.retain(|object| object.id != after.id);
                    state.objects.push((**after).clone());
                }
                Change::Object {
                    before, after: None, ..
                } => state
                    .objects
                    .retain(|object| before.as_ref().is_none_or(|before| before.id != object.id)),
                Change::Topology { after, .. } => {
                    topology = Arc::new(after.clone().unwrap_or_default());
                }
                Change::Credential { .. } => {}
            }
        }
        state.snapshot.topology = topology;
        state.snapshot.settings = Arc::new(settings);
        state.snapshot.revision = Revision(state.snapshot.revision.0 + 1);
        state.committed.push(changes);
        Ok(state.snapshot.revision)
    }

    fn history(&self, _: usize) -> std::result::Result<Vec<RevisionInfo>, PortError> {
        Ok(Vec::new())
    }

    fn changes(&self, _: Revision) -> std::result::Result<Vec<Change>, PortError> {
        Err(none("history"))
    }
}

impl Directory for Deployment {
    /// Finds every object one of whose values stands in the filter's text.
    fn search(&self, query: &DirectoryQuery) -> std::result::Result<Vec<DirectoryObject>, PortError> {
        let filter = query.filter.clone().unwrap_or_default().to_lowercase();
        let state = self.state.lock().expect("not poisoned");
        let asked = |object: &&DirectoryObject| {
            let values = object
                .attributes
                .iter()
                .flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
            let mut terms = values.map(|(name, value)| format!("({name}={value})").to_lowercase());
            filter.contains(&format!("(distinguishedname={})", object.dn).to_lowercase())
                || terms.any(|term| filter.contains(&term))
        };
        Ok(state.objects.iter().filter(asked).cloned().collect())
    }

    fn get(&self, id: &ObjectId) -> std::result::Result<Option<DirectoryObject>, PortError> {
        Ok(self
            .state
            .lock()
            .expect("not poisoned")
            .objects
            .iter()
            .find(|object| object.id == *id)
            .cloned())
    }

    fn new_id(&self) -> std::result::Result<ObjectId, PortError> {
        let count = self.state.lock().expect("not poisoned").committed.len();
        Ok(ObjectId(format!("00000000-0000-0000-0001-{count:012}")))
    }

    fn stored_keys(&self, username: &str) -> std::result::Result<Vec<CredentialKey>, PortError> {
        Ok(vec![CredentialKey {
            username: username.to_owned(),
            realm: "contoso.example".to_owned(),
            algorithm: "MD5".to_owned(),
            key: "0".repeat(32),
        }])
    }

    fn credential_keys(&self, _: &str, _: &[String]) -> std::result::Result<Vec<CredentialKey>, PortError> {
        Ok(Vec::new())
    }
}

/// What a server says last in a call that was refused.
fn refused_call() -> TracedMessage {
    TracedMessage {
        at: 0,
        is_sent: true,
        peer: 1,
        peer_address: "192.0.…".to_owned(),
        transport: "TLS".to_owned(),
        method: "INVITE".to_owned(),
        status: Some(486),
        reason: Some("Busy Here".to_owned()),
        cseq: "1 INVITE".to_owned(),
        from: "a…@contoso.example".to_owned(),
        to: "b…@contoso.example".to_owned(),
        cause: None,
        diagnostics: None,
        text: None,
    }
}

impl ServerControl for Deployment {
    fn request(&self, computer: &str, request: &Request) -> std::result::Result<Answer, PortError> {
        Ok(match request {
            Request::Services => Answer::Services(vec![ServiceStatus {
                name: "RTCSRV".to_owned(),
                role: "Registrar".to_owned(),
                state: "Running".to_owned(),
                activity: vec![("Users".to_owned(), 1.0)],
            }]),
            Request::Status => Answer::Status(ServerStatus {
                computer: computer.to_owned(),
                version: "1".to_owned(),
                revision: Revision(0),
                applied_at: 0,
                behind: None,
                started_at: 0,
            }),
            Request::Sessions { .. } => Answer::Sessions(vec![Session {
                user: "alice@contoso.example".to_owned(),
                contact: "sip:alice@192.0.2.1".to_owned(),
                user_agent: "Phone".to_owned(),
                transport: "TLS".to_owned(),
                source: "192.0.2.1:5061".to_owned(),
                since: 0,
                expires_in: 600,
                availability: None,
            }]),
            Request::Calls { .. } => Answer::Calls(vec![TracedCall {
                at: 0,
                call_id: "1".to_owned(),
                from: "a…@contoso.example".to_owned(),
                to: "b…@contoso.example".to_owned(),
            }]),
            Request::Trace { .. } => Answer::Trace(vec![refused_call()]),
            Request::Refresh => return Err(none("that server")),
            _ => Answer::Done,
        })
    }
}

impl Probe for Deployment {
    fn run(
        &self,
        _: Transaction,
        target_fqdn: &str,
        _: Option<u16>,
        _: &[ProbeUser],
    ) -> std::result::Result<ProbeResult, PortError> {
        Ok(ProbeResult {
            target_fqdn: target_fqdn.to_owned(),
            target_uri: String::new(),
            success: true,
            latency: Duration::from_millis(1),
            error_message: String::new(),
            diagnosis: String::new(),
            steps: Vec::new(),
        })
    }
}

/// A user with a home pool, enabled or not.
pub fn user(name: &str, enabled: bool) -> DirectoryObject {
    let lower = name.to_lowercase();
    let mut object = DirectoryObject {
        id: ObjectId(format!("00000000-0000-0000-0000-{:0>12}", name.len())),
        dn: format!("CN={name},DC=contoso,DC=example"),
        ..DirectoryObject::default()
    };
    object.id.0.push_str(&lower);
    object.set("userPrincipalName", vec![format!("{lower}@contoso.example")]);
    if enabled {
        object.set("msRTCSIP-UserEnabled", vec!["TRUE".into()]);
        object.set(
            "msRTCSIP-PrimaryUserAddress",
            vec![format!("sip:{lower}@contoso.example")],
        );
        object.set("msRTCSIP-PrimaryHomeServer", vec!["pool.contoso.example".into()]);
    }
    object
}

/// What a command did.
#[derive(Default)]
pub struct Ran {
    /// What it gave out.
    pub output: Vec<Value>,
    /// The messages of its errors, terminating or not.
    pub errors: Vec<String>,
    /// Its warnings.
    pub warnings: Vec<String>,
    /// The parameters that it asked for, in lower case.
    pub asked: BTreeSet<String>,
}

impl Ran {
    /// A property of the one object that was given out, as text.
    pub fn one(&self, property: &str) -> String {
        assert_eq!(self.output.len(), 1, "errors: {:?}", self.errors);
        self.output[0]
            .property(property)
            .unwrap_or_else(|| panic!("there is no {property}"))
            .to_text()
    }
}

/// A clock that stands at 2026-01-01T00:00:00Z; every prompt is answered, and every file names alice.
fn outside() -> Isolated {
    Isolated::given(639_028_224_000_000_000, "secret", "alice@contoso.example\n")
}

/// Runs derived cmdlets without a language around them: arguments are bound by name, as values.
pub struct Runner {
    registry: Registry,
    outside: Isolated,
    what_if: bool,
}

impl Runner {
    /// The derived cmdlets over a deployment.
    pub fn new(deployment: &Deployment) -> Self {
        let mut registry = Registry::default();
        plenum_cmdlets::derived::register(&mut registry, &deployment.ports());
        Runner {
            registry,
            outside: outside(),
            what_if: false,
        }
    }

    /// Every cmdlet over a deployment.
    pub fn all(deployment: &Deployment) -> Self {
        let mut registry = Registry::default();
        plenum_cmdlets::register(&mut registry, &deployment.ports());
        Runner {
            registry,
            outside: outside(),
            what_if: false,
        }
    }

    /// The commands.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Every command runs with -WhatIf.
    pub fn what_if(mut self) -> Self {
        self.what_if = true;
        self
    }

    /// Runs a command without a pipeline.
    pub fn run(&self, command: &str, arguments: &[(&str, Value)]) -> Ran {
        self.go(command, arguments, None)
    }

    /// Runs a command with items piped into one of its parameters.
    pub fn pipe(&self, command: &str, into: &str, items: Vec<Value>, arguments: &[(&str, Value)]) -> Ran {
        self.go(command, arguments, Some((into, items)))
    }

    fn go(&self, command: &str, arguments: &[(&str, Value)], piped: Option<(&str, Vec<Value>)>) -> Ran {
        let found = self
            .registry
            .command(command)
            .unwrap_or_else(|| panic!("there is no {command}"));
        for (name, _) in arguments {
            let known = found
                .signature()
                .parameters
                .iter()
                .any(|parameter| parameter.name == *name);
            assert!(known, "{command} has no -{name}");
        }
        let bound = arguments
            .iter()
            .map(|(name, value)| (Arc::from(*name), value.clone()))
            .collect();
        let asked = Asked::default();
        let fixed = Arguments {
            bound,
            asked: Some(Arc::clone(&asked)),
            ..Arguments::default()
        };
        let mut context = Recording {
            ran: Ran::default(),
            command: command.to_owned(),
            runner: self,
        };
        let mut invocation = found.invoke();
        let mut outcome = invocation.begin(&mut context, &fixed);
        match piped {
            None => outcome = outcome.and_then(|()| invocation.process(&mut context, &fixed)),
            Some((into, items)) => {
                for item in items {
                    let mut arguments = fixed.clone();
                    arguments.bound.push((Arc::from(into), item.clone()));
                    arguments.input = Some(item);
                    outcome = outcome.and_then(|()| invocation.process(&mut context, &arguments));
                }
            }
        }
        outcome = outcome.and_then(|()| invocation.end(&mut context, &fixed));
        if let Err(Interrupt::Error(record)) = outcome {
            context.ran.errors.push(record.message.clone());
        }
        context.ran.asked = asked.lock().clone();
        context.ran
    }
}

/// The engine as a cmdlet sees it: everything is written down.
struct Recording<'a> {
    ran: Ran,
    command: String,
    runner: &'a Runner,
}

impl Context for Recording<'_> {
    fn write(&mut self, value: Value) -> Result<()> {
        self.ran.output.push(value);
        Ok(())
    }

    fn write_all(&mut self, value: Value) -> Result<()> {
        self.ran.output.extend(value.iter());
        Ok(())
    }

    fn error(&mut self, record: ErrorRecord) -> Result<()> {
        self.ran.errors.push(record.message.clone());
        Ok(())
    }

    fn warning(&mut self, text: &str) -> Result<()> {
        self.ran.warnings.push(text.to_owned());
        Ok(())
    }

    fn verbose(&mut self, _: &str) -> Result<()> {
        Ok(())
    }

    fn debug(&mut self, _: &str) -> Result<()> {
        Ok(())
    }

    fn information(&mut self, _: Value, _: &[&str]) -> Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: &Progress) -> Result<()> {
        Ok(())
    }

    fn should_process(&mut self, _: &str, _: Option<&str>) -> Result<bool> {
        Ok(!self.runner.what_if)
    }

    fn should_continue(&mut self, _: &str, _: &str) -> Result<bool> {
        Ok(true)
    }

    fn invoke_block(&mut self, _: &Value, _: Option<Value>, _: &[Value]) -> Result<Vec<Value>> {
        panic!("no derived cmdlet runs script code")
    }

    fn invoke_script(&mut self, _: &str) -> Result<Vec<Value>> {
        panic!("no derived cmdlet runs script code")
    }

    fn variable(&self, _: &str) -> Option<Value> {
        None
    }

    fn set_variable(&mut self, _: &str, _: Value) -> Result<()> {
        Ok(())
    }

    fn command_name(&self) -> &str {
        &self.command
    }

    fn host(&self) -> &dyn Host {
        &self.runner.outside
    }

    fn registry(&self) -> &Registry {
        &self.runner.registry
    }

    fn check_stop(&self) -> Result<()> {
        Ok(())
    }

    fn render(&mut self, _: &[Value], _: usize) -> Result<String> {
        Ok(String::new())
    }

    fn layout(&self, _: usize) -> Box<dyn RenderSession> {
        panic!("no derived cmdlet lays out text")
    }

    fn lay_out(&mut self, _: &mut Box<dyn RenderSession>, _: usize, _: &Value) -> Result<String> {
        Ok(String::new())
    }
}

/// Every file of the YAML form has one topology in it; there is none of the other.
struct NoFiles;

impl plenum_topology::document::Documents for NoFiles {
    fn read_yaml(
        &self,
        file: &str,
        _: &str,
    ) -> std::result::Result<plenum_topology::document::Document, Vec<plenum_topology::problem::Problem>>
    {
        let topology = serde_json::json!({
            "apiVersion": "plenum/v1",
            "sipDomains": ["contoso.example", "contoso-south.example"],
            "sites": [{
                "name": "Redmond",
                "pools": [{ "fqdn": "pool.contoso.example", "type": "StandardEdition" }],
            }],
        });
        let topology = plenum_topology::model::Topology::from_json(&topology).expect("it is right");
        Ok(plenum_topology::document::Document {
            file: file.to_owned(),
            topology,
            findings: Vec::new(),
        })
    }

    fn write_yaml(&self, topology: &plenum_topology::model::Topology) -> String {
        topology.to_json().to_string()
    }

    fn read_xml(
        &self,
        _: &str,
        _: &str,
    ) -> std::result::Result<plenum_topology::document::Document, Vec<plenum_topology::problem::Problem>>
    {
        Err(Vec::new())
    }

    fn write_xml(
        &self,
        topology: &plenum_topology::model::Topology,
    ) -> (String, Vec<plenum_topology::problem::Problem>) {
        (topology.to_json().to_string(), Vec::new())
    }
}
