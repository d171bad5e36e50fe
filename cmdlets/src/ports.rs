//! What cmdlets need from outside, as small traits beside their user.
//!
//! `cli/src/compose.rs` plugs in the real ones; tests plug in memory ones. Every call is synchronous: blocking happens
//! in the adapter. Files, the clock, the console, processes and randomness are the language's own outside world:
//! [`plenum_lang::host::Host`], which a cmdlet reaches through its context.

use std::sync::Arc;
use std::time::Duration;

use plenum_admin::{Answer, Request};
pub use plenum_topology::change::RevisionInfo;
use plenum_topology::change::{Change, ChangeSet, Revision};
pub use plenum_topology::directory::DirectoryQuery;
use plenum_topology::directory::{CredentialKey, DirectoryObject, ObjectId};
pub use plenum_topology::document::Documents;
use plenum_topology::snapshot::Snapshot;

/// Why a port could not do what was asked, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortError {
    /// A stable id in PascalCase, e.g. `StoreMovedOn`, `ServerNotRunning`; it becomes the error record's id.
    pub id: String,
    /// What went wrong.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// The published state and its history.
pub trait Store: Send + Sync {
    /// The newest snapshot.
    fn snapshot(&self) -> Result<Arc<Snapshot>, PortError>;
    /// The snapshot as it stood at a revision.
    fn snapshot_at(&self, revision: Revision) -> Result<Arc<Snapshot>, PortError>;
    /// Commits all of it or nothing. With `base`, refuses (`StoreMovedOn`) when a newer revision exists.
    fn commit(&self, base: Option<Revision>, changes: ChangeSet) -> Result<Revision, PortError>;
    /// The newest revisions first, at most `limit`.
    fn history(&self, limit: usize) -> Result<Vec<RevisionInfo>, PortError>;
    /// What a revision changed.
    fn changes(&self, revision: Revision) -> Result<Vec<Change>, PortError>;
}

/// Reading the directory; it is written through [`Store::commit`].
pub trait Directory: Send + Sync {
    /// Objects that match, in order of distinguished name.
    fn search(&self, query: &DirectoryQuery) -> Result<Vec<DirectoryObject>, PortError>;
    /// One object.
    fn get(&self, id: &ObjectId) -> Result<Option<DirectoryObject>, PortError>;
    /// A new objectGUID.
    fn new_id(&self) -> Result<ObjectId, PortError>;
    /// The keys that are kept of the password of whoever signs in with this name; empty when there are none.
    fn stored_keys(&self, username: &str) -> Result<Vec<CredentialKey>, PortError>;
    /// The authentication keys of a password for these user names, in the deployment's realm.
    fn credential_keys(&self, password: &str, usernames: &[String]) -> Result<Vec<CredentialKey>, PortError>;
}

/// The running servers.
pub trait ServerControl: Send + Sync {
    /// Sends a request to the server on a computer of the topology and waits for its answer.
    fn request(&self, computer: &str, request: &Request) -> Result<Answer, PortError>;
}

/// A synthetic SIP transaction to run against a server.
#[derive(Clone, Debug, PartialEq)]
pub enum Transaction {
    /// Sign in and out.
    Registration,
    /// Exchange a message.
    InstantMessage,
    /// Publish and watch presence.
    Presence,
    /// Set up and end an audio call (signalling).
    PeerToPeerAudioVideo,
}

/// A user that a synthetic transaction signs in as.
#[derive(Clone)]
pub struct ProbeUser {
    /// `alice@contoso.example`.
    pub sip_address: String,
    /// The name to authenticate with.
    pub username: String,
    /// The password; never printed.
    pub password: String,
    /// The keys that the deployment keeps of the password; used in its place when there are some.
    pub keys: Vec<CredentialKey>,
}

/// What a synthetic transaction found.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbeResult {
    /// The FQDN that was tested.
    pub target_fqdn: String,
    /// The URI that the request went to.
    pub target_uri: String,
    /// Whether every step did what it should.
    pub success: bool,
    /// From the first request to the last answer.
    pub latency: Duration,
    /// What went wrong; empty on success.
    pub error_message: String,
    /// The server's `ms-diagnostics`, or our own reading of the failure.
    pub diagnosis: String,
    /// What was done, step by step, for -Verbose.
    pub steps: Vec<String>,
}

/// The SIP user agent behind the Test- cmdlets.
pub trait Probe: Send + Sync {
    /// Runs a transaction against a pool's registrar.
    fn run(
        &self,
        transaction: Transaction,
        target_fqdn: &str,
        port: Option<u16>,
        users: &[ProbeUser],
    ) -> Result<ProbeResult, PortError>;
}

/// Everything a Cs cmdlet may reach, shared by all of them.
#[derive(Clone)]
pub struct Ports {
    /// The published state and its history.
    pub store: Arc<dyn Store>,
    /// The directory.
    pub directory: Arc<dyn Directory>,
    /// The running servers.
    pub servers: Arc<dyn ServerControl>,
    /// The SIP user agent behind the Test- cmdlets.
    pub probe: Arc<dyn Probe>,
    /// The file forms of a topology.
    pub documents: Arc<dyn Documents>,
    /// The account in whose name changes are written.
    pub who: Arc<str>,
}
