//! Feeds a whole world (transactions, registrar, proxy, presence, calls) with messages that nobody would send, in any
//! order and over any connection, on a clock that jumps, for as long as is asked.
//!
//! `cargo run --release -p plenum-services --example fuzz_world -- SECONDS SEED`
//!
//! What is looked for: a panic, a step that takes longer than [`PATIENCE`], and what stays when all is over: after each
//! [`STEPS`] steps the clock goes on for a day, and then no transaction, binding, subscription or call may be left. The
//! step that runs is known by its number and the seed, which make the same run again.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example has the arguments, the clock and the console that the library is handed"
)]
#![allow(clippy::unwrap_used)]

#[path = "../tests/simulation/lab.rs"]
#[allow(dead_code)]
mod lab;

/// How many worlds a server of the laboratory has.
const WORLDS: u8 = 1;

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_services::{Answer, Ask, Config, Flow, Input, Listener, Output, Slice, Transport, World};
use plenum_sip::testkit::Mutator;
use serde_json::json;

/// How long one step may take.
const PATIENCE: Duration = Duration::from_millis(500);
/// Steps of one world.
const STEPS: u64 = 20_000;
const DAY: Duration = Duration::from_secs(86_400);

struct Fuzz {
    world: World,
    now: Instant,
    mutator: Mutator,
    /// Messages that the world sent, which come back changed or as they are.
    sent: Vec<Arc<[u8]>>,
    questions: Vec<(plenum_services::AskId, Ask)>,
    connections: u64,
}

fn address(host: u64, port: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, host as u8], port))
}

fn world(now: Instant) -> World {
    let listeners =
        [Transport::Udp, Transport::Tcp, Transport::Tls, Transport::Ws].map(|transport| Listener {
            transport,
            address: address(1, 5060),
        });
    let config = Config {
        listeners: listeners.to_vec(),
        lasting_seed: [1; 16],
        seed: [2; 16],
        slice: Slice::WHOLE,
        unauthenticated_domains: vec!["contoso.example".to_owned()],
        trace_bytes: plenum_services::trace::BYTES,
        max_transactions: 10_000,
    };
    World::new(now, 1_700_000_000_000, config, lab::snapshot(1, json!({})))
}

/// What phones send in a day, with the users that there are.
fn corpus() -> Vec<Vec<u8>> {
    let head = |method: &str, uri: &str, more: &str, body: &str| {
        format!(
            "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK1;rport\r\nMax-Forwards: 70\r\n\
             From: <sip:alice@contoso.example>;tag=1\r\nTo: <sip:bob@contoso.example>\r\nCall-ID: a@10.0.0.2\r\n\
             CSeq: 1 {method}\r\nContact: <sip:alice@10.0.0.2:5060>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n{more}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    let bob = "sip:bob@contoso.example";
    let sdp = std::str::from_utf8(lab::VIDEO).unwrap();
    let pidf = "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:alice@contoso.example\">\
                <tuple id=\"a\"><status><basic>open</basic></status></tuple></presence>";
    let mut corpus = vec![
        head(
            "REGISTER",
            "sip:contoso.example",
            "Expires: 600\r\nSupported: path, outbound, gruu\r\n",
            "",
        ),
        head("INVITE", bob, "Content-Type: application/sdp\r\n", sdp),
        head("ACK", bob, "Route: <sip:10.0.0.1:5060;lr>\r\n", ""),
        head("CANCEL", bob, "", ""),
        head("BYE", bob, "Route: <sip:10.0.0.1:5060;lr>\r\n", ""),
        head("MESSAGE", bob, "Content-Type: text/plain\r\n", "hello"),
        head("SUBSCRIBE", bob, "Event: presence\r\nExpires: 600\r\n", ""),
        head(
            "PUBLISH",
            "sip:alice@contoso.example",
            "Event: presence\r\nContent-Type: application/pidf+xml\r\n",
            pidf,
        ),
        head("REFER", bob, "Refer-To: <sip:carol@contoso.example>\r\n", ""),
        head("OPTIONS", "sip:10.0.0.1", "", ""),
    ];
    for user in ["bob", "carol"] {
        let own = String::from_utf8(corpus[0].clone()).unwrap();
        corpus.push(
            own.replace("alice", user)
                .replace("bob@contoso", &format!("{user}@contoso"))
                .into_bytes(),
        );
    }
    corpus
}

impl Fuzz {
    fn new(seed: u64) -> Self {
        let now = plenum_sip::testkit::origin();
        Self {
            world: world(now),
            now,
            mutator: Mutator::new(corpus(), seed),
            sent: Vec::new(),
            questions: Vec::new(),
            connections: 0,
        }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.mutator.random().below(end)
    }

    fn flow(&mut self) -> Flow {
        let peer = address(2 + self.below(4), 5060);
        let connection = self.below(self.connections + 1);
        let transport = match connection {
            0 => Transport::Udp,
            odd if odd % 2 == 1 => Transport::Tcp,
            _ => Transport::Ws,
        };
        Flow {
            transport,
            local: address(1, 5060),
            peer,
            connection,
        }
    }

    fn step(&mut self) {
        let flow = self.flow();
        match self.below(20) {
            0 => {
                self.connections += 1;
                let flow = Flow {
                    connection: self.connections,
                    transport: if self.connections % 2 == 1 {
                        Transport::Tcp
                    } else {
                        Transport::Ws
                    },
                    ..flow
                };
                let (opened, peer_names) = (None, Vec::new());
                self.give(Input::FlowOpened {
                    flow,
                    opened,
                    peer_names,
                });
            }
            1 if flow.connection != 0 => self.give(Input::FlowClosed { flow }),
            2 => {
                let jump = self.below(40_000);
                self.now += Duration::from_millis(jump);
                self.give(Input::Wake);
            }
            3 => self.give(Input::UsersChanged(None)),
            4..8 if !self.sent.is_empty() => self.answer_or_echo(flow),
            8 if !self.questions.is_empty() => self.answer_question(),
            _ => {
                let bytes = self.mutator.message();
                self.give(Input::Message { flow, bytes: &bytes });
            }
        }
    }

    /// A phone answers what the world sent, or the world's own message comes back.
    fn answer_or_echo(&mut self, flow: Flow) {
        let index = self.below(self.sent.len() as u64) as usize;
        let sent = self.sent.swap_remove(index);
        let status = [180, 200, 302, 404, 486, 503, 600][self.below(7) as usize];
        let answer = plenum_sip::Request::parse(Arc::clone(&sent)).ok().map(|request| {
            let response = plenum_sip::wire::ResponseBuilder::new(&request, status);
            response.with_record_route().to_tag("b").finish()
        });
        let bytes = answer.unwrap_or(sent);
        self.give(Input::Message { flow, bytes: &bytes });
    }

    fn answer_question(&mut self) {
        let index = self.below(self.questions.len() as u64) as usize;
        let (id, ask) = self.questions.swap_remove(index);
        let answer = if self.below(10) == 0 {
            Answer::Unavailable {
                reason: "away".to_owned(),
            }
        } else {
            lab::everybody(&ask)
        };
        self.give(Input::Answer(id, answer));
    }

    fn give(&mut self, input: Input<'_>) {
        self.world.handle(self.now, input);
        while let Some(output) = self.world.poll() {
            match output {
                Output::Send { bytes, .. } if self.sent.len() < 1_000 => self.sent.push(bytes),
                Output::Ask(id, ask) => self.questions.push((id, ask)),
                _ => {}
            }
        }
    }

    /// A day later, with all questions answered: what is left that should have ended.
    fn left(&mut self) -> Vec<String> {
        let end = self.now + DAY;
        loop {
            while !self.questions.is_empty() {
                self.answer_question();
            }
            self.give(Input::Wake);
            match self.world.deadline().filter(|at| *at <= end) {
                Some(at) => self.now = self.now.max(at),
                None if self.questions.is_empty() => break,
                None => {}
            }
        }
        let ended = [
            "plenum_transactions",
            "plenum_bindings",
            "plenum_subscriptions",
            "plenum_requests_waiting",
        ];
        let samples = self.world.metrics();
        let left = samples
            .iter()
            .filter(|sample| ended.contains(&sample.name) && sample.value > 0.0);
        left.map(|sample| format!("{} {}", sample.value, sample.name))
            .collect()
    }
}

fn main() -> ExitCode {
    let arguments: Vec<u64> = std::env::args()
        .skip(1)
        .map(|text| text.parse().unwrap())
        .collect();
    let [seconds, seed] = arguments[..] else {
        eprintln!("fuzz SECONDS SEED");
        return ExitCode::from(2);
    };
    let (begin, mut worlds, mut steps) = (Instant::now(), 0u64, 0u64);
    let mut slowest = Duration::ZERO;
    while begin.elapsed().as_secs() < seconds {
        let mut fuzz = Fuzz::new(seed.wrapping_add(worlds));
        for step in 0..STEPS {
            let started = Instant::now();
            let went_well = catch_unwind(AssertUnwindSafe(|| fuzz.step())).is_ok();
            slowest = slowest.max(started.elapsed());
            if !went_well || started.elapsed() > PATIENCE {
                println!(
                    "seed {} step {step}: {:?}",
                    seed.wrapping_add(worlds),
                    started.elapsed()
                );
                return ExitCode::FAILURE;
            }
            steps += 1;
        }
        let left = fuzz.left();
        if !left.is_empty() {
            println!(
                "seed {}: left after a day: {}",
                seed.wrapping_add(worlds),
                left.join(", ")
            );
            return ExitCode::FAILURE;
        }
        worlds += 1;
    }
    println!(
        "{worlds} worlds, {steps} steps in {seconds} s, no panic, nothing left; the slowest step took {slowest:?}"
    );
    ExitCode::SUCCESS
}
