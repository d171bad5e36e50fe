//! Presence of plain SIMPLE clients.
pub mod pidf;
