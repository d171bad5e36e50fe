//! Two pools and their phones on one network that follows from a seed: servers die and come back, the wire between them is
//! cut, datagrams are lost, phones lose power.
//!
//! What holds whatever happens:
//! 1. a message that a sender was told was taken (200) was heard by a phone of its recipient, in whichever pool;
//! 2. a call that was answered rang at a phone of the callee;
//! 3. when the phones fall silent, nothing is left in any server, and no timer runs.
//!
//! Servers speak over connections that know both names, as over mutual TLS. `PLENUM_SEEDS` and `PLENUM_SEED` play more or
//! one, as in [`weather`](super::weather).

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_services::world::MAX_TRANSACTIONS;
use plenum_services::{
    Answer, Ask, Config, Flow, Input, Listener, Output, Peer, Published, Slice, Target, Transport, World,
    kept,
};
use plenum_sip::Secret;
use plenum_sip::agent::{Account, Agent, Event, Handle};
use plenum_sip::testkit::{Conditions, Endpoint, Network, Random, origin};
use plenum_topology::directory::{ObjectId, UserRecord};
use serde_json::json;

use super::lab::{AUDIO, Phone, credential, snapshot_for};
use super::weather::{at_rest, over_seeds};

/// Stories that `./test` plays.
const SEEDS: u64 = 200;
const ACTS: u64 = 24;
const POOLS: usize = 2;

/// A server's name.
fn name(pool: usize) -> String {
    format!("fe{}.contoso.example", pool + 1)
}

fn address_of_server(pool: usize) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, pool as u8 + 1], 5060))
}

fn user(number: usize) -> String {
    format!("user{number}@contoso.example")
}

/// The connections between the servers, and whether there can be any.
#[derive(Default)]
struct Wires {
    last: u64,
    is_cut: bool,
    is_down: [bool; POOLS],
    /// What each server has still to be told: a connection, and whether it stands.
    news: [VecDeque<(Flow, bool)>; POOLS],
}

impl Wires {
    /// A connection from one server to another; the end of the first one.
    fn connect(&mut self, from: usize, to: usize) -> Option<Flow> {
        if self.is_cut || self.is_down[to] {
            return None;
        }
        self.last += 1;
        let flow = |local, peer| Flow {
            transport: Transport::Tls,
            local: address_of_server(local),
            peer: address_of_server(peer),
            connection: self.last,
        };
        let (own, other) = (flow(from, to), flow(to, from));
        self.news[to].push_back((other, true));
        Some(own)
    }
}

/// A server that may die.
struct Server {
    pool: usize,
    world: World,
    published: Arc<Published>,
    standing: kept::Standing,
    connections: BTreeMap<u64, Flow>,
    wires: Rc<RefCell<Wires>>,
    lives: u8,
    started: Instant,
}

impl Server {
    fn new(now: Instant, pool: usize, wires: &Rc<RefCell<Wires>>) -> Self {
        let published = snapshot_for(&name(pool), 1, json!({}), json!({}));
        Self {
            pool,
            world: world(now, Duration::ZERO, pool, 0, &published),
            published,
            standing: kept::Standing::default(),
            connections: BTreeMap::new(),
            wires: Rc::clone(wires),
            lives: 0,
            started: now,
        }
    }

    fn is_down(&self) -> bool {
        self.wires.borrow().is_down[self.pool]
    }

    /// It dies: nobody hears of it but the ends of its connections.
    fn die(&mut self) {
        self.close_all();
        let mut wires = self.wires.borrow_mut();
        wires.news[self.pool].clear();
        wires.is_down[self.pool] = true;
    }

    /// It starts again with what was kept.
    fn start(&mut self, now: Instant) {
        self.lives = self.lives.wrapping_add(1);
        self.world = world(now, now - self.started, self.pool, self.lives, &self.published);
        self.world.restore(&self.standing);
        self.wires.borrow_mut().is_down[self.pool] = false;
    }

    /// The other end of each connection hears that it is gone.
    fn close_all(&mut self) {
        for flow in std::mem::take(&mut self.connections).into_values() {
            let other = Flow {
                local: flow.peer,
                peer: flow.local,
                ..flow
            };
            self.wires.borrow_mut().news[1 - self.pool].push_back((other, false));
        }
    }

    fn hear_news(&mut self, now: Instant) {
        loop {
            let Some((flow, stands)) = self.wires.borrow_mut().news[self.pool].pop_front() else {
                return;
            };
            if stands {
                self.opened(now, flow, None);
            } else if self.connections.remove(&flow.connection).is_some() {
                self.world.handle(now, Input::FlowClosed { flow });
            }
        }
    }

    fn opened(&mut self, now: Instant, flow: Flow, opened: Option<plenum_services::OpenId>) {
        self.connections.insert(flow.connection, flow);
        let peer_names = vec![name(1 - self.pool)];
        self.world.handle(
            now,
            Input::FlowOpened {
                flow,
                opened,
                peer_names,
            },
        );
    }
}

fn world(now: Instant, age: Duration, pool: usize, life: u8, published: &Arc<Published>) -> World {
    let listener = |transport| Listener {
        transport,
        address: address_of_server(pool),
    };
    let config = Config {
        listeners: vec![listener(Transport::Udp), listener(Transport::Tls)],
        lasting_seed: [7 + pool as u8; 16],
        seed: [100 * pool as u8 + life % 100; 16],
        slice: Slice::WHOLE,
        unauthenticated_domains: Vec::new(),
        trace_bytes: 0,
        max_transactions: MAX_TRANSACTIONS,
    };
    let wall_clock = 1_700_000_000_000 + i64::try_from(age.as_millis()).unwrap();
    World::new(now, wall_clock, config, Arc::clone(published))
}

/// Users live in the pools by turns.
fn pool_of(user: &str) -> usize {
    let digits: String = user.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<usize>().unwrap_or_default() % POOLS
}

fn answer(ask: &Ask) -> Answer {
    match ask {
        Ask::UserByAddress(address) => Answer::User(Some(Arc::new(UserRecord {
            id: ObjectId(address.clone()),
            sip_address: address.clone(),
            enabled: true,
            registrar_pool: name(pool_of(address)),
            ..UserRecord::default()
        }))),
        Ask::Credential { username, .. } => {
            credential(ask, ObjectId(format!("{username}@contoso.example")), Some("pw"))
        }
        Ask::Resolve { host, .. } => {
            let pool = (0..POOLS).find(|pool| name(*pool) == *host);
            let target = |pool| Target {
                transport: Transport::Tls,
                address: address_of_server(pool),
                peer: Peer::Named(host.clone()),
            };
            Answer::Targets(pool.map(target).into_iter().collect())
        }
        Ask::UserByLine(_) => Answer::User(None),
    }
}

impl Endpoint for Server {
    fn address(&self) -> SocketAddr {
        address_of_server(self.pool)
    }

    fn receive(&mut self, now: Instant, flow: Flow, bytes: &[u8]) {
        if self.is_down() {
            return;
        }
        self.hear_news(now);
        // What was under way on a connection that is gone does not arrive.
        if flow.connection == 0 || self.connections.contains_key(&flow.connection) {
            self.world.handle(now, Input::Message { flow, bytes });
        }
    }

    fn wake(&mut self, now: Instant) {
        if !self.is_down() {
            self.world.handle(now, Input::Wake);
        }
    }

    fn poll(&mut self) -> Option<(Flow, Arc<[u8]>)> {
        if self.is_down() {
            return None;
        }
        let now = self.world.now();
        self.hear_news(now);
        loop {
            match self.world.poll()? {
                Output::Send { flow, bytes }
                    if flow.connection == 0 || self.connections.contains_key(&flow.connection) =>
                {
                    return Some((flow, bytes));
                }
                Output::Ask(id, ask) => self.world.handle(now, Input::Answer(id, answer(&ask))),
                Output::Keep(change) => self.standing.fold(change),
                Output::Open { id, target } => {
                    let to = (0..POOLS).find(|pool| address_of_server(*pool) == target.address);
                    let flow = to.and_then(|to| self.wires.borrow_mut().connect(self.pool, to));
                    match flow {
                        Some(flow) => self.opened(now, flow, Some(id)),
                        None => {
                            let reason = "no way".to_owned();
                            self.world.handle(now, Input::OpenFailed { id, reason });
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.world.deadline().filter(|_| !self.is_down())
    }
}

/// What happens in a story.
struct Story {
    servers: Vec<Server>,
    phones: Vec<Phone>,
    network: Network,
    wires: Rc<RefCell<Wires>>,
    random: Random,
    /// Phone, what it asked, for whom, and what it wrote.
    written: Vec<(usize, Handle, usize, String)>,
    /// Phone, call, and who was called.
    called: Vec<(usize, Handle, usize)>,
}

impl Story {
    fn new(seed: u64, users: usize) -> Self {
        let now = origin();
        let wires = Rc::new(RefCell::new(Wires::default()));
        let mut story = Self {
            servers: (0..POOLS).map(|pool| Server::new(now, pool, &wires)).collect(),
            phones: (0..users).map(phone).collect(),
            network: Network::new(now, seed, Conditions::GOOD),
            wires,
            random: Random::new(seed),
            written: Vec::new(),
            called: Vec::new(),
        };
        for phone in &mut story.phones {
            phone.agent.set_auto_answer(Some(AUDIO.to_vec()));
            phone.agent.register(now, 600);
        }
        story.run(Duration::from_secs(5));
        story
    }

    fn run(&mut self, time: Duration) {
        let until = self.network.now() + time;
        let mut endpoints: Vec<&mut dyn Endpoint> = Vec::new();
        endpoints.extend(self.servers.iter_mut().map(|it| it as &mut dyn Endpoint));
        endpoints.extend(self.phones.iter_mut().map(|it| it as &mut dyn Endpoint));
        self.network.run(&mut endpoints, until);
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.below(end as u64) as usize
    }

    fn write(&mut self, phone: usize, to: usize) {
        let text = format!("message {}", self.written.len());
        let now = self.network.now();
        let handle = self.phones[phone].agent.message(now, &user(to), &text);
        self.written.push((phone, handle, to, text));
    }

    fn act(&mut self) {
        let (phone, to) = (self.below(self.phones.len()), self.below(self.phones.len()));
        let pool = self.below(POOLS);
        let now = self.network.now();
        let agent = &mut self.phones[phone].agent;
        match self.random.below(16) {
            0 | 1 => drop(agent.register(now, 600)),
            2..=6 => self.write(phone, to),
            7..=9 => {
                let call = agent.invite(now, &user(to), AUDIO);
                self.called.push((phone, call, to));
            }
            10 => {
                if let Some((phone, call, _)) = self.called.last().copied() {
                    self.phones[phone].agent.hang_up(now, call);
                }
            }
            11 => drop(agent.subscribe(now, &user(to), 600)),
            12 => {
                let bad = self.random.below(2) == 0;
                let conditions = if bad { Conditions::BAD } else { Conditions::GOOD };
                self.network.set_conditions(conditions);
            }
            13 => self.phones[phone].is_on = !self.phones[phone].is_on,
            14 => self.cut_or_mend(),
            _ if self.servers[pool].is_down() => self.servers[pool].start(now),
            _ => self.servers[pool].die(),
        }
        let pause = Duration::from_millis(self.random.below(3_000));
        self.run(pause);
    }

    fn cut_or_mend(&mut self) {
        let is_cut = !self.wires.borrow().is_cut;
        self.wires.borrow_mut().is_cut = is_cut;
        if is_cut {
            let now = self.network.now();
            self.servers.iter_mut().for_each(Server::close_all);
            // Both ends have let go: neither waits for the other's word.
            for server in &mut self.servers {
                let gone: Vec<_> = self.wires.borrow_mut().news[server.pool].drain(..).collect();
                let is_up = !server.is_down();
                for (flow, _) in gone.into_iter().filter(|(_, stands)| is_up && !stands) {
                    server.world.handle(now, Input::FlowClosed { flow });
                }
            }
        }
    }

    /// Everything is mended, and nobody does anything any more.
    fn end(&mut self) {
        self.network.set_conditions(Conditions::GOOD);
        self.wires.borrow_mut().is_cut = false;
        let now = self.network.now();
        for server in self.servers.iter_mut().filter(|server| server.is_down()) {
            server.start(now);
        }
        for phone in &mut self.phones {
            phone.is_on = true;
        }
        self.run(Duration::from_secs(2 * 3600));
    }

    fn was_answered(&self, phone: usize, wanted: Handle) -> bool {
        let last = self.phones[phone]
            .told
            .iter()
            .rev()
            .find_map(|event| match event {
                Event::Answered { handle, status, .. } if *handle == wanted => Some(*status),
                _ => None,
            });
        last == Some(200)
    }

    /// How many messages and calls were acknowledged, or what does not hold.
    fn judge(&self) -> Result<u64, String> {
        let mut acknowledged = 0;
        for (phone, handle, to, text) in &self.written {
            let heard =
                |event: &Event| matches!(event, Event::Message { body, .. } if body == text.as_bytes());
            let answered = self.was_answered(*phone, *handle);
            acknowledged += u64::from(answered);
            if answered && !self.phones[*to].told.iter().any(heard) {
                return Err(format!("'{text}' to {} was taken and nobody heard it", user(*to)));
            }
        }
        for (phone, call, to) in &self.called {
            let rang = |event: &Event| matches!(event, Event::Invited { .. });
            let answered = self.was_answered(*phone, *call);
            acknowledged += u64::from(answered);
            if answered && !self.phones[*to].told.iter().any(rang) {
                return Err(format!("a call to {} was answered and rang nowhere", user(*to)));
            }
        }
        for server in &self.servers {
            let rest = at_rest(std::slice::from_ref(&server.world));
            rest.map_err(|left| format!("pool {}: {left}", server.pool))?;
        }
        Ok(acknowledged)
    }
}

/// A user's phone, at the user's pool.
fn phone(number: usize) -> Phone {
    let (high, low) = ((number / 250) as u8, (number % 250) as u8 + 1);
    let address = user(number);
    let flow = Flow {
        transport: Transport::Udp,
        local: SocketAddr::from(([198, 51, high, low], 5060)),
        peer: address_of_server(pool_of(&address)),
        connection: 0,
    };
    let account = Account {
        username: format!("user{number}"),
        address,
        password: "pw".to_owned(),
        user_agent: "Simulated/1.0".to_owned(),
        instance: Some(format!("urn:uuid:00000000-0000-0000-0000-{number:012}")),
    };
    let mut secret = [3; 16];
    secret[..8].copy_from_slice(&(number as u64).to_le_bytes());
    Phone {
        agent: Agent::new(account, flow, &Secret::new(secret)),
        told: Vec::new(),
        is_on: true,
    }
}

fn play(seed: u64) -> Result<u64, String> {
    let mut story = Story::new(seed, 6);
    for _ in 0..ACTS {
        story.act();
    }
    story.end();
    story.judge()
}

#[test]
fn whatever_becomes_of_servers_and_wires_nothing_that_was_acknowledged_is_lost() {
    over_seeds(SEEDS, play);
}

#[test]
fn thousands_of_phones_write_to_the_other_pool_while_a_server_dies() {
    const PHONES: usize = 2_000;
    let mut story = Story::new(1, PHONES);
    for phone in 0..PHONES {
        story.write(phone, (phone + 1) % PHONES);
        if phone == PHONES / 2 {
            story.run(Duration::from_millis(5));
            story.servers[1].die();
            story.run(Duration::from_secs(2));
            let now = story.network.now();
            story.servers[1].start(now);
        }
    }
    story.end();
    let taken = story.judge().unwrap();
    assert!(taken > PHONES as u64 / 2, "{taken} of {PHONES}");
}
