//! The requests that a client transaction writes itself: the ACK for a failure (RFC 3261 §17.1.1.3) and the CANCEL
//! (§9.1). Both repeat parts of the INVITE as it was sent, and go the same way.

use std::sync::Arc;

use crate::wire::{HeaderName, Method, Request, RequestBuilder, Response};

/// The ACK: To comes from the response, with its tag.
pub(super) fn ack(invite: &Request, failure: &Response) -> Arc<[u8]> {
    write(
        invite,
        &Method::Ack,
        failure.get(HeaderName::To).unwrap_or_default(),
        &[],
    )
}

/// The CANCEL, with headers such as Reason (RFC 3326).
pub(super) fn cancel(invite: &Request, extra: &[(HeaderName, &str)]) -> Arc<[u8]> {
    write(
        invite,
        &Method::Cancel,
        invite.get(HeaderName::To).unwrap_or_default(),
        extra,
    )
}

fn write(invite: &Request, method: &Method, to: &[u8], extra: &[(HeaderName, &str)]) -> Arc<[u8]> {
    let number = invite.cseq_parts().map_or(0, |(number, _)| number);
    let mut builder = RequestBuilder::new(method, invite.uri_bytes());
    if let Some(via) = invite.list(HeaderName::Via).next() {
        builder = builder.header(HeaderName::Via, via);
    }
    for route in invite.all(HeaderName::Route) {
        builder = builder.header(HeaderName::Route, route);
    }
    builder = builder
        .header(HeaderName::MaxForwards, "70")
        .header(HeaderName::From, invite.get(HeaderName::From).unwrap_or_default())
        .header(HeaderName::To, to)
        .header(
            HeaderName::CallId,
            invite.get(HeaderName::CallId).unwrap_or_default(),
        )
        .cseq(number, method);
    for (name, value) in extra {
        builder = builder.header(*name, value);
    }
    builder.finish()
}
