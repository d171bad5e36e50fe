//! Numeric types, Boolean, BigInteger, enums: methods, Parse and TryParse, System.Math, System.Convert.

mod conversion;
mod enumeration;
mod math;

pub use conversion::{CONVERT, system_convert};
pub use enumeration::ENUM_STATIC;
pub use math::{MATH, math_constant};
use math::{abs, extreme, real, round};

use num_bigint::{BigInt, Sign};

use super::{Call, Method, Reference, fault};
use crate::convert::{self, scalar};
use crate::error::Result;
use crate::number;
use crate::types::{Kind, Type};
use crate::value::Value;

/// The methods of numbers and Booleans.
pub static METHODS: &[Method] = &[
    Method::new("CompareTo", "int CompareTo(System.Object value)", |call| {
        let other = call.value(0)?.clone();
        let order = crate::operator::order(call.target, &other, true, call.world)?;
        Ok(Value::Int(order as i32))
    }),
    Method::new("Equals", "bool Equals(System.Object obj)", |call| {
        let other = call.value(0)?.base();
        let same = call.target.same_value(other)
            || scalar::is_number(other)
                && number::double(call.target) == number::double(other)
                && crate::types::of(call.target) == crate::types::of(other);
        Ok(Value::Bool(same))
    }),
];

/// The methods of enum values.
pub static ENUM_METHODS: &[Method] = &[Method::new("HasFlag", "bool HasFlag(enum flag)", |call| {
    let Value::Enum(member) = call.target else {
        return Ok(Value::Null);
    };
    let of = member.of.clone();
    match call.to(0, &of)? {
        Value::Enum(flag) => Ok(Value::Bool(member.bits & flag.bits == flag.bits)),
        _ => Err(call.no_overload()),
    }
})];

/// The properties of BigInteger.
pub const BIG_PROPERTIES: &[&str] = &["IsPowerOfTwo", "IsZero", "IsOne", "IsEven", "Sign"];

/// A property of BigInteger.
pub fn big_property(value: &Value, name: &str) -> Option<Value> {
    let Value::Big(number) = value else { return None };
    Some(match name.to_ascii_lowercase().as_str() {
        "iszero" => Value::Bool(number.sign() == Sign::NoSign),
        "isone" => Value::Bool(**number == BigInt::from(1)),
        "iseven" => Value::Bool(!number.bit(0)),
        "ispoweroftwo" => Value::Bool(number.sign() == Sign::Plus && number.magnitude().count_ones() == 1),
        "sign" => Value::Int(match number.sign() {
            Sign::Minus => -1,
            Sign::NoSign => 0,
            Sign::Plus => 1,
        }),
        _ => return None,
    })
}

fn format_exception(text: &str) -> crate::error::Interrupt {
    fault::raised(
        "System.FormatException",
        format!("The input string '{text}' was not in a correct format."),
    )
}

fn overflow(kind: Kind) -> crate::error::Interrupt {
    let target = type_of_kind(kind);
    let name = target.short_name();
    let text = match kind {
        Kind::Byte => "Value was either too large or too small for an unsigned byte.".to_owned(),
        Kind::SByte => "Value was either too large or too small for a signed byte.".to_owned(),
        Kind::Int16 | Kind::Int32 | Kind::Int64 => {
            format!("Value was either too large or too small for an {name}.")
        }
        _ => format!("Value was either too large or too small for a {name}."),
    };
    fault::raised("System.OverflowException", text)
}

fn type_of_kind(kind: Kind) -> Type {
    match kind {
        Kind::SByte => Type::SBYTE,
        Kind::Byte => Type::BYTE,
        Kind::Int16 => Type::INT16,
        Kind::UInt16 => Type::UINT16,
        Kind::UInt32 => Type::UINT32,
        Kind::Int64 => Type::INT64,
        Kind::UInt64 => Type::UINT64,
        Kind::Single => Type::SINGLE,
        Kind::Double => Type::DOUBLE,
        Kind::Decimal => Type::DECIMAL,
        Kind::BigInteger => Type::BIGINT,
        Kind::Boolean => Type::BOOLEAN,
        _ => Type::INT32,
    }
}

/// NumberStyles.AllowHexSpecifier.
const HEX: i64 = 512;

/// `T.Parse(text, styles)`.
pub fn parse(text: &str, kind: Kind, styles: i64) -> Result<Value> {
    match kind {
        Kind::Double | Kind::Single => {
            let number = number::parse_double(text).ok_or_else(|| format_exception(text))?;
            Ok(if kind == Kind::Single {
                Value::Single(number as f32)
            } else {
                Value::Double(number)
            })
        }
        Kind::Decimal => number::parse_decimal(text, styles & 128 != 0)
            .map(Value::decimal)
            .ok_or_else(|| format_exception(text)),
        Kind::Boolean => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(fault::raised(
                "System.FormatException",
                format!("String '{text}' was not recognized as a valid Boolean."),
            )),
        },
        _ if styles & HEX != 0 => {
            let digits = text.trim();
            let bits = u64::from_str_radix(digits, 16).map_err(|_| format_exception(text))?;
            let signed = match kind {
                Kind::Int32 if bits <= u64::from(u32::MAX) => i128::from(bits as u32 as i32),
                Kind::Int64 => i128::from(bits as i64),
                Kind::Int16 if bits <= u64::from(u16::MAX) => i128::from(bits as u16 as i16),
                Kind::SByte if bits <= u64::from(u8::MAX) => i128::from(bits as u8 as i8),
                _ => i128::from(bits),
            };
            scalar::fit(signed, kind).ok_or_else(|| overflow(kind))
        }
        Kind::BigInteger => number::parse_integer(text)
            .map(Value::big)
            .ok_or_else(|| format_exception(text)),
        _ => {
            let plain: String = if styles & 64 != 0 {
                text.replace(',', "")
            } else {
                text.to_owned()
            };
            let number = number::parse_integer(&plain).ok_or_else(|| format_exception(text))?;
            i128::try_from(number)
                .ok()
                .and_then(|number| scalar::fit(number, kind))
                .ok_or_else(|| overflow(kind))
        }
    }
}

/// Runs a method with all numbers among its arguments as the type that it is called on.
fn of_own_type(call: &mut Call<'_>, run: fn(&mut Call<'_>) -> Result<Value>) -> Result<Value> {
    let own = type_of_kind(own_kind(call));
    let mut converted = call.arguments.to_vec();
    for (at, argument) in converted.iter_mut().enumerate() {
        // Digits and modes of rounding stay what they are.
        let is_option = call.name == "Round" && at > 0;
        if !is_option {
            *argument = call.to(at, &own)?;
        }
    }
    run(&mut Call {
        target: call.target,
        arguments: &converted,
        name: call.name,
        world: &mut *call.world,
    })
}

fn own_kind(call: &Call<'_>) -> Kind {
    match call.target {
        Value::Type(of) => of.kind().unwrap_or(Kind::Int32),
        _ => Kind::Int32,
    }
}

/// Writes to the `[ref]` of a TryParse.
pub fn set_reference(target: Option<&Value>, value: Value) {
    if let Some(Value::Instance(instance)) = target {
        if let Some(reference) = instance.get::<Reference>() {
            reference.set(value);
        } else {
            let _ = instance.set_property("Value", &value, &mut super::NoWorld);
        }
    }
}

/// The static methods of the numeric types and Boolean.
pub static STATIC: &[Method] = &[
    Method::new("Parse", "static T Parse(string s)", |call| {
        call.expect(1, 3)?;
        let kind = own_kind(call);
        let text = call.text(0)?;
        let styles = match call.arguments.get(1).map(Value::base) {
            Some(Value::Enum(_) | Value::Str(_) | Value::Int(_)) => {
                call.enumeration(1, "System.Globalization.NumberStyles")?
            }
            _ => 0,
        };
        parse(&text, kind, styles)
    }),
    Method::new(
        "TryParse",
        "static bool TryParse(string s, [ref] T result)",
        |call| {
            call.expect(2, 4)?;
            let kind = own_kind(call);
            let text = call.text(0)?;
            let styles = if call.count() == 4 {
                call.enumeration(1, "System.Globalization.NumberStyles")?
            } else {
                0
            };
            let parsed = parse(&text, kind, styles);
            let success = parsed.is_ok();
            let mut zero =
                || convert::to(&Value::Int(0), &type_of_kind(kind), call.world).unwrap_or_default();
            let value = match parsed {
                Ok(value) => value,
                Err(_) => zero(),
            };
            set_reference(call.arguments.last(), value);
            Ok(Value::Bool(success))
        },
    ),
    Method::new("IsNaN", "static bool IsNaN(double d)", |call| {
        Ok(Value::Bool(call.double(0)?.is_nan()))
    }),
    Method::new("IsInfinity", "static bool IsInfinity(double d)", |call| {
        Ok(Value::Bool(call.double(0)?.is_infinite()))
    }),
    Method::new("IsFinite", "static bool IsFinite(double d)", |call| {
        Ok(Value::Bool(call.double(0)?.is_finite()))
    }),
    Method::new("Round", "static decimal Round(decimal d, int decimals)", |call| {
        of_own_type(call, round)
    }),
    Method::new("Floor", "static decimal Floor(decimal d)", |call| {
        of_own_type(call, |call| real(call, f64::floor, rust_decimal::Decimal::floor))
    }),
    Method::new("Ceiling", "static decimal Ceiling(decimal d)", |call| {
        of_own_type(call, |call| real(call, f64::ceil, rust_decimal::Decimal::ceil))
    }),
    Method::new("Truncate", "static decimal Truncate(decimal d)", |call| {
        of_own_type(call, |call| real(call, f64::trunc, rust_decimal::Decimal::trunc))
    }),
    Method::new("Add", "static T Add(T left, T right)", |call| {
        of_own_type(call, |call| {
            crate::operator::add(call.value(0)?, call.value(1)?, &mut super::NoWorld)
        })
    }),
    Method::new("Subtract", "static T Subtract(T left, T right)", |call| {
        of_own_type(call, |call| {
            crate::operator::subtract(call.value(0)?, call.value(1)?, &mut super::NoWorld)
        })
    }),
    Method::new("IsEvenInteger", "static bool IsEvenInteger(T value)", |call| {
        Ok(Value::Bool(call.long(0)? % 2 == 0))
    }),
    Method::new("IsOddInteger", "static bool IsOddInteger(T value)", |call| {
        Ok(Value::Bool(call.long(0)? % 2 != 0))
    }),
    Method::new("IsNegative", "static bool IsNegative(T value)", |call| {
        Ok(Value::Bool(call.double(0)?.is_sign_negative()))
    }),
    Method::new("IsPositive", "static bool IsPositive(T value)", |call| {
        Ok(Value::Bool(call.double(0)?.is_sign_positive()))
    }),
    Method::new("IsPow2", "static bool IsPow2(T value)", |call| {
        let number = call.long(0)?;
        Ok(Value::Bool(number > 0 && number & (number - 1) == 0))
    }),
    Method::new("Sign", "static int Sign(T value)", |call| {
        let number = call.double(0)?;
        Ok(Value::Int(i32::from(number > 0.0) - i32::from(number < 0.0)))
    }),
    Method::new("Clamp", "static T Clamp(T value, T min, T max)", |call| {
        of_own_type(call, |call| {
            let (value, least, most) = (
                call.value(0)?.clone(),
                call.value(1)?.clone(),
                call.value(2)?.clone(),
            );
            let below = crate::operator::order(&value, &least, true, call.world)?.is_lt();
            let above = crate::operator::order(&value, &most, true, call.world)?.is_gt();
            Ok(match (below, above) {
                (true, _) => least,
                (_, true) => most,
                _ => value,
            })
        })
    }),
    Method::new("Pow", "static bigint Pow(bigint value, int exponent)", |call| {
        if own_kind(call) != Kind::BigInteger {
            let (base, exponent) = (call.double(0)?, call.double(1)?);
            return Ok(Value::Double(base.powf(exponent)));
        }
        let exponent = u32::try_from(call.int(1)?).map_err(|_| {
            fault::out_of_range(
                "exponent",
                "Specified argument was out of the range of valid values.",
            )
        })?;
        match call.to(0, &Type::BIGINT)? {
            Value::Big(base) if base.bits() * u64::from(exponent) < 1 << 22 => {
                Ok(Value::big(base.pow(exponent)))
            }
            _ => Err(fault::raised(
                "System.OutOfMemoryException",
                "The number is too large.",
            )),
        }
    }),
    Method::new("Abs", "static T Abs(T value)", abs),
    Method::new("Max", "static T Max(T a, T b)", |call| extreme(call, true)),
    Method::new("Min", "static T Min(T a, T b)", |call| extreme(call, false)),
];

/// MinValue, MaxValue and others.
pub fn constant(kind: Kind, name: &str) -> Option<Value> {
    let lower = name.to_ascii_lowercase();
    let limits = |least: i128, most: i128| match lower.as_str() {
        "minvalue" => scalar::fit(least, kind),
        "maxvalue" => scalar::fit(most, kind),
        _ => None,
    };
    match kind {
        Kind::SByte => limits(i8::MIN.into(), i8::MAX.into()),
        Kind::Byte => limits(0, u8::MAX.into()),
        Kind::Int16 => limits(i16::MIN.into(), i16::MAX.into()),
        Kind::UInt16 => limits(0, u16::MAX.into()),
        Kind::Int32 => limits(i32::MIN.into(), i32::MAX.into()),
        Kind::UInt32 => limits(0, u32::MAX.into()),
        Kind::Int64 => limits(i64::MIN.into(), i64::MAX.into()),
        Kind::UInt64 => limits(0, u64::MAX.into()),
        Kind::Char => limits(0, u16::MAX.into()),
        Kind::Double => Some(Value::Double(match lower.as_str() {
            "minvalue" => f64::MIN,
            "maxvalue" => f64::MAX,
            "nan" => f64::NAN,
            "epsilon" => f64::from_bits(1),
            "positiveinfinity" => f64::INFINITY,
            "negativeinfinity" => f64::NEG_INFINITY,
            "pi" => std::f64::consts::PI,
            "e" => std::f64::consts::E,
            _ => return None,
        })),
        Kind::Single => Some(Value::Single(match lower.as_str() {
            "minvalue" => f32::MIN,
            "maxvalue" => f32::MAX,
            "nan" => f32::NAN,
            "epsilon" => f32::from_bits(1),
            "positiveinfinity" => f32::INFINITY,
            "negativeinfinity" => f32::NEG_INFINITY,
            _ => return None,
        })),
        Kind::Decimal => Some(Value::decimal(match lower.as_str() {
            "minvalue" => rust_decimal::Decimal::MIN,
            "maxvalue" => rust_decimal::Decimal::MAX,
            "zero" => rust_decimal::Decimal::ZERO,
            "one" => rust_decimal::Decimal::ONE,
            "minusone" => -rust_decimal::Decimal::ONE,
            _ => return None,
        })),
        Kind::BigInteger => Some(Value::big(match lower.as_str() {
            "zero" => BigInt::ZERO,
            "one" => BigInt::from(1),
            "minusone" => BigInt::from(-1),
            _ => return None,
        })),
        Kind::Boolean => match lower.as_str() {
            "truestring" => Some(Value::from("True")),
            "falsestring" => Some(Value::from("False")),
            _ => None,
        },
        _ => None,
    }
}
