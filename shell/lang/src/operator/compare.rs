//! `-eq -ne -lt -le -gt -ge -contains -in`.

use std::cmp::Ordering;

use num_bigint::BigInt;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::{collate, runtime_error};
use crate::convert::{self, failure, scalar};
use crate::error::{Category, Interrupt, Result};
use crate::members::{NoWorld, World, enumerate, fault};
use crate::number;
use crate::types::{self, Type};
use crate::value::{MemberKind, Value, same_text};

/// Which comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `-eq` and its kin: a Boolean, or the items of a collection on the left for which it holds.
#[inline]
pub fn compare(
    op: Comparison,
    left: &Value,
    right: &Value,
    case_sensitive: bool,
    world: &mut dyn World,
) -> Result<Value> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Ok(Value::Bool(holds(op, left.cmp(right)))),
        (Value::Double(left), Value::Double(right)) => Ok(Value::Bool(real_holds(op, *left, *right))),
        _ => general(op, left, right, case_sensitive, world),
    }
}

#[inline]
fn holds(op: Comparison, order: Ordering) -> bool {
    match op {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    }
}

#[inline]
fn real_holds(op: Comparison, left: f64, right: f64) -> bool {
    match op {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Greater => left > right,
        Comparison::GreaterOrEqual => left >= right,
    }
}

fn general(
    op: Comparison,
    left: &Value,
    right: &Value,
    case_sensitive: bool,
    world: &mut dyn World,
) -> Result<Value> {
    let Some(items) = (match left.base() {
        Value::Str(_) | Value::Int(_) | Value::Null | Value::Bool(_) => None,
        other => enumerate(other),
    }) else {
        return one(op, left, right, case_sensitive, world).map(Value::Bool);
    };
    let mut kept = Vec::new();
    for item in items {
        if one(op, &item, right, case_sensitive, world)? {
            kept.push(item);
        }
    }
    Ok(Value::array(kept))
}

fn one(
    op: Comparison,
    left: &Value,
    right: &Value,
    case_sensitive: bool,
    world: &mut dyn World,
) -> Result<bool> {
    match op {
        Comparison::Equal => equals(left, right, case_sensitive, world),
        Comparison::NotEqual => equals(left, right, case_sensitive, world).map(|same| !same),
        _ => {
            if let (Some(left), Some(right)) = (real(left.base()), real(right.base())) {
                return Ok(real_holds(op, left, right));
            }
            if nan_beside_big(left.base(), right.base()) {
                return Ok(matches!(op, Comparison::Less | Comparison::LessOrEqual));
            }
            let unordered = beside_nan(left.base(), right.base());
            order(left, right, case_sensitive, world).map(|order| !unordered && holds(op, order))
        }
    }
}

/// Two numbers of which one is a Double, as Doubles; `None` leaves them to the exact ways.
fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        Value::Single(number) => Some(f64::from(*number)),
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => Some(*number as f64),
        _ => None,
    }
    .filter(|_| matches!(value, Value::Double(_) | Value::Single(_) | Value::Int(_)))
}

/// NaN stands in no order to any number.
fn beside_nan(left: &Value, right: &Value) -> bool {
    let nan = |value: &Value| number::double(value).is_some_and(f64::is_nan);
    nan(left) || nan(right) && (counts(left) || left.is_null() || matches!(left, Value::Enum(_)))
}

fn nan_beside_big(left: &Value, right: &Value) -> bool {
    matches!(left, Value::Double(number) if number.is_nan()) && matches!(right, Value::Big(_))
}

/// Whether two values are equal as `-eq` on scalars sees it; collections are not gone into.
pub fn equals(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<bool> {
    let (left, right) = (left.base(), right.base());
    if let Some(answer) = own_method(left, "Equals", right, world) {
        return Ok(convert::to_bool(&answer?));
    }
    match (left, right) {
        (Value::Null | Value::Nothing, other) | (other, Value::Null | Value::Nothing) => Ok(other.is_null()),
        (Value::Str(left), Value::Str(right)) => Ok(if case_sensitive {
            left == right
        } else {
            same_text(left, right)
        }),
        (Value::Str(text), other) => {
            let other = convert::to_text_with(other, &world.output_separator());
            Ok(if case_sensitive {
                *text == other
            } else {
                same_text(text, &other)
            })
        }
        (Value::Bool(flag), other) => Ok(*flag == convert::to_bool(other)),
        (Value::Char(unit), Value::Str(text)) => {
            let mut units = text.encode_utf16();
            let (first, rest) = (units.next(), units.next());
            Ok(rest.is_none() && first.is_some_and(|other| same_unit(*unit, other, case_sensitive)))
        }
        (Value::Char(unit), Value::Char(other)) => Ok(same_unit(*unit, *other, case_sensitive)),
        _ if counts(left) && counts(right) => Ok(number_order(left, right) == Some(Ordering::Equal)),
        (number, Value::Str(_)) if counts(number) => {
            let right = convert::to_number(right);
            Ok(right.is_ok_and(|right| number_order(number, &right) == Some(Ordering::Equal)))
        }
        (Value::Enum(_), Value::Decimal(_) | Value::UInt(_) | Value::ULong(_)) => Err(fault::raised(
            "System.InvalidOperationException",
            "The operation is not valid for an enum.",
        )),
        (Value::Enum(member), Value::Bool(_) | Value::Char(_)) => {
            Ok(number::integer(right) == Some(i128::from(member.bits)))
        }
        (Value::Instance(instance), other) if instance.equals(other) == Some(true) => Ok(true),
        _ if left.same_value(right) => Ok(true),
        _ => converted_equal(left, right, world),
    }
}

fn same_unit(left: u16, right: u16, case_sensitive: bool) -> bool {
    left == right
        || !case_sensitive
            && same_text(
                &String::from_utf16_lossy(&[left]),
                &String::from_utf16_lossy(&[right]),
            )
}

/// Whether a value is a number.
fn counts(value: &Value) -> bool {
    scalar::is_number(value)
}

/// The right operand converted to the left's type is the same value.
fn converted_equal(left: &Value, right: &Value, world: &mut dyn World) -> Result<bool> {
    let reference = matches!(
        left,
        Value::Array(_) | Value::List(_) | Value::Hashtable(_) | Value::Object(_) | Value::Block(_)
    );
    if reference {
        return Ok(false);
    }
    let Some(target) = types::of(left) else {
        return Ok(false);
    };
    match convert::to(right, &target, world) {
        Ok(right) if counts(left) => Ok(number_order(left, &right) == Some(Ordering::Equal)),
        Ok(right) => Ok(left.same_value(&right)),
        Err(Interrupt::Error(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// How two numbers of any types stand to each other; `None` when one is NaN.
fn number_order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Big(_), _) | (_, Value::Big(_)) => {
            let big = |value: &Value| match value {
                Value::Big(number) => Some(number.as_ref().clone()),
                Value::Double(_) | Value::Single(_) => number::double(value).and_then(number::big_of_double),
                Value::Decimal(number) => number.trunc().to_i128().map(BigInt::from),
                other => number::integer(other).map(BigInt::from),
            };
            match (big(left), big(right)) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => number::double(left)?.partial_cmp(&number::double(right)?),
            }
        }
        (Value::Decimal(_), _) | (_, Value::Decimal(_)) => {
            let decimal = |value: &Value| match value {
                Value::Decimal(number) => Some(**number),
                Value::Double(number) => number::decimal_of_double(*number),
                Value::Single(number) => number::decimal_of_single(*number),
                other => number::integer(other).and_then(Decimal::from_i128),
            };
            match (decimal(left), decimal(right)) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => number::double(left)?.partial_cmp(&number::double(right)?),
            }
        }
        (Value::Double(_) | Value::Single(_), _) | (_, Value::Double(_) | Value::Single(_)) => {
            number::double(left)?.partial_cmp(&number::double(right)?)
        }
        _ => Some(number::integer(left)?.cmp(&number::integer(right)?)),
    }
}

/// How two scalars stand to each other, as `-lt` sees it.
pub fn order(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<Ordering> {
    let (left, right) = (left.base(), right.base());
    match (left, right) {
        (Value::Null | Value::Nothing, Value::Null | Value::Nothing) => Ok(Ordering::Equal),
        (Value::Null | Value::Nothing, Value::Enum(_)) => Err(fault::raised(
            "System.InvalidOperationException",
            "The operation is not valid for $null and an enum.",
        )),
        (Value::Null | Value::Nothing, other) => Ok(beside_null(other).reverse()),
        (Value::Enum(_), Value::Null | Value::Nothing) => Err(fault::raised(
            "System.InvalidOperationException",
            "The operation is not valid for an enum and null.",
        )),
        (other, Value::Null | Value::Nothing) => Ok(beside_null(other)),
        (Value::Str(left), Value::Str(right)) => Ok(collate::compare_text(left, right, case_sensitive)),
        (Value::Str(text), other) => Ok(collate::compare_text(
            text,
            &convert::to_text_with(other, &world.output_separator()),
            case_sensitive,
        )),
        (Value::Bool(flag), other) => Ok(flag.cmp(&convert::to_bool(other))),
        (number, Value::Str(_)) if counts(number) => text_beside_number(number, right),
        _ if counts(left)
            && (counts(right) || matches!(right, Value::Bool(_) | Value::Char(_) | Value::Enum(_))) =>
        {
            let right = convert::to_number(right)?;
            Ok(number_order(left, &right).unwrap_or(Ordering::Less))
        }
        _ => of_one_type(left, right, world),
    }
}

/// `$null` stands before everything but numbers below zero.
fn beside_null(other: &Value) -> Ordering {
    match number::double(other).filter(|_| counts(other)) {
        Some(number) if number < 0.0 => Ordering::Less,
        _ => Ordering::Greater,
    }
}

/// A number with a text: the text must be a number.
fn text_beside_number(left: &Value, right: &Value) -> Result<Ordering> {
    let target = match left {
        Value::Double(_) | Value::Single(_) => Type::DOUBLE,
        Value::Decimal(_) => Type::DECIMAL,
        Value::Big(_) => Type::BIGINT,
        _ => Type::INT32,
    };
    let right_number = convert::to_number(right).map_err(|_| {
        if matches!(left, Value::Big(_)) {
            not_comparable(left, right, failure::no_conversion(right, &Type::BIGINT))
        } else {
            failure::not_a_number(right, &target)
        }
    })?;
    Ok(number_order(left, &right_number).unwrap_or(Ordering::Less))
}

/// What a method of a class's instance answers about another value; `None` when it has no such method.
fn own_method(left: &Value, name: &str, right: &Value, world: &mut dyn World) -> Option<Result<Value>> {
    if !matches!(
        left,
        Value::Object(_) | Value::List(_) | Value::Hashtable(_) | Value::Instance(_)
    ) {
        return None;
    }
    let (_, MemberKind::Method, block) = left.bag()?.member(name)? else {
        return None;
    };
    let output = world.call_block(&block, Some(left), None, std::slice::from_ref(right));
    Some(output.map(|items| items.into_iter().next().unwrap_or_default()))
}

/// The right operand converted to the left's type.
fn of_one_type(left: &Value, right: &Value, world: &mut dyn World) -> Result<Ordering> {
    let Some(target) = types::of(left) else {
        return Ok(Ordering::Equal);
    };
    if let Some(answer) = own_method(left, "CompareTo", right, world) {
        return convert::to_int(&answer?).map(|number| number.cmp(&0));
    }
    if let Value::Object(_) = left {
        let message = format!(
            "Cannot compare \"{}\" because it is not IComparable.",
            left.to_text()
        );
        return Err(runtime_error(
            "PSObjectCompareTo",
            Category::InvalidOperation,
            message,
        ));
    }
    let comparable = match left {
        Value::Hashtable(_) | Value::Type(_) | Value::Block(_) | Value::Array(_) | Value::List(_) => false,
        Value::Instance(instance) => instance.compare(left).is_some(),
        _ => true,
    };
    if left.same_value(right) && !comparable {
        return Ok(Ordering::Equal);
    }
    if !comparable {
        let message = format!(
            "Cannot compare \"{}\" because it is not IComparable.",
            left.to_text()
        );
        return Err(runtime_error(
            "NotIcomparable",
            Category::InvalidOperation,
            message,
        ));
    }
    // Beside an enum, a number is taken as it is.
    if let (Value::Enum(member), other) = (left, right) {
        if matches!(other, Value::Big(_)) {
            return Err(not_comparable(
                left,
                right,
                failure::no_conversion(right, &target),
            ));
        }
        if let Value::Str(text) = other {
            let right = if number::parse_literal(text).is_some() {
                convert::to_number(other)?
            } else {
                convert::to(other, &target, world)?
            };
            let right = if let Value::Enum(member) = &right {
                Value::Long(member.bits)
            } else {
                right
            };
            return Ok(number_order(&Value::Long(member.bits), &right).unwrap_or(Ordering::Less));
        }
        if counts(other) || matches!(other, Value::Bool(_) | Value::Char(_) | Value::Enum(_)) {
            return Ok(
                number_order(&Value::Long(member.bits), &convert::to_number(other)?)
                    .unwrap_or(Ordering::Less),
            );
        }
    }
    let right_converted =
        convert::to(right, &target, world).map_err(|why| not_comparable(left, right, why))?;
    order_of(left, &right_converted)
        .ok_or_else(|| not_comparable(left, right, failure::no_conversion(right, &target)))
}

fn order_of(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::Char(left), Value::Char(right)) => left.cmp(right),
        (Value::TimeSpan(left), Value::TimeSpan(right)) => left.cmp(right),
        (Value::DateTime(left), Value::DateTime(right)) => left.ticks.cmp(&right.ticks),
        (Value::Enum(left), Value::Enum(right)) => left.bits.cmp(&right.bits),
        (Value::Switch(left), Value::Switch(right)) => left.cmp(right),
        (Value::Instance(instance), other) => instance.compare(other)?,
        _ => return number_order(left, right),
    })
}

fn not_comparable(left: &Value, right: &Value, why: Interrupt) -> Interrupt {
    let why = match why {
        Interrupt::Error(record) => record.message,
        other => return other,
    };
    let message = format!(
        "Could not compare \"{}\" to \"{}\". Error: \"{why}\"",
        left.to_text(),
        right.to_text()
    );
    runtime_error("ComparisonFailure", Category::InvalidOperation, message)
}

/// The order of keys in a sorted dictionary; what cannot be compared is equal.
pub fn order_keys(left: &Value, right: &Value) -> Ordering {
    order(left, right, true, &mut NoWorld).unwrap_or(Ordering::Equal)
}

/// `-contains`; `-in` is the same with the operands changed over.
pub fn contains(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<bool> {
    let Some(items) = enumerate(left.base()) else {
        return equals(left, right, case_sensitive, world);
    };
    for item in items {
        if equals(&item, right, case_sensitive, world)? {
            return Ok(true);
        }
    }
    Ok(false)
}
