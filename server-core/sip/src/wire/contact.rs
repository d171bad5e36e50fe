//! Contact (RFC 3261 §20.10) with the parameters of RFC 3840, RFC 5626 and RFC 5627.

use super::name_addr::NameAddr;
use super::uri::Uri;
use super::{Method, chars};

/// The most Contact values of a message that are read; more make it damaged. No user has that many endpoints, and a
/// message of 64 KiB could otherwise hold thousands.
pub const MAX_CONTACTS: usize = 128;

/// One Contact value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact<'a> {
    /// URI, display name and all parameters.
    pub address: NameAddr<'a>,
}

impl<'a> Contact<'a> {
    /// Reads one value.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        NameAddr::parse(raw).map(|address| Self { address })
    }

    /// The URI.
    pub fn uri(&self) -> Uri<'a> {
        self.address.uri
    }

    /// `q` in thousandths: 0 to 1000. 1000 when it is absent or unreadable (RFC 3261 §16.6 treats it as highest).
    pub fn q(&self) -> u16 {
        self.address.params.get("q").and_then(thousandths).unwrap_or(1000)
    }

    /// `expires` in seconds. A value that does not fit counts as the largest (RFC 3261 §20.10: malformed as 3600 is
    /// allowed too; the registrar clamps anyway).
    pub fn expires(&self) -> Option<u32> {
        let digits = self.address.params.get_bytes("expires")?;
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Some(3600);
        }
        Some(chars::number(digits).unwrap_or(u32::MAX))
    }

    /// `+sip.instance` without quotes and angle brackets, such as `urn:uuid:…` (RFC 5626 §4.1).
    pub fn instance(&self) -> Option<&'a str> {
        let value = self.address.params.get("+sip.instance")?;
        Some(
            value
                .strip_prefix('<')
                .and_then(|inner| inner.strip_suffix('>'))
                .unwrap_or(value),
        )
    }

    /// `reg-id` (RFC 5626 §4.2.1); 0 is not a valid one.
    pub fn reg_id(&self) -> Option<u32> {
        self.address
            .params
            .get_bytes("reg-id")
            .and_then(chars::number)
            .filter(|id| *id > 0)
    }

    /// `methods` (RFC 3840 §10), when it is there.
    pub fn methods(&self) -> impl Iterator<Item = Method> + use<'a> {
        let list = self.address.params.get_bytes("methods").unwrap_or_default();
        list.split(|byte| *byte == b',')
            .filter_map(|name| Method::from_bytes(chars::trim(name)))
    }
}

/// All Contact values of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "the usual one or two values need no allocation"
)]
pub enum Contacts<'a> {
    /// `*`: all bindings (RFC 3261 §10.2.2).
    All,
    /// The values, none when there is no Contact.
    List(smallvec::SmallVec<[Contact<'a>; 2]>),
}

impl<'a> Contacts<'a> {
    /// The first value, which is the remote target in a dialog.
    pub fn first(&self) -> Option<&Contact<'a>> {
        match self {
            Self::All => None,
            Self::List(list) => list.first(),
        }
    }
}

fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let value = match whole {
        "0" | "" => 0,
        "1" => 1000,
        _ => return None,
    };
    let fraction: u16 = if fraction.is_empty() {
        0
    } else {
        format!("{fraction:0<3}").parse().ok()?
    };
    (digits && value + fraction <= 1000).then_some(value + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uc_parameters_are_read() {
        let contact = Contact::parse(
            b"<sip:127.0.0.1:49152;transport=tls;ms-opaque=d1;ms-received-cid=3200>;methods=\"INVITE, MESSAGE,BENOTIFY\";\
              proxy=replace;+sip.instance=\"<urn:uuid:4C6B2F28-3F37-5A8F-9A9E-1F5C5C2D5C39>\";q=0.7;reg-id=1;expires=600",
        )
        .unwrap();
        assert_eq!(
            contact.instance(),
            Some("urn:uuid:4C6B2F28-3F37-5A8F-9A9E-1F5C5C2D5C39")
        );
        assert_eq!(
            (contact.q(), contact.reg_id(), contact.expires()),
            (700, Some(1), Some(600))
        );
        assert_eq!(
            contact.methods().collect::<Vec<_>>(),
            [Method::Invite, Method::Message, Method::BeNotify]
        );
        assert_eq!(contact.address.params.get("proxy"), Some("replace"));
    }

    #[test]
    fn damaged_parameters_have_harmless_readings() {
        let contact = Contact::parse(b"<sip:a@b>;q=7;expires=280297596632815;reg-id=0").unwrap();
        assert_eq!(
            (contact.q(), contact.expires(), contact.reg_id()),
            (1000, Some(u32::MAX), None)
        );
    }
}
