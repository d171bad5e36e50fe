//! The engine as the shell uses it: a session that runs scripts and lines, and answers the editor's questions.
//!
//! One engine is one session: variables, functions, `$Error`, history. It is used from one thread at a time; a
//! [`StopHandle`] may be used from any. Scripts recurse on the thread's stack: run it on a thread with
//! [`STACK_BYTES`] of stack.

use std::sync::Arc;

use crate::ast::Highlight;
use crate::complete::Completions;
use crate::error::ErrorRecord;
use crate::host::Host;
use crate::registry::Registry;
use crate::render::Renderer;
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

/// Stops a running pipeline from another thread.
#[derive(Clone, Default)]
pub struct StopHandle(pub(crate) Arc<std::sync::atomic::AtomicBool>);

impl StopHandle {
    /// Stops what runs; the next run clears it.
    pub fn stop(&self) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}

/// A session.
pub struct Engine {
    machine: Machine,
}

impl Engine {
    /// A fresh session.
    pub fn new(registry: Registry, host: Arc<dyn Host>, renderer: Arc<dyn Renderer>) -> Engine {
        Engine { machine: Machine { registry, host, renderer, stop: StopHandle::default() } }
    }

    /// Runs a text to its end. Output, errors and the other streams go to the host as they come.
    pub fn run(&mut self, text: &str, origin: Origin) -> Outcome {
        self.run_with(text, origin, &[])
    }

    /// Runs a text with arguments: positional ones and, as on a command line, `-Name value`.
    pub fn run_with(&mut self, text: &str, origin: Origin, arguments: &[String]) -> Outcome {
        let _ = (text, origin, arguments);
        Outcome::default()
    }

    /// Runs a line that was typed at the prompt: it goes into the history and sets `$^` and `$$`.
    pub fn run_interactive(&mut self, line: &str) -> Outcome {
        self.run(line, Origin::Prompt)
    }

    /// What the function `prompt` gives, `PS <path>> ` without one.
    pub fn prompt(&mut self) -> String {
        String::new()
    }

    /// Completions at a byte offset of a text.
    pub fn complete(&mut self, text: &str, cursor: usize) -> Completions {
        let _ = (text, cursor);
        Completions::default()
    }

    /// Whether a text needs more lines: the prompt goes on with `>> `.
    pub fn is_incomplete(text: &str) -> bool {
        let _ = text;
        false
    }

    /// The pieces of a text to colour, in order. Commands that do not exist have the class Error.
    pub fn highlight(&self, text: &str) -> Vec<Highlight> {
        let _ = text;
        Vec::new()
    }

    /// Reads a global variable.
    pub fn variable(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Sets a global variable.
    pub fn set_variable(&mut self, name: &str, value: Value) {
        let _ = (name, value);
    }

    /// Stops what runs, from another thread.
    pub fn stop_handle(&self) -> StopHandle {
        self.machine.stop.clone()
    }

    /// Ends runs after so many steps (loop turns, statements, items); for fuzzing. `None` is no limit.
    pub fn set_step_limit(&mut self, steps: Option<u64>) {
        let _ = steps;
    }
}

/// What a session holds.
#[allow(dead_code)]
struct Machine {
    registry: Registry,
    host: Arc<dyn Host>,
    renderer: Arc<dyn Renderer>,
    stop: StopHandle,
}
