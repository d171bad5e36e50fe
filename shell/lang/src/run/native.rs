//! Native programs.

use std::sync::Arc;

use crate::error::{Category, ErrorRecord, Result};
use crate::value::Value;

use super::{Machine, Out};

impl Machine {
    /// Runs a native program. Its output comes line by line, and byte by byte where another native program takes it.
    pub(super) fn run_native(
        &mut self,
        program: &Arc<str>,
        arguments: &[String],
        input: Option<&[u8]>,
        out: Out,
    ) -> Result<()> {
        let capture = out != Out::Console;
        self.finish_console()?;
        let host = Arc::clone(&self.host);
        let result = host.run(program, arguments, input, capture).map_err(|error| {
            ErrorRecord::new(
                "NativeCommandFailed",
                Category::ResourceUnavailable,
                format!("Program '{program}' failed to run: {error}"),
            )
            .about(Value::str(program.as_ref()))
            .exception("System.Management.Automation.ApplicationFailedException")
        })?;
        self.set_exit_code(result.exit_code)?;
        if let Some(next) = self.native_behind(out) {
            next.piped = true;
            next.input.extend_from_slice(&result.output);
        } else if capture {
            let text = String::from_utf8_lossy(&result.output);
            for line in text.lines() {
                self.emit(out, Value::str(line))?;
            }
        }
        self.question = result.exit_code == 0;
        Ok(())
    }

    /// Adds an item to a native program's input: bytes as they are, everything else as a line of text.
    pub(super) fn append_native_input(&mut self, item: &Value, input: &mut Vec<u8>) -> Result<()> {
        match item.base() {
            Value::Byte(byte) => input.push(*byte),
            Value::Array(bytes) if bytes.element == crate::types::Type::BYTE => {
                let items = bytes.items.read();
                input.extend(items.iter().filter_map(|item| match item {
                    Value::Byte(byte) => Some(*byte),
                    _ => None,
                }));
            }
            _ => {
                let text = self.text_of(item)?;
                input.extend_from_slice(text.as_bytes());
                if !text.ends_with('\n') {
                    input.push(b'\n');
                }
            }
        }
        Ok(())
    }
}
