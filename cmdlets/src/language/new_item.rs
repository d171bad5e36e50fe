//! New-Item and mkdir: makes files, folders and other items.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::{path, provider};
use crate::authoring::{Read, cmdlet, exists, parameter, simple, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("New-Item", super::MANAGEMENT)
            .synopsis("Makes a file, a folder or another item.")
            .default_set("pathSet")
            .parameter(
                parameter("Path", "string[]")
                    .position(0)
                    .by_property_name()
                    .member(plenum_lang::signature::Membership {
                        set: Some("pathSet".into()),
                        position: Some(0),
                        mandatory: true,
                        by_property_name: true,
                        ..Default::default()
                    })
                    .set("nameSet")
                    .complete(Completion::Path)
                    .help("Where; with -Name, in which folder."),
            )
            .parameter(
                parameter("Name", "string")
                    .mandatory()
                    .by_property_name()
                    .set("nameSet")
                    .help("The new item's name."),
            )
            .parameter(
                parameter("ItemType", "string")
                    .alias("Type")
                    .by_property_name()
                    .help("File, Directory, SymbolicLink, HardLink or Junction."),
            )
            .parameter(
                parameter("Value", "object")
                    .alias("Target")
                    .by_value()
                    .by_property_name()
                    .help("The file's content, or what a link leads to."),
            )
            .switch("Force", "Makes missing folders and replaces a file.")
            .should_process(Impact::Medium)
            .example("New-Item reports -ItemType Directory", "Makes a folder.")
            .alias("ni"),
        new_item,
    )
}

/// mkdir, as a command of its own: New-Item -ItemType Directory -Force.
pub fn mkdir() -> Arc<dyn Command> {
    simple(
        cmdlet("mkdir", super::MANAGEMENT)
            .synopsis("Makes a folder.")
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The folder."),
            )
            .switch("Force", "Says nothing when it is there already.")
            .should_process(Impact::Medium)
            .alias("md")
            .example("mkdir reports", "Makes a folder."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            arguments.list("Path").iter().try_for_each(|folder| {
                let whole = path::full(context, folder);
                make_folder(context, &whole, arguments.switch("Force"))
            })
        },
    )
}

fn new_item(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let mut paths = arguments.list("Path");
    if let Some(name) = arguments.text("Name") {
        if paths.is_empty() {
            paths.push(".".to_owned());
        }
        paths = paths
            .iter()
            .map(|folder| format!("{}/{name}", folder.trim_end_matches('/')))
            .collect();
    }
    let value = arguments.get("Value").cloned();
    for name in paths {
        if let Some((drive, name)) = path::drive(context, &name) {
            let value = value.clone().unwrap_or_default();
            if !context.should_process(
                &format!("Item: {name} Value: {}", inspect::text(&value)),
                Some("New Item"),
            )? {
                continue;
            }
            provider::put(context, drive, &name, value.clone(), arguments.switch("Force"))?;
            context.write(provider::item(drive, &name, value))?;
            continue;
        }
        let whole = path::full(context, &name);
        match arguments
            .text("ItemType")
            .unwrap_or_else(|| "File".to_owned())
            .to_ascii_lowercase()
            .as_str()
        {
            "directory" | "container" | "d" => make_folder(context, &whole, arguments.switch("Force"))?,
            "file" | "leaf" | "f" => make_file(context, &whole, value.as_ref(), arguments.switch("Force"))?,
            link @ ("symboliclink" | "hardlink" | "junction") => {
                let target = value.as_ref().map(inspect::text).unwrap_or_default();
                make_link(
                    context,
                    &whole,
                    &target,
                    link == "hardlink",
                    arguments.switch("Force"),
                )?;
            }
            other => {
                let message = format!("The type '{other}' is not a known type for the file system.");
                return Err(ErrorRecord::new("Argument", Category::InvalidArgument, message)
                    .exception("System.Management.Automation.PSArgumentException")
                    .hint("Use File, Directory, SymbolicLink or HardLink.")
                    .into());
            }
        }
    }
    Ok(())
}

fn make_folder(context: &mut dyn Context, whole: &str, force: bool) -> Result<()> {
    if context.host().file_status(whole).is_some() && !force {
        let message = format!("An item with the specified name {whole} already exists.");
        return context
            .error(exists("DirectoryExist", text(whole), message).exception("System.IO.IOException"));
    }
    if !context.should_process(&format!("Destination: {whole}"), Some("Create Directory"))? {
        return Ok(());
    }
    if let Err(error) = context.host().create_directory(whole) {
        return context.error(path::failed(whole, &error, "CreateDirectoryIOError"));
    }
    write_item(context, whole)
}

/// Makes a link. What a symbolic one leads to need not be there.
fn make_link(context: &mut dyn Context, whole: &str, target: &str, hard: bool, force: bool) -> Result<()> {
    if target.is_empty() {
        let message = "Cannot create a link because the target of the link is not given: use -Value.";
        let record = ErrorRecord::new("Argument", Category::InvalidArgument, message);
        return context.error(record.exception("System.Management.Automation.PSArgumentNullException"));
    }
    let place = path::full(context, target);
    if hard && context.host().file_status(&place).is_none() {
        return context.error(path::missing(&place));
    }
    let is_there = context.host().file_status(whole).is_some();
    if is_there && !force {
        let message = format!("{whole} already exists.");
        return context
            .error(exists("NewItemIOError", text(whole), message).exception("System.IO.IOException"));
    }
    let action = if hard {
        "Create Hard Link"
    } else {
        "Create Symbolic Link"
    };
    if !context.should_process(&format!("Destination: {whole}"), Some(action))? {
        return Ok(());
    }
    if is_there && let Err(error) = context.host().remove(whole, false) {
        return context.error(path::failed(whole, &error, "NewItemIOError"));
    }
    let target = if hard { place.as_str() } else { target };
    if let Err(error) = context.host().link(whole, target, hard) {
        return context.error(path::failed(whole, &error, "NewItemIOError"));
    }
    write_item(context, whole)
}

fn make_file(context: &mut dyn Context, whole: &str, value: Option<&Value>, force: bool) -> Result<()> {
    if context.host().file_status(whole).is_some() && !force {
        let message = format!("The file '{whole}' already exists.");
        return context
            .error(exists("NewItemIOError", text(whole), message).exception("System.IO.IOException"));
    }
    if !context.should_process(&format!("Destination: {whole}"), Some("Create File"))? {
        return Ok(());
    }
    if force && let Err(error) = context.host().create_directory(path::parent(whole)) {
        return context.error(path::failed(whole, &error, "NewItemIOError"));
    }
    let content = value.map(inspect::text).unwrap_or_default();
    if let Err(error) = context.host().write_file(whole, content.as_bytes()) {
        return context.error(path::failed(whole, &error, "NewItemIOError"));
    }
    write_item(context, whole)
}

fn write_item(context: &mut dyn Context, whole: &str) -> Result<()> {
    match path::existing(context, whole) {
        Some(item) => context.write(item),
        None => Ok(()),
    }
}

/// New-TemporaryFile.
pub fn temporary_file() -> Arc<dyn Command> {
    simple(
        cmdlet("New-TemporaryFile", super::UTILITY)
            .synopsis("Makes an empty file in the folder for temporary files.")
            .should_process(Impact::Low)
            .example("$report = New-TemporaryFile", "Makes a file for a report."),
        |context: &mut dyn Context, _: &Arguments| -> Result<()> {
            let paths = inspect::named_type_value("System.IO.Path")?;
            let folder = inspect::invoke_static(context, &paths, "GetTempPath", &[])?;
            if !context.should_process(&inspect::text(&folder), Some("New-TemporaryFile"))? {
                return Ok(());
            }
            let file = inspect::invoke_static(context, &paths, "GetTempFileName", &[])?;
            let made = path::existing(context, &inspect::text(&file));
            made.map_or(Ok(()), |made| context.write(made))
        },
    )
}
