//! Numbers, characters, Booleans and switches.

use num_bigint::BigInt;
use num_bigint::Sign;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::failure;
use crate::error::Result;
use crate::number;
use crate::types::{Kind, Type};
use crate::value::Value;

/// A whole number as a value of an integer type, when it fits.
pub fn fit(number: i128, kind: Kind) -> Option<Value> {
    Some(match kind {
        Kind::SByte => Value::SByte(i8::try_from(number).ok()?),
        Kind::Byte => Value::Byte(u8::try_from(number).ok()?),
        Kind::Int16 => Value::Short(i16::try_from(number).ok()?),
        Kind::UInt16 => Value::UShort(u16::try_from(number).ok()?),
        Kind::Int32 => Value::Int(i32::try_from(number).ok()?),
        Kind::UInt32 => Value::UInt(u32::try_from(number).ok()?),
        Kind::Int64 => Value::Long(i64::try_from(number).ok()?),
        Kind::UInt64 => Value::ULong(u64::try_from(number).ok()?),
        Kind::Char => Value::Char(u16::try_from(number).ok()?),
        _ => return None,
    })
}

/// Whether a kind is one of the integer types.
pub fn is_integer(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::SByte
            | Kind::Byte
            | Kind::Int16
            | Kind::UInt16
            | Kind::Int32
            | Kind::UInt32
            | Kind::Int64
            | Kind::UInt64
    )
}

/// A number rounded half to even.
fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Double(number) => rounded(*number),
        Value::Single(number) => rounded(f64::from(*number)),
        Value::Decimal(number) => number
            .round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointNearestEven)
            .to_i128(),
        Value::Big(number) => i128::try_from(number.as_ref().clone()).ok(),
        other => number::integer(other),
    }
}

fn rounded(number: f64) -> Option<i128> {
    (number.is_finite() && number.abs() < 1e30).then(|| number.round_ties_even() as i128)
}

/// Whether a value is a number of any type.
pub fn is_number(value: &Value) -> bool {
    matches!(
        value,
        Value::SByte(_)
            | Value::Byte(_)
            | Value::Short(_)
            | Value::UShort(_)
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Long(_)
            | Value::ULong(_)
            | Value::Single(_)
            | Value::Double(_)
            | Value::Decimal(_)
            | Value::Big(_)
    )
}

/// To one of the integer types; `None` when the value is no scalar of the kinds that convert.
pub fn to_integer(value: &Value, kind: Kind, target: &Type) -> Option<Result<Value>> {
    Some(match value {
        Value::Null | Value::Nothing => Ok(fit(0, kind).unwrap_or_default()),
        Value::Str(text) => integer_of_text(text, value, kind, target),
        Value::DateTime(_) => Err(failure::invalid_cast(value, target)),
        Value::Bool(_) | Value::Char(_) | Value::Enum(_) => whole(value)
            .and_then(|number| fit(number, kind))
            .ok_or_else(|| failure::out_of_range(value, target)),
        number if is_number(number) => whole(number)
            .and_then(|number| fit(number, kind))
            .ok_or_else(|| failure::out_of_range(value, target)),
        _ => return None,
    })
}

fn integer_of_text(text: &str, value: &Value, kind: Kind, target: &Type) -> Result<Value> {
    // The converters of the framework know two more signs of hexadecimal digits.
    let trimmed = text.trim();
    let digits = trimmed
        .strip_prefix('#')
        .or_else(|| trimmed.strip_prefix("&h"))
        .or_else(|| trimmed.strip_prefix("&H"));
    if let Some(number) = digits.and_then(|digits| i128::from_str_radix(digits, 16).ok()) {
        return fit(number, kind).ok_or_else(|| failure::text_out_of_range(value, target));
    }
    let read = number::parse_literal(text).or_else(|| number::parse_double(text).map(Value::Double));
    let Some(read) = read else {
        return Err(failure::not_a_number(value, target));
    };
    whole(&read)
        .and_then(|number| fit(number, kind))
        .ok_or_else(|| failure::text_out_of_range(value, target))
}

/// To Double or Single.
pub fn to_real(value: &Value, kind: Kind, target: &Type) -> Option<Result<Value>> {
    let number = match value {
        Value::Null | Value::Nothing => 0.0,
        Value::Str(text) => match real_of_text(text) {
            Some(number) => number,
            None => return Some(Err(failure::not_a_number(value, target))),
        },
        Value::DateTime(_) => return Some(Err(failure::invalid_cast(value, target))),
        Value::Switch(_) => return None,
        Value::Single(number) if kind == Kind::Single => return Some(Ok(Value::Single(*number))),
        // The text in between keeps a Single's decimal value.
        Value::Single(number) => f64::from(*number),
        other => number::double(other)?,
    };
    Some(Ok(if kind == Kind::Single {
        Value::Single(number as f32)
    } else {
        Value::Double(number)
    }))
}

fn real_of_text(text: &str) -> Option<f64> {
    if text.trim().is_empty() {
        return Some(0.0);
    }
    number::parse_double(text).or_else(|| number::parse_literal(text).as_ref().and_then(number::double))
}

/// To Decimal.
pub fn to_decimal(value: &Value, target: &Type) -> Option<Result<Value>> {
    let out = || failure::out_of_range(value, target);
    Some(match value {
        Value::Null | Value::Nothing => Ok(Value::decimal(Decimal::ZERO)),
        Value::Str(text) => decimal_of_text(text)
            .map(Value::decimal)
            .ok_or_else(|| failure::not_a_number(value, target)),
        Value::DateTime(_) => Err(failure::invalid_cast(value, target)),
        Value::Switch(_) => return None,
        Value::Decimal(_) => Ok(value.clone()),
        Value::Double(number) => number::decimal_of_double(*number)
            .map(Value::decimal)
            .ok_or_else(out),
        Value::Single(number) => number::decimal_of_single(*number)
            .map(Value::decimal)
            .ok_or_else(out),
        Value::Big(number) => number
            .to_string()
            .parse::<Decimal>()
            .ok()
            .map(Value::decimal)
            .ok_or_else(out),
        other => Decimal::from_i128(number::integer(other)?)
            .map(Value::decimal)
            .ok_or_else(out),
    })
}

/// A text as a Decimal: as a literal, without the zeros at its end.
pub fn decimal_of_text(text: &str) -> Option<Decimal> {
    if text.trim().is_empty() {
        return Some(Decimal::ZERO);
    }
    if let Some(number) = number::parse_decimal(text, true) {
        return Some(number.normalize());
    }
    match number::parse_literal(text)? {
        Value::Decimal(number) => Some(*number),
        Value::Double(number) => number::decimal_of_double(number),
        other => Decimal::from_i128(number::integer(&other)?),
    }
}

/// To BigInteger.
pub fn to_big(value: &Value, target: &Type) -> Option<Result<Value>> {
    let number = match value {
        Value::Null | Value::Nothing => BigInt::ZERO,
        Value::Big(_) => return Some(Ok(value.clone())),
        Value::DateTime(_) => return Some(Err(failure::invalid_cast(value, target))),
        Value::Switch(_) => return None,
        Value::Double(_) | Value::Single(_) => match number::big_of_double(number::double(value)?) {
            Some(number) => number,
            None => {
                return Some(Err(failure::constructor(
                    value,
                    target,
                    "BigInteger cannot represent the value.",
                )));
            }
        },
        Value::Decimal(number) => BigInt::from(number.trunc().to_i128()?),
        Value::Str(text) => match big_of_text(text) {
            Some(number) => number,
            None => return Some(Err(failure::not_a_number(value, target))),
        },
        other => BigInt::from(number::integer(other)?),
    };
    Some(Ok(Value::big(number)))
}

fn big_of_text(text: &str) -> Option<BigInt> {
    if text.trim().is_empty() {
        return Some(BigInt::ZERO);
    }
    if let Some(number) = number::parse_integer(text) {
        return Some(number);
    }
    match number::parse_literal(text).or_else(|| number::parse_double(text).map(Value::Double))? {
        Value::Double(number) => number::big_of_double(number),
        Value::Decimal(number) => number.trunc().to_i128().map(BigInt::from),
        other => number::integer(&other).map(BigInt::from),
    }
}

/// To Char.
pub fn to_char(value: &Value, target: &Type) -> Option<Result<Value>> {
    Some(match value {
        Value::Null | Value::Nothing => Ok(Value::Char(0)),
        Value::Char(_) => Ok(value.clone()),
        Value::Str(text) => {
            let mut units = text.encode_utf16();
            match (units.next(), units.next()) {
                (Some(unit), None) => Ok(Value::Char(unit)),
                _ => Err(failure::parse(
                    value,
                    target,
                    "String must be exactly one character long.",
                )),
            }
        }
        Value::Bool(_) | Value::Double(_) | Value::Single(_) | Value::Decimal(_) | Value::DateTime(_) => {
            Err(failure::invalid_cast(value, target))
        }
        Value::Big(_) => Err(failure::invalid_cast(value, target)),
        Value::Switch(_) => return None,
        other => fit(number::integer(other)?, Kind::Char).ok_or_else(|| failure::out_of_range(value, target)),
    })
}

/// Whether a number, character, text … is true.
pub fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(flag) | Value::Switch(flag) => *flag,
        Value::Null | Value::Nothing => false,
        Value::Int(number) => *number != 0,
        Value::Str(text) => !text.is_empty(),
        Value::Double(number) => *number != 0.0,
        Value::Single(number) => *number != 0.0,
        Value::Decimal(number) => !number.is_zero(),
        Value::Big(number) => number.sign() != Sign::NoSign,
        Value::Extended(extended) => truth(&extended.base),
        // A list counts as an array does.
        Value::Array(array) => items_truth(&array.items.read()),
        Value::List(list) => items_truth(&list.items.read()),
        Value::SByte(_)
        | Value::Byte(_)
        | Value::Short(_)
        | Value::UShort(_)
        | Value::UInt(_)
        | Value::Long(_)
        | Value::ULong(_)
        | Value::Char(_)
        | Value::Enum(_) => number::integer(value) != Some(0),
        _ => true,
    }
}

/// An empty list is false, one item counts as itself, more are true.
fn items_truth(items: &[Value]) -> bool {
    match items {
        [] => false,
        // A list in a list is true when it has items at all.
        [Value::Array(inner)] => !inner.items.read().is_empty(),
        [Value::List(inner)] => !inner.items.read().is_empty(),
        [only] => truth(only),
        _ => true,
    }
}
