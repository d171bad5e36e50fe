//! The engine as the shell uses it: a session that runs scripts and lines, and answers the editor's questions.
//!
//! One engine is one session: variables, functions, `$Error`, history. It is used from one thread at a time; a
//! [`StopHandle`] may be used from any. Scripts recurse on the thread's stack: run it on a thread with
//! [`STACK_BYTES`] of stack.

use std::sync::Arc;

use crate::ast::walk::{Node, walk};
use crate::ast::{Expr, ExprKind, Highlight, Source, TokenClass};
use crate::complete::Completions;
use crate::error::ErrorRecord;
use crate::host::Host;
use crate::parse::parse;
use crate::registry::Registry;
use crate::render::Renderer;
use crate::run::Machine;
use crate::value::Value;

/// The stack that the deepest allowed recursion of a script needs.
pub const STACK_BYTES: usize = 512 << 20;

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The process's exit code when nothing follows: that of `exit`, else 1 after a terminating error, else 0.
    pub exit_code: i32,
    /// `$?` after the last statement.
    pub success: bool,
    /// Whether `exit` was called: the shell ends.
    pub exited: bool,
    /// Whether Ctrl-C ended it.
    pub stopped: bool,
    /// The terminating error that ended it; it has been shown already.
    pub error: Option<Box<ErrorRecord>>,
}

/// Where a text that runs comes from.
#[derive(Clone, Debug, Default)]
pub enum Origin {
    /// The prompt, `-Command` or standard input: runs in the global scope.
    #[default]
    Prompt,
    /// A script file: runs in a script scope of its own; its full path.
    File(String),
    /// A script file that is dot-sourced into the global scope, as profiles are.
    Profile(String),
}

/// What a text is run with.
#[derive(Clone, Default)]
pub struct Feed<'a> {
    /// Arguments as on a command line: positional ones and `-Name value`.
    pub words: &'a [String],
    /// Further arguments, by position.
    pub values: Vec<Value>,
    /// What is piped in: its `$input`.
    pub input: Option<Vec<Value>>,
}

/// Stops a running pipeline from another thread.
#[derive(Clone, Default)]
pub struct StopHandle(pub(crate) Arc<std::sync::atomic::AtomicBool>);

impl StopHandle {
    /// Stops what runs; the next run clears it.
    pub fn stop(&self) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// Lets what runs next run.
    pub(crate) fn clear(&self) {
        self.0.store(false, std::sync::atomic::Ordering::Relaxed);
    }
}

/// A session.
pub struct Engine {
    machine: Machine,
    stop: StopHandle,
}

impl Engine {
    /// A fresh session.
    pub fn new(registry: Registry, host: Arc<dyn Host>, renderer: Arc<dyn Renderer>) -> Engine {
        let mut machine = Machine::new(registry, host, renderer);
        let stop = StopHandle::default();
        machine.stop = Arc::clone(&stop.0);
        Engine { machine, stop }
    }

    /// Runs a text to its end. Output, errors and the other streams go to the host as they come.
    pub fn run(&mut self, text: &str, origin: Origin) -> Outcome {
        self.run_with(text, origin, Feed::default())
    }

    /// Runs a text with arguments and what is piped in.
    pub fn run_with(&mut self, text: &str, origin: Origin, feed: Feed<'_>) -> Outcome {
        self.stop.0.store(false, std::sync::atomic::Ordering::Relaxed);
        self.machine.run_script(text, &origin, feed)
    }

    /// Whether a text looks at what is piped into it: it has `$input`, or a `process` block.
    pub fn takes_input(text: &str) -> bool {
        let script = parse(&Source::new(None, text));
        let mut takes = script.body.process.is_some();
        walk(&script.body, &mut |node| {
            takes |= matches!(node, Node::Expr(Expr { kind: ExprKind::Variable(_, name), .. })
                if name.eq_ignore_ascii_case("input"));
        });
        takes
    }

    /// Runs a line that was typed at the prompt: it goes into the history.
    pub fn run_interactive(&mut self, line: &str) -> Outcome {
        let started = self.machine.host.now_ticks();
        let outcome = self.run(line, Origin::Prompt);
        if !line.trim().is_empty() {
            self.machine.remember(line, started, outcome.success);
        }
        outcome
    }

    /// Tells whoever attends to the session that it ends.
    pub fn end(&mut self) {
        let _ = self.machine.attended(crate::session::Moment::End);
        let _ = self.machine.finish_console();
    }

    /// What the function `prompt` gives, `PS <path>> ` without one.
    pub fn prompt(&mut self) -> String {
        self.machine.prompt_text()
    }

    /// Completions at a byte offset of a text.
    pub fn complete(&mut self, text: &str, cursor: usize) -> Completions {
        crate::complete::complete(&mut self.machine, text, cursor)
    }

    /// Whether a text needs more lines: the prompt goes on with `>> `.
    pub fn is_incomplete(text: &str) -> bool {
        let script = parse(&Source::new(None, text));
        let continued = text.trim_end_matches(['\r', '\n']).ends_with('`');
        continued || script.errors.iter().any(|error| error.incomplete)
    }

    /// The pieces of a text to colour, in order. Commands that do not exist have the class Error.
    pub fn highlight(&self, text: &str) -> Vec<Highlight> {
        let script = parse(&Source::new(None, text));
        let mut highlights = script.highlights;
        for highlight in &mut highlights {
            if highlight.class == TokenClass::Command {
                let name = script.source.slice(highlight.span);
                if !self.machine.command_exists(name) {
                    highlight.class = TokenClass::Error;
                }
            }
        }
        highlights
    }

    /// Reads a global variable.
    pub fn variable(&self, name: &str) -> Option<Value> {
        self.machine.global(name)
    }

    /// Sets a global variable.
    pub fn set_variable(&mut self, name: &str, value: Value) {
        self.machine.set_global(name, value);
    }

    /// The session's state: variables, functions, aliases, history.
    pub fn session(&mut self) -> &mut dyn crate::session::Session {
        &mut self.machine
    }

    /// The compiled commands.
    pub fn registry(&self) -> &Registry {
        &self.machine.registry
    }

    /// Stops what runs, from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Ends runs after so many steps (loop turns, statements, items); for fuzzing. `None` is no limit.
    pub fn set_step_limit(&mut self, steps: Option<u64>) {
        self.machine.set_step_limit(steps);
    }
}
