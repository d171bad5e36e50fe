//! New- and Test-ModuleManifest: the .psd1 file that says what a module is, written and read without running the module.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::registry::Registry;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::path;
use super::provider::session;
use crate::authoring::{Read, SignatureBuilder, cmdlet, not_found, parameter, simple, text};

/// Keys with one text, in the order of the file.
const TEXTS: &[(&str, &str)] = &[
    ("RootModule", "The script that is the module."),
    ("ModuleVersion", "The version, such as 1.0.0."),
    ("Guid", "What tells the module from others of its name."),
    ("Author", "Who wrote it."),
    ("CompanyName", "For whom."),
    ("Copyright", "Whose it is."),
    ("Description", "What it is for."),
    ("PowerShellVersion", "The lowest version of the language."),
    ("DefaultCommandPrefix", "Goes before the nouns of its functions."),
    ("HelpInfoUri", "Where its help is."),
];

/// Keys with lists.
const LISTS: &[(&str, &str)] = &[
    ("RequiredModules", "Modules that are loaded first."),
    (
        "ScriptsToProcess",
        "Scripts that run first, where the module is imported.",
    ),
    (
        "NestedModules",
        "Scripts and modules that are loaded into the module.",
    ),
    (
        "FunctionsToExport",
        "Functions that it gives; wildcards are allowed.",
    ),
    (
        "CmdletsToExport",
        "Cmdlets that it gives: a script module has none.",
    ),
    (
        "VariablesToExport",
        "Variables that it gives; wildcards are allowed.",
    ),
    ("AliasesToExport", "Aliases that it gives; wildcards are allowed."),
    ("ModuleList", "All modules of the package."),
    ("FileList", "All files of the package."),
];

/// Keys of PrivateData.PSData.
const PACKAGE: &[(&str, &str)] = &[
    ("Tags", "Words by which the package is found."),
    ("LicenseUri", "Where its licence is."),
    ("ProjectUri", "Where its project is."),
    ("ReleaseNotes", "What is new."),
    ("Prerelease", "What follows the version of one that is not ready."),
];

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(new_signature(), new));
    registry.add(simple(
        cmdlet("Test-ModuleManifest", super::CORE)
            .synopsis("Reads a module's manifest and says what it describes; the module is not loaded.")
            .parameter(
                parameter("Path", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .complete(Completion::Path)
                    .help("The .psd1 file."),
            )
            .example(
                "Test-ModuleManifest ./voice.psd1",
                "Shows name, version and exports.",
            ),
        test,
    ));
}

fn new_signature() -> SignatureBuilder {
    let signature = cmdlet("New-ModuleManifest", super::CORE)
        .synopsis("Writes a module's manifest.")
        .parameter(
            parameter("Path", "string")
                .mandatory()
                .position(0)
                .complete(Completion::Path)
                .help("The .psd1 file."),
        )
        .parameter(parameter("PrivateData", "object").help("A table for the module's own use."))
        .switch("PassThru", "Gives the text too.")
        .should_process(Impact::Medium)
        .example(
            "New-ModuleManifest ./voice.psd1 -RootModule voice.psm1 -FunctionsToExport Get-Line",
            "Describes a module.",
        );
    let texts = TEXTS.iter().map(|(name, help)| {
        let one = parameter(*name, "string").help(*help);
        if *name == "RootModule" {
            one.alias("ModuleToProcess")
        } else {
            one
        }
    });
    let lists = LISTS
        .iter()
        .map(|(name, help)| parameter(*name, "object[]").help(*help));
    let package = PACKAGE.iter().map(|(name, help)| {
        parameter(*name, if *name == "Tags" { "string[]" } else { "string" }).help(*help)
    });
    signature.parameters(texts.chain(lists).chain(package).collect::<Vec<_>>())
}

fn new(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let file = arguments.required_text("Path")?;
    let content = manifest(context, arguments);
    let whole = path::full(context, &file);
    if !context.should_process(&whole, Some("Creating the module manifest file"))? {
        return Ok(());
    }
    path::write(context, &file, content.as_bytes(), false)?;
    if arguments.switch("PassThru") {
        context.write(text(content))?;
    }
    Ok(())
}

fn manifest(context: &dyn Context, arguments: &Arguments) -> String {
    let mut lines = vec!["@{".to_owned()];
    for (name, _) in TEXTS {
        let default = match *name {
            "ModuleVersion" => Some("0.0.1".to_owned()),
            "Guid" => Some(guid(context)),
            "Author" => context.host().env("USER"),
            _ => None,
        };
        if let Some(value) = arguments.text(name).or(default) {
            let key = if *name == "Guid" { "GUID" } else { name };
            lines.push(format!("    {key} = {}", quoted(&value)));
        }
    }
    for (name, _) in LISTS {
        let exports = name.ends_with("ToExport");
        if arguments.has(name) || exports {
            let values = arguments.values(name);
            let shown = if exports && !arguments.has(name) {
                "'*'".to_owned()
            } else {
                list(&values)
            };
            lines.push(format!("    {name} = {shown}"));
        }
    }
    lines.push("    PrivateData = @{".to_owned());
    if let Some(own) = arguments.hashtable("PrivateData") {
        for (key, value) in own.pairs() {
            lines.push(format!(
                "        {} = {}",
                quoted(&key.to_text()),
                literal(&value)
            ));
        }
    }
    lines.push("        PSData = @{".to_owned());
    for (name, _) in PACKAGE.iter().filter(|(name, _)| arguments.has(name)) {
        let values = arguments.values(name);
        let shown = if *name == "Tags" {
            list(&values)
        } else {
            quoted(&arguments.text(name).unwrap_or_default())
        };
        lines.push(format!("            {name} = {shown}"));
    }
    lines.extend(["        }", "    }", "}", ""].map(str::to_owned));
    lines.join("\n")
}

/// A random GUID (RFC 9562, version 4).
fn guid(context: &dyn Context) -> String {
    let bits = (u128::from(context.host().random()) << 64) | u128::from(context.host().random());
    let bits = bits & !(0xF << 76) & !(0b11 << 62) | (0x4 << 76) | (0b10 << 62);
    let digits = format!("{bits:032x}");
    [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ]
    .join("-")
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn list(values: &[Value]) -> String {
    let items: Vec<String> = values.iter().map(literal).collect();
    format!("@({})", items.join(", "))
}

/// A value as the language writes it.
fn literal(value: &Value) -> String {
    match value.base() {
        Value::Hashtable(table) => {
            let entries: Vec<String> = table
                .pairs()
                .into_iter()
                .map(|(key, value)| format!("{} = {}", quoted(&key.to_text()), literal(&value)))
                .collect();
            format!("@{{ {} }}", entries.join("; "))
        }
        Value::Bool(true) => "$true".to_owned(),
        Value::Bool(false) => "$false".to_owned(),
        Value::Null => "$null".to_owned(),
        Value::Int(number) => number.to_string(),
        other => match plenum_lang::members::enumerate(other) {
            Some(items) => list(&items),
            None => quoted(&other.to_text()),
        },
    }
}

fn test(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let file = arguments.required_text("Path")?;
    let whole = path::full(context, &file);
    if context.host().file_status(&whole).is_none() {
        let message = format!("Cannot find path '{whole}' because it does not exist.");
        return context.error(not_found("PathNotFound", text(whole), message));
    }
    let info = session(context)?.inspect_module(&whole)?;
    context.write(super::module::module(&info))
}
