//! Running native programs: a thread reads each stream that is taken, a thread feeds the input, and a bounded channel
//! between them and the shell makes a program wait that is faster than what comes behind it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use plenum_lang::host::{Apart, Event, Launch, Outlet, Process};

/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;
/// Pieces that wait on either side.
const WAITING: usize = 8;

enum Piece {
    Output(Vec<u8>),
    Error(Vec<u8>),
    Closed,
}

struct Running {
    child: Child,
    input: Option<SyncSender<Vec<u8>>>,
    pieces: Receiver<Piece>,
    /// Streams that are still read.
    open: usize,
    ended: bool,
}

/// Starts a program whose environment has been prepared.
pub fn start(mut command: Command, launch: Launch<'_>) -> io::Result<Box<dyn Process>> {
    let outlet = |outlet: Outlet| match outlet {
        Outlet::Inherited => Stdio::inherit(),
        Outlet::Taken => Stdio::piped(),
        Outlet::Discarded => Stdio::null(),
    };
    let mut child = command
        .args(launch.arguments)
        .stdin(if launch.fed {
            Stdio::piped()
        } else {
            Stdio::inherit()
        })
        .stdout(outlet(launch.output))
        .stderr(outlet(launch.errors))
        .spawn()?;
    let (sender, pieces) = sync_channel(WAITING);
    let mut open = 0;
    if let Some(stream) = child.stdout.take() {
        read_in_thread(stream, sender.clone(), Piece::Output)?;
        open += 1;
    }
    if let Some(stream) = child.stderr.take() {
        read_in_thread(stream, sender, Piece::Error)?;
        open += 1;
    }
    let input = match child.stdin.take() {
        Some(stdin) => Some(feed_in_thread(stdin)?),
        None => None,
    };
    Ok(Box::new(Running {
        child,
        input,
        pieces,
        open,
        ended: false,
    }))
}

/// The programs that were started apart, by their ids. They go on when the shell ends.
#[derive(Default)]
pub struct StartedApart(Mutex<HashMap<u32, Child>>);

impl StartedApart {
    /// Starts a program that goes on by itself; its id.
    pub fn start(&self, mut command: Command, program: &Apart) -> io::Result<u32> {
        command.args(&program.arguments).current_dir(&program.folder);
        for (name, value) in &program.environment {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(path) = &program.input {
            command.stdin(File::open(path)?);
        }
        if let Some(path) = &program.output {
            command.stdout(File::create(path)?);
        }
        if let Some(path) = &program.errors {
            command.stderr(File::create(path)?);
        }
        let child = command.spawn()?;
        let id = child.id();
        if let Ok(mut known) = self.0.lock() {
            // Asking those before lets the system forget the ones that have ended.
            known.values_mut().for_each(|child| drop(child.try_wait()));
            known.insert(id, child);
        }
        Ok(id)
    }

    /// The exit code of one that has ended.
    pub fn exit_code(&self, id: u32) -> Option<i32> {
        let mut known = self.0.lock().ok()?;
        known.get_mut(&id)?.try_wait().ok()?.map(exit_code)
    }
}

/// Ends a process at once, whatever it does.
pub fn end(id: u32) -> io::Result<()> {
    use nix::sys::signal::{Signal, kill};
    let id = i32::try_from(id).map_err(|_| io::ErrorKind::InvalidInput)?;
    kill(nix::unistd::Pid::from_raw(id), Signal::SIGKILL).map_err(io::Error::from)
}

fn read_in_thread(
    mut stream: impl Read + Send + 'static,
    sender: SyncSender<Piece>,
    piece: fn(Vec<u8>) -> Piece,
) -> io::Result<()> {
    let thread = std::thread::Builder::new().name("program output".to_owned());
    let work = move || {
        let mut buffer = vec![0; PIECE];
        loop {
            match stream.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
                Ok(count) => {
                    if sender.send(piece(buffer[..count].to_vec())).is_err() {
                        return;
                    }
                }
            }
        }
        // Nobody listens any more when the process was given up.
        let _ = sender.send(Piece::Closed);
    };
    thread.spawn(work).map(drop)
}

fn feed_in_thread(mut stdin: impl Write + Send + 'static) -> io::Result<SyncSender<Vec<u8>>> {
    let (sender, waiting) = sync_channel::<Vec<u8>>(WAITING);
    let thread = std::thread::Builder::new().name("program input".to_owned());
    thread.spawn(move || {
        for bytes in waiting {
            // A program that wants no more input closes it: what is left is dropped.
            if stdin.write_all(&bytes).and_then(|()| stdin.flush()).is_err() {
                return;
            }
        }
    })?;
    Ok(sender)
}

impl Process for Running {
    fn feed(&mut self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        match self.input.as_ref()?.try_send(bytes) {
            Err(TrySendError::Full(bytes)) => Some(bytes),
            Ok(()) | Err(TrySendError::Disconnected(_)) => None,
        }
    }

    fn end_input(&mut self) {
        self.input = None;
    }

    fn next(&mut self, milliseconds: u64) -> Option<Event> {
        let wait = Duration::from_millis(milliseconds);
        while self.open > 0 {
            match self.pieces.recv_timeout(wait) {
                Ok(Piece::Output(bytes)) => return Some(Event::Output(bytes)),
                Ok(Piece::Error(bytes)) => return Some(Event::Error(bytes)),
                Ok(Piece::Closed) => self.open -= 1,
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => self.open = 0,
            }
        }
        if self.input.is_some() {
            std::thread::sleep(wait.min(Duration::from_millis(1)));
            return None;
        }
        let status = self.child.wait().ok()?;
        self.ended = true;
        Some(Event::Ended(exit_code(status)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn exit_code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
