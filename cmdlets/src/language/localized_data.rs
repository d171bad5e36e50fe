//! Import-LocalizedData: a script's texts in the culture of the session, from a data file beside the script.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::session::BlockCall;

use super::provider::session;
use super::{encoding, path};
use crate::authoring::{Read, cmdlet, invalid_argument, not_found, parameter, refuse, simple, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Import-LocalizedData", super::UTILITY)
            .synopsis("Reads a script's texts in the language of the session.")
            .description(
                "The file has the script's name and the extension .psd1. It is looked for in the folder of the culture (en-US), in \
                 that of the language (en), and beside the script.",
            )
            .parameter(
                parameter("BindingVariable", "string")
                    .alias("Variable")
                    .position(0)
                    .help("The variable that takes the texts; else they are given out."),
            )
            .parameter(parameter("UICulture", "string").position(1).help("Another culture than the session's."))
            .parameter(parameter("BaseDirectory", "string").help("Where to look; the script's folder by default."))
            .parameter(parameter("FileName", "string").help("The file's name; the script's by default."))
            .parameter(
                parameter("SupportedCommand", "string[]")
                    .help("Commands that the file may run: not built, it is data."),
            )
            .example("Import-LocalizedData -BindingVariable texts", "Reads the texts of a script."),
        import,
    )
}

fn import(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(arguments, &["SupportedCommand"])?;
    let script = session(context)?
        .call_stack()
        .into_iter()
        .find_map(|frame| frame.file);
    let folder = match (arguments.text("BaseDirectory"), &script) {
        (Some(folder), _) => path::full(context, &folder),
        (None, Some(script)) => path::parent(script).to_owned(),
        (None, None) => return Err(outside("BaseDirectory").into()),
    };
    let name = match (arguments.text("FileName"), &script) {
        (Some(name), _) => name,
        (None, Some(script)) => path::leaf(script).to_owned(),
        (None, None) => return Err(outside("FileName").into()),
    };
    let stem = [".psd1", ".ps1", ".psm1"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(&name)
        .to_owned();
    let culture = arguments.text("UICulture").unwrap_or_else(|| "en-US".to_owned());
    let language = culture.split('-').next().unwrap_or_default().to_owned();
    let places = [
        format!("{folder}/{culture}"),
        format!("{folder}/{language}"),
        folder.clone(),
    ];
    let candidates = places.map(|place| format!("{place}/{stem}.psd1"));
    let Some(file) = candidates
        .iter()
        .find(|file| context.host().file_status(file).is_some())
    else {
        let message = format!(
            "Cannot find the PowerShell data file '{stem}.psd1' in directory '{folder}/{culture}/', or in any parent culture directories."
        );
        let record = not_found("ImportLocalizedData", text(candidates[0].as_str()), message);
        return Err(record
            .exception("System.Management.Automation.PSInvalidOperationException")
            .into());
    };
    let bytes = context
        .host()
        .read_file(file)
        .map_err(|error| path::failed(file, &error, "FileOpenFailure"))?;
    let content = encoding::decode(&bytes, None)?;
    let parsed = plenum_lang::parse::parse(&plenum_lang::ast::Source::new(Some(file), &content));
    if let Some(wrong) = parsed.errors.first() {
        let message = format!(
            "The data file '{file}' could not be loaded, because: {}",
            wrong.message
        );
        let record = ErrorRecord::new("InvalidOperation", Category::InvalidOperation, message);
        return Err(record
            .exception("System.Management.Automation.PSInvalidOperationException")
            .into());
    }
    if let Err(why) = super::data_file::judge_texts(&parsed, &content) {
        let message = format!("The data file '{file}' cannot be read: {why}");
        return Err(invalid_argument("InvalidOperation", text(file.as_str()), message).into());
    }
    let session = session(context)?;
    let block = session.parse_block(&content, Some(file))?;
    let mut found = session.call_block(
        &block,
        BlockCall {
            new_scope: true,
            ..BlockCall::default()
        },
    )?;
    let texts = found.pop().unwrap_or_default();
    match arguments.text("BindingVariable") {
        Some(variable) => context.set_variable(&variable, texts),
        None => context.write(texts),
    }
}

fn outside(parameter: &str) -> ErrorRecord {
    let message = format!("The {parameter} parameter must be given when no script file runs.");
    ErrorRecord::new("InvalidOperation", Category::InvalidOperation, message)
        .exception("System.Management.Automation.PSInvalidOperationException")
}
