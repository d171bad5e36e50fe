//! ConvertFrom-Yaml, ConvertTo-Yaml, as scripts for the powershell-yaml module call them.
//!
//! A mapping becomes a hashtable (`-Ordered`: in the order of the text), a list a List[Object] that can be added to, a
//! plain word the number, Boolean or date that it is; what stands in quotes stays text.

mod read;
mod write;

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::signature::{Completion, Validation};
use plenum_lang::value::Value;

use super::path;
use crate::authoring::{Read, array, cmdlet, exists, parameter, stateful, text};

/// ConvertFrom-Yaml.
pub fn convert_from() -> Arc<dyn Command> {
    stateful::<ConvertFromYaml>(
        cmdlet("ConvertFrom-Yaml", super::UTILITY)
            .synopsis("Makes hashtables, lists and values of YAML.")
            .parameter(
                parameter("Yaml", "string")
                    .position(0)
                    .by_value()
                    .validate(Validation::AllowNull)
                    .validate(Validation::AllowEmptyString)
                    .help("The YAML; lines of the pipeline are read as one text."),
            )
            .switch(
                "AllDocuments",
                "Gives every document of the text; without it, the first.",
            )
            .switch(
                "Ordered",
                "Gives ordered hashtables, with keys in the order of the text.",
            )
            .switch("UseMergingParser", "Puts what << names into its mapping.")
            .output("System.Collections.Hashtable")
            .example(
                "Get-Content topology.yaml | ConvertFrom-Yaml -Ordered",
                "Reads a topology document as ordered hashtables.",
            )
            .alias("cfy"),
    )
}

#[derive(Default)]
struct ConvertFromYaml {
    lines: Vec<String>,
}

impl Invocation for ConvertFromYaml {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.lines.extend(arguments.text("Yaml"));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let reading = read::Reading {
            ordered: arguments.switch("Ordered"),
            merging: arguments.switch("UseMergingParser"),
        };
        let documents = read::documents(&self.lines.join("\n"), reading)?;
        let wanted = if arguments.switch("AllDocuments") {
            documents.len()
        } else {
            1
        };
        documents
            .into_iter()
            .take(wanted)
            .try_for_each(|document| context.write_all(document))
    }
}

/// ConvertTo-Yaml.
pub fn convert_to() -> Arc<dyn Command> {
    let choice = |name: &'static str, set: &'static str, help: &'static str| {
        parameter(name, "switch").set(set).help(help)
    };
    stateful::<ConvertToYaml>(
        cmdlet("ConvertTo-Yaml", super::UTILITY)
            .synopsis("Gives objects as YAML.")
            .default_set("NoOptions")
            .parameter(
                parameter("Data", "object")
                    .alias("InputObject")
                    .position(0)
                    .by_value()
                    .validate(Validation::AllowNull)
                    .help("The objects; several of the pipeline are one list."),
            )
            .parameter(
                parameter("OutFile", "string")
                    .position(1)
                    .complete(Completion::Path)
                    .help("The file to write; without it, the text is given."),
            )
            .parameter(
                parameter("Depth", "int")
                    .range(0.0, 100.0)
                    .default("100")
                    .help("How many levels down; what is deeper becomes its text, with a warning."),
            )
            .switch("KeepArray", "Writes a list even of one object.")
            .switch("Force", "Writes over a file that exists.")
            .parameter(choice(
                "JsonCompatible",
                "JsonCompatible",
                "Writes YAML that is JSON too.",
            ))
            .parameter(choice(
                "UseFlowStyle",
                "FlowStyle",
                "Writes {…} and […] on one line.",
            ))
            .output("System.String")
            .example(
                "Get-CsPool | Select-Object Identity, Site | ConvertTo-Yaml",
                "Shows pools as YAML.",
            )
            .alias("cty"),
    )
}

#[derive(Default)]
struct ConvertToYaml {
    items: Vec<Value>,
}

impl Invocation for ConvertToYaml {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let given = || arguments.get("Data").cloned();
        self.items.extend(arguments.input.clone().or_else(given));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let mut items = std::mem::take(&mut self.items);
        if items.is_empty() {
            return Ok(());
        }
        let value = if items.len() == 1 && !arguments.switch("KeepArray") {
            items.remove(0)
        } else {
            array(items)
        };
        let depth = arguments
            .int("Depth")
            .and_then(|depth| usize::try_from(depth).ok());
        let style = if arguments.switch("JsonCompatible") {
            write::Style::Json
        } else if arguments.switch("UseFlowStyle") {
            write::Style::Flow
        } else {
            write::Style::Block
        };
        let written = write::document(context, &value, depth.unwrap_or(100), style)?;
        match arguments.text("OutFile") {
            Some(file) => save(context, &file, &written, arguments.switch("Force")),
            None => context.write(text(written)),
        }
    }
}

fn save(context: &mut dyn Context, file: &str, written: &str, force: bool) -> Result<()> {
    let whole = path::full(context, file);
    if !force && context.host().file_status(&whole).is_some() {
        let message = format!("The file '{whole}' exists already.");
        return Err(exists("TargetFileExists", text(&whole), message)
            .exception("System.IO.IOException")
            .hint("-Force writes over it.")
            .into());
    }
    path::write(context, &whole, written.as_bytes(), false)
}
