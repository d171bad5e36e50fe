//! Members after a dot or `::`, types in brackets, properties that the pipeline brings.

use crate::ast::{ElementKind, Expr, ExprKind, StatementKind};
use crate::members;
use crate::types::Type;
use crate::value::Value;

use super::{Completion, CompletionKind, Place, sorted};

impl Place<'_> {
    /// Members, when the text ends with a member access.
    pub(super) fn member_matches(&mut self) -> Option<Vec<Completion>> {
        let text = self.script.source.text.clone();
        let end = text.len();
        let name_start = text
            .char_indices()
            .rev()
            .take_while(|(_, c)| crate::lex::is_name(*c))
            .last()
            .map_or(end, |(at, _)| at);
        let prefix = text[name_start..].to_lowercase();
        let head = &text[..name_start];
        let (target, is_static) = match head.strip_suffix("::") {
            Some(target) => (target, true),
            None => (head.strip_suffix('.')?, false),
        };
        if is_static {
            let open = target.rfind('[')?;
            let name = target[open + 1..].strip_suffix(']')?;
            let of = self.machine.type_named(name).ok()?;
            self.word.start = name_start;
            return Some(listed(members::list_static_members(&of), &prefix));
        }
        let value = self.value_before(target)?;
        self.word.start = name_start;
        Some(listed(members::list_members(&value), &prefix))
    }

    /// The value of what stands before a dot, when it is known without running anything.
    fn value_before(&mut self, target: &str) -> Option<Value> {
        let start = target
            .rfind(|c: char| {
                !(crate::lex::is_variable_name(c) || matches!(c, '$' | '.' | ':' | '\'' | '"' | '[' | ']'))
            })
            .map_or(0, |at| at + target[at..].chars().next().map_or(1, char::len_utf8));
        let piece = &target[start..];
        if piece.starts_with(['\'', '"']) && piece.len() > 1 {
            return Some(Value::str(piece.trim_matches(['\'', '"'])));
        }
        let mut parts = piece.strip_prefix('$')?.split('.');
        let mut value = self.machine.variable_value(parts.next()?)?;
        for part in parts {
            value = value.property(part)?;
        }
        Some(value)
    }

    pub(super) fn types(&mut self, prefix: &str) -> Vec<Completion> {
        let lower = prefix.to_lowercase();
        let mut names: Vec<String> = self.machine.types.names();
        names.extend(ACCELERATORS.iter().map(|name| (*name).to_owned()));
        let names = names
            .into_iter()
            .filter(|name| name.to_lowercase().starts_with(&lower));
        self.word.start += 1;
        sorted(names.map(|name| Completion::plain(name, CompletionKind::Type)))
    }

    /// Names of properties that the pipeline's input has.
    pub(super) fn properties(&mut self, prefix: &str) -> Vec<Completion> {
        let Some(sample) = self.upstream() else {
            return Vec::new();
        };
        let lower = prefix.to_lowercase();
        let names = members::property_names(&sample);
        let names: Vec<String> = if names.is_empty() {
            members::list_members(&sample)
                .into_iter()
                .filter(|member| member.kind.ends_with("Property"))
                .map(|member| member.name)
                .collect()
        } else {
            names.iter().map(ToString::to_string).collect()
        };
        sorted(
            names
                .into_iter()
                .filter(|name| name.to_lowercase().starts_with(&lower))
                .map(|name| Completion::plain(name, CompletionKind::Property)),
        )
    }

    /// A value of the kind that comes to the last element of the pipeline.
    fn upstream(&mut self) -> Option<Value> {
        let mut found: Option<(Option<String>, Option<String>)> = None;
        let statements = self.script.body.end.iter().flat_map(|block| &block.statements);
        for statement in statements {
            if let StatementKind::Pipeline(pipeline) = &statement.kind
                && let [.., before, _] = pipeline.elements.as_slice()
            {
                found = Some(match &before.kind {
                    ElementKind::Command(command) => {
                        (Some(self.script.source.slice(command.name.span).to_owned()), None)
                    }
                    ElementKind::Expression(Expr {
                        kind: ExprKind::Variable(_, name),
                        ..
                    }) => (None, Some(name.to_string())),
                    ElementKind::Expression(_) => (None, None),
                });
            }
        }
        match found? {
            (Some(command), _) => {
                let output = match self.machine.meaning(&command)? {
                    crate::run::Resolved::Cmdlet(command, _) => {
                        command.signature().output_types.first().map(ToString::to_string)
                    }
                    _ => None,
                }?;
                sample_of(&output)
            }
            (None, Some(variable)) => {
                let value = self.machine.variable_value(&variable)?;
                value.iter().next()
            }
            _ => None,
        }
    }
}

/// A value of a type, to list its members.
fn sample_of(type_name: &str) -> Option<Value> {
    let of = crate::types::resolve(type_name)?;
    match of {
        _ if of == Type::DATETIME => Some(Value::datetime(0, crate::value::DateTimeKind::Unspecified)),
        _ if of == Type::STRING => Some(Value::str("")),
        _ => Value::Int(0).convert(&of).ok(),
    }
}

fn listed(members: Vec<members::MemberInfo>, prefix: &str) -> Vec<Completion> {
    let fits = members
        .into_iter()
        .filter(|member| member.name.to_lowercase().starts_with(prefix));
    sorted(fits.map(|member| {
        let method = member.kind.ends_with("Method");
        Completion {
            text: if method {
                format!("{}(", member.name)
            } else {
                member.name.clone()
            },
            list_text: member.name,
            kind: if method {
                CompletionKind::Method
            } else {
                CompletionKind::Property
            },
            tool_tip: member.definition,
        }
    }))
}

/// Names that the language gives types.
const ACCELERATORS: &[&str] = &[
    "array",
    "bigint",
    "bool",
    "byte",
    "char",
    "cultureinfo",
    "datetime",
    "decimal",
    "double",
    "float",
    "guid",
    "hashtable",
    "int",
    "ipaddress",
    "long",
    "mailaddress",
    "object",
    "ordered",
    "pscredential",
    "pscustomobject",
    "psobject",
    "ref",
    "regex",
    "sbyte",
    "scriptblock",
    "securestring",
    "semver",
    "short",
    "single",
    "string",
    "switch",
    "timespan",
    "type",
    "uint",
    "ulong",
    "uri",
    "ushort",
    "version",
    "void",
    "xml",
    "System.Collections.ArrayList",
    "System.Collections.Generic.List",
    "System.IO.File",
    "System.IO.Path",
    "System.Math",
    "System.Environment",
    "System.Convert",
    "System.Text.Encoding",
    "math",
    "convert",
    "environment",
];
