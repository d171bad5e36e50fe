//! From .NET's pattern syntax to that of fancy-regex.

use super::options;

/// Rewrites a pattern. `before_last_break`: `$` also stands before a line break at the text's end.
pub(super) fn translate(source: &str, bits: i64, before_last_break: bool) -> String {
    let mut output = String::with_capacity(source.len() + 8);
    let flags: String = [
        (options::IGNORE_CASE, 'i'),
        (options::MULTILINE, 'm'),
        (options::SINGLELINE, 's'),
        (options::IGNORE_PATTERN_WHITESPACE, 'x'),
    ]
    .iter()
    .filter(|(bit, _)| bits & bit != 0)
    .map(|(_, flag)| *flag)
    .collect();
    if !flags.is_empty() {
        output.push_str(&format!("(?{flags})"));
    }
    let letters: Vec<char> = source.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        at = match letters[at] {
            '\\' => escape(&letters, at, &mut output, false),
            '[' => class(&letters, at, &mut output),
            '$' if before_last_break => {
                output.push_str(r"(?=\n?\z)");
                at + 1
            }
            '(' => group(&letters, at, &mut output, bits & options::EXPLICIT_CAPTURE != 0),
            '{' if !quantifier(&letters[at..]) => {
                output.push_str(r"\{");
                at + 1
            }
            other => {
                output.push(other);
                at + 1
            }
        };
    }
    output
}

/// Whether a brace begins `{n}`, `{n,}` or `{n,m}`.
fn quantifier(letters: &[char]) -> bool {
    let Some(end) = letters.iter().position(|letter| *letter == '}') else {
        return false;
    };
    let inner: String = letters[1..end].iter().collect();
    let (least, most) = inner.split_once(',').unwrap_or((&inner, ""));
    !least.is_empty()
        && least.bytes().all(|byte| byte.is_ascii_digit())
        && most.bytes().all(|byte| byte.is_ascii_digit())
}

/// An escape; gives the place after it.
fn escape(letters: &[char], at: usize, output: &mut String, in_class: bool) -> usize {
    let Some(letter) = letters.get(at + 1) else {
        output.push('\\');
        return at + 1;
    };
    match letter {
        'e' => output.push_str(r"\x1B"),
        'Z' if !in_class => output.push_str(r"(?=\n?\z)"),
        'c' => {
            let control = letters
                .get(at + 2)
                .map_or(0, |letter| letter.to_ascii_uppercase() as u32 & 0x1F);
            output.push_str(&format!(r"\x{control:02X}"));
            return at + 3;
        }
        'b' if in_class => output.push_str(r"\x08"),
        'k' if letters.get(at + 2) == Some(&'\'') => {
            output.push_str(r"\k<");
            let end = letters[at + 3..]
                .iter()
                .position(|letter| *letter == '\'')
                .unwrap_or(0);
            output.extend(&letters[at + 3..at + 3 + end]);
            output.push('>');
            return at + 4 + end;
        }
        letter if letter.is_ascii_alphanumeric() => {
            output.push('\\');
            output.push(*letter);
        }
        letter if letter.is_ascii_punctuation() && !matches!(letter, '<' | '>') => {
            output.push('\\');
            output.push(*letter);
        }
        ' ' => output.push_str(r"\x20"),
        '#' => output.push_str(r"\#"),
        other => output.push(*other),
    }
    at + 2
}

/// A character class; gives the place after it.
fn class(letters: &[char], start: usize, output: &mut String) -> usize {
    output.push('[');
    let mut at = start + 1;
    if letters.get(at) == Some(&'^') {
        output.push('^');
        at += 1;
    }
    let first = at;
    while let Some(letter) = letters.get(at) {
        match letter {
            ']' if at > first => {
                output.push(']');
                return at + 1;
            }
            ']' => {
                output.push_str(r"\]");
                at += 1;
            }
            '\\' => at = escape(letters, at, output, true),
            '-' if letters.get(at + 1) == Some(&'[') => {
                output.push_str("--");
                at = class(letters, at + 1, output);
            }
            '[' => {
                output.push_str(r"\[");
                at += 1;
            }
            '&' | '~' => {
                output.push('\\');
                output.push(*letter);
                at += 1;
            }
            '-' if letters.get(at + 1) == Some(&'-') => {
                output.push_str(r"\-");
                at += 1;
            }
            other => {
                output.push(*other);
                at += 1;
            }
        }
    }
    at
}

/// The beginning of a group; gives the place after it.
fn group(letters: &[char], at: usize, output: &mut String, explicit: bool) -> usize {
    if letters.get(at + 1) != Some(&'?') {
        output.push_str(if explicit { "(?:" } else { "(" });
        return at + 1;
    }
    if letters.get(at + 2) == Some(&'\'') {
        output.push_str("(?<");
        let name = letters[at + 3..].iter().take_while(|letter| **letter != '\'');
        let length = name.clone().count();
        output.extend(name);
        output.push('>');
        return at + 4 + length;
    }
    if letters.get(at + 2) == Some(&'#') {
        let length = letters[at..]
            .iter()
            .position(|letter| *letter == ')')
            .unwrap_or(letters.len() - at - 1);
        return at + length + 1;
    }
    // Inline options: `n` is not known to the engine.
    let end = letters[at + 2..]
        .iter()
        .position(|letter| !letter.is_ascii_alphabetic() && *letter != '-');
    if let Some(length) = end
        && length > 0
        && matches!(letters[at + 2 + length], ')' | ':')
    {
        let flags: String = letters[at + 2..at + 2 + length]
            .iter()
            .filter(|letter| **letter != 'n')
            .collect();
        let flags = flags.trim_end_matches('-');
        let close = letters[at + 2 + length];
        if flags.is_empty() && close == ')' {
            return at + 3 + length;
        }
        output.push_str(&format!("(?{flags}{close}"));
        return at + 3 + length;
    }
    output.push_str("(?");
    at + 2
}
