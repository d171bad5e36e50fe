//! Test-Path, Join-Path, Split-Path, Resolve-Path, Convert-Path: questions about paths.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::members::path_info::path_info;
use plenum_lang::signature::Validation;
use plenum_lang::value::Value;

use super::content::{given_paths, path_parameters};
use super::{path, provider};
use crate::authoring::{Read, cmdlet, invalid_argument, parameter, simple, text};

/// Test-Path.
pub fn test_path() -> Arc<dyn Command> {
    let path_parameter = |name: &'static str| {
        parameter(name, "string[]")
            .mandatory()
            .by_property_name()
            .validate(Validation::AllowNull)
            .validate(Validation::AllowEmptyCollection)
            .validate(Validation::AllowEmptyString)
    };
    simple(
        cmdlet("Test-Path", super::MANAGEMENT)
            .synopsis("Says whether something is at a path.")
            .default_set("Path")
            .parameter(
                path_parameter("Path")
                    .position(0)
                    .by_value()
                    .set("Path")
                    .help("The paths; wildcards are allowed."),
            )
            .parameter(
                path_parameter("LiteralPath")
                    .aliases(&["PSPath", "LP"])
                    .set("LiteralPath")
                    .help("The paths, taken as they are."),
            )
            .parameter(
                parameter("PathType", "string")
                    .alias("Type")
                    .one_of(&["Any", "Container", "Leaf"])
                    .help("What it has to be."),
            )
            .switch("IsValid", "Says whether the path could exist.")
            .parameter(parameter("OlderThan", "datetime").help("Only when written before this time."))
            .parameter(parameter("NewerThan", "datetime").help("Only when written after this time."))
            .example("Test-Path topology.yaml", "Says whether a file is there."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let (paths, literal) = given_paths(arguments);
            let given = arguments
                .values("Path")
                .into_iter()
                .chain(arguments.values("LiteralPath"));
            if paths.is_empty()
                || given
                    .clone()
                    .any(|path| matches!(path, Value::Null | Value::Nothing))
            {
                let message = "Value cannot be null. (Parameter 'The provided Path argument was null or an empty collection.')";
                let record = invalid_argument("NullPathNotPermitted", Value::Null, message)
                    .exception("System.ArgumentNullException");
                return context.error(record);
            }
            for name in paths {
                let found = is_there(context, arguments, &name, literal)?;
                context.write(Value::Bool(found))?;
            }
            Ok(())
        },
    )
}

fn is_there(context: &mut dyn Context, arguments: &Arguments, name: &str, literal: bool) -> Result<bool> {
    if arguments.switch("IsValid") {
        return Ok(!name.is_empty() && !name.contains('\0'));
    }
    if name.trim().is_empty() {
        return Ok(false);
    }
    let kind = arguments
        .text("PathType")
        .unwrap_or_default()
        .to_ascii_lowercase();
    if let Some((drive, name)) = path::drive(context, name) {
        let found = provider::nodes(context, drive, &name)?;
        return Ok(found
            .iter()
            .any(|node| (kind != "container" || node.is_folder()) && (kind != "leaf" || !node.is_folder())));
    }
    let paths = if literal {
        vec![path::full(context, name)]
    } else {
        path::expand(context, name)
    };
    let utc = |context: &dyn Context, moment: plenum_lang::value::DateTime| {
        moment.ticks - i64::from(context.host().local_offset_minutes(moment.ticks)) * 600_000_000
    };
    let older = arguments.datetime("OlderThan").map(|moment| utc(context, moment));
    let newer = arguments.datetime("NewerThan").map(|moment| utc(context, moment));
    Ok(paths
        .iter()
        .filter_map(|path| context.host().file_status(path))
        .any(|status| {
            (kind != "container" || status.is_directory)
                && (kind != "leaf" || !status.is_directory)
                && older.is_none_or(|limit| status.modified_ticks < limit)
                && newer.is_none_or(|limit| status.modified_ticks > limit)
        }))
}

/// Join-Path.
pub fn join_path() -> Arc<dyn Command> {
    simple(
        cmdlet("Join-Path", super::MANAGEMENT)
            .synopsis("Puts a path together from its parts.")
            .parameter(
                parameter("Path", "string[]")
                    .alias("PSPath")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .help("The first part."),
            )
            .parameter(
                parameter("ChildPath", "string")
                    .mandatory()
                    .position(1)
                    .by_property_name()
                    .validate(Validation::AllowNull)
                    .validate(Validation::AllowEmptyString)
                    .help("The next part."),
            )
            .parameter(
                parameter("AdditionalChildPath", "string[]")
                    .position(2)
                    .remaining()
                    .help("Further parts."),
            )
            .switch("Resolve", "Gives only paths that exist.")
            .example(
                "Join-Path $HOME reports today.csv",
                "Makes a path of three parts.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for first in arguments.list("Path") {
                let mut joined = first;
                let child = arguments.text("ChildPath").unwrap_or_default();
                for part in std::iter::once(child).chain(arguments.list("AdditionalChildPath")) {
                    joined = format!(
                        "{}/{}",
                        joined.trim_end_matches(['/', '\\']),
                        part.trim_start_matches(['/', '\\'])
                    );
                }
                if arguments.switch("Resolve") {
                    for found in path::resolve(context, &[joined], false)? {
                        context.write(text(found))?;
                    }
                } else {
                    context.write(text(joined))?;
                }
            }
            Ok(())
        },
    )
}

/// Split-Path.
pub fn split_path() -> Arc<dyn Command> {
    let mut signature = cmdlet("Split-Path", super::MANAGEMENT)
        .synopsis("Gives a part of a path: the folder, by default.")
        .default_set("ParentSet")
        .parameter(
            parameter("Path", "string[]")
                .mandatory()
                .position(0)
                .by_value()
                .by_property_name()
                .help("The paths."),
        )
        .parameter(
            parameter("LiteralPath", "string[]")
                .aliases(&["PSPath", "LP"])
                .by_property_name()
                .set("LiteralPathSet")
                .help("The paths, taken as they are."),
        )
        .parameter(parameter("Parent", "switch").set("ParentSet").help("The folder."))
        .switch("Resolve", "Gives only paths that exist.");
    for (name, help) in [
        ("Leaf", "The last part."),
        ("LeafBase", "The last part without its extension."),
        ("Extension", "The extension with its dot."),
        ("Qualifier", "The drive with its colon."),
        ("NoQualifier", "Everything after the drive."),
        ("IsAbsolute", "Whether the path begins at the root."),
    ] {
        signature = signature.parameter(
            parameter(name, "switch")
                .mandatory()
                .set(format!("{name}Set"))
                .help(help),
        );
    }
    simple(
        signature.example("Split-Path /var/log/plenum.log -Leaf", "Gives plenum.log."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let (paths, literal) = given_paths(arguments);
            let paths = if arguments.switch("Resolve") {
                path::resolve(context, &paths, literal)?
            } else {
                paths
            };
            paths.iter().try_for_each(|path| {
                if arguments.switch("Qualifier") && !path.contains(':') {
                    context.error(no_qualifier(path))
                } else {
                    context.write(part(arguments, path))
                }
            })
        },
    )
}

fn no_qualifier(path: &str) -> ErrorRecord {
    let message = format!("Cannot parse path because path '{path}' does not have a qualifier specified.");
    invalid_argument("ParsePathFormatError", text(path), message).exception("System.FormatException")
}

fn part(arguments: &Arguments, name: &str) -> Value {
    let leaf = path::leaf(name);
    let dot = leaf.rfind('.');
    let qualifier = name.find(':').map(|at| &name[..=at]);
    if arguments.switch("Leaf") {
        text(leaf)
    } else if arguments.switch("LeafBase") {
        text(dot.map_or(leaf, |at| &leaf[..at]))
    } else if arguments.switch("Extension") {
        text(dot.map_or("", |at| &leaf[at..]))
    } else if arguments.switch("Qualifier") {
        text(qualifier.unwrap_or(""))
    } else if arguments.switch("NoQualifier") {
        text(&name[qualifier.map_or(0, str::len)..])
    } else if arguments.switch("IsAbsolute") {
        Value::Bool(name.starts_with('/') || qualifier.is_some())
    } else {
        text(path::parent(name.trim_end_matches(['/', '\\'])))
    }
}

/// Resolve-Path.
pub fn resolve_path() -> Arc<dyn Command> {
    simple(
        cmdlet("Resolve-Path", super::MANAGEMENT)
            .synopsis("Gives the full paths that a path with wildcards means.")
            .default_set("Path")
            .parameters(path_parameters(true))
            .switch("Relative", "Gives paths relative to the current folder.")
            .parameter(
                parameter("RelativeBasePath", "string")
                    .help("The folder that relative paths start from, in place of the current one."),
            )
            .switch(
                "Force",
                "Hidden items too; a wildcard that begins with a dot finds them: not built yet.",
            )
            .example("Resolve-Path ~/*.csv", "Lists CSV files with full paths.")
            .alias("rvpa"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            crate::authoring::refuse(arguments, &["Force"])?;
            let (mut paths, literal) = given_paths(arguments);
            let base = arguments
                .text("RelativeBasePath")
                .map(|base| path::full(context, &base));
            if let Some(base) = &base {
                if path::existing(context, base).is_none() {
                    return Err(path::missing(base).into());
                }
                let is_relative = |path: &str| !path.starts_with(['/', '~']) && !path.contains(':');
                for path in paths.iter_mut().filter(|path| is_relative(path)) {
                    *path = format!("{base}/{path}");
                }
            }
            for found in path::resolve(context, &paths, literal)? {
                if arguments.switch("Relative") {
                    let from = base.clone().unwrap_or_else(|| context.host().current_directory());
                    context.write(text(path::relative(&from, &found)))?;
                } else {
                    context.write(path_info(&found))?;
                }
            }
            Ok(())
        },
    )
}

/// Convert-Path.
pub fn convert_path() -> Arc<dyn Command> {
    simple(
        cmdlet("Convert-Path", super::MANAGEMENT)
            .synopsis("Gives the file system's own form of a path.")
            .default_set("Path")
            .parameters(path_parameters(true))
            .example("Convert-Path ~", "Gives the home folder.")
            .alias("cvpa"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let (paths, literal) = given_paths(arguments);
            path::resolve(context, &paths, literal)?
                .into_iter()
                .try_for_each(|found| context.write(text(found)))
        },
    )
}
