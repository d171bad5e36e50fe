//! .NET format strings: `-f`, `.ToString(format)`, String.Format.

use std::fmt::Write;

use crate::convert;
use crate::datetime;
use crate::error::{Category, ErrorRecord, Result};
use crate::members::fault;
use crate::types::{EnumDef, Type};
use crate::value::Value;

pub mod digits;
mod numeric;
#[cfg(test)]
mod tests;

/// A value by a format: `N2`, `yyyy-MM-dd`, `0.00` … in the culture en-US. Values without formats give their text.
/// Fails with FormatException when the format does not suit the value's type.
pub fn format_value(value: &Value, format: &str) -> Result<String> {
    let wrong = || fault::raised("System.FormatException", wrong_format(value));
    match value.base() {
        Value::Str(_) | Value::Bool(_) | Value::Switch(_) | Value::Char(_) | Value::Null | Value::Nothing => {
            Ok(convert::to_text_current(value))
        }
        Value::DateTime(moment) => datetime::format::format(**moment, format, 0).ok_or_else(wrong),
        Value::TimeSpan(ticks) => datetime::span::format(*ticks, format).ok_or_else(wrong),
        Value::Enum(member) => enumeration(&member.of, member.bits, format).ok_or_else(wrong),
        Value::Instance(instance) => match instance.format(format) {
            Some(text) => text.ok_or_else(wrong),
            None => Ok(instance.to_text()),
        },
        number => match numeric::format(number, format) {
            Some(text) => text.ok_or_else(wrong),
            None => Ok(convert::to_text_current(value)),
        },
    }
}

fn wrong_format(value: &Value) -> &'static str {
    match value.base() {
        Value::DateTime(_) | Value::TimeSpan(_) => "Input string was not in a correct format.",
        Value::Enum(_) => {
            "Format string can be only \"G\", \"g\", \"X\", \"x\", \"F\", \"f\", \"D\" or \"d\"."
        }
        Value::Instance(_) => {
            "Format string can be only \"D\", \"d\", \"N\", \"n\", \"P\", \"p\", \"B\", \"b\", \"X\" or \"x\"."
        }
        _ => "Format specifier was invalid.",
    }
}

fn enumeration(of: &Type, bits: i64, format: &str) -> Option<String> {
    let Type::Enum(definition) = of else { return None };
    let definition: &EnumDef = definition;
    Some(match format {
        "" | "G" | "g" | "F" | "f" => definition.text(bits),
        "D" | "d" => bits.to_string(),
        "X" => format!("{:08X}", bits as i32),
        "x" => format!("{:08x}", bits as i32),
        _ => return None,
    })
}

/// A composite format: `{0,10:N2}` with its arguments. Fails with FormatException.
pub fn format(pattern: &str, arguments: &[Value]) -> Result<String> {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(at) = memchr::memchr2(b'{', b'}', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        let brace = &rest[at..at + 1];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            text.push_str(brace);
            rest = after;
        } else if brace == "}" {
            return Err(malformed(
                pattern,
                rest,
                "Unexpected closing brace without a corresponding opening brace.",
            ));
        } else {
            rest = item(pattern, rest, arguments, &mut text)?;
        }
    }
    text.push_str(rest);
    Ok(text)
}

fn malformed(pattern: &str, rest: &str, what: &str) -> crate::error::Interrupt {
    let offset = pattern.len() - rest.len();
    let message =
        format!("Input string was not in a correct format. Failure to parse near offset {offset}. {what}");
    fault::raised("System.FormatException", message)
}

/// One `{…}`: appends its text and gives what follows it.
fn item<'p>(pattern: &str, rest: &'p str, arguments: &[Value], text: &mut String) -> Result<&'p str> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 6 {
        return Err(malformed(pattern, rest, "Expected an ASCII digit."));
    }
    let index: usize = rest[..digits].parse().unwrap_or(usize::MAX);
    let mut rest = rest[digits..].trim_start_matches(' ');
    let mut width = 0i64;
    if let Some(after) = rest.strip_prefix(',') {
        let after = after.trim_start_matches(' ');
        let length = after
            .bytes()
            .take_while(|byte| byte.is_ascii_digit() || *byte == b'-')
            .count();
        width = after[..length]
            .parse()
            .map_err(|_| malformed(pattern, after, "Expected an ASCII digit."))?;
        rest = after[length..].trim_start_matches(' ');
    }
    let mut format = "";
    if let Some(after) = rest.strip_prefix(':') {
        let end = after
            .find('}')
            .ok_or_else(|| malformed(pattern, "", "Format item ends prematurely."))?;
        format = &after[..end];
        rest = &after[end..];
    }
    let Some(rest) = rest.strip_prefix('}') else {
        return Err(malformed(pattern, rest, "Format item ends prematurely."));
    };
    let Some(argument) = arguments.get(index) else {
        let message = "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.";
        return Err(fault::raised("System.FormatException", message));
    };
    let part = match argument {
        Value::Str(part) if width == 0 => {
            text.push_str(part);
            return Ok(rest);
        }
        Value::Int(number) if width == 0 && format.is_empty() => {
            // Writing to a text does not fail.
            let _ = write!(text, "{number}");
            return Ok(rest);
        }
        other if format.is_empty() => convert::to_text_current(other),
        other => format_value(other, format)?,
    };
    pad(text, &part, width.clamp(-1_000_000, 1_000_000));
    Ok(rest)
}

/// Appends a text in a field: right-aligned for a positive width, left-aligned for a negative one.
fn pad(text: &mut String, part: &str, width: i64) {
    let blanks = (width.unsigned_abs() as usize).saturating_sub(part.encode_utf16().count());
    if width > 0 {
        text.extend(std::iter::repeat_n(' ', blanks));
    }
    text.push_str(part);
    if width < 0 {
        text.extend(std::iter::repeat_n(' ', blanks));
    }
}

/// `-f`: [`format`] with the operator's error.
pub fn operator(pattern: &str, arguments: &[Value]) -> Result<String> {
    format(pattern, arguments).map_err(|interrupt| match interrupt {
        crate::error::Interrupt::Error(inner) => {
            let message = format!("Error formatting a string: {}", inner.message);
            let mut record = ErrorRecord::new("FormatError", Category::InvalidOperation, message)
                .about(Value::from(pattern));
            record.inner = Some(std::sync::Arc::from(*inner));
            record.into()
        }
        other => other,
    })
}
