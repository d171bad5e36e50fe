//! The shell beside what PowerShell 7.6.5 was recorded to do.
//!
//! `snippets/*.ps1-cases` are scripts with the standard output, the standard error and the exit code that PowerShell
//! gave; `expressions/given.tsv` are expressions with the types and texts that came out. Both were written for this
//! project. Each area has pinned counts in `pinned-snippets.tsv` and
//! `pinned-expressions.tsv`, which may only rise. Compared as people read: without
//! carriage returns, trailing blanks of lines and outer empty lines.

// A test crate reads its files and runs its processes itself.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A recorded script.
#[derive(Clone, Debug, Deserialize)]
pub struct Snippet {
    /// Its name.
    pub id: String,
    /// What it is about.
    pub area: String,
    /// The text.
    pub script: String,
    /// Standard output.
    pub golden: Option<String>,
    /// Standard output as it is believed to be, where none was recorded.
    pub expected: Option<String>,
    /// Standard error.
    pub golden_stderr: Option<String>,
    /// Exit code.
    pub golden_rc: Option<i32>,
}

/// A recorded expression.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The kind, whose first word is the area.
    pub kind: String,
    /// The text.
    pub text: String,
    /// What PowerShell made of it.
    pub outcome: String,
}

/// How many of an area are as recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many there are.
    pub cases: usize,
    /// How many have the output.
    pub output: usize,
    /// How many have the errors, of those recorded.
    pub errors: usize,
    /// How many have the exit code, of those recorded.
    pub exit_codes: usize,
}

/// The counts by area.
pub type Counts = BTreeMap<String, Count>;

/// Reads the snippets of a folder.
pub fn snippets(folder: &Path) -> Result<Vec<Snippet>, String> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        for (line, case) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let case = serde_json::from_str(case)
                .map_err(|error| format!("{}:{}: {error}", file.display(), line + 1))?;
            found.push(case);
        }
    }
    Ok(found)
}

/// Reads the expressions.
pub fn expressions(file: &Path) -> Result<Vec<Expression>, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    text.split('\n')
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut fields = line.splitn(3, '\t').map(str::to_owned);
            match (fields.next(), fields.next(), fields.next()) {
                (Some(kind), Some(text), Some(outcome)) => Ok(Expression { kind, text, outcome }),
                _ => Err(format!("{}: a line without three fields: {line}", file.display())),
            }
        })
        .collect()
}

/// A text as it is compared.
pub fn normal(text: &str) -> String {
    let text = text.replace('\r', "");
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// The counts of a table: area, cases, outputs, errors, exit codes. Lines with `#` are remarks.
pub fn pinned(text: &str) -> Result<Counts, String> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [area, numbers @ ..] = fields.as_slice() else {
                return Err(format!("a line without an area: {line}"));
            };
            let numbers: Result<Vec<usize>, _> = numbers.iter().map(|number| number.parse()).collect();
            match numbers.as_deref() {
                Ok(&[cases, output, errors, exit_codes]) => Ok((
                    (*area).to_owned(),
                    Count {
                        cases,
                        output,
                        errors,
                        exit_codes,
                    },
                )),
                _ => Err(format!("a line without four numbers: {line}")),
            }
        })
        .collect()
}

/// A report for people, and what fell below the pinned counts.
pub fn compare(counts: &Counts, pinned: &Counts) -> (String, Vec<String>) {
    let mut report = format!(
        "{:<14} {:>6} {:>7} {:>7} {:>10}\n",
        "area", "cases", "output", "errors", "exit codes"
    );
    let mut fallen = Vec::new();
    for (area, count) in counts {
        report.push_str(&format!(
            "{area:<14} {:>6} {:>7} {:>7} {:>10}\n",
            count.cases, count.output, count.errors, count.exit_codes
        ));
        let Some(pin) = pinned.get(area) else {
            fallen.push(format!("{area}: no counts are pinned"));
            continue;
        };
        for (what, now, least) in [
            ("cases", count.cases, pin.cases),
            ("outputs", count.output, pin.output),
            ("errors", count.errors, pin.errors),
            ("exit codes", count.exit_codes, pin.exit_codes),
        ] {
            if now < least {
                fallen.push(format!("{area}: {now} {what} as recorded, pinned are {least}"));
            } else if now > least {
                report.push_str(&format!("  {what} rose from {least} to {now}: pin that\n"));
            }
        }
    }
    for area in pinned.keys().filter(|area| !counts.contains_key(*area)) {
        fallen.push(format!("{area}: it is pinned and did not run"));
    }
    (report, fallen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_below_its_pin_is_named() {
        let pin = pinned("# area cases output errors exit_codes\nflow\t3\t3\t3\t3\n").expect("reads");
        let now = pinned("flow\t3\t2\t3\t3\n").expect("reads");
        assert_eq!(
            compare(&now, &pin).1,
            ["flow: 2 outputs as recorded, pinned are 3"]
        );
        assert!(compare(&pin, &pin).1.is_empty());
    }

    #[test]
    fn an_area_that_does_not_run_or_is_not_pinned_is_named() {
        let pin = pinned("flow\t3\t3\t3\t3\n").expect("reads");
        assert_eq!(compare(&Counts::new(), &pin).1.len(), 1);
        assert_eq!(compare(&pin, &Counts::new()).1.len(), 1);
    }

    #[test]
    fn trailing_blanks_and_outer_lines_do_not_count() {
        assert_eq!(normal("\r\n a  \r\nb\n\n"), " a\nb");
    }
}
