//! Decimal digits of a number: what the numeric formats round and lay out.

use num_bigint::BigInt;

use crate::number;
use crate::value::Value;

/// Significant digits with the place of the decimal point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// Whether the number is below zero.
    pub negative: bool,
    /// Decimal digits without leading zeros; empty for zero.
    pub digits: Vec<u8>,
    /// How many of them stand before the decimal point; may be negative or beyond their end.
    pub point: i32,
}

impl Digits {
    /// Reads a plain decimal text: sign, digits, fraction.
    pub fn of_text(text: &str) -> Digits {
        let (negative, body) = text.strip_prefix('-').map_or((false, text), |body| (true, body));
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let all: Vec<u8> = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte.wrapping_sub(b'0'))
            .collect();
        let leading = all.iter().take_while(|digit| **digit == 0).count();
        let digits = all[leading..].to_vec();
        Digits {
            negative,
            point: whole.len() as i32 - leading as i32,
            digits,
        }
        .trimmed()
    }

    /// The digits of a number; `None` for what is not a number or not finite. A Double gives `precise` digits after
    /// the point and some more for rounding.
    pub fn of(value: &Value, precise: usize) -> Option<Digits> {
        Some(match value {
            Value::Double(number) if number.is_finite() => {
                Digits::of_text(&format!("{number:.*}", precise + 20))
            }
            Value::Single(number) if number.is_finite() => {
                Digits::of_text(&format!("{number:.*}", precise + 20))
            }
            Value::Decimal(number) => Digits::of_text(&number.to_string()),
            Value::Big(number) => Digits::of_text(&number.to_string()),
            other => Digits::of_text(&number::integer(other)?.to_string()),
        })
    }

    /// A number with so many significant digits, for exponents and custom formats.
    pub fn significant(value: &Value, count: usize) -> Option<Digits> {
        match value {
            Value::Double(number) if number.is_finite() => {
                Some(Digits::of_scientific(&format!("{number:.*e}", count.max(1) + 20)))
            }
            Value::Single(number) if number.is_finite() => Some(Digits::of_scientific(&format!(
                "{:.*e}",
                count.max(1) + 20,
                f64::from(*number)
            ))),
            other => Digits::of(other, 0),
        }
        .map(|digits| digits.rounded_to(count as i32))
    }

    fn of_scientific(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut digits = Digits::of_text(mantissa);
        digits.point += exponent.parse::<i32>().unwrap_or(0);
        digits
    }

    fn trimmed(mut self) -> Digits {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        self
    }

    /// Whether nothing is left but zeros.
    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Rounded to so many places after the point, halves away from zero.
    #[must_use]
    pub fn rounded(self, places: i32) -> Digits {
        let keep = self.point + places;
        self.rounded_to(keep)
    }

    /// Rounded to so many significant digits, halves away from zero.
    #[must_use]
    pub fn rounded_to(mut self, keep: i32) -> Digits {
        if keep < 0 {
            self.digits.clear();
            return self;
        }
        let keep = keep as usize;
        if keep >= self.digits.len() {
            return self;
        }
        let up = self.digits[keep] >= 5;
        self.digits.truncate(keep);
        if up {
            let nines = self.digits.iter().rev().take_while(|digit| **digit == 9).count();
            let rest = self.digits.len() - nines;
            self.digits.truncate(rest);
            match self.digits.last_mut() {
                Some(last) => *last += 1,
                None => {
                    self.digits.push(1);
                    self.point += 1;
                }
            }
        }
        self.trimmed()
    }

    /// The digit at a place: 0 is the first after the point, -1 the last before it.
    fn at(&self, place: i32) -> u8 {
        let index = self.point + place;
        usize::try_from(index)
            .ok()
            .and_then(|index| self.digits.get(index))
            .copied()
            .unwrap_or(0)
    }

    /// The digits before the point, at least `width`.
    pub fn whole(&self, width: usize) -> String {
        let count = if self.is_zero() {
            width as i32
        } else {
            self.point.max(0).max(width as i32)
        };
        (0..count)
            .map(|index| char::from(b'0' + self.at(index - count)))
            .collect()
    }

    /// So many digits after the point.
    pub fn fraction(&self, places: usize) -> String {
        (0..places as i32)
            .map(|place| char::from(b'0' + self.at(place)))
            .collect()
    }

    /// How many places after the point are used.
    pub fn places(&self) -> usize {
        (self.digits.len() as i32 - self.point).max(0) as usize
    }
}

/// A whole number in two's complement with so many bits, in a base that is a power of two.
pub fn twos_complement(number: i128, bits: u32, binary: bool, upper: bool) -> String {
    let masked = if bits >= 128 {
        number as u128
    } else {
        number as u128 & ((1u128 << bits) - 1)
    };
    match (binary, upper) {
        (true, _) => format!("{masked:b}"),
        (false, true) => format!("{masked:X}"),
        (false, false) => format!("{masked:x}"),
    }
}

/// A big integer in two's complement: enough digits that the sign shows.
pub fn big_twos_complement(number: &BigInt, binary: bool, upper: bool) -> String {
    let bytes = number.to_signed_bytes_be();
    let text: String = bytes
        .iter()
        .map(|byte| match (binary, upper) {
            (true, _) => format!("{byte:08b}"),
            (false, true) => format!("{byte:02X}"),
            (false, false) => format!("{byte:02x}"),
        })
        .collect();
    if binary {
        let sign = if bytes[0] >= 0x80 { '1' } else { '0' };
        let rest = text.trim_start_matches(sign);
        return format!("{sign}{rest}");
    }
    // A leading nibble that only repeats the sign is left out.
    let second_is_low = text.as_bytes().get(1).is_some_and(|digit| *digit < b'8');
    match text.strip_prefix('0') {
        Some(rest) if second_is_low => rest.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_away_from_zero_and_carries() {
        let round = |text: &str, places| {
            let digits = Digits::of_text(text).rounded(places);
            format!("{}.{}", digits.whole(1), digits.fraction(places.max(0) as usize))
        };
        assert_eq!(round("2.5", 0), "3.");
        assert_eq!(round("9.996", 2), "10.00");
        assert_eq!(round("0.004", 2), "0.00");
        assert_eq!(round("0.05", 1), "0.1");
    }
}
