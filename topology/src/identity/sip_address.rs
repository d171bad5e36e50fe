//! SIP addresses of users, e.g. `sip:alice@contoso.example`.
//!
//! User part: the unreserved and user-unreserved characters of RFC 3261 §25.1. Though RFC 3261 §19.1.4 compares user
//! parts with regard to case, the product never has two users whose addresses differ by case alone, so neither do
//! we.

use std::fmt;

use super::{Fqdn, IdentityError, compares_without_case, is_text};

const HINT: &str = "A SIP address looks like sip:alice@contoso.example.";

/// A user's SIP address.
#[derive(Clone, Debug)]
pub struct SipAddress {
    user: Box<str>,
    domain: Fqdn,
}

impl SipAddress {
    /// Reads an address with or without `sip:`.
    ///
    /// # Errors
    /// When there is no user part or domain, or one of them has characters that it cannot have.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let rest = match text.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("sip:") => &text[4..],
            _ => text,
        };
        let wrong = |what: &str| IdentityError::new(format!("'{text}' is not a SIP address: {what}."), HINT);
        let (user, domain) = rest.split_once('@').ok_or_else(|| wrong("it has no '@'"))?;
        if user.is_empty() {
            return Err(wrong("nothing stands before the '@'"));
        }
        if let Some(bad) = user.chars().find(|c| !is_user_character(*c)) {
            return Err(wrong(&format!("'{bad}' cannot stand before the '@'")));
        }
        let domain = Fqdn::parse(domain).map_err(|error| wrong(error.message.trim_end_matches('.')))?;
        Ok(SipAddress {
            user: user.into(),
            domain,
        })
    }

    /// What stands before the `@`.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The SIP domain.
    pub fn domain(&self) -> &Fqdn {
        &self.domain
    }

    /// The address without scheme, as it was given.
    pub fn without_scheme(&self) -> String {
        format!("{}@{}", self.user, self.domain)
    }

    /// The address without scheme in lower case, for comparison and look-up: `alice@contoso.example`.
    pub fn key(&self) -> String {
        self.without_scheme().to_ascii_lowercase()
    }
}

fn is_user_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.!~*'()&=+$,;?/%".contains(c)
}

impl fmt::Display for SipAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sip:{}@{}", self.user, self.domain)
    }
}

compares_without_case!(SipAddress);
is_text!(SipAddress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_optional_on_input_and_always_printed() {
        for text in [
            "sip:Alice@contoso.example",
            "SIP:Alice@contoso.example",
            "Alice@contoso.example",
        ] {
            let address = SipAddress::parse(text).expect(text);
            assert_eq!(address.to_string(), "sip:Alice@contoso.example");
            assert_eq!(address.key(), "alice@contoso.example");
        }
    }

    #[test]
    fn texts_that_are_no_address_are_refused() {
        for text in [
            "alice",
            "sip:@contoso.example",
            "sip:alice@contoso",
            "sip:al ice@contoso.example",
            "sip:a@b@c.de",
        ] {
            SipAddress::parse(text).expect_err(text);
        }
    }
}
