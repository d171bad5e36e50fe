//! The messages of calls, kept for a while, so that an administrator can look at a call that went wrong.
//!
//! Nothing is copied and nothing is read when a message passes: the bytes that the transactions hold are shared, and
//! read when somebody asks. What is kept is bounded by its bytes; the oldest goes first. Only messages of calls are
//! kept: registrations and presence would push them out within seconds.
//!
//! What is told never has credentials in it. Redacted, which is how it is told unless asked otherwise, it has no body,
//! no header but those that routing depends on, and of users, hosts and addresses no more than tells them apart.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use plenum_admin::{TracedCall, TracedMessage};
use plenum_sip::wire::{HeaderName, NameAddr, Uri};
use plenum_sip::{Message, Request};

use crate::boundary::Flow;
use crate::registrar::location::Tick;
use crate::world::World;

/// How many bytes of messages are kept unless the topology says otherwise.
pub const BYTES: usize = 16 << 20;
/// Methods of calls.
const METHODS: [&[u8]; 8] = [
    b"INVITE", b"ACK", b"BYE", b"CANCEL", b"PRACK", b"UPDATE", b"INFO", b"REFER",
];
/// How far into a response CSeq is looked for.
const HEAD: usize = 4_096;
/// Headers whose values are secrets.
const SECRET: [&str; 6] = [
    "Authorization",
    "Proxy-Authorization",
    "WWW-Authenticate",
    "Proxy-Authenticate",
    "Authentication-Info",
    "Proxy-Authentication-Info",
];

#[derive(Debug)]
struct Entry {
    at: Tick,
    flow: Flow,
    bytes: Arc<[u8]>,
    is_sent: bool,
}

/// The messages of calls of a world.
#[derive(Debug)]
pub struct Trace {
    entries: VecDeque<Entry>,
    bytes: usize,
    limit: usize,
}

impl Trace {
    /// Nothing yet, and never more than `limit` bytes of messages.
    pub fn new(limit: usize) -> Self {
        Self {
            entries: VecDeque::new(),
            bytes: 0,
            limit,
        }
    }

    /// A message passed.
    pub(crate) fn note(&mut self, at: Tick, flow: Flow, bytes: &Arc<[u8]>, is_sent: bool) {
        if self.limit == 0 || !is_of_a_call(bytes) {
            return;
        }
        self.bytes += bytes.len();
        self.entries.push_back(Entry {
            at,
            flow,
            bytes: Arc::clone(bytes),
            is_sent,
        });
        while self.bytes > self.limit
            && let Some(oldest) = self.entries.pop_front()
        {
            self.bytes -= oldest.bytes.len();
        }
    }
}

/// Made once: making it costs more than a search.
static CSEQ: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\r\nCSeq:"));

/// Whether a message is a request or a response of a call, by its first line or its CSeq.
fn is_of_a_call(bytes: &[u8]) -> bool {
    if !bytes.starts_with(b"SIP/2.0 ") {
        let end = memchr::memchr(b' ', &bytes[..bytes.len().min(16)]);
        return end.is_some_and(|end| METHODS.contains(&&bytes[..end]));
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let Some(at) = CSEQ.find(head) else {
        return false;
    };
    let line = &head[at + 7..];
    let line = &line[..memchr::memchr(b'\r', line).unwrap_or(line.len())];
    METHODS.iter().any(|method| line.ends_with(method))
}

impl World {
    /// Calls that began, the newest first: of one user (`alice@contoso.example`), or of anybody.
    pub(crate) fn traced_calls(&self, user: Option<&str>, most: usize, redacted: bool) -> Vec<TracedCall> {
        let mut calls: Vec<TracedCall> = Vec::new();
        let began = self.trace.entries.iter().rev().filter(|entry| !entry.is_sent);
        for entry in began.filter(|entry| entry.bytes.starts_with(b"INVITE ")) {
            let Ok(Message::Request(request)) = Message::parse(entry.bytes.clone()) else {
                continue;
            };
            let Some(call) = self.traced_call(entry, &request, user, redacted) else {
                continue;
            };
            let known = calls.iter().position(|known| known.call_id == call.call_id);
            match known {
                Some(known) => calls[known].at = call.at,
                None if calls.len() == most => break,
                None => calls.push(call),
            }
        }
        calls
    }

    fn traced_call(
        &self,
        entry: &Entry,
        request: &Request,
        user: Option<&str>,
        redacted: bool,
    ) -> Option<TracedCall> {
        let (from, to) = (request.from().ok()?, request.to().ok()?);
        let (from, to) = (address(&from.uri), address(&to.uri));
        if to_tag_is_there(request) || user.is_some_and(|user| user != from && user != to) {
            return None;
        }
        let shown = |address: &str| {
            if redacted {
                abbreviated(address)
            } else {
                address.to_owned()
            }
        };
        Some(TracedCall {
            at: self.clock.wall(entry.at),
            call_id: request.call_id().ok()?.to_owned(),
            from: shown(&from),
            to: shown(&to),
        })
    }

    /// The messages of a call, in order.
    pub(crate) fn traced_messages(&self, call_id: &str, redacted: bool) -> Vec<TracedMessage> {
        let finder = memchr::memmem::Finder::new(call_id.as_bytes());
        let likely = self
            .trace
            .entries
            .iter()
            .filter(|entry| finder.find(&entry.bytes).is_some());
        likely
            .filter_map(|entry| {
                let message = Message::parse(entry.bytes.clone()).ok()?;
                (message.call_id().ok()? == call_id).then(|| self.traced_message(entry, &message, redacted))
            })
            .collect()
    }

    fn traced_message(&self, entry: &Entry, message: &Message, redacted: bool) -> TracedMessage {
        let peer = entry.flow.peer;
        let number = self.secret.hash(&[b"peer", peer.to_string().as_bytes()]) as u64;
        let user = |address: Option<NameAddr<'_>>| {
            let address = address.map(|found| self::address(&found.uri)).unwrap_or_default();
            if redacted { abbreviated(&address) } else { address }
        };
        let text = |name: HeaderName| message.get_str(name).map(str::to_owned);
        let (method, status, reason) = match message {
            Message::Request(request) => (request.method().to_string(), None, None),
            Message::Response(response) => {
                let method = response.cseq().map(|cseq| cseq.method.to_string());
                let reason = String::from_utf8_lossy(response.reason()).into_owned();
                (method.unwrap_or_default(), Some(response.status()), Some(reason))
            }
        };
        TracedMessage {
            at: self.clock.wall(entry.at),
            is_sent: entry.is_sent,
            peer: number,
            peer_address: if redacted {
                abbreviated_host(&peer.ip().to_string())
            } else {
                peer.to_string()
            },
            transport: entry.flow.transport.via_name().to_owned(),
            method,
            status,
            reason,
            cseq: text(HeaderName::CSeq).unwrap_or_default(),
            from: user(message.from().ok()),
            to: user(message.to().ok()),
            cause: text(HeaderName::Reason),
            diagnostics: message
                .named("ms-diagnostics")
                .map(|value| diagnosis(&String::from_utf8_lossy(value), redacted)),
            text: (!redacted).then(|| whole(message)),
        }
    }
}

fn to_tag_is_there(request: &Request) -> bool {
    request.to().is_ok_and(|to| to.tag().is_some())
}

fn address(uri: &Uri<'_>) -> String {
    crate::routing::locate::address_of(uri)
        .unwrap_or_else(|| String::from_utf8_lossy(uri.as_bytes()).into_owned())
}

/// `alice@contoso.example` as `a…@contoso.example`.
fn abbreviated(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((user, domain)) => format!("{}…@{domain}", user.chars().take(1).collect::<String>()),
        None => address.chars().take(4).chain("…".chars()).collect(),
    }
}

/// The network of an address, without who in it.
fn abbreviated_host(host: &str) -> String {
    let separator = if host.contains(':') { ':' } else { '.' };
    let parts: Vec<&str> = host.split(separator).take(2).collect();
    format!("{}{separator}…", parts.join(&separator.to_string()))
}

/// Number and reason; the rest of ms-diagnostics may name hosts.
fn diagnosis(value: &str, redacted: bool) -> String {
    if !redacted {
        return value.to_owned();
    }
    let kept: Vec<&str> = value
        .split(';')
        .filter(|part| !part.contains('=') || part.trim_start().starts_with("reason="))
        .collect();
    kept.join(";")
}

/// All of a message but what is secret.
fn whole(message: &Message) -> String {
    let bytes = message.bytes();
    let first = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let mut text = String::from_utf8_lossy(first).into_owned();
    text.push('\n');
    for (name, value) in message.iter() {
        let (name, value) = (String::from_utf8_lossy(name), String::from_utf8_lossy(value));
        let is_secret = SECRET.iter().any(|secret| secret.eq_ignore_ascii_case(&name));
        let _ = writeln!(text, "{name}: {}", if is_secret { "(not shown)" } else { &value });
    }
    text.push('\n');
    for line in String::from_utf8_lossy(message.body()).lines() {
        // The keys of SRTP (RFC 4568 §9.1).
        let line = if line.starts_with("a=crypto:") {
            "a=crypto:(not shown)"
        } else {
            line
        };
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_calls_are_told_from_others() {
        for (text, expected) in [
            ("INVITE sip:a@b SIP/2.0\r\n", true),
            ("REGISTER sip:b SIP/2.0\r\n", false),
            ("MESSAGE sip:a@b SIP/2.0\r\n", false),
            ("SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 BYE\r\n\r\n", true),
            ("SIP/2.0 200 OK\r\nVia: x\r\nCSeq: 1 SUBSCRIBE\r\n\r\n", false),
            ("SIP/2.0 200 OK\r\n\r\n", false),
            ("", false),
        ] {
            assert_eq!(is_of_a_call(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded_and_the_oldest_goes_first() {
        let mut trace = Trace::new(1_000);
        let flow = Flow {
            transport: crate::Transport::Udp,
            local: "10.0.0.1:5060".parse().unwrap(),
            peer: "10.0.0.2:5060".parse().unwrap(),
            connection: 0,
        };
        for number in 0..100u64 {
            let bytes: Arc<[u8]> = format!("BYE sip:{number:03}@b SIP/2.0\r\n{}", "x".repeat(72))
                .into_bytes()
                .into();
            trace.note(number, flow, &bytes, false);
        }
        assert!(trace.bytes <= 1_000);
        let kept: Vec<Tick> = trace.entries.iter().map(|entry| entry.at).collect();
        assert_eq!(kept.first().zip(kept.last()), Some((&90, &99)));
    }

    #[test]
    fn what_is_redacted_tells_apart_and_no_more() {
        assert_eq!(abbreviated("alice@contoso.example"), "a…@contoso.example");
        assert_eq!(abbreviated_host("192.0.2.17"), "192.0.…");
        assert_eq!(abbreviated_host("2001:db8::1"), "2001:db8:…");
        let full = "1;reason=\"No\";source=\"fe1.contoso.example\"";
        assert_eq!(diagnosis(full, true), "1;reason=\"No\"");
        assert_eq!(diagnosis(full, false), full);
    }
}
