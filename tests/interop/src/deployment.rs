//! A deployment of the example topology on a loopback address of its own, made with the program as a user would.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::peers::{Peer, until};

/// SIP over UDP and TCP in the example topology.
pub const SIP_PORT: u16 = 15060;
/// SIP over TLS in the example topology.
pub const TLS_PORT: u16 = 15061;

/// A deployment in a temporary folder.
pub struct Deployment {
    /// Its folder; the state folder is inside.
    pub folder: PathBuf,
    /// The address that its server listens on.
    pub address: String,
    server: Option<Peer>,
}

/// The workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace is two folders up")
}

/// The example topology.
pub fn example() -> io::Result<String> {
    fs::read_to_string(workspace().join("examples/contoso.yaml"))
}

/// The program, beside this test's own binary.
pub fn program() -> io::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let program = test
        .parent()
        .and_then(Path::parent)
        .map(|folder| folder.join("plenum"))
        .unwrap_or_default();
    if program.exists() {
        Ok(program)
    } else {
        Err(io::Error::other(format!(
            "{} is missing: `cargo build -p plenum-cli` makes it",
            program.display()
        )))
    }
}

impl Deployment {
    /// Makes the deployment from the example topology and applies it.
    pub fn new(name: &str) -> io::Result<Deployment> {
        Deployment::from_topology(name, &example()?)
    }

    /// The same with its published state in a PostgreSQL database.
    pub fn with_store(name: &str, url: &str) -> io::Result<Deployment> {
        let deployment = Deployment::prepare(name, &example()?)?;
        deployment.run(&["up", "topology.yaml", "--store", url], "")?;
        Ok(deployment)
    }

    /// Makes a deployment from a topology written for 127.0.0.1.
    pub fn from_topology(name: &str, topology: &str) -> io::Result<Deployment> {
        let deployment = Deployment::prepare(name, topology)?;
        // `up` with an empty script makes the deployment, starts and stops its server: the whole first command.
        deployment.run(&["up", "topology.yaml"], "")?;
        Ok(deployment)
    }

    /// A folder with the topology file and no deployment yet.
    pub fn prepare(name: &str, topology: &str) -> io::Result<Deployment> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let process = std::process::id();
        let address = format!(
            "127.{}.{}.{}",
            1 + process % 200,
            process / 200 % 250,
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(format!("plenum-interop-{name}-{process}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let deployment = Deployment {
            folder,
            address,
            server: None,
        };
        fs::write(
            deployment.folder.join("topology.yaml"),
            topology.replace("127.0.0.1", &deployment.address),
        )?;
        Ok(deployment)
    }

    /// Runs the program with a text on standard input; fails when it does.
    pub fn run(&self, arguments: &[&str], input: &str) -> io::Result<String> {
        let mut child = Command::new(program()?)
            .args(arguments)
            .current_dir(&self.folder)
            .env("PLENUM_STATE", self.state())
            .env("COLUMNS", "120")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let output = child.wait_with_output()?;
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        if output.status.success() {
            return Ok(out.into_owned());
        }
        Err(io::Error::other(format!(
            "plenum {arguments:?} failed with {}:\n{out}{err}",
            output.status
        )))
    }

    /// Runs a script in the shell; any error fails it.
    pub fn script(&self, script: &str) -> io::Result<String> {
        self.run(
            &["-NoProfile", "-NonInteractive", "-Command", "-"],
            &format!("$ErrorActionPreference = 'Stop'\n{script}"),
        )
    }

    /// Makes and enables users whose password is their account name followed by `-Passw0rd`.
    pub fn users(&self, names: &[&str]) -> io::Result<()> {
        let list: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        self.script(&format!(
            "foreach ($name in {}) {{\n  $secret = ConvertTo-SecureString \"$name-Passw0rd\" -AsPlainText -Force\n  New-ADUser -Name $name -SamAccountName $name -UserPrincipalName \"$name@contoso.example\" -AccountPassword $secret\n  Enable-CsUser -Identity \"$name@contoso.example\" -RegistrarPool (Get-CsPool)[0].Identity -SipAddressType UserPrincipalName\n}}",
            list.join(", ")
        ))
        .map(drop)
    }

    /// The state folder.
    pub fn state(&self) -> PathBuf {
        self.folder.join("state")
    }

    /// Starts the server and waits until it listens.
    pub fn start(&mut self) -> io::Result<()> {
        let mut command = Command::new(program()?);
        command
            .args(["server", "run", "--until-input-ends", "--state"])
            .arg(self.state());
        let server = Peer::start(&mut command, &self.folder.join("server.log"))?;
        self.server = Some(server);
        until("the server accepts connections", || {
            Ok(std::net::TcpStream::connect((self.address.as_str(), SIP_PORT)).ok())
        })
        .map(drop)
    }

    /// Stops the server in order.
    pub fn stop(&mut self) -> io::Result<()> {
        match self.server.take() {
            Some(mut server) => server.close().map(drop),
            None => Ok(()),
        }
    }

    /// Kills the server where it stands.
    pub fn kill(&mut self) {
        self.server = None;
    }

    /// The server's memory that is in use, in KiB.
    pub fn memory(&self) -> io::Result<u64> {
        let process = self.server.as_ref().map(Peer::id).unwrap_or_default();
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = resident.and_then(|value| value.trim().split(' ').next());
        number
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| io::Error::other("the server has no memory: it has ended"))
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("server.log")).unwrap_or_default()
    }
}

impl Drop for Deployment {
    fn drop(&mut self) {
        drop(self.server.take());
        if std::env::var_os("PLENUM_KEEP").is_none() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
