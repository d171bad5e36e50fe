//! `-split`.

use super::runtime_error;
use crate::convert;
use crate::error::{Category, Result};
use crate::members::{World, enumerate};
use crate::regex::{self, Pattern};
use crate::types::{Type, resolve};
use crate::value::Value;

/// Unary `-split`: at blanks.
pub fn split_blanks(operand: &Value) -> Result<Value> {
    let texts = texts(operand, " ");
    let mut words = Vec::new();
    for text in &texts {
        let before = words.len();
        words.extend(text.split_whitespace().map(Value::from));
        if words.len() == before {
            words.push(Value::from(""));
        }
    }
    Ok(Value::array_of(Type::STRING, words))
}

fn texts(operand: &Value, separator: &str) -> Vec<String> {
    match enumerate(operand.base()) {
        Some(items) => items
            .iter()
            .map(|item| convert::to_text_with(item, separator).to_string())
            .collect(),
        None => vec![convert::to_text_with(operand, separator).to_string()],
    }
}

/// Binary `-split`; the right operand is the pattern or predicate, limit and options.
pub fn split(left: &Value, right: &Value, case_sensitive: bool, world: &mut dyn World) -> Result<Value> {
    let parts = match right.base() {
        Value::Array(array) => array.items.read().clone(),
        other => vec![other.clone()],
    };
    let Some(separator) = parts.first() else {
        let message = "The right operand of the -split operator has no elements.";
        return Err(runtime_error(
            "BadOperatorArgument",
            Category::InvalidOperation,
            message,
        ));
    };
    let limit = match parts.get(1) {
        Some(limit) => match convert::to_int(limit) {
            Ok(limit) => limit,
            Err(_) => {
                return Err(runtime_error(
                    "RuntimeException",
                    Category::NotSpecified,
                    "The limit of -split must be a number.",
                ));
            }
        },
        None => 0,
    };
    let options = parts
        .get(2)
        .map_or(Ok(0), |options| split_options(options, world))?;
    if let (Value::Str(text), Value::Str(plain), 0, 0) = (left, separator, limit, options)
        && is_plain(plain)
    {
        let pieces = text.split(plain.as_str()).map(Value::str).collect();
        return Ok(Value::array_of(Type::STRING, pieces));
    }
    let texts = texts(left, &world.output_separator());
    let mut pieces = Vec::new();
    if let Value::Block(_) = separator.base() {
        for text in &texts {
            by_block(text, separator, limit, world, &mut pieces)?;
        }
    } else {
        let pattern = pattern_of(separator, case_sensitive, options, world)?;
        for text in &texts {
            by_pattern(text, &pattern, limit, &mut pieces)?;
        }
    }
    Ok(Value::array_of(
        Type::STRING,
        pieces.into_iter().map(Value::from).collect(),
    ))
}

/// Whether a pattern means only itself, in capitals too.
fn is_plain(pattern: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_digit() || b",;:_-=/@!%&~<>'\" ".contains(&byte);
    !pattern.is_empty() && pattern.bytes().all(plain)
}

const SIMPLE: i64 = 1;
const REGEX: i64 = 2;

fn split_options(value: &Value, world: &mut dyn World) -> Result<i64> {
    let Some(of) = resolve("System.Management.Automation.SplitOptions") else {
        return Ok(0);
    };
    let bits = match value.base() {
        Value::Int(bits) => i64::from(*bits),
        other => match convert::to(other, &of, world)? {
            Value::Enum(member) => member.bits,
            _ => 0,
        },
    };
    if bits & SIMPLE != 0 && bits & !(SIMPLE | 64) != 0 {
        let message = "The SimpleMatch option cannot be used with other options of -split.";
        return Err(runtime_error(
            "InvalidSplitOptionCombination",
            Category::InvalidOperation,
            message,
        ));
    }
    Ok(bits & !REGEX)
}

fn pattern_of(
    separator: &Value,
    case_sensitive: bool,
    options: i64,
    world: &mut dyn World,
) -> Result<std::sync::Arc<Pattern>> {
    let text = convert::to_text_with(separator, &world.output_separator());
    let ignore_case = !case_sensitive || options & 64 != 0;
    let mut bits = i64::from(ignore_case);
    if options & SIMPLE != 0 {
        return regex::compile(&regex::escape(&text), bits);
    }
    for (split, regex) in [(8, 32), (16, 2), (32, 16), (128, 4)] {
        if options & split != 0 {
            bits |= regex;
        }
    }
    regex::compile(&text, bits)
}

/// Splits at matches; captures are pieces too. A limit below zero counts from the end.
fn by_pattern(text: &str, pattern: &Pattern, limit: i32, pieces: &mut Vec<String>) -> Result<()> {
    let mut found = pattern.all(text)?;
    let most = limit.unsigned_abs() as usize;
    if limit != 0 && found.len() >= most {
        if limit > 0 {
            found.truncate(most - 1);
        } else {
            found.drain(..found.len() - (most - 1));
        }
    }
    let mut at = 0;
    for matched in &found {
        let (start, end) = matched.span();
        pieces.push(text[at..start].to_owned());
        pieces.extend(
            matched
                .groups()
                .skip(1)
                .flatten()
                .map(|(start, end)| text[start..end].to_owned()),
        );
        at = end;
    }
    pieces.push(text[at..].to_owned());
    Ok(())
}

/// Splits at characters for which the predicate is true.
fn by_block(
    text: &str,
    block: &Value,
    limit: i32,
    world: &mut dyn World,
    pieces: &mut Vec<String>,
) -> Result<()> {
    let mut at = 0;
    let mut own: Vec<String> = Vec::new();
    for (place, character) in text.char_indices() {
        if limit > 0 && own.len() + 1 >= limit as usize {
            break;
        }
        let underscore = Value::from(character.to_string());
        let output = world.call_block(
            block,
            None,
            Some(underscore),
            &[Value::from(text), Value::count(place)],
        )?;
        if convert::to_bool(&Value::array(output)) {
            own.push(text[at..place].to_owned());
            at = place + character.len_utf8();
        }
    }
    own.push(text[at..].to_owned());
    pieces.extend(own);
    Ok(())
}
