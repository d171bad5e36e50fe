//! Copy-Item, Move-Item, Rename-Item.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::{Completion, Impact};

use super::content::{given_paths, path_parameters};
use super::path;
use crate::authoring::{ParameterBuilder, Read, SignatureBuilder, cmdlet, exists, parameter, simple, text};

fn destination() -> ParameterBuilder {
    parameter("Destination", "string")
        .position(1)
        .by_property_name()
        .complete(Completion::Path)
        .help("The new path, or the folder to put it in; the current folder by default.")
}

fn common(signature: SignatureBuilder) -> SignatureBuilder {
    signature
        .parameter(parameter("Filter", "string").help("A wildcard that names must match."))
        .parameter(parameter("Include", "string[]").help("Wildcards of which one must match."))
        .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
        .switch("Force", "Replaces what is there.")
        .switch("PassThru", "Gives the new items.")
        .should_process(Impact::Medium)
}

/// Copy-Item.
pub fn copy() -> Arc<dyn Command> {
    let signature = cmdlet("Copy-Item", super::MANAGEMENT)
        .synopsis("Copies files and folders.")
        .default_set("Path")
        .parameters(path_parameters(true))
        .parameter(destination())
        .switch("Recurse", "Copies what is in folders too.")
        .switch("Container", "Keeps the folders' structure.");
    simple(
        common(signature)
            .example("Copy-Item topology.yaml backup/", "Copies a file into a folder.")
            .aliases(&["copy", "cp", "cpi"]),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            each(context, arguments, "Copy", &|context, from, to| {
                copy_tree(context, arguments, from, to)
            })
        },
    )
}

/// Move-Item.
pub fn move_command() -> Arc<dyn Command> {
    let signature = cmdlet("Move-Item", super::MANAGEMENT)
        .synopsis("Moves files and folders.")
        .default_set("Path")
        .parameters(path_parameters(true))
        .parameter(destination());
    simple(
        common(signature)
            .example("Move-Item *.log archive/", "Moves logs into a folder.")
            .aliases(&["move", "mv", "mi"]),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            each(context, arguments, "Move", &|context, from, to| {
                let force = arguments.switch("Force");
                let is_there = context.host().file_status(to).is_some();
                if is_there && !force {
                    let message = "Cannot create a file when that file already exists.";
                    return context.error(
                        exists("MoveFileInfoItemIOError", text(from), message)
                            .exception("System.IO.IOException"),
                    );
                }
                relocate(context, from, to)
            })
        },
    )
}

/// Rename-Item.
pub fn rename() -> Arc<dyn Command> {
    simple(
        cmdlet("Rename-Item", super::MANAGEMENT)
            .synopsis("Gives a file or folder a new name.")
            .default_set("ByPath")
            .parameter(
                parameter("Path", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("ByPath")
                    .complete(Completion::Path)
                    .help("What to rename."),
            )
            .parameter(
                parameter("LiteralPath", "string")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("ByLiteralPath")
                    .help("What to rename, taken as it is."),
            )
            .parameter(
                parameter("NewName", "string")
                    .mandatory()
                    .position(1)
                    .by_property_name()
                    .help("The new name."),
            )
            .switch("Force", "Renames hidden and read-only items.")
            .switch("PassThru", "Gives the item.")
            .should_process(Impact::Medium)
            .example("Rename-Item old.yaml new.yaml", "Renames a file.")
            .aliases(&["ren", "rni"]),
        rename_item,
    )
}

/// Whether a new name stays in the folder: a bare name, or the item's own folder before it.
fn names_a_sibling(name: &str, from: &str) -> bool {
    let name = name
        .strip_prefix("./")
        .or_else(|| name.strip_prefix(".\\"))
        .unwrap_or(name);
    match name.rsplit_once('/') {
        None => true,
        Some((folder, _)) => folder == path::parent(from).trim_end_matches('/'),
    }
}

fn rename_item(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let (paths, literal) = given_paths(arguments);
    let name = arguments.required_text("NewName")?;
    let mut found = Vec::new();
    for name in &paths {
        let there = if literal {
            vec![path::full(context, name)]
        } else {
            path::expand(context, name)
        };
        for from in there {
            if context.host().file_status(&from).is_some() {
                found.push(from);
                continue;
            }
            let message = format!("Cannot rename because item at '{name}' does not exist.");
            let record = ErrorRecord::new("InvalidOperation", Category::InvalidOperation, message)
                .exception("System.Management.Automation.PSInvalidOperationException");
            context.error(record)?;
        }
    }
    for from in found {
        if !names_a_sibling(&name, &from) {
            let message = "Cannot rename the specified target, because it represents a path or device name.";
            let record = ErrorRecord::new("Argument", Category::InvalidArgument, message);
            context.error(record.exception("System.Management.Automation.PSArgumentException"))?;
            continue;
        }
        if !path::may_change(context, arguments, &from, true)? {
            continue;
        }
        let to = format!(
            "{}/{}",
            path::parent(&from).trim_end_matches('/'),
            path::leaf(&name)
        );
        let what = format!("Item: {from} Destination: {to}");
        let is_folder = context
            .host()
            .file_status(&from)
            .is_some_and(|status| status.is_directory);
        let action = if is_folder {
            "Rename Directory"
        } else {
            "Rename File"
        };
        if !context.should_process(&what, Some(action))? {
            continue;
        }
        if context.host().file_status(&to).is_some() {
            let message = "Cannot create a file when that file already exists.";
            context
                .error(exists("RenameItemIOError", text(from), message).exception("System.IO.IOException"))?;
            continue;
        }
        relocate(context, &from, &to)?;
        if arguments.switch("PassThru")
            && let Some(item) = path::existing(context, &to)
        {
            context.write(item)?;
        }
    }
    Ok(())
}

type Act<'a> = &'a dyn Fn(&mut dyn Context, &str, &str) -> Result<()>;

fn each(context: &mut dyn Context, arguments: &Arguments, verb: &str, act: Act<'_>) -> Result<()> {
    let (paths, literal) = given_paths(arguments);
    let target = path::full(
        context,
        &arguments.text("Destination").unwrap_or_else(|| ".".to_owned()),
    );
    for from in path::chosen(context, arguments, &paths, literal)? {
        let folder = context
            .host()
            .file_status(&target)
            .is_some_and(|status| status.is_directory);
        let to = if folder {
            format!("{}/{}", target.trim_end_matches('/'), path::leaf(&from))
        } else {
            target.clone()
        };
        let kind = if context
            .host()
            .file_status(&from)
            .is_some_and(|status| status.is_directory)
        {
            "Directory"
        } else {
            "File"
        };
        let what = format!("Item: {from} Destination: {to}");
        if !context.should_process(&what, Some(&format!("{verb} {kind}")))? {
            continue;
        }
        if from == to {
            let message = format!("Cannot overwrite the item {from} with itself.");
            context.error(
                ErrorRecord::new("CopyError", Category::WriteError, message)
                    .exception("System.IO.IOException")
                    .about(text(from)),
            )?;
            continue;
        }
        if !path::may_change(context, arguments, &to, false)? {
            continue;
        }
        act(context, &from, &to)?;
        if arguments.switch("PassThru")
            && let Some(item) = path::existing(context, &to)
        {
            context.write(item)?;
        }
    }
    Ok(())
}

fn copy_tree(context: &mut dyn Context, arguments: &Arguments, from: &str, to: &str) -> Result<()> {
    context.check_stop()?;
    let is_directory = context
        .host()
        .file_status(from)
        .is_some_and(|status| status.is_directory);
    let done = if is_directory {
        context.host().create_directory(to)
    } else {
        context
            .host()
            .read_file(from)
            .and_then(|bytes| context.host().write_file(to, &bytes))
    };
    if let Err(error) = done {
        return context.error(path::failed(to, &error, "CopyItemIOError"));
    }
    if is_directory && arguments.switch("Recurse") {
        // -Container:$false puts everything that is below into one folder.
        let keeps_folders = !arguments.has("Container") || arguments.switch("Container");
        for name in context.host().list_directory(from).unwrap_or_default() {
            let inside = format!("{from}/{name}");
            let is_folder = context
                .host()
                .file_status(&inside)
                .is_some_and(|status| status.is_directory);
            if is_folder && !keeps_folders {
                copy_tree(context, arguments, &inside, to)?;
            } else if is_folder || path::passes(arguments, &name) {
                copy_tree(context, arguments, &inside, &format!("{to}/{name}"))?;
            }
        }
    }
    Ok(())
}

fn relocate(context: &mut dyn Context, from: &str, to: &str) -> Result<()> {
    match context.host().rename(from, to) {
        Ok(()) => Ok(()),
        Err(error) => context.error(path::failed(from, &error, "MoveFileInfoItemIOError")),
    }
}
