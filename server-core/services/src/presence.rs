//! Presence of plain SIMPLE clients (RFC 3856): publications in, composed documents out.
//!
//! Everybody in the deployment may watch everybody: containers and access levels are not built.

pub mod kept;
pub mod pidf;
pub mod publication;
pub mod publish;
