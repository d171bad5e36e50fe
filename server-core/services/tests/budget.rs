//! What an operation costs inside a world, without sockets: printed, and held against a generous bound so that nothing
//! quadratic comes back unseen. `cargo test --release -p plenum-services --test budget -- --nocapture` for figures.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]
#![allow(clippy::unwrap_used)]

#[path = "simulation/lab.rs"]
#[allow(dead_code)]
mod lab;

/// How many worlds a server of the laboratory has.
const WORLDS: u8 = 1;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use plenum_services::{Answer, Ask, Config, Flow, Input, Listener, Output, Slice, Transport, World};
use plenum_topology::directory::{ObjectId, UserRecord};
use serde_json::json;

struct Load {
    world: World,
    start: Instant,
    sent: Vec<Arc<[u8]>>,
}

fn address(host: u32, port: u16) -> SocketAddr {
    SocketAddr::from(([10, (host >> 16) as u8, (host >> 8) as u8, host as u8], port))
}

fn flow(host: u32) -> Flow {
    Flow {
        transport: Transport::Udp,
        local: address(0, 5060),
        peer: address(host + 1, 5060),
        connection: 0,
    }
}

impl Load {
    fn new() -> Self {
        let start = plenum_sip::testkit::origin();
        let config = Config {
            listeners: vec![Listener {
                transport: Transport::Udp,
                address: address(0, 5060),
            }],
            lasting_seed: [1; 16],
            seed: [2; 16],
            slice: Slice::WHOLE,
            unauthenticated_domains: vec!["contoso.example".to_owned()],
            trace_bytes: plenum_services::trace::BYTES,
            max_transactions: plenum_services::world::MAX_TRANSACTIONS,
        };
        let settings = json!({"CsRegistrarConfiguration": {"Global": {"MaxUserCount": 100_000}}});
        let world = World::new(start, 0, config, lab::snapshot(1, settings));
        Self {
            world,
            start,
            sent: Vec::new(),
        }
    }

    fn send(&mut self, flow: Flow, text: &str) {
        self.sent.clear();
        self.world.handle(
            self.start,
            Input::Message {
                flow,
                bytes: text.as_bytes(),
            },
        );
        while let Some(output) = self.world.poll() {
            match output {
                Output::Send { bytes, .. } => self.sent.push(bytes),
                Output::Ask(id, Ask::UserByAddress(address)) => {
                    let user = UserRecord {
                        id: ObjectId(address.clone()),
                        sip_address: address,
                        enabled: true,
                        registrar_pool: "fe1.contoso.example".to_owned(),
                        ..UserRecord::default()
                    };
                    self.world
                        .handle(self.start, Input::Answer(id, Answer::User(Some(Arc::new(user)))));
                }
                _ => {}
            }
        }
    }

    fn register(&mut self, user: u32, round: u32) {
        let peer = flow(user).peer;
        let text = format!(
            "REGISTER sip:contoso.example SIP/2.0\r\nVia: SIP/2.0/UDP {peer};rport;branch=z9hG4bK{user}r{round}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:u{user}@contoso.example>;tag=1\r\nTo: <sip:u{user}@contoso.example>\r\n\
             Call-ID: {user}-{round}@phone\r\nCSeq: 1 REGISTER\r\nContact: <sip:u{user}@{peer}>\r\nExpires: 600\r\n\
             User-Agent: Simulated/1.0\r\nContent-Length: 0\r\n\r\n"
        );
        self.send(flow(user), &text);
    }

    fn message(&mut self, from: u32, to: u32, round: u32) {
        let peer = flow(from).peer;
        let text = format!(
            "MESSAGE sip:u{to}@contoso.example SIP/2.0\r\nVia: SIP/2.0/UDP {peer};rport;branch=z9hG4bKm{from}r{round}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:u{from}@contoso.example>;tag=1\r\nTo: <sip:u{to}@contoso.example>\r\n\
             Call-ID: m{from}-{round}@phone\r\nCSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
        );
        self.send(flow(from), &text);
        let request = plenum_sip::Request::parse(self.sent[0].clone()).unwrap();
        let bytes = plenum_sip::wire::ResponseBuilder::new(&request, 200)
            .to_tag("2")
            .finish();
        self.send(flow(to), std::str::from_utf8(&bytes).unwrap());
    }
}

/// Microseconds for each of `count` operations.
fn each(count: u32, mut operation: impl FnMut(u32)) -> f64 {
    let begin = plenum_sip::testkit::origin();
    (0..count).for_each(&mut operation);
    begin.elapsed().as_secs_f64() * 1e6 / f64::from(count)
}

#[test]
fn the_cost_of_an_operation_does_not_grow_with_the_users() {
    let mut costs = Vec::new();
    for users in [1_000, 20_000] {
        let mut load = Load::new();
        let first = each(users, |user| load.register(user, 0));
        let refresh = each(2_000, |user| load.register(user % users, 1 + user / users));
        let message = each(2_000, |user| load.message(user % users, (user + 7) % users, user));
        println!("{users} users: sign-in {first:.1} us, refresh {refresh:.1} us, message {message:.1} us");
        costs.push(refresh + message);
    }
    assert!(costs[1] < costs[0] * 4.0 + 50.0, "{costs:?}");
}
