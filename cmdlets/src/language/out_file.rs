//! Out-File: what the console would show, to a file. `>` and `>>` are this.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::render::RenderSession;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::output_file::OutputFile;
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
    file: Option<TextFile>,
}

impl Invocation for OutFile {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let literal = arguments.text("LiteralPath");
        let given = arguments.text("FilePath").or(literal);
        if let Some(given) = given {
            self.file = open(context, arguments, &given)?;
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        // A path that comes from the pipeline is known with the first object.
        if self.file.is_none()
            && !arguments.has("FilePath")
            && let Some(given) = arguments.text("LiteralPath")
        {
            self.file = open(context, arguments, &given)?;
        }
        match &mut self.file {
            Some(file) => file.add(context, &current(arguments)),
            None => Ok(()),
        }
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        match self.file.take() {
            Some(file) => file.close(context),
            None => Ok(()),
        }
    }
}

/// The file that the arguments name, unless -WhatIf or an answer says no.
fn open(context: &mut dyn Context, arguments: &Arguments, given: &str) -> Result<Option<TextFile>> {
    let full = path::full(context, given);
    if arguments.switch("NoClobber") && context.host().file_status(&full).is_some() {
        let message = format!("The file '{full}' already exists.");
        return Err(exists("NoClobber", text(full), message)
            .exception("System.IO.IOException")
            .into());
    }
    if !context.should_process(given, Some("Output to File"))?
        || !path::may_change(context, arguments, &full, false)?
    {
        return Ok(None);
    }
    let width = arguments
        .int("Width")
        .and_then(|width| usize::try_from(width).ok())
        .unwrap_or_else(|| context.host().width());
    let mut file = TextFile::open(
        context,
        full,
        width,
        arguments.text("Encoding"),
        arguments.switch("Append"),
    )?;
    file.no_newline = arguments.switch("NoNewline");
    Ok(Some(file))
}

/// A file that takes objects as the console would show them, and keeps none of them.
pub struct TextFile {
    file: OutputFile,
    width: usize,
    /// Line ends are left out.
    pub no_newline: bool,
    layout: Box<dyn RenderSession>,
}

impl TextFile {
    /// A file to be written, or to be continued.
    pub fn open(
        context: &mut dyn Context,
        path: String,
        width: usize,
        encoding: Option<String>,
        append: bool,
    ) -> Result<TextFile> {
        Ok(TextFile {
            file: OutputFile::open(context, path, encoding, append)?,
            layout: context.layout(width),
            width,
            no_newline: false,
        })
    }

    /// Takes one object.
    pub fn add(&mut self, context: &mut dyn Context, value: &Value) -> Result<()> {
        let shown = context.lay_out(&mut self.layout, self.width, value)?;
        self.write(context, shown)
    }

    /// Writes the rest.
    pub fn close(mut self, context: &mut dyn Context) -> Result<()> {
        let rest = self.layout.finish(context)?;
        self.write(context, rest)?;
        self.file.close(context)
    }

    fn write(&mut self, context: &mut dyn Context, mut shown: String) -> Result<()> {
        if self.no_newline {
            shown.retain(|character| !matches!(character, '\r' | '\n'));
        }
        self.file.text(context, &shown)
    }
}
