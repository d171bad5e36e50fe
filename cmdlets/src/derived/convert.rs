//! Between values of the language and the JSON of a declaration, by the field's kind.
//!
//! Towards JSON nothing is judged: a value that is not of the kind goes over as the text or number that it is, and the
//! declaration's checks say what is wrong with it, all at once.

use std::sync::Arc;

use plenum_lang::inspect::{elements, property};
use plenum_lang::value::{Hashtable, Value};
use plenum_schema::{Field, Kind, ListEdit, ObjectType, TimeSpan};
use serde_json::{Map, Value as Json};

use crate::authoring::{array, text, to_int, to_text, typed_object};

/// A field's value as the language shows it.
pub fn to_value(kind: &Kind, json: &Json) -> Value {
    match (kind, json) {
        (Kind::Bool, Json::Bool(value)) => Value::Bool(*value),
        (Kind::Integer { type_name, .. }, Json::Number(number)) => integer(type_name, number),
        (Kind::TimeSpan, Json::String(span)) => {
            TimeSpan::parse(span).map_or(Value::Null, |span| Value::TimeSpan(span.0))
        }
        (Kind::List(kind), Json::Array(list)) => array(list.iter().map(|item| to_value(kind, item)).collect()),
        (Kind::Object(object), Json::Object(members)) => object_value(object, members),
        (_, Json::String(value)) => text(value.as_str()),
        _ => Value::Null,
    }
}

fn object_value(object: &ObjectType, members: &Map<String, Json>) -> Value {
    let names = vec![Arc::from(object.type_name), Arc::from("System.Object")];
    let member = |field: &'static Field| {
        let value = members.get(field.name).map_or(Value::Null, |value| to_value(&field.kind, value));
        (field.name, value)
    };
    typed_object(names, object.fields.iter().map(member))
}

/// A number in the width that the field has; the declaration's check keeps it inside.
fn integer(type_name: &str, number: &serde_json::Number) -> Value {
    let signed = number.as_i64().unwrap_or(i64::MAX);
    match type_name {
        "UInt16" => Value::UShort(u16::try_from(signed).unwrap_or(u16::MAX)),
        "UInt32" => Value::UInt(u32::try_from(signed).unwrap_or(u32::MAX)),
        "UInt64" => Value::ULong(number.as_u64().unwrap_or_default()),
        "Int32" => Value::Int(i32::try_from(signed).unwrap_or(i32::MAX)),
        _ => Value::Long(signed),
    }
}

/// What was given for a field, as the JSON that its kind has; for a list what the list becomes.
pub fn to_json(field: &Field, value: &Value, current: Option<&Json>) -> Json {
    match field.kind {
        Kind::List(kind) => {
            let none = Vec::new();
            let current = current.and_then(Json::as_array).unwrap_or(&none);
            Json::Array(list_edit(kind, value).apply(current))
        }
        kind => item_to_json(&kind, value, field.nullable),
    }
}

/// Whether a value is an edit of a list whose keys are not all known; the unknown key.
pub fn unknown_edit(field: &Field, value: &Value) -> Option<String> {
    let (Kind::List(kind), Value::Hashtable(table)) = (field.kind, value) else { return None };
    if is_edit(table) || !matches!(kind, Kind::Object(_)) {
        return keys(table).into_iter().find(|key| !EDITS.iter().any(|edit| edit.eq_ignore_ascii_case(key)));
    }
    None
}

const EDITS: [&str; 3] = ["Add", "Remove", "Replace"];

fn keys(table: &Hashtable) -> Vec<String> {
    table.entries.read().values().map(|(key, _)| to_text(key)).collect()
}

fn is_edit(table: &Hashtable) -> bool {
    keys(table).iter().any(|key| EDITS.iter().any(|edit| edit.eq_ignore_ascii_case(key)))
}

/// `@{Add=…; Remove=…; Replace=…}` edits; anything else is what the list becomes; `$null` empties it.
fn list_edit(kind: &Kind, value: &Value) -> ListEdit {
    let list = |value: &Value| members_of(value).iter().map(|item| item_to_json(kind, item, false)).collect();
    match value {
        Value::Hashtable(table) if is_edit(table) => ListEdit {
            replace: entry(table, "Replace").map(|value| list(&value)),
            remove: entry(table, "Remove").map(|value| list(&value)).unwrap_or_default(),
            add: entry(table, "Add").map(|value| list(&value)).unwrap_or_default(),
        },
        other => ListEdit::replace(list(other)),
    }
}

/// The items of a collection; a single value is one, `$null` none.
fn members_of(value: &Value) -> Vec<Value> {
    match value {
        Value::Null | Value::Nothing => Vec::new(),
        other => elements(other).unwrap_or_else(|| vec![other.clone()]),
    }
}

fn entry(table: &Hashtable, name: &str) -> Option<Value> {
    let entries = table.entries.read();
    entries.values().find(|(key, _)| to_text(key).eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

fn item_to_json(kind: &Kind, value: &Value, nullable: bool) -> Json {
    if matches!(value, Value::Null | Value::Nothing) {
        return Json::Null;
    }
    match kind {
        Kind::Bool => boolean(value),
        Kind::Integer { .. } => number(value),
        Kind::TimeSpan => match value {
            Value::TimeSpan(ticks) => Json::String(TimeSpan(*ticks).to_string()),
            other => Json::String(to_text(other)),
        },
        Kind::Choice(choice) => {
            let given = to_text(value);
            let known = choice.values.iter().find(|(name, _)| name.eq_ignore_ascii_case(given.trim()));
            known.map_or_else(|| empty_is_null(given.clone(), nullable), |(name, _)| Json::from(*name))
        }
        Kind::Object(object) => members(object, value),
        Kind::Text | Kind::List(_) => empty_is_null(to_text(value), nullable),
    }
}

/// The binder makes an empty text of `$null` for a text parameter.
fn empty_is_null(given: String, nullable: bool) -> Json {
    if given.is_empty() && nullable { Json::Null } else { Json::String(given) }
}

fn boolean(value: &Value) -> Json {
    match value {
        Value::Bool(value) | Value::Switch(value) => Json::Bool(*value),
        other => match (to_int(other), to_text(other).to_ascii_lowercase().as_str()) {
            (Some(number), _) => Json::Bool(number != 0),
            (None, "true") => Json::Bool(true),
            (None, "false") => Json::Bool(false),
            _ => Json::String(to_text(other)),
        },
    }
}

fn number(value: &Value) -> Json {
    match value {
        Value::ULong(number) => Json::from(*number),
        Value::Double(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => {
            to_text(value).parse::<i64>().map_or(Json::from(*number), Json::from)
        }
        other => match to_int(other) {
            Some(number) => Json::from(number),
            None => {
                let given = to_text(other);
                given.trim().parse::<i64>().map_or(Json::String(given), Json::from)
            }
        },
    }
}

/// An object's members by the fields of its type; from an object or a hashtable.
fn members(object: &ObjectType, value: &Value) -> Json {
    if !matches!(value, Value::Object(_) | Value::Hashtable(_)) {
        return Json::String(to_text(value));
    }
    let member = |field: &'static Field| {
        let given = property(value, field.name)?;
        Some((field.name.to_owned(), item_to_json(&field.kind, &given, field.nullable)))
    };
    Json::Object(object.fields.iter().filter_map(member).collect())
}
