//! Get-Item, Get-ChildItem: what is at a path, what is in a folder.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::signature::Completion;

use super::content::{given_paths, path_parameters};
use super::path::Drive;
use super::provider::Node;
use super::{path, provider};
use crate::authoring::{Read, cmdlet, not_found, parameter, simple, text};

/// Get-Item.
pub fn item() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-Item", super::MANAGEMENT)
            .output("System.IO.FileInfo")
            .output_members(FILE)
            .synopsis("Gives the file, folder or other item at a path.")
            .default_set("Path")
            .parameters(path_parameters(true))
            .parameter(parameter("Filter", "string").help("A wildcard that names must match."))
            .parameter(parameter("Include", "string[]").help("Wildcards of which one must match."))
            .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
            .switch("Force", "Gives hidden items too.")
            .example(
                "(Get-Item topology.yaml).LastWriteTime",
                "Says when a file was written.",
            )
            .example("Get-Item Env:PATH", "Gives an environment variable.")
            .alias("gi"),
        get_item,
    )
}

fn get_item(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let (paths, literal) = given_paths(arguments);
    for name in paths {
        if let Some((drive, place)) = path::drive(context, &name) {
            let found = provider::nodes(context, drive, &place)?;
            if found.is_empty() && (literal || !has_wildcard(&place)) {
                context.error(path::missing(&drive.full(&place)))?;
            }
            for node in found {
                if path::passes(arguments, path::leaf(&node.place)) {
                    context.write(node.value)?;
                }
            }
            continue;
        }
        let is_pattern = has_wildcard(&name) && !literal;
        for found in path::chosen(context, arguments, &[name], literal)? {
            if !arguments.switch("Force") && path::is_hidden(&found) && !is_pattern {
                let message = format!("Could not find item {found}.");
                let record = not_found("ItemNotFound", text(&found), message)
                    .exception("System.IO.IOException")
                    .hint("It is hidden: -Force gives it.");
                context.error(record)?;
            } else if let Some(item) = path::existing(context, &found) {
                context.write(item)?;
            }
        }
    }
    Ok(())
}

/// Properties of files and folders.
const FILE: [&str; 12] = [
    "BaseName",
    "CreationTime",
    "DirectoryName",
    "Exists",
    "Extension",
    "FullName",
    "IsReadOnly",
    "LastWriteTime",
    "LastWriteTimeUtc",
    "Length",
    "Mode",
    "Name",
];

/// Get-ChildItem.
pub fn child_item() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-ChildItem", super::MANAGEMENT)
            .output("System.IO.FileInfo")
            .output_members(FILE)
            .synopsis("Lists a folder.")
            .default_set("Items")
            .parameter(
                parameter("Path", "string[]")
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("Items")
                    .complete(Completion::Path)
                    .help("The folders or files; the current folder by default."),
            )
            .parameter(
                parameter("LiteralPath", "string[]")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("LiteralItems")
                    .help("The folders, taken as they are."),
            )
            .parameter(
                parameter("Filter", "string")
                    .position(1)
                    .help("A wildcard that names must match."),
            )
            .parameter(parameter("Include", "string[]").help("Wildcards of which one must match."))
            .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
            .parameter(
                parameter("Recurse", "switch")
                    .alias("s")
                    .help("Goes into folders."),
            )
            .parameter(parameter("Depth", "uint").help("How many levels down, with -Recurse."))
            .parameter(parameter("Directory", "switch").alias("ad").help("Only folders."))
            .parameter(parameter("File", "switch").alias("af").help("Only files."))
            .parameter(
                parameter("Hidden", "switch")
                    .alias("ah")
                    .help("Only hidden items."),
            )
            .switch("Force", "Hidden items too.")
            .switch("Name", "Gives names only.")
            .example("Get-ChildItem *.yaml", "Lists topology files.")
            .example(
                "Get-ChildItem -Recurse -File | Measure-Object Length -Sum",
                "Adds up the size of a tree.",
            )
            .alias("gci")
            .alias("ls")
            .alias("dir"),
        get_child_item,
    )
}

fn get_child_item(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let (mut paths, literal) = given_paths(arguments);
    if paths.is_empty() {
        paths.push(".".to_owned());
    }
    for name in paths {
        if let Some((drive, place)) = path::drive(context, &name) {
            drive_items(context, arguments, drive, &place)?;
            continue;
        }
        let is_pattern = !literal && has_wildcard(&name);
        for found in path::resolve(context, &[name], literal)? {
            let is_directory = context
                .host()
                .file_status(&found)
                .is_some_and(|status| status.is_directory);
            let walk = Walk {
                arguments,
                root: &found,
            };
            if is_directory && (!is_pattern || arguments.switch("Recurse")) {
                walk.folder(context, &found, 0)?;
            } else {
                walk.one(context, &found)?;
            }
        }
    }
    Ok(())
}

/// What is in the folders that a path on a drive names; an item that is no folder stands for itself.
fn drive_items(context: &mut dyn Context, arguments: &Arguments, drive: Drive, place: &str) -> Result<()> {
    let found = provider::nodes(context, drive, place)?;
    if found.is_empty() && !has_wildcard(place) {
        return context.error(path::missing(&drive.full(place)));
    }
    for node in found {
        if node.is_folder() && !has_wildcard(place) {
            drive_folder(context, arguments, &node, "", 0)?;
        } else {
            drive_item(context, arguments, node, "")?;
        }
    }
    Ok(())
}

fn drive_folder(
    context: &mut dyn Context,
    arguments: &Arguments,
    folder: &Node,
    below: &str,
    level: i64,
) -> Result<()> {
    let depth = arguments.int("Depth");
    let deeper = arguments.switch("Recurse") || depth.is_some();
    for node in provider::inside(context, folder)? {
        context.check_stop()?;
        let name = format!("{below}{}", path::leaf(&node.place));
        drive_item(context, arguments, node.clone(), &name)?;
        if deeper && node.is_folder() && depth.is_none_or(|depth| level < depth) {
            drive_folder(context, arguments, &node, &format!("{name}\\"), level + 1)?;
        }
    }
    Ok(())
}

fn drive_item(context: &mut dyn Context, arguments: &Arguments, node: Node, name: &str) -> Result<()> {
    let own = path::leaf(&node.place);
    let wanted = path::passes(arguments, own)
        && (node.is_folder() || !arguments.switch("Directory"))
        && (!node.is_folder() || !arguments.switch("File"));
    if !wanted {
        return Ok(());
    }
    context.write(match (arguments.switch("Name"), name) {
        (false, _) => node.value,
        (true, "") => text(own),
        (true, name) => text(name),
    })
}

struct Walk<'a> {
    arguments: &'a Arguments,
    root: &'a str,
}

impl Walk<'_> {
    fn folder(&self, context: &mut dyn Context, folder: &str, level: i64) -> Result<()> {
        context.check_stop()?;
        let names = match context.host().list_directory(folder) {
            Ok(names) => names,
            Err(error) => return context.error(path::failed(folder, &error, "DirUnauthorizedAccessError")),
        };
        let inside: Vec<String> = names
            .iter()
            .map(|name| format!("{}/{name}", folder.trim_end_matches('/')))
            .collect();
        let is_folder = |context: &dyn Context, path: &str| {
            context
                .host()
                .file_status(path)
                .is_some_and(|status| status.is_directory)
        };
        let (folders, files): (Vec<String>, Vec<String>) =
            inside.into_iter().partition(|path| is_folder(context, path));
        for found in folders.iter().chain(&files) {
            self.one(context, found)?;
        }
        let depth = self.arguments.int("Depth");
        let deeper = self.arguments.switch("Recurse") || depth.is_some();
        if deeper && depth.is_none_or(|depth| level < depth) {
            for found in &folders {
                if !path::is_hidden(found) || self.arguments.switch("Force") {
                    self.folder(context, found, level + 1)?;
                }
            }
        }
        Ok(())
    }

    fn one(&self, context: &mut dyn Context, found: &str) -> Result<()> {
        let arguments = self.arguments;
        let Some(status) = context.host().file_status(found) else {
            return Ok(());
        };
        let only = |name: &str| arguments.switch(name);
        let hidden = path::is_hidden(found);
        let wanted = path::passes(arguments, path::leaf(found))
            && (only("Force") || only("Hidden") || !hidden)
            && (hidden || !only("Hidden"))
            && (status.is_directory || !only("Directory"))
            && (!status.is_directory || !only("File"));
        if !wanted {
            return Ok(());
        }
        if only("Name") {
            let relative = found
                .strip_prefix(self.root)
                .unwrap_or(found)
                .trim_start_matches('/');
            return context.write(text(if relative.is_empty() {
                path::leaf(found)
            } else {
                relative
            }));
        }
        let item = path::item(context, found, &status);
        context.write(item)
    }
}
