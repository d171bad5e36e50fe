//! Everything that can be done with the bytes of a message.

use plenum_sip::wire::{Editor, Framer, HeaderName, Message, ResponseBuilder, judge};

/// Asks everything that can be asked of a message, and forwards it.
pub fn read_everything(bytes: &[u8]) {
    let Ok(message) = Message::parse(bytes) else {
        return;
    };
    let message = message.arrived_from(([192, 0, 2, 1], 5060).into());
    let _ = judge(&message);
    let _ = (
        message.from(),
        message.to(),
        message.call_id(),
        message.cseq(),
        message.max_forwards(),
    );
    let _ = (
        message.contacts(),
        message.contact(),
        message.expires(),
        message.min_expires(),
    );
    let _ = (
        message.event(),
        message.subscription_state(),
        message.date(),
        message.retry_after(),
    );
    let _ = (
        message.replaces(),
        message.session_expires(),
        message.rack(),
        message.rseq(),
        message.min_se(),
        message.refer_to(),
    );
    let _ = (
        message.content_type(),
        message.accepts("a", "b", true),
        message.warnings().count(),
    );
    let _ = (
        message.vias().count(),
        message.routes().count(),
        message.record_routes().count(),
    );
    for name in [
        HeaderName::Authorization,
        HeaderName::ProxyAuthorization,
        HeaderName::WwwAuthenticate,
    ] {
        for value in message.authorizations(name) {
            let _ = value.iter().count();
        }
    }
    for name in [HeaderName::Supported, HeaderName::Require, HeaderName::Allow] {
        let _ = message.tokens(name).count();
    }
    match &message {
        Message::Request(request) => {
            if let Some(uri) = request.uri() {
                let _ = (
                    uri.address_of_record(),
                    uri.user_text(),
                    uri.is_equivalent(&uri),
                    uri.without_params(),
                );
            }
            let mut editor = Editor::request(request);
            editor
                .request_uri(b"sip:x@y")
                .decrement_max_forwards()
                .drop_first(HeaderName::Route, 2);
            editor
                .drop_last(HeaderName::RecordRoute)
                .push_top(HeaderName::Via, b"SIP/2.0/UDP us");
            let _ = editor.finish();
            let _ = ResponseBuilder::new(request, 500)
                .to_tag("t")
                .with_record_route()
                .finish();
        }
        Message::Response(response) => {
            let _ = (response.status(), response.reason());
            let _ = plenum_sip::proxy::relay(response);
        }
    }
}

/// Cuts bytes that arrive in pieces into messages.
pub fn frame_everything(bytes: &[u8], piece: usize) {
    let mut framer = Framer::accepted(1000);
    for part in bytes.chunks(piece.max(1)) {
        framer.push(part);
        while let Ok(Some(_)) = framer.next() {}
    }
}
