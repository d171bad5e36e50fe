//! No bytes make the crate panic, and none of its work grows faster than its input.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use plenum_sip::wire::{Editor, Framer, HeaderName, Message, ResponseBuilder, judge};
use proptest::prelude::*;

/// Asks everything that can be asked of a message, and forwards it.
fn read_everything(bytes: &[u8]) {
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

fn frame_everything(bytes: &[u8], piece: usize) {
    let mut framer = Framer::accepted(1000);
    for part in bytes.chunks(piece.max(1)) {
        framer.push(part);
        while let Ok(Some(_)) = framer.next() {}
    }
}

fn corpus() -> Vec<Vec<u8>> {
    let folder = format!("{}/tests/torture", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is part of the crate")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| std::fs::read(path).expect("it can be read"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400), piece in 1usize..50) {
        read_everything(&bytes);
        frame_everything(&bytes, piece);
    }

    #[test]
    fn any_header_values(values in proptest::collection::vec("[ -~\r\n\t]{0,60}", 0..12)) {
        let names = ["Via", "From", "To", "Contact", "Route", "CSeq", "Call-ID", "Authorization", "Event", "Replaces",
            "Date", "Content-Type"];
        let mut text = "INVITE sip:a@b SIP/2.0\r\n".to_owned();
        for (name, value) in names.iter().zip(&values) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        read_everything(text.as_bytes());
    }

    #[test]
    fn damaged_messages(
        which in any::<prop::sample::Index>(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let corpus = corpus();
        let mut bytes = which.get(&corpus).clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read_everything(&bytes);
        frame_everything(&bytes, 13);
        read_everything(&bytes[..cut.index(bytes.len())]);
    }
}

#[test]
fn hostile_messages_of_64_kb_are_read_to_the_end() {
    let head = "INVITE sip:a@b SIP/2.0\r\n";
    for unit in [
        "a:\r\n",
        "Via: ,\r\n",
        "a: b\r\n c\r\n",
        "Contact: <\r\n",
        "Route: \"\\\r\n",
        "From: ;;\r\n",
    ] {
        let text = format!("{head}{}\r\n", unit.repeat(60_000 / unit.len()));
        read_everything(text.as_bytes());
    }
    for unit in [",", ";a", "\"", "\\\"", "<", "=,", "a,", "%41", "<sip:a@b>,"] {
        for name in ["Via", "Contact", "Route", "From", "Authorization", "Accept"] {
            let text = format!("{head}{name}: {}\r\n\r\n", unit.repeat(60_000 / unit.len()));
            read_everything(text.as_bytes());
        }
    }
}
