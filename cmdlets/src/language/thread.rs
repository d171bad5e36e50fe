//! Script blocks on threads of their own: what Start-ThreadJob and ForEach-Object -Parallel have in common.

use plenum_lang::cmdlet::Context;
use plenum_lang::engine::Engine;
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::host::Host;
pub use plenum_lang::host::JobHost;
use plenum_lang::inspect;
use plenum_lang::session::{BlockCall, Taker};
use plenum_lang::value::Value;

/// A script block with what it takes from its caller.
#[derive(Clone, Default)]
pub struct Task {
    text: String,
    /// The caller's variables that the block writes as `$using:name`.
    using: Vec<(String, Value)>,
    /// A text that runs first, in the same session.
    pub before: Option<String>,
    /// Positional arguments.
    pub arguments: Vec<Value>,
    /// `$input`.
    pub input: Option<Vec<Value>>,
}

impl Task {
    /// A block as it stands now; its variables are read now too.
    pub fn new(context: &dyn Context, block: &Value) -> Task {
        let text = inspect::text(block);
        let using = using_names(&text)
            .into_iter()
            .filter_map(|name| context.variable(&name).map(|value| (name, value)))
            .collect();
        Task {
            text,
            using,
            ..Task::default()
        }
    }

    /// Runs it to its end in a session; its output and its errors are given away as they come, and the error that ended
    /// it is left.
    pub fn run(&self, mut engine: Engine, take: Taker, errors: Taker) -> Option<ErrorRecord> {
        let call = BlockCall {
            arguments: self.arguments.clone(),
            input: self.input.clone(),
            new_scope: true,
            ..BlockCall::default()
        };
        let result = self
            .prepare(&mut engine)
            .and_then(|block| engine.session().stream_block(&block, &call, take, errors));
        result.err().and_then(ending)
    }

    /// Runs it for one item in a session that stays; what it writes as errors goes to that session's console.
    pub fn run_for(&self, engine: &mut Engine, block: &Value, item: Value) -> Result<Vec<Value>> {
        let call = BlockCall {
            underscore: Some(item),
            new_scope: true,
            ..BlockCall::default()
        };
        engine.session().call_block(block, call)
    }

    /// The block of a session, with the caller's variables in place.
    pub fn prepare(&self, engine: &mut Engine) -> Result<Value> {
        for (name, value) in &self.using {
            engine.set_variable(name, value.clone());
        }
        if let Some(before) = &self.before {
            let block = engine.session().parse_block(before, None)?;
            engine.session().call_block(&block, BlockCall::default())?;
        }
        engine.session().parse_block(&self.text, None)
    }
}

/// The error in which a block ended; a stop is none.
pub fn ending(interrupt: Interrupt) -> Option<ErrorRecord> {
    match interrupt {
        Interrupt::Error(record) => Some(*record),
        _ => None,
    }
}

/// The names behind `$using:` in a text.
fn using_names(text: &str) -> Vec<String> {
    const PREFIX: &str = "$using:";
    let lower = text.to_ascii_lowercase();
    let mut names: Vec<String> = Vec::new();
    for (at, _) in lower.match_indices(PREFIX) {
        let name: String = text[at + PREFIX.len()..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Runs work on a thread of the host's.
pub fn spawn(host: &dyn Host, work: impl FnOnce() + Send + 'static) -> Result<()> {
    host.start_thread(Box::new(work)).map_err(|error| {
        let message = format!("The system gives no further thread: {error}");
        ErrorRecord::new("ThreadNotStarted", Category::ResourceUnavailable, message)
            .hint("Use a smaller -ThrottleLimit, or wait for other jobs.")
            .into()
    })
}
