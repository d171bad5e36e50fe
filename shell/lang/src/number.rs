//! Numbers: texts of numbers and numbers from texts.
//!
//! A Double has two texts: fifteen digits in casts, interpolation and display (Single: seven), and the shortest one
//! that reads back as the same number in `.ToString()`, `-f` and JSON.

use num_bigint::BigInt;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::value::Value;

/// A Double's text with fifteen digits.
pub fn double_text(number: f64) -> String {
    general(number, 15, 15)
}

/// A Single's text with seven digits.
pub fn single_text(number: f32) -> String {
    general(f64::from(number), 7, 7)
}

/// A Double's shortest text that reads back as the same number.
pub fn double_shortest(number: f64) -> String {
    special(number).unwrap_or_else(|| from_scientific(&format!("{number:e}"), 15))
}

/// A Single's shortest text that reads back as the same number.
pub fn single_shortest(number: f32) -> String {
    special(f64::from(number)).unwrap_or_else(|| from_scientific(&format!("{number:e}"), 7))
}

/// A number in general format: so many digits, scientific from `limit` digits before the point.
pub(crate) fn general(number: f64, digits: usize, limit: i32) -> String {
    special(number)
        .unwrap_or_else(|| from_scientific(&format!("{number:.*e}", digits.saturating_sub(1)), limit))
}

/// Texts of what is not a finite number, and of zero.
pub(crate) fn special(number: f64) -> Option<String> {
    if number.is_nan() {
        Some("NaN".to_owned())
    } else if number.is_infinite() {
        Some(if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
    } else if number == 0.0 {
        Some(if number.is_sign_negative() { "-0" } else { "0" }.to_owned())
    } else {
        None
    }
}

/// From Rust's `d.ddde±x` to .NET's general format.
fn from_scientific(text: &str, limit: i32) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let negative = mantissa.starts_with('-');
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let body = layout(digits, exponent, limit);
    if negative { format!("-{body}") } else { body }
}

/// Lays out significant digits with a decimal exponent.
fn layout(digits: &str, exponent: i32, limit: i32) -> String {
    if exponent >= limit || exponent < -4 {
        let (first, rest) = digits.split_at(1);
        let sign = if exponent < 0 { '-' } else { '+' };
        let point = if rest.is_empty() { "" } else { "." };
        return format!("{first}{point}{rest}E{sign}{:02}", exponent.abs());
    }
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        format!("{digits}{}", "0".repeat(whole - digits.len()))
    } else {
        format!("{}.{}", &digits[..whole], &digits[whole..])
    }
}

/// Reads a text as the language's arithmetic does: blanks around it, sign, `0x`, exponent, suffixes, multipliers.
/// The empty text is 0. Whole numbers are the first of Int32, Int64, Decimal, Double that holds them.
pub fn parse_literal(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Value::Int(0));
    }
    let (value, length) = crate::lex::number::number(text)?;
    (length == text.len()).then_some(value)
}

/// Reads a whole number as .NET's Parse does with NumberStyles.Integer: blanks and a sign.
pub fn parse_integer(text: &str) -> Option<BigInt> {
    let text = text
        .trim_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}'])
        .trim_end_matches('\0');
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Reads a real number as .NET's Parse does with NumberStyles.Float and AllowThousands.
pub fn parse_double(text: &str) -> Option<f64> {
    let text = text.trim();
    match text.to_ascii_lowercase().as_str() {
        "nan" | "-nan" | "+nan" => return Some(f64::NAN),
        "infinity" | "+infinity" | "∞" | "+∞" => return Some(f64::INFINITY),
        "-infinity" | "-∞" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let plain = without_thousands(text)?;
    plain.parse().ok()
}

/// Reads a decimal number with NumberStyles.Number (and an exponent when `exponent` says so).
pub fn parse_decimal(text: &str, exponent: bool) -> Option<Decimal> {
    let plain = without_thousands(text.trim())?;
    if plain.contains(['e', 'E']) {
        return exponent.then(|| Decimal::from_scientific(&plain).ok()).flatten();
    }
    Decimal::from_str_exact(&plain)
        .ok()
        .or_else(|| plain.parse().ok())
}

/// Takes out group separators; `None` for what is not a plain real number.
fn without_thousands(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fits = (!whole.is_empty() || !fraction.is_empty())
        && !whole.starts_with(',')
        && whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let plain: String = text.chars().filter(|character| *character != ',').collect();
    (fits && exponent_fits).then(|| plain.strip_prefix('+').map_or(plain.clone(), str::to_owned))
}

/// A Double as a Decimal: fifteen significant digits, as the cast does.
pub fn decimal_of_double(number: f64) -> Option<Decimal> {
    decimal_of_text(&format!("{number:.14e}"))
}

/// A Single as a Decimal: seven significant digits.
pub fn decimal_of_single(number: f32) -> Option<Decimal> {
    decimal_of_text(&format!("{number:.6e}"))
}

fn decimal_of_text(text: &str) -> Option<Decimal> {
    Decimal::from_scientific(text)
        .ok()
        .map(|number| number.normalize())
}

/// The whole part of a Double, when it is finite.
pub fn big_of_double(number: f64) -> Option<BigInt> {
    if !number.is_finite() {
        return None;
    }
    format!("{:.0}", number.trunc()).parse().ok()
}

/// A big integer as a Double; beyond the range, infinity.
pub fn double_of_big(number: &BigInt) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

/// A value as a whole number when it is one of the integer types, a Boolean or a character.
#[inline]
pub fn integer(value: &Value) -> Option<i128> {
    Some(match value {
        Value::Int(number) => i128::from(*number),
        Value::Long(number) => i128::from(*number),
        Value::Byte(number) => i128::from(*number),
        Value::SByte(number) => i128::from(*number),
        Value::Short(number) => i128::from(*number),
        Value::UShort(number) => i128::from(*number),
        Value::UInt(number) => i128::from(*number),
        Value::ULong(number) => i128::from(*number),
        Value::Bool(flag) | Value::Switch(flag) => i128::from(*flag),
        Value::Char(unit) => i128::from(*unit),
        Value::Enum(member) => i128::from(member.bits),
        _ => return None,
    })
}

/// A number of any type as a Double.
pub fn double(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Double(number) => *number,
        Value::Single(number) => f64::from(*number),
        Value::Decimal(number) => number.to_f64()?,
        Value::Big(number) => double_of_big(number),
        other => integer(other)? as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_have_fifteen_digits_in_texts_and_all_of_them_in_to_string() {
        for (number, text, shortest) in [
            (0.1 + 0.2, "0.3", "0.30000000000000004"),
            (1e15, "1E+15", "1E+15"),
            (1e-5, "1E-05", "1E-05"),
            (0.0001, "0.0001", "0.0001"),
            (123456789.0, "123456789", "123456789"),
            (1.0 / 3.0, "0.333333333333333", "0.3333333333333333"),
            (-2.5, "-2.5", "-2.5"),
            (1e20, "1E+20", "1E+20"),
        ] {
            assert_eq!(double_text(number), text);
            assert_eq!(double_shortest(number), shortest);
        }
    }
}
