//! Conversions between types, as the language makes them: casts, typed variables, parameters, operands.

use crate::error::Result;
use crate::members::{self, World};
use crate::types::{Kind, Type, is_instance};
use crate::value::{ListKind, Str, TableKind, Value};

pub mod collection;
pub mod enumeration;
pub mod failure;
pub mod object;
pub mod scalar;
#[cfg(test)]
mod tests;
pub mod text;

/// Converts a value to a type, as a cast does.
pub fn to(value: &Value, target: &Type, world: &mut dyn World) -> Result<Value> {
    // What is of the type already keeps the members that were added to it.
    match (value, target) {
        (Value::Str(_), Type::Known(known)) if known.kind == Kind::String => return Ok(value.clone()),
        (Value::Int(_), Type::Known(known)) if known.kind == Kind::Int32 => return Ok(value.clone()),
        (_, Type::Known(known)) if known.kind == Kind::Object => return Ok(value.clone()),
        _ => {}
    }
    match target {
        Type::Known(known) => known_type(value, known.kind, target, world),
        Type::Array(element) => collection::to_array(value, element, target, world),
        Type::Generic(known, arguments) => generic(value, known.kind, arguments, target, world),
        Type::Enum(definition) => match enumeration::to_enum(&written(value), definition, target) {
            Some(result) => result,
            None => object::by_construction(value, target, world),
        },
        Type::Script(class) => {
            if value.is_null() || is_instance(value, target) {
                return Ok(value.clone());
            }
            match class.convert(value, world) {
                Some(result) => result,
                None => object::by_construction(value, target, world),
            }
        }
        Type::Named(_) | Type::Grid(..) => {
            if value.is_null() || is_instance(value, target) {
                Ok(value.clone())
            } else {
                Err(failure::no_conversion(value, target))
            }
        }
    }
}

/// A number with a fraction as the text that it was written as.
fn written(value: &Value) -> Value {
    match (value.base(), value.source_text()) {
        (Value::Double(_) | Value::Decimal(_), Some(text)) => Value::Str(text.clone()),
        (base, _) => base.clone(),
    }
}

fn known_type(value: &Value, kind: Kind, target: &Type, world: &mut dyn World) -> Result<Value> {
    let base = value.base();
    let scalar = match kind {
        Kind::String => {
            return Ok(match value {
                Value::Extended(extended) => match &extended.text {
                    Some(text) => Value::Str(text.clone()),
                    None => Value::Str(to_text_with(base, &world.output_separator())),
                },
                _ => Value::Str(to_text_with(base, &world.output_separator())),
            });
        }
        Kind::Boolean => return Ok(Value::Bool(to_bool(base))),
        Kind::Void => return Ok(Value::Nothing),
        Kind::Action if matches!(value, Value::Block(_)) => return Ok(value.clone()),
        Kind::PSObject | Kind::PSCustomObject => {
            return Ok(match base {
                Value::Hashtable(table) if kind == Kind::PSCustomObject => {
                    collection::to_custom_object(table)
                }
                Value::Nothing => Value::Null,
                _ => value.clone(),
            });
        }
        Kind::Array => return Ok(to_any_array(value)),
        Kind::Switch => object::to_switch(base, target),
        kind if scalar::is_integer(kind) => scalar::to_integer(base, kind, target),
        Kind::Double | Kind::Single => scalar::to_real(base, kind, target),
        Kind::Decimal => scalar::to_decimal(base, target),
        Kind::BigInteger => scalar::to_big(base, target),
        Kind::Char => scalar::to_char(base, target),
        Kind::ArrayList => collection::to_list(value, ListKind::ArrayList, None, world),
        Kind::Queue => collection::to_list(value, ListKind::Queue, None, world),
        Kind::Stack => collection::to_list(value, ListKind::Stack, None, world),
        Kind::StringCollection => collection::to_list(value, ListKind::StringCollection, None, world),
        Kind::Hashtable => collection::to_table(value, &TableKind::Hashtable, world),
        Kind::OrderedDictionary => collection::to_table(value, &TableKind::Ordered, world),
        _ => None,
    };
    match scalar {
        Some(result) => result,
        // A number keeps the text that it was written as where a text decides.
        None => match value.source_text() {
            Some(text)
                if !matches!(kind, Kind::DateTime | Kind::TimeSpan | Kind::IPAddress)
                    || crate::number::integer(base).is_none() =>
            {
                object::to_object(&Value::Str(text.clone()), kind, target, world)
            }
            _ => object::to_object(value, kind, target, world),
        },
    }
}

fn to_any_array(value: &Value) -> Value {
    match value.base() {
        Value::Null | Value::Nothing => Value::Null,
        Value::Array(_) => value.clone(),
        other => match members::enumerate(other) {
            Some(items) => Value::array(items),
            None => Value::array([value.clone()]),
        },
    }
}

fn generic(
    value: &Value,
    kind: Kind,
    arguments: &[Type],
    target: &Type,
    world: &mut dyn World,
) -> Result<Value> {
    let list = match kind {
        Kind::List => Some(ListKind::List),
        Kind::Collection => Some(ListKind::Collection),
        Kind::GenericQueue => Some(ListKind::Queue),
        Kind::GenericStack => Some(ListKind::Stack),
        _ => None,
    };
    if let Some(list) = list {
        return match collection::to_list(value, list, Some(&arguments[0]), world) {
            Some(result) => result,
            None => Err(failure::no_conversion(value, target)),
        };
    }
    match kind {
        Kind::Nullable => {
            if value.is_null() {
                Ok(Value::Null)
            } else {
                object::to_nullable(value, &arguments[0], target, world)
            }
        }
        Kind::Dictionary | Kind::SortedDictionary | Kind::SortedList => {
            let kind = if kind == Kind::Dictionary {
                TableKind::Dictionary(arguments[0].clone(), arguments[1].clone())
            } else {
                TableKind::Sorted(arguments[0].clone(), arguments[1].clone())
            };
            match collection::to_table(value, &kind, world) {
                Some(result) => result,
                None => Err(failure::no_conversion(value, target)),
            }
        }
        // Collections that are made of others take an array.
        Kind::HashSet | Kind::SortedSet | Kind::LinkedList
            if !is_instance(value, target) && members::enumerate(value.base()).is_some() =>
        {
            let items = collection::to_array(value, &arguments[0], target, world)?;
            members::construct(target, &[items], world)
        }
        // A script block is called as it is.
        Kind::Func | Kind::Action | Kind::Predicate | Kind::Comparison | Kind::Converter
            if matches!(value, Value::Block(_) | Value::Null) =>
        {
            Ok(value.clone())
        }
        // What takes any collection of the items takes an array.
        Kind::GenericIEnumerable | Kind::GenericICollection | Kind::GenericIList => {
            if value.is_null() || is_instance(value, target) {
                Ok(value.clone())
            } else {
                collection::to_array(value, &arguments[0], target, world)
            }
        }
        _ => {
            if value.is_null() || is_instance(value, target) {
                return Ok(value.clone());
            }
            if let (
                Kind::HashSet | Kind::SortedSet | Kind::LinkedList | Kind::ObservableCollection,
                [element],
            ) = (kind, arguments)
            {
                let items = collection::to_array(value, element, target, world)?;
                return crate::members::construct(target, &[items], world);
            }
            object::by_construction(value, target, world)
        }
    }
}

/// The text of a value, culture-invariant: casts to string, `"$value"`. Arrays are joined with blanks.
pub fn to_text(value: &Value) -> Str {
    to_text_with(value, " ")
}

/// As [`to_text`], with the text between the items of arrays (`$OFS`).
pub fn to_text_with(value: &Value, separator: &str) -> Str {
    text::text_with(value, separator)
}

/// The text as `.ToString()` gives it: in the culture.
pub fn to_text_current(value: &Value) -> String {
    text::current(value)
}

/// Truth: `$null`, zero, the empty text, the empty array and an array whose only item is false are false.
#[inline]
pub fn to_bool(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Null | Value::Nothing => false,
        Value::Int(number) => *number != 0,
        Value::Str(text) => !text.is_empty(),
        other => scalar::truth(other),
    }
}

/// A whole number for an index, a count, a code: Int32 by the rules of casts.
pub fn to_int(value: &Value) -> Result<i32> {
    match value {
        Value::Int(number) => Ok(*number),
        other => match scalar::to_integer(other.base(), Kind::Int32, &Type::INT32) {
            Some(Ok(Value::Int(number))) => Ok(number),
            Some(Err(error)) => Err(error),
            _ => Err(failure::no_conversion(other, &Type::INT32)),
        },
    }
}

/// A number by the rules of arithmetic: numbers as they are, texts parsed, Booleans 0 and 1, `$null` 0.
pub fn to_number(value: &Value) -> Result<Value> {
    match value.base() {
        Value::Null | Value::Nothing => Ok(Value::Int(0)),
        Value::Bool(flag) | Value::Switch(flag) => Ok(Value::Int(i32::from(*flag))),
        Value::Char(unit) => Ok(Value::Int(i32::from(*unit))),
        Value::Enum(member) => Ok(i32::try_from(member.bits).map_or(Value::Long(member.bits), Value::Int)),
        Value::Str(text) => {
            let read = crate::number::parse_literal(text)
                .or_else(|| crate::number::parse_double(text).map(Value::Double));
            read.ok_or_else(|| failure::not_a_number(value, &Type::INT32))
        }
        number if scalar::is_number(number) => Ok(number.clone()),
        other => Err(failure::no_conversion(other, &Type::INT32)),
    }
}
