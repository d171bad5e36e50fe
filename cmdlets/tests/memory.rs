//! A deployment in memory, for the tests of cmdlets: its ports, and the engine as one running cmdlet sees it.

#![allow(dead_code)] // each test that includes this file uses a part of it

use std::sync::{Arc, Mutex};

use plenum_admin::{Answer, Request};
use plenum_cmdlets::ports::{
    Directory, DirectoryQuery, PortError, Ports, Probe, ProbeResult, ProbeUser, RevisionInfo, ServerControl, Store,
    Transaction,
};
use plenum_topology::change::{Change, ChangeSet, Revision};
use plenum_topology::directory::{DirectoryObject, ObjectId};
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
        let snapshot = Snapshot { topology: Arc::new(topology), ..Snapshot::default() };
        Deployment { state: Arc::new(Mutex::new(State { snapshot, objects, committed: Vec::new() })) }
    }

    /// The ports onto it.
    pub fn ports(&self) -> Ports {
        let this = Arc::new(self.clone());
        Ports { store: this.clone(), directory: this.clone(), servers: this.clone(), probe: this, who: "tester".into() }
    }

    /// The change sets that were committed, in order.
    pub fn committed(&self) -> Vec<ChangeSet> {
        self.state.lock().expect("no test panics while it holds the lock").committed.clone()
    }
}

fn none(what: &str) -> PortError {
    PortError { id: "NotInMemory".into(), message: format!("{what} is not in memory"), hint: None }
}

impl Store for Deployment {
    fn snapshot(&self) -> Result<Arc<Snapshot>, PortError> {
        Ok(Arc::new(self.state.lock().expect("not poisoned").snapshot.clone()))
    }

    fn snapshot_at(&self, _: Revision) -> Result<Arc<Snapshot>, PortError> {
        Err(none("an older snapshot"))
    }

    fn commit(&self, base: Option<Revision>, changes: ChangeSet) -> Result<Revision, PortError> {
        let mut state = self.state.lock().expect("not poisoned");
        if base.is_some_and(|base| base != state.snapshot.revision) {
            return Err(PortError { id: "StoreMovedOn".into(), message: "moved on".into(), hint: None });
        }
        let mut settings = (*state.snapshot.settings).clone();
        for change in &changes.changes {
            match change {
                Change::Setting { noun, identity, after: Some(after), .. } => {
                    settings.entry(noun.clone()).or_default().insert(identity.clone(), after.clone());
                }
                Change::Setting { noun, identity, after: None, .. } => {
                    settings.entry(noun.clone()).or_default().remove(identity);
                }
                Change::Object { after: Some(after), .. } => {
                    let object = state.objects.iter_mut().find(|object| object.id == after.id).expect("it exists");
                    object.clone_from(after);
                }
                other => panic!("no derived cmdlet makes {other:?}"),
            }
        }
        state.snapshot.settings = Arc::new(settings);
        state.snapshot.revision = Revision(state.snapshot.revision.0 + 1);
        state.committed.push(changes);
        Ok(state.snapshot.revision)
    }

    fn history(&self, _: usize) -> Result<Vec<RevisionInfo>, PortError> {
        Err(none("history"))
    }

    fn changes(&self, _: Revision) -> Result<Vec<Change>, PortError> {
        Err(none("history"))
    }
}

impl Directory for Deployment {
    /// Finds every object one of whose values stands in the filter's text.
    fn search(&self, query: &DirectoryQuery) -> Result<Vec<DirectoryObject>, PortError> {
        let filter = query.filter.clone().unwrap_or_default().to_lowercase();
        let state = self.state.lock().expect("not poisoned");
        let asked = |object: &&DirectoryObject| {
            let values = object.attributes.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
            let mut terms = values.map(|(name, value)| format!("({name}={value})").to_lowercase());
            filter.contains(&format!("(distinguishedname={})", object.dn).to_lowercase())
                || terms.any(|term| filter.contains(&term))
        };
        Ok(state.objects.iter().filter(asked).cloned().collect())
    }

    fn get(&self, id: &ObjectId) -> Result<Option<DirectoryObject>, PortError> {
        Ok(self.state.lock().expect("not poisoned").objects.iter().find(|object| object.id == *id).cloned())
    }
}

impl ServerControl for Deployment {
    fn request(&self, _: &str, _: &Request) -> Result<Answer, PortError> {
        Err(none("a server"))
    }
}

impl Probe for Deployment {
    fn run(&self, _: Transaction, _: &str, _: Option<u16>, _: &[ProbeUser]) -> Result<ProbeResult, PortError> {
        Err(none("a server"))
    }
}
