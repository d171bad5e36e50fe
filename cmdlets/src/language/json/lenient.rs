//! JSON as people write it: comments, commas at the end, whole numbers of any size.

use std::borrow::Cow;

/// What stands before the digits of a whole number that is too large for 64 bits, kept as a text.
pub const LARGE: char = '\0';

/// The document with whole numbers that are too large for 64 bits as texts, which the reader makes numbers of.
pub fn with_large_numbers(content: &str) -> Cow<'_, str> {
    let bytes = content.as_bytes();
    let (mut at, mut copied, mut made) = (0, 0, String::new());
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'-' | b'0'..=b'9' => {
                let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let length = bytes[at..].iter().take_while(|byte| is_part(byte)).count();
                let number = &content[at..at + length];
                let whole = number.strip_prefix('-').unwrap_or(number);
                if whole.len() > 19 && whole.bytes().all(|byte| byte.is_ascii_digit()) {
                    made.push_str(&content[copied..at]);
                    made.push_str("\"\\u0000");
                    made.push_str(number);
                    made.push('"');
                    copied = at + length;
                }
                at += length;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(content);
    }
    made.push_str(&content[copied.min(content.len())..]);
    Cow::Owned(made)
}

/// The document without comments and commas at the end, with double quotes around names and texts.
pub fn relaxed(content: &str) -> String {
    let mut plain = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(character) = rest.chars().next() {
        rest = match character {
            '"' | '\'' => quoted(rest, character, &mut plain),
            '/' if rest.starts_with("//") => rest.split_once('\n').map_or("", |(_, after)| after),
            '/' if rest.starts_with("/*") => rest.split_once("*/").map_or("", |(_, after)| after),
            ']' | '}' => {
                let kept = plain.trim_end().len();
                if plain[..kept].ends_with(',') {
                    plain.truncate(kept - 1);
                }
                plain.push(character);
                &rest[1..]
            }
            _ if starts_name(character) => named(rest, &mut plain),
            _ => {
                plain.push(character);
                &rest[character.len_utf8()..]
            }
        };
    }
    plain
}

fn starts_name(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '_' | '$')
}

/// Copies a text in either quotes; gives what follows it.
fn quoted<'t>(content: &'t str, quote: char, plain: &mut String) -> &'t str {
    plain.push('"');
    let mut characters = content.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => {
                plain.push('"');
                return &content[at + 1..];
            }
            '\\' => match characters.next() {
                Some((_, '\'')) => plain.push('\''),
                Some((_, escaped)) => plain.extend(['\\', escaped]),
                None => plain.push('\\'),
            },
            '"' => plain.push_str("\\\""),
            other => plain.push(other),
        }
    }
    ""
}

/// Copies a bare word: a name before a colon gets its quotes, a value stays what it is.
fn named<'t>(content: &'t str, plain: &mut String) -> &'t str {
    let is_part = |character: char| starts_name(character) || character.is_numeric();
    let end = content
        .find(|character| !is_part(character))
        .unwrap_or(content.len());
    let (word, rest) = content.split_at(end);
    match word {
        _ if rest.trim_start().starts_with(':') => plain.extend(["\"", word, "\""]),
        "undefined" => plain.push_str("null"),
        word => plain.push_str(word),
    }
    rest
}
