//! Subscriptions of which this server is the notifier (RFC 6665 §4.2): presence, and in-band provisioning.
//!
//! [`table`] keeps them, [`subscribe`] takes them, [`notify`] tells. What the two packages have to say is theirs.

pub mod notify;
pub mod subscribe;
pub mod table;
