//! Keys of hashtables whose shape is known: calculated properties, parameters that are splatted, tables that are given to
//! `using`- and `#requires`-like parameters.

use super::comment::keywords;
use super::word::{Level, Opening};
use super::{Completion, CompletionKind, Elements, Place, sorted};
use crate::ast::walk::{Node, walk};
use crate::ast::{AssignOperator, CommandElement, ExprKind, Source, StatementKind};

/// Keys of a calculated property.
const KEYS: &[(&str, &str)] = &[
    ("Alignment", "Left, Center or Right."),
    ("Ascending", "Whether small values come first."),
    ("Depth", "How many levels down."),
    ("Descending", "Whether great values come first."),
    ("Expression", "The script block or property that gives the value."),
    ("FormatString", "How the value is written, such as N2."),
    ("Label", "The column's header."),
    ("Name", "The property's name."),
    ("Width", "The column's width in characters."),
];

/// Which keys a parameter of a command takes.
const TABLES: &[(&str, &str, &[&str])] = &[
    ("compare-object", "property", &["Expression"]),
    ("format-custom", "property", &["Depth", "Expression"]),
    (
        "format-list",
        "property",
        &["Expression", "FormatString", "Label"],
    ),
    (
        "format-table",
        "property",
        &["Alignment", "Expression", "FormatString", "Label", "Width"],
    ),
    ("format-wide", "property", &["Expression", "FormatString"]),
    ("group-object", "property", &["Expression"]),
    ("measure-object", "property", &["Expression"]),
    ("select-object", "property", &["Expression", "Name"]),
    (
        "sort-object",
        "property",
        &["Ascending", "Descending", "Expression"],
    ),
];

const GROUP_BY: &[&str] = &["Expression", "FormatString", "Label"];

impl Place<'_> {
    /// Keys, when the word stands where one begins. `rest` is the line after the cursor.
    pub(super) fn key_matches(&mut self, rest: &str) -> Option<Vec<Completion>> {
        let level = *self.word.levels.last()?;
        let text = self.script.source.text.clone();
        let entry = text.get(level.entry..self.word.start)?;
        if level.opening != Opening::Table || !entry.trim().is_empty() || self.word.text.starts_with('$') {
            return None;
        }
        let given = given_keys(&text[level.at..self.word.start]);
        let mut found = self.keys_of(&text, level, rest).unwrap_or_default();
        found.retain(|one| !given.contains(&one.list_text.to_lowercase()));
        Some(found)
    }

    fn keys_of(&mut self, text: &str, level: Level, rest: &str) -> Option<Vec<Completion>> {
        let head = &text[..level.at];
        let prefix = self.word.text.clone();
        let (command, parameter) = self.parameter_at(head);
        if let (Some(command), Some(parameter)) = (&command, &parameter) {
            let lower = (command.to_lowercase(), parameter.to_lowercase());
            let names = TABLES
                .iter()
                .find(|(of, own, _)| *of == lower.0 && *own == lower.1)
                .map(|(_, _, names)| *names)
                .or_else(|| (lower.0.starts_with("format-") && lower.1 == "groupby").then_some(GROUP_BY));
            if let Some(names) = names {
                let keys: Vec<(&str, &str)> = KEYS
                    .iter()
                    .filter(|(name, _)| names.contains(name))
                    .copied()
                    .collect();
                return Some(keywords(&keys, &prefix, CompletionKind::Property));
            }
        }
        let variable = head.trim_end().strip_suffix('=').map(str::trim_end)?;
        let start = variable.rfind('$')?;
        let name = variable[start + 1..].to_owned();
        let whole = format!("{text}{rest}");
        self.splatted(&name, &whole, &prefix)
    }

    /// The command and the parameter that a value after `head` would belong to.
    fn parameter_at(&mut self, head: &str) -> (Option<String>, Option<String>) {
        let script = crate::parse::parse(&Source::new(None, head));
        let end = head.len() as u32;
        let mut found = None;
        walk(&script.body, &mut |node| {
            if let Node::Command(command, span) = node
                && head[span.end as usize..].trim_end_matches(',').trim().is_empty()
            {
                found = Some(command);
            }
        });
        let Some(command) = found else { return (None, None) };
        let name = script.source.slice(command.name.span).to_owned();
        let elements = Elements::of(command, end, &script.source);
        match self.table(&name) {
            Some((table, _)) => {
                let parameter = super::argument::wanted(&table, &elements);
                (Some(table.name.to_string()), parameter)
            }
            None => (None, None),
        }
    }

    /// The parameters of the command that a variable is splatted to.
    fn splatted(&mut self, variable: &str, text: &str, prefix: &str) -> Option<Vec<Completion>> {
        let script = crate::parse::parse(&Source::new(None, text));
        let mut command = None;
        walk(&script.body, &mut |node| {
            if let Node::Command(one, _) = node {
                let takes = one.elements.iter().any(|element| {
                    matches!(element, CommandElement::Splat(value)
                        if script.source.slice(value.span).trim_start_matches('@').eq_ignore_ascii_case(variable))
                });
                if takes {
                    command = Some(script.source.slice(one.name.span).to_owned());
                }
            }
        });
        // The line may not be parsed as a whole while its table is open.
        let command = command.or_else(|| {
            let at = text
                .to_lowercase()
                .find(&format!("@{}", variable.to_lowercase()))?;
            let statement = text[..at].rsplit([';', '\n', '|', '}']).next()?;
            statement.split_whitespace().next().map(str::to_owned)
        })?;
        let (table, _) = self.table(&command)?;
        let mut found = super::argument::parameters(&table, prefix, &[]);
        for one in &mut found {
            one.text.clone_from(&one.list_text);
            one.kind = CompletionKind::Property;
        }
        Some(found)
    }

    /// The keys of the table that a variable was given before, for `$table.` and `$table['`.
    pub(super) fn assigned_keys(&self, variable: &str) -> Vec<String> {
        let mut keys = Vec::new();
        walk(&self.script.body, &mut |node| {
            if let Node::Statement(statement) = node
                && let StatementKind::Assign(assign) = &statement.kind
                && assign.operator == AssignOperator::Set
                && matches!(&assign.target.kind, ExprKind::Variable(_, name) if name.eq_ignore_ascii_case(variable))
            {
                keys = literal_keys(&statement.kind);
            }
        });
        keys
    }

    /// Keys of a table in `$table['`.
    pub(super) fn index_matches(&mut self) -> Option<Vec<Completion>> {
        let head = &self.script.source.text[..self.word.start];
        let raw = self.word.raw.clone();
        let (head, opened) = match raw.rfind('[') {
            Some(at) if !self.word.quoted => (format!("{head}{}", &raw[..at]), self.word.start + at + 1),
            _ => (head.strip_suffix('[')?.to_owned(), self.word.start),
        };
        let start = head.rfind('$')?;
        let variable = &head[start + 1..];
        if variable.is_empty() || !variable.chars().all(crate::lex::is_variable_name) {
            return None;
        }
        let mut keys = match self.machine.variable_value(variable) {
            Some(value) => super::shape::table_keys(&value),
            None => Vec::new(),
        };
        if keys.is_empty() {
            keys = self.assigned_keys(variable);
        }
        if keys.is_empty() {
            return None;
        }
        let lower = raw[opened - self.word.start..]
            .trim_matches(['\'', '"', '['])
            .to_lowercase();
        self.word.start = opened;
        Some(sorted(
            keys.into_iter()
                .filter(|key| key.to_lowercase().starts_with(&lower))
                .map(|key| Completion {
                    text: format!("'{}'", key.replace('\'', "''")),
                    tool_tip: key.clone(),
                    list_text: key,
                    kind: CompletionKind::Property,
                }),
        ))
    }
}

/// The keys of a table literal that is assigned.
fn literal_keys(kind: &StatementKind) -> Vec<String> {
    let mut keys = Vec::new();
    if let StatementKind::Assign(assign) = kind
        && let StatementKind::Pipeline(pipeline) = &assign.value.kind
        && let [element] = pipeline.elements.as_slice()
        && let crate::ast::ElementKind::Expression(expression) = &element.kind
    {
        keys = super::shape::keys_of_literal(expression);
    }
    keys
}

/// The keys that an open table has already, in lower case.
fn given_keys(text: &str) -> Vec<String> {
    text.trim_start_matches("@{")
        .split([';', '\n'])
        .filter_map(|entry| entry.split_once('='))
        .map(|(key, _)| key.trim().trim_matches(['\'', '"']).to_lowercase())
        .collect()
}
