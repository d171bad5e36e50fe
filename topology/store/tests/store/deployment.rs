//! A deployment in a temporary folder, on either engine, and the objects that the tests put into it.

use std::path::PathBuf;
use std::sync::Arc;

use plenum_store::Store;
use plenum_topology::change::{Change, ChangeSet};
use plenum_topology::directory::{DirectoryObject, ObjectId};
use sqlx::{AssertSqlSafe, Connection as _};

use plenum_interop::folder::Folder;
use plenum_interop::postgres::Server;

/// The moment at which all tests happen.
pub const NOW: i64 = 1_700_000_000_000;

/// Where a test's store is.
pub struct Deployment {
    pub url: String,
    pub folder: Folder,
    _server: Option<Arc<Server>>,
}

impl Deployment {
    pub async fn sqlite() -> Deployment {
        let folder = Folder::new("sqlite");
        let url = format!("sqlite://{}", folder.path().join("state/plenum.db").display());
        Deployment {
            url,
            folder,
            _server: None,
        }
    }

    pub async fn postgresql() -> Deployment {
        let server = Server::shared();
        let url = server.database().await;
        Deployment {
            url,
            folder: Folder::new("postgresql"),
            _server: Some(server),
        }
    }

    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("state/credential.key")
    }

    pub async fn create(&self) -> Store {
        Store::create(&self.url, &self.key_file(), "contoso.example", NOW)
            .await
            .unwrap()
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url, &self.key_file()).await.unwrap()
    }

    /// Runs a statement beside the store, as another program could.
    pub async fn raw(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        if self.url.starts_with("sqlite:") {
            let mut connection = sqlx::SqliteConnection::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        } else {
            let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
            sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        }
    }
}

/// A user whose names all derive from one.
pub fn user(name: &str) -> DirectoryObject {
    let mut user = DirectoryObject {
        id: ObjectId(
            uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes())
                .hyphenated()
                .to_string(),
        ),
        dn: format!("CN={name} Smith,OU=Sales,DC=contoso,DC=example"),
        ..DirectoryObject::default()
    };
    let lower = name.to_lowercase();
    for (attribute, value) in [
        ("objectClass", "user".to_owned()),
        ("cn", format!("{name} Smith")),
        ("displayName", format!("{name} Smith")),
        ("sAMAccountName", lower.clone()),
        ("userPrincipalName", format!("{lower}@contoso.example")),
        (
            "msRTCSIP-PrimaryUserAddress",
            format!("sip:{lower}@contoso.example"),
        ),
        ("msRTCSIP-UserEnabled", "TRUE".to_owned()),
        ("msRTCSIP-PrimaryHomeServer", "pool01.contoso.example".to_owned()),
    ] {
        user.set(attribute, vec![value]);
    }
    user
}

/// The same object with one attribute set.
pub fn with(object: &DirectoryObject, attribute: &str, value: &str) -> DirectoryObject {
    let mut changed = object.clone();
    changed.set(attribute, vec![value.to_owned()]);
    changed
}

pub fn created(object: &DirectoryObject) -> Change {
    Change::Object {
        before: None,
        after: Some(Box::new(object.clone())),
    }
}

pub fn changed(before: &DirectoryObject, after: &DirectoryObject) -> Change {
    Change::Object {
        before: Some(Box::new(before.clone())),
        after: Some(Box::new(after.clone())),
    }
}

pub fn removed(object: &DirectoryObject) -> Change {
    Change::Object {
        before: Some(Box::new(object.clone())),
        after: None,
    }
}

/// An instance of a settings noun that is made or changed.
pub fn setting(identity: &str, before: Option<u64>, after: Option<u64>) -> Change {
    let value = |number: u64| serde_json::json!({ "simultaneousRing": number });
    Change::Setting {
        noun: "CsVoicePolicy".to_owned(),
        identity: identity.to_owned(),
        before: before.map(value),
        after: after.map(value),
    }
}

pub fn set(changes: Vec<Change>) -> ChangeSet {
    ChangeSet {
        who: "CONTOSO\\admin".to_owned(),
        command: "Set-CsVoicePolicy".to_owned(),
        message: Some("because".to_owned()),
        changes,
    }
}
