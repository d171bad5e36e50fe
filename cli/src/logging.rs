//! Structured logs of server processes: one JSON object a line on standard error, or text on a terminal.
//!
//! `PLENUM_LOG` chooses what is logged (`info`, `debug`, `plenum_services=trace,warn` …). At `info` and above no
//! message of a user is ever logged, only events about it.
//!
//! A system call a line would cost a busy server as much as the datagrams of the call that the line tells of: lines are
//! gathered for [`DELAY`]. Warnings and errors go out at once, with what was gathered before them; [`finish`] writes the
//! rest. Who kills the process loses a tenth of a second of the log.

mod line;

use std::io::{self, IsTerminal, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::Level;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use self::line::JsonLine;

/// How long a line may wait.
const DELAY: Duration = Duration::from_millis(100);
/// How many bytes may wait: who logs faster waits for the disk.
const LIMIT: usize = 1 << 20;

static GATHERED: Gathered = Gathered {
    lines: Mutex::new(Vec::new()),
    some: Condvar::new(),
};

/// Starts logging for this process.
pub fn start() {
    let filter = EnvFilter::try_from_env("PLENUM_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    // A second start in one process (tests) keeps the first.
    if io::stderr().is_terminal() {
        let _ = builder.with_writer(io::stderr).with_target(false).try_init();
        return;
    }
    let started = builder.with_writer(&GATHERED).event_format(JsonLine).try_init();
    if started.is_ok() {
        // Without the thread the lines go out when they are many, and at the end.
        let _ = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(|| GATHERED.run());
    }
}

/// Writes what still waits.
pub fn finish() {
    GATHERED.write_out(GATHERED.lock());
}

struct Gathered {
    lines: Mutex<Vec<u8>>,
    some: Condvar,
}

impl Gathered {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock is kept while the lines go out, so that they stay in order.
    fn write_out(&self, mut lines: MutexGuard<'_, Vec<u8>>) {
        // There is nobody to tell that the log cannot be written.
        let _ = io::stderr().write_all(&lines);
        lines.clear();
    }

    fn run(&self) {
        loop {
            let lines = self.lock();
            let waits = self.some.wait_while(lines, |lines| lines.is_empty());
            drop(waits.unwrap_or_else(PoisonError::into_inner));
            std::thread::sleep(DELAY);
            self.write_out(self.lock());
        }
    }
}

/// Takes one event's line.
struct Line<'a> {
    gathered: &'a Gathered,
    is_urgent: bool,
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut lines = self.gathered.lock();
        if lines.is_empty() {
            self.gathered.some.notify_one();
        }
        lines.extend_from_slice(line);
        if self.is_urgent || lines.len() > LIMIT {
            self.gathered.write_out(lines);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for &'static Gathered {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            gathered: self,
            is_urgent: true,
        }
    }

    fn make_writer_for(&'a self, event: &tracing::Metadata<'_>) -> Line<'a> {
        Line {
            gathered: self,
            is_urgent: *event.level() <= Level::WARN,
        }
    }
}
