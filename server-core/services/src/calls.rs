//! Calls of two parties, with media from end to end: the server carries the signalling and holds the policies.

pub mod file_filter;
pub mod gate;
pub mod media;
pub mod permission;
pub mod session;
pub mod table;
