//! SIP scenarios that read like the ladder diagrams of an RFC, each file a test.
//!
//! `ladders/NAME.ladder` is prose (`#`), one line `phones …`, perhaps one line `settings {…}`, and steps (`> …`). What
//! follows a step is drawn: every message at the server on a virtual wire and clock, and what the phones are told.
//! `UPDATE_GOLDEN=1` draws it anew. The steps are listed in [`stage`].

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

#[allow(
    dead_code,
    clippy::unwrap_used,
    reason = "the laboratory is the simulations', who use more of it"
)]
#[path = "../../../server-core/services/tests/simulation/lab.rs"]
mod lab;

/// How many worlds a server of the laboratory has.
const WORLDS: u8 = 1;
#[path = "ladders/stage.rs"]
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use plenum_golden::settle::settle;

use self::stage::Stage;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ladders");
    let trials = scenarios(&folder)
        .into_iter()
        .map(|path| {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            Trial::test(name, move || check(&path))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn scenarios(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of the ladders is part of the project")
        .map(|entry| entry.expect("a folder that can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ladder"))
        .collect();
    found.sort();
    found
}

fn check(path: &Path) -> Result<(), Failed> {
    let written = fs::read_to_string(path)?;
    Ok(settle(path, &written, &play(&written)?)?)
}

/// The scenario with its steps played anew.
fn play(written: &str) -> Result<String, String> {
    let line = |start: &str| written.lines().find_map(|line| line.strip_prefix(start));
    let phones = line("phones ").ok_or("a scenario needs a line `phones alice, bob`")?;
    let mut stage = Stage::new(phones, line("settings "))?;
    let mut drawn = String::new();
    for (number, line) in written.lines().enumerate() {
        // What stands under a step is drawn by the step.
        if line.starts_with(' ') {
            continue;
        }
        drawn.push_str(line);
        drawn.push('\n');
        if let Some(step) = line.strip_prefix("> ") {
            let problem = |problem| format!("line {}: `{step}`: {problem}", number + 1);
            drawn.push_str(&stage.step(step).map_err(problem)?);
        }
    }
    Ok(drawn)
}
