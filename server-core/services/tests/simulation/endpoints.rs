//! How endpoints are reached: connections, Path, GRUUs, preferences. Message by message, with authentication out of the
//! way.

use std::time::Duration;

use plenum_services::{Flow, Input, JournalEvent, SignOutReason};
use plenum_sip::wire::HeaderName;
use plenum_sip::{Message, Response};
use serde_json::json;

use super::bench::{Bench, at, ok, request, response, tcp, udp};

#[test]
fn a_phone_on_a_connection_is_reached_on_it_whatever_its_contact_says() {
    let mut bench = Bench::new();
    let bob = tcp("192.0.2.20:49152", 7);
    bench.connect(bob, None);
    bench.register(bob, "bob", "<sip:bob@10.1.1.1:5060;transport=tcp>", "");
    let sent = bench.message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "a");
    let (flow, forwarded) = request(&sent);
    assert_eq!(flow, bob);
    assert_eq!(forwarded.uri_bytes(), b"sip:bob@10.1.1.1:5060;transport=tcp");
    assert!(
        forwarded
            .via()
            .unwrap()
            .raw
            .starts_with(b"SIP/2.0/TCP 192.0.2.1:5060")
    );
    let back = bench.send(bob, &ok(&forwarded));
    assert_eq!(response(&back).status(), 200);
}

#[test]
fn when_the_connection_is_gone_a_new_one_is_opened_to_the_contact() {
    let mut bench = Bench::new();
    let bob = tcp("192.0.2.20:49152", 7);
    bench.connect(bob, None);
    bench.register(bob, "bob", "<sip:bob@192.0.2.20:5060;transport=tcp>", "");
    bench.input(Input::FlowClosed { flow: bob });
    assert!(
        bench
            .message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "a")
            .is_empty()
    );
    assert!(
        bench
            .message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "b")
            .is_empty()
    );
    let (id, target) = bench.opened.pop().unwrap();
    assert!(bench.opened.is_empty(), "one connection carries both");
    assert_eq!(target.address, at("192.0.2.20:5060"));
    let again = tcp("192.0.2.20:5060", 8);
    bench.connect(again, Some(id));
    assert_eq!(bench.sent.iter().filter(|(flow, _)| *flow == again).count(), 2);
}

#[test]
fn a_connection_that_cannot_be_opened_is_told_at_once() {
    let mut bench = Bench::new();
    bench.register(
        udp("192.0.2.20:5060"),
        "bob",
        "<sip:bob@192.0.2.20:5060;transport=tcp>",
        "",
    );
    // Registered over UDP from the same port, it is reached there; from another, at its Contact.
    bench.register(
        udp("192.0.2.20:9999"),
        "carol",
        "<sip:carol@192.0.2.20:5070;transport=tcp>",
        "",
    );
    bench.message(udp("192.0.2.10:5060"), "sip:carol@contoso.example", "a");
    let (id, _) = bench.opened.pop().unwrap();
    bench.input(Input::OpenFailed {
        id,
        reason: "refused".to_owned(),
    });
    let sent = std::mem::take(&mut bench.sent);
    assert_eq!(response(&sent).status(), 480);
}

#[test]
fn when_the_first_server_of_a_name_is_down_the_next_one_is_asked_and_asked_first_from_then_on() {
    let mut bench = Bench::new();
    let contact = "<sip:carol@pair.contoso.example;transport=tcp>";
    bench.register(udp("192.0.2.20:9999"), "carol", contact, "");
    let refused = |id| Input::OpenFailed {
        id,
        reason: "refused".to_owned(),
    };
    bench.message(udp("192.0.2.10:5060"), "sip:carol@contoso.example", "a");
    let (id, first) = bench.opened.pop().unwrap();
    assert_eq!(first.address, at("192.0.2.51:5060"));
    bench.input(refused(id));
    let (id, second) = bench.opened.pop().unwrap();
    assert_eq!(second.address, at("192.0.2.52:5060"));
    assert!(bench.sent.is_empty(), "nobody is told of the failure");
    let flow = tcp("192.0.2.52:5060", 7);
    bench.connect(flow, Some(id));
    let (over, forwarded) = request(&std::mem::take(&mut bench.sent));
    assert_eq!((over, forwarded.call_id().unwrap()), (flow, "a"));

    let again = bench.message(udp("192.0.2.10:5060"), "sip:carol@contoso.example", "b");
    assert_eq!(request(&again).0, flow);
    // The first message has been at both addresses; the second one goes to the other when the connection breaks.
    bench.sent.clear();
    bench.input(Input::FlowClosed { flow });
    let (id, other) = bench.opened.pop().unwrap();
    assert_eq!(other.address, at("192.0.2.51:5060"));
    bench.input(refused(id));
    bench.message(udp("192.0.2.10:5060"), "sip:carol@contoso.example", "c");
    for address in ["192.0.2.51:5060", "192.0.2.52:5060"] {
        let (id, target) = bench.opened.pop().unwrap();
        assert_eq!(
            target.address,
            at(address),
            "both are down, and asked in their order"
        );
        bench.input(refused(id));
    }
    let ended: Vec<_> = std::mem::take(&mut bench.sent);
    let refusals = ended
        .iter()
        .filter(|(_, it)| matches!(it, Message::Response(it) if it.status() == 480));
    assert_eq!(refusals.count(), 1, "c is refused at last");
}

#[test]
fn an_outbound_phone_goes_with_its_flow() {
    let mut bench = Bench::new();
    let bob = tcp("192.0.2.20:49152", 7);
    bench.connect(bob, None);
    let contact = "<sip:bob@192.0.2.20;transport=tcp>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"";
    let answer = bench.register(bob, "bob", contact, "Supported: outbound\n");
    assert!(answer.has_token(HeaderName::Require, "outbound"));
    bench.input(Input::FlowClosed { flow: bob });
    let closed = |event: &JournalEvent| {
        matches!(
            event,
            JournalEvent::SignedOut {
                reason: SignOutReason::FlowClosed,
                ..
            }
        )
    };
    assert!(bench.journal.iter().any(closed));
    let sent = bench.message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "a");
    assert_eq!(response(&sent).status(), 480);
}

#[test]
fn a_registration_that_came_by_a_path_is_reached_by_it() {
    let mut bench = Bench::new();
    let path = "Path: <sip:proxy.contoso.example;transport=tcp;lr>\n                 Supported: path\n                 ";
    let answer = bench.register(udp("192.0.2.50:5060"), "bob", "<sip:bob@10.1.1.1>", path);
    assert!(answer.has(HeaderName::Path));
    bench.message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "a");
    let (id, target) = bench.opened.pop().unwrap();
    assert_eq!(target.address, at("192.0.2.50:5060"));
    let proxy = tcp("192.0.2.50:5060", 3);
    bench.connect(proxy, Some(id));
    let sent = std::mem::take(&mut bench.sent);
    let (_, forwarded) = request(&sent);
    assert_eq!(forwarded.uri_bytes(), b"sip:bob@10.1.1.1");
    assert_eq!(
        forwarded.get(HeaderName::Route).unwrap(),
        b"<sip:proxy.contoso.example;transport=tcp;lr>"
    );
}

#[test]
fn a_gruu_names_one_endpoint() {
    let mut bench = Bench::new();
    let instance = |number: u8| format!(";+sip.instance=\"<urn:uuid:{number}>\"");
    for number in [1, 2] {
        let contact = format!("<sip:bob@192.0.2.2{number}>{}", instance(number));
        bench.register(udp(&format!("192.0.2.2{number}:5060")), "bob", &contact, "");
    }
    let contact = format!("<sip:bob@192.0.2.22>{};x=1", instance(2));
    let answer = bench.register(
        udp("192.0.2.22:5060"),
        "bob",
        &contact,
        "Supported: gruu\n                 ",
    );
    let mut contacts = answer
        .all(HeaderName::Contact)
        .map(|value| String::from_utf8_lossy(value).into_owned());
    let second = contacts.find(|contact| contact.contains("urn:uuid:2")).unwrap();
    let quoted = |name: &str| {
        let (_, rest) = second.split_once(&format!("{name}=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    for (id, gruu) in [("a", quoted("pub-gruu")), ("b", quoted("temp-gruu"))] {
        let sent = bench.message(udp("192.0.2.10:5060"), &gruu, id);
        assert_eq!(request(&sent).0.peer, at("192.0.2.22:5060"), "{gruu}");
    }
    let both = bench.message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "c");
    assert_eq!(both.len(), 2);
}

#[test]
fn a_phone_that_stumbles_over_sha_256_is_offered_md5_alone() {
    for (agent, challenges) in [
        ("baresip v1.0.0 (x86_64/linux)", 1),
        ("baresip v3.0.0 (x86_64/linux)", 2),
    ] {
        let mut bench = Bench::new();
        let phone = tcp("192.0.2.20:5060", 1);
        bench.connect(phone, None);
        let sent = bench.send(
            phone,
            &format!(
                "REGISTER sip:secret.example SIP/2.0
                 Via: SIP/2.0/TCP 192.0.2.20;branch=z9hG4bK1
                 From: <sip:bob@secret.example>;tag=1
                 To: <sip:bob@secret.example>
                 Call-ID: 1
                 CSeq: 1 REGISTER
                 User-Agent: {agent}"
            ),
        );
        let answer = response(&sent);
        assert_eq!(
            (answer.status(), answer.count(HeaderName::WwwAuthenticate)),
            (401, challenges),
            "{agent}"
        );
    }
}

#[test]
fn signed_bodies_are_asked_for_when_the_topology_says_so() {
    for (offer, qop) in [(false, "qop=\"auth\""), (true, "qop=\"auth,auth-int\"")] {
        let mut bench = Bench::with_registrar(json!({"offerAuthInt": offer}));
        let phone = tcp("192.0.2.20:5060", 1);
        bench.connect(phone, None);
        let sent = bench.send(
            phone,
            "REGISTER sip:secret.example SIP/2.0
             Via: SIP/2.0/TCP 192.0.2.20;branch=z9hG4bK1
             From: <sip:bob@secret.example>;tag=1
             To: <sip:bob@secret.example>
             Call-ID: 1
             CSeq: 1 REGISTER",
        );
        let challenge = response(&sent);
        let challenge = challenge.get_str(HeaderName::WwwAuthenticate).unwrap();
        assert!(challenge.contains(qop), "{challenge}");
    }
}

/// A REGISTER of bob; `more` are header lines.
fn sign_in(bench: &mut Bench, flow: Flow, user: &str, more: &str) -> Response {
    let sent = bench.send(
        flow,
        &format!(
            "REGISTER sip:contoso.example SIP/2.0
             Via: SIP/2.0/{} {};branch=z9hG4bK{user}
             From: <sip:{user}@contoso.example>;tag=1
             To: <sip:{user}@contoso.example>
             Call-ID: {user}
             CSeq: 1 REGISTER
             {more}Contact: <sip:{user}@192.0.2.20>",
            flow.transport.via_name(),
            flow.peer
        ),
    );
    response(&sent)
}

#[test]
fn the_registrar_configuration_says_how_long_and_how_many() {
    let limits = json!({"CsRegistrarConfiguration": {"Global": {
        "MinEndpointExpiration": 100, "DefaultEndpointExpiration": 200, "MaxEndpointExpiration": 300, "MaxUserCount": 1
    }}});
    for (more, expected) in [
        ("", "expires=200"),
        ("Expires: 7200\n", "expires=300"),
        ("Expires: 150\n", "expires=150"),
    ] {
        let mut bench = Bench::with(limits.clone());
        let answer = sign_in(&mut bench, udp("192.0.2.20:5060"), "bob", more);
        let contact = answer.get_str(HeaderName::Contact).unwrap();
        assert!(contact.ends_with(expected), "{contact}");
        let full = sign_in(&mut bench, udp("192.0.2.30:5060"), "carol", more);
        assert_eq!((full.status(), full.retry_after()), (503, Some(60)));
    }
}

#[test]
fn a_pool_that_is_failed_over_signs_nobody_in() {
    let mut bench = Bench::with(json!({"CsRegistrarConfiguration": {"Global": {"PoolState": "FailedOver"}}}));
    assert_eq!(
        sign_in(&mut bench, udp("192.0.2.20:5060"), "bob", "").status(),
        503
    );
}

#[test]
fn from_outside_signs_in_who_may() {
    let edge = json!({"Global": {"AllowOutsideUsers": true}});
    let policy = json!({"Global": {"EnableOutsideAccess": true}});
    for (settings, status) in [
        (json!({}), 403),
        (json!({"CsAccessEdgeConfiguration": edge}), 403),
        (json!({"CsExternalAccessPolicy": policy}), 403),
        (
            json!({"CsAccessEdgeConfiguration": edge, "CsExternalAccessPolicy": policy}),
            200,
        ),
    ] {
        let mut bench = Bench::with(settings);
        let flow = tcp("192.0.2.60:5061", 5);
        let peer_names = vec!["Edge1.contoso.example".to_owned()];
        bench.input(Input::FlowOpened {
            flow,
            opened: None,
            peer_names,
        });
        let answer = sign_in(&mut bench, flow, "bob", "");
        assert_eq!(answer.status(), status);
        let inside = sign_in(&mut bench, udp("192.0.2.20:5060"), "carol", "");
        assert_eq!(inside.status(), 200);
    }
}

#[test]
fn preferred_endpoints_are_tried_first() {
    let mut bench = Bench::new();
    bench.register(udp("192.0.2.21:5060"), "bob", "<sip:bob@192.0.2.21>;q=0.5", "");
    bench.register(udp("192.0.2.22:5060"), "bob", "<sip:bob@192.0.2.22>;q=1.0", "");
    let sent = bench.message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "a");
    let (flow, forwarded) = request(&sent);
    assert_eq!(flow.peer, at("192.0.2.22:5060"));
    let busy = ok(&forwarded).replacen("200 OK", "486 Busy Here", 1);
    let sent = bench.send(flow, &busy);
    assert_eq!(request(&sent).0.peer, at("192.0.2.21:5060"));
}

#[test]
fn an_older_register_of_the_same_call_changes_nothing() {
    let mut bench = Bench::new();
    let flow = udp("192.0.2.21:5060");
    bench.register(flow, "bob", "<sip:bob@192.0.2.21>", "");
    bench.now += Duration::from_secs(60);
    // The same Call-ID and CSeq in another transaction.
    let sent = bench.send(
        flow,
        "REGISTER sip:contoso.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.21;branch=z9hG4bKother
         From: <sip:bob@contoso.example>;tag=1
         To: <sip:bob@contoso.example>
         Call-ID: sipbob1920221
         CSeq: 1 REGISTER
         Contact: *
         Expires: 0",
    );
    assert_eq!(response(&sent).status(), 500);
}

#[test]
fn a_request_that_comes_back_is_a_loop_and_one_that_is_tired_stops() {
    let mut bench = Bench::new();
    // Bob's contact is this very server.
    bench.register(udp("192.0.2.20:5061"), "bob", "<sip:bob@contoso.example;x=1>", "");
    let text = |hops: u8, via: &str, id: &str| {
        format!(
            "MESSAGE sip:bob@contoso.example SIP/2.0
             {via}Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK{id}
             Max-Forwards: {hops}
             From: <sip:alice@contoso.example>;tag=1
             To: <sip:bob@contoso.example>
             Call-ID: {id}
             CSeq: 1 MESSAGE"
        )
    };
    let sent = bench.send(udp("192.0.2.10:5060"), &text(0, "", "tired"));
    assert_eq!(response(&sent).status(), 483);
    bench.register(udp("192.0.2.20:5060"), "bob", "<sip:bob@192.0.2.20>", "");
    let sent = bench.send(udp("192.0.2.10:5060"), &text(70, "", "loop"));
    let forwarded = sent.iter().find_map(|(_, message)| match message {
        Message::Request(request) => Some(request.clone()),
        Message::Response(_) => None,
    });
    let forwarded = forwarded.unwrap();
    let via = String::from_utf8_lossy(forwarded.via().unwrap().raw).into_owned();
    let again = text(
        60,
        &format!("Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKback\nVia: {via}\n"),
        "loop",
    );
    let sent = bench.send(udp("192.0.2.20:5060"), &again);
    assert_eq!(response(&sent).status(), 482);
}

/// RFC 5626 §5.3: a dialog that was made over a flow ends with it, when the phone asked for that.
#[test]
fn a_request_in_a_dialog_whose_flow_is_gone_fails_when_the_phone_wants_its_flow_alone() {
    for (contact, status) in [
        ("<sip:bob@192.0.2.20;transport=tcp;ob>", 430),
        ("<sip:bob@192.0.2.20>", 0),
    ] {
        let mut bench = Bench::new();
        let (alice, bob) = (udp("192.0.2.10:5060"), tcp("192.0.2.20:49152", 7));
        bench.connect(bob, None);
        bench.register(bob, "bob", contact, "");
        let sent = bench.send(
            alice,
            "SUBSCRIBE sip:bob@contoso.example SIP/2.0
             Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK1
             Max-Forwards: 70
             From: <sip:alice@contoso.example>;tag=1
             To: <sip:bob@contoso.example>
             Call-ID: flow
             CSeq: 1 SUBSCRIBE
             Event: refer
             Contact: <sip:alice@192.0.2.10>",
        );
        let (flow, copy) = request(&sent);
        assert_eq!(flow, bob);
        let mut routes: Vec<_> = copy
            .list(HeaderName::RecordRoute)
            .map(String::from_utf8_lossy)
            .collect();
        routes.reverse();
        let target = contact.trim_matches(['<', '>']);
        bench.send(bob, &ok(&copy));
        bench.input(Input::FlowClosed { flow: bob });
        bench.sent.clear();
        let sent = bench.send(
            alice,
            &format!(
                "INFO {target} SIP/2.0
                 Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK2
                 Max-Forwards: 70
                 Route: {}
                 From: <sip:alice@contoso.example>;tag=1
                 To: <sip:bob@contoso.example>;tag=2
                 Call-ID: flow
                 CSeq: 2 INFO",
                routes.join(", ")
            ),
        );
        let refused = sent.iter().find_map(|(_, message)| match message {
            Message::Response(response) => Some(response.status()),
            Message::Request(_) => None,
        });
        assert_eq!(refused.unwrap_or(0), status, "{contact}");
    }
}

#[test]
fn a_register_that_comes_again_is_told_what_is_registered_now_and_changes_nothing() {
    let mut bench = Bench::new();
    let phone = udp("192.0.2.20:5060");
    let contact = |response: &Response| {
        String::from_utf8_lossy(response.get(HeaderName::Contact).unwrap()).into_owned()
    };
    let first = bench.register(phone, "bob", "<sip:bob@192.0.2.20>", "");
    assert_eq!(contact(&first), "<sip:bob@192.0.2.20>;expires=600");
    bench.now += Duration::from_secs(10);
    let again = bench.register(phone, "bob", "<sip:bob@192.0.2.20>", "");
    assert_eq!(contact(&again), "<sip:bob@192.0.2.20>;expires=590");
    assert_eq!(bench.journal.len(), 1, "nobody signed in again");
}
