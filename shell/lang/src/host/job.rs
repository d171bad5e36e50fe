//! The outside of a session that runs beside another one, on a thread of its own.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::{Apart, FileStatus, Host, Launch, NewFile, Process, Stream, WebFailure, WebRequest, WebResponse};
use crate::cmdlet::Progress;

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
