//! Credentials and challenges (RFC 3261 §20.7, §20.27, §20.44; RFC 7616): a scheme and its parameters.

use super::chars::{self, is_space};
use super::params::{skip_space, strip_quotes};

/// What a client proves itself with: Authorization, Proxy-Authorization.
pub type Credentials<'a> = AuthValue<'a>;
/// What a server asks for: WWW-Authenticate, Proxy-Authenticate.
pub type Challenge<'a> = AuthValue<'a>;

/// `scheme name=value, …`; unknown parameters are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthValue<'a> {
    /// `Digest`, `NTLM`, `Kerberos`, `TLS-DSK`, …
    pub scheme: &'a str,
    params: &'a [u8],
}

impl<'a> AuthValue<'a> {
    /// Reads the scheme of one header line; its parameters are read when asked for.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let end = raw.iter().position(|byte| is_space(*byte)).unwrap_or(raw.len());
        let scheme = &raw[..end];
        let params = chars::trim(&raw[end..]);
        chars::all_token(scheme).then_some(())?;
        Some(Self {
            scheme: chars::text(scheme)?,
            params,
        })
    }

    /// Whether all parameters can be read. Otherwise those before the damage are found, and the others are not.
    pub fn is_whole(&self) -> bool {
        let mut rest = self.params;
        loop {
            match step(rest) {
                Some(Some((_, _, after))) => rest = after,
                Some(None) => return true,
                None => return false,
            }
        }
    }

    /// Whether it is the Digest scheme.
    pub fn is_digest(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("Digest")
    }

    /// A parameter without its quotes, escapes kept.
    pub fn get_bytes(&self, name: &str) -> Option<&'a [u8]> {
        let mut rest = self.params;
        while let Some((key, value, after)) = step(rest).flatten() {
            if key.eq_ignore_ascii_case(name.as_bytes()) {
                return Some(strip_quotes(value));
            }
            rest = after;
        }
        None
    }

    /// All that Digest uses, in one pass. Of a parameter that comes twice the first one counts.
    pub fn digest(&self) -> DigestParams<'a> {
        let mut found = DigestParams::default();
        let mut rest = self.params;
        while let Some((name, value, after)) = step(rest).flatten() {
            if let Some(place) = found.place(name) {
                place.get_or_insert(strip_quotes(value));
            }
            rest = after;
        }
        found
    }

    /// A parameter without its quotes, as text.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.get_bytes(name).and_then(chars::text)
    }

    /// Every parameter, quotes removed.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + use<'a> {
        let mut rest = self.params;
        std::iter::from_fn(move || {
            let (name, value, after) = step(rest).flatten()?;
            rest = after;
            Some((chars::text(name).unwrap_or_default(), strip_quotes(value)))
        })
    }
}

/// The parameters of Digest credentials (RFC 7616 §3.4), quotes removed, escapes kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are named as the parameters")]
pub struct DigestParams<'a> {
    pub username: Option<&'a [u8]>,
    pub realm: Option<&'a [u8]>,
    pub nonce: Option<&'a [u8]>,
    pub uri: Option<&'a [u8]>,
    pub response: Option<&'a [u8]>,
    pub algorithm: Option<&'a [u8]>,
    pub cnonce: Option<&'a [u8]>,
    pub qop: Option<&'a [u8]>,
    pub nc: Option<&'a [u8]>,
}

impl<'a> DigestParams<'a> {
    fn place(&mut self, name: &[u8]) -> Option<&mut Option<&'a [u8]>> {
        let (text, place) = match (name.len(), name[0] | 0x20) {
            (8, b'u') => ("username", &mut self.username),
            (5, b'r') => ("realm", &mut self.realm),
            (5, b'n') => ("nonce", &mut self.nonce),
            (3, b'u') => ("uri", &mut self.uri),
            (8, b'r') => ("response", &mut self.response),
            (9, b'a') => ("algorithm", &mut self.algorithm),
            (6, b'c') => ("cnonce", &mut self.cnonce),
            (3, b'q') => ("qop", &mut self.qop),
            (2, b'n') => ("nc", &mut self.nc),
            _ => return None,
        };
        name.eq_ignore_ascii_case(text.as_bytes()).then_some(place)
    }
}

type Step<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// The next `name = value` and what follows its comma: `Some(None)` at the end, `None` for damage.
#[inline]
#[expect(clippy::option_option, reason = "end and damage are different answers")]
fn step(raw: &[u8]) -> Option<Option<Step<'_>>> {
    let mut at = 0;
    while raw.get(at).is_some_and(|byte| is_space(*byte) || *byte == b',') {
        at += 1;
    }
    if at == raw.len() {
        return Some(None);
    }
    let name_at = at;
    at = chars::token_end(raw, at);
    let name = &raw[name_at..at];
    at = skip_space(raw, at);
    if name.is_empty() || raw.get(at) != Some(&b'=') {
        return None;
    }
    at = skip_space(raw, at + 1);
    let end = if raw.get(at) == Some(&b'"') {
        chars::quoted_end(raw, at)?
    } else {
        at + raw[at..]
            .iter()
            .position(|byte| is_space(*byte) || *byte == b',')
            .unwrap_or(raw.len() - at)
    };
    let after = skip_space(raw, end);
    if raw.get(after).is_some_and(|byte| *byte != b',') {
        return None;
    }
    Some(Some((name, &raw[at..end], &raw[after..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_commas_and_unknown_names() {
        let it = AuthValue::parse(
            b"Digest username=\"a,b\", realm=\"x\",nc=00000001 ,qop=auth, uri=\"sip:a@b;x=\\\"\", response=\"\", cnum=7",
        )
        .unwrap();
        assert!(it.is_digest());
        assert_eq!(
            (it.get("Username"), it.get("nc"), it.get("cnum")),
            (Some("a,b"), Some("00000001"), Some("7"))
        );
        assert_eq!(it.iter().count(), 7);
        assert!(AuthValue::parse(b"NoOneKnowsThisScheme opaque-data=here").is_some());
        assert!(AuthValue::parse(b"NTLM").is_some());
    }

    #[test]
    fn damage_is_found() {
        assert_eq!(AuthValue::parse(b""), None);
        for raw in [
            "Digest username",
            "Digest a=\"b",
            "Digest =b",
            "Digest a=\"b\"c=d",
        ] {
            assert!(!AuthValue::parse(raw.as_bytes()).unwrap().is_whole(), "{raw}");
        }
    }
}
