//! The outside world of a cmdlet in memory: a clock that stands still, and one file.

use std::io;

use plenum_lang::cmdlet::Progress;
use plenum_lang::host::{FileStatus, Host, Launch, Process, Stream};

/// 2026-01-01T00:00:00Z.
const NOW: i64 = 639_028_224_000_000_000;

/// Every file that is read names alice; nothing can be written.
pub struct Outside;

fn refused<T>() -> io::Result<T> {
    Err(io::ErrorKind::Unsupported.into())
}

impl Host for Outside {
    fn write(&self, _: Stream, _: &str) {}
    fn progress(&self, _: &Progress) {}
    fn width(&self) -> usize {
        120
    }
    fn interactive(&self) -> bool {
        false
    }
    fn read_line(&self, _: &str, _: bool) -> Option<String> {
        Some("secret".to_owned())
    }
    fn now_ticks(&self) -> i64 {
        NOW
    }
    fn utc_offset_minutes(&self, _: i64) -> i32 {
        0
    }
    fn monotonic_nanos(&self) -> u64 {
        0
    }
    fn random(&self) -> u64 {
        0
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
        Ok(b"alice@contoso.example\n".to_vec())
    }
    fn open_file(&self, _: &str) -> io::Result<Box<dyn io::Read + Send>> {
        refused()
    }
    fn write_file(&self, _: &str, _: &[u8]) -> io::Result<()> {
        refused()
    }
    fn append_file(&self, _: &str, _: &[u8]) -> io::Result<()> {
        refused()
    }
    fn file_status(&self, _: &str) -> Option<FileStatus> {
        None
    }
    fn list_directory(&self, _: &str) -> io::Result<Vec<String>> {
        refused()
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
