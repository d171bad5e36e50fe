//! Import-Module, Get-Module, Remove-Module, Export-ModuleMember.
//!
//! The product's own commands are always there: importing a module that they belong to, or one whose place they take,
//! does nothing.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Interrupt, Result};
use plenum_lang::registry::Registry;
use plenum_lang::session::{ALWAYS_THERE, Exports, ModuleImport, ModuleInfo, Versions};
use plenum_lang::signature::{Impact, Membership};
use plenum_lang::value::{Hashtable, TableKind, Value};

use super::provider::session;
use crate::authoring::{Read, cmdlet, not_found, parameter, record, simple, text, text_array};

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(import_signature(), import));
    registry.add(simple(
        cmdlet("Get-Module", super::CORE)
            .synopsis("Lists modules.")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_value()
                    .help("The modules; wildcards are allowed."),
            )
            .switch("ListAvailable", "Those below PSModulePath, loaded or not.")
            .example("Get-Module", "Lists the modules of the session.")
            .alias("gmo"),
        get,
    ));
    registry.add(simple(
        cmdlet("Remove-Module", super::CORE)
            .synopsis("Takes a module and its functions out of the session.")
            .parameter(
                parameter("Name", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .help("The modules; wildcards are allowed."),
            )
            .switch(
                "Force",
                "Taken for scripts that pass it: no module is read-only here.",
            )
            .should_process(Impact::Medium)
            .example("Remove-Module Voice", "Removes the functions that it brought.")
            .alias("rmo"),
        remove,
    ));
    registry.add(simple(new_signature(), new));
    let names = |name: &'static str, help: &'static str| parameter(name, "string[]").help(help);
    registry.add(simple(
        cmdlet("Export-ModuleMember", super::CORE)
            .synopsis("Says what the module that calls it gives to those who load it.")
            .parameter(
                names("Function", "Functions; wildcards are allowed.")
                    .position(0)
                    .by_value(),
            )
            .parameter(names("Alias", "Aliases; wildcards are allowed."))
            .parameter(names("Variable", "Variables; wildcards are allowed."))
            .example(
                "Export-ModuleMember -Function Get-*",
                "Keeps the other functions to itself.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            // Once it is called, what it does not name stays inside.
            let named = |name: &str| Some(arguments.list(name));
            session(context)?.export_module_member(Exports {
                functions: named("Function"),
                aliases: named("Alias"),
                variables: named("Variable"),
            })
        },
    ));
}

fn import_signature() -> crate::authoring::SignatureBuilder {
    let version = |name: &'static str, help: &'static str| parameter(name, "string").set("Name").help(help);
    cmdlet("Import-Module", super::CORE)
        .synopsis("Loads a module from disk; the product's own are always there.")
        .default_set("Name")
        .parameter(
            parameter("FullyQualifiedName", "hashtable[]")
                .mandatory()
                .position(0)
                .set("FullyQualifiedName")
                .help("Tables with ModuleName and ModuleVersion, MaximumVersion or RequiredVersion."),
        )
        .parameter(version("MinimumVersion", "This version or a later one.").alias("Version"))
        .parameter(version("MaximumVersion", "This version or an earlier one."))
        .parameter(version("RequiredVersion", "Exactly this version."))
        .parameter(parameter("Alias", "string[]").help("Only these aliases; wildcards are allowed."))
        .parameter(parameter("Variable", "string[]").help("Only these variables; wildcards are allowed."))
        .parameter(
            parameter("Name", "string[]")
                .mandatory()
                .position(0)
                .set("Name")
                .by_value()
                .help("Names below PSModulePath, or paths of .psm1 and .psd1 files or of their folders."),
        )
        .switch("Force", "Loads it again.")
        .switch("PassThru", "Gives the module.")
        .switch(
            "Global",
            "Publishes in the global session when a module loads another.",
        )
        .switch(
            "DisableNameChecking",
            "Accepts verbs that are not approved; they are accepted anyway.",
        )
        .parameter(parameter("Prefix", "string").help("Goes before the nouns of its functions."))
        .parameter(parameter("Function", "string[]").help("Only these functions; wildcards are allowed."))
        .parameter(
            parameter("Scope", "string")
                .one_of(&["Local", "Global"])
                .help("Global is what -Global says."),
        )
        .example("Import-Module ./voice.psm1", "Loads the functions of a file.")
        .alias("ipmo")
}

fn new_signature() -> crate::authoring::SignatureBuilder {
    cmdlet("New-Module", super::CORE)
        .synopsis("Makes a module of a script block.")
        .default_set("ScriptBlock")
        .parameter(
            parameter("Name", "string")
                .mandatory()
                .position(0)
                .set("Name")
                .help("The module's name."),
        )
        .parameter(
            parameter("ScriptBlock", "scriptblock")
                .member(of_set("ScriptBlock", 0))
                .member(of_set("Name", 1))
                .help("What defines its functions."),
        )
        .parameter(
            parameter("ArgumentList", "object[]")
                .alias("Args")
                .help("Arguments of the block."),
        )
        .switch(
            "AsCustomObject",
            "Gives an object whose methods are the exported functions.",
        )
        .switch(
            "ReturnResult",
            "Gives what the block puts out instead of the module.",
        )
        .example(
            "New-Module -Name Voice { function Get-Line { 'tel:+1425' } }",
            "Makes a module with one function.",
        )
        .link("Import-Module")
        .alias("nmo")
}

fn of_set(set: &'static str, position: u16) -> Membership {
    Membership {
        set: Some(set.into()),
        position: Some(position),
        mandatory: true,
        ..Membership::default()
    }
}

fn new(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let block = arguments.block("ScriptBlock").unwrap_or_default();
    let name = arguments.text("Name").unwrap_or_else(|| {
        let (high, low) = (context.host().random(), context.host().random());
        format!("__DynamicModule_{high:016x}{low:016x}")
    });
    let as_object = arguments.switch("AsCustomObject");
    let given = arguments.values("ArgumentList");
    let output = session(context)?.new_module(&name, &block, given, as_object)?;
    if as_object || arguments.switch("ReturnResult") {
        return output.into_iter().try_for_each(|value| context.write(value));
    }
    let made = session(context)?
        .modules()
        .into_iter()
        .find(|module| *module.name == *name);
    match made {
        Some(info) => context.write(module(&info)),
        None => Ok(()),
    }
}

fn is_own(context: &dyn Context, name: &str) -> bool {
    ALWAYS_THERE.iter().any(|usual| usual.eq_ignore_ascii_case(name))
        || context
            .registry()
            .commands()
            .any(|command| command.signature().module.eq_ignore_ascii_case(name))
}

fn import(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let global = arguments.switch("Global")
        || arguments
            .text("Scope")
            .is_some_and(|scope| scope.eq_ignore_ascii_case("Global"));
    let versions = Versions {
        minimum: arguments.text("MinimumVersion"),
        maximum: arguments.text("MaximumVersion"),
        required: arguments.text("RequiredVersion"),
    };
    let plain = arguments.list("Name").into_iter().map(|name| ModuleImport {
        versions: versions.clone(),
        ..ModuleImport::of(&name)
    });
    let qualified = arguments.values("FullyQualifiedName");
    let wanted: Vec<ModuleImport> = plain
        .chain(qualified.iter().map(ModuleImport::of_value))
        .collect();
    for one in wanted {
        if is_own(context, &one.name) {
            continue;
        }
        let import = ModuleImport {
            aliases: arguments.list("Alias"),
            variables: arguments.list("Variable"),
            prefix: arguments.text("Prefix").filter(|prefix| !prefix.is_empty()),
            functions: arguments.list("Function"),
            force: arguments.switch("Force"),
            global,
            ..one
        };
        let info = match session(context)?.import_module(&import) {
            Ok(info) => info,
            Err(Interrupt::Error(missing))
                if missing.id.ends_with("NotFound") && missing.id.starts_with("Modules_") =>
            {
                context.error(*missing)?;
                continue;
            }
            Err(interrupt) => return Err(interrupt),
        };
        if arguments.switch("PassThru") {
            context.write(module(&info))?;
        }
    }
    Ok(())
}

/// A module as an object; commands are found by name in its tables.
pub fn module(info: &ModuleInfo) -> Value {
    let functions = info.exported.iter().map(ToString::to_string);
    let functions: Vec<(String, Value)> = functions
        .map(|name| {
            let described = super::get_command::info("Function", &name, &name, "", &info.name, Vec::new());
            (name, described)
        })
        .collect();
    module_object(
        vec![
            ("ModuleType", text(info.kind)),
            ("Version", version(&info.version)),
            ("Name", text(info.name.as_ref())),
            ("Path", text(&info.path)),
            ("Description", text(&info.description)),
        ],
        &functions,
        ("ExportedFunctions", details(info)),
    )
}

fn version(given: &str) -> Value {
    let known = plenum_lang::types::resolve("version");
    known
        .and_then(|of| text(given).convert(&of).ok())
        .unwrap_or_else(|| text(given))
}

fn module_object(
    mut shown: Vec<(&'static str, Value)>,
    commands: &[(String, Value)],
    (kind, details): (&'static str, Vec<(&'static str, Value)>),
) -> Value {
    let table = || {
        let entries = commands.iter().map(|(name, info)| (text(name), info.clone()));
        let of = |name: &str| plenum_lang::types::resolve(name);
        let kind = match (of("string"), of("object")) {
            (Some(key), Some(value)) => TableKind::Dictionary(key, value),
            _ => TableKind::Ordered,
        };
        let table = Hashtable::new(kind);
        for (key, value) in entries {
            table.set(key, value);
        }
        Value::Hashtable(Arc::new(table))
    };
    let name = shown.iter().find(|(known, _)| *known == "Name");
    let name = name.map(|(_, name)| name.to_text()).unwrap_or_default();
    shown.push(("ExportedCommands", table()));
    let names = text_array(commands.iter().map(|(name, _)| name.clone()));
    record(
        &["System.Management.Automation.PSModuleInfo", "System.Object"],
        name,
        shown,
        [(kind, table()), ("ExportedNames", names)]
            .into_iter()
            .chain(details)
            .collect(),
    )
}

/// What a manifest says beside the version, and the aliases and variables.
fn details(info: &ModuleInfo) -> Vec<(&'static str, Value)> {
    let manifest = |key: &str| {
        let value = info.manifest.as_ref().and_then(|table| table.property(key));
        value.unwrap_or_default()
    };
    let named = |names: &[Arc<str>]| {
        let table = Hashtable::new(TableKind::Ordered);
        for name in names {
            table.set(text(name.as_ref()), text(name.as_ref()));
        }
        Value::Hashtable(Arc::new(table))
    };
    let data = manifest("PrivateData");
    let package = |key: &str| {
        let of = data.property("PSData").and_then(|package| package.property(key));
        of.unwrap_or_default()
    };
    let base = info.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    vec![
        ("ModuleBase", text(base)),
        ("Guid", manifest("GUID")),
        ("Author", manifest("Author")),
        ("CompanyName", manifest("CompanyName")),
        ("Copyright", manifest("Copyright")),
        ("RootModule", manifest("RootModule")),
        ("RequiredModules", manifest("RequiredModules")),
        ("PowerShellVersion", manifest("PowerShellVersion")),
        ("Tags", package("Tags")),
        ("ProjectUri", package("ProjectUri")),
        ("LicenseUri", package("LicenseUri")),
        ("ReleaseNotes", package("ReleaseNotes")),
        ("PrivateData", data.clone()),
        ("ExportedAliases", named(&info.aliases)),
        ("ExportedVariables", named(&info.variables)),
    ]
}

fn get(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let patterns = arguments.list("Name");
    let wanted = |name: &str| patterns.is_empty() || Exports::fits(&patterns, name);
    if arguments.switch("ListAvailable") {
        for (name, file) in session(context)?.available_modules() {
            if wanted(&name) {
                match session(context)?.inspect_module(&file) {
                    Ok(info) => context.write(module(&info))?,
                    // A module that cannot be read is not one that is available.
                    Err(_) => context.verbose(&format!("{file} cannot be read as a module."))?,
                }
            }
        }
        return Ok(());
    }
    for info in session(context)?.modules() {
        if wanted(&info.name) {
            context.write(module(&info))?;
        }
    }
    own_modules(context, &wanted)
}

/// The product's commands by module.
fn own_modules(context: &mut dyn Context, wanted: &dyn Fn(&str) -> bool) -> Result<()> {
    let mut modules: Vec<(String, Vec<(String, Value)>)> = Vec::new();
    for command in context.registry().commands() {
        let signature = command.signature();
        let name = signature.name.to_string();
        let info = super::get_command::info("Cmdlet", &name, &name, "", &signature.module, Vec::new());
        let name = (name, info);
        match modules.iter_mut().find(|(known, _)| *known == signature.module) {
            Some((_, commands)) => commands.push(name),
            None => modules.push((signature.module.to_string(), vec![name])),
        }
    }
    for (name, commands) in modules {
        if !name.is_empty() && wanted(&name) {
            let shown = vec![
                ("ModuleType", text("Binary")),
                ("Version", version(env!("CARGO_PKG_VERSION"))),
                ("Name", text(name)),
            ];
            context.write(module_object(shown, &commands, ("ExportedCmdlets", Vec::new())))?;
        }
    }
    Ok(())
}

fn remove(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let _ = arguments.switch("Force");
    for name in arguments.list("Name") {
        let mut fitting = session(context)?.modules();
        fitting.retain(|module| plenum_lang::inspect::like(&module.name, &name));
        let nothing_fits = fitting.is_empty();
        for module in fitting {
            let target = format!("{} (Path: '{}')", module.name, module.path);
            if context.should_process(&target, Some("Remove-Module"))? {
                session(context)?.remove_module(&module.name);
            }
        }
        if nothing_fits && !session(context)?.remove_module(&name) {
            context.error(not_found(
                "Modules_NoModulesRemoved",
                text(&name),
                format!("No modules were removed. Verify that the specification of modules to remove is correct and those modules exist in the session: '{name}'."),
            ))?;
        }
    }
    Ok(())
}
