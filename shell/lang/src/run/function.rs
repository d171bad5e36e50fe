//! Calls of functions, script blocks and scripts: a scope, its parameters, the blocks in their order.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bind::{Bound, Given, PipelinePlan, Table, bind, bind_item};
use crate::block::{ScriptBlock, as_block};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::program::{Code, Layout, Lines};
use crate::symbol::Symbol;
use crate::value::Value;

use super::context::Settings;
use super::{Machine, Out};

/// How something is called.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Whether items are piped in.
    pub(super) piped: bool,
    /// Whether it runs in the caller's scope.
    pub(super) dot: bool,
}

/// A call in progress.
pub(super) struct FunctionCall {
    /// The call's scope; the caller's when it was dot-sourced.
    pub(super) frame: usize,
    /// Whether it is a script: `exit` ends it alone.
    pub(super) is_script: bool,
    pub(super) code: Arc<Code>,
    pub(super) table: Arc<Table>,
    pub(super) bound: Bound,
    pub(super) plan: PipelinePlan,
    pub(super) settings: Arc<Settings>,
    pub(super) collected: Vec<Value>,
    pub(super) piped: bool,
    pub(super) dotted: bool,
    pub(super) failed: Arc<AtomicBool>,
}

impl Machine {
    /// Calls a script block or function without piped input.
    pub(super) fn call_given(
        &mut self,
        block: &Value,
        name: Option<Arc<str>>,
        given: Vec<Given>,
        out: Out,
        dot: bool,
    ) -> Result<()> {
        if !dot
            && let Some(script) = as_block(block)
            && script.table().plain
            && script.captured.is_none()
            && !script.is_method
            && given.iter().all(|argument| matches!(argument, Given::Value(..)))
        {
            let code = script.code();
            if code.begin.is_none() && code.process.is_none() && code.clean.is_none() && !code.names_bound {
                return self.call_plain(script, block, name, given, out);
            }
        }
        self.deeper(|machine| {
            let heights = machine.heights();
            let references: Vec<Value> = given.iter().filter_map(reference_in).collect();
            let result = machine
                .function_stage(block, name, given, out, Form { piped: false, dot })
                .and_then(|(mut call, out)| machine.run_call(&mut call, out));
            let restored = machine.restore(heights);
            machine.return_references(&references);
            result.and(restored)
        })
    }

    /// Calls a simple function with values for its parameters in their order: nothing has to be bound.
    fn call_plain(
        &mut self,
        script: &ScriptBlock,
        block: &Value,
        name: Option<Arc<str>>,
        given: Vec<Given>,
        out: Out,
    ) -> Result<()> {
        let code = Arc::clone(script.code());
        self.deeper(|machine| {
            let (caller, height) = (machine.frame, machine.frames.len());
            let frame = machine.open_call(script, &code, block, name);
            let base = machine.frames[frame].base;
            let mut references = Vec::new();
            let mut values = given.into_iter().map(|argument| match argument {
                Given::Value(value, text) => crate::bind::with_text(value, text.as_deref()),
                Given::Named { .. } => Value::Null,
            });
            for parameter in &code.parameters.parameters {
                let Some(value) = values.next() else { break };
                if matches!(value, Value::Instance(_)) {
                    references.push(value.clone());
                }
                let slot = &mut machine.slots[base + parameter.slot as usize];
                slot.value = value;
                slot.set = true;
            }
            machine.frames[frame].arguments.extend(values);
            machine.frame = frame;
            let result = machine
                .plain_defaults(&code, base)
                .and_then(|()| match &code.end {
                    Some(lines) => machine.run_block(lines, out),
                    None => Ok(()),
                });
            machine.frame = caller;
            machine.leave(height);
            if !references.is_empty() {
                machine.return_references(&references);
            }
            if result.is_ok() {
                machine.question = true;
            }
            result
        })
    }

    fn plain_defaults(&mut self, code: &Code, base: usize) -> Result<()> {
        for parameter in &code.parameters.parameters {
            let at = base + parameter.slot as usize;
            if self.slots[at].set {
                continue;
            }
            let value = match &parameter.default {
                Some(default) => super::expression::no_absence(self.eval(default)?),
                None => Value::Null,
            };
            self.slots[at].value = value;
            self.slots[at].set = true;
        }
        Ok(())
    }

    pub(super) fn run_call(&mut self, call: &mut FunctionCall, out: Out) -> Result<()> {
        self.frame = call.frame;
        let is_method =
            as_block(&self.frames[call.frame].block).is_some_and(|block| block.is_method) && !call.dotted;
        let out = if is_method {
            self.frames[call.frame]
                .method_out
                .replace(out)
                .unwrap_or(Out::Null)
        } else {
            out
        };
        self.begin_function(call, out)?;
        self.process_function(call, None, out)?;
        self.end_function(call, out)
    }

    /// Calls a script block with positional arguments.
    pub(super) fn call_value(&mut self, block: &Value, arguments: Vec<Value>, out: Out) -> Result<()> {
        let given = arguments
            .into_iter()
            .map(|value| Given::Value(value, None))
            .collect();
        self.call_given(block, None, given, out, false).map_err(unplaced)
    }

    /// Calls a script block with `$this` and `$_`.
    pub(super) fn call_with_this(
        &mut self,
        block: &Value,
        this: Option<Value>,
        underscore: Option<Value>,
        arguments: Vec<Value>,
        out: Out,
    ) -> Result<()> {
        self.deeper(|machine| {
            let heights = machine.heights();
            let given = arguments
                .into_iter()
                .map(|value| Given::Value(value, None))
                .collect();
            let result = machine
                .function_stage(
                    block,
                    None,
                    given,
                    out,
                    Form {
                        piped: false,
                        dot: false,
                    },
                )
                .and_then(|(mut call, out)| {
                    machine.frame = call.frame;
                    if let Some(this) = this {
                        machine.put_in(call.frame, Symbol::THIS, this);
                    }
                    if let Some(underscore) = underscore {
                        machine.put_in(call.frame, Symbol::UNDERSCORE, underscore);
                    }
                    machine.run_call(&mut call, out)
                });
            let restored = machine.restore(heights);
            result.map_err(unplaced).and(restored)
        })
    }

    /// Runs a script block in the current scope and collects its output.
    pub(crate) fn call_found_scope(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.collect(|machine, out| machine.stream_found_scope(block, underscore, arguments, out))
    }

    /// Runs a script block in the current scope.
    pub(super) fn stream_found_scope(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
        out: Out,
    ) -> Result<()> {
        let Some(script) = as_block(block) else {
            return Err(ErrorRecord::new(
                "InvalidArgument",
                Category::InvalidArgument,
                "A script block was expected.",
            )
            .into());
        };
        if script.body.parameters.is_some() || script.captured.is_some() || !arguments.is_empty() {
            return self.call_with_this(block, None, underscore, arguments.to_vec(), out);
        }
        let code = Arc::clone(script.code_in_found_scope());
        if !Arc::ptr_eq(&self.frames[self.frame].source, &script.source) {
            return self.stream_at_home(script, &code, underscore, out);
        }
        self.stream_here(&code, underscore, out)
    }

    /// Runs code from another text in the scope that is current for it.
    fn stream_at_home(
        &mut self,
        script: &ScriptBlock,
        code: &Arc<Code>,
        underscore: Option<Value>,
        out: Out,
    ) -> Result<()> {
        let heights = self.heights();
        self.frame = self.home_frame(&script.source);
        let result = self.stream_here(code, underscore, out);
        let restored = self.restore(heights);
        result.and(restored)
    }

    fn stream_here(&mut self, code: &Arc<Code>, underscore: Option<Value>, out: Out) -> Result<()> {
        self.deeper(|machine| {
            let replaced = underscore.is_some();
            let old = if replaced {
                machine.swap_underscore(underscore)
            } else {
                None
            };
            let result = machine.run_in_found_scope(code, out);
            if replaced {
                machine.swap_underscore(old);
            }
            result
        })
    }

    pub(super) fn run_in_found_scope(&mut self, code: &Arc<Code>, out: Out) -> Result<()> {
        let frame = self.frame;
        let source = std::mem::replace(&mut self.frames[frame].source, Arc::clone(&code.source));
        let span = self.frames[frame].span;
        let mut result = Ok(());
        for lines in [&code.begin, &code.process, &code.end].into_iter().flatten() {
            result = self.run_block(lines, out);
            if result.is_err() {
                break;
            }
        }
        self.frames[frame].source = source;
        self.frames[frame].span = span;
        result
    }

    /// Runs a block of a call: `return` ends it.
    pub(super) fn run_block(&mut self, lines: &Lines, out: Out) -> Result<()> {
        match self.run_lines(lines, out) {
            Err(Interrupt::Return) => Ok(()),
            other => other,
        }
    }

    /// Opens a call: its scope and its arguments.
    pub(super) fn function_stage(
        &mut self,
        block: &Value,
        name: Option<Arc<str>>,
        given: Vec<Given>,
        out: Out,
        form: Form,
    ) -> Result<(FunctionCall, Out)> {
        let Form { piped, dot } = form;
        let Some(script) = as_block(block) else {
            return Err(ErrorRecord::new(
                "InvalidArgument",
                Category::InvalidArgument,
                "A script block was expected.",
            )
            .into());
        };
        let table = Arc::clone(script.table());
        let code = Arc::clone(if dot {
            script.code_in_found_scope()
        } else {
            script.code()
        });
        let (given, bound) = match &code.dynamic {
            None => (Vec::new(), bind(self, &table, given, piped)?),
            Some(_) => (given, Bound::default()),
        };
        let frame = if dot {
            self.home_frame(&script.source)
        } else {
            self.open_call(script, &code, block, name)
        };
        let mut call = FunctionCall {
            frame,
            is_script: false,
            settings: Arc::new(Settings::new(&table, &bound, piped)),
            code,
            table,
            bound,
            plan: PipelinePlan::default(),
            collected: Vec::new(),
            piped,
            dotted: dot,
            failed: Arc::new(AtomicBool::new(false)),
        };
        let code = Arc::clone(&call.code);
        if let Some(lines) = &code.dynamic {
            self.bind_dynamic(&mut call, lines, given, out)?;
            call.settings = Arc::new(Settings::new(&call.table, &call.bound, piped));
        }
        let out = self.common_streams(&call.bound, out)?;
        if piped {
            call.plan = PipelinePlan::new(&call.table, &call.bound);
        }
        self.give_arguments(&mut call, out)?;
        Ok((call, out))
    }

    fn open_call(
        &mut self,
        script: &ScriptBlock,
        code: &Arc<Code>,
        block: &Value,
        name: Option<Arc<str>>,
    ) -> usize {
        let mut parent = self.home_frame(&script.source);
        if let Some(captured) = &script.captured {
            let closure = self.enter(&Arc::new(Layout::default()), parent, &code.source);
            // A layout without slots has none for `$_` either: the closure's scope is only looked into by name.
            self.frames[closure].is_call = false;
            for (symbol, value) in captured.read().iter() {
                self.put_in(closure, *symbol, value.clone());
            }
            parent = closure;
        }
        let frame = self.enter(&code.layout, parent, &code.source);
        let scope = &mut self.frames[frame];
        scope.name.clone_from(&script.name);
        scope.invocation_name = name;
        scope.block = block.clone();
        frame
    }

    pub(super) fn begin_function(&mut self, call: &mut FunctionCall, out: Out) -> Result<()> {
        let code = Arc::clone(&call.code);
        match &code.begin {
            Some(lines) => self.guarded(call, |machine| machine.run_block(lines, out)),
            None => Ok(()),
        }
    }

    pub(super) fn process_function(
        &mut self,
        call: &mut FunctionCall,
        item: Option<Value>,
        out: Out,
    ) -> Result<()> {
        let code = Arc::clone(&call.code);
        let Some(lines) = &code.process else {
            if let Some(item) = item {
                if call.table.strict {
                    self.bind_function_item(call, &item)?;
                }
                call.collected.push(item);
            }
            return Ok(());
        };
        if let Some(item) = item {
            if !self.bind_function_item(call, &item)? {
                return Ok(());
            }
            self.frames[call.frame].input = Some(super::Input::of(vec![item.clone()]));
            self.swap_underscore(Some(item));
        }
        self.guarded(call, |machine| machine.run_block(lines, out))
    }

    /// Binds an item to a function's parameters; whether the function goes on with it.
    fn bind_function_item(&mut self, call: &mut FunctionCall, item: &Value) -> Result<bool> {
        if call.plan.is_empty() {
            if call.table.strict {
                let (table, settings) = (Arc::clone(&call.table), Arc::clone(&call.settings));
                self.not_bound(&table, item, &settings)?;
                call.failed.store(true, Ordering::Relaxed);
                return Ok(false);
            }
            return Ok(true);
        }
        let table = Arc::clone(&call.table);
        match bind_item(self, &table, &call.plan, &mut call.bound, item) {
            Ok(true) => {}
            Ok(false) => {
                let settings = Arc::clone(&call.settings);
                self.not_bound(&table, item, &settings)?;
                call.failed.store(true, Ordering::Relaxed);
                return Ok(false);
            }
            Err(Interrupt::Error(record)) => {
                let action = self.error_action(&Arc::clone(&call.settings));
                self.report(*record, action)?;
                call.failed.store(true, Ordering::Relaxed);
                return Ok(false);
            }
            Err(interrupt) => return Err(interrupt),
        }
        let bound_variable = self.frames[call.frame].bound.clone();
        for at in call.plan.parameters() {
            let value = match &call.bound.values[*at] {
                Some(value) => {
                    if let Some(Value::Hashtable(bound)) = &bound_variable {
                        bound.set(Value::str(table.parameters[*at].name.as_ref()), value.clone());
                    }
                    value.clone()
                }
                None => match call
                    .code
                    .parameters
                    .clone()
                    .parameters
                    .get(*at)
                    .and_then(|own| own.default.as_ref())
                {
                    Some(default) => self.eval(default)?,
                    None => self.unset_value(&table, *at),
                },
            };
            self.put_parameter(call, *at, value);
        }
        Ok(true)
    }

    pub(super) fn end_function(&mut self, call: &mut FunctionCall, out: Out) -> Result<()> {
        let code = Arc::clone(&call.code);
        let mut result = Ok(());
        if let Some(lines) = &code.end {
            if call.piped && !call.dotted {
                self.frames[call.frame].input = Some(super::Input::of(std::mem::take(&mut call.collected)));
            }
            result = self.guarded(call, |machine| machine.run_block(lines, out));
        }
        if let Some(lines) = &code.clean {
            let cleaned = self.run_block(lines, Out::Null);
            result = result.and(cleaned);
        }
        if result.is_ok() && !call.dotted && !call.is_script {
            self.question = !call.failed.load(Ordering::Relaxed);
        }
        result
    }

    /// Runs a part of a call; a script's `exit` ends it here.
    fn guarded(&mut self, call: &FunctionCall, part: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let caller = call.dotted.then(|| {
            let frame = call.frame;
            (
                std::mem::replace(&mut self.frames[frame].source, Arc::clone(&call.code.source)),
                self.frames[frame].span,
                // What stands behind a dot-sourced block is its own $args while it runs.
                (!call.bound.rest.is_empty())
                    .then(|| std::mem::replace(&mut self.frames[frame].arguments, call.bound.rest.clone())),
            )
        });
        let result = part(self);
        if let Some((source, span, arguments)) = caller {
            let frame = &mut self.frames[call.frame];
            frame.source = source;
            frame.span = span;
            if let Some(arguments) = arguments {
                frame.arguments = arguments;
            }
        }
        match result {
            Err(Interrupt::Exit(code)) if call.is_script => {
                self.set_exit_code(code)?;
                if code != 0 {
                    call.failed.store(true, Ordering::Relaxed);
                }
                Ok(())
            }
            other => other,
        }
    }
}

/// Arguments that no call site wrote have no place there.
fn unplaced(interrupt: Interrupt) -> Interrupt {
    let Interrupt::Error(mut record) = interrupt else {
        return interrupt;
    };
    record.argument = None;
    Interrupt::Error(record)
}

/// A `[ref]` among the arguments.
fn reference_in(given: &Given) -> Option<Value> {
    let value = match given {
        Given::Value(value, _)
        | Given::Named {
            value: Some((value, _)),
            ..
        } => value,
        Given::Named { .. } => return None,
    };
    value
        .downcast::<crate::members::Reference>()
        .map(|_| value.clone())
}
