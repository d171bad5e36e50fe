//! `target[index]`.

use super::{World, collections, dictionary, enumerate, fault, text};
use crate::convert;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::value::{Array, Value};

/// `target[index]`; several indexes are an array. Out of range is `$null`.
pub fn index(target: &Value, index: &Value, world: &mut dyn World) -> Result<Value> {
    match (target.base(), index) {
        (Value::Array(array), index) if array.lengths.is_some() && !index.is_null() => grid(array, index),
        (Value::Array(array), Value::Int(at)) => {
            let items = array.items.read();
            match place(*at, items.len()) {
                Some(at) => Ok(items[at].clone()),
                None if world.strict_indexes() => Err(out_of_range()),
                None => Ok(Value::Null),
            }
        }
        (Value::Null | Value::Nothing, _) => Err(ErrorRecord::new(
            "NullArray",
            Category::InvalidOperation,
            "Cannot index into a null array.",
        )
        .into()),
        (Value::Hashtable(table), other) => match enumerate(other.base()) {
            Some(keys) => Ok(Value::array(
                keys.iter()
                    .map(|key| dictionary::entry(table, key, world))
                    .collect::<Result<Vec<_>>>()?,
            )),
            None if other.is_null() => Err(null_index()),
            None => dictionary::entry(table, other, world),
        },
        (_, other) if other.is_null() => Err(null_index()),
        (base, other) => match enumerate(other.base()) {
            Some(indexes) => several(base, &indexes, world),
            None => one(base, other, world),
        },
    }
}

/// An item of an array of several dimensions; an array of such indexes is a slice.
fn grid(array: &Array, index: &Value) -> Result<Value> {
    let slices = enumerate(index.base()).filter(|indexes| {
        let nested = |index: &Value| enumerate(index.base()).is_some();
        !indexes.is_empty() && indexes.iter().all(nested)
    });
    let item = |index: &Value| -> Result<Option<Value>> {
        let at = collections::place_in_grid(array, &collections::grid_index(array, index)?);
        Ok(at.and_then(|at| array.items.read().get(at).cloned()))
    };
    match slices {
        None => Ok(item(index)?.unwrap_or_default()),
        Some(indexes) => {
            let found: Result<Vec<Option<Value>>> = indexes.iter().map(item).collect();
            Ok(Value::array(found?.into_iter().flatten()))
        }
    }
}

fn out_of_range() -> Interrupt {
    ErrorRecord::new(
        "System.IndexOutOfRangeException",
        Category::OperationStopped,
        "Index was outside the bounds of the array.",
    )
    .exception("System.IndexOutOfRangeException")
    .into()
}

fn null_index() -> Interrupt {
    ErrorRecord::new(
        "NullArrayIndex",
        Category::InvalidOperation,
        "Index operation failed; the array index evaluated to null.",
    )
    .into()
}

/// Those of several indexes that exist.
fn several(target: &Value, indexes: &[Value], world: &mut dyn World) -> Result<Value> {
    let mut found = Vec::new();
    let length = length(target);
    for index in indexes {
        if let (Some(length), Ok(at)) = (length, convert::to_int(index))
            && place(at, length).is_none()
        {
            continue;
        }
        found.push(one(target, index, world)?);
    }
    Ok(Value::array(found))
}

fn length(target: &Value) -> Option<usize> {
    match target {
        Value::Array(array) => Some(array.len()),
        Value::List(list) => Some(list.items.read().len()),
        Value::Str(text) => Some(text::length(text)),
        _ => None,
    }
}

/// A place from the beginning, or from the end when it is below zero.
pub(super) fn place(at: i32, length: usize) -> Option<usize> {
    let at = if at < 0 {
        at as i64 + length as i64
    } else {
        i64::from(at)
    };
    usize::try_from(at).ok().filter(|at| *at < length)
}

fn one(target: &Value, index: &Value, world: &mut dyn World) -> Result<Value> {
    match target {
        Value::Array(array) => {
            let at = position(index)?;
            let items = array.items.read();
            Ok(place(at, items.len()).map_or(Value::Null, |at| items[at].clone()))
        }
        Value::List(_) => {
            let at = position(index)?;
            let items = collections::indexed(target);
            let found = place(at, items.len()).map(|at| items[at].clone());
            match found {
                Some(value) => Ok(value),
                None => Ok(Value::Null),
            }
        }
        Value::Str(text) => {
            let at = position(index)?;
            Ok(place(at, text::length(text))
                .and_then(|at| text::unit_at(text, at))
                .map_or(Value::Null, Value::Char))
        }
        Value::Hashtable(table) => dictionary::entry(table, index, world),
        Value::Instance(instance) => match instance.index(index) {
            Some(result) => result,
            None => match instance.items() {
                Some(items) => {
                    let at = position(index)?;
                    Ok(place(at, items.len()).map_or(Value::Null, |at| items[at].clone()))
                }
                None => scalar(target, index, world),
            },
        },
        other => scalar(other, index, world),
    }
}

/// A scalar counts as a list of itself for the indexes 0 and -1.
fn scalar(target: &Value, index: &Value, world: &mut dyn World) -> Result<Value> {
    match index.base() {
        Value::Int(0 | -1) => Ok(target.clone()),
        Value::Int(_) if !world.strict() => Ok(Value::Null),
        _ => {
            let message = format!(
                "Unable to index into an object of type \"{}\".",
                crate::inspect::type_name(target)
            );
            Err(ErrorRecord::new("CannotIndex", Category::InvalidOperation, message).into())
        }
    }
}

fn position(index: &Value) -> Result<i32> {
    match index.base() {
        Value::Int(at) => Ok(*at),
        other => convert::to_int(other),
    }
}

/// `target[index] = value`.
pub fn set_index(target: &Value, index: &Value, value: Value, world: &mut dyn World) -> Result<()> {
    match target.base() {
        Value::Null | Value::Nothing => Err(ErrorRecord::new(
            "NullArray",
            Category::InvalidOperation,
            "Cannot index into a null array.",
        )
        .into()),
        Value::Hashtable(table) => {
            if index.is_null() {
                return Err(null_index());
            }
            dictionary::set_entry(table, index.clone(), value, world)
        }
        Value::Array(array) if array.lengths.is_some() => {
            let places = collections::grid_index(array, index)?;
            let at = collections::place_in_grid(array, &places).ok_or_else(out_of_range)?;
            let value = convert::to(&value, &array.element, world)?;
            array.items.write()[at] = value;
            Ok(())
        }
        Value::Array(array) => {
            let at = position(index)?;
            let value = convert::to(&value, &array.element, world)?;
            let mut items = array.items.write();
            let at = place(at, items.len()).ok_or_else(out_of_range)?;
            items[at] = value;
            Ok(())
        }
        Value::List(list) => {
            let at = position(index)?;
            let value = match &list.element {
                Some(element) => convert::to(&value, element, world)?,
                None => value,
            };
            let at = place(at, list.items.read().len()).ok_or_else(|| {
                fault::raised(
                    "System.ArgumentOutOfRangeException",
                    "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
                )
            })?;
            if let Some(result) = collections::set_item(target.base(), list, at, &value, world) {
                return result;
            }
            if let Some(slot) = list.items.write().get_mut(at) {
                *slot = value;
            }
            Ok(())
        }
        other => match super::try_set_item(other, index, &value, world) {
            Some(result) => result,
            None => {
                let message = format!(
                    "Unable to index into an object of type {}.",
                    crate::inspect::type_name(other)
                );
                Err(ErrorRecord::new("CannotIndex", Category::InvalidOperation, message).into())
            }
        },
    }
}
