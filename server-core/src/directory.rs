//! Keeps the replica of an LDAP directory fresh: a comparison every minute, as the product's User Replicator makes it.
//!
//! Several servers may do so at once: the comparison is committed for exactly the revision that it was made with, so the
//! second finds nothing to do. A directory that cannot be reached is said once, and once again when it is back.

use std::time::Duration;

use plenum_store::{Store, StoreError};

use crate::clock;

/// The product's ReplicationCycleInterval.
const CYCLE: Duration = Duration::from_secs(60);

/// Compares for as long as the server runs; does nothing when accounts are the store's own.
pub async fn follow(store: Store) {
    if store.ldap_directory().is_none() {
        return;
    }
    let mut failing: Option<String> = None;
    loop {
        let outcome = store.synchronize_directory(clock::now()).await;
        failing = match outcome {
            Ok(outcome) => {
                if failing.is_some() {
                    tracing::info!("the directory is back");
                }
                if let Some(revision) = outcome.revision {
                    let (created, changed, removed) = (outcome.created, outcome.changed, outcome.removed);
                    tracing::info!(
                        revision = revision.0,
                        created,
                        changed,
                        removed,
                        "synchronized with the directory"
                    );
                }
                None
            }
            Err(error) => Some(warn(failing, &error)),
        };
        tokio::time::sleep(CYCLE).await;
    }
}

fn warn(failing: Option<String>, error: &StoreError) -> String {
    let reason = error.to_string();
    if failing.as_ref() != Some(&reason) {
        tracing::warn!(reason, "accounts are not being synchronized with the directory");
    }
    reason
}
