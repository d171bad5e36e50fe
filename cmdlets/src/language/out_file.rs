//! Out-File: what the console would show, to a file. `>` and `>>` are this.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::{encoding, path};
use crate::authoring::{Read, cmdlet, current, exists, input_object, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<OutFile>(
        cmdlet("Out-File", super::UTILITY)
            .synopsis("Writes to a file what the console would show.")
            .description("Use Export-Csv or ConvertTo-Json for data that is read again.")
            .default_set("ByPath")
            .parameter(
                parameter("FilePath", "string")
                    .alias("Path")
                    .mandatory()
                    .position(0)
                    .set("ByPath")
                    .complete(Completion::Path)
                    .help("The file."),
            )
            .parameter(
                parameter("LiteralPath", "string")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("ByLiteralPath")
                    .help("The file, without wildcards."),
            )
            .parameter(encoding::parameter_with_position(Some(1)))
            .switch("Append", "Adds to the end of the file.")
            .switch("Force", "Writes to a read-only file too.")
            .parameter(
                parameter("NoClobber", "switch")
                    .alias("NoOverwrite")
                    .help("Refuses to replace a file."),
            )
            .parameter(
                parameter("Width", "int")
                    .range(2.0, f64::from(i32::MAX))
                    .help("Columns; those of the console by default."),
            )
            .switch("NoNewline", "Leaves line ends out.")
            .parameter(input_object())
            .should_process(Impact::Medium)
            .example("Get-CsUser | Out-File users.txt", "Keeps a table as text."),
    )
}

#[derive(Default)]
struct OutFile {
    items: Vec<Value>,
}

impl Invocation for OutFile {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let file = arguments
            .text("FilePath")
            .or_else(|| arguments.text("LiteralPath"))
            .unwrap_or_default();
        let full = path::full(context, &file);
        if arguments.switch("NoClobber") && context.host().file_status(&full).is_some() {
            let message = format!("The file '{full}' already exists.");
            return Err(exists("NoClobber", text(full), message)
                .exception("System.IO.IOException")
                .into());
        }
        if !context.should_process(&file, Some("Output to File"))? {
            return Ok(());
        }
        let width = arguments
            .int("Width")
            .and_then(|width| usize::try_from(width).ok());
        let width = width.unwrap_or_else(|| context.host().width());
        let mut shown = context.render(&std::mem::take(&mut self.items), width)?;
        if arguments.switch("NoNewline") {
            shown = shown.replace(['\r', '\n'], "");
        }
        let bytes = encoding::encode(&shown, arguments.text("Encoding").as_deref())?;
        path::write(context, &file, &bytes, arguments.switch("Append"))
    }
}
