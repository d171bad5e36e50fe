//! Session timers at the proxy (RFC 4028 §8).

use plenum_services::JournalEvent;
use plenum_sip::wire::HeaderName::{MinSe, Require, SessionExpires};
use serde_json::json;

use super::bench::{Bench, response};
use super::pair::{Pair, header};

fn pair() -> Pair {
    Pair::new(Bench::with_registrar(
        json!({"minimumSessionInterval": 120, "sessionInterval": 600}),
    ))
}

fn ended(pair: &Pair) -> bool {
    let journal = pair.bench.journal.iter();
    let mut ended = journal.filter(|event| matches!(event, JournalEvent::CallEnded { status: 408, .. }));
    ended.next().is_some()
}

#[test]
fn an_interval_that_is_too_short_is_refused_with_the_shortest_one() {
    let mut pair = pair();
    let sent = pair.ask("INVITE", "Supported: timer\nSession-Expires: 100");
    let refused = response(&sent);
    assert_eq!((refused.status(), header(&refused, MinSe)), (422, "120"));
    let again = pair.to_bob("INVITE", "Supported: timer\nMin-SE: 120\nSession-Expires: 120");
    assert_eq!(header(&again, SessionExpires), "120");
}

#[test]
fn without_topology_the_endpoints_agree_alone() {
    let mut pair = Pair::new(Bench::new());
    let invite = pair.to_bob("INVITE", "Supported: timer");
    assert!(!invite.has(SessionExpires));
    let answered = pair.answer(&invite, 200, "");
    assert!(!answered.has(SessionExpires) && !answered.has(Require));
    pair.wait(4_000);
    assert!(!ended(&pair));
}

#[test]
fn a_call_that_nobody_refreshes_is_forgotten_and_one_that_is_refreshed_is_not() {
    let mut pair = pair();
    let invite = pair.to_bob("INVITE", "Supported: timer");
    assert_eq!(header(&invite, SessionExpires), "600");
    let agreed = "Require: timer\nSession-Expires: 600;refresher=uac";
    let answered = pair.answer(&invite, 200, agreed);
    pair.within(&answered, "ACK", "");
    pair.wait(400);
    let update = pair.within(
        &answered,
        "UPDATE",
        "Supported: timer\nSession-Expires: 600;refresher=uac",
    );
    pair.answer(&update, 200, agreed);
    pair.wait(595);
    assert!(!ended(&pair), "it was refreshed");
    pair.wait(16);
    assert!(ended(&pair));
    // What the server has forgotten, the phones still end.
    let bye = pair.within(&answered, "BYE", "");
    assert_eq!(pair.answer(&bye, 200, "").status(), 200);
}

#[test]
fn for_a_callee_without_session_timers_the_caller_refreshes() {
    let mut pair = pair();
    let invite = pair.to_bob("INVITE", "Supported: timer");
    let answered = pair.answer(&invite, 200, "");
    assert_eq!(header(&answered, SessionExpires), "600;refresher=uac");
    assert_eq!(header(&answered, Require), "timer");
}

#[test]
fn when_neither_knows_session_timers_there_are_none() {
    let mut pair = pair();
    let invite = pair.to_bob("INVITE", "");
    assert_eq!(header(&invite, SessionExpires), "600", "bob might know them");
    let answered = pair.answer(&invite, 200, "");
    assert!(!answered.has(SessionExpires) && !answered.has(Require));
    pair.wait(700);
    assert!(!ended(&pair));
}
