//! `-band -bor -bxor -bnot -shl -shr`.

use crate::convert::{self, failure, scalar};
use crate::error::Result;
use crate::members::{World, fault};
use crate::number;
use crate::types::{Kind, Type};
use crate::value::Value;

/// `-band`.
pub fn bit_and(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return Ok(Value::Int(left & right));
    }
    combine(
        "op_BitwiseAnd",
        left.base(),
        right.base(),
        |left, right| left & right,
        world,
    )
}

/// `-bor`.
pub fn bit_or(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return Ok(Value::Int(left | right));
    }
    combine(
        "op_BitwiseOr",
        left.base(),
        right.base(),
        |left, right| left | right,
        world,
    )
}

/// `-bxor`.
pub fn bit_xor(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    if let (Value::Int(left), Value::Int(right)) = (left, right) {
        return Ok(Value::Int(left ^ right));
    }
    combine(
        "op_ExclusiveOr",
        left.base(),
        right.base(),
        |left, right| left ^ right,
        world,
    )
}

fn real(value: &Value) -> bool {
    matches!(value, Value::Double(_) | Value::Single(_) | Value::Decimal(_))
}

fn combine(
    method: &str,
    left: &Value,
    right: &Value,
    bits: fn(i128, i128) -> i128,
    world: &mut dyn World,
) -> Result<Value> {
    if let Some(result) = enums(left, right, bits, world) {
        return result;
    }
    let (left, right) = (operand(left, right)?, operand(right, left)?);
    let known = |value: &Value| {
        number::integer(value).is_some() || real(value) || value.is_null() || matches!(value, Value::Big(_))
    };
    if !known(&left) || !known(&right) {
        let date = |value: &Value| matches!(value, Value::DateTime(_));
        if (real(&left) || real(&right)) && !date(&left) && !date(&right) {
            return Err(fault::raised(
                "System.NullReferenceException",
                "Object reference not set to an instance of an object.",
            ));
        }
        return Err(fault::no_method(
            if left.is_null() { &right } else { &left },
            method,
        ));
    }
    if real(&left) || real(&right) {
        return reals(&left, &right, bits, world);
    }
    if let (Value::Big(_), _) | (_, Value::Big(_)) = (&left, &right) {
        let whole = |value: &Value| match value {
            Value::Big(number) => i128::try_from(number.as_ref().clone()).ok(),
            other => number::integer(other),
        };
        if let (Some(left), Some(right)) = (whole(&left), whole(&right)) {
            return Ok(Value::big(bits(left, right).into()));
        }
        return Err(fault::no_method(&left, method));
    }
    let (a, b) = (
        number::integer(&left).unwrap_or(0),
        number::integer(&right).unwrap_or(0),
    );
    let result = bits(a, b);
    let wide = |value: &Value| matches!(value, Value::Long(_));
    Ok(
        if matches!(left, Value::ULong(_)) || matches!(right, Value::ULong(_)) {
            Value::ULong(result as u64)
        } else if wide(&left) || wide(&right) {
            Value::Long(result as i64)
        } else if matches!((&left, &right), (Value::UInt(_), _) | (_, Value::UInt(_))) {
            if a < 0 || b < 0 {
                Value::Long(result as i64)
            } else {
                Value::UInt(result as u32)
            }
        } else {
            Value::Int(result as i32)
        },
    )
}

/// An enum on a side: the other side becomes of the same enum, unless it is a fraction.
fn enums(
    left: &Value,
    right: &Value,
    bits: fn(i128, i128) -> i128,
    world: &mut dyn World,
) -> Option<Result<Value>> {
    let (member, other) = match (left, right) {
        (Value::Enum(member), other) => (member, other),
        (other @ Value::Str(_), Value::Enum(member)) if convert::to_number(other).is_err() => (member, other),
        _ => return None,
    };
    let other_bits = match other {
        Value::Enum(other) => i128::from(other.bits),
        Value::Str(text) if number::parse_literal(text).is_none() => {
            match convert::to(other, &member.of, world) {
                Ok(Value::Enum(other)) => i128::from(other.bits),
                Ok(_) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
        Value::Str(_) => match convert::to_number(other) {
            Ok(number) if !real(&number) => number::integer(&number)?,
            _ => return None,
        },
        Value::Null | Value::Nothing => 0,
        other => number::integer(other)?,
    };
    let result = bits(i128::from(member.bits), other_bits) as i64;
    let narrowed = if matches!(member.number(), Value::Int(_)) {
        i64::from(result as i32)
    } else {
        result
    };
    Some(Ok(Value::enumeration(member.of.clone(), narrowed)))
}

/// An operand as a number; a text's error depends on the other side.
fn operand(value: &Value, other: &Value) -> Result<Value> {
    match value {
        Value::Str(_) => {
            let target = match other {
                Value::Double(_) | Value::Single(_) => Type::DOUBLE,
                Value::Decimal(_) => Type::DECIMAL,
                _ => Type::INT32,
            };
            convert::to_number(value).map_err(|_| failure::not_a_number(value, &target))
        }
        Value::Null | Value::Nothing => Ok(Value::Int(0)),
        other => Ok(other.clone()),
    }
}

/// With a fraction on a side both are rounded: to UInt64, or to Int64 when one is below zero.
fn reals(left: &Value, right: &Value, bits: fn(i128, i128) -> i128, world: &mut dyn World) -> Result<Value> {
    let below = |value: &Value| number::double(value).is_some_and(|number| number < 0.0);
    if below(left) || below(right) {
        let wide = |value: &Value, world: &mut dyn World| convert::to(value, &Type::INT64, world);
        let (left, right) = (wide(left, world)?, wide(right, world)?);
        let (a, b) = (
            number::integer(&left).unwrap_or(0),
            number::integer(&right).unwrap_or(0),
        );
        return Ok(Value::Long(bits(a, b) as i64));
    }
    // Next to a fraction in binary, a whole number goes through a Double too.
    let binary = matches!(left, Value::Double(_) | Value::Single(_))
        || matches!(right, Value::Double(_) | Value::Single(_));
    let wide = |value: &Value, world: &mut dyn World| -> Result<i128> {
        let value = if binary {
            Value::Double(number::double(value).unwrap_or(0.0))
        } else {
            value.clone()
        };
        Ok(number::integer(&convert::to(&value, &Type::UINT64, world)?).unwrap_or(0))
    };
    let (a, b) = (wide(left, world)?, wide(right, world)?);
    Ok(Value::ULong(bits(a, b) as u64))
}

/// `-bnot`.
pub fn bit_not(operand: &Value, world: &mut dyn World) -> Result<Value> {
    match operand.base() {
        Value::Null | Value::Nothing => Ok(Value::Int(-1)),
        Value::Int(number) => Ok(Value::Int(!number)),
        Value::UInt(number) => Ok(Value::UInt(!number)),
        Value::Long(number) => Ok(Value::Long(!number)),
        Value::ULong(number) => Ok(Value::ULong(!number)),
        Value::Byte(number) => Ok(Value::Int(!i32::from(*number))),
        Value::SByte(number) => Ok(Value::Int(!i32::from(*number))),
        Value::Short(number) => Ok(Value::Int(!i32::from(*number))),
        Value::UShort(number) => Ok(Value::Int(!i32::from(*number))),
        Value::Enum(member) => Ok(Value::enumeration(member.of.clone(), !member.bits)),
        Value::Big(number) => Ok(Value::big(-num_bigint::BigInt::clone(number) - 1)),
        Value::Str(_) => bit_not(&convert::to_number(operand)?, world),
        other => {
            // What is no integer is tried as Int32, Int64 and so on; the last conversion's error shows.
            for target in [Type::INT32, Type::UINT32, Type::INT64, Type::UINT64] {
                if let Ok(number) = convert::to(other, &target, world) {
                    return bit_not(&number, world);
                }
            }
            Err(failure::no_conversion(other, &Type::UINT64))
        }
    }
}

/// `-shl`.
pub fn shift_left(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    shift("-shl", "op_LeftShift", left.base(), right.base(), world)
}

/// `-shr`.
pub fn shift_right(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    shift("-shr", "op_RightShift", left.base(), right.base(), world)
}

fn shift(word: &str, method: &str, left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    if left.is_null() {
        return Ok(Value::Int(0));
    }
    if let Value::Str(text) = right
        && number::parse_literal(text).is_none()
    {
        if let Value::Enum(member) = left {
            convert::to(right, &member.of, world)?;
        }
        operand(right, left)?;
    }
    let left = match left {
        Value::Str(_) if matches!(right, Value::Enum(_)) && convert::to_number(left).is_err() => {
            let Value::Enum(member) = right else {
                return Ok(Value::Null);
            };
            convert::to(left, &member.of, world)?
        }
        other => operand(other, right)?,
    };
    let number = match &left {
        Value::Bool(_) | Value::Char(_) => {
            return Err(match right {
                Value::Str(_) | Value::Null | Value::Nothing | Value::Bool(_) | Value::Char(_) => {
                    super::arithmetic::not_defined(word, &left)
                }
                Value::Decimal(_) | Value::Enum(_) => fault::no_method(&left, method),
                other if scalar::is_number(other) => super::arithmetic::not_defined(word, &left),
                _ => fault::no_method(&left, method),
            });
        }
        Value::Enum(_) => {
            convert::to(right, &Type::INT32, world)?;
            return Err(fault::raised(
                "System.InvalidOperationException",
                "The operation is not valid for an enum.",
            ));
        }
        Value::Double(_) | Value::Single(_) | Value::Decimal(_) => {
            match convert::to(&left, &Type::INT32, world) {
                Ok(number) => number,
                Err(_) => convert::to(&left, &Type::INT64, world)?,
            }
        }
        Value::Object(_)
            if !scalar::is_number(right)
                && !matches!(right, Value::Str(_) | Value::DateTime(_))
                && !right.is_null() =>
        {
            return Err(convert::to(right, &Type::INT32, world)
                .err()
                .unwrap_or_else(|| fault::no_method(&left, method)));
        }
        other if scalar::is_number(other) => other.clone(),
        other => return Err(fault::no_method(other, method)),
    };
    let count = convert::to(right, &Type::INT32, world)?;
    let count = number::integer(&count).unwrap_or(0) as u32;
    let up = word == "-shl";
    Ok(match number {
        Value::Long(number) => Value::Long(if up {
            number.wrapping_shl(count)
        } else {
            number.wrapping_shr(count)
        }),
        Value::ULong(number) => Value::ULong(if up {
            number.wrapping_shl(count)
        } else {
            number.wrapping_shr(count)
        }),
        Value::UInt(number) => Value::UInt(if up {
            number.wrapping_shl(count)
        } else {
            number.wrapping_shr(count)
        }),
        Value::Big(number) if count < 1 << 20 => Value::big(if up {
            number.as_ref() << count
        } else {
            number.as_ref() >> count
        }),
        other => match scalar::to_integer(&other, Kind::Int32, &Type::INT32) {
            Some(Ok(Value::Int(number))) => Value::Int(if up {
                number.wrapping_shl(count)
            } else {
                number.wrapping_shr(count)
            }),
            Some(Err(error)) => return Err(error),
            _ => return Err(fault::no_method(&other, method)),
        },
    })
}
