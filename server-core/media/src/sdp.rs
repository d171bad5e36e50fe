//! Session descriptions (RFC 8866): reading with the position of what is wrong, and writing.
//!
//! Lines end with CRLF or LF. A line type that the RFC does not know makes the whole description invalid (§5); unknown
//! attributes are kept as they are. What is written back is what was read, with CRLF.

pub mod offer_answer;
mod parse;

use std::fmt;
use std::str::FromStr;

pub use offer_answer::{AnswerError, Capability, answer, check_answer};

/// What is wrong with a description, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdpError {
    /// From 1; one past the last line when something is missing.
    pub line: usize,
    /// From 1, in bytes.
    pub column: usize,
    /// What was expected.
    pub expected: &'static str,
}

impl fmt::Display for SdpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: expected {}",
            self.line, self.column, self.expected
        )
    }
}

impl std::error::Error for SdpError {}

/// `nettype addrtype address` (§5.7). The address is text: it may be a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// `IN`.
    pub network: String,
    /// `IP4` or `IP6`.
    pub address_type: String,
    /// The address, for multicast with TTL and count.
    pub address: String,
}

impl Connection {
    /// Whether media is put on hold in the old way: address 0.0.0.0 (RFC 3264 §8.4).
    pub fn is_hold(&self) -> bool {
        self.address == "0.0.0.0"
    }
}

/// `o=` (§5.2): who made the description, and which version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `-` when there is none.
    pub username: String,
    /// The session's number.
    pub session_id: u64,
    /// Grows with each change (RFC 3264 §8).
    pub version: u64,
    /// Where from.
    pub connection: Connection,
}

/// `a=` (§5.13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Before the colon.
    pub name: String,
    /// After it; `None` for a property such as `sendrecv`.
    pub value: Option<String>,
}

/// `b=` (§5.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bandwidth {
    /// `CT`, `AS`, `TIAS` …
    pub kind: String,
    /// In kbit/s, for TIAS in bit/s.
    pub value: u64,
}

/// Which way media flows, from the view of the one that wrote it (RFC 8866 §6.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Both ways; also when nothing is written.
    SendReceive,
    /// From the writer.
    SendOnly,
    /// To the writer.
    ReceiveOnly,
    /// None.
    Inactive,
}

impl Direction {
    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SendReceive => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::ReceiveOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [
            Self::SendReceive,
            Self::SendOnly,
            Self::ReceiveOnly,
            Self::Inactive,
        ]
        .into_iter()
        .find(|direction| direction.as_str() == name)
    }

    /// The other side's view of the same.
    pub fn reversed(self) -> Self {
        match self {
            Self::SendOnly => Self::ReceiveOnly,
            Self::ReceiveOnly => Self::SendOnly,
            both => both,
        }
    }

    /// What remains when one side wants this and the other side, seen from here, that.
    pub fn and(self, other: Self) -> Self {
        let sends = |it| matches!(it, Self::SendReceive | Self::SendOnly);
        let receives = |it| matches!(it, Self::SendReceive | Self::ReceiveOnly);
        match (sends(self) && sends(other), receives(self) && receives(other)) {
            (true, true) => Self::SendReceive,
            (true, false) => Self::SendOnly,
            (false, true) => Self::ReceiveOnly,
            (false, false) => Self::Inactive,
        }
    }
}

/// One `m=` section (§5.14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// `audio`, `video`, `message`, `applicationsharing` …
    pub kind: String,
    /// 0 refuses or ends the stream.
    pub port: u16,
    /// How many ports, when written.
    pub ports: Option<u16>,
    /// `RTP/AVP`, `RTP/SAVP`, `TCP/MSRP` …
    pub protocol: String,
    /// Payload types, or what the protocol uses instead.
    pub formats: Vec<String>,
    /// `i=`
    pub title: Option<String>,
    /// `c=`
    pub connections: Vec<Connection>,
    /// `b=`
    pub bandwidths: Vec<Bandwidth>,
    /// `k=`, obsolete, kept as written.
    pub key: Option<String>,
    /// `a=`
    pub attributes: Vec<Attribute>,
}

/// An encoding that a payload type stands for (§6.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// `PCMU`, `opus` …; compared without case.
    pub name: String,
    /// In Hz.
    pub clock_rate: u32,
    /// Audio channels; 1 when not written.
    pub channels: u8,
}

impl Media {
    /// The value of the first attribute of this name; `Some("")` for a property.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        attribute(&self.attributes, name)
    }

    /// Whether the stream is offered or accepted at all.
    pub fn is_active(&self) -> bool {
        self.port != 0
    }

    /// What a payload type stands for: by `a=rtpmap`, or by the static table of RFC 3551 §6.
    pub fn encoding(&self, format: &str) -> Option<Encoding> {
        let mapped = self
            .attributes
            .iter()
            .filter(|attribute| attribute.name == "rtpmap")
            .filter_map(|attribute| attribute.value.as_deref()?.split_once(' '))
            .find(|(payload, _)| *payload == format)
            .and_then(|(_, encoding)| parse_encoding(encoding));
        mapped.or_else(|| static_encoding(format))
    }
}

fn parse_encoding(text: &str) -> Option<Encoding> {
    let mut parts = text.trim().split('/');
    let name = parts.next()?.to_owned();
    let clock_rate = parts.next()?.parse().ok()?;
    let channels = parts
        .next()
        .and_then(|channels| channels.parse().ok())
        .unwrap_or(1);
    Some(Encoding {
        name,
        clock_rate,
        channels,
    })
}

/// The static payload types that are still in use.
fn static_encoding(format: &str) -> Option<Encoding> {
    let (name, clock_rate) = match format {
        "0" => ("PCMU", 8000),
        "3" => ("GSM", 8000),
        "4" => ("G723", 8000),
        "8" => ("PCMA", 8000),
        "9" => ("G722", 8000),
        "13" => ("CN", 8000),
        "18" => ("G729", 8000),
        "31" => ("H261", 90_000),
        "34" => ("H263", 90_000),
        _ => return None,
    };
    Some(Encoding {
        name: name.to_owned(),
        clock_rate,
        channels: 1,
    })
}

/// A session description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionDescription {
    /// `o=`
    pub origin: Origin,
    /// `s=`; `-` or a space when there is none.
    pub name: String,
    /// `i=`
    pub information: Option<String>,
    /// `u=`
    pub uri: Option<String>,
    /// `e=`
    pub emails: Vec<String>,
    /// `p=`
    pub phones: Vec<String>,
    /// `c=`, for all media without their own.
    pub connection: Option<Connection>,
    /// `b=`
    pub bandwidths: Vec<Bandwidth>,
    /// `t=`, `r=` and `z=` lines as written, with their letter.
    pub times: Vec<String>,
    /// `k=`, obsolete, kept as written.
    pub key: Option<String>,
    /// `a=` before the first `m=`.
    pub attributes: Vec<Attribute>,
    /// `m=` sections.
    pub media: Vec<Media>,
}

impl SessionDescription {
    /// A description without media, for a session that starts now and has no end.
    pub fn new(session_id: u64, address: &str) -> Self {
        let connection = Connection {
            network: "IN".to_owned(),
            address_type: if address.contains(':') { "IP6" } else { "IP4" }.to_owned(),
            address: address.to_owned(),
        };
        Self {
            origin: Origin {
                username: "-".to_owned(),
                session_id,
                version: session_id,
                connection: connection.clone(),
            },
            name: "-".to_owned(),
            information: None,
            uri: None,
            emails: Vec::new(),
            phones: Vec::new(),
            connection: Some(connection),
            bandwidths: Vec::new(),
            times: vec!["t=0 0".to_owned()],
            key: None,
            attributes: Vec::new(),
            media: Vec::new(),
        }
    }

    /// Reads the body of a message.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SdpError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.parse(),
            Err(error) => {
                let good = &bytes[..error.valid_up_to()];
                let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
                let column = 1 + good.iter().rev().take_while(|byte| **byte != b'\n').count();
                Err(SdpError {
                    line,
                    column,
                    expected: "UTF-8",
                })
            }
        }
    }

    /// Whether a kind of media is offered or accepted: `offers("video")`. What policy asks.
    pub fn offers(&self, kind: &str) -> bool {
        self.media
            .iter()
            .any(|media| media.is_active() && media.kind.eq_ignore_ascii_case(kind))
    }

    /// The kinds that are offered or accepted, each once, joined by `+`: `audio+video`.
    pub fn summary(&self) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for media in self.media.iter().filter(|media| media.is_active()) {
            if !kinds.contains(&media.kind.as_str()) {
                kinds.push(&media.kind);
            }
        }
        kinds.join("+")
    }

    /// Which way a stream flows: its own attribute, or the session's, or the old hold by address.
    pub fn direction(&self, media: &Media) -> Direction {
        let written = |attributes: &[Attribute]| {
            attributes.iter().find_map(|attribute| match attribute.value {
                None => Direction::from_name(&attribute.name),
                Some(_) => None,
            })
        };
        let connection = media.connections.first().or(self.connection.as_ref());
        let hold = connection.is_some_and(Connection::is_hold);
        let direction = written(&media.attributes).or_else(|| written(&self.attributes));
        match direction.unwrap_or(Direction::SendReceive) {
            Direction::SendReceive if hold => Direction::SendOnly,
            direction => direction,
        }
    }
}

fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|attribute| attribute.name == name)?;
    Some(found.value.as_deref().unwrap_or(""))
}

impl FromStr for SessionDescription {
    type Err = SdpError;

    fn from_str(text: &str) -> Result<Self, SdpError> {
        parse::parse(text)
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.network, self.address_type, self.address)
    }
}

impl fmt::Display for SessionDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin {
            username,
            session_id,
            version,
            connection,
        } = &self.origin;
        write!(
            f,
            "v=0\r\no={username} {session_id} {version} {connection}\r\ns={}\r\n",
            self.name
        )?;
        write_optional(f, 'i', self.information.as_ref())?;
        write_optional(f, 'u', self.uri.as_ref())?;
        write_all(f, 'e', &self.emails)?;
        write_all(f, 'p', &self.phones)?;
        write_optional(f, 'c', self.connection.as_ref())?;
        write_bandwidths(f, &self.bandwidths)?;
        for time in &self.times {
            write!(f, "{time}\r\n")?;
        }
        write_optional(f, 'k', self.key.as_ref())?;
        write_attributes(f, &self.attributes)?;
        self.media.iter().try_for_each(|media| media.fmt(f))
    }
}

impl fmt::Display for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m={} {}", self.kind, self.port)?;
        if let Some(ports) = self.ports {
            write!(f, "/{ports}")?;
        }
        write!(f, " {} {}\r\n", self.protocol, self.formats.join(" "))?;
        write_optional(f, 'i', self.title.as_ref())?;
        write_all(f, 'c', &self.connections)?;
        write_bandwidths(f, &self.bandwidths)?;
        write_optional(f, 'k', self.key.as_ref())?;
        write_attributes(f, &self.attributes)
    }
}

fn write_optional<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    letter: char,
    value: Option<&T>,
) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, "{letter}={value}\r\n"))
}

fn write_all<T: fmt::Display>(f: &mut fmt::Formatter<'_>, letter: char, values: &[T]) -> fmt::Result {
    values
        .iter()
        .try_for_each(|value| write!(f, "{letter}={value}\r\n"))
}

fn write_bandwidths(f: &mut fmt::Formatter<'_>, bandwidths: &[Bandwidth]) -> fmt::Result {
    bandwidths
        .iter()
        .try_for_each(|it| write!(f, "b={}:{}\r\n", it.kind, it.value))
}

fn write_attributes(f: &mut fmt::Formatter<'_>, attributes: &[Attribute]) -> fmt::Result {
    attributes
        .iter()
        .try_for_each(|attribute| match &attribute.value {
            Some(value) => write!(f, "a={}:{value}\r\n", attribute.name),
            None => write!(f, "a={}\r\n", attribute.name),
        })
}

#[cfg(test)]
mod tests;
