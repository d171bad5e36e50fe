//! A host without an outside: no environment, no programs, a clock that stands still, no files but one that is
//! given. What is written is kept, up to a limit, for whoever ran the script: tests, the fuzzers, `examples/eval.rs`.

use std::io;

use parking_lot::Mutex;

use super::{FileStatus, Host, Launch, NewFile, Process, Stream};
use crate::cmdlet::Progress;

/// How many bytes of a stream are kept.
const KEPT_BYTES: usize = 1 << 20;

/// The host.
#[derive(Default)]
pub struct Isolated {
    now_ticks: i64,
    typed: Option<String>,
    file: Option<Vec<u8>>,
    output: Mutex<String>,
    errors: Mutex<String>,
}

impl Isolated {
    /// A host whose clock stands at `now_ticks`, where every prompt gets `typed` and every file that is read `file`.
    pub fn given(now_ticks: i64, typed: &str, file: &str) -> Self {
        Isolated {
            now_ticks,
            typed: Some(typed.to_owned()),
            file: Some(file.into()),
            ..Isolated::default()
        }
    }

    /// What was written to standard output since the last call.
    pub fn take_output(&self) -> String {
        std::mem::take(&mut self.output.lock())
    }

    /// What was written to standard error since the last call.
    pub fn take_errors(&self) -> String {
        std::mem::take(&mut self.errors.lock())
    }
}

fn refused<T>() -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

impl Host for Isolated {
    fn write(&self, stream: Stream, text: &str) {
        let mut kept = match stream {
            Stream::Output => self.output.lock(),
            Stream::Error => self.errors.lock(),
        };
        if kept.len() + text.len() <= KEPT_BYTES {
            kept.push_str(text);
        }
    }
    fn progress(&self, _: &Progress) {}
    fn width(&self) -> usize {
        120
    }
    fn interactive(&self) -> bool {
        false
    }
    fn read_line(&self, _: &str, _: bool) -> Option<String> {
        self.typed.clone()
    }
    fn now_ticks(&self) -> i64 {
        self.now_ticks
    }
    fn utc_offset_minutes(&self, _: i64) -> i32 {
        0
    }
    fn monotonic_nanos(&self) -> u64 {
        0
    }
    fn random(&self) -> u64 {
        4
    }
    fn env(&self, _: &str) -> Option<String> {
        None
    }
    fn set_env(&self, _: &str, _: Option<&str>) {}
    fn envs(&self) -> Vec<(String, String)> {
        Vec::new()
    }
    fn current_directory(&self) -> String {
        "/".to_owned()
    }
    fn set_current_directory(&self, _: &str) -> io::Result<()> {
        refused()
    }
    fn read_file(&self, _: &str) -> io::Result<Vec<u8>> {
        self.file.clone().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn open_file(&self, _: &str) -> io::Result<Box<dyn io::Read + Send>> {
        Err(io::ErrorKind::NotFound.into())
    }
    fn create_file(&self, _: &str) -> io::Result<Box<dyn NewFile>> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn append_file(&self, _: &str, _: &[u8]) -> io::Result<()> {
        refused()
    }
    fn file_status(&self, _: &str) -> Option<FileStatus> {
        None
    }
    fn list_directory(&self, _: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }
    fn create_directory(&self, _: &str) -> io::Result<()> {
        refused()
    }
    fn remove(&self, _: &str, _: bool) -> io::Result<()> {
        refused()
    }
    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        refused()
    }
    fn start(&self, _: Launch<'_>) -> io::Result<Box<dyn Process>> {
        refused()
    }
    fn find_program(&self, _: &str) -> Option<String> {
        None
    }
    fn sleep(&self, _: u64) {}
    fn process_id(&self) -> u32 {
        1
    }
    fn stop_requested(&self) -> bool {
        false
    }
}
