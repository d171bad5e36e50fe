//! Runs a text of the language without any cmdlet: the engine alone, for trying it out.
//!
//! `cargo run -p plenum-lang --example eval -- '1..3 | ForEach-Object { $_ * 2 }'`

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::io;
use std::sync::Arc;

use plenum_lang::cmdlet::{Context, Progress};
use plenum_lang::engine::{Engine, Origin, STACK_BYTES};
use plenum_lang::error::Result;
use plenum_lang::host::{FileStatus, Host, ProcessResult, Stream};
use plenum_lang::registry::Registry;
use plenum_lang::render::{RenderSession, Renderer};
use plenum_lang::value::Value;

/// A host that has a console and nothing else.
struct ConsoleHost;

impl Host for ConsoleHost {
    fn write(&self, stream: Stream, text: &str) {
        match stream {
            Stream::Output => print!("{text}"),
            Stream::Error => eprint!("{text}"),
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
        None
    }
    fn now_ticks(&self) -> i64 {
        0
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
        Err(io::ErrorKind::Unsupported.into())
    }
    fn read_file(&self, _: &str) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
    fn open_file(&self, _: &str) -> io::Result<Box<dyn io::Read + Send>> {
        Err(io::ErrorKind::NotFound.into())
    }
    fn write_file(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn append_file(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn file_status(&self, _: &str) -> Option<FileStatus> {
        None
    }
    fn list_directory(&self, _: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }
    fn create_directory(&self, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn remove(&self, _: &str, _: bool) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn run(&self, _: &str, _: &[String], _: Option<&[u8]>, _: bool) -> io::Result<ProcessResult> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn find_program(&self, _: &str) -> Option<String> {
        None
    }
    fn sleep(&self, _: u64) {}
    fn process_id(&self) -> u32 {
        std::process::id()
    }
    fn stop_requested(&self) -> bool {
        false
    }
}

/// Shows each value's text on a line.
struct PlainRenderer;

impl Renderer for PlainRenderer {
    fn session(&self, _: usize) -> Box<dyn RenderSession> {
        Box::new(PlainSession)
    }
}

struct PlainSession;

impl RenderSession for PlainSession {
    fn push(&mut self, _: &mut dyn Context, value: &Value) -> Result<String> {
        Ok(format!("{}\n", value.to_text()))
    }
    fn finish(&mut self, _: &mut dyn Context) -> Result<String> {
        Ok(String::new())
    }
}

fn main() {
    let script = std::env::args().nth(1).unwrap_or_default();
    let run = move || {
        let mut engine = Engine::new(
            Registry::default(),
            Arc::new(ConsoleHost),
            Arc::new(PlainRenderer),
        );
        engine.run(&script, Origin::Prompt).exit_code
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    let code = thread.ok().and_then(|thread| thread.join().ok()).unwrap_or(70);
    std::process::exit(code);
}
