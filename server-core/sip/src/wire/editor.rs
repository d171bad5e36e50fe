//! Forwarding a message by splicing: the parts that change are written anew, everything else is copied as it stands.
//!
//! An edit replaces a range of the original. Edits may be made in any order; the output is one buffer. On requests the
//! top Via gets `received` and `rport` by itself when the source is known (RFC 3261 §18.2.1, RFC 3581 §4).

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use super::HeaderName;
use super::builder::{push_number, push_value, top_via_stamp};
use super::message::{Headers, Request, Response};
use super::name_addr::split_list;

/// Room for what most hops write.
const ROOM: usize = 512;

/// The splice list of one message.
#[derive(Debug)]
pub struct Editor<'m> {
    headers: &'m Headers,
    uri: Option<Range<usize>>,
    edits: SmallVec<[Edit; 16]>,
    text: Vec<u8>,
    body: Option<&'m [u8]>,
    length_is_set: bool,
}

/// Replace `from..to` of the original by `text_from..text_to` of the written text.
#[derive(Clone, Copy, Debug)]
struct Edit {
    from: u32,
    to: u32,
    /// Order among edits of one place: what is pushed on top later comes first.
    rank: i32,
    text_from: u32,
    text_to: u32,
}

impl<'m> Editor<'m> {
    /// Edits a request.
    pub fn request(request: &'m Request) -> Self {
        let mut editor = Self::new(request);
        editor.uri = Some(request.uri_range());
        editor.stamp_via();
        editor
    }

    /// Edits a response.
    pub fn response(response: &'m Response) -> Self {
        Self::new(response)
    }

    fn new(headers: &'m Headers) -> Self {
        let (edits, text) = (SmallVec::new(), Vec::with_capacity(ROOM));
        Self {
            headers,
            uri: None,
            edits,
            text,
            body: None,
            length_is_set: false,
        }
    }

    /// Another Request-URI.
    pub fn request_uri(&mut self, uri: &[u8]) -> &mut Self {
        if let Some(range) = self.uri.clone() {
            self.replace(range, &[uri]);
        }
        self
    }

    /// A header line above all others of its name: Via, Record-Route, Route, Path.
    pub fn push_top(&mut self, name: HeaderName, value: &[u8]) -> &mut Self {
        let at = match self.headers.slot(name) {
            Some(slot) => usize::from(slot.name_at),
            None => self.first_header(),
        };
        let rank = -(self.edits.len() as i32) - 1;
        self.splice(at..at, rank, &[name.as_str().as_bytes(), b": ", value], b"\r\n");
        self
    }

    /// A header line below all others of its name, or after all headers when there is none.
    pub fn push_bottom(&mut self, name: HeaderName, value: &[u8]) -> &mut Self {
        let last = self.headers.slots().iter().rposition(|slot| slot.name == name);
        let at = last.map_or(self.end_of_headers(), |index| self.line(index).end);
        let rank = self.edits.len() as i32;
        self.splice(at..at, rank, &[name.as_str().as_bytes(), b": ", value], b"\r\n");
        self
    }

    /// A header line after all others.
    pub fn append(&mut self, name: HeaderName, value: &[u8]) -> &mut Self {
        self.append_named(name.as_str(), value)
    }

    /// A header line by its written name, after all others.
    pub fn append_named(&mut self, name: &str, value: &[u8]) -> &mut Self {
        let at = self.end_of_headers();
        let rank = self.edits.len() as i32;
        self.splice(at..at, rank, &[name.as_bytes(), b": ", value], b"\r\n");
        self
    }

    /// One header of this name with this value, in place of what there was.
    pub fn set(&mut self, name: HeaderName, value: &[u8]) -> &mut Self {
        if !self.headers.has(name) {
            return self.append(name, value);
        }
        let mut first = true;
        for index in 0..self.headers.slots().len() {
            if self.headers.slots()[index].name != name {
                continue;
            }
            if first {
                self.replace(self.headers.slots()[index].value_range(), &[value]);
            } else {
                self.replace(self.line(index), &[]);
            }
            first = false;
        }
        self
    }

    /// No header of this name.
    pub fn remove(&mut self, name: HeaderName) -> &mut Self {
        if !self.headers.has(name) {
            return self;
        }
        for index in 0..self.headers.slots().len() {
            if self.headers.slots()[index].name == name {
                self.replace(self.line(index), &[]);
            }
        }
        self
    }

    /// Takes the first `count` values of a comma-separated header away: the top Via of a response, Route values that
    /// named us.
    pub fn drop_first(&mut self, name: HeaderName, count: usize) -> &mut Self {
        let mut left = count;
        for index in 0..self.headers.slots().len() {
            if left == 0 {
                break;
            }
            if self.headers.slots()[index].name != name {
                continue;
            }
            let range = self.headers.slots()[index].value_range();
            let line = &self.headers.bytes()[range.clone()];
            match split_list(line).nth(left) {
                Some(next) => {
                    let end = self.headers.position(next).start;
                    self.replace(range.start..end, &[]);
                    left = 0;
                }
                None => {
                    left -= split_list(line).count();
                    self.replace(self.line(index), &[]);
                }
            }
        }
        self
    }

    /// Takes the last value of a comma-separated header away.
    pub fn drop_last(&mut self, name: HeaderName) -> &mut Self {
        let Some(index) = self.headers.slots().iter().rposition(|slot| slot.name == name) else {
            return self;
        };
        let range = self.headers.slots()[index].value_range();
        let line = &self.headers.bytes()[range.clone()];
        let count = split_list(line).count();
        match count
            .checked_sub(2)
            .and_then(|before| split_list(line).nth(before))
        {
            Some(before) => {
                let start = self.headers.position(before).end;
                self.replace(start..range.end, &[]);
            }
            None => self.replace(self.line(index), &[]),
        }
        self
    }

    /// Max-Forwards one less, or 70 when there is none (RFC 3261 §16.6 step 3). Zero stays zero.
    pub fn decrement_max_forwards(&mut self) -> &mut Self {
        let value = self
            .headers
            .max_forwards()
            .ok()
            .flatten()
            .map_or(70, |value| value.saturating_sub(1));
        let mut digits = Vec::with_capacity(8);
        push_number(&mut digits, usize::from(value));
        self.set(HeaderName::MaxForwards, &digits)
    }

    /// Another body.
    pub fn body(&mut self, content_type: &str, body: &'m [u8]) -> &mut Self {
        self.body = Some(body);
        self.set(HeaderName::ContentType, content_type.as_bytes());
        self.set_length(body.len())
    }

    /// The bytes of the edited message.
    pub fn finish(mut self) -> Arc<[u8]> {
        if !self.length_is_set && !self.headers.has(HeaderName::ContentLength) {
            self.set_length(self.headers.body().len());
        }
        self.edits.sort_unstable_by_key(|edit| (edit.from, edit.rank));
        let original = self.headers.bytes();
        let body = self.headers.body_range();
        let room = body.end + self.text.len() + self.body.map_or(0, <[u8]>::len);
        let mut out = Vec::with_capacity(room);
        let mut at = 0;
        for edit in &self.edits {
            let from = (edit.from as usize).max(at);
            out.extend_from_slice(&original[at..from]);
            out.extend_from_slice(&self.text[edit.text_from as usize..edit.text_to as usize]);
            at = from.max(edit.to as usize);
        }
        out.extend_from_slice(&original[at..body.start.max(at)]);
        out.extend_from_slice(self.body.unwrap_or(&original[body]));
        Arc::from(&out[..])
    }

    fn set_length(&mut self, length: usize) -> &mut Self {
        self.length_is_set = true;
        let mut digits = Vec::with_capacity(8);
        push_number(&mut digits, length);
        self.set(HeaderName::ContentLength, &digits)
    }

    fn stamp_via(&mut self) {
        let Some(stamp) = top_via_stamp(self.headers) else {
            return;
        };
        let Some(start) = self
            .headers
            .slot(HeaderName::Via)
            .map(|slot| slot.value_range().start)
        else {
            return;
        };
        if let Some(at) = stamp.rport_at {
            self.replace(start + at..start + at, &[&stamp.rport]);
        }
        let end = start + stamp.top_length;
        self.replace(end..end, &[&stamp.received]);
    }

    fn replace(&mut self, range: Range<usize>, parts: &[&[u8]]) {
        let rank = self.edits.len() as i32;
        self.splice(range, rank, parts, b"");
    }

    fn splice(&mut self, range: Range<usize>, rank: i32, parts: &[&[u8]], end: &[u8]) {
        let text_from = self.text.len() as u32;
        for part in parts {
            push_value(&mut self.text, part);
        }
        self.text.extend_from_slice(end);
        let text_to = self.text.len() as u32;
        self.edits.push(Edit {
            from: range.start as u32,
            to: range.end as u32,
            rank,
            text_from,
            text_to,
        });
    }

    /// A whole header line with its folded lines and line end.
    fn line(&self, index: usize) -> Range<usize> {
        let start = usize::from(self.headers.slots()[index].name_at);
        let end = self
            .headers
            .slots()
            .get(index + 1)
            .map_or(self.end_of_headers(), |next| usize::from(next.name_at));
        start..end
    }

    fn first_header(&self) -> usize {
        self.headers
            .slots()
            .first()
            .map_or(self.end_of_headers(), |slot| usize::from(slot.name_at))
    }

    /// Where the empty line begins.
    fn end_of_headers(&self) -> usize {
        self.headers.body_range().start.saturating_sub(2)
    }
}

#[cfg(test)]
mod tests;
