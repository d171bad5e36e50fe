//! System.Math.

use super::set_reference;
use crate::convert::{self, scalar};
use crate::error::Result;
use crate::members::{Call, Method, fault};
use crate::number;
use crate::types::{Kind, Type};
use crate::value::Value;
use num_bigint::BigInt;

/// Math.Abs keeps the type.
pub(super) fn abs(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 1)?;
    Ok(match number_argument(call, 0)? {
        Value::Double(number) => Value::Double(number.abs()),
        Value::Single(number) => Value::Single(number.abs()),
        Value::Decimal(number) => Value::decimal(number.abs()),
        Value::Big(number) => Value::big(BigInt::from(number.magnitude().clone())),
        other => {
            let kind = crate::types::of(&other)
                .and_then(|of| of.kind())
                .unwrap_or(Kind::Int32);
            let magnitude = number::integer(&other).unwrap_or(0).abs();
            return scalar::fit(magnitude, kind).ok_or_else(|| {
                fault::raised(
                    "System.OverflowException",
                    "Negating the minimum value of a twos complement number is invalid.",
                )
            });
        }
    })
}

/// A numeric argument; texts become Double.
fn number_argument(call: &mut Call<'_>, at: usize) -> Result<Value> {
    match call.value(at)?.base() {
        number if scalar::is_number(number) => Ok(number.clone()),
        Value::Null | Value::Nothing => Ok(Value::Int(0)),
        _ => call.to(at, &Type::DOUBLE),
    }
}

pub(super) fn extreme(call: &mut Call<'_>, most: bool) -> Result<Value> {
    call.expect(2, 2)?;
    let (left, right) = (number_argument(call, 0)?, number_argument(call, 1)?);
    // Both become the wider type.
    let wide = crate::operator::subtract(
        &crate::operator::add(&left, &right, call.world)?,
        &right,
        call.world,
    )
    .unwrap_or(left.clone());
    let chosen = match crate::operator::order(&left, &right, true, call.world)?.is_ge() == most {
        true => left.clone(),
        false => right.clone(),
    };
    let wider = |value: &Value| {
        crate::types::of(value).filter(|of| {
            !matches!(
                of.kind(),
                Some(Kind::Byte | Kind::Int16 | Kind::SByte | Kind::UInt16)
            )
        })
    };
    let double = matches!(left, Value::Double(_)) || matches!(right, Value::Double(_));
    let _ = &wide;
    let target = if double {
        Some(Type::DOUBLE)
    } else if matches!(left, Value::Decimal(_)) || matches!(right, Value::Decimal(_)) {
        Some(Type::DECIMAL)
    } else if matches!(left, Value::Long(_)) || matches!(right, Value::Long(_)) {
        Some(Type::INT64)
    } else {
        wider(&left)
    };
    match target {
        Some(target) => convert::to(&chosen, &target, call.world),
        None => Ok(chosen),
    }
}

pub(super) fn real(
    call: &mut Call<'_>,
    double: fn(f64) -> f64,
    decimal: fn(&rust_decimal::Decimal) -> rust_decimal::Decimal,
) -> Result<Value> {
    call.expect(1, 1)?;
    Ok(match call.value(0)?.base() {
        Value::Decimal(number) => Value::decimal(decimal(number)),
        _ => Value::Double(double(call.double(0)?)),
    })
}

/// Math.Round(value, digits, mode).
pub(super) fn round(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 3)?;
    let (mut digits, mut mode) = (0, 0);
    for at in 1..call.count() {
        match call.value(at)?.base() {
            Value::Enum(_) | Value::Str(_) => mode = call.enumeration(at, "System.MidpointRounding")?,
            _ => digits = call.int(at)?,
        }
    }
    if let Value::Decimal(number) = call.value(0)?.base() {
        use rust_decimal::RoundingStrategy::{
            AwayFromZero, MidpointAwayFromZero, MidpointNearestEven, ToNegativeInfinity, ToPositiveInfinity,
            ToZero,
        };
        let strategy = [
            MidpointNearestEven,
            MidpointAwayFromZero,
            ToZero,
            ToNegativeInfinity,
            ToPositiveInfinity,
        ];
        let strategy = strategy.get(mode as usize).copied().unwrap_or(AwayFromZero);
        return Ok(Value::decimal(
            number.round_dp_with_strategy(digits.clamp(0, 28) as u32, strategy),
        ));
    }
    if !(0..=15).contains(&digits) {
        return Err(fault::out_of_range(
            "digits",
            "Rounding digits must be between 0 and 15, inclusive.",
        ));
    }
    let number = call.double(0)?;
    let scale = 10f64.powi(digits);
    let scaled = number * scale;
    if !scaled.is_finite() || scaled.abs() > 1e15 {
        return Ok(Value::Double(number));
    }
    let rounded = match mode {
        1 => scaled.round(),
        2 => scaled.trunc(),
        3 => scaled.floor(),
        4 => scaled.ceil(),
        _ => scaled.round_ties_even(),
    };
    Ok(Value::Double(rounded / scale))
}

fn function(call: &mut Call<'_>, apply: fn(f64) -> f64) -> Result<Value> {
    call.expect(1, 1)?;
    Ok(Value::Double(apply(call.double(0)?)))
}

/// System.Math.
pub static MATH: &[Method] = &[
    Method::new("Abs", "static T Abs(T value)", abs),
    Method::new("Acos", "static double Acos(double d)", |call| {
        function(call, f64::acos)
    }),
    Method::new("Asin", "static double Asin(double d)", |call| {
        function(call, f64::asin)
    }),
    Method::new("Atan", "static double Atan(double d)", |call| {
        function(call, f64::atan)
    }),
    Method::new("Atan2", "static double Atan2(double y, double x)", |call| {
        let (y, x) = (call.double(0)?, call.double(1)?);
        Ok(Value::Double(y.atan2(x)))
    }),
    Method::new("Cbrt", "static double Cbrt(double d)", |call| {
        function(call, f64::cbrt)
    }),
    Method::new("Ceiling", "static double Ceiling(double a)", |call| {
        real(call, f64::ceil, rust_decimal::Decimal::ceil)
    }),
    Method::new("BigMul", "static long BigMul(int a, int b)", |call| {
        Ok(Value::Long(i64::from(call.int(0)?) * i64::from(call.int(1)?)))
    }),
    Method::new(
        "IEEERemainder",
        "static double IEEERemainder(double x, double y)",
        |call| {
            let (x, y) = (call.double(0)?, call.double(1)?);
            Ok(Value::Double(x - y * (x / y).round_ties_even()))
        },
    ),
    Method::new("CopySign", "static double CopySign(double x, double y)", |call| {
        Ok(Value::Double(call.double(0)?.copysign(call.double(1)?)))
    }),
    Method::new("ScaleB", "static double ScaleB(double x, int n)", |call| {
        Ok(Value::Double(call.double(0)? * f64::from(call.int(1)?).exp2()))
    }),
    Method::new(
        "FusedMultiplyAdd",
        "static double FusedMultiplyAdd(double x, double y, double z)",
        |call| {
            Ok(Value::Double(
                call.double(0)?.mul_add(call.double(1)?, call.double(2)?),
            ))
        },
    ),
    Method::new("Clamp", "static T Clamp(T value, T min, T max)", |call| {
        call.expect(3, 3)?;
        let (value, least, most) = (
            number_argument(call, 0)?,
            number_argument(call, 1)?,
            number_argument(call, 2)?,
        );
        if crate::operator::order(&value, &least, true, call.world)?.is_lt() {
            return Ok(least);
        }
        Ok(
            if crate::operator::order(&value, &most, true, call.world)?.is_gt() {
                most
            } else {
                value
            },
        )
    }),
    Method::new("Cos", "static double Cos(double d)", |call| {
        function(call, f64::cos)
    }),
    Method::new("Cosh", "static double Cosh(double d)", |call| {
        function(call, f64::cosh)
    }),
    Method::new(
        "DivRem",
        "static int DivRem(int a, int b, [ref] int result)",
        |call| {
            let (left, right) = (call.long(0)?, call.long(1)?);
            if right == 0 {
                return Err(fault::raised(
                    "System.DivideByZeroException",
                    "Attempted to divide by zero.",
                ));
            }
            let narrow = |number: i64| i32::try_from(number).map_or(Value::Long(number), Value::Int);
            set_reference(call.arguments.get(2), narrow(left % right));
            Ok(narrow(left / right))
        },
    ),
    Method::new("Exp", "static double Exp(double d)", |call| {
        function(call, f64::exp)
    }),
    Method::new("Floor", "static double Floor(double d)", |call| {
        real(call, f64::floor, rust_decimal::Decimal::floor)
    }),
    Method::new("Log", "static double Log(double d)", |call| {
        call.expect(1, 2)?;
        let number = call.double(0)?;
        Ok(Value::Double(if call.count() > 1 {
            number.ln() / call.double(1)?.ln()
        } else {
            number.ln()
        }))
    }),
    Method::new("Log10", "static double Log10(double d)", |call| {
        function(call, f64::log10)
    }),
    Method::new("Log2", "static double Log2(double x)", |call| {
        function(call, f64::log2)
    }),
    Method::new("Max", "static T Max(T val1, T val2)", |call| extreme(call, true)),
    Method::new("Min", "static T Min(T val1, T val2)", |call| extreme(call, false)),
    Method::new("Pow", "static double Pow(double x, double y)", |call| {
        call.expect(2, 2)?;
        let (base, exponent) = (call.double(0)?, call.double(1)?);
        Ok(Value::Double(base.powf(exponent)))
    }),
    Method::new(
        "Round",
        "static double Round(double a), static double Round(double value, int digits)",
        round,
    ),
    Method::new("Sign", "static int Sign(double value)", |call| {
        call.expect(1, 1)?;
        let number = call.double(0)?;
        if number.is_nan() {
            return Err(fault::raised(
                "System.ArithmeticException",
                "Function does not accept floating point Not-a-Number values.",
            ));
        }
        Ok(Value::Int(if number > 0.0 {
            1
        } else {
            -i32::from(number < 0.0)
        }))
    }),
    Method::new("Sin", "static double Sin(double a)", |call| {
        function(call, f64::sin)
    }),
    Method::new("Sinh", "static double Sinh(double value)", |call| {
        function(call, f64::sinh)
    }),
    Method::new("Sqrt", "static double Sqrt(double d)", |call| {
        function(call, f64::sqrt)
    }),
    Method::new("Tan", "static double Tan(double a)", |call| {
        function(call, f64::tan)
    }),
    Method::new("Tanh", "static double Tanh(double value)", |call| {
        function(call, f64::tanh)
    }),
    Method::new("Truncate", "static double Truncate(double d)", |call| {
        real(call, f64::trunc, rust_decimal::Decimal::trunc)
    }),
];

/// Math.PI and Math.E.
pub fn math_constant(name: &str) -> Option<Value> {
    match name.to_ascii_lowercase().as_str() {
        "pi" => Some(Value::Double(std::f64::consts::PI)),
        "e" => Some(Value::Double(std::f64::consts::E)),
        "tau" => Some(Value::Double(std::f64::consts::TAU)),
        _ => None,
    }
}
