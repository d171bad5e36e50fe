//! The store's promises, kept on both engines, against real servers that the tests start themselves.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]
#![allow(clippy::unwrap_used)] // A test that cannot go on fails.

mod bad_input;
mod bulk;
mod crash;
mod deployment;
mod ldap;
mod suite;
