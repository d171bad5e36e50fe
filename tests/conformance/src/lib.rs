//! Placeholder.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]
