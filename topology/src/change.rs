//! A change set: the only way anything in a deployment is written.
//!
//! Every write carries who made it, with which command, and what stood there before and after, so that history,
//! plan, drift and revert read one record. A change set is committed whole or not at all.

use serde::{Deserialize, Serialize};

use crate::directory::{DirectoryObject, ObjectId};

/// The number of a committed change set: 1 for the first, one more for each that follows, never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Revision(pub u64);

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Writes that belong together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChangeSet {
    /// The account that made the change, as the operating system or the caller's sign-in names it.
    pub who: String,
    /// The cmdlet or subcommand, e.g. `Grant-CsVoicePolicy` or `plenum topology apply`; never its arguments.
    pub command: String,
    /// Why, in the words of the person who made it.
    pub message: Option<String>,
    /// What is written, in order.
    pub changes: Vec<Change>,
}

/// One write. `None` before means created, `None` after means removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// The topology document, whole.
    Topology {
        /// The document that stood.
        before: Option<serde_json::Value>,
        /// The document that stands now.
        after: Option<serde_json::Value>,
    },
    /// One instance of a settings noun.
    Setting {
        /// The noun, e.g. `CsVoicePolicy`.
        noun: String,
        /// The identity as [`crate::identity::Scope`] prints it: `Global`, `Site:Redmond`, `Tag:Sales`.
        identity: String,
        /// The values that stood.
        before: Option<serde_json::Value>,
        /// The values that stand now.
        after: Option<serde_json::Value>,
    },
    /// One directory object.
    Object {
        /// The object that stood.
        before: Option<Box<DirectoryObject>>,
        /// The object that stands now.
        after: Option<Box<DirectoryObject>>,
    },
    /// The authentication keys of a directory object were replaced. History says that it happened, never the keys.
    Credential {
        /// Whose keys.
        object: ObjectId,
        /// The new keys; the store takes them out before it writes history.
        #[serde(skip)]
        keys: Vec<crate::directory::CredentialKey>,
    },
}

/// A committed change set, without its changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisionInfo {
    /// Its number.
    pub revision: Revision,
    /// When it was committed, in milliseconds since 1970-01-01 UTC.
    pub when: i64,
    /// Who committed it.
    pub who: String,
    /// With which command.
    pub command: String,
    /// Why.
    pub message: Option<String>,
}
