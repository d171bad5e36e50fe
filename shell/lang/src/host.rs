//! The outside world of the language: console, files, environment, clock, randomness, processes.
//!
//! One object-safe trait; the shell implements it with the real ones, tests with memory.

use std::io;

mod isolated;
mod job;
mod process;
mod web;

pub use isolated::Isolated;
pub use job::JobHost;
pub use process::{Apart, Event, Launch, Outlet, Process, ProcessResult, STEP};
pub use web::{WebFailure, WebRequest, WebResponse};

/// Where console text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// Whether it is a folder.
    pub is_directory: bool,
    /// Length in bytes.
    pub length: u64,
    /// Last write, UTC ticks.
    pub modified_ticks: i64,
    /// Whether nobody may write to it.
    pub read_only: bool,
}

/// A file's new content. Where a file with content is replaced, it takes its place when it is kept, and dropped before
/// that it leaves the old one; a file that was not there grows as it is written, so that others can follow it.
pub trait NewFile: io::Write + Send {
    /// Ends it: from here on it is the file.
    fn keep(self: Box<Self>) -> io::Result<()>;
}

/// The outside.
pub trait Host: Send + Sync {
    /// Writes console text as it is.
    fn write(&self, stream: Stream, text: &str);
    /// Shows or updates a progress bar; nothing where there is no terminal.
    fn progress(&self, progress: &crate::cmdlet::Progress);
    /// Changes how progress is shown.
    fn set_progress_look(&self, look: crate::members::style::ProgressLook) {
        let _ = look;
    }
    /// The console's width in columns.
    fn width(&self) -> usize;
    /// The console's height in rows; `None` where there is no terminal.
    fn height(&self) -> Option<usize> {
        None
    }
    /// Where the cursor stands: column and row from 0; `None` where there is no terminal.
    fn cursor(&self) -> Option<(u16, u16)> {
        None
    }
    /// Whether escape sequences are taken out of what the console shows.
    fn set_plain(&self, plain: bool) {
        let _ = plain;
    }
    /// Begins a transcript in a file: what the console shows goes there too. Transcripts nest.
    fn start_transcript(&self, path: &str, heading: &str) -> io::Result<()> {
        let _ = (path, heading);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Ends the newest transcript after its last lines; its path, when there was one.
    fn stop_transcript(&self, ending: &str) -> io::Result<Option<String>> {
        let _ = ending;
        Ok(None)
    }
    /// Whether a person can be asked.
    fn interactive(&self) -> bool;
    /// Asks for a line; `secret` is not echoed. `None` at the end of input.
    fn read_line(&self, prompt: &str, secret: bool) -> Option<String>;
    /// Now, in UTC ticks of 100 ns since 0001-01-01.
    fn now_ticks(&self) -> i64;
    /// Minutes east of UTC at a moment in UTC ticks.
    fn utc_offset_minutes(&self, ticks: i64) -> i32;
    /// Minutes east of UTC when the wall clock says so many ticks: of standard time when it says so twice or never.
    fn local_offset_minutes(&self, local_ticks: i64) -> i32 {
        const DAY: i64 = 864_000_000_000;
        let minutes = |ticks: i64| self.utc_offset_minutes(ticks);
        let (before, after) = (minutes(local_ticks - DAY), minutes(local_ticks + DAY));
        let holds = |offset: i32| minutes(local_ticks - i64::from(offset) * 600_000_000) == offset;
        match (holds(before), holds(after)) {
            (true, false) => before,
            (false, true) => after,
            _ => before.min(after),
        }
    }
    /// The id of the computer's time zone, e.g. `Europe/Berlin`.
    fn local_time_zone(&self) -> String {
        "UTC".to_owned()
    }
    /// How many processors this process may use.
    fn processors(&self) -> usize {
        1
    }
    /// A monotonic clock in nanoseconds.
    fn monotonic_nanos(&self) -> u64;
    /// Random bits.
    fn random(&self) -> u64;
    /// An environment variable.
    fn env(&self, name: &str) -> Option<String>;
    /// Sets or removes an environment variable of this process and its children.
    fn set_env(&self, name: &str, value: Option<&str>);
    /// All environment variables.
    fn envs(&self) -> Vec<(String, String)>;
    /// The current folder.
    fn current_directory(&self) -> String;
    /// Changes the current folder.
    fn set_current_directory(&self, path: &str) -> io::Result<()>;
    /// Reads a whole file.
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>>;
    /// Opens a file for reading in pieces.
    fn open_file(&self, path: &str) -> io::Result<Box<dyn io::Read + Send>>;
    /// Begins a file's new content.
    fn create_file(&self, path: &str) -> io::Result<Box<dyn NewFile>>;
    /// Replaces a file's content as a whole.
    fn write_file(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create_file(path)?;
        file.write_all(bytes)?;
        file.keep()
    }
    /// Appends to a file, making it when it is missing.
    fn append_file(&self, path: &str, bytes: &[u8]) -> io::Result<()>;
    /// What a path names; `None` when nothing is there.
    fn file_status(&self, path: &str) -> Option<FileStatus>;
    /// Sets when a file was last written, in UTC ticks.
    fn set_modified(&self, path: &str, ticks: i64) -> io::Result<()> {
        let _ = (path, ticks);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Takes everybody's right to write to a file, or gives it back to its owner.
    fn set_read_only(&self, path: &str, read_only: bool) -> io::Result<()> {
        let _ = (path, read_only);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Names in a folder, sorted.
    fn list_directory(&self, path: &str) -> io::Result<Vec<String>>;
    /// Makes a folder and those above it.
    fn create_directory(&self, path: &str) -> io::Result<()>;
    /// Makes a link: a symbolic one to whatever the target's text says, or a second name of a file.
    fn link(&self, path: &str, target: &str, hard: bool) -> io::Result<()> {
        let _ = (path, target, hard);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Removes a file, or a folder with everything in it.
    fn remove(&self, path: &str, recurse: bool) -> io::Result<()>;
    /// Renames or moves.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Runs a native program to its end; `None` input inherits the console's, `capture` collects standard output.
    fn run(
        &self,
        program: &str,
        arguments: &[String],
        input: Option<&[u8]>,
        capture: bool,
    ) -> io::Result<ProcessResult> {
        let launch = Launch {
            program,
            arguments,
            fed: input.is_some(),
            output: if capture { Outlet::Taken } else { Outlet::Inherited },
            errors: Outlet::Inherited,
        };
        process::run_to_end(self, launch, input)
    }
    /// Starts a native program.
    fn start(&self, launch: Launch<'_>) -> io::Result<Box<dyn Process>>;
    /// Starts a native program that goes on by itself, also when the shell ends; its id.
    fn start_apart(&self, program: &Apart) -> io::Result<u32> {
        let _ = program;
        Err(io::ErrorKind::Unsupported.into())
    }
    /// The exit code of a program that was started apart; `None` while it runs, and of any other.
    fn exit_code(&self, id: u32) -> Option<i32> {
        let _ = id;
        None
    }
    /// Ends a process of this computer at once.
    fn end_process(&self, id: u32) -> io::Result<()> {
        let _ = id;
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Finds a native program on PATH.
    fn find_program(&self, name: &str) -> Option<String>;
    /// Asks a server over HTTP.
    fn web(&self, request: WebRequest) -> Result<WebResponse, WebFailure> {
        Err(WebFailure::Failed(format!(
            "{} cannot be reached from here.",
            request.uri
        )))
    }
    /// Waits; returns early when the pipeline is stopped.
    fn sleep(&self, milliseconds: u64);
    /// This process's id.
    fn process_id(&self) -> u32;
    /// Whether the account may do everything on this computer.
    fn is_elevated(&self) -> bool {
        false
    }
    /// Runs work on a thread whose stack is as deep as scripts need ([`crate::engine::STACK_BYTES`]).
    fn start_thread(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        drop(work);
        Err(io::ErrorKind::Unsupported.into())
    }
    /// Whether Ctrl-C has been pressed since the pipeline began.
    fn stop_requested(&self) -> bool;
}
