//! Settings of calls.

pub mod voice_policy;
