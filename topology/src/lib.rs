//! The management model: what a deployment is, who is in it, and what changes it.
//!
//! Everything here is pure: documents and facts come in as arguments, decisions go out as values. The store keeps
//! these types, the cmdlets edit them, the server reads them; none of the three sees another.

pub mod certificate;
pub mod change;
pub mod diff;
pub mod directory;
pub mod document;
pub mod drift;
pub mod effective;
pub mod identity;
pub mod model;
pub mod problem;
pub mod snapshot;
pub mod validate;
