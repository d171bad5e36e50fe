//! No bytes make the crate panic, and none of its work grows faster than its input.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

#[path = "robustness/everything.rs"]
mod everything;

use everything::{frame_everything, read_everything};
use proptest::prelude::*;

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
