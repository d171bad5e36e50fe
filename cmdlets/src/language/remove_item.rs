//! Remove-Item: files, folders and other items.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Impact;

use super::content::{given_paths, path_parameters};
use super::{path, provider};
use crate::authoring::{cmdlet, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Remove-Item", super::MANAGEMENT)
            .synopsis("Removes files, folders and other items.")
            .default_set("Path")
            .parameters(path_parameters(true))
            .parameter(parameter("Filter", "string").help("A wildcard that names must match."))
            .parameter(parameter("Include", "string[]").help("Wildcards of which one must match."))
            .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
            .parameter(parameter("Recurse", "switch").help("Removes folders with what is in them."))
            .switch("Force", "Removes read-only and hidden items.")
            .should_process(Impact::Medium)
            .example("Remove-Item old.log", "Removes a file.")
            .example(
                "Remove-Item exports -Recurse -WhatIf",
                "Shows what removing a folder would do.",
            )
            .aliases(&["ri", "rm", "rmdir", "del", "erase", "rd"]),
        remove_item,
    )
}

fn remove_item(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let (paths, literal) = given_paths(arguments);
    let (drives, files) = path::by_drive(context, paths);
    for (drive, name) in drives {
        if path::passes(arguments, &name)
            && context.should_process(&format!("Item: {name}"), Some("Remove Item"))?
            && !provider::remove(context, drive, &name)?
        {
            context.error(path::missing(&name))?;
        }
    }
    let recurse = arguments.switch("Recurse");
    for target in path::chosen(context, arguments, &files, literal)? {
        if !path::may_change(context, arguments, &target, true)? {
            continue;
        }
        let is_directory = context
            .host()
            .file_status(&target)
            .is_some_and(|status| status.is_directory);
        let action = if is_directory {
            "Remove Directory"
        } else {
            "Remove File"
        };
        if !context.should_process(&target, Some(action))? {
            continue;
        }
        let has_children = is_directory
            && context
                .host()
                .list_directory(&target)
                .is_ok_and(|inside| !inside.is_empty());
        if has_children && !recurse {
            let query = format!(
                "The item at {target} has children and the Recurse parameter was not specified. If you continue, all \
                 children will be removed with the item. Are you sure you want to continue?"
            );
            if !context.should_continue(&query, "Confirm")? {
                continue;
            }
        }
        if let Err(error) = context.host().remove(&target, is_directory) {
            context.error(path::failed(&target, &error, "RemoveFileSystemItemIOError"))?;
        }
    }
    Ok(())
}
