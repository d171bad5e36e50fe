//! Credentials and challenges (RFC 3261 §20.7, §20.27, §20.44; RFC 7616): a scheme and its parameters.

use super::chars::{self, is_space, is_token};
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
    /// Reads one header line.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let end = raw.iter().position(|byte| is_space(*byte)).unwrap_or(raw.len());
        let scheme = &raw[..end];
        let params = chars::trim(&raw[end..]);
        chars::all_token(scheme).then_some(())?;
        let value = Self {
            scheme: chars::text(scheme)?,
            params,
        };
        let mut rest = params;
        while let Some((_, _, after)) = step(rest)? {
            rest = after;
        }
        Some(value)
    }

    /// Whether it is the Digest scheme.
    pub fn is_digest(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("Digest")
    }

    /// A parameter without its quotes, escapes kept.
    pub fn get_bytes(&self, name: &str) -> Option<&'a [u8]> {
        self.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
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
    while raw.get(at).is_some_and(|byte| is_token(*byte)) {
        at += 1;
    }
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
    fn damage_is_refused() {
        for raw in [
            "",
            "Digest username",
            "Digest a=\"b",
            "Digest =b",
            "Digest a=\"b\"c=d",
        ] {
            assert_eq!(AuthValue::parse(raw.as_bytes()), None, "{raw}");
        }
    }
}
