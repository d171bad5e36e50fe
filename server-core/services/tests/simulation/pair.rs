//! Alice and bob with one phone each, who write their messages out: what the server makes of each one is looked at.

use std::time::Duration;

use plenum_services::{Flow, Input};
use plenum_sip::wire::HeaderName;
use plenum_sip::{Message, Request, Response};

use super::bench::{Bench, request, response, udp};

/// Two phones at a server.
pub struct Pair {
    pub bench: Bench,
    pub alice: Flow,
    pub bob: Flow,
    requests: u32,
}

/// A header of a message, as text; empty without one.
pub fn header(headers: &plenum_sip::Headers, name: HeaderName) -> &str {
    headers.get_str(name).unwrap_or_default()
}

impl Pair {
    /// Both are signed in.
    pub fn new(mut bench: Bench) -> Self {
        let (alice, bob) = (udp("192.0.2.10:5060"), udp("192.0.2.20:5060"));
        bench.register(alice, "alice", "<sip:alice@192.0.2.10>", "");
        bench.register(bob, "bob", "<sip:bob@192.0.2.20>", "");
        Self {
            bench,
            alice,
            bob,
            requests: 0,
        }
    }

    /// Time goes by; what the server does by itself.
    pub fn wait(&mut self, seconds: u64) -> Vec<(Flow, Message)> {
        for _ in 0..seconds {
            self.bench.now += Duration::from_secs(1);
            self.bench.input(Input::Wake);
        }
        std::mem::take(&mut self.bench.sent)
    }

    /// Alice sends bob a request outside a dialog, with further header lines and a body after an empty line.
    pub fn ask(&mut self, method: &str, more: &str) -> Vec<(Flow, Message)> {
        self.requests += 1;
        let number = self.requests;
        self.bench.send(
            self.alice,
            &format!(
                "{method} sip:bob@contoso.example SIP/2.0
                 Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa{number}
                 Max-Forwards: 70
                 From: <sip:alice@contoso.example>;tag=alice
                 To: <sip:bob@contoso.example>
                 Call-ID: pair
                 CSeq: {number} {method}
                 Contact: <sip:alice@192.0.2.10>
                 {more}"
            ),
        )
    }

    /// The copy of such a request that bob gets; of an INVITE beside the 100 that alice may get.
    pub fn to_bob(&mut self, method: &str, more: &str) -> Request {
        let sent = self.ask(method, more);
        let copies = sent
            .into_iter()
            .filter(|(_, message)| matches!(message, Message::Request(_)));
        let (flow, copy) = request(&copies.collect::<Vec<_>>());
        assert_eq!(flow, self.bob);
        copy
    }

    /// Bob answers a request; what alice gets.
    pub fn answer(&mut self, to: &Request, status: u16, more: &str) -> Response {
        let bytes = plenum_sip::wire::ResponseBuilder::new(to, status)
            .to_tag("bob")
            .with_record_route()
            .finish();
        let text = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        let sent = self.bench.send(
            self.bob,
            &format!("{text}\nContact: <sip:bob@192.0.2.20>\n{more}"),
        );
        response(&sent)
    }

    /// Alice sends a request within the dialog that a response made; the copy that bob gets.
    pub fn within(&mut self, made_by: &Response, method: &str, more: &str) -> Request {
        let sent = self.send_within(made_by, method, more);
        let (flow, copy) = request(&sent);
        assert_eq!(flow, self.bob);
        copy
    }

    /// The same; all that the server sends.
    pub fn send_within(&mut self, made_by: &Response, method: &str, more: &str) -> Vec<(Flow, Message)> {
        self.requests += 1;
        let number = self.requests;
        let mut routes: Vec<&[u8]> = made_by.list(HeaderName::RecordRoute).collect();
        routes.reverse();
        let routes: Vec<_> = routes
            .iter()
            .map(|route| String::from_utf8_lossy(route))
            .collect();
        self.bench.send(
            self.alice,
            &format!(
                "{method} sip:bob@192.0.2.20 SIP/2.0
                 Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa{number}
                 Max-Forwards: 70
                 Route: {}
                 From: <sip:alice@contoso.example>;tag=alice
                 To: <sip:bob@contoso.example>;tag=bob
                 Call-ID: pair
                 CSeq: {number} {method}
                 Contact: <sip:alice@192.0.2.10>
                 {more}",
                routes.join(", ")
            ),
        )
    }
}
