//! The ItemProperty cmdlets. Files and folders have properties that are read and some that are written (read-only,
//! last write); none can be made, copied, moved, renamed or removed, and no other drive has any.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::{DateTimeKind, Value};

use super::content::{given_paths, path_parameters};
use super::path;
use crate::authoring::{
    ParameterBuilder, Read, SignatureBuilder, cmdlet, invalid_argument, object, parameter, simple, text,
};

fn filters(signature: SignatureBuilder) -> SignatureBuilder {
    signature
        .parameter(parameter("Filter", "string").help("A wildcard that names must match."))
        .parameter(parameter("Include", "string[]").help("Wildcards of which one must match."))
        .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
}

/// Get-ItemProperty.
pub fn get() -> Arc<dyn Command> {
    let signature = cmdlet("Get-ItemProperty", super::MANAGEMENT)
        .synopsis("Gives the properties of files and folders.")
        .default_set("Path")
        .parameters(path_parameters(true))
        .parameter(
            parameter("Name", "string[]")
                .alias("PSProperty")
                .position(1)
                .help("The properties; all of them by default."),
        );
    simple(
        filters(signature).alias("gp").example(
            "Get-ItemProperty topology.yaml -Name Length",
            "Shows how long a file is.",
        ),
        get_item_property,
    )
}

fn get_item_property(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let names = arguments.list("Name");
    for (target, item) in items(context, arguments)? {
        if names.is_empty() {
            context.write(item)?;
            continue;
        }
        let mut found = Vec::new();
        for name in &names {
            match inspect::property_in(context, &item, name)? {
                Some(value) => found.push((name.as_str(), value)),
                None => context.error(no_property(name, "GetValueError", Category::ReadError))?,
            }
        }
        if !found.is_empty() {
            found.extend(place(&target));
            context.write(object("System.Management.Automation.PSCustomObject", found))?;
        }
    }
    Ok(())
}

/// Where properties were read, as the provider adds it.
fn place(target: &str) -> [(&'static str, Value); 5] {
    let on_provider = |path: &str| text(format!("Microsoft.PowerShell.Core\\FileSystem::{path}"));
    [
        ("PSPath", on_provider(target)),
        ("PSParentPath", on_provider(path::parent(target))),
        ("PSChildName", text(path::leaf(target))),
        ("PSDrive", text("/")),
        ("PSProvider", text("Microsoft.PowerShell.Core\\FileSystem")),
    ]
}

/// Get-ItemPropertyValue.
pub fn get_value() -> Arc<dyn Command> {
    let path = path_parameters(true)
        .into_iter()
        .map(|path| path.complete(Completion::Path));
    let signature = cmdlet("Get-ItemPropertyValue", super::MANAGEMENT)
        .synopsis("Gives the values of properties of files and folders.")
        .default_set("Path")
        .parameters(path)
        .parameter(
            parameter("Name", "string[]")
                .alias("PSProperty")
                .mandatory()
                .position(1)
                .help("The properties."),
        );
    simple(
        filters(signature).alias("gpv").example(
            "Get-ItemPropertyValue topology.yaml Length",
            "Gives the length of a file as a number.",
        ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for (_, item) in items(context, arguments)? {
                for name in arguments.list("Name") {
                    match inspect::property_in(context, &item, &name)? {
                        Some(value) => context.write(value)?,
                        None => context.error(no_property(&name, "GetValueError", Category::ReadError))?,
                    }
                }
            }
            Ok(())
        },
    )
}

/// The files and folders that the arguments mean, with their paths.
fn items(context: &mut dyn Context, arguments: &Arguments) -> Result<Vec<(String, Value)>> {
    let (paths, literal) = given_paths(arguments);
    let (drives, files) = path::by_drive(context, paths);
    if !drives.is_empty() {
        context.error(no_interface("IPropertyCmdletProvider"))?;
    }
    let mut found = Vec::new();
    for target in path::chosen(context, arguments, &files, literal)? {
        if let Some(item) = path::existing(context, &target) {
            found.push((target, item));
        }
    }
    Ok(found)
}

fn no_property(name: &str, id: &str, category: Category) -> ErrorRecord {
    ErrorRecord::new(id, category, format!("Property {name} was not found."))
        .exception("System.IO.IOException")
        .hint("Get-Item | Get-Member shows the properties.")
}

fn no_interface(name: &str) -> ErrorRecord {
    let message = format!("Cannot use interface. The {name} interface is not supported by this provider.");
    ErrorRecord::new("NotSupported", Category::NotImplemented, message)
        .exception("System.Management.Automation.PSNotSupportedException")
}

/// Set-ItemProperty.
pub fn set() -> Arc<dyn Command> {
    let (by_name, by_object) = ("propertyValuePathSet", "propertyPSObjectPathSet");
    let (literal_by_name, literal_by_object) =
        ("propertyValueLiteralPathSet", "propertyPSObjectLiteralPathSet");
    let signature = cmdlet("Set-ItemProperty", super::MANAGEMENT)
        .synopsis("Sets a property of files and folders: IsReadOnly, LastWriteTime or LastWriteTimeUtc.")
        .default_set(by_name)
        .parameter(
            parameter("Path", "string[]")
                .mandatory()
                .position(0)
                .by_property_name()
                .set(by_name)
                .set(by_object)
                .complete(Completion::Path)
                .help("The paths; wildcards are allowed."),
        )
        .parameter(
            parameter("LiteralPath", "string[]")
                .aliases(&["PSPath", "LP"])
                .mandatory()
                .by_property_name()
                .set(literal_by_name)
                .set(literal_by_object)
                .complete(Completion::Path)
                .help("The paths, taken as they are."),
        )
        .parameter(value_set("Name", "string", 1, "The property.").alias("PSProperty"))
        .parameter(value_set("Value", "object", 2, "Its new value."))
        .parameter(
            parameter("InputObject", "psobject")
                .mandatory()
                .by_value()
                .by_property_name()
                .set(by_object)
                .set(literal_by_object)
                .help("An object whose properties are set, each under its own name."),
        )
        .switch("PassThru", "Gives what was set.")
        .switch("Force", "Writes to read-only files too.")
        .should_process(Impact::Medium);
    simple(
        filters(signature).alias("sp").example(
            "Set-ItemProperty topology.yaml IsReadOnly $true",
            "Keeps a file from being written.",
        ),
        set_item_property,
    )
}

fn value_set(name: &'static str, kind: &'static str, position: u16, help: &'static str) -> ParameterBuilder {
    parameter(name, kind)
        .mandatory()
        .position(position)
        .by_property_name()
        .set("propertyValuePathSet")
        .set("propertyValueLiteralPathSet")
        .help(help)
}

fn set_item_property(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let wanted: Vec<(String, Value)> = match arguments.get("InputObject").cloned() {
        Some(given) => {
            let mut wanted = Vec::new();
            for name in inspect::property_names(&given) {
                let value = inspect::property_in(context, &given, &name)?.unwrap_or_default();
                wanted.push((name.to_string(), value));
            }
            wanted
        }
        None => {
            let value = arguments.get("Value").cloned().unwrap_or_default();
            vec![(arguments.required_text("Name")?, value)]
        }
    };
    let force = arguments.switch("Force");
    for (target, item) in items(context, arguments)? {
        let folder = inspect::property(&item, "PSIsContainer").is_some_and(|is| inspect::truth(&is));
        let action = if folder {
            "Set Property Directory"
        } else {
            "Set Property File"
        };
        for (name, value) in &wanted {
            let said = format!("Item: {target} Property: {name} Value: {}", inspect::text(value));
            if context.should_process(&said, Some(action))? {
                write_property(context, &target, name, value, force)?;
            }
        }
        if arguments.switch("PassThru") {
            let set = wanted.iter().map(|(name, value)| (name.as_str(), value.clone()));
            let told = set.chain(place(&target)).collect::<Vec<_>>();
            context.write(object("System.Management.Automation.PSCustomObject", told))?;
        }
    }
    Ok(())
}

fn write_property(
    context: &mut dyn Context,
    target: &str,
    name: &str,
    value: &Value,
    force: bool,
) -> Result<()> {
    let done = match name.to_ascii_lowercase().as_str() {
        "isreadonly" => {
            let read_only = inspect::truth(&inspect::convert(context, value, "bool")?);
            context.host().set_read_only(target, read_only)
        }
        "lastwritetime" => set_modified(context, target, value, DateTimeKind::Local, force)?,
        "lastwritetimeutc" => set_modified(context, target, value, DateTimeKind::Utc, force)?,
        _ if known_property(context, target, name)? => {
            let message = format!("'{name}' is a ReadOnly property.");
            let record = ErrorRecord::new("SetPropertyError", Category::WriteError, message)
                .exception("System.Management.Automation.SetValueException")
                .about(text(name))
                .hint("IsReadOnly, LastWriteTime and LastWriteTimeUtc can be set.");
            return context.error(record);
        }
        _ => return context.error(no_property(name, "SetPropertyError", Category::ReadError)),
    };
    match done {
        Ok(()) => Ok(()),
        Err(error) => context.error(path::failed(target, &error, "SetPropertyError")),
    }
}

fn known_property(context: &mut dyn Context, target: &str, name: &str) -> Result<bool> {
    match path::existing(context, target) {
        Some(item) => Ok(inspect::property_in(context, &item, name)?.is_some()),
        None => Ok(false),
    }
}

/// Sets when a file was last written. A read-only file keeps its owner from doing so only where it must be opened for
/// writing: `force` makes it writable meanwhile.
fn set_modified(
    context: &mut dyn Context,
    target: &str,
    value: &Value,
    meant: DateTimeKind,
    force: bool,
) -> Result<std::io::Result<()>> {
    let moment = inspect::convert(context, value, "datetime")?;
    let Value::DateTime(moment) = moment.base() else {
        let message = format!("Cannot read '{}' as a date and time.", inspect::text(value));
        return Err(invalid_argument("SetPropertyError", value.clone(), message).into());
    };
    let is_utc = moment.kind == DateTimeKind::Utc
        || (moment.kind == DateTimeKind::Unspecified && meant == DateTimeKind::Utc);
    let host = context.host();
    let offset = if is_utc {
        0
    } else {
        host.local_offset_minutes(moment.ticks)
    };
    let ticks = moment.ticks - i64::from(offset) * 600_000_000;
    let opened = force && host.file_status(target).is_some_and(|status| status.read_only);
    if opened && let Err(error) = host.set_read_only(target, false) {
        return Ok(Err(error));
    }
    let done = host.set_modified(target, ticks);
    if opened && let Err(error) = host.set_read_only(target, true) {
        return Ok(Err(error));
    }
    Ok(done)
}

/// Clear-ItemProperty: no property of a file can be without a value.
pub fn clear() -> Arc<dyn Command> {
    let signature = cmdlet("Clear-ItemProperty", super::MANAGEMENT)
        .synopsis("Takes a property's value away: files and folders have none that could do without.")
        .default_set("Path")
        .parameters(path_parameters(true))
        .parameter(the_name(1).alias("PSProperty"))
        .switch("PassThru", "Gives the item.")
        .switch("Force", "Works on read-only items too.")
        .should_process(Impact::Medium);
    simple(
        filters(signature).alias("clp").example(
            "Clear-ItemProperty ./note.txt Attributes",
            "Says that this cannot be done.",
        ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            refuse_all(arguments, &["Name", "PassThru", "Force"]);
            if items(context, arguments)?.is_empty() {
                return Ok(());
            }
            let message = "The property cannot be cleared because the property is not supported.";
            Err(ErrorRecord::new("Argument", Category::InvalidArgument, message)
                .exception("System.Management.Automation.PSArgumentException")
                .about(text(arguments.text("Name").unwrap_or_default()))
                .hint("Set-ItemProperty gives a property another value.")
                .into())
        },
    )
}

fn the_name(position: u16) -> ParameterBuilder {
    parameter("Name", "string")
        .mandatory()
        .position(position)
        .by_property_name()
        .help("The property.")
}

/// Whatever was asked, the answer is the same.
fn refuse_all(arguments: &Arguments, names: &[&str]) {
    for name in names {
        let _ = arguments.get(name);
    }
}

/// A cmdlet over properties that come and go, which no provider of this shell has.
fn dynamic(
    name: &'static str,
    synopsis: &'static str,
    alias: Option<&'static str>,
    own: Vec<ParameterBuilder>,
    asked: &'static [&'static str],
) -> Arc<dyn Command> {
    let signature = cmdlet(name, super::MANAGEMENT)
        .synopsis(synopsis)
        .default_set("Path")
        .parameters(path_parameters(false))
        .parameters(own)
        .switch("Force", "Works on read-only items too.")
        .should_process(Impact::Medium);
    let signature = filters(signature);
    simple(
        match alias {
            Some(alias) => signature.alias(alias),
            None => signature,
        },
        move |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            refuse_all(arguments, asked);
            let (paths, literal) = given_paths(arguments);
            let (drives, files) = path::by_drive(context, paths);
            let found = path::chosen(context, arguments, &files, literal)?;
            if drives.is_empty() && found.is_empty() {
                return Ok(());
            }
            context.error(no_interface("IDynamicPropertyCmdletProvider"))
        },
    )
}

/// New-ItemProperty.
pub fn new() -> Arc<dyn Command> {
    dynamic(
        "New-ItemProperty",
        "Makes a property: files, folders and the other drives take none.",
        None,
        vec![
            the_name(1).alias("PSProperty"),
            parameter("PropertyType", "string")
                .alias("Type")
                .by_property_name()
                .help("Its type."),
            parameter("Value", "object").by_property_name().help("Its value."),
        ],
        &["Name", "PropertyType", "Value", "Force"],
    )
}

/// Remove-ItemProperty.
pub fn remove() -> Arc<dyn Command> {
    let name = parameter("Name", "string[]")
        .alias("PSProperty")
        .mandatory()
        .position(1)
        .by_property_name()
        .help("The properties.");
    dynamic(
        "Remove-ItemProperty",
        "Removes a property: those of files and folders stay.",
        Some("rp"),
        vec![name],
        &["Name", "Force"],
    )
}

/// Rename-ItemProperty.
pub fn rename() -> Arc<dyn Command> {
    let new_name = parameter("NewName", "string")
        .mandatory()
        .position(2)
        .by_property_name()
        .help("What it shall be called.");
    let passes = parameter("PassThru", "switch").help("Gives the item.");
    dynamic(
        "Rename-ItemProperty",
        "Renames a property: those of files and folders keep their names.",
        Some("rnp"),
        vec![the_name(1).alias("PSProperty"), new_name, passes],
        &["Name", "NewName", "PassThru", "Force"],
    )
}

fn to_elsewhere(name: ParameterBuilder) -> Vec<ParameterBuilder> {
    let destination = parameter("Destination", "string")
        .mandatory()
        .position(1)
        .by_property_name()
        .help("The item that it goes to.");
    let passes = parameter("PassThru", "switch").help("Gives the item.");
    vec![destination, name.alias("PSProperty"), passes]
}

/// Copy-ItemProperty.
pub fn copy() -> Arc<dyn Command> {
    dynamic(
        "Copy-ItemProperty",
        "Copies a property to another item: files and folders take none.",
        Some("cpp"),
        to_elsewhere(the_name(2)),
        &["Name", "Destination", "PassThru", "Force"],
    )
}

/// Move-ItemProperty.
pub fn move_property() -> Arc<dyn Command> {
    let name = parameter("Name", "string[]")
        .mandatory()
        .position(2)
        .by_property_name()
        .help("The properties.");
    dynamic(
        "Move-ItemProperty",
        "Moves a property to another item: files and folders take none.",
        Some("mp"),
        to_elsewhere(name),
        &["Name", "Destination", "PassThru", "Force"],
    )
}
