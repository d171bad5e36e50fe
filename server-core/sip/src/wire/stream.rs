//! Cutting messages out of a stream (RFC 3261 §18.3, §7.5; RFC 5626 §3.5.1).
//!
//! Content-Length says where a message ends; a message without one has no body here. When Content-Length is damaged
//! or too large, the head alone is handed out, so that it can be answered with 400, and the stream is over: nobody can
//! tell where the next message starts. Each byte is looked at a constant number of times, however it is cut.

use super::HeaderName;
use super::chars::{self, is_token};
use super::message::MAX_HEAD;

/// What stands next in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// One whole message.
    Message(&'a [u8]),
    /// A keep-alive from the side that opened the connection: answer with [`PONG`].
    Ping,
    /// The answer to a keep-alive of ours.
    Pong,
}

/// A keep-alive.
pub const PING: &[u8] = b"\r\n\r\n";
/// The answer to one.
pub const PONG: &[u8] = b"\r\n";

/// Why a stream is over: close the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// The head is longer than 64 KiB.
    HeadTooLong,
    /// The message before had no usable Content-Length, or one above the limit.
    LengthUnusable,
}

impl std::fmt::Display for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::HeadTooLong => "start line and headers are longer than 65535 bytes",
            Self::LengthUnusable => "Content-Length is damaged or too large",
        })
    }
}

impl std::error::Error for FrameError {}

/// The bytes of a stream that are not yet messages.
#[derive(Debug)]
pub struct Framer {
    buffer: Vec<u8>,
    /// Bytes at the front that were handed out by the last call.
    consumed: usize,
    /// How far the search for the end of the head has come.
    searched: usize,
    /// Where the message ends, once its head is whole.
    end: Option<usize>,
    max_body: usize,
    we_opened: bool,
    is_over: bool,
}

impl Framer {
    /// For a connection that the peer opened: it sends pings. `max_body` is in bytes.
    pub fn accepted(max_body: usize) -> Self {
        Self {
            buffer: Vec::new(),
            consumed: 0,
            searched: 0,
            end: None,
            max_body,
            we_opened: false,
            is_over: false,
        }
    }

    /// For a connection that we opened: the peer answers our pings.
    pub fn opened(max_body: usize) -> Self {
        Self {
            we_opened: true,
            ..Self::accepted(max_body)
        }
    }

    /// Adds bytes that were read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.discard();
        self.buffer.extend_from_slice(bytes);
    }

    /// How many bytes wait for their message to become whole.
    pub fn pending(&self) -> usize {
        self.buffer.len() - self.consumed
    }

    /// The next frame; `None` when more bytes are needed. Named as the method of iterators, which cannot lend.
    #[expect(clippy::should_implement_trait, reason = "the frame borrows the buffer")]
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        if self.is_over {
            return Err(FrameError::LengthUnusable);
        }
        if self.end.is_none()
            && let Some(keep_alive) = self.keep_alive()
        {
            return Ok(Some(keep_alive));
        }
        let Some(end) = self.message_end()? else {
            self.discard();
            return Ok(None);
        };
        let start = self.consumed;
        if self.buffer.len() < end {
            return Ok(None);
        }
        self.consumed = end;
        self.searched = end;
        self.end = None;
        Ok(Some(Frame::Message(&self.buffer[start..end])))
    }

    fn discard(&mut self) {
        if self.consumed == 0 {
            return;
        }
        self.buffer.drain(..self.consumed);
        self.searched = self.searched.saturating_sub(self.consumed);
        self.end = self.end.map(|end| end - self.consumed);
        self.consumed = 0;
        if self.buffer.is_empty() && self.buffer.capacity() > 16_384 {
            self.buffer = Vec::new();
        }
    }

    /// Line ends between messages.
    fn keep_alive(&mut self) -> Option<Frame<'static>> {
        loop {
            let rest = &self.buffer[self.consumed..];
            if self.we_opened && rest.starts_with(PONG) {
                self.skip(PONG.len());
                return Some(Frame::Pong);
            }
            if rest.starts_with(PING) {
                self.skip(PING.len());
                return Some(Frame::Ping);
            }
            // A single line end before a message is noise (RFC 3261 §7.5); alone it may be half a ping.
            if rest.len() > 2 && rest.starts_with(PONG) && rest[2] != b'\r' {
                self.skip(PONG.len());
                continue;
            }
            return None;
        }
    }

    fn skip(&mut self, length: usize) {
        self.consumed += length;
        self.searched = self.searched.max(self.consumed);
    }

    fn message_end(&mut self) -> Result<Option<usize>, FrameError> {
        if self.end.is_some() {
            return Ok(self.end);
        }
        let Some(head_end) = self.head_end()? else {
            return Ok(None);
        };
        let length = content_length(&self.buffer[self.consumed..head_end]);
        let end = match length {
            Ok(length) if length as usize <= self.max_body => head_end + length as usize,
            _ => {
                self.is_over = true;
                head_end
            }
        };
        self.end = Some(end);
        Ok(self.end)
    }

    /// Where the head ends, after its empty line.
    fn head_end(&mut self) -> Result<Option<usize>, FrameError> {
        let mut at = self.searched.max(self.consumed);
        while let Some(step) = memchr::memchr(b'\n', &self.buffer[at..]) {
            let line_end = at + step;
            if line_end >= self.consumed + 3 && &self.buffer[line_end - 3..=line_end] == b"\r\n\r\n" {
                return Ok(Some(line_end + 1));
            }
            at = line_end + 1;
        }
        self.searched = self.buffer.len();
        if self.pending() > MAX_HEAD {
            self.is_over = true;
            return Err(FrameError::HeadTooLong);
        }
        Ok(None)
    }
}

/// The Content-Length of a head: 0 when there is none, `Err` when it is damaged or there are two that differ.
fn content_length(head: &[u8]) -> Result<u32, FrameError> {
    let mut found = None;
    let mut at = memchr::memchr(b'\n', head).map_or(head.len(), |end| end + 1);
    while at < head.len() {
        let mut end = memchr::memchr(b'\n', &head[at..]).map_or(head.len(), |step| at + step + 1);
        while matches!(head.get(end), Some(b' ' | b'\t')) {
            end = memchr::memchr(b'\n', &head[end..]).map_or(head.len(), |step| end + step + 1);
        }
        if let Some(value) = length_value(&head[at..end]) {
            let value = chars::number::<u32>(value).ok_or(FrameError::LengthUnusable)?;
            if found.is_some_and(|before| before != value) {
                return Err(FrameError::LengthUnusable);
            }
            found = Some(value);
        }
        at = end;
    }
    Ok(found.unwrap_or(0))
}

fn length_value(line: &[u8]) -> Option<&[u8]> {
    let name = line.iter().position(|byte| !is_token(*byte))?;
    if HeaderName::from_bytes(&line[..name]) != HeaderName::ContentLength {
        return None;
    }
    let colon = name
        + line[name..]
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t'))?;
    (line[colon] == b':').then(|| chars::trim(&line[colon + 1..]))
}

#[cfg(test)]
mod tests;
