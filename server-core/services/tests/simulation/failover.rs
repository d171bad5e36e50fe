//! When an address of a name does not answer, or says 503, the next one is asked (RFC 3263 §4.3).

use std::time::Duration;

use plenum_services::{Answer, Flow, Input, Output};
use plenum_sip::wire::ResponseBuilder;
use plenum_sip::{Message, Request};
use serde_json::json;

use super::bench::{Bench, at, ok, request, response, tcp, udp};
use super::pair::Pair;

/// Carol, whose phone is at a name with two addresses, and alice who calls her.
struct Called {
    bench: Bench,
    alice: Flow,
}

impl Called {
    fn new() -> Self {
        let (mut bench, alice) = (Bench::new(), udp("192.0.2.10:5060"));
        let contact = "<sip:carol@datagrams.contoso.example;transport=udp>";
        bench.register(udp("192.0.2.20:9999"), "carol", contact, "");
        Self { bench, alice }
    }

    /// Alice sends a request; where its copy goes, and the copy.
    fn ask(&mut self, method: &str, id: &str) -> (Flow, Request) {
        let text = request_of_alice(method, id);
        let sent = self.bench.send(self.alice, &text);
        only_request(sent)
    }

    fn refuse(&mut self, flow: Flow, copy: &Request, status: u16) -> Vec<(Flow, Message)> {
        let bytes = ResponseBuilder::new(copy, status).to_tag("2").finish();
        self.bench.input(Input::Message { flow, bytes: &bytes });
        std::mem::take(&mut self.bench.sent)
    }

    fn wait(&mut self, seconds: u32) -> Vec<(Flow, Message)> {
        for _ in 0..seconds * 2 {
            self.bench.now += Duration::from_millis(500);
            self.bench.input(Input::Wake);
        }
        std::mem::take(&mut self.bench.sent)
    }
}

fn request_of_alice(method: &str, id: &str) -> String {
    format!(
        "{method} sip:carol@contoso.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{id}
         Max-Forwards: 70
         From: <sip:alice@contoso.example>;tag=1
         To: <sip:carol@contoso.example>
         Call-ID: {id}
         CSeq: 1 {method}
         Contact: <sip:alice@192.0.2.10>"
    )
}

/// The request among what was sent that is no ACK.
fn only_request(sent: Vec<(Flow, Message)>) -> (Flow, Request) {
    let is_copy =
        |message: &Message| matches!(message, Message::Request(it) if it.method().as_str() != "ACK");
    let copies: Vec<_> = sent.into_iter().filter(|(_, message)| is_copy(message)).collect();
    request(&copies)
}

fn statuses(sent: &[(Flow, Message)]) -> Vec<u16> {
    let status = |(_, message): &(Flow, Message)| match message {
        Message::Response(response) => Some(response.status()),
        Message::Request(_) => None,
    };
    sent.iter()
        .filter_map(status)
        .filter(|status| *status >= 200)
        .collect()
}

#[test]
fn a_503_sends_the_request_to_the_next_address_and_the_next_request_there_first() {
    for method in ["INVITE", "MESSAGE"] {
        let mut called = Called::new();
        let (first, copy) = called.ask(method, "a");
        assert_eq!(first.peer, at("192.0.2.51:5060"));
        let sent = called.refuse(first, &copy, 503);
        assert!(statuses(&sent).is_empty(), "alice hears nothing of it");
        let (second, again) = only_request(sent);
        assert_eq!(second.peer, at("192.0.2.52:5060"));
        let branch = |request: &Request| request.via().unwrap().branch().map(str::to_owned);
        assert_ne!(branch(&copy), branch(&again), "a transaction of its own");
        let answered = called.bench.send(second, &ok(&again));
        assert_eq!(response(&answered).status(), 200);
        assert_eq!(called.ask(method, "b").0.peer, at("192.0.2.52:5060"));
    }
}

#[test]
fn a_call_that_nobody_answers_goes_to_the_next_address_and_then_fails() {
    let mut called = Called::new();
    called.ask("INVITE", "a");
    let sent = called.wait(33);
    let second = sent.iter().find(|(flow, _)| flow.peer == at("192.0.2.52:5060"));
    assert!(second.is_some() && statuses(&sent).is_empty());
    let sent = called.wait(33);
    assert_eq!(statuses(&sent).first(), Some(&480));
}

#[test]
fn a_message_that_nobody_answers_is_not_sent_again_but_the_next_one_goes_elsewhere() {
    let mut called = Called::new();
    called.ask("MESSAGE", "a");
    let sent = called.wait(33);
    assert!(sent.iter().all(|(flow, _)| flow.peer != at("192.0.2.52:5060")));
    assert_eq!(called.ask("MESSAGE", "b").0.peer, at("192.0.2.52:5060"));
}

#[test]
fn when_both_addresses_refuse_the_caller_is_told() {
    let mut called = Called::new();
    let (first, copy) = called.ask("INVITE", "a");
    let (second, again) = only_request(called.refuse(first, &copy, 503));
    assert_eq!(statuses(&called.refuse(second, &again, 503)), [480]);
}

#[test]
fn a_call_that_was_cancelled_goes_nowhere_else() {
    let mut called = Called::new();
    let (first, copy) = called.ask("INVITE", "a");
    called.refuse(first, &copy, 180);
    let cancel = request_of_alice("CANCEL", "a");
    called.bench.send(called.alice, &cancel);
    let sent = called.refuse(first, &copy, 503);
    assert!(
        sent.iter().all(|(flow, _)| flow.peer != at("192.0.2.52:5060")),
        "{sent:?}"
    );
}

#[test]
fn a_browser_is_not_called_up_when_its_connection_is_gone() {
    let mut bench = Bench::new();
    bench.register(
        udp("192.0.2.20:9999"),
        "bob",
        "<sip:bob@192.0.2.20:80;transport=ws>",
        "",
    );
    let alice = tcp("192.0.2.10:5060", 1);
    bench.connect(alice, None);
    let sent = bench.message(alice, "sip:bob@contoso.example", "a");
    assert_eq!(response(&sent).status(), 480);
    assert!(bench.opened.is_empty());
}

#[test]
fn a_call_that_is_cancelled_while_its_redirection_is_looked_up_is_terminated() {
    let mut pair = Pair::new(Bench::with_registrar(json!({"followRedirections": true})));
    let invite = pair.copy_for_bob("INVITE", "");
    let moved = redirection(&invite, "<sip:dave@contoso.example>");
    let flow = pair.bob;
    // The store takes its time.
    pair.bench
        .world
        .handle(pair.bench.now, Input::Message { flow, bytes: &moved });
    let mut asked = Vec::new();
    while let Some(output) = pair.bench.world.poll() {
        if let Output::Ask(id, _) = output {
            asked.push(id);
        }
    }
    assert_eq!(asked.len(), 1);
    let cancel = "CANCEL sip:bob@contoso.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa1
         Max-Forwards: 70
         From: <sip:alice@contoso.example>;tag=alice
         To: <sip:bob@contoso.example>
         Call-ID: pair
         CSeq: 1 CANCEL";
    assert_eq!(statuses(&pair.bench.send(pair.alice, cancel)), [200, 487]);
    pair.bench.input(Input::Answer(asked[0], Answer::User(None)));
    assert!(statuses(&std::mem::take(&mut pair.bench.sent)).is_empty());
}

fn redirection(invite: &Request, contact: &str) -> Vec<u8> {
    let response = ResponseBuilder::new(invite, 302).to_tag("bob");
    let contact = response.header(plenum_sip::wire::HeaderName::Contact, contact);
    contact.finish().to_vec()
}
