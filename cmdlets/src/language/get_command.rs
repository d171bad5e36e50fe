//! Get-Command: what can be run.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::members::{Method, parameter_metadata};
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::session::{CommandInfo, CommandKind};
use plenum_lang::signature::{Completion, Signature};
use plenum_lang::value::Value;

use super::get_help::syntax_lines;
use super::provider::session;
use crate::authoring::{
    Read, array, cmdlet, not_found, object, parameter, record_with_methods, simple, text,
};

/// Get-Command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-Command", super::CORE)
            .synopsis("Shows commands.")
            .default_set("CmdletSet")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .complete(Completion::Command)
                    .help("The names; wildcards are allowed."),
            )
            .parameter(
                parameter("Verb", "string[]")
                    .by_property_name()
                    .set("CmdletSet")
                    .help("Commands with these verbs."),
            )
            .parameter(
                parameter("Noun", "string[]")
                    .by_property_name()
                    .set("CmdletSet")
                    .help("Commands with these nouns."),
            )
            .parameter(
                parameter("Module", "string[]")
                    .alias("PSSnapin")
                    .by_property_name()
                    .help("Commands of these modules."),
            )
            .parameter(
                parameter("CommandType", "string[]")
                    .alias("Type")
                    .set("AllCommandSet")
                    .help("Alias, Function, Cmdlet, ExternalScript, Application, All."),
            )
            .parameter(parameter("TotalCount", "int").help("Only so many."))
            .switch("Syntax", "Shows the syntax.")
            .switch("All", "All commands of a name, not only the one that runs.")
            .switch("ListImported", "Commands of the session.")
            .parameter(parameter("ParameterName", "string[]").help("Commands with these parameters."))
            .parameter(
                parameter("ArgumentList", "object[]")
                    .alias("Args")
                    .position(1)
                    .remaining()
                    .help("Arguments that decide dynamic parameters; there are none here."),
            )
            .example("Get-Command *-CsUser", "Shows the commands for users.")
            .example(
                "Get-Command Set-CsUser -Syntax",
                "Shows how a command is written.",
            )
            .alias("gcm"),
        get_command,
    )
}

fn get_command(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let names = arguments.list("Name");
    let mut found: Vec<CommandInfo> = Vec::new();
    if names.is_empty() {
        found = session(context)?.commands();
        found.retain(|info| !matches!(info.kind, CommandKind::Alias(_)) || arguments.has("CommandType"));
    }
    for name in &names {
        let bare = name.rsplit('\\').next().unwrap_or(name);
        let matching: Vec<CommandInfo> = if has_wildcard(bare) {
            let all = session(context)?.commands();
            all.into_iter()
                .filter(|info| inspect::like(&info.name, bare))
                .collect()
        } else {
            let mut resolved = session(context)?.resolve_command(bare);
            if !arguments.switch("All") {
                resolved.truncate(1);
            }
            resolved
        };
        if matching.is_empty() && !has_wildcard(bare) {
            let message = format!(
                "The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable \
                 program.\nCheck the spelling of the name, or if a path was included, verify that the path is correct \
                 and try again."
            );
            let record = not_found("CommandNotFoundException", text(name), message)
                .exception("System.Management.Automation.CommandNotFoundException");
            context.error(record)?;
        }
        found.extend(matching);
    }
    found.retain(|info| wanted(arguments, info));
    if let Some(limit) = arguments
        .int("TotalCount")
        .and_then(|limit| usize::try_from(limit).ok())
    {
        found.truncate(limit);
    }
    for info in found {
        if arguments.switch("Syntax") {
            let lines = info.signature.as_deref().map(syntax_lines).unwrap_or_default();
            context.write(text(
                lines.iter().map(|line| format!("\n{line}\n")).collect::<String>(),
            ))?;
        } else {
            context.write(command_object(&info))?;
        }
    }
    Ok(())
}

fn wanted(arguments: &Arguments, info: &CommandInfo) -> bool {
    let any = |name: &str, subject: &str| {
        let patterns = arguments.list(name);
        patterns.is_empty() || patterns.iter().any(|pattern| inspect::like(subject, pattern))
    };
    let (verb, noun) = info.name.split_once('-').unwrap_or(("", ""));
    let types = arguments.list("CommandType");
    let parameters = arguments.list("ParameterName");
    let module = info
        .signature
        .as_ref()
        .map_or("", |signature| signature.module.as_ref());
    let kind = kind_name(&info.kind);
    any("Verb", verb)
        && any("Noun", noun)
        && any("Module", module)
        && (!(arguments.has("Verb") || arguments.has("Noun")) || !matches!(info.kind, CommandKind::Alias(_)))
        && (types.is_empty()
            || types.iter().flat_map(|types| types.split(',')).any(|name| {
                name.trim().eq_ignore_ascii_case("All") || name.trim().eq_ignore_ascii_case(kind)
            }))
        && parameters.iter().all(|wanted| {
            info.signature.as_ref().is_some_and(|signature| {
                signature
                    .parameters
                    .iter()
                    .any(|parameter| inspect::like(&parameter.name, wanted))
            })
        })
}

fn kind_name(kind: &CommandKind) -> &'static str {
    match kind {
        CommandKind::Alias(_) => "Alias",
        CommandKind::Function(_) => "Function",
        CommandKind::Cmdlet => "Cmdlet",
        CommandKind::Script(_) => "ExternalScript",
        CommandKind::Application(_) => "Application",
    }
}

/// A CommandInfo of what the session resolved.
pub fn command_object(found: &CommandInfo) -> Value {
    let kind = kind_name(&found.kind);
    let signature = found.signature.as_deref();
    let module = signature.map_or("", |signature| signature.module.as_ref());
    let mut details = Vec::new();
    let mut shown = found.name.to_string();
    let mut source = module.to_owned();
    match &found.kind {
        CommandKind::Alias(definition) => {
            shown = format!("{} -> {definition}", found.name);
            source = String::new();
            details.push(("Definition", text(definition.as_ref())));
            details.push(("ResolvedCommandName", text(definition.as_ref())));
        }
        CommandKind::Function(block) => {
            details.push(("ScriptBlock", block.clone()));
            details.push(("Definition", text(inspect::text(block))));
        }
        CommandKind::Cmdlet => {
            let lines = signature.map(syntax_lines).unwrap_or_default();
            details.push(("Definition", text(lines.join("\n"))));
        }
        CommandKind::Script(path) | CommandKind::Application(path) => {
            source = path.to_string();
            details.push(("Path", text(path.as_ref())));
            details.push(("Definition", text(path.as_ref())));
        }
    }
    if let Some(signature) = signature {
        let block = match &found.kind {
            CommandKind::Function(block) => Some(block),
            _ => None,
        };
        details.push(("Parameters", parameter_metadata::table(signature, block)));
        details.push(("ParameterSets", array(parameter_sets(signature))));
        details.push((
            "DefaultParameterSet",
            crate::authoring::optional_text(signature.default_set.as_deref()),
        ));
    }
    let version = match &found.module {
        Some(module) => module.version.as_str(),
        None if kind == "Cmdlet" => "1.0.0.0",
        None => "",
    };
    if let Some(module) = &found.module {
        details.push(("Module", super::module::module(module)));
    }
    info(kind, &found.name, &shown, version, &source, details)
}

/// A CommandInfo.
pub fn info(
    kind: &'static str,
    name: &str,
    display_name: &str,
    version: &str,
    source: &str,
    details: Vec<(&'static str, Value)>,
) -> Value {
    let type_name = match kind {
        "Alias" => "System.Management.Automation.AliasInfo",
        "Function" => "System.Management.Automation.FunctionInfo",
        "Cmdlet" => "System.Management.Automation.CmdletInfo",
        "ExternalScript" => "System.Management.Automation.ExternalScriptInfo",
        _ => "System.Management.Automation.ApplicationInfo",
    };
    let (verb, noun) = name.split_once('-').unwrap_or(("", ""));
    let mut shown = vec![
        (
            "CommandType",
            enumeration("System.Management.Automation.CommandTypes", kind),
        ),
        ("Name", text(name)),
        (
            "Version",
            if version.is_empty() {
                Value::Null
            } else {
                text(version)
            },
        ),
        ("Source", text(source)),
        ("ModuleName", text(source)),
        ("Visibility", text("Public")),
    ];
    let mut hidden = vec![
        ("DisplayName", text(display_name)),
        ("Verb", text(verb)),
        ("Noun", text(noun)),
    ];
    let (in_list, by_name): (Vec<_>, Vec<_>) = details
        .into_iter()
        .partition(|(name, _)| ["Definition", "Path"].contains(name));
    shown.extend(in_list);
    hidden.extend(by_name);
    record_with_methods(
        &[
            type_name,
            "System.Management.Automation.CommandInfo",
            "System.Object",
        ],
        name,
        shown,
        hidden,
        METHODS,
    )
}

/// An enum value where the type is known, else its name.
fn enumeration(type_name: &str, name: &str) -> Value {
    let of = plenum_lang::types::resolve(type_name);
    of.and_then(|of| text(name).convert(&of).ok())
        .unwrap_or_else(|| text(name))
}

/// `ResolveParameter(name)`: the parameter of a name, an alias or the beginning of one name only.
static METHODS: &[Method] = &[Method::new(
    "ResolveParameter",
    "System.Management.Automation.ParameterMetadata ResolveParameter(string name)",
    |call| {
        call.expect(1, 1)?;
        let wanted = call.text(0)?.to_lowercase();
        let table = inspect::property(call.target, "Parameters").unwrap_or_default();
        let known = match &table {
            Value::Hashtable(table) => table.pairs(),
            _ => Vec::new(),
        };
        let named = |begins: bool| {
            let fits = |name: &str| match begins {
                true => name.to_lowercase().starts_with(&wanted),
                false => name.to_lowercase() == wanted,
            };
            let has = |metadata: &Value| {
                let aliases = inspect::property(metadata, "Aliases").unwrap_or_default();
                aliases.iter().any(|alias| fits(&inspect::text(&alias)))
            };
            let found = known
                .iter()
                .filter(|(name, metadata)| fits(&inspect::text(name)) || has(metadata));
            found.map(|(_, metadata)| metadata.clone()).collect::<Vec<_>>()
        };
        let exact = named(false).into_iter().next();
        let found = exact.or_else(|| Some(named(true)).filter(|all| all.len() == 1)?.pop());
        found.ok_or_else(|| {
            let message = format!("A parameter cannot be found that matches parameter name '{wanted}'.");
            ErrorRecord::new("ParameterBindingException", Category::InvalidArgument, message)
                .exception("System.Management.Automation.ParameterBindingException")
                .into()
        })
    },
)];

fn parameter_sets(signature: &Signature) -> Vec<Value> {
    super::get_help::set_names(signature)
        .into_iter()
        .map(|set| {
            let inside = signature
                .parameters
                .iter()
                .filter(|known| super::get_help::in_set(known, set.as_deref()));
            object(
                "System.Management.Automation.CommandParameterSetInfo",
                [
                    (
                        "Name",
                        text(set.clone().unwrap_or_else(|| "__AllParameterSets".to_owned())),
                    ),
                    (
                        "IsDefault",
                        Value::Bool(set.is_none() || set.as_deref() == signature.default_set.as_deref()),
                    ),
                    (
                        "Parameters",
                        array(inside.map(parameter_metadata::of_parameter).collect()),
                    ),
                ],
            )
        })
        .collect()
}
