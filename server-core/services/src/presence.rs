//! Presence of plain SIMPLE clients (RFC 3856): publications in, composed documents out.

pub mod pidf;
pub mod publication;
