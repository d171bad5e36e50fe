//! Tests without sockets and without waiting: a clock that jumps, a wire that loses, delays and reorders.

use std::time::Instant;

/// Where virtual time begins. Only differences from it mean anything.
#[expect(
    clippy::disallowed_methods,
    reason = "std has no other way to make an Instant; its value is never looked at"
)]
pub fn origin() -> Instant {
    Instant::now()
}
