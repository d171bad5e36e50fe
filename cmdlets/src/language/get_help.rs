//! Get-Help: a command's manual page, from its signature and the page of the manual, and `about_` topics.

mod layout;
mod manual;
mod syntax;

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::session::{CommandInfo, CommandKind};
use plenum_lang::signature::{Completion, Help};
use plenum_lang::value::Value;

pub use syntax::{in_set, set_names, syntax_lines};

use super::provider::session;
use crate::authoring::{Read, cmdlet, not_found, object, parameter, record, simple, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let view = |name: &'static str, set: &'static str, help: &'static str| {
        parameter(name, "switch").mandatory().set(set).help(help)
    };
    simple(
        cmdlet("Get-Help", super::CORE)
            .synopsis("Shows how a command is used.")
            .default_set("AllUsersView")
            .parameter(
                parameter("Name", "string")
                    .position(0)
                    .by_property_name()
                    .complete(Completion::Command)
                    .help("The command or topic; with wildcards, a list of them."),
            )
            .parameter(
                parameter("Path", "string")
                    .help("A path that decides between versions of a manual: not built, there is one."),
            )
            .parameter(
                parameter("Category", "string[]")
                    .help("Only help of these kinds: Alias, Cmdlet, Function, HelpFile."),
            )
            .parameter(parameter("Component", "string[]").help("Only commands of these components."))
            .parameter(parameter("Functionality", "string[]").help("Only commands with this functionality."))
            .parameter(parameter("Role", "string[]").help("Only commands for these roles."))
            .parameter(
                parameter("Full", "switch")
                    .set("AllUsersView")
                    .help("Everything."),
            )
            .parameter(view("Detailed", "DetailedView", "With parameters and examples."))
            .parameter(view("Examples", "Examples", "Only examples."))
            .parameter(
                parameter("Parameter", "string[]")
                    .mandatory()
                    .set("Parameters")
                    .help("Only these parameters; wildcards are allowed."),
            )
            .parameter(view(
                "Online",
                "Online",
                "The manual in a browser; it is not online.",
            ))
            .example(
                "Get-Help Set-CsUser -Examples",
                "Shows how a command is typically used.",
            )
            .example("Get-Help *VoicePolicy*", "Lists commands about voice policies.")
            .example("Get-Help about_*", "Lists the topics."),
        get_help,
    )
}

/// Gives the manual.
pub fn get_help(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let name = arguments.text("Name").unwrap_or_else(|| "Get-Help".to_owned());
    if arguments.switch("Online") {
        return Err(crate::authoring::not_built("Get-Help -Online")
            .hint("Use Get-Help -Full.")
            .into());
    }
    crate::authoring::refuse(arguments, &["Path"])?;
    let mut found = find(context, &name)?;
    found.retain(|info| {
        let help = info.signature.as_ref().map(|signature| &signature.help);
        is_wanted(arguments, category(info), help)
    });
    // The name of a command is about this command, not about topics that have it in their name.
    let is_command = matches!(found.as_slice(), [one] if one.name.eq_ignore_ascii_case(&name));
    let mut topics = if is_command {
        Vec::new()
    } else {
        topics(context, &name)
    };
    topics.retain(|_| is_wanted(arguments, TOPIC, None));
    if !has_wildcard(&name) {
        match (found.as_slice(), topics.as_slice()) {
            ([one], []) => {
                return match &one.signature {
                    Some(signature) => layout::page(context, arguments, signature),
                    None => context.write(text(format!("\nNAME\n    {}\n", one.name))),
                };
            }
            ([], [(name, page)]) => return context.write(topic(name, page)),
            _ => {}
        }
    }
    if found.is_empty() && topics.is_empty() && !has_wildcard(&name) {
        let message = format!(
            "Get-Help could not find {name} in a help file in this session. Type \"Get-Command *{name}*\" to look for \
             commands with this word in their name."
        );
        let record = not_found("HelpNotFound", text(&name), message)
            .exception("Microsoft.PowerShell.Commands.HelpNotFoundException");
        return context.error(record);
    }
    for info in found {
        let signature = info.signature.as_deref();
        let (module, synopsis) = signature.map_or(("", ""), |signature| {
            (signature.module.as_ref(), signature.help.synopsis.as_ref())
        });
        context.write(short(&info.name, category(&info), module, synopsis))?;
    }
    for (name, page) in topics {
        context.write(short(name, TOPIC, "", &manual::introduction(page)))?;
    }
    Ok(())
}

/// The category of topics.
const TOPIC: &str = "HelpFile";

fn short(name: &str, category: &str, module: &str, synopsis: &str) -> Value {
    object(
        "HelpInfoShort",
        [
            ("Name", text(name)),
            ("Category", text(category)),
            ("Module", text(module)),
            ("Synopsis", text(synopsis)),
        ],
    )
}

/// The topics that a name means; without wildcards, the one of this name, else those that contain it.
fn topics(context: &dyn Context, name: &str) -> Vec<(&'static str, &'static str)> {
    let all = context.registry().manual().iter().copied();
    let all: Vec<_> = all.filter(|(name, _)| name.starts_with("about_")).collect();
    if let Some(exact) = all.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return vec![*exact];
    }
    let pattern = if has_wildcard(name) {
        name.to_owned()
    } else {
        format!("*{name}*")
    };
    all.into_iter()
        .filter(|(known, _)| inspect::like(known, &pattern))
        .collect()
}

/// A topic as an object that shows itself as its text.
fn topic(name: &'static str, page: &str) -> Value {
    record(
        &["HelpInfo", "System.Object"],
        manual::topic(name, page),
        Vec::new(),
        vec![
            ("Name", text(name)),
            ("Category", text(TOPIC)),
            ("Synopsis", text(manual::introduction(page))),
        ],
    )
}

/// Whether help is of the kind that -Category, -Component, -Functionality and -Role ask for.
fn is_wanted(arguments: &Arguments, category: &str, help: Option<&Help>) -> bool {
    let fits = |name: &str, subject: &str| {
        let patterns = arguments.list(name);
        patterns.is_empty() || patterns.iter().any(|pattern| inspect::like(subject, pattern))
    };
    let said = |part: fn(&Help) -> &str| help.map_or("", part);
    fits("Category", category)
        && fits("Component", said(|help| &help.component))
        && fits("Functionality", said(|help| &help.functionality))
        && fits("Role", said(|help| &help.role))
}

fn category(info: &CommandInfo) -> &'static str {
    match info.kind {
        CommandKind::Alias(_) => "Alias",
        CommandKind::Function(_) => "Function",
        _ => "Cmdlet",
    }
}

/// A command by its name or alias; else all whose names match or contain the words.
fn find(context: &mut dyn Context, name: &str) -> Result<Vec<CommandInfo>> {
    let bare = name.rsplit('\\').next().unwrap_or(name);
    if !has_wildcard(bare) {
        let mut resolved = session(context)?.resolve_command(bare);
        resolved.retain(|info| !matches!(info.kind, CommandKind::Script(_) | CommandKind::Application(_)));
        if let Some(first) = resolved.into_iter().next() {
            return Ok(vec![first]);
        }
    }
    let pattern = if has_wildcard(bare) {
        bare.to_owned()
    } else {
        format!("*{bare}*")
    };
    let all = session(context)?.commands();
    Ok(all
        .into_iter()
        .filter(|info| inspect::like(&info.name, &pattern))
        .collect())
}
