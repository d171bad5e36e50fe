//! Get-Help: a command's manual page, from its signature.

use std::borrow::Cow;
use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::session::{CommandInfo, CommandKind};
use plenum_lang::signature::{Completion, Membership, Parameter, Signature, Validation};

use super::provider::session;
use plenum_lang::value::Value;

use crate::authoring::{Read, array, cmdlet, not_found, object, parameter, record, simple, text, text_array};

/// Columns that text is wrapped to.
const TEXT_WIDTH: usize = 76;

/// Columns that syntax is wrapped to.
const SYNTAX_WIDTH: usize = 112;

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
                    .help("The command; with wildcards, a list of commands."),
            )
            .parameter(
                parameter("Path", "string")
                    .help("A path that decides between versions of a manual: not built, there is one."),
            )
            .parameter(
                parameter("Category", "string[]")
                    .help("Only commands of these kinds: Alias, Cmdlet, Function."),
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
            .example("Get-Help *VoicePolicy*", "Lists commands about voice policies."),
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
    found.retain(|info| is_wanted(arguments, info));
    if !has_wildcard(&name)
        && let [one] = found.as_slice()
    {
        return match &one.signature {
            Some(signature) => page(context, arguments, signature),
            None => context.write(text(format!("\nNAME\n    {}\n", one.name))),
        };
    }
    if found.is_empty() {
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
        let category = category(&info);
        context.write(object(
            "HelpInfoShort",
            [
                ("Name", text(info.name.as_ref())),
                ("Category", text(category)),
                (
                    "Module",
                    text(signature.map_or("", |signature| signature.module.as_ref())),
                ),
                (
                    "Synopsis",
                    text(signature.map_or("", |signature| signature.help.synopsis.as_ref())),
                ),
            ],
        ))?;
    }
    Ok(())
}

/// -Category by the kind of command; no page here names a component, a functionality or a role, so a wildcard for one
/// fits none.
fn is_wanted(arguments: &Arguments, info: &CommandInfo) -> bool {
    let fits = |name: &str, subject: &str| {
        let patterns = arguments.list(name);
        patterns.is_empty() || patterns.iter().any(|pattern| inspect::like(subject, pattern))
    };
    fits("Category", category(info))
        && ["Component", "Functionality", "Role"]
            .iter()
            .all(|name| fits(name, ""))
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

fn page(context: &mut dyn Context, arguments: &Arguments, signature: &Signature) -> Result<()> {
    let wanted = arguments.list("Parameter");
    if !wanted.is_empty() {
        return parameters_only(context, signature, &wanted);
    }
    let full = arguments.switch("Full");
    let detailed =
        full || arguments.switch("Detailed") || context.command_name().eq_ignore_ascii_case("help");
    let mut shown = String::from("\n");
    section(&mut shown, "NAME", &[signature.name.to_string()]);
    section(
        &mut shown,
        "SYNOPSIS",
        &wrap(&signature.help.synopsis, TEXT_WIDTH),
    );
    if arguments.switch("Examples") {
        examples(&mut shown, signature);
        return context.write(help_object(signature, shown));
    }
    section(
        &mut shown,
        "SYNTAX",
        &syntax_lines(signature)
            .iter()
            .flat_map(|line| syntax_paragraph(line))
            .collect::<Vec<_>>(),
    );
    let description = if signature.help.description.is_empty() {
        &signature.help.synopsis
    } else {
        &signature.help.description
    };
    section(&mut shown, "DESCRIPTION", &wrap(description, TEXT_WIDTH));
    if detailed {
        shown.push_str("PARAMETERS\n");
        for known in signature.parameters.iter().filter(|known| !known.hidden) {
            parameter_help(&mut shown, known, full);
        }
        shown.push_str("    <CommonParameters>\n");
        indent(
            &mut shown,
            8,
            &wrap(
                "This command supports the common parameters: Verbose, Debug, ErrorAction, ErrorVariable, WarningAction, WarningVariable, OutBuffer, PipelineVariable, and OutVariable. For more information, see about_CommonParameters.",
                TEXT_WIDTH - 4,
            ),
        );
        shown.push('\n');
        if full && !signature.output_types.is_empty() {
            section(
                &mut shown,
                "OUTPUTS",
                &signature
                    .output_types
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>(),
            );
        }
        examples(&mut shown, signature);
    }
    if !signature.aliases.is_empty() {
        section(
            &mut shown,
            "ALIASES",
            &signature
                .aliases
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
        );
    }
    if !signature.help.links.is_empty() {
        section(
            &mut shown,
            "RELATED LINKS",
            &signature
                .help
                .links
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>(),
        );
    }
    if !detailed {
        let name = &signature.name;
        section(
            &mut shown,
            "REMARKS",
            &[
                format!("To see the examples, type: \"Get-Help {name} -Examples\""),
                format!("For more information, type: \"Get-Help {name} -Detailed\""),
                format!("For technical information, type: \"Get-Help {name} -Full\""),
            ],
        );
    }
    context.write(help_object(signature, shown))
}

/// The manual as an object: it shows itself as its page, and scripts read its parts.
fn help_object(signature: &Signature, page: String) -> Value {
    let help = &signature.help;
    let paragraphs = |content: &str| {
        let paragraph = |line: &str| object("MamlParaTextItem", [("Text", text(line))]);
        array(
            content
                .split("\n\n")
                .filter(|piece| !piece.trim().is_empty())
                .map(paragraph)
                .collect(),
        )
    };
    let described = |known: &Parameter| {
        object(
            "MamlCommandHelpInfo#parameter",
            [
                ("name", text(known.name.as_ref())),
                ("type", text(type_display(&known.type_name))),
                ("description", paragraphs(&known.help)),
                (
                    "required",
                    text(known.sets.iter().any(|set| set.mandatory).to_string()),
                ),
                (
                    "defaultValue",
                    crate::authoring::optional_text(known.default.as_deref()),
                ),
            ],
        )
    };
    let example = |(command, remark): &(Cow<'static, str>, Cow<'static, str>)| {
        object(
            "MamlCommandHelpInfo#example",
            [
                ("code", text(command.as_ref())),
                ("remarks", text(remark.as_ref())),
            ],
        )
    };
    let list = |name: &str, items: Vec<Value>| object("MamlCommandHelpInfo#list", [(name, array(items))]);
    record(
        &["MamlCommandHelpInfo", "HelpInfo", "System.Object"],
        page,
        Vec::new(),
        vec![
            ("Name", text(signature.name.as_ref())),
            ("Category", text("Cmdlet")),
            ("ModuleName", text(signature.module.as_ref())),
            ("Synopsis", text(help.synopsis.as_ref())),
            ("description", paragraphs(&help.description)),
            ("syntax", text_array(syntax_lines(signature))),
            (
                "parameters",
                list("parameter", signature.parameters.iter().map(described).collect()),
            ),
            (
                "examples",
                list("example", help.examples.iter().map(example).collect()),
            ),
            (
                "aliases",
                text_array(signature.aliases.iter().map(ToString::to_string)),
            ),
            (
                "relatedLinks",
                text_array(help.links.iter().map(ToString::to_string)),
            ),
        ],
    )
}

/// A syntax line in lines that fit a screen, and a blank one.
fn syntax_paragraph(line: &str) -> Vec<String> {
    wrap(line, SYNTAX_WIDTH)
        .into_iter()
        .chain([String::new()])
        .collect()
}

fn parameters_only(context: &mut dyn Context, signature: &Signature, wanted: &[String]) -> Result<()> {
    let mut shown = String::new();
    for known in &signature.parameters {
        if wanted.iter().any(|pattern| inspect::like(&known.name, pattern)) {
            parameter_help(&mut shown, known, true);
        }
    }
    if shown.is_empty() {
        let message = format!("No parameter matches criteria {}.", wanted.join(", "));
        return context.error(not_found("NoParmsFound", text(wanted.join(", ")), message));
    }
    context.write(text(format!("\n{shown}")))
}

fn section(out: &mut String, heading: &str, lines: &[String]) {
    out.push_str(heading);
    out.push('\n');
    indent(out, 4, lines);
    out.push('\n');
}

fn indent(out: &mut String, columns: usize, lines: &[String]) {
    for line in lines {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', columns));
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn examples(out: &mut String, signature: &Signature) {
    for (index, (command, remark)) in signature.help.examples.iter().enumerate() {
        let heading = format!(
            "    -------------------------- Example {} --------------------------\n\n",
            index + 1
        );
        out.push_str(&heading);
        for line in command.lines() {
            out.push_str(&format!("    PS > {line}\n"));
        }
        out.push('\n');
        indent(out, 4, &wrap(remark, TEXT_WIDTH));
        out.push('\n');
    }
}

fn parameter_help(out: &mut String, known: &Parameter, full: bool) {
    if known.type_name.eq_ignore_ascii_case("switch") {
        out.push_str(&format!("    -{} [<SwitchParameter>]\n", known.name));
    } else {
        out.push_str(&format!(
            "    -{} <{}>\n",
            known.name,
            type_display(&known.type_name)
        ));
    }
    indent(out, 8, &wrap(&known.help, TEXT_WIDTH - 4));
    out.push('\n');
    if full {
        let any = |holds: fn(&Membership) -> bool| known.sets.iter().any(holds);
        let position = known.sets.iter().find_map(|set| set.position);
        let pipeline = match (any(|set| set.by_value), any(|set| set.by_property_name)) {
            (true, true) => "true (ByValue, ByPropertyName)",
            (true, false) => "true (ByValue)",
            (false, true) => "true (ByPropertyName)",
            (false, false) => "false",
        };
        let rows = [
            ("Required?", any(|set| set.mandatory).to_string()),
            (
                "Position?",
                position.map_or_else(|| "named".to_owned(), |position| position.to_string()),
            ),
            ("Default value", known.default.as_deref().unwrap_or("").to_owned()),
            ("Accept pipeline input?", pipeline.to_owned()),
            ("Aliases", known.aliases.join(", ")),
            ("Accept wildcard characters?", "false".to_owned()),
        ];
        for (label, value) in rows {
            out.push_str(format!("        {label:<29}{value}").trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
}

/// The names of a signature's parameter sets; one nameless set when there are none.
pub fn set_names(signature: &Signature) -> Vec<Option<String>> {
    let mut names: Vec<Option<String>> = Vec::new();
    for set in signature.parameters.iter().flat_map(|known| &known.sets) {
        let name = set.set.as_ref().map(ToString::to_string);
        if name.is_some() && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        names.push(None);
    }
    // The default set comes first, as it is what most people want.
    names.sort_by_key(|name| name.as_deref() != signature.default_set.as_deref());
    names
}

/// Whether a parameter belongs to a set.
pub fn in_set(known: &Parameter, set: Option<&str>) -> bool {
    membership(known, set).is_some()
}

fn membership(known: &Parameter, set: Option<&str>) -> Option<Membership> {
    if known.sets.is_empty() {
        return Some(Membership::default());
    }
    known
        .sets
        .iter()
        .find(|member| member.set.is_none() || member.set.as_deref() == set)
        .cloned()
}

/// The syntax, one line for each parameter set.
pub fn syntax_lines(signature: &Signature) -> Vec<String> {
    set_names(signature)
        .iter()
        .map(|set| syntax_line(signature, set.as_deref()))
        .collect()
}

fn syntax_line(signature: &Signature, set: Option<&str>) -> String {
    let mut members: Vec<(&Parameter, Membership)> = signature
        .parameters
        .iter()
        .filter(|known| !known.hidden)
        .filter_map(|known| Some((known, membership(known, set)?)))
        .collect();
    members.sort_by_key(|(_, member)| (member.position.unwrap_or(u16::MAX), !member.mandatory));
    let mut line = signature.name.to_string();
    for (known, member) in members {
        line.push(' ');
        line.push_str(&parameter_syntax(known, &member));
    }
    if signature.should_process {
        line.push_str(" [-WhatIf] [-Confirm]");
    }
    line.push_str(" [<CommonParameters>]");
    line
}

fn parameter_syntax(known: &Parameter, member: &Membership) -> String {
    let mut name = format!("-{}", known.name);
    if known.type_name.eq_ignore_ascii_case("switch") {
        return if member.mandatory {
            name
        } else {
            format!("[{name}]")
        };
    }
    if member.position.is_some() {
        name = format!("[{name}]");
    }
    let words = known.validation.iter().find_map(|check| match check {
        Validation::Set(words) => Some(format!("{{{}}}", words.join(" | "))),
        _ => None,
    });
    let value = words.unwrap_or_else(|| format!("<{}>", type_display(&known.type_name)));
    if member.mandatory {
        format!("{name} {value}")
    } else {
        format!("[{name} {value}]")
    }
}

/// A type as syntax shows it: `string` is `String`, `string[]` is `String[]`.
fn type_display(name: &str) -> String {
    let short = name.rsplit('.').next().unwrap_or(name);
    match short.to_ascii_lowercase().as_str() {
        "int" => "Int32".to_owned(),
        "int[]" => "Int32[]".to_owned(),
        "long" => "Int64".to_owned(),
        "uint" => "UInt32".to_owned(),
        "bool" => "Boolean".to_owned(),
        "timespan" => "TimeSpan".to_owned(),
        "datetime" => "DateTime".to_owned(),
        "psobject" => "PSObject".to_owned(),
        "psobject[]" => "PSObject[]".to_owned(),
        "scriptblock" => "ScriptBlock".to_owned(),
        "scriptblock[]" => "ScriptBlock[]".to_owned(),
        "pscredential" => "PSCredential".to_owned(),
        "securestring" => "SecureString".to_owned(),
        _ => {
            let mut characters = short.chars();
            characters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(characters).collect()
            })
        }
    }
}

/// Breaks text at blanks; paragraphs stay apart.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_shows_positions_switches_and_choices() {
        let signature = cmdlet("Get-Thing", "Test")
            .parameter(parameter("Kind", "string").one_of(&["Big", "Small"]))
            .parameter(parameter("Identity", "string").mandatory().position(0))
            .switch("Force", "")
            .build();
        assert_eq!(
            syntax_lines(&signature),
            ["Get-Thing [-Identity] <String> [-Kind {Big | Small}] [-Force] [<CommonParameters>]"]
        );
    }
}
