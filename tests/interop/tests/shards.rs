//! What the shards of a running server tell each other: users of different shards call each other, watch their own calls,
//! are sent on, and are watched in lists, whichever shard they live in.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::io;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

use plenum_interop::deployment::{Deployment, SIP_PORT, example};
use plenum_interop::peers::until;
use plenum_sip::agent::{Account, Agent, Event, Handle, Output};
use plenum_sip::{Flow, Secret, Transport};

const USERS: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];
const AUDIO: &[u8] = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

/// A simulated phone on a real socket.
struct Phone {
    agent: Agent,
    socket: UdpSocket,
    told: Vec<Event>,
}

impl Phone {
    fn new(number: u8, server: &str) -> io::Result<Phone> {
        let name = USERS[usize::from(number)];
        let socket = UdpSocket::bind((server, 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(2)))?;
        let flow = Flow {
            transport: Transport::Udp,
            local: socket.local_addr()?,
            peer: (
                server.parse::<std::net::IpAddr>().map_err(io::Error::other)?,
                SIP_PORT,
            )
                .into(),
            connection: 0,
        };
        let account = Account {
            address: format!("{name}@contoso.example"),
            username: name.to_owned(),
            password: format!("{name}-Passw0rd"),
            user_agent: "Interop/1.0".to_owned(),
            instance: Some(format!("urn:uuid:00000000-0000-0000-0000-00000000000{number}")),
        };
        let agent = Agent::new(account, flow, &Secret::new([number; 16]));
        let told = Vec::new();
        Ok(Phone { agent, socket, told })
    }

    /// Sends what is to be sent, and takes what has come.
    fn turn(&mut self) -> io::Result<()> {
        let flow = self.agent.flow();
        let mut bytes = [0; 65_536];
        if let Ok(length) = self.socket.recv(&mut bytes) {
            self.agent.receive(Instant::now(), flow, &bytes[..length]);
        }
        self.agent.wake(Instant::now());
        while let Some(output) = self.agent.poll() {
            match output {
                Output::Send { flow, bytes } => drop(self.socket.send_to(&bytes, flow.peer)?),
                Output::Event(event) => self.told.push(event),
            }
        }
        Ok(())
    }

    fn answered(&self, wanted: Handle) -> Option<u16> {
        self.told.iter().find_map(|event| match event {
            Event::Answered { handle, status, .. } if *handle == wanted => Some(*status),
            _ => None,
        })
    }

    fn invited(&self) -> Option<Handle> {
        self.told.iter().find_map(|event| match event {
            Event::Invited { handle, .. } => Some(*handle),
            _ => None,
        })
    }

    fn was_told(&self, text: &str) -> bool {
        self.told.iter().any(|event| match event {
            Event::Notified { body, .. } => String::from_utf8_lossy(body).contains(text),
            _ => false,
        })
    }
}

fn wait(phones: &mut [Phone], what: &str, done: impl Fn(&[Phone]) -> bool) -> io::Result<()> {
    until(what, || {
        for phone in &mut *phones {
            phone.turn()?;
        }
        Ok(done(phones).then_some(()))
    })
}

#[test]
fn users_of_different_shards_notice_nothing_of_it() -> io::Result<()> {
    let topology = example()?
        .replace("healthPort: 18080", "healthPort: 18080\n        shards: 4")
        .replace(
            "tlsPort: 15061",
            "tlsPort: 15061\n            followRedirections: true",
        );
    let mut deployment = Deployment::from_topology("shards", &topology)?;
    deployment.users(&USERS)?;
    deployment.start()?;
    let mut phones = (0..5)
        .map(|number| Phone::new(number, &deployment.address))
        .collect::<io::Result<Vec<_>>>()?;
    let mut signed_in = Vec::new();
    for phone in &mut phones {
        signed_in.push(phone.agent.register(Instant::now(), 600));
    }
    let all_signed_in = |phones: &[Phone]| {
        phones
            .iter()
            .zip(&signed_in)
            .all(|(it, id)| it.answered(*id) == Some(200))
    };
    wait(&mut phones, "everybody to sign in", all_signed_in)?;

    // Everybody follows the own calls; alice watches everybody in a list.
    for (phone, name) in phones.iter_mut().zip(USERS) {
        let package = ("dialog", "application/dialog-info+xml");
        phone
            .agent
            .watch(Instant::now(), &format!("{name}@contoso.example"), package, 600);
    }
    let everybody = USERS.map(|name| format!("{name}@contoso.example"));
    let list: Vec<&str> = everybody.iter().map(String::as_str).collect();
    phones[0].agent.watch_list(Instant::now(), &list, 600);
    let told = |phones: &[Phone]| {
        phones.iter().all(|it| it.was_told("<dialog-info")) && phones[0].was_told("<list ")
    };
    wait(&mut phones, "the first notifications", told)?;
    for (phone, name) in phones.iter_mut().zip(USERS) {
        let document = format!(
            "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:{name}@contoso.example\"><tuple id=\"a\"><status>\
             <basic>open</basic></status></tuple><note>{name} is here</note></presence>"
        );
        phone.agent.publish(Instant::now(), &document, 600);
    }
    let all_seen = |phones: &[Phone]| {
        USERS
            .iter()
            .all(|name| phones[0].was_told(&format!("{name} is here")))
    };
    wait(&mut phones, "everybody's presence in the list", all_seen)?;

    // Alice calls each of the others; who is called sends the call on to the next one, who answers.
    for (called, next) in [(1, 2), (3, 4)] {
        let call = phones[0].agent.invite(Instant::now(), list[called], AUDIO);
        wait(&mut phones, "a call", |phones| phones[called].invited().is_some())?;
        let invited = phones[called].invited().ok_or(io::ErrorKind::NotFound)?;
        phones[called].agent.redirect(Instant::now(), invited, list[next]);
        wait(&mut phones, "the redirected call", |phones| {
            phones[next].invited().is_some()
        })?;
        let invited = phones[next].invited().ok_or(io::ErrorKind::NotFound)?;
        phones[next].agent.answer(Instant::now(), invited, AUDIO);
        wait(&mut phones, "the answer", |phones| {
            phones[0].answered(call) == Some(200)
        })?;
        let confirmed = |phones: &[Phone]| {
            [0, next]
                .iter()
                .all(|it| phones[*it].was_told("<state>confirmed"))
        };
        wait(&mut phones, "both parties to be told", confirmed)?;
        phones[0].agent.hang_up(Instant::now(), call);
        wait(&mut phones, "the end", |phones| {
            phones[next].was_told("terminated</state>")
        })?;
    }
    deployment.stop()
}
