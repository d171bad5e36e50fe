//! Running code.
//!
//! A [`Machine`] is one session. Everything that running code shares lives in its vectors, addressed by number, so
//! that any piece of code can write to any output without borrowing it: [`Out`] says where values go, a stream set says
//! where errors and the other streams go. Frames and slots are stacks; a callee's frame names its caller's, because
//! functions see their callers' variables. Nothing here is re-entered while it is taken out of its place: a stage
//! that runs never receives an item.

mod assign;
mod automatic;
mod background;
mod call_site;
mod cmdlet_variable;
mod command;
mod context;
mod control;
mod debug;
mod dynamic;
mod errors;
mod expression;
mod function;
mod in_place;
mod intrinsics;
mod invoke_command;
mod member;
mod module;
mod native;
mod parameters;
mod path_intrinsics;
mod pipeline;
pub(crate) mod powershell;
mod redirect;
mod requires;
mod scope;
mod script;
mod session;
mod session_variables;
mod statement;
mod steppable;
mod stream;
mod switch;
mod using;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::ast::{Source, Span};
use crate::cmdlet::Command;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::host::Host;
use crate::program::Layout;
use crate::registry::Registry;
use crate::render::{RenderSession, Renderer};
use crate::session::HistoryEntry;
use crate::symbol::{Symbol, SymbolMap};
use crate::value::Value;

pub use pipeline::Stage;
pub use scope::{Slot, Variable};
pub use stream::{StreamSet, Target};

/// How deep calls may nest.
const MAX_CALL_DEPTH: u32 = 1000;

/// Where values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// Nowhere.
    Null,
    /// The console.
    Console,
    /// A buffer that is being collected.
    Buffer(u32),
    /// A stage of a running pipeline.
    Stage(u32, u16),
    /// Another output and something besides: a file, a variable.
    Tee(u32),
}

/// A command name's meaning.
#[derive(Clone)]
pub enum Resolved {
    /// A compiled command with its binding table.
    Cmdlet(Arc<dyn Command>, Arc<crate::bind::Table>),
    /// A function: a script block.
    Function(Arc<str>, Value),
    /// A script file's path.
    Script(Arc<str>),
    /// A native program's path.
    Native(Arc<str>),
}

/// A scope: a function's, a script block's, a script's, or the global one.
pub struct Frame {
    /// The first of its slots.
    base: usize,
    /// Which name is in which slot.
    layout: Arc<Layout>,
    /// The caller's frame, whose variables it sees.
    parent: u32,
    /// Variables without a slot.
    extra: Option<Box<SymbolMap<Variable>>>,
    /// Functions defined here.
    functions: Option<Box<SymbolMap<Value>>>,
    /// Whether `$script:` means this scope.
    is_script: bool,
    /// Whether it is a function or script block that `$args` belongs to.
    is_call: bool,
    /// The function's name.
    name: Option<Arc<str>>,
    /// What the code that runs here was called by.
    invocation_name: Option<Arc<str>>,
    /// The text of the code that runs here.
    source: Arc<Source>,
    /// The statement that runs here.
    span: Span,
    /// Where it was called.
    call_site: Option<(Arc<Source>, Span)>,
    /// Arguments that no parameter took.
    arguments: Vec<Value>,
    /// What was bound, for `$PSBoundParameters`.
    bound: Option<Value>,
    /// `$input`.
    input: Option<Input>,
    /// `Set-StrictMode`, times ten.
    strict: u8,
    /// What an advanced function's `$PSCmdlet` knows.
    advanced: Option<Arc<context::FunctionContext>>,
    /// Where `return` writes in a class's method, whose other output goes nowhere.
    method_out: Option<Out>,
    /// The script block whose code runs.
    block: Value,
    /// The module whose scope this is.
    module: Option<usize>,
    /// The scope that was current when this one was entered: the caller's, not the one around.
    entered_from: usize,
}

/// What was piped in.
struct Input {
    items: Vec<Value>,
    /// `$input`, once it was read: it stands somewhere in the items.
    enumerator: std::sync::OnceLock<Value>,
}

impl Input {
    fn of(items: Vec<Value>) -> Input {
        Input {
            items,
            enumerator: std::sync::OnceLock::new(),
        }
    }

    fn enumerator(&self) -> Value {
        let made = || crate::members::enumerator(self.items.clone());
        self.enumerator.get_or_init(made).clone()
    }
}

/// One session.
pub struct Machine {
    /// The compiled commands.
    pub registry: Arc<Registry>,
    /// The outside world.
    pub host: Arc<dyn Host>,
    /// Makes text of values.
    pub renderer: Arc<dyn Renderer>,
    /// Set from another thread.
    pub stop: Arc<AtomicBool>,
    frames: Vec<Frame>,
    slots: Vec<Slot>,
    frame: usize,
    buffers: Vec<Vec<Value>>,
    pipes: Vec<pipeline::Pipe>,
    tees: Vec<stream::Tee>,
    stream_sets: Vec<StreamSet>,
    streams: u32,
    aliases: HashMap<String, Arc<str>>,
    alias_names: HashMap<String, Arc<str>>,
    alias_details: HashMap<String, crate::session::AliasDetails>,
    tables: HashMap<String, Arc<crate::bind::Table>>,
    /// Counts changes of functions and aliases: call sites cache what a name stood for.
    epoch: u64,
    console: Option<Box<dyn RenderSession>>,
    errors: Value,
    question: bool,
    last_exit_code: Option<i32>,
    try_depth: u32,
    depth: u32,
    steps: u64,
    step_limit: Option<u64>,
    polls: u32,
    next_stage: u64,
    history: Vec<HistoryEntry>,
    line_editor: crate::line_editor::LineEditor,
    pub(crate) debugger: crate::debugger::Debugger,
    attendant: Option<crate::session::Attendant>,
    /// `$Host`.
    host_value: Value,
    /// `$PSStyle`.
    style: Value,
    /// By type and member name in lower case, in order: what Update-TypeData added, with the name as written.
    pub(crate) type_members: indexmap::IndexMap<(String, String), session::TypeMember>,
    /// What `using namespace` named at the prompt.
    pub(crate) namespaces: Vec<Arc<str>>,
    completers: Vec<session::Completer>,
    /// References made by `[ref]`, with the variables that they stand for.
    references: Vec<(Value, u32, Symbol)>,
    /// Classes and enums that scripts defined.
    pub(crate) types: crate::class::Classes,
    modules: module::Modules,
    /// The place on a drive that is not the file system's, when the session is there.
    drive_location: Option<Arc<str>>,
    /// Drives of folders that scripts made: names and roots.
    folder_drives: Vec<(Arc<str>, Arc<str>)>,
}

impl Machine {
    /// A fresh session.
    pub fn new(registry: Registry, host: Arc<dyn Host>, renderer: Arc<dyn Renderer>) -> Machine {
        let source = Source::new(None, "");
        let global = Frame {
            base: 0,
            layout: Arc::new(Layout {
                names: vec![Symbol::UNDERSCORE],
            }),
            parent: 0,
            extra: Some(Box::default()),
            functions: Some(Box::default()),
            is_script: true,
            is_call: true,
            name: None,
            invocation_name: None,
            source,
            span: Span::default(),
            call_site: None,
            arguments: Vec::new(),
            bound: None,
            input: None,
            strict: 0,
            advanced: None,
            method_out: None,
            block: Value::Null,
            module: None,
            entered_from: 0,
        };
        let mut machine = Machine {
            registry: Arc::new(registry),
            host,
            renderer,
            stop: Arc::default(),
            frames: vec![global],
            slots: vec![Slot::default()],
            frame: 0,
            buffers: Vec::new(),
            pipes: Vec::new(),
            tees: Vec::new(),
            stream_sets: vec![StreamSet::console()],
            streams: 0,
            aliases: HashMap::new(),
            alias_names: HashMap::new(),
            alias_details: HashMap::new(),
            tables: HashMap::new(),
            epoch: 0,
            console: None,
            errors: Value::array_list(Vec::new()),
            question: true,
            last_exit_code: None,
            try_depth: 0,
            depth: 0,
            steps: 0,
            step_limit: None,
            polls: 0,
            next_stage: 1,
            history: Vec::new(),
            line_editor: crate::line_editor::LineEditor::default(),
            debugger: crate::debugger::Debugger::default(),
            attendant: None,
            host_value: crate::members::console::console(automatic::VERSION),
            style: crate::members::style::style(),
            namespaces: Vec::new(),
            type_members: indexmap::IndexMap::new(),
            completers: Vec::new(),
            references: Vec::new(),
            types: crate::class::Classes::default(),
            modules: module::Modules::default(),
            drive_location: None,
            folder_drives: Vec::new(),
        };
        let aliases: Vec<(String, String)> = machine
            .registry
            .aliases()
            .map(|(alias, name)| (alias.to_owned(), name.to_owned()))
            .collect();
        for (alias, name) in aliases {
            machine
                .alias_names
                .insert(alias.to_lowercase(), Arc::from(alias.as_str()));
            machine.aliases.insert(alias.to_lowercase(), Arc::from(name));
        }
        machine.preferences();
        machine
    }

    /// Ends runs after so many steps.
    pub fn set_step_limit(&mut self, steps: Option<u64>) {
        self.step_limit = steps;
        self.steps = 0;
    }

    /// Called at every item and every loop turn: Ctrl-C, and the step limit.
    #[inline]
    pub(crate) fn step(&mut self) -> Result<()> {
        self.polls = self.polls.wrapping_add(1);
        if self.polls & 0x3f == 0 || self.step_limit.is_some() {
            return self.step_slowly();
        }
        Ok(())
    }

    #[cold]
    fn step_slowly(&mut self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) || self.host.stop_requested() {
            return Err(Interrupt::Stopped);
        }
        if let Some(limit) = self.step_limit {
            self.steps += 1;
            if self.steps > limit {
                return Err(Interrupt::Stopped);
            }
        }
        Ok(())
    }

    /// Runs a part one call deeper. A call counts as a step: recursion without loops can be stopped too.
    pub(crate) fn deeper<T>(&mut self, part: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.step()?;
        if self.depth >= MAX_CALL_DEPTH {
            return Err(ErrorRecord::new(
                "CallDepthOverflow",
                Category::InvalidOperation,
                "The script failed due to call depth overflow.",
            )
            .exception("System.Management.Automation.ScriptCallDepthException")
            .into());
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    /// Collects what a part writes.
    pub(crate) fn collect(&mut self, part: impl FnOnce(&mut Self, Out) -> Result<()>) -> Result<Vec<Value>> {
        self.buffers.push(Vec::new());
        let at = self.buffers.len() - 1;
        let result = part(self, Out::Buffer(at as u32));
        let items = self.buffers.swap_remove(at);
        self.buffers.truncate(at);
        result.map(|()| items)
    }

    /// Writes one item.
    pub(crate) fn emit(&mut self, out: Out, value: Value) -> Result<()> {
        if matches!(value, Value::Nothing) {
            return Ok(());
        }
        match out {
            Out::Null => Ok(()),
            Out::Buffer(at) => {
                self.buffers[at as usize].push(value);
                Ok(())
            }
            Out::Stage(pipe, stage) => self.push_stage(pipe, stage, value),
            Out::Console => self.show(&value),
            Out::Tee(at) => self.emit_tee(at, value),
        }
    }

    /// Writes a value as a pipeline takes it: collections item by item.
    pub(crate) fn emit_all(&mut self, out: Out, value: Value) -> Result<()> {
        match &value {
            Value::Array(array) => {
                if !matches!(out, Out::Stage(..)) {
                    let items = array.items.read().clone();
                    return self.emit_items(out, items);
                }
                // Item by item: to touch all of a long array first would only throw the first ones out of the cache.
                let mut at = 0;
                loop {
                    let Some(item) = array.items.read().get(at).cloned() else {
                        return Ok(());
                    };
                    at += 1;
                    self.emit(out, item)?;
                }
            }
            Value::List(_) | Value::Instance(_) => match crate::members::enumerate(&value) {
                Some(items) => self.emit_items(out, items),
                None => self.emit(out, value),
            },
            Value::Object(_) => match self.class_items(&value) {
                Some(items) => self.emit_items(out, items?),
                None => self.emit(out, value),
            },
            _ => self.emit(out, value),
        }
    }

    pub(crate) fn emit_items(&mut self, out: Out, items: Vec<Value>) -> Result<()> {
        if let Out::Buffer(at) = out {
            self.buffers[at as usize]
                .extend(items.into_iter().filter(|item| !matches!(item, Value::Nothing)));
            return Ok(());
        }
        for item in items {
            self.emit(out, item)?;
        }
        Ok(())
    }

    /// Shows a value on the console.
    fn show(&mut self, value: &Value) -> Result<()> {
        if self.show_stream_record(value)? {
            return Ok(());
        }
        // A number that was written as an argument shows as it was written.
        if let Some(text) = value.source_text() {
            let text = Value::Str(text.clone());
            return self.show(&text);
        }
        let mut session = match self.console.take() {
            Some(session) => session,
            None => self.renderer.console_session(self.host.width()),
        };
        let text = session.push(&mut context::EngineContext::new(self), value);
        self.console = Some(session);
        let text = text?;
        if !text.is_empty() {
            self.host.write(crate::host::Stream::Output, &text);
        }
        Ok(())
    }

    /// Ends the console's format stream: what it holds back is shown.
    pub(crate) fn finish_console(&mut self) -> Result<()> {
        let Some(mut session) = self.console.take() else {
            return Ok(());
        };
        let text = session.finish(&mut context::EngineContext::new(self))?;
        if !text.is_empty() {
            self.host.write(crate::host::Stream::Output, &text);
        }
        Ok(())
    }

    /// What a statement's collected output is as a value.
    pub(crate) fn as_value(mut items: Vec<Value>) -> Value {
        match items.len() {
            0 => Value::Nothing,
            1 => items.swap_remove(0),
            _ => Value::array(items),
        }
    }
}

#[cfg(test)]
mod tests;
