//! The store: where a deployment's published state, its history, its directory and its keys are kept.
//!
//! [`Store`] is the whole interface. Behind it stand one repository trait and two engines, SQLite (the default,
//! embedded) and PostgreSQL; the statements are written once ([`sql`]). Reading and writing are asynchronous, on
//! tokio. [`yaml`] and the vendor's documents are read and written beside it.
//!
//! Every refusal has an id, a message and a next step; the table is in [`error`].
//!
//! Absent on purpose: no write but by a change set, no state that is not in a revision, no secret outside the
//! `credential` table, no password anywhere.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an I/O crate: it carries the bytes, the time and the answers"
)]

pub mod credential;
pub mod directory;
pub mod error;
pub mod import;
pub mod sql;
pub mod store;
pub mod yaml;

pub use directory::ldap::{LdapDirectory, LdapOptions};
pub use directory::replicate::Synchronized;
pub use error::{CommitError, ErrorKind, StoreError};
pub use store::{Changed, Store, Watch};
pub mod forms;
pub mod xml;
