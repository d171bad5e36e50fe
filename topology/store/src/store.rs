//! The store as everybody uses it: opened once by a process, cloned freely, read and written from any task.
//!
//! A process may stop at any moment. What [`Store::commit`] answered is durable; what it had not answered is there
//! whole or not at all.

pub(crate) mod commit;
mod objects;
mod published;
mod watch;

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use plenum_topology::change::{ChangeSet, Revision};
use plenum_topology::directory::{CredentialKey, ObjectId};
use plenum_topology::snapshot::Snapshot;

use crate::credential::{self, Seal};
use crate::directory::ldap::LdapDirectory;
use crate::error::{CommitError, ErrorKind, StoreError, damaged};
use crate::sql::{self, Repository, Transaction, fixed, migrate};

pub use watch::{Changed, Watch};

/// What the key check in the database says when it is opened with the right key.
const KEY_CHECK: &str = "plenum";

/// A deployment's store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    repository: Arc<dyn Repository>,
    seal: Seal,
    realm: String,
    /// The newest revision that this process has seen committed; it wakes those that watch.
    committed: tokio::sync::watch::Sender<Revision>,
    /// The snapshot that was read last.
    cached: Mutex<Option<Arc<Snapshot>>>,
    /// The LDAP directory that accounts come from, when they are not the store's own.
    ldap: OnceLock<Arc<LdapDirectory>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.inner.repository.place())
    }
}

impl Store {
    /// Makes a deployment: its tables, its realm and its key file (mode 0600; the folders that are missing, 0700).
    ///
    /// `now` is in milliseconds since 1970-01-01 UTC. What an interrupted creation has left is completed.
    ///
    /// # Errors
    /// `StoreExists` when there is a deployment, and whatever keeps the store from being opened.
    pub async fn create(url: &str, key_file: &Path, realm: &str, now: i64) -> Result<Store, StoreError> {
        for file in [Some(key_file), sqlite_file(url)].into_iter().flatten() {
            make_folder(file)?;
        }
        let repository = sql::connect(url, true).await?;
        if migrate::version(&*repository).await? != migrate::Version::None
            && stored(&*repository, "realm").await?.is_some()
        {
            return Err(exists(repository.place()));
        }
        let seal = Seal::create(key_file)?;
        let mut transaction = repository.write().await?;
        migrate::migrate(&mut *transaction, &*repository).await?;
        let check = seal.close(KEY_CHECK, KEY_CHECK)?;
        for (name, value) in [
            ("realm", realm),
            ("key_check", &check),
            ("created", &now.to_string()),
        ] {
            let sql = fixed("INSERT INTO deployment (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING");
            if transaction.execute(sql, vec![name.into(), value.into()]).await? == 0 {
                return Err(exists(repository.place()));
            }
        }
        transaction.commit().await?;
        Ok(Store::new(repository, seal, realm.to_owned()))
    }

    /// Opens a deployment's store, and brings its tables up to what this program expects.
    ///
    /// # Errors
    /// `StoreUrl`, `StoreMissing`, `StoreUnreachable`, `StoreAccessDenied`, `StoreDamaged`, `StoreBusy`,
    /// `StoreSchemaNewer`, `CredentialKeyMissing`, `CredentialKeyWrong`.
    pub async fn open(url: &str, key_file: &Path) -> Result<Store, StoreError> {
        let repository = sql::connect(url, false).await?;
        match migrate::version(&*repository).await? {
            migrate::Version::None => return Err(empty(repository.place())),
            migrate::Version::Current => {}
            migrate::Version::Older => {
                let mut transaction = repository.write().await?;
                migrate::migrate(&mut *transaction, &*repository).await?;
                transaction.commit().await?;
            }
        }
        let Some(realm) = stored(&*repository, "realm").await? else {
            return Err(empty(repository.place()));
        };
        let seal = Seal::read(key_file)?;
        let check = stored(&*repository, "key_check").await?;
        let check =
            check.ok_or_else(|| damaged(repository.place(), "the check of the credential key is gone"))?;
        if seal.open(&check, KEY_CHECK).as_deref() != Some(KEY_CHECK) {
            return Err(credential::wrong_key(key_file));
        }
        Ok(Store::new(repository, seal, realm))
    }

    fn new(repository: Arc<dyn Repository>, seal: Seal, realm: String) -> Store {
        let committed = tokio::sync::watch::Sender::new(Revision(0));
        let (cached, ldap) = (Mutex::new(None), OnceLock::new());
        Store {
            inner: Arc::new(Inner {
                repository,
                seal,
                realm,
                committed,
                cached,
                ldap,
            }),
        }
    }

    pub(crate) fn repository(&self) -> &dyn Repository {
        &*self.inner.repository
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.inner.seal
    }

    /// Where the store is, without a password.
    pub fn place(&self) -> &str {
        self.inner.repository.place()
    }

    /// The realm of Digest keys, fixed when the deployment was made.
    pub fn realm(&self) -> &str {
        &self.inner.realm
    }

    /// The keys of a password for these user names, in the deployment's realm.
    pub fn keys_for(&self, password: &str, usernames: &[String]) -> Vec<CredentialKey> {
        credential::keys_for(password, usernames, &self.inner.realm)
    }

    /// A new objectGUID.
    pub fn new_id(&self) -> ObjectId {
        ObjectId(uuid::Uuid::new_v4().hyphenated().to_string())
    }

    /// Reads all of the store and checks what the engine can check. Takes a while on a large one.
    ///
    /// # Errors
    /// `StoreDamaged` with the findings.
    pub async fn verify(&self) -> Result<(), StoreError> {
        self.inner.repository.verify().await
    }

    /// From now on object changes are written to this LDAP directory too. Only the first directory counts.
    pub fn attach_directory(&self, directory: Arc<LdapDirectory>) {
        if self.inner.ldap.set(directory).is_err() {
            tracing::warn!("an LDAP directory is attached already; the second one is not used");
        }
    }

    /// The LDAP directory that accounts come from; `None` when they are the store's own.
    pub fn ldap_directory(&self) -> Option<&Arc<LdapDirectory>> {
        self.inner.ldap.get()
    }

    /// Writes a change set, all of it or nothing; `now` is in milliseconds since 1970-01-01 UTC.
    ///
    /// With `base`, only if that is still the newest revision. Every change says what it expects to stand (`before`).
    /// A set without changes writes nothing and answers with the newest revision. With an LDAP directory attached, what
    /// the set says of its objects is written there before the store's own commit: see [`crate::directory::replicate`].
    ///
    /// # Errors
    /// `StoreMovedOn`, `ChangeConflict`, `AlreadyAssigned`, `SecretInObject`, the store's and the directory's own.
    pub async fn commit(
        &self,
        base: Option<Revision>,
        set: ChangeSet,
        now: i64,
    ) -> Result<Revision, CommitError> {
        self.commit_through(self.ldap_directory().cloned(), base, set, now)
            .await
    }

    pub(crate) async fn commit_through(
        &self,
        ldap: Option<Arc<LdapDirectory>>,
        base: Option<Revision>,
        set: ChangeSet,
        now: i64,
    ) -> Result<Revision, CommitError> {
        let mut transaction = self.inner.repository.write().await?;
        let written = commit::write(&mut *transaction, &self.inner.seal, base, &set, now).await;
        let revision = match written {
            Ok(revision) => revision,
            Err(error) => return Err(undo(transaction, error).await),
        };
        if let Some(ldap) = ldap
            && let Err(error) = ldap.write(&set.changes).await
        {
            return Err(undo(transaction, error).await);
        }
        transaction.commit().await?;
        self.inner.committed.send_if_modified(|seen| {
            let newer = *seen < revision;
            *seen = revision.max(*seen);
            newer
        });
        Ok(revision)
    }

    /// Lets go of files and connections, after what is under way.
    ///
    /// # Errors
    /// The engine's.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.inner.repository.close().await
    }
}

/// Rolls back and hands the first error on: a failing rollback adds nothing that the administrator could act on.
async fn undo(transaction: Box<dyn Transaction>, error: StoreError) -> StoreError {
    if let Err(second) = transaction.roll_back().await {
        tracing::warn!(error = %second, "a refused change set was rolled back by closing its connection");
    }
    error
}

async fn stored(repository: &dyn Repository, name: &'static str) -> Result<Option<String>, StoreError> {
    let sql = fixed("SELECT value FROM deployment WHERE name = $1");
    let mut rows = repository.query(sql, vec![name.into()]).await?;
    Ok(rows.first_mut().map(|row| row.text(0)))
}

fn sqlite_file(url: &str) -> Option<&Path> {
    let rest = url.strip_prefix("sqlite:")?;
    Some(Path::new(rest.strip_prefix("//").unwrap_or(rest)))
}

fn make_folder(file: &Path) -> Result<(), StoreError> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| sql::access_denied(&folder.display().to_string(), &error.to_string()))
}

fn exists(place: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreExists,
        format!("There is a deployment in the store {place} already; it is left as it is."),
        "Use it, or name another store.",
    )
}

fn empty(place: &str) -> StoreError {
    StoreError::new(
        ErrorKind::StoreMissing,
        format!("The database {place} holds no deployment."),
        "Make one with `plenum up TOPOLOGY.yaml`, or name the right store; if there was one, bring the database back from a \
         backup.",
    )
}
