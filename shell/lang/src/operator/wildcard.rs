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
        Some(Wildcard { pieces, case_sensitive })
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
