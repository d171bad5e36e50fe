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
use plenum_golden::settle::settle;
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
    Ok(settle(path, &source, &ran)?)
}
