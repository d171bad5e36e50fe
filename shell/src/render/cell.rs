//! The text of a value in a cell or a line, and how it is cut, padded and wrapped to columns of the terminal.

use plenum_lang::cmdlet::Context;
use plenum_lang::inspect;
use plenum_lang::value::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `$FormatEnumerationLimit` when it is not set.
pub const DEFAULT_ENUMERATION_LIMIT: usize = 4;

/// What stands for text that was cut off.
pub const ELLIPSIS: char = '…';

/// `$FormatEnumerationLimit`; -1 is no limit.
pub fn enumeration_limit(context: &dyn Context) -> usize {
    match context.variable("FormatEnumerationLimit") {
        Some(Value::Int(limit)) => usize::try_from(limit).unwrap_or(usize::MAX),
        _ => DEFAULT_ENUMERATION_LIMIT,
    }
}

/// A value's text: collections in braces, `$null` empty.
pub fn text(value: &Value, limit: usize) -> String {
    match value.base() {
        Value::Null | Value::Nothing => String::new(),
        Value::Hashtable(table) => {
            let pairs = table.pairs();
            let texts = pairs.iter().map(|(key, value)| {
                format!(
                    "[{}, {}]",
                    inspect::display_text(key),
                    inspect::display_text(value)
                )
            });
            braces(texts, pairs.len(), limit)
        }
        other => match inspect::elements(other) {
            Some(items) => braces(items.iter().map(element), items.len(), limit),
            None => inspect::display_text(other),
        },
    }
}

/// A value's text in a table: fractions have three decimals there.
pub fn table_text(value: &Value, limit: usize) -> String {
    match value.base() {
        Value::Double(number) if number.is_finite() => inspect::formatted(value, "F3"),
        Value::Single(number) if number.is_finite() => inspect::formatted(value, "F3"),
        Value::Decimal(_) => inspect::formatted(value, "F3"),
        other => text(other, limit),
    }
}

fn element(value: &Value) -> String {
    match value.base() {
        Value::Null | Value::Nothing => "$null".to_owned(),
        Value::Array(_) | Value::List(_) => inspect::text(value),
        other => inspect::display_text(other),
    }
}

fn braces(items: impl Iterator<Item = String>, count: usize, limit: usize) -> String {
    let mut text = String::from("{");
    for (index, item) in items.take(limit).enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&item);
    }
    if count > limit {
        text.push(ELLIPSIS);
    }
    text.push('}');
    text
}

/// The columns that a text takes; escape sequences take none.
pub fn width(text: &str) -> usize {
    if text.contains('\u{1b}') {
        strip_escapes(text).width()
    } else {
        text.width()
    }
}

/// A text without its ANSI escape sequences.
pub fn strip_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('[') => {
                let _ = characters.by_ref().find(char::is_ascii_alphabetic);
            }
            // A link ends with a bell, or with an escape and a backslash.
            Some(']') => {
                if characters.by_ref().find(|c| matches!(c, '\u{7}' | '\u{1b}')) == Some('\u{1b}') {
                    characters.next();
                }
            }
            _ => {}
        }
    }
    plain
}

/// The first line of a text, marked when there were more.
pub fn first_line(text: &str) -> String {
    match text.find(['\r', '\n']) {
        Some(end) => format!("{}{ELLIPSIS}", &text[..end]),
        None => text.to_owned(),
    }
}

/// Cuts a text to columns; right-aligned text keeps its end.
pub fn cut(text: &str, columns: usize, keep_end: bool) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let room = columns.saturating_sub(1);
    if keep_end {
        let mut taken = 0;
        let kept: Vec<char> = text
            .chars()
            .rev()
            .take_while(|character| {
                taken += character.width().unwrap_or(0);
                taken <= room
            })
            .collect();
        return std::iter::once(ELLIPSIS).chain(kept.into_iter().rev()).collect();
    }
    let mut kept = take_columns(text, room).to_owned();
    kept.push(ELLIPSIS);
    if kept.contains('\u{1b}') {
        kept.push_str("\u{1b}[0m");
    }
    kept
}

/// The longest beginning of a text that fits into columns.
fn take_columns(text: &str, columns: usize) -> &str {
    let mut taken = 0;
    let mut in_escape = false;
    for (at, character) in text.char_indices() {
        if in_escape || character == '\u{1b}' {
            in_escape = !character.is_ascii_alphabetic();
            continue;
        }
        taken += character.width().unwrap_or(0);
        if taken > columns {
            return &text[..at];
        }
    }
    text
}

/// Breaks a text into lines of at most so many columns, at blanks where it can.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        wrap_line(line.strip_suffix('\r').unwrap_or(line), columns, &mut lines);
    }
    lines
}

fn wrap_line(line: &str, columns: usize, lines: &mut Vec<String>) {
    if width(line) <= columns {
        lines.push(line.to_owned());
        return;
    }
    let mut current = String::new();
    let mut used = 0;
    for word in line.split_inclusive([' ', '\t']) {
        let bare = word.trim_end_matches([' ', '\t']);
        if used + width(bare) > columns && used > 0 {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        let mut rest = bare;
        while width(rest) > columns {
            let head = take_columns(rest, columns);
            // A character wider than the column still takes a line: the loop must end.
            let head = if head.is_empty() {
                &rest[..rest.chars().next().map_or(0, char::len_utf8)]
            } else {
                head
            };
            lines.push(head.to_owned());
            rest = &rest[head.len()..];
        }
        current.push_str(rest);
        used += width(rest);
        if word.len() > bare.len() && used < columns {
            current.push_str(&word[bare.len()..]);
            used += word.len() - bare.len();
        }
    }
    if used > 0 {
        lines.push(current);
    }
}

/// Pads a text with blanks to columns.
pub fn pad(text: &str, columns: usize, right: bool, out: &mut String) {
    let missing = columns.saturating_sub(width(text));
    if right {
        out.extend(std::iter::repeat_n(' ', missing));
    }
    out.push_str(text);
    if !right {
        out.extend(std::iter::repeat_n(' ', missing));
    }
}

/// Whether a value stands at the right of its column: numbers, Booleans, characters and enums.
pub fn stands_right(value: &Value) -> bool {
    match value.base() {
        Value::Bool(_)
        | Value::Char(_)
        | Value::SByte(_)
        | Value::Byte(_)
        | Value::Short(_)
        | Value::UShort(_)
        | Value::Int(_)
        | Value::UInt(_)
        | Value::Long(_)
        | Value::ULong(_)
        | Value::Single(_)
        | Value::Double(_)
        | Value::Decimal(_) => true,
        other => inspect::is_enum(other),
    }
}
