//! What the operations of the SIP benchmark cost inside a world, without sockets: `operations.sh` runs it under
//! callgrind and prints instructions and allocations of each, which do not depend on the machine.
//!
//! `operations ROW COUNT [USERS]` does an operation COUNT times after USERS (1,000) have registered; the rows are those of `bench/sip.sh`: R1
//! (REGISTER, 401, REGISTER with Digest), R2 (REGISTER without), M1 (MESSAGE and its 200), C1 (a call: INVITE, 180, 200,
//! ACK, BYE, 200).

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]
#![allow(clippy::unwrap_used)]

#[path = "../tests/simulation/lab.rs"]
#[allow(dead_code)]
mod lab;

/// How many worlds a server of the laboratory has.
const WORLDS: u8 = 1;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_services::{Config, Flow, Input, Listener, Output, Slice, Transport, World};
use plenum_sip::wire::{HeaderName, Request, Response, ResponseBuilder};
use serde_json::json;

const SERVER: &str = "10.0.0.1:5060";
const ALLOW: &str =
    "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, NOTIFY, REFER, UPDATE\r\nUser-Agent: bench/1.0\r\n";
const BODY: &str = "v=0\r\no=alice 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
m=audio 40000 RTP/AVP 111 0 8 101\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n";

struct Bench {
    world: World,
    now: Instant,
    count: u32,
    users: u32,
}

fn flow(port: u16) -> Flow {
    Flow {
        transport: Transport::Udp,
        local: SERVER.parse().unwrap(),
        peer: SocketAddr::from(([10, 0, 0, 2], port)),
        connection: 0,
    }
}

const CALLER: u16 = 17_001;
const CALLEE: u16 = 17_100;

impl Bench {
    fn new(unauthenticated: bool, users: u32) -> Self {
        let now = plenum_sip::testkit::origin();
        let config = Config {
            listeners: vec![Listener {
                transport: Transport::Udp,
                address: SERVER.parse().unwrap(),
            }],
            lasting_seed: [1; 16],
            seed: [2; 16],
            slice: Slice::WHOLE,
            unauthenticated_domains: unauthenticated
                .then(|| "contoso.example".to_owned())
                .into_iter()
                .collect(),
            trace_bytes: plenum_services::trace::BYTES,
            max_transactions: 4_000_000,
        };
        let settings = json!({"CsRegistrarConfiguration": {"Global": {"MaxUserCount": 2_000_000}}});
        Self {
            world: World::new(now, 0, config, lab::snapshot(1, settings)),
            now,
            count: 0,
            users,
        }
    }

    /// Gives the world a message and returns what it sends.
    fn send(&mut self, from: u16, text: &[u8]) -> Vec<Arc<[u8]>> {
        self.world.handle(
            self.now,
            Input::Message {
                flow: flow(from),
                bytes: text,
            },
        );
        let mut sent = Vec::new();
        while let Some(output) = self.world.poll() {
            match output {
                Output::Send { bytes, .. } => sent.push(bytes),
                Output::Ask(id, ask) => self
                    .world
                    .handle(self.now, Input::Answer(id, lab::everybody(&ask))),
                _ => {}
            }
        }
        sent
    }

    /// The count of the next operation; a tenth of a millisecond passes, so that nobody has to register again.
    fn next(&mut self) -> u32 {
        self.count += 1;
        self.now += Duration::from_micros(100);
        self.count
    }

    fn register(&mut self, user: u32, contact: u16, extra: &str) -> Vec<Arc<[u8]>> {
        let round = self.next();
        let text = format!(
            "REGISTER sip:contoso.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2:{CALLER};branch=z9hG4bK-{round}-0\r\n\
             Max-Forwards: 70\r\nFrom: <sip:u{user:06}@contoso.example>;tag=99r{round}\r\n\
             To: <sip:u{user:06}@contoso.example>\r\nCall-ID: {round}-99@10.0.0.2\r\nCSeq: {round} REGISTER\r\n\
             Contact: <sip:u{user:06}@10.0.0.2:{contact}>\r\n{extra}Expires: 3600\r\n{ALLOW}Content-Length: 0\r\n\r\n"
        );
        self.send(CALLER, text.as_bytes())
    }

    fn open(&mut self) {
        let user = self.count % self.users;
        let sent = self.register(user, CALLEE, "");
        assert_eq!(status(&sent[0]), 200);
    }

    fn digest(&mut self) {
        let user = self.count / 2 % self.users;
        let challenged = Response::parse(self.register(user, CALLEE, "")[0].clone()).unwrap();
        assert_eq!(challenged.status(), 401);
        let value = lab::proof(&challenged, &format!("u{user:06}"));
        let sent = self.register(user, CALLEE, &format!("Authorization: {value}\r\n"));
        assert_eq!(status(&sent[0]), 200);
    }

    fn message(&mut self) {
        let round = self.next();
        let user = round % self.users;
        let text = format!(
            "MESSAGE sip:u{user:06}@contoso.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2:{CALLER};branch=z9hG4bK-{round}-1\r\n\
             Max-Forwards: 70\r\nFrom: <sip:u000000@contoso.example>;tag=99m{round}\r\n\
             To: <sip:u{user:06}@contoso.example>\r\nCall-ID: {round}-98@10.0.0.2\r\nCSeq: 1 MESSAGE\r\n\
             User-Agent: bench/1.0\r\nContent-Type: text/plain\r\nContent-Length: 103\r\n\r\n{:103}",
            "Hello"
        );
        let sent = self.send(CALLER, text.as_bytes());
        let answer = reply(&sent[0], 200, "");
        let relayed = self.send(CALLEE, &answer);
        assert_eq!(status(&relayed[0]), 200);
    }

    fn call(&mut self) {
        let round = self.next();
        let user = round % self.users;
        let head = |method: &str, uri: &str, routes: &str, cseq: u32, tag: &str| {
            format!(
                "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2:{CALLER};branch=z9hG4bK-{round}-{method}\r\n{routes}\
                 Max-Forwards: 70\r\nFrom: \"Alice\" <sip:u000000@contoso.example>;tag=99c{round}\r\n\
                 To: <sip:u{user:06}@contoso.example>{tag}\r\nCall-ID: {round}-97@10.0.0.2\r\nCSeq: {cseq} {method}\r\n"
            )
        };
        let uri = format!("sip:u{user:06}@contoso.example");
        let invite = format!(
            "{}Contact: <sip:u000000@10.0.0.2:{CALLER};transport=UDP>\r\n{ALLOW}Content-Type: application/sdp\r\n\
             Content-Length: {}\r\n\r\n{BODY}",
            head("INVITE", &uri, "", 1, ""),
            BODY.len()
        );
        let sent = self.send(CALLER, invite.as_bytes());
        let forwarded = sent
            .iter()
            .find(|bytes| bytes.starts_with(b"INVITE"))
            .unwrap()
            .clone();
        self.send(CALLEE, &reply(&forwarded, 180, ""));
        let sent = self.send(CALLEE, &reply(&forwarded, 200, BODY));
        let answered = Response::parse(sent[0].clone()).unwrap();
        let routes: String = answered
            .all(HeaderName::RecordRoute)
            .map(|value| format!("Route: {}\r\n", String::from_utf8_lossy(value)))
            .collect();
        let target = format!("sip:u{user:06}@10.0.0.2:{CALLEE}");
        let ack = head("ACK", &target, &routes, 1, ";tag=b") + "Content-Length: 0\r\n\r\n";
        assert_eq!(self.send(CALLER, ack.as_bytes()).len(), 1);
        self.now += Duration::from_millis(1);
        let bye = head("BYE", &target, &routes, 2, ";tag=b") + "Content-Length: 0\r\n\r\n";
        let sent = self.send(CALLER, bye.as_bytes());
        let relayed = self.send(CALLEE, &reply(&sent[0], 200, ""));
        assert_eq!(status(&relayed[0]), 200);
    }
}

fn status(bytes: &Arc<[u8]>) -> u16 {
    Response::parse(bytes.clone()).map_or(0, |response| response.status())
}

/// What a phone answers to a request that reached it.
fn reply(request: &Arc<[u8]>, status: u16, body: &str) -> Vec<u8> {
    let request = Request::parse(request.clone()).unwrap();
    let mut response = ResponseBuilder::new(&request, status)
        .with_record_route()
        .to_tag("b")
        .header(
            HeaderName::Contact,
            format!("<sip:10.0.0.2:{CALLEE};transport=UDP>"),
        );
    if !body.is_empty() {
        response = response.body("application/sdp", body.as_bytes());
    }
    response.finish().to_vec()
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let row = arguments[1].as_str();
    let count: u32 = arguments[2].parse().unwrap();
    let operation = match row {
        "R1" => Bench::digest,
        "R2" => Bench::open,
        "M1" => Bench::message,
        "C1" => Bench::call,
        _ => panic!("rows are R1, R2, M1 and C1"),
    };
    let users = arguments.get(3).map_or(1_000, |text| text.parse().unwrap());
    let mut bench = Bench::new(row != "R1", users);
    if row != "R1" {
        for _ in 0..users {
            bench.open();
        }
    }
    let begin = plenum_sip::testkit::origin();
    for _ in 0..count {
        operation(&mut bench);
    }
    println!(
        "{row}: {:.2} us an operation",
        begin.elapsed().as_secs_f64() * 1e6 / f64::from(count)
    );
}
