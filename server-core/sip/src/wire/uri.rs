//! URIs: sip and sips (RFC 3261 §19.1), tel (RFC 3966), any other scheme as it stands.
//!
//! A [`Uri`] borrows its bytes and remembers where its parts are. Parameters and headers are found when asked.
//! Comparison follows RFC 3261 §19.1.4. Beyond the grammar, `#` in the user part and bytes above 0x7f are carried.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::chars::{self, hex_value, is_host, is_param, is_scheme, is_user};

/// A URI scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`
    Sips,
    /// `tel:`
    Tel,
    /// Any other; the URI is opaque.
    Other,
}

/// A URI. For `sip` and `sips` all parts are set; for `tel` the user is the number; for others only `raw` means
/// something.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uri<'a> {
    pub(super) raw: &'a [u8],
    pub(super) scheme: Scheme,
    pub(super) user: Option<&'a [u8]>,
    pub(super) password: Option<&'a [u8]>,
    /// ASCII, which reading made sure of.
    pub(super) host: &'a [u8],
    pub(super) port: Option<u16>,
    pub(super) params: &'a [u8],
    pub(super) headers: &'a [u8],
}

/// A host as code uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host<'a> {
    /// A DNS name, in the case it was written.
    Name(&'a str),
    /// An address.
    Address(IpAddr),
}

impl<'a> Host<'a> {
    /// From a written host, IPv6 in brackets.
    pub fn parse(text: &'a str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix('[') {
            let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Address(IpAddr::V6(address)));
        }
        if text.is_empty() || !text.bytes().all(is_host) {
            return None;
        }
        let numeric = text.as_bytes()[0].is_ascii_digit() && text.as_bytes()[text.len() - 1].is_ascii_digit();
        if numeric && let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(IpAddr::V4(address)));
        }
        Some(Self::Name(text))
    }
}

impl<'a> Uri<'a> {
    /// Reads a URI to the end of the bytes.
    #[inline]
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let colon = raw.iter().position(|byte| *byte == b':')?;
        let rest = &raw[colon + 1..];
        match &raw[..colon] {
            scheme if scheme.eq_ignore_ascii_case(b"sip") => Self::parse_sip(raw, Scheme::Sip, rest),
            scheme if scheme.eq_ignore_ascii_case(b"sips") => Self::parse_sip(raw, Scheme::Sips, rest),
            scheme if scheme.eq_ignore_ascii_case(b"tel") => Self::parse_tel(raw, rest),
            scheme => Self::parse_opaque(raw, scheme, rest),
        }
    }

    /// Reads a URI from text.
    pub fn from_text(text: &'a str) -> Option<Self> {
        Self::parse(text.as_bytes())
    }

    fn parse_sip(raw: &'a [u8], scheme: Scheme, rest: &'a [u8]) -> Option<Self> {
        let (user, password, rest) = split_userinfo(rest)?;
        let (host, port, rest) = split_hostport(rest)?;
        let (params, headers) = match rest.iter().position(|byte| *byte == b'?') {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        let whole = check_params(params)
            && (headers.is_empty()
                || (headers.iter().all(|byte| is_param(*byte)) && chars::escapes_are_whole(headers)));
        whole.then_some(Self {
            raw,
            scheme,
            user,
            password,
            host,
            port,
            params,
            headers,
        })
    }

    fn parse_tel(raw: &'a [u8], rest: &'a [u8]) -> Option<Self> {
        let end = memchr::memchr(b';', rest).unwrap_or(rest.len());
        let (number, params) = rest.split_at(end);
        let digits = number.strip_prefix(b"+").unwrap_or(number);
        let dialable = |byte: &u8| byte.is_ascii_hexdigit() || b"-.()*#".contains(byte);
        let whole = !digits.is_empty() && digits.iter().all(dialable) && check_params(params);
        let empty = &raw[raw.len()..];
        whole.then_some(Self {
            raw,
            scheme: Scheme::Tel,
            user: Some(number),
            password: None,
            host: empty,
            port: None,
            params,
            headers: empty,
        })
    }

    fn parse_opaque(raw: &'a [u8], scheme: &[u8], rest: &[u8]) -> Option<Self> {
        let named =
            scheme.first().is_some_and(u8::is_ascii_alphabetic) && scheme.iter().all(|byte| is_scheme(*byte));
        let clean = |byte: &u8| *byte > 0x20 && !b"<>\"".contains(byte);
        let empty = &raw[raw.len()..];
        (named && !rest.is_empty() && rest.iter().all(clean)).then_some(Self {
            raw,
            scheme: Scheme::Other,
            user: None,
            password: None,
            host: empty,
            port: None,
            params: empty,
            headers: empty,
        })
    }

    /// As written.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.raw
    }

    /// As written; bytes that are not UTF-8 are replaced.
    pub fn to_text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.raw)
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Whether it is sip or sips, so that host and user mean something.
    pub fn is_sip(&self) -> bool {
        matches!(self.scheme, Scheme::Sip | Scheme::Sips)
    }

    /// The user part, or the number of a tel URI, escapes as written.
    pub fn user(&self) -> Option<&'a [u8]> {
        self.user
    }

    /// The user part without escapes, as text; `None` when there is none or it is not UTF-8.
    pub fn user_text(&self) -> Option<Cow<'a, str>> {
        let user = self.user?;
        if memchr::memchr(b'%', user).is_none() {
            return chars::text(user).map(Cow::Borrowed);
        }
        String::from_utf8(unescape(user)).ok().map(Cow::Owned)
    }

    /// The password that RFC 3261 §19.1.1 recommends against, escapes as written.
    pub fn password(&self) -> Option<&'a [u8]> {
        self.password
    }

    /// The host as written, IPv6 in brackets; empty unless sip or sips.
    pub fn host(&self) -> &'a str {
        chars::text(self.host).unwrap_or_default()
    }

    /// Whether the host is this one, in any case.
    pub fn has_host(&self, host: &str) -> bool {
        self.host.eq_ignore_ascii_case(host.as_bytes())
    }

    /// The host as a name or an address.
    pub fn host_kind(&self) -> Option<Host<'a>> {
        Host::parse(self.host())
    }

    /// The port, when it is written.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// A URI parameter: `Some("")` for one without a value; `None` also when it is not UTF-8.
    pub fn param(&self, name: &str) -> Option<&'a str> {
        self.params()
            .find(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes()))
            .and_then(|(_, value)| chars::text(value))
    }

    /// Whether a URI parameter is there.
    pub fn has_param(&self, name: &str) -> bool {
        self.params()
            .any(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Every parameter: name and value, escapes as written.
    pub fn params(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        pairs(self.params, b';')
    }

    /// Every header after `?`: name and value, escapes as written.
    pub fn headers(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        pairs(self.headers, b'&')
    }

    /// Whether there are headers after `?`.
    pub fn has_headers(&self) -> bool {
        !self.headers.is_empty()
    }

    /// Whether it asks for loose routing (RFC 3261 §19.1.1 `lr`).
    pub fn is_loose(&self) -> bool {
        self.has_param("lr")
    }

    /// Whether it is a GRUU: `gr` of RFC 5627, or `gruu` of its drafts that UC clients write.
    pub fn is_gruu(&self) -> bool {
        self.has_param("gr") || self.has_param("gruu")
    }

    /// Everything but parameters and headers, such as `sip:alice@contoso.example:5061`.
    pub fn without_params(&self) -> &'a [u8] {
        // The parameters, even when there are none, start where host and port end.
        &self.raw[..self.params.as_ptr() as usize - self.raw.as_ptr() as usize]
    }

    /// The canonical form that a registrar keys bindings with (RFC 3261 §10.3 step 5): no port, parameters, headers or
    /// password, the host in lower case, needless escapes undone. `None` for a URI without a host.
    pub fn address_of_record(&self) -> Option<AddressOfRecord> {
        if !self.is_sip() {
            return None;
        }
        let mut text = String::with_capacity(self.raw.len() + 4);
        text.push_str(if self.scheme == Scheme::Sips {
            "sips:"
        } else {
            "sip:"
        });
        let start = text.len();
        if let Some(user) = self.user {
            push_canonical(&mut text, user);
            text.push('@');
        }
        let host = text.len();
        text.push_str(self.host());
        text[host..].make_ascii_lowercase();
        Some(AddressOfRecord { text, start, host })
    }

    /// `alice@contoso.example`: the same without its scheme, and all in lower case, for a directory whose names know no
    /// case. `None` without a user or a host.
    pub fn directory_address(&self) -> Option<String> {
        let user = self.user.filter(|_| self.is_sip())?;
        let mut text = String::with_capacity(user.len() + 1 + self.host.len());
        push_canonical(&mut text, user);
        text.push('@');
        text.push_str(self.host());
        text.make_ascii_lowercase();
        Some(text)
    }

    /// Whether two URIs are equivalent (RFC 3261 §19.1.4). URIs of other schemes are compared byte by byte.
    pub fn is_equivalent(&self, other: &Uri<'_>) -> bool {
        if self.scheme != other.scheme {
            return false;
        }
        match self.scheme {
            Scheme::Other => self.raw == other.raw,
            Scheme::Tel => tel_digits(self).eq(tel_digits(other)) && params_match(self, other),
            Scheme::Sip | Scheme::Sips => {
                same_unescaped(self.user, other.user, false)
                    && same_unescaped(self.password, other.password, false)
                    && self.host.eq_ignore_ascii_case(other.host)
                    && self.port == other.port
                    && params_match(self, other)
                    && headers_match(self, other)
            }
        }
    }
}

impl fmt::Display for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Uri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// A canonical address-of-record, always ASCII: `sip:alice@contoso.example`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AddressOfRecord {
    text: String,
    start: usize,
    host: usize,
}

impl AddressOfRecord {
    /// With its scheme.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Without its scheme: `alice@contoso.example`.
    pub fn address(&self) -> &str {
        &self.text[self.start..]
    }

    /// The user; `None` for a domain.
    pub fn user(&self) -> Option<&str> {
        (self.host > self.start).then(|| &self.text[self.start..self.host - 1])
    }

    /// The host in lower case.
    pub fn host(&self) -> &str {
        &self.text[self.host..]
    }

    /// Without its scheme, as its own text.
    pub fn into_address(mut self) -> String {
        self.text.drain(..self.start);
        self.text
    }

    /// With the user in lower case as well, for a directory whose names know no case.
    pub fn folded(mut self) -> Self {
        self.text.make_ascii_lowercase();
        self
    }
}

type Userinfo<'a> = (Option<&'a [u8]>, Option<&'a [u8]>, &'a [u8]);

/// `[user [":" password] "@"]` at the start of the bytes, and what follows.
#[inline]
fn split_userinfo(bytes: &[u8]) -> Option<Userinfo<'_>> {
    let Some(end) = memchr::memchr(b'@', bytes) else {
        return Some((None, None, bytes));
    };
    let info = &bytes[..end];
    let rest = &bytes[end + 1..];
    // Most users are plain; the first other character decides.
    let plain = chars::plain_end(info, 0);
    if plain == end {
        return (end > 0).then_some((Some(info), None, rest));
    }
    let (user, password) = match memchr::memchr(b':', info) {
        Some(colon) => (&info[..colon], Some(&info[colon + 1..])),
        None => (info, None),
    };
    let clean = |part: &[u8]| part.iter().all(|byte| is_user(*byte));
    let whole =
        !user.is_empty() && clean(user) && password.is_none_or(clean) && chars::escapes_are_whole(info);
    whole.then_some((Some(user), password, rest))
}

/// `host [":" port]` at the start of the bytes, and what follows.
#[inline]
pub(crate) fn split_hostport(bytes: &[u8]) -> Option<(&[u8], Option<u16>, &[u8])> {
    let end = if bytes.first() == Some(&b'[') {
        let end = memchr::memchr(b']', bytes)? + 1;
        chars::text(&bytes[1..end - 1])?.parse::<Ipv6Addr>().ok()?;
        end
    } else {
        chars::host_end(bytes)
    };
    if end == 0 {
        return None;
    }
    let (host, rest) = bytes.split_at(end);
    let Some(after) = rest.strip_prefix(b":") else {
        return Some((host, None, rest));
    };
    let digits = after
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(after.len());
    Some((host, Some(chars::number(&after[..digits])?), &after[digits..]))
}

/// `*(";" name ["=" value])`.
fn check_params(params: &[u8]) -> bool {
    let mut at = 0;
    let mut has_escape = false;
    while at < params.len() {
        let name = at + 1;
        if params[at] != b';' || matches!(params.get(name), None | Some(b';' | b'=')) {
            return false;
        }
        at = chars::plain_end(params, name);
        while at < params.len() && params[at] != b';' {
            has_escape |= params[at] == b'%';
            if !is_param(params[at]) {
                return false;
            }
            at = chars::plain_end(params, at + 1);
        }
    }
    !has_escape || chars::escapes_are_whole(params)
}

fn pairs(bytes: &[u8], separator: u8) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes
        .split(move |byte| *byte == separator)
        .filter(|part| !part.is_empty())
        .map(|part| match memchr::memchr(b'=', part) {
            Some(at) => (&part[..at], &part[at + 1..]),
            None => (part, &part[part.len()..]),
        })
}

/// Bytes with escapes undone.
pub fn unescape(bytes: &[u8]) -> Vec<u8> {
    unescaped(bytes).collect()
}

fn unescaped(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        if *first == b'%'
            && let [high, low, tail @ ..] = after
            && let (Some(high), Some(low)) = (hex_value(*high), hex_value(*low))
        {
            rest = tail;
            return Some(high << 4 | low);
        }
        rest = after;
        Some(*first)
    })
}

fn same_unescaped(left: Option<&[u8]>, right: Option<&[u8]>, ignore_case: bool) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return left.is_none() && right.is_none();
    };
    let fold = move |byte: u8| {
        if ignore_case {
            byte.to_ascii_lowercase()
        } else {
            byte
        }
    };
    unescaped(left).map(fold).eq(unescaped(right).map(fold))
}

fn tel_digits<'a>(uri: &Uri<'a>) -> impl Iterator<Item = u8> + use<'a> {
    let number = uri.user.unwrap_or_default();
    number
        .iter()
        .filter(|byte| !b"-.()".contains(byte))
        .map(u8::to_ascii_lowercase)
}

/// Parameters that never match when only one URI has them.
const SIGNIFICANT: [&str; 5] = ["user", "ttl", "method", "maddr", "transport"];

fn params_match(left: &Uri<'_>, right: &Uri<'_>) -> bool {
    let covered = |one: &Uri<'_>, other: &Uri<'_>| {
        one.params().all(|(name, value)| {
            match other
                .params()
                .find(|(key, _)| same_unescaped(Some(key), Some(name), true))
            {
                Some((_, theirs)) => same_unescaped(Some(value), Some(theirs), true),
                None => !SIGNIFICANT
                    .iter()
                    .any(|key| name.eq_ignore_ascii_case(key.as_bytes())),
            }
        })
    };
    covered(left, right) && covered(right, left)
}

fn headers_match(left: &Uri<'_>, right: &Uri<'_>) -> bool {
    left.headers().count() == right.headers().count()
        && left.headers().all(|(name, value)| {
            right.headers().any(|(key, theirs)| {
                same_unescaped(Some(key), Some(name), true)
                    && same_unescaped(Some(value), Some(theirs), false)
            })
        })
}

/// Escapes that the grammar does not need are undone, the needed ones are written with upper-case digits.
fn push_canonical(text: &mut String, user: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if user.is_ascii() && chars::plain_end(user, 0) == user.len() {
        text.push_str(chars::text(user).unwrap_or_default());
        return;
    }
    for byte in unescaped(user) {
        if byte < 0x80 && is_user(byte) && byte != b'%' {
            text.push(byte as char);
        } else {
            text.push('%');
            text.push(DIGITS[usize::from(byte >> 4)] as char);
            text.push(DIGITS[usize::from(byte & 15)] as char);
        }
    }
}

#[cfg(test)]
mod tests;
