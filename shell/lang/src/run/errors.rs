//! What happens to errors: completed with their place, recorded in `$Error`, shown, or carried on.

use std::sync::Arc;

use crate::ast::ParseError;
use crate::error::{Category, ErrorRecord, Exception, Interrupt, Result, as_error, error_value};
use crate::types::base_of_exception;
use crate::value::Value;

use super::Machine;
use super::stream::Action;

/// How many errors `$Error` keeps.
const MAX_ERRORS: usize = 256;

impl Machine {
    /// Gives an error the place of the statement that runs, and the stack.
    pub(super) fn complete(&self, record: &mut ErrorRecord) {
        let frame = &self.frames[self.frame];
        if record.position.is_none() {
            record.position = Some(frame.source.position(frame.span));
        }
        if record.stack.is_none() {
            record.stack = Some(Arc::from(self.stack_text()));
        }
    }

    fn stack_text(&self) -> String {
        let lines: Vec<String> = self
            .stack_frames()
            .iter()
            .map(|(name, file, line)| {
                format!(
                    "at {name}, {}: line {line}",
                    file.as_deref().unwrap_or("<No file>")
                )
            })
            .collect();
        lines.join("\n")
    }

    /// Name, file and line of each caller, innermost first.
    pub(super) fn stack_frames(&self) -> Vec<(Arc<str>, Option<Arc<str>>, u32)> {
        let mut result = Vec::new();
        let mut at = self.frame;
        let mut place = (Arc::clone(&self.frames[at].source), self.frames[at].span);
        loop {
            let frame = &self.frames[at];
            let name = frame.name.clone().unwrap_or_else(|| Arc::from("<ScriptBlock>"));
            result.push((name, place.0.file.clone(), place.0.line_column(place.1.start).0));
            if at == 0 || result.len() >= 100 {
                return result;
            }
            if let Some(site) = &frame.call_site {
                place = (Arc::clone(&site.0), site.1);
            }
            at = frame.parent as usize;
        }
    }

    /// Puts an error into `$Error`.
    pub(super) fn record(&mut self, record: &mut ErrorRecord) {
        if record.recorded {
            return;
        }
        record.recorded = true;
        if let Value::List(list) = &self.errors {
            let mut items = list.items.write();
            items.insert(0, error_value(record.clone()));
            items.truncate(MAX_ERRORS);
        }
    }

    /// A statement's error that nothing catches: shown, and the next statement runs; or carried on.
    pub(super) fn statement_failed(&mut self, interrupt: Interrupt) -> Result<()> {
        let Interrupt::Error(mut record) = interrupt else {
            return Err(interrupt);
        };
        self.question = false;
        self.complete(&mut record);
        if record.fatal || self.try_depth > 0 {
            return Err(Interrupt::Error(record));
        }
        match self.preference("ErrorActionPreference") {
            Action::Stop => {
                record.fatal = true;
                Err(Interrupt::Error(record))
            }
            Action::Ignore => Ok(()),
            action => {
                self.record(&mut record);
                if action == Action::SilentlyContinue {
                    Ok(())
                } else {
                    self.write_error(&record)
                }
            }
        }
    }

    /// A non-terminating error.
    pub(super) fn report(&mut self, mut record: ErrorRecord, action: Action) -> Result<()> {
        self.question = false;
        self.complete(&mut record);
        match action {
            Action::Ignore => Ok(()),
            Action::SilentlyContinue => {
                self.record(&mut record);
                self.collect_error(&record);
                Ok(())
            }
            Action::Stop => {
                record.fatal = true;
                Err(record.into())
            }
            Action::Inquire if !self.confirm_error(&record)? => {
                record.fatal = true;
                Err(record.into())
            }
            _ => {
                self.record(&mut record);
                self.write_error(&record)
            }
        }
    }

    fn collect_error(&self, record: &ErrorRecord) {
        for (channel, list) in &self.stream_sets[self.streams as usize].collectors {
            if *channel == super::stream::Channel::Error {
                list.items.write().push(error_value(record.clone()));
            }
        }
    }

    fn confirm_error(&mut self, record: &ErrorRecord) -> Result<bool> {
        let text = record.text();
        self.ask("Confirm", &text).map(super::context::Answer::is_yes)
    }

    /// The error that `throw value` makes.
    pub(super) fn thrown(&self, value: &Value) -> ErrorRecord {
        if let Some(record) = as_error(value) {
            let mut record = record.clone();
            record.fatal = true;
            record.recorded = false;
            return record;
        }
        let mut record = match value.downcast::<Exception>() {
            Some(exception) => {
                let mut record = ErrorRecord::new(
                    exception.message.clone(),
                    Category::OperationStopped,
                    exception.message.clone(),
                )
                .exception(&exception.type_name);
                if let Some(original) = &exception.record {
                    record.id.clone_from(&original.id);
                }
                record.exception = Some(value.clone());
                record
            }
            None if self.instance_is(value, "System.Exception") => {
                let message = value.property("Message").unwrap_or_default().to_text();
                let type_name = crate::inspect::type_name(value);
                let mut record = ErrorRecord::new(message.clone(), Category::OperationStopped, message);
                record = record.exception(&type_name);
                record.exception = Some(value.clone());
                record
            }
            None => {
                let text = value.to_text();
                ErrorRecord::new(text.clone(), Category::OperationStopped, text).about(value.clone())
            }
        };
        record.fatal = true;
        record
    }

    /// Whether an error is of one of the types that a `catch` names; an exception inside counts.
    pub(super) fn error_is(&self, record: &ErrorRecord, types: &[Arc<str>]) -> bool {
        types.is_empty() || types.iter().any(|name| self.error_is_of(record, name))
    }

    /// A `catch` that names the type of the exception inside gets that one as `$_.Exception`.
    pub(super) fn unwrap_for(&self, record: &mut ErrorRecord, types: &[Arc<str>]) {
        if types.is_empty() || record.exception.is_some() {
            return;
        }
        let Some(inner) = record.inner.take() else { return };
        if self.error_is(record, types) || !self.error_is(&inner, types) {
            record.inner = Some(inner);
            return;
        }
        record.exception_type = Arc::clone(&inner.exception_type);
        record.message.clone_from(&inner.message);
        record.exception.clone_from(&inner.exception);
        record.inner.clone_from(&inner.inner);
    }

    fn error_is_of(&self, record: &ErrorRecord, name: &str) -> bool {
        let wanted = crate::types::resolve(name).map_or_else(|| name.to_owned(), |of| of.full_name());
        let is = |type_name: &str| {
            let mut at = Some(type_name);
            while let Some(known) = at {
                if known.eq_ignore_ascii_case(&wanted) {
                    return true;
                }
                at = base_of_exception(known);
            }
            wanted == "System.Exception"
        };
        let wrapped_plain = wanted == "System.Management.Automation.RuntimeException"
            && &*record.exception_type == "System.Exception"
            && record.fatal;
        if is(&record.exception_type) || wrapped_plain {
            return true;
        }
        if let Some(exception) = &record.exception
            && self.instance_is(exception, &wanted)
        {
            return true;
        }
        record
            .inner
            .as_ref()
            .is_some_and(|inner| self.error_is_of(inner, name))
    }

    fn instance_is(&self, exception: &Value, wanted: &str) -> bool {
        crate::inspect::type_names(exception)
            .iter()
            .any(|name| name.eq_ignore_ascii_case(wanted))
            || exception
                .property("InnerException")
                .is_some_and(|inner| !inner.is_null() && self.instance_is(&inner, wanted))
    }

    /// The error of a script that does not parse.
    pub(crate) fn parse_failure(
        &self,
        errors: &[ParseError],
        source: &Arc<crate::ast::Source>,
    ) -> ErrorRecord {
        let first = errors.first();
        let type_name = "System.Management.Automation.ParseException";
        let message = first.map_or_else(String::new, |error| error.message.clone());
        let mut exception = Exception::new(type_name, message.clone());
        let listed = errors
            .iter()
            .map(|error| crate::members::parser::error(source, error));
        exception
            .properties
            .push((Arc::from("Errors"), Value::array(listed)));
        let id = first.map_or("ParseError", |error| error.id);
        let mut record = ErrorRecord::new(id, Category::ParserError, message).exception(type_name);
        record.position = first.map(|error| source.position(error.span));
        record.exception = Some(Value::instance(exception));
        record.fatal = true;
        record
    }
}
