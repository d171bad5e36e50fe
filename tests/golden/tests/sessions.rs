//! The golden pages, each a test named as its page. `UPDATE_GOLDEN=1` rewrites outputs.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use plenum_golden::{page, run};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
    let trials = match run::pages(&folder) {
        Ok(pages) => pages
            .into_iter()
            .map(|(name, path)| Trial::test(name, move || check(&path)))
            .collect(),
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check(path: &Path) -> Result<(), Failed> {
    let source = fs::read_to_string(path)?;
    let expected = page::parse(&source);
    let ran = page::print(&run::run(&expected)?);
    if ran == source {
        return Ok(());
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, ran)?;
        return Ok(());
    }
    Err(format!(
        "{}: the outputs differ (- the page, + what was printed):\n{}",
        path.display(),
        difference(&source, &ran)
    )
    .into())
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
