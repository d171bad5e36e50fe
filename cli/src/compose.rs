//! Plugs the real store, directory, servers and SIP user agent into the cmdlets' ports.
//!
//! Nothing is opened before a cmdlet needs it: a script that only computes never touches the state folder, and the
//! shell starts in milliseconds. Ports are synchronous; the blocking is here.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use plenum_admin::{Answer, Request};
use plenum_cmdlets::ports::{
    Directory, DirectoryQuery, PortError, Ports, Probe, ProbeResult, ProbeUser, RevisionInfo, ServerControl,
    Store, Transaction,
};
use plenum_lang::registry::{Candidate, Registry};
use plenum_server_core::control::{self, ControlError};
use plenum_server_core::{clock, probe};
use plenum_store::{LdapDirectory, StoreError};
use plenum_topology::change::{Change, ChangeSet, Revision};
use plenum_topology::directory::{CredentialKey, DirectoryObject, ObjectId};
use plenum_topology::model::Topology;
use plenum_topology::snapshot::Snapshot;
use tokio::runtime::Runtime;

use crate::deployment::{FolderError, StateFolder};

/// A server that does not answer a request in this time is reported as such.
const CONTROL_TIMEOUT: Duration = Duration::from_secs(30);
/// How many live identities completion offers.
const CANDIDATES: usize = 50;

/// The pages of the manual by name.
const MANUAL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/manual.rs"));

/// Every command of the product, over the deployment of a state folder.
pub fn registry(folder: &StateFolder) -> Registry {
    let deployment = Arc::new(Deployment::new(folder.clone()));
    let mut registry = Registry::default();
    plenum_cmdlets::register(&mut registry, &ports(&deployment));
    registry.set_manual(MANUAL);
    registry.set_identity_completer(Arc::new(move |kind, prefix| {
        candidates(&deployment, kind, prefix)
    }));
    registry
}

/// The cmdlets' ports over a deployment.
pub fn ports(deployment: &Arc<Deployment>) -> Ports {
    Ports {
        store: Arc::clone(deployment) as Arc<dyn Store>,
        directory: Arc::clone(deployment) as Arc<dyn Directory>,
        servers: Arc::clone(deployment) as Arc<dyn ServerControl>,
        probe: Arc::clone(deployment) as Arc<dyn Probe>,
        documents: Arc::new(plenum_store::forms::Files),
        who: Arc::from(account()),
    }
}

/// The account in whose name changes are written: who called `sudo`, else whose process this is. The name comes from the
/// system's user database, because `$USER` is anybody's to set and is missing in many jobs.
pub fn account() -> String {
    std::env::var("SUDO_USER")
        .or_else(|_| whoami::username())
        .unwrap_or_else(|_| "unknown".to_owned())
}

/// A deployment that is opened when it is first needed.
pub struct Deployment {
    folder: StateFolder,
    opened: OnceLock<Result<Opened, PortError>>,
    runtime: OnceLock<Runtime>,
    /// Whether work goes on between calls, as a server's does.
    background: bool,
}

struct Opened {
    store: plenum_store::Store,
}

impl Deployment {
    /// The deployment of a state folder, whether or not there is one yet.
    pub fn new(folder: StateFolder) -> Deployment {
        Deployment::with(folder, false)
    }

    /// The same for a server, whose tasks run on threads of their own.
    pub fn of_server(folder: StateFolder) -> Deployment {
        Deployment::with(folder, true)
    }

    fn with(folder: StateFolder, background: bool) -> Deployment {
        Deployment {
            folder,
            opened: OnceLock::new(),
            runtime: OnceLock::new(),
            background,
        }
    }

    /// The state folder.
    pub fn folder(&self) -> &StateFolder {
        &self.folder
    }

    /// Runs a future of the store or the network to its end.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let runtime = self.runtime.get_or_init(|| {
            // A cmdlet waits on its own thread: of the dozen answers that it gets from the store, each would wake one
            // more thread in between.
            let mut builder = if self.background {
                tokio::runtime::Builder::new_multi_thread()
            } else {
                tokio::runtime::Builder::new_current_thread()
            };
            builder
                .worker_threads(1)
                .enable_all()
                .build()
                .expect("a process can have a runtime: it needs only a thread and a few file descriptors")
        });
        runtime.block_on(future)
    }

    /// The store, opened.
    pub fn store(&self) -> Result<&plenum_store::Store, PortError> {
        let opened = self.opened.get_or_init(|| {
            let description = self.folder.description().map_err(folder_error)?;
            let store = self
                .block_on(plenum_store::Store::open(
                    &self.folder.store_url(&description),
                    &self.folder.credential_key(),
                ))
                .map_err(store_error)?;
            if let Some(directory) = &description.directory {
                let password = self.folder.directory_password().map_err(folder_error)?;
                let directory = LdapDirectory::new(directory.options(password)).map_err(store_error)?;
                store.attach_directory(Arc::new(directory));
            }
            Ok(Opened { store })
        });
        opened.as_ref().map(|opened| &opened.store).map_err(Clone::clone)
    }

    /// The store, opened, or what a subcommand says when it cannot be.
    pub fn opened(&self) -> Result<&plenum_store::Store, crate::Failure> {
        self.store()
            .map_err(|error| format!("{} {}", error.message, error.hint.unwrap_or_default()).into())
    }
}

/// A store that is closed in order leaves one file: its log is taken into it.
impl Drop for Deployment {
    fn drop(&mut self) {
        if let Some(Ok(opened)) = self.opened.get()
            && let Err(error) = self.block_on(opened.store.close())
        {
            tracing::warn!(%error, "the store was not closed in order");
        }
    }
}

fn folder_error(error: FolderError) -> PortError {
    let (id, hint) = match &error {
        FolderError::Missing(_) => ("NoDeployment", None),
        FolderError::File { .. } => (
            "StateFolderUnreadable",
            Some("Look at the folder's owner and rights.".to_owned()),
        ),
        FolderError::Damaged { .. } => ("StateFolderDamaged", None),
    };
    let message = error.to_string();
    PortError {
        id: id.to_owned(),
        message: sentence(&message),
        hint,
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first: String = characters
        .next()
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}.", characters.as_str().trim_end_matches('.'))
}

fn store_error(error: StoreError) -> PortError {
    PortError {
        id: error.id(),
        message: error.message,
        hint: Some(error.hint),
    }
}

impl Store for Deployment {
    fn snapshot(&self) -> Result<Arc<Snapshot>, PortError> {
        self.block_on(self.store()?.snapshot()).map_err(store_error)
    }

    fn snapshot_at(&self, revision: Revision) -> Result<Arc<Snapshot>, PortError> {
        self.block_on(self.store()?.snapshot_at(revision))
            .map_err(store_error)
    }

    fn commit(&self, base: Option<Revision>, changes: ChangeSet) -> Result<Revision, PortError> {
        self.block_on(self.store()?.commit(base, changes, clock::now()))
            .map_err(store_error)
    }

    fn history(&self, limit: usize) -> Result<Vec<RevisionInfo>, PortError> {
        self.block_on(self.store()?.history(limit)).map_err(store_error)
    }

    fn changes(&self, revision: Revision) -> Result<Vec<Change>, PortError> {
        self.block_on(self.store()?.changes(revision))
            .map_err(store_error)
    }
}

impl Directory for Deployment {
    fn search(&self, query: &DirectoryQuery) -> Result<Vec<DirectoryObject>, PortError> {
        self.block_on(self.store()?.search(query)).map_err(store_error)
    }

    fn get(&self, id: &ObjectId) -> Result<Option<DirectoryObject>, PortError> {
        self.block_on(self.store()?.get(id)).map_err(store_error)
    }

    fn new_id(&self) -> Result<ObjectId, PortError> {
        Ok(self.store()?.new_id())
    }

    fn stored_keys(&self, username: &str) -> Result<Vec<CredentialKey>, PortError> {
        let store = self.store()?;
        let mut keys = Vec::new();
        for algorithm in ["MD5", "SHA-256"] {
            let found = self.block_on(store.credential(username, store.realm(), algorithm));
            keys.extend(found.map_err(store_error)?.map(|credential| CredentialKey {
                username: username.to_owned(),
                realm: store.realm().to_owned(),
                algorithm: algorithm.to_owned(),
                key: credential.key,
            }));
        }
        Ok(keys)
    }

    fn credential_keys(&self, password: &str, usernames: &[String]) -> Result<Vec<CredentialKey>, PortError> {
        Ok(self.store()?.keys_for(password, usernames))
    }
}

impl ServerControl for Deployment {
    fn request(&self, computer: &str, request: &Request) -> Result<Answer, PortError> {
        let socket = self.folder.control_socket(computer);
        let answer = self.block_on(async {
            tokio::time::timeout(CONTROL_TIMEOUT, control::request(&socket, request)).await
        });
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(ControlError::NotRunning(_))) => Err(PortError {
                id: "ServerNotRunning".to_owned(),
                message: format!("No server of {computer} is running here."),
                hint: Some(format!(
                    "Start it with `plenum server run --computer {computer}`, or everything with `plenum up`."
                )),
            }),
            Ok(Err(error @ ControlError::Broken { .. })) => Err(PortError {
                id: "ServerUnreachable".to_owned(),
                message: sentence(&error.to_string()),
                hint: Some("Look at the server's log.".to_owned()),
            }),
            Err(_) => Err(PortError {
                id: "ServerUnreachable".to_owned(),
                message: format!(
                    "The server of {computer} did not answer within {} seconds.",
                    CONTROL_TIMEOUT.as_secs()
                ),
                hint: Some(
                    "Look at the server's log; a server that hangs can be ended with kill.".to_owned(),
                ),
            }),
        }
    }
}

impl Probe for Deployment {
    fn run(
        &self,
        transaction: Transaction,
        target_fqdn: &str,
        port: Option<u16>,
        users: &[ProbeUser],
    ) -> Result<ProbeResult, PortError> {
        let snapshot = self.snapshot()?;
        let topology = Topology::from_json(&snapshot.topology).map_err(|error| PortError {
            id: "TopologyDamaged".to_owned(),
            message: format!("The published topology cannot be read: {error}."),
            hint: None,
        })?;
        let target = probe_target(&topology, target_fqdn, port)?;
        let authority = self.folder.certificates().join("authority.pem");
        let scenario = match transaction {
            Transaction::Registration => probe::Scenario::Registration,
            Transaction::InstantMessage => probe::Scenario::InstantMessage,
            Transaction::Presence => probe::Scenario::Presence,
            Transaction::PeerToPeerAudioVideo => probe::Scenario::Call,
        };
        let users: Vec<probe::User> = users
            .iter()
            .map(|user| probe::User {
                sip_address: user.sip_address.clone(),
                username: user.username.clone(),
                password: user.password.clone(),
                keys: user.keys.clone(),
            })
            .collect();
        let uri = format!(
            "sip:{}:{};transport=tls",
            target.server_name,
            target.address.port()
        );
        let outcome = self.block_on(probe::run(scenario, &target, &authority, &users));
        Ok(ProbeResult {
            target_fqdn: target_fqdn.to_owned(),
            target_uri: uri,
            success: outcome.error.is_none(),
            latency: outcome.latency,
            error_message: outcome.error.unwrap_or_default(),
            diagnosis: outcome.diagnosis,
            steps: outcome.steps,
        })
    }
}

/// Where the registrar of a pool listens for TLS: the first computer's address in the topology.
fn probe_target(topology: &Topology, fqdn: &str, port: Option<u16>) -> Result<probe::Target, PortError> {
    let computers = topology.computers();
    let found = computers.iter().find(|(_, pool, computer)| {
        [&pool.fqdn, &computer.fqdn]
            .iter()
            .any(|name| name.to_string().eq_ignore_ascii_case(fqdn))
    });
    let registrar = found.and_then(|(_, pool, computer)| Some((pool.registrar()?, computer)));
    let Some((registrar, computer)) = registrar else {
        return Err(PortError {
            id: "TargetNotFound".to_owned(),
            message: format!("The topology has no registrar \"{fqdn}\"."),
            hint: Some("Get-CsService -Registrar lists the registrars.".to_owned()),
        });
    };
    let address = match computer.listen_address() {
        address if address.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        address => address,
    };
    let port = port.unwrap_or(registrar.tls_port);
    Ok(probe::Target {
        address: std::net::SocketAddr::new(address, port),
        server_name: computer.fqdn.to_string(),
    })
}

/// Live identities for completion, with what a menu says beside them. An unreachable store offers nothing.
fn candidates(deployment: &Deployment, kind: &str, prefix: &str) -> Vec<Candidate> {
    if !deployment.folder.exists() {
        return Vec::new();
    }
    let begins = |text: &str| {
        text.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let named = |text: String, description: String| begins(&text).then_some(Candidate { text, description });
    match kind {
        "user" | "aduser" => users(deployment, kind, prefix),
        "call" => calls(deployment)
            .into_iter()
            .filter_map(|(text, description)| named(text, description))
            .collect(),
        "pool" | "computer" | "sipdomain" | "site" => topology_names(deployment, kind)
            .into_iter()
            .filter_map(|(text, description)| named(text, description))
            .collect(),
        noun => deployment
            .snapshot()
            .ok()
            .and_then(|snapshot| {
                snapshot
                    .settings
                    .get(noun)
                    .map(|all| all.iter().map(described).collect::<Vec<_>>())
            })
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(text, description)| named(text, description))
            .take(CANDIDATES)
            .collect(),
    }
}

/// A settings instance's name, and what it says of itself; its identity where it says nothing.
fn described((identity, written): (&String, &serde_json::Value)) -> (String, String) {
    let text = identity.strip_prefix("Tag:").unwrap_or(identity).to_owned();
    let own = written.get("Description").and_then(serde_json::Value::as_str);
    let description = own.filter(|own| !own.is_empty()).unwrap_or(identity);
    (text, description.to_owned())
}

/// The newest calls of the servers that run, by Call-ID, and between whom.
fn calls(deployment: &Deployment) -> Vec<(String, String)> {
    let request = Request::Calls {
        user: None,
        most: u32::try_from(CANDIDATES).unwrap_or(u32::MAX),
        unredacted: false,
    };
    let mut calls: Vec<_> = topology_names(deployment, "computer")
        .into_iter()
        .filter_map(|(computer, _)| match deployment.request(&computer, &request) {
            Ok(Answer::Calls(calls)) => Some(calls),
            _ => None,
        })
        .flatten()
        .collect();
    calls.sort_by_key(|call| std::cmp::Reverse(call.at));
    calls
        .into_iter()
        .map(|call| (call.call_id, format!("{} calls {}", call.from, call.to)))
        .collect()
}

fn users(deployment: &Deployment, kind: &str, prefix: &str) -> Vec<Candidate> {
    let safe: String = prefix
        .chars()
        .filter(|c| c.is_alphanumeric() || " .-_@:+".contains(*c))
        .collect();
    let enabled = if kind == "user" {
        "(msRTCSIP-UserEnabled=*)"
    } else {
        "(sAMAccountName=*)"
    };
    let filter = format!(
        "(&{enabled}(|(displayName={safe}*)(msRTCSIP-PrimaryUserAddress={safe}*)(sAMAccountName={safe}*)))"
    );
    let query = DirectoryQuery {
        filter: Some(filter),
        base: None,
        limit: Some(CANDIDATES),
    };
    let found = deployment.search(&query).unwrap_or_default();
    found
        .into_iter()
        .map(|object| {
            let name = object.first("displayName").unwrap_or(&object.dn).to_owned();
            let address = object
                .first("msRTCSIP-PrimaryUserAddress")
                .or(object.first("userPrincipalName"))
                .unwrap_or_default()
                .to_owned();
            let by_address =
                address.len() >= prefix.len() && address[..prefix.len()].eq_ignore_ascii_case(prefix);
            if by_address && !prefix.is_empty() {
                Candidate {
                    text: address,
                    description: name,
                }
            } else {
                Candidate {
                    text: name,
                    description: address,
                }
            }
        })
        .collect()
}

fn topology_names(deployment: &Deployment, kind: &str) -> Vec<(String, String)> {
    let Some(topology) = deployment
        .snapshot()
        .ok()
        .and_then(|snapshot| Topology::from_json(&snapshot.topology).ok())
    else {
        return Vec::new();
    };
    match kind {
        "pool" => topology
            .pools()
            .map(|(site, pool)| {
                (
                    pool.fqdn.to_string(),
                    format!("{} in {}", pool.pool_type.name(), site.name),
                )
            })
            .collect(),
        "computer" => topology
            .computers()
            .into_iter()
            .map(|(_, pool, computer)| (computer.fqdn.to_string(), format!("of {}", pool.fqdn)))
            .collect(),
        "site" => topology
            .sites
            .iter()
            .map(|site| (site.name.clone(), "site".to_owned()))
            .collect(),
        _ => topology
            .sip_domains
            .iter()
            .map(|domain| (domain.to_string(), "SIP domain".to_owned()))
            .collect(),
    }
}
