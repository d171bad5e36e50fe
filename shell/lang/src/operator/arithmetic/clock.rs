//! Dates and time spans on either side of an arithmetic operator.

use super::{Operation, missing, plain, reference_argument, text_operand, wide_left, wrong_argument};
use crate::convert::{self, failure};
use crate::datetime::MAX_TICKS;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::members::{World, fault};
use crate::number;
use crate::types::Type;
use crate::value::{DateTime, Value};

/// Dates and time spans on either side.
pub(super) fn clock(
    operation: Operation,
    left: &Value,
    right: &Value,
    world: &mut dyn World,
) -> Result<Value> {
    if right.downcast::<crate::members::Reference>().is_some()
        && matches!(left, Value::DateTime(_) | Value::TimeSpan(_))
    {
        return Err(reference_argument());
    }
    if matches!(left, Value::Decimal(_) | Value::Big(_)) {
        return wide_left(left, right, world).and(Err(missing(operation, left, right)));
    }
    if left.is_null() && operation == Operation::Remainder {
        return Err(missing(operation, left, right));
    }
    if left.is_null() {
        return Err(wrong_argument(&failure::null(&Type::TIMESPAN)));
    }
    if !plain(left) && !matches!(left, Value::DateTime(_) | Value::TimeSpan(_)) {
        return Err(missing(operation, left, right));
    }
    // A text on the left is a number first.
    let number = if matches!(left, Value::Str(_)) {
        text_operand(left, &Value::Null)?
    } else {
        left.clone()
    };
    let left = &number;
    match (operation, left, right) {
        (Operation::Add, Value::DateTime(moment), _) => moved(**moment, span(right, world)?),
        (Operation::Add, _, Value::DateTime(_)) => Err(span(right, world)
            .err()
            .unwrap_or_else(|| missing(operation, left, right))),
        (Operation::Add, _, _) => total(span(left, world)?, span(right, world)?),
        (Operation::Subtract, Value::DateTime(moment), Value::DateTime(other)) => {
            Ok(Value::TimeSpan(moment.ticks - other.ticks))
        }
        (Operation::Subtract, Value::DateTime(moment), Value::TimeSpan(ticks)) => moved(**moment, -*ticks),
        (Operation::Subtract, Value::DateTime(_), _) => Err(fault::no_overload("op_Subtraction", 2)),
        (Operation::Subtract, _, Value::DateTime(other)) => {
            if matches!(left, Value::TimeSpan(_)) {
                return Err(wrong_argument(&failure::no_conversion(right, &Type::TIMESPAN)));
            }
            match convert::to(left, &Type::DATETIME, world) {
                Ok(Value::DateTime(moment)) => Ok(Value::TimeSpan(moment.ticks - other.ticks)),
                Ok(_) => Err(missing(operation, left, right)),
                Err(error) => Err(wrong_argument(&error)),
            }
        }
        (Operation::Subtract, _, _) => {
            let (left, right) = (span(left, world)?, span(right, world)?);
            left.checked_sub(right).map(Value::TimeSpan).ok_or_else(too_long)
        }
        _ => scaled_span(operation, left, right, world),
    }
}

fn too_long() -> Interrupt {
    let message = "TimeSpan overflowed because the duration is too long.";
    ErrorRecord::new("DotNetMethodException", Category::NotSpecified, message)
        .exception("System.Management.Automation.MethodInvocationException")
        .into()
}

fn total(left: i64, right: i64) -> Result<Value> {
    left.checked_add(right).map(Value::TimeSpan).ok_or_else(too_long)
}

fn moved(moment: DateTime, by: i64) -> Result<Value> {
    moment
        .ticks
        .checked_add(by)
        .filter(|ticks| (0..=MAX_TICKS).contains(ticks))
        .map(|ticks| Value::datetime(ticks, moment.kind))
        .ok_or_else(|| {
            let message = "The added or subtracted value results in an un-representable DateTime.";
            ErrorRecord::new("DotNetMethodException", Category::NotSpecified, message)
                .exception("System.Management.Automation.MethodInvocationException")
                .into()
        })
}

/// An operand as a time span.
fn span(value: &Value, world: &mut dyn World) -> Result<i64> {
    match convert::to(value, &Type::TIMESPAN, world) {
        Ok(Value::TimeSpan(ticks)) => Ok(ticks),
        Ok(_) => Err(wrong_argument(&failure::no_conversion(value, &Type::TIMESPAN))),
        Err(error) => Err(wrong_argument(&error)),
    }
}

/// `timespan * number`, `timespan / number`, `timespan / timespan`.
fn scaled_span(operation: Operation, left: &Value, right: &Value, world: &mut dyn World) -> Result<Value> {
    match (operation, left, right) {
        (Operation::Multiply, Value::TimeSpan(ticks), factor) => {
            if matches!(factor, Value::DateTime(_)) {
                return Err(wrong_argument(&failure::invalid_cast(factor, &Type::DOUBLE)));
            }
            if !plain(factor) {
                return Err(fault::no_overload("op_Multiply", 2));
            }
            times(*ticks, factor, world)
        }
        (Operation::Multiply, factor, Value::TimeSpan(ticks)) => times(*ticks, factor, world),
        (Operation::Divide, Value::TimeSpan(ticks), Value::TimeSpan(other)) => {
            Ok(Value::Double(*ticks as f64 / *other as f64))
        }
        (Operation::Divide, Value::TimeSpan(ticks), divisor) => {
            if let Value::Enum(_) = divisor {
                return Ok(Value::Double(*ticks as f64 / span(divisor, world)? as f64));
            }
            if !plain(divisor) || matches!(divisor, Value::Bool(_)) {
                return Err(fault::no_overload("op_Division", 2));
            }
            let divisor = factor(divisor, world)?;
            rounded(*ticks as f64 / divisor)
        }
        (Operation::Divide, other, Value::TimeSpan(ticks)) => {
            Ok(Value::Double(span(other, world)? as f64 / *ticks as f64))
        }
        _ => Err(missing(operation, left, right)),
    }
}

fn factor(value: &Value, world: &mut dyn World) -> Result<f64> {
    let converted = convert::to(value, &Type::DOUBLE, world).map_err(|error| wrong_argument(&error))?;
    Ok(number::double(&converted).unwrap_or(0.0))
}

fn times(ticks: i64, by: &Value, world: &mut dyn World) -> Result<Value> {
    rounded(ticks as f64 * factor(by, world)?)
}

fn rounded(ticks: f64) -> Result<Value> {
    if !ticks.is_finite() || ticks.abs() > i64::MAX as f64 {
        return Err(too_long());
    }
    Ok(Value::TimeSpan(ticks.round_ties_even() as i64))
}
