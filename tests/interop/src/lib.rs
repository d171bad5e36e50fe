//! The real server against real peers: baresip phones, SIPp, OpenLDAP, PostgreSQL, with everything on loopback addresses of the test's own.
//!
//! A peer that cannot start fails the test; nothing is skipped.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

pub mod deployment;
pub mod folder;
pub mod hand;
pub mod peers;
pub mod phone;
pub mod postgres;
pub mod slapd;
pub mod tone;
