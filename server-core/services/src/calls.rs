//! Calls of two parties.

pub mod media;
pub mod permission;
pub mod table;
