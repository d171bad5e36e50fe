//! The command line, in two dialects: subcommands with GNU options, and PowerShell's own (`-NoProfile -Command …`).
//!
//! Which one applies is decided by the first argument: a subcommand's name means the first, anything else the
//! second, so that whatever starts `pwsh` today starts `plenum` tomorrow. This is the home of clap.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub mod shell;

use shell::ShellOptions;

/// An open unified-communications server that is run from its own management shell.
///
/// Without a subcommand it opens the shell and takes PowerShell's options, such as -Command and -File: `plenum -Help`
/// lists them.
#[derive(Debug, Parser)]
#[command(name = "plenum", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Creates or updates a deployment from a topology file, starts its servers and opens the shell.
    Up(Up),
    /// Runs a server process of the deployment.
    #[command(subcommand)]
    Server(Server),
    /// Reads, checks and changes the topology.
    #[command(subcommand)]
    Topology(Topology),
    /// Brings users in: from a file into the embedded directory, or from an LDAP directory.
    #[command(subcommand)]
    Directory(Directory),
    /// Looks after the published state at rest.
    #[command(subcommand)]
    Store(Store),
    /// Reads scripts without running them and reports what is wrong in them.
    Check(Check),
    /// Opens the management shell.
    Shell {
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
        /// PowerShell's options, as without a subcommand: -Command, -File, -NoProfile …
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTION")]
        options: Vec<String>,
    },
    /// Prints the completions of a shell for this program.
    Completions {
        /// Which shell.
        shell: CompletionShell,
    },
    /// Writes the manual pages into a folder.
    Man {
        /// The folder; it is made when it is missing.
        folder: PathBuf,
    },
}

/// Where the deployment is.
#[derive(Args, Clone, Debug, Default)]
pub struct StateOption {
    /// The state folder [default: $PLENUM_STATE, else .plenum here, else ~/.local/state/plenum].
    #[arg(long, value_name = "FOLDER", env = "PLENUM_STATE", hide_env = true)]
    pub state: Option<PathBuf>,
}

/// Options of `plenum up`.
#[derive(Args, Debug)]
pub struct Up {
    /// The topology file (YAML).
    pub file: PathBuf,
    /// Keep the published state in this PostgreSQL database instead of SQLite; only for a new deployment. The
    /// password is read from PGPASSWORD or the password file, never from here.
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Where the deployment is.
    #[command(flatten)]
    pub state: StateOption,
}

/// Subcommands of `plenum server`.
#[derive(Debug, Subcommand)]
pub enum Server {
    /// Runs the services of one computer of the topology until it is told to stop.
    Run {
        /// Which computer (FQDN); may be left out when the topology has one.
        #[arg(long, value_name = "FQDN")]
        computer: Option<String>,
        /// Stop in order when standard input ends, so that the server never outlives the program that started it.
        #[arg(long, hide = true)]
        until_input_ends: bool,
        /// A SIP domain whose users need not prove who they are; for benchmarks.
        #[arg(long, hide = true, value_name = "DOMAIN")]
        unauthenticated_domain: Vec<String>,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// As annotations of GitHub Actions.
    Github,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people, coloured on a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For a pull request.
    Markdown,
}

/// How a document is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DocumentFormat {
    /// Plenum's topology document.
    #[default]
    Yaml,
    /// The same as JSON.
    Json,
    /// The vendor's published topology document.
    Xml,
}

/// Subcommands of `plenum topology`.
#[derive(Debug, Subcommand)]
pub enum Topology {
    /// Checks topology files and reports every problem with its place.
    Validate {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// How findings are printed.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Shows what applying a file would change. Exit code 0: nothing, 2: changes, 1: error.
    Plan {
        /// The topology file.
        file: PathBuf,
        /// How the plan is printed.
        #[arg(long, value_enum, default_value_t)]
        format: PlanFormat,
        /// Save the plan, so that exactly it can be applied later.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Makes the deployment what a topology file or a saved plan says, whole or not at all.
    Apply {
        /// The topology file or the saved plan.
        file: PathBuf,
        /// Why, for the history.
        #[arg(short, long)]
        message: Option<String>,
        /// Do not ask.
        #[arg(short, long)]
        yes: bool,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Prints the published topology.
    Show {
        /// The revision [default: the newest].
        #[arg(long)]
        revision: Option<u64>,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Writes the published topology as a document.
    Export {
        /// The file [default: standard output].
        file: Option<PathBuf>,
        /// Which kind of document.
        #[arg(long, value_enum, default_value_t)]
        format: DocumentFormat,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Turns a Topology Builder file or a published Topology document into a topology file.
    Import {
        /// The vendor's document.
        file: PathBuf,
        /// The topology file to write [default: standard output].
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Lists revisions: who changed what, when and why.
    History {
        /// At most this many.
        #[arg(long, default_value_t = 20)]
        limit: usize,
        /// For programs.
        #[arg(long)]
        json: bool,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Applies the topology of an older revision.
    Rollback {
        /// The revision to go back to.
        revision: u64,
        /// Why, for the history.
        #[arg(short, long)]
        message: Option<String>,
        /// Do not ask.
        #[arg(short, long)]
        yes: bool,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Compares a file with what is published, and what is published with what runs. Exit codes as of plan.
    Drift {
        /// The topology file; without it only what runs is compared.
        file: Option<PathBuf>,
        /// For programs.
        #[arg(long)]
        json: bool,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Prints the JSON Schema of topology files, for editors.
    Schema,
}

/// Subcommands of `plenum directory`.
#[derive(Debug, Subcommand)]
pub enum Directory {
    /// Imports users from a CSV or LDIF file, whole or not at all.
    Import {
        /// The file; `.ldif` is read as LDIF (RFC 2849), everything else as CSV.
        file: PathBuf,
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Takes accounts from an LDAP directory, such as Active Directory, and writes their msRTCSIP- attributes there.
    Attach(Attach),
    /// Compares the accounts with the LDAP directory now, as servers do every minute.
    Synchronize {
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
    /// Leaves the LDAP directory; the accounts stay as they are.
    Detach {
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
}

/// Options of `plenum directory attach`.
#[derive(Args, Debug)]
pub struct Attach {
    /// The directory: ldaps://dc01.contoso.example, or ldap:// with --start-tls.
    pub url: String,
    /// Where accounts are looked for, such as DC=contoso,DC=example.
    #[arg(long, value_name = "DN")]
    pub base: String,
    /// The account to bind as. It reads accounts and writes their msRTCSIP- attributes.
    #[arg(long, value_name = "DN")]
    pub bind_dn: String,
    /// The file with its password, on the first line. The state folder keeps a private copy.
    #[arg(long, value_name = "FILE")]
    pub password_file: PathBuf,
    /// Put an ldap:// connection under TLS first.
    #[arg(long)]
    pub start_tls: bool,
    /// The PEM file of the authorities to trust [default: the system's].
    #[arg(long, value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// Which entries are accounts, an LDAP filter [default: users and contacts].
    #[arg(long, value_name = "FILTER")]
    pub filter: Option<String>,
    /// Remove accounts of the embedded directory that the LDAP directory does not have.
    #[arg(long)]
    pub replace: bool,
    /// Where the deployment is.
    #[command(flatten)]
    pub state: StateOption,
}

/// Subcommands of `plenum store`.
#[derive(Debug, Subcommand)]
pub enum Store {
    /// Reads all of the store and says whether it is whole: before a backup is kept, after a crash of the machine.
    Verify {
        /// Where the deployment is.
        #[command(flatten)]
        state: StateOption,
    },
}

/// Options of `plenum check`.
#[derive(Args, Debug)]
pub struct Check {
    /// The scripts.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Shells that completions exist for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum CompletionShell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Nushell,
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    /// A subcommand.
    Subcommand(Command),
    /// The shell, PowerShell's way.
    Shell(ShellOptions),
}

/// Why a command line was not taken; help and version come this way too.
#[derive(Debug)]
pub enum Refused {
    /// By the subcommands' definitions.
    Clap(Box<clap::Error>),
    /// `-Help` asked how the shell is called, `-Version` which one it is.
    Asked(String),
    /// By the shell's options: text for standard error.
    Shell(String),
}

/// Reads the command line without the program's name.
pub fn parse(arguments: &[String]) -> Result<Invocation, Refused> {
    if arguments.first().is_some_and(|first| is_subcommand(first)) {
        let all = std::iter::once("plenum".to_owned()).chain(arguments.iter().cloned());
        let cli = Cli::try_parse_from(all).map_err(|error| Refused::Clap(Box::new(error)))?;
        return Ok(Invocation::Subcommand(cli.command));
    }
    shell::options(arguments).map(Invocation::Shell)
}

fn is_subcommand(text: &str) -> bool {
    use clap::CommandFactory;
    matches!(text, "--help" | "-h" | "--version" | "-V" | "help")
        || Cli::command()
            .get_subcommands()
            .any(|subcommand| subcommand.get_name() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subcommand_definitions_hold_together() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
