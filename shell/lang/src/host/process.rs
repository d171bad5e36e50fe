//! Native programs as a host runs them: started, fed and read piece by piece, so that what passes through is never held
//! whole.

use std::io;

use super::Host;

/// How a native program is started.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    /// The file.
    pub program: &'a str,
    /// Its arguments.
    pub arguments: &'a [String],
    /// Whether its standard input is fed; else it is the console's.
    pub fed: bool,
    /// What becomes of its standard output.
    pub output: Outlet,
    /// What becomes of its standard error.
    pub errors: Outlet,
}

/// A native program that runs by itself. Streams without a file are the shell's own.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// The file.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The folder that it starts in.
    pub folder: String,
    /// Variables that it has otherwise than the shell, or not at all.
    pub environment: Vec<(String, Option<String>)>,
    /// The file of its standard input.
    pub input: Option<String>,
    /// The file that its standard output is written to.
    pub output: Option<String>,
    /// The file that its standard error is written to.
    pub errors: Option<String>,
}

/// What becomes of what a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlet {
    /// It goes where the shell's own goes.
    Inherited,
    /// It is read by the shell.
    Taken,
    /// Nobody wants it.
    Discarded,
}

/// What a running program does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It wrote to its standard output.
    Output(Vec<u8>),
    /// It wrote to its standard error.
    Error(Vec<u8>),
    /// It ended with an exit code; 128 + signal when a signal ended it.
    Ended(i32),
}

/// A running program. One that is dropped before it has ended is killed.
pub trait Process: Send {
    /// Offers bytes for its standard input; gives them back while those before are still waiting. A program that has
    /// closed its input is no error: what it does not want is dropped.
    fn feed(&mut self, bytes: Vec<u8>) -> Option<Vec<u8>>;
    /// Closes its standard input behind what was fed.
    fn end_input(&mut self);
    /// What it does next, waiting at most so long when its output is taken; `None` when nothing came. `Ended` comes only
    /// after its input was closed and everything taken was read.
    fn next(&mut self, milliseconds: u64) -> Option<Event>;
}

/// A native program that has ended.
#[derive(Clone, Debug, Default)]
pub struct ProcessResult {
    /// Its exit code; 128 + signal when a signal ended it.
    pub exit_code: i32,
    /// What it wrote to standard output, when that was captured.
    pub output: Vec<u8>,
}

/// How long a program is waited for at a time, in milliseconds.
pub const STEP: u64 = 50;

/// Runs a program to its end; `None` input inherits the console's, `capture` collects standard output.
pub(super) fn run_to_end<H: Host + ?Sized>(
    host: &H,
    launch: Launch<'_>,
    input: Option<&[u8]>,
) -> io::Result<ProcessResult> {
    let mut process = host.start(launch)?;
    let mut output = Vec::new();
    if let Some(input) = input {
        let mut waiting = Some(input.to_vec());
        while let Some(bytes) = waiting {
            waiting = process.feed(bytes);
            if waiting.is_some()
                && let Some(Event::Output(piece)) = process.next(STEP)
            {
                output.extend_from_slice(&piece);
            }
        }
        process.end_input();
    }
    loop {
        match process.next(STEP) {
            Some(Event::Output(piece)) => output.extend_from_slice(&piece),
            Some(Event::Ended(exit_code)) => return Ok(ProcessResult { exit_code, output }),
            Some(Event::Error(_)) | None => {}
        }
        if host.stop_requested() {
            return Err(io::ErrorKind::Interrupted.into());
        }
    }
}
