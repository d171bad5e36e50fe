//! Regular expressions with .NET's syntax, options and replacement patterns.
//!
//! Patterns are rewritten for fancy-regex where the two differ ([`translate`]) and kept compiled. Groups are numbered as .NET does:
//! those without a name first.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::convert;
use crate::error::Result;
use crate::members::{World, fault};
use crate::value::Value;

mod objects;
mod translate;

pub use objects::{Found, MatchObject, RegexObject, STATIC, construct, match_object, matches_table};

/// RegexOptions.
pub mod options {
    #![allow(missing_docs)]
    pub const IGNORE_CASE: i64 = 1;
    pub const MULTILINE: i64 = 2;
    pub const EXPLICIT_CAPTURE: i64 = 4;
    pub const SINGLELINE: i64 = 16;
    pub const IGNORE_PATTERN_WHITESPACE: i64 = 32;
}

/// A compiled pattern.
pub struct Pattern {
    /// As it was written.
    pub source: Arc<str>,
    /// RegexOptions.
    pub options: i64,
    regex: fancy_regex::Regex,
    /// The variant in which `$` also stands before a line break at the end.
    before_last_break: Option<fancy_regex::Regex>,
    /// Group names in .NET's order: `0`, `1` …, then the named ones.
    pub names: Vec<Arc<str>>,
    /// The engine's number of each group.
    order: Vec<usize>,
}

/// Bytes of the longest pattern that is compiled: a compiled one takes hundreds of times its own size.
const LONGEST: usize = 1 << 18;
/// How many compiled patterns are kept.
const KEPT: usize = 256;
/// Those used last are found without a hash.
const RECENT: usize = 4;

#[derive(Default)]
struct Cache {
    recent: Vec<Arc<Pattern>>,
    all: HashMap<(Arc<str>, i64), Arc<Pattern>>,
}

static CACHE: Mutex<Option<Cache>> = Mutex::new(None);

/// Compiles a pattern; fails with RegexParseException.
pub fn compile(source: &str, options: i64) -> Result<Arc<Pattern>> {
    if let Some(pattern) = CACHE
        .lock()
        .as_mut()
        .and_then(|cache| cache.find(source, options))
    {
        return Ok(pattern);
    }
    let pattern = Arc::new(Pattern::new(source, options)?);
    CACHE.lock().get_or_insert_default().keep(&pattern);
    Ok(pattern)
}

impl Cache {
    fn find(&mut self, source: &str, options: i64) -> Option<Arc<Pattern>> {
        let is = |known: &&Arc<Pattern>| known.options == options && *known.source == *source;
        if let Some(pattern) = self.recent.iter().find(is) {
            return Some(Arc::clone(pattern));
        }
        let pattern = Arc::clone(self.all.get(&(Arc::from(source), options))?);
        self.used(&pattern);
        Some(pattern)
    }

    fn keep(&mut self, pattern: &Arc<Pattern>) {
        if self.all.len() >= KEPT {
            self.all.clear();
        }
        self.all.insert(
            (Arc::clone(&pattern.source), pattern.options),
            Arc::clone(pattern),
        );
        self.used(pattern);
    }

    fn used(&mut self, pattern: &Arc<Pattern>) {
        if self.recent.len() >= RECENT {
            self.recent.remove(0);
        }
        self.recent.push(Arc::clone(pattern));
    }
}

impl Pattern {
    fn new(source: &str, options: i64) -> Result<Pattern> {
        if source.len() > LONGEST {
            let length = source.len();
            return Err(fault::raised(
                "System.Text.RegularExpressions.RegexParseException",
                format!(
                    "The pattern takes {length} bytes, more than the {LONGEST} of the longest one. Search for parts of it."
                ),
            ));
        }
        let invalid = |what: String| {
            fault::raised(
                "System.Text.RegularExpressions.RegexParseException",
                format!("Invalid pattern '{source}' at offset {}. {what}", source.len()),
            )
        };
        let build = |text: &str| {
            fancy_regex::RegexBuilder::new(text)
                .backtrack_limit(5_000_000)
                .build()
                .map_err(|error| invalid(error.to_string()))
        };
        let regex = build(&translate::translate(source, options, false))?;
        let multiline = options & options::MULTILINE != 0;
        let before_last_break = if source.contains('$') && !multiline {
            Some(build(&translate::translate(source, options, true))?)
        } else {
            None
        };
        let all: Vec<Option<&str>> = regex.capture_names().collect();
        let mut order: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_none()).collect();
        let unnamed = order.len();
        order.extend((0..all.len()).filter(|at| all[*at].is_some()));
        let names = order
            .iter()
            .enumerate()
            .map(|(at, group)| match all[*group] {
                Some(name) if at >= unnamed => Arc::from(name),
                _ => Arc::from(at.to_string().as_str()),
            })
            .collect();
        Ok(Pattern {
            source: Arc::from(source),
            options,
            regex,
            before_last_break,
            names,
            order,
        })
    }

    fn engine(&self, text: &str) -> &fancy_regex::Regex {
        match &self.before_last_break {
            Some(variant) if text.ends_with('\n') => variant,
            _ => &self.regex,
        }
    }

    /// Whether a text has a match.
    pub fn is_match(&self, text: &str) -> Result<bool> {
        self.engine(text).is_match(text).map_err(|error| too_long(&error))
    }

    /// The first match from a byte offset on.
    pub fn captures(&self, text: &str, start: usize) -> Result<Option<Found>> {
        let captures = self
            .engine(text)
            .captures_from_pos(text, start)
            .map_err(|error| too_long(&error))?;
        Ok(captures.map(|captures| {
            Found::new(
                self.order
                    .iter()
                    .map(|group| captures.get(*group).map(|part| (part.start(), part.end())))
                    .collect(),
            )
        }))
    }

    /// All matches, from left to right, not overlapping.
    pub fn all(&self, text: &str) -> Result<Vec<Found>> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at <= text.len() {
            let Some(next) = self.captures(text, at)? else {
                break;
            };
            let (start, end) = next.span();
            at = if end > start {
                end
            } else {
                end + text[end..].chars().next().map_or(1, char::len_utf8)
            };
            found.push(next);
        }
        Ok(found)
    }

    /// A group's place by name or number.
    pub fn group(&self, name: &str) -> Option<usize> {
        let by_name = self.names.iter().position(|known| known.as_ref() == name);
        by_name.or_else(|| name.parse().ok().filter(|number| *number < self.names.len()))
    }
}

fn too_long(error: &fancy_regex::Error) -> crate::error::Interrupt {
    fault::raised(
        "System.Text.RegularExpressions.RegexMatchTimeoutException",
        format!("The Regex engine has given up while trying to match a pattern to an input string: {error}"),
    )
}

/// The pattern of an operand: a Regex object as it is, else a text.
pub fn of_operand(operand: &Value, case_sensitive: bool, separator: &str) -> Result<Arc<Pattern>> {
    if let Some(regex) = operand.downcast::<RegexObject>() {
        return Ok(Arc::clone(&regex.pattern));
    }
    match operand {
        Value::Str(source) => compile(source, i64::from(!case_sensitive)),
        other => compile(
            &convert::to_text_with(other, separator),
            i64::from(!case_sensitive),
        ),
    }
}

/// Escapes what has a meaning in patterns, as Regex.Escape does.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '*' | '+' | '?' | '|' | '{' | '[' | '(' | ')' | '^' | '$' | '.' | '#' | ' ' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\t' => escaped.push_str("\\t"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\u{c}' => escaped.push_str("\\f"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Takes escapes back.
pub fn unescape(text: &str) -> String {
    let (mut plain, mut letters) = (String::with_capacity(text.len()), text.chars());
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('f') => '\u{c}',
                Some(other) => other,
                None => '\\',
            },
            other => other,
        });
    }
    plain
}

/// Replaces at most `limit` matches (all below zero) by a template with `$1`, `${name}`, `$&`, `$$` …
pub fn replace(pattern: &Pattern, text: &str, template: &str, limit: i64) -> Result<String> {
    let pieces = template_pieces(pattern, template);
    replace_with(pattern, text, limit, |found, output| {
        for piece in &pieces {
            match piece {
                Piece::Text(text) => output.push_str(text),
                Piece::Group(group) => {
                    output.push_str(found.group(*group).map_or("", |(start, end)| &text[start..end]));
                }
                Piece::Before => output.push_str(&text[..found.span().0]),
                Piece::After => output.push_str(&text[found.span().1..]),
                Piece::Whole => output.push_str(text),
                Piece::Last => {
                    let last = found.groups().skip(1).flatten().last();
                    output.push_str(last.map_or("", |(start, end)| &text[start..end]));
                }
            }
        }
        Ok(())
    })
}

/// Replaces by what a script block gives for each match in `$_`.
pub fn replace_by_block(
    pattern: &Arc<Pattern>,
    text: &str,
    block: &Value,
    limit: i64,
    world: &mut dyn World,
) -> Result<String> {
    replace_with(pattern, text, limit, |found, output| {
        let matched = match_object(pattern, text, found.clone());
        let given = world.call_block(block, None, Some(matched.clone()), &[matched])?;
        let given = if given.len() == 1 {
            given[0].to_text()
        } else {
            Value::array(given).to_text()
        };
        output.push_str(&given);
        Ok(())
    })
}

fn replace_with(
    pattern: &Pattern,
    text: &str,
    limit: i64,
    mut write: impl FnMut(&Found, &mut String) -> Result<()>,
) -> Result<String> {
    let (mut output, mut at) = (String::with_capacity(text.len()), 0);
    let (mut from, mut count) = (0, 0);
    while from <= text.len() && (limit < 0 || count < limit) {
        let Some(found) = pattern.captures(text, from)? else {
            break;
        };
        let (start, end) = found.span();
        output.push_str(&text[at..start]);
        write(&found, &mut output)?;
        at = end;
        from = if end > start {
            end
        } else {
            end + text[end..].chars().next().map_or(1, char::len_utf8)
        };
        count += 1;
    }
    output.push_str(&text[at..]);
    Ok(output)
}

/// A piece of a replacement template.
enum Piece {
    Text(String),
    Group(usize),
    Before,
    After,
    Whole,
    Last,
}

fn template_pieces(pattern: &Pattern, template: &str) -> Vec<Piece> {
    let (mut pieces, mut literal, mut rest) = (Vec::new(), String::new(), template);
    while let Some(at) = rest.find('$') {
        literal.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match substitution(pattern, rest) {
            Some((piece, length)) => {
                if let Piece::Text(text) = piece {
                    literal.push_str(&text);
                } else {
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    }
                    pieces.push(piece);
                }
                rest = &rest[length..];
            }
            None => literal.push('$'),
        }
    }
    literal.push_str(rest);
    pieces.push(Piece::Text(literal));
    pieces
}

/// What follows a `$`: the piece and its length; `None` when the `$` stands for itself.
fn substitution(pattern: &Pattern, rest: &str) -> Option<(Piece, usize)> {
    let first = rest.chars().next()?;
    Some(match first {
        '$' => (Piece::Text("$".to_owned()), 1),
        '&' => (Piece::Group(0), 1),
        '`' => (Piece::Before, 1),
        '\'' => (Piece::After, 1),
        '_' => (Piece::Whole, 1),
        '+' => (Piece::Last, 1),
        '{' => {
            let end = rest.find('}')?;
            (Piece::Group(pattern.group(&rest[1..end])?), end + 1)
        }
        '0'..='9' => {
            // As many digits as make a group that exists.
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            (1..=digits).rev().find_map(|length| {
                let number: usize = rest[..length].parse().ok()?;
                let group = pattern.group(&number.to_string())?;
                Some((Piece::Group(group), length))
            })?
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacement_patterns_are_those_of_dotnet() {
        for (pattern, text, template, want) in [
            (r"(\d+)", "a12", "<$1>", "a<12>"),
            (r"(?<n>\d)", "7", "${n}$$", "7$"),
            (r"b", "abc", "[$`|$&|$']", "a[a|b|c]c"),
            (r"x", "x", "$9", "$9"),
            (r"(a)(?<q>b)(c)", "abc", "$1$2$3", "acb"),
        ] {
            let pattern = compile(pattern, 0).unwrap();
            assert_eq!(replace(&pattern, text, template, -1).unwrap(), want);
        }
    }

    #[test]
    fn dollar_stands_before_a_last_line_break() {
        let pattern = compile("b$", 0).unwrap();
        assert!(pattern.is_match("ab\n").unwrap());
        assert!(!pattern.is_match("ab\nc").unwrap());
    }
}
