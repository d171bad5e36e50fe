//! System.TimeSpan.

use super::super::{Call, Method, fault, numbers};
use crate::datetime::{
    self, TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND,
};
use crate::error::Result;
use crate::types::Type;
use crate::value::Value;

/// The properties of TimeSpan.
pub const SPAN_PROPERTIES: &[&str] = &[
    "Ticks",
    "Days",
    "Hours",
    "Milliseconds",
    "Microseconds",
    "Nanoseconds",
    "Minutes",
    "Seconds",
    "TotalDays",
    "TotalHours",
    "TotalMilliseconds",
    "TotalMicroseconds",
    "TotalNanoseconds",
    "TotalMinutes",
    "TotalSeconds",
];

/// A property of TimeSpan.
pub fn span_property(ticks: i64, name: &str) -> Option<Value> {
    let part = |unit: i64, modulus: i64| Some(Value::Int((ticks / unit % modulus) as i32));
    let total = |unit: f64| Some(Value::Double(ticks as f64 / unit));
    match name.to_ascii_lowercase().as_str() {
        "ticks" => Some(Value::Long(ticks)),
        "days" => Some(Value::Int((ticks / TICKS_PER_DAY) as i32)),
        "hours" => part(TICKS_PER_HOUR, 24),
        "minutes" => part(TICKS_PER_MINUTE, 60),
        "seconds" => part(TICKS_PER_SECOND, 60),
        "milliseconds" => part(TICKS_PER_MILLISECOND, 1000),
        "microseconds" => part(10, 1000),
        "nanoseconds" => Some(Value::Int((ticks % 10 * 100) as i32)),
        "totaldays" => total(TICKS_PER_DAY as f64),
        "totalhours" => total(TICKS_PER_HOUR as f64),
        "totalminutes" => total(TICKS_PER_MINUTE as f64),
        "totalseconds" => total(TICKS_PER_SECOND as f64),
        "totalmilliseconds" => total(TICKS_PER_MILLISECOND as f64),
        "totalmicroseconds" => total(10.0),
        "totalnanoseconds" => Some(Value::Double(ticks as f64 * 100.0)),
        _ => None,
    }
}

fn own_span(call: &Call<'_>) -> i64 {
    if let Value::TimeSpan(ticks) = call.target {
        *ticks
    } else {
        0
    }
}

pub(super) fn span_argument(call: &mut Call<'_>, at: usize) -> Result<i64> {
    match call.to(at, &Type::TIMESPAN)? {
        Value::TimeSpan(ticks) => Ok(ticks),
        _ => Err(call.no_overload()),
    }
}

fn span(ticks: Option<i64>) -> Result<Value> {
    ticks.map(Value::TimeSpan).ok_or_else(|| {
        fault::raised(
            "System.OverflowException",
            "TimeSpan overflowed because the duration is too long.",
        )
    })
}

/// The methods of TimeSpan.
pub static SPAN_METHODS: &[Method] = &[
    Method::new("Add", "timespan Add(timespan ts)", |call| {
        let other = span_argument(call, 0)?;
        span(own_span(call).checked_add(other))
    }),
    Method::new("CompareTo", "int CompareTo(timespan value)", |call| {
        let other = span_argument(call, 0)?;
        Ok(Value::Int(own_span(call).cmp(&other) as i32))
    }),
    Method::new("Divide", "timespan Divide(double divisor)", |call| {
        Ok(Value::TimeSpan(
            (own_span(call) as f64 / call.double(0)?).round_ties_even() as i64,
        ))
    }),
    Method::new("Duration", "timespan Duration()", |call| {
        span(own_span(call).checked_abs())
    }),
    Method::new("Multiply", "timespan Multiply(double factor)", |call| {
        Ok(Value::TimeSpan(
            (own_span(call) as f64 * call.double(0)?).round_ties_even() as i64,
        ))
    }),
    Method::new("Negate", "timespan Negate()", |call| {
        span(own_span(call).checked_neg())
    }),
    Method::new("Subtract", "timespan Subtract(timespan ts)", |call| {
        let other = span_argument(call, 0)?;
        span(own_span(call).checked_sub(other))
    }),
];

fn of_units(call: &mut Call<'_>, unit: i64) -> Result<Value> {
    call.expect(1, 1)?;
    let ticks = call.double(0)? * unit as f64;
    span((ticks.abs() < i64::MAX as f64).then(|| ticks.round_ties_even() as i64))
}

/// The static methods of TimeSpan.
pub static SPAN_STATIC: &[Method] = &[
    Method::new(
        "Compare",
        "static int Compare(timespan t1, timespan t2)",
        |call| {
            let (left, right) = (span_argument(call, 0)?, span_argument(call, 1)?);
            Ok(Value::Int(left.cmp(&right) as i32))
        },
    ),
    Method::new("FromDays", "static timespan FromDays(double value)", |call| {
        of_units(call, TICKS_PER_DAY)
    }),
    Method::new("FromHours", "static timespan FromHours(double value)", |call| {
        of_units(call, TICKS_PER_HOUR)
    }),
    Method::new(
        "FromMinutes",
        "static timespan FromMinutes(double value)",
        |call| of_units(call, TICKS_PER_MINUTE),
    ),
    Method::new(
        "FromSeconds",
        "static timespan FromSeconds(double value)",
        |call| of_units(call, TICKS_PER_SECOND),
    ),
    Method::new(
        "FromMilliseconds",
        "static timespan FromMilliseconds(double value)",
        |call| of_units(call, TICKS_PER_MILLISECOND),
    ),
    Method::new("FromTicks", "static timespan FromTicks(long value)", |call| {
        Ok(Value::TimeSpan(call.long(0)?))
    }),
    Method::new("Parse", "static timespan Parse(string s)", |call| {
        let text = call.text(0)?;
        datetime::span::parse(&text).map(Value::TimeSpan).ok_or_else(|| {
            fault::raised(
                "System.FormatException",
                format!("String '{text}' was not recognized as a valid TimeSpan."),
            )
        })
    }),
    Method::new(
        "TryParse",
        "static bool TryParse(string s, [ref] timespan result)",
        |call| {
            let text = call.text(0)?;
            let parsed = datetime::span::parse(&text);
            numbers::set_reference(call.arguments.last(), Value::TimeSpan(parsed.unwrap_or(0)));
            Ok(Value::Bool(parsed.is_some()))
        },
    ),
];

/// `[timespan]::new(…)`: ticks; hours, minutes, seconds; days before them; milliseconds behind.
pub fn construct_span(call: &mut Call<'_>) -> Result<Value> {
    let (count, only) = (call.arguments.len(), call.arguments.first().map(Value::base));
    if let (1, Some(Value::Str(_))) = (count, only) {
        return call.to(0, &Type::TIMESPAN);
    }
    let mut part = |at: usize| call.long(at);
    let ticks = match count {
        0 => 0,
        1 => part(0)?,
        3 => part(0)? * TICKS_PER_HOUR + part(1)? * TICKS_PER_MINUTE + part(2)? * TICKS_PER_SECOND,
        4 | 5 => {
            let base = part(0)? * TICKS_PER_DAY
                + part(1)? * TICKS_PER_HOUR
                + part(2)? * TICKS_PER_MINUTE
                + part(3)? * TICKS_PER_SECOND;
            if count == 5 {
                base + part(4)? * TICKS_PER_MILLISECOND
            } else {
                base
            }
        }
        _ => return Err(call.no_overload()),
    };
    Ok(Value::TimeSpan(ticks))
}

/// Zero and the limits.
pub fn span_constant(name: &str) -> Option<Value> {
    Some(match name.to_ascii_lowercase().as_str() {
        "zero" => Value::TimeSpan(0),
        "minvalue" => Value::TimeSpan(i64::MIN),
        "maxvalue" => Value::TimeSpan(i64::MAX),
        "ticksperday" => Value::Long(TICKS_PER_DAY),
        "ticksperhour" => Value::Long(TICKS_PER_HOUR),
        "ticksperminute" => Value::Long(TICKS_PER_MINUTE),
        "tickspersecond" => Value::Long(TICKS_PER_SECOND),
        "tickspermillisecond" => Value::Long(TICKS_PER_MILLISECOND),
        _ => return None,
    })
}
