//! Get-, New- and Remove-PSDrive, Get-PSProvider: the drives that there are, and what they are over.
//!
//! A script makes drives of folders, for the whole session. A location on one shows as the folder's own path.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact, Validation};
use plenum_lang::value::Value;

use super::path::{self, Drive, provider_of};
use super::provider;
use crate::authoring::{
    Read, array, cmdlet, exists, invalid_argument, not_built, not_found, parameter, record, refuse, simple,
    text,
};

/// A drive and the place where it begins.
struct Known {
    name: String,
    root: String,
    description: String,
}

/// The drives that every session has; `/` is the file system's.
fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once("/").chain(Drive::ALL.into_iter().map(Drive::name))
}

/// All drives, in order of name.
fn known(context: &mut dyn Context) -> Result<Vec<Known>> {
    let own = provider::session(context)?.folder_drives().into_iter();
    let own = own.map(|(name, root)| Known {
        name: name.to_string(),
        root: root.to_string(),
        description: String::new(),
    });
    let mut all: Vec<Known> = names().map(built_in).chain(own).collect();
    all.sort_by_key(|drive| drive.name.to_lowercase());
    Ok(all)
}

/// Get-PSDrive.
pub fn drive() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-PSDrive", super::MANAGEMENT)
            .synopsis("Gives the drives: the file system, Cs: over the deployment, and those of the session.")
            .default_set("Name")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_property_name()
                    .set("Name")
                    .help("Names without colon; wildcards are allowed."),
            )
            .parameter(
                parameter("LiteralName", "string[]")
                    .mandatory()
                    .by_property_name()
                    .set("LiteralName")
                    .help("Names, taken as they are."),
            )
            .parameter(
                parameter("PSProvider", "string[]")
                    .by_property_name()
                    .help("Only drives of these providers."),
            )
            .example("Get-PSDrive", "Lists the drives.")
            .alias("gdr"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let patterns: Vec<String> = [arguments.list("Name"), arguments.list("LiteralName")].concat();
            let providers = arguments.list("PSProvider");
            let literal = arguments.has("LiteralName");
            let fits = |pattern: &String, name: &str| {
                pattern.eq_ignore_ascii_case(name) || (!literal && inspect::like(name, pattern))
            };
            let wanted = |name: &str| {
                (patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, name)))
                    && (providers.is_empty()
                        || providers
                            .iter()
                            .any(|pattern| inspect::like(provider_of(name), pattern)))
            };
            let drives = known(context)?;
            for pattern in &patterns {
                let is_exact = literal || !plenum_lang::property_expression::has_wildcard(pattern);
                if is_exact
                    && !drives
                        .iter()
                        .any(|drive| drive.name.eq_ignore_ascii_case(pattern))
                {
                    context.error(missing("GetLocationNoMatchingDrive", pattern))?;
                }
            }
            let here = context.session().and_then(|session| session.drive_location());
            let folder = context.host().current_directory();
            for drive in drives.iter().filter(|drive| wanted(&drive.name)) {
                context.write(info(drive, here.as_deref(), &folder))?;
            }
            Ok(())
        },
    )
}

/// New-PSDrive.
pub fn new() -> Arc<dyn Command> {
    simple(
        cmdlet("New-PSDrive", super::MANAGEMENT)
            .synopsis("Makes a drive of a folder, for this session.")
            .parameter(
                parameter("Name", "string")
                    .mandatory()
                    .position(0)
                    .by_property_name()
                    .help("Its name, without colon."),
            )
            .parameter(
                parameter("PSProvider", "string")
                    .mandatory()
                    .position(1)
                    .by_property_name()
                    .help("FileSystem."),
            )
            .parameter(
                parameter("Root", "string")
                    .mandatory()
                    .position(2)
                    .by_property_name()
                    .validate(Validation::AllowEmptyString)
                    .complete(Completion::Path)
                    .help("The folder."),
            )
            .parameter(
                parameter("Description", "string")
                    .by_property_name()
                    .help("Not built yet."),
            )
            .parameter(
                parameter("Scope", "string")
                    .by_property_name()
                    .help("Global: drives are the session's."),
            )
            .parameter(parameter("Persist", "switch").help("Not built: it maps network drives of Windows."))
            .parameter(
                parameter("Credential", "pscredential")
                    .by_property_name()
                    .help("Not built yet."),
            )
            .should_process(Impact::Medium)
            .example(
                "New-PSDrive -Name Backup -PSProvider FileSystem -Root /var/backups",
                "Gives a folder a short name.",
            )
            .alias("ndr"),
        new_drive,
    )
}

fn new_drive(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(arguments, &["Credential", "Description", "Persist"])?;
    if let Some(scope) = arguments
        .text("Scope")
        .filter(|scope| !scope.eq_ignore_ascii_case("global"))
    {
        return Err(not_built(&format!("-Scope {scope}"))
            .hint("Leave it out: drives are the session's.")
            .into());
    }
    let (name, provider_name) = (
        arguments.required_text("Name")?,
        arguments.required_text("PSProvider")?,
    );
    if !provider_name.eq_ignore_ascii_case("FileSystem") {
        if known(context)?
            .iter()
            .any(|drive| provider_of(&drive.name).eq_ignore_ascii_case(&provider_name))
        {
            let message = format!("A drive of the provider '{provider_name}'");
            return Err(not_built(&message)
                .hint("Make drives of folders: -PSProvider FileSystem.")
                .into());
        }
        let message = format!("Cannot find a provider with the name '{provider_name}'.");
        return Err(not_found("ProviderNotFound", text(provider_name), message)
            .exception("System.Management.Automation.ProviderNotFoundException")
            .into());
    }
    if name.is_empty() || name.contains([':', '/', '\\', '*', '?', '[', ']']) {
        let message = format!("The drive name '{name}' contains a character that no drive's name has.");
        return Err(invalid_argument("InvalidDriveName", text(name), message).into());
    }
    if known(context)?
        .iter()
        .any(|drive| drive.name.eq_ignore_ascii_case(&name))
    {
        let message = format!("A drive with the name '{name}' already exists.");
        return Err(exists("DriveAlreadyExists", text(name), message)
            .exception("System.Management.Automation.SessionStateException")
            .into());
    }
    let given = arguments.required_text("Root")?;
    let root = path::full(context, &given);
    if !context
        .host()
        .file_status(&root)
        .is_some_and(|status| status.is_directory)
    {
        let message =
            format!("The specified drive root \"{given}\" either does not exist, or it is not a folder.");
        return Err(not_found("DriveRootError", text(given), message)
            .exception("System.IO.IOException")
            .into());
    }
    let target = format!("Name: {name} Provider: Microsoft.PowerShell.Core\\FileSystem Root: {root}");
    if context.should_process(&target, Some("New drive"))? {
        provider::session(context)?.set_folder_drive(&name, Some(&root));
        let drive = Known {
            name,
            root,
            description: String::new(),
        };
        context.write(info(&drive, None, ""))?;
    }
    Ok(())
}

/// Remove-PSDrive.
pub fn remove() -> Arc<dyn Command> {
    simple(
        cmdlet("Remove-PSDrive", super::MANAGEMENT)
            .synopsis("Takes a drive away that New-PSDrive made; its folder stays.")
            .default_set("Name")
            .parameter(
                parameter("Name", "string[]")
                    .mandatory()
                    .position(0)
                    .by_property_name()
                    .set("Name")
                    .help("Names without colon; wildcards are allowed."),
            )
            .parameter(
                parameter("LiteralName", "string[]")
                    .mandatory()
                    .position(0)
                    .by_property_name()
                    .set("LiteralName")
                    .help("Names, taken as they are."),
            )
            .parameter(
                parameter("PSProvider", "string[]")
                    .by_property_name()
                    .help("Only drives of these providers."),
            )
            .parameter(
                parameter("Scope", "string")
                    .by_property_name()
                    .help("Global, Script or Local: drives are the session's in all of them."),
            )
            .parameter(parameter("Force", "switch").help("Also when the session is at its root."))
            .should_process(Impact::Medium)
            .example("Remove-PSDrive Backup", "Takes a short name away.")
            .alias("rdr"),
        remove_drives,
    )
}

fn remove_drives(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let scopes = ["global", "script", "local"];
    if let Some(scope) = arguments
        .text("Scope")
        .filter(|scope| !scopes.contains(&scope.to_ascii_lowercase().as_str()))
    {
        return Err(not_built(&format!("-Scope {scope}"))
            .hint("Leave it out: drives are the session's.")
            .into());
    }
    let force = arguments.switch("Force");
    let literal = arguments.has("LiteralName");
    let providers = arguments.list("PSProvider");
    let of_provider = |name: &str| {
        providers.is_empty()
            || providers
                .iter()
                .any(|pattern| inspect::like(provider_of(name), pattern))
    };
    for pattern in [arguments.list("Name"), arguments.list("LiteralName")].concat() {
        let is_exact = literal || !plenum_lang::property_expression::has_wildcard(&pattern);
        let fits = |name: &str| match is_exact {
            true => name.eq_ignore_ascii_case(&pattern),
            false => inspect::like(name, &pattern),
        };
        let found: Vec<Known> = known(context)?
            .into_iter()
            .filter(|drive| fits(&drive.name) && of_provider(&drive.name))
            .collect();
        if found.is_empty() && is_exact {
            context.error(missing("DriveNotFound", &pattern))?;
        }
        for drive in found {
            if names().any(|name| name == drive.name) {
                let message = format!(
                    "The drive '{}' cannot be removed: the session has it always.",
                    drive.name
                );
                context.error(invalid_argument("DriveNotRemovable", text(drive.name), message))?;
            } else if !force && context.host().current_directory() == drive.root {
                let message = format!("Cannot remove drive '{}' because it is in use.", drive.name);
                context.error(invalid_argument("DriveInUse", text(drive.name), message))?;
            } else if context.should_process(
                &format!("Name: {} Root: {}", drive.name, drive.root),
                Some("Remove Drive"),
            )? {
                provider::session(context)?.set_folder_drive(&drive.name, None);
            }
        }
    }
    Ok(())
}

fn missing(id: &str, name: &str) -> ErrorRecord {
    let message = format!("Cannot find drive. A drive with the name '{name}' does not exist.");
    not_found(id, text(name), message).exception("System.Management.Automation.DriveNotFoundException")
}

fn built_in(name: &'static str) -> Known {
    let root = match name {
        "/" => "/",
        "Cs" => "Cs:\\",
        _ => "",
    };
    let description = match name {
        "/" => "Files and folders.",
        "Cs" => "The deployment: what the Get-Cs cmdlets give.",
        "Env" => "Environment variables.",
        "Alias" => "Aliases.",
        "Function" => "Functions.",
        _ => "Variables.",
    };
    Known {
        name: name.to_owned(),
        root: root.to_owned(),
        description: description.to_owned(),
    }
}

fn info(drive: &Known, here: Option<&str>, folder: &str) -> Value {
    let name = drive.name.as_str();
    let place = match name {
        "/" => folder.trim_start_matches('/'),
        _ => here
            .and_then(|here| here.split_once(':'))
            .filter(|(drive, _)| *drive == name)
            .map_or("", |(_, place)| place.trim_start_matches('\\')),
    };
    record(
        &["System.Management.Automation.PSDriveInfo", "System.Object"],
        name,
        vec![
            ("Used", Value::Null),
            ("Free", Value::Null),
            ("CurrentLocation", text(place)),
            ("Name", text(name)),
            (
                "Provider",
                text(format!("Microsoft.PowerShell.Core\\{}", provider_of(name))),
            ),
            ("Root", text(&drive.root)),
            ("Description", text(&drive.description)),
        ],
        vec![("ProviderName", text(provider_of(name)))],
    )
}

/// Get-PSProvider.
pub fn provider_command() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-PSProvider", super::CORE)
            .synopsis("Gives what drives are over.")
            .parameter(
                parameter("PSProvider", "string[]")
                    .position(0)
                    .by_property_name()
                    .help("Names; wildcards are allowed."),
            )
            .example("Get-PSProvider", "Lists the providers."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let patterns = arguments.list("PSProvider");
            for drive in names() {
                let name = provider_of(drive);
                if patterns.is_empty() || patterns.iter().any(|pattern| inspect::like(name, pattern)) {
                    let capabilities = match name {
                        "FileSystem" => "Filter, ShouldProcess",
                        "Deployment" => "None",
                        _ => "ShouldProcess",
                    };
                    context.write(record(
                        &["System.Management.Automation.ProviderInfo", "System.Object"],
                        format!("Microsoft.PowerShell.Core\\{name}"),
                        vec![
                            ("Name", text(name)),
                            ("Capabilities", text(capabilities)),
                            ("Drives", array(vec![text(drive)])),
                        ],
                        Vec::new(),
                    ))?;
                }
            }
            Ok(())
        },
    )
}
