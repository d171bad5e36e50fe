//! The example commands of the vendor's documentation: each parses, its commands are listed as PowerShell's own
//! parser sees them, and those that are built bind.
//!
//! Read in place from `../shared`; left out where that is absent.

// A test crate reads its files and runs its processes itself.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::path::Path;

use plenum_cli::compose;
use plenum_cli::deployment::StateFolder;
use plenum_lang::check::check;
use serde::Deserialize;

#[derive(Deserialize)]
struct Example {
    cmdlet: String,
    example: u32,
    code: String,
    commands: Vec<Vec<String>>,
}

/// Findings about commands that are not built, which say nothing about the language.
const NOT_BUILT: &str = "CommandNotFoundException";

#[test]
fn documented_examples_parse_list_their_commands_and_bind() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/examples.jsonl");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("left out: ../shared/corpus/examples.jsonl is not beside this clone");
        return;
    };
    let registry = compose::registry(&StateFolder::find(None));
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines().filter(|line| !line.is_empty()) {
        let example: Example = serde_json::from_str(line).expect("an example is a JSON object");
        let report = check(&example.code, None, &registry);
        let listed: Vec<Vec<String>> = report
            .commands
            .iter()
            .map(|command| command.elements.clone())
            .collect();
        let named = format!("{} {}: {}", example.cmdlet, example.example, example.code);
        if listed != example.commands {
            wrong.push(format!(
                "{named}\n  wanted {:?}\n  listed {listed:?}",
                example.commands
            ));
        }
        for finding in report.findings.iter().filter(|finding| finding.id != NOT_BUILT) {
            wrong.push(format!("{named}\n  {}: {}", finding.id, finding.message));
        }
        count += 1;
    }
    println!("{count} examples");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
