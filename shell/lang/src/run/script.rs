//! Whole scripts and lines, as the shell runs them: parsing, the scope, what an uncaught error does, the exit code.

use std::sync::Arc;

use crate::ast::Source;
use crate::bind::Given;
use crate::block::{ScriptBlock, as_block};
use crate::debugger::Stepping;
use crate::engine::{Feed, Origin, Outcome};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::session::HistoryEntry;
use crate::symbol::Symbol;
use crate::value::{Handle, Value};

use super::command::Callee;
use super::function::Form;
use super::{Machine, Out};

impl Machine {
    /// Runs a text to its end.
    pub(crate) fn run_script(&mut self, text: &str, origin: &Origin, feed: Feed<'_>) -> Outcome {
        let heights = self.heights();
        let result = self.run_text(text, origin, feed);
        let finished = self.finish_console();
        // What is left open after an interrupt is closed; a file that cannot be written then was reported before.
        let restored = self.restore(heights);
        self.try_depth = 0;
        self.depth = 0;
        self.debugger.stepping = Stepping::Off;
        self.debugger.refresh();
        self.outcome(
            result.and(finished).and(restored),
            matches!(origin, Origin::File(_)),
        )
    }

    fn run_text(&mut self, text: &str, origin: &Origin, feed: Feed<'_>) -> Result<()> {
        let (file, script) = match origin {
            Origin::Prompt => (None, false),
            Origin::File(path) => (Some(path.as_str()), true),
            Origin::Profile(path) => (Some(path.as_str()), false),
        };
        let source = Source::new(file, text);
        let parsed = crate::parse::parse(&source);
        if !parsed.errors.is_empty() {
            return Err(self.parse_failure(&parsed.errors, &source).into());
        }
        self.prepare(&parsed)?;
        let block = crate::block::ScriptBlock::new(parsed.body, source, None).into_value();
        let Feed { words, values, input } = feed;
        let mut given: Vec<Given> = words
            .iter()
            .map(|word| match script {
                true => command_line_argument(word),
                false => Given::Value(Value::str(word.as_str()), None),
            })
            .collect();
        given.extend(values.iter().map(|value| Given::Value(value.clone(), None)));
        self.question = true;
        match input {
            Some(input) if script => {
                return self.run_piped(Callee::Block(block), given, input, Out::Console, false);
            }
            input => self.frames[self.frame].input = input.map(super::Input::of),
        }
        if !script {
            self.frames[self.frame].arguments = words
                .iter()
                .map(|text| Value::str(text.as_str()))
                .chain(values)
                .collect();
            return self.call_given(&block, None, given, Out::Console, true);
        }
        self.run_file(&block, given, file.unwrap_or_default())
    }

    fn run_file(&mut self, block: &Value, given: Vec<Given>, path: &str) -> Result<()> {
        let name: Arc<str> = Arc::from(path.rsplit('/').next().unwrap_or(path));
        let (mut call, out) = self.function_stage(
            block,
            None,
            given,
            Out::Console,
            Form {
                piped: false,
                dot: false,
            },
        )?;
        self.frames[call.frame].is_script = true;
        self.frames[call.frame].name = Some(name);
        self.run_call(&mut call, out)
    }

    fn outcome(&mut self, result: Result<()>, file: bool) -> Outcome {
        match result {
            Ok(())
            | Err(Interrupt::Return | Interrupt::Break(_) | Interrupt::Continue(_) | Interrupt::Enough(_)) => {
                Outcome {
                    exit_code: if file { 0 } else { i32::from(!self.question) },
                    success: self.question,
                    ..Outcome::default()
                }
            }
            Err(Interrupt::Exit(code)) => {
                self.last_exit_code = Some(code);
                Outcome {
                    exit_code: code,
                    success: code == 0,
                    exited: true,
                    ..Outcome::default()
                }
            }
            Err(Interrupt::Stopped) => Outcome {
                exit_code: 130,
                stopped: true,
                ..Outcome::default()
            },
            Err(Interrupt::Error(record)) => self.uncaught(record),
        }
    }

    fn uncaught(&mut self, mut record: Box<ErrorRecord>) -> Outcome {
        self.question = false;
        self.complete(&mut record);
        self.record(&mut record);
        self.print_error(&record);
        Outcome {
            exit_code: 1,
            error: Some(record),
            ..Outcome::default()
        }
    }

    /// Puts a line into the history.
    pub(crate) fn remember(&mut self, line: &str, started: i64, succeeded: bool) {
        let ended = self.host.now_ticks();
        let id = self.history.last().map_or(1, |last| last.id + 1);
        self.history.push(HistoryEntry {
            id,
            command_line: Arc::from(line),
            succeeded,
            started_ticks: started,
            ended_ticks: ended,
        });
        if self.history.len() > 4096 {
            self.history.remove(0);
        }
    }

    /// The prompt's text.
    pub(crate) fn prompt_text(&mut self) -> String {
        let fallback = format!("PS {}> ", self.location_path());
        let Some(block) = Symbol::find("prompt").and_then(|symbol| self.function(symbol)) else {
            return fallback;
        };
        let question = self.question;
        let heights = self.heights();
        let output = self.collect(|machine, out| machine.call_value(&block, Vec::new(), out));
        let _ = self.restore(heights);
        self.question = question;
        match output {
            Ok(items) if !items.is_empty() => Machine::as_value(items).to_text(),
            _ => fallback,
        }
    }

    /// Whether a command's name stands for something.
    pub(crate) fn command_exists(&self, name: &str) -> bool {
        let plain = name.trim_matches(['\'', '"']);
        self.aliases.contains_key(&plain.to_lowercase())
            || Symbol::find(plain).is_some_and(|symbol| self.function(symbol).is_some())
            || self.registry.command(plain).is_some()
            || self.registry.command(&format!("Get-{plain}")).is_some()
            || plain.contains(['/', '\\', '$'])
            || self.host.find_program(plain).is_some()
    }

    /// A global variable.
    pub(crate) fn global(&self, name: &str) -> Option<Value> {
        let symbol = Symbol::find(name)?;
        self.get_in(0, symbol).cloned().or_else(|| self.automatic(symbol))
    }

    /// Sets a global variable.
    pub(crate) fn set_global(&mut self, name: &str, value: Value) {
        self.put_in(0, Symbol::of(name), value);
    }
}

/// An argument after a script's name on the command line.
fn command_line_argument(text: &str) -> Given {
    if let Some(name) = text.strip_prefix('-')
        && name.starts_with(|first: char| first.is_alphabetic())
    {
        let (name, value) = match name.split_once(':') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        let value = value.map(|value| {
            let value = match value.to_ascii_lowercase().as_str() {
                "$true" => Value::Bool(true),
                "$false" => Value::Bool(false),
                _ => Value::str(value),
            };
            (value, None)
        });
        return Given::Named {
            name: Arc::from(name),
            value,
            text: Arc::from(text),
            splatted: false,
        };
    }
    Given::Value(Value::str(text), None)
}

impl Machine {
    /// Reads and parses a script file.
    pub(super) fn load_script(&mut self, path: &str) -> Result<Value> {
        let bytes = self.host.read_file(path).map_err(|error| {
            ErrorRecord::new(
                "ScriptNotReadable",
                Category::ReadError,
                format!("Cannot read the script '{path}': {error}"),
            )
            .about(Value::str(path))
        })?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let name = path.rsplit('/').next().unwrap_or(path);
        self.parse_named(
            text.trim_start_matches('\u{feff}'),
            Some(path),
            Some(Arc::from(name)),
        )
    }

    /// The script block of a text; a parse error is the error.
    pub(crate) fn parse_block(&mut self, text: &str, file: Option<&str>) -> Result<Value> {
        self.parse_named(text, file, None)
    }

    fn parse_named(&mut self, text: &str, file: Option<&str>, name: Option<Arc<str>>) -> Result<Value> {
        let source = crate::ast::Source::new(file, text);
        let script = crate::parse::parse(&source);
        if !script.errors.is_empty() {
            return Err(self.parse_failure(&script.errors, &source).into());
        }
        self.prepare(&script)?;
        self.adopt_source(&source);
        Ok(Value::Block(Handle::new(ScriptBlock::new(
            script.body,
            source,
            name,
        ))))
    }

    /// Runs a script file.
    pub(super) fn call_script(
        &mut self,
        path: &Arc<str>,
        given: Vec<Given>,
        out: Out,
        dot: bool,
    ) -> Result<()> {
        let block = self.load_script(path)?;
        self.deeper(|machine| {
            let heights = machine.heights();
            let result = machine
                .function_stage(&block, None, given, out, Form { piped: false, dot })
                .and_then(|(mut call, out)| {
                    call.is_script = true;
                    if !dot {
                        machine.frames[call.frame].is_script = true;
                        return machine.run_call(&mut call, out);
                    }
                    // What is asked for `$MyInvocation` meanwhile is the script.
                    let frame = call.frame;
                    let name = as_block(&block).and_then(|block| block.name.clone());
                    let caller_name = std::mem::replace(&mut machine.frames[frame].name, name);
                    let caller_block = std::mem::replace(&mut machine.frames[frame].block, block.clone());
                    let result = machine.run_call(&mut call, out);
                    machine.frames[frame].name = caller_name;
                    machine.frames[frame].block = caller_block;
                    result
                });
            let restored = machine.restore(heights);
            result.and(restored)
        })
    }
}
