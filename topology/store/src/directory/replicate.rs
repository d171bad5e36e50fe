//! The replica of an LDAP directory in the repository, kept as the product's User Replicator keeps its user database.
//!
//! The LDAP directory is the authority; the replica is what everybody reads. Two things write the replica:
//!
//! * **A commit** ([`Store::commit`]) that changes objects: (1) begin the repository's transaction and write everything,
//!   with all checks and uniqueness; (2) modify the LDAP entries; (3) commit the repository. When (2) is refused, the
//!   transaction is rolled back and entries already modified are put back. When the process is killed between (2) and
//!   (3), or (3) fails, LDAP has the change and the replica does not: it was never acknowledged, and the next
//!   synchronization brings it in, with the directory as its author. Nothing is ever half-applied in the replica.
//! * **A synchronization** ([`Store::synchronize_directory`]): compares all accounts with the replica and commits the
//!   difference as one change set, for exactly the revision that it compared with, so that it never puts an older
//!   reading over a newer commit.
//!
//! Two accounts with the same SIP address, number or name cannot both be in the replica: the first in order of
//! distinguished name is, the others are left out and reported, and everybody else is mirrored.

use std::collections::{HashMap, HashSet};

use plenum_topology::change::{Change, ChangeSet, Revision};
use plenum_topology::directory::{DirectoryObject, DirectoryQuery, ObjectId};

use super::key::{Key, is_unique, keys_of, label};
use crate::error::{ErrorKind, StoreError};
use crate::store::Store;

/// How often a synchronization starts again because others have committed meanwhile.
const ATTEMPTS: u32 = 5;

/// What a synchronization did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Synchronized {
    /// The revision it made; `None` when nothing differed.
    pub revision: Option<Revision>,
    /// Accounts new in the replica.
    pub created: usize,
    /// Accounts that differed.
    pub changed: usize,
    /// Accounts that are gone from the directory.
    pub removed: usize,
    /// Accounts that were left out, and why.
    pub left_out: Vec<String>,
}

impl Store {
    /// Mirrors the attached LDAP directory into the replica. `now` is in milliseconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// `DirectoryFailed` when no directory is attached or it shows no account where the replica has some; the
    /// directory's and the store's own.
    pub async fn synchronize_directory(&self, now: i64) -> Result<Synchronized, StoreError> {
        let Some(directory) = self.ldap_directory().cloned() else {
            return Err(StoreError::new(
                ErrorKind::DirectoryFailed,
                "This deployment keeps its accounts itself.",
                "There is nothing to synchronize with.",
            ));
        };
        let mut attempt = 1;
        loop {
            // In this order: what is committed after the revision was read makes the commit below start over.
            let base = self.latest_revision().await?;
            let replica = self.search(&DirectoryQuery::default()).await?;
            let accounts = directory.accounts().await?;
            if accounts.is_empty() && !replica.is_empty() {
                return Err(suspicious(replica.len()));
            }
            let (mut outcome, changes) = compare(accounts, replica);
            if changes.is_empty() {
                return Ok(outcome);
            }
            let message = format!(
                "{} created, {} changed, {} removed",
                outcome.created, outcome.changed, outcome.removed
            );
            let set = ChangeSet {
                who: "LDAP directory".to_owned(),
                command: "synchronization".to_owned(),
                message: Some(message),
                changes,
            };
            match self.commit_through(None, Some(base), set, now).await {
                Ok(revision) => {
                    outcome.revision = Some(revision);
                    return Ok(outcome);
                }
                Err(error) if error.kind == ErrorKind::StoreMovedOn && attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

fn suspicious(known: usize) -> StoreError {
    StoreError::new(
        ErrorKind::DirectoryFailed,
        format!("The directory shows no account, and {known} are known: nothing was removed."),
        "Check the base, the filter and the rights of the account that reads the directory.",
    )
}

fn compare(accounts: Vec<DirectoryObject>, replica: Vec<DirectoryObject>) -> (Synchronized, Vec<Change>) {
    let mut outcome = Synchronized::default();
    let accounts = without_collisions(accounts, &mut outcome.left_out);
    let mut known: HashMap<ObjectId, DirectoryObject> = replica
        .into_iter()
        .map(|object| (object.id.clone(), object))
        .collect();
    let mut changes = Vec::new();
    for account in accounts {
        match known.remove(&account.id) {
            Some(same) if alike(&same, &account) => {}
            Some(before) => {
                outcome.changed += 1;
                changes.push(Change::Object {
                    before: Some(Box::new(before)),
                    after: Some(Box::new(account)),
                });
            }
            None => {
                outcome.created += 1;
                changes.push(Change::Object {
                    before: None,
                    after: Some(Box::new(account)),
                });
            }
        }
    }
    outcome.removed = known.len();
    let mut gone: Vec<DirectoryObject> = known.into_values().collect();
    gone.sort_by(|a, b| a.dn.cmp(&b.dn));
    changes.extend(gone.into_iter().map(|gone| Change::Object {
        before: Some(Box::new(gone)),
        after: None,
    }));
    (outcome, changes)
}

/// Whether two readings say the same: the values of an attribute have no order in LDAP.
fn alike(a: &DirectoryObject, b: &DirectoryObject) -> bool {
    let sorted = |object: &DirectoryObject| {
        let mut object = object.clone();
        object.attributes.values_mut().for_each(|values| values.sort());
        object
    };
    a == b || sorted(a) == sorted(b)
}

fn without_collisions(accounts: Vec<DirectoryObject>, left_out: &mut Vec<String>) -> Vec<DirectoryObject> {
    let mut taken: HashSet<Key> = HashSet::new();
    let mut kept = Vec::with_capacity(accounts.len());
    for account in accounts {
        let keys: Vec<Key> = keys_of(&account)
            .into_iter()
            .filter(|key| is_unique(key.kind))
            .collect();
        match keys.iter().find(|key| taken.contains(key)) {
            Some(key) => {
                let label = label(key.kind);
                left_out.push(format!(
                    "{}: its {label} {} is another account's",
                    account.dn, key.value
                ));
            }
            None => {
                taken.extend(keys);
                kept.push(account);
            }
        }
    }
    kept
}
