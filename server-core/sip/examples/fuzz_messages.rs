//! Feeds the parsers of messages, headers and URIs with bytes that nobody would send, for as long as is asked.
//!
//! `cargo run --release -p plenum-sip --example fuzz_messages -- SECONDS SEED`
//!
//! What is looked for: a panic, and a message that takes longer than [`PATIENCE`]. The message that is being read stands
//! in `fuzz-sip-SEED.bin` in the temporary folder whenever one of them happened.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example has the arguments, the clock and the console that the library is handed"
)]
#![allow(clippy::unwrap_used)]

#[path = "../tests/robustness/everything.rs"]
mod everything;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use plenum_sip::testkit::Mutator;
use plenum_sip::wire::Uri;

/// How long one message may take: the largest has 64 KiB.
const PATIENCE: Duration = Duration::from_millis(250);

fn main() -> ExitCode {
    let arguments: Vec<u64> = std::env::args()
        .skip(1)
        .map(|text| text.parse().unwrap())
        .collect();
    let [seconds, seed] = arguments[..] else {
        eprintln!("fuzz SECONDS SEED");
        return ExitCode::from(2);
    };
    let torture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/torture");
    let corpus = std::fs::read_dir(torture)
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    let mut mutator = Mutator::new(corpus, seed);
    let (begin, mut count) = (Instant::now(), 0u64);
    let mut slowest = Duration::ZERO;
    while begin.elapsed().as_secs() < seconds {
        let bytes = mutator.message();
        let piece = mutator.random().below(200) as usize;
        let read = || {
            let started = Instant::now();
            let went_well = catch_unwind(AssertUnwindSafe(|| {
                everything::read_everything(&bytes);
                everything::frame_everything(&bytes, piece);
                read_uris(&bytes);
            }))
            .is_ok();
            (went_well, started.elapsed())
        };
        let (went_well, mut took) = read();
        // On a busy machine it may be the others who took so long.
        for _ in 0..3 {
            if went_well && took > PATIENCE {
                took = took.min(read().1);
            }
        }
        slowest = slowest.max(took);
        if !went_well || took > PATIENCE {
            let path = std::env::temp_dir().join(format!("fuzz-sip-{seed}.bin"));
            std::fs::write(&path, &bytes).unwrap();
            println!("after {count} messages: {took:?}, {}", path.display());
            return ExitCode::FAILURE;
        }
        count += 1;
    }
    println!("{count} messages in {seconds} s, no panic; the slowest took {slowest:?}");
    ExitCode::SUCCESS
}

/// Each word as a URI.
fn read_uris(bytes: &[u8]) {
    for word in bytes.split(|byte| matches!(byte, b' ' | b'<' | b'>' | b'\r' | b'\n')) {
        let Some(uri) = Uri::parse(word) else { continue };
        let _ = (uri.address_of_record(), uri.is_equivalent(&uri), uri.host_kind());
        let _ = (uri.params().count(), uri.headers().count(), uri.user_text());
    }
}
