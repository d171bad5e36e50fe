//! A dialog seen from both ends.

use super::*;
use crate::testkit::messages::read_request;
use crate::wire::ResponseBuilder;

const SENDER: Sender<'static> = Sender {
    transport: Transport::Tcp,
    sent_by: "192.0.2.1",
    branch: "z9hG4bKd",
};

fn invite() -> Request {
    let text = "INVITE sip:bob@contoso.example SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\n\
        From: \"Alice\" <sip:alice@contoso.example>;tag=a\r\nTo: <sip:bob@contoso.example>\r\nCall-ID: c\r\n\
        CSeq: 10 INVITE\r\nContact: <sip:alice@192.0.2.1;transport=tcp>\r\n\
        Record-Route: <sip:p2.example;lr>\r\nRecord-Route: <sip:p1.example;lr>\r\n\r\n";
    read_request(text.as_bytes().into())
}

fn answer(request: &Request, status: u16, contact: &str) -> Response {
    let builder = ResponseBuilder::new(request, status)
        .to_tag("b")
        .with_record_route();
    Response::parse(builder.header(HeaderName::Contact, contact).finish()).unwrap()
}

fn both() -> (Dialog, Dialog) {
    let request = invite();
    let response = answer(&request, 200, "<sip:bob@192.0.2.7>");
    (
        Dialog::from_response(&request, &response).unwrap(),
        Dialog::from_request(&request, "b").unwrap(),
    )
}

#[test]
fn both_ends_agree() {
    let (alice, bob) = both();
    assert_eq!(alice.id.local_tag, bob.id.remote_tag);
    assert_eq!(
        (alice.local.as_str(), bob.remote.as_str()),
        (bob.remote.as_str(), alice.local.as_str())
    );
    assert_eq!(alice.route_set, ["<sip:p1.example;lr>", "<sip:p2.example;lr>"]);
    assert_eq!(bob.route_set, ["<sip:p2.example;lr>", "<sip:p1.example;lr>"]);
    assert_eq!(
        (alice.next_hop(), bob.next_hop()),
        ("sip:p1.example;lr", "sip:p2.example;lr")
    );
    assert_eq!((alice.remote_cseq, bob.remote_cseq), (None, Some(10)));
}

#[test]
fn a_request_within_it_is_taken_by_the_other_end() {
    let (mut alice, mut bob) = both();
    let bye = read_request(alice.request(&Method::Bye, SENDER).finish());
    assert_eq!(DialogId::of_request(&bye).as_ref(), Some(&bob.id));
    assert_eq!(bye.uri_bytes(), b"sip:bob@192.0.2.7");
    assert_eq!((bye.cseq().unwrap().number, bye.routes().count()), (11, 2));
    assert_eq!(bye.from().unwrap().display_text().as_deref(), Some("Alice"));
    assert_eq!(bob.receive_request(&bye), Ok(()));
    assert_eq!(bob.receive_request(&bye), Err(OutOfOrder::OldCSeq));
    let ack = read_request(alice.ack(10, SENDER).finish());
    assert_eq!(
        (ack.cseq().unwrap().number, bob.receive_request(&ack)),
        (10, Ok(()))
    );
}

#[test]
fn the_target_follows_the_contact() {
    let (mut alice, mut bob) = both();
    let update = alice
        .request(&Method::Update, SENDER)
        .header(HeaderName::Contact, "<sip:alice@192.0.2.99>");
    bob.receive_request(&read_request(update.finish())).unwrap();
    assert_eq!(bob.remote_target, "sip:alice@192.0.2.99");
    let response = answer(&invite(), 200, "<sip:bob@192.0.2.88>");
    alice.receive_response(&Method::Update, &response);
    assert_eq!(alice.remote_target, "sip:bob@192.0.2.88");
}

#[test]
fn a_strict_router_gets_the_request_uri() {
    let (mut alice, _) = both();
    alice.route_set[0] = "<sip:strict.example>".to_owned();
    let bye = read_request(alice.request(&Method::Bye, SENDER).finish());
    assert_eq!(bye.uri_bytes(), b"sip:strict.example");
    let routes: Vec<_> = bye
        .routes()
        .map(|route| route.unwrap().uri.to_text().into_owned())
        .collect();
    assert_eq!(routes, ["sip:p2.example;lr", "sip:bob@192.0.2.7"]);
}

#[test]
fn a_response_without_tag_or_contact_makes_none() {
    let request = invite();
    let trying = Response::parse(ResponseBuilder::new(&request, 100).finish()).unwrap();
    assert_eq!(Dialog::from_response(&request, &trying), None);
}
