//! Operators over values. The left operand decides; a collection on the left of a comparison filters.

use std::sync::Arc;

use crate::convert;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::members::{World, enumerate};
use crate::types::{Type, is_instance};
use crate::value::Value;

pub mod arithmetic;
mod bits;
mod collate;
mod compare;
mod split;
#[cfg(test)]
mod tests;
mod text;
mod wildcard;

pub use bits::{bit_and, bit_not, bit_or, bit_xor, shift_left, shift_right};
pub use collate::compare_text;
pub use compare::{Comparison, compare, contains, equals, order, order_keys};
pub use split::{split, split_blanks};
pub use text::{MatchOutcome, like, matches, replace};
pub use wildcard::{Wildcard, wildcard_object};

/// An error of the language's runtime.
pub(crate) fn runtime_error(id: &str, category: Category, message: impl Into<String>) -> Interrupt {
    ErrorRecord::new(id, category, message).into()
}

/// `+`.
#[inline]
pub fn add(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Ok(left
            .checked_add(*right)
            .map_or_else(|| Value::Double(f64::from(*left) + f64::from(*right)), Value::Int)),
        (Value::Double(left), Value::Double(right)) => Ok(Value::Double(left + right)),
        _ => arithmetic::add(left, right, world),
    }
}

/// `-`.
#[inline]
pub fn subtract(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Ok(left
            .checked_sub(*right)
            .map_or_else(|| Value::Double(f64::from(*left) - f64::from(*right)), Value::Int)),
        (Value::Double(left), Value::Double(right)) => Ok(Value::Double(left - right)),
        _ => arithmetic::calculate(arithmetic::Operation::Subtract, left, right, world),
    }
}

/// `*`.
#[inline]
pub fn multiply(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Ok(left
            .checked_mul(*right)
            .map_or_else(|| Value::Double(f64::from(*left) * f64::from(*right)), Value::Int)),
        (Value::Double(left), Value::Double(right)) => Ok(Value::Double(left * right)),
        _ => arithmetic::multiply(left, right, world),
    }
}

/// `/`.
#[inline]
pub fn divide(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match (left, right) {
        (Value::Double(left), Value::Double(right)) => Ok(Value::Double(left / right)),
        _ => arithmetic::calculate(arithmetic::Operation::Divide, left, right, world),
    }
}

/// `%`.
#[inline]
pub fn remainder(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) if *right > 0 => Ok(Value::Int(left % right)),
        _ => arithmetic::calculate(arithmetic::Operation::Remainder, left, right, world),
    }
}

/// The bounds of `..` and whether they are characters.
pub struct RangeBounds {
    /// The first item.
    pub first: i32,
    /// The last item.
    pub last: i32,
    /// Whether the items are characters.
    pub characters: bool,
}

/// The bounds of `left .. right`, for whoever goes through them without making the array.
pub fn range_bounds(left: &Value, right: &Value) -> Result<RangeBounds> {
    if let (Value::Int(first), Value::Int(last)) = (left, right) {
        return Ok(RangeBounds {
            first: *first,
            last: *last,
            characters: false,
        });
    }
    if let (Some(first), Some(last)) = (one_unit(left.base()), one_unit(right.base())) {
        return Ok(RangeBounds {
            first: i32::from(first),
            last: i32::from(last),
            characters: true,
        });
    }
    Ok(RangeBounds {
        first: bound(left)?,
        last: bound(right)?,
        characters: false,
    })
}

/// A character, or a text of one character that is no digit.
fn one_unit(value: &Value) -> Option<u16> {
    match value {
        Value::Char(unit) => Some(*unit),
        Value::Str(text) => {
            let mut units = text.encode_utf16();
            units
                .next()
                .filter(|unit| units.next().is_none() && !(0x30..=0x39).contains(unit))
        }
        _ => None,
    }
}

/// A bound as System.Convert makes an Int32 of it: no hexadecimal texts, no fractions in texts.
fn bound(value: &Value) -> Result<i32> {
    use crate::members::fault::raised;
    let too_big = || {
        raised(
            "System.OverflowException",
            "Value was either too large or too small for an Int32.",
        )
    };
    match value.base() {
        Value::Null | Value::Nothing => Ok(0),
        Value::Str(text) => match crate::number::parse_integer(text) {
            Some(number) => i32::try_from(number).map_err(|_| too_big()),
            None => Err(raised(
                "System.FormatException",
                format!("The input string '{text}' was not in a correct format."),
            )),
        },
        number @ (Value::Double(_) | Value::Single(_) | Value::Decimal(_)) => {
            convert::to_int(number).map_err(|_| too_big())
        }
        other => match crate::number::integer(other) {
            Some(number) => i32::try_from(number).map_err(|_| too_big()),
            None => Err(raised(
                "System.InvalidCastException",
                format!(
                    "Unable to cast object of type '{}' to type 'System.IConvertible'.",
                    crate::inspect::type_name(other)
                ),
            )),
        },
    }
}

/// `..`.
pub fn range(left: &Value, right: &Value, _world: &mut dyn World) -> Result<Value> {
    let bounds = range_bounds(left, right)?;
    if bounds.first.abs_diff(bounds.last) > 1 << 27 {
        let message = "Array dimensions exceeded supported range.";
        return Err(crate::members::fault::raised(
            "System.OutOfMemoryException",
            message,
        ));
    }
    let item = |number: i32| {
        if bounds.characters {
            Value::Char(number as u16)
        } else {
            Value::Int(number)
        }
    };
    Ok(Value::array(if bounds.first <= bounds.last {
        (bounds.first..=bounds.last).map(item).collect::<Vec<_>>()
    } else {
        (bounds.last..=bounds.first).rev().map(item).collect()
    }))
}

/// `-f`.
pub fn format(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    let pattern = match left {
        Value::Str(text) => text.clone(),
        other => convert::to_text_with(other, &world.output_separator()),
    };
    let arguments = match right.base() {
        Value::Array(array) => array.items.read().clone(),
        other => vec![other.clone()],
    };
    crate::format_string::operator(&pattern, &arguments).map(Value::from)
}

/// Binary `-join`.
pub fn join(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    let separator = convert::to_text_with(right, &world.output_separator());
    Ok(joined(left, &separator, &world.output_separator()))
}

/// Unary `-join`.
pub fn join_all(operand: &Value) -> Result<Value> {
    Ok(joined(operand, "", " "))
}

fn joined(items: &Value, separator: &str, inner: &str) -> Value {
    match enumerate(items.base()) {
        None => Value::Str(convert::to_text(items)),
        Some(items) => {
            let texts: Vec<_> = items
                .iter()
                .map(|item| convert::to_text_with(item, inner))
                .collect();
            Value::from(texts.join(separator))
        }
    }
}

/// `-is`; the right operand is a type or its name.
pub fn is(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    let target = match right.base() {
        Value::Null | Value::Nothing => {
            let message = "The right operand of '-is' must be a type.";
            return Err(runtime_error(
                "IsOperatorRequiresType",
                Category::InvalidArgument,
                message,
            ));
        }
        Value::Type(of) => of.as_ref().clone(),
        other => {
            let name = other.to_text();
            match crate::types::resolve_with(&name, &|name| world.defined_type(name)) {
                Some(found) if matches!(other, Value::Str(_)) => found,
                _ => {
                    let message = format!("Cannot convert the \"{name}\" value to type \"System.Type\".");
                    return Err(runtime_error("RuntimeException", Category::NotSpecified, message));
                }
            }
        }
    };
    Ok(Value::Bool(is_instance(left, &target)))
}

/// `-as`; `$null` when the conversion fails.
pub fn convert_as(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    let target = type_operand(right, world)?;
    Ok(convert::to(left, &target, world).unwrap_or_default())
}

/// The type that the right operand of `-as` names.
pub fn type_operand(value: &Value, world: &mut dyn World) -> Result<Type> {
    if value.is_null() {
        let message = "The right operand of '-as' must be a type.";
        return Err(runtime_error(
            "AsOperatorRequiresType",
            Category::InvalidArgument,
            message,
        ));
    }
    match convert::to(value, &Type::TYPE, world)? {
        Value::Type(of) => Ok(Arc::unwrap_or_clone(of)),
        other => Err(convert::failure::no_conversion(&other, &Type::TYPE)),
    }
}

/// Unary `-`.
pub fn negate(operand: &Value, world: &mut dyn World) -> Result<Value> {
    match operand {
        Value::Int(number) if *number != i32::MIN => Ok(Value::Int(-number)),
        Value::Double(number) => Ok(Value::Double(-number)),
        other => arithmetic::unary(arithmetic::Operation::Subtract, other, world),
    }
}

/// Unary `+`.
pub fn plus(operand: &Value, world: &mut dyn World) -> Result<Value> {
    match operand {
        Value::Int(_) | Value::Double(_) => Ok(operand.clone()),
        other => arithmetic::unary(arithmetic::Operation::Add, other, world),
    }
}

/// `++` and `--`.
#[inline]
pub fn step(operand: &Value, up: bool, world: &mut dyn World) -> Result<Value> {
    match operand {
        Value::Int(number) if up && *number != i32::MAX => Ok(Value::Int(number + 1)),
        Value::Int(number) if !up && *number != i32::MIN => Ok(Value::Int(number - 1)),
        Value::Null | Value::Nothing => Ok(Value::Int(if up { 1 } else { -1 })),
        Value::Str(_)
        | Value::Array(_)
        | Value::Hashtable(_)
        | Value::Object(_)
        | Value::Bool(_)
        | Value::DateTime(_) => {
            let word = if up { "++" } else { "--" };
            let message = format!(
                "The '{word}' operator works only on numbers. The operand is a '{}'.",
                crate::inspect::type_name(operand)
            );
            Err(runtime_error(
                "OperatorRequiresNumber",
                Category::InvalidOperation,
                message,
            ))
        }
        _ if up => add(operand, &Value::Int(1), world),
        _ => subtract(operand, &Value::Int(1), world),
    }
}
