//! `plenum topology validate | plan | apply | show | export | import | history | rollback | drift | schema`: text in,
//! text and exit code out. Reading and writing files is the caller's.
//!
//! Exit codes: 0 nothing to change, or done; 2 there are changes (plan, drift); 1 an error.

mod columns;
mod history;
mod publish;

use plenum_topology::diff::{self, SavedPlan, is_saved_plan};
use plenum_topology::document::{Document, Documents};
use plenum_topology::drift::{ComputerDrift, State};
use plenum_topology::model::{Topology, schema};
use plenum_topology::problem::{self, Problem};

use crate::ports::{PortError, Ports};

pub use history::{describe_changes, history};
pub use publish::{Published, ask_computer, facts, plan_for, publish, published, running};

/// Nothing to change, or done.
pub const OK: i32 = 0;
/// An error.
pub const ERROR: i32 = 1;
/// There are changes.
pub const CHANGES: i32 = 2;

/// What a subcommand prints, and its exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// For standard output.
    pub output: String,
    /// For standard error.
    pub messages: String,
    /// The exit code.
    pub code: i32,
}

impl Report {
    fn ok(output: impl Into<String>) -> Self {
        Report {
            output: output.into(),
            messages: String::new(),
            code: OK,
        }
    }

    fn failed(messages: impl Into<String>) -> Self {
        Report {
            output: String::new(),
            messages: messages.into(),
            code: ERROR,
        }
    }
}

impl From<PortError> for Report {
    fn from(error: PortError) -> Self {
        let hint = error.hint.map_or_else(String::new, |hint| format!(" {hint}"));
        Report::failed(format!("{}{hint}\n", error.message))
    }
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingsFormat {
    /// With excerpts, for people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// As annotations of GitHub Actions.
    Github,
}

/// How a plan is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlanFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For a pull request.
    Markdown,
}

/// How a document is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocumentFormat {
    /// Plenum's topology file.
    #[default]
    Yaml,
    /// The same as JSON.
    Json,
    /// The vendor's published document.
    Xml,
}

/// A file: its name as the user gave it, and its text.
pub type File<'a> = (&'a str, &'a str);

/// Findings as text, with the lines of the files that they are about.
fn shown(problems: &[Problem], files: &[File<'_>], format: FindingsFormat, colour: bool) -> String {
    let source = |name: &str| {
        files
            .iter()
            .find(|(file, _)| *file == name)
            .map(|(_, text)| (*text).to_owned())
    };
    match format {
        FindingsFormat::Text => problem::text(problems, &source, colour),
        FindingsFormat::Json => problem::json(problems),
        FindingsFormat::Github => problem::github(problems),
    }
}

/// Whether a file's text is XML.
fn is_xml(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// Reads a topology file or a vendor's document; errors in either stop it.
///
/// # Errors
/// Every finding.
pub fn read(documents: &dyn Documents, (name, text): File<'_>) -> Result<Document, Vec<Problem>> {
    if !is_xml(text) {
        return documents.read_yaml(name, text);
    }
    let document = documents.read_xml(name, text)?;
    if document.findings.iter().any(Problem::is_error) {
        Err(document.findings)
    } else {
        Ok(document)
    }
}

/// `validate`: every finding of every file.
pub fn validate(
    documents: &dyn Documents,
    files: &[File<'_>],
    format: FindingsFormat,
    colour: bool,
) -> Report {
    let mut findings = Vec::new();
    for file in files {
        match read(documents, *file) {
            Ok(document) => findings.extend(document.findings),
            Err(problems) => findings.extend(problems),
        }
    }
    let code = if findings.iter().any(Problem::is_error) {
        ERROR
    } else {
        OK
    };
    let mut output = shown(&findings, files, format, colour);
    if format == FindingsFormat::Text && findings.is_empty() {
        let count = files.len();
        output = format!(
            "{count} file{} checked, nothing found.\n",
            if count == 1 { "" } else { "s" }
        );
    }
    Report {
        output,
        messages: String::new(),
        code,
    }
}

/// `plan`: what applying a file would change, and the plan to save when it is wanted.
pub fn plan(ports: &Ports, file: File<'_>, format: PlanFormat, colour: bool) -> (Report, Option<SavedPlan>) {
    let document = match read(&*ports.documents, file) {
        Ok(document) => document,
        Err(problems) => {
            return (
                Report::failed(shown(&problems, &[file], FindingsFormat::Text, colour)),
                None,
            );
        }
    };
    let published = match published(ports) {
        Ok(published) => published,
        Err(error) => return (error.into(), None),
    };
    let plan = match plan_for(ports, &published, &document.topology) {
        Ok(plan) => plan,
        Err(error) => return (error.into(), None),
    };
    let output = match format {
        PlanFormat::Text => diff::text(&plan, colour),
        PlanFormat::Json => diff::json(&plan),
        PlanFormat::Markdown => diff::markdown(&plan),
    };
    let code = match (plan.refusals.is_empty(), plan.is_empty()) {
        (false, _) => ERROR,
        (true, true) => OK,
        (true, false) => CHANGES,
    };
    let (add, change, remove) = plan.counts();
    let summary = format!("{add} to add, {change} to change, {remove} to remove");
    let saved = plan
        .refusals
        .is_empty()
        .then(|| SavedPlan::new(published.revision, &document.topology, summary));
    let messages = shown(&document.findings, &[file], FindingsFormat::Text, colour);
    (
        Report {
            output,
            messages,
            code,
        },
        saved,
    )
}

/// `apply`: makes the deployment what a file or a saved plan says. `confirm` is shown the plan and decides.
pub fn apply(
    ports: &Ports,
    file: File<'_>,
    message: Option<String>,
    colour: bool,
    confirm: &mut dyn FnMut(&str) -> bool,
) -> Report {
    let published = match published(ports) {
        Ok(published) => published,
        Err(error) => return error.into(),
    };
    let (topology, warnings) = match wanted(ports, &published, file, colour) {
        Ok(wanted) => wanted,
        Err(report) => return report,
    };
    let change = Wanted {
        topology: &topology,
        command: "plenum topology apply",
        message,
    };
    let report = apply_topology(ports, &published, change, colour, confirm);
    Report {
        messages: warnings + &report.messages,
        ..report
    }
}

/// The topology that a file or saved plan asks for, and warnings about it.
fn wanted(
    ports: &Ports,
    published: &Published,
    file: File<'_>,
    colour: bool,
) -> Result<(Topology, String), Report> {
    if is_saved_plan(file.1) {
        let plan =
            SavedPlan::parse(file.1).map_err(|error| Report::failed(format!("{}: {error}\n", file.0)))?;
        published.check_base(ports, plan.base)?;
        let topology = Topology::from_json(&plan.document).map_err(|error| {
            Report::failed(format!(
                "{}: The plan's document cannot be read: {error}.\n",
                file.0
            ))
        })?;
        return Ok((topology, String::new()));
    }
    let document = read(&*ports.documents, file)
        .map_err(|problems| Report::failed(shown(&problems, &[file], FindingsFormat::Text, colour)))?;
    Ok((
        document.topology,
        shown(&document.findings, &[file], FindingsFormat::Text, colour),
    ))
}

/// What is to be published, with which command, and why.
struct Wanted<'a> {
    topology: &'a Topology,
    command: &'a str,
    message: Option<String>,
}

fn apply_topology(
    ports: &Ports,
    published: &Published,
    wanted: Wanted<'_>,
    colour: bool,
    confirm: &mut dyn FnMut(&str) -> bool,
) -> Report {
    let plan = match plan_for(ports, published, wanted.topology) {
        Ok(plan) => plan,
        Err(error) => return error.into(),
    };
    let text = diff::text(&plan, colour);
    if !plan.refusals.is_empty() {
        return Report {
            output: text,
            messages: "Nothing was changed.\n".to_owned(),
            code: ERROR,
        };
    }
    if plan.is_empty() {
        return Report::ok(text);
    }
    if !confirm(&text) {
        return Report::failed("Nothing was changed.\n");
    }
    match publish(ports, published, wanted.topology, wanted.command, wanted.message) {
        Ok(revision) => {
            let (add, change, remove) = plan.counts();
            Report::ok(format!(
                "Applied as revision {revision}: {add} added, {change} changed, {remove} removed.\n"
            ))
        }
        Err(error) => error.into(),
    }
}

/// `show` and `export`: the published topology, or that of a revision, as a document.
pub fn export(ports: &Ports, revision: Option<u64>, format: DocumentFormat) -> Report {
    let topology = match publish::topology_at(ports, revision) {
        Ok(topology) => topology,
        Err(error) => return error.into(),
    };
    match format {
        DocumentFormat::Yaml => Report::ok(ports.documents.write_yaml(&topology)),
        DocumentFormat::Json => {
            let mut text =
                serde_json::to_string_pretty(&topology.to_json()).expect("JSON has text keys only");
            text.push('\n');
            Report::ok(text)
        }
        DocumentFormat::Xml => {
            let (output, findings) = ports.documents.write_xml(&topology);
            Report {
                output,
                messages: shown(&findings, &[], FindingsFormat::Text, false),
                code: OK,
            }
        }
    }
}

/// `import`: a vendor's document as a topology file; what could not be carried over, and rules that the result
/// breaks, are the messages.
pub fn import(documents: &dyn Documents, file: File<'_>, colour: bool) -> Report {
    match documents.read_xml(file.0, file.1) {
        Ok(document) => Report {
            output: documents.write_yaml(&document.topology),
            messages: shown(&document.findings, &[file], FindingsFormat::Text, colour),
            code: if document.findings.iter().any(Problem::is_error) {
                ERROR
            } else {
                OK
            },
        },
        Err(problems) => Report::failed(shown(&problems, &[file], FindingsFormat::Text, colour)),
    }
}

/// `rollback`: applies the topology of an older revision.
pub fn rollback(
    ports: &Ports,
    revision: u64,
    message: Option<String>,
    colour: bool,
    confirm: &mut dyn FnMut(&str) -> bool,
) -> Report {
    let work = || -> Result<Report, PortError> {
        let published = published(ports)?;
        let topology = publish::topology_at(ports, Some(revision))?;
        let message = message.or_else(|| Some(format!("Back to the topology of revision {revision}")));
        let change = Wanted {
            topology: &topology,
            command: "plenum topology rollback",
            message,
        };
        Ok(apply_topology(ports, &published, change, colour, confirm))
    };
    work().unwrap_or_else(Report::from)
}

/// `drift`: what a file would change, and which computers do not run what is published.
pub fn drift(ports: &Ports, file: Option<File<'_>>, json: bool, colour: bool) -> Report {
    let declared = match file.map(|file| {
        plan(
            ports,
            file,
            if json { PlanFormat::Json } else { PlanFormat::Text },
            colour,
        )
        .0
    }) {
        Some(report) if report.code == ERROR => return report,
        declared => declared,
    };
    let computers = match running(ports) {
        Ok(computers) => computers,
        Err(error) => return error.into(),
    };
    let declared_code = declared.as_ref().map_or(OK, |report| report.code);
    let output = match (json, declared) {
        (true, declared) => {
            let plan =
                declared.and_then(|report| serde_json::from_str::<serde_json::Value>(&report.output).ok());
            let mut text =
                serde_json::to_string_pretty(&serde_json::json!({ "declared": plan, "running": computers }))
                    .expect("findings have text keys only");
            text.push('\n');
            text
        }
        (false, declared) => {
            let heading = |title: &str, text: &str| format!("{title}\n\n{text}");
            let declared = declared.map_or_else(String::new, |report| {
                heading("Declared and published:", &report.output) + "\n"
            });
            declared + &heading("Published and running:", &running_text(&computers))
        }
    };
    let running_code = computers
        .iter()
        .fold(OK, |code, computer| match (computer.state, code) {
            (State::Unknown, _) | (_, ERROR) => ERROR,
            (State::Behind, _) => CHANGES,
            (State::UpToDate, code) => code,
        });
    let code = if running_code == ERROR {
        ERROR
    } else {
        declared_code.max(running_code)
    };
    Report {
        output,
        messages: String::new(),
        code,
    }
}

fn running_text(computers: &[ComputerDrift]) -> String {
    let rows = computers.iter().map(|computer| {
        let state = match computer.state {
            State::UpToDate => "up to date",
            State::Behind => "behind",
            State::Unknown => "unknown",
        };
        [
            computer.computer.as_str().to_owned(),
            state.to_owned(),
            computer.reason.clone(),
        ]
    });
    columns::columns(["COMPUTER", "STATE", "REASON"], rows)
}

/// `schema`: the JSON Schema of topology files.
pub fn schema() -> Report {
    let mut text =
        serde_json::to_string_pretty(schema::topology_schema()).expect("a schema has text keys only");
    text.push('\n');
    Report::ok(text)
}

#[cfg(test)]
mod tests;
