//! The session's state, for the cmdlets that look into it.

mod call;

use std::sync::Arc;

use crate::complete::Completions;
use crate::error::{Category, ErrorRecord, Result, as_error};
use crate::session::{
    AliasDetails, BlockCall, CallFrame, CommandInfo, CommandKind, Exports, HistoryEntry, ModuleImport,
    ModuleInfo, Session, Taker, VariableInfo, VariableOptions,
};
use crate::symbol::Symbol;
use crate::value::Value;

use super::command::Callee;
use super::scope::{Attributes, Place};
use super::{Machine, Out, Resolved};

/// An argument completer that a script registered.
#[derive(Clone)]
pub struct Completer {
    /// For these commands; for all when empty.
    pub commands: Vec<String>,
    /// The parameter's name.
    pub parameter: String,
    /// What gives the proposals.
    pub block: Value,
}

/// Variables that the engine makes when they are read, as Get-Variable lists them.
const LISTED_AUTOMATIC: &[Symbol] = &[
    Symbol::QUESTION,
    Symbol::ERROR,
    Symbol::EXECUTION_CONTEXT,
    Symbol::FALSE,
    Symbol::HOME,
    Symbol::HOST,
    Symbol::STYLE,
    Symbol::IS_CORE_CLR,
    Symbol::IS_LINUX,
    Symbol::IS_MAC_OS,
    Symbol::IS_WINDOWS,
    Symbol::NESTED_PROMPT_LEVEL,
    Symbol::PID,
    Symbol::PROFILE,
    Symbol::CULTURE,
    Symbol::EDITION,
    Symbol::PS_HOME,
    Symbol::UI_CULTURE,
    Symbol::VERSION_TABLE,
    Symbol::PWD,
    Symbol::SHELL_ID,
    Symbol::STACK_TRACE,
    Symbol::TRUE,
];

impl Machine {
    fn info(symbol: Symbol, value: &Value, attributes: Option<&Attributes>) -> VariableInfo {
        VariableInfo {
            name: symbol.name(),
            value: value.clone(),
            options: attributes
                .map(|attributes| attributes.options)
                .unwrap_or_default(),
            description: attributes.and_then(|attributes| attributes.description.clone()),
        }
    }

    fn frames_of(&self, place: Place) -> Vec<usize> {
        match place {
            Place::Frame(frame) => vec![frame],
            Place::Chain => {
                let mut frames = vec![self.frame];
                let mut frame = self.frame;
                while frame != 0 {
                    frame = self.frames[frame].parent as usize;
                    frames.push(frame);
                }
                frames
            }
        }
    }

    /// What a name stands for, when it stands for anything.
    pub(crate) fn meaning(&mut self, name: &str) -> Option<Resolved> {
        self.resolve(name).ok()
    }

    /// A variable that is seen from here.
    pub(crate) fn variable_value(&self, name: &str) -> Option<Value> {
        Symbol::find(name).and_then(|symbol| self.read_named(symbol))
    }

    /// The completer that a script registered for a parameter.
    pub(crate) fn completer_for(&self, command: &str, parameter: &str) -> Option<Value> {
        let fits = |completer: &&Completer| {
            completer.parameter.eq_ignore_ascii_case(parameter)
                && (completer.commands.is_empty()
                    || completer
                        .commands
                        .iter()
                        .any(|name| name.eq_ignore_ascii_case(command)))
        };
        self.completers
            .iter()
            .rev()
            .find(fits)
            .map(|completer| completer.block.clone())
    }
}

/// A member's name in its own spelling, its kind and its definition.
pub(crate) type TypeMember = (Arc<str>, crate::value::MemberKind, Value);

impl Session for Machine {
    fn variables(&self, scope: Option<&str>) -> Result<Vec<VariableInfo>> {
        let place = self.place(scope)?;
        let mut found: Vec<VariableInfo> = Vec::new();
        for frame in self.frames_of(place) {
            for (symbol, value, attributes) in self.variables_in(frame) {
                let info = Machine::info(symbol, value, attributes);
                if !found
                    .iter()
                    .any(|known| known.name.eq_ignore_ascii_case(&info.name))
                {
                    found.push(info);
                }
            }
        }
        if place == Place::Chain || place == Place::Frame(0) {
            for symbol in LISTED_AUTOMATIC {
                if let Some(value) = self.automatic(*symbol) {
                    found.push(Machine::info(*symbol, &value, None));
                }
            }
        }
        found.sort_by_cached_key(|info| info.name.to_lowercase());
        Ok(found)
    }

    fn variable(&self, name: &str, scope: Option<&str>) -> Result<Option<VariableInfo>> {
        let place = self.place(scope)?;
        let Some(symbol) = Symbol::find(name) else {
            return Ok(None);
        };
        for frame in self.frames_of(place) {
            if let Some(value) = self.get_in(frame, symbol) {
                return Ok(Some(Machine::info(
                    symbol,
                    value,
                    self.attributes_in(frame, symbol),
                )));
            }
        }
        let automatic = if symbol.is_automatic() {
            self.automatic(symbol)
        } else {
            None
        };
        if symbol == Symbol::NULL {
            return Ok(Some(Machine::info(symbol, &Value::Null, None)));
        }
        Ok(automatic.map(|value| Machine::info(symbol, &value, None)))
    }

    fn put_variable(&mut self, variable: VariableInfo, scope: Option<&str>, force: bool) -> Result<()> {
        let frame = match self.place(scope)? {
            Place::Frame(frame) => frame,
            Place::Chain => self.frame,
        };
        let symbol = Symbol::of(&variable.name);
        let old = self
            .attributes_in(frame, symbol)
            .map(|attributes| attributes.options)
            .unwrap_or_default();
        if force && !old.constant {
            if old.read_only {
                self.attributes_mut(frame, symbol).options = VariableOptions::default();
            }
            self.put_in(frame, symbol, variable.value);
        } else {
            self.write_in(frame, symbol, variable.value)?;
        }
        if variable.options != VariableOptions::default()
            || variable.description.is_some()
            || old != VariableOptions::default()
        {
            let attributes = self.attributes_mut(frame, symbol);
            attributes.options = variable.options;
            attributes.description = variable.description;
        }
        Ok(())
    }

    fn remove_variable(&mut self, name: &str, scope: Option<&str>, force: bool) -> Result<bool> {
        let Some(symbol) = Symbol::find(name) else {
            return Ok(false);
        };
        let frame = match self.place(scope)? {
            Place::Frame(frame) => Some(frame),
            Place::Chain => self.frame_of(symbol),
        };
        let Some(frame) = frame else { return Ok(false) };
        let options = self
            .attributes_in(frame, symbol)
            .map(|attributes| attributes.options)
            .unwrap_or_default();
        if options.constant || (options.read_only && !force) {
            return Err(ErrorRecord::new(
                "VariableNotRemovable",
                Category::WriteError,
                format!("Cannot remove variable {name} because it is constant or read-only. If the variable is read-only, try the operation again specifying the Force option."),
            )
            .about(Value::str(name))
            .exception("System.Management.Automation.SessionStateUnauthorizedAccessException")
            .into());
        }
        Ok(self.remove_in(frame, symbol))
    }

    fn functions(&self) -> Vec<(Arc<str>, Value)> {
        let mut found: Vec<(Arc<str>, Value)> = Vec::new();
        for frame in self.frames_of(Place::Chain) {
            for (symbol, block) in self.frames[frame]
                .functions
                .iter()
                .flat_map(|functions| functions.iter())
            {
                let name = crate::block::as_block(block)
                    .and_then(|block| block.name.clone())
                    .unwrap_or_else(|| symbol.name());
                if !found.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                    found.push((name, block.clone()));
                }
            }
        }
        found.sort_by_cached_key(|(name, _)| name.to_lowercase());
        found
    }

    fn set_function(&mut self, name: &str, block: Value) -> Result<()> {
        self.define_function(self.frame, name, block);
        Ok(())
    }

    fn remove_function(&mut self, name: &str) -> bool {
        let Some(symbol) = Symbol::find(name) else {
            return false;
        };
        self.epoch += 1;
        for frame in self.frames_of(Place::Chain) {
            if self.frames[frame]
                .functions
                .as_mut()
                .is_some_and(|functions| functions.remove(&symbol).is_some())
            {
                return true;
            }
        }
        false
    }

    fn aliases(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let mut found: Vec<(Arc<str>, Arc<str>)> = self
            .aliases
            .iter()
            .map(|(name, definition)| {
                let display = self
                    .alias_names
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| Arc::from(name.as_str()));
                (display, Arc::clone(definition))
            })
            .collect();
        found.sort_by_cached_key(|(name, _)| name.to_lowercase());
        found
    }

    fn set_alias(&mut self, name: &str, definition: &str) -> Result<()> {
        self.put_alias(name, definition);
        Ok(())
    }

    fn alias_details(&self, name: &str) -> AliasDetails {
        self.alias_details
            .get(&name.to_lowercase())
            .cloned()
            .unwrap_or_default()
    }

    fn set_alias_details(&mut self, name: &str, details: AliasDetails) {
        self.alias_details.insert(name.to_lowercase(), details);
    }

    fn remove_alias(&mut self, name: &str) -> bool {
        self.epoch += 1;
        self.alias_details.remove(&name.to_lowercase());
        self.alias_names.remove(&name.to_lowercase());
        self.aliases.remove(&name.to_lowercase()).is_some()
    }

    fn import_module(&mut self, import: &ModuleImport) -> Result<ModuleInfo> {
        self.load_module(import)
    }

    fn new_module(
        &mut self,
        name: &str,
        block: &Value,
        arguments: Vec<Value>,
        as_object: bool,
    ) -> Result<Vec<Value>> {
        self.create_module(name, block, arguments, as_object)
    }

    fn remove_module(&mut self, name: &str) -> bool {
        self.unload_named(name)
    }

    fn modules(&self) -> Vec<ModuleInfo> {
        self.loaded_modules()
    }

    fn available_modules(&self) -> Vec<(String, String)> {
        Machine::available_modules(self)
    }

    fn inspect_module(&mut self, file: &str) -> Result<ModuleInfo> {
        self.inspect_file(file)
    }

    fn export_module_member(&mut self, exports: Exports) -> Result<()> {
        self.export_from_module(exports)
    }

    fn resolve_command(&mut self, name: &str) -> Vec<CommandInfo> {
        self.all_meanings(name)
    }

    fn commands(&self) -> Vec<CommandInfo> {
        let aliases = Session::aliases(self)
            .into_iter()
            .map(|(name, definition)| CommandInfo {
                name,
                kind: CommandKind::Alias(definition),
                signature: None,
                module: None,
            });
        let functions = Session::functions(self)
            .into_iter()
            .map(|(name, block)| self.function_info(&name, block));
        let cmdlets = self.registry.commands().map(|command| CommandInfo {
            name: Arc::from(command.signature().name.as_ref()),
            kind: CommandKind::Cmdlet,
            signature: Some(Arc::new(command.signature().clone())),
            module: None,
        });
        let mut found: Vec<CommandInfo> = aliases.chain(functions).chain(cmdlets).collect();
        found.sort_by_cached_key(|info| info.name.to_lowercase());
        found
    }

    fn parse_block(&mut self, text: &str, file: Option<&str>) -> Result<Value> {
        Machine::parse_block(self, text, file)
    }

    fn call_block(&mut self, block: &Value, call: BlockCall) -> Result<Vec<Value>> {
        if let Some(underscore) = &call.underscore
            && call.input.is_none()
            && call.named.is_empty()
        {
            if !call.new_scope {
                return self.call_found_scope(block, Some(underscore.clone()), &call.arguments);
            }
            let underscore = underscore.clone();
            return self.collect(|machine, out| {
                machine.call_with_this(block, None, Some(underscore), call.arguments.clone(), out)
            });
        }
        let block = block.clone();
        self.collect(|machine, out| machine.call_with_input(Callee::Block(block), &call, out))
    }

    fn stream_all(&mut self, block: &Value, call: &BlockCall, take: Taker, others: Vec<Taker>) -> Result<()> {
        let heights = self.heights();
        let out = self.tee(Out::Null, super::stream::TeeKind::Given(take));
        let mut streams = self.stream_sets[self.streams as usize].clone();
        for (at, other) in others.into_iter().enumerate().take(streams.targets.len()) {
            let other = self.tee(Out::Null, super::stream::TeeKind::Given(other));
            streams.targets[at] = super::stream::Target::Merge(other);
        }
        self.stream_sets.push(streams);
        self.streams = self.stream_sets.len() as u32 - 1;
        let result = self.call_with_input(Callee::Block(block.clone()), call, out);
        let restored = self.restore(heights);
        result.and(restored)
    }

    fn call_command(&mut self, name: &str, call: BlockCall) -> Result<Vec<Value>> {
        let resolved = self.resolve(name)?;
        let callee = Callee::Command(Arc::from(name), resolved);
        self.collect(|machine, out| {
            machine.call_with_input(
                callee,
                &BlockCall {
                    new_scope: true,
                    ..call
                },
                out,
            )
        })
    }

    fn add_type_member(
        &mut self,
        type_name: &str,
        name: &str,
        member: (crate::value::MemberKind, Value),
        replace: bool,
    ) -> bool {
        let key = (type_name.to_lowercase(), name.to_lowercase());
        let is_free = replace || !self.type_members.contains_key(&key);
        if is_free {
            self.type_members
                .insert(key, (Arc::from(name), member.0, member.1));
        }
        is_free
    }

    fn type_members(&self) -> Vec<(String, Arc<str>, crate::value::MemberKind)> {
        let members = self.type_members.iter();
        members
            .map(|((of, _), (name, kind, _))| (of.clone(), Arc::clone(name), *kind))
            .collect()
    }

    fn remove_type_members(&mut self, type_name: &str) -> bool {
        let before = self.type_members.len();
        self.type_members
            .retain(|(of, _), _| !of.eq_ignore_ascii_case(type_name));
        self.type_members.len() < before
    }

    fn drive_location(&self) -> Option<Arc<str>> {
        self.drive_location.clone()
    }

    fn set_drive_location(&mut self, place: Option<Arc<str>>) {
        self.drive_location = place;
    }

    fn folder_drives(&self) -> Vec<(Arc<str>, Arc<str>)> {
        self.folder_drives.clone()
    }

    fn set_folder_drive(&mut self, name: &str, root: Option<&str>) {
        self.folder_drives
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.folder_drives
            .extend(root.map(|root| (Arc::from(name), Arc::from(root))));
    }

    fn strict_mode(&self) -> u8 {
        self.frames[self.frame].strict
    }

    fn set_strict_mode(&mut self, version: u8) {
        let frame = self.frame;
        self.frames[frame].strict = version;
    }

    fn history(&self) -> Vec<HistoryEntry> {
        self.history.clone()
    }

    fn add_history(&mut self, line: &str) {
        let now = self.host.now_ticks();
        let id = self.history.last().map_or(1, |last| last.id + 1);
        self.history.push(HistoryEntry {
            id,
            command_line: Arc::from(line),
            succeeded: true,
            started_ticks: now,
            ended_ticks: now,
        });
        let most = 4096;
        if self.history.len() > most {
            let extra = self.history.len() - most;
            self.history.drain(..extra);
        }
    }

    fn retain_history(&mut self, keeps: &dyn Fn(&HistoryEntry) -> bool) {
        self.history.retain(keeps);
    }

    fn errors(&self) -> Vec<ErrorRecord> {
        self.errors
            .iter()
            .filter_map(|value| as_error(&value).cloned())
            .collect()
    }

    fn fresh_engine(&self, host: Option<Arc<dyn crate::host::Host>>) -> crate::engine::Engine {
        crate::engine::Engine::new(
            (*self.registry).clone(),
            host.unwrap_or_else(|| Arc::clone(&self.host)),
            Arc::clone(&self.renderer),
        )
    }

    fn shared_host(&self) -> Arc<dyn crate::host::Host> {
        Arc::clone(&self.host)
    }

    fn call_stack(&self) -> Vec<CallFrame> {
        self.stack_frames()
            .into_iter()
            .map(|(command, file, line)| CallFrame { command, file, line })
            .collect()
    }

    fn complete(&mut self, line: &str, cursor: usize) -> Completions {
        crate::complete::complete(self, line, cursor)
    }

    fn attend(&mut self, attendant: Option<crate::session::Attendant>) {
        self.set_attendant(attendant);
    }

    fn debugger(&mut self) -> &mut crate::debugger::Debugger {
        &mut self.debugger
    }

    fn line_editor(&mut self) -> &mut crate::line_editor::LineEditor {
        &mut self.line_editor
    }

    fn register_completer(&mut self, commands: &[String], parameter: &str, block: Value, _native: bool) {
        self.completers.push(Completer {
            commands: commands.to_vec(),
            parameter: parameter.to_owned(),
            block,
        });
    }
}
