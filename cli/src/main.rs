//! `plenum`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an I/O crate: it carries the bytes, the time and the answers"
)]

use std::process::ExitCode;

/// What comes and goes with a message costs half of what the system's allocator takes for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|text| text.to_string_lossy().into_owned())
        .collect();
    let code = plenum_cli::run(&arguments);
    ExitCode::from(u8::try_from(code.rem_euclid(256)).unwrap_or(1))
}
