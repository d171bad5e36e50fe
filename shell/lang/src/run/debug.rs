//! The debugger while code runs: what is traced, where it stops, and its prompt.
//!
//! `Debugger::watching` is read at each statement; everything here is off that path. At a stop, commands are read from
//! the console and run in the scope of the statement; where nobody can be asked a stop is an error and the script goes on.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::ast::walk::{Node, walk};
use crate::ast::{ExprKind, Source, Span, StatementKind};
use crate::debugger::{Access, Breakpoint, Stepping, Trigger};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::host::Stream;
use crate::parse::parse;
use crate::program::{Stmt, StmtKind, Target, Var};
use crate::value::Value;

use super::stream::{Action, Channel};
use super::{Machine, Out};

const GREETING: &str = "Entering debug mode. Use h or ? for help.\n\n";

const HELP: &str = "
 s, stepInto         Single step (step into functions, scripts, etc.)
 v, stepOver         Step to next statement (step over functions, scripts, etc.)
 o, stepOut          Step out of the current function, script, etc.

 c, continue         Continue operation
 q, quit             Stop operation and exit the debugger
 d, detach           Continue operation and detach the debugger.

 k, Get-PSCallStack  Display call stack

 l, list             List source code for the current script.
                     Use \"list\" to start from the current line, \"list <m>\"
                     to start from line <m>, and \"list <m> <n>\" to list <n>
                     lines starting from line <m>

 <enter>             Repeat last command if it was stepInto, stepOver or list

 ?, h                displays this help message.

";

/// How many lines `list` shows.
const LISTED: u32 = 16;

/// Where in a statement its first own expression is: a statement with a block is its condition.
fn own_start(source: &Source, statement: &Stmt) -> u32 {
    let text = source.slice(statement.span);
    let after = match &statement.kind {
        StmtKind::If(..) | StmtKind::Switch(_) | StmtKind::For(_) => text.find('(').map(|at| at + 1),
        StmtKind::ForEach(_) => text.to_ascii_lowercase().find(" in ").map(|at| at + 4),
        _ => None,
    };
    let at = after.map_or(0, |at| at + text[at..].len() - text[at..].trim_start().len());
    statement.span.start + at as u32
}

/// The variables that a statement itself names, with whether it writes them.
fn variables_of(text: &str) -> Vec<(String, bool)> {
    let script = parse(&Source::new(None, text));
    let mut found: Vec<(String, bool)> = Vec::new();
    let mut targets: Vec<Span> = Vec::new();
    walk(&script.body, &mut |node| match node {
        Node::Statement(statement) => match &statement.kind {
            StatementKind::Assign(assign) => targets.push(assign.target.span),
            StatementKind::ForEach(code) => targets.push(code.variable.span),
            _ => {}
        },
        Node::Expr(expression) => {
            if let ExprKind::Step(step) = &expression.kind {
                targets.push(step.target.span);
            }
            if let ExprKind::Variable(_, name) = &expression.kind {
                let span = expression.span;
                let within = |target: &Span| target.start <= span.start && span.end <= target.end;
                found.push((name.to_string(), targets.iter().any(within)));
            }
        }
        _ => {}
    });
    found
}

impl Machine {
    /// Runs a statement that somebody watches.
    #[cold]
    pub(super) fn run_watched(&mut self, statement: &Stmt, out: Out) -> Result<()> {
        if self.debugger.attended {
            self.attended(crate::session::Moment::Between)?;
        }
        self.watch(statement)?;
        let result = self.run_statement(statement, out);
        if let StmtKind::Assign(code) = &statement.kind
            && let Target::Var(Var::Slot(_, symbol) | Var::Named(symbol)) = &code.target
            && self.debugger.trace > 1
            && !self.debugger.busy
            && let Some(value) = self.read_named(*symbol)
        {
            let shown = format!("    ! SET ${} = '{}'.", symbol.name(), value.to_text());
            self.message(Channel::Debug, &shown, Action::Continue)?;
        }
        result
    }

    pub(super) fn set_attendant(&mut self, attendant: Option<crate::session::Attendant>) {
        self.debugger.attended = attendant.is_some();
        self.attendant = attendant;
        self.debugger.refresh();
    }

    /// Calls whoever attends to the session, in the global scope; not while that runs already.
    pub(crate) fn attended(&mut self, moment: crate::session::Moment) -> Result<()> {
        let Some(attendant) = self.attendant.clone().filter(|_| !self.debugger.busy) else {
            return Ok(());
        };
        self.debugger.busy = true;
        self.debugger.refresh();
        let (frame, question) = (std::mem::take(&mut self.frame), self.question);
        let result = attendant(&mut super::context::EngineContext::new(self), moment);
        self.frame = frame;
        self.question = question;
        self.debugger.busy = false;
        self.debugger.refresh();
        result
    }

    fn watch(&mut self, statement: &Stmt) -> Result<()> {
        if matches!(
            statement.kind,
            StmtKind::Block(_) | StmtKind::Try(_) | StmtKind::Nothing
        ) {
            return Ok(());
        }
        let source = Arc::clone(&self.frames[self.frame].source);
        let start = own_start(&source, statement);
        self.trace_line(&source, start)?;
        let header = match &statement.kind {
            StmtKind::If(..)
            | StmtKind::Switch(_)
            | StmtKind::For(_)
            | StmtKind::ForEach(_)
            | StmtKind::Loop(_) => {
                let text = source.slice(statement.span);
                format!("{}{{}}", text.split_once('{').map_or(text, |(before, _)| before))
            }
            StmtKind::Function(..) | StmtKind::Class(..) | StmtKind::Enum(..) => String::new(),
            _ => source.slice(statement.span).to_owned(),
        };
        let (line, column) = source.line_column(statement.span.start);
        let own_column = source.line_column(start).1;
        let mut hits: Vec<(Breakpoint, String)> = Vec::new();
        let mut named = None;
        for breakpoint in self
            .debugger
            .breakpoints
            .iter()
            .filter(|known| known.is_enabled())
        {
            if !in_script(breakpoint, &source) {
                continue;
            }
            let text = match &breakpoint.trigger {
                Trigger::Line(at, wanted) => {
                    let fits =
                        *at == line && wanted.is_none_or(|wanted| wanted == column || wanted == own_column);
                    let file = source.file.as_deref().unwrap_or_default();
                    fits.then(|| match wanted {
                        None => format!("Line breakpoint on '{file}:{line}'"),
                        Some(wanted) => format!("Line breakpoint on '{file}:{line}, {wanted}'"),
                    })
                }
                Trigger::Command(_) => None,
                Trigger::Variable(name, access) => {
                    let named = named.get_or_insert_with(|| variables_of(&header));
                    let hit = named.iter().find(|(found, written)| {
                        let counts = match access {
                            Access::Write => *written,
                            Access::Read => !*written,
                            Access::ReadWrite => true,
                        };
                        counts && bare(found).eq_ignore_ascii_case(name)
                    });
                    hit.map(|_| format!("Variable breakpoint on '${name}' ({access:?} access)"))
                }
            };
            hits.extend(text.map(|text| (breakpoint.clone(), text)));
        }
        self.stop_at(hits, &source, statement.span)
    }

    /// A command is about to run and somebody watches.
    #[cold]
    pub(super) fn watch_command(&mut self, name: &str, resolved: &super::Resolved, span: Span) -> Result<()> {
        let source = Arc::clone(&self.frames[self.frame].source);
        if self.debugger.trace > 1
            && let super::Resolved::Function(function, block) = resolved
        {
            let file = crate::block::as_block(block).and_then(|block| block.source.file.clone());
            let defined = file
                .map(|file| format!("  (defined in file '{file}')"))
                .unwrap_or_default();
            self.message(
                Channel::Debug,
                &format!("    ! CALL function '{function}'{defined}"),
                Action::Continue,
            )?;
        }
        let resolved_name = match resolved {
            super::Resolved::Cmdlet(command, _) => command.signature().name.to_string(),
            super::Resolved::Function(function, _) => function.to_string(),
            super::Resolved::Script(path) | super::Resolved::Native(path) => {
                path.rsplit('/').next().unwrap_or(path).to_owned()
            }
        };
        let hits = self.debugger.breakpoints.iter().filter_map(|breakpoint| {
            let Trigger::Command(pattern) = &breakpoint.trigger else {
                return None;
            };
            let fits = crate::inspect::like(name, pattern) || crate::inspect::like(&resolved_name, pattern);
            (fits && breakpoint.is_enabled() && in_script(breakpoint, &source))
                .then(|| (breakpoint.clone(), format!("Command breakpoint on '{pattern}'")))
        });
        let hits: Vec<_> = hits.collect();
        if hits.is_empty() {
            return Ok(());
        }
        self.stop_at(hits, &source, span)
    }

    /// `Set-PSDebug -Trace` and `-Step`: the line with a mark where it stands.
    fn trace_line(&mut self, source: &Source, start: u32) -> Result<()> {
        if self.debugger.trace == 0 && !self.debugger.confirms {
            return Ok(());
        }
        let (line, column) = source.line_column(start);
        let text = source.line(line);
        let at = text
            .char_indices()
            .nth(column as usize - 1)
            .map_or(text.len(), |(at, _)| at);
        let marked = match at >= text.len() {
            true => format!("{text} <<<< "),
            false => format!("{} >>>> {}", &text[..at], &text[at..]),
        };
        let shown = format!("{line:>4}+ {marked}");
        self.finish_console()?;
        self.message(Channel::Debug, &shown, Action::Continue)?;
        if !self.debugger.confirms {
            return Ok(());
        }
        match self.ask("Continue with this operation?", &shown)? {
            super::context::Answer::Yes => Ok(()),
            super::context::Answer::YesToAll => {
                self.debugger.confirms = false;
                self.debugger.refresh();
                Ok(())
            }
            _ => Err(Interrupt::Stopped),
        }
    }

    /// Runs the actions of breakpoints that count here, and stops where one of them has none.
    fn stop_at(&mut self, hits: Vec<(Breakpoint, String)>, source: &Arc<Source>, span: Span) -> Result<()> {
        let mut reasons = Vec::new();
        for (breakpoint, text) in hits {
            let object = Value::Object(Arc::clone(&breakpoint.object));
            let count = object
                .property("HitCount")
                .and_then(|count| count.to_text().parse().ok());
            breakpoint
                .object
                .set("HitCount", Value::Int(count.unwrap_or(0) + 1));
            match &breakpoint.action {
                None => reasons.push(text),
                Some(action) => {
                    if self.run_action(action, object)? {
                        reasons.push(text);
                    }
                }
            }
        }
        let steps = match self.debugger.stepping {
            Stepping::Off => false,
            Stepping::Into => true,
            Stepping::Over(depth) => self.depth <= depth,
        };
        if !steps && reasons.is_empty() {
            return Ok(());
        }
        self.debugger.stepping = Stepping::Off;
        self.debugger.refresh();
        self.debug_prompt(&reasons, source, span)
    }

    /// Runs a breakpoint's action; whether it asks for a stop.
    fn run_action(&mut self, action: &Value, breakpoint: Value) -> Result<bool> {
        self.debugger.busy = true;
        self.debugger.refresh();
        let result = self.call_found_scope(action, Some(breakpoint), &[]);
        self.debugger.busy = false;
        self.debugger.refresh();
        match result {
            Ok(items) => {
                for item in items {
                    self.emit(Out::Console, item)?;
                }
                Ok(false)
            }
            Err(Interrupt::Break(_)) => Ok(true),
            Err(Interrupt::Continue(_) | Interrupt::Return) => Ok(false),
            Err(interrupt @ Interrupt::Error(_)) => self.statement_failed(interrupt).map(|()| false),
            Err(interrupt) => Err(interrupt),
        }
    }

    /// Stops here.
    fn debug_prompt(&mut self, reasons: &[String], source: &Arc<Source>, span: Span) -> Result<()> {
        self.finish_console()?;
        if !self.host.interactive() {
            let (line, _) = source.line_column(span.start);
            let reason = reasons.first().map_or("a step", String::as_str);
            let record = ErrorRecord::new(
                "DebuggerNeedsTerminal",
                Category::InvalidOperation,
                format!(
                    "The debugger cannot stop at line {line} ({reason}): nobody can be asked. Give the breakpoint an -Action, \
                     or run the script at the prompt."
                ),
            );
            let action = self.preference("ErrorActionPreference");
            return self.report(record, action);
        }
        let mut text = String::new();
        if !std::mem::replace(&mut self.debugger.greeted, true) {
            text.push_str(GREETING);
        }
        for reason in reasons {
            let _ = writeln!(text, "Hit {reason}");
        }
        if !reasons.is_empty() {
            text.push('\n');
        }
        text.push_str(&position_message(source, span));
        self.host.write(Stream::Output, &text);
        self.debugger.listed = 0;
        self.debugger.busy = true;
        self.debugger.refresh();
        let result = self.debug_lines(source, span);
        self.debugger.busy = false;
        self.debugger.refresh();
        result
    }

    /// Reads commands until one goes on.
    fn debug_lines(&mut self, source: &Arc<Source>, span: Span) -> Result<()> {
        let (line, _) = source.line_column(span.start);
        loop {
            let prompt = self.prompt_text();
            let prompt = prompt
                .strip_suffix("> ")
                .map_or(prompt.clone(), |start| format!("{start}>> "));
            let Some(typed) = self.host.read_line(&format!("[DBG]: {prompt}"), false) else {
                return Err(Interrupt::Stopped);
            };
            let mut typed = typed.trim().to_owned();
            if typed.is_empty() {
                typed.clone_from(&self.debugger.again);
            }
            let words: Vec<&str> = typed.split_whitespace().collect();
            let command = words.first().copied().unwrap_or_default().to_ascii_lowercase();
            self.debugger.again = match command.as_str() {
                "s" | "stepinto" | "v" | "stepover" => typed.clone(),
                "l" | "list" => "l".to_owned(),
                _ => String::new(),
            };
            match command.as_str() {
                "" => {}
                "s" | "stepinto" if words.len() == 1 => {
                    self.debugger.stepping = Stepping::Into;
                    return Ok(());
                }
                "v" | "stepover" if words.len() == 1 => {
                    self.debugger.stepping = Stepping::Over(self.depth);
                    return Ok(());
                }
                "o" | "stepout" if words.len() == 1 => {
                    self.debugger.stepping = self.depth.checked_sub(1).map_or(Stepping::Off, Stepping::Over);
                    return Ok(());
                }
                "c" | "continue" if words.len() == 1 => return Ok(()),
                "d" | "detach" if words.len() == 1 => {
                    for breakpoint in &self.debugger.breakpoints {
                        breakpoint.object.set("Enabled", Value::Bool(false));
                    }
                    return Ok(());
                }
                "q" | "quit" | "exit" if words.len() == 1 => return Err(Interrupt::Stopped),
                "h" | "?" if words.len() == 1 => self.host.write(Stream::Output, HELP),
                "k" if words.len() == 1 => self.debug_command("Get-PSCallStack")?,
                "l" | "list" => self.list_source(source, line, &words[1..]),
                _ => self.debug_command(&typed)?,
            }
        }
    }

    /// A command of the debugger's prompt: what it says is shown, and its errors end nothing.
    fn debug_command(&mut self, text: &str) -> Result<()> {
        let heights = self.heights();
        let (try_depth, question) = (std::mem::take(&mut self.try_depth), self.question);
        let result = self
            .parse_block(text, None)
            .and_then(|block| self.call_found_scope(&block, None, &[]))
            .and_then(|items| self.emit_items(Out::Console, items));
        let finished = self.finish_console();
        let restored = self.restore(heights);
        self.try_depth = try_depth;
        self.question = question;
        match result.and(finished).and(restored) {
            Err(Interrupt::Error(mut record)) => {
                self.complete(&mut record);
                self.record(&mut record);
                self.write_error(&record)
            }
            Err(interrupt @ (Interrupt::Exit(_) | Interrupt::Stopped)) => Err(interrupt),
            _ => Ok(()),
        }
    }

    fn list_source(&mut self, source: &Source, line: u32, numbers: &[&str]) {
        let number = |at: usize| numbers.get(at).and_then(|text| text.parse::<u32>().ok());
        let count = number(1).unwrap_or(LISTED);
        let last = source.text.lines().count() as u32;
        let first = match (number(0), self.debugger.listed) {
            (Some(first), _) => first,
            (None, 0) => line.saturating_sub(5),
            (None, listed) => listed,
        }
        .max(1);
        let mut text = "\n".to_owned();
        for at in first..first.saturating_add(count).min(last + 1) {
            let mark = if at == line { "*" } else { " " };
            let _ = writeln!(text, "{at:>5}:{mark} {}", source.line(at));
        }
        self.debugger.listed = first.saturating_add(count);
        text.push('\n');
        self.host.write(Stream::Output, &text);
    }
}

fn in_script(breakpoint: &Breakpoint, source: &Source) -> bool {
    match (&breakpoint.script, &source.file) {
        (None, _) => true,
        (Some(script), Some(file)) => script == file,
        (Some(_), None) => false,
    }
}

/// A variable's name without its scope.
fn bare(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, name)| name)
}

/// Where code stopped, as InvocationInfo.PositionMessage says it.
fn position_message(source: &Source, span: Span) -> String {
    let (line, column) = source.line_column(span.start);
    let at = match &source.file {
        Some(file) => format!("At {file}:{line} char:{column}"),
        None => format!("At line:{line} char:{column}"),
    };
    let text = source.line(line);
    let length = source
        .slice(span)
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        .max(1);
    let blanks = " ".repeat(column as usize - 1);
    format!("{at}\n+ {text}\n+ {blanks}{}\n", "~".repeat(length))
}
