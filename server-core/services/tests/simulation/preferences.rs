//! What endpoints can do and what callers prefer (RFC 3840, RFC 3841).

use plenum_services::Flow;
use plenum_sip::wire::HeaderName;
use plenum_sip::{Message, Request};

use super::bench::{Bench, response, udp};
use super::pair::{Pair, header};

/// Bob has a desk phone, a video phone and an old phone that says nothing of itself.
fn bench() -> Bench {
    let mut bench = Bench::new();
    for (host, contact) in [
        (21, ";audio;methods=\"INVITE,BYE,CANCEL,ACK\""),
        (22, ";audio;video;q=0.5;methods=\"INVITE,BYE,CANCEL,ACK,MESSAGE\""),
        (23, ";q=0.2"),
    ] {
        let address = format!("192.0.2.{host}");
        bench.register(
            udp(&format!("{address}:5060")),
            "bob",
            &format!("<sip:bob@{address}>{contact}"),
            "",
        );
    }
    bench
}

fn send(bench: &mut Bench, method: &str, more: &str) -> Vec<(Flow, Message)> {
    bench.send(
        udp("192.0.2.10:5060"),
        &format!(
            "{method} sip:bob@contoso.example SIP/2.0
             Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{}
             Max-Forwards: 70
             From: <sip:alice@contoso.example>;tag=1
             To: <sip:bob@contoso.example>
             Call-ID: preferences
             CSeq: 1 {method}
             {more}",
            method.len() + more.len()
        ),
    )
}

fn copies(sent: &[(Flow, Message)]) -> Vec<(u8, Request)> {
    let copy = |(flow, message): &(Flow, Message)| match (flow.peer.ip(), message) {
        (std::net::IpAddr::V4(ip), Message::Request(request)) => Some((ip.octets()[3], request.clone())),
        _ => None,
    };
    sent.iter().filter_map(copy).collect()
}

/// Which phones ring, one after the other as each refuses.
fn rung(method: &str, more: &str) -> Vec<u8> {
    let mut bench = bench();
    let mut sent = send(&mut bench, method, more);
    let mut rung = Vec::new();
    loop {
        let copies = copies(&sent);
        let Some((host, copy)) = copies.iter().find(|(_, copy)| copy.method().as_str() == method) else {
            return rung;
        };
        rung.push(*host);
        let bytes = plenum_sip::wire::ResponseBuilder::new(copy, 486)
            .to_tag("x")
            .finish();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        sent = bench.send(udp(&format!("192.0.2.{host}:5060")), &text);
    }
}

#[test]
fn endpoints_are_asked_in_the_order_of_their_preference_and_the_callers() {
    for (method, more, expected) in [
        ("INVITE", "", &[21, 22, 23][..]),
        ("MESSAGE", "", &[22, 23]),
        ("INVITE", "Accept-Contact: *;video;require", &[21, 22, 23]),
        ("INVITE", "Accept-Contact: *;video;require;explicit", &[22, 23]),
        ("INVITE", "Reject-Contact: *;video", &[21, 23]),
        ("INVITE", "Request-Disposition: no-fork", &[21]),
        (
            "INVITE",
            "Reject-Contact: *;audio\nRequest-Disposition: no-fork",
            &[23],
        ),
    ] {
        assert_eq!(rung(method, more), expected, "{method} {more}");
    }
}

#[test]
fn a_user_without_an_endpoint_that_the_caller_wants_is_not_available() {
    let mut bench = Bench::new();
    let answer = bench.register(
        udp("192.0.2.21:5060"),
        "bob",
        "<sip:bob@192.0.2.21>;audio;+sip.x=\"a\"",
        "",
    );
    assert!(
        header(&answer, HeaderName::Contact).ends_with(";audio;+sip.x=\"a\""),
        "{answer:?}"
    );
    let refused = response(&send(
        &mut bench,
        "INVITE",
        "Accept-Contact: *;video;require;explicit",
    ));
    assert_eq!(refused.status(), 480);
    assert!(header(&refused, HeaderName::MsDiagnostics).starts_with("60015"));
}

#[test]
fn a_caller_who_wants_a_redirection_is_told_the_endpoints() {
    let mut bench = bench();
    let told = response(&send(
        &mut bench,
        "INVITE",
        "Request-Disposition: redirect\nReject-Contact: *;video",
    ));
    assert_eq!(
        (told.status(), header(&told, HeaderName::Contact)),
        (302, "<sip:bob@192.0.2.21>;q=1.000, <sip:bob@192.0.2.23>;q=0.990")
    );
}

#[test]
fn others_go_on_ringing_when_the_caller_wants_none_cancelled() {
    for (disposition, cancelled) in [("fork", 1), ("no-cancel", 0)] {
        let mut pair = Pair::new(Bench::new());
        pair.bench
            .register(udp("192.0.2.24:5060"), "bob", "<sip:bob@192.0.2.24>", "");
        let sent = pair.ask("INVITE", &format!("Request-Disposition: {disposition}"));
        let ringing = copies(&sent);
        assert_eq!(ringing.len(), 2);
        for (host, copy) in &ringing {
            let bytes = plenum_sip::wire::ResponseBuilder::new(copy, 180)
                .to_tag("x")
                .finish();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            pair.bench.send(udp(&format!("192.0.2.{host}:5060")), &text);
        }
        let (host, copy) = &ringing[0];
        let bytes = plenum_sip::wire::ResponseBuilder::new(copy, 200)
            .to_tag("x")
            .finish();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let sent = pair.bench.send(udp(&format!("192.0.2.{host}:5060")), &text);
        let cancels = copies(&sent);
        assert_eq!(cancels.len(), cancelled, "{disposition}");
    }
}
