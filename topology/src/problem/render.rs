//! Findings as text with excerpts, as JSON, and as annotations of GitHub Actions.

use std::fmt::Write;

use super::{Location, Problem, Severity};

/// Findings for people: the place, an excerpt with carets, and the next step; a count at the end.
///
/// `source` gives the text of a file, for the excerpt; `colour` adds ANSI colours.
pub fn text(problems: &[Problem], source: &dyn Fn(&str) -> Option<String>, colour: bool) -> String {
    let mut out = String::new();
    for problem in problems {
        let paint = Paint {
            colour,
            code: severity_colour(problem.severity),
        };
        let rule = format!("[{}]", problem.rule);
        let _ = writeln!(
            out,
            "{}{rule}: {}",
            paint.on(&problem.severity.to_string()),
            problem.message
        );
        place(
            &mut out,
            problem.location.as_ref(),
            &problem.path.to_string(),
            source,
            &paint,
        );
        for related in &problem.related {
            let _ = writeln!(out, "  {}", related.message);
            place(
                &mut out,
                related.location.as_ref(),
                &related.path.to_string(),
                source,
                &Paint { colour, code: "36" },
            );
        }
        if let Some(hint) = &problem.hint {
            let _ = writeln!(out, "  help: {hint}");
        }
        out.push('\n');
    }
    if !problems.is_empty() {
        let _ = writeln!(out, "{}", summary(problems));
    }
    out
}

/// `2 errors, 1 warning`.
fn summary(problems: &[Problem]) -> String {
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(|severity| {
        let count = problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count();
        (
            count,
            format!("{count} {severity}{}", if count == 1 { "" } else { "s" }),
        )
    });
    counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, text)| text)
        .collect::<Vec<_>>()
        .join(", ")
}

struct Paint {
    colour: bool,
    code: &'static str,
}

impl Paint {
    fn on(&self, text: &str) -> String {
        if self.colour {
            format!("\x1b[1;{}m{text}\x1b[0m", self.code)
        } else {
            text.to_owned()
        }
    }
}

fn severity_colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "31",
        Severity::Warning => "33",
        Severity::Note => "36",
    }
}

fn place(
    out: &mut String,
    location: Option<&Location>,
    path: &str,
    source: &dyn Fn(&str) -> Option<String>,
    paint: &Paint,
) {
    let Some(location) = location else {
        if !path.is_empty() {
            let _ = writeln!(out, "  --> {path}");
        }
        return;
    };
    let _ = writeln!(out, "  --> {location}");
    let Some(line) =
        source(&location.file).and_then(|text| text.lines().nth(location.line - 1).map(str::to_owned))
    else {
        return;
    };
    let number = location.line.to_string();
    let margin = " ".repeat(number.len());
    let shown = line.replace('\t', " ");
    let before = " ".repeat(location.column.saturating_sub(1));
    let rest = shown
        .chars()
        .count()
        .saturating_sub(location.column.saturating_sub(1))
        .max(1);
    let carets = "^".repeat(location.length.clamp(1, rest));
    let _ = writeln!(
        out,
        "{margin} |\n{number} | {shown}\n{margin} | {before}{}",
        paint.on(&carets)
    );
}

/// Findings for programs: an array of objects.
pub fn json(problems: &[Problem]) -> String {
    let mut text = serde_json::to_string_pretty(problems).expect("findings have text keys only");
    text.push('\n');
    text
}

/// Findings as workflow commands of GitHub Actions, one a line.
pub fn github(problems: &[Problem]) -> String {
    let mut out = String::new();
    for problem in problems {
        let kind = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = problem.location.as_ref().map_or_else(String::new, |at| {
            format!(
                "file={},line={},col={},endColumn={},",
                property(&at.file),
                at.line,
                at.column,
                at.column + at.length
            )
        });
        let hint = problem
            .hint
            .as_ref()
            .map_or_else(String::new, |hint| format!(" {hint}"));
        let _ = writeln!(
            out,
            "::{kind} {place}title={}::{}",
            property(problem.rule),
            data(&format!("{}{hint}", problem.message))
        );
    }
    out
}

/// What a workflow command's message must escape.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What a property of a workflow command must escape besides.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
