//! Finding the start line, the header boundaries and the body, in one pass over the bytes.
//!
//! Each header is eight bytes in a table beside the buffer; its value is not looked at. Only Content-Length is read,
//! because it says where the body ends. Lines end with CRLF; a bare CR or LF is refused, because a peer that took it
//! for a line end would read another message than we do. A message that is recognisable as SIP but damaged is kept
//! with its [`Fault`], so that it can still be answered with 400.

use std::net::SocketAddr;
use std::ops::{Deref, Range};
use std::sync::Arc;

use smallvec::SmallVec;

use super::chars::{self, is_space};
use super::marks::Marks;
use super::start_line::{Kind, start_line};
use super::{HeaderName, Method};

/// The longest start line and headers, in bytes: offsets are 16 bits.
pub const MAX_HEAD: usize = 65_535;
/// The most headers of a message.
pub const MAX_HEADERS: usize = 2_048;

/// Why bytes are not a SIP message at all. They are dropped: nothing in them says where an answer would go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// Nothing but line ends (a keep-alive) or nothing at all.
    Empty,
    /// The first line is neither a request line nor a status line of SIP.
    NotSip,
    /// The head is longer than [`MAX_HEAD`].
    HeadTooLong,
    /// More headers than [`MAX_HEADERS`].
    TooManyHeaders,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "no message",
            Self::NotSip => "the first line is neither a request line nor a status line of SIP",
            Self::HeadTooLong => "start line and headers are longer than 65535 bytes",
            Self::TooManyHeaders => "more than 2048 headers",
        })
    }
}

impl std::error::Error for ParseError {}

/// What is wrong with the frame of a message. The first fault is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Spaces in the start line where none belong.
    StartLine,
    /// Another version than SIP/2.0.
    Version,
    /// A status that is not three digits from 100 to 699.
    Status,
    /// A CR or LF that is not part of a CRLF.
    LineEnd,
    /// A header line without a name and a colon.
    HeaderLine,
    /// No empty line after the headers.
    NoEndOfHeaders,
    /// Content-Length is not a number.
    ContentLength,
    /// More than one Content-Length.
    ContentLengthTwice,
    /// Content-Length says more than there is.
    BodyCut,
}

/// One header: where its name and its value are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) name: HeaderName,
    name_length: u8,
    pub(crate) name_at: u16,
    value_at: u16,
    value_end: u16,
}

impl Slot {
    pub(crate) fn name_range(&self) -> Range<usize> {
        let at = usize::from(self.name_at);
        at..at + usize::from(self.name_length)
    }

    pub(crate) fn value_range(&self) -> Range<usize> {
        usize::from(self.value_at)..usize::from(self.value_end)
    }
}

/// The bytes of a message, the table of its headers, and what has been read of it.
struct Frame {
    bytes: Arc<[u8]>,
    slots: SmallVec<[Slot; 32]>,
    present: u128,
    body: (u32, u32),
    fault: Option<Fault>,
    read: Marks,
}

/// What requests and responses have in common. A message passes through many hands: its copies share one frame.
#[derive(Clone)]
pub struct Headers {
    frame: Arc<Frame>,
    source: Option<SocketAddr>,
}

/// A request (RFC 3261 §7.1).
#[derive(Clone)]
pub struct Request {
    headers: Headers,
    method: Method,
    uri: (u16, u16),
}

/// A response (RFC 3261 §7.2).
#[derive(Clone)]
pub struct Response {
    headers: Headers,
    status: u16,
    reason: (u16, u16),
}

/// A message.
#[derive(Clone, Debug)]
pub enum Message {
    /// A request.
    Request(Request),
    /// A response.
    Response(Response),
}

impl Message {
    /// Reads one whole message: a datagram, or what [`stream::Framer`](super::stream::Framer) cut out. Bytes after the
    /// body are ignored (RFC 3261 §18.3); leading line ends are skipped (§7.5).
    pub fn parse(bytes: impl Into<Arc<[u8]>>) -> Result<Self, ParseError> {
        let bytes = bytes.into();
        let start = skip_line_ends(&bytes);
        if start == bytes.len() {
            return Err(ParseError::Empty);
        }
        let line = start_line(&bytes, start)?;
        let mut frame = Frame {
            bytes,
            slots: SmallVec::new(),
            present: 0,
            body: (0, 0),
            fault: line.fault,
            read: Marks::default(),
        };
        frame.scan(line.next)?;
        let headers = Headers {
            frame: Arc::new(frame),
            source: None,
        };
        Ok(match line.kind {
            Kind::Request(method, uri) => Self::Request(Request { headers, method, uri }),
            Kind::Response(status, reason) => Self::Response(Response {
                headers,
                status,
                reason,
            }),
        })
    }

    /// Remembers where it came from; see [`Headers::source`].
    pub fn arrived_from(mut self, source: SocketAddr) -> Self {
        match &mut self {
            Self::Request(request) => request.headers.source = Some(source),
            Self::Response(response) => response.headers.source = Some(source),
        }
        self
    }
}

impl Request {
    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The Request-URI as it stands.
    pub fn uri_bytes(&self) -> &[u8] {
        &self.headers.frame.bytes[self.uri_range()]
    }

    pub(crate) fn uri_range(&self) -> Range<usize> {
        usize::from(self.uri.0)..usize::from(self.uri.1)
    }

    /// Reads bytes that must hold a request, such as one that this process built.
    pub fn parse(bytes: impl Into<Arc<[u8]>>) -> Result<Self, ParseError> {
        match Message::parse(bytes)? {
            Message::Request(request) => Ok(request),
            Message::Response(_) => Err(ParseError::NotSip),
        }
    }
}

impl Response {
    /// The status, 100 to 699; 0 when it is damaged (see [`Fault::Status`]).
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The reason phrase; often UTF-8, often empty.
    pub fn reason(&self) -> &[u8] {
        &self.headers.frame.bytes[usize::from(self.reason.0)..usize::from(self.reason.1)]
    }

    /// Reads bytes that must hold a response, such as one that this process built.
    pub fn parse(bytes: impl Into<Arc<[u8]>>) -> Result<Self, ParseError> {
        match Message::parse(bytes)? {
            Message::Response(response) => Ok(response),
            Message::Request(_) => Err(ParseError::NotSip),
        }
    }
}

impl Headers {
    /// All bytes, with the body.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.frame.bytes
    }

    /// The body, by Content-Length, or else all that follows the headers.
    pub fn body(&self) -> &[u8] {
        &self.frame.bytes[self.body_range()]
    }

    pub(crate) fn body_range(&self) -> Range<usize> {
        self.frame.body.0 as usize..self.frame.body.1 as usize
    }

    /// Where the message came from. Whatever copies the top Via writes `received` and `rport` from it (RFC 3261
    /// §18.2.1, RFC 3581 §4); the buffer itself stays as it arrived.
    pub fn source(&self) -> Option<SocketAddr> {
        self.source
    }

    /// What is wrong with the frame, if something is.
    pub fn fault(&self) -> Option<Fault> {
        self.frame.fault
    }

    /// What has been read of it already.
    pub(crate) fn read(&self) -> &Marks {
        &self.frame.read
    }

    /// The table of the header lines.
    pub(crate) fn slots(&self) -> &[Slot] {
        &self.frame.slots
    }

    /// Whether there is such a header.
    #[inline]
    pub fn has(&self, name: HeaderName) -> bool {
        self.frame.present & name.bit() != 0
    }

    /// The value of the first such header, folding included, without white space at its ends.
    #[inline]
    pub fn get(&self, name: HeaderName) -> Option<&[u8]> {
        self.slot(name).map(|slot| &self.frame.bytes[slot.value_range()])
    }

    /// The value of the first such header as text; `None` also when it is not UTF-8.
    pub fn get_str(&self, name: HeaderName) -> Option<&str> {
        self.get(name).and_then(chars::text)
    }

    /// The values of all such headers, a header line each.
    pub fn all(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> + Clone {
        let slots = if self.has(name) {
            &self.frame.slots[..]
        } else {
            &[]
        };
        slots
            .iter()
            .filter(move |slot| slot.name == name)
            .map(|slot| &self.frame.bytes[slot.value_range()])
    }

    /// The first value of a header by its written name, for headers that [`HeaderName`] does not know.
    pub fn named(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(written, _)| written.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// Every header as written: name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.frame.slots.iter().map(|slot| {
            (
                &self.frame.bytes[slot.name_range()],
                &self.frame.bytes[slot.value_range()],
            )
        })
    }

    /// How many lines carry such a header.
    pub fn count(&self, name: HeaderName) -> usize {
        if self.has(name) {
            self.frame.slots.iter().filter(|slot| slot.name == name).count()
        } else {
            0
        }
    }

    #[inline]
    pub(crate) fn slot(&self, name: HeaderName) -> Option<&Slot> {
        if !self.has(name) {
            return None;
        }
        self.frame.slots.iter().find(|slot| slot.name == name)
    }

    /// Where a slice of this message's own bytes stands in it.
    pub(crate) fn position(&self, part: &[u8]) -> Range<usize> {
        let at = part.as_ptr() as usize - self.frame.bytes.as_ptr() as usize;
        debug_assert!(at + part.len() <= self.frame.bytes.len());
        at..at + part.len()
    }
}

impl Frame {
    fn note(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    /// The header lines from `at` on, and the body.
    fn scan(&mut self, mut at: usize) -> Result<(), ParseError> {
        let bytes = Arc::clone(&self.bytes);
        let body = loop {
            let Some(first) = bytes.get(at) else {
                self.note(Fault::NoEndOfHeaders);
                break bytes.len();
            };
            let (end, next) = line_end(&bytes, at).ok_or(Fault::LineEnd).or_else(|fault| {
                self.note(fault);
                damaged_line_end(&bytes, at)
            })?;
            if end == at {
                break next;
            }
            if next > MAX_HEAD {
                return Err(ParseError::HeadTooLong);
            }
            if matches!(first, b' ' | b'\t') {
                self.continue_header(&bytes, end);
            } else {
                self.add_header(&bytes, at, end)?;
            }
            at = next;
        };
        self.find_body(body);
        Ok(())
    }

    #[inline]
    fn add_header(&mut self, bytes: &[u8], at: usize, end: usize) -> Result<(), ParseError> {
        let line = &bytes[at..end];
        let length = chars::token_end(line, 0);
        let mut colon = length;
        while line.get(colon).is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            colon += 1;
        }
        if length == 0 || length > 255 || line.get(colon) != Some(&b':') {
            self.note(Fault::HeaderLine);
            return Ok(());
        }
        if self.slots.len() == MAX_HEADERS {
            return Err(ParseError::TooManyHeaders);
        }
        let value = chars::trim(&line[colon + 1..]);
        let value_at = value.as_ptr() as usize - bytes.as_ptr() as usize;
        let name = HeaderName::from_bytes(&line[..length]);
        self.present |= name.bit();
        self.slots.push(Slot {
            name,
            name_length: length as u8,
            name_at: at as u16,
            value_at: value_at as u16,
            value_end: (value_at + value.len()) as u16,
        });
        Ok(())
    }

    /// A folded line belongs to the header before it (RFC 3261 §7.3.1).
    fn continue_header(&mut self, bytes: &[u8], end: usize) {
        let Some(last) = self.slots.last_mut() else {
            self.note(Fault::HeaderLine);
            return;
        };
        let mut value = last.value_range().start..end;
        while value.end > value.start && is_space(bytes[value.end - 1]) {
            value.end -= 1;
        }
        while value.start < value.end && is_space(bytes[value.start]) {
            value.start += 1;
        }
        last.value_at = value.start as u16;
        last.value_end = value.end as u16;
    }

    fn find_body(&mut self, at: usize) {
        let available = self.bytes.len() - at;
        let mut length = available;
        let is_length = |slot: &&Slot| slot.name == HeaderName::ContentLength;
        let mut slots = self.slots.iter().filter(is_length);
        let first = slots
            .next()
            .map(|slot| chars::number::<u32>(&self.bytes[slot.value_range()]));
        let twice = slots.next().is_some();
        match first {
            Some(Some(said)) if said as usize <= available => length = said as usize,
            Some(Some(_)) => self.note(Fault::BodyCut),
            Some(None) => self.note(Fault::ContentLength),
            None => {}
        }
        if twice {
            self.note(Fault::ContentLengthTwice);
        }
        self.body = (at as u32, (at + length) as u32);
    }
}

fn skip_line_ends(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| !matches!(byte, b'\r' | b'\n'))
        .unwrap_or(bytes.len())
}

/// Where the line that starts at `at` ends, and where the next one starts. `None`: no CRLF, or a bare CR or LF.
#[inline]
pub(super) fn line_end(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let end = at + memchr::memchr2(b'\r', b'\n', &bytes[at..])?;
    (bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n')).then_some((end, end + 2))
}

/// The same for a line that is damaged: up to the next LF, or to the end.
#[cold]
pub(super) fn damaged_line_end(bytes: &[u8], at: usize) -> Result<(usize, usize), ParseError> {
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |step| at + step);
    let next = (end + 1).min(bytes.len());
    // A lone LF must not look like the empty line.
    Ok(if end == at {
        (at + 1, next.max(at + 1))
    } else {
        (end, next)
    })
}

impl Deref for Request {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}

impl Deref for Response {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        &self.headers
    }
}

impl Deref for Message {
    type Target = Headers;

    fn deref(&self) -> &Headers {
        match self {
            Self::Request(request) => &request.headers,
            Self::Response(response) => &response.headers,
        }
    }
}

impl std::fmt::Debug for Headers {
    /// How many headers and how long a body; values may hold credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} headers, body of {} bytes",
            self.slots().len(),
            self.body().len()
        )
    }
}

impl std::fmt::Debug for Request {
    /// Method, Request-URI and Call-ID: enough to tell messages apart, and no credentials.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let call_id = self.get(HeaderName::CallId).unwrap_or_default();
        write!(
            f,
            "{} {} ",
            self.method,
            String::from_utf8_lossy(self.uri_bytes())
        )?;
        write!(f, "({})", String::from_utf8_lossy(call_id))
    }
}

impl std::fmt::Debug for Response {
    /// Status, CSeq and Call-ID.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let cseq = self.get(HeaderName::CSeq).unwrap_or_default();
        let call_id = self.get(HeaderName::CallId).unwrap_or_default();
        write!(f, "{} to {} ", self.status, String::from_utf8_lossy(cseq))?;
        write!(f, "({})", String::from_utf8_lossy(call_id))
    }
}
