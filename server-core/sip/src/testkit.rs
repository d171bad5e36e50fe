//! Tests without sockets and without waiting: a clock that jumps, a wire that loses, delays, reorders and duplicates,
//! and messages to send over it.
//!
//! Part of the crate, not of its tests, because whole worlds of the crates above run on the same wire. Everything is
//! seeded: the same seed makes the same run.

pub mod messages;
pub mod mutation;
pub mod network;

use std::time::Instant;

pub use messages::{flow, flow_over, invite, register, request};
pub use mutation::Mutator;
pub use network::{Conditions, Endpoint, Network, Random};

/// Where virtual time begins. Only differences from it mean anything.
#[allow(
    clippy::disallowed_methods,
    reason = "std has no other way to make an Instant; its value is never looked at"
)]
pub fn origin() -> Instant {
    Instant::now()
}
