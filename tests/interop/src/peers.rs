//! Child processes that end with the test, and waiting for what they do: the only file here that sleeps.

use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take.
pub const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);

/// A program that is killed when the test is done with it.
pub struct Peer {
    name: String,
    child: Child,
}

impl Peer {
    /// Starts a program; what it prints goes to a file.
    pub fn start(command: &mut Command, log: &Path) -> io::Result<Peer> {
        let name = command.get_program().to_string_lossy().into_owned();
        let file = std::fs::File::create(log)?;
        let child = command
            .stdin(Stdio::piped())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .map_err(|error| {
                io::Error::other(format!(
                    "{name} does not start ({error}); tests/packages.txt names its package"
                ))
            })?;
        Ok(Peer { name, child })
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the program's end and gives its exit code.
    pub fn wait(&mut self) -> io::Result<i32> {
        let child = &mut self.child;
        let status = until(&format!("{} ends", self.name), || child.try_wait())?;
        Ok(status.code().unwrap_or(-1))
    }

    /// Closes the program's input, which ends a server that watches it, and waits.
    pub fn close(&mut self) -> io::Result<i32> {
        drop(self.child.stdin.take());
        self.wait()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks until there is something, or fails saying what was waited for.
pub fn until<T>(what: &str, look: impl FnMut() -> io::Result<Option<T>>) -> io::Result<T> {
    until_within(PATIENCE, what, look)
}

/// The same with a patience of its own.
pub fn until_within<T>(
    patience: Duration,
    what: &str,
    mut look: impl FnMut() -> io::Result<Option<T>>,
) -> io::Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if begun.elapsed() > patience {
            return Err(io::Error::other(format!(
                "waited {} s, but not: {what}",
                patience.as_secs()
            )));
        }
        std::thread::sleep(POLL);
    }
}

/// Lets a call sound, or a process work that is killed next, for a while.
pub fn let_it_go_on(duration: Duration) {
    std::thread::sleep(duration);
}
