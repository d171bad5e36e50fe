//! `#requires` lines of script files: `-Version`, `-PSEdition`, `-Modules`, `-RunAsAdministrator`. Snap-ins and assemblies
//! are .NET's and refused as modules are that cannot be loaded.

use crate::ast::Script;
use crate::error::{Category, ErrorRecord, Result};
use crate::session::ModuleImport;

use super::Machine;
use super::automatic::VERSION;

/// The edition of the language.
const EDITION: &str = "Core";

/// What one line asks for: parameters with their values.
fn asked(line: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let words = line.split(|letter: char| letter.is_whitespace() || letter == ',');
    for word in words.skip(1).filter(|word| !word.is_empty()) {
        match (word.strip_prefix('-'), found.last_mut()) {
            (Some(name), _) => found.push((name.to_ascii_lowercase(), Vec::new())),
            (None, Some((_, values))) => values.push(word.trim_matches(['\'', '"']).to_owned()),
            (None, None) => {}
        }
    }
    found
}

/// The numbers of a version.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// The modules of `-Modules`: plain names and `@{ModuleName='x'; ModuleVersion='1.0'}`.
fn required_modules(values: &[String]) -> Vec<ModuleImport> {
    let text = values.join(" ");
    let mut found = Vec::new();
    for piece in text.split('}') {
        let (names, table) = piece
            .split_once("@{")
            .map_or((piece, None), |(names, table)| (names, Some(table)));
        found.extend(names.split_whitespace().map(ModuleImport::of));
        if let Some(table) = table {
            found.push(required_module(table));
        }
    }
    found
}

fn required_module(table: &str) -> ModuleImport {
    let mut import = ModuleImport::default();
    for (key, value) in table.split(';').filter_map(|entry| entry.split_once('=')) {
        let value = value.trim().trim_matches(['\'', '"']).to_owned();
        match key.trim().to_ascii_lowercase().as_str() {
            "modulename" => import.name = value,
            "moduleversion" => import.versions.minimum = Some(value),
            "maximumversion" => import.versions.maximum = Some(value),
            "requiredversion" => import.versions.required = Some(value),
            _ => {}
        }
    }
    import
}

impl Machine {
    /// Fails when a script file asks for what is not here.
    pub(super) fn meet_requirements(&mut self, script: &Script) -> Result<()> {
        let Some(file) = script.source.file.clone() else {
            return Ok(());
        };
        let name = file.rsplit('/').next().unwrap_or(&file).to_owned();
        for span in &script.requirements {
            for (parameter, values) in asked(script.source.slice(*span)) {
                self.meet(&name, &parameter, &values)?;
            }
        }
        Ok(())
    }

    fn meet(&mut self, script: &str, parameter: &str, values: &[String]) -> Result<()> {
        let first = values.first().map_or("", String::as_str);
        match parameter {
            "version" if numbers(first) > numbers(VERSION) => Err(unmet(
                "ScriptRequiresUnmatchedPSVersion",
                script,
                &format!(
                    "for PowerShell {first}. The version of PowerShell that is required by the script does not match the \
                     currently running version of PowerShell {VERSION}."
                ),
            )
            .into()),
            "psedition" if !first.eq_ignore_ascii_case(EDITION) => Err(unmet(
                "ScriptRequiresUnmatchedPSEdition",
                script,
                &format!(
                    "for PowerShell editions '{first}'. The edition of PowerShell that is required by the script does not \
                     match the currently running PowerShell {EDITION} edition."
                ),
            )
            .into()),
            "runasadministrator" if !self.host.is_elevated() => Err(unmet(
                "ScriptRequiresElevation",
                script,
                "for running as Administrator. The current PowerShell session is not running as Administrator. Start \
                 PowerShell by using the Run as Administrator option, and then try running the script again.",
            )
            .into()),
            "modules" => self.require_modules(script, values),
            _ => Ok(()),
        }
    }

    fn require_modules(&mut self, script: &str, values: &[String]) -> Result<()> {
        let mut missing = Vec::new();
        for import in required_modules(values) {
            if !self.is_product_module(&import.name) && self.load_module(&import).is_err() {
                missing.push(import.name);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(requires(
            "ScriptRequiresMissingModules",
            format!(
                "The script '{script}' cannot be run because the following modules that are specified by the \"#requires\" \
                 statements of the script are missing: {}.",
                missing.join(", ")
            ),
        )
        .into())
    }
}

fn unmet(id: &str, script: &str, why: &str) -> ErrorRecord {
    requires(
        id,
        format!("The script '{script}' cannot be run because it contained a \"#requires\" statement {why}"),
    )
}

fn requires(id: &str, message: String) -> ErrorRecord {
    let mut record = ErrorRecord::new(id, Category::ResourceUnavailable, message)
        .exception("System.Management.Automation.ScriptRequiresException");
    record.fatal = true;
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_asks_for_parameters_with_values() {
        let asked = asked("#requires -Version 7.4 -Modules A, 'B'");
        assert_eq!(asked[0], ("version".to_owned(), vec!["7.4".to_owned()]));
        let names: Vec<String> = required_modules(&asked[1].1)
            .into_iter()
            .map(|one| one.name)
            .collect();
        assert_eq!(names, ["A", "B"]);
    }

    #[test]
    fn modules_may_be_tables() {
        let asked = asked("#Requires -Modules @{ ModuleName = 'Voice'; ModuleVersion = '1.0' }");
        let import = &required_modules(&asked[0].1)[0];
        assert_eq!(
            (import.name.as_str(), import.versions.minimum.as_deref()),
            ("Voice", Some("1.0"))
        );
    }

    #[test]
    fn versions_compare_by_their_numbers() {
        assert!(numbers("7.10") > numbers(VERSION));
        assert!(numbers("5.1") < numbers(VERSION));
    }
}
