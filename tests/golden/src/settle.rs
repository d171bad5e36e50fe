//! Compares what ran with what is written, and rewrites it under `UPDATE_GOLDEN=1`.

use std::fs;
use std::path::Path;

/// Nothing when the two are the same, or when the file was rewritten; otherwise the lines that differ.
pub fn settle(path: &Path, written: &str, ran: &str) -> Result<(), String> {
    if ran == written {
        return Ok(());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return fs::write(path, ran).map_err(|error| format!("{}: {error}", path.display()));
    }
    Err(format!(
        "{}: the outputs differ (- the page, + what was printed):\n{}",
        path.display(),
        difference(written, ran)
    ))
}

/// The lines that differ, with where they stand.
fn difference(expected: &str, actual: &str) -> String {
    let (expected, actual): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let same_start = expected
        .iter()
        .zip(&actual)
        .take_while(|(left, right)| left == right)
        .count();
    let same_end = expected[same_start..]
        .iter()
        .rev()
        .zip(actual[same_start..].iter().rev())
        .take_while(|(left, right)| left == right)
        .count();
    let side = |mark: char, lines: &[&str]| -> String {
        lines[same_start..lines.len() - same_end]
            .iter()
            .take(60)
            .map(|line| format!("{mark} {line}\n"))
            .collect()
    };
    format!(
        "line {}:\n{}{}",
        same_start + 1,
        side('-', &expected),
        side('+', &actual)
    )
}
