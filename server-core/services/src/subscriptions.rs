//! Subscriptions of which this server is the notifier (RFC 6665 §4.2): presence, alone and in lists, its watchers,
//! dialogs, and in-band provisioning.
//!
//! [`table`] keeps them, [`subscribe`] takes them, [`notify`] tells. What the packages have to say is theirs.

pub mod dialogs;
pub mod kept;
pub mod list;
pub mod notify;
pub mod partial;
pub mod resource_lists;
pub mod subscribe;
pub mod table;
pub mod watchers;
