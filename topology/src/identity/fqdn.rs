//! Fully qualified domain names, and hosts that may also be named by their address.
//!
//! Rule V1: labels of at most 63 characters, at most 255 together, letters, digits and hyphens only (RFC 1123 §2.1);
//! no underscore, nothing outside ASCII. At least two labels, and the last one is not a number.

use std::fmt;
use std::net::IpAddr;

use super::{IdentityError, is_text};

const HINT: &str = "A fully qualified domain name has labels of letters, digits and hyphens, at most 63 each and 255 \
                    together, e.g. pool01.contoso.example.";

/// A fully qualified domain name, without a final dot.
#[derive(Clone, Debug)]
pub struct Fqdn(Box<str>);

impl Fqdn {
    /// Reads a name; a final dot is dropped.
    ///
    /// # Errors
    /// Says which label breaks rule V1.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let name = text.strip_suffix('.').unwrap_or(text);
        let wrong = |what: String| {
            Err(IdentityError::new(
                format!("'{text}' is not a domain name: {what}."),
                HINT,
            ))
        };
        if name.len() > 255 {
            return wrong(format!("it has {} characters, more than 255", name.len()));
        }
        for label in name.split('.') {
            if let Some(what) = label_fault(label) {
                return wrong(what);
            }
        }
        match name.rsplit_once('.') {
            None => wrong("it has no domain part".to_owned()),
            Some((_, last)) if last.bytes().all(|byte| byte.is_ascii_digit()) => {
                wrong(format!("its last label, '{last}', is a number"))
            }
            Some(_) => Ok(Fqdn(name.into())),
        }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in lower case, for comparison and look-up.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Whether the name is the domain itself or inside it.
    pub fn is_within(&self, domain: &Fqdn) -> bool {
        let (name, domain) = (self.key(), domain.key());
        name == domain
            || name
                .strip_suffix(&domain)
                .is_some_and(|front| front.ends_with('.'))
    }

    /// The first label: the host's own name.
    pub fn host_label(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }
}

fn label_fault(label: &str) -> Option<String> {
    if label.is_empty() {
        return Some("it has an empty label".to_owned());
    }
    if label.len() > 63 {
        return Some(format!(
            "the label '{label}' has {} characters, more than 63",
            label.len()
        ));
    }
    if let Some(bad) = label.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '-')) {
        return Some(format!("the label '{label}' has the character '{bad}'"));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Some(format!("the label '{label}' starts or ends with a hyphen"));
    }
    None
}

impl fmt::Display for Fqdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// As `compares_without_case`, but names are compared often, so without a copy.
impl PartialEq for Fqdn {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Fqdn {}

impl std::hash::Hash for Fqdn {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl PartialOrd for Fqdn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fqdn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        self.0.bytes().map(lower).cmp(other.0.bytes().map(lower))
    }
}

is_text!(Fqdn);

/// A peer that is named by its domain name or by its address, as gateways are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Host {
    /// By name.
    Name(Fqdn),
    /// By IPv4 or IPv6 address.
    Address(IpAddr),
}

impl Host {
    /// Reads a name or an address (IPv6 with or without brackets).
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        bare.parse()
            .map(Host::Address)
            .or_else(|_| Fqdn::parse(text).map(Host::Name))
    }

    /// The text in lower case, for comparison and look-up.
    pub fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }

    /// The name, when it is one.
    pub fn fqdn(&self) -> Option<&Fqdn> {
        match self {
            Host::Name(name) => Some(name),
            Host::Address(_) => None,
        }
    }
}

impl From<Fqdn> for Host {
    fn from(name: Fqdn) -> Self {
        Host::Name(name)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => name.fmt(f),
            Host::Address(address) => address.fmt(f),
        }
    }
}

is_text!(Host);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_break_rule_v1_say_which_label_is_wrong() {
        let long = "a".repeat(64);
        for (text, what) in [
            ("pool_01.contoso.example", "the character '_'"),
            ("büro.contoso.example", "the character 'ü'"),
            ("pool..example", "an empty label"),
            ("-a.contoso.example", "a hyphen"),
            ("pool", "no domain part"),
            ("10.0.0.1", "is a number"),
            (&format!("{long}.contoso.example"), "more than 63"),
            (&format!("{}example", "abcdefgh.".repeat(31)), "more than 255"),
        ] {
            let error = Fqdn::parse(text).expect_err(text);
            assert!(error.message.contains(what), "{text}: {}", error.message);
        }
    }

    #[test]
    fn names_compare_without_case_and_keep_their_spelling() {
        let name = Fqdn::parse("Pool01.Contoso.example.").expect("valid");
        assert_eq!(name, Fqdn::parse("pool01.contoso.EXAMPLE").expect("valid"));
        assert_eq!(name.to_string(), "Pool01.Contoso.example");
    }

    #[test]
    fn a_name_is_within_its_own_domain_only() {
        let domain = Fqdn::parse("contoso.example").expect("valid");
        for (text, within) in [
            ("sip.contoso.example", true),
            ("CONTOSO.example", true),
            ("notcontoso.example", false),
        ] {
            assert_eq!(
                Fqdn::parse(text).expect("valid").is_within(&domain),
                within,
                "{text}"
            );
        }
    }
}
