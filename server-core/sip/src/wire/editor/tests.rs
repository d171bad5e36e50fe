//! Splicing: what changes and, more important, what does not.

use super::*;
use crate::wire::Message;

const REQUEST: &str = "INVITE sip:bob@contoso.example SIP/2.0\r\n\
    Via: SIP/2.0/UDP phone.example;branch=z9hG4bKp;rport, SIP/2.0/UDP deep.example\r\n\
    Route: <sip:p1.example;lr>, <sip:p2.example;lr>\r\n\
    Route: <sip:p3.example;lr>\r\n\
    Max-Forwards:  70 \r\n\
    X-Strange :  kept\r\n\t  as it is\r\n\
    To: <sip:bob@contoso.example>\r\n\
    From: <sip:alice@contoso.example>;tag=1\r\n\
    Call-ID: c\r\nCSeq: 1 INVITE\r\nContent-Length: 4\r\n\r\nbody";

fn request() -> Request {
    match Message::parse(REQUEST.as_bytes())
        .unwrap()
        .arrived_from("192.0.2.9:1024".parse().unwrap())
    {
        Message::Request(request) => request,
        Message::Response(_) => unreachable!(),
    }
}

fn edited(edit: impl FnOnce(&mut Editor<'_>)) -> String {
    let request = request();
    let mut editor = Editor::request(&request);
    edit(&mut editor);
    String::from_utf8(editor.finish().to_vec()).unwrap()
}

#[test]
fn nothing_changes_but_the_stamp_of_the_top_via() {
    let expected = REQUEST.replace("z9hG4bKp;rport,", "z9hG4bKp;rport=1024;received=192.0.2.9,");
    assert_eq!(edited(|_| {}), expected);
}

#[test]
fn a_proxy_hop_is_five_splices() {
    let out = edited(|editor| {
        editor.request_uri(b"sip:bob@192.0.2.7:5062");
        editor.drop_first(HeaderName::Route, 1);
        editor.decrement_max_forwards();
        editor.push_top(HeaderName::RecordRoute, b"<sip:us.example;lr>");
        editor.push_top(HeaderName::Via, b"SIP/2.0/TCP us.example;branch=z9hG4bKu");
    });
    let expected = REQUEST
        .replace(
            "INVITE sip:bob@contoso.example SIP",
            "INVITE sip:bob@192.0.2.7:5062 SIP",
        )
        .replace(
            "Via: ",
            "Via: SIP/2.0/TCP us.example;branch=z9hG4bKu\r\nRecord-Route: <sip:us.example;lr>\r\nVia: ",
        )
        .replace("z9hG4bKp;rport,", "z9hG4bKp;rport=1024;received=192.0.2.9,")
        .replace("<sip:p1.example;lr>, ", "")
        .replace("Max-Forwards:  70", "Max-Forwards:  69");
    assert_eq!(out, expected);
}

#[test]
fn values_are_dropped_over_line_borders() {
    let routes = |out: String| -> Vec<String> {
        let request = Request::parse(out.into_bytes()).unwrap();
        request
            .routes()
            .map(|route| route.unwrap().uri.host().to_owned())
            .collect()
    };
    for (count, left) in [(0, 3), (1, 2), (2, 1), (3, 0), (4, 0)] {
        assert_eq!(
            routes(edited(|editor| _ = editor.drop_first(HeaderName::Route, count))).len(),
            left,
            "{count}"
        );
    }
    assert_eq!(
        routes(edited(|editor| _ = editor.drop_last(HeaderName::Route))),
        ["p1.example", "p2.example"]
    );
    let both = edited(|editor| {
        editor.drop_first(HeaderName::Route, 2);
        editor.push_bottom(HeaderName::Route, b"<sip:last.example>");
        editor.push_top(HeaderName::Route, b"<sip:second.example>");
        editor.push_top(HeaderName::Route, b"<sip:first.example>");
    });
    assert_eq!(
        routes(both),
        ["first.example", "second.example", "p3.example", "last.example"]
    );
}

#[test]
fn headers_are_set_removed_and_appended() {
    let out = edited(|editor| {
        editor.set(HeaderName::Route, b"<sip:only.example;lr>");
        editor.set(HeaderName::Server, b"Plenum\r\nInjected: x");
        editor.remove(HeaderName::MaxForwards);
        editor.body("text/plain", b"another body");
    });
    let request = Request::parse(out.into_bytes()).unwrap();
    assert_eq!(request.routes().count(), 1);
    assert!(request.named("Injected").is_none() && !request.has(HeaderName::MaxForwards));
    assert_eq!(request.get_str(HeaderName::Server), Some("Plenum  Injected: x"));
    assert_eq!((request.body(), request.fault()), (&b"another body"[..], None));
    assert_eq!(request.get_str(HeaderName::ContentType), Some("text/plain"));
}

#[test]
fn a_datagram_without_content_length_gets_one() {
    let bytes = REQUEST.replace("Content-Length: 4\r\n", "");
    let request = Request::parse(bytes.into_bytes()).unwrap();
    let out = Request::parse(Editor::request(&request).finish()).unwrap();
    assert_eq!(
        (out.get_str(HeaderName::ContentLength), out.body()),
        (Some("4"), &b"body"[..])
    );
}

#[test]
fn bytes_after_the_body_are_not_forwarded() {
    let request = Request::parse(format!("{REQUEST}INVITE sip:x@y SIP/2.0\r\n\r\n").into_bytes()).unwrap();
    assert!(Editor::request(&request).finish().ends_with(b"\r\n\r\nbody"));
}
