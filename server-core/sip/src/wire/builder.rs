//! Writing requests and responses.
//!
//! Line ends inside a value become spaces, so that no value can add a header of its own. Content-Length is always
//! written, last.

use std::net::SocketAddr;
use std::sync::Arc;

use super::message::{Headers, Request};
use super::params::Params;
use super::status::reason_phrase;
use super::{HeaderName, Method};
use crate::flow::Transport;

/// Room for most heads, so that a message in the making is allocated once.
const ROOM: usize = 1_024;
/// Room for most of the headers that are added to a response.
const EXTRA_ROOM: usize = 384;

/// Adds bytes; line ends become spaces.
pub(crate) fn push_value(out: &mut Vec<u8>, value: &[u8]) {
    let start = out.len();
    out.extend_from_slice(value);
    if memchr::memchr2(b'\r', b'\n', value).is_some() {
        for byte in &mut out[start..] {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
    }
}

fn push_header(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    push_value(out, value);
    out.extend_from_slice(b"\r\n");
}

/// Adds a number in decimal.
pub(crate) fn push_number(out: &mut Vec<u8>, number: usize) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

fn finish(out: &mut Vec<u8>, length: &str, body: &[u8]) -> Arc<[u8]> {
    out.extend_from_slice(length.as_bytes());
    out.extend_from_slice(b": ");
    push_number(out, body.len());
    out.extend_from_slice(b"\r\n\r\n");
    out.extend_from_slice(body);
    Arc::from(&out[..])
}

/// A request in the making. Headers are written in the order of the calls.
#[derive(Clone, Debug)]
pub struct RequestBuilder<'a> {
    out: Vec<u8>,
    body: &'a [u8],
}

impl<'a> RequestBuilder<'a> {
    /// Starts with the request line.
    pub fn new(method: &Method, uri: impl AsRef<[u8]>) -> Self {
        let mut out = Vec::with_capacity(ROOM);
        out.extend_from_slice(method.as_str().as_bytes());
        out.push(b' ');
        push_value(&mut out, uri.as_ref());
        out.extend_from_slice(b" SIP/2.0\r\n");
        Self { out, body: b"" }
    }

    /// A Via with `rport` (RFC 3581).
    pub fn via(self, transport: Transport, sent_by: &str, branch: &str) -> Self {
        self.header(
            HeaderName::Via,
            format!("SIP/2.0/{} {sent_by};rport;branch={branch}", transport.via_name()),
        )
    }

    /// CSeq.
    pub fn cseq(self, number: u32, method: &Method) -> Self {
        self.header(HeaderName::CSeq, format!("{number} {method}"))
    }

    /// A header. Not for Content-Length, which is written by itself.
    pub fn header(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        push_header(&mut self.out, name.as_str().as_bytes(), value.as_ref());
        self
    }

    /// A header by its written name.
    pub fn header_named(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        push_header(&mut self.out, name.as_bytes(), value.as_ref());
        self
    }

    /// The body and its Content-Type.
    pub fn body(mut self, content_type: &str, body: &'a [u8]) -> Self {
        self.body = body;
        self.header(HeaderName::ContentType, content_type)
    }

    /// The bytes.
    pub fn finish(mut self) -> Arc<[u8]> {
        finish(&mut self.out, HeaderName::ContentLength.as_str(), self.body)
    }
}

/// A response in the making: what §8.2.6 copies from the request, and the headers that are added.
#[derive(Clone, Debug)]
pub struct ResponseBuilder<'a> {
    request: &'a Request,
    status: u16,
    reason: Option<&'a str>,
    to_tag: Option<&'a str>,
    record_route: bool,
    extra: Vec<u8>,
    /// Headers that a short form goes without.
    optional: Vec<u8>,
    /// The longest that it shall be.
    limit: usize,
    body: &'a [u8],
}

/// How much a response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Whole,
    /// Without what is optional.
    Plain,
    /// The same with compact names and no reason phrase (RFC 3261 §7.3.3, RFC 4475 §3.1.1.13).
    Compact,
}

impl<'a> ResponseBuilder<'a> {
    /// A response to this request.
    pub fn new(request: &'a Request, status: u16) -> Self {
        Self {
            request,
            status,
            reason: None,
            to_tag: None,
            record_route: false,
            extra: Vec::new(),
            optional: Vec::new(),
            limit: usize::MAX,
            body: b"",
        }
    }

    /// No longer than this, if it can be said so shortly: without the [`optional`](Self::optional) headers, then in
    /// compact form.
    pub fn within(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Another reason phrase than the registered one.
    pub fn reason(mut self, reason: &'a str) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The tag for To, when the request has none there; not written in a 100 (RFC 3261 §8.2.6.2).
    pub fn to_tag(mut self, tag: &'a str) -> Self {
        self.to_tag = Some(tag);
        self
    }

    /// Copies Record-Route as well: for responses that make a dialog (RFC 3261 §12.1.1).
    pub fn with_record_route(mut self) -> Self {
        self.record_route = true;
        self
    }

    /// A header. Not for Content-Length, which is written by itself.
    pub fn header(self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        self.header_named(name.as_str(), value)
    }

    /// A header by its written name.
    pub fn header_named(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        if self.extra.is_empty() {
            self.extra.reserve(EXTRA_ROOM);
        }
        push_header(&mut self.extra, name.as_bytes(), value.as_ref());
        self
    }

    /// A header that a response may go without, written behind the others.
    pub fn optional(mut self, name: HeaderName, value: impl AsRef<[u8]>) -> Self {
        push_header(&mut self.optional, name.as_str().as_bytes(), value.as_ref());
        self
    }

    /// The body and its Content-Type.
    pub fn body(mut self, content_type: &str, body: &'a [u8]) -> Self {
        self.body = body;
        self.header(HeaderName::ContentType, content_type)
    }

    /// The bytes.
    pub fn finish(self) -> Arc<[u8]> {
        let whole = self.write(Form::Whole);
        if whole.len() <= self.limit {
            return whole;
        }
        let plain = self.write(Form::Plain);
        if plain.len() <= self.limit {
            return plain;
        }
        self.write(Form::Compact)
    }

    fn write(&self, form: Form) -> Arc<[u8]> {
        let room = ROOM + self.extra.len() + self.optional.len() + self.body.len();
        let mut out = Vec::with_capacity(room);
        out.extend_from_slice(b"SIP/2.0 ");
        push_number(&mut out, usize::from(self.status));
        out.push(b' ');
        if form != Form::Compact {
            let reason = self.reason.unwrap_or_else(|| reason_phrase(self.status));
            push_value(&mut out, reason.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        push_vias(&mut out, self.request, form);
        for name in [
            HeaderName::From,
            HeaderName::To,
            HeaderName::CallId,
            HeaderName::CSeq,
        ] {
            self.copy(&mut out, name, form);
        }
        if self.record_route {
            self.copy_all(&mut out, HeaderName::RecordRoute);
        }
        if self.status == 100 {
            self.copy_all(&mut out, HeaderName::Timestamp);
        }
        out.extend_from_slice(&self.extra);
        if form == Form::Whole {
            out.extend_from_slice(&self.optional);
        }
        finish(&mut out, form.name(HeaderName::ContentLength), self.body)
    }

    fn copy(&self, out: &mut Vec<u8>, name: HeaderName, form: Form) {
        let Some(value) = self.request.get(name) else {
            return;
        };
        out.extend_from_slice(form.name(name).as_bytes());
        out.extend_from_slice(b": ");
        push_value(out, value);
        if name == HeaderName::To
            && self.status != 100
            && let Some(tag) = self.to_tag
            && self.request.to().is_ok_and(|to| !to.params.has("tag"))
        {
            out.extend_from_slice(b";tag=");
            push_value(out, tag.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
    }

    fn copy_all(&self, out: &mut Vec<u8>, name: HeaderName) {
        for value in self.request.all(name) {
            push_header(out, name.as_str().as_bytes(), value);
        }
    }
}

impl Form {
    fn name(self, name: HeaderName) -> &'static str {
        match (self, name) {
            (Self::Compact, HeaderName::Via) => "v",
            (Self::Compact, HeaderName::From) => "f",
            (Self::Compact, HeaderName::To) => "t",
            (Self::Compact, HeaderName::CallId) => "i",
            (Self::Compact, HeaderName::ContentLength) => "l",
            _ => name.as_str(),
        }
    }
}

/// All Via lines; the top one tells where the request came from.
fn push_vias(out: &mut Vec<u8>, request: &Headers, form: Form) {
    let mut stamp = top_via_stamp(request);
    for line in request.all(HeaderName::Via) {
        out.extend_from_slice(form.name(HeaderName::Via).as_bytes());
        out.extend_from_slice(b": ");
        match stamp.take() {
            Some(stamp) => {
                let top = stamp.top_length;
                push_value(out, &line[..stamp.rport_at.unwrap_or(top)]);
                if stamp.rport_at.is_some() {
                    out.extend_from_slice(&stamp.rport);
                    push_value(out, &line[stamp.rport_at.unwrap_or(top)..top]);
                }
                out.extend_from_slice(&stamp.received);
                push_value(out, &line[top..]);
            }
            None => push_value(out, line),
        }
        out.extend_from_slice(b"\r\n");
    }
}

/// What §18.2.1 and RFC 3581 §4 add to the top Via.
pub(crate) struct ViaStamp {
    /// Offset in the first Via line just after an `rport` without a value.
    pub(crate) rport_at: Option<usize>,
    /// `=port`.
    pub(crate) rport: Vec<u8>,
    /// Where the first value of the line ends.
    pub(crate) top_length: usize,
    /// `;received=address`.
    pub(crate) received: Vec<u8>,
}

pub(crate) fn top_via_stamp(request: &Headers) -> Option<ViaStamp> {
    let source = request.source()?;
    let line = request.get(HeaderName::Via)?;
    let top = super::name_addr::split_list(line).next()?;
    let params_at = memchr::memchr(b';', top).unwrap_or(top.len());
    let (mut rport_at, mut has_rport, mut has_received) = (None, false, false);
    for (name, value) in Params::unchecked(&top[params_at..]).pairs() {
        if name.eq_ignore_ascii_case(b"rport") {
            has_rport = true;
            rport_at = value
                .is_none()
                .then(|| name.as_ptr() as usize + name.len() - line.as_ptr() as usize);
        }
        has_received |= name.eq_ignore_ascii_case(b"received");
    }
    if has_received || !(has_rport || request.via().ok()?.is_from_elsewhere(source)) {
        return None;
    }
    let top_at = top.as_ptr() as usize - line.as_ptr() as usize;
    let mut stamp = ViaStamp {
        rport_at,
        rport: Vec::with_capacity(8),
        top_length: top_at + top.len(),
        received: Vec::with_capacity(32),
    };
    stamp.rport.push(b'=');
    push_number(&mut stamp.rport, usize::from(source.port()));
    stamp.received.extend_from_slice(b";received=");
    push_address(&mut stamp.received, source);
    Some(stamp)
}

/// An address and its port as a Via or a URI has them. Each hop writes some: the formatting of the standard library,
/// which can pad, takes ten times as long.
pub fn hostport(address: SocketAddr) -> String {
    let mut text = Vec::with_capacity(24);
    match address {
        SocketAddr::V4(_) => push_address(&mut text, address),
        SocketAddr::V6(address) => text.extend_from_slice(format!("[{}]", address.ip()).as_bytes()),
    }
    text.push(b':');
    push_number(&mut text, usize::from(address.port()));
    String::from_utf8(text).expect("digits and punctuation are ASCII")
}

fn push_address(out: &mut Vec<u8>, address: SocketAddr) {
    match address {
        SocketAddr::V4(address) => {
            for (index, octet) in address.ip().octets().into_iter().enumerate() {
                if index > 0 {
                    out.push(b'.');
                }
                push_number(out, usize::from(octet));
            }
        }
        SocketAddr::V6(address) => out.extend_from_slice(address.ip().to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests;
