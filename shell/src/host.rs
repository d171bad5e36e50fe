//! The real outside world of the language: console, files, environment, clock, randomness, processes.
//!
//! This is the only place where the shell touches them, so that everything above can run in a test with a memory
//! host. Local time follows `TZ` through the C library's zone files, read by chrono.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{Local, Offset, TimeZone};
use plenum_lang::cmdlet::Progress;
use plenum_lang::engine::STACK_BYTES;
use plenum_lang::host::{
    Apart, FileStatus, Host, Launch, NewFile, Process, Stream, WebFailure, WebRequest, WebResponse,
};
use plenum_lang::members::style::ProgressLook;

use crate::render::progress::ProgressBars;

/// Ticks of 100 ns between 0001-01-01 and 1970-01-01.
const UNIX_EPOCH_TICKS: i64 = 621_355_968_000_000_000;

/// The width that output has where there is no terminal and no `COLUMNS`.
const DEFAULT_WIDTH: usize = 120;

/// How often a sleeping pipeline looks whether it was stopped.
const STOP_POLL: Duration = Duration::from_millis(20);

/// The host of a process that owns its console.
pub struct ConsoleHost {
    started: Instant,
    stop: Arc<AtomicBool>,
    /// Escape sequences are taken out (`$PSStyle.OutputRendering`).
    plain: AtomicBool,
    interactive: bool,
    seed: AtomicU64,
    bars: Mutex<ProgressBars>,
    transcripts: Mutex<Vec<Transcript>>,
    /// Whether lines may be read at all: never with `-NonInteractive`, from a pipe otherwise too.
    reads_input: bool,
    /// What scripts set or removed; the process's own environment stays as it was, children see the changes.
    environment: Mutex<BTreeMap<String, Option<String>>>,
    apart: crate::process::StartedApart,
}

impl ConsoleHost {
    /// A host; `interactive` says whether a person may be asked (never with `-NonInteractive`).
    pub fn new(interactive: bool) -> Self {
        ConsoleHost::reading(interactive, interactive)
    }

    /// A host that may read lines from standard input although nobody sits there.
    pub fn reading(interactive: bool, reads_input: bool) -> Self {
        ConsoleHost {
            reads_input,
            transcripts: Mutex::default(),
            started: Instant::now(),
            stop: Arc::new(AtomicBool::new(false)),
            plain: AtomicBool::new(false),
            interactive,
            seed: AtomicU64::new(0),
            bars: Mutex::new(first_bars()),
            environment: Mutex::default(),
            apart: crate::process::StartedApart::default(),
        }
    }

    fn environment_changes(&self) -> BTreeMap<String, Option<String>> {
        self.environment
            .lock()
            .map(|changes| changes.clone())
            .unwrap_or_default()
    }

    /// A program with the environment that scripts made.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (name, value) in self.environment_changes() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command
    }

    /// Takes away progress bars that a pipeline left standing.
    pub fn end_progress(&self) {
        if let Ok(mut bars) = self.bars.lock() {
            let _ = io::stderr().lock().write_all(bars.clear().as_bytes());
        }
    }

    /// Adds to the running transcripts what the console shows without this host: prompts and typed lines.
    pub fn transcribe(&self, text: &str) {
        if let Ok(transcripts) = self.transcripts.lock() {
            for transcript in transcripts.iter() {
                transcript.add(text);
            }
        }
    }

    /// The flag that Ctrl-C sets and a new pipeline clears.
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }
}

/// A file that is told what the console shows, as plain text.
struct Transcript {
    path: String,
    file: Mutex<fs::File>,
}

impl Transcript {
    fn open(path: &str) -> io::Result<Transcript> {
        let file = fs::OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Transcript {
            path: path.to_owned(),
            file: Mutex::new(file),
        })
    }

    /// A transcript that cannot be written any more (a full disk) does not stop the work that it records.
    fn add(&self, text: &str) {
        if let Ok(mut file) = self.file.lock() {
            let _ = file.write_all(crate::render::cell::strip_escapes(text).as_bytes());
        }
    }
}

/// Whether standard output is a terminal that a person sees.
pub fn output_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether the user wants no colours.
fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

fn first_bars() -> ProgressBars {
    let mut bars = ProgressBars::default();
    if no_color() {
        bars.look.style.clear();
    }
    bars
}

impl Host for ConsoleHost {
    fn start_thread(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        let thread = std::thread::Builder::new()
            .name("job".to_owned())
            .stack_size(STACK_BYTES);
        thread.spawn(work).map(drop)
    }

    fn is_elevated(&self) -> bool {
        // The folder of a process belongs to the account that it runs as.
        use std::os::unix::fs::MetadataExt;
        fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
    }

    fn write(&self, stream: Stream, text: &str) {
        self.transcribe(text);
        let stripped;
        let text = if self.plain.load(Ordering::Relaxed) {
            stripped = crate::render::cell::strip_escapes(text);
            stripped.as_str()
        } else {
            text
        };
        let mut bars = self.bars.lock().ok().filter(|_| output_is_terminal());
        if let Some(bars) = &mut bars {
            // Bars stand below what is written: they make room, and come back on a line of their own.
            let _ = io::stderr().lock().write_all(bars.erase().as_bytes());
        }
        // A reader that went away (`plenum … | head`) ends the output, not the shell with a panic.
        let written = match stream {
            Stream::Output => io::stdout()
                .lock()
                .write_all(text.as_bytes())
                .and_then(|()| io::stdout().flush()),
            Stream::Error => io::stderr().lock().write_all(text.as_bytes()),
        };
        if let Some(bars) = &mut bars
            && text.ends_with('\n')
        {
            let _ = io::stderr().lock().write_all(bars.draw().as_bytes());
        }
        if written.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn progress(&self, progress: &Progress) {
        if io::stderr().is_terminal()
            && let Ok(mut bars) = self.bars.lock()
        {
            let text = bars.update(progress, self.width());
            // Bars are drawn over themselves; a transcript has no use for them.
            let _ = io::stderr().lock().write_all(text.as_bytes());
        }
    }

    fn set_progress_look(&self, look: ProgressLook) {
        if let Ok(mut bars) = self.bars.lock() {
            bars.look = look;
            if no_color() {
                bars.look.style.clear();
            }
        }
    }

    fn width(&self) -> usize {
        let columns = self
            .env("COLUMNS")
            .and_then(|text| text.parse().ok())
            .filter(|&width| width > 0);
        let terminal = || {
            output_is_terminal()
                .then(crossterm::terminal::size)?
                .ok()
                .map(|(width, _)| usize::from(width))
        };
        columns
            .or_else(terminal)
            .filter(|&width| width > 0)
            .unwrap_or(DEFAULT_WIDTH)
    }

    fn height(&self) -> Option<usize> {
        output_is_terminal()
            .then(crossterm::terminal::size)?
            .ok()
            .map(|(_, height)| usize::from(height))
            .filter(|&height| height > 0)
    }

    fn cursor(&self) -> Option<(u16, u16)> {
        let asks = output_is_terminal() && io::stdin().is_terminal();
        asks.then(crossterm::cursor::position)?.ok()
    }

    fn set_plain(&self, plain: bool) {
        self.plain.store(plain, Ordering::Relaxed);
    }

    fn start_transcript(&self, path: &str, heading: &str) -> io::Result<()> {
        let transcript = Transcript::open(path)?;
        transcript.add(heading);
        if let Ok(mut transcripts) = self.transcripts.lock() {
            transcripts.push(transcript);
        }
        Ok(())
    }

    fn stop_transcript(&self, ending: &str) -> io::Result<Option<String>> {
        let newest = self.transcripts.lock().ok().and_then(|mut all| all.pop());
        Ok(newest.map(|transcript| {
            transcript.add(ending);
            transcript.path
        }))
    }

    fn interactive(&self) -> bool {
        self.interactive
    }

    fn read_line(&self, prompt: &str, secret: bool) -> Option<String> {
        if !self.reads_input {
            return None;
        }
        self.write(Stream::Output, prompt);
        if secret && io::stdin().is_terminal() {
            read_secret()
        } else {
            read_plain()
        }
    }

    fn now_ticks(&self) -> i64 {
        ticks(SystemTime::now())
    }

    fn utc_offset_minutes(&self, ticks: i64) -> i32 {
        let seconds = (ticks - UNIX_EPOCH_TICKS).div_euclid(10_000_000);
        Local
            .timestamp_opt(seconds, 0)
            .single()
            .map_or(0, |moment| moment.offset().fix().local_minus_utc() / 60)
    }

    fn local_time_zone(&self) -> String {
        let named = self.env("TZ").map(|name| name.trim_start_matches(':').to_owned());
        let linked = || {
            let target = fs::canonicalize("/etc/localtime").ok()?;
            let target = target.to_string_lossy().into_owned();
            target.split_once("zoneinfo/").map(|(_, id)| id.to_owned())
        };
        named
            .filter(|name| !name.is_empty())
            .or_else(linked)
            .unwrap_or_else(|| "UTC".to_owned())
    }

    fn processors(&self) -> usize {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }

    fn monotonic_nanos(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        match getrandom::fill(&mut bytes) {
            Ok(()) => u64::from_ne_bytes(bytes),
            // Without the kernel's source, distinct but guessable numbers: nothing secret is made from them.
            Err(_) => self.seed.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed) ^ self.monotonic_nanos(),
        }
    }

    fn env(&self, name: &str) -> Option<String> {
        let changed = self
            .environment
            .lock()
            .ok()
            .and_then(|changes| changes.get(name).cloned());
        changed.unwrap_or_else(|| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn set_env(&self, name: &str, value: Option<&str>) {
        let valid =
            !name.is_empty() && !name.contains(['=', '\0']) && !value.is_some_and(|v| v.contains('\0'));
        if valid && let Ok(mut changes) = self.environment.lock() {
            changes.insert(name.to_owned(), value.map(str::to_owned));
        }
    }

    fn envs(&self) -> Vec<(String, String)> {
        let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
        let mut all: BTreeMap<String, String> = std::env::vars_os()
            .map(|(name, value)| (text(name), text(value)))
            .collect();
        for (name, value) in self.environment_changes() {
            match value {
                Some(value) => all.insert(name, value),
                None => all.remove(&name),
            };
        }
        all.into_iter().collect()
    }

    fn current_directory(&self) -> String {
        std::env::current_dir().map_or_else(|_| "/".to_owned(), |path| path.to_string_lossy().into_owned())
    }

    fn set_current_directory(&self, path: &str) -> io::Result<()> {
        std::env::set_current_dir(path)
    }

    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn open_file(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(fs::File::open(path)?))
    }

    fn create_file(&self, path: &str) -> io::Result<Box<dyn NewFile>> {
        crate::file::create(Path::new(path))
    }

    fn append_file(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)?
            .write_all(bytes)
    }

    fn file_status(&self, path: &str) -> Option<FileStatus> {
        let metadata = fs::metadata(path).ok()?;
        Some(FileStatus {
            is_directory: metadata.is_dir(),
            length: metadata.len(),
            modified_ticks: metadata.modified().map_or(0, ticks),
            read_only: metadata.permissions().readonly(),
        })
    }

    fn set_modified(&self, path: &str, ticks: i64) -> io::Result<()> {
        let since = |ticks: i64| Duration::from_nanos(u64::try_from(ticks).unwrap_or(0).saturating_mul(100));
        let moment = if ticks >= UNIX_EPOCH_TICKS {
            UNIX_EPOCH.checked_add(since(ticks - UNIX_EPOCH_TICKS))
        } else {
            UNIX_EPOCH.checked_sub(since(UNIX_EPOCH_TICKS - ticks))
        };
        let moment = moment.ok_or(io::ErrorKind::InvalidInput)?;
        // Folders open for reading only, and that is enough for whom they belong to.
        fs::File::open(path)?.set_modified(moment)
    }

    fn set_read_only(&self, path: &str, read_only: bool) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let mut permissions = fs::metadata(path)?.permissions();
        let mode = permissions.mode();
        permissions.set_mode(if read_only { mode & !0o222 } else { mode | 0o200 });
        fs::set_permissions(path, permissions)
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names: Vec<String> = fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<_>>()?;
        names.sort_by_key(|name| name.to_lowercase());
        Ok(names)
    }

    fn create_directory(&self, path: &str) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn link(&self, path: &str, target: &str, hard: bool) -> io::Result<()> {
        match hard {
            true => fs::hard_link(target, path),
            false => std::os::unix::fs::symlink(target, path),
        }
    }

    fn remove(&self, path: &str, recurse: bool) -> io::Result<()> {
        let metadata = fs::symlink_metadata(path)?;
        match (metadata.is_dir(), recurse) {
            (true, true) => fs::remove_dir_all(path),
            (true, false) => fs::remove_dir(path),
            (false, _) => fs::remove_file(path),
        }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn web(&self, request: WebRequest) -> Result<WebResponse, WebFailure> {
        crate::web::exchange(request, &|| self.stop_requested())
    }

    fn start(&self, launch: Launch<'_>) -> io::Result<Box<dyn Process>> {
        crate::process::start(self.command(launch.program), launch)
    }

    fn start_apart(&self, program: &Apart) -> io::Result<u32> {
        self.apart.start(self.command(&program.program), program)
    }

    fn exit_code(&self, id: u32) -> Option<i32> {
        self.apart.exit_code(id)
    }

    fn end_process(&self, id: u32) -> io::Result<()> {
        crate::process::end(id)
    }

    fn find_program(&self, name: &str) -> Option<String> {
        let candidate = |path: PathBuf| is_executable(&path).then(|| path.to_string_lossy().into_owned());
        if name.contains('/') {
            return candidate(PathBuf::from(name));
        }
        std::env::split_paths(&self.env("PATH")?).find_map(|folder| candidate(folder.join(name)))
    }

    fn sleep(&self, milliseconds: u64) {
        let end = Instant::now() + Duration::from_millis(milliseconds);
        while !self.stop_requested() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(STOP_POLL));
        }
    }

    fn process_id(&self) -> u32 {
        std::process::id()
    }

    fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

fn ticks(moment: SystemTime) -> i64 {
    let since = |duration: Duration| i64::try_from(duration.as_nanos() / 100).unwrap_or(i64::MAX / 2);
    match moment.duration_since(UNIX_EPOCH) {
        Ok(after) => UNIX_EPOCH_TICKS + since(after),
        Err(before) => UNIX_EPOCH_TICKS - since(before.duration()),
    }
}

fn read_plain() -> Option<String> {
    let mut line = String::new();
    let count = io::stdin().lock().read_line(&mut line).ok()?;
    (count > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned())
}

/// Reads a line without showing it: the terminal is in raw mode meanwhile, so nothing echoes.
fn read_secret() -> Option<String> {
    use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
    crossterm::terminal::enable_raw_mode().ok()?;
    let mut secret = String::new();
    let entered = loop {
        let Ok(event) = read() else { break false };
        let Event::Key(key) = event else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key.code {
            KeyCode::Enter => break true,
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => break false,
            KeyCode::Backspace => {
                secret.pop();
            }
            KeyCode::Char(character) => secret.push(character),
            _ => {}
        }
    };
    let restored = crossterm::terminal::disable_raw_mode();
    println!();
    (entered && restored.is_ok()).then_some(secret)
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
