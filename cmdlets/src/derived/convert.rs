//! Between values of the language and the JSON of a declaration, by the field's kind.
//!
//! Towards JSON nothing is judged: a value that is not of the kind goes over as the text or number that it is, and the
//! declaration's checks say what is wrong with it, all at once.

use plenum_lang::types::Type;
use plenum_lang::value::{Hashtable, Value};
use plenum_schema::{Field, Kind, ListEdit, ObjectType, TimeSpan};
use serde_json::{Map, Value as Json};

/// A field's value as the language shows it. Lists grow: scripts add to those of an object made with -InMemory.
pub fn to_value(kind: &Kind, json: &Json) -> Value {
    match (kind, json) {
        (Kind::Bool, Json::Bool(value)) => Value::Bool(*value),
        (Kind::Integer { type_name, .. }, Json::Number(number)) => integer(type_name, number),
        (Kind::TimeSpan, Json::String(span)) => {
            TimeSpan::parse(span).map_or(Value::Null, |span| Value::TimeSpan(span.0))
        }
        (Kind::List(kind), Json::Array(list)) => {
            let element = if matches!(kind, Kind::Text) {
                Type::STRING
            } else {
                Type::PSOBJECT
            };
            Value::list(element, list.iter().map(|item| to_value(kind, item)).collect())
        }
        (Kind::Object(object), Json::Object(members)) => object_value(object, members),
        (_, Json::String(value)) => Value::str(value),
        _ => Value::Null,
    }
}

fn object_value(object: &ObjectType, members: &Map<String, Json>) -> Value {
    let member = |field: &'static Field| {
        let value = members
            .get(field.name)
            .map_or(Value::Null, |value| to_value(&field.kind, value));
        (field.name, value)
    };
    Value::typed(
        &[object.type_name, "System.Object"],
        object.fields.iter().map(member),
    )
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

const EDITS: [&str; 3] = ["Add", "Remove", "Replace"];

/// The key of a hashtable given for a list that is no edit, when the hashtable is not an item itself.
pub fn unknown_edit(field: &Field, value: &Value) -> Option<String> {
    let (Kind::List(kind), Value::Hashtable(table)) = (field.kind, value.base()) else {
        return None;
    };
    if !is_edit(table) && matches!(kind, Kind::Object(_)) {
        return None;
    }
    let keys = (0..table.len())
        .filter_map(|position| table.at(position))
        .map(|(key, _)| key.to_text());
    keys.into_iter()
        .find(|key| !EDITS.iter().any(|edit| edit.eq_ignore_ascii_case(key)))
}

fn is_edit(table: &Hashtable) -> bool {
    EDITS.iter().any(|edit| table.get_text(edit).is_some())
}

/// `@{Add=…; Remove=…; Replace=…}` edits; anything else is what the list becomes; `$null` empties it.
fn list_edit(kind: &Kind, value: &Value) -> ListEdit {
    let list = |value: Value| {
        value
            .iter()
            .map(|item| item_to_json(kind, &item, false))
            .collect::<Vec<_>>()
    };
    match value.base() {
        Value::Hashtable(table) if is_edit(table) => ListEdit {
            replace: table.get_text("Replace").map(list),
            remove: table.get_text("Remove").map(list).unwrap_or_default(),
            add: table.get_text("Add").map(list).unwrap_or_default(),
        },
        other => ListEdit::replace(list(other.clone())),
    }
}

fn item_to_json(kind: &Kind, value: &Value, nullable: bool) -> Json {
    let value = value.base();
    if value.is_null() {
        return Json::Null;
    }
    match kind {
        Kind::Bool => boolean(value),
        Kind::Integer { .. } => number(value),
        Kind::TimeSpan => match value {
            Value::TimeSpan(ticks) => Json::String(TimeSpan(*ticks).to_string()),
            other => empty_is_null(other.to_text(), nullable),
        },
        Kind::Choice(choice) => {
            let given = value.to_text();
            let known = choice
                .values
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(given.trim()));
            known.map_or_else(
                || empty_is_null(given.clone(), nullable),
                |(name, _)| Json::from(*name),
            )
        }
        Kind::Object(object) => members(object, value),
        Kind::Text | Kind::List(_) => empty_is_null(value.to_text(), nullable),
    }
}

/// The binder makes an empty text of `$null` for a text parameter.
fn empty_is_null(given: String, nullable: bool) -> Json {
    if given.is_empty() && nullable {
        Json::Null
    } else {
        Json::String(given)
    }
}

fn boolean(value: &Value) -> Json {
    match value {
        Value::Bool(value) | Value::Switch(value) => Json::Bool(*value),
        other => match other.to_text().to_ascii_lowercase().as_str() {
            "true" | "1" => Json::Bool(true),
            "false" | "0" => Json::Bool(false),
            "" => Json::Null,
            _ => Json::String(other.to_text()),
        },
    }
}

fn number(value: &Value) -> Json {
    let given = value.to_text();
    match (given.trim().parse::<i64>(), given.trim().parse::<u64>()) {
        (Ok(number), _) => Json::from(number),
        (_, Ok(number)) => Json::from(number),
        _ if given.is_empty() => Json::Null,
        _ => Json::String(given),
    }
}

/// An object's members by the fields of its type; from an object or a hashtable.
fn members(object: &ObjectType, value: &Value) -> Json {
    if !matches!(value, Value::Object(_) | Value::Hashtable(_)) {
        return Json::String(value.to_text());
    }
    let member = |field: &'static Field| {
        let given = value.property(field.name)?;
        Some((
            field.name.to_owned(),
            item_to_json(&field.kind, &given, field.nullable),
        ))
    };
    Json::Object(object.fields.iter().filter_map(member).collect())
}
