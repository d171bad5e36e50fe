//! The server's I/O: sockets, certificates, control and web endpoints around the worlds of [`plenum_services`].
//!
//! It carries bytes, time and answers, and decides nothing.

pub mod answers;
pub mod certificates;
pub mod clock;
pub mod control;
pub mod journal;
pub mod metrics;
pub mod net;
pub mod probe;
pub mod server;
pub mod shard;
pub mod web;
