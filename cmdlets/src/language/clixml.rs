//! Export- and Import-Clixml: objects to a file and back, with their types' names.
//!
//! The file's format is that of PowerShell, so files go between the two. Secrets are refused: on this platform the
//! format would keep them in plain text.

pub mod console;
mod reader;
mod writer;

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::registry::{ObjectText, Sent};
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::{encoding, path};
use crate::authoring::{ParameterBuilder, Read, cmdlet, current, exists, parameter, simple, stateful, text};
pub use reader::{Node, parse, read};
use writer::{CLOSING, DEPTH, OPENING, Writer};

/// Objects on their way to another shell.
struct Sending;

impl ObjectText for Sending {
    fn write(&self, context: &mut dyn Context, values: &[Value]) -> Result<String> {
        let mut writer = Writer::compact(DEPTH);
        for value in values {
            writer.add(context, None, value)?;
        }
        Ok(format!("{OPENING}{}{CLOSING}", writer.take()))
    }

    fn read(&self, text: &str) -> Result<Vec<(Sent, Value)>> {
        reader::read_sent(text)
    }
}

/// How objects go to another shell and come back.
pub fn object_text() -> &'static dyn ObjectText {
    &Sending
}

/// Export-Clixml.
pub fn export() -> Arc<dyn Command> {
    stateful::<ExportClixml>(
        cmdlet("Export-Clixml", super::UTILITY)
            .synopsis("Keeps objects in a file that Import-Clixml reads.")
            .parameter(
                parameter("Path", "string")
                    .mandatory()
                    .position(0)
                    .complete(Completion::Path)
                    .help("The file."),
            )
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .by_value()
                    .help("The objects."),
            )
            .parameter(depth())
            .switch("Force", "Writes to a read-only file.")
            .parameter(
                parameter("NoClobber", "switch")
                    .alias("NoOverwrite")
                    .help("Refuses to replace a file."),
            )
            .parameter(encoding::encoding_parameter())
            .should_process(Impact::Medium)
            .example(
                "Get-CsVoicePolicy | Export-Clixml policies.xml",
                "Keeps policies before a change.",
            ),
    )
}

#[derive(Default)]
struct ExportClixml {
    items: Vec<Value>,
}

impl Invocation for ExportClixml {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let file = arguments.required_text("Path")?;
        let whole = path::full(context, &file);
        if arguments.switch("NoClobber") && context.host().file_status(&whole).is_some() {
            let message = format!("The file '{whole}' already exists.");
            return Err(exists("NoClobber", text(whole), message)
                .exception("System.IO.IOException")
                .into());
        }
        if !context.should_process(&file, Some("Export-Clixml"))? {
            return Ok(());
        }
        let content = document(context, arguments, &std::mem::take(&mut self.items))?;
        if !path::may_change(context, arguments, &whole, false)? {
            return Ok(());
        }
        path::write(
            context,
            &file,
            &encoding::encode(&content, arguments.text("Encoding").as_deref())?,
            false,
        )
    }
}

/// `-Depth` of what writes CLIXML.
fn depth() -> ParameterBuilder {
    parameter("Depth", "int")
        .range(1.0, 100.0)
        .default("2")
        .help("How many levels down.")
}

fn document(context: &mut dyn Context, arguments: &Arguments, items: &[Value]) -> Result<String> {
    let depth = arguments
        .int("Depth")
        .and_then(|depth| usize::try_from(depth).ok());
    let mut writer = Writer::indented(depth.unwrap_or(DEPTH));
    for item in items {
        writer.add(context, None, item)?;
    }
    Ok(format!("{OPENING}{}\n{CLOSING}", writer.take()))
}

/// ConvertTo-CliXml.
pub fn convert_to() -> Arc<dyn Command> {
    stateful::<ConvertToClixml>(
        cmdlet("ConvertTo-CliXml", super::UTILITY)
            .synopsis("Makes the text that ConvertFrom-CliXml reads objects back from.")
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The objects."),
            )
            .parameter(depth())
            .example(
                "$kept = Get-CsVoicePolicy | ConvertTo-CliXml",
                "Keeps policies as a text.",
            ),
    )
}

#[derive(Default)]
struct ConvertToClixml {
    items: Vec<Value>,
}

impl Invocation for ConvertToClixml {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let content = document(context, arguments, &self.items)?;
        context.write(text(content))
    }
}

/// ConvertFrom-CliXml.
pub fn convert_from() -> Arc<dyn Command> {
    simple(
        cmdlet("ConvertFrom-CliXml", super::UTILITY)
            .synopsis("Reads objects from the text that ConvertTo-CliXml made.")
            .parameter(
                parameter("InputObject", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The text."),
            )
            .example("$kept | ConvertFrom-CliXml", "Gives the objects back."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let found = read(&arguments.required_text("InputObject")?)?;
            found.into_iter().try_for_each(|value| context.write(value))
        },
    )
}

/// Import-Clixml.
pub fn import() -> Arc<dyn Command> {
    simple(
        cmdlet("Import-Clixml", super::UTILITY)
            .synopsis("Reads objects that Export-Clixml kept.")
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .complete(Completion::Path)
                    .help("The files."),
            )
            .example("Import-Clixml policies.xml", "Reads policies back as they were."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for file in path::resolve(context, &arguments.list("Path"), false)? {
                let bytes = context
                    .host()
                    .read_file(&file)
                    .map_err(|error| path::failed(&file, &error, "FileOpenFailure"))?;
                let content = encoding::decode(&bytes, None)?;
                for value in read(&content)? {
                    context.write(value)?;
                }
            }
            Ok(())
        },
    )
}
