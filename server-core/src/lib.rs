//! The server's I/O: sockets, certificates, control and web endpoints around the worlds of [`plenum_services`].
//!
//! It carries bytes, time and answers, and decides nothing.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an I/O crate: it carries the bytes, the time and the answers"
)]

pub mod answers;
pub mod certificates;
pub mod clock;
pub mod control;
pub mod directory;
pub mod journal;
pub mod keeper;
pub mod metrics;
pub mod net;
pub mod private_file;
pub mod probe;
pub mod server;
pub mod shard;
mod sockets;
pub mod tls;
pub mod web;
