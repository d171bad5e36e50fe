//! The server as its administrator sees it: stopped, drained, started.

use std::time::Duration;

use plenum_admin::{Answer, Request};
use serde_json::json;

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
        lab.server.input(
            now,
            plenum_services::Input::Message {
                flow,
                bytes: &request.as_bytes()[..end],
            },
        );
    }
    lab.run(Duration::from_secs(40));
    assert!(lab.invited(alice).is_none());
    assert!(
        lab.server
            .world
            .metrics()
            .iter()
            .any(|sample| sample.name == "plenum_sip_unreadable_total")
    );
}
