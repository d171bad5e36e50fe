//! Completions of other shells for `plenum` itself, and its manual pages: both are projections of [`crate::args`].

use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::{Shell, generate};
use clap_complete_nushell::Nushell;

use crate::args::{Cli, CompletionShell};

/// The completions of a shell.
pub fn completions(shell: CompletionShell) -> Vec<u8> {
    let mut command = Cli::command();
    let mut text = Vec::new();
    match shell {
        CompletionShell::Bash => generate(Shell::Bash, &mut command, "plenum", &mut text),
        CompletionShell::Zsh => generate(Shell::Zsh, &mut command, "plenum", &mut text),
        CompletionShell::Fish => generate(Shell::Fish, &mut command, "plenum", &mut text),
        CompletionShell::Powershell => generate(Shell::PowerShell, &mut command, "plenum", &mut text),
        CompletionShell::Nushell => generate(Nushell, &mut command, "plenum", &mut text),
    }
    text
}

/// Writes a manual page for the program and one for each subcommand.
pub fn manual_pages(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(Cli::command(), folder)
}
