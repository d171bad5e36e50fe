//! What something is as far as its members go, and samples of types to list them.

use crate::ast::{Class, ClassMemberKind, Expr, ExprKind};
use crate::members::{self, MemberInfo};
use crate::types::Type;
use crate::value::Value;

/// What something is, as far as its members go.
#[derive(Clone)]
pub(super) enum Shape {
    /// A value of its kind.
    Value(Value),
    /// An object with these properties.
    Named(Vec<String>),
    /// A hashtable with these keys.
    Table(Vec<String>),
    /// An object with these members.
    Members(Vec<MemberInfo>),
}

/// Keys of a table literal, also behind a cast.
pub(super) fn keys_of_literal(expression: &Expr) -> Vec<String> {
    match &expression.kind {
        ExprKind::Cast(_, inner) => keys_of_literal(inner),
        ExprKind::Hashtable(pairs) => pairs
            .iter()
            .filter_map(|(key, _)| match &key.kind {
                ExprKind::String(text, _) => Some(text.to_string()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The keys of a table as texts.
pub(super) fn table_keys(value: &Value) -> Vec<String> {
    match value.base() {
        Value::Hashtable(table) => table.keys().iter().map(Value::to_text).collect(),
        _ => Vec::new(),
    }
}

/// A list of what the first item is.
pub(super) fn listed(first: Option<Shape>) -> Shape {
    match first {
        Some(Shape::Value(value)) => Shape::Value(Value::array([value])),
        Some(shape) => shape,
        None => Shape::Value(Value::array([])),
    }
}

/// Whether the pipeline takes a value apart.
fn is_list(value: &Value) -> bool {
    members::enumerate(value).is_some()
}

pub(super) fn first_item(shape: Shape) -> Shape {
    match &shape {
        Shape::Value(value) if is_list(value) => match value.iter().next() {
            Some(first) => Shape::Value(first),
            None => shape,
        },
        _ => shape,
    }
}

/// Members of a shape.
pub(super) fn shape_members(shape: &Shape) -> Vec<MemberInfo> {
    let named = |names: &[String]| -> Vec<MemberInfo> {
        let note = |name: &String| MemberInfo {
            name: name.clone(),
            kind: "NoteProperty",
            definition: name.clone(),
        };
        names.iter().map(note).collect()
    };
    match shape {
        Shape::Value(value) => {
            let mut found = members::list_members(value);
            found.splice(0..0, named(&table_keys(value)));
            if is_list(value) {
                found.extend(LISTS.iter().map(|(name, definition)| MemberInfo {
                    name: (*name).to_owned(),
                    kind: "Method",
                    definition: (*definition).to_owned(),
                }));
                if let Some(first) = value.iter().next() {
                    found.extend(members::list_members(&first));
                }
            }
            found
        }
        Shape::Named(names) => {
            let mut found = named(names);
            found.extend(members::list_members(&Value::object([])));
            found
        }
        Shape::Table(keys) => {
            let mut found = named(keys);
            found.extend(members::list_members(&Value::hashtable([])));
            found
        }
        Shape::Members(found) => found.clone(),
    }
}

/// Methods that the language gives all collections.
const LISTS: &[(&str, &str)] = &[
    ("ForEach", "ForEach(expression[, arguments...])"),
    ("Where", "Where({ expression } [, mode [, numberToReturn]])"),
];

/// A value of a type, made without asking anybody.
pub(super) fn sample_of(of: &Type) -> Option<Value> {
    if *of == Type::DATETIME {
        return Some(Value::datetime(0, crate::value::DateTimeKind::Unspecified));
    }
    if *of == Type::STRING {
        return Some(Value::str(""));
    }
    if let Type::Enum(definition) = of {
        let (first, _) = definition.members.first()?;
        return Value::str(first.as_ref()).convert(of).ok();
    }
    let texts = [
        ".",
        "1.0",
        "a",
        "00000000-0000-0000-0000-000000000000",
        "127.0.0.1",
        "http://localhost/",
        "a@localhost",
        "<a/>",
    ];
    let seeds = std::iter::once(Value::Int(0))
        .chain([Value::hashtable([]), Value::array([])])
        .chain(texts.iter().map(|text| Value::str(*text)));
    seeds
        .into_iter()
        .find_map(|seed| seed.convert(of).ok())
        .filter(|value| !value.is_null())
}

/// What a class of the text declares.
pub(super) fn class_members(class: &Class, statics: bool) -> Vec<MemberInfo> {
    let shown = |member: &&crate::ast::ClassMember| {
        member.is_static == statics && !member.is_hidden && member.name.text != class.name.text
    };
    let info = |member: &crate::ast::ClassMember| {
        let of = member
            .attributes
            .iter()
            .rev()
            .find(|attribute| !attribute.call)
            .map_or_else(
                || "System.Object".to_owned(),
                |attribute| attribute.type_name.name.to_string(),
            );
        let name = member.name.text.to_string();
        match &member.kind {
            ClassMemberKind::Property(_) => MemberInfo {
                definition: format!("{of} {name} {{get;set;}}"),
                name,
                kind: "Property",
            },
            ClassMemberKind::Method { .. } => MemberInfo {
                definition: format!("{of} {name}()"),
                name,
                kind: "Method",
            },
        }
    };
    let mut found: Vec<MemberInfo> = class.members.iter().filter(shown).map(info).collect();
    if !statics {
        found.extend(members::list_members(&Value::object([])));
    }
    found
}
