//! Reading what is published: snapshots, and the history that led to them.

use std::collections::HashMap;
use std::sync::Arc;

use plenum_topology::change::{Change, Revision, RevisionInfo};
use plenum_topology::directory::{DirectoryObject, ObjectId};
use plenum_topology::snapshot::{SettingsTree, Snapshot};
use serde::de::DeserializeOwned;

use super::Store;
use crate::error::{ErrorKind, StoreError, damaged};
use crate::sql::{Row, fixed};

/// The noun under which the topology document stands among the settings.
pub(crate) const TOPOLOGY: &str = "Topology";
/// Its identity there.
pub(crate) const GLOBAL: &str = "Global";

impl Store {
    /// The newest revision; 0 before the first commit.
    ///
    /// # Errors
    /// The store's.
    pub async fn latest_revision(&self) -> Result<Revision, StoreError> {
        let rows = self.inner.repository.query(fixed(LATEST), Vec::new()).await?;
        Ok(revision(&rows))
    }

    /// The newest snapshot. Documents that no commit has touched are shared with the snapshot before.
    ///
    /// # Errors
    /// The store's.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, StoreError> {
        let cached = self.inner.cached.lock().expect("no holder panics").clone();
        let rows = self.inner.repository.query(fixed(DOCUMENTS), Vec::new()).await?;
        let (latest, documents) = (revision(&rows), documents(&rows));
        let snapshot = match cached {
            Some(known) if known.revision == latest => return Ok(known),
            Some(known) if documents <= known.revision => Snapshot {
                revision: latest,
                ..(*known).clone()
            },
            _ => self.read_documents().await?,
        };
        let snapshot = Arc::new(snapshot);
        let mut cached = self.inner.cached.lock().expect("no holder panics");
        if cached
            .as_ref()
            .is_none_or(|known| known.revision < snapshot.revision)
        {
            *cached = Some(snapshot.clone());
        }
        Ok(snapshot)
    }

    async fn read_documents(&self) -> Result<Snapshot, StoreError> {
        let mut transaction = self.inner.repository.read().await?;
        let latest = revision(&transaction.rows(fixed(LATEST), Vec::new()).await?);
        let sql = fixed("SELECT noun, identity, value FROM setting");
        let rows = transaction.rows(sql, Vec::new()).await?;
        transaction.commit().await?;
        self.assemble(latest, rows)
    }

    /// The snapshot as it stood at a revision; 0 is the empty deployment.
    ///
    /// # Errors
    /// `RevisionUnknown`, and the store's.
    pub async fn snapshot_at(&self, at: Revision) -> Result<Arc<Snapshot>, StoreError> {
        let latest = self.latest_revision().await?;
        if at > latest {
            return Err(unknown(at, latest));
        }
        let sql = fixed(
            "SELECT noun, identity, after FROM change WHERE part IN ('setting', 'topology') AND revision <= $1 \
             ORDER BY revision, ordinal",
        );
        let mut standing: HashMap<(String, String), Option<Row>> = HashMap::new();
        for mut row in self.inner.repository.query(sql, vec![at.0.into()]).await? {
            let key = (row.text(0), row.text(1));
            let after = row.optional_text(2);
            standing.insert(key.clone(), after.map(|after| Row::of([key.0, key.1, after])));
        }
        Ok(Arc::new(
            self.assemble(at, standing.into_values().flatten().collect())?,
        ))
    }

    fn assemble(&self, revision: Revision, rows: Vec<Row>) -> Result<Snapshot, StoreError> {
        let mut topology = serde_json::Value::Null;
        let mut settings = SettingsTree::new();
        for mut row in rows {
            let (noun, identity) = (row.text(0), row.text(1));
            let value = self.document(&row.text(2))?;
            if noun == TOPOLOGY {
                topology = value;
            } else {
                settings.entry(noun).or_default().insert(identity, value);
            }
        }
        let realm = self.inner.realm.clone();
        Ok(Snapshot {
            revision,
            realm,
            topology: Arc::new(topology),
            settings: Arc::new(settings),
        })
    }

    /// The newest revisions first, at most `limit`.
    ///
    /// # Errors
    /// The store's.
    pub async fn history(&self, limit: usize) -> Result<Vec<RevisionInfo>, StoreError> {
        let sql =
            fixed("SELECT revision, at, who, command, message FROM revision ORDER BY revision DESC LIMIT $1");
        let rows = self
            .inner
            .repository
            .query(sql, vec![(limit as u64).into()])
            .await?;
        Ok(rows.into_iter().map(info).collect())
    }

    /// What a revision changed, in order. Credentials come without keys.
    ///
    /// # Errors
    /// `RevisionUnknown`, and the store's.
    pub async fn changes(&self, of: Revision) -> Result<Vec<Change>, StoreError> {
        let latest = self.latest_revision().await?;
        if of.0 == 0 || of > latest {
            return Err(unknown(of, latest));
        }
        let sql = fixed(
            "SELECT part, noun, identity, before, after FROM change WHERE revision = $1 ORDER BY ordinal",
        );
        let rows = self.inner.repository.query(sql, vec![of.0.into()]).await?;
        rows.into_iter().map(|row| self.change(row)).collect()
    }

    fn change(&self, mut row: Row) -> Result<Change, StoreError> {
        let (part, noun, identity) = (row.text(0), row.text(1), row.text(2));
        let (before, after) = (row.optional_text(3), row.optional_text(4));
        Ok(match part.as_str() {
            "topology" => Change::Topology {
                before: self.optional(before)?,
                after: self.optional(after)?,
            },
            "setting" => Change::Setting {
                noun,
                identity,
                before: self.optional(before)?,
                after: self.optional(after)?,
            },
            "object" => Change::Object {
                before: self.optional::<DirectoryObject>(before)?.map(Box::new),
                after: self.optional::<DirectoryObject>(after)?.map(Box::new),
            },
            "credential" => Change::Credential {
                object: ObjectId(identity),
                keys: Vec::new(),
            },
            other => return Err(damaged(self.place(), format!("history has a part '{other}'"))),
        })
    }

    /// A document as the database has it.
    pub(super) fn document<T: DeserializeOwned>(&self, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text)
            .map_err(|error| damaged(self.place(), format!("a document cannot be read ({error})")))
    }

    fn optional<T: DeserializeOwned>(&self, text: Option<String>) -> Result<Option<T>, StoreError> {
        text.map(|text| self.document(&text)).transpose()
    }
}

/// Reads the newest revision.
pub(super) const LATEST: &str = "SELECT COALESCE(MAX(revision), 0) FROM revision";

pub(super) fn revision(rows: &[Row]) -> Revision {
    Revision(
        rows.first()
            .map_or(0, |row| u64::try_from(row.number(0)).unwrap_or(0)),
    )
}

/// Reads the newest revision, and the newest ones that changed settings and topology: one look-up in an index each, as
/// every cmdlet asks and most commits in a large deployment change users only.
const DOCUMENTS: &str = "SELECT (SELECT COALESCE(MAX(revision), 0) FROM revision), \
     (SELECT COALESCE(MAX(revision), 0) FROM change WHERE part = 'setting'), \
     (SELECT COALESCE(MAX(revision), 0) FROM change WHERE part = 'topology')";

fn documents(rows: &[Row]) -> Revision {
    let newest = rows.first().map_or(0, |row| row.number(1).max(row.number(2)));
    Revision(u64::try_from(newest).unwrap_or(0))
}

fn info(mut row: Row) -> RevisionInfo {
    RevisionInfo {
        revision: Revision(u64::try_from(row.number(0)).unwrap_or(0)),
        when: row.number(1),
        who: row.text(2),
        command: row.text(3),
        message: row.optional_text(4),
    }
}

fn unknown(revision: Revision, latest: Revision) -> StoreError {
    StoreError::new(
        ErrorKind::RevisionUnknown,
        format!("There is no revision {revision}; the newest is {latest}."),
        "`plenum topology history` lists them.",
    )
}
