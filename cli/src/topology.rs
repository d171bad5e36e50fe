//! `plenum topology …`: files in, the commands of [`plenum_cmdlets::topology::command`], text and exit code out.

use std::fs;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use plenum_cmdlets::ports::Ports;
use plenum_cmdlets::topology::command::{self, Report};
use plenum_shell::theme::{Role, Theme};
use plenum_topology::model::Topology;

use crate::Failure;
use crate::args::{self, StateOption};
use crate::compose::{self, Deployment};
use crate::deployment::StateFolder;

/// Runs a subcommand.
pub fn run(subcommand: args::Topology) -> Result<i32, Failure> {
    let colour = colours().enabled();
    let report = match subcommand {
        args::Topology::Validate { files, format } => {
            let files: Vec<(String, String)> =
                files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
            let files: Vec<(&str, &str)> = files
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect();
            let format = match format {
                args::Format::Text => command::FindingsFormat::Text,
                args::Format::Json => command::FindingsFormat::Json,
                args::Format::Github => command::FindingsFormat::Github,
            };
            command::validate(&plenum_store::forms::Files, &files, format, colour)
        }
        args::Topology::Plan {
            file,
            format,
            out,
            state,
        } => plan(&file, format, out.as_deref(), &state, colour)?,
        args::Topology::Apply {
            file,
            message,
            yes,
            state,
        } => {
            let (name, text) = read(&file)?;
            command::apply(&ports(&state), (&name, &text), message, colour, &mut |plan| {
                yes || confirm(plan)
            })
        }
        args::Topology::Show { revision, state } => {
            command::export(&ports(&state), revision, command::DocumentFormat::Yaml)
        }
        args::Topology::Export { file, format, state } => {
            let format = match format {
                args::DocumentFormat::Yaml => command::DocumentFormat::Yaml,
                args::DocumentFormat::Json => command::DocumentFormat::Json,
                args::DocumentFormat::Xml => command::DocumentFormat::Xml,
            };
            into_file(command::export(&ports(&state), None, format), file.as_deref())?
        }
        args::Topology::Import { file, output } => {
            let (name, text) = read(&file)?;
            into_file(
                command::import(&plenum_store::forms::Files, (&name, &text), colour),
                output.as_deref(),
            )?
        }
        args::Topology::History { limit, json, state } => command::history(&ports(&state), limit, json),
        args::Topology::Rollback {
            revision,
            message,
            yes,
            state,
        } => command::rollback(&ports(&state), revision, message, colour, &mut |plan| {
            yes || confirm(plan)
        }),
        args::Topology::Drift { file, json, state } => {
            let file = file.as_deref().map(read).transpose()?;
            let file = file.as_ref().map(|(name, text)| (name.as_str(), text.as_str()));
            command::drift(&ports(&state), file, json, colour)
        }
        args::Topology::Schema => command::schema(),
    };
    Ok(print(&report))
}

fn colours() -> Theme {
    Theme::new(
        std::io::stdout().is_terminal(),
        std::env::var("NO_COLOR").ok().as_deref(),
        None,
    )
}

fn print(report: &Report) -> i32 {
    crate::say(&report.output);
    let _ = std::io::stderr().lock().write_all(report.messages.as_bytes());
    report.code
}

fn ports(state: &StateOption) -> Ports {
    compose::ports(&Arc::new(Deployment::new(StateFolder::find(
        state.state.as_deref(),
    ))))
}

fn read(file: &Path) -> Result<(String, String), Failure> {
    let name = file.display().to_string();
    let bytes = fs::read(file).map_err(|error| format!("{name}: {error}"))?;
    Ok((name, plenum_shell::repl::decode(&bytes)))
}

fn plan(
    file: &Path,
    format: args::PlanFormat,
    out: Option<&Path>,
    state: &StateOption,
    colour: bool,
) -> Result<Report, Failure> {
    let (name, text) = read(file)?;
    let format = match format {
        args::PlanFormat::Text => command::PlanFormat::Text,
        args::PlanFormat::Json => command::PlanFormat::Json,
        args::PlanFormat::Markdown => command::PlanFormat::Markdown,
    };
    let (mut report, saved) = command::plan(&ports(state), (&name, &text), format, colour);
    if let (Some(out), Some(saved)) = (out, saved) {
        fs::write(out, saved.to_text()).map_err(|error| format!("{}: {error}", out.display()))?;
        report.messages.push_str(&format!(
            "The plan is saved; `plenum topology apply {}` applies exactly it.\n",
            out.display()
        ));
    }
    Ok(report)
}

/// Shows a plan and asks. Without a terminal to ask at the answer is no.
fn confirm(plan: &str) -> bool {
    eprint!("{plan}");
    if !std::io::stdin().is_terminal() {
        eprintln!("Nobody can be asked here: give --yes to apply without asking.");
        return false;
    }
    eprint!(
        "{} Only 'yes' applies it: ",
        colours().paint(Role::Prompt, "Apply this plan?")
    );
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim().eq_ignore_ascii_case("yes")
}

/// Writes a report's output to a file instead of standard output.
fn into_file(mut report: Report, file: Option<&Path>) -> Result<Report, Failure> {
    if let Some(file) = file.filter(|_| !report.output.is_empty()) {
        let temporary = file.with_extension("new");
        fs::write(&temporary, &report.output)
            .and_then(|()| fs::rename(&temporary, file))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        report.output = String::new();
    }
    Ok(report)
}

/// Reads and checks a topology file; its problems, all of them, are the error.
pub fn read_file(file: &Path) -> Result<Topology, Failure> {
    let (name, text) = read(file)?;
    let document = command::read(&plenum_store::forms::Files, (&name, &text)).map_err(|problems| {
        let source = |asked: &str| (asked == name).then(|| text.clone());
        format!(
            "the topology cannot be used:\n{}",
            plenum_topology::problem::text(&problems, &source, colours().enabled())
        )
    })?;
    Ok(document.topology)
}

/// Applies a file without asking, as `up` does: it says what changes while it does it.
pub fn apply_file(deployment: &Arc<Deployment>, file: &Path) -> Result<(), Failure> {
    let (name, text) = read(file)?;
    let report = command::apply(
        &compose::ports(deployment),
        (&name, &text),
        Some(format!("plenum up {name}")),
        colours().enabled(),
        &mut |_| true,
    );
    eprint!("{}{}", report.messages, report.output);
    if report.code == command::ERROR {
        Err("the topology was not applied".into())
    } else {
        Ok(())
    }
}
