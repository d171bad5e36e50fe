//! Native programs.

use std::sync::Arc;

use crate::error::{Category, ErrorRecord, Result};
use crate::value::Value;

use super::{Machine, Out};

impl Machine {
    /// Runs a native program: piped items are its input line by line, its output comes line by line.
    pub(super) fn run_native(
        &mut self,
        program: &Arc<str>,
        arguments: &[String],
        input: Option<Vec<Value>>,
        out: Out,
    ) -> Result<()> {
        let input = match input {
            Some(items) => {
                let mut text = self.text_lines(&items)?;
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                Some(text)
            }
            None => None,
        };
        let capture = out != Out::Console;
        self.finish_console()?;
        let host = Arc::clone(&self.host);
        let result = host
            .run(program, arguments, input.as_deref().map(str::as_bytes), capture)
            .map_err(|error| {
                ErrorRecord::new(
                    "NativeCommandFailed",
                    Category::ResourceUnavailable,
                    format!("Program '{program}' failed to run: {error}"),
                )
                .about(Value::str(program.as_ref()))
                .exception("System.Management.Automation.ApplicationFailedException")
            })?;
        self.set_exit_code(result.exit_code)?;
        if capture {
            let text = String::from_utf8_lossy(&result.output);
            for line in text.lines() {
                self.emit(out, Value::str(line))?;
            }
        }
        self.question = result.exit_code == 0;
        Ok(())
    }

    fn text_lines(&mut self, items: &[Value]) -> Result<String> {
        let mut text = String::new();
        for item in items {
            text.push_str(&self.text_of(item)?);
            text.push('\n');
        }
        Ok(text)
    }
}
