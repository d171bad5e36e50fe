//! A PostgreSQL server of the tests' own: temporary folder, free port, gone when the last test that uses it ends.
//!
//! What cannot be started fails the test. initdb and postgres refuse to run as root, so as root they run as the account that Debian's package makes.

#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on fails"
)]

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Weak};

use sqlx::{AssertSqlSafe, Connection as _};

use crate::folder::Folder;

/// The server.
#[derive(Debug)]
pub struct Server {
    process: Child,
    port: u16,
    _folder: Folder,
}

static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// The running server, started for the first test that asks.
    pub fn shared() -> Arc<Server> {
        let mut shared = SHARED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return running;
        }
        let server = Arc::new(Server::start());
        *shared = Arc::downgrade(&server);
        server
    }

    fn start() -> Server {
        let folder = Folder::new("postgres-data");
        let account = account();
        if let Some((user, group)) = account {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let data = folder.path().join("data");
        let made = command("initdb", account)
            .args([
                "--auth=trust",
                "--username=plenum",
                "--encoding=UTF8",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut process = command("postgres", account)
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")])
            .args([
                "-c",
                &format!("unix_socket_directories={}", folder.path().display()),
            ])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let ready = lines.by_ref().map_while(Result::ok).any(|line| {
            let ready = line.contains("ready to accept connections");
            said.push(line);
            ready
        });
        assert!(ready, "PostgreSQL did not start:\n{}", said.join("\n"));
        // Its log has to go somewhere, or the server would wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Server {
            process,
            port,
            _folder: folder,
        }
    }

    /// The URL of a database that nobody else uses.
    pub async fn database(&self) -> String {
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        let mut connection = sqlx::PgConnection::connect(&self.url("postgres")).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        self.url(&name)
    }

    /// The URL of a database; the account needs no password.
    pub fn url(&self, database: &str) -> String {
        format!("postgresql://plenum@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown; the process is ours, by its id.
        let stopped = Command::new("kill")
            .args(["-INT", &self.process.id().to_string()])
            .status();
        if !stopped.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

fn command(program: &str, account: Option<(u32, u32)>) -> Command {
    let program = binaries().join(program);
    match account {
        None => Command::new(program),
        Some((user, group)) => {
            let mut command = Command::new("setpriv");
            command
                .args([
                    &format!("--reuid={user}"),
                    &format!("--regid={group}"),
                    "--clear-groups",
                ])
                .arg(program);
            command.current_dir("/");
            command
        }
    }
}

fn binaries() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .expect("PostgreSQL is not installed: apt-get install postgresql")
        .map(|entry| entry.unwrap().path().join("bin"))
        .filter(|bin| bin.join("postgres").exists())
        .collect();
    versions.sort();
    versions
        .pop()
        .expect("PostgreSQL is not installed: apt-get install postgresql")
}

/// The user and group to run as; `None` when this process is not root.
fn account() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = ["postgres:", "nobody:"]
        .iter()
        .find_map(|name| accounts.lines().find(|line| line.starts_with(name)))
        .expect("there is an account that is not root");
    let number = |field: usize| line.split(':').nth(field).unwrap().parse().unwrap();
    Some((number(2), number(3)))
}

/// Whether a folder belongs to this process alone.
pub fn is_private(path: &Path) -> bool {
    std::fs::metadata(path).unwrap().mode() & 0o077 == 0
}
