//! Get-PSDrive, Get-PSProvider: the drives that there are, and what they are over.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::Value;

use super::path::{Drive, provider_of};
use crate::authoring::{Read, array, cmdlet, not_found, parameter, record, simple, text};

/// Names of all drives; `/` is the file system's.
fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once("/").chain(Drive::ALL.into_iter().map(Drive::name))
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
            for pattern in &patterns {
                let is_exact = literal || !plenum_lang::property_expression::has_wildcard(pattern);
                if is_exact && !names().any(|name| name.eq_ignore_ascii_case(pattern)) {
                    let message =
                        format!("Cannot find drive. A drive with the name '{pattern}' does not exist.");
                    let record = not_found("GetLocationNoMatchingDrive", text(pattern), message)
                        .exception("System.Management.Automation.DriveNotFoundException");
                    context.error(record)?;
                }
            }
            let here = context.session().and_then(|session| session.drive_location());
            let folder = context.host().current_directory();
            for name in names().filter(|name| wanted(name)) {
                context.write(info(name, here.as_deref(), &folder))?;
            }
            Ok(())
        },
    )
}

fn info(name: &'static str, here: Option<&str>, folder: &str) -> Value {
    let root = match name {
        "/" => "/".to_owned(),
        "Cs" => "Cs:\\".to_owned(),
        _ => String::new(),
    };
    let place = match name {
        "/" => folder.trim_start_matches('/'),
        _ => here
            .and_then(|here| here.split_once(':'))
            .filter(|(drive, _)| *drive == name)
            .map_or("", |(_, place)| place.trim_start_matches('\\')),
    };
    let description = match name {
        "/" => "Files and folders.",
        "Cs" => "The deployment: what the Get-Cs cmdlets give.",
        "Env" => "Environment variables.",
        "Alias" => "Aliases.",
        "Function" => "Functions.",
        _ => "Variables.",
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
            ("Root", text(root)),
            ("Description", text(description)),
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
