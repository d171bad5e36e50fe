//! Get-, Set-, New- and Remove-Alias.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::registry::Registry;
use plenum_lang::session::AliasDetails;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::provider::session;
use super::{get_command, variable};
use crate::authoring::{
    Read, SignatureBuilder, cmdlet, exists, not_built, not_found, parameter, simple, text,
};

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
        .parameter(variable::options())
        .switch("PassThru", "Gives the alias.")
        .parameter(
            parameter("Scope", "string")
                .help("Global; other scopes are not built, an alias is the whole session's."),
        )
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
            .parameter(
                parameter("Scope", "string")
                    .help("Global; other scopes are not built, an alias is the whole session's."),
            )
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
            .parameter(
                parameter("Scope", "string")
                    .help("Global; other scopes are not built, an alias is the whole session's."),
            )
            .switch("Force", "Removes read-only aliases.")
            .example("Remove-Alias gcu", "Removes a short name."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            whole_session(context, arguments)?;
            for name in arguments.list("Name") {
                let options = session(context)?.alias_details(&name).options;
                if options.constant || (!arguments.switch("Force") && options.read_only) {
                    let message =
                        format!("Alias was not removed because alias {name} is constant or read-only.");
                    let record = ErrorRecord::new("AliasNotRemovable", Category::WriteError, message)
                        .exception("System.Management.Automation.SessionStateUnauthorizedAccessException");
                    context.error(record.about(text(name)))?;
                } else if !session(context)?.remove_alias(&name) {
                    context.error(no_alias(&name))?;
                }
            }
            Ok(())
        },
    ));
}

fn no_alias(name: &str) -> ErrorRecord {
    let message = format!(
        "This command cannot find a matching alias because an alias with the name '{name}' does not exist."
    );
    not_found("ItemNotFoundException", text(name), message)
        .exception("System.Management.Automation.ItemNotFoundException")
}

/// Refuses a `-Scope` that differs from the session's: aliases have no scopes here, except that at the prompt every
/// scope is the session's.
fn whole_session(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let nested = session(context)?.call_stack().len() > 1;
    match arguments.text("Scope") {
        Some(scope) if nested && !scope.eq_ignore_ascii_case("Global") => {
            Err(not_built(&format!("An alias of the scope '{scope}'"))
                .hint("Leave -Scope out: the alias is the whole session's.")
                .into())
        }
        _ => Ok(()),
    }
}

/// The error of an alias that may not be changed.
pub fn writable(context: &mut dyn Context, name: &str, force: bool) -> Result<()> {
    let options = session(context)?.alias_details(name).options;
    if !options.constant && (!options.read_only || force) {
        return Ok(());
    }
    let message = format!(
        "Alias is not writeable because alias {name} is read-only or constant and cannot be written to."
    );
    Err(
        ErrorRecord::new("AliasNotWritable", Category::WriteError, message)
            .exception("System.Management.Automation.SessionStateUnauthorizedAccessException")
            .about(text(name))
            .hint("-Force changes a read-only alias; a constant one stays as it is.")
            .into(),
    )
}

/// An alias as scripts see it.
pub fn alias_object(name: &str, definition: &str, kept: &AliasDetails) -> Value {
    let details = vec![
        ("Description", text(kept.description.as_deref().unwrap_or(""))),
        ("Options", text(variable::options_text(kept.options))),
        ("Definition", text(definition)),
        ("ResolvedCommandName", text(definition)),
        ("ReferencedCommand", text(definition)),
    ];
    get_command::info("Alias", name, &format!("{name} -> {definition}"), "", "", details)
}

fn get_alias(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    whole_session(context, arguments)?;
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
            let kept = session(context)?.alias_details(&alias);
            context.write(alias_object(&alias, &definition, &kept))?;
        }
    }
    Ok(())
}

fn set_alias(context: &mut dyn Context, arguments: &Arguments, replace: bool) -> Result<()> {
    whole_session(context, arguments)?;
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
    writable(context, &name, arguments.switch("Force"))?;
    let mut kept = session(context)?.alias_details(&name);
    if arguments.has("Option") {
        kept.options = variable::read_options(arguments);
    }
    if kept.options.private {
        return Err(not_built("A private alias")
            .hint("Leave Private out of -Option.")
            .into());
    }
    kept.description = arguments.text("Description").map(Into::into).or(kept.description);
    session(context)?.set_alias(&name, &value)?;
    session(context)?.set_alias_details(&name, kept.clone());
    if arguments.switch("PassThru") {
        context.write(alias_object(&name, &value, &kept))
    } else {
        Ok(())
    }
}
