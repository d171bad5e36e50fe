//! `[powershell]`: commands that are put together by calls and run in a session of their own, at once or on a thread of
//! the host's; runspaces and pools of them are those sessions.
//!
//! A session's console is silent here, as in PowerShell: what its streams carry is in `Streams`. Absent, with
//! [`not_built`]: remote runspaces, nested pipelines, a host of one's own.

mod runspace;
mod shell;

pub(crate) use runspace::{FACTORY, INITIAL_STATE, construct_entry};
pub(crate) use shell::STATIC;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::engine::{Engine, StopHandle};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::host::JobHost;
use crate::members::World;
use crate::session::{BlockCall, Taker};
use crate::value::{List, ListKind, Value};

/// How often a wait looks whether Ctrl-C was pressed.
const STOP_POLL: Duration = Duration::from_millis(20);

/// A session of its own, and what stops it.
struct Apart {
    engine: Engine,
    stop: Arc<AtomicBool>,
}

/// A session that one pipeline at a time uses.
type Slot = Arc<Mutex<Apart>>;

/// What is refused by a clear error.
fn not_built(what: &str) -> Interrupt {
    ErrorRecord::new(
        "NotBuilt",
        Category::NotImplemented,
        format!("{what} is not built."),
    )
    .exception("System.NotSupportedException")
    .into()
}

fn fresh(world: &dyn World) -> Result<Apart> {
    let alone = || not_built("A session outside of a running one");
    let stop = Arc::new(AtomicBool::new(false));
    let host = JobHost::new(world.shared_host().ok_or_else(alone)?, Arc::clone(&stop));
    let mut engine = world.fresh_engine(Arc::new(host)).ok_or_else(alone)?;
    engine.set_variable("ProgressPreference", Value::str("SilentlyContinue"));
    Ok(Apart { engine, stop })
}

/// The streams of a `[powershell]`, in the order of [`NAMES`].
#[derive(Clone)]
struct Streams(Arc<[Arc<List>]>);

/// Their names as properties, in the order of the numbers of the streams from 2 on; Progress stays empty.
const NAMES: [&str; 6] = ["Error", "Warning", "Verbose", "Debug", "Information", "Progress"];

impl Streams {
    fn new() -> Streams {
        let list = || Arc::new(List::new(ListKind::Collection, None, Vec::new()));
        Streams(NAMES.iter().map(|_| list()).collect())
    }

    fn get(&self, name: &str) -> Option<Value> {
        let at = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name))?;
        Some(Value::List(Arc::clone(&self.0[at])))
    }

    fn clear(&self) {
        self.0.iter().for_each(|list| list.items.write().clear());
    }

    fn takers(&self) -> Vec<Taker> {
        let taker = |list: &Arc<List>| {
            let list = Arc::clone(list);
            Arc::new(move |value| list.items.write().push(value)) as Taker
        };
        self.0.iter().take(5).map(taker).collect()
    }
}

/// How a run stands.
#[derive(Clone, Default)]
enum Stage {
    #[default]
    NotStarted,
    Running,
    Completed,
    Stopped,
    Failed(Box<ErrorRecord>),
}

impl Stage {
    fn name(&self) -> &'static str {
        match self {
            Stage::NotStarted => "NotStarted",
            Stage::Running => "Running",
            Stage::Completed => "Completed",
            Stage::Stopped => "Stopped",
            Stage::Failed(_) => "Failed",
        }
    }

    fn is_over(&self) -> bool {
        !matches!(self, Stage::NotStarted | Stage::Running)
    }
}

/// One run of a pipeline: what it gave, and how it stands.
#[derive(Default)]
struct Run {
    stage: Mutex<Stage>,
    changed: Condvar,
    /// What stops it while it runs.
    stop: Mutex<Option<(StopHandle, Arc<AtomicBool>)>>,
    /// Whether it was stopped, perhaps before it began.
    stopped: AtomicBool,
}

impl Run {
    fn set(&self, stage: Stage) {
        *self.stage.lock() = stage;
        self.changed.notify_all();
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        if let Some((handle, flag)) = &*self.stop.lock() {
            handle.stop();
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// Waits to its end, at most so many milliseconds; whether it is over.
    fn wait(&self, world: &dyn World, milliseconds: Option<u64>) -> Result<bool> {
        let mut left = milliseconds.map(Duration::from_millis);
        let mut stage = self.stage.lock();
        while !stage.is_over() {
            let step = left.map_or(STOP_POLL, |left| left.min(STOP_POLL));
            if step.is_zero() {
                return Ok(false);
            }
            self.changed.wait_for(&mut stage, step);
            left = left.map(|left| left.saturating_sub(step));
            if world.host().is_some_and(|host| host.stop_requested()) {
                return Err(Interrupt::Stopped);
            }
        }
        Ok(true)
    }
}

/// A command of a pipeline with its arguments.
#[derive(Clone)]
struct Step {
    text: String,
    is_script: bool,
    /// Whether a script has a scope of its own.
    own_scope: bool,
    named: Vec<(String, Value)>,
    positional: Vec<Value>,
}

/// What a run needs, ready to go to another thread.
struct Job {
    /// Statements of piped commands.
    statements: Vec<Vec<Step>>,
    input: Option<Vec<Value>>,
    output: Arc<List>,
    streams: Streams,
    run: Arc<Run>,
}

impl Job {
    /// Runs it in a session; how it ended is in its run.
    fn work(self, session: &mut Apart) {
        let handle = session.engine.stop_handle();
        handle.clear();
        session.stop.store(false, Ordering::Relaxed);
        *self.run.stop.lock() = Some((handle, Arc::clone(&session.stop)));
        self.run.set(Stage::Running);
        if self.run.stopped.load(Ordering::Relaxed) {
            self.run.set(Stage::Stopped);
            return;
        }
        let ended = self.all(&mut session.engine);
        *self.run.stop.lock() = None;
        self.run.set(match ended {
            Ok(()) if self.run.stopped.load(Ordering::Relaxed) => Stage::Stopped,
            Ok(()) => Stage::Completed,
            Err(Interrupt::Error(record)) => Stage::Failed(record),
            Err(Interrupt::Stopped) => Stage::Stopped,
            Err(_) if self.run.stopped.load(Ordering::Relaxed) => Stage::Stopped,
            Err(_) => Stage::Completed,
        });
    }

    fn all(&self, engine: &mut Engine) -> Result<()> {
        let mut input = self.input.clone();
        for steps in self.statements.iter().filter(|steps| !steps.is_empty()) {
            let mut text = Vec::new();
            for (at, step) in steps.iter().enumerate() {
                let target = match step.is_script {
                    true => engine.session().parse_block(&step.text, None)?,
                    false => Value::str(&step.text),
                };
                let named = step
                    .named
                    .iter()
                    .map(|(name, value)| (Value::str(name), value.clone()));
                engine.set_variable(&format!("__plenum_command{at}"), target);
                engine.set_variable(
                    &format!("__plenum_named{at}"),
                    crate::inspect::hashtable(false, named),
                );
                engine.set_variable(
                    &format!("__plenum_rest{at}"),
                    Value::array(step.positional.clone()),
                );
                let how = if step.is_script && !step.own_scope {
                    "."
                } else {
                    "&"
                };
                text.push(format!(
                    "{how} $__plenum_command{at} @__plenum_named{at} @__plenum_rest{at}"
                ));
            }
            if let Some(items) = input.take() {
                engine.set_variable("__plenum_input", Value::array(items));
                text.insert(0, "$__plenum_input".to_owned());
            }
            let block = engine.session().parse_block(&text.join(" | "), None)?;
            let output = Arc::clone(&self.output);
            let take: Taker = Arc::new(move |value| output.items.write().push(value));
            let call = BlockCall::default();
            engine
                .session()
                .stream_all(&block, &call, take, self.streams.takers())?;
        }
        Ok(())
    }
}
