//! SIPp as the phones: registrations, messages and calls. Bob's phone speaks UDP, Alice's UDP or TCP. SIPp ends with 0 only when
//! every one of them went as the scenario says.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::fs;
use std::io;
use std::process::Command;

use plenum_interop::deployment::{Deployment, SIP_PORT, example, workspace};
use plenum_interop::peers::{Peer, until};

/// Where Alice's and Bob's phones are, on the deployment's own address.
const ALICE: u16 = 14101;
const BOB: u16 = 14102;
/// SIPp's names of the transports with one socket each.
#[derive(Clone, Copy)]
enum Transport {
    Udp,
    Tcp,
}

impl Transport {
    /// How often each scenario is played, twenty a second. A connection is challenged once and then known, so over TCP
    /// the scenarios, which expect a challenge, are played once.
    fn times(self) -> &'static str {
        match self {
            Self::Udp => "20",
            Self::Tcp => "1",
        }
    }

    fn as_option(self) -> &'static str {
        match self {
            Self::Udp => "u1",
            Self::Tcp => "t1",
        }
    }
}

struct Lab {
    deployment: Deployment,
    /// What Alice's phone speaks.
    transport: Transport,
}

impl Lab {
    fn new(name: &str, transport: Transport, shards: u8) -> io::Result<Lab> {
        let port = "healthPort: 18080";
        let topology = example()?.replace(port, &format!("{port}\n        shards: {shards}"));
        let mut deployment = Deployment::from_topology(name, &topology)?;
        deployment.users(&["alice", "bob"])?;
        deployment.start()?;
        // Who sends, the answer to a challenge, and who gets it.
        for (user, other) in [("alice", "bob"), ("bob", "alice")] {
            let secret = format!("[authentication username={user} password={user}-Passw0rd]");
            fs::write(
                deployment.folder.join(format!("{user}.csv")),
                format!("SEQUENTIAL\n{user};{secret};{other}\n"),
            )?;
        }
        Ok(Lab {
            deployment,
            transport,
        })
    }

    /// SIPp with a scenario, as a user's phone.
    fn phone(&self, user: &str, port: u16, scenario: &str) -> io::Result<Peer> {
        let Lab {
            deployment,
            transport,
        } = self;
        let scenarios = workspace().join("tests/interop/sipp");
        let mut sipp = Command::new("sipp");
        sipp.arg(format!("{}:{SIP_PORT}", deployment.address))
            .arg("-sf")
            .arg(scenarios.join(format!("{scenario}.xml")))
            .arg("-inf")
            .arg(deployment.folder.join(format!("{user}.csv")))
            .args(["-i", &deployment.address, "-p", &port.to_string()])
            .args([
                "-m",
                transport.times(),
                "-r",
                "20",
                "-timeout",
                "25",
                "-timeout_error",
            ])
            .args([
                "-t",
                if user == "alice" {
                    transport.as_option()
                } else {
                    "u1"
                },
            ])
            .args(["-nostdin", "-trace_err"])
            .current_dir(&deployment.folder);
        Peer::start(&mut sipp, &deployment.folder.join(format!("{scenario}.log")))
    }

    fn plays(&self, user: &str, port: u16, scenario: &str) -> io::Result<()> {
        let code = self.phone(user, port, scenario)?.wait()?;
        self.went_well(scenario, code)
    }

    fn went_well(&self, scenario: &str, code: i32) -> io::Result<()> {
        if code == 0 {
            return Ok(());
        }
        let errors: String = fs::read_dir(&self.deployment.folder)?
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().ends_with("_errors.log"))
            .filter_map(|entry| fs::read_to_string(entry.path()).ok())
            .collect();
        Err(io::Error::other(format!(
            "SIPp ended {scenario} with {code}:\n{errors}\n{}",
            self.deployment.log()
        )))
    }

    /// One user's phone waits for what the other's sends.
    fn exchange(&self, sender: &str, receiver: &str) -> io::Result<()> {
        let mut bob = self.phone("bob", BOB, receiver)?;
        until("Bob's phone listens", || Ok(self.listens(BOB).then_some(())))?;
        self.plays("alice", ALICE, sender)?;
        let code = bob.wait()?;
        self.went_well(receiver, code)
    }

    /// Whether a socket of this machine is bound to a UDP port of the deployment's address.
    fn listens(&self, port: u16) -> bool {
        std::net::UdpSocket::bind((self.deployment.address.as_str(), port)).is_err()
    }
}

fn everything(name: &str, transport: Transport, shards: u8) -> io::Result<()> {
    let lab = Lab::new(name, transport, shards)?;
    lab.plays("alice", ALICE, "register")?;
    lab.plays("bob", BOB, "register")?;
    let users = lab
        .deployment
        .script("Get-CsUserSession | Sort-Object User | ForEach-Object User")?;
    assert_eq!(
        users.lines().collect::<Vec<_>>(),
        ["sip:alice@contoso.example", "sip:bob@contoso.example"]
    );
    lab.exchange("message_sender", "message_receiver")?;
    lab.exchange("call_caller", "call_called")
}

#[test]
fn who_registered_is_reached_after_the_server_was_killed() -> io::Result<()> {
    let mut lab = Lab::new("sipp-killed", Transport::Udp, 3)?;
    lab.plays("alice", ALICE, "register")?;
    lab.plays("bob", BOB, "register")?;
    let kept = lab.deployment.state().join("registrations");
    until("both registrations are on the disk", || {
        let mut text = String::new();
        for entry in fs::read_dir(&kept)?.flatten() {
            text += &fs::read_to_string(entry.path()).unwrap_or_default();
        }
        let all = ["alice@contoso.example", "bob@contoso.example"];
        Ok(all.iter().all(|user| text.contains(user)).then_some(()))
    })?;
    lab.deployment.kill();
    lab.deployment.start()?;
    lab.exchange("message_sender", "message_receiver")?;
    lab.exchange("call_caller", "call_called")
}

#[test]
fn registrations_messages_and_calls_over_udp() -> io::Result<()> {
    everything("sipp-udp", Transport::Udp, 1)
}

/// Whose shard a datagram comes to is the kernel's choice.
#[test]
fn registrations_messages_and_calls_over_udp_on_many_shards() -> io::Result<()> {
    everything("sipp-udp-shards", Transport::Udp, 8)
}

/// Which shard accepts a connection is chance; what is proved on it holds for all.
#[test]
fn registrations_messages_and_calls_over_tcp_on_many_shards() -> io::Result<()> {
    everything("sipp-tcp-shards", Transport::Tcp, 8)
}

#[test]
fn registrations_messages_and_calls_over_tcp() -> io::Result<()> {
    everything("sipp-tcp", Transport::Tcp, 1)
}
