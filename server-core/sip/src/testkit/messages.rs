//! Requests as phones send them, and the flows they come on.

use std::sync::Arc;

use crate::flow::{Flow, Transport};
use crate::wire::{HeaderName, Message, Method, Request, RequestBuilder};

/// A UDP flow between two ports of 192.0.2.0/24: `flow("1:5060", "2:5060")` has its own end at 192.0.2.1.
///
/// # Panics
/// When an end is not `host number:port`.
pub fn flow(local: &str, peer: &str) -> Flow {
    flow_over(Transport::Udp, local, peer)
}

/// The same over any transport; the connection's number is made of both ports.
///
/// # Panics
/// When an end is not `host number:port`.
pub fn flow_over(transport: Transport, local: &str, peer: &str) -> Flow {
    let address = |text: &str| {
        format!("192.0.2.{text}")
            .parse()
            .expect("the test names an end as host:port")
    };
    let (local, peer): (std::net::SocketAddr, std::net::SocketAddr) = (address(local), address(peer));
    let connection = if transport.is_reliable() {
        u64::from(local.port().min(peer.port())) << 16 | u64::from(local.port().max(peer.port()))
    } else {
        0
    };
    Flow {
        transport,
        local,
        peer,
        connection,
    }
}

/// A request outside of a dialog, with a branch, a From tag and a Call-ID made of `id`.
pub fn request(method: &Method, uri: &str, from: &str, id: &str) -> RequestBuilder<'static> {
    RequestBuilder::new(method, uri)
        .header(
            HeaderName::Via,
            format!("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{id}"),
        )
        .header(HeaderName::MaxForwards, "70")
        .header(HeaderName::From, format!("<{from}>;tag={id}from"))
        .header(HeaderName::To, format!("<{uri}>"))
        .header(HeaderName::CallId, format!("{id}@192.0.2.1"))
        .cseq(1, method)
}

/// An INVITE without an offer.
pub fn invite(uri: &str, from: &str, id: &str) -> RequestBuilder<'static> {
    request(&Method::Invite, uri, from, id).header(HeaderName::Contact, "<sip:caller@192.0.2.1:5060>")
}

/// A REGISTER of one contact for an hour.
pub fn register(user: &str, contact: &str, id: &str) -> RequestBuilder<'static> {
    let (_, host) = user.split_once('@').unwrap_or(("", user));
    RequestBuilder::new(&Method::Register, format!("sip:{host}"))
        .header(
            HeaderName::Via,
            format!("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{id}"),
        )
        .header(HeaderName::MaxForwards, "70")
        .header(HeaderName::From, format!("<sip:{user}>;tag={id}from"))
        .header(HeaderName::To, format!("<sip:{user}>"))
        .header(HeaderName::CallId, format!("{id}@192.0.2.1"))
        .cseq(1, &Method::Register)
        .header(HeaderName::Contact, format!("<{contact}>;expires=3600"))
}

/// Reads bytes that a test made.
///
/// # Panics
/// When they are no request.
pub fn read_request(bytes: Arc<[u8]>) -> Request {
    match Message::parse(bytes) {
        Ok(Message::Request(request)) => request,
        other => panic!("a request was expected, not {other:?}"),
    }
}
