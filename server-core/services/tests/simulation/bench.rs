//! A world whose phones are written out message by message, with authentication out of the way.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use plenum_services::world::MAX_TRANSACTIONS;
use plenum_services::{
    Answer, Ask, Config, Flow, Input, JournalEvent, Listener, OpenId, Output, Peer, Published, Slice, Target,
    Transport, World,
};
use plenum_sip::testkit::origin;
use plenum_sip::{Message, Request, Response};
use plenum_topology::directory::{ObjectId, UserRecord};
use serde_json::json;

/// A world, and what came out of it.
pub struct Bench {
    pub world: World,
    pub now: Instant,
    pub sent: Vec<(Flow, Message)>,
    pub opened: Vec<(OpenId, Target)>,
    pub journal: Vec<JournalEvent>,
    /// What is granted to each user.
    pub policies: BTreeMap<String, String>,
}

pub fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

pub fn udp(peer: &str) -> Flow {
    Flow {
        transport: Transport::Udp,
        local: at("192.0.2.1:5060"),
        peer: at(peer),
        connection: 0,
    }
}

pub fn tcp(peer: &str, connection: u64) -> Flow {
    Flow {
        transport: Transport::Tcp,
        local: at("192.0.2.1:5060"),
        peer: at(peer),
        connection,
    }
}

impl Bench {
    pub fn new() -> Self {
        Self::with(json!({}))
    }

    pub fn with(settings: serde_json::Value) -> Self {
        Self::of_size(settings, MAX_TRANSACTIONS)
    }

    /// A world with a bound on its transactions.
    pub fn of_size(settings: serde_json::Value, max_transactions: usize) -> Self {
        Self::running(super::lab::snapshot(1, settings), max_transactions)
    }

    /// A world whose topology says this of the registrar.
    pub fn with_registrar(registrar: serde_json::Value) -> Self {
        let published = super::lab::snapshot_with(1, json!({}), registrar);
        Self::running(published, MAX_TRANSACTIONS)
    }

    fn running(published: Arc<Published>, max_transactions: usize) -> Self {
        let now = origin();
        let listener = |transport| Listener {
            transport,
            address: at("192.0.2.1:5060"),
        };
        let config = Config {
            listeners: vec![listener(Transport::Udp), listener(Transport::Tcp)],
            lasting_seed: [9; 16],
            seed: [10; 16],
            slice: Slice::WHOLE,
            unauthenticated_domains: vec!["contoso.example".to_owned()],
            trace_bytes: plenum_services::trace::BYTES,
            max_transactions,
        };
        let world = World::new(now, 0, config, published);
        Self {
            world,
            now,
            sent: Vec::new(),
            opened: Vec::new(),
            journal: Vec::new(),
            policies: BTreeMap::new(),
        }
    }

    pub fn input(&mut self, input: Input<'_>) {
        self.world.handle(self.now, input);
        while let Some(output) = self.world.poll() {
            match output {
                Output::Send { flow, bytes } => self.sent.push((flow, Message::parse(bytes).unwrap())),
                Output::Open { id, target } => self.opened.push((id, target)),
                Output::Journal(event) => self.journal.push(event),
                Output::Ask(id, ask) => {
                    let answer = answer(&ask, &self.policies);
                    self.world.handle(self.now, Input::Answer(id, answer));
                }
                Output::Keep(_) | Output::CloseFlow { .. } | Output::AdminAnswer(..) => {}
                Output::HandOver { .. } | Output::Proved { .. } | Output::Tell { .. } => {
                    panic!("there is no other world")
                }
            }
        }
    }

    /// Sends a message as written here, with the line ends of the network; returns what was sent because of it.
    pub fn send(&mut self, flow: Flow, text: &str) -> Vec<(Flow, Message)> {
        let text = text
            .trim()
            .lines()
            .map(str::trim_start)
            .collect::<Vec<_>>()
            .join("\r\n")
            + "\r\n\r\n";
        self.input(Input::Message {
            flow,
            bytes: text.as_bytes(),
        });
        std::mem::take(&mut self.sent)
    }

    pub fn connect(&mut self, flow: Flow, opened: Option<OpenId>) {
        self.input(Input::FlowOpened {
            flow,
            opened,
            peer_names: Vec::new(),
        });
    }

    pub fn register(&mut self, flow: Flow, user: &str, contact: &str, more: &str) -> Response {
        let via = flow.transport.via_name();
        let call_id: String = contact.chars().filter(char::is_ascii_alphanumeric).collect();
        let sent = self.send(
            flow,
            &format!(
                "REGISTER sip:contoso.example SIP/2.0
                 Via: SIP/2.0/{via} {};branch=z9hG4bK{}{user}
                 From: <sip:{user}@contoso.example>;tag=1
                 To: <sip:{user}@contoso.example>
                 Call-ID: {call_id}
                 CSeq: 1 REGISTER
                 Contact: {contact}
                 {more}Expires: 600",
                flow.peer,
                contact.len(),
            ),
        );
        let response = response(&sent);
        assert_eq!(response.status(), 200, "{response:?}");
        response
    }

    pub fn message(&mut self, flow: Flow, to: &str, id: &str) -> Vec<(Flow, Message)> {
        let via = flow.transport.via_name();
        self.send(
            flow,
            &format!(
                "MESSAGE {to} SIP/2.0
                 Via: SIP/2.0/{via} {};branch=z9hG4bK{id}
                 Max-Forwards: 70
                 From: <sip:alice@contoso.example>;tag=1
                 To: <{to}>
                 Call-ID: {id}
                 CSeq: 1 MESSAGE",
                flow.peer
            ),
        )
    }
}

pub fn answer(ask: &Ask, policies: &BTreeMap<String, String>) -> Answer {
    match ask {
        Ask::UserByAddress(address) => Answer::User(Some(Arc::new(UserRecord {
            id: ObjectId(address.clone()),
            sip_address: address.clone(),
            enabled: true,
            registrar_pool: "fe1.contoso.example".to_owned(),
            policies: policies.clone(),
            ..UserRecord::default()
        }))),
        Ask::Resolve { host, .. } if host == "proxy.contoso.example" => Answer::Targets(vec![Target {
            transport: Transport::Tcp,
            address: at("192.0.2.50:5060"),
            peer: Peer::AtAddress,
        }]),
        Ask::Resolve { host, .. } if host == "datagrams.contoso.example" => {
            let target = |address| Target {
                transport: Transport::Udp,
                address: at(address),
                peer: Peer::AtAddress,
            };
            Answer::Targets(vec![target("192.0.2.51:5060"), target("192.0.2.52:5060")])
        }
        Ask::Resolve { host, .. } if host == "pair.contoso.example" => {
            let target = |address| Target {
                transport: Transport::Tcp,
                address: at(address),
                peer: Peer::AtAddress,
            };
            Answer::Targets(vec![target("192.0.2.51:5060"), target("192.0.2.52:5060")])
        }
        _ => Answer::Targets(Vec::new()),
    }
}

pub fn response(sent: &[(Flow, Message)]) -> Response {
    match sent {
        [(_, Message::Response(response))] => response.clone(),
        other => panic!("not one response: {other:?}"),
    }
}

pub fn request(sent: &[(Flow, Message)]) -> (Flow, Request) {
    match sent {
        [(flow, Message::Request(request))] => (*flow, request.clone()),
        other => panic!("not one request: {other:?}"),
    }
}

pub fn ok(request: &Request) -> String {
    let bytes = plenum_sip::wire::ResponseBuilder::new(request, 200)
        .to_tag("2")
        .finish();
    String::from_utf8_lossy(&bytes).trim_end().to_owned()
}
