//! Pipelines: every element that is a command is a stage; items are pushed from stage to stage.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::bind::{Bound, PipelinePlan, Table, bind_item};
use crate::cmdlet::{Arguments, Invocation};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::program::{ElementCode, ElementCodeKind, Expr, Lines, PipelineCode};
use crate::value::Value;

use super::context::{CommandContext, Settings};
use super::function::{Form, FunctionCall};
use super::native::NativeStage;
use super::{Machine, Out, Resolved};

/// A running pipeline's stages; `None` while a stage runs.
pub struct Pipe {
    pub(super) stages: Vec<Option<Box<Stage>>>,
}

/// A stage.
pub struct Stage {
    /// Tells it from all others: what `Enough` names.
    pub(super) id: u64,
    /// The scope that its code runs in.
    pub(super) frame: usize,
    /// The streams that its code writes to.
    pub(super) streams: u32,
    /// Where it stands in the script: errors of a compiled command name it.
    pub(super) span: crate::ast::Span,
    /// Where its output goes.
    pub(super) out: Out,
    /// What it is.
    pub(super) kind: StageKind,
}

impl Stage {
    fn has_failed(&self) -> bool {
        match &self.kind {
            StageKind::Cmdlet(cmdlet) => cmdlet.settings.failed.load(Ordering::Relaxed),
            StageKind::Function(call) => call.failed.load(Ordering::Relaxed),
            StageKind::Native(native) => native.failed,
            StageKind::Where(_) | StageKind::ForEach(_) => false,
        }
    }
}

/// The kinds of stages.
pub(super) enum StageKind {
    /// `Where-Object { … }`.
    Where(Arc<Lines>),
    /// `ForEach-Object { … }`.
    ForEach(Arc<Lines>),
    /// A compiled command.
    Cmdlet(Box<CmdletStage>),
    /// A function or script block.
    Function(Box<FunctionCall>),
    /// A native program.
    Native(Box<NativeStage>),
}

/// A compiled command in a pipeline.
pub(super) struct CmdletStage {
    pub(super) invocation: Box<dyn Invocation>,
    pub(super) arguments: Arguments,
    pub(super) table: Arc<Table>,
    pub(super) bound: Bound,
    pub(super) plan: PipelinePlan,
    pub(super) settings: Arc<Settings>,
}

/// The heights of the machine's stacks, to come back to.
#[derive(Clone, Copy)]
pub(super) struct Heights {
    frames: usize,
    slots: usize,
    pipes: usize,
    tees: usize,
    stream_sets: usize,
    buffers: usize,
    frame: usize,
    streams: u32,
}

impl Machine {
    /// Whether a native program is behind an output: it takes bytes as they are.
    pub(super) fn native_behind(&self, out: Out) -> bool {
        let Out::Stage(pipe, stage) = out else {
            return false;
        };
        let stages = self.pipes.get(pipe as usize).map(|pipe| &pipe.stages);
        let stage = stages.and_then(|stages| stages.get(stage as usize)?.as_deref());
        stage.is_some_and(|stage| matches!(stage.kind, StageKind::Native(_)))
    }

    pub(super) fn heights(&self) -> Heights {
        Heights {
            frames: self.frames.len(),
            slots: self.slots.len(),
            pipes: self.pipes.len(),
            tees: self.tees.len(),
            stream_sets: self.stream_sets.len(),
            buffers: self.buffers.len(),
            frame: self.frame,
            streams: self.streams,
        }
    }

    /// Closes all that was opened since.
    pub(super) fn restore(&mut self, heights: Heights) -> Result<()> {
        self.frame = heights.frame;
        self.streams = heights.streams;
        let closed = self.close_tees(heights.tees);
        self.pipes.truncate(heights.pipes);
        self.stream_sets.truncate(heights.stream_sets);
        self.buffers.truncate(heights.buffers);
        if self.frames.len() > heights.frames {
            self.leave(heights.frames);
        }
        self.slots.truncate(heights.slots);
        closed
    }

    /// Runs a pipeline.
    pub(super) fn run_pipeline(&mut self, code: &PipelineCode, out: Out) -> Result<()> {
        if code.background {
            return self.start_background(code, out);
        }
        self.question = true;
        if let [element] = code.elements.as_slice()
            && element.redirections.is_empty()
            && let ElementCodeKind::Command(command) = &element.kind
        {
            return self.run_single(command, out);
        }
        let heights = self.heights();
        let result = self.run_stages(&code.elements, out);
        let restored = self.restore(heights);
        if result.is_err() {
            self.question = false;
        }
        result.and(restored)
    }

    fn run_stages(&mut self, elements: &[ElementCode], out: Out) -> Result<()> {
        let pipe = self.pipes.len() as u32;
        self.pipes.push(Pipe { stages: Vec::new() });
        let first = elements.first().and_then(|element| match &element.kind {
            ElementCodeKind::Expr(expression) => Some((element, expression)),
            _ => None,
        });
        let commands = if first.is_some() { &elements[1..] } else { elements };
        for (at, element) in commands.iter().enumerate() {
            let last = at + 1 == commands.len();
            let next = if last {
                out
            } else {
                Out::Stage(pipe, at as u16 + 1)
            };
            let piped = at > 0 || first.is_some();
            let streams = self.streams;
            let next = self.redirect(&element.redirections, next)?;
            let stage = self.make_stage(element, next, piped)?;
            self.streams = streams;
            self.pipes[pipe as usize].stages.push(Some(Box::new(stage)));
        }
        self.begin_stages(pipe)?;
        let fed = match first {
            Some((element, expression)) => {
                self.feed_expression(element, expression, pipe, out, commands.is_empty())
            }
            None => self.with_stage(pipe, 0, |machine, stage| machine.process_stage(stage, None)),
        };
        let mut from = self.after(pipe, fed)?;
        while from < commands.len() {
            let ended = self.with_stage(pipe, from as u16, Machine::end_stage);
            from = match ended {
                Ok(()) => from + 1,
                interrupt => self.after(pipe, interrupt)?.max(from + 1),
            };
        }
        self.question = !self.pipes[pipe as usize]
            .stages
            .iter()
            .flatten()
            .any(|stage| stage.has_failed());
        Ok(())
    }

    /// Makes the stages of a pipeline that is fed from outside.
    pub(super) fn open_stages(&mut self, pipe: u32, code: &PipelineCode, out: Out) -> Result<()> {
        for (at, element) in code.elements.iter().enumerate() {
            let last = at + 1 == code.elements.len();
            let next = if last {
                out
            } else {
                Out::Stage(pipe, at as u16 + 1)
            };
            let stage = self.make_stage(element, next, true)?;
            self.pipes[pipe as usize].stages.push(Some(Box::new(stage)));
        }
        Ok(())
    }

    pub(super) fn push_pipe(&mut self, stages: Vec<Option<Box<Stage>>>) {
        self.pipes.push(Pipe { stages });
    }

    pub(super) fn begin_stages(&mut self, pipe: u32) -> Result<()> {
        let count = self.pipes[pipe as usize].stages.len();
        (0..count).try_for_each(|at| self.with_stage(pipe, at as u16, Machine::begin_stage))
    }

    pub(super) fn process_first(&mut self, pipe: u32) -> Result<()> {
        self.with_stage(pipe, 0, |machine, stage| machine.process_stage(stage, None))
    }

    pub(super) fn end_stages(&mut self, pipe: u32) -> Result<()> {
        let count = self.pipes[pipe as usize].stages.len();
        let mut from = 0;
        while from < count {
            let ended = self.with_stage(pipe, from as u16, Machine::end_stage);
            from = match ended {
                Ok(()) => from + 1,
                interrupt => self.after(pipe, interrupt)?.max(from + 1),
            };
        }
        Ok(())
    }

    /// Calls a command with piped items.
    pub(super) fn run_piped(
        &mut self,
        callee: super::command::Callee,
        given: Vec<crate::bind::Given>,
        input: Vec<Value>,
        out: Out,
        dot: bool,
    ) -> Result<()> {
        let heights = self.heights();
        let pipe = self.pipes.len() as u32;
        let id = self.next_stage;
        self.next_stage += 1;
        let stage = self.stage_of(callee, given, id, out, Form { piped: true, dot });
        let result = stage.and_then(|stage| {
            self.pipes.push(Pipe {
                stages: vec![Some(Box::new(stage))],
            });
            self.with_stage(pipe, 0, Machine::begin_stage)?;
            let fed = self.emit_items(Out::Stage(pipe, 0), input);
            self.after(pipe, fed)?;
            self.with_stage(pipe, 0, Machine::end_stage)
        });
        let restored = self.restore(heights);
        result.and(restored)
    }

    /// From which stage on a pipeline ends in order: from the one that has enough, else from the first.
    fn after(&mut self, pipe: u32, result: Result<()>) -> Result<usize> {
        match result {
            Ok(()) => Ok(0),
            Err(Interrupt::Enough(id)) => {
                let stages = &self.pipes[pipe as usize].stages;
                let at = stages
                    .iter()
                    .position(|stage| stage.as_ref().is_some_and(|stage| stage.id == id));
                at.ok_or(Interrupt::Enough(id))
            }
            Err(interrupt) => Err(interrupt),
        }
    }

    fn feed_expression(
        &mut self,
        element: &ElementCode,
        expression: &Expr,
        pipe: u32,
        out: Out,
        alone: bool,
    ) -> Result<()> {
        let next = if alone { out } else { Out::Stage(pipe, 0) };
        let streams = self.streams;
        let next = self.redirect(&element.redirections, next)?;
        let result = self.feed(expression, next);
        self.streams = streams;
        result
    }

    fn feed(&mut self, expression: &Expr, next: Out) -> Result<()> {
        if let Some((first, last)) = self.int_range(expression)? {
            let (mut at, last) = (i64::from(first), i64::from(last));
            let step = if at <= last { 1 } else { -1 };
            loop {
                self.emit(next, Value::Int(at as i32))?;
                if at == last {
                    return Ok(());
                }
                at += step;
            }
        }
        let value = self.eval(expression)?;
        self.emit_all(next, value)
    }

    /// Takes a stage out of its place while a part runs it.
    pub(super) fn with_stage(
        &mut self,
        pipe: u32,
        at: u16,
        part: impl FnOnce(&mut Self, &mut Stage) -> Result<()>,
    ) -> Result<()> {
        let Some(mut stage) = self.pipes[pipe as usize].stages[at as usize].take() else {
            return Ok(());
        };
        let (frame, streams) = (self.frame, self.streams);
        self.frame = stage.frame;
        self.streams = stage.streams;
        if let StageKind::Cmdlet(_) = stage.kind {
            self.frames[stage.frame].span = stage.span;
        }
        let result = part(self, &mut stage);
        self.frame = frame;
        self.streams = streams;
        self.pipes[pipe as usize].stages[at as usize] = Some(stage);
        result
    }

    /// Gives an item to a stage.
    pub(super) fn push_stage(&mut self, pipe: u32, at: u16, value: Value) -> Result<()> {
        self.step()?;
        self.with_stage(pipe, at, |machine, stage| {
            machine.process_stage(stage, Some(value))
        })
    }

    fn begin_stage(&mut self, stage: &mut Stage) -> Result<()> {
        let (id, out) = (stage.id, stage.out);
        match &mut stage.kind {
            StageKind::Cmdlet(cmdlet) => {
                let piped = cmdlet.settings.piped;
                let mut context = CommandContext::new(self, out, id, &cmdlet.settings, piped);
                let result = cmdlet.invocation.begin(&mut context, &cmdlet.arguments);
                self.cmdlet_failed(result, &cmdlet.table)
            }
            StageKind::Function(call) => self.begin_function(call, out),
            StageKind::Native(native) if native.piped => self.start_native(native, out, true),
            _ => Ok(()),
        }
    }

    fn process_stage(&mut self, stage: &mut Stage, item: Option<Value>) -> Result<()> {
        let (id, out) = (stage.id, stage.out);
        match &mut stage.kind {
            StageKind::Where(lines) => {
                let Some(item) = item else { return Ok(()) };
                let keep = self.with_underscore(&item, |machine| machine.predicate(lines))?;
                if keep { self.emit(out, item) } else { Ok(()) }
            }
            StageKind::ForEach(lines) => {
                let item = item.unwrap_or_default();
                self.with_underscore(&item, |machine| match machine.run_lines(lines, out) {
                    Err(Interrupt::Return) => Ok(()),
                    other => other,
                })
            }
            StageKind::Cmdlet(cmdlet) => self.process_cmdlet(cmdlet, id, out, item),
            StageKind::Function(call) => self.process_function(call, item, out),
            StageKind::Native(native) => {
                if let Some(item) = item {
                    return self.feed_item(native, &item, out);
                }
                self.start_native(native, out, false)?;
                self.end_native(native, out)
            }
        }
    }

    /// Runs a part with `$_` in the current scope.
    #[inline]
    fn with_underscore<T>(&mut self, item: &Value, part: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let old = self.swap_underscore(Some(item.clone()));
        let result = part(self);
        self.swap_underscore(old);
        result
    }

    /// The truth of a Where-Object block's output.
    fn predicate(&mut self, lines: &Lines) -> Result<bool> {
        if let [statement] = lines.statements.as_slice()
            && let crate::program::StmtKind::Expr(expression) = &statement.kind
        {
            let frame = self.frame;
            self.frames[frame].span = statement.span;
            return match self.is_true(expression) {
                Err(interrupt @ Interrupt::Error(_)) => self.statement_failed(interrupt).map(|()| false),
                other => other,
            };
        }
        let items = self.collect(|machine, out| match machine.run_lines(lines, out) {
            Err(Interrupt::Return) => Ok(()),
            other => other,
        })?;
        Ok(Machine::as_value(items).is_true())
    }

    fn process_cmdlet(
        &mut self,
        stage: &mut CmdletStage,
        id: u64,
        out: Out,
        item: Option<Value>,
    ) -> Result<()> {
        if let Some(item) = item
            && !self.bind_cmdlet_item(stage, item)?
        {
            return Ok(());
        }
        let piped = stage.settings.piped;
        let mut context = CommandContext::new(self, out, id, &stage.settings, piped);
        let result = stage.invocation.process(&mut context, &stage.arguments);
        self.cmdlet_failed(result, &stage.table)
    }

    /// Binds an item to a compiled command's parameters; whether it goes on.
    fn bind_cmdlet_item(&mut self, stage: &mut CmdletStage, item: Value) -> Result<bool> {
        if let Some(at) = stage.plan.whole(&item) {
            let name = &stage.table.parameters[at].name;
            match stage.arguments.bound.last_mut() {
                Some((last, value)) if Arc::ptr_eq(last, name) => value.clone_from(&item),
                _ => stage.arguments.bound.push((Arc::clone(name), item.clone())),
            }
            stage.arguments.input = Some(item);
            return Ok(true);
        }
        if stage.plan.is_empty() {
            if stage.table.pipeline {
                stage.arguments.input = Some(item);
                return Ok(true);
            }
            self.not_bound(&stage.table, &item, &stage.settings)?;
            return Ok(false);
        }
        let table = Arc::clone(&stage.table);
        match bind_item(self, &table, &stage.plan, &mut stage.bound, &item) {
            Ok(true) => {}
            Ok(false) => {
                self.not_bound(&table, &item, &stage.settings)?;
                return Ok(false);
            }
            Err(Interrupt::Error(record)) => {
                stage.settings.failed.store(true, Ordering::Relaxed);
                let action = self.error_action(&stage.settings);
                self.report(*record, action)?;
                return Ok(false);
            }
            Err(interrupt) => return Err(interrupt),
        }
        let arguments = &mut stage.arguments;
        let dynamic: Vec<&Arc<str>> = stage
            .plan
            .parameters()
            .iter()
            .map(|at| &table.parameters[*at].name)
            .collect();
        arguments
            .bound
            .retain(|(name, _)| !dynamic.iter().any(|dynamic| Arc::ptr_eq(dynamic, name)));
        for at in stage.plan.parameters() {
            if let Some(value) = &stage.bound.values[*at] {
                arguments
                    .bound
                    .push((Arc::clone(&table.parameters[*at].name), value.clone()));
            }
        }
        arguments.input = Some(item);
        Ok(true)
    }

    pub(super) fn not_bound(&mut self, table: &Table, item: &Value, settings: &Settings) -> Result<()> {
        let record = crate::bind::binding_error(
            "InputObjectNotBound",
            table,
            "The input object cannot be bound to any parameters for the command either because the command does not take pipeline \
             input or the input and its properties do not match any of the parameters that take pipeline input.",
        )
        .about(item.clone());
        settings.failed.store(true, Ordering::Relaxed);
        let action = self.error_action(settings);
        self.report(record, action)
    }

    fn end_stage(&mut self, stage: &mut Stage) -> Result<()> {
        let (id, out) = (stage.id, stage.out);
        match &mut stage.kind {
            StageKind::Cmdlet(cmdlet) => {
                let piped = cmdlet.settings.piped;
                let mut context = CommandContext::new(self, out, id, &cmdlet.settings, piped);
                let result = cmdlet.invocation.end(&mut context, &cmdlet.arguments);
                self.cmdlet_failed(result, &cmdlet.table)
            }
            StageKind::Function(call) => self.end_function(call, out),
            StageKind::Native(native) => self.end_native(native, out),
            _ => Ok(()),
        }
    }

    /// Completes a terminating error of a compiled command with its name.
    pub(super) fn cmdlet_failed(&self, result: Result<()>, table: &Table) -> Result<()> {
        result.map_err(|interrupt| match interrupt {
            Interrupt::Error(mut record) => {
                if record.category == Category::ParserError && record.id_suffix.is_none() {
                    record.id_suffix = Some(crate::bind::suffix(table));
                }
                if record.position.is_none() {
                    if record.command.is_none() && record.category != Category::OperationStopped {
                        record.command = Some(Arc::clone(&table.name));
                    }
                    if record.id_suffix.is_none() && record.exception.is_none() {
                        record.id_suffix = Some(crate::bind::suffix(table));
                    }
                    self.complete(&mut record);
                }
                Interrupt::Error(record)
            }
            other => other,
        })
    }

    fn make_stage(&mut self, element: &ElementCode, out: Out, piped: bool) -> Result<Stage> {
        let id = self.next_stage;
        self.next_stage += 1;
        let frame = self.frame;
        self.frames[frame].span = element.span;
        let span = element.span;
        let inline = |kind, machine: &Machine| Stage {
            id,
            frame,
            streams: machine.streams,
            span,
            out,
            kind,
        };
        match &element.kind {
            ElementCodeKind::Where(lines, command) => match self.overridden(command)? {
                false => Ok(inline(StageKind::Where(Arc::clone(lines)), self)),
                true => self.command_stage(command, id, out, piped),
            },
            ElementCodeKind::ForEach(lines, command) => match self.overridden(command)? {
                false => Ok(inline(StageKind::ForEach(Arc::clone(lines)), self)),
                true => self.command_stage(command, id, out, piped),
            },
            ElementCodeKind::Command(command) => self.command_stage(command, id, out, piped),
            ElementCodeKind::Expr(_) => Err(ErrorRecord::new(
                "ExpressionsMustBeFirstInPipeline",
                Category::ParserError,
                "Expressions are only allowed as the first element of a pipeline.",
            )
            .into()),
        }
    }

    /// Whether Where-Object or ForEach-Object stand for something else here.
    fn overridden(&mut self, command: &crate::program::CommandCode) -> Result<bool> {
        match self.resolve_site(command) {
            Ok(Resolved::Function(..) | Resolved::Script(_) | Resolved::Native(_)) => Ok(true),
            Ok(Resolved::Cmdlet(..)) | Err(_) => Ok(false),
        }
    }
}
