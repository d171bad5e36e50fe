//! The laboratory: a server of one world or several, phones that are agents, a directory in memory, and a ladder of what went over the wire.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_services::world::MAX_TRANSACTIONS;
use plenum_services::{
    Answer, Ask, Config, Credential, Flow, Input, JournalEvent, Listener, Output, Published, RequestId,
    Slice, Standing, Transport, World,
};
use plenum_sip::agent::{self, Account, Agent, Event, Handle};
use plenum_sip::auth::client::{Attempt, answer};
use plenum_sip::auth::{Algorithm, Ha1};
use plenum_sip::testkit::{Conditions, Endpoint, Network, origin};
use plenum_sip::wire::{HeaderName, Method, Response};
use plenum_sip::{Message, Secret};
use plenum_topology::change::Revision;
use plenum_topology::directory::{ObjectId, UserRecord};
use plenum_topology::snapshot::{SettingsTree, Snapshot};
use serde_json::json;

use super::WORLDS;

pub const REALM: &str = "contoso.example";
pub const AUDIO: &[u8] =
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";
pub const SHARING: &[u8] =
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=applicationsharing 4000 TCP/RTP/AVP 127\r\n";
pub const FILE: &[u8] = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=message 7 TCP/MSRP *\r\na=file-selector:name:\"a\"\r\n";
pub const VIDEO: &[u8] = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 96\r\n";

/// The server and the outside that answers its questions.
pub struct Server {
    /// They share nothing but what [`Output`] says.
    pub worlds: Vec<World>,
    pub journal: Vec<JournalEvent>,
    /// What each world answered an administrator.
    pub admin: Vec<plenum_admin::Answer>,
    pub asked: Vec<Ask>,
    pub users: HashMap<String, UserRecord>,
    pub passwords: HashMap<String, String>,
    /// Whether the store answers.
    pub store_is_up: bool,
    address: SocketAddr,
    ladder: Vec<String>,
    /// What outlives the world.
    kept: Standing,
    lives: u8,
    started: Instant,
}

/// A phone: an agent and what it was told.
pub struct Phone {
    pub agent: Agent,
    pub told: Vec<Event>,
    /// A phone that is switched off neither hears nor speaks.
    pub is_on: bool,
}

/// Everything together.
pub struct Lab {
    pub server: Server,
    pub phones: Vec<Phone>,
    pub network: Network,
}

pub fn address(host: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, host], 5060))
}

pub fn snapshot(revision: u64, settings: serde_json::Value) -> Arc<Published> {
    snapshot_with(revision, settings, json!({}))
}

/// A revision whose topology says this of the registrar.
pub fn snapshot_with(
    revision: u64,
    settings: serde_json::Value,
    registrar: serde_json::Value,
) -> Arc<Published> {
    snapshot_for("fe1.contoso.example", revision, settings, registrar)
}

/// The same as one of its computers sees it.
pub fn snapshot_for(
    computer: &str,
    revision: u64,
    settings: serde_json::Value,
    registrar: serde_json::Value,
) -> Arc<Published> {
    let topology = json!({
        "apiVersion": "plenum/v1",
        "sipDomains": ["contoso.example", "secret.example"],
        "sites": [{
            "name": "Redmond",
            "pools": [
                {
                    "fqdn": "fe1.contoso.example",
                    "type": "StandardEdition",
                    "services": {"registrar": registrar},
                },
                {"fqdn": "fe2.contoso.example", "type": "StandardEdition"},
                {"fqdn": "edge.contoso.example", "type": "Edge", "computers": [{"fqdn": "edge1.contoso.example"}]},
            ],
        }],
    });
    let settings: SettingsTree = serde_json::from_value(settings).unwrap();
    let snapshot = Snapshot {
        revision: Revision(revision),
        realm: REALM.to_owned(),
        topology: Arc::new(topology),
        settings: Arc::new(settings),
    };
    Arc::new(Published::read(Arc::new(snapshot), computer).unwrap())
}

/// A server's worlds, as many as the including test says.
fn worlds(now: Instant, life: u8, age: Duration, published: &Arc<Published>) -> Vec<World> {
    let world = |index| world(now, life, age, Arc::clone(published), Slice::new(index, WORLDS));
    (0..WORLDS).map(world).collect()
}

fn world(now: Instant, life: u8, age: Duration, published: Arc<Published>, slice: Slice) -> World {
    let listener = Listener {
        transport: Transport::Udp,
        address: address(1),
    };
    let config = Config {
        listeners: vec![listener],
        lasting_seed: [7; 16],
        seed: [8 + life; 16],
        slice,
        unauthenticated_domains: Vec::new(),
        trace_bytes: plenum_services::trace::BYTES,
        max_transactions: MAX_TRANSACTIONS,
    };
    let wall_clock = 1_700_000_000_000 + i64::try_from(age.as_millis()).unwrap();
    World::new(now, wall_clock, config, published)
}

/// The password of [`everybody`].
#[allow(dead_code, reason = "for examples that measure")]
pub const PASSWORD: &str = "pw";

/// The Authorization of a REGISTER that proves knowledge of [`PASSWORD`], for a 401.
#[allow(dead_code, reason = "for examples that measure")]
pub fn proof(challenged: &Response, username: &str) -> String {
    let challenge = challenged
        .authorizations(HeaderName::WwwAuthenticate)
        .next()
        .unwrap();
    let attempt = Attempt {
        method: &Method::Register,
        uri: "sip:contoso.example",
        count: 1,
        cnonce: "66334873",
    };
    answer(&challenge, username, PASSWORD, attempt).unwrap()
}

/// The key that was asked for, made of the owner's password.
pub fn credential(ask: &Ask, object: ObjectId, password: Option<&str>) -> Answer {
    let Ask::Credential {
        username,
        realm,
        algorithm,
    } = ask
    else {
        return Answer::Credential(None);
    };
    let algorithm = Algorithm::from_name(algorithm).unwrap();
    let key = password.map(|password| Ha1::from_password(algorithm, username, realm, password).to_hex());
    Answer::Credential(key.map(|key| Credential { object, key }))
}

#[allow(dead_code, reason = "for examples that measure")]
fn object_of(address: &str) -> ObjectId {
    ObjectId(format!("00000000-0000-4000-8000-{address:0>12.12}"))
}

/// The answers of a directory in which everybody exists whose address is of the domain, homed here, with one password.
#[allow(dead_code, reason = "for examples that measure")]
pub fn everybody(ask: &Ask) -> Answer {
    match ask {
        Ask::UserByAddress(address) if address.ends_with("@contoso.example") => {
            Answer::User(Some(Arc::new(UserRecord {
                id: object_of(address),
                sip_address: address.clone(),
                enabled: true,
                registrar_pool: "fe1.contoso.example".to_owned(),
                display_name: format!("User {address:.6}"),
                ..UserRecord::default()
            })))
        }
        Ask::UserByAddress(_) | Ask::UserByLine(_) => Answer::User(None),
        Ask::Credential { username, .. } => {
            let object = object_of(&format!("{username}@contoso.example"));
            credential(ask, object, Some(PASSWORD))
        }
        Ask::Resolve { .. } => Answer::Targets(Vec::new()),
    }
}

impl Lab {
    /// A server with users alice, bob and carol, and nobody signed in.
    pub fn new(settings: serde_json::Value) -> Self {
        Self::on(settings, Conditions::GOOD, 1)
    }

    pub fn on(settings: serde_json::Value, conditions: Conditions, seed: u64) -> Self {
        let now = origin();
        let mut server = Server {
            worlds: worlds(now, 0, Duration::ZERO, &snapshot(1, settings)),
            journal: Vec::new(),
            admin: Vec::new(),
            asked: Vec::new(),
            users: HashMap::new(),
            passwords: HashMap::new(),
            store_is_up: true,
            address: address(1),
            kept: Standing::default(),
            lives: 0,
            started: now,
            ladder: Vec::new(),
        };
        for name in ["alice", "bob", "carol"] {
            server.add_user(name);
        }
        Self {
            server,
            phones: Vec::new(),
            network: Network::new(now, seed, conditions),
        }
    }

    /// The server dies and starts again: it forgets everything that is neither in its store nor kept.
    #[allow(dead_code, reason = "not every test binary has bad weather")]
    pub fn restart(&mut self) {
        self.restart_after(Duration::ZERO);
    }

    /// The same, and the wall clock went on for so long meanwhile.
    #[allow(dead_code, reason = "not every test binary takes its time")]
    pub fn restart_after(&mut self, down: Duration) {
        let (now, server) = (self.now(), &mut self.server);
        server.lives = server.lives.wrapping_add(1);
        let published = Arc::clone(server.worlds[0].published());
        server.worlds = worlds(now, server.lives, now - server.started + down, &published);
        for world in &mut server.worlds {
            world.restore(&server.kept);
        }
    }

    /// How many bindings are kept for the next start.
    #[allow(dead_code, reason = "not every test binary restarts")]
    pub fn kept(&self) -> usize {
        self.server.kept.bindings.len()
    }

    /// How many subscriptions and publications are kept for the next start.
    #[allow(dead_code, reason = "not every test binary restarts")]
    pub fn kept_presence(&self) -> (usize, usize) {
        let kept = &self.server.kept;
        (kept.subscriptions.len(), kept.publications.len())
    }

    /// A phone of a user, not signed in.
    pub fn phone(&mut self, name: &str) -> usize {
        self.phone_with(name, &format!("{name}-password"))
    }

    pub fn phone_with(&mut self, name: &str, password: &str) -> usize {
        let number = self.phones.len();
        let local = address(u8::try_from(number).unwrap() + 10);
        let flow = Flow {
            transport: Transport::Udp,
            local,
            peer: address(1),
            connection: 0,
        };
        let account = Account {
            address: format!("{name}@contoso.example"),
            username: name.to_owned(),
            password: password.to_owned(),
            user_agent: "Simulated/1.0".to_owned(),
            instance: Some(format!("urn:uuid:00000000-0000-0000-0000-0000000000{number:02}")),
        };
        let secret = Secret::new([u8::try_from(number).unwrap() + 1; 16]);
        self.phones.push(Phone {
            agent: Agent::new(account, flow, &secret),
            told: Vec::new(),
            is_on: true,
        });
        number
    }

    /// A phone that signs in.
    pub fn signed_in(&mut self, name: &str) -> usize {
        let phone = self.phone(name);
        assert_eq!(self.ask(phone, |agent, now| agent.register(now, 600)).0, 200);
        phone
    }

    pub fn now(&self) -> Instant {
        self.network.now()
    }

    /// Lets virtual time pass.
    pub fn run(&mut self, time: Duration) {
        let until = self.now() + time;
        let mut endpoints: Vec<&mut dyn Endpoint> = vec![&mut self.server];
        endpoints.extend(self.phones.iter_mut().map(|phone| phone as &mut dyn Endpoint));
        self.network.run(&mut endpoints, until);
    }

    /// Has a phone do something, without waiting for the answer.
    pub fn start(&mut self, phone: usize, what: impl FnOnce(&mut Agent, Instant) -> Handle) -> Handle {
        let now = self.now();
        what(&mut self.phones[phone].agent, now)
    }

    /// Has a phone do something, and runs until it is answered: status and `ms-diagnostics`.
    pub fn ask(&mut self, phone: usize, what: impl FnOnce(&mut Agent, Instant) -> Handle) -> (u16, String) {
        let handle = self.start(phone, what);
        for _ in 0..100 {
            self.run(Duration::from_millis(500));
            if let Some(answer) = self.answer_to(phone, handle) {
                return answer;
            }
        }
        panic!("no answer:\n{}", self.ladder());
    }

    /// The last answer to something.
    pub fn answer_to(&self, phone: usize, wanted: Handle) -> Option<(u16, String)> {
        let told = self.phones[phone].told.iter();
        told.rev().find_map(|event| match event {
            Event::Answered {
                handle,
                status,
                diagnostics,
                ..
            } if *handle == wanted => Some((*status, diagnostics.clone().unwrap_or_default())),
            _ => None,
        })
    }

    /// The call that a phone was invited to last.
    pub fn invited(&self, phone: usize) -> Option<Handle> {
        self.phones[phone]
            .told
            .iter()
            .rev()
            .find_map(|event| match event {
                Event::Invited { handle, .. } => Some(*handle),
                _ => None,
            })
    }

    /// What a phone was told last about a presence: state and body.
    pub fn notified(&self, phone: usize) -> Option<(String, String)> {
        self.phones[phone]
            .told
            .iter()
            .rev()
            .find_map(|event| match event {
                Event::Notified { state, body, .. } => {
                    Some((state.clone(), String::from_utf8_lossy(body).into_owned()))
                }
                _ => None,
            })
    }

    /// The messages that a phone got: sender and text.
    pub fn messages(&self, phone: usize) -> Vec<(String, String)> {
        let message = |event: &Event| match event {
            Event::Message { from, body, .. } => {
                Some((from.clone(), String::from_utf8_lossy(body).into_owned()))
            }
            _ => None,
        };
        self.phones[phone].told.iter().filter_map(message).collect()
    }

    /// Whether a phone was told something.
    pub fn was_told(&self, phone: usize, what: impl Fn(&Event) -> bool) -> bool {
        self.phones[phone].told.iter().any(what)
    }

    /// Asks the server as an administrator does.
    pub fn admin(&mut self, request: plenum_admin::Request) -> plenum_admin::Answer {
        let now = self.now();
        for world in &mut self.server.worlds {
            world.handle(now, Input::Admin(RequestId(1), request.clone()));
        }
        self.run(Duration::from_millis(1));
        plenum_admin::Answer::together(self.server.admin.drain(..)).unwrap()
    }

    /// What went over the wire at the server since the last call, one message a line: `1 → INVITE bob`, `1 ← 200`.
    pub fn ladder(&mut self) -> String {
        std::mem::take(&mut self.server.ladder).join("\n")
    }

    /// Changes a user's record, and tells the server.
    pub fn change_user(&mut self, name: &str, change: impl FnOnce(&mut UserRecord)) {
        let user = self
            .server
            .users
            .get_mut(&format!("{name}@contoso.example"))
            .unwrap();
        change(user);
        let id = user.id.clone();
        let now = self.now();
        self.server.users_changed(now, Some(&[id]));
        self.run(Duration::from_millis(100));
    }
}

impl Server {
    pub fn add_user(&mut self, name: &str) {
        let address = format!("{name}@contoso.example");
        let user = UserRecord {
            id: ObjectId(name.to_owned()),
            sip_address: address.clone(),
            enabled: true,
            registrar_pool: "fe1.contoso.example".to_owned(),
            display_name: name.to_owned(),
            ..UserRecord::default()
        };
        self.users.insert(address, user);
        self.passwords.insert(name.to_owned(), format!("{name}-password"));
    }

    /// A message arrives, at the world that its source chances upon.
    pub fn message(&mut self, now: Instant, flow: Flow, bytes: &[u8]) {
        let std::net::IpAddr::V4(ip) = flow.peer.ip() else {
            return;
        };
        let chance = usize::from(ip.octets()[3]) % self.worlds.len();
        self.worlds[chance].handle(now, Input::Message { flow, bytes });
    }

    /// A newer revision.
    pub fn publish(&mut self, now: Instant, published: &Arc<Published>) {
        for world in &mut self.worlds {
            world.handle(now, Input::Published(Arc::clone(published)));
        }
    }

    /// The change feed.
    pub fn users_changed(&mut self, now: Instant, users: Option<&[ObjectId]>) {
        for world in &mut self.worlds {
            world.handle(now, Input::UsersChanged(users.map(<[_]>::to_vec)));
        }
    }

    /// A figure of all worlds together.
    pub fn figure(&self, name: &str) -> f64 {
        let samples = self.worlds.iter().flat_map(World::metrics);
        let wanted = samples.filter(|sample| sample.name == name);
        wanted.map(|sample| sample.value).sum()
    }

    /// The next thing to send of one world.
    fn poll_world(&mut self, index: usize) -> Option<(Flow, Arc<[u8]>)> {
        loop {
            let now = self.worlds[index].now();
            match self.worlds[index].poll()? {
                Output::Send { flow, bytes } => return Some((flow, bytes)),
                Output::Ask(id, ask) => {
                    let answer = self.answer(&ask);
                    // The answer comes at once; the world's own clock does not move for it.
                    self.worlds[index].handle(now, Input::Answer(id, answer));
                }
                Output::HandOver { world, flow, message } => {
                    self.worlds[usize::from(world)].handle(now, Input::HandedOver { flow, message });
                }
                Output::Tell { world, from, word } => {
                    self.worlds[usize::from(world)].handle(now, Input::Told { from, word });
                }
                Output::Proved { connection, user } => {
                    for (_, world) in self.worlds.iter_mut().enumerate().filter(|(at, _)| *at != index) {
                        let user = user.clone();
                        world.handle(now, Input::Proved { connection, user });
                    }
                }
                Output::AdminAnswer(_, answer) => self.admin.push(answer),
                Output::Journal(event) => self.journal.push(event),
                Output::Keep(change) => self.kept.fold(change),
                Output::Open { .. } | Output::CloseFlow { .. } => {}
            }
        }
    }

    fn answer(&mut self, ask: &Ask) -> Answer {
        self.asked.push(ask.clone());
        if !self.store_is_up {
            return Answer::Unavailable {
                reason: "switched off by the test".to_owned(),
            };
        }
        match ask {
            Ask::UserByAddress(address) => Answer::User(self.users.get(address).cloned().map(Arc::new)),
            Ask::UserByLine(line) => {
                let mut users = self.users.values();
                let found = users.find(|user| user.line_uri.as_deref() == Some(line));
                Answer::User(found.cloned().map(Arc::new))
            }
            Ask::Credential { username, .. } => {
                let password = self.passwords.get(username).map(String::as_str);
                credential(ask, ObjectId(username.clone()), password)
            }
            Ask::Resolve { .. } => Answer::Targets(Vec::new()),
        }
    }

    fn draw(&mut self, arrow: &str, peer: SocketAddr, bytes: &[u8]) {
        let std::net::IpAddr::V4(ip) = peer.ip() else {
            return;
        };
        let what = match Message::parse(bytes).unwrap() {
            Message::Request(request) => {
                let to = request
                    .to()
                    .unwrap()
                    .uri
                    .user_text()
                    .unwrap_or_default()
                    .into_owned();
                format!("{} {to}", request.method())
            }
            Message::Response(response) => response.status().to_string(),
        };
        self.ladder
            .push(format!("{} {arrow} {what}", ip.octets()[3] - 10));
    }
}

impl Endpoint for Server {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn receive(&mut self, now: Instant, flow: Flow, bytes: &[u8]) {
        self.draw("→", flow.peer, bytes);
        self.message(now, flow, bytes);
    }

    fn wake(&mut self, now: Instant) {
        for world in &mut self.worlds {
            world.handle(now, Input::Wake);
        }
    }

    fn poll(&mut self) -> Option<(Flow, Arc<[u8]>)> {
        // What one world hands over, another sends: those before it are asked again.
        let (flow, bytes) =
            (0..2 * self.worlds.len()).find_map(|turn| self.poll_world(turn % self.worlds.len()))?;
        self.draw("←", flow.peer, &bytes);
        Some((flow, bytes))
    }

    fn deadline(&self) -> Option<Instant> {
        self.worlds.iter().filter_map(World::deadline).min()
    }
}

impl Endpoint for Phone {
    fn address(&self) -> SocketAddr {
        self.agent.flow().local
    }

    fn receive(&mut self, now: Instant, flow: Flow, bytes: &[u8]) {
        if self.is_on {
            self.agent.receive(now, flow, bytes);
        }
    }

    fn wake(&mut self, now: Instant) {
        self.agent.wake(now);
    }

    fn poll(&mut self) -> Option<(Flow, Arc<[u8]>)> {
        loop {
            match self.agent.poll()? {
                agent::Output::Send { flow, bytes } if self.is_on => return Some((flow, bytes)),
                agent::Output::Send { .. } => {}
                agent::Output::Event(event) => self.told.push(event),
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.agent.deadline()
    }
}
