//! Making the copy of a request for one target (RFC 3261 §16.6), and taking our Via off a response (§16.7 step 3).

use std::sync::Arc;

use super::branch::Branch;
use super::route::Routing;
use crate::flow::Transport;
use crate::wire::{Editor, HeaderName, Request, Response, Uri};

/// What a copy gets.
#[derive(Clone, Copy, Debug)]
pub struct Forward<'a> {
    /// What the route meant.
    pub routing: &'a Routing<'a>,
    /// The target for the Request-URI; `None` keeps [`Routing::uri`].
    pub target: Option<Uri<'a>>,
    /// The Route values that the target came with, such as a registration's Path, topmost first.
    pub routes: &'a [&'a str],
    /// The Record-Route value, such as `<sip:fe1.contoso.example;lr>`; two values, comma-separated, when the transport
    /// changes (RFC 5658). `None` stays out of the dialog.
    pub record_route: Option<&'a str>,
    /// The transport of the Via.
    pub transport: Transport,
    /// `host` or `host:port` of the Via.
    pub sent_by: &'a str,
    /// The branch of the Via.
    pub branch: &'a Branch,
}

/// The copy, to which policy may add and remove headers before it is finished.
pub fn prepare<'m>(request: &'m Request, forward: &Forward<'_>) -> Editor<'m> {
    let routing = forward.routing;
    let mut editor = Editor::request(request);
    let mut uri = forward.target.unwrap_or(routing.uri);
    let mut drop = routing.ours;
    if routing.from_strict_router {
        editor.drop_last(HeaderName::Route);
    }
    // Step 6: a strict router next gets itself in the Request-URI, and the Request-URI as the last Route.
    if forward.routes.is_empty()
        && let Some(next) = routing.next
        && !next.uri.is_loose()
    {
        drop += 1;
        let mut last = Vec::new();
        last.push(b'<');
        last.extend_from_slice(uri.as_bytes());
        last.push(b'>');
        editor.push_bottom(HeaderName::Route, &last);
        uri = next.uri;
    }
    if drop > 0 {
        editor.drop_first(HeaderName::Route, drop);
    }
    if uri.as_bytes() != request.uri_bytes() {
        editor.request_uri(uri.as_bytes());
    }
    editor.decrement_max_forwards();
    for route in forward.routes.iter().rev() {
        editor.push_top(HeaderName::Route, route.as_bytes());
    }
    if let Some(value) = forward.record_route {
        editor.push_top(HeaderName::RecordRoute, value.as_bytes());
    }
    push_via(&mut editor, forward);
    editor
}

fn push_via(editor: &mut Editor<'_>, forward: &Forward<'_>) {
    let mut via = Vec::with_capacity(128);
    let (transport, branch) = (forward.transport.via_name(), forward.branch.as_str());
    for part in [
        "SIP/2.0/",
        transport,
        " ",
        forward.sent_by,
        ";rport;branch=",
        branch,
    ] {
        via.extend_from_slice(part.as_bytes());
    }
    editor.push_top(HeaderName::Via, &via);
}

/// The URI that says where the copy goes (§16.6 step 7): the topmost Route, or else the Request-URI.
pub fn next_hop<'a>(forward: &Forward<'a>) -> Uri<'a> {
    if let Some(route) = forward.routes.first()
        && let Some(route) = crate::wire::NameAddr::parse(route.as_bytes())
    {
        return route.uri;
    }
    match forward.routing.next {
        Some(next) => next.uri,
        None => forward.target.unwrap_or(forward.routing.uri),
    }
}

/// The response as it goes upstream: without our Via. `None` when no Via is left, so that it was for us (§16.7 step 3).
pub fn relay(response: &Response) -> Option<Arc<[u8]>> {
    response.list(HeaderName::Via).nth(1)?;
    let mut editor = Editor::response(response);
    editor.drop_first(HeaderName::Via, 1);
    Some(editor.finish())
}
