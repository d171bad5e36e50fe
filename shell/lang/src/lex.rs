//! The lexer: what stands at a place of the text.
//!
//! PowerShell has no token stream that is independent of the grammar: whether `-5`, `a*b` or `$x/y` are one token or
//! three depends on whether an argument or an operand is expected. So the parser asks for what it needs, in one of two
//! modes: [`Lexer::operator`] and friends in expressions, [`Lexer::word_ends`] and friends in arguments. Typographic
//! quotes and dashes and the no-break space count as the plain ones.

pub(crate) mod number;
mod operator;

use crate::ast::Span;

pub use number::number;
pub use operator::{Assignment, DASH_OPERATORS, assignment, precedence};

/// A place in a text.
pub struct Lexer<'t> {
    text: &'t str,
    /// Byte offset.
    pub at: usize,
    /// Comments met so far, in order.
    pub comments: Vec<Span>,
    /// `#requires` lines among them.
    pub requirements: Vec<Span>,
}

/// Whether a character is a single quote, typographic ones included.
pub fn is_single_quote(character: char) -> bool {
    matches!(
        character,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}'
    )
}

/// Whether a character is a double quote, typographic ones included.
pub fn is_double_quote(character: char) -> bool {
    matches!(character, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// Whether a character is a dash, typographic ones included.
pub fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}

/// Whether a character is a blank within a line.
pub fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{a0}' | '\u{85}')
        || (!character.is_ascii()
            && character.is_whitespace()
            && !matches!(character, '\u{2028}' | '\u{2029}'))
}

/// Whether a character may begin a name.
pub fn is_name_start(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

/// Whether a character may stand in a name.
pub fn is_name(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// Whether a character may stand in an unbraced variable name.
pub fn is_variable_name(character: char) -> bool {
    character == '?' || is_name(character)
}

/// Whether a character ends a word in argument mode wherever it stands.
pub fn ends_word(character: char) -> bool {
    matches!(
        character,
        '&' | '(' | ')' | ',' | ';' | '{' | '|' | '}' | '<' | '>' | '\n' | '\r'
    ) || is_blank(character)
}

impl<'t> Lexer<'t> {
    /// A lexer at the beginning of a text.
    pub fn new(text: &'t str) -> Self {
        Lexer {
            text,
            at: 0,
            comments: Vec::new(),
            requirements: Vec::new(),
        }
    }

    /// The text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The text of a piece.
    pub fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    /// The character here; NUL at the end.
    pub fn peek(&self) -> char {
        self.peek_from(self.at)
    }

    /// The character at an offset; NUL at the end.
    pub fn peek_from(&self, at: usize) -> char {
        match self.text.as_bytes().get(at) {
            None => '\0',
            Some(byte) if byte.is_ascii() => char::from(*byte),
            Some(_) => self
                .text
                .get(at..)
                .and_then(|rest| rest.chars().next())
                .unwrap_or('\0'),
        }
    }

    /// The character after the one here.
    pub fn peek_second(&self) -> char {
        self.peek_from(self.at + self.peek().len_utf8())
    }

    /// Whether nothing is left.
    pub fn is_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Takes the character here.
    pub fn bump(&mut self) -> char {
        let character = self.peek();
        if !self.is_end() {
            self.at += character.len_utf8();
        }
        character
    }

    /// Takes an ASCII text when it stands here.
    pub fn eat(&mut self, text: &str) -> bool {
        let here = self
            .text
            .as_bytes()
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(text.as_bytes()));
        if here {
            self.at += text.len();
        }
        here
    }

    /// Whether an ASCII text stands here.
    pub fn looking_at(&self, text: &str) -> bool {
        self.text
            .as_bytes()
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    /// Whether a line ends here.
    pub fn is_line_end(&self) -> bool {
        matches!(self.peek(), '\n' | '\r') || self.is_end()
    }

    /// Takes a line end.
    pub fn eat_line_end(&mut self) -> bool {
        if self.eat("\r\n") || self.eat("\n") || self.eat("\r") {
            return true;
        }
        false
    }

    /// Skips blanks, comments and continued lines, but not line ends.
    pub fn skip_blanks(&mut self) {
        loop {
            let character = self.peek();
            if is_blank(character) {
                self.bump();
            } else if character == '`' && matches!(self.peek_second(), '\n' | '\r') {
                self.bump();
                self.eat_line_end();
            } else if character == '#' {
                self.line_comment();
            } else if character == '<' && self.looking_at("<#") {
                self.block_comment();
            } else if character == '\0' && !self.is_end() {
                self.bump();
            } else {
                return;
            }
        }
    }

    /// Skips blanks, comments and line ends.
    pub fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if !self.eat_line_end() {
                return;
            }
        }
    }

    /// Skips blanks, comments, line ends and semicolons.
    pub fn skip_separators(&mut self) {
        loop {
            self.skip_lines();
            if !self.eat(";") {
                return;
            }
        }
    }

    fn line_comment(&mut self) {
        let start = self.at;
        while !self.is_line_end() {
            self.bump();
        }
        let span = Span {
            start: start as u32,
            end: self.at as u32,
        };
        let text = self.slice(start, self.at);
        if text.len() > 9
            && text.as_bytes()[1..9].eq_ignore_ascii_case(b"requires")
            && self.is_new_comment(start)
        {
            self.requirements.push(span);
        }
        if self.is_new_comment(start) {
            self.comments.push(span);
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        self.at += 2;
        match self.text.get(self.at..).and_then(|rest| rest.find("#>")) {
            Some(length) => self.at += length + 2,
            None => self.at = self.text.len(),
        }
        if self.is_new_comment(start) {
            self.comments.push(Span {
                start: start as u32,
                end: self.at as u32,
            });
        }
    }

    /// The parser looks ahead and comes back; each comment counts once.
    fn is_new_comment(&self, start: usize) -> bool {
        self.comments.last().is_none_or(|last| start as u32 >= last.end)
    }

    /// A name from here, without taking it.
    pub fn peek_name(&self) -> &'t str {
        if !is_name_start(self.peek()) {
            return "";
        }
        let rest = &self.text[self.at..];
        let end = rest.find(|character| !is_name(character)).unwrap_or(rest.len());
        &rest[..end]
    }

    /// Whether a word in argument mode ends here.
    pub fn word_ends(&self) -> bool {
        self.is_end() || ends_word(self.peek())
    }

    /// What to call the token here in an error message.
    pub fn token_text(&self) -> &'t str {
        let character = self.peek();
        let rest = &self.text[self.at.min(self.text.len())..];
        if character.is_ascii_punctuation()
            && !is_dash(character)
            && !matches!(character, '_' | '$' | '"' | '\'')
        {
            let length = ["&&", "||", "::", "..", "@{", "@(", "$("]
                .iter()
                .find(|two| rest.starts_with(**two))
                .map_or(1, |two| two.len());
            return &rest[..length];
        }
        if is_single_quote(character) || is_double_quote(character) {
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, c)| *c == character)
                .map(|(at, c)| at + c.len_utf8());
            return &rest[..end.unwrap_or(rest.len())];
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| ends_word(*c) || *c == ']')
            .map(|(at, _)| at);
        &rest[..end.unwrap_or(rest.len())]
    }
}
