//! The engine as a running cmdlet sees it, and as an advanced function sees it in `$PSCmdlet`.

mod engine;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bind::{Bound, Common, Table};
use crate::cmdlet::{Context, Progress};
use crate::error::{Category, ErrorRecord, Interrupt, Result, as_error};
use crate::host::{Host, Stream};
use crate::registry::Registry;
use crate::render::{RenderSession, StyledStream};
use crate::session::Session;
use crate::signature::Impact;
use crate::symbol::Symbol;
use crate::value::Value;

use super::stream::{Action, Channel};
use super::{Machine, Out};

pub(super) use engine::EngineContext;

/// What the common parameters of a call ask for.
pub struct Settings {
    pub(super) name: Arc<str>,
    pub(super) suffix: Arc<str>,
    pub(super) piped: bool,
    /// Whether the call reported an error: `$?` is false after it.
    pub(super) failed: AtomicBool,
    error: Option<Action>,
    pub(super) warning: Option<Action>,
    pub(super) information: Option<Action>,
    verbose: Option<bool>,
    debug: Option<bool>,
    what_if: Option<bool>,
    confirm: Option<bool>,
    pub(super) impact: Impact,
    all: parking_lot::Mutex<Option<bool>>,
}

impl Settings {
    pub(super) fn new(table: &Table, bound: &Bound, piped: bool) -> Settings {
        let action = |common| bound.common(common).and_then(Action::parse);
        let flag = |common| bound.common(common).map(Value::is_true);
        Settings {
            name: Arc::clone(&table.name),
            suffix: crate::bind::suffix(table),
            piped,
            failed: AtomicBool::new(false),
            error: action(Common::ErrorAction),
            warning: action(Common::WarningAction),
            information: action(Common::InformationAction),
            verbose: flag(Common::Verbose),
            debug: flag(Common::Debug),
            what_if: flag(Common::WhatIf),
            confirm: flag(Common::Confirm),
            impact: table.signature.confirm_impact,
            all: parking_lot::Mutex::new(None),
        }
    }

    /// For code of the engine that no command called.
    fn engine() -> Settings {
        Settings {
            name: Arc::from(""),
            suffix: Arc::from(""),
            piped: false,
            failed: AtomicBool::new(false),
            error: None,
            warning: None,
            information: None,
            verbose: None,
            debug: None,
            what_if: None,
            confirm: None,
            impact: Impact::Medium,
            all: parking_lot::Mutex::new(None),
        }
    }
}

/// What `$PSCmdlet` knows.
pub struct FunctionContext {
    pub(super) set: Arc<str>,
    pub(super) settings: Arc<Settings>,
    pub(super) out: Out,
    pub(super) failed: Arc<AtomicBool>,
}

/// An answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    YesToAll,
    No,
    NoToAll,
}

impl Answer {
    pub(super) fn is_yes(self) -> bool {
        matches!(self, Answer::Yes | Answer::YesToAll)
    }
}

impl Machine {
    /// What a non-terminating error of a call does.
    pub(super) fn error_action(&self, settings: &Settings) -> Action {
        settings
            .error
            .unwrap_or_else(|| self.preference("ErrorActionPreference"))
    }

    /// Asks a question with the usual choices.
    pub(super) fn ask(&mut self, caption: &str, query: &str) -> Result<Answer> {
        if !self.host.interactive() {
            return Err(ErrorRecord::new(
                "InvalidOperation",
                Category::InvalidOperation,
                "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
            )
            .exception("System.Management.Automation.PSInvalidOperationException")
            .into());
        }
        let text = self
            .renderer
            .styled(StyledStream::Prompt, &format!("\n{caption}\n{query}\n"));
        self.host.write(Stream::Output, &text);
        let choices =
            "[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help (default is \"Y\"): ";
        loop {
            let Some(line) = self.host.read_line(choices, false) else {
                return Err(Interrupt::Stopped);
            };
            match line.trim().to_ascii_lowercase().as_str() {
                "" | "y" | "yes" => return Ok(Answer::Yes),
                "a" | "yes to all" => return Ok(Answer::YesToAll),
                "n" | "no" => return Ok(Answer::No),
                "l" | "no to all" => return Ok(Answer::NoToAll),
                _ => self.host.write(
                    Stream::Output,
                    "Y - Continue with only the next step of the operation.\nA - Continue with all the steps of the operation.\nN - \
                     Skip this operation and proceed with the next operation.\nL - Skip this operation and all subsequent \
                     operations.\n",
                ),
            }
        }
    }

    /// ShouldProcess.
    pub(super) fn should_process(
        &mut self,
        settings: &Settings,
        impact: Impact,
        target: &str,
        action: Option<&str>,
    ) -> Result<bool> {
        let operation = match action {
            Some(action) => action.to_owned(),
            None => settings.name.to_string(),
        };
        let sentence = format!("Performing the operation \"{operation}\" on target \"{target}\".");
        self.should_process_sentence(settings, impact, &sentence)
    }

    pub(super) fn should_process_sentence(
        &mut self,
        settings: &Settings,
        impact: Impact,
        sentence: &str,
    ) -> Result<bool> {
        let preference =
            |machine: &Self, name: &str| Symbol::find(name).and_then(|symbol| machine.read_named(symbol));
        let what_if = settings
            .what_if
            .unwrap_or_else(|| preference(self, "WhatIfPreference").is_some_and(|value| value.is_true()));
        if what_if {
            let text = self
                .renderer
                .styled(StyledStream::Prompt, &format!("What if: {sentence}"));
            self.host.write(Stream::Output, &format!("{text}\n"));
            return Ok(false);
        }
        let asks = match settings.confirm {
            Some(confirm) => confirm,
            None => {
                let wanted =
                    preference(self, "ConfirmPreference").map_or_else(String::new, |value| value.to_text());
                let least = match wanted.to_ascii_lowercase().as_str() {
                    "low" => Some(Impact::Low),
                    "medium" => Some(Impact::Medium),
                    "none" => None,
                    _ => Some(Impact::High),
                };
                impact != Impact::None && least.is_some_and(|least| impact >= least)
            }
        };
        if asks {
            if let Some(answer) = *settings.all.lock() {
                return Ok(answer);
            }
            let answer = self.ask(
                "Confirm",
                &format!("Are you sure you want to perform this action?\n{sentence}"),
            )?;
            match answer {
                Answer::YesToAll => *settings.all.lock() = Some(true),
                Answer::NoToAll => *settings.all.lock() = Some(false),
                _ => {}
            }
            return Ok(answer.is_yes());
        }
        let action = self.verbose_action(settings);
        self.message(Channel::Verbose, sentence, action)?;
        Ok(true)
    }

    pub(super) fn verbose_action(&self, settings: &Settings) -> Action {
        match settings.verbose {
            Some(true) => Action::Continue,
            Some(false) => Action::SilentlyContinue,
            None => self.preference("VerbosePreference"),
        }
    }

    pub(super) fn debug_action(&self, settings: &Settings) -> Action {
        match settings.debug {
            Some(true) => Action::Continue,
            Some(false) => Action::SilentlyContinue,
            None => self.preference("DebugPreference"),
        }
    }

    /// An error that a command reports bears its name.
    pub(super) fn own(&self, record: &mut ErrorRecord, settings: &Settings) {
        if settings.name.as_ref() == "Write-Error" {
            // A function that writes an error is who reports it.
            let function = self.frames[self.call_frame()]
                .name
                .clone()
                .filter(|_| self.frame != 0);
            record
                .id_suffix
                .get_or_insert_with(|| function.clone().unwrap_or_else(|| Arc::from("")));
            if let Some(function) = function {
                record.command.get_or_insert(function);
            }
        }
        if record.command.is_none() && !settings.name.is_empty() {
            record.command = Some(Arc::clone(&settings.name));
        }
        if record.id_suffix.is_none() && !settings.suffix.is_empty() {
            record.id_suffix = Some(Arc::clone(&settings.suffix));
        }
    }
}

/// A running cmdlet's context.
pub struct CommandContext<'m> {
    machine: &'m mut Machine,
    out: Out,
    id: u64,
    settings: &'m Settings,
    piped: bool,
}

impl<'m> CommandContext<'m> {
    pub(super) fn new(
        machine: &'m mut Machine,
        out: Out,
        id: u64,
        settings: &'m Settings,
        piped: bool,
    ) -> Self {
        CommandContext {
            machine,
            out,
            id,
            settings,
            piped,
        }
    }
}

impl Context for CommandContext<'_> {
    #[inline]
    fn write(&mut self, value: Value) -> Result<()> {
        self.machine.emit(self.out, value)
    }

    fn write_all(&mut self, value: Value) -> Result<()> {
        self.machine.emit_all(self.out, value)
    }

    fn error(&mut self, mut record: ErrorRecord) -> Result<()> {
        record.recorded = false;
        record.fatal = false;
        self.settings.failed.store(true, Ordering::Relaxed);
        self.machine.own(&mut record, self.settings);
        let action = self.machine.error_action(self.settings);
        self.machine.report(record, action)
    }

    fn warning(&mut self, text: &str) -> Result<()> {
        let action = self
            .settings
            .warning
            .unwrap_or_else(|| self.machine.preference("WarningPreference"));
        self.machine.message(Channel::Warning, text, action)
    }

    fn verbose(&mut self, text: &str) -> Result<()> {
        let action = self.machine.verbose_action(self.settings);
        self.machine.message(Channel::Verbose, text, action)
    }

    fn debug(&mut self, text: &str) -> Result<()> {
        let action = self.machine.debug_action(self.settings);
        self.machine.message(Channel::Debug, text, action)
    }

    fn information(&mut self, value: Value, tags: &[&str]) -> Result<()> {
        let action = self
            .settings
            .information
            .unwrap_or_else(|| self.machine.preference("InformationPreference"));
        self.machine.information_record(value, tags, action)
    }

    fn progress(&mut self, progress: &Progress) -> Result<()> {
        self.machine.show_progress(progress);
        Ok(())
    }

    fn should_process(&mut self, target: &str, action: Option<&str>) -> Result<bool> {
        self.machine
            .should_process(self.settings, self.settings.impact, target, action)
    }

    fn should_process_forced(&mut self, target: &str, action: Option<&str>) -> Result<bool> {
        self.machine
            .should_process(self.settings, Impact::None, target, action)
    }

    fn should_continue(&mut self, query: &str, caption: &str) -> Result<bool> {
        if let Some(answer) = *self.settings.all.lock() {
            return Ok(answer);
        }
        let answer = self.machine.ask(caption, query)?;
        match answer {
            Answer::YesToAll => *self.settings.all.lock() = Some(true),
            Answer::NoToAll => *self.settings.all.lock() = Some(false),
            _ => {}
        }
        Ok(answer.is_yes())
    }

    fn invoke_block(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.machine.call_found_scope(block, underscore, arguments)
    }

    fn invoke_with_this(&mut self, block: &Value, this: &Value, arguments: &[Value]) -> Result<Vec<Value>> {
        crate::members::World::call_block(&mut *self.machine, block, Some(this), None, arguments)
    }

    fn class_members(&self, value: &Value, hidden: bool) -> Option<Vec<crate::members::MemberInfo>> {
        self.machine.class_members(value, hidden)
    }

    fn defined_type(&self, name: &str) -> Option<crate::types::Type> {
        self.machine.visible_type(name)
    }

    fn invoke_guarded(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.machine.try_depth += 1;
        let result = self.machine.call_found_scope(block, underscore, arguments);
        self.machine.try_depth -= 1;
        result
    }

    fn stream_block(&mut self, block: &Value, underscore: Option<Value>, arguments: &[Value]) -> Result<()> {
        self.machine
            .stream_found_scope(block, underscore, arguments, self.out)
    }

    fn invoke_script(&mut self, script: &str) -> Result<Vec<Value>> {
        let block = Machine::parse_block(self.machine, script, None)?;
        self.machine.call_found_scope(&block, None, &[])
    }

    fn variable(&self, name: &str) -> Option<Value> {
        Symbol::find(name).and_then(|symbol| self.machine.read_named(symbol))
    }

    fn type_member(
        &self,
        type_names: &dyn Fn() -> Vec<Arc<str>>,
        name: &str,
    ) -> Option<(crate::value::MemberKind, Value)> {
        crate::members::World::type_member(&*self.machine, type_names, name)
    }

    fn added_members(&self, value: &Value) -> Vec<(Arc<str>, crate::value::MemberKind, Value)> {
        self.machine.added_members(value)
    }

    fn folder_drive(&self, name: &str) -> Option<Arc<str>> {
        self.machine.folder_drive(name)
    }

    fn set_variable(&mut self, name: &str, value: Value) -> Result<()> {
        self.machine.write_in(self.machine.frame, Symbol::of(name), value)
    }

    fn command_name(&self) -> &str {
        &self.settings.name
    }

    fn host(&self) -> &dyn Host {
        self.machine.host.as_ref()
    }

    fn registry(&self) -> &Registry {
        &self.machine.registry
    }

    fn check_stop(&self) -> Result<()> {
        if self.machine.stop.load(Ordering::Relaxed) || self.machine.host.stop_requested() {
            return Err(Interrupt::Stopped);
        }
        Ok(())
    }

    fn render(&mut self, values: &[Value], width: usize) -> Result<String> {
        let mut layout = self.layout(width);
        let mut text = String::new();
        for value in values {
            text.push_str(&self.lay_out(&mut layout, width, value)?);
        }
        text.push_str(&layout.finish(self)?);
        Ok(text)
    }

    fn layout(&self, width: usize) -> Box<dyn RenderSession> {
        self.machine.renderer.session(width)
    }

    fn lay_out(
        &mut self,
        layout: &mut Box<dyn RenderSession>,
        width: usize,
        value: &Value,
    ) -> Result<String> {
        let Some(record) = as_error(value) else {
            return layout.push(self, value);
        };
        // An error is a text of its own, and ends the block before it.
        let mut text = layout.finish(self)?;
        text.push_str(&self.machine.error_text(record, width));
        text.push('\n');
        *layout = self.layout(width);
        Ok(text)
    }

    fn session(&mut self) -> Option<&mut dyn Session> {
        Some(self.machine)
    }

    fn enough(&self) -> Interrupt {
        Interrupt::Enough(self.id)
    }

    fn expects_input(&self) -> bool {
        self.piped
    }
}
