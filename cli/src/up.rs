//! `plenum up FILE`: from a topology file to a running deployment with a prompt.
//!
//! Makes the deployment when there is none, applies the file when it differs from what is published, starts a server
//! process for each computer that runs SIP here, and opens the shell. When the shell ends the servers stop in order:
//! they watch a pipe whose other end this process holds, so they stop as well when it is killed.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_admin::{Answer, Request};
use plenum_cmdlets::ports::{ServerControl, Store};
use plenum_server_core::clock;
use plenum_topology::identity::Role;
use plenum_topology::model::Topology;

use crate::args::Up;
use crate::args::shell::ShellOptions;
use crate::compose::Deployment;
use crate::deployment::{Description, StateFolder};
use crate::{Failure, shell, topology};

/// How long a server may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// How often it is asked meanwhile.
const START_POLL: Duration = Duration::from_millis(20);
/// How long servers may take to stop in order before they are killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);
/// How much of a log is shown when a server does not start.
const LOG_TAIL: usize = 12;

/// Does all of it.
pub fn run(up: &Up) -> Result<i32, Failure> {
    let folder = StateFolder::find(up.state.state.as_deref());
    if folder.exists() && up.store.is_some() {
        return Err("--store is for a new deployment; this one has its store already".into());
    }
    let (deployment, document) = publish(&up.file, &folder, up.store.as_deref())?;
    let servers = Servers::start(&deployment, &document)?;
    let code = shell::open(&ShellOptions::default(), &folder);
    servers.stop();
    Ok(code)
}

/// Makes or updates the deployment of a state folder from a topology file, without starting anything.
pub fn prepare(file: &Path, folder: &StateFolder) -> Result<(), Failure> {
    publish(file, folder, None).map(drop)
}

fn publish(
    file: &Path,
    folder: &StateFolder,
    store: Option<&str>,
) -> Result<(Arc<Deployment>, Topology), Failure> {
    let document = topology::read_file(file)?;
    let deployment = Arc::new(Deployment::new(folder.clone()));
    if folder.exists() {
        folder.prepare()?;
    } else {
        create(&deployment, folder, store, &document)?;
    }
    topology::apply_file(&deployment, file)?;
    Ok((deployment, document))
}

/// Waits until the servers of a state folder's SIP computers answer.
pub fn wait_until_ready(folder: &StateFolder) -> Result<(), Failure> {
    let deployment = Deployment::new(folder.clone());
    let snapshot = deployment.snapshot().map_err(|error| error.message)?;
    let document = Topology::from_json(&snapshot.topology)?;
    for (_, pool, computer) in document.computers() {
        if pool.runs(Role::Registrar) {
            wait_for(&deployment, &computer.fqdn.to_string(), || Ok(false))?;
        }
    }
    Ok(())
}

/// Waits until a server answers; `ended` says whether its process has gone meanwhile.
fn wait_for(
    deployment: &Deployment,
    computer: &str,
    mut ended: impl FnMut() -> std::io::Result<bool>,
) -> Result<(), Failure> {
    let begun = Instant::now();
    loop {
        if let Ok(Answer::Status(_)) = deployment.request(computer, &Request::Status) {
            return Ok(());
        }
        let ended = ended()?;
        if ended || begun.elapsed() > START_TIMEOUT {
            return Err(failed_start(deployment.folder(), computer, ended));
        }
        std::thread::sleep(START_POLL);
    }
}

/// Makes a deployment whose realm is the default SIP domain.
fn create(
    deployment: &Deployment,
    folder: &StateFolder,
    store: Option<&str>,
    document: &Topology,
) -> Result<(), Failure> {
    let realm = document
        .default_sip_domain()
        .map(ToString::to_string)
        .ok_or("the topology has no SIP domain")?;
    folder.prepare()?;
    let description = Description {
        store: store.map(str::to_owned),
        directory: None,
    };
    deployment.block_on(plenum_store::Store::create(
        &folder.store_url(&description),
        &folder.credential_key(),
        &realm,
        clock::now(),
    ))?;
    folder.describe(&description)?;
    Ok(())
}

/// The server processes of one `up`.
struct Servers {
    children: Vec<(String, Child)>,
}

impl Servers {
    fn start(deployment: &Deployment, document: &Topology) -> Result<Servers, Failure> {
        let mut servers = Servers { children: Vec::new() };
        let mut idle = Vec::new();
        for (_, pool, computer) in document.computers() {
            let name = computer.fqdn.to_string();
            if pool.runs(Role::Registrar) {
                servers
                    .children
                    .push((name.clone(), spawn(deployment.folder(), &name)?));
            } else {
                idle.push(name);
            }
        }
        if !idle.is_empty() {
            eprintln!(
                "Not started, since none of their services is built yet: {}.",
                idle.join(", ")
            );
        }
        if let Err(error) = servers.wait_until_ready(deployment) {
            servers.stop();
            return Err(error);
        }
        Ok(servers)
    }

    fn wait_until_ready(&mut self, deployment: &Deployment) -> Result<(), Failure> {
        let revision = deployment.snapshot().map_err(|error| error.message)?.revision;
        for (name, child) in &mut self.children {
            wait_for(deployment, name, || Ok(child.try_wait()?.is_some()))?;
            eprintln!("{name} runs revision {revision}.");
        }
        Ok(())
    }

    /// Stops all of them in order, at the same time.
    fn stop(self) {
        let mut waiting = self.children;
        for (_, child) in &mut waiting {
            drop(child.stdin.take());
        }
        let begun = Instant::now();
        for (name, child) in &mut waiting {
            while matches!(child.try_wait(), Ok(None)) {
                if begun.elapsed() > STOP_TIMEOUT {
                    eprintln!(
                        "{name} did not stop within {} s and is killed.",
                        STOP_TIMEOUT.as_secs()
                    );
                    let _ = child.kill();
                    let _ = child.wait();
                    break;
                }
                std::thread::sleep(START_POLL);
            }
        }
        if std::io::stderr().is_terminal() && !waiting.is_empty() {
            eprintln!("The servers have stopped.");
        }
        let _ = std::io::stderr().flush();
    }
}

fn spawn(folder: &StateFolder, computer: &str) -> Result<Child, Failure> {
    let log_file = folder.log_file(computer);
    let log = File::options()
        .create(true)
        .append(true)
        .open(&log_file)
        .map_err(|error| format!("{}: {error}", log_file.display()))?;
    use std::os::unix::process::CommandExt;
    let child = Command::new(std::env::current_exe()?)
        .args([
            "server",
            "run",
            "--computer",
            computer,
            "--until-input-ends",
            "--state",
        ])
        .arg(folder.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(log)
        // A group of its own: Ctrl-C at the prompt is the shell's, not the servers'.
        .process_group(0)
        .spawn()?;
    Ok(child)
}

fn failed_start(folder: &StateFolder, computer: &str, ended: bool) -> Failure {
    let path = folder.log_file(computer);
    let log = std::fs::read_to_string(&path).unwrap_or_default();
    let lines: Vec<&str> = log.lines().rev().take(LOG_TAIL).collect();
    let tail: Vec<&str> = lines.into_iter().rev().collect();
    let what = if ended {
        "did not start".to_owned()
    } else {
        format!("did not answer within {} s", START_TIMEOUT.as_secs())
    };
    format!(
        "the server of {computer} {what}. The end of its log ({}):\n{}",
        path.display(),
        tail.join("\n")
    )
    .into()
}
