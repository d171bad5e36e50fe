//! System.IO.StreamWriter: text to a file, piece by piece.
//!
//! The file is made when the writer is; what is written is handed over when enough has come together, and by Flush,
//! Close and Dispose. A writer that is never closed loses what it holds, as .NET's does.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, World, fault};
use crate::error::Result;
use crate::value::{Instance, Value};

/// Bytes that are held back before the file is written to.
const HELD: usize = 1 << 16;

struct StreamWriter {
    path: String,
    /// What has not been written yet; `None` after Close.
    pending: Mutex<Option<String>>,
}

/// `[System.IO.StreamWriter]::new(path, append)`.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    let path = call.text(0)?;
    let append = call.arguments.get(1).is_some_and(Value::is_true);
    let Some(host) = call.world.host() else {
        return Err(fault::no_overload("StreamWriter", call.arguments.len()));
    };
    let made = if append {
        host.append_file(&path, b"")
    } else {
        host.write_file(&path, b"")
    };
    made.map_err(|error| fault::raised("System.IO.IOException", error.to_string()))?;
    Ok(Value::instance(StreamWriter {
        path: path.to_string(),
        pending: Mutex::new(Some(String::new())),
    }))
}

impl StreamWriter {
    fn write(&self, text: &str, world: &mut dyn World) -> Result<Value> {
        let full = match self.pending.lock().as_mut() {
            None => {
                return Err(fault::raised(
                    "System.ObjectDisposedException",
                    "Cannot write to a closed TextWriter.",
                ));
            }
            Some(pending) => {
                pending.push_str(text);
                pending.len() >= HELD
            }
        };
        if full {
            self.flush(world)
        } else {
            Ok(Value::Nothing)
        }
    }

    fn flush(&self, world: &mut dyn World) -> Result<Value> {
        let text = self
            .pending
            .lock()
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default();
        if let Some(host) = world.host()
            && !text.is_empty()
        {
            host.append_file(&self.path, text.as_bytes())
                .map_err(|error| fault::raised("System.IO.IOException", error.to_string()))?;
        }
        Ok(Value::Nothing)
    }
}

impl Instance for StreamWriter {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.IO.StreamWriter")
    }

    fn to_text(&self) -> String {
        "System.IO.StreamWriter".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["AutoFlush", "BaseStream", "Encoding", "NewLine"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "newline" => Some(Value::str("\n")),
            "autoflush" => Some(Value::Bool(false)),
            "basestream" | "encoding" => Some(Value::Null),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let text = || arguments.first().map(Value::to_text_current).unwrap_or_default();
        Some(match name.to_ascii_lowercase().as_str() {
            "write" => self.write(&text(), world),
            "writeline" => self.write(&format!("{}\n", text()), world),
            "flush" => self.flush(world),
            "close" | "dispose" => {
                let flushed = self.flush(world);
                *self.pending.lock() = None;
                flushed
            }
            _ => return None,
        })
    }
}
