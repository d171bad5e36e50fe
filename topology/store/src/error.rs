//! Every way in which the store says no: a stable id, what is wrong, and the next step.
//!
//! | id | meaning |
//! |---|---|
//! | `StoreUrl` | the URL names no store that is known here |
//! | `StoreMissing` | there is no deployment behind the URL |
//! | `StoreExists` | a deployment is there already and is not replaced |
//! | `StoreUnreachable` | connection refused, host unknown, or the connection broke |
//! | `StoreAccessDenied` | the file or the database does not let this account in |
//! | `StoreDamaged` | the file is no database, or its pages or rows contradict each other |
//! | `StoreBusy` | another process holds the store for longer than [`crate::sql::BUSY`] |
//! | `StoreSchemaNewer` | a newer program has written the store |
//! | `StoreDiskFull` | no space is left |
//! | `StoreFailed` | the engine refused for another reason, in its words |
//! | `StoreMovedOn` | the commit was made for a revision that is not the newest any more |
//! | `RevisionUnknown` | there is no such revision |
//! | `ChangeConflict` | what stands differs from what the change expected to stand |
//! | `AlreadyAssigned` | another object has the SIP address, number, name or distinguished name |
//! | `SecretInObject` | an object carries a password attribute, which history would keep |
//! | `FilterInvalid` | the LDAP filter cannot be read |
//! | `CredentialKeyMissing` | the key file of the deployment is not where it should be |
//! | `CredentialKeyWrong` | the key file belongs to another deployment, or is damaged |
//! | `DirectoryUrl` | the LDAP URL or its authorities' file is wrong, or a password would cross the network in the clear |
//! | `DirectoryUnreachable` | the LDAP server does not answer |
//! | `DirectoryAccessDenied` | the LDAP server refused the account or the write |
//! | `DirectoryReadOnly` | accounts of an LDAP directory are made and removed there |
//! | `DirectoryFailed` | the LDAP server refused for another reason, in its words |

use std::fmt;

/// Which refusal it is; printed as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The table above says what each is.
pub enum ErrorKind {
    StoreUrl,
    StoreMissing,
    StoreExists,
    StoreUnreachable,
    StoreAccessDenied,
    StoreDamaged,
    StoreBusy,
    StoreSchemaNewer,
    StoreDiskFull,
    StoreFailed,
    StoreMovedOn,
    RevisionUnknown,
    ChangeConflict,
    AlreadyAssigned,
    SecretInObject,
    FilterInvalid,
    CredentialKeyMissing,
    CredentialKeyWrong,
    DirectoryUrl,
    DirectoryUnreachable,
    DirectoryAccessDenied,
    DirectoryReadOnly,
    DirectoryFailed,
}

/// A refusal, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// Which.
    pub kind: ErrorKind,
    /// What is wrong and where.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// Why a change set was not committed; nothing of it was then written.
pub type CommitError = StoreError;

impl StoreError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        StoreError {
            kind,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The stable id, e.g. `StoreMovedOn`.
    pub fn id(&self) -> String {
        format!("{:?}", self.kind)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.message, self.hint)
    }
}

impl std::error::Error for StoreError {}

pub(crate) fn damaged(place: &str, reason: impl fmt::Display) -> StoreError {
    StoreError::new(
        ErrorKind::StoreDamaged,
        format!("The store {place} is damaged: {reason}."),
        "Stop what uses it, keep the damaged files aside and restore a backup; for SQLite, `sqlite3 FILE .recover` may \
         save what is left.",
    )
}
