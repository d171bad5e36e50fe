//! Number literals: decimal, `0x`, `0b`, fractions, exponents, type suffixes and the multipliers `kb` to `pb`.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use crate::value::Value;

/// Reads a number that begins a text: its value and its length in bytes. An optional sign is part of it.
pub fn number(text: &str) -> Option<(Value, usize)> {
    let bytes = text.as_bytes();
    let sign_length = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let negative = bytes.first() == Some(&b'-');
    let digits = &bytes[sign_length..];
    let (body, radix) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (scan(rest, u8::is_ascii_hexdigit), 16),
        [b'0', b'b' | b'B', rest @ ..] if matches!(rest.first(), Some(b'0' | b'1')) => {
            (scan(rest, |byte| matches!(byte, b'0' | b'1')), 2)
        }
        rest => (scan_real(rest)?, 10),
    };
    if body == 0 {
        return None;
    }
    let start = sign_length + if radix == 10 { 0 } else { 2 };
    let end = start + body;
    let (suffix, multiplier, length) = suffixes(&bytes[end..]);
    let literal = Literal {
        digits: &text[start..end],
        radix,
        negative,
        suffix,
        multiplier,
    };
    Some((literal.value()?, end + length))
}

fn scan(bytes: &[u8], accept: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| accept(byte)).count()
}

/// The length of a decimal literal without its suffixes. A dot that begins `..` is not part of it.
fn scan_real(bytes: &[u8]) -> Option<usize> {
    let whole = scan(bytes, u8::is_ascii_digit);
    let mut end = whole;
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
        let fraction = scan(&bytes[end + 1..], u8::is_ascii_digit);
        if whole + fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    }
    if end == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = scan(&bytes[(end + 1 + sign).min(bytes.len())..], u8::is_ascii_digit);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    Some(end)
}

/// A type suffix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suffix {
    None,
    Long,
    Decimal,
    Unsigned,
    UnsignedLong,
    Short,
    UnsignedShort,
    SByte,
    Byte,
    Big,
}

fn suffixes(bytes: &[u8]) -> (Suffix, u64, usize) {
    let lower: Vec<u8> = bytes.iter().take(4).map(u8::to_ascii_lowercase).collect();
    let (suffix, length) = match lower.as_slice() {
        [b'u', b'l', ..] => (Suffix::UnsignedLong, 2),
        [b'u', b's', ..] => (Suffix::UnsignedShort, 2),
        [b'u', b'y', ..] => (Suffix::Byte, 2),
        [b'u', ..] => (Suffix::Unsigned, 1),
        [b'l', ..] => (Suffix::Long, 1),
        [b'd', ..] => (Suffix::Decimal, 1),
        [b's', ..] => (Suffix::Short, 1),
        [b'y', ..] => (Suffix::SByte, 1),
        [b'n', ..] => (Suffix::Big, 1),
        _ => (Suffix::None, 0),
    };
    let power = match lower.get(length..).unwrap_or(&[]) {
        [b'k', b'b', ..] => 1,
        [b'm', b'b', ..] => 2,
        [b'g', b'b', ..] => 3,
        [b't', b'b', ..] => 4,
        [b'p', b'b', ..] => 5,
        _ => 0,
    };
    (suffix, 1 << (10 * power), length + if power > 0 { 2 } else { 0 })
}

struct Literal<'t> {
    digits: &'t str,
    radix: u32,
    negative: bool,
    suffix: Suffix,
    multiplier: u64,
}

impl Literal<'_> {
    fn value(&self) -> Option<Value> {
        if self.radix == 10 && self.digits.contains(['.', 'e', 'E']) {
            return self.real();
        }
        match self.integer() {
            Some(whole) => self.whole(whole),
            None if self.suffix == Suffix::Big => {
                big_integer(&self.signed_digits(), self.radix, self.multiplier)
            }
            None => self.real(),
        }
    }

    fn signed_digits(&self) -> String {
        format!("{}{}", if self.negative { "-" } else { "" }, self.digits)
    }

    /// The exact value with sign and multiplier. Hexadecimal and binary literals of full width are two's complement.
    fn integer(&self) -> Option<i128> {
        let magnitude = i128::from_str_radix(self.digits, self.radix).ok()?;
        let bits = if self.radix == 16 {
            self.digits.len() * 4
        } else {
            self.digits.len()
        };
        let unsigned = matches!(
            self.suffix,
            Suffix::Unsigned | Suffix::UnsignedLong | Suffix::UnsignedShort | Suffix::Byte
        );
        let plain = match (self.radix, bits) {
            (10, _) => magnitude,
            _ if unsigned => magnitude,
            (_, 8) if self.suffix == Suffix::SByte => i128::from(magnitude as u8 as i8),
            (_, 16) if self.suffix == Suffix::Short => i128::from(magnitude as u16 as i16),
            (_, 32) if self.suffix != Suffix::Long => i128::from(magnitude as u32 as i32),
            (_, 64) => i128::from(magnitude as u64 as i64),
            _ => magnitude,
        };
        let signed = if self.negative { -plain } else { plain };
        signed.checked_mul(i128::from(self.multiplier))
    }

    fn whole(&self, whole: i128) -> Option<Value> {
        match self.suffix {
            Suffix::None => Some(smallest(whole)),
            Suffix::Long => i64::try_from(whole).ok().map(Value::Long),
            Suffix::Unsigned => u32::try_from(whole)
                .map(Value::UInt)
                .ok()
                .or_else(|| u64::try_from(whole).ok().map(Value::ULong)),
            Suffix::UnsignedLong => u64::try_from(whole).ok().map(Value::ULong),
            Suffix::Short => i16::try_from(whole).ok().map(Value::Short),
            Suffix::UnsignedShort => u16::try_from(whole).ok().map(Value::UShort),
            Suffix::SByte => i8::try_from(whole).ok().map(Value::SByte),
            Suffix::Byte => u8::try_from(whole).ok().map(Value::Byte),
            Suffix::Decimal => Decimal::from_i128(whole).map(|value| Value::Decimal(Arc::new(value))),
            Suffix::Big => big_integer(&self.signed_digits(), self.radix, self.multiplier),
        }
    }

    fn real(&self) -> Option<Value> {
        let text = self.signed_digits();
        if self.suffix == Suffix::Decimal {
            let plain = Decimal::from_str_exact(&text)
                .ok()
                .or_else(|| Decimal::from_scientific(&text).ok())?;
            return plain
                .checked_mul(Decimal::from(self.multiplier))
                .map(|value| Value::Decimal(Arc::new(value)));
        }
        let value = text.parse::<f64>().ok()? * self.multiplier as f64;
        match self.suffix {
            Suffix::None => Some(Value::Double(value)),
            Suffix::Big => None,
            _ => {
                let whole = value.round_ties_even().to_i128()?;
                self.whole(whole)
            }
        }
    }
}

/// The first of Int32, Int64, Decimal and Double that holds a whole number.
fn smallest(whole: i128) -> Value {
    if let Ok(value) = i32::try_from(whole) {
        Value::Int(value)
    } else if let Ok(value) = i64::try_from(whole) {
        Value::Long(value)
    } else if let Some(value) = Decimal::from_i128(whole) {
        Value::Decimal(Arc::new(value))
    } else {
        Value::Double(whole as f64)
    }
}

/// System.Numerics.BigInteger of a literal.
fn big_integer(digits: &str, radix: u32, multiplier: u64) -> Option<Value> {
    let whole = num_bigint::BigInt::parse_bytes(digits.as_bytes(), radix)?;
    Some(Value::big(whole * multiplier))
}
