//! Directory objects, with the attribute names of Active Directory, and what the server reads of a user.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The objectGUID of a directory object, as 32 hexadecimal digits with hyphens, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId(pub String);

/// A user or contact of the directory: its distinguished name and its attributes.
///
/// Attribute names keep the directory's spelling (`msRTCSIP-PrimaryUserAddress`) and are looked up without regard to
/// case; an attribute has one or more values and is absent when it has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DirectoryObject {
    /// The objectGUID.
    pub id: ObjectId,
    /// The distinguished name, e.g. `CN=Alice Smith,OU=Sales,DC=contoso,DC=example`.
    pub dn: String,
    /// Values by attribute name.
    pub attributes: IndexMap<String, Vec<String>>,
}

impl DirectoryObject {
    /// All values of an attribute; empty when it is absent.
    pub fn values(&self, attribute: &str) -> &[String] {
        self.attributes
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(attribute))
            .map_or(&[], |(_, values)| values)
    }

    /// The first value of an attribute.
    pub fn first(&self, attribute: &str) -> Option<&str> {
        self.values(attribute).first().map(String::as_str)
    }

    /// Replaces the values of an attribute; no values remove it.
    pub fn set(&mut self, attribute: &str, values: Vec<String>) {
        let existing = self
            .attributes
            .keys()
            .find(|name| name.eq_ignore_ascii_case(attribute))
            .cloned();
        match (existing, values.is_empty()) {
            (Some(name), true) => {
                self.attributes.shift_remove(&name);
            }
            (Some(name), false) => {
                self.attributes.insert(name, values);
            }
            (None, true) => {}
            (None, false) => {
                self.attributes.insert(attribute.to_owned(), values);
            }
        }
    }
}

/// A key that an authentication protocol needs in place of the password (RFC 7616 §3.4.2: `H(user:realm:password)`).
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialKey {
    /// The user name that the key is valid for, as a client sends it.
    pub username: String,
    /// The protocol's realm.
    pub realm: String,
    /// `MD5` or `SHA-256` for Digest, `NT` for NTLM (realm empty).
    pub algorithm: String,
    /// The key itself, in lower-case hexadecimal.
    pub key: String,
}

impl std::fmt::Debug for CredentialKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "CredentialKey({} for {}@{}, key hidden)",
            self.algorithm, self.username, self.realm
        )
    }
}

/// What the server reads of an enabled user: the UC attributes, parsed once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UserRecord {
    /// The directory object.
    pub id: ObjectId,
    /// The SIP address without scheme, lower case: `alice@contoso.example`.
    pub sip_address: String,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// The FQDN of the home pool.
    pub registrar_pool: String,
    /// The name shown to others.
    pub display_name: String,
    /// `tel:` URI of the user's number, when one is assigned.
    pub line_uri: Option<String>,
    /// Whether Enterprise Voice is on.
    pub enterprise_voice: bool,
    /// Whether audio and video are switched off for the user.
    pub audio_video_disabled: bool,
    /// Granted per-user policies: the tag by noun (`CsVoicePolicy` → `Sales`).
    pub policies: BTreeMap<String, String>,
}
