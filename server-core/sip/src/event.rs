//! Subscriptions and publications (RFC 6665, RFC 3903): lifetimes, states and the words for them, without a package.

pub mod expiry;
pub mod publication;
pub mod subscription;

pub use expiry::{Expiry, TooBrief};
pub use publication::{Operation, classify};
pub use subscription::{Subscription, TerminationReason};
