//! System.IO.StreamWriter and StringWriter: text to a file or stream, or kept.
//!
//! A file is made when the writer is; what is written is handed over when enough has come together, and by Flush,
//! Close and Dispose. A writer that is never closed loses what it holds, as .NET's does.

use std::sync::Arc;

use parking_lot::Mutex;

use super::encoding::Encoding;
use super::streams::Stream;
use super::{Call, World, builder, fault, io, streams};
use crate::error::Result;
use crate::value::{Instance, Value};

struct Writer {
    /// Where bytes go; the StringBuilder of a StringWriter.
    target: Value,
    state: Mutex<State>,
}

struct State {
    encoding: Option<Value>,
    new_line: String,
    automatic: bool,
    begun: bool,
    closed: bool,
}

/// `[IO.StreamWriter]::new(path or stream, append, encoding)`.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    let first = call.value(0)?.clone();
    let is_stream = first.downcast::<Stream>().is_some();
    let append = call
        .arguments
        .get(1)
        .is_some_and(|append| matches!(append, Value::Bool(true)));
    let target = if is_stream {
        first
    } else {
        let path = io::full_path(&call.text(0)?, call.world);
        streams::create(&path, append, call.world)?
    };
    let encoding = call
        .arguments
        .iter()
        .find(|given| given.downcast::<Encoding>().is_some());
    Ok(make(target, encoding.cloned(), append))
}

/// A writer to a file.
pub fn open(path: &str, append: bool, world: &dyn World) -> Result<Value> {
    Ok(make(streams::create(path, append, world)?, None, append))
}

/// `[IO.StringWriter]::new()`.
pub fn of_text(call: &Call<'_>) -> Value {
    let own = call
        .arguments
        .first()
        .filter(|given| given.downcast::<builder::StringBuilder>().is_some());
    make(own.cloned().unwrap_or_else(|| builder::construct("")), None, true)
}

fn make(target: Value, encoding: Option<Value>, begun: bool) -> Value {
    Value::instance(Writer {
        target,
        state: Mutex::new(State {
            encoding,
            new_line: "\n".to_owned(),
            automatic: false,
            begun,
            closed: false,
        }),
    })
}

impl Writer {
    fn write(&self, text: &str, line: bool, world: &mut dyn World) -> Result<Value> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(fault::raised(
                "System.ObjectDisposedException",
                "Cannot write to a closed TextWriter.",
            ));
        }
        let mut text = text.to_owned();
        if line {
            text.push_str(&state.new_line);
        }
        let Some(stream) = self.target.downcast::<Stream>() else {
            drop(state);
            super::call(&self.target, "Append", &[Value::from(text)], world)?;
            return Ok(Value::Nothing);
        };
        match state.encoding.as_ref().and_then(Value::downcast::<Encoding>) {
            Some(encoding) => {
                if !state.begun {
                    stream.write(encoding.preamble(), world)?;
                }
                stream.write(&encoding.encode(&text), world)?;
            }
            None => stream.write(text.as_bytes(), world)?,
        }
        state.begun = true;
        if state.automatic {
            stream.flush(world)?;
        }
        Ok(Value::Nothing)
    }

    fn flush(&self, world: &dyn World) -> Result<Value> {
        match self.target.downcast::<Stream>() {
            Some(stream) => stream.flush(world).map(|()| Value::Nothing),
            None => Ok(Value::Nothing),
        }
    }

    fn close(&self, world: &dyn World) -> Result<Value> {
        self.state.lock().closed = true;
        match self.target.downcast::<Stream>() {
            Some(stream) => stream.close(world).map(|()| Value::Nothing),
            None => Ok(Value::Nothing),
        }
    }

    fn is_text(&self) -> bool {
        self.target.downcast::<Stream>().is_none()
    }
}

impl Instance for Writer {
    fn type_name(&self) -> Arc<str> {
        Arc::from(if self.is_text() {
            "System.IO.StringWriter"
        } else {
            "System.IO.StreamWriter"
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        vec![
            self.type_name(),
            Arc::from("System.IO.TextWriter"),
            Arc::from("System.MarshalByRefObject"),
            Arc::from("System.Object"),
        ]
    }

    fn to_text(&self) -> String {
        if self.is_text() {
            self.target.to_text()
        } else {
            "System.IO.StreamWriter".to_owned()
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let names: &[&str] = if self.is_text() {
            &["Encoding", "FormatProvider", "NewLine"]
        } else {
            &["AutoFlush", "BaseStream", "Encoding", "FormatProvider", "NewLine"]
        };
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let state = self.state.lock();
        match name.to_ascii_lowercase().as_str() {
            "newline" => Some(Value::str(&state.new_line)),
            "formatprovider" => Some(Value::Null),
            "encoding" => state
                .encoding
                .clone()
                .or_else(|| super::encoding::named("default")),
            "autoflush" if !self.is_text() => Some(Value::Bool(state.automatic)),
            "basestream" if !self.is_text() => Some(self.target.clone()),
            _ => None,
        }
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        match name.to_ascii_lowercase().as_str() {
            "newline" => {
                self.state.lock().new_line = value.to_text();
                Some(Ok(()))
            }
            "autoflush" => {
                self.state.lock().automatic = value.is_true();
                Some(self.flush(world).map(|_| ()))
            }
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let lower = name.to_ascii_lowercase();
        Some(match lower.as_str() {
            "write" | "writeline" => match text_of(arguments) {
                Ok(text) => self.write(&text, lower == "writeline", world),
                Err(error) => Err(error),
            },
            "flush" => self.flush(world),
            "close" | "dispose" => self.close(world),
            "getstringbuilder" if self.is_text() => Ok(self.target.clone()),
            _ => return None,
        })
    }
}

/// What Write's arguments say: a value, characters, or a format with its arguments.
fn text_of(arguments: &[Value]) -> Result<String> {
    match arguments {
        [] => Ok(String::new()),
        [only] => Ok(match only.base() {
            Value::Array(array) if array.element == crate::types::Type::CHAR => {
                array.items.read().iter().map(Value::to_text).collect()
            }
            other => other.to_text_current(),
        }),
        [pattern, rest @ ..] => crate::format_string::format(&pattern.to_text(), rest),
    }
}
