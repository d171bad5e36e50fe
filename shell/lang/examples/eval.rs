//! Runs a text of the language without any cmdlet and without an outside: the engine alone, for trying it out.
//!
//! `cargo run -p plenum-lang --example eval -- '1..3 | ForEach-Object { $_ * 2 }'`

// An example is a program: it has the arguments, the clock and the console that the library is handed.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::sync::Arc;

use plenum_lang::engine::{Engine, Origin, STACK_BYTES};
use plenum_lang::host::{Host, Isolated};
use plenum_lang::registry::Registry;
use plenum_lang::render::Plain;

fn main() {
    let script = std::env::args().nth(1).unwrap_or_default();
    let run = move || {
        let host = Arc::new(Isolated::default());
        let mut engine = Engine::new(
            Registry::default(),
            Arc::clone(&host) as Arc<dyn Host>,
            Arc::new(Plain),
        );
        let code = engine.run(&script, Origin::Prompt).exit_code;
        print!("{}", host.take_output());
        eprint!("{}", host.take_errors());
        code
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    let code = thread.ok().and_then(|thread| thread.join().ok()).unwrap_or(70);
    std::process::exit(code);
}
