//! Wildcard patterns: `*`, `?`, `[a-c]`, with the backtick as escape.

use crate::value::same_text;

/// A piece of a pattern.
#[derive(Debug, PartialEq)]
enum Piece {
    Any,
    One,
    Set(Vec<(char, char)>),
    Literal(char),
}

/// A compiled wildcard pattern.
#[derive(Debug)]
pub struct Wildcard {
    pieces: Vec<Piece>,
    case_sensitive: bool,
}

impl Wildcard {
    /// Reads a pattern; `None` when a set is not closed.
    pub fn new(pattern: &str, case_sensitive: bool) -> Option<Wildcard> {
        let letters: Vec<char> = pattern.chars().collect();
        let (mut pieces, mut at) = (Vec::new(), 0);
        while at < letters.len() {
            let letter = letters[at];
            at += 1;
            pieces.push(match letter {
                '*' if pieces.last() == Some(&Piece::Any) => continue,
                '*' => Piece::Any,
                '?' => Piece::One,
                '`' if at < letters.len() => {
                    at += 1;
                    Piece::Literal(letters[at - 1])
                }
                '[' => {
                    let (set, next) = read_set(&letters, at)?;
                    at = next;
                    Piece::Set(set)
                }
                other => Piece::Literal(other),
            });
        }
        Some(Wildcard {
            pieces,
            case_sensitive,
        })
    }

    /// Whether a text has wildcard characters.
    pub fn has_wildcards(text: &str) -> bool {
        text.contains(['*', '?', '['])
    }

    /// Whether a text matches as a whole.
    pub fn is_match(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        let (mut at, mut piece, mut back) = (0, 0, None);
        while at < letters.len() {
            match self.pieces.get(piece) {
                Some(Piece::Any) => {
                    back = Some((piece + 1, at));
                    piece += 1;
                }
                Some(found) if self.fits(found, letters[at]) => {
                    at += 1;
                    piece += 1;
                }
                _ => match back {
                    Some((after, from)) => {
                        back = Some((after, from + 1));
                        at = from + 1;
                        piece = after;
                    }
                    None => return false,
                },
            }
        }
        self.pieces[piece..].iter().all(|piece| *piece == Piece::Any)
    }

    fn fits(&self, piece: &Piece, letter: char) -> bool {
        match piece {
            Piece::Any | Piece::One => true,
            Piece::Literal(literal) => self.same(*literal, letter),
            Piece::Set(ranges) => ranges.iter().any(|(first, last)| {
                let within = |letter: char| (*first..=*last).contains(&letter);
                within(letter)
                    || !self.case_sensitive
                        && (letter.to_lowercase().any(within) || letter.to_uppercase().any(within))
            }),
        }
    }

    fn same(&self, left: char, right: char) -> bool {
        left == right
            || !self.case_sensitive
                && if left.is_ascii() && right.is_ascii() {
                    left.eq_ignore_ascii_case(&right)
                } else {
                    same_text(left.encode_utf8(&mut [0; 4]), right.encode_utf8(&mut [0; 4]))
                }
    }
}

/// System.Management.Automation.WildcardPattern.
pub struct WildcardObject {
    source: std::sync::Arc<str>,
    wildcard: Wildcard,
}

/// `[WildcardPattern]::new(pattern, options)`; options are those of WildcardOptions, 2 ignores case.
pub fn wildcard_object(pattern: &str, options: i64) -> Option<crate::value::Value> {
    let wildcard = Wildcard::new(pattern, options & 2 == 0)?;
    Some(crate::value::Value::instance(WildcardObject {
        source: std::sync::Arc::from(pattern),
        wildcard,
    }))
}

impl crate::value::Instance for WildcardObject {
    fn type_name(&self) -> std::sync::Arc<str> {
        std::sync::Arc::from("System.Management.Automation.WildcardPattern")
    }

    fn to_text(&self) -> String {
        self.type_name().to_string()
    }

    fn property_names(&self) -> Vec<std::sync::Arc<str>> {
        Vec::new()
    }

    fn property(&self, _name: &str) -> Option<crate::value::Value> {
        None
    }

    fn methods(&self) -> &'static [crate::members::Method] {
        METHODS
    }
}

static METHODS: &[crate::members::Method] = &[
    crate::members::Method::new("IsMatch", "bool IsMatch(string input)", |call| {
        let text = call.text(0)?;
        let object = call.target.downcast::<WildcardObject>();
        Ok(crate::value::Value::Bool(
            object.is_some_and(|object| object.wildcard.is_match(&text)),
        ))
    }),
    crate::members::Method::new("ToWql", "string ToWql()", |call| {
        let source = call
            .target
            .downcast::<WildcardObject>()
            .map_or("", |object| object.source.as_ref());
        Ok(crate::value::Value::from(
            source.replace('*', "%").replace('?', "_"),
        ))
    }),
];

/// Reads a set after its bracket: ranges, and where it goes on.
fn read_set(letters: &[char], start: usize) -> Option<(Vec<(char, char)>, usize)> {
    let (mut ranges, mut at) = (Vec::new(), start);
    loop {
        let mut letter = *letters.get(at)?;
        if letter == ']' && at > start {
            return Some((ranges, at + 1));
        }
        if letter == '`' {
            at += 1;
            letter = *letters.get(at)?;
        }
        match (letters.get(at + 1), letters.get(at + 2)) {
            (Some('-'), Some(last)) if *last != ']' => {
                ranges.push((letter, *last));
                at += 3;
            }
            _ => {
                ranges.push((letter, letter));
                at += 1;
            }
        }
    }
}
