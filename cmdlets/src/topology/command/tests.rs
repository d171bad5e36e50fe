//! The subcommands over a deployment in memory. Documents are read and written as JSON here: their real forms are the
//! store's, and tested there.

use std::sync::{Arc, Mutex};

use plenum_admin::{Answer, Request};
use plenum_topology::change::{Change, ChangeSet, Revision};
use plenum_topology::directory::{CredentialKey, DirectoryObject, DirectoryQuery, ObjectId};
use plenum_topology::document::Documents;
use plenum_topology::problem::Path;
use plenum_topology::snapshot::Snapshot;
use plenum_topology::validate::validate as rules;

use super::*;
use crate::ports::{
    Directory, Probe, ProbeResult, ProbeUser, RevisionInfo, ServerControl, Store, Transaction,
};

#[derive(Default)]
struct Memory {
    snapshots: Mutex<Vec<Arc<Snapshot>>>,
    sets: Mutex<Vec<ChangeSet>>,
}

fn no(what: &str) -> PortError {
    PortError {
        id: "NotHere".to_owned(),
        message: format!("There is no {what} here."),
        hint: None,
    }
}

impl Memory {
    fn write(&self, changes: Vec<Change>) {
        let set = ChangeSet {
            who: "somebody".to_owned(),
            command: "Set-CsUser".to_owned(),
            message: None,
            changes,
        };
        self.commit(None, set).expect("memory is never full");
    }
}

impl Store for Memory {
    fn snapshot(&self) -> Result<Arc<Snapshot>, PortError> {
        Ok(self
            .snapshots
            .lock()
            .expect("no panics")
            .last()
            .cloned()
            .unwrap_or_default())
    }
    fn snapshot_at(&self, revision: Revision) -> Result<Arc<Snapshot>, PortError> {
        self.snapshots
            .lock()
            .expect("no panics")
            .iter()
            .find(|one| one.revision == revision)
            .cloned()
            .ok_or_else(|| no("such revision"))
    }
    fn commit(&self, base: Option<Revision>, set: ChangeSet) -> Result<Revision, PortError> {
        let mut next = (*self.snapshot()?).clone();
        if base.is_some_and(|base| base != next.revision) {
            return Err(PortError {
                id: "StoreMovedOn".to_owned(),
                ..no("such base")
            });
        }
        for change in &set.changes {
            if let Change::Topology { after, .. } = change {
                next.topology = Arc::new(after.clone().unwrap_or_default());
            }
        }
        next.revision.0 += 1;
        let revision = next.revision;
        self.snapshots.lock().expect("no panics").push(Arc::new(next));
        self.sets.lock().expect("no panics").push(set);
        Ok(revision)
    }
    fn history(&self, limit: usize) -> Result<Vec<RevisionInfo>, PortError> {
        let sets = self.sets.lock().expect("no panics");
        let infos = sets.iter().enumerate().map(|(index, set)| RevisionInfo {
            revision: Revision(index as u64 + 1),
            when: 1_700_000_000_000,
            who: set.who.clone(),
            command: set.command.clone(),
            message: set.message.clone(),
        });
        Ok(infos.rev().take(limit).collect())
    }
    fn changes(&self, revision: Revision) -> Result<Vec<Change>, PortError> {
        let index = usize::try_from(revision.0).unwrap_or(0) - 1;
        Ok(self.sets.lock().expect("no panics")[index].changes.clone())
    }
}

struct NoServers;

impl ServerControl for NoServers {
    fn request(&self, computer: &str, _: &Request) -> Result<Answer, PortError> {
        Err(PortError {
            id: "ServerNotRunning".to_owned(),
            message: format!("The server of {computer} does not run."),
            hint: None,
        })
    }
}

struct Users(Vec<DirectoryObject>);

impl Directory for Users {
    fn search(&self, _: &DirectoryQuery) -> Result<Vec<DirectoryObject>, PortError> {
        Ok(self.0.clone())
    }
    fn get(&self, _: &ObjectId) -> Result<Option<DirectoryObject>, PortError> {
        Err(no("user"))
    }
    fn new_id(&self) -> Result<ObjectId, PortError> {
        Err(no("randomness"))
    }
    fn stored_keys(&self, _: &str) -> Result<Vec<CredentialKey>, PortError> {
        Ok(Vec::new())
    }

    fn credential_keys(&self, _: &str, _: &[String]) -> Result<Vec<CredentialKey>, PortError> {
        Err(no("password"))
    }
}

struct NoProbe;

impl Probe for NoProbe {
    fn run(
        &self,
        _: Transaction,
        _: &str,
        _: Option<u16>,
        _: &[ProbeUser],
    ) -> Result<ProbeResult, PortError> {
        Err(no("probe"))
    }
}

struct Json;

impl Documents for Json {
    fn read_yaml(&self, file: &str, text: &str) -> Result<Document, Vec<Problem>> {
        let wrong =
            |error: serde_json::Error| vec![Problem::error("syntax", &Path::default(), error.to_string())];
        let topology: Topology = serde_json::from_str(text).map_err(wrong)?;
        let findings = rules(&topology);
        if findings.iter().any(Problem::is_error) {
            Err(findings)
        } else {
            Ok(Document {
                file: file.to_owned(),
                topology,
                findings,
            })
        }
    }
    fn write_yaml(&self, topology: &Topology) -> String {
        topology.to_json().to_string()
    }
    fn read_xml(&self, _: &str, _: &str) -> Result<Document, Vec<Problem>> {
        Err(vec![Problem::error("syntax", &Path::default(), "no XML here")])
    }
    fn write_xml(&self, _: &Topology) -> (String, Vec<Problem>) {
        (String::new(), Vec::new())
    }
}

fn deployment() -> (Ports, Arc<Memory>) {
    let mut alice = DirectoryObject::default();
    alice.set(
        "msRTCSIP-PrimaryUserAddress",
        vec!["sip:alice@contoso.example".to_owned()],
    );
    alice.set(
        "msRTCSIP-PrimaryHomeServer",
        vec!["Second.contoso.example".to_owned()],
    );
    let memory = Arc::new(Memory::default());
    let ports = Ports {
        store: Arc::clone(&memory) as Arc<dyn Store>,
        directory: Arc::new(Users(vec![alice])),
        servers: Arc::new(NoServers),
        probe: Arc::new(NoProbe),
        documents: Arc::new(Json),
        who: Arc::from("tester"),
    };
    (ports, memory)
}

fn document(pools: &[&str]) -> String {
    let pools: Vec<serde_json::Value> =
        pools.iter().map(|name| serde_json::json!({ "fqdn": format!("{name}.contoso.example"), "type": "StandardEdition" })).collect();
    serde_json::json!({ "apiVersion": "plenum/v1", "sipDomains": ["contoso.example"], "sites": [{ "name": "Redmond", "pools": pools }] })
        .to_string()
}

fn apply_text(ports: &Ports, text: &str) -> Report {
    apply(ports, ("t.yaml", text), None, false, &mut |_| true)
}

fn code_of_plan(ports: &Ports, text: &str) -> i32 {
    plan(ports, ("t.yaml", text), PlanFormat::Text, false).0.code
}

#[test]
fn plan_and_apply_say_by_their_exit_codes_whether_there_are_changes() {
    let (ports, memory) = deployment();
    let text = document(&["first"]);
    assert_eq!(code_of_plan(&ports, &text), CHANGES);
    let report = apply_text(&ports, &text);
    assert_eq!(
        (report.code, report.output.as_str()),
        (OK, "Applied as revision 1: 7 added, 0 changed, 0 removed.\n")
    );
    assert_eq!(code_of_plan(&ports, &text), OK);
    assert_eq!(
        apply_text(&ports, &text).output,
        "No changes: the deployment is what the document says.\n"
    );
    assert_eq!(memory.sets.lock().expect("no panics").len(), 1);
}

#[test]
fn what_is_declined_or_wrong_changes_nothing() {
    let (ports, memory) = deployment();
    let declined = apply(
        &ports,
        ("t.yaml", &document(&["first"])),
        None,
        false,
        &mut |_| false,
    );
    assert_eq!(
        (declined.code, declined.messages.as_str()),
        (ERROR, "Nothing was changed.\n")
    );
    assert_eq!(apply_text(&ports, &document(&["first", "first"])).code, ERROR);
    assert_eq!(apply_text(&ports, "{").code, ERROR);
    assert!(memory.sets.lock().expect("no panics").is_empty());
}

#[test]
fn a_pool_with_users_is_not_removed() {
    let (ports, _) = deployment();
    apply_text(&ports, &document(&["first", "second"]));
    let report = apply_text(&ports, &document(&["first"]));
    assert_eq!(report.code, ERROR);
    assert!(
        report
            .output
            .contains("[V9] The pool second.contoso.example cannot be removed: 1 user is homed on it."),
        "{}",
        report.output
    );
}

#[test]
fn a_saved_plan_is_applied_unless_another_topology_stands() {
    let (ports, memory) = deployment();
    apply_text(&ports, &document(&["first"]));
    let saved = plan(
        &ports,
        ("t.yaml", &document(&["first", "second"])),
        PlanFormat::Text,
        false,
    )
    .1
    .expect("nothing is refused");
    memory.write(Vec::new());
    assert_eq!(
        apply_text(&ports, &saved.to_text()).code,
        OK,
        "a change of users does not spoil the plan"
    );
    apply_text(&ports, &document(&["first", "second", "third"]));
    let report = apply_text(&ports, &saved.to_text());
    assert_eq!(report.code, ERROR);
    assert!(
        report.messages.contains("the topology has changed since"),
        "{}",
        report.messages
    );
}

#[test]
fn a_rollback_is_an_apply_of_an_older_revision() {
    let (ports, _) = deployment();
    apply_text(&ports, &document(&["first"]));
    apply_text(&ports, &document(&["first", "third"]));
    assert_eq!(rollback(&ports, 1, None, false, &mut |_| true).code, OK);
    assert_eq!(
        export(&ports, None, DocumentFormat::Json).output,
        export(&ports, Some(1), DocumentFormat::Json).output
    );
    let text = history(&ports, 10, false).output;
    assert!(text.contains("   3  2023-11-14T22:13:20Z  tester  plenum topology rollback: topology\n      Back to the topology of revision 1\n"), "{text}");
    assert_eq!(rollback(&ports, 99, None, false, &mut |_| true).code, ERROR);
}

#[test]
fn a_computer_that_cannot_be_asked_makes_drift_an_error() {
    let (ports, _) = deployment();
    let text = document(&["first"]);
    apply_text(&ports, &text);
    let report = drift(&ports, Some(("t.yaml", &text)), false, false);
    assert_eq!(report.code, ERROR);
    assert!(
        report
            .output
            .contains("first.contoso.example  unknown     The server of first.contoso.example does not run."),
        "{}",
        report.output
    );
}

#[test]
fn a_file_is_validated_without_a_deployment() {
    let files = [("a.yaml", document(&["first"])), ("b.yaml", document(&[]))];
    let files: Vec<File<'_>> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(
        validate(&Json, &files[..1], FindingsFormat::Text, false).output,
        "1 file checked, nothing found.\n"
    );
    let report = validate(&Json, &files, FindingsFormat::Text, false);
    assert_eq!(report.code, ERROR);
    assert!(
        report
            .output
            .starts_with("error[V16]: No pool can hold the central management store."),
        "{}",
        report.output
    );
}
