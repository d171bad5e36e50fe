//! A request that was forked before it came here (RFC 3261 §8.2.2.2).

use plenum_sip::Message;

use super::bench::{Bench, request, response, udp};

/// A request of alice, on the way that the branch names.
fn copy(
    bench: &mut Bench,
    method: &str,
    to: &str,
    branch: &str,
    more: &str,
) -> Vec<(plenum_services::Flow, Message)> {
    bench.send(
        udp("192.0.2.10:5060"),
        &format!(
            "{method} {to} SIP/2.0
             Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{branch}
             Max-Forwards: 70
             From: <sip:alice@contoso.example>;tag=1
             To: <sip:alice@contoso.example>
             Call-ID: merged
             CSeq: 7 {method}
             Contact: <sip:alice@192.0.2.10>{more}"
        ),
    )
}

#[test]
fn the_second_copy_of_a_request_is_refused_where_this_server_answers() {
    for (method, to, more, first) in [
        ("REGISTER", "sip:contoso.example", "", 200),
        ("OPTIONS", "sip:contoso.example", "", 200),
        ("SUBSCRIBE", "sip:alice@contoso.example", "\nEvent: presence", 200),
        ("PUBLISH", "sip:alice@contoso.example", "\nEvent: presence", 400),
    ] {
        let mut bench = Bench::new();
        let status = |sent: &[(_, Message)]| match &sent[0] {
            (_, Message::Response(response)) => response.status(),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            status(&copy(&mut bench, method, to, "one", more)),
            first,
            "{method}"
        );
        let other_way = copy(&mut bench, method, to, "two", more);
        assert_eq!(response(&other_way).status(), 482, "{method}");
        let sent_again = copy(&mut bench, method, to, "one", more);
        assert_eq!(status(&sent_again), first, "a repetition is none: {method}");
    }
}

#[test]
fn a_request_is_only_compared_with_those_that_are_under_way() {
    let mut bench = Bench::new();
    let register = |bench: &mut Bench, branch| {
        let sent = copy(bench, "OPTIONS", "sip:contoso.example", branch, "");
        response(&sent).status()
    };
    assert_eq!(register(&mut bench, "one"), 200);
    bench.now += std::time::Duration::from_secs(33);
    bench.input(plenum_services::Input::Wake);
    assert_eq!(register(&mut bench, "two"), 200);
    assert_eq!(register(&mut bench, "three"), 482);
}

#[test]
fn a_proxy_forwards_both_copies() {
    let mut bench = Bench::new();
    bench.register(udp("192.0.2.20:5060"), "bob", "<sip:bob@192.0.2.20>", "");
    for branch in ["one", "two"] {
        let sent = copy(&mut bench, "MESSAGE", "sip:bob@contoso.example", branch, "");
        assert_eq!(request(&sent).1.call_id().unwrap(), "merged");
    }
}
