//! Settings that clients act on.

pub mod client_policy;
