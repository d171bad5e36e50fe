//! Numeric types, Boolean, BigInteger, enums: methods, Parse and TryParse, System.Math, System.Convert.

use num_bigint::{BigInt, Sign};

use super::{Call, Method, Reference, World, fault};
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
            || scalar::is_number(other) && number::double(call.target) == number::double(other) && crate::types::of(call.target) == crate::types::of(other);
        Ok(Value::Bool(same))
    }),
];

/// The methods of enum values.
pub static ENUM_METHODS: &[Method] = &[
    Method::new("HasFlag", "bool HasFlag(enum flag)", |call| {
        let Value::Enum(member) = call.target else { return Ok(Value::Null) };
        let of = member.of.clone();
        match call.to(0, &of)? {
            Value::Enum(flag) => Ok(Value::Bool(member.bits & flag.bits == flag.bits)),
            _ => Err(call.no_overload()),
        }
    }),
];

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
    fault::raised("System.FormatException", format!("The input string '{text}' was not in a correct format."))
}

fn overflow(kind: Kind) -> crate::error::Interrupt {
    let target = type_of_kind(kind);
    let name = target.short_name();
    let text = match kind {
        Kind::Byte => "Value was either too large or too small for an unsigned byte.".to_owned(),
        Kind::SByte => "Value was either too large or too small for a signed byte.".to_owned(),
        Kind::Int16 | Kind::Int32 | Kind::Int64 => format!("Value was either too large or too small for an {name}."),
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
            Ok(if kind == Kind::Single { Value::Single(number as f32) } else { Value::Double(number) })
        }
        Kind::Decimal => number::parse_decimal(text, styles & 128 != 0).map(Value::decimal).ok_or_else(|| format_exception(text)),
        Kind::Boolean => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(fault::raised("System.FormatException", format!("String '{text}' was not recognized as a valid Boolean."))),
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
        Kind::BigInteger => number::parse_integer(text).map(Value::big).ok_or_else(|| format_exception(text)),
        _ => {
            let plain: String = if styles & 64 != 0 { text.replace(',', "") } else { text.to_owned() };
            let number = number::parse_integer(&plain).ok_or_else(|| format_exception(text))?;
            i128::try_from(number).ok().and_then(|number| scalar::fit(number, kind)).ok_or_else(|| overflow(kind))
        }
    }
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
            Some(Value::Enum(_) | Value::Str(_) | Value::Int(_)) => call.enumeration(1, "System.Globalization.NumberStyles")?,
            _ => 0,
        };
        parse(&text, kind, styles)
    }),
    Method::new("TryParse", "static bool TryParse(string s, [ref] T result)", |call| {
        call.expect(2, 4)?;
        let kind = own_kind(call);
        let text = call.text(0)?;
        let styles = if call.count() == 4 { call.enumeration(1, "System.Globalization.NumberStyles")? } else { 0 };
        let parsed = parse(&text, kind, styles);
        let success = parsed.is_ok();
        let mut zero = || convert::to(&Value::Int(0), &type_of_kind(kind), call.world).unwrap_or_default();
        let value = match parsed {
            Ok(value) => value,
            Err(_) => zero(),
        };
        set_reference(call.arguments.last(), value);
        Ok(Value::Bool(success))
    }),
    Method::new("IsNaN", "static bool IsNaN(double d)", |call| Ok(Value::Bool(call.double(0)?.is_nan()))),
    Method::new("IsInfinity", "static bool IsInfinity(double d)", |call| Ok(Value::Bool(call.double(0)?.is_infinite()))),
    Method::new("IsFinite", "static bool IsFinite(double d)", |call| Ok(Value::Bool(call.double(0)?.is_finite()))),
    Method::new("Round", "static decimal Round(decimal d, int decimals)", round),
    Method::new("Floor", "static decimal Floor(decimal d)", |call| real(call, f64::floor, rust_decimal::Decimal::floor)),
    Method::new("Ceiling", "static decimal Ceiling(decimal d)", |call| real(call, f64::ceil, rust_decimal::Decimal::ceil)),
    Method::new("Truncate", "static decimal Truncate(decimal d)", |call| real(call, f64::trunc, |number| number.trunc())),
    Method::new("Pow", "static bigint Pow(bigint value, int exponent)", |call| {
        if own_kind(call) != Kind::BigInteger {
            let (base, exponent) = (call.double(0)?, call.double(1)?);
            return Ok(Value::Double(base.powf(exponent)));
        }
        let exponent = u32::try_from(call.int(1)?).map_err(|_| fault::out_of_range("exponent", "Specified argument was out of the range of valid values."))?;
        match call.to(0, &Type::BIGINT)? {
            Value::Big(base) if base.bits() * u64::from(exponent) < 1 << 22 => Ok(Value::big(base.pow(exponent))),
            _ => Err(fault::raised("System.OutOfMemoryException", "The number is too large.")),
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

/// Math.Abs keeps the type.
fn abs(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 1)?;
    Ok(match number_argument(call, 0)? {
        Value::Double(number) => Value::Double(number.abs()),
        Value::Single(number) => Value::Single(number.abs()),
        Value::Decimal(number) => Value::decimal(number.abs()),
        Value::Big(number) => Value::big(BigInt::from(number.magnitude().clone())),
        other => {
            let kind = crate::types::of(&other).and_then(|of| of.kind()).unwrap_or(Kind::Int32);
            let magnitude = number::integer(&other).unwrap_or(0).abs();
            return scalar::fit(magnitude, kind).ok_or_else(|| fault::raised("System.OverflowException", "Negating the minimum value of a twos complement number is invalid."));
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

fn extreme(call: &mut Call<'_>, most: bool) -> Result<Value> {
    call.expect(2, 2)?;
    let (left, right) = (number_argument(call, 0)?, number_argument(call, 1)?);
    // Both become the wider type.
    let wide = crate::operator::subtract(&crate::operator::add(&left, &right, call.world)?, &right, call.world).unwrap_or(left.clone());
    let chosen = match crate::operator::order(&left, &right, true, call.world)?.is_ge() == most {
        true => left.clone(),
        false => right.clone(),
    };
    let wider = |value: &Value| crate::types::of(value).filter(|of| !matches!(of.kind(), Some(Kind::Byte | Kind::Int16 | Kind::SByte | Kind::UInt16)));
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

fn real(call: &mut Call<'_>, double: fn(f64) -> f64, decimal: fn(&rust_decimal::Decimal) -> rust_decimal::Decimal) -> Result<Value> {
    call.expect(1, 1)?;
    Ok(match call.value(0)?.base() {
        Value::Decimal(number) => Value::decimal(decimal(number)),
        _ => Value::Double(double(call.double(0)?)),
    })
}

/// Math.Round(value, digits, mode).
fn round(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 3)?;
    let (mut digits, mut mode) = (0, 0);
    for at in 1..call.count() {
        match call.value(at)?.base() {
            Value::Enum(_) | Value::Str(_) => mode = call.enumeration(at, "System.MidpointRounding")?,
            _ => digits = call.int(at)?,
        }
    }
    if let Value::Decimal(number) = call.value(0)?.base() {
        use rust_decimal::RoundingStrategy::{AwayFromZero, MidpointAwayFromZero, MidpointNearestEven, ToNegativeInfinity, ToPositiveInfinity, ToZero};
        let strategy = [MidpointNearestEven, MidpointAwayFromZero, ToZero, ToNegativeInfinity, ToPositiveInfinity];
        let strategy = strategy.get(mode as usize).copied().unwrap_or(AwayFromZero);
        return Ok(Value::decimal(number.round_dp_with_strategy(digits.clamp(0, 28) as u32, strategy)));
    }
    if !(0..=15).contains(&digits) {
        return Err(fault::out_of_range("digits", "Rounding digits must be between 0 and 15, inclusive."));
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
    Method::new("Acos", "static double Acos(double d)", |call| function(call, f64::acos)),
    Method::new("Asin", "static double Asin(double d)", |call| function(call, f64::asin)),
    Method::new("Atan", "static double Atan(double d)", |call| function(call, f64::atan)),
    Method::new("Atan2", "static double Atan2(double y, double x)", |call| {
        let (y, x) = (call.double(0)?, call.double(1)?);
        Ok(Value::Double(y.atan2(x)))
    }),
    Method::new("Cbrt", "static double Cbrt(double d)", |call| function(call, f64::cbrt)),
    Method::new("Ceiling", "static double Ceiling(double a)", |call| real(call, f64::ceil, rust_decimal::Decimal::ceil)),
    Method::new("Clamp", "static T Clamp(T value, T min, T max)", |call| {
        call.expect(3, 3)?;
        let (value, least, most) = (number_argument(call, 0)?, number_argument(call, 1)?, number_argument(call, 2)?);
        if crate::operator::order(&value, &least, true, call.world)?.is_lt() {
            return Ok(least);
        }
        Ok(if crate::operator::order(&value, &most, true, call.world)?.is_gt() { most } else { value })
    }),
    Method::new("Cos", "static double Cos(double d)", |call| function(call, f64::cos)),
    Method::new("Cosh", "static double Cosh(double d)", |call| function(call, f64::cosh)),
    Method::new("DivRem", "static int DivRem(int a, int b, [ref] int result)", |call| {
        let (left, right) = (call.long(0)?, call.long(1)?);
        if right == 0 {
            return Err(fault::raised("System.DivideByZeroException", "Attempted to divide by zero."));
        }
        let narrow = |number: i64| i32::try_from(number).map_or(Value::Long(number), Value::Int);
        set_reference(call.arguments.get(2), narrow(left % right));
        Ok(narrow(left / right))
    }),
    Method::new("Exp", "static double Exp(double d)", |call| function(call, f64::exp)),
    Method::new("Floor", "static double Floor(double d)", |call| real(call, f64::floor, rust_decimal::Decimal::floor)),
    Method::new("Log", "static double Log(double d)", |call| {
        call.expect(1, 2)?;
        let number = call.double(0)?;
        Ok(Value::Double(if call.count() > 1 { number.ln() / call.double(1)?.ln() } else { number.ln() }))
    }),
    Method::new("Log10", "static double Log10(double d)", |call| function(call, f64::log10)),
    Method::new("Log2", "static double Log2(double x)", |call| function(call, f64::log2)),
    Method::new("Max", "static T Max(T val1, T val2)", |call| extreme(call, true)),
    Method::new("Min", "static T Min(T val1, T val2)", |call| extreme(call, false)),
    Method::new("Pow", "static double Pow(double x, double y)", |call| {
        call.expect(2, 2)?;
        let (base, exponent) = (call.double(0)?, call.double(1)?);
        Ok(Value::Double(base.powf(exponent)))
    }),
    Method::new("Round", "static double Round(double a), static double Round(double value, int digits)", round),
    Method::new("Sign", "static int Sign(double value)", |call| {
        call.expect(1, 1)?;
        let number = call.double(0)?;
        if number.is_nan() {
            return Err(fault::raised("System.ArithmeticException", "Function does not accept floating point Not-a-Number values."));
        }
        Ok(Value::Int(if number > 0.0 { 1 } else { i32::from(number < 0.0) * -1 }))
    }),
    Method::new("Sin", "static double Sin(double a)", |call| function(call, f64::sin)),
    Method::new("Sinh", "static double Sinh(double value)", |call| function(call, f64::sinh)),
    Method::new("Sqrt", "static double Sqrt(double d)", |call| function(call, f64::sqrt)),
    Method::new("Tan", "static double Tan(double a)", |call| function(call, f64::tan)),
    Method::new("Tanh", "static double Tanh(double value)", |call| function(call, f64::tanh)),
    Method::new("Truncate", "static double Truncate(double d)", |call| real(call, f64::trunc, |number| number.trunc())),
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

/// System.Convert: texts are parsed strictly.
pub fn system_convert(value: &Value, target: &Type, world: &mut dyn World) -> Result<Value> {
    let kind = target.kind().unwrap_or(Kind::Int32);
    match value.base() {
        Value::Str(text) if kind != Kind::String && kind != Kind::Char && kind != Kind::DateTime => parse(text, kind, 0),
        other => convert::to(other, target, world).map_err(|_| overflow(kind)),
    }
}

fn converted(call: &mut Call<'_>, target: &Type) -> Result<Value> {
    call.expect(1, 2)?;
    let base = match call.arguments.get(1).map(Value::base) {
        Some(Value::Int(base)) => *base,
        _ => 10,
    };
    let value = call.value(0)?.clone();
    if base == 10 {
        return system_convert(&value, target, call.world);
    }
    let text = value.to_text();
    let digits = if base == 16 { text.trim_start_matches("0x").trim_start_matches("0X") } else { text.as_str() };
    if !matches!(base, 2 | 8 | 16) {
        return Err(fault::argument("Invalid Base."));
    }
    let bits = u64::from_str_radix(digits, base as u32)
        .map_err(|_| fault::raised("System.FormatException", "Could not find any recognizable digits."))?;
    let kind = target.kind().unwrap_or(Kind::Int32);
    let signed = match kind {
        Kind::Int32 if bits <= u64::from(u32::MAX) => i128::from(bits as u32 as i32),
        Kind::Int64 => i128::from(bits as i64),
        Kind::Int16 if bits <= u64::from(u16::MAX) => i128::from(bits as u16 as i16),
        Kind::SByte if bits <= u64::from(u8::MAX) => i128::from(bits as u8 as i8),
        _ => i128::from(bits),
    };
    scalar::fit(signed, kind).ok_or_else(|| overflow(kind))
}

/// System.Convert.
pub static CONVERT: &[Method] = &[
    Method::new("ToInt32", "static int ToInt32(System.Object value), static int ToInt32(string value, int fromBase)", |call| converted(call, &Type::INT32)),
    Method::new("ToInt64", "static long ToInt64(System.Object value)", |call| converted(call, &Type::INT64)),
    Method::new("ToInt16", "static short ToInt16(System.Object value)", |call| converted(call, &Type::INT16)),
    Method::new("ToUInt16", "static ushort ToUInt16(System.Object value)", |call| converted(call, &Type::UINT16)),
    Method::new("ToUInt32", "static uint ToUInt32(System.Object value)", |call| converted(call, &Type::UINT32)),
    Method::new("ToUInt64", "static ulong ToUInt64(System.Object value)", |call| converted(call, &Type::UINT64)),
    Method::new("ToByte", "static byte ToByte(System.Object value)", |call| converted(call, &Type::BYTE)),
    Method::new("ToSByte", "static sbyte ToSByte(System.Object value)", |call| converted(call, &Type::SBYTE)),
    Method::new("ToDouble", "static double ToDouble(System.Object value)", |call| converted(call, &Type::DOUBLE)),
    Method::new("ToSingle", "static float ToSingle(System.Object value)", |call| converted(call, &Type::SINGLE)),
    Method::new("ToDecimal", "static decimal ToDecimal(System.Object value)", |call| converted(call, &Type::DECIMAL)),
    Method::new("ToBoolean", "static bool ToBoolean(System.Object value)", |call| converted(call, &Type::BOOLEAN)),
    Method::new("ToChar", "static char ToChar(System.Object value)", |call| call.to(0, &Type::CHAR)),
    Method::new("ToDateTime", "static datetime ToDateTime(System.Object value)", |call| call.to(0, &Type::DATETIME)),
    Method::new("ToString", "static string ToString(System.Object value), static string ToString(int value, int toBase)", |call| {
        call.expect(1, 2)?;
        match (call.value(0)?.base().clone(), call.arguments.get(1).map(Value::base)) {
            (value, Some(Value::Int(base @ (2 | 8 | 16)))) => {
                let number = number::integer(&value).unwrap_or(0);
                let bits = if matches!(value, Value::Long(_)) { number as i64 as u64 } else if matches!(value, Value::Byte(_)) { number as u64 } else { u64::from(number as i32 as u32) };
                Ok(Value::from(match base {
                    2 => format!("{bits:b}"),
                    8 => format!("{bits:o}"),
                    _ => format!("{bits:x}"),
                }))
            }
            (value, _) => Ok(Value::from(convert::to_text_current(&value))),
        }
    }),
    Method::new("ToBase64String", "static string ToBase64String(byte[] inArray)", |call| {
        use base64::Engine as _;
        let bytes = call.bytes(0)?;
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        let breaks = call.count() > 1 && call.enumeration(1, "System.Base64FormattingOptions")? == 1;
        if !breaks {
            return Ok(Value::from(text));
        }
        let lines: Vec<&str> = text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap_or("")).collect();
        Ok(Value::from(lines.join("\r\n")))
    }),
    Method::new("FromBase64String", "static byte[] FromBase64String(string s)", |call| {
        use base64::Engine as _;
        let text: String = call.text(0)?.chars().filter(|character| !character.is_whitespace()).collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| {
            fault::raised("System.FormatException", "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.")
        })?;
        Ok(Value::bytes(&bytes))
    }),
    Method::new("ToHexString", "static string ToHexString(byte[] inArray)", |call| {
        let bytes = call.bytes(0)?;
        Ok(Value::from(bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>()))
    }),
    Method::new("FromHexString", "static byte[] FromHexString(string s)", |call| {
        let text = call.text(0)?;
        let wrong = || fault::raised("System.FormatException", "The input is not a valid hex string as it contains a non-hex character.");
        if !text.is_ascii() || !text.len().is_multiple_of(2) {
            return Err(wrong());
        }
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect();
        bytes.map(|bytes| Value::bytes(&bytes)).ok_or_else(wrong)
    }),
    Method::new("ChangeType", "static System.Object ChangeType(System.Object value, type conversionType)", |call| {
        match call.value(1)?.base().clone() {
            Value::Type(of) => {
                let value = call.value(0)?.clone();
                system_convert(&value, &of, call.world)
            }
            _ => Err(call.no_overload()),
        }
    }),
];

/// The static methods of System.Enum.
pub static ENUM_STATIC: &[Method] = &[
    Method::new("GetNames", "static string[] GetNames(type enumType)", |call| {
        let definition = definition(call)?;
        Ok(Value::strings(definition.sorted().iter().map(|(name, _)| name.as_ref())))
    }),
    Method::new("GetValues", "static array GetValues(type enumType)", |call| {
        let definition = definition(call)?;
        let of = Type::Enum(std::sync::Arc::clone(&definition));
        Ok(Value::array_of(of.clone(), definition.sorted().iter().map(|(_, bits)| Value::enumeration(of.clone(), *bits)).collect()))
    }),
    Method::new("GetName", "static string GetName(type enumType, System.Object value)", |call| {
        let definition = definition(call)?;
        let bits = enum_bits(call, 1, &definition)?;
        Ok(definition.members.iter().find(|(_, number)| Some(*number) == bits).map_or(Value::Null, |(name, _)| Value::from(name.as_ref())))
    }),
    Method::new("IsDefined", "static bool IsDefined(type enumType, System.Object value)", |call| {
        let definition = definition(call)?;
        let known = match call.value(1)?.base() {
            Value::Str(name) => definition.members.iter().any(|(known, _)| known == name.as_str()),
            other => number::integer(other).is_some_and(|bits| definition.members.iter().any(|(_, number)| i128::from(*number) == bits)),
        };
        Ok(Value::Bool(known))
    }),
    Method::new("Parse", "static System.Object Parse(type enumType, string value)", |call| {
        let definition = definition(call)?;
        let text = call.text(1)?;
        let ignore = call.count() > 2 && call.flag(2)?;
        let exact = text.split(',').all(|part| ignore || part.trim().parse::<i64>().is_ok() || definition.members.iter().any(|(name, _)| name == part.trim()));
        let bits = convert::enumeration::parse(&text, &definition).filter(|_| exact);
        bits.map(|bits| Value::enumeration(Type::Enum(definition), bits))
            .ok_or_else(|| fault::argument(format!("Requested value '{text}' was not found.")))
    }),
    Method::new("TryParse", "static bool TryParse(type enumType, string value, [ref] System.Object result)", |call| {
        let definition = definition(call)?;
        let text = call.text(1)?;
        let bits = convert::enumeration::parse(&text, &definition);
        if let Some(bits) = bits {
            set_reference(call.arguments.last(), Value::enumeration(Type::Enum(definition), bits));
        }
        Ok(Value::Bool(bits.is_some()))
    }),
    Method::new("ToObject", "static System.Object ToObject(type enumType, int value)", |call| {
        let definition = definition(call)?;
        Ok(Value::enumeration(Type::Enum(definition), call.long(1)?))
    }),
];

fn enum_bits(call: &Call<'_>, at: usize, definition: &crate::types::EnumDef) -> Result<Option<i64>> {
    Ok(match call.value(at)?.base() {
        Value::Str(text) => convert::enumeration::parse(text, definition),
        other => number::integer(other).map(|bits| bits as i64),
    })
}

fn definition(call: &mut Call<'_>) -> Result<std::sync::Arc<crate::types::EnumDef>> {
    match call.to(0, &Type::TYPE)? {
        Value::Type(of) => match of.as_ref() {
            Type::Enum(definition) => Ok(std::sync::Arc::clone(definition)),
            _ => Err(fault::argument("Type provided must be an Enum. (Parameter 'enumType')")),
        },
        _ => Err(call.no_overload()),
    }
}
