//! Structured logs of server processes: one JSON object a line on standard error, or text on a terminal.
//!
//! `PLENUM_LOG` chooses what is logged (`info`, `debug`, `plenum_services=trace,warn` …). At `info` and above no
//! message of a user is ever logged, only events about it.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging for this process.
pub fn start() {
    let filter = EnvFilter::try_from_env("PLENUM_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first.
    let _ = if std::io::stderr().is_terminal() {
        builder.with_target(false).try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
}
