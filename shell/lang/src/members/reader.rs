//! System.IO.StreamReader and StringReader: text read line by line, from a file or stream in pieces.

use std::sync::Arc;

use parking_lot::Mutex;

use super::encoding::{Decoder, Encoding};
use super::streams::Stream;
use super::{Call, Method, World, fault, io, streams};
use crate::error::Result;
use crate::value::{Instance, Value};

/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;

/// A reader; without a stream, of a text.
struct Reader {
    stream: Option<Value>,
    state: Mutex<State>,
}

struct State {
    decoder: Decoder,
    /// What has been decoded and not been taken, from `at` on.
    text: String,
    at: usize,
    ended: bool,
    closed: bool,
}

/// `[IO.StringReader]::new(text)`.
pub fn of_text(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 1)?;
    let text = call.text(0)?.to_string();
    Ok(make(None, text, None))
}

/// `[IO.StreamReader]::new(path or stream, encoding)`.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    let first = call.value(0)?.clone();
    let stream = if first.downcast::<Stream>().is_some() {
        first
    } else {
        let path = io::full_path(&call.text(0)?, call.world);
        streams::open(&path, call.world)?
    };
    let encoding = call.arguments.iter().find_map(Value::downcast::<Encoding>);
    Ok(make(Some(stream), String::new(), encoding))
}

/// A reader of a file.
pub fn open(path: &str, world: &dyn World) -> Result<Value> {
    Ok(make(Some(streams::open(path, world)?), String::new(), None))
}

fn make(stream: Option<Value>, text: String, encoding: Option<&Encoding>) -> Value {
    Value::instance(Reader {
        state: Mutex::new(State {
            decoder: Decoder::new(encoding),
            text,
            at: 0,
            ended: stream.is_none(),
            closed: false,
        }),
        stream,
    })
}

impl Reader {
    /// Reads until there is enough or no more.
    fn fill(&self, state: &mut State, world: &dyn World, enough: impl Fn(&str) -> bool) -> Result<()> {
        if state.closed {
            return Err(fault::raised(
                "System.ObjectDisposedException",
                "Cannot read from a closed TextReader.",
            ));
        }
        while !state.ended && !enough(&state.text[state.at..]) {
            let stream = self.stream.as_ref().and_then(Value::downcast::<Stream>);
            let piece = match stream {
                Some(stream) => stream.read(PIECE, world)?,
                None => Vec::new(),
            };
            state.text.drain(..state.at);
            state.at = 0;
            state.ended = piece.is_empty();
            let decoded = state.decoder.push(&piece, state.ended);
            state.text.push_str(&decoded);
        }
        Ok(())
    }

    fn line(&self, world: &dyn World) -> Result<Value> {
        let mut state = self.state.lock();
        // A carriage return at the end may still be followed by its line feed.
        self.fill(&mut state, world, |text| {
            text.find(['\n', '\r'])
                .is_some_and(|at| text.as_bytes()[at] == b'\n' || at + 1 < text.len())
        })?;
        let rest = &state.text[state.at..];
        if rest.is_empty() {
            return Ok(Value::Null);
        }
        let (line, taken) = match rest.find(['\n', '\r']) {
            Some(at) if rest[at..].starts_with("\r\n") => (&rest[..at], at + 2),
            Some(at) => (&rest[..at], at + 1),
            None => (rest, rest.len()),
        };
        let line = Value::str(line);
        state.at += taken;
        Ok(line)
    }

    fn rest(&self, world: &dyn World) -> Result<Value> {
        let mut state = self.state.lock();
        self.fill(&mut state, world, |_| false)?;
        let rest = Value::str(&state.text[state.at..]);
        state.at = state.text.len();
        Ok(rest)
    }

    fn next(&self, take: bool, world: &dyn World) -> Result<Value> {
        let mut state = self.state.lock();
        self.fill(&mut state, world, |text| !text.is_empty())?;
        let next = state.text[state.at..].chars().next();
        if take && let Some(next) = next {
            state.at += next.len_utf8();
        }
        Ok(Value::Int(next.map_or(-1, |next| next as i32)))
    }

    fn close(&self, world: &dyn World) -> Result<Value> {
        let mut state = self.state.lock();
        state.closed = true;
        state.text.clear();
        state.at = 0;
        match self.stream.as_ref().and_then(Value::downcast::<Stream>) {
            Some(stream) => stream.close(world).map(|()| Value::Nothing),
            None => Ok(Value::Nothing),
        }
    }
}

impl Instance for Reader {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.stream {
            Some(_) => "System.IO.StreamReader",
            None => "System.IO.StringReader",
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        vec![
            self.type_name(),
            Arc::from("System.IO.TextReader"),
            Arc::from("System.MarshalByRefObject"),
            Arc::from("System.Object"),
        ]
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        match self.stream {
            Some(_) => ["CurrentEncoding", "BaseStream", "EndOfStream"]
                .map(Arc::from)
                .to_vec(),
            None => Vec::new(),
        }
    }

    fn property(&self, name: &str) -> Option<Value> {
        let stream = self.stream.as_ref()?;
        match name.to_ascii_lowercase().as_str() {
            "basestream" => Some(stream.clone()),
            "currentencoding" => Some(self.state.lock().decoder.encoding()),
            _ => None,
        }
    }

    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        if self.stream.is_some() && name.eq_ignore_ascii_case("EndOfStream") {
            let mut state = self.state.lock();
            let read = self.fill(&mut state, world, |text| !text.is_empty());
            return Some(Value::Bool(read.is_err() || state.text[state.at..].is_empty()));
        }
        self.property(name)
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn own<'c>(call: &Call<'c>) -> &'c Reader {
    call.target
        .downcast::<Reader>()
        .expect("the table of readers is used for readers only")
}

static METHODS: &[Method] = &[
    Method::new("ReadLine", "string ReadLine()", |call| own(call).line(call.world)),
    Method::new("ReadToEnd", "string ReadToEnd()", |call| {
        own(call).rest(call.world)
    }),
    Method::new("Read", "int Read()", |call| {
        call.expect(0, 0)?;
        own(call).next(true, call.world)
    }),
    Method::new("Peek", "int Peek()", |call| own(call).next(false, call.world)),
    Method::new("Close", "void Close()", |call| own(call).close(call.world)),
    Method::new("Dispose", "void Dispose()", |call| own(call).close(call.world)),
];
