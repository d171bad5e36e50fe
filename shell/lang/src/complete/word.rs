//! What is open at the cursor: brackets, quotes, a comment; and the word that ends there.

/// An opening bracket that is not closed before the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// `(`.
    Parenthesis,
    /// `{`.
    Brace,
    /// `@{`.
    Table,
}

/// A place inside brackets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub(super) opening: Opening,
    /// Where the bracket stands, for a table its at sign.
    pub(super) at: usize,
    /// Where the entry or statement begins that goes on at the cursor.
    pub(super) entry: usize,
}

/// A word.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// Where it begins, in bytes, with its opening quote.
    pub(super) start: usize,
    /// Its text without the quote.
    pub(super) text: String,
    /// As it stands there.
    pub(super) raw: String,
    /// Whether it is in quotes.
    pub(super) quoted: bool,
    /// The brackets around it, outermost first.
    pub(super) levels: Vec<Level>,
    /// Where the comment begins in which it lies.
    pub(super) comment: Option<usize>,
}

#[derive(Default)]
struct Scan {
    start: usize,
    levels: Vec<Level>,
    comment: Option<usize>,
    quote: Option<(char, usize)>,
    /// Inside `${`.
    braced: bool,
}

impl Word {
    /// The word at the end of a text.
    pub(super) fn at_end(text: &str) -> Word {
        let mut scan = Scan::default();
        let mut rest = text.char_indices();
        while let Some((at, character)) = rest.next() {
            if character == '`' && scan.comment.is_none() && scan.quote.is_none_or(|(open, _)| open != '\'') {
                rest.next();
                continue;
            }
            scan.take(text, at, character);
        }
        if let Some((_, at)) = scan.quote {
            scan.start = at;
        }
        let raw = text[scan.start..].to_owned();
        let quoted = raw.starts_with(['\'', '"']);
        Word {
            start: scan.start,
            text: raw
                .trim_start_matches(['\'', '"'])
                .trim_end_matches(['\'', '"'])
                .to_owned(),
            raw,
            quoted,
            levels: scan.levels,
            comment: scan.comment,
        }
    }
}

impl Scan {
    fn take(&mut self, text: &str, at: usize, character: char) {
        let after = at + character.len_utf8();
        match (self.comment, self.quote) {
            (Some(begin), _) => {
                let block = text[begin..].starts_with("<#");
                if (block && text[begin + 2..after.max(begin + 2)].ends_with("#>"))
                    || (!block && character == '\n')
                {
                    self.comment = None;
                    self.start = after;
                } else if character.is_whitespace() {
                    self.start = after;
                }
            }
            (None, Some((open, _))) => {
                if character == open {
                    self.quote = None;
                }
            }
            (None, None) => self.take_plain(text, at, character, after),
        }
    }

    fn take_plain(&mut self, text: &str, at: usize, character: char, after: usize) {
        match character {
            '\'' | '"' => self.quote = Some((character, at)),
            '{' if text[..at].ends_with('$') => self.braced = true,
            '}' if self.braced => {
                self.braced = false;
                self.start = after;
            }
            _ if self.braced => {}
            '#' if at == self.start || text[..at].ends_with('<') => {
                self.comment = Some(if text[..at].ends_with('<') { at - 1 } else { at });
                self.start = at;
            }
            '{' | '(' => {
                let table = character == '{' && text[..at].ends_with('@');
                self.levels.push(Level {
                    opening: match character {
                        '(' => Opening::Parenthesis,
                        _ if table => Opening::Table,
                        _ => Opening::Brace,
                    },
                    at: at - usize::from(table),
                    entry: after,
                });
                self.start = after;
            }
            '}' | ')' => {
                self.levels.pop();
                self.start = after;
            }
            ';' | '\n' => {
                if let Some(level) = self.levels.last_mut() {
                    level.entry = after;
                }
                self.start = after;
            }
            '|' | ',' | '=' | '&' | '@' => self.start = after,
            '!' if at == self.start => self.start = after,
            _ if character.is_whitespace() => self.start = after,
            _ => {}
        }
    }
}
