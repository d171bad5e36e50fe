//! The first line of a message (RFC 3261 §7.1 and §7.2). A line that is damaged but can be told apart is read with a
//! [`Fault`], so that a request gets its 400.

use super::Method;
use super::chars::{self, is_space};
use super::message::{Fault, MAX_HEAD, ParseError, damaged_line_end, line_end};

/// What the first line says.
pub(super) enum Kind {
    Request(Method, (u16, u16)),
    Response(u16, (u16, u16)),
}

/// The first line, read.
pub(super) struct StartLine {
    pub(super) kind: Kind,
    pub(super) fault: Option<Fault>,
    /// Where the headers begin.
    pub(super) next: usize,
}

/// Reads the line that begins at `at`.
pub(super) fn start_line(bytes: &[u8], at: usize) -> Result<StartLine, ParseError> {
    let (mut fault, (end, next)) = match line_end(bytes, at) {
        Some(ends) => (None, ends),
        None => (Some(Fault::LineEnd), damaged_line_end(bytes, at)?),
    };
    if end > MAX_HEAD {
        return Err(ParseError::HeadTooLong);
    }
    let line = &bytes[at..end];
    let kind = if line
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"SIP/"))
    {
        status_line(line, at, &mut fault)?
    } else {
        request_line(line, at, &mut fault)?
    };
    Ok(StartLine { kind, fault, next })
}

fn status_line(line: &[u8], at: usize, fault: &mut Option<Fault>) -> Result<Kind, ParseError> {
    let rest = &line[line
        .iter()
        .position(|byte| *byte == b' ')
        .ok_or(ParseError::NotSip)?
        + 1..];
    if !line[..line.len() - rest.len() - 1].eq_ignore_ascii_case(b"SIP/2.0") {
        fault.get_or_insert(Fault::Version);
    }
    let digits = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
    let status =
        chars::number::<u16>(&rest[..digits]).filter(|status| digits == 3 && (100..700).contains(status));
    if status.is_none() {
        fault.get_or_insert(Fault::Status);
    }
    let reason = at + line.len() - rest.len() + (digits + 1).min(rest.len());
    Ok(Kind::Response(
        status.unwrap_or(0),
        (reason as u16, (at + line.len()) as u16),
    ))
}

fn request_line(line: &[u8], at: usize, fault: &mut Option<Fault>) -> Result<Kind, ParseError> {
    let space = memchr::memchr(b' ', line).ok_or(ParseError::NotSip)?;
    let method = Method::from_bytes(&line[..space]).ok_or(ParseError::NotSip)?;
    let trimmed = chars::trim(&line[space + 1..]);
    let version_at = memchr::memrchr(b' ', trimmed).ok_or(ParseError::NotSip)?;
    let version = &trimmed[version_at + 1..];
    if !version
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"SIP/"))
    {
        return Err(ParseError::NotSip);
    }
    let uri = chars::trim(&trimmed[..version_at]);
    if uri.is_empty()
        || space + uri.len() + version.len() + 2 != line.len()
        || uri.iter().any(|byte| is_space(*byte))
    {
        fault.get_or_insert(Fault::StartLine);
    }
    if !version.eq_ignore_ascii_case(b"SIP/2.0") {
        fault.get_or_insert(Fault::Version);
    }
    let uri_at = at + (uri.as_ptr() as usize - line.as_ptr() as usize);
    Ok(Kind::Request(
        method,
        (uri_at as u16, (uri_at + uri.len()) as u16),
    ))
}
