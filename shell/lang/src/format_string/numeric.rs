//! Standard and custom numeric formats in en-US.

use super::digits::{Digits, big_twos_complement, twos_complement};
use crate::number;
use crate::value::Value;

/// A number by a format. The outer `None`: not a number; the inner: the format does not suit it.
pub(super) fn format(value: &Value, format: &str) -> Option<Option<String>> {
    let real = matches!(value, Value::Double(_) | Value::Single(_));
    if !real && Digits::of(value, 0).is_none() {
        return None;
    }
    if real && number::double(value).is_some_and(|number| !number.is_finite()) {
        return Some(Some(crate::convert::to_text_current(value)));
    }
    Some(match standard(format) {
        Some((letter, precision)) => standard_text(value, letter, precision),
        None => Some(custom(value, format)),
    })
}

/// A letter and at most nine digits; the empty format is `G`.
fn standard(format: &str) -> Option<(char, Option<usize>)> {
    let mut letters = format.chars();
    let Some(letter) = letters.next() else {
        return Some(('G', None));
    };
    let digits = letters.as_str();
    if !letter.is_ascii_alphabetic() || digits.len() > 9 || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    Some((
        letter,
        if digits.is_empty() {
            None
        } else {
            digits.parse().ok()
        },
    ))
}

fn standard_text(value: &Value, letter: char, precision: Option<usize>) -> Option<String> {
    // More digits than this are no number that a person reads, only memory.
    if precision.is_some_and(|precision| precision > 100_000) {
        return None;
    }
    let whole = !matches!(value, Value::Double(_) | Value::Single(_) | Value::Decimal(_));
    Some(match letter.to_ascii_uppercase() {
        'C' => currency(value, precision.unwrap_or(2))?,
        'D' if whole => {
            let digits = Digits::of(value, 0)?;
            let sign = if digits.negative { "-" } else { "" };
            format!("{sign}{}", digits.whole(precision.unwrap_or(1).max(1)))
        }
        'E' => scientific(value, letter, precision.unwrap_or(6))?,
        'F' => fixed(value, precision.unwrap_or(default_places(value)), false)?,
        'N' => fixed(value, precision.unwrap_or(default_places(value)), true)?,
        'G' => general(value, letter, precision)?,
        'P' => percent(value, precision.unwrap_or(3))?,
        'R' if matches!(value, Value::Double(_) | Value::Single(_) | Value::Big(_)) => {
            general(value, 'G', None)?
        }
        'R' => general(value, 'G', None)?,
        'X' | 'B' if whole => hexadecimal(value, letter, precision.unwrap_or(1)),
        _ => return None,
    })
}

/// en-US of ICU has three decimals for plain numbers.
fn default_places(_value: &Value) -> usize {
    3
}

fn fixed(value: &Value, places: usize, grouped: bool) -> Option<String> {
    let digits = Digits::of(value, places)?.rounded(places as i32);
    Some(signed(&digits, &body(&digits, places, grouped)))
}

fn signed(digits: &Digits, body: &str) -> String {
    if digits.negative {
        format!("-{body}")
    } else {
        body.to_owned()
    }
}

fn body(digits: &Digits, places: usize, grouped: bool) -> String {
    let mut text = digits.whole(1);
    if grouped {
        text = group(&text);
    }
    if places > 0 {
        text.push('.');
        text.push_str(&digits.fraction(places));
    }
    text
}

fn group(whole: &str) -> String {
    let mut text = String::with_capacity(whole.len() * 4 / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn currency(value: &Value, places: usize) -> Option<String> {
    let digits = Digits::of(value, places)?.rounded(places as i32);
    let sign = if digits.negative { "-" } else { "" };
    Some(format!("{sign}${}", body(&digits, places, true)))
}

fn percent(value: &Value, places: usize) -> Option<String> {
    let mut digits = Digits::of(value, places + 2)?;
    digits.point += 2;
    let digits = digits.rounded(places as i32);
    Some(format!("{}%", signed(&digits, &body(&digits, places, true))))
}

fn scientific(value: &Value, letter: char, places: usize) -> Option<String> {
    let digits = Digits::significant(value, places + 1)?;
    let exponent = if digits.is_zero() { 0 } else { digits.point - 1 };
    let shifted = Digits {
        point: digits.point - exponent,
        ..digits
    };
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(format!(
        "{}{letter}{sign}{:03}",
        signed(&shifted, &body(&shifted, places, false)),
        exponent.abs()
    ))
}

fn general(value: &Value, letter: char, precision: Option<usize>) -> Option<String> {
    let precision = precision.filter(|precision| *precision > 0);
    let text = match (value, precision) {
        (Value::Double(number), None) => number::double_shortest(*number),
        (Value::Single(number), None) => number::single_shortest(*number),
        (Value::Double(number), Some(digits)) => number::general(*number, digits, digits as i32),
        (Value::Single(number), Some(digits)) => number::general(f64::from(*number), digits, digits as i32),
        (Value::Decimal(number), None) => number.to_string(),
        (Value::Big(number), _) => number.to_string(),
        (other, None) => Digits::of(other, 0).map(|digits| signed(&digits, &digits.whole(1)))?,
        (other, Some(count)) => rounded_general(other, count)?,
    };
    Some(if letter == 'g' {
        text.replace('E', "e")
    } else {
        text
    })
}

/// An exact number with so many significant digits.
fn rounded_general(value: &Value, count: usize) -> Option<String> {
    let digits = Digits::of(value, 0)?.rounded_to(count as i32);
    let exponent = digits.point - 1;
    if digits.is_zero() {
        return Some("0".to_owned());
    }
    if exponent >= count as i32 || exponent < -4 {
        let shifted = Digits { point: 1, ..digits };
        let sign = if exponent < 0 { '-' } else { '+' };
        let places = shifted.places();
        return Some(format!(
            "{}E{sign}{:02}",
            signed(&shifted, &body(&shifted, places, false)),
            exponent.abs()
        ));
    }
    let places = digits.places();
    Some(signed(&digits, &body(&digits, places, false)))
}

fn hexadecimal(value: &Value, letter: char, width: usize) -> String {
    let (binary, upper) = (letter.eq_ignore_ascii_case(&'b'), letter.is_ascii_uppercase());
    let bits = match value {
        Value::Byte(_) | Value::SByte(_) => 8,
        Value::Short(_) | Value::UShort(_) | Value::Char(_) => 16,
        Value::Int(_) | Value::UInt(_) => 32,
        _ => 64,
    };
    let text = match value {
        Value::Big(number) => big_twos_complement(number, binary, upper),
        other => twos_complement(number::integer(other).unwrap_or(0), bits, binary, upper),
    };
    format!("{text:0>width$}")
}

/// A custom format: sections for positive, negative, zero.
fn custom(value: &Value, format: &str) -> String {
    let digits = match value {
        Value::Double(_) => Digits::significant(value, 15),
        Value::Single(_) => Digits::significant(value, 7),
        other => Digits::of(other, 0),
    };
    let Some(digits) = digits else {
        return String::new();
    };
    let sections = sections(format);
    let choose = |digits: &Digits| match (&sections[..], digits.is_zero(), digits.negative) {
        ([_, _, zero, ..], true, _) => (*zero, true),
        ([_, negative, ..], false, true) if !negative.is_empty() => (*negative, true),
        ([positive, ..], _, _) => (*positive, false),
        ([], _, _) => ("", false),
    };
    let (section, own_sign) = choose(&digits);
    let layout = Layout::read(section);
    let scaled = layout.scale(&digits);
    // What rounds to zero is shown as zero.
    let (section, own_sign) = if scaled.is_zero() && !digits.is_zero() {
        choose(&Digits {
            digits: Vec::new(),
            ..digits.clone()
        })
    } else {
        (section, own_sign)
    };
    let layout = Layout::read(section);
    let scaled = layout.scale(&digits);
    let text = layout.write(&scaled);
    if digits.negative && !own_sign && (!scaled.is_zero() || layout.integers + layout.decimals == 0) {
        format!("-{text}")
    } else {
        text
    }
}

/// Splits at `;` outside quotes.
fn sections(format: &str) -> Vec<&str> {
    let (mut sections, mut start, mut quote, mut escaped) = (Vec::new(), 0, None, false);
    for (at, character) in format.char_indices() {
        match (quote, character) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, ';') => {
                sections.push(&format[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    sections.push(&format[start..]);
    sections
}

/// A piece of a custom format.
enum Piece {
    /// `0` or `#`.
    Digit,
    Point,
    Exponent {
        upper: bool,
        plus: bool,
        width: usize,
    },
    Literal(char),
}

/// What a section of a custom format says.
struct Layout {
    pieces: Vec<Piece>,
    /// Digit places before the point.
    integers: usize,
    /// Digit places after the point.
    decimals: usize,
    /// Least digits before the point: from the first `0`.
    least_whole: usize,
    /// Least digits after the point: to the last `0`.
    least_fraction: usize,
    grouped: bool,
    /// Power of ten that the number is multiplied by.
    shift: i32,
    scientific: bool,
}

impl Layout {
    fn read(section: &str) -> Layout {
        let letters: Vec<char> = section.chars().collect();
        let mut layout = Layout {
            pieces: Vec::new(),
            integers: 0,
            decimals: 0,
            least_whole: 0,
            least_fraction: 0,
            grouped: false,
            shift: 0,
            scientific: false,
        };
        let (mut at, mut point, mut first_zero, mut pending_commas) = (0, false, None, 0);
        while at < letters.len() {
            let letter = letters[at];
            at += 1;
            match letter {
                '0' | '#' => {
                    if pending_commas > 0 && !point && layout.integers > 0 {
                        layout.grouped = true;
                    }
                    pending_commas = 0;
                    layout.pieces.push(Piece::Digit);
                    if point {
                        layout.decimals += 1;
                        if letter == '0' {
                            layout.least_fraction = layout.decimals;
                        }
                    } else {
                        layout.integers += 1;
                        if letter == '0' && first_zero.is_none() {
                            first_zero = Some(layout.integers);
                        }
                    }
                }
                '.' if !point => {
                    layout.shift -= 3 * pending_commas;
                    pending_commas = 0;
                    point = true;
                    layout.pieces.push(Piece::Point);
                }
                '.' => {}
                ',' => {
                    if !point && layout.integers > 0 {
                        pending_commas += 1;
                    }
                }
                '%' => {
                    layout.shift += 2;
                    layout.pieces.push(Piece::Literal('%'));
                }
                '‰' => {
                    layout.shift += 3;
                    layout.pieces.push(Piece::Literal('‰'));
                }
                '\\' => {
                    if let Some(next) = letters.get(at) {
                        layout.pieces.push(Piece::Literal(*next));
                        at += 1;
                    }
                }
                '\'' | '"' => {
                    while at < letters.len() && letters[at] != letter {
                        layout.pieces.push(Piece::Literal(letters[at]));
                        at += 1;
                    }
                    at += 1;
                }
                'E' | 'e' => match exponent(&letters[at..]) {
                    Some((plus, width)) => {
                        layout.pieces.push(Piece::Exponent {
                            upper: letter == 'E',
                            plus,
                            width,
                        });
                        layout.scientific = true;
                        at += width
                            + usize::from(letters.get(at).is_some_and(|next| matches!(next, '+' | '-')));
                    }
                    None => layout.pieces.push(Piece::Literal(letter)),
                },
                other => layout.pieces.push(Piece::Literal(other)),
            }
        }
        layout.shift -= 3 * pending_commas;
        layout.least_whole = first_zero.map_or(0, |first| layout.integers - first + 1);
        layout
    }

    /// The number as it will be shown: scaled and rounded.
    fn scale(&self, digits: &Digits) -> Digits {
        let mut digits = digits.clone();
        if self.scientific {
            return digits.rounded_to((self.integers + self.decimals) as i32);
        }
        digits.point += self.shift;
        digits.rounded(self.decimals as i32)
    }

    fn write(&self, scaled: &Digits) -> String {
        let mut digits = scaled.clone();
        let mut exponent = 0;
        if self.scientific && !digits.is_zero() {
            exponent = digits.point - self.integers as i32;
            digits.point = self.integers as i32;
        }
        let whole = if digits.point > 0 || self.least_whole > 0 {
            digits.whole(self.least_whole)
        } else {
            String::new()
        };
        let fraction_places = digits.places().min(self.decimals).max(self.least_fraction);
        let fraction = digits.fraction(fraction_places);
        let mut writer = Writer {
            text: String::new(),
            whole: whole.chars().collect(),
            used: 0,
            grouped: self.grouped,
        };
        let (mut place, mut after, mut fraction_digits) = (0, false, fraction.chars());
        for piece in &self.pieces {
            match piece {
                Piece::Digit if !after => {
                    place += 1;
                    // Digits that have no place of their own stand before the first place.
                    let up_to = (writer.whole.len() + place).saturating_sub(self.integers);
                    writer.up_to(up_to);
                }
                Piece::Digit => writer.text.extend(fraction_digits.next()),
                Piece::Point => {
                    writer.rest();
                    after = true;
                    if !fraction.is_empty() {
                        writer.text.push('.');
                    }
                }
                Piece::Exponent { upper, plus, width } => {
                    writer.text.push(if *upper { 'E' } else { 'e' });
                    if exponent < 0 {
                        writer.text.push('-');
                    } else if *plus {
                        writer.text.push('+');
                    }
                    writer.text.push_str(&format!("{:0width$}", exponent.abs()));
                }
                Piece::Literal(letter) => writer.text.push(*letter),
            }
        }
        writer.text
    }
}

/// Writes the digits before the point with their group separators.
struct Writer {
    text: String,
    whole: Vec<char>,
    used: usize,
    grouped: bool,
}

impl Writer {
    fn up_to(&mut self, count: usize) {
        while self.used < count.min(self.whole.len()) {
            if self.grouped && self.used > 0 && (self.whole.len() - self.used).is_multiple_of(3) {
                self.text.push(',');
            }
            self.text.push(self.whole[self.used]);
            self.used += 1;
        }
    }

    fn rest(&mut self) {
        self.up_to(usize::MAX);
    }
}

/// `+00`, `-0`, `00` after an `E`: whether a plus is shown, and how many digits.
fn exponent(letters: &[char]) -> Option<(bool, usize)> {
    let sign = usize::from(letters.first().is_some_and(|letter| matches!(letter, '+' | '-')));
    let zeros = letters
        .get(sign..)?
        .iter()
        .take_while(|letter| **letter == '0')
        .count();
    (zeros > 0).then(|| (letters.first() == Some(&'+'), zeros))
}
