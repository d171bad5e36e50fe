//! Get-, Set-, New- and Remove-Alias.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::registry::Registry;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::get_command;
use super::provider::session;
use crate::authoring::{Read, SignatureBuilder, cmdlet, exists, not_found, parameter, simple, text};

fn writer(name: &'static str, synopsis: &'static str) -> SignatureBuilder {
    cmdlet(name, super::UTILITY)
        .synopsis(synopsis)
        .parameter(
            parameter("Name", "string")
                .mandatory()
                .position(0)
                .by_property_name()
                .help("The alias."),
        )
        .parameter(
            parameter("Value", "string")
                .mandatory()
                .position(1)
                .by_property_name()
                .complete(Completion::Command)
                .help("The command that it stands for."),
        )
        .parameter(parameter("Description", "string").help("What it is for."))
        .parameter(parameter("Option", "string").help("None, ReadOnly, Constant, Private, AllScope."))
        .switch("PassThru", "Gives the alias.")
        .parameter(parameter("Scope", "string").help("The scope; aliases are the whole session's here."))
        .switch("Force", "Replaces a read-only alias.")
        .should_process(Impact::Low)
}

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Get-Alias", super::UTILITY)
            .synopsis("Shows aliases.")
            .default_set("Default")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("Default")
                    .help("The aliases; wildcards are allowed."),
            )
            .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
            .parameter(parameter("Scope", "string").help("The scope; aliases are the whole session's here."))
            .parameter(
                parameter("Definition", "string[]")
                    .set("Definition")
                    .help("Aliases of these commands."),
            )
            .example(
                "Get-Alias -Definition Get-ChildItem",
                "Shows what else a command is called.",
            )
            .alias("gal"),
        get_alias,
    ));
    registry.add(simple(
        writer("Set-Alias", "Makes or changes an alias.")
            .example("Set-Alias gcu Get-CsUser", "Makes a short name.")
            .alias("sal"),
        |context: &mut dyn Context, arguments: &Arguments| set_alias(context, arguments, true),
    ));
    registry.add(simple(
        writer("New-Alias", "Makes an alias; it must not exist.")
            .example("New-Alias gcu Get-CsUser", "Makes a short name.")
            .alias("nal"),
        |context: &mut dyn Context, arguments: &Arguments| {
            set_alias(context, arguments, arguments.switch("Force"))
        },
    ));
    registry.add(simple(
        cmdlet("Remove-Alias", super::UTILITY)
            .synopsis("Removes aliases.")
            .parameter(
                parameter("Name", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .help("The aliases."),
            )
            .parameter(parameter("Scope", "string").help("The scope; aliases are the whole session's here."))
            .switch("Force", "Removes read-only aliases.")
            .example("Remove-Alias gcu", "Removes a short name."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for name in arguments.list("Name") {
                if !session(context)?.remove_alias(&name) {
                    context.error(no_alias(&name))?;
                }
            }
            Ok(())
        },
    ));
}

fn no_alias(name: &str) -> plenum_lang::error::ErrorRecord {
    let message = format!(
        "This command cannot find a matching alias because an alias with the name '{name}' does not exist."
    );
    not_found("ItemNotFoundException", text(name), message)
        .exception("System.Management.Automation.ItemNotFoundException")
}

fn alias_object(name: &str, definition: &str) -> Value {
    let details = vec![
        ("Definition", text(definition)),
        ("ResolvedCommandName", text(definition)),
        ("ReferencedCommand", text(definition)),
    ];
    get_command::info("Alias", name, &format!("{name} -> {definition}"), "", "", details)
}

fn get_alias(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let all = session(context)?.aliases();
    let exclude = arguments.list("Exclude");
    let definitions = arguments.list("Definition");
    let wanted: Vec<(String, String)> = if definitions.is_empty() {
        let mut names = arguments.list("Name");
        if names.is_empty() {
            names.push("*".to_owned());
        }
        let mut found = Vec::new();
        for name in names {
            let before = found.len();
            let matching = all.iter().filter(|(alias, _)| inspect::like(alias, &name));
            found.extend(matching.map(|(alias, definition)| (alias.to_string(), definition.to_string())));
            if found.len() == before && !has_wildcard(&name) {
                context.error(no_alias(&name))?;
            }
        }
        found
    } else {
        all.iter()
            .filter(|(_, definition)| {
                definitions
                    .iter()
                    .any(|pattern| inspect::like(definition, pattern))
            })
            .map(|(alias, definition)| (alias.to_string(), definition.to_string()))
            .collect()
    };
    for (alias, definition) in wanted {
        if !exclude.iter().any(|pattern| inspect::like(&alias, pattern)) {
            context.write(alias_object(&alias, &definition))?;
        }
    }
    Ok(())
}

fn set_alias(context: &mut dyn Context, arguments: &Arguments, replace: bool) -> Result<()> {
    let (name, value) = (
        arguments.required_text("Name")?,
        arguments.required_text("Value")?,
    );
    let known = session(context)?
        .aliases()
        .iter()
        .any(|(alias, _)| alias.eq_ignore_ascii_case(&name));
    if known && !replace {
        let message =
            format!("The alias is not allowed, because an alias with the name '{name}' already exists.");
        let record = exists("AliasAlreadyExists", text(name), message);
        return context.error(record.exception("System.Management.Automation.SessionStateException"));
    }
    let action = if replace { "Set Alias" } else { "New Alias" };
    if !context.should_process(&format!("Name: {name} Value: {value}"), Some(action))? {
        return Ok(());
    }
    session(context)?.set_alias(&name, &value)?;
    if arguments.switch("PassThru") {
        context.write(alias_object(&name, &value))
    } else {
        Ok(())
    }
}
