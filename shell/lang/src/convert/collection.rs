//! Arrays, lists and dictionaries.

use std::sync::Arc;

use super::{failure, scalar};
use crate::error::{Interrupt, Result};
use crate::members::{World, enumerate};
use crate::types::{Kind, Type};
use crate::value::{Hashtable, List, ListKind, Str, TableKind, Value};

/// To an array of an element type.
pub fn to_array(value: &Value, element: &Type, target: &Type, world: &mut dyn World) -> Result<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    if let Value::Array(array) = value.base()
        && array.element == *element
        && array.lengths.is_none()
    {
        return Ok(value.clone());
    }
    if let (Value::Str(text), Some(Kind::Char)) = (value.base(), element.kind()) {
        return Ok(Value::array_of(
            element.clone(),
            text.encode_utf16().map(Value::Char).collect(),
        ));
    }
    match enumerate(value.base()) {
        Some(items) => {
            let items = items
                .iter()
                .map(|item| super::to(item, element, world))
                .collect::<Result<Vec<_>>>()?;
            Ok(Value::array_of(element.clone(), items))
        }
        None => match super::to(value, element, world) {
            Ok(item) => Ok(Value::array_of(element.clone(), vec![item])),
            Err(Interrupt::Error(inner)) if wraps(value.base()) => {
                Err(failure::scalar_to_array(value, target, &inner.message))
            }
            Err(other) => Err(other),
        },
    }
}

/// Whether a scalar's failed conversion is reported as one of the array.
fn wraps(value: &Value) -> bool {
    scalar::is_number(value) || matches!(value, Value::Str(_))
}

/// To a growing collection; `None` when the value has no items to take.
pub fn to_list(
    value: &Value,
    kind: ListKind,
    element: Option<&Type>,
    world: &mut dyn World,
) -> Option<Result<Value>> {
    if value.is_null() {
        return Some(Ok(Value::Null));
    }
    let items = match value.base() {
        Value::List(list) if list.kind == kind && list.element.as_ref() == element => {
            return Some(Ok(value.clone()));
        }
        Value::Hashtable(table) if element.is_none() => crate::members::dictionary::entries(table),
        Value::Enum(_) if kind == ListKind::ArrayList => Vec::new(),
        Value::Char(_) if kind == ListKind::ArrayList => Vec::new(),
        other => match (enumerate(other), element) {
            (Some(items), _) => items,
            // One item becomes a list of one where the item type says what it must be.
            (None, Some(_)) => vec![other.clone()],
            (None, None) => return None,
        },
    };
    let converted: Result<Vec<Value>> = match element {
        Some(element) => items.iter().map(|item| super::to(item, element, world)).collect(),
        None => Ok(items),
    };
    Some(converted.map(|items| Value::List(Arc::new(List::new(kind, element.cloned(), items)))))
}

/// To a dictionary; `None` when the value is not one.
pub fn to_table(value: &Value, kind: &TableKind, world: &mut dyn World) -> Option<Result<Value>> {
    match value.base() {
        Value::Null | Value::Nothing => Some(Ok(Value::Null)),
        Value::Hashtable(table) if table.kind == *kind => Some(Ok(value.clone())),
        Value::Hashtable(table) => Some(copy_table(table, kind, world)),
        // The constructor with a capacity takes them.
        Value::Char(_) | Value::Enum(_) if *kind == TableKind::Hashtable => {
            Some(Ok(Value::Hashtable(Arc::new(Hashtable::new(kind.clone())))))
        }
        _ => None,
    }
}

fn copy_table(from: &Hashtable, kind: &TableKind, world: &mut dyn World) -> Result<Value> {
    let table = Hashtable::new(kind.clone());
    for (key, value) in from.pairs() {
        let (key, value) = match kind {
            TableKind::Dictionary(keys, values) | TableKind::Sorted(keys, values) => {
                (super::to(&key, keys, world)?, super::to(&value, values, world)?)
            }
            _ => (key, value),
        };
        table.set(key, value);
    }
    Ok(Value::Hashtable(Arc::new(table)))
}

/// A hashtable as a `[pscustomobject]`: `PSTypeName` is its type name.
pub fn to_custom_object(table: &Hashtable) -> Value {
    let mut type_name = None;
    let pairs: Vec<(Str, Value)> = table
        .pairs()
        .into_iter()
        .filter_map(|(key, value)| {
            let name = match key {
                Value::Str(name) => name,
                other => Str::from(other.to_text()),
            };
            if name.eq_ignore_ascii_case("PSTypeName") && value.as_str().is_some_and(|name| !name.is_empty())
            {
                type_name = value.as_str().map(str::to_owned);
                return None;
            }
            Some((name, value))
        })
        .collect();
    let (names, values): (Vec<Str>, Vec<Value>) = pairs.into_iter().unzip();
    let object = Value::object(names.iter().map(Str::as_str).zip(values));
    if let (Value::Object(object), Some(name)) = (&object, type_name) {
        let mut names = object.type_names();
        names.insert(0, Arc::from(name.as_str()));
        object.set_type_names(&names);
    }
    object
}
