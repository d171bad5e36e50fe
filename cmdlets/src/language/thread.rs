//! Script blocks on threads of their own: what Start-ThreadJob and ForEach-Object -Parallel have in common.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use plenum_lang::cmdlet::{Context, Progress};
use plenum_lang::engine::Engine;
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::host::{
    Apart, FileStatus, Host, Launch, NewFile, Process, Stream, WebFailure, WebRequest, WebResponse,
};
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

/// The outside of a job: that of its session, but for the console, which keeps its text for Receive-Job.
pub struct JobHost {
    inner: Arc<dyn Host>,
    stop: Arc<AtomicBool>,
    shown: Mutex<String>,
}

/// How much console text a job keeps; what comes after is left out.
const SHOWN_BYTES: usize = 16 << 20;

impl JobHost {
    /// A host that stops when its flag is set.
    pub fn new(inner: Arc<dyn Host>, stop: Arc<AtomicBool>) -> JobHost {
        JobHost {
            inner,
            stop,
            shown: Mutex::default(),
        }
    }

    /// The console text so far.
    pub fn shown(&self) -> String {
        self.shown
            .lock()
            .map(|mut shown| std::mem::take(&mut *shown))
            .unwrap_or_default()
    }
}

impl Host for JobHost {
    fn write(&self, stream: Stream, text: &str) {
        // Errors come as records, not as text.
        if stream == Stream::Output
            && let Ok(mut shown) = self.shown.lock()
            && shown.len() + text.len() <= SHOWN_BYTES
        {
            shown.push_str(text);
        }
    }

    fn progress(&self, _: &Progress) {}

    fn interactive(&self) -> bool {
        false
    }

    fn read_line(&self, _: &str, _: bool) -> Option<String> {
        None
    }

    fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn sleep(&self, milliseconds: u64) {
        const STEP: u64 = 20;
        let mut left = milliseconds;
        while left > 0 && !self.stop_requested() {
            self.inner.sleep(left.min(STEP));
            left -= left.min(STEP);
        }
    }

    fn width(&self) -> usize {
        self.inner.width()
    }
    fn now_ticks(&self) -> i64 {
        self.inner.now_ticks()
    }
    fn local_time_zone(&self) -> String {
        self.inner.local_time_zone()
    }
    fn processors(&self) -> usize {
        self.inner.processors()
    }
    fn utc_offset_minutes(&self, ticks: i64) -> i32 {
        self.inner.utc_offset_minutes(ticks)
    }
    fn monotonic_nanos(&self) -> u64 {
        self.inner.monotonic_nanos()
    }
    fn random(&self) -> u64 {
        self.inner.random()
    }
    fn env(&self, name: &str) -> Option<String> {
        self.inner.env(name)
    }
    fn set_env(&self, name: &str, value: Option<&str>) {
        self.inner.set_env(name, value);
    }
    fn envs(&self) -> Vec<(String, String)> {
        self.inner.envs()
    }
    fn current_directory(&self) -> String {
        self.inner.current_directory()
    }
    fn set_current_directory(&self, path: &str) -> io::Result<()> {
        self.inner.set_current_directory(path)
    }
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.inner.read_file(path)
    }
    fn open_file(&self, path: &str) -> io::Result<Box<dyn io::Read + Send>> {
        self.inner.open_file(path)
    }
    fn create_file(&self, path: &str) -> io::Result<Box<dyn NewFile>> {
        self.inner.create_file(path)
    }
    fn append_file(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.inner.append_file(path, bytes)
    }
    fn file_status(&self, path: &str) -> Option<FileStatus> {
        self.inner.file_status(path)
    }
    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list_directory(path)
    }
    fn create_directory(&self, path: &str) -> io::Result<()> {
        self.inner.create_directory(path)
    }
    fn link(&self, path: &str, target: &str, hard: bool) -> io::Result<()> {
        self.inner.link(path, target, hard)
    }
    fn remove(&self, path: &str, recurse: bool) -> io::Result<()> {
        self.inner.remove(path, recurse)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }
    fn set_modified(&self, path: &str, ticks: i64) -> io::Result<()> {
        self.inner.set_modified(path, ticks)
    }
    fn set_read_only(&self, path: &str, read_only: bool) -> io::Result<()> {
        self.inner.set_read_only(path, read_only)
    }
    fn start_apart(&self, program: &Apart) -> io::Result<u32> {
        self.inner.start_apart(program)
    }
    fn exit_code(&self, id: u32) -> Option<i32> {
        self.inner.exit_code(id)
    }
    fn end_process(&self, id: u32) -> io::Result<()> {
        self.inner.end_process(id)
    }
    fn web(&self, request: WebRequest) -> std::result::Result<WebResponse, WebFailure> {
        self.inner.web(request)
    }
    fn start(&self, launch: Launch<'_>) -> io::Result<Box<dyn Process>> {
        self.inner.start(launch)
    }
    fn find_program(&self, name: &str) -> Option<String> {
        self.inner.find_program(name)
    }
    fn process_id(&self) -> u32 {
        self.inner.process_id()
    }

    fn is_elevated(&self) -> bool {
        self.inner.is_elevated()
    }

    fn start_thread(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        self.inner.start_thread(work)
    }
}
