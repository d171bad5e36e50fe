//! Identities, parsed once into types that cannot be wrong.
//!
//! Reading forgives what the product forgives (letter case, a missing `sip:`, `service:` or `tag:`); printing gives
//! the one spelling that the product shows. Names compare without regard to case and keep the spelling they were
//! given.

mod fqdn;
mod scope;
mod service;
mod sip_address;
mod user;

pub use fqdn::{Fqdn, Host};
pub use scope::{ChildIdentity, Scope};
pub use service::{Role, ServiceId};
pub use sip_address::SipAddress;
pub use user::UserIdentity;

/// Why a text is not an identity of the kind that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityError {
    /// What is wrong, naming the text.
    pub message: String,
    /// What a right one looks like.
    pub hint: String,
}

impl IdentityError {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        IdentityError {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl std::fmt::Display for IdentityError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.message, self.hint)
    }
}

impl std::error::Error for IdentityError {}

/// Comparison, hashing and order without regard to ASCII case, by the type's `key`.
macro_rules! compares_without_case {
    ($type:ty) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                self.key() == other.key()
            }
        }
        impl Eq for $type {}
        impl std::hash::Hash for $type {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.key().hash(state);
            }
        }
        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
        impl Ord for $type {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                self.key().cmp(&other.key())
            }
        }
    };
}

/// Reading and writing as text, in serde as in code: `FromStr`, `Serialize` by `Display`, `Deserialize` by parsing.
macro_rules! is_text {
    ($type:ty) => {
        impl std::str::FromStr for $type {
            type Err = $crate::identity::IdentityError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use {compares_without_case, is_text};
