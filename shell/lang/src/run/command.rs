//! Commands: what a name stands for, the arguments of a call, and the call.

use std::sync::{Arc, OnceLock};

use crate::ast::CallOperator;
use crate::bind::{Given, PipelinePlan, Table, bind};
use crate::block::as_block;
use crate::cmdlet::{Arguments, Command};
use crate::error::{Interrupt, Result};
use crate::program::{Argument, ArgumentValue, CommandCode, CommandName, Expr};
use crate::symbol::Symbol;
use crate::value::Value;

use super::call_site::{bad_expression, called_like_method};
use super::context::Settings;
use super::function::{Form, FunctionCall};
use super::member::command_not_found;
use super::pipeline::{CmdletStage, Stage, StageKind};
use super::{Machine, Out, Resolved};

/// What is called at a call site.
pub(super) enum Callee {
    /// A named command.
    Command(Arc<str>, Resolved),
    /// A script block.
    Block(Value),
    /// A module, in whose scope the block behind it runs.
    Module(usize),
}

impl Callee {
    fn is_native(&self) -> bool {
        matches!(self, Callee::Command(_, Resolved::Native(_)))
    }
}

/// `-?` stands for the command's manual, whatever else is given.
fn asks_for_help(given: &[Given]) -> bool {
    given
        .iter()
        .any(|argument| matches!(argument, Given::Named { name, value: None, .. } if name.as_ref() == "?"))
}

/// The symbol of `$PSDefaultParameterValues`.
fn default_values() -> Symbol {
    static SYMBOL: OnceLock<Symbol> = OnceLock::new();
    *SYMBOL.get_or_init(|| Symbol::of("PSDefaultParameterValues"))
}

impl Machine {
    /// What a call site's name stands for; kept there until functions or aliases change.
    pub(super) fn resolve_site(&mut self, code: &CommandCode) -> Result<Resolved> {
        let CommandName::Static(name) = &code.name else {
            return Err(command_not_found("").into());
        };
        if let Some((epoch, resolved)) = &*code.cache.lock()
            && *epoch == self.epoch
        {
            return Ok(resolved.clone());
        }
        let resolved = self.resolve(name)?;
        *code.cache.lock() = Some((self.epoch, resolved.clone()));
        Ok(resolved)
    }

    /// What a name stands for: alias, function, compiled command, script, native program.
    pub(super) fn resolve(&mut self, name: &str) -> Result<Resolved> {
        let mut current: Arc<str> = Arc::from(name);
        for _ in 0..16 {
            match self.aliases.get(&current.to_lowercase()) {
                Some(definition) if !definition.eq_ignore_ascii_case(&current) => {
                    current = Arc::clone(definition);
                }
                _ => break,
            }
        }
        if let Some(found) = self.resolve_plain(&current) {
            return Ok(found);
        }
        let loaded = self.autoload(&current);
        let found = if loaded {
            self.resolve_plain(&current)
        } else {
            None
        };
        found.ok_or_else(|| {
            let mut record = command_not_found(name);
            record.hint = self.registry.absent(name);
            record.into()
        })
    }

    fn resolve_plain(&mut self, name: &str) -> Option<Resolved> {
        if let Some(block) = Symbol::find(name).and_then(|symbol| self.function(symbol)) {
            return Some(Resolved::Function(Arc::from(name), block));
        }
        if let Some(command) = self.registry.command(name).cloned() {
            let table = self.table_of(&command);
            return Some(Resolved::Cmdlet(command, table));
        }
        if let Some((module, plain)) = name.split_once('\\')
            && let Some(block) = self.function_of_module(module, plain)
        {
            return Some(Resolved::Function(Arc::from(plain), block));
        }
        if let Some((_, plain)) = name.rsplit_once('\\')
            && !plain.contains('/')
            && let Some(command) = self.registry.command(plain).cloned()
        {
            let table = self.table_of(&command);
            return Some(Resolved::Cmdlet(command, table));
        }
        if (name.contains('/') || name.contains('\\') || name.to_ascii_lowercase().ends_with(".ps1"))
            && let Some(path) = self.script_path(name)
        {
            return Some(Resolved::Script(path));
        }
        if let Some(path) = self.host.find_program(name) {
            return Some(Resolved::Native(Arc::from(path)));
        }
        if name.contains('-') || name.contains('/') {
            return None;
        }
        // A bare noun stands for its Get command when nothing else has the name.
        let command = self.registry.command(&format!("Get-{name}")).cloned()?;
        let table = self.table_of(&command);
        Some(Resolved::Cmdlet(command, table))
    }

    fn script_path(&self, name: &str) -> Option<Arc<str>> {
        let plain = name.replace('\\', "/");
        if !plain.contains('/') {
            return None;
        }
        let full = if plain.starts_with('/') {
            plain
        } else if let Some(rest) = plain.strip_prefix("~/") {
            format!("{}/{rest}", self.host.env("HOME").unwrap_or_default())
        } else {
            let rest = plain.strip_prefix("./").unwrap_or(&plain);
            format!("{}/{rest}", self.host.current_directory())
        };
        if !full.to_ascii_lowercase().ends_with(".ps1") {
            let with_extension = format!("{full}.ps1");
            let known = self
                .host
                .file_status(&with_extension)
                .is_some_and(|status| !status.is_directory);
            return known.then(|| Arc::from(with_extension));
        }
        self.host
            .file_status(&full)
            .filter(|status| !status.is_directory)
            .map(|_| Arc::from(full))
    }

    pub(super) fn table_of(&mut self, command: &Arc<dyn Command>) -> Arc<Table> {
        let name = command.signature().name.to_string();
        if let Some(table) = self.tables.get(&name) {
            return Arc::clone(table);
        }
        let table = Arc::new(Table::of_command(command.signature()));
        self.tables.insert(name, Arc::clone(&table));
        table
    }

    fn callee(&mut self, code: &CommandCode) -> Result<Callee> {
        match &code.name {
            CommandName::Static(name) if name.is_empty() => Err(bad_expression()),
            CommandName::Static(name) => Ok(Callee::Command(Arc::clone(name), self.resolve_site(code)?)),
            CommandName::Dynamic(expression) => {
                let value = self.eval(expression)?;
                self.callee_of(value)
            }
        }
    }

    /// A command is about to run and somebody watches.
    #[cold]
    fn watch_callee(&mut self, callee: &Callee, span: crate::ast::Span) -> Result<()> {
        match callee {
            Callee::Command(name, resolved) => self.watch_command(name, resolved, span),
            _ => Ok(()),
        }
    }

    pub(super) fn callee_of(&mut self, value: Value) -> Result<Callee> {
        match &value {
            Value::Block(_) => Ok(Callee::Block(value)),
            Value::Null | Value::Nothing => Err(bad_expression()),
            Value::Str(text) if text.is_empty() => Err(bad_expression()),
            Value::Str(text) => {
                let name: Arc<str> = Arc::from(text.as_str());
                let resolved = self.resolve(&name)?;
                Ok(Callee::Command(name, resolved))
            }
            other => {
                if let Some(module) = self.module_of(other) {
                    return Ok(Callee::Module(module));
                }
                if let Some(block @ Value::Block(_)) = other.property("ScriptBlock") {
                    return Ok(Callee::Block(block));
                }
                let name: Arc<str> = match other.property("Name") {
                    Some(name) => Arc::from(name.to_text()),
                    None => Arc::from(other.to_text()),
                };
                if name.is_empty() {
                    return Err(bad_expression());
                }
                let resolved = self.resolve(&name)?;
                Ok(Callee::Command(name, resolved))
            }
        }
    }

    /// The arguments of a call site. What stands bare before a program is a pattern for files.
    pub(super) fn given(&mut self, arguments: &[Argument], native: bool) -> Result<Vec<Given>> {
        let mut given = Vec::with_capacity(arguments.len());
        let mut values_only = false;
        for argument in arguments {
            match argument {
                Argument::Value(word) => {
                    let (value, text) = self.argument_value(word)?;
                    if native && word.bare {
                        given.extend(self.files_of_word(&value.to_text()));
                        continue;
                    }
                    given.push(Given::Value(value, text));
                }
                Argument::Parameter { text, .. } if values_only => {
                    given.push(Given::Value(Value::str(text.as_ref()), None));
                }
                Argument::Parameter {
                    name, value, text, ..
                } => {
                    let value = value
                        .as_ref()
                        .map(|value| self.argument_value(value))
                        .transpose()?;
                    given.push(Given::Named {
                        name: Arc::clone(name),
                        value,
                        text: Arc::clone(text),
                        splatted: false,
                    });
                }
                Argument::Splat(expression, symbol) => self.splat(expression, *symbol, &mut given)?,
                Argument::EndOfParameters => values_only = true,
                Argument::Verbatim(text) if native => given.extend(self.verbatim_words(text)),
                Argument::Verbatim(text) => given.push(Given::Value(Value::str(text.as_ref()), None)),
            }
        }
        // Names from hashtables lose against names that were written.
        given.sort_by_key(|argument| matches!(argument, Given::Named { splatted: true, .. }));
        Ok(given)
    }

    fn argument_value(&mut self, value: &ArgumentValue) -> Result<(Value, Option<Arc<str>>)> {
        let evaluated = super::expression::no_absence(self.eval(&value.expression)?);
        Ok((evaluated, value.text.clone()))
    }

    fn splat(&mut self, expression: &Expr, _symbol: Symbol, given: &mut Vec<Given>) -> Result<()> {
        let value = self.eval(expression)?;
        match &value {
            Value::Hashtable(table) => {
                for (key, value) in table.pairs() {
                    let name: Arc<str> = Arc::from(key.to_text());
                    let text = Arc::from(format!("-{name}:"));
                    given.push(Given::Named {
                        name,
                        value: Some((value, None)),
                        text,
                        splatted: true,
                    });
                }
            }
            Value::Null | Value::Nothing => {}
            Value::Str(text) => given.extend(
                text.encode_utf16()
                    .map(|unit| Given::Value(Value::Char(unit), None)),
            ),
            other => {
                let items = crate::members::enumerate(other).unwrap_or_else(|| vec![other.clone()]);
                given.extend(items.into_iter().map(splatted_item));
            }
        }
        Ok(())
    }

    /// Runs a command that is a pipeline of its own.
    pub(super) fn run_single(&mut self, code: &CommandCode, out: Out) -> Result<()> {
        let callee = self.callee(code)?;
        if self.debugger.watching {
            self.watch_callee(&callee, code.span)?;
        }
        if code.like_method && self.frames[self.frame].strict >= 20 {
            return Err(called_like_method());
        }
        let given = self.given(&code.arguments, callee.is_native())?;
        let frame = self.frame;
        self.frames[frame].span = code.span;
        self.call(callee, given, out, code.call == CallOperator::Dot)
            .map_err(|interrupt| self.placed(code, interrupt))
    }

    /// Calls what a call site names, without piped input.
    pub(super) fn call(&mut self, callee: Callee, mut given: Vec<Given>, out: Out, dot: bool) -> Result<()> {
        match callee {
            Callee::Module(module) => {
                let block = self.block_of_module(module, &mut given)?;
                self.call_given(&block, None, given, out, dot)
            }
            Callee::Block(block) => self.call_given(&block, None, given, out, dot),
            Callee::Command(name, Resolved::Function(..)) if asks_for_help(&given) => {
                self.call_help(&name, out)
            }
            Callee::Command(name, Resolved::Function(_, block)) => {
                self.call_given(&block, Some(name), given, out, dot)
            }
            Callee::Command(_, Resolved::Script(path)) => self.call_script(&path, given, out, dot),
            Callee::Command(_, Resolved::Native(path)) => self.run_native(&path, &given, out),
            Callee::Command(_, Resolved::Cmdlet(command, table)) => {
                if asks_for_help(&given) {
                    return self.call_help(command.signature().name.as_ref(), out);
                }
                self.call_cmdlet(&command, &table, given, out)
            }
        }
    }

    /// `name -?`.
    fn call_help(&mut self, name: &str, out: Out) -> Result<()> {
        let Some(help) = self.registry.command("Get-Help").cloned() else {
            return Err(command_not_found("Get-Help").into());
        };
        let table = self.table_of(&help);
        self.call_cmdlet(&help, &table, vec![Given::Value(Value::str(name), None)], out)
    }

    fn call_cmdlet(
        &mut self,
        command: &Arc<dyn Command>,
        table: &Arc<Table>,
        given: Vec<Given>,
        out: Out,
    ) -> Result<()> {
        let heights = self.heights();
        let id = self.next_stage;
        self.next_stage += 1;
        let result = self
            .cmdlet_stage(command, table, given, out, false)
            .and_then(|(mut stage, out)| {
                let mut context = super::context::CommandContext::new(self, out, id, &stage.settings, false);
                let result = stage
                    .invocation
                    .begin(&mut context, &stage.arguments)
                    .and_then(|()| stage.invocation.process(&mut context, &stage.arguments))
                    .and_then(|()| stage.invocation.end(&mut context, &stage.arguments));
                let result = match result {
                    Err(Interrupt::Enough(own)) if own == id => {
                        let mut context =
                            super::context::CommandContext::new(self, out, id, &stage.settings, false);
                        stage.invocation.end(&mut context, &stage.arguments)
                    }
                    other => other,
                };
                self.cmdlet_failed(result, table)
            });
        let restored = self.restore(heights);
        if result.is_err() {
            self.question = false;
        }
        result.and(restored)
    }

    /// Binds a compiled command's arguments.
    fn cmdlet_stage(
        &mut self,
        command: &Arc<dyn Command>,
        table: &Arc<Table>,
        given: Vec<Given>,
        out: Out,
        piped: bool,
    ) -> Result<(CmdletStage, Out)> {
        let bound = bind(self, table, given, piped)?;
        let out = self.common_streams(&bound, out)?;
        let plan = if piped {
            PipelinePlan::new(table, &bound)
        } else {
            PipelinePlan::default()
        };
        let mut arguments = Arguments {
            bound: Vec::with_capacity(table.declared),
            ..Arguments::default()
        };
        for (at, value) in bound.values.iter().enumerate() {
            if let Some(value) = value {
                arguments
                    .bound
                    .push((Arc::clone(&table.parameters[at].name), value.clone()));
            }
        }
        arguments.set = Some(table.set_name(bound.mask));
        let settings = Arc::new(Settings::new(table, &bound, piped));
        let stage = CmdletStage {
            invocation: command.invoke(),
            arguments,
            table: Arc::clone(table),
            bound,
            plan,
            settings,
        };
        Ok((stage, out))
    }

    /// A stage that calls a command.
    pub(super) fn command_stage(
        &mut self,
        code: &CommandCode,
        id: u64,
        out: Out,
        piped: bool,
    ) -> Result<Stage> {
        let callee = self.callee(code)?;
        if self.debugger.watching {
            self.watch_callee(&callee, code.span)?;
        }
        let given = self.given(&code.arguments, callee.is_native())?;
        let dot = code.call == CallOperator::Dot;
        self.stage_of(callee, given, id, out, Form { piped, dot })
            .map_err(|interrupt| self.placed(code, interrupt))
    }

    /// A stage of what is called and its arguments.
    pub(super) fn stage_of(
        &mut self,
        callee: Callee,
        mut given: Vec<Given>,
        id: u64,
        out: Out,
        form: Form,
    ) -> Result<Stage> {
        let Form { piped, dot } = form;
        let frame = self.frame;
        let span = self.frames[frame].span;
        let stage = |kind, frame, out, machine: &Machine| Stage {
            id,
            frame,
            streams: machine.streams,
            span,
            out,
            kind,
        };
        let callee = match callee {
            Callee::Module(module) => Callee::Block(self.block_of_module(module, &mut given)?),
            other => other,
        };
        match callee {
            Callee::Module(_) => Err(command_not_found("").into()),
            Callee::Command(_, Resolved::Cmdlet(command, table)) => {
                let (cmdlet, out) = self.cmdlet_stage(&command, &table, given, out, piped)?;
                Ok(stage(StageKind::Cmdlet(Box::new(cmdlet)), frame, out, self))
            }
            Callee::Command(_, Resolved::Native(path)) => {
                let native = self.native_stage(path, &given, piped, out)?;
                Ok(stage(StageKind::Native(Box::new(native)), frame, out, self))
            }
            Callee::Block(block) => {
                let (call, out) = self.function_stage(&block, None, given, out, Form { piped, dot })?;
                let frame = call.frame;
                Ok(stage(StageKind::Function(Box::new(call)), frame, out, self))
            }
            Callee::Command(name, Resolved::Function(_, block)) => {
                let (call, out) = self.function_stage(&block, Some(name), given, out, Form { piped, dot })?;
                let frame = call.frame;
                Ok(stage(StageKind::Function(Box::new(call)), frame, out, self))
            }
            Callee::Command(_, Resolved::Script(path)) => {
                let block = self.load_script(&path)?;
                let (mut call, out): (FunctionCall, Out) =
                    self.function_stage(&block, None, given, out, Form { piped, dot })?;
                call.is_script = true;
                let frame = call.frame;
                self.frames[frame].is_script = true;
                Ok(stage(StageKind::Function(Box::new(call)), frame, out, self))
            }
        }
    }

    /// Defaults of `$PSDefaultParameterValues` for a command.
    /// Whether `$PSDefaultParameterValues` has any.
    pub(crate) fn has_default_parameter_values(&self) -> bool {
        matches!(self.read_named(default_values()), Some(Value::Hashtable(table)) if !table.is_empty())
    }

    pub(crate) fn default_parameter_values(&mut self, command: &str) -> Vec<(String, Value)> {
        let Some(Value::Hashtable(table)) = self.read_named(default_values()) else {
            return Vec::new();
        };
        if table.is_empty()
            || table
                .get_text("Disabled")
                .is_some_and(|disabled| disabled.is_true())
        {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (key, value) in table.pairs() {
            let key = key.to_text();
            let Some((pattern, parameter)) = key.rsplit_once(':') else {
                continue;
            };
            let name = self
                .aliases
                .get(&pattern.to_lowercase())
                .map_or(pattern, |name| name.as_ref())
                .to_owned();
            if crate::inspect::like(command, &name) {
                found.push((parameter.trim().to_owned(), value));
            }
        }
        found
    }

    /// Whether a value passes a ValidateScript block; its message if not.
    pub(crate) fn check_script(
        &mut self,
        block: &Value,
        message: Option<&str>,
        value: &Value,
    ) -> Result<Option<String>> {
        let items = match crate::members::enumerate(value) {
            Some(items) => items,
            None => vec![value.clone()],
        };
        for item in items {
            let output = match self.call_found_scope(block, Some(item.clone()), &[]) {
                Ok(output) => output,
                Err(Interrupt::Error(record)) => return Ok(Some(record.text())),
                Err(interrupt) => return Err(interrupt),
            };
            if !Machine::as_value(output).is_true() {
                let text = as_block(block).map_or_else(String::new, |block| block.text().to_owned());
                let value = item.to_text();
                return Ok(Some(match message {
                    Some(message) => message.replace("{0}", &value).replace("{1}", &text),
                    None => format!(
                        "The \"{text}\" validation script for the argument with value \"{value}\" did not return a result of True. \
                         Determine why the validation script failed, and then try the command again."
                    ),
                }));
            }
        }
        Ok(None)
    }
}

/// An item of a splatted array: `-Name` texts of `$args` are names again.
fn splatted_item(item: Value) -> Given {
    if let Some(text) = item.as_str()
        && let Some(name) = text.strip_prefix('-')
        && name.chars().next().is_some_and(char::is_alphabetic)
        && !name.contains(char::is_whitespace)
    {
        let (name, value) = match name.split_once(':') {
            Some((name, rest)) if !rest.is_empty() => (name, Some((Value::str(rest), None))),
            Some((name, _)) => (name, None),
            None => (name, None),
        };
        return Given::Named {
            name: Arc::from(name),
            value,
            text: Arc::from(text),
            splatted: false,
        };
    }
    Given::Value(item, None)
}
