//! Members after a dot or `::`, types in brackets, properties that the pipeline brings.

use crate::ast::walk::{Node, walk};
use crate::ast::{ExprKind, Script, Source};
use crate::members::{self, MemberInfo};

use super::infer::Inference;
use super::shape::{Shape, class_members, shape_members};
use super::{Completion, CompletionKind, Place, sorted};

impl Place<'_> {
    /// Members, when the text ends with a member access.
    pub(super) fn member_matches(&mut self) -> Option<Vec<Completion>> {
        let text = self.script.source.text.clone();
        let name_start = text
            .char_indices()
            .rev()
            .take_while(|(_, c)| crate::lex::is_name(*c))
            .last()
            .map_or(text.len(), |(at, _)| at);
        let prefix = text[name_start..].to_lowercase();
        let head = &text[..name_start];
        let (target, is_static) = match head.strip_suffix("::") {
            Some(target) => (target, true),
            None => (head.strip_suffix('.')?, false),
        };
        let target = target.strip_suffix('?').unwrap_or(target);
        let found = if is_static {
            self.static_members(target)?
        } else {
            let script = crate::parse::parse(&Source::new(None, target));
            shape_members(&shape_at_end(self, &script)?)
        };
        self.word.start = name_start;
        Some(listed(found, &prefix))
    }

    fn static_members(&mut self, target: &str) -> Option<Vec<MemberInfo>> {
        let open = target.rfind('[')?;
        let name = target[open + 1..].strip_suffix(']')?;
        let mut class = None;
        walk(&self.script.body, &mut |node| {
            if let Node::Class(one) = node
                && one.name.text.eq_ignore_ascii_case(name)
            {
                class = Some(class_members(one, true));
            }
        });
        let mut found = match class {
            Some(found) => found,
            None => members::list_static_members(&self.machine.type_named(name).ok()?),
        };
        let is_enum = matches!(self.machine.type_named(name), Ok(crate::types::Type::Enum(_)));
        if !is_enum && !found.iter().any(|member| member.name == "new") {
            found.push(MemberInfo {
                name: "new".to_owned(),
                kind: "Method",
                definition: format!("{name} new()"),
            });
        }
        Some(found)
    }

    /// Names of types and namespaces.
    pub(super) fn types(&mut self, prefix: &str) -> Vec<Completion> {
        let lower = prefix.to_lowercase();
        let mut names: Vec<String> = self.machine.types.names();
        names.extend(ACCELERATORS.iter().map(|name| (*name).to_owned()));
        let mut found: Vec<Completion> = names
            .into_iter()
            .filter(|name| name.to_lowercase().starts_with(&lower))
            .map(|name| Completion::plain(name, CompletionKind::Type))
            .collect();
        walk(&self.script.body, &mut |node| {
            let name = match node {
                Node::Class(class) => &class.name.text,
                Node::Enum(definition) => &definition.name.text,
                _ => return,
            };
            if name.to_lowercase().starts_with(&lower) {
                found.push(Completion::plain(name.as_ref(), CompletionKind::Type));
            }
        });
        found.extend(
            self.attribute_names(prefix)
                .into_iter()
                .filter(|_| !lower.is_empty()),
        );
        let full = crate::types::known_names()
            .filter(|name| !lower.is_empty() && name.to_lowercase().starts_with(&lower))
            .collect::<Vec<_>>();
        found.extend(next_parts(&full, prefix.len()));
        found.sort_by_cached_key(|one| (one.text.contains('.'), one.text.to_lowercase()));
        found.dedup_by(|one, other| one.text == other.text);
        found
    }

    /// Names of namespaces, for `using namespace`.
    pub(super) fn namespaces(&self, prefix: &str) -> Vec<Completion> {
        let lower = prefix.to_lowercase();
        let full: Vec<String> = crate::types::known_names()
            .filter(|name| name.to_lowercase().starts_with(&lower))
            .collect();
        let mut found = next_parts(&full, prefix.len());
        found.retain(|one| one.kind == CompletionKind::Namespace);
        sorted(found.into_iter())
    }

    /// Names of properties that the pipeline's input has.
    pub(super) fn properties(&mut self, prefix: &str) -> Vec<Completion> {
        let place = self.word.start as u32;
        let Some(shape) = Inference::new(self.machine, &self.script, place).upstream(place) else {
            return Vec::new();
        };
        let lower = prefix.to_lowercase();
        let mut found: Vec<Completion> = shape_members(&shape)
            .into_iter()
            .filter(|member| {
                member.kind.ends_with("Property") && member.name.to_lowercase().starts_with(&lower)
            })
            .map(|member| Completion {
                text: super::argument::quoted(&member.name, self.word.quoted),
                list_text: member.name,
                kind: CompletionKind::Property,
                tool_tip: member.definition,
            })
            .collect();
        found.dedup_by(|one, other| one.text == other.text);
        sorted(found.into_iter())
    }

    /// Properties and methods of what comes to ForEach-Object -MemberName.
    pub(super) fn any_members(&mut self, prefix: &str) -> Vec<Completion> {
        let place = self.word.start as u32;
        let shape = Inference::new(self.machine, &self.script, place).upstream(place);
        let mut found = listed(
            shape.map(|shape| shape_members(&shape)).unwrap_or_default(),
            &prefix.to_lowercase(),
        );
        for one in &mut found {
            one.text.clone_from(&one.list_text);
        }
        found
    }
}

/// What the expression gives that ends where a text ends.
fn shape_at_end(place: &mut Place<'_>, script: &Script) -> Option<Shape> {
    let end = script.source.text.len() as u32;
    let mut target = None;
    walk(&script.body, &mut |node| {
        if let Node::Expr(expression) = node
            && expression.span.end == end
            && target.is_none()
            && !matches!(
                expression.kind,
                ExprKind::Binary(_)
                    | ExprKind::Unary(..)
                    | ExprKind::Cast(..)
                    | ExprKind::List(_)
                    | ExprKind::Block(_)
                    | ExprKind::Expandable(_, crate::ast::Quote::Bare)
                    | ExprKind::Error
            )
        {
            target = Some(expression);
        }
    });
    Inference::new(place.machine, script, end).expression(target?)
}

/// Full names cut after the part that comes next: namespaces, and types where no part follows.
fn next_parts(names: &[String], from: usize) -> Vec<Completion> {
    let mut found: Vec<Completion> = Vec::new();
    for name in names {
        let cut = name[from.min(name.len())..].find('.').map(|at| from + at);
        let one = match cut {
            Some(at) => Completion {
                text: name[..at].to_owned(),
                list_text: name[..at].rsplit('.').next().unwrap_or_default().to_owned(),
                kind: CompletionKind::Namespace,
                tool_tip: format!("Namespace {}", &name[..at]),
            },
            None => Completion {
                text: name.clone(),
                list_text: name.rsplit('.').next().unwrap_or_default().to_owned(),
                kind: CompletionKind::Type,
                tool_tip: name.clone(),
            },
        };
        if !found
            .iter()
            .any(|known| known.text.eq_ignore_ascii_case(&one.text))
        {
            found.push(one);
        }
    }
    found
}

pub(super) fn listed(members: Vec<MemberInfo>, prefix: &str) -> Vec<Completion> {
    let mut seen = std::collections::HashSet::new();
    let fits = members.into_iter().filter(|member| {
        member.name.to_lowercase().starts_with(prefix) && seen.insert(member.name.to_lowercase())
    });
    let proposals = fits.map(|member| {
        let method = member.kind.ends_with("Method");
        // A key or property that is not a name stands in quotes.
        let plain = member.name.chars().all(crate::lex::is_name);
        let name = if plain {
            member.name.clone()
        } else {
            format!("'{}'", member.name.replace('\'', "''"))
        };
        Completion {
            text: if method { format!("{name}(") } else { name },
            list_text: member.name,
            kind: if method {
                CompletionKind::Method
            } else {
                CompletionKind::Property
            },
            tool_tip: member.definition,
        }
    });
    // Properties before methods, as they are meant more often.
    let mut found = sorted(proposals);
    found.sort_by_key(|one| one.kind == CompletionKind::Method);
    found
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
    "int16",
    "int32",
    "int64",
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
    "uint16",
    "uint32",
    "uint64",
    "ulong",
    "uri",
    "ushort",
    "version",
    "void",
    "xml",
    "math",
    "convert",
    "environment",
];
