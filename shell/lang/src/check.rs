//! `plenum check`: what is wrong with a script, without running it.
//!
//! Parse errors; commands that do not exist; parameters that do not exist or are ambiguous; arguments that no
//! conversion can make fit. Functions that the script defines are known. Whatever only running could tell is left
//! alone: computed names, splatted arguments, dot-sourced files.

use std::collections::HashSet;

use crate::ast::walk::{Node, walk};
use crate::ast::{CallOperator, Command, CommandElement, Expr, ExprKind, Quote, Script, Source, Span};
use crate::bind::{ArgumentKind, Table};
use crate::parse::parse;
use crate::registry::Registry;
use crate::value::Value;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The script does not run, or not as written.
    Error,
    /// It may not run.
    Warning,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// PowerShell's error id.
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// What is wrong, and what to do.
    pub message: String,
    /// Where, in bytes.
    pub span: Span,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// A command of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandUse {
    /// Its elements as written, the name first.
    pub elements: Vec<String>,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// What `check` says about a script.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// In order of position.
    pub findings: Vec<Finding>,
    /// In order of position.
    pub commands: Vec<CommandUse>,
}

/// Reads a script and says what is wrong with it. `file` is its name for messages.
pub fn check(text: &str, file: Option<&str>, registry: &Registry) -> Report {
    let source = Source::new(file, text);
    let script = parse(&source);
    let mut report = Report {
        findings: script
            .errors
            .iter()
            .map(|error| finding(&source, error.id, error.span, error.message.clone()))
            .collect(),
        ..Report::default()
    };
    let mut commands: Vec<(&Command, Span)> = Vec::new();
    let mut functions = HashSet::new();
    walk(&script.body, &mut |node| match node {
        Node::Command(command, span) => commands.push((command, span)),
        Node::Function(name) => {
            functions.insert(name.rsplit(':').next().unwrap_or(name).to_lowercase());
        }
        _ => {}
    });
    commands.sort_by_key(|(_, span)| span.start);
    for (command, span) in commands {
        report.commands.push(command_use(&source, command, span));
        check_command(&script, command, registry, &functions, &mut report.findings);
    }
    report.findings.sort_by_key(|finding| finding.span.start);
    report
}

fn finding(source: &Source, id: &str, span: Span, message: String) -> Finding {
    let (line, column) = source.line_column(span.start);
    Finding {
        id: id.to_owned(),
        severity: Severity::Error,
        message,
        span,
        line,
        column,
    }
}

fn command_use(source: &Source, command: &Command, span: Span) -> CommandUse {
    let (line, column) = source.line_column(span.start);
    CommandUse {
        elements: crate::program::lower_command_elements(command, span, source),
        line,
        column,
    }
}

fn check_command(
    script: &Script,
    command: &Command,
    registry: &Registry,
    functions: &HashSet<String>,
    findings: &mut Vec<Finding>,
) {
    let ExprKind::String(name, _) = &command.name.kind else {
        return;
    };
    if command.call == CallOperator::Dot
        || functions.contains(&name.to_lowercase())
        || name.contains(['/', '\\'])
    {
        return;
    }
    let known = registry.command(name).or_else(|| {
        registry
            .resolve_alias(name)
            .and_then(|full| registry.command(full))
    });
    let Some(found) = known else {
        // Only names of the form Verb-Noun are certainly meant as cmdlets; others may be programs.
        if name.contains('-') && !name.contains('.') {
            let message = format!(
                "The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program."
            );
            let message = match registry.nearest(name) {
                Some(known) => format!("{message} Did you mean '{known}'?"),
                None => message,
            };
            findings.push(finding(
                &script.source,
                "CommandNotFoundException",
                command.name.span,
                message,
            ));
        }
        return;
    };
    let table = Table::of_command(found.signature());
    check_parameters(script, command, &table, findings);
}

fn check_parameters(script: &Script, command: &Command, table: &Table, findings: &mut Vec<Finding>) {
    let mut elements = command.elements.iter().peekable();
    while let Some(element) = elements.next() {
        let CommandElement::Parameter { name, value, span } = element else {
            continue;
        };
        if name.text.as_ref() == "?" {
            continue;
        }
        let at = match table.find(&name.text) {
            Ok(at) => at,
            Err(candidates) if candidates.is_empty() => {
                let message = format!(
                    "A parameter cannot be found that matches parameter name '{}' of {}.",
                    name.text, table.name
                );
                findings.push(finding(&script.source, "NamedParameterNotFound", *span, message));
                continue;
            }
            Err(candidates) => {
                let list: Vec<String> = candidates.iter().map(|name| format!("-{name}")).collect();
                let message = format!(
                    "The parameter name '{}' of {} is ambiguous: {}.",
                    name.text,
                    table.name,
                    list.join(", ")
                );
                findings.push(finding(&script.source, "AmbiguousParameter", *span, message));
                continue;
            }
        };
        let entry = &table.parameters[at];
        let argument = match value {
            Some(value) => Some(value),
            None if entry.kind == ArgumentKind::Switch => None,
            None => match elements.next_if(|next| matches!(next, CommandElement::Argument(_))) {
                Some(CommandElement::Argument(value)) => Some(value),
                _ => {
                    if !matches!(elements.peek(), Some(CommandElement::Splat(_))) {
                        let message = format!(
                            "Missing an argument for parameter '{}' of {}.",
                            entry.name, table.name
                        );
                        findings.push(finding(&script.source, "MissingArgument", *span, message));
                    }
                    None
                }
            },
        };
        if let Some(argument) = argument {
            check_argument(script, table, at, argument, findings);
        }
    }
}

/// A constant argument must convert to the parameter's type and pass its checks.
fn check_argument(script: &Script, table: &Table, at: usize, argument: &Expr, findings: &mut Vec<Finding>) {
    let entry = &table.parameters[at];
    let Some(value) = constant(script, argument, entry.kind) else {
        return;
    };
    if let Some(of) = &entry.type_ref.known
        && entry.kind == ArgumentKind::Other
        && let Err(crate::error::Interrupt::Error(record)) = value.convert(of)
        && record.id != "InvalidOperation"
    {
        let message = format!(
            "Cannot bind parameter '{}' of {}. {}",
            entry.name, table.name, record.message
        );
        findings.push(finding(
            &script.source,
            "CannotConvertArgumentNoMessage",
            argument.span,
            message,
        ));
        return;
    }
    for check in &entry.validation {
        if let Err(message) = crate::bind::check(check, &value) {
            let message = format!(
                "Cannot validate argument on parameter '{}' of {}. {message}",
                entry.name, table.name
            );
            findings.push(finding(
                &script.source,
                "ParameterArgumentValidationError",
                argument.span,
                message,
            ));
        }
    }
}

fn constant(script: &Script, argument: &Expr, kind: ArgumentKind) -> Option<Value> {
    match &argument.kind {
        ExprKind::Number(_) if matches!(kind, ArgumentKind::Text | ArgumentKind::Texts) => {
            Some(Value::str(script.source.slice(argument.span)))
        }
        ExprKind::Number(literal) => Some(literal.0.clone()),
        ExprKind::String(text, Quote::Bare | Quote::Single | Quote::Double) => {
            Some(Value::str(text.as_ref()))
        }
        _ => None,
    }
}
