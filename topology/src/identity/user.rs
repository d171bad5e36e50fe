//! The ways to name a user: SIP address, user principal name, DOMAIN\name, display name or distinguished name.
//!
//! `alice@contoso.example` without `sip:` may be either of the first two: both are looked for. A GUID is accepted too.

use std::fmt;

use super::{IdentityError, SipAddress};
use crate::directory::DirectoryObject;

/// A user as somebody named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserIdentity {
    /// `sip:alice@contoso.example`.
    SipAddress(SipAddress),
    /// `alice@contoso.example`: a SIP address or a user principal name.
    Address(String),
    /// `CONTOSO\alice`.
    Account {
        /// The NetBIOS name of the domain: the first label of the directory's domain.
        domain: String,
        /// The sAMAccountName.
        name: String,
    },
    /// `CN=Alice Smith,OU=Sales,DC=contoso,DC=example`.
    DistinguishedName(String),
    /// The objectGUID, lower case.
    Id(String),
    /// `Alice Smith`; `*` stands for any characters.
    DisplayName(String),
}

impl UserIdentity {
    /// Reads any of the forms.
    ///
    /// # Errors
    /// When the text is empty, or starts as one of the forms and is not one.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let text = text.trim();
        let hint = "Name a user by SIP address, user principal name, DOMAIN\\name, display name or distinguished name.";
        if text.is_empty() {
            return Err(IdentityError::new("The identity of a user is empty.", hint));
        }
        if text
            .get(..4)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("sip:"))
        {
            return SipAddress::parse(text).map(UserIdentity::SipAddress);
        }
        if is_distinguished_name(text) {
            return Ok(UserIdentity::DistinguishedName(text.to_owned()));
        }
        if let Some((domain, name)) = text.split_once('\\') {
            if domain.is_empty() || name.is_empty() || name.contains('\\') {
                return Err(IdentityError::new(
                    format!("'{text}' is not an account name."),
                    hint,
                ));
            }
            return Ok(UserIdentity::Account {
                domain: domain.to_owned(),
                name: name.to_owned(),
            });
        }
        if is_guid(text) {
            return Ok(UserIdentity::Id(text.to_ascii_lowercase()));
        }
        if text.contains('@') && !text.contains(char::is_whitespace) {
            return Ok(UserIdentity::Address(text.to_owned()));
        }
        Ok(UserIdentity::DisplayName(text.to_owned()))
    }

    /// Whether a directory object is meant. Compares without regard to case.
    pub fn matches(&self, object: &DirectoryObject) -> bool {
        let is =
            |attribute: &str, wanted: &str| object.values(attribute).iter().any(|have| same(have, wanted));
        match self {
            UserIdentity::SipAddress(address) => is("msRTCSIP-PrimaryUserAddress", &address.to_string()),
            UserIdentity::Address(text) => {
                is("msRTCSIP-PrimaryUserAddress", &format!("sip:{text}")) || is("userPrincipalName", text)
            }
            UserIdentity::Account { domain, name } => {
                is("sAMAccountName", name) && in_domain(&object.dn, domain)
            }
            UserIdentity::DistinguishedName(dn) => same(&spaceless(&object.dn), &spaceless(dn)),
            UserIdentity::Id(id) => same(&object.id.0, id),
            UserIdentity::DisplayName(pattern) => ["displayName", "cn", "name"].iter().any(|attribute| {
                object
                    .values(attribute)
                    .iter()
                    .any(|have| wildcard(pattern, have))
            }),
        }
    }

    /// An LDAP filter (RFC 4515) that finds the user, and perhaps more: [`UserIdentity::matches`] decides.
    /// `None` for the forms that are no attribute (distinguished name, GUID).
    pub fn ldap_filter(&self) -> Option<String> {
        Some(match self {
            UserIdentity::SipAddress(address) => {
                format!("(msRTCSIP-PrimaryUserAddress={})", escape(&address.to_string()))
            }
            UserIdentity::Address(text) => {
                let text = escape(text);
                format!("(|(msRTCSIP-PrimaryUserAddress=sip:{text})(userPrincipalName={text}))")
            }
            UserIdentity::Account { name, .. } => format!("(sAMAccountName={})", escape(name)),
            UserIdentity::DistinguishedName(_) | UserIdentity::Id(_) => return None,
            UserIdentity::DisplayName(pattern) => {
                let pattern = pattern.split('*').map(escape).collect::<Vec<_>>().join("*");
                format!("(|(displayName={pattern})(cn={pattern}))")
            }
        })
    }

    /// Whether it may mean several users.
    pub fn is_pattern(&self) -> bool {
        matches!(self, UserIdentity::DisplayName(pattern) if pattern.contains('*'))
    }
}

impl fmt::Display for UserIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UserIdentity::SipAddress(address) => address.fmt(f),
            UserIdentity::Account { domain, name } => write!(f, "{domain}\\{name}"),
            UserIdentity::Address(text)
            | UserIdentity::DistinguishedName(text)
            | UserIdentity::Id(text)
            | UserIdentity::DisplayName(text) => f.write_str(text),
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase()
}

/// A distinguished name without the blanks around its separators, which RFC 4514 gives no meaning.
fn spaceless(dn: &str) -> String {
    dn.split(',').map(str::trim).collect::<Vec<_>>().join(",")
}

fn is_distinguished_name(text: &str) -> bool {
    text.split_once('=').is_some_and(|(attribute, _)| {
        ["cn", "ou", "uid", "dc"]
            .iter()
            .any(|known| attribute.trim().eq_ignore_ascii_case(known))
    })
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn in_domain(dn: &str, netbios: &str) -> bool {
    dn.split(',')
        .find_map(|part| {
            part.trim()
                .split_once('=')
                .filter(|(name, _)| name.eq_ignore_ascii_case("dc"))
        })
        .is_none_or(|(_, label)| label.eq_ignore_ascii_case(netbios))
}

/// RFC 4515 §3: what a value's bytes must be written as.
fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '*' => escaped.push_str("\\2a"),
            '(' => escaped.push_str("\\28"),
            ')' => escaped.push_str("\\29"),
            '\\' => escaped.push_str("\\5c"),
            '\0' => escaped.push_str("\\00"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Matches with `*` for any characters, without regard to case.
fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut remaining) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match remaining.find(part) {
            Some(at) => remaining = &remaining[at + part.len()..],
            None => return false,
        }
    }
    remaining.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::ObjectId;

    fn alice() -> DirectoryObject {
        let mut alice = DirectoryObject {
            id: ObjectId("01743022-c22c-4816-abca-259cf33dd5b8".to_owned()),
            dn: "CN=Alice Smith,OU=Sales,DC=contoso,DC=example".to_owned(),
            ..DirectoryObject::default()
        };
        for (name, value) in [
            ("msRTCSIP-PrimaryUserAddress", "sip:alice@contoso.example"),
            ("userPrincipalName", "asmith@contoso.example"),
            ("sAMAccountName", "asmith"),
            ("displayName", "Alice Smith"),
        ] {
            alice.set(name, vec![value.to_owned()]);
        }
        alice
    }

    #[test]
    fn every_form_finds_the_user() {
        for text in [
            "sip:Alice@contoso.example",
            "alice@contoso.example",
            "asmith@contoso.example",
            "CONTOSO\\ASmith",
            "Alice Smith",
            "alice*",
            "*Sm*th",
            "cn=Alice Smith, ou=Sales, dc=contoso, dc=example",
            "01743022-C22C-4816-ABCA-259CF33DD5B8",
        ] {
            assert!(UserIdentity::parse(text).expect(text).matches(&alice()), "{text}");
        }
        for text in ["sip:asmith@contoso.example", "FABRIKAM\\asmith", "Alice", "Bob*"] {
            assert!(
                !UserIdentity::parse(text).expect(text).matches(&alice()),
                "{text}"
            );
        }
    }

    #[test]
    fn filters_carry_no_unescaped_input() {
        let identity = UserIdentity::parse("Al(ice)* Smith").expect("a display name");
        assert_eq!(
            identity.ldap_filter().expect("an attribute"),
            "(|(displayName=Al\\28ice\\29* Smith)(cn=Al\\28ice\\29* Smith))"
        );
    }
}
