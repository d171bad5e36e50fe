//! A manual page as text, and as the object that shows itself so and whose parts scripts read.

use std::borrow::Cow;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::signature::{Membership, Parameter, Signature};
use plenum_lang::value::Value;

use super::manual::{self, Example};
use super::syntax::{syntax_lines, type_display};
use crate::authoring::{Read, array, not_found, object, record, text, text_array};

/// Columns that text is wrapped to.
pub const TEXT_WIDTH: usize = 76;

/// Columns that syntax is wrapped to.
const SYNTAX_WIDTH: usize = 112;

/// Gives a command's page, as much of it as the switches ask for.
pub fn page(context: &mut dyn Context, arguments: &Arguments, signature: &Signature) -> Result<()> {
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
    let page = context.registry().page(&signature.name);
    let own = examples_of(signature, page);
    if arguments.switch("Examples") {
        examples(&mut shown, &own);
        return context.write(help_object(signature, &own, shown));
    }
    section(
        &mut shown,
        "SYNTAX",
        &syntax_lines(signature)
            .iter()
            .flat_map(|line| syntax_paragraph(line))
            .collect::<Vec<_>>(),
    );
    let introduction = page.map(manual::introduction).unwrap_or_default();
    let description = [
        signature.help.description.as_ref(),
        &introduction,
        &signature.help.synopsis,
    ]
    .into_iter()
    .find(|text| !text.is_empty())
    .unwrap_or_default();
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
        if full {
            ends(&mut shown, signature);
        }
        examples(&mut shown, &own);
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
    context.write(help_object(signature, &own, shown))
}

/// INPUTS, OUTPUTS and NOTES, as far as there is something to say.
fn ends(out: &mut String, signature: &Signature) {
    let help = &signature.help;
    let types: Vec<String> = signature.output_types.iter().map(ToString::to_string).collect();
    let outputs = if help.outputs.is_empty() {
        types.join("\n")
    } else {
        help.outputs.to_string()
    };
    for (heading, content) in [
        ("INPUTS", help.inputs.as_ref()),
        ("OUTPUTS", &outputs),
        ("NOTES", help.notes.as_ref()),
    ] {
        if !content.is_empty() {
            section(out, heading, &wrap(content, TEXT_WIDTH));
        }
    }
}

/// The manual as an object: it shows itself as its page, and scripts read its parts.
fn help_object(signature: &Signature, own: &[Example], page: String) -> Value {
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
    let example = |example: &Example| {
        object(
            "MamlCommandHelpInfo#example",
            [
                ("code", text(&example.code)),
                ("remarks", text(&example.remark)),
                ("output", text(&example.shown)),
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
            ("examples", list("example", own.iter().map(example).collect())),
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

pub fn indent(out: &mut String, columns: usize, lines: &[String]) {
    for line in lines {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', columns));
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// The examples of the manual's page, which are run; else those of the signature.
fn examples_of(signature: &Signature, page: Option<&str>) -> Vec<Example> {
    let own = |(command, remark): &(Cow<'static, str>, Cow<'static, str>)| Example {
        remark: remark.to_string(),
        leads: false,
        code: command.to_string(),
        shown: command.lines().map(|line| format!("PS> {line}\n")).collect(),
    };
    let found = page.map(manual::examples).unwrap_or_default();
    if found.is_empty() {
        signature.help.examples.iter().map(own).collect()
    } else {
        found
    }
}

fn examples(out: &mut String, own: &[Example]) {
    let remark = |out: &mut String, example: &Example| {
        if !example.remark.is_empty() {
            indent(out, 4, &wrap(&example.remark, TEXT_WIDTH));
            out.push('\n');
        }
    };
    for (index, example) in own.iter().enumerate() {
        let heading = format!(
            "    -------------------------- Example {} --------------------------\n\n",
            index + 1
        );
        out.push_str(&heading);
        if example.leads {
            remark(out, example);
        }
        indent(
            out,
            4,
            &example.shown.lines().map(str::to_owned).collect::<Vec<_>>(),
        );
        out.push('\n');
        if !example.leads {
            remark(out, example);
        }
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

/// Breaks text at blanks; paragraphs stay apart.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
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
