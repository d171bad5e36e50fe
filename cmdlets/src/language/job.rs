//! Start-ThreadJob, Start-Job, Get-, Receive-, Wait-, Stop- and Remove-Job: script blocks on threads of their own.
//!
//! A job has a session of its own over the same commands. Values are shared with it as PowerShell's thread jobs share
//! them: an object that a job changes is changed for everybody. `$using:name` gives it the caller's variables.
//! Output and errors can be received while the block runs, in the order in which they came.

mod end;
mod event;
mod value;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::host::Stream;
use plenum_lang::inspect;
use plenum_lang::registry::Registry;
use plenum_lang::session::Taker;
use plenum_lang::signature::Impact;
use plenum_lang::value::{Instance, Value};

use super::provider::session;
use super::thread::{JobHost, Task, spawn};
pub use event::EventJob;
use value::JobValue;

use crate::authoring::{
    Read, SignatureBuilder, cmdlet, current, invalid_argument, not_built, not_found, parameter, refuse, text,
    to_int, with,
};

/// How often a waiting cmdlet looks whether Ctrl-C was pressed.
const STOP_POLL: Duration = Duration::from_millis(20);

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    NotStarted,
    Running,
    Completed,
    Failed,
    Stopped,
}

impl State {
    fn is_over(self) -> bool {
        matches!(self, State::Completed | State::Failed | State::Stopped)
    }
}

/// What a job's block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A thread's.
    Thread,
    /// The action of an event.
    Event,
}

impl Kind {
    fn type_name(self) -> &'static str {
        match self {
            Kind::Thread => "ThreadJob.ThreadJob",
            Kind::Event => "System.Management.Automation.PSEventJob",
        }
    }
}

struct Job {
    id: i32,
    kind: Kind,
    name: String,
    command: String,
    stop: Arc<AtomicBool>,
    /// Keeps the console text of the block.
    host: Arc<JobHost>,
    progress: Mutex<Progress>,
    changed: Condvar,
}

/// What a block puts out.
#[derive(Clone)]
enum Output {
    Object(Value),
    /// Boxed, for it is large.
    Error(Box<ErrorRecord>),
}

struct Progress {
    state: State,
    output: Vec<Output>,
    shown: String,
}

impl Job {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        self.progress().state = state;
        self.changed.notify_all();
    }
}

/// The jobs of the cmdlets of one registry, and the places for those that run.
#[derive(Default)]
pub struct Jobs {
    known: Mutex<(i32, Vec<Arc<Job>>)>,
    running: Mutex<usize>,
    free: Condvar,
}

impl Jobs {
    fn known(&self) -> MutexGuard<'_, (i32, Vec<Arc<Job>>)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place among so many running jobs; `false` when the job was stopped meanwhile.
    fn enter(&self, limit: usize, stop: &AtomicBool) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        while *running >= limit {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            let waited = self.free.wait_timeout(running, STOP_POLL);
            running = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *running += 1;
        true
    }

    /// Adds a job under the next number.
    fn add(&self, job: Job) -> Arc<Job> {
        let mut known = self.known();
        known.0 += 1;
        let id = known.0;
        let name = if job.name.is_empty() {
            format!("Job{id}")
        } else {
            job.name
        };
        let job = Arc::new(Job { id, name, ..job });
        known.1.push(Arc::clone(&job));
        job
    }

    fn leave(&self) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.free.notify_one();
    }
}

fn which(signature: SignatureBuilder, by_value: &'static str) -> SignatureBuilder {
    signature
        .default_set("Session")
        .parameter(
            parameter("Job", "object[]")
                .mandatory()
                .position(0)
                .by_value()
                .set("Session")
                .help(by_value),
        )
        .parameter(
            parameter("Id", "int[]")
                .mandatory()
                .position(0)
                .by_property_name()
                .set("SessionId")
                .help("Their numbers."),
        )
        .parameter(
            parameter("Name", "string[]")
                .mandatory()
                .by_property_name()
                .set("Name")
                .help("Their names; wildcards are allowed."),
        )
}

/// Registers the cmdlets, and gives the jobs that they are about.
pub fn register(registry: &mut Registry) -> Arc<Jobs> {
    let jobs = Arc::new(Jobs::default());
    registry.add(start(&jobs, "Start-ThreadJob", None));
    registry.add(start(&jobs, "Start-Job", Some("sajb")));
    let add = |registry: &mut Registry, signature: SignatureBuilder, act: Act| {
        let jobs = Arc::clone(&jobs);
        registry.add(with(signature, move || Acting {
            jobs: Arc::clone(&jobs),
            act,
        }));
    };
    add(
        registry,
        cmdlet("Get-Job", super::CORE)
            .synopsis("Shows the session's jobs.")
            .parameter(parameter("Id", "int[]").position(0).help("Their numbers."))
            .parameter(parameter("Name", "string[]").help("Their names; wildcards are allowed."))
            .parameter(
                parameter("State", "string")
                    .one_of(&["NotStarted", "Running", "Completed", "Failed", "Stopped"])
                    .help("Only jobs that stand so."),
            )
            .example("Get-Job -State Running", "Shows what still runs.")
            .link("Receive-Job")
            .alias("gjb"),
        get,
    );
    add(
        registry,
        which(
            cmdlet("Receive-Job", super::CORE),
            "The jobs whose output is wanted.",
        )
        .synopsis("Gives what jobs have put out.")
        .switch("Keep", "Leaves the output there for the next time.")
        .switch("Wait", "Waits until the jobs have ended.")
        .switch("AutoRemoveJob", "Removes jobs that have ended, with -Wait.")
        .example(
            "Get-Job | Receive-Job -Wait -AutoRemoveJob",
            "Collects everything.",
        )
        .link("Wait-Job")
        .alias("rcjb"),
        receive,
    );
    add(
        registry,
        which(cmdlet("Wait-Job", super::CORE), "The jobs to wait for.")
            .synopsis("Waits until jobs have ended.")
            .parameter(
                parameter("Timeout", "double")
                    .default("-1")
                    .help("How many seconds at most."),
            )
            .switch("Any", "Goes on when the first one has ended.")
            .example("Wait-Job $jobs -Timeout 60", "Waits at most a minute.")
            .link("Receive-Job")
            .alias("wjb"),
        wait,
    );
    add(
        registry,
        which(cmdlet("Stop-Job", super::CORE), "The jobs to stop.")
            .synopsis("Stops jobs that run.")
            .switch("PassThru", "Gives the jobs.")
            .should_process(Impact::Medium)
            .example("Get-Job | Stop-Job", "Stops everything.")
            .alias("spjb"),
        end::stop,
    );
    add(
        registry,
        which(cmdlet("Remove-Job", super::CORE), "The jobs to remove.")
            .synopsis("Forgets jobs that have ended.")
            .switch("Force", "Stops jobs that run, and removes them.")
            .should_process(Impact::Medium)
            .example("Get-Job -State Completed | Remove-Job", "Tidies up.")
            .alias("rjb"),
        end::remove,
    );
    jobs
}

fn start(jobs: &Arc<Jobs>, name: &'static str, alias: Option<&'static str>) -> Arc<dyn Command> {
    let jobs = Arc::clone(jobs);
    let signature = cmdlet(name, super::CORE)
        .synopsis("Runs a script block beside the session, on a thread.")
        .description(
            "The block has a session of its own with the same commands: variables and functions of the caller are not \
             there, except those written as $using:name. Its output waits for Receive-Job.",
        )
        .parameter(
            parameter("ScriptBlock", "scriptblock")
                .mandatory()
                .position(0)
                .help("What runs."),
        )
        .parameter(parameter("Name", "string").help("The job's name; Job and its number by default."))
        .parameter(parameter("ArgumentList", "object[]").alias("Args").help("Arguments of the block."))
        .parameter(parameter("InputObject", "psobject").by_value().help("What $input gives in the block."))
        .parameter(parameter("InitializationScript", "scriptblock").help("What runs before the block."))
        .parameter(
            parameter("ThrottleLimit", "int")
                .range(1.0, 1000.0)
                .default("5")
                .help("How many jobs run at a time; the others wait."),
        )
        .parameter(
            parameter("StreamingHost", "object")
                .help("Where Write-Host goes while the job runs: not built yet."),
        )
        .example(
            "$job = Start-ThreadJob { Get-CsUser | Measure-Object }; Receive-Job $job -Wait",
            "Counts users beside other work.",
        )
        .link("Receive-Job");
    let signature = match alias {
        Some(alias) => signature.alias(alias),
        None => signature,
    };
    with(signature, move || Start {
        jobs: Arc::clone(&jobs),
        input: Vec::new(),
    })
}

struct Start {
    jobs: Arc<Jobs>,
    input: Vec<Value>,
}

impl Invocation for Start {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        refuse(arguments, &["StreamingHost"])?;
        if context.expects_input() || arguments.has("InputObject") {
            self.input.push(current(arguments));
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let block = arguments.block("ScriptBlock").unwrap_or_default();
        let stop = Arc::new(AtomicBool::new(false));
        let outside = session(context)?.shared_host();
        let host = Arc::new(JobHost::new(Arc::clone(&outside), Arc::clone(&stop)));
        let job = self.jobs.add(Job {
            id: 0,
            name: arguments.text("Name").unwrap_or_default(),
            command: inspect::text(&block),
            kind: Kind::Thread,
            stop,
            host: Arc::clone(&host),
            progress: Mutex::new(Progress {
                state: State::NotStarted,
                output: Vec::new(),
                shown: String::new(),
            }),
            changed: Condvar::new(),
        });
        let mut task = Task::new(context, &block);
        task.arguments = arguments.values("ArgumentList");
        task.input = Some(std::mem::take(&mut self.input));
        task.before = arguments
            .block("InitializationScript")
            .map(|block| inspect::text(&block));
        let limit = arguments
            .int("ThrottleLimit")
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(5);
        let engine = session(context)?.fresh_engine(Some(host as _));
        let (jobs, running) = (Arc::clone(&self.jobs), Arc::clone(&job));
        spawn(&*outside, move || {
            if !jobs.enter(limit, &running.stop) {
                return running.set(State::Stopped);
            }
            running.set(State::Running);
            let taking = |wrap: fn(Value) -> Option<Output>| -> Taker {
                let running = Arc::clone(&running);
                Arc::new(move |value| running.progress().output.extend(wrap(value)))
            };
            let ended = task.run(
                engine,
                taking(|value| Some(Output::Object(value))),
                taking(|value| {
                    let record = inspect::error_record(&value)?;
                    Some(Output::Error(Box::new(record)))
                }),
            );
            jobs.leave();
            let mut progress = running.progress();
            progress.state = match ended {
                _ if running.stop.load(Ordering::Relaxed) => State::Stopped,
                Some(_) => State::Failed,
                None => State::Completed,
            };
            progress
                .output
                .extend(ended.map(|record| Output::Error(Box::new(record))));
            drop(progress);
            running.changed.notify_all();
        })?;
        context.write(Value::instance(JobValue(job)))
    }
}

type Act = fn(&Jobs, &mut dyn Context, &Arguments) -> Result<()>;

struct Acting {
    jobs: Arc<Jobs>,
    act: Act,
}

impl Invocation for Acting {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        (self.act)(&self.jobs, context, arguments)
    }
}

/// The jobs that the arguments mean; a number or a name without one is an error of its own.
fn chosen(jobs: &Jobs, context: &mut dyn Context, arguments: &Arguments) -> Result<Vec<Arc<Job>>> {
    let known = jobs.known().1.clone();
    let mut found = Vec::new();
    for value in arguments.values("Job") {
        match value.downcast::<JobValue>() {
            Some(job) => found.push(Arc::clone(&job.0)),
            None => {
                let message = format!("'{}' is no job.", inspect::text(&value));
                let record = invalid_argument("NotAJob", value, message).hint("-Name and -Id find jobs.");
                context.error(record)?;
            }
        }
    }
    for id in arguments.values("Id").iter().filter_map(to_int) {
        match known.iter().find(|job| i64::from(job.id) == id) {
            Some(job) => found.push(Arc::clone(job)),
            None => {
                let message = format!(
                    "The command cannot find a job with the job ID {id}. Verify the value of the Id parameter and then try the command again."
                );
                let record = not_found("JobWithSpecifiedSessionNotFound", Value::Long(id), message)
                    .exception("System.Management.Automation.PSArgumentException");
                context.error(record)?;
            }
        }
    }
    for name in arguments.list("Name") {
        let before = found.len();
        found.extend(
            known
                .iter()
                .filter(|job| inspect::like(&job.name, &name))
                .cloned(),
        );
        if found.len() == before && !plenum_lang::property_expression::has_wildcard(&name) {
            let message = format!(
                "The command cannot find the job because the job name {name} was not found. Verify the value of the Name parameter, and then try the command again."
            );
            let record = not_found("JobWithSpecifiedNameNotFound", text(&name), message)
                .exception("System.Management.Automation.PSArgumentException");
            context.error(record)?;
        }
    }
    Ok(found)
}

fn get(jobs: &Jobs, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let found = if arguments.has("Id") || arguments.has("Name") {
        chosen(jobs, context, arguments)?
    } else {
        jobs.known().1.clone()
    };
    let state = arguments.text("State");
    for job in found {
        let stands = format!("{:?}", job.progress().state);
        if state
            .as_ref()
            .is_none_or(|state| state.eq_ignore_ascii_case(&stands))
        {
            context.write(Value::instance(JobValue(job)))?;
        }
    }
    Ok(())
}

/// Waits until a job has ended or so many nanoseconds of the host's clock have gone.
fn wait_for(context: &mut dyn Context, all: &[Arc<Job>], any: bool, until: Option<u64>) -> Result<()> {
    loop {
        let over = |job: &Arc<Job>| job.progress().state.is_over();
        let done = if any {
            all.iter().any(over)
        } else {
            all.iter().all(over)
        };
        let late = until.is_some_and(|until| context.host().monotonic_nanos() >= until);
        if done || late {
            return Ok(());
        }
        context.check_stop()?;
        if let Some(job) = all.iter().find(|job| !over(job)) {
            let progress = job.progress();
            if !progress.state.is_over() {
                let _ = job.changed.wait_timeout(progress, STOP_POLL);
            }
        }
    }
}

fn receive(jobs: &Jobs, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let removes = arguments.switch("AutoRemoveJob");
    if removes && !arguments.switch("Wait") {
        return Err(not_built("-AutoRemoveJob without -Wait")
            .hint("Add -Wait.")
            .into());
    }
    for job in chosen(jobs, context, arguments)? {
        let keep = arguments.switch("Keep");
        while arguments.switch("Wait") && !job.progress().state.is_over() {
            if !keep {
                give(context, &job, false)?;
            }
            context.check_stop()?;
            let progress = job.progress();
            if !progress.state.is_over() {
                let _ = job.changed.wait_timeout(progress, STOP_POLL);
            }
        }
        give(context, &job, keep)?;
        if removes {
            jobs.known().1.retain(|known| known.id != job.id);
        }
    }
    Ok(())
}

/// Gives what a job has put out so far.
fn give(context: &mut dyn Context, job: &Job, keep: bool) -> Result<()> {
    let mut progress = job.progress();
    progress.shown.push_str(&job.host.shown());
    let (shown, output) = if keep {
        (progress.shown.clone(), progress.output.clone())
    } else {
        (
            std::mem::take(&mut progress.shown),
            std::mem::take(&mut progress.output),
        )
    };
    drop(progress);
    if !shown.is_empty() {
        context.host().write(Stream::Output, &shown);
    }
    output.into_iter().try_for_each(|output| match output {
        Output::Object(value) => context.write(value),
        Output::Error(record) => context.error(*record),
    })
}

fn wait(jobs: &Jobs, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let found = chosen(jobs, context, arguments)?;
    let seconds = arguments.number("Timeout").filter(|seconds| *seconds >= 0.0);
    let until = seconds.map(|seconds| {
        let span = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        let now = context.host().monotonic_nanos();
        now.saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
    });
    wait_for(context, &found, arguments.switch("Any"), until)?;
    for job in found {
        if job.progress().state.is_over() {
            context.write(Value::instance(JobValue(job)))?;
        }
    }
    Ok(())
}
