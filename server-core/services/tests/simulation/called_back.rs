//! A phone that registered over UDP for a Contact over TLS is called back: a new connection, and whose certificate must
//! be at its end.

use plenum_services::{Input, Peer};
use serde_json::json;

use super::bench::{Bench, udp};

/// Whom the server wants at the other end when a phone with this Contact is sent a message.
fn wanted(bench: &mut Bench, contact: &str) -> Peer {
    let phone = udp("192.0.2.10:5060");
    bench.register(phone, "bob", &format!("<{contact}>"), "");
    bench.message(udp("192.0.2.11:5060"), "sip:bob@contoso.example", "called-back");
    let (id, target) = bench.opened.pop().expect("a connection is wanted");
    bench.input(Input::OpenFailed {
        id,
        reason: "the test looks no further".to_owned(),
    });
    target.peer
}

#[test]
fn a_phone_shows_a_certificate_of_the_authority_unless_the_topology_says_otherwise() {
    let contact = "sip:bob@192.0.2.10:5061;transport=tls";
    assert_eq!(wanted(&mut Bench::new(), contact), Peer::AtAddress);
    let unchecked = || Bench::with_registrar(json!({"checkPhoneCertificates": false}));
    assert_eq!(wanted(&mut unchecked(), contact), Peer::Anybody);
    // sips: promises more than that nobody listens (RFC 5630 §3.1.1).
    assert_eq!(
        wanted(&mut unchecked(), "sips:bob@192.0.2.10:5061"),
        Peer::AtAddress
    );
}
