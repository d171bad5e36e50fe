//! The shell mode: PowerShell's options turned into one session.

use std::path::PathBuf;
use std::sync::Arc;

use plenum_cmdlets::language::clixml::{self, console::ClixmlRenderer};
use plenum_lang::error::Interrupt;
use plenum_lang::inspect;
use plenum_lang::render::Renderer;
use plenum_lang::value::Value;
use plenum_shell::repl::{self, Options, ReadInput, Shell};

use crate::args::shell::{Input, Script, ShellOptions};
use crate::compose;
use crate::deployment::StateFolder;

pub use plenum_shell::repl::BAD_COMMAND_LINE;

/// Opens a shell and runs what the options say.
pub fn run(options: &ShellOptions) -> i32 {
    if let Some(folder) = &options.working_directory
        && let Err(error) = std::env::set_current_dir(folder)
    {
        eprintln!("plenum: {}: {error}", folder.display());
        return BAD_COMMAND_LINE;
    }
    open(options, &StateFolder::find(options.state.as_deref()))
}

/// Opens a shell over a state folder.
pub fn open(options: &ShellOptions, folder: &StateFolder) -> i32 {
    let input_is_terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
    Shell::on_deep_stack(|| {
        let layout = |console: Arc<dyn Renderer>| -> Arc<dyn Renderer> {
            match options.clixml_output {
                true => Arc::new(ClixmlRenderer::new(console)),
                false => console,
            }
        };
        let shell = Shell::laid_out(
            compose::registry(folder),
            Options {
                non_interactive: options.non_interactive || !input_is_terminal,
                reads_input: !options.non_interactive,
                input: (!input_is_terminal)
                    .then_some(options.input)
                    .and_then(Input::reader),
                no_logo: options.no_logo,
                profiles: if options.no_profile {
                    Vec::new()
                } else {
                    profiles()
                },
                history: home().map(|home| home.join(".local/state/plenum_history")),
            },
            layout,
        );
        let code = run_in(&shell, options, input_is_terminal, folder);
        shell.end_output();
        code
    })
}

impl Input {
    fn reader(self) -> Option<ReadInput> {
        match self {
            Input::Text => Some(repl::lines),
            Input::Xml => Some(|bytes| clixml::read(&repl::decode(bytes))),
            Input::None => None,
        }
    }
}

/// Runs what the options say in a shell.
fn run_in(shell: &Shell, options: &ShellOptions, input_is_terminal: bool, folder: &StateFolder) -> i32 {
    if let Some(code) = shell.run_profiles() {
        return code;
    }
    let code = match &options.script {
        Script::Prompt if input_is_terminal => return shell.run_prompt(&greeting(folder)),
        Script::Prompt | Script::Input => shell.run_input(),
        Script::Command(text, words) => match encoded_arguments(options) {
            Ok(values) => shell.run_command(text, words, values),
            Err(why) => {
                eprintln!("plenum: -EncodedArguments: {why}");
                return BAD_COMMAND_LINE;
            }
        },
        Script::File(file, arguments) => shell.run_file(file, arguments),
    };
    match options.no_exit {
        true if input_is_terminal => shell.run_prompt(""),
        true => shell.run_input(),
        false => code,
    }
}

/// What `-EncodedArguments` says: one object that is a list, or the objects.
fn encoded_arguments(options: &ShellOptions) -> Result<Vec<Value>, String> {
    let Some(text) = &options.arguments else {
        return Ok(Vec::new());
    };
    let mut values = clixml::read(text).map_err(|why| match why {
        Interrupt::Error(record) => record.message.clone(),
        _ => "it cannot be read".to_owned(),
    })?;
    match values.pop() {
        Some(only) if values.is_empty() => Ok(inspect::elements(&only).unwrap_or_else(|| vec![only])),
        last => Ok(values.into_iter().chain(last).collect()),
    }
}

/// `-Login`: the login files of `/bin/sh` (/etc/profile, ~/.profile) set the environment that this program then has.
pub fn log_in(arguments: &[String]) -> i32 {
    use std::os::unix::process::CommandExt;
    let program = std::env::current_exe().unwrap_or_else(|_| "plenum".into());
    let error = std::process::Command::new("/bin/sh")
        .args(["-l", "-c", "exec \"$@\"", "sh"])
        .arg(program)
        .args(arguments)
        .exec();
    eprintln!("plenum: /bin/sh cannot be started for -Login: {error}");
    BAD_COMMAND_LINE
}

fn home() -> Option<PathBuf> {
    std::env::var_os("HOME")
        .filter(|home| !home.is_empty())
        .map(PathBuf::from)
}

/// The profiles, the machine's before the account's.
fn profiles() -> Vec<PathBuf> {
    let account = std::env::var_os("XDG_CONFIG_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .or_else(|| Some(home()?.join(".config")));
    let mut profiles = vec![PathBuf::from("/etc/plenum/profile.ps1")];
    profiles.extend(account.map(|folder| folder.join("plenum/profile.ps1")));
    profiles
}

fn greeting(folder: &StateFolder) -> String {
    let place = if folder.exists() {
        format!("Deployment: {}", folder.root().display())
    } else {
        "There is no deployment here yet: `plenum up TOPOLOGY.yaml` makes one.".to_owned()
    };
    format!(
        "Plenum {}. Get-Help shows how to go on.\n{place}\n\n",
        env!("CARGO_PKG_VERSION")
    )
}
