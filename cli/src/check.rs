//! `plenum check FILE…`: what is wrong with scripts, and which commands they use, without running them.

use plenum_lang::check::{self, Report, Severity};
use serde_json::json;

use crate::args::{Check, Format};
use crate::deployment::StateFolder;
use crate::{Failure, compose, say};

/// Checks the files; the exit code is 1 when a script has an error.
pub fn run(check: &Check) -> Result<i32, Failure> {
    let registry = compose::registry(&StateFolder::find(None));
    let mut checked = Vec::new();
    for file in &check.files {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|error| format!("{name}: {error}"))?;
        let text = plenum_shell::repl::decode(&bytes);
        let report = check::check(&text, Some(&name), &registry);
        checked.push((name, text, report));
    }
    match check.format {
        Format::Json => say(&format!("{}\n", json(&checked))),
        Format::Text => checked
            .iter()
            .for_each(|(name, text, report)| say(&as_text(name, text, report))),
        Format::Github => checked
            .iter()
            .for_each(|(name, _, report)| say(&github(name, report))),
    }
    let failed = checked
        .iter()
        .flat_map(|(_, _, report)| &report.findings)
        .any(|found| found.severity == Severity::Error);
    Ok(i32::from(failed))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn as_text(name: &str, text: &str, report: &Report) -> String {
    let mut shown = String::new();
    for found in &report.findings {
        let line = text.lines().nth(found.line as usize - 1).unwrap_or_default();
        let column = found.column as usize - 1;
        let length = text
            .get(found.span.start as usize..found.span.end as usize)
            .map_or(1, |piece| piece.chars().count());
        let marker = "~".repeat(length.clamp(1, line.chars().count().saturating_sub(column).max(1)));
        shown.push_str(&format!(
            "{name}:{}:{}: {}: {} [{}]\n  {line}\n  {}{marker}\n",
            found.line,
            found.column,
            severity(found.severity),
            found.message,
            found.id,
            " ".repeat(column)
        ));
    }
    shown
}

fn json(checked: &[(String, String, Report)]) -> serde_json::Value {
    let files = checked.iter().map(|(name, _, report)| {
        let findings: Vec<_> = report
            .findings
            .iter()
            .map(|found| {
                json!({
                    "id": found.id, "severity": severity(found.severity), "message": found.message,
                    "line": found.line, "column": found.column,
                })
            })
            .collect();
        let commands: Vec<_> = report
            .commands
            .iter()
            .map(|command| json!({ "elements": command.elements, "line": command.line, "column": command.column }))
            .collect();
        json!({ "file": name, "findings": findings, "commands": commands })
    });
    serde_json::Value::from(files.collect::<Vec<_>>())
}

fn github(name: &str, report: &Report) -> String {
    let escaped = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    report
        .findings
        .iter()
        .map(|found| {
            let kind = severity(found.severity);
            format!(
                "::{kind} file={name},line={},col={},title={}::{}\n",
                found.line,
                found.column,
                found.id,
                escaped(&found.message)
            )
        })
        .collect()
}
