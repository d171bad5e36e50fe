//! Header parameters: `;name`, `;name=value`, `;name="quoted"` (RFC 3261 §25.1 `generic-param`).

use std::borrow::Cow;

use super::chars::{self, is_space, is_value};

/// The parameters of a header value. They were checked when the value was read; unknown ones are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Params<'a> {
    raw: &'a [u8],
}

impl<'a> Params<'a> {
    /// Reads `*(SEMI param)` to the end of `raw`; `None` when it is something else.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let mut rest = raw;
        while let Some(next) = step(rest)? {
            rest = next.rest;
        }
        Some(Self { raw })
    }

    /// Parameters that were read before.
    pub(crate) fn unchecked(raw: &'a [u8]) -> Self {
        Self { raw }
    }

    /// As they stand, with the first semicolon.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Each name, and its value as written: a quoted one with its quotes.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Option<&'a [u8]>)> + use<'a> {
        let mut rest = self.raw;
        std::iter::from_fn(move || {
            let next = step(rest).flatten()?;
            rest = next.rest;
            Some((chars::text(next.name).unwrap_or_default(), next.value))
        })
    }

    /// The same with names as bytes.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'a [u8], Option<&'a [u8]>)> + use<'a> {
        let mut rest = self.raw;
        std::iter::from_fn(move || {
            let next = step(rest).flatten()?;
            rest = next.rest;
            Some((next.name, next.value))
        })
    }

    /// Whether a parameter is there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// A parameter's value as bytes, quotes removed but escapes kept.
    pub fn get_bytes(&self, name: &str) -> Option<&'a [u8]> {
        let value = self.find(name)??;
        Some(strip_quotes(value))
    }

    /// A parameter's value as text, quotes removed but escapes kept. `None` also when it is not UTF-8.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.get_bytes(name).and_then(chars::text)
    }

    /// A parameter's value as text, quotes and escapes removed.
    pub fn get_unquoted(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).map(unescape_quoted)
    }

    fn find(&self, name: &str) -> Option<Option<&'a [u8]>> {
        let mut rest = self.raw;
        while let Some(next) = step(rest).flatten() {
            if next.name.eq_ignore_ascii_case(name.as_bytes()) {
                return Some(next.value);
            }
            rest = next.rest;
        }
        None
    }
}

struct Step<'a> {
    name: &'a [u8],
    value: Option<&'a [u8]>,
    rest: &'a [u8],
}

/// The next parameter: `Some(None)` at the end, `None` when what stands there is no parameter.
#[inline]
#[expect(clippy::option_option, reason = "end and damage are different answers")]
fn step(raw: &[u8]) -> Option<Option<Step<'_>>> {
    let mut at = skip_space(raw, 0);
    if at == raw.len() {
        return Some(None);
    }
    if raw[at] != b';' {
        return None;
    }
    at = skip_space(raw, at + 1);
    let name_at = at;
    at = chars::token_end(raw, at);
    if at == name_at {
        return None;
    }
    let name = &raw[name_at..at];
    let after = skip_space(raw, at);
    if raw.get(after) != Some(&b'=') {
        return Some(Some(Step {
            name,
            value: None,
            rest: &raw[after..],
        }));
    }
    let value_at = skip_space(raw, after + 1);
    let end = value_end(raw, value_at)?;
    Some(Some(Step {
        name,
        value: Some(&raw[value_at..end]),
        rest: &raw[end..],
    }))
}

fn value_end(raw: &[u8], at: usize) -> Option<usize> {
    if raw.get(at) == Some(&b'"') {
        return chars::quoted_end(raw, at);
    }
    let mut end = at;
    while raw.get(end).is_some_and(|byte| is_value(*byte)) {
        end += 1;
    }
    (end > at).then_some(end)
}

#[inline]
pub(crate) fn skip_space(raw: &[u8], mut at: usize) -> usize {
    while raw.get(at).is_some_and(|byte| is_space(*byte)) {
        at += 1;
    }
    at
}

/// A value without its quotes, when it has some.
pub(crate) fn strip_quotes(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        plain => plain,
    }
}

/// `\x` becomes `x` (RFC 3261 §25.1 `quoted-pair`).
pub(crate) fn unescape_quoted(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        out.push(if character == '\\' {
            characters.next().unwrap_or('\\')
        } else {
            character
        });
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_grammar_allows() {
        let params = Params::parse(b" ; a ; B = c ;d=\"x;\\\"y\" ;e=[::1]").unwrap();
        assert!(params.has("A") && params.get("a").is_none());
        assert_eq!(params.get("b"), Some("c"));
        assert_eq!(params.get_unquoted("d").as_deref(), Some("x;\"y"));
        assert_eq!(params.get("e"), Some("[::1]"));
        assert_eq!(params.iter().count(), 4);
    }

    #[test]
    fn refuses_empty_and_unfinished_ones() {
        for raw in [&b";;a"[..], b";", b";a=", b";a=\"x", b"a=b", b";a,b", b";a b"] {
            assert_eq!(Params::parse(raw), None, "{}", String::from_utf8_lossy(raw));
        }
    }
}
