//! Calls with priority (RFC 4412).

use plenum_sip::{Message, Request};
use serde_json::json;

use super::bench::{Bench, request, response};
use super::pair::Pair;

/// A server that has begun to shed work.
fn overloaded() -> Pair {
    let mut pair = Pair::new(Bench::of_size(json!({}), 40));
    for number in 0..14 {
        let alice = pair.alice;
        pair.bench
            .message(alice, "sip:bob@contoso.example", &format!("m{number}"));
    }
    pair
}

fn status(sent: &[(plenum_services::Flow, Message)]) -> Option<u16> {
    sent.iter().find_map(|(_, message)| match message {
        Message::Response(response) => Some(response.status()),
        Message::Request(_) => None,
    })
}

fn copies(sent: &[(plenum_services::Flow, Message)]) -> Vec<&Request> {
    let copy = |(_, message): &'_ (_, Message)| matches!(message, Message::Request(_));
    let copies = sent.iter().filter(|it| copy(it));
    copies
        .filter_map(|(_, message)| match message {
            Message::Request(request) => Some(request),
            Message::Response(_) => None,
        })
        .collect()
}

#[test]
fn under_overload_a_call_with_priority_goes_through_and_others_do_not() {
    let mut pair = overloaded();
    assert_eq!(status(&pair.ask("INVITE", "")), Some(503));
    assert_eq!(
        status(&pair.ask("INVITE", "Resource-Priority: unheard.of")),
        Some(503)
    );
    assert_eq!(
        status(&pair.ask("MESSAGE", "Resource-Priority: ets.0")),
        Some(503)
    );
    let sent = pair.ask("INVITE", "Resource-Priority: ets.0");
    assert_eq!(copies(&sent).len(), 1, "{sent:?}");
}

#[test]
fn under_overload_a_priority_without_proof_is_worth_a_challenge_and_no_more() {
    let mut pair = overloaded();
    let alice = pair.alice;
    let sent = pair.bench.send(
        alice,
        "INVITE sip:bob@contoso.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKmallory
         Max-Forwards: 70
         From: <sip:mallory@secret.example>;tag=mallory
         To: <sip:bob@contoso.example>
         Call-ID: mallory
         CSeq: 1 INVITE
         Resource-Priority: ets.0",
    );
    assert_eq!(status(&sent), Some(407));
    assert!(copies(&sent).is_empty());
}

#[test]
fn a_priority_that_is_not_known_is_refused_when_the_sender_insists_on_it() {
    let mut pair = Pair::new(Bench::new());
    let insists = "Resource-Priority: unheard.of\nRequire: resource-priority";
    let refused = response(&pair.ask("MESSAGE", insists));
    assert_eq!(refused.status(), 417);
    let accepted = "Accept-Resource-Priority: dsn.routine, ";
    assert!(
        String::from_utf8_lossy(refused.bytes()).contains(accepted),
        "{refused:?}"
    );
    for passes in [
        "Resource-Priority: unheard.of",
        "Resource-Priority: wps.2\nProxy-Require: resource-priority",
    ] {
        let sent = pair.ask("MESSAGE", passes);
        assert_eq!(request(&sent).0, pair.bob, "{passes}");
    }
}
