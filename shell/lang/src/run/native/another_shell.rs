//! A script block among a native program's arguments: the program is another shell, which is handed the block and its
//! arguments encoded, and objects as CLIXML both ways (`plenum -Command { … } -Args 1, 2`).
//!
//! As in PowerShell every program is taken for one: what is none gets options that it does not know.

use base64::Engine as _;

use crate::bind::Given;
use crate::cmdlet::Progress;
use crate::error::{Category, ErrorRecord, Result};
use crate::registry::Sent;
use crate::run::context::EngineContext;
use crate::run::stream::Channel;
use crate::run::{Machine, Out};
use crate::value::Value;

use super::{NativeStage, native_arguments};

/// A text as another shell's encoded options have it.
fn encoded(text: &str) -> String {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn wrong(id: &str, message: &str) -> ErrorRecord {
    ErrorRecord::new(id, Category::InvalidArgument, message)
        .exception("System.Management.Automation.ParameterBindingException")
}

/// Whether an option is meant: a beginning of its name of at least so many letters.
fn means(name: &str, option: &str, shortest: usize) -> bool {
    name.len() >= shortest
        && option
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
}

impl Machine {
    /// A native program's stage, with what it is handed.
    pub(in crate::run) fn native_stage(
        &mut self,
        program: std::sync::Arc<str>,
        given: &[Given],
        piped: bool,
        out: Out,
    ) -> Result<NativeStage> {
        let is_block = |given: &Given| matches!(given, Given::Value(Value::Block(_), _));
        if !given.iter().any(is_block) || self.registry.object_text().is_none() {
            return Ok(NativeStage::new(program, native_arguments(given), piped));
        }
        let objects = out != Out::Console;
        let mut arguments = self.shell_arguments(given)?;
        let format = if objects { "xml" } else { "text" };
        arguments.extend(["-inputFormat", "xml", "-outputFormat", format].map(str::to_owned));
        let mut native = NativeStage::new(program, arguments, piped);
        native.takes_objects = true;
        native.gives_objects = objects;
        Ok(native)
    }

    /// The block and its arguments encoded, in their places among the others.
    fn shell_arguments(&mut self, given: &[Given]) -> Result<Vec<String>> {
        let mut arguments = Vec::new();
        let (mut command, mut values) = (false, false);
        let mut rest = given.iter();
        while let Some(argument) = rest.next() {
            match argument {
                Given::Named { name, value, .. } if means(name, "Command", 1) => {
                    match (value, rest.as_slice()) {
                        (None, [Given::Value(Value::Block(_), _), ..]) => {}
                        _ => {
                            let message = "The value of the parameter -Command is not a script block.";
                            return Err(wrong("IncorrectValueForCommandParameter", message).into());
                        }
                    }
                }
                Given::Named { name, value, .. } if means(name, "Args", 3) => {
                    let value = match (value, rest.next()) {
                        (Some((value, _)), _) => value.clone(),
                        (None, Some(Given::Value(value, _))) => value.clone(),
                        _ => {
                            let message = "A value is required for the -Args parameter.";
                            return Err(wrong("MissingArgsParameterValue", message).into());
                        }
                    };
                    if std::mem::replace(&mut values, true) {
                        let message = "The -Args parameter is given more than once.";
                        return Err(wrong("ArgsParameterAlreadySpecified", message).into());
                    }
                    let items = crate::members::enumerate(&value).unwrap_or_else(|| vec![value]);
                    let text = self.document_of(&[Value::from(items)])?;
                    arguments.extend(["-encodedArguments".to_owned(), encoded(&text)]);
                }
                Given::Value(block @ Value::Block(_), _) => {
                    if std::mem::replace(&mut command, true) {
                        let message = "The -Command parameter is given more than once.";
                        return Err(wrong("CommandParameterAlreadySpecified", message).into());
                    }
                    arguments.extend(["-encodedCommand".to_owned(), encoded(&block.to_text())]);
                }
                other => arguments.extend(native_arguments(std::slice::from_ref(other))),
            }
        }
        Ok(arguments)
    }

    /// The document of some objects.
    pub(super) fn document_of(&mut self, values: &[Value]) -> Result<String> {
        match self.registry.object_text() {
            Some(objects) => objects.write(&mut EngineContext::new(self), values),
            None => Ok(String::new()),
        }
    }

    /// What another shell wrote, as it would have come from a command of this one. What is no document is lines.
    pub(super) fn take_document(
        &mut self,
        program: &std::sync::Arc<str>,
        bytes: &[u8],
        out: Out,
    ) -> Result<()> {
        let text = String::from_utf8_lossy(bytes);
        let sent = match self.registry.object_text() {
            Some(objects) if text.trim_start().starts_with("#< CLIXML") => objects.read(&text)?,
            _ => text
                .lines()
                .map(|line| (Sent::Output, Value::str(line)))
                .collect(),
        };
        for (stream, value) in sent {
            self.take_sent(program, stream, value, out)?;
        }
        Ok(())
    }

    /// The errors of another shell; what is no document was written by something that it started.
    pub(super) fn take_errors(
        &mut self,
        program: &std::sync::Arc<str>,
        bytes: &[u8],
        out: Out,
    ) -> Result<()> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if text.trim_start().starts_with("#< CLIXML") {
            return self.take_document(program, bytes, out);
        }
        text.lines()
            .try_for_each(|line| self.take_sent(program, Sent::Error, Value::str(line), out))
    }

    fn take_sent(
        &mut self,
        program: &std::sync::Arc<str>,
        stream: Sent,
        value: Value,
        out: Out,
    ) -> Result<()> {
        match stream {
            Sent::Output => self.emit(out, value),
            Sent::Error => self.report_sent(program, &value),
            Sent::Warning => self.send_message(Channel::Warning, &value, "WarningPreference"),
            Sent::Verbose => self.send_message(Channel::Verbose, &value, "VerbosePreference"),
            Sent::Debug => self.send_message(Channel::Debug, &value, "DebugPreference"),
            Sent::Information => {
                let action = self.preference("InformationPreference");
                self.information_record(value, &["PSHOST"], action)
            }
            Sent::Progress => {
                let text = |name: &str| {
                    value
                        .property(name)
                        .map(|found| found.to_text())
                        .unwrap_or_default()
                };
                let progress = Progress {
                    id: text("ActivityId").parse().unwrap_or(0),
                    activity: text("Activity"),
                    status: text("StatusDescription"),
                    percent: text("PercentComplete").parse().ok(),
                    completed: text("RecordType") == "Completed",
                    ..Progress::default()
                };
                self.show_progress(&progress);
                Ok(())
            }
        }
    }

    fn send_message(&mut self, channel: Channel, value: &Value, preference: &str) -> Result<()> {
        // What another shell sent has passed its preference.
        let action = match self.preference(preference) {
            crate::run::stream::Action::SilentlyContinue => crate::run::stream::Action::Continue,
            own => own,
        };
        self.message(channel, &value.to_text(), action)
    }

    fn report_sent(&mut self, program: &std::sync::Arc<str>, value: &Value) -> Result<()> {
        let text = value.to_text();
        let name = program.rsplit('/').next().unwrap_or(program);
        let mut record = ErrorRecord::new("NativeCommandError", Category::NotSpecified, text.trim_end())
            .about(Value::str(text.trim_end()))
            .exception("System.Management.Automation.RemoteException");
        record.command = Some(std::sync::Arc::from(name));
        let action = self.preference("ErrorActionPreference");
        self.report(record, action)
    }
}
