//! Enum values from names and numbers.

use std::sync::Arc;

use super::failure;
use crate::error::{Interrupt, Result};
use crate::number;
use crate::types::{EnumDef, Type};
use crate::value::Value;

/// Converts a value to an enum type; `None` when its type is not one that converts.
pub fn to_enum(value: &Value, definition: &Arc<EnumDef>, target: &Type) -> Option<Result<Value>> {
    Some(match value {
        Value::Enum(member) if member.of == *target => Ok(value.clone()),
        Value::Enum(_) => Err(failure::no_conversion(value, target)),
        Value::Null | Value::Nothing => Err(null(definition, target)),
        Value::Str(text) => of_text(text, definition, target),
        Value::Bool(_) | Value::Char(_) | Value::DateTime(_) => Err(failure::invalid_cast(value, target)),
        Value::Double(_) | Value::Single(_) | Value::Decimal(_) => {
            of_text(&value.to_text(), definition, target)
        }
        Value::Array(array) => match array.items.read().as_slice() {
            [only] if !matches!(only, Value::Array(_)) => return to_enum(only, definition, target),
            items => {
                let names: Vec<String> = items.iter().map(Value::to_text).collect();
                of_text(&names.join(","), definition, target)
            }
        },
        Value::Switch(_) => return None,
        other => defined(number::integer(other)? as i64, value, definition, target),
    })
}

/// A number that stands for a member, or for a set of flags.
fn defined(bits: i64, value: &Value, definition: &Arc<EnumDef>, target: &Type) -> Result<Value> {
    let known = definition.members.iter().any(|(_, number)| *number == bits);
    let all = definition.members.iter().fold(0, |all, (_, number)| all | number);
    if known || definition.flags && bits & !all == 0 {
        return Ok(Value::enumeration(target.clone(), bits));
    }
    let message = format!(
        "Cannot convert value \"{}\" to type \"{}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{}\".",
        value.to_text(),
        target.full_name(),
        names(definition, ",")
    );
    Err(failure::failure("UndefinedIntegerToEnum", message))
}

fn names(definition: &EnumDef, separator: &str) -> String {
    definition
        .sorted()
        .iter()
        .map(|(name, _)| name.as_ref())
        .collect::<Vec<_>>()
        .join(separator)
}

fn null(definition: &EnumDef, target: &Type) -> Interrupt {
    let message = format!(
        "Cannot convert null to type \"{}\" due to enumeration values that are not valid. Specify one of the following enumeration values and try again. The possible enumeration values are \"{}\".",
        target.full_name(),
        names(definition, ",")
    );
    failure::failure("nullToEnumInvalidCast", message)
}

/// Names, unique beginnings of names, numbers; several with commas.
fn of_text(text: &str, definition: &Arc<EnumDef>, target: &Type) -> Result<Value> {
    match parse(text, definition) {
        Some(bits) => Ok(Value::enumeration(target.clone(), bits)),
        None => {
            let message = format!(
                "Cannot convert value \"{text}\" to type \"{}\". Error: \"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following enumerator names and try again:\n{}\"",
                target.full_name(),
                names(definition, ", ")
            );
            Err(failure::failure(
                "SubstringDisambiguationEnumParseThrewAnException",
                message,
            ))
        }
    }
}

/// The number that a text stands for.
pub fn parse(text: &str, definition: &EnumDef) -> Option<i64> {
    let mut bits = 0;
    for part in text.split(',') {
        bits |= parse_one(part.trim(), definition)?;
    }
    Some(bits)
}

fn parse_one(name: &str, definition: &EnumDef) -> Option<i64> {
    if name.is_empty() {
        return None;
    }
    let exact = definition
        .members
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((_, number)) = exact {
        return Some(*number);
    }
    if let Ok(number) = name.parse::<i64>() {
        let fits = definition.underlying != crate::types::Kind::Int32 || i32::try_from(number).is_ok();
        return fits.then_some(number);
    }
    let begins = |known: &str| {
        known
            .get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let mut matching = definition.members.iter().filter(|(known, _)| begins(known));
    match (matching.next(), matching.next()) {
        (Some((_, number)), None) => Some(*number),
        _ => None,
    }
}
