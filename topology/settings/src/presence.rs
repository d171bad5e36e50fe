//! Settings of presence.

pub mod presence_policy;
