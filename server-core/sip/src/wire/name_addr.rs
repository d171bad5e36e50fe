//! `name-addr` and `addr-spec` with header parameters (RFC 3261 §20.10, §20.34): From, To, Contact, Route and others.

use std::borrow::Cow;

use super::chars::{self, is_space, is_token};
use super::params::{Params, skip_space, strip_quotes, unescape_quoted};
use super::uri::Uri;

/// A URI with an optional display name and header parameters.
///
/// Without angle brackets everything after the first semicolon is a header parameter, and the URI has none (§20.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameAddr<'a> {
    /// The whole value as written.
    pub raw: &'a [u8],
    /// The display name as written, with its quotes; empty when there is none.
    pub display: &'a [u8],
    /// The URI.
    pub uri: Uri<'a>,
    /// The header parameters.
    pub params: Params<'a>,
}

impl<'a> NameAddr<'a> {
    /// Reads one value to the end of the bytes.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let raw = chars::trim(raw);
        if raw.first() == Some(&b'"') {
            let end = chars::quoted_end(raw, 0)?;
            let open = skip_space(raw, end);
            return Self::bracketed(raw, &raw[..end], open);
        }
        match raw
            .iter()
            .position(|byte| matches!(byte, b'<' | b';' | b'"' | b','))
        {
            Some(open) if raw[open] == b'<' => {
                let display = chars::trim(&raw[..open]);
                display.iter().all(|byte| is_display(*byte)).then_some(())?;
                Self::bracketed(raw, display, open)
            }
            Some(end) if raw[end] == b';' => Self::bare(raw, end),
            Some(_) => None,
            None => Self::bare(raw, raw.len()),
        }
    }

    fn bracketed(raw: &'a [u8], display: &'a [u8], open: usize) -> Option<Self> {
        if raw.get(open) != Some(&b'<') {
            return None;
        }
        let close = open + memchr::memchr(b'>', &raw[open..])?;
        let uri = Uri::parse(&raw[open + 1..close])?;
        let params = Params::parse(&raw[close + 1..])?;
        Some(Self {
            raw,
            display,
            uri,
            params,
        })
    }

    fn bare(raw: &'a [u8], end: usize) -> Option<Self> {
        let uri = Uri::parse(chars::trim(&raw[..end]))?;
        if uri.has_headers() {
            return None;
        }
        Some(Self {
            raw,
            display: &raw[..0],
            uri,
            params: Params::parse(&raw[end..])?,
        })
    }

    /// The `tag` parameter.
    pub fn tag(&self) -> Option<&'a str> {
        self.params.get("tag").filter(|tag| !tag.is_empty())
    }

    /// The display name as text, without quotes and escapes; `None` when there is none or it is not UTF-8.
    pub fn display_text(&self) -> Option<Cow<'a, str>> {
        if self.display.is_empty() {
            return None;
        }
        chars::text(strip_quotes(self.display)).map(unescape_quoted)
    }
}

/// The tag of a From or To that is known to be whole, without reading the rest of it.
pub(crate) fn raw_tag(raw: &[u8]) -> Option<&[u8]> {
    let after = memchr::memrchr(b'>', raw).map_or(0, |at| at + 1);
    let params = raw[after..].iter().position(|byte| *byte == b';')?;
    Params::unchecked(&raw[after + params..]).get_bytes("tag")
}

/// Unquoted display names are tokens and spaces; bytes above 0x7f are common and harmless.
fn is_display(byte: u8) -> bool {
    is_token(byte) || is_space(byte) || byte >= 0x80
}

/// The values of a comma-separated header line: commas in quotes and in angle brackets do not separate.
pub(crate) fn split_list(raw: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let mut rest = Some(raw);
    std::iter::from_fn(move || {
        let line = rest?;
        let end = list_item_end(line);
        rest = line.get(end + 1..);
        Some(chars::trim(&line[..end]))
    })
}

fn list_item_end(line: &[u8]) -> usize {
    let mut at = 0;
    while let Some(step) = memchr::memchr3(b',', b'"', b'<', &line[at..]) {
        at += step;
        // A walk, because what follows a quoted string is near, and a hostile line is full of them.
        while line.get(at) == Some(&b'"') {
            at = chars::quoted_end(line, at).unwrap_or(line.len());
            while line
                .get(at)
                .is_some_and(|byte| !matches!(byte, b',' | b'"' | b'<'))
            {
                at += 1;
            }
        }
        match line.get(at) {
            Some(b'<') => at = memchr::memchr(b'>', &line[at..]).map_or(line.len(), |step| at + step + 1),
            Some(_) => return at,
            None => break,
        }
    }
    line.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_are_read() {
        let cases: [(&str, &str, &str, Option<&str>); 6] = [
            (
                "\"A, \\\"B\\\" <x>\" <sip:a@b;x=y>;tag=1",
                "A, \"B\" <x>",
                "sip:a@b;x=y",
                Some("1"),
            ),
            ("Anne <sip:a@b> ; tag = 1", "Anne", "sip:a@b", Some("1")),
            ("<sip:a@b>", "", "sip:a@b", None),
            ("caller<sip:a@b>;tag=323", "caller", "sip:a@b", Some("323")),
            ("sip:a@b;tag=1", "", "sip:a@b", Some("1")),
            (" sip:a@b ", "", "sip:a@b", None),
        ];
        for (raw, display, uri, tag) in cases {
            let value = NameAddr::parse(raw.as_bytes()).unwrap_or_else(|| panic!("{raw}"));
            assert_eq!(value.display_text().unwrap_or_default(), display, "{raw}");
            assert_eq!(value.uri.to_text(), uri);
            assert_eq!(value.tag(), tag);
        }
    }

    #[test]
    fn ambiguous_forms_are_refused() {
        for raw in [
            "\"Mr. J. User <sip:j@b>",
            "Bell, Alexander <sip:a@b>;tag=43",
            "\"Watson\" < sip:t@b >",
            "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
            "\"Joe\" <sip:joe@example.org>;;;;",
            "<sip:a@b> tag=1",
            "",
            "<>",
        ] {
            assert_eq!(NameAddr::parse(raw.as_bytes()), None, "{raw}");
        }
    }

    #[test]
    fn lists_are_split_where_they_should_be() {
        let raw = b"\"a,b\" <sip:c,d@e>;x=\"1,2\" , <sip:f@g>,sip:h@i";
        let parts: Vec<_> = split_list(raw).map(String::from_utf8_lossy).collect();
        assert_eq!(parts, ["\"a,b\" <sip:c,d@e>;x=\"1,2\"", "<sip:f@g>", "sip:h@i"]);
    }
}
