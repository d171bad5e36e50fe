//! The directory: objects that are looked up by what people and phones call them.
//!
//! Readers always read the repository ([`embedded`]). A deployment whose accounts live in an LDAP directory keeps a
//! replica of them there ([`ldap`] carries, [`replicate`] mirrors), as the product's User Replicator does: a server
//! signs users in while the LDAP server is away, and every look-up is one indexed query.

pub mod embedded;
pub mod filter;
pub(crate) mod key;
pub mod ldap;
mod many;
pub mod replicate;
