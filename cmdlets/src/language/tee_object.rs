//! Tee-Object: passes objects on and keeps them in a file or a variable too.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::value::Value;

use super::out_file::TextFile;
use super::path;
use crate::authoring::{Read, cmdlet, current, input_object, parameter, stateful};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<TeeObject>(
        cmdlet("Tee-Object", super::UTILITY)
            .synopsis("Keeps the objects of a pipeline in a file or variable and passes them on.")
            .default_set("File")
            .parameter(input_object())
            .parameter(
                parameter("FilePath", "string")
                    .alias("Path")
                    .mandatory()
                    .position(0)
                    .set("File")
                    .help("The file."),
            )
            .parameter(
                parameter("LiteralPath", "string")
                    .alias("PSPath")
                    .mandatory()
                    .set("LiteralFile")
                    .help("The file, without wildcards."),
            )
            .parameter(
                parameter("Append", "switch")
                    .set("File")
                    .set("Variable")
                    .help("Adds to what is there."),
            )
            .parameter(
                parameter("Encoding", "string")
                    .set("File")
                    .set("LiteralFile")
                    .help("The file's encoding."),
            )
            .parameter(
                parameter("Variable", "string")
                    .mandatory()
                    .set("Variable")
                    .help("The variable, without the dollar sign."),
            )
            .example(
                "Get-CsUser | Tee-Object -Variable users | Measure-Object",
                "Counts users and keeps them in $users.",
            )
            .alias("tee"),
    )
}

#[derive(Default)]
struct TeeObject {
    /// What a variable gets; a file takes each object at once.
    items: Vec<Value>,
    file: Option<TextFile>,
}

impl Invocation for TeeObject {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let given = arguments
            .text("FilePath")
            .or_else(|| arguments.text("LiteralPath"));
        if let Some(given) = given {
            let (full, width) = (path::full(context, &given), context.host().width());
            let encoding = arguments.text("Encoding");
            self.file = Some(TextFile::open(
                context,
                full,
                width,
                encoding,
                arguments.switch("Append"),
            )?);
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let item = current(arguments);
        match &mut self.file {
            Some(file) => file.add(context, &item)?,
            None => self.items.push(item.clone()),
        }
        let passed = context.write(item);
        // When the next command has all it wants, the file has what went through.
        if matches!(passed, Err(Interrupt::Enough(_)))
            && let Some(file) = self.file.take()
        {
            file.close(context)?;
        }
        passed
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if let Some(file) = self.file.take() {
            return file.close(context);
        }
        let Some(name) = arguments.text("Variable") else {
            return Ok(());
        };
        let mut items = std::mem::take(&mut self.items);
        if arguments.switch("Append")
            && let Some(known) = context.variable(&name)
        {
            let known = inspect::elements(&known).unwrap_or_else(|| vec![known]);
            items.splice(0..0, known);
        }
        let value = if items.len() == 1 {
            items.remove(0)
        } else {
            inspect::array(items)
        };
        context.set_variable(&name, value)
    }
}
