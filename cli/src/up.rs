//! `plenum up FILE`: from a topology file to a running deployment with a prompt.
//!
//! Makes the deployment when there is none, applies the file when it differs from what is published, starts a server
//! process for each computer that runs SIP here, and opens the shell. When the shell ends the servers stop in order:
//! they watch a pipe whose other end this process holds, so they stop as well when it is killed.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use plenum_admin::{Answer, Request};
use plenum_cmdlets::ports::{ServerControl, Store};
use plenum_topology::identity::Role;
use plenum_topology::model::Topology;

use crate::args::{ShellOptions, Up};
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
    let document = match topology::read_file(&up.file)? {
        Ok(document) => document,
        Err(exit_code) => return Ok(exit_code),
    };
    let deployment = Deployment::new(folder.clone());
    if folder.exists() {
        if up.store.is_some() {
            return Err("--store is for a new deployment; this one has its store already".into());
        }
        folder.prepare()?;
    } else {
        create(&deployment, &folder, up.store.as_deref(), &document)?;
        eprintln!("Made a deployment in {}.", folder.root().display());
    }
    let applied = topology::apply_document(&deployment, &document, &format!("plenum up {}", up.file.display()))?;
    if applied != 0 {
        return Ok(applied);
    }
    let servers = Servers::start(&deployment, &document)?;
    let code = shell::open(&ShellOptions::default(), &folder);
    servers.stop();
    Ok(code)
}

/// Makes a deployment whose realm is the default SIP domain.
fn create(deployment: &Deployment, folder: &StateFolder, store: Option<&str>, document: &Topology) -> Result<(), Failure> {
    let realm = document.default_sip_domain().map(ToString::to_string).ok_or("the topology has no SIP domain")?;
    folder.prepare()?;
    let url = store.map_or_else(|| folder.default_store(), str::to_owned);
    deployment.block_on(plenum_store::Store::create(&url, folder.root(), &realm))?;
    folder.describe(&Description { store: url })?;
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
                servers.children.push((name.clone(), spawn(deployment.folder(), &name)?));
            } else {
                idle.push(name);
            }
        }
        if !idle.is_empty() {
            eprintln!("Not started, since none of their services is built yet: {}.", idle.join(", "));
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
            let begun = Instant::now();
            loop {
                if let Ok(Answer::Status(_)) = deployment.request(name, &Request::Status) {
                    break;
                }
                let ended = child.try_wait()?;
                if ended.is_some() || begun.elapsed() > START_TIMEOUT {
                    return Err(failed_start(deployment.folder(), name, ended.is_some()));
                }
                std::thread::sleep(START_POLL);
            }
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
                    eprintln!("{name} did not stop within {} s and is killed.", STOP_TIMEOUT.as_secs());
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
        .args(["server", "run", "--computer", computer, "--until-input-ends", "--state"])
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
    let what = if ended { "did not start".to_owned() } else { format!("did not answer within {} s", START_TIMEOUT.as_secs()) };
    format!("the server of {computer} {what}. The end of its log ({}):\n{}", path.display(), tail.join("\n")).into()
}
