//! Export- and Import-Alias: aliases to a file and back, as lines of values or as a script.

use std::fmt::Write as _;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::registry::Registry;
use plenum_lang::session::AliasDetails;
use plenum_lang::signature::{Completion, Impact};

use super::csv_reader::Parser;
use super::provider::session;
use super::{alias, encoding, path, variable};
use crate::authoring::{ParameterBuilder, Read, SignatureBuilder, cmdlet, exists, parameter, simple, text};

/// Registers both.
pub fn register(registry: &mut Registry) {
    registry.add(simple(
        files(cmdlet("Export-Alias", super::UTILITY), "ByPath", "ByLiteralPath")
            .synopsis("Writes aliases to a file that Import-Alias reads.")
            .parameter(
                parameter("Name", "string[]")
                    .position(1)
                    .by_value()
                    .by_property_name()
                    .default("*")
                    .help("The aliases; wildcards are allowed."),
            )
            .parameter(
                parameter("As", "string")
                    .one_of(&["Csv", "Script"])
                    .default("Csv")
                    .help("Lines of values, or a script that makes the aliases."),
            )
            .parameter(parameter("Description", "string").help("What is said about the file in its head."))
            .switch("Append", "Adds to the file.")
            .switch("PassThru", "Gives the aliases.")
            .switch("Force", "Writes to a read-only file.")
            .parameter(
                parameter("NoClobber", "switch")
                    .alias("NoOverwrite")
                    .help("Refuses to replace a file."),
            )
            .should_process(Impact::Medium)
            .example("Export-Alias aliases.csv -Name cs*", "Keeps aliases of ours.")
            .alias("epal"),
        export,
    ));
    registry.add(simple(
        files(cmdlet("Import-Alias", super::UTILITY), "ByPath", "ByLiteralPath")
            .synopsis("Makes the aliases of a file that Export-Alias wrote.")
            .switch("Force", "Replaces aliases that are there, read-only ones too.")
            .switch("PassThru", "Gives the aliases.")
            .should_process(Impact::Medium)
            .example("Import-Alias aliases.csv", "Brings aliases back.")
            .alias("ipal"),
        import,
    ));
}

fn files(signature: SignatureBuilder, by_path: &'static str, by_literal: &'static str) -> SignatureBuilder {
    let file = |name: &'static str| -> ParameterBuilder {
        parameter(name, "string")
            .mandatory()
            .by_property_name()
            .complete(Completion::Path)
            .help("The file.")
    };
    signature
        .default_set(by_path)
        .parameter(file("Path").position(0).set(by_path))
        .parameter(file("LiteralPath").aliases(&["PSPath", "LP"]).set(by_literal))
}

fn file_of(context: &dyn Context, arguments: &Arguments) -> String {
    let name = arguments.text("Path").or_else(|| arguments.text("LiteralPath"));
    path::full(context, &name.unwrap_or_default())
}

fn export(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let file = file_of(context, arguments);
    let append = arguments.switch("Append");
    let is_there = context.host().file_status(&file).is_some();
    if is_there && arguments.switch("NoClobber") && !append {
        let message = format!("The file '{file}' already exists.");
        return Err(exists("NoClobber", text(&file), message)
            .exception("System.IO.IOException")
            .into());
    }
    if !context.should_process(&file, Some("Export-Alias"))?
        || !path::may_change(context, arguments, &file, false)?
    {
        return Ok(());
    }
    let wanted = match arguments.list("Name") {
        names if names.is_empty() => vec!["*".to_owned()],
        names => names,
    };
    let mut known = session(context)?.aliases();
    known.retain(|(name, _)| wanted.iter().any(|pattern| inspect::like(name, pattern)));
    let as_script = arguments
        .text("As")
        .is_some_and(|way| way.eq_ignore_ascii_case("Script"));
    let mut content = head(context, arguments)?;
    for (name, definition) in &known {
        let details = session(context)?.alias_details(name);
        let description = details.description.as_deref().unwrap_or("");
        let options = variable::options_text(details.options);
        let _ = match as_script {
            true => writeln!(
                content,
                "set-alias -Name:\"{name}\" -Value:\"{definition}\" -Description:\"{description}\" -Option:\"{options}\""
            ),
            false => writeln!(
                content,
                "\"{name}\",\"{definition}\",\"{description}\",\"{options}\""
            ),
        };
    }
    path::write(context, &file, content.as_bytes(), append)?;
    if arguments.switch("PassThru") {
        for (name, definition) in &known {
            let details = session(context)?.alias_details(name);
            context.write(alias::alias_object(name, definition, &details))?;
        }
    }
    Ok(())
}

/// The comment at the beginning of a file.
fn head(context: &mut dyn Context, arguments: &Arguments) -> Result<String> {
    let now =
        context.invoke_script("[Environment]::UserName; Get-Date -Format F; [Environment]::MachineName")?;
    let part = |at: usize| now.get(at).map(inspect::text).unwrap_or_default();
    let mut head = format!(
        "# Alias File\n# Exported by : {}\n# Date/Time : {}\n# Computer : {}\n",
        part(0),
        part(1),
        part(2)
    );
    if let Some(description) = arguments.text("Description") {
        description.lines().for_each(|line| {
            let _ = writeln!(head, "# {line}");
        });
    }
    Ok(head)
}

fn import(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let file = file_of(context, arguments);
    if context.host().file_status(&file).is_none() {
        return context.error(path::missing(&file));
    }
    let bytes = context
        .host()
        .read_file(&file)
        .map_err(|error| path::failed(&file, &error, "FileOpenFailure"))?;
    let content = encoding::decode(&bytes, None)?;
    let force = arguments.switch("Force");
    for (number, line) in content.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let row = Parser::new(line, ',').row().unwrap_or_default();
        let values: Vec<String> = row
            .into_iter()
            .map(|value| value.unwrap_or_default().into_owned())
            .collect();
        let [name, definition, description, options] = values.as_slice() else {
            let message = format!(
                "Cannot import an alias. Line number {} in the file '{file}' is not a correctly formatted, comma-separated values \
                 (CSV) line for aliases. Change the line to contain four values separated by commas.",
                number + 1
            );
            let record = ErrorRecord::new("ImportAliasFileFormatError", Category::ReadError, message);
            context.error(
                record
                    .exception("System.IO.FileFormatException")
                    .about(text(&file)),
            )?;
            continue;
        };
        let known = session(context)?
            .aliases()
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name));
        if known && !force {
            let message =
                format!("The alias is not allowed, because an alias with the name '{name}' already exists.");
            let record = exists("AliasAlreadyExists", text(name), message);
            context.error(record.exception("System.Management.Automation.SessionStateException"))?;
            continue;
        }
        if !context.should_process(&format!("Name: {name} Value: {definition}"), Some("Import Alias"))? {
            continue;
        }
        let has = |option: &str| {
            options
                .split(',')
                .any(|one| one.trim().eq_ignore_ascii_case(option))
        };
        let details = AliasDetails {
            options: plenum_lang::session::VariableOptions {
                read_only: has("ReadOnly"),
                constant: has("Constant"),
                private: false,
                all_scope: has("AllScope"),
            },
            description: (!description.is_empty()).then(|| description.as_str().into()),
        };
        alias::writable(context, name, force)?;
        session(context)?.set_alias(name, definition)?;
        session(context)?.set_alias_details(name, details.clone());
        if arguments.switch("PassThru") {
            context.write(alias::alias_object(name, definition, &details))?;
        }
    }
    Ok(())
}
