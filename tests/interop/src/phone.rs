//! A baresip phone: configured by files, driven and observed through its control port (netstrings of JSON).

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::deployment::{Deployment, SIP_PORT, TLS_PORT};
use crate::peers::{Peer, until};

/// How long one read of the control port waits.
const READ_SLICE: Duration = Duration::from_millis(50);

/// A phone that is signed in as one user.
pub struct Phone {
    name: String,
    folder: PathBuf,
    control: TcpStream,
    buffer: Vec<u8>,
    seen: Vec<Value>,
    _process: Peer,
}

/// How a phone reaches the server.
#[derive(Clone, Copy, Debug)]
pub enum Via {
    /// Datagrams.
    Udp,
    /// TCP without encryption.
    Tcp,
    /// TLS, with the server's certificate checked.
    Tls,
}

impl Phone {
    /// Starts a phone that plays a tone of `frequency` and writes what it hears to a file.
    pub fn start(
        deployment: &Deployment,
        name: &str,
        via: Via,
        control_port: u16,
        frequency: u32,
        watches: &[&str],
    ) -> io::Result<Phone> {
        let folder = deployment.folder.join(format!("phone-{name}"));
        fs::create_dir_all(&folder)?;
        fs::write(
            folder.join("config"),
            config(deployment, &folder, control_port, frequency),
        )?;
        fs::write(folder.join("accounts"), account(deployment, name, via))?;
        let contacts: String = watches
            .iter()
            .map(|watched| format!("\"{watched}\" <sip:{watched}@contoso.example>;presence=p2p\n"))
            .collect();
        fs::write(folder.join("contacts"), contacts)?;
        let mut command = Command::new("baresip");
        command
            .arg("-f")
            .arg(&folder)
            .args(["-v", "-s"])
            .env("HOME", &folder);
        let process = Peer::start(&mut command, &folder.join("log"))?;
        let control = until("baresip opens its control port", || {
            Ok(TcpStream::connect((deployment.address.as_str(), control_port)).ok())
        })
        .map_err(|error| io::Error::other(format!("{error}\n{}", log(&folder))))?;
        control.set_read_timeout(Some(READ_SLICE))?;
        Ok(Phone {
            name: name.to_owned(),
            folder,
            control,
            buffer: Vec::new(),
            seen: Vec::new(),
            _process: process,
        })
    }

    /// Gives the phone a command.
    pub fn command(&mut self, command: &str, parameters: &str) -> io::Result<()> {
        let text = json!({ "command": command, "params": parameters, "token": "t" }).to_string();
        self.control
            .write_all(format!("{}:{text},", text.len()).as_bytes())
    }

    /// Waits for an event of a type (`REGISTER_OK`, `CALL_ESTABLISHED` …).
    pub fn event(&mut self, kind: &str) -> io::Result<Value> {
        self.wait_for(kind, |message| message["type"] == kind)
    }

    /// Waits until a text stands in the phone's log.
    pub fn prints(&mut self, text: &str) -> io::Result<()> {
        let folder = self.folder.clone();
        let name = self.name.clone();
        until(&format!("{name} prints {text:?}"), || {
            self.poll()?;
            Ok(log(&folder).contains(text).then_some(()))
        })
        .map_err(|error| io::Error::other(format!("{error}\n{}", log(&self.folder))))
    }

    fn wait_for(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> io::Result<Value> {
        let (name, folder) = (self.name.clone(), self.folder.clone());
        until(&format!("{name} says {what}"), || {
            self.poll()?;
            Ok(self.seen.iter().position(&wanted).map(|at| self.seen.remove(at)))
        })
        .map_err(|error| io::Error::other(format!("{error}\nseen: {:?}\n{}", self.seen, log(&folder))))
    }

    fn poll(&mut self) -> io::Result<()> {
        let mut piece = [0; 4096];
        match self.control.read(&mut piece) {
            Ok(count) => self.buffer.extend_from_slice(&piece[..count]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        while let Some((message, used)) = netstring(&self.buffer) {
            self.seen.extend(serde_json::from_slice::<Value>(message).ok());
            self.buffer.drain(..used);
        }
        Ok(())
    }

    /// What the phone heard, as the files that it wrote.
    pub fn heard(&self) -> io::Result<Vec<PathBuf>> {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.folder)?
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.retain(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().ends_with("-dec.wav"))
        });
        Ok(files)
    }

    /// The phone's log.
    pub fn log(&self) -> String {
        log(&self.folder)
    }
}

fn log(folder: &Path) -> String {
    fs::read(folder.join("log"))
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default()
}

/// The first netstring of a buffer and how many bytes it takes.
fn netstring(buffer: &[u8]) -> Option<(&[u8], usize)> {
    let colon = buffer.iter().position(|byte| *byte == b':')?;
    let length: usize = std::str::from_utf8(&buffer[..colon]).ok()?.parse().ok()?;
    let end = colon + 1 + length;
    (buffer.len() > end).then(|| (&buffer[colon + 1..end], end + 1))
}

fn config(deployment: &Deployment, folder: &Path, control_port: u16, frequency: u32) -> String {
    let address = &deployment.address;
    let authority = deployment.state().join("certificates/authority.pem");
    format!(
        "poll_method epoll\nsip_listen {address}:0\nsip_cafile {}\nsip_verify_server yes\naudio_player aubridge,nil\naudio_source ausine,{frequency}\naudio_alert aubridge,nil\nausrc_srate 48000\nauplay_srate 48000\nausrc_channels 2\nauplay_channels 1\nmodule_path /usr/lib/baresip/modules\nmodule g711.so\nmodule ausine.so\nmodule aubridge.so\nmodule sndfile.so\nmodule_tmp account.so\nmodule_app contact.so\nmodule_app menu.so\nmodule_app presence.so\nmodule_app ctrl_tcp.so\nctrl_tcp_listen {address}:{control_port}\nsnd_path {}\nrtp_ports 20000-40000\ncall_local_timeout 60\n",
        authority.display(),
        folder.display()
    )
}

fn account(deployment: &Deployment, name: &str, via: Via) -> String {
    let (transport, port) = match via {
        Via::Udp => ("udp", SIP_PORT),
        Via::Tcp => ("tcp", SIP_PORT),
        Via::Tls => ("tls", TLS_PORT),
    };
    let address = &deployment.address;
    format!(
        "<sip:{name}@contoso.example;transport={transport}>;auth_user={name};auth_pass={name}-Passw0rd;outbound=\"sip:{address}:{port};transport={transport}\";regint=300;pubint=300;audio_codecs=pcmu\n"
    )
}
