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

/// The document without comments and commas at the end.
pub fn without_comments(content: &str) -> String {
    let mut plain = String::with_capacity(content.len());
    let mut characters = content.chars().peekable();
    let mut in_text = false;
    while let Some(character) = characters.next() {
        match (in_text, character, characters.peek()) {
            (true, '\\', Some(_)) => {
                plain.push(character);
                plain.extend(characters.next());
                continue;
            }
            (_, '"', _) => in_text = !in_text,
            (false, '/', Some('/')) => {
                let _ = characters.by_ref().find(|c| *c == '\n');
                plain.push('\n');
                continue;
            }
            (false, '/', Some('*')) => {
                let mut last = ' ';
                for next in characters.by_ref().skip(1) {
                    if last == '*' && next == '/' {
                        break;
                    }
                    last = next;
                }
                continue;
            }
            (false, ']' | '}', _) => {
                let kept = plain.trim_end().len();
                if plain[..kept].ends_with(',') {
                    plain.truncate(kept - 1);
                }
            }
            _ => {}
        }
        plain.push(character);
    }
    plain
}
