//! The examples of RFC 3841 §7.2 and what they leave open.

use super::*;
use crate::wire::Message;

fn request(method: &str, headers: &str) -> Request {
    let text = format!(
        "{method} sip:b@b.example SIP/2.0\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:a@a.example>;tag=1\r\n\
         To: <sip:b@b.example>\r\nCall-ID: 1\r\nCSeq: 1 {method}\r\n{headers}\r\n"
    );
    match Message::parse(text.as_bytes()).unwrap() {
        Message::Request(request) => request,
        Message::Response(_) => panic!("a request"),
    }
}

/// Endpoints by name, ordered: `u1 u2, u3` rings two and then one.
fn order(request: &Request, endpoints: &[(&str, u16, &str)]) -> String {
    let groups = Preferences::of(request).order(endpoints.to_vec(), |(_, q, features)| (*q, features));
    let groups: Vec<String> = groups
        .iter()
        .map(|group| group.iter().map(|it| it.0).collect::<Vec<_>>().join(" "))
        .collect();
    groups.join(", ")
}

#[test]
fn the_example_of_the_rfc_comes_out_as_there() {
    // §7.2.5: five contacts, and a caller who wants a mobile phone or one that takes INVITE and can do video.
    let endpoints = [
        ("u1", 500, ";audio;video;methods=\"INVITE,BYE\""),
        (
            "u2",
            200,
            ";audio=\"FALSE\";methods=\"INVITE\";actor=\"msg-taker\"",
        ),
        ("u3", 200, ";audio;actor=\"msg-taker\";methods=\"INVITE\";video"),
        ("u4", 200, ";audio;methods=\"INVITE,OPTIONS\""),
        ("u5", 500, ""),
    ];
    let caller = request(
        "INVITE",
        "Reject-Contact: *;actor=\"msg-taker\";video\r\nAccept-Contact: *;audio;require\r\n\
         Accept-Contact: *;video;explicit\r\nAccept-Contact: *;methods=\"BYE\";class=\"business\";q=1.0\r\n",
    );
    assert_eq!(order(&caller, &endpoints), "u5, u1, u4");
}

#[test]
fn values_fit_when_they_have_one_in_common() {
    for (wanted, offered, fits) in [
        ("audio", "audio", true),
        ("audio", "audio=\"FALSE\"", false),
        ("audio=\"!TRUE\"", "audio=\"FALSE\"", true),
        ("methods=\"INVITE,BYE\"", "methods=\"bye\"", true),
        ("methods=\"INVITE\"", "methods=\"MESSAGE\"", false),
        ("class=\"!business\"", "class=\"personal\"", true),
        ("class=\"!business\"", "class=\"business\"", false),
        ("+sip.rank=\"#>=5\"", "+sip.rank=\"#=7\"", true),
        ("+sip.rank=\"#>=5\"", "+sip.rank=\"#1:4\"", false),
        ("+sip.rank=\"#!\"", "+sip.rank=\"#7\"", true),
        ("+sip.rank=\"!#1:9\"", "+sip.rank=\"#3\"", false),
        ("description=\"<PC, big>\"", "description=\"<PC, big>\"", true),
        ("description=\"<PC>\"", "description=\"<pc>\"", false),
        ("language=\"en\"", "audio", true),
    ] {
        let caller = request("INVITE", &format!("Accept-Contact: *;{wanted};require\r\n"));
        let found = order(&caller, &[("it", 1000, &format!(";{offered}"))]);
        assert_eq!(found == "it", fits, "{wanted} and {offered}");
    }
}

#[test]
fn an_endpoint_that_says_nothing_of_a_feature_is_only_lost_when_that_is_explicit() {
    let phone = [("it", 1000, ";audio")];
    for (more, expected) in [
        ("", "it"),
        (";require", "it"),
        (";explicit", "it"),
        (";require;explicit", ""),
    ] {
        let caller = request("INVITE", &format!("Accept-Contact: *;video{more}\r\n"));
        assert_eq!(order(&caller, &phone), expected, "{more}");
    }
    let refused = request("INVITE", "Reject-Contact: *;video\r\n");
    assert_eq!(order(&refused, &phone), "it");
    assert_eq!(order(&refused, &[("it", 1000, ";audio;video")]), "");
}

#[test]
fn without_preferences_the_method_speaks_unless_nobody_would_be_left() {
    let (desk, other) = (("desk", 1000, ";methods=\"INVITE,BYE\""), ("other", 1000, ""));
    assert_eq!(order(&request("MESSAGE", ""), &[desk, other]), "other");
    assert_eq!(order(&request("INVITE", ""), &[desk, other]), "desk other");
    assert_eq!(order(&request("MESSAGE", ""), &[desk]), "desk");
}

#[test]
fn a_disposition_arranges_the_groups() {
    let groups = || vec![vec![1, 2], vec![3]];
    for (value, expected) in [
        ("", vec![vec![1, 2], vec![3]]),
        ("sequential", vec![vec![1], vec![2], vec![3]]),
        ("proxy, recurse, no-fork", vec![vec![1]]),
        ("parallel, queue", vec![vec![1, 2], vec![3]]),
    ] {
        let caller = request("INVITE", &format!("Request-Disposition: {value}\r\n"));
        assert_eq!(Disposition::of(&caller).arrange(groups()), expected, "{value}");
    }
    let caller = request("INVITE", "d: Redirect, NO-cancel, no-recurse\r\n");
    let found = Disposition::of(&caller);
    assert!(found.redirect && found.no_cancel && found.no_recurse && !found.no_fork);
}

#[test]
fn capabilities_are_kept_as_they_were_written_and_others_are_not() {
    let contact = |text: &'static str| features(&Contact::parse(text.as_bytes()).unwrap());
    assert_eq!(
        contact(
            "<sip:a@b>;q=0.5;audio;+sip.instance=\"<urn:uuid:1>\";methods=\"INVITE, BYE\";expires=5;+sip.x;proxy=replace"
        ),
        ";audio;methods=\"INVITE, BYE\";+sip.x"
    );
    let long = format!("<sip:a@b>;description=\"<{}>\"", "x".repeat(600));
    assert_eq!(features(&Contact::parse(long.as_bytes()).unwrap()), "");
}
