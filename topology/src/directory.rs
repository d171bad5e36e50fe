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

    /// The user names that the account may sign in with: account name, user principal name, SIP address and mail address,
    /// whole and before the `@`.
    pub fn sign_in_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let attributes = [
            "sAMAccountName",
            "userPrincipalName",
            "msRTCSIP-PrimaryUserAddress",
            "mail",
        ];
        for value in attributes
            .into_iter()
            .filter_map(|attribute| self.first(attribute))
        {
            let value = match value.split_at_checked(4) {
                Some((scheme, address)) if scheme.eq_ignore_ascii_case("sip:") => address,
                _ => value,
            };
            let local = value.split_once('@').map(|(local, _)| local);
            for name in std::iter::once(value).chain(local) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
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

/// What a directory search asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DirectoryQuery {
    /// An LDAP filter (RFC 4515) over attribute names; `None` means every user and contact.
    pub filter: Option<String>,
    /// Only objects below this distinguished name.
    pub base: Option<String>,
    /// At most this many; `None` means all.
    pub limit: Option<usize>,
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
    /// Whether the user may sign in: enabled for the deployment, with an account that is active in the directory.
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

impl UserRecord {
    /// The bit of `msRTCSIP-OptionFlags` that switches Enterprise Voice on.
    pub const ENTERPRISE_VOICE: u32 = 128;
    /// The bit of `msRTCSIP-OptionFlags` that switches audio and video off. The vendor publishes none for it: ours.
    pub const AUDIO_VIDEO_DISABLED: u32 = 1024;
    /// The bit of `userAccountControl` of an account that nobody may use ([MS-ADTS] §2.2.16, ADS_UF_ACCOUNT_DISABLE).
    pub const ACCOUNT_DISABLED: u32 = 2;

    /// Reads the UC attributes of a directory object; `None` when it has no (valid) SIP address, as accounts that
    /// were never enabled.
    ///
    /// `msRTCSIP-PrimaryHomeServer` holds the FQDN of the home pool here, where the vendor's directory holds the
    /// distinguished name of the pool's services container. A grant is one value of `msRTCSIP-UserPolicies`, e.g.
    /// `CsVoicePolicy=Sales`; values of another shape (the vendor's numbers) grant nothing.
    pub fn from_object(object: &DirectoryObject) -> Option<UserRecord> {
        let address = object.first("msRTCSIP-PrimaryUserAddress")?;
        let sip_address = crate::identity::SipAddress::parse(address).ok()?.key();
        let bits = |attribute: &str| {
            let text = object.first(attribute);
            text.and_then(|text| text.trim().parse::<u32>().ok()).unwrap_or(0)
        };
        let flags = bits("msRTCSIP-OptionFlags");
        let flag = |bit: u32| flags & bit != 0;
        let active = bits("userAccountControl") & Self::ACCOUNT_DISABLED == 0;
        let display_name = ["displayName", "cn", "name"]
            .iter()
            .find_map(|attribute| object.first(attribute));
        let policies = object.values("msRTCSIP-UserPolicies").iter().filter_map(|grant| {
            let (noun, tag) = grant.split_once('=')?;
            (noun.starts_with("Cs") && !tag.is_empty()).then(|| (noun.to_owned(), tag.to_owned()))
        });
        Some(UserRecord {
            id: object.id.clone(),
            enabled: active
                && object
                    .first("msRTCSIP-UserEnabled")
                    .is_some_and(|value| value.eq_ignore_ascii_case("TRUE")),
            registrar_pool: object
                .first("msRTCSIP-PrimaryHomeServer")
                .unwrap_or_default()
                .to_ascii_lowercase(),
            display_name: display_name.unwrap_or(&sip_address).to_owned(),
            line_uri: object.first("msRTCSIP-Line").map(str::to_owned),
            enterprise_voice: flag(Self::ENTERPRISE_VOICE),
            audio_video_disabled: flag(Self::AUDIO_VIDEO_DISABLED),
            policies: policies.collect(),
            sip_address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(attributes: &[(&str, &[&str])]) -> DirectoryObject {
        let mut object = DirectoryObject::default();
        for (name, values) in attributes {
            object.set(name, values.iter().map(|value| (*value).to_owned()).collect());
        }
        object
    }

    #[test]
    fn an_account_that_was_never_enabled_is_no_user() {
        assert_eq!(
            UserRecord::from_object(&object(&[("displayName", &["Alice Smith"])])),
            None
        );
    }

    #[test]
    fn a_user_whose_account_is_disabled_may_not_sign_in() {
        for (control, enabled) in [("512", true), ("514", false), ("66050", false), ("none", true)] {
            let user = UserRecord::from_object(&object(&[
                ("msRTCSIP-PrimaryUserAddress", &["sip:alice@contoso.example"]),
                ("msRTCSIP-UserEnabled", &["TRUE"]),
                ("userAccountControl", &[control]),
            ]))
            .expect("she is a user");
            assert_eq!(user.enabled, enabled, "{control}");
        }
    }

    #[test]
    fn the_uc_attributes_are_read_without_regard_to_case() {
        let user = UserRecord::from_object(&object(&[
            ("msrtcsip-primaryuseraddress", &["sip:Alice@Contoso.example"]),
            ("msRTCSIP-UserEnabled", &["TRUE"]),
            ("msRTCSIP-PrimaryHomeServer", &["Pool01.contoso.example"]),
            ("msRTCSIP-OptionFlags", &["1408"]),
            ("msRTCSIP-Line", &["tel:+14255550100"]),
            ("msRTCSIP-UserPolicies", &["CsVoicePolicy=Sales", "0=13"]),
        ]))
        .expect("she is a user");
        assert_eq!(user.sip_address, "alice@contoso.example");
        assert_eq!(user.registrar_pool, "pool01.contoso.example");
        assert_eq!(user.display_name, "alice@contoso.example");
        assert!(user.enabled && user.enterprise_voice && user.audio_video_disabled);
        assert_eq!(
            user.policies,
            BTreeMap::from([("CsVoicePolicy".to_owned(), "Sales".to_owned())])
        );
    }
}
