//! The state folder: where a deployment keeps what it is made of, and how a program finds it.
//!
//! ```text
//! .plenum/
//!   deployment.json      where the store and the directory are, when they are not in this folder
//!   plenum.db            the published state (SQLite), unless it is in PostgreSQL
//!   credential.key       what credentials at rest are encrypted with
//!   directory.password   the password for the LDAP directory, when there is one
//!   certificates/        the authority and the servers' certificates
//!   control/             one socket per running server
//!   logs/                what servers say while `up` runs them
//! ```
//!
//! The folder belongs to one account and nobody else can enter it. Nothing in it says where it is: it can be moved.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use plenum_server_core::private_file;
use plenum_store::LdapOptions;
use serde::{Deserialize, Serialize};

/// The name of a state folder that lies beside the files of a deployment.
const LOCAL_FOLDER: &str = ".plenum";

/// A deployment's state folder.
#[derive(Clone, Debug)]
pub struct StateFolder {
    root: PathBuf,
}

/// What `deployment.json` says.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Description {
    /// The store's URL, without a password; `None` for the database in this folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// The LDAP directory that accounts come from; `None` when they are the store's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<DirectoryDescription>,
}

/// An LDAP directory, without the password.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DirectoryDescription {
    /// `ldaps://dc01.contoso.example` or `ldap://dc01.contoso.example:389`.
    pub url: String,
    /// Whether `ldap://` is put under TLS first.
    #[serde(default)]
    pub start_tls: bool,
    /// The PEM file of the authorities that are trusted; `None` means the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorities: Option<PathBuf>,
    /// The account to bind as.
    pub bind_dn: String,
    /// Where accounts are looked for.
    pub base: String,
    /// Which entries are accounts; `None` means users and contacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

impl DirectoryDescription {
    /// How the store reaches the directory.
    pub fn options(&self, password: String) -> LdapOptions {
        LdapOptions {
            url: self.url.clone(),
            start_tls: self.start_tls,
            authorities: self.authorities.clone(),
            bind_dn: self.bind_dn.clone(),
            bind_password: password,
            base: self.base.clone(),
            filter: self.filter.clone(),
        }
    }
}

/// Why a state folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no deployment here.
    #[error(
        "there is no deployment in {0}; make one with `plenum up TOPOLOGY.yaml`, or name its folder with --state"
    )]
    Missing(PathBuf),
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The description is damaged.
    #[error("{path}: {reason}; restore the file from a backup")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl StateFolder {
    /// The folder that was named, else the one that a program started here belongs to.
    pub fn find(named: Option<&Path>) -> StateFolder {
        let root = named.map_or_else(default_folder, Path::to_owned);
        StateFolder {
            root: std::path::absolute(&root).unwrap_or(root),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a deployment is in it.
    pub fn exists(&self) -> bool {
        self.description_file().exists()
    }

    /// What credentials at rest are encrypted with.
    pub fn credential_key(&self) -> PathBuf {
        self.root.join("credential.key")
    }

    /// Where certificates are.
    pub fn certificates(&self) -> PathBuf {
        self.root.join("certificates")
    }

    /// Where servers write their logs while `plenum up` runs them.
    pub fn log_file(&self, computer: &str) -> PathBuf {
        self.root.join("logs").join(format!("{computer}.log"))
    }

    /// The control socket of the server on a computer.
    pub fn control_socket(&self, computer: &str) -> PathBuf {
        self.root.join("control").join(format!("{computer}.sock"))
    }

    /// Where the registrations of a computer outlive its server.
    pub fn registrations(&self, computer: &str) -> PathBuf {
        self.root.join("registrations").join(format!("{computer}.jsonl"))
    }

    /// The URL of the store.
    pub fn store_url(&self, description: &Description) -> String {
        let own = || format!("sqlite://{}", self.root.join("plenum.db").display());
        description.store.clone().unwrap_or_else(own)
    }

    /// The password for the LDAP directory.
    pub fn directory_password(&self) -> Result<String, FolderError> {
        let path = self.directory_password_file();
        fs::read_to_string(&path).map_err(|source| FolderError::File { path, source })
    }

    /// Keeps the password for the LDAP directory, or forgets it.
    pub fn keep_directory_password(&self, password: Option<&str>) -> Result<(), FolderError> {
        let path = self.directory_password_file();
        match password {
            Some(password) => replace(&path, password),
            None => match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    Err(FolderError::File { path, source })
                }
                _ => Ok(()),
            },
        }
    }

    fn directory_password_file(&self) -> PathBuf {
        self.root.join("directory.password")
    }

    fn description_file(&self) -> PathBuf {
        self.root.join("deployment.json")
    }

    /// Reads what the deployment is.
    pub fn description(&self) -> Result<Description, FolderError> {
        let path = self.description_file();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(FolderError::Missing(self.root.clone()));
            }
            Err(source) => return Err(FolderError::File { path, source }),
        };
        serde_json::from_str(&text).map_err(|error| FolderError::Damaged {
            path,
            reason: error.to_string(),
        })
    }

    /// Makes the folder and those inside it, private to this account.
    pub fn prepare(&self) -> Result<(), FolderError> {
        for folder in ["", "certificates", "control", "logs"] {
            let path = self.root.join(folder);
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&path)
                .map_err(|source| FolderError::File { path, source })?;
        }
        Ok(())
    }

    /// Writes what the deployment is, as the last step of making or changing it.
    pub fn describe(&self, description: &Description) -> Result<(), FolderError> {
        let text = serde_json::to_string_pretty(description).expect("a description is plain text");
        replace(&self.description_file(), &(text + "\n"))
    }
}

/// Writes a file that only this account can read, whole or not at all, and durably.
fn replace(path: &Path, text: &str) -> Result<(), FolderError> {
    let written = private_file::replace(path, |file| file.write_all(text.as_bytes()));
    written.map(drop).map_err(|source| FolderError::File {
        path: path.to_owned(),
        source,
    })
}

fn default_folder() -> PathBuf {
    if let Some(named) = std::env::var_os("PLENUM_STATE").filter(|value| !value.is_empty()) {
        return named.into();
    }
    let local = PathBuf::from(LOCAL_FOLDER);
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state/plenum"));
    match home {
        Some(home) if !local.exists() && home.join("deployment.json").exists() => home,
        _ => local,
    }
}
