//! Placeholder.

pub mod yaml;
