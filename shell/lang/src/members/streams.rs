//! System.IO.Stream: MemoryStream, and FileStream through the host.
//!
//! A file is read in pieces from where the stream stands; going back opens it anew. What is written to a file is held
//! back and appended, so a file stream that writes cannot move.

use std::io::Read;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, Method, World, fault};
use crate::error::{Interrupt, Result};
use crate::value::{Instance, Value};

/// Bytes that are held back before a file is written to.
const HELD: usize = 1 << 16;
/// The most bytes that a stream in memory holds.
const MOST: usize = 1 << 30;

/// A stream.
pub struct Stream(Mutex<State>);

enum State {
    Memory {
        bytes: Vec<u8>,
        at: usize,
    },
    Reading {
        path: String,
        reader: Box<dyn Read + Send>,
        at: u64,
    },
    Writing {
        path: String,
        pending: Vec<u8>,
        at: u64,
    },
    Closed,
}

fn closed() -> Interrupt {
    fault::raised("System.ObjectDisposedException", "Cannot access a closed Stream.")
}

fn unsupported(what: &str) -> Interrupt {
    fault::raised(
        "System.NotSupportedException",
        format!("Stream does not support {what}."),
    )
}

fn io_failure(error: &std::io::Error, path: &str) -> Interrupt {
    super::io::io_error(error, path)
}

/// `[IO.MemoryStream]::new(…)`.
pub fn memory(call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 3)?;
    let bytes = match call.arguments.first().map(Value::base) {
        None | Some(Value::Int(_)) => Vec::new(),
        Some(_) => call.bytes(0)?,
    };
    Ok(of_bytes(bytes))
}

/// A stream over bytes, standing at their beginning.
pub fn of_bytes(bytes: Vec<u8>) -> Value {
    Value::instance(Stream(Mutex::new(State::Memory { bytes, at: 0 })))
}

/// A file opened for reading.
pub fn open(path: &str, world: &dyn World) -> Result<Value> {
    let host = world.host().ok_or_else(|| unsupported("files"))?;
    let reader = host.open_file(path).map_err(|error| io_failure(&error, path))?;
    Ok(Value::instance(Stream(Mutex::new(State::Reading {
        path: path.to_owned(),
        reader,
        at: 0,
    }))))
}

/// A file opened for writing, emptied unless it is appended to.
pub fn create(path: &str, append: bool, world: &dyn World) -> Result<Value> {
    let host = world.host().ok_or_else(|| unsupported("files"))?;
    let made = if append {
        host.append_file(path, b"")
    } else {
        host.write_file(path, b"")
    };
    made.map_err(|error| io_failure(&error, path))?;
    let at = host.file_status(path).map_or(0, |status| status.length);
    Ok(Value::instance(Stream(Mutex::new(State::Writing {
        path: path.to_owned(),
        pending: Vec::new(),
        at,
    }))))
}

/// `[IO.File]::Open(path, mode, access)` and `[IO.FileStream]::new(…)`.
pub fn open_with(call: &mut Call<'_>) -> Result<Value> {
    let path = super::io::full_path(&call.text(0)?, call.world);
    let mode = call.text(1)?.to_ascii_lowercase();
    let access = if call.count() > 2 {
        call.text(2)?.to_ascii_lowercase()
    } else {
        String::new()
    };
    let there = call
        .world
        .host()
        .and_then(|host| host.file_status(&path))
        .is_some();
    match mode.as_str() {
        "createnew" if there => Err(fault::raised(
            "System.IO.IOException",
            format!("The file '{path}' already exists."),
        )),
        "append" | "6" => create(&path, true, call.world),
        "create" | "createnew" | "truncate" | "1" | "2" | "5" => create(&path, false, call.world),
        "openorcreate" | "4" if !there => create(&path, false, call.world),
        _ if access == "write" => create(&path, true, call.world),
        _ => open(&path, call.world),
    }
}

impl Stream {
    /// The next bytes, at most so many; none at the end.
    pub fn read(&self, count: usize, world: &dyn World) -> Result<Vec<u8>> {
        let _ = world;
        match &mut *self.0.lock() {
            State::Memory { bytes, at } => {
                let start = (*at).min(bytes.len());
                let end = start.saturating_add(count).min(bytes.len());
                *at = end;
                Ok(bytes[start..end].to_vec())
            }
            State::Reading { path, reader, at } => {
                let mut piece = Vec::new();
                let limited = reader.take(count as u64).read_to_end(&mut piece);
                limited.map_err(|error| io_failure(&error, path))?;
                *at += piece.len() as u64;
                Ok(piece)
            }
            State::Writing { .. } => Err(unsupported("reading")),
            State::Closed => Err(closed()),
        }
    }

    /// Writes bytes where the stream stands.
    pub fn write(&self, piece: &[u8], world: &dyn World) -> Result<()> {
        let full = match &mut *self.0.lock() {
            State::Memory { bytes, at } => {
                let end = *at + piece.len();
                if end > MOST {
                    return Err(fault::raised(
                        "System.OutOfMemoryException",
                        "Stream was too long.",
                    ));
                }
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(piece);
                *at = end;
                false
            }
            State::Writing { pending, at, .. } => {
                pending.extend_from_slice(piece);
                *at += piece.len() as u64;
                pending.len() >= HELD
            }
            State::Reading { .. } => return Err(unsupported("writing")),
            State::Closed => return Err(closed()),
        };
        if full { self.flush(world) } else { Ok(()) }
    }

    /// Hands what is held back to the file.
    pub fn flush(&self, world: &dyn World) -> Result<()> {
        let mut state = self.0.lock();
        if let (State::Writing { path, pending, .. }, Some(host)) = (&mut *state, world.host())
            && !pending.is_empty()
        {
            let piece = std::mem::take(pending);
            host.append_file(path, &piece)
                .map_err(|error| io_failure(&error, path))?;
        }
        Ok(())
    }

    /// Flushes, and takes no more.
    pub fn close(&self, world: &dyn World) -> Result<()> {
        let flushed = self.flush(world);
        let mut state = self.0.lock();
        if let State::Memory { bytes, .. } = &mut *state {
            // The bytes of a closed MemoryStream can still be taken.
            let kept = std::mem::take(bytes);
            *state = State::Memory {
                at: kept.len(),
                bytes: kept,
            };
        } else {
            *state = State::Closed;
        }
        flushed
    }

    fn seek(&self, wanted: i64, world: &dyn World) -> Result<()> {
        let wanted = u64::try_from(wanted).map_err(|_| {
            fault::raised(
                "System.IO.IOException",
                "An attempt was made to move the position before the beginning of the stream.",
            )
        })?;
        let path = match &mut *self.0.lock() {
            State::Memory { at, .. } => {
                *at = usize::try_from(wanted).unwrap_or(MOST).min(MOST);
                return Ok(());
            }
            State::Reading { path, .. } => path.clone(),
            State::Writing { at, .. } if *at == wanted => return Ok(()),
            State::Writing { .. } => return Err(unsupported("seeking")),
            State::Closed => return Err(closed()),
        };
        let host = world.host().ok_or_else(closed)?;
        let mut reader = host.open_file(&path).map_err(|error| io_failure(&error, &path))?;
        let skipped = std::io::copy(&mut reader.by_ref().take(wanted), &mut std::io::sink());
        skipped.map_err(|error| io_failure(&error, &path))?;
        *self.0.lock() = State::Reading {
            path,
            reader,
            at: wanted,
        };
        Ok(())
    }

    fn length(&self, world: &dyn World) -> Option<i64> {
        match &*self.0.lock() {
            State::Memory { bytes, .. } => Some(bytes.len() as i64),
            State::Reading { path, .. } => {
                let status = world.host().and_then(|host| host.file_status(path));
                status.map(|status| status.length as i64)
            }
            State::Writing { at, .. } => Some(*at as i64),
            State::Closed => None,
        }
    }

    fn is_memory(&self) -> bool {
        matches!(&*self.0.lock(), State::Memory { .. })
    }
}

impl Instance for Stream {
    fn type_name(&self) -> Arc<str> {
        Arc::from(if self.is_memory() {
            "System.IO.MemoryStream"
        } else {
            "System.IO.FileStream"
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        vec![
            self.type_name(),
            Arc::from("System.IO.Stream"),
            Arc::from("System.MarshalByRefObject"),
            Arc::from("System.Object"),
        ]
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let names: &[&str] = if self.is_memory() {
            &[
                "CanRead",
                "CanSeek",
                "CanWrite",
                "Capacity",
                "Length",
                "Position",
                "CanTimeout",
            ]
        } else {
            &[
                "CanRead",
                "CanSeek",
                "CanWrite",
                "Length",
                "Name",
                "Position",
                "CanTimeout",
            ]
        };
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let state = self.0.lock();
        let (read, write, at, path) = match &*state {
            State::Memory { at, .. } => (true, true, *at as u64, None),
            State::Reading { path, at, .. } => (true, false, *at, Some(path)),
            State::Writing { path, at, .. } => (false, true, *at, Some(path)),
            State::Closed => (false, false, 0, None),
        };
        match name.to_ascii_lowercase().as_str() {
            "canread" => Some(Value::Bool(read)),
            "canwrite" => Some(Value::Bool(write)),
            "canseek" => Some(Value::Bool(read)),
            "cantimeout" => Some(Value::Bool(false)),
            "position" => Some(Value::Long(at as i64)),
            "name" => path.map(Value::from),
            "capacity" => match &*state {
                State::Memory { bytes, .. } => Some(Value::count(bytes.capacity())),
                _ => None,
            },
            _ => None,
        }
    }

    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        if name.eq_ignore_ascii_case("Length") {
            return self.length(world).map(Value::Long);
        }
        self.property(name)
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        name.eq_ignore_ascii_case("Position").then(|| {
            let wanted = crate::convert::to(value, &crate::types::Type::INT64, world)?;
            self.seek(
                if let Value::Long(wanted) = wanted {
                    wanted
                } else {
                    0
                },
                world,
            )
        })
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn own<'c>(call: &Call<'c>) -> &'c Stream {
    call.target
        .downcast::<Stream>()
        .expect("the table of Stream is used for Stream only")
}

static METHODS: &[Method] = &[
    Method::new(
        "Read",
        "int Read(byte[] buffer, int offset, int count)",
        read_into,
    ),
    Method::new("ReadByte", "int ReadByte()", |call| {
        let next = own(call).read(1, call.world)?;
        Ok(Value::Int(next.first().map_or(-1, |byte| i32::from(*byte))))
    }),
    Method::new(
        "Write",
        "void Write(byte[] buffer, int offset, int count)",
        |call| {
            let bytes = call.bytes(0)?;
            let piece = match call.count() {
                1 => &bytes[..],
                _ => {
                    let (start, count) = (call.int(1)?.max(0) as usize, call.int(2)?.max(0) as usize);
                    bytes.get(start..start.saturating_add(count)).ok_or_else(beyond)?
                }
            };
            own(call).write(piece, call.world)?;
            Ok(Value::Nothing)
        },
    ),
    Method::new("WriteByte", "void WriteByte(byte value)", |call| {
        let Value::Byte(byte) = call.to(0, &crate::types::Type::BYTE)? else {
            return Err(call.no_overload());
        };
        own(call).write(&[byte], call.world)?;
        Ok(Value::Nothing)
    }),
    Method::new(
        "Seek",
        "long Seek(long offset, System.IO.SeekOrigin loc)",
        |call| {
            let (offset, origin) = (call.long(0)?, call.text(1)?.to_ascii_lowercase());
            let stream = own(call);
            let from = match origin.as_str() {
                "current" | "1" => match stream.property("Position") {
                    Some(Value::Long(at)) => at,
                    _ => 0,
                },
                "end" | "2" => stream.length(call.world).unwrap_or(0),
                _ => 0,
            };
            stream.seek(from.saturating_add(offset), call.world)?;
            Ok(Value::Long(from + offset))
        },
    ),
    Method::new("SetLength", "void SetLength(long value)", |call| {
        let length = usize::try_from(call.long(0)?).unwrap_or(usize::MAX);
        match &mut *own(call).0.lock() {
            State::Memory { bytes, at } if length <= MOST => {
                bytes.resize(length, 0);
                *at = (*at).min(length);
                Ok(Value::Nothing)
            }
            _ => Err(unsupported("this length")),
        }
    }),
    Method::new("ToArray", "byte[] ToArray()", |call| match &*own(call).0.lock() {
        State::Memory { bytes, .. } => Ok(Value::bytes(bytes)),
        _ => Err(fault::no_method_of("System.IO.FileStream", "ToArray")),
    }),
    Method::new("GetBuffer", "byte[] GetBuffer()", |call| {
        match &*own(call).0.lock() {
            State::Memory { bytes, .. } => Ok(Value::bytes(bytes)),
            _ => Err(fault::no_method_of("System.IO.FileStream", "GetBuffer")),
        }
    }),
    Method::new("CopyTo", "void CopyTo(System.IO.Stream destination)", |call| {
        let target = call.value(0)?.clone();
        let Some(target) = target.downcast::<Stream>() else {
            return Err(call.no_overload());
        };
        let source = own(call);
        loop {
            let piece = source.read(HELD, call.world)?;
            if piece.is_empty() {
                return Ok(Value::Nothing);
            }
            target.write(&piece, call.world)?;
        }
    }),
    Method::new("Flush", "void Flush()", |call| {
        own(call).flush(call.world)?;
        Ok(Value::Nothing)
    }),
    Method::new("Close", "void Close()", |call| {
        own(call).close(call.world)?;
        Ok(Value::Nothing)
    }),
    Method::new("Dispose", "void Dispose()", |call| {
        own(call).close(call.world)?;
        Ok(Value::Nothing)
    }),
];

fn beyond() -> Interrupt {
    fault::argument(
        "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end \
         of the source collection.",
    )
}

fn read_into(call: &mut Call<'_>) -> Result<Value> {
    let Value::Array(buffer) = call.value(0)?.base().clone() else {
        return Err(call.no_overload());
    };
    let (start, count) = match call.count() {
        1 => (0, buffer.len()),
        _ => (call.int(1)?.max(0) as usize, call.int(2)?.max(0) as usize),
    };
    if start.saturating_add(count) > buffer.len() {
        return Err(beyond());
    }
    let piece = own(call).read(count, call.world)?;
    let mut items = buffer.items.write();
    for (slot, byte) in items[start..].iter_mut().zip(&piece) {
        *slot = Value::Byte(*byte);
    }
    Ok(Value::count(piece.len()))
}
