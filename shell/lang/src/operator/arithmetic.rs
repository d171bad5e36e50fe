//! `+ - * / %` beyond the fast paths: promotion of numbers, texts as numbers, dates and time spans, arrays,
//! hashtables, enums.

mod clock;

use std::sync::Arc;

use num_bigint::BigInt;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::runtime_error;
use crate::convert::{self, failure, scalar};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::members::{World, enumerate, fault};
use crate::number;
use crate::types::Type;
use crate::value::{DateTime, DateTimeKind, Hashtable, TableKind, Value};
use clock::clock;

/// The longest text or array that `*` makes.
const LONGEST: usize = 1 << 30;

/// Which calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operation {
    /// The name of the method that a type would have to have.
    fn method(self) -> &'static str {
        match self {
            Operation::Add => "op_Addition",
            Operation::Subtract => "op_Subtraction",
            Operation::Multiply => "op_Multiply",
            Operation::Divide => "op_Division",
            Operation::Remainder => "op_Modulus",
        }
    }
}

/// `+`.
pub fn add(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match (left.base(), right.base()) {
        (Value::Null | Value::Nothing, _) => Ok(if matches!(right, Value::Nothing) {
            Value::Null
        } else {
            right.clone()
        }),
        (Value::Str(left), Value::Str(right)) => Ok(Value::from([left.as_str(), right.as_str()].concat())),
        (Value::Str(_) | Value::Char(_), other) => {
            let mut text = left.to_text();
            text.push_str(&convert::to_text_with(other, &world.output_separator()));
            Ok(Value::from(text))
        }
        (Value::Array(_) | Value::List(_), _) => Ok(append(left.base(), right)),
        (Value::Hashtable(table), other) => merge(table, other),
        _ if matches!(right.base(), Value::Hashtable(_)) && matches!(left.base(), Value::Hashtable(_)) => {
            Ok(Value::Null)
        }
        (other, _) if !matches!(other, Value::Bool(_)) && enumerate(other).is_some() => {
            Ok(append(other, right))
        }
        _ => calculate(Operation::Add, left, right, world),
    }
}

/// The items of the left with those of the right, or the right itself, behind them.
fn append(left: &Value, right: &Value) -> Value {
    let mut items = enumerate(left).unwrap_or_default();
    match right {
        Value::Nothing => {}
        other => match enumerate(other) {
            Some(more) => items.extend(more),
            None => items.push(other.clone()),
        },
    }
    Value::array(items)
}

fn merge(table: &Arc<Hashtable>, right: &Value) -> Result<Value> {
    let Value::Hashtable(other) = right else {
        let message = "A hash table can only be added to another hash table.";
        return Err(runtime_error(
            "AddHashTableToNonHashTable",
            Category::InvalidOperation,
            message,
        ));
    };
    let merged = Hashtable::with_case(
        if table.is_ordered() {
            TableKind::Ordered
        } else {
            TableKind::Hashtable
        },
        false,
    );
    for (key, value) in table.pairs().into_iter().chain(other.pairs()) {
        if merged.contains(&key) {
            let message = format!(
                "Item has already been added. Key in dictionary: '{0}'  Key being added: '{0}'",
                key.to_text()
            );
            return Err(fault::argument(message));
        }
        merged.set(key, value);
    }
    Ok(Value::Hashtable(Arc::new(merged)))
}

/// `*`: texts and arrays repeat.
pub fn multiply(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match left.base() {
        Value::Null | Value::Nothing => Ok(Value::Null),
        Value::Str(text) => {
            let count = convert::to(right, &Type::INT32, world)?;
            let Value::Int(count) = count else {
                return Err(failure::no_conversion(right, &Type::INT32));
            };
            let count = usize::try_from(count).map_err(|_| {
                fault::out_of_range(
                    "times",
                    &format!("times ('{count}') must be a non-negative value."),
                )
            })?;
            check_length(text.len().saturating_mul(count))?;
            Ok(Value::from(text.repeat(count)))
        }
        Value::Array(_) | Value::List(_) => {
            let items = enumerate(left.base()).unwrap_or_default();
            let count = convert::to(right, &Type::UINT32, world)?;
            let count = number::integer(&count).unwrap_or(0) as usize;
            check_length(items.len().saturating_mul(count))?;
            Ok(Value::array(
                std::iter::repeat_n(&items, count)
                    .flatten()
                    .cloned()
                    .collect::<Vec<_>>(),
            ))
        }
        Value::Bool(_) | Value::Char(_) => multiply_odd(left, right, world),
        _ => calculate(Operation::Multiply, left, right, world),
    }
}

fn check_length(length: usize) -> Result<()> {
    if length > LONGEST {
        return Err(fault::raised(
            "System.OutOfMemoryException",
            "Array dimensions exceeded supported range.",
        ));
    }
    Ok(())
}

/// Booleans and characters do not multiply by themselves.
fn multiply_odd(left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match right.base() {
        Value::Decimal(_) | Value::Big(_) | Value::TimeSpan(_) => {
            calculate(Operation::Multiply, left, right, world)
        }
        Value::Null | Value::Nothing | Value::Bool(_) | Value::Char(_) | Value::Enum(_) => {
            Err(not_defined("*", left))
        }
        number if scalar::is_number(number) => Err(not_defined("*", left)),
        _ => Err(fault::no_method(left, "op_Multiply")),
    }
}

/// `[T] does not define operation '*'.`
pub(super) fn not_defined(operator: &str, left: &Value) -> Interrupt {
    let message = format!(
        "The operation '[{}] {operator}' is not defined.",
        crate::inspect::type_name(left)
    );
    runtime_error("NotADefinedOperationForType", Category::InvalidOperation, message)
}

/// A calculation with operands of any types.
pub fn calculate(operation: Operation, left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    let (left, right) = (left.base(), right.base());
    if matches!(
        (left, right),
        (Value::DateTime(_) | Value::TimeSpan(_), _) | (_, Value::DateTime(_) | Value::TimeSpan(_))
    ) && !matches!(left, Value::Array(_) | Value::Enum(_))
    {
        return clock(operation, left, right, world);
    }
    if let Value::Enum(member) = left {
        return enumeration(operation, &member.of, left, right, world);
    }
    if let Some(answer) = own_operator(operation, left, right, world) {
        return answer;
    }
    let (left, right) = operands(operation, left, right, world)?;
    numbers(operation, &left, &right)
}

/// What a class's static operator makes of two operands: that of the left one's class, of the right one's where the
/// left is a number or `$null`.
fn own_operator(
    operation: Operation,
    left: &Value,
    right: &Value,
    world: &mut dyn World,
) -> Option<Result<Value>> {
    let class = match left {
        Value::Object(_) | Value::List(_) | Value::Instance(_) => left.class(),
        other if other.is_null() || scalar::is_number(other) => right.class(),
        _ => None,
    }?;
    class.static_call(operation.method(), &[left.clone(), right.clone()], world)
}

/// Both operands as numbers.
fn operands(
    operation: Operation,
    left: &Value,
    right: &Value,
    world: &mut dyn World,
) -> Result<(Value, Value)> {
    let plain_left = match left {
        Value::Decimal(_) | Value::Big(_) => return wide_left(left, right, world),
        Value::Str(text) if !plain(right) && number::parse_literal(text).is_some() => {
            return Err(missing(operation, left, right));
        }
        Value::Str(text) if matches!(right, Value::Enum(_)) && number::parse_literal(text).is_none() => {
            return match right {
                Value::Enum(member) => convert::to(left, &member.of, world).map(|left| (left, right.clone())),
                _ => Err(missing(operation, left, right)),
            };
        }
        Value::Str(_) => text_operand(left, right)?,
        other if plain(other) => convert::to_number(other)?,
        _ => return Err(missing(operation, left, right)),
    };
    match right {
        Value::Decimal(_) if matches!(left, Value::Bool(_)) && operation != Operation::Multiply => {
            Err(fault::raised(
                "System.InvalidOperationException",
                "The operation is not valid for a Boolean and a Decimal.",
            ))
        }
        Value::Str(_) => Ok((
            plain_left.clone(),
            text_operand(
                right,
                if matches!(left, Value::Str(_)) {
                    left
                } else {
                    &plain_left
                },
            )?,
        )),
        other if plain(other) => Ok((plain_left, convert::to_number(other)?)),
        _ => Err(missing(operation, left, right)),
    }
}

/// Whether a value is a number or counts as one.
fn plain(value: &Value) -> bool {
    scalar::is_number(value)
        || matches!(
            value,
            Value::Null | Value::Nothing | Value::Bool(_) | Value::Char(_) | Value::Str(_) | Value::Enum(_)
        )
}

/// A Decimal or big integer on the left converts whatever is on the right.
fn wide_left(left: &Value, right: &Value, world: &mut dyn World) -> Result<(Value, Value)> {
    match (left, right) {
        (Value::Decimal(_), Value::Str(_)) => {
            let converted = convert::to(right, &Type::DECIMAL, world)?;
            Ok((left.clone(), converted))
        }
        (_, Value::Null | Value::Nothing) => Ok((left.clone(), Value::Int(0))),
        (Value::Decimal(_), other) if plain(other) => Ok((left.clone(), convert::to_number(other)?)),
        (Value::Big(_), other) if plain(other) && !matches!(other, Value::Str(_)) => {
            Ok((left.clone(), convert::to_number(other)?))
        }
        _ => {
            if right.downcast::<crate::members::Reference>().is_some() {
                return Err(reference_argument());
            }
            let target = if matches!(left, Value::Decimal(_)) {
                Type::DECIMAL
            } else {
                Type::BIGINT
            };
            convert::to(right, &target, world)
                .map(|right| (left.clone(), right))
                .map_err(|error| wrong_argument(&error))
        }
    }
}

/// `Argument: '1' should not be a System.Management.Automation.PSReference. Do not use [ref].`
fn reference_argument() -> Interrupt {
    let message = "Argument: '2' should not be a System.Management.Automation.PSReference. Do not use [ref].";
    ErrorRecord::new("RefArgumentToNonRefParameterMsg", Category::NotSpecified, message)
        .exception("System.Management.Automation.MethodException")
        .into()
}

/// A text as a number; the other operand says which error it makes.
fn text_operand(text: &Value, other: &Value) -> Result<Value> {
    let target = match other {
        Value::Double(_) | Value::Single(_) => Type::DOUBLE,
        Value::Decimal(_) => Type::DECIMAL,
        _ => Type::INT32,
    };
    convert::to_number(text).map_err(|_| failure::not_a_number(text, &target))
}

fn missing(operation: Operation, left: &Value, right: &Value) -> Interrupt {
    // Where the left operand is no object, the right one is blamed.
    let blamed = if left.is_null() { right } else { left };
    fault::no_method(blamed, operation.method())
}

/// `Cannot convert argument "1", with value: "x", for "op_Addition" to type "T": …`
fn wrong_argument(cause: &Interrupt) -> Interrupt {
    let message = match cause {
        Interrupt::Error(record) => record.message.clone(),
        _ => String::new(),
    };
    ErrorRecord::new(
        "MethodArgumentConversionInvalidCastArgument",
        Category::NotSpecified,
        message,
    )
    .exception("System.Management.Automation.MethodException")
    .into()
}

/// A calculation with two numbers.
fn numbers(operation: Operation, left: &Value, right: &Value) -> Result<Value> {
    match (left, right) {
        (Value::Big(_), Value::Decimal(_)) | (Value::Decimal(_), _) | (_, Value::Decimal(_)) => {
            let (left, right) = (decimal(left)?, decimal(right)?);
            decimals(operation, left, right)
        }
        (Value::Big(_), _) | (_, Value::Big(_)) => bigs(operation, &big(left)?, &big(right)?),
        (Value::Double(_) | Value::Single(_), _) | (_, Value::Double(_) | Value::Single(_)) => {
            Ok(Value::Double(reals(
                operation,
                number::double(left).unwrap_or(0.0),
                number::double(right).unwrap_or(0.0),
            )))
        }
        _ => integers(operation, left, right),
    }
}

fn reals(operation: Operation, left: f64, right: f64) -> f64 {
    match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        Operation::Remainder => left % right,
    }
}

fn division_by_zero() -> Interrupt {
    let message = "Attempted to divide by zero.";
    let mut record = ErrorRecord::new("RuntimeException", Category::NotSpecified, message);
    record.inner = Some(Arc::new(fault::exception(
        "System.DivideByZeroException",
        message,
    )));
    record.into()
}

fn decimal(value: &Value) -> Result<Decimal> {
    let overflow = || {
        fault::raised(
            "System.OverflowException",
            "Value was either too large or too small for a Decimal.",
        )
    };
    match value {
        Value::Decimal(number) => Ok(**number),
        Value::Double(number) => number::decimal_of_double(*number).ok_or_else(overflow),
        Value::Single(number) => number::decimal_of_single(*number).ok_or_else(overflow),
        Value::Big(number) => number.to_string().parse().map_err(|_| overflow()),
        other => number::integer(other)
            .and_then(Decimal::from_i128)
            .ok_or_else(overflow),
    }
}

fn decimals(operation: Operation, left: Decimal, right: Decimal) -> Result<Value> {
    if right.is_zero() && matches!(operation, Operation::Divide | Operation::Remainder) {
        return Err(division_by_zero());
    }
    let result = match operation {
        Operation::Add => left.checked_add(right),
        Operation::Subtract => left.checked_sub(right),
        Operation::Multiply => left
            .checked_mul(right)
            .map(|product| scaled(product, left.scale() + right.scale())),
        Operation::Divide => left.checked_div(right),
        Operation::Remainder if left.abs() < right.abs() => Some(left),
        Operation::Remainder => left
            .checked_rem(right)
            .map(|rest| scaled(rest, left.scale().max(right.scale()))),
    };
    let overflow = "Value was either too large or too small for a Decimal.";
    result
        .map(Value::decimal)
        .ok_or_else(|| runtime_error("RuntimeException", Category::NotSpecified, overflow))
}

/// With at least so many decimals, as far as they fit.
fn scaled(mut number: Decimal, scale: u32) -> Decimal {
    if number.scale() < scale && scale <= 28 {
        number.rescale(scale);
    }
    number
}

fn big(value: &Value) -> Result<BigInt> {
    match value {
        Value::Big(number) => Ok(number.as_ref().clone()),
        Value::Double(_) | Value::Single(_) => number::double(value)
            .and_then(number::big_of_double)
            .ok_or_else(|| {
                wrong_argument(&failure::constructor(
                    value,
                    &Type::BIGINT,
                    "BigInteger cannot represent the value.",
                ))
            }),
        other => Ok(BigInt::from(number::integer(other).unwrap_or(0))),
    }
}

fn bigs(operation: Operation, left: &BigInt, right: &BigInt) -> Result<Value> {
    if *right == BigInt::ZERO && matches!(operation, Operation::Divide | Operation::Remainder) {
        return Err(division_by_zero());
    }
    if operation == Operation::Multiply && left.bits() + right.bits() > 1 << 24 {
        return Err(fault::raised(
            "System.OutOfMemoryException",
            "The number is too large.",
        ));
    }
    Ok(Value::big(match operation {
        Operation::Add => left + right,
        Operation::Subtract => left - right,
        Operation::Multiply => left * right,
        Operation::Divide => left / right,
        Operation::Remainder => left % right,
    }))
}

/// The integer type in which two integers are calculated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    Int,
    UInt,
    Long,
    ULong,
}

fn width(value: &Value) -> Width {
    match value {
        Value::UInt(_) => Width::UInt,
        Value::Long(_) => Width::Long,
        Value::ULong(_) => Width::ULong,
        _ => Width::Int,
    }
}

fn integers(operation: Operation, left: &Value, right: &Value) -> Result<Value> {
    let (a, b) = (
        number::integer(left).unwrap_or(0),
        number::integer(right).unwrap_or(0),
    );
    let mut width = width(left).max(width(right));
    if width == Width::UInt && (a < 0 || b < 0) {
        width = Width::Long;
    }
    if width == Width::ULong && (a < 0 || b < 0) {
        return decimals(operation, decimal(left)?, decimal(right)?);
    }
    if b == 0 && matches!(operation, Operation::Divide | Operation::Remainder) {
        return Err(division_by_zero());
    }
    let result = match operation {
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => a.saturating_mul(b),
        Operation::Divide if a % b != 0 => return Ok(Value::Double(a as f64 / b as f64)),
        Operation::Divide => a / b,
        Operation::Remainder => a % b,
    };
    Ok(match width {
        Width::Int => i32::try_from(result).map(Value::Int).ok(),
        Width::UInt => u32::try_from(result).map(Value::UInt).ok(),
        Width::Long => i64::try_from(result).map(Value::Long).ok(),
        Width::ULong => u64::try_from(result).map(Value::ULong).ok(),
    }
    .unwrap_or_else(|| Value::Double(reals(operation, a as f64, b as f64))))
}

/// An enum on the left: calculated as its number, back to the enum.
fn enumeration(
    operation: Operation,
    of: &Type,
    left: &Value,
    right: &Value,
    world: &mut dyn World,
) -> Result<Value> {
    let number = match right {
        Value::Str(text) if !text.trim().is_empty() => {
            if number::parse_literal(text).is_none() {
                return convert::to(right, of, world);
            }
            convert::to_number(right)?
        }
        Value::UInt(_) | Value::ULong(_) | Value::Decimal(_) | Value::Big(_) => {
            return Err(fault::raised(
                "System.InvalidOperationException",
                "The operation is not valid for an enum.",
            ));
        }
        other if plain(other) => convert::to_number(other)?,
        _ => return Err(missing(operation, left, right)),
    };
    match numbers(operation, &convert::to_number(left)?, &number)? {
        Value::Int(bits) => Ok(Value::enumeration(of.clone(), i64::from(bits))),
        other => {
            let message = format!(
                "Unable to cast object of type '{}' to type 'System.Int32'.",
                crate::inspect::type_name(&other)
            );
            Err(fault::raised("System.InvalidCastException", message))
        }
    }
}

/// Unary `+` and `-`: as `0 + x`, `0 - x`.
pub fn unary(operation: Operation, operand: &Value, world: &mut dyn World) -> Result<Value> {
    match (operation, operand.base()) {
        (Operation::Subtract, Value::Decimal(number)) => Ok(Value::decimal(-**number)),
        (Operation::Add, Value::Str(_)) | (_, Value::Null | Value::Nothing) => {
            if operation == Operation::Add {
                convert::to_number(operand)
            } else {
                calculate(operation, &Value::Int(0), operand, world)
            }
        }
        _ => calculate(operation, &Value::Int(0), operand, world),
    }
}

/// A date with another kind; for members.
pub(crate) fn with_kind(moment: DateTime, kind: DateTimeKind) -> Value {
    Value::datetime(moment.ticks, kind)
}
