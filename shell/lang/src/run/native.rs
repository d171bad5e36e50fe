//! Native programs: what they write comes line by line while they run, byte by byte where another native program or a
//! file takes it.

mod another_shell;
mod arguments;

use std::sync::Arc;

use crate::bind::Given;
use crate::error::{Category, ErrorRecord, Interrupt, Result, error_value};
use crate::host::{Event, Launch, Outlet, Process, STEP};
use crate::value::Value;

use super::pipeline::{Stage, StageKind};
use super::stream::{Channel, Target};
use super::{Machine, Out};

use arguments::native_arguments;

/// The longest line that is waited for; what is longer comes in parts.
const LONGEST_LINE: usize = 1 << 26;

/// A native program in a pipeline.
pub(super) struct NativeStage {
    program: Arc<str>,
    arguments: Vec<String>,
    /// Whether items are piped to it.
    pub(super) piped: bool,
    process: Option<Box<dyn Process>>,
    output: Lines,
    errors: Lines,
    /// Whether it is another shell that reads objects, and those that wait for it.
    takes_objects: bool,
    waiting: Vec<Value>,
    /// Whether what it writes is objects, which come when it has ended.
    gives_objects: bool,
    /// Whether a line of standard error has come.
    complained: bool,
    /// Whether it ended with an exit code other than 0.
    pub(super) failed: bool,
}

/// Bytes that come in pieces, taken apart into lines.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    fn push(&mut self, piece: &[u8], mut take: impl FnMut(&str) -> Result<()>) -> Result<()> {
        self.0.extend_from_slice(piece);
        let mut start = 0;
        while let Some(end) = memchr::memchr(b'\n', &self.0[start..]).map(|at| start + at) {
            take(&line(&self.0[start..end]))?;
            start = end + 1;
        }
        self.0.drain(..start);
        if self.0.len() >= LONGEST_LINE {
            return self.finish(take);
        }
        Ok(())
    }

    /// What came after the last end of a line.
    fn finish(&mut self, mut take: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let rest = std::mem::take(&mut self.0);
        if rest.is_empty() {
            Ok(())
        } else {
            take(&line(&rest))
        }
    }
}

fn line(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes))
}

impl NativeStage {
    pub(super) fn new(program: Arc<str>, arguments: Vec<String>, piped: bool) -> NativeStage {
        NativeStage {
            program,
            arguments,
            piped,
            process: None,
            output: Lines::default(),
            errors: Lines::default(),
            takes_objects: false,
            waiting: Vec::new(),
            gives_objects: false,
            complained: false,
            failed: false,
        }
    }
}

impl Machine {
    /// Runs a native program that nothing is piped to.
    pub(super) fn run_native(&mut self, program: &Arc<str>, given: &[Given], out: Out) -> Result<()> {
        let mut native = self.native_stage(Arc::clone(program), given, false, out)?;
        self.start_native(&mut native, out, false)?;
        self.end_native(&mut native, out)
    }

    /// Starts a stage's program.
    pub(super) fn start_native(&mut self, native: &mut NativeStage, out: Out, fed: bool) -> Result<()> {
        let errors = match self.target(Channel::Error) {
            Target::Console if native.gives_objects => Outlet::Taken,
            Target::Console => Outlet::Inherited,
            Target::Null => Outlet::Discarded,
            Target::Merge(_) => Outlet::Taken,
        };
        let output = match out {
            Out::Console if errors != Outlet::Taken => Outlet::Inherited,
            Out::Null => Outlet::Discarded,
            _ => Outlet::Taken,
        };
        self.finish_console()?;
        let launch = Launch {
            program: &native.program,
            arguments: &native.arguments,
            fed,
            output,
            errors,
        };
        let process = self.host.start(launch).map_err(|error| {
            let program = &native.program;
            ErrorRecord::new(
                "NativeCommandFailed",
                Category::ResourceUnavailable,
                format!("Program '{program}' failed to run: {error}"),
            )
            .about(Value::str(program.as_ref()))
            .exception("System.Management.Automation.ApplicationFailedException")
        })?;
        native.process = Some(process);
        Ok(())
    }

    /// Gives an item to a program: bytes as they are, everything else as a line of text.
    pub(super) fn feed_item(&mut self, native: &mut NativeStage, item: &Value, out: Out) -> Result<()> {
        if native.takes_objects {
            native.waiting.push(item.clone());
            return Ok(());
        }
        let bytes = match item.base() {
            Value::Byte(byte) => vec![*byte],
            Value::Array(bytes) if bytes.element == crate::types::Type::BYTE => {
                let items = bytes.items.read();
                let byte = |item: &Value| if let Value::Byte(byte) = item { *byte } else { 0 };
                items.iter().map(byte).collect()
            }
            _ => {
                let mut text = self.text_of(item)?;
                if !text.ends_with('\n') {
                    text.push('\n');
                }
                text.into_bytes()
            }
        };
        self.feed_bytes(native, bytes, out)
    }

    fn feed_bytes(&mut self, native: &mut NativeStage, bytes: Vec<u8>, out: Out) -> Result<()> {
        let mut waiting = Some(bytes);
        while let Some(bytes) = waiting {
            let Some(process) = &mut native.process else {
                return Ok(());
            };
            waiting = process.feed(bytes);
            let patience = if waiting.is_some() { STEP } else { 0 };
            if let Some(event) = process.next(patience) {
                self.take_event(native, event, out)?;
            }
            self.check_stop()?;
        }
        Ok(())
    }

    /// Waits for a program's end and gives on what it writes until then.
    pub(super) fn end_native(&mut self, native: &mut NativeStage, out: Out) -> Result<()> {
        if native.takes_objects && native.piped {
            let items = std::mem::take(&mut native.waiting);
            let document = format!("#< CLIXML\n{}", self.document_of(&items)?);
            self.feed_bytes(native, document.into_bytes(), out)?;
        }
        if let Some(process) = &mut native.process {
            process.end_input();
        }
        while let Some(process) = &mut native.process {
            if let Some(event) = process.next(STEP) {
                self.take_event(native, event, out)?;
            }
            self.check_stop()?;
        }
        Ok(())
    }

    fn take_event(&mut self, native: &mut NativeStage, event: Event, out: Out) -> Result<()> {
        match event {
            Event::Output(piece) if native.gives_objects => {
                native.output.0.extend_from_slice(&piece);
                Ok(())
            }
            Event::Error(piece) if native.gives_objects => {
                native.errors.0.extend_from_slice(&piece);
                Ok(())
            }
            Event::Ended(code) if native.gives_objects => {
                native.process = None;
                let output = std::mem::take(&mut native.output.0);
                self.take_document(&native.program, &output, out)?;
                let errors = std::mem::take(&mut native.errors.0);
                self.take_errors(&native.program, &errors, out)?;
                native.failed = code != 0;
                self.native_ended(&native.program, code)
            }
            Event::Output(piece) => {
                if self.feed_behind(out, &piece)? {
                    return Ok(());
                }
                native
                    .output
                    .push(&piece, |line| self.emit(out, Value::str(line)))
            }
            Event::Error(piece) => {
                let complained = &mut native.complained;
                native
                    .errors
                    .push(&piece, |line| self.complain(&native.program, line, complained))
            }
            Event::Ended(code) => {
                native.process = None;
                let complained = &mut native.complained;
                native
                    .errors
                    .finish(|line| self.complain(&native.program, line, complained))?;
                native.output.finish(|line| self.emit(out, Value::str(line)))?;
                native.failed = code != 0;
                self.native_ended(&native.program, code)
            }
        }
    }

    fn native_ended(&mut self, program: &Arc<str>, code: i32) -> Result<()> {
        self.set_exit_code(code)?;
        self.question = code == 0;
        let counts = crate::symbol::Symbol::find("PSNativeCommandUseErrorActionPreference")
            .and_then(|symbol| self.read_named(symbol))
            .is_some_and(|wanted| wanted.is_true());
        if code == 0 || !counts {
            return Ok(());
        }
        let name = program.rsplit('/').next().unwrap_or(program);
        let record = ErrorRecord::new(
            "ProgramExitedWithNonZeroCode",
            Category::NotSpecified,
            format!("Program \"{name}\" ended with non-zero exit code: {code} (0x{code:08X})."),
        )
        .about(Value::str(program.as_ref()))
        .exception("System.Management.Automation.NativeCommandExitException");
        let action = self.preference("ErrorActionPreference");
        self.report(record, action)
    }

    /// A line of a program's standard error, where that is redirected.
    fn complain(&mut self, program: &Arc<str>, line: &str, complained: &mut bool) -> Result<()> {
        let Target::Merge(out) = self.target(Channel::Error) else {
            return Ok(());
        };
        let id = if *complained {
            "NativeCommandErrorMessage"
        } else {
            "NativeCommandError"
        };
        *complained = true;
        let name = program.rsplit('/').next().unwrap_or(program);
        let mut record = ErrorRecord::new(id, Category::NotSpecified, line)
            .about(Value::str(line))
            .exception("System.Management.Automation.RemoteException");
        record.command = Some(Arc::from(name));
        self.complete(&mut record);
        self.emit(out, error_value(record))
    }

    /// Gives bytes to the native program or the file behind an output; whether there is one.
    fn feed_behind(&mut self, out: Out, bytes: &[u8]) -> Result<bool> {
        match out {
            Out::Stage(pipe, at) if self.native_behind(out) => {
                self.with_stage(pipe, at, |machine, stage| {
                    let Stage { out, kind, .. } = stage;
                    match kind {
                        StageKind::Native(next) => machine.feed_bytes(next, bytes.to_vec(), *out),
                        _ => Ok(()),
                    }
                })?;
                Ok(true)
            }
            Out::Tee(at) => self.append_bytes(at, bytes),
            _ => Ok(false),
        }
    }

    fn check_stop(&mut self) -> Result<()> {
        if self.host.stop_requested() {
            return Err(Interrupt::Stopped);
        }
        Ok(())
    }
}
