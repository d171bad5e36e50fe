//! The composition root: the only crate that sees all others. The binary is this library's [`run`]; the golden pages
//! use [`compose`] to have the same shell without a process.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an I/O crate: it carries the bytes, the time and the answers"
)]

pub mod args;
pub mod check;
pub mod completions;
pub mod compose;
pub mod deployment;
pub mod directory;
pub mod logging;
mod pages;
pub mod serve;
pub mod shell;
pub mod store;
pub mod topology;
pub mod up;

use std::io::Write;

use args::shell::ShellOptions;
use args::{Command, Invocation, Server};

/// The exit code of a subcommand that failed.
pub const FAILED: i32 = 1;

/// What a subcommand says when it cannot do its work.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Reads a command line without the program's name, does what it says, and gives the exit code.
pub fn run(arguments: &[String]) -> i32 {
    pages::use_huge(false);
    if args::shell::is_login(arguments) {
        return shell::log_in(&arguments[1..]);
    }
    match args::parse(arguments) {
        Ok(Invocation::Shell(options)) => shell::run(&options),
        Ok(Invocation::Subcommand(command)) => subcommand(command).unwrap_or_else(|error| {
            eprintln!("plenum: {error}");
            FAILED
        }),
        Err(refused) => not_taken(refused),
    }
}

/// Writes to standard output. A reader that went away (`… | head`) is no error.
pub fn say(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

fn not_taken(refused: args::Refused) -> i32 {
    match refused {
        args::Refused::Clap(error) => {
            let _ = error.print();
            error.exit_code()
        }
        args::Refused::Asked(answer) => {
            say(&answer);
            0
        }
        args::Refused::Shell(message) => {
            eprint!("{message}");
            shell::BAD_COMMAND_LINE
        }
    }
}

fn subcommand(command: Command) -> Result<i32, Failure> {
    match command {
        Command::Up(up) => up::run(&up),
        Command::Server(Server::Run {
            computer,
            until_input_ends,
            unauthenticated_domain,
            state,
        }) => serve::run(
            computer.as_deref(),
            until_input_ends,
            unauthenticated_domain,
            &state,
        ),
        Command::Topology(command) => topology::run(command),
        Command::Directory(command) => directory::run(command),
        Command::Store(command) => store::run(command),
        Command::Check(check) => check::run(&check),
        Command::Shell { state, options } => Ok(match args::shell::options(&options) {
            Ok(options) => shell::run(&ShellOptions {
                state: options.state.or(state.state),
                ..options
            }),
            Err(refused) => not_taken(refused),
        }),
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
