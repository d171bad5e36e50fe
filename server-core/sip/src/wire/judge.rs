//! What must be refused before anything else looks at a message (RFC 3261 §8.2, §16.3, §18.3; RFC 4475).
//!
//! Only what every element would refuse: damaged frames and headers that transactions and routing depend on. What an
//! element supports or permits (405, 415, 420, 403 …) is not judged here.

use std::sync::Arc;

use super::builder::ResponseBuilder;
use super::contact::MAX_CONTACTS;
use super::message::{Fault, Message, Request, Response};
use super::uri::Scheme;
use super::{HeaderName, Method};

/// What to do with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Process it.
    Accept,
    /// Answer the request with this, without a transaction.
    Refuse(Refusal),
    /// Drop it: a response, or an ACK, or nothing that could be answered.
    Drop {
        /// Why, for the log.
        reason: String,
    },
}

/// The answer to a request that cannot be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 400, 416 or 505.
    pub status: u16,
    /// The reason phrase, which says what is wrong.
    pub reason: String,
}

impl Refusal {
    /// The response, with the value of `ms-diagnostics` when it may be so long. It copies what the request has,
    /// damaged or not.
    pub fn response(&self, request: &Request, to_tag: &str, diagnostics: &str, limit: usize) -> Arc<[u8]> {
        ResponseBuilder::new(request, self.status)
            .reason(&self.reason)
            .to_tag(to_tag)
            .optional(HeaderName::MsDiagnostics, diagnostics)
            .within(limit)
            .finish()
    }
}

/// Judges a message.
pub fn judge(message: &Message) -> Verdict {
    match message {
        Message::Request(request) => match judge_request(request) {
            Ok(()) => Verdict::Accept,
            Err(refusal) if *request.method() == Method::Ack => Verdict::Drop {
                reason: refusal.reason,
            },
            Err(refusal) => Verdict::Refuse(refusal),
        },
        Message::Response(response) => match judge_response(response) {
            Ok(()) => Verdict::Accept,
            Err(refusal) => Verdict::Drop {
                reason: refusal.reason,
            },
        },
    }
}

fn bad(reason: impl Into<String>) -> Refusal {
    Refusal {
        status: 400,
        reason: reason.into(),
    }
}

fn judge_request(request: &Request) -> Result<(), Refusal> {
    if let Some(fault) = request.fault() {
        return Err(judge_fault(fault));
    }
    judge_singles(request)?;
    judge_common(request)?;
    judge_uri(request)?;
    request.max_forwards().map_err(|error| bad(error.to_string()))?;
    if request.has(HeaderName::Date) {
        request.date().map_err(|error| bad(error.to_string()))?;
    }
    for (index, contact) in request.list(HeaderName::Contact).enumerate() {
        if index == MAX_CONTACTS {
            return Err(bad("Too many Contacts"));
        }
        if contact != b"*" && super::NameAddr::parse(contact).is_none() {
            return Err(bad("Malformed Contact"));
        }
    }
    Ok(())
}

fn judge_response(response: &Response) -> Result<(), Refusal> {
    if let Some(fault) = response.fault() {
        return Err(judge_fault(fault));
    }
    judge_singles(response)?;
    judge_common(response)
}

fn judge_fault(fault: Fault) -> Refusal {
    match fault {
        Fault::StartLine => bad("Malformed start line"),
        Fault::Version => Refusal {
            status: 505,
            reason: "Version Not Supported".to_owned(),
        },
        Fault::Status => bad("Malformed status"),
        Fault::LineEnd => bad("Lines must end with CRLF"),
        Fault::HeaderLine => bad("Malformed header line"),
        Fault::NoEndOfHeaders => bad("No empty line after the headers"),
        Fault::ContentLength => bad("Malformed Content-Length"),
        Fault::ContentLengthTwice => bad("More than one Content-Length"),
        Fault::BodyCut => bad("Content-Length is larger than the message"),
    }
}

/// Headers that may stand once only (RFC 4475 §3.3.8).
fn judge_singles(headers: &super::Headers) -> Result<(), Refusal> {
    let mut seen = 0u128;
    for slot in headers.slots() {
        if seen & slot.name.bit() != 0 && slot.name.is_single() {
            return Err(bad(format!("More than one {}", slot.name.as_str())));
        }
        seen |= slot.name.bit();
    }
    Ok(())
}

fn judge_common(headers: &super::Headers) -> Result<(), Refusal> {
    let text = |error: super::HeaderError| bad(error.to_string());
    headers.call_id().map_err(text)?;
    headers.from().map_err(text)?;
    headers.to().map_err(text)?;
    headers.cseq_parts().map_err(text)?;
    let via = headers.via().map_err(text)?;
    if via.is_version_2 {
        Ok(())
    } else {
        Err(bad("Malformed Via"))
    }
}

fn judge_uri(request: &Request) -> Result<(), Refusal> {
    let (_, method) = request.cseq_parts().map_err(|error| bad(error.to_string()))?;
    if !request.method().is(method) {
        return Err(bad("CSeq method does not match the request"));
    }
    let uri = request.uri().ok_or_else(|| bad("Malformed Request-URI"))?;
    if uri.scheme() == Scheme::Other {
        return Err(Refusal {
            status: 416,
            reason: "Unsupported URI Scheme".to_owned(),
        });
    }
    if uri.has_headers() {
        return Err(bad("Headers in the Request-URI"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
