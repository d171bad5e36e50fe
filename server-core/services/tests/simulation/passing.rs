//! What passes through the proxy as it is, and what does not: identity and privacy (RFC 3323, RFC 3325), reasons
//! (RFC 3326), Replaces and Referred-By (RFC 3891, RFC 3892), push parameters (RFC 8599), Max-Breadth (RFC 5393).

use std::collections::BTreeSet;

use plenum_services::{Flow, Input};
use plenum_sip::wire::HeaderName::{
    self, MaxBreadth, PAssertedIdentity, PPreferredIdentity, Privacy, Reason, ReferTo, ReferredBy, Replaces,
};
use plenum_sip::{Message, Request};

use super::bench::{Bench, request, response, tcp, udp};
use super::pair::{Pair, header};

#[test]
fn the_server_says_who_the_sender_is_and_nobody_else_does() {
    let mut pair = Pair::new(Bench::new());
    for (more, asserted) in [
        ("", "<sip:alice@contoso.example>"),
        (
            "P-Asserted-Identity: <sip:ceo@contoso.example>",
            "<sip:alice@contoso.example>",
        ),
        (
            "P-Preferred-Identity: <sip:ceo@contoso.example>",
            "<sip:alice@contoso.example>",
        ),
        ("Privacy: id", ""),
        (
            "Privacy: header;id\nP-Asserted-Identity: <sip:ceo@contoso.example>",
            "",
        ),
    ] {
        let copy = pair.copy_for_bob("MESSAGE", more);
        assert_eq!(header(&copy, PAssertedIdentity), asserted, "{more}");
        assert!(!copy.has(PPreferredIdentity), "{more}");
    }
    let copy = pair.copy_for_bob("MESSAGE", "Privacy: id");
    assert_eq!(header(&copy, Privacy), "id", "the next server has to know");
}

#[test]
fn what_a_phone_asserts_of_itself_in_an_answer_is_taken_out() {
    let mut pair = Pair::new(Bench::new());
    let invite = pair.copy_for_bob("INVITE", "");
    let answered = pair.answer(&invite, 200, "P-Asserted-Identity: <sip:ceo@contoso.example>");
    assert!(!answered.has(PAssertedIdentity));
}

#[test]
fn an_anonymous_caller_is_known_to_the_server_and_to_nobody_else() {
    let mut pair = Pair::new(Bench::new());
    let sent = pair.bench.send(
        pair.alice,
        "MESSAGE sip:bob@contoso.example SIP/2.0
         Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKanonymous
         Max-Forwards: 70
         From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1
         To: <sip:bob@contoso.example>
         Call-ID: anonymous
         CSeq: 1 MESSAGE
         P-Preferred-Identity: <sip:alice@contoso.example>
         Privacy: id",
    );
    let (_, copy) = request(&sent);
    let text = String::from_utf8_lossy(copy.bytes()).into_owned();
    assert!(!text.contains("alice"), "{text}");
}

#[test]
fn what_another_server_of_the_deployment_asserts_is_believed_and_what_others_assert_is_not() {
    for (name, more, asserted) in [
        ("fe2.contoso.example", "", "<sip:carol@contoso.example>"),
        ("fe2.contoso.example", "\nPrivacy: id", ""),
        ("edge1.contoso.example", "", "<sip:alice@contoso.example>"),
        ("elsewhere.example", "", "<sip:alice@contoso.example>"),
    ] {
        let mut bench = Bench::new();
        bench.register(udp("192.0.2.20:5060"), "bob", "<sip:bob@192.0.2.20>", "");
        let server = tcp("192.0.2.60:5061", 9);
        bench.input(Input::FlowOpened {
            flow: server,
            opened: None,
            peer_names: vec![name.to_owned()],
        });
        let sent = bench.send(
            server,
            &format!(
                "MESSAGE sip:bob@contoso.example SIP/2.0
             Via: SIP/2.0/TCP 192.0.2.60:5061;branch=z9hG4bKserver
             Max-Forwards: 70
             From: <sip:alice@contoso.example>;tag=1
             To: <sip:bob@contoso.example>
             Call-ID: server
             CSeq: 1 MESSAGE
             P-Asserted-Identity: <sip:carol@contoso.example>{more}"
            ),
        );
        let (_, copy) = request(&sent);
        assert_eq!(header(&copy, PAssertedIdentity), asserted, "{name}{more}");
    }
}

#[test]
fn a_privacy_that_only_a_privacy_service_gives_is_refused_when_it_is_required() {
    let mut pair = Pair::new(Bench::new());
    let refused = response(&pair.ask("MESSAGE", "Privacy: header;critical\nProxy-Require: privacy"));
    assert_eq!(
        (refused.status(), header(&refused, HeaderName::Unsupported)),
        (420, "privacy")
    );
}

#[test]
fn why_a_request_was_sent_passes() {
    let mut pair = Pair::new(Bench::new());
    let why = "SIP;cause=600;text=\"Busy Everywhere\"";
    let invite = pair.copy_for_bob("INVITE", "");
    let answered = pair.answer(&invite, 200, "");
    let bye = pair.within(&answered, "BYE", &format!("Reason: {why}"));
    assert_eq!(header(&bye, Reason), why);
}

#[test]
fn why_a_call_was_given_up_is_told_to_the_phones_that_rang() {
    let mut pair = Pair::new(Bench::new());
    let invite = pair.copy_for_bob("INVITE", "");
    pair.answer(&invite, 180, "");
    let why = "Q.850;cause=16;text=\"Terminated\"";
    let sent = pair.bench.send(
        pair.alice,
        &format!(
            "CANCEL sip:bob@contoso.example SIP/2.0
             Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKa1
             Max-Forwards: 70
             From: <sip:alice@contoso.example>;tag=alice
             To: <sip:bob@contoso.example>
             Call-ID: pair
             CSeq: 1 CANCEL
             Reason: {why}"
        ),
    );
    let cancel = copies(&sent).into_iter().next().unwrap().1;
    assert_eq!(
        (cancel.method().as_str(), header(&cancel, Reason)),
        ("CANCEL", why)
    );
}

#[test]
fn what_replaces_a_call_or_refers_to_one_passes() {
    let mut pair = Pair::new(Bench::new());
    let replaced = "98732@sip.contoso.example;from-tag=r33th4x0r;to-tag=ff87ff;early-only";
    let referred = "<sip:carol@contoso.example>;cid=\"20398823.2UWQFN309shb3@contoso.example\"";
    let invite = pair.copy_for_bob(
        "INVITE",
        &format!("Require: replaces\nReplaces: {replaced}\nReferred-By: {referred}"),
    );
    assert_eq!(header(&invite, Replaces), replaced);
    assert_eq!(header(&invite, ReferredBy), referred);
    assert_eq!(header(&invite, HeaderName::Require), "replaces");

    let target = "<sip:carol@contoso.example?Replaces=12345%40192.0.2.1%3Bto-tag%3D1%3Bfrom-tag%3D2>";
    let answered = pair.answer(&invite, 200, "");
    let refer = pair.within(&answered, "REFER", &format!("Refer-To: {target}\nb: {referred}"));
    assert_eq!(header(&refer, ReferTo), target);
    assert_eq!(header(&refer, ReferredBy), referred);
}

const PUSH: &str =
    "sip:bob@192.0.2.20;pn-provider=apns;pn-prid=ZTY4ZDJlMzODE1NmUgKi0K;pn-param=DEF123GHIJ.example";

#[test]
fn push_parameters_are_kept_with_a_binding_and_shown_to_nobody_else() {
    let mut bench = Bench::new();
    let answer = bench.register(udp("192.0.2.20:5060"), "bob", &format!("<{PUSH}>"), "");
    assert!(header(&answer, HeaderName::Contact).starts_with(&format!("<{PUSH}>;expires=")));
    // The server sends no pushes, and says so by saying nothing (§5.2).
    assert!(!answer.has(HeaderName::FeatureCaps));
    let (_, copy) = request(&bench.message(udp("192.0.2.10:5060"), "sip:bob@contoso.example", "a"));
    assert_eq!(copy.uri_bytes(), PUSH.as_bytes());

    let mut pair = Pair::new(Bench::new());
    pair.bench.register(pair.bob, "bob", &format!("<{PUSH};x=1>"), "");
    let told = response(&pair.ask("MESSAGE", "Request-Disposition: redirect"));
    assert_eq!(
        header(&told, HeaderName::Contact),
        "<sip:bob@192.0.2.20;x=1>;q=1.000"
    );
}

#[test]
fn a_request_that_is_forked_shares_its_breadth_and_one_without_any_ends() {
    for (more, shares) in [
        ("", &["30", "30"][..]),
        ("Max-Breadth: 5", &["2", "3"]),
        ("Max-Breadth: 1", &["1"]),
    ] {
        let mut pair = Pair::new(Bench::new());
        pair.bench
            .register(udp("192.0.2.21:5060"), "bob", "<sip:bob@192.0.2.21>", "");
        let sent = pair.ask("MESSAGE", more);
        let copies = copies(&sent);
        let found: BTreeSet<&str> = copies.iter().map(|(_, copy)| header(copy, MaxBreadth)).collect();
        assert_eq!(
            (copies.len(), found),
            (shares.len(), shares.iter().copied().collect()),
            "{more}"
        );
    }
    let mut pair = Pair::new(Bench::new());
    assert!(
        !pair.copy_for_bob("MESSAGE", "").has(MaxBreadth),
        "one target multiplies nothing"
    );
    assert_eq!(response(&pair.ask("MESSAGE", "Max-Breadth: 0")).status(), 440);
}

fn copies(sent: &[(Flow, Message)]) -> Vec<(Flow, Request)> {
    let copy = |(flow, message): &(Flow, Message)| match message {
        Message::Request(request) => Some((*flow, request.clone())),
        Message::Response(_) => None,
    };
    sent.iter().filter_map(copy).collect()
}
