//! `plenum`: the composition root. Reads the command line, chooses a mode, gives its exit code back.

mod args;
mod check;
mod completions;
mod compose;
mod deployment;
mod directory;
mod logging;
mod serve;
mod shell;
mod topology;
mod up;

use std::io::Write;
use std::process::ExitCode;

use args::{Command, Invocation, Server};

/// The exit code of a subcommand that failed.
pub const FAILED: i32 = 1;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|text| text.to_string_lossy().into_owned()).collect();
    let code = match args::parse(&arguments) {
        Ok(Invocation::Shell(options)) => shell::run(&options),
        Ok(Invocation::Subcommand(command)) => run(command).unwrap_or_else(|error| {
            eprintln!("plenum: {error}");
            FAILED
        }),
        Err(args::Refused::Clap(error)) => {
            let _ = error.print();
            error.exit_code()
        }
        Err(args::Refused::Shell(message)) => {
            eprint!("{message}");
            64
        }
    };
    ExitCode::from(u8::try_from(code.rem_euclid(256)).unwrap_or(1))
}

/// What a subcommand says when it cannot do its work.
type Failure = Box<dyn std::error::Error + Send + Sync>;

fn run(command: Command) -> Result<i32, Failure> {
    match command {
        Command::Up(up) => up::run(&up),
        Command::Server(Server::Run { computer, until_input_ends, state }) => {
            serve::run(computer.as_deref(), until_input_ends, &state)
        }
        Command::Topology(command) => topology::run(command),
        Command::Directory(command) => directory::run(command),
        Command::Check(check) => check::run(&check),
        Command::Shell(state) => Ok(shell::run_prompt(&state)),
        Command::Completions { shell } => {
            std::io::stdout().write_all(&completions::completions(shell))?;
            Ok(0)
        }
        Command::Man { folder } => {
            completions::manual_pages(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            Ok(0)
        }
    }
}
