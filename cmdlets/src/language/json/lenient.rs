//! JSON with whole numbers of any size.

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
