//! Runs a page: a folder and a loopback address of its own, the shell in this process, the program as a child.
//!
//! The address is drawn from 127.0.0.0/8, so that pages with servers run side by side with whatever else listens on
//! this machine; the ports are the topology's own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use plenum_cli::compose;
use plenum_cli::deployment::StateFolder;
use plenum_lang::cmdlet::Progress;
use plenum_lang::engine::{Engine, STACK_BYTES};
use plenum_lang::host::{
    Apart, FileStatus, Host, Launch, NewFile, Process, Stream, WebFailure, WebRequest, WebResponse,
};
use plenum_lang::registry::Registry;
use plenum_shell::host::ConsoleHost;
use plenum_shell::render::ConsoleRenderer;
use plenum_shell::theme::Theme;

use crate::normalize::normalize;
use crate::page::{Page, Part, Step};

/// The width that pages are written for.
const WIDTH: usize = 120;
/// 2026-01-01T00:00:00Z in ticks: the time that pages see.
const NOW_TICKS: i64 = 639_028_224_000_000_000;

/// Runs every step of a page and gives the page with the outputs that they had.
pub fn run(page: &Page) -> Result<Page, String> {
    run_with(page, &|registry| registry)
}

/// Runs a page with other commands than the product's.
pub fn run_with(page: &Page, commands: &(dyn Fn(Registry) -> Registry + Sync)) -> Result<Page, String> {
    let world = World::new()?;
    for part in &page.parts {
        if let Part::File(name, content) = part {
            let file = world.folder.join(name);
            fs::create_dir_all(file.parent().unwrap_or(&world.folder))
                .map_err(|error| format!("{name}: {error}"))?;
            fs::write(file, world.localize(content)).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    let _server = world.begin(page)?;
    std::thread::scope(|scope| {
        let stack = std::thread::Builder::new().stack_size(STACK_BYTES);
        let running = stack
            .spawn_scoped(scope, || world.steps(page, commands))
            .map_err(|error| error.to_string())?;
        running.join().map_err(|_| "the shell panicked".to_owned())
    })
}

/// Where the program is: beside this test's own binary.
pub fn program() -> Result<PathBuf, String> {
    let test = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = test
        .parent()
        .and_then(Path::parent)
        .map(|folder| folder.join("plenum"))
        .unwrap_or_default();
    if program.exists() {
        Ok(program)
    } else {
        Err(format!(
            "{} is missing: `cargo build` makes it",
            program.display()
        ))
    }
}

struct World {
    folder: PathBuf,
    address: String,
}

impl World {
    fn new() -> Result<World, String> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let process = u64::from(std::process::id());
        let folder = std::env::temp_dir().join(format!("plenum-page-{process}-{number}"));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let folder = fs::canonicalize(folder).map_err(|error| error.to_string())?;
        let address = format!(
            "127.{}.{}.{}",
            1 + process % 200,
            process / 200 % 250,
            1 + number % 250
        );
        Ok(World { folder, address })
    }

    /// The page's own address in place of the one that topologies are written with.
    fn localize(&self, text: &str) -> String {
        text.replace("127.0.0.1", &self.address)
    }

    fn state(&self) -> PathBuf {
        self.folder.join(".plenum")
    }

    fn begin(&self, page: &Page) -> Result<Option<Running>, String> {
        let Some(world) = &page.world else { return Ok(None) };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("topologies/{world}.yaml"));
        let text = fs::read_to_string(&source).map_err(|error| format!("{}: {error}", source.display()))?;
        let file = self.folder.join(format!("{world}.yaml"));
        fs::write(&file, self.localize(&text)).map_err(|error| error.to_string())?;
        plenum_cli::up::prepare(&file, &StateFolder::find(Some(&self.state())))
            .map_err(|error| error.to_string())?;
        if !page.server {
            return Ok(None);
        }
        Running::start(&self.state()).map(Some)
    }

    fn steps(&self, page: &Page, commands: &dyn Fn(Registry) -> Registry) -> Page {
        let output = Arc::new(Mutex::new(String::new()));
        let host = Arc::new(PageHost {
            inner: ConsoleHost::new(false),
            output: Arc::clone(&output),
            folder: self.folder.display().to_string(),
        });
        let registry = commands(compose::registry(&StateFolder::find(Some(&self.state()))));
        let mut engine = Engine::new(registry, host, Arc::new(ConsoleRenderer::new(Theme::default())));
        let mut ran = page.clone();
        for part in &mut ran.parts {
            match part {
                Part::Shell(step) => {
                    engine.run_interactive(&self.localize(&step.command));
                    let printed = std::mem::take(
                        &mut *output.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
                    );
                    step.output = self.normal(&printed);
                }
                Part::Program(step) => step.output = self.program_output(step),
                Part::Text(_) | Part::File(..) => {}
            }
        }
        ran
    }

    fn normal(&self, output: &str) -> String {
        normalize(output, &self.folder.display().to_string(), &self.address)
    }

    fn program_output(&self, step: &Step) -> String {
        let run = || -> Result<String, String> {
            let program = program()?;
            let path = format!(
                "{}:{}",
                program.parent().unwrap_or(Path::new(".")).display(),
                std::env::var("PATH").unwrap_or_default()
            );
            let ran = Command::new("sh")
                .args(["-c", &format!("{{ {}\n}} 2>&1", self.localize(&step.command))])
                .current_dir(&self.folder)
                .env("PATH", path)
                .env("PLENUM_STATE", self.state())
                .env("COLUMNS", WIDTH.to_string())
                .env("SUDO_USER", "administrator")
                .env_remove("NO_COLOR")
                .stdin(Stdio::null())
                .output()
                .map_err(|error| error.to_string())?;
            let code = ran.status.code().unwrap_or(-1);
            let code = if code == 0 {
                String::new()
            } else {
                format!("(exit code {code})\n")
            };
            Ok(String::from_utf8_lossy(&ran.stdout).into_owned() + &code)
        };
        self.normal(&run().unwrap_or_else(|error| format!("the program did not run: {error}\n")))
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A page's server, ended with the page.
struct Running(Child);

impl Running {
    fn start(state: &Path) -> Result<Running, String> {
        let child = Command::new(program()?)
            .args(["server", "run", "--until-input-ends", "--state"])
            .arg(state)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(state.join("logs/server.log")).map_err(|error| error.to_string())?)
            .spawn()
            .map_err(|error| error.to_string())?;
        let running = Running(child);
        plenum_cli::up::wait_until_ready(&StateFolder::find(Some(state)))
            .map_err(|error| error.to_string())?;
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// The console of a page: what is written is kept, the clock stands still, the rest is the real outside.
struct PageHost {
    inner: ConsoleHost,
    output: Arc<Mutex<String>>,
    folder: String,
}

impl PageHost {
    fn path(&self, path: &str) -> String {
        if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("{}/{path}", self.folder)
        }
    }
}

impl Host for PageHost {
    fn start_thread(&self, work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        self.inner.start_thread(work)
    }

    fn start_transcript(&self, path: &str, heading: &str) -> io::Result<()> {
        self.inner.start_transcript(&self.path(path), heading)
    }
    fn stop_transcript(&self, ending: &str) -> io::Result<Option<String>> {
        self.inner.stop_transcript(ending)
    }
    fn write(&self, _: Stream, text: &str) {
        self.inner.transcribe(text);
        self.output
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push_str(text);
    }
    fn progress(&self, _: &Progress) {}
    fn width(&self) -> usize {
        WIDTH
    }
    fn interactive(&self) -> bool {
        false
    }
    fn read_line(&self, _: &str, _: bool) -> Option<String> {
        None
    }
    fn now_ticks(&self) -> i64 {
        NOW_TICKS
    }
    fn utc_offset_minutes(&self, _: i64) -> i32 {
        0
    }
    fn monotonic_nanos(&self) -> u64 {
        self.inner.monotonic_nanos()
    }
    fn random(&self) -> u64 {
        0x2545_F491_4F6C_DD1D
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
        self.folder.clone()
    }
    fn set_current_directory(&self, _: &str) -> io::Result<()> {
        Err(io::Error::other("a page stays in its folder"))
    }
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        self.inner.read_file(&self.path(path))
    }
    fn open_file(&self, path: &str) -> io::Result<Box<dyn io::Read + Send>> {
        self.inner.open_file(&self.path(path))
    }
    fn create_file(&self, path: &str) -> io::Result<Box<dyn NewFile>> {
        self.inner.create_file(&self.path(path))
    }
    fn append_file(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.inner.append_file(&self.path(path), bytes)
    }
    fn file_status(&self, path: &str) -> Option<FileStatus> {
        self.inner.file_status(&self.path(path)).map(|status| FileStatus {
            modified_ticks: NOW_TICKS,
            ..status
        })
    }
    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list_directory(&self.path(path))
    }
    fn create_directory(&self, path: &str) -> io::Result<()> {
        self.inner.create_directory(&self.path(path))
    }
    fn link(&self, path: &str, target: &str, hard: bool) -> io::Result<()> {
        let target = if hard {
            self.path(target)
        } else {
            target.to_owned()
        };
        self.inner.link(&self.path(path), &target, hard)
    }
    fn remove(&self, path: &str, recurse: bool) -> io::Result<()> {
        self.inner.remove(&self.path(path), recurse)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(&self.path(from), &self.path(to))
    }
    fn set_modified(&self, path: &str, ticks: i64) -> io::Result<()> {
        self.inner.set_modified(&self.path(path), ticks)
    }
    fn set_read_only(&self, path: &str, read_only: bool) -> io::Result<()> {
        self.inner.set_read_only(&self.path(path), read_only)
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
    fn web(&self, request: WebRequest) -> Result<WebResponse, WebFailure> {
        crate::web::answer(&request)
    }
    fn start(&self, launch: Launch<'_>) -> io::Result<Box<dyn Process>> {
        self.inner.start(launch)
    }
    fn find_program(&self, name: &str) -> Option<String> {
        self.inner.find_program(name)
    }
    fn sleep(&self, milliseconds: u64) {
        self.inner.sleep(milliseconds);
    }
    fn process_id(&self) -> u32 {
        4711
    }
    fn stop_requested(&self) -> bool {
        false
    }
}

/// Every page below a folder, by name.
pub fn pages(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let name = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default();
            found.insert(name, path);
        }
    }
    Ok(found)
}
