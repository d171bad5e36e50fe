//! Where the parts are of what every hand asks for: the top Via, From, To and the Request-URI are read once a message.
//!
//! A mark is a pair of offsets in the bytes of the message, so that it can be kept beside them; reading it gives the
//! borrowed value back that was read first.

use std::sync::OnceLock;

use super::chars;
use super::message::Headers;
use super::name_addr::NameAddr;
use super::params::Params;
use super::uri::{Scheme, Uri};
use super::via::Via;

/// A part of the head: it is shorter than 65,536 bytes.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    from: u16,
    to: u16,
}

impl Span {
    pub(crate) fn of(headers: &Headers, part: &[u8]) -> Self {
        let range = headers.position(part);
        Self {
            from: range.start as u16,
            to: range.end as u16,
        }
    }

    fn read(self, headers: &Headers) -> &[u8] {
        &headers.bytes()[usize::from(self.from)..usize::from(self.to)]
    }

    pub(crate) fn text(self, headers: &Headers) -> &str {
        chars::text(self.read(headers)).unwrap_or_default()
    }
}

/// What has been read of a message; `None` inside for what is damaged or missing.
#[derive(Default)]
pub(crate) struct Marks {
    pub(crate) via: OnceLock<Option<ViaMarks>>,
    pub(crate) from: OnceLock<Option<AddressMarks>>,
    pub(crate) to: OnceLock<Option<AddressMarks>>,
    pub(crate) uri: OnceLock<Option<UriMarks>>,
    pub(crate) call_id: OnceLock<Option<Span>>,
}

/// A [`Via`].
pub(crate) struct ViaMarks {
    raw: Span,
    transport: Span,
    host: Span,
    params: Span,
    port: Option<u16>,
    is_version_2: bool,
}

impl ViaMarks {
    pub(crate) fn of(headers: &Headers, via: &Via<'_>) -> Self {
        Self {
            raw: Span::of(headers, via.raw),
            transport: Span::of(headers, via.transport),
            host: Span::of(headers, via.host),
            params: Span::of(headers, via.params.raw()),
            port: via.port,
            is_version_2: via.is_version_2,
        }
    }

    pub(crate) fn read<'a>(&self, headers: &'a Headers) -> Via<'a> {
        Via {
            raw: self.raw.read(headers),
            transport: self.transport.read(headers),
            host: self.host.read(headers),
            port: self.port,
            params: Params::unchecked(self.params.read(headers)),
            is_version_2: self.is_version_2,
        }
    }
}

/// A [`Uri`].
pub(crate) struct UriMarks {
    raw: Span,
    user: Option<Span>,
    password: Option<Span>,
    host: Span,
    params: Span,
    headers: Span,
    port: Option<u16>,
    scheme: Scheme,
}

impl UriMarks {
    pub(crate) fn of(headers: &Headers, uri: &Uri<'_>) -> Self {
        let span = |part| Span::of(headers, part);
        Self {
            raw: span(uri.raw),
            user: uri.user.map(span),
            password: uri.password.map(span),
            host: span(uri.host),
            params: span(uri.params),
            headers: span(uri.headers),
            port: uri.port,
            scheme: uri.scheme,
        }
    }

    pub(crate) fn read<'a>(&self, headers: &'a Headers) -> Uri<'a> {
        Uri {
            raw: self.raw.read(headers),
            scheme: self.scheme,
            user: self.user.map(|user| user.read(headers)),
            password: self.password.map(|password| password.read(headers)),
            host: self.host.read(headers),
            port: self.port,
            params: self.params.read(headers),
            headers: self.headers.read(headers),
        }
    }
}

/// A [`NameAddr`].
pub(crate) struct AddressMarks {
    raw: Span,
    display: Span,
    params: Span,
    uri: UriMarks,
}

impl AddressMarks {
    pub(crate) fn of(headers: &Headers, address: &NameAddr<'_>) -> Self {
        Self {
            raw: Span::of(headers, address.raw),
            display: Span::of(headers, address.display),
            params: Span::of(headers, address.params.raw()),
            uri: UriMarks::of(headers, &address.uri),
        }
    }

    pub(crate) fn read<'a>(&self, headers: &'a Headers) -> NameAddr<'a> {
        NameAddr {
            raw: self.raw.read(headers),
            display: self.display.read(headers),
            uri: self.uri.read(headers),
            params: Params::unchecked(self.params.read(headers)),
        }
    }
}
