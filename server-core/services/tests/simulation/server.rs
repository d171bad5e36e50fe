//! The server as its administrator sees it: stopped, drained, started.

use std::time::Duration;

use plenum_admin::{Answer, Request};
use serde_json::json;

use plenum_sip::wire::HeaderName;

use super::bench::{Bench, request, response, tcp, udp};
use super::lab::{AUDIO, Lab};

fn state(lab: &mut Lab) -> String {
    let Answer::Services(services) = lab.admin(Request::Services) else {
        panic!("not services")
    };
    services[0].state.clone()
}

#[test]
fn a_stopped_service_says_when_to_come_back_and_keeps_who_is_signed_in() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    assert_eq!(
        lab.admin(Request::Stop {
            name: Some("RTCSRV".to_owned()),
            graceful: false
        }),
        Answer::Done
    );
    assert_eq!(state(&mut lab), "Stopped");
    assert_eq!(
        lab.ask(alice, |agent, now| agent.message(
            now,
            "bob@contoso.example",
            "hello"
        ))
        .0,
        503
    );
    assert_eq!(lab.admin(Request::Start { name: None }), Answer::Done);
    assert_eq!(
        lab.ask(alice, |agent, now| agent.message(
            now,
            "bob@contoso.example",
            "hello"
        ))
        .0,
        200
    );
    assert_eq!(lab.messages(bob).len(), 1);
}

#[test]
fn a_service_that_drains_lets_calls_end_and_takes_no_new_ones() {
    let mut lab = Lab::new(json!({}));
    let (alice, bob) = (lab.signed_in("alice"), lab.signed_in("bob"));
    lab.phones[bob].agent.set_auto_answer(Some(AUDIO.to_vec()));
    let call = lab.start(alice, |agent, now| {
        agent.invite(now, "bob@contoso.example", AUDIO)
    });
    lab.run(Duration::from_secs(1));
    lab.admin(Request::Stop {
        name: None,
        graceful: true,
    });
    assert_eq!(state(&mut lab), "StopPending");
    assert_eq!(
        lab.ask(bob, |agent, now| agent.invite(
            now,
            "alice@contoso.example",
            AUDIO
        ))
        .0,
        503
    );
    assert_eq!(lab.ask(alice, |agent, now| agent.register(now, 600)).0, 200);
    assert_eq!(
        lab.ask(alice, |agent, now| agent.hang_up(now, call).unwrap()).0,
        200
    );
    assert_eq!(state(&mut lab), "Stopped");
}

#[test]
fn bytes_that_are_no_request_are_answered_or_dropped_but_never_harm() {
    let mut lab = Lab::new(json!({}));
    let alice = lab.signed_in("alice");
    let flow = plenum_services::Flow {
        transport: plenum_services::Transport::Udp,
        local: super::lab::address(1),
        peer: super::lab::address(99),
        connection: 0,
    };
    let request = "INVITE sip:alice@contoso.example SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.99;branch=z9hG4bK1\r\n\
                   From: <sip:bob@contoso.example>;tag=1\r\nTo: <sip:alice@contoso.example>\r\nCall-ID: 1\r\n\
                   CSeq: 1 INVITE\r\nRoute: <sip:00@192.0.2.1:5060;lr>\r\n\r\n";
    for end in 0..request.len() {
        let now = lab.now();
        lab.server.message(now, flow, &request.as_bytes()[..end]);
    }
    lab.run(Duration::from_secs(40));
    assert!(lab.invited(alice).is_none());
    assert!(lab.server.figure("plenum_sip_unreadable_total") > 0.0);
}

#[test]
fn beyond_its_capacity_the_server_sheds_new_work_and_keeps_who_is_there() {
    let mut bench = Bench::of_size(json!({}), 40);
    let (alice, bob) = (udp("192.0.2.10:5060"), udp("192.0.2.20:5060"));
    bench.register(alice, "alice", "<sip:alice@192.0.2.10>", "");
    bench.register(bob, "bob", "<sip:bob@192.0.2.20>", "");
    // Each message that bob does not answer holds two transactions.
    for number in 0..14 {
        bench.message(alice, "sip:bob@contoso.example", &format!("m{number}"));
    }
    let shed = response(&bench.message(alice, "sip:bob@contoso.example", "shed"));
    assert_eq!(shed.status(), 503);
    assert_eq!(shed.get_str(HeaderName::RetryAfter), Some("10"));
    let refresh = bench.register(alice, "alice", "<sip:alice@192.0.2.10;ob>", "");
    assert_eq!(refresh.status(), 200);
    for number in 0..60 {
        bench.message(alice, "sip:bob@contoso.example", &format!("flood{number}"));
    }
    let transactions = bench
        .world
        .metrics()
        .into_iter()
        .find(|sample| sample.name == "plenum_transactions");
    assert!(transactions.unwrap().value <= 40.0, "the bound holds");
    // Timers F and J let all of them end.
    bench.now += Duration::from_secs(70);
    bench.input(plenum_services::Input::Wake);
    bench.sent.clear();
    let (_, taken) = request(&bench.message(alice, "sip:bob@contoso.example", "again"));
    assert_eq!(taken.call_id().unwrap(), "again");
}

/// Each is refused by another hand: the judge of messages, the registrar, the router, the presence and event services.
#[test]
fn every_refusal_says_who_refused_and_why() {
    let mut bench = Bench::new();
    // Strangers who send datagrams are told as much as their request was long.
    let alice = tcp("192.0.2.10:5060", 1);
    bench.connect(alice, None);
    bench.register(alice, "alice", "<sip:alice@192.0.2.10>", "");
    let to = |user: &str| format!("sip:{user}@contoso.example");
    for (line, more, status) in [
        (format!("INVITE {}", to("bob")), "", 480),
        (
            format!("OPTIONS {}", to("alice")),
            "Proxy-Require: unheard-of\r\n",
            420,
        ),
        (
            "REGISTER sip:contoso.example".to_owned(),
            "Expires: 1\r\nContact: <sip:alice@192.0.2.10>\r\n",
            423,
        ),
        (
            "REGISTER sip:contoso.example".to_owned(),
            "Require: unheard-of\r\n",
            420,
        ),
        (format!("SUBSCRIBE {}", to("alice")), "Event: unheard-of\r\n", 489),
        (
            format!("SUBSCRIBE {}", to("bob")),
            "Event: presence\r\nAccept: text/plain\r\n",
            406,
        ),
        (
            format!("PUBLISH {}", to("alice")),
            "Event: presence\r\nSIP-If-Match: gone\r\nExpires: 600\r\n",
            412,
        ),
        (format!("PUBLISH {}", to("bob")), "Event: presence\r\n", 403),
        ("INVITE mailto:alice@contoso.example".to_owned(), "", 416),
        (format!("INVITE {}", to("bob")), "Content-Length: x\r\n", 400),
        (format!("SERVICE {}", to("alice")), "", 501),
        (format!("CANCEL {}", to("bob")), "", 481),
        (format!("INVITE {};x", to("bob")), "Max-Forwards: 0\r\n", 483),
    ] {
        let method = line.split(' ').next().unwrap();
        let answers = bench.send(
            alice,
            &format!(
                "{line} SIP/2.0
                Via: SIP/2.0/TCP 192.0.2.10;branch=z9hG4bK{status}{method}{}
                From: <sip:alice@contoso.example>;tag=1
                To: <sip:alice@contoso.example>
                Call-ID: {status}{method}
                CSeq: 1 {method}
                {more}
                ",
                more.len()
            ),
        );
        let refused = response(&answers);
        assert_eq!(refused.status(), status, "{line} {more}");
        let diagnostics = refused.get_str(HeaderName::MsDiagnostics).unwrap_or_default();
        assert!(
            diagnostics.contains("source=\"fe1.contoso.example\";reason=\""),
            "{line} {more}: {diagnostics}"
        );
    }
}
