//! What is written is read back.

use super::*;
use crate::wire::{Message, Request};

fn request(source: &str, via: &str) -> Request {
    let text = format!(
        "OPTIONS sip:b@contoso.example SIP/2.0\r\nv: {via}\r\nVia: SIP/2.0/TCP second.example;branch=z9hG4bK2\r\n\
         f: <sip:a@contoso.example>;tag=1\r\nt: <sip:b@contoso.example>\r\ni: x@y\r\nCSeq: 7 OPTIONS\r\n\
         Record-Route: <sip:p.example;lr>\r\nTimestamp: 54\r\nContent-Length: 0\r\n\r\n"
    );
    match Message::parse(text.into_bytes())
        .unwrap()
        .arrived_from(source.parse().unwrap())
    {
        Message::Request(request) => request,
        Message::Response(_) => unreachable!(),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_response_copies_what_8_2_6_says() {
    let request = request("192.0.2.1:5060", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1");
    let response = ResponseBuilder::new(&request, 200)
        .to_tag("t2")
        .with_record_route()
        .header(HeaderName::Contact, "<sip:b@192.0.2.2>")
        .body("text/plain", b"hi")
        .finish();
    assert_eq!(
        text(&response),
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
         Via: SIP/2.0/TCP second.example;branch=z9hG4bK2\r\nFrom: <sip:a@contoso.example>;tag=1\r\n\
         To: <sip:b@contoso.example>;tag=t2\r\nCall-ID: x@y\r\nCSeq: 7 OPTIONS\r\nRecord-Route: <sip:p.example;lr>\r\n\
         Contact: <sip:b@192.0.2.2>\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"
    );
    let trying = text(&ResponseBuilder::new(&request, 100).to_tag("t2").finish());
    assert!(trying.contains("To: <sip:b@contoso.example>\r\n") && trying.contains("Timestamp: 54\r\n"));
}

#[test]
fn the_top_via_tells_where_the_request_came_from() {
    for (source, via, expected) in [
        (
            "192.0.2.9:5060",
            "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "192.0.2.1;branch=z9hG4bK1;received=192.0.2.9",
        ),
        (
            "192.0.2.1:99",
            "SIP/2.0/UDP 192.0.2.1;rport;branch=b",
            "192.0.2.1;rport=99;branch=b;received=192.0.2.1",
        ),
        (
            "192.0.2.1:99",
            "SIP/2.0/UDP host.example",
            "host.example;received=192.0.2.1",
        ),
        ("[2001:db8::1]:99", "SIP/2.0/UDP [2001:db8::1]", "[2001:db8::1]"),
        (
            "192.0.2.9:99",
            "SIP/2.0/UDP h;rport , SIP/2.0/UDP i",
            "h;rport=99;received=192.0.2.9 , SIP/2.0/UDP i",
        ),
    ] {
        let response = text(&ResponseBuilder::new(&request(source, via), 200).finish());
        let line = response.lines().nth(1).unwrap();
        assert_eq!(line, format!("Via: SIP/2.0/UDP {expected}"), "{via}");
    }
}

#[test]
fn no_value_can_add_a_header() {
    let request = RequestBuilder::new(&Method::Message, "sip:a@b\r\nX: y")
        .header(
            HeaderName::Subject,
            "one\r\nRoute: <sip:evil.example>\r\n\r\nbody",
        )
        .finish();
    let request = Request::parse(request).unwrap();
    assert!(!request.has(HeaderName::Route) && request.named("X").is_none());
    assert_eq!(request.body(), b"");
}
