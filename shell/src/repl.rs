//! The shell: one session, fed from the prompt, a text, a file or standard input.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use plenum_lang::engine::{Engine, Feed, Origin, Outcome, STACK_BYTES};
use plenum_lang::error::Interrupt;
use plenum_lang::host::{Host, Stream};
use plenum_lang::line_editor::{EditMode, LineEditor};
use plenum_lang::members::edited_line::EditedLine;
use plenum_lang::registry::Registry;
use plenum_lang::render::Renderer;
use plenum_lang::value::Value;
use reedline::{EditCommand, Reedline, Signal};

use crate::editor::editor;
use crate::host::ConsoleHost;
use crate::keys::{HELP_COMMAND, SCRIPT_COMMAND};
use crate::prompt::ShellPrompt;
use crate::render::ConsoleRenderer;
use crate::theme::Theme;

/// The exit code of a process that Ctrl-C ended: 128 + SIGINT.
const STOPPED_EXIT_CODE: i32 = 130;
/// The exit code for a script file that is not there, as PowerShell's.
pub const BAD_COMMAND_LINE: i32 = 64;

/// Makes objects of what is piped into the process.
pub type ReadInput = fn(&[u8]) -> plenum_lang::error::Result<Vec<Value>>;

/// How a shell is opened.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Nobody can be asked.
    pub non_interactive: bool,
    /// Scripts may read lines from standard input, even when it is a pipe.
    pub reads_input: bool,
    /// How what is piped in becomes the script's `$input`; nothing where it does not.
    pub input: Option<ReadInput>,
    /// No greeting at the prompt.
    pub no_logo: bool,
    /// Scripts that run first, in the global scope, when they exist.
    pub profiles: Vec<PathBuf>,
    /// The file that keeps the prompt's history.
    pub history: Option<PathBuf>,
}

/// One session with its console.
pub struct Shell {
    engine: Arc<Mutex<Engine>>,
    host: Arc<ConsoleHost>,
    renderer: Arc<dyn Renderer>,
    theme: Theme,
    options: Options,
}

impl Shell {
    /// Opens a shell over the registered commands. Ctrl-C stops what runs from here on.
    pub fn new(registry: Registry, options: Options) -> Shell {
        Shell::laid_out(registry, options, |console| console)
    }

    /// Opens a shell whose output is laid out by what `layout` makes of the console's own way.
    pub fn laid_out(
        registry: Registry,
        options: Options,
        layout: impl FnOnce(Arc<dyn Renderer>) -> Arc<dyn Renderer>,
    ) -> Shell {
        let host = Arc::new(ConsoleHost::reading(
            !options.non_interactive,
            options.reads_input,
        ));
        let theme = Theme::new(
            crate::host::output_is_terminal(),
            std::env::var("NO_COLOR").ok().as_deref(),
            std::env::var("PLENUM_THEME").ok().as_deref(),
        );
        let renderer = layout(Arc::new(ConsoleRenderer::new(theme.clone())));
        let engine = Engine::new(
            registry,
            Arc::clone(&host) as Arc<dyn Host>,
            Arc::clone(&renderer),
        );
        let (stop, flag) = (engine.stop_handle(), host.stop_flag());
        // Without a handler Ctrl-C ends the process at once, which is what a second shell in one process gets.
        let _ = ctrlc::set_handler(move || {
            flag.store(true, Ordering::Relaxed);
            stop.stop();
        });
        Shell {
            engine: Arc::new(Mutex::new(engine)),
            host,
            renderer,
            theme,
            options,
        }
    }

    /// Writes what ends the process's output, when nothing more comes.
    pub fn end_output(&self) {
        self.engine().end();
        let [output, errors] = self.renderer.endings();
        self.host.write(Stream::Output, output);
        self.host.write(Stream::Error, errors);
    }

    /// Does `work` on a thread whose stack is deep enough for scripts that recurse.
    pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .name("shell".to_owned())
                .stack_size(STACK_BYTES);
            let running = thread
                .spawn_scoped(scope, work)
                .expect("the system gives address space for one stack");
            running
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, text: &str, origin: Origin) -> Outcome {
        self.host.stop_flag().store(false, Ordering::Relaxed);
        self.engine().run(text, origin)
    }

    /// Runs a text with what is piped into the process, when it looks at it. What does not look leaves it alone: a
    /// caller that keeps the pipe open waits for nothing, and Read-Host finds its lines.
    fn run_fed(&self, text: &str, origin: Origin, words: &[String], values: Vec<Value>) -> Outcome {
        let input = match self.options.input.filter(|_| Engine::takes_input(text)) {
            Some(read) => match piped(read) {
                Ok(input) => Some(input),
                Err(why) => {
                    self.host
                        .write(Stream::Error, &format!("plenum: standard input: {why}\n"));
                    return Outcome {
                        exit_code: 1,
                        ..Outcome::default()
                    };
                }
            },
            None => None,
        };
        self.host.stop_flag().store(false, Ordering::Relaxed);
        self.engine()
            .run_with(text, origin, Feed { words, values, input })
    }

    /// Runs the profiles that exist; `exit` in one of them ends the shell.
    pub fn run_profiles(&self) -> Option<i32> {
        for profile in &self.options.profiles {
            if let Ok(text) = std::fs::read_to_string(profile) {
                let outcome = self.run(&text, Origin::Profile(profile.display().to_string()));
                if outcome.exited {
                    return Some(outcome.exit_code);
                }
            }
        }
        None
    }

    /// Runs a text as `-Command` does, with words and objects as arguments: the exit code says whether its last command
    /// succeeded.
    pub fn run_command(&self, text: &str, words: &[String], values: Vec<Value>) -> i32 {
        let outcome = self.run_fed(text, Origin::Prompt, words, values);
        command_exit_code(&outcome)
    }

    /// Runs all of standard input as one script.
    pub fn run_input(&self) -> i32 {
        let mut bytes = Vec::new();
        if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
            self.host.write(
                Stream::Error,
                &format!("plenum: standard input cannot be read: {error}\n"),
            );
            return BAD_COMMAND_LINE;
        }
        let outcome = self.run(&decode(&bytes), Origin::Prompt);
        command_exit_code(&outcome)
    }

    /// Runs a script file as `-File` does.
    pub fn run_file(&self, file: &Path, arguments: &[String]) -> i32 {
        let file = match std::fs::canonicalize(file) {
            Ok(file) if file.is_file() => file,
            _ => {
                let text = format!(
                    "The argument '{}' is not recognized as the name of a script file. Check the spelling of the name, \
                     or if a path was included, verify that the path is correct and try again.\n",
                    file.display()
                );
                self.host.write(Stream::Error, &text);
                return BAD_COMMAND_LINE;
            }
        };
        let bytes = match std::fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.host
                    .write(Stream::Error, &format!("plenum: {}: {error}\n", file.display()));
                return BAD_COMMAND_LINE;
            }
        };
        let outcome = self.run_fed(
            &decode(&bytes),
            Origin::File(file.display().to_string()),
            arguments,
            Vec::new(),
        );
        if outcome.stopped {
            STOPPED_EXIT_CODE
        } else {
            outcome.exit_code
        }
    }

    fn editor(&self, options: &LineEditor) -> Reedline {
        editor(
            &self.engine,
            &self.theme.with_options(options),
            options,
            self.options.history.as_deref(),
        )
    }

    /// Reads and runs lines until `exit`, Ctrl-D or the end of the terminal.
    pub fn run_prompt(&self, greeting: &str) -> i32 {
        if !self.options.no_logo {
            self.host.write(Stream::Output, greeting);
        }
        if std::env::var("PLENUM_EDIT_MODE").is_ok_and(|mode| mode.eq_ignore_ascii_case("vi")) {
            self.engine().session().line_editor().edit_mode = EditMode::Vi;
        }
        let mut options = self.engine().session().line_editor().clone();
        let mut editor = self.editor(&options);
        let mut last = 0;
        // Whether a key has said that the line is to be run.
        let mut accepts = false;
        loop {
            let now = self.engine().session().line_editor().clone();
            if now != options {
                options = now;
                // Its history is written before another editor reads the file.
                let _ = editor.sync_history();
                editor = self.editor(&options);
            }
            let text = self.engine().prompt();
            let prompt = ShellPrompt::new(text, self.theme.with_options(&options), &options);
            editor = editor.with_immediately_accept(std::mem::take(&mut accepts));
            match editor.read_line(&prompt) {
                Ok(Signal::Success(line)) if line.trim().is_empty() => {}
                Ok(Signal::Success(line)) => {
                    self.host.stop_flag().store(false, Ordering::Relaxed);
                    let typed = format!("{}{line}\n", self.engine().prompt());
                    self.host.transcribe(&typed);
                    let outcome = self.engine().run_interactive(&line);
                    self.host.end_progress();
                    if outcome.exited {
                        return outcome.exit_code;
                    }
                    last = outcome.exit_code;
                }
                Ok(Signal::HostCommand(command)) if command == HELP_COMMAND => {
                    let (line, cursor) = (editor.current_buffer_contents(), editor.current_insertion_point());
                    let command = format!("help -Name '{}'", command_at(line, cursor).replace('\'', "''"));
                    self.engine().run(&command, Origin::Prompt);
                }
                Ok(Signal::HostCommand(command)) => {
                    let line =
                        EditedLine::new(editor.current_buffer_contents(), editor.current_insertion_point());
                    let line = self.run_key(command.trim_start_matches(SCRIPT_COMMAND), line);
                    editor.run_edit_commands(&[
                        EditCommand::Clear,
                        EditCommand::InsertString(line.text()),
                        EditCommand::MoveToPosition {
                            position: line.cursor(),
                            select: false,
                        },
                    ]);
                    accepts = line.accepted;
                }
                Ok(Signal::CtrlD) | Err(_) => return last,
                Ok(_) => {}
            }
        }
    }
}

impl Shell {
    /// Runs a key's script block on the line that is being typed, and gives the line back.
    fn run_key(&self, key: &str, line: EditedLine) -> EditedLine {
        let mut engine = self.engine();
        let handlers = engine.session().line_editor().handlers.clone();
        let script = handlers
            .iter()
            .find(|handler| handler.chord.to_string() == key)
            .and_then(|handler| handler.script.as_ref());
        let Some(script) = script else { return line };
        engine.session().line_editor().edited = Some(line.clone());
        engine.set_variable("__plenum_key", script.block.clone());
        let text = format!("& $__plenum_key '{}' $null", key.replace('\'', "''"));
        engine.run(&text, Origin::Prompt);
        let session = engine.session();
        let edited = session.line_editor().edited.take().unwrap_or(line);
        for remembered in &edited.remembered {
            session.add_history(remembered);
        }
        edited
    }
}

/// What `-Command` makes of a run: its last command's `$?`.
fn command_exit_code(outcome: &Outcome) -> i32 {
    match () {
        () if outcome.stopped => STOPPED_EXIT_CODE,
        () if outcome.exited || outcome.exit_code != 0 => outcome.exit_code,
        () => i32::from(!outcome.success),
    }
}

/// What standard input holds.
fn piped(read: ReadInput) -> Result<Vec<Value>, String> {
    let mut bytes = Vec::new();
    let all = io::stdin().lock().read_to_end(&mut bytes);
    all.map_err(|error| error.to_string())?;
    read(&bytes).map_err(|why| match why {
        Interrupt::Error(record) => record.message,
        _ => "it cannot be read".to_owned(),
    })
}

/// What is piped in, as lines.
pub fn lines(bytes: &[u8]) -> plenum_lang::error::Result<Vec<Value>> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let line = |line: &[u8]| Value::from(decode(line.strip_suffix(b"\r").unwrap_or(line)));
    Ok(bytes.split(|&byte| byte == b'\n').map(line).collect())
}

/// The command of the pipeline element under the cursor: what F1 shows help for.
fn command_at(line: &str, cursor: usize) -> &str {
    let before = line.get(..cursor).unwrap_or(line);
    let start = before
        .rfind(['|', ';', '{', '(', '&', '=', '\n'])
        .map_or(0, |at| at + 1);
    line[start..].split_whitespace().next().unwrap_or("Get-Help")
}

/// Script text of a file: UTF-8 with or without a byte-order mark, or UTF-16 with one.
pub fn decode(bytes: &[u8]) -> String {
    let units = |from: fn([u8; 2]) -> u16| {
        bytes[2..]
            .chunks_exact(2)
            .map(|pair| from([pair[0], pair[1]]))
            .collect()
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, ..] => String::from_utf16_lossy(&{
            let all: Vec<u16> = units(u16::from_le_bytes);
            all
        }),
        [0xFE, 0xFF, ..] => String::from_utf16_lossy(&{
            let all: Vec<u16> = units(u16::from_be_bytes);
            all
        }),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_for_the_command_of_the_pipeline_element_under_the_cursor() {
        let line = "Get-CsUser | Set-CsUser -Enabled $true";
        assert_eq!(command_at(line, 5), "Get-CsUser");
        assert_eq!(command_at(line, line.len()), "Set-CsUser");
    }

    #[test]
    fn scripts_may_be_utf8_or_utf16_with_a_mark() {
        assert_eq!(decode(b"\xEF\xBB\xBF1+1"), "1+1");
        assert_eq!(decode(b"\xFF\xFE1\x00+\x001\x00"), "1+1");
    }
}
