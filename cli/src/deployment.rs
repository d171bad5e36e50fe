//! The state folder: where a deployment keeps what it is made of, and how a program finds it.
//!
//! ```text
//! .plenum/
//!   deployment.json      where the store is, when the deployment was made
//!   plenum.db            the published state (SQLite), unless it is in PostgreSQL
//!   credential.key       what credentials at rest are encrypted with
//!   certificates/        the authority and the servers' certificates
//!   control/             one socket per running server
//!   logs/                what servers say while `up` runs them
//! ```
//!
//! The folder belongs to one account and nobody else can enter it.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The name of a state folder that lies beside the files of a deployment.
const LOCAL_FOLDER: &str = ".plenum";

/// A deployment's state folder.
#[derive(Clone, Debug)]
pub struct StateFolder {
    root: PathBuf,
}

/// What `deployment.json` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    /// The store's URL, without a password.
    pub store: String,
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

    /// The URL of the store that `up` makes when none was named.
    pub fn default_store(&self) -> String {
        format!("sqlite://{}", self.root.join("plenum.db").display())
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

    /// Writes what the deployment is, as the last step of making it.
    pub fn describe(&self, description: &Description) -> Result<(), FolderError> {
        let path = self.description_file();
        let temporary = path.with_extension("new");
        let text = serde_json::to_string_pretty(description).expect("a description is plain text");
        fs::write(&temporary, text + "\n")
            .and_then(|()| fs::rename(&temporary, &path))
            .map_err(|source| FolderError::File { path, source })
    }
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
