//! Learning of commits: of this process at once, of other processes when the engine's bell rings.

use std::collections::BTreeSet;
use std::time::Duration;

use plenum_topology::change::Revision;
use plenum_topology::directory::ObjectId;

use super::Store;
use super::published::{LATEST, revision};
use crate::error::StoreError;
use crate::sql::{Bell, fixed};

/// How long a watch pauses after an error before it looks again.
const PAUSE: Duration = Duration::from_secs(1);

/// What the revisions after some revision have touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The newest of them.
    pub revision: Revision,
    /// Whether the topology document was written.
    pub topology: bool,
    /// The settings nouns of which an instance was written, e.g. `CsVoicePolicy`.
    pub nouns: BTreeSet<String>,
    /// The directory objects that were written, or whose keys were.
    pub objects: BTreeSet<ObjectId>,
}

impl Store {
    /// What was touched after a revision.
    ///
    /// # Errors
    /// The store's.
    pub async fn changes_since(&self, since: Revision) -> Result<Changed, StoreError> {
        let mut transaction = self.inner.repository.read().await?;
        let latest = revision(&transaction.rows(fixed(LATEST), Vec::new()).await?);
        let mut changed = Changed {
            revision: latest,
            ..Changed::default()
        };
        let sql = fixed(
            "SELECT DISTINCT part, noun FROM change WHERE part IN ('setting', 'topology') AND revision > $1",
        );
        for mut row in transaction.rows(sql, vec![since.0.into()]).await? {
            match row.text(0).as_str() {
                "topology" => changed.topology = true,
                _ => {
                    changed.nouns.insert(row.text(1));
                }
            }
        }
        let sql = fixed(
            "SELECT DISTINCT identity FROM change WHERE part IN ('credential', 'object') AND revision > $1",
        );
        let rows = transaction.rows(sql, vec![since.0.into()]).await?;
        changed
            .objects
            .extend(rows.into_iter().map(|mut row| ObjectId(row.text(0))));
        transaction.commit().await?;
        Ok(changed)
    }

    /// Watches for revisions after `seen`.
    pub fn watch(&self, seen: Revision) -> Watch {
        Watch {
            committed: self.inner.committed.subscribe(),
            store: self.clone(),
            seen,
            bell: None,
            failed: false,
        }
    }
}

/// A stream of revisions; some may be skipped when several are committed at once, the newest never is.
pub struct Watch {
    store: Store,
    seen: Revision,
    committed: tokio::sync::watch::Receiver<Revision>,
    bell: Option<Box<dyn Bell>>,
    failed: bool,
}

impl Watch {
    /// Waits for a revision newer than the last one that this watch answered with.
    ///
    /// Dropping the future loses nothing. After an error the next call pauses for a second and tries again, so a caller
    /// may report the error and go on for as long as the store is away.
    ///
    /// # Errors
    /// The store's.
    pub async fn next(&mut self) -> Result<Revision, StoreError> {
        if std::mem::take(&mut self.failed) {
            self.bell = None;
            tokio::time::sleep(PAUSE).await;
        }
        let outcome = self.wait().await;
        self.failed = outcome.is_err();
        outcome
    }

    async fn wait(&mut self) -> Result<Revision, StoreError> {
        loop {
            let bell = match &mut self.bell {
                Some(bell) => bell,
                // Before the look at the revision: what is committed after the look rings.
                none => none.insert(self.store.inner.repository.bell().await?),
            };
            self.committed.mark_unchanged();
            let latest = self.store.latest_revision().await?;
            if latest > self.seen {
                self.seen = latest;
                return Ok(latest);
            }
            tokio::select! {
                rung = bell.ring() => rung?,
                _ = self.committed.changed() => {}
            }
        }
    }
}
