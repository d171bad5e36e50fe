//! Strings: quoted, expandable and here-strings. What is expanded is parsed into the tree.

use std::sync::Arc;

use crate::ast::{Expr, ExprKind, Part, Quote, Span, TokenClass};
use crate::lex::{is_double_quote, is_name_start, is_single_quote, is_variable_name};

use super::Parser;

/// What has been read of an expandable string.
#[derive(Default)]
pub(super) struct Parts {
    parts: Vec<Part>,
    text: String,
}

impl Parts {
    pub(super) fn push(&mut self, character: char) {
        self.text.push(character);
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn expression(&mut self, expression: Expr) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text).into()));
        }
        self.parts.push(Part::Expr(expression));
    }

    pub(super) fn finish(mut self, quote: Quote) -> ExprKind {
        if self.parts.is_empty() {
            return ExprKind::String(self.text.into(), quote);
        }
        if !self.text.is_empty() {
            self.parts.push(Part::Text(self.text.into()));
        }
        ExprKind::Expandable(self.parts, quote)
    }
}

impl Parser<'_> {
    /// `'…'`.
    pub(super) fn single_quoted(&mut self) -> Expr {
        let start = self.at();
        let text = self.single_quoted_text();
        let span = self.since(start);
        self.mark(span, TokenClass::String);
        Expr {
            span,
            kind: ExprKind::String(text.into(), Quote::Single),
        }
    }

    pub(super) fn single_quoted_text(&mut self) -> String {
        let start = self.at();
        self.lexer.bump();
        let mut text = String::new();
        loop {
            if self.lexer.is_end() {
                self.unterminated(start, "'");
                return text;
            }
            let character = self.lexer.bump();
            if !is_single_quote(character) {
                text.push(character);
            } else if is_single_quote(self.lexer.peek()) {
                text.push(self.lexer.bump());
            } else {
                return text;
            }
        }
    }

    fn unterminated(&mut self, start: u32, terminator: &str) {
        let span = Span {
            start,
            end: self.at(),
        };
        let message = format!("The string is missing the terminator: {terminator}.");
        self.unclosed("TerminatorExpectedAtEndOfString", span, message);
    }

    /// `"…"`.
    pub(super) fn double_quoted(&mut self) -> Expr {
        let start = self.at();
        let mut parts = Parts::default();
        self.double_quoted_parts(&mut parts);
        let span = self.since(start);
        self.mark(span, TokenClass::String);
        Expr {
            span,
            kind: parts.finish(Quote::Double),
        }
    }

    pub(super) fn double_quoted_parts(&mut self, parts: &mut Parts) {
        let start = self.at();
        self.lexer.bump();
        loop {
            if self.lexer.is_end() {
                self.unterminated(start, "\"");
                return;
            }
            let character = self.lexer.peek();
            if is_double_quote(character) {
                self.lexer.bump();
                if !is_double_quote(self.lexer.peek()) {
                    return;
                }
                parts.push(self.lexer.bump());
            } else {
                self.expandable_character(parts, true);
            }
        }
    }

    /// One character of an expandable text, an escape, or something to expand.
    pub(super) fn expandable_character(&mut self, parts: &mut Parts, in_string: bool) {
        match self.lexer.peek() {
            '`' => {
                self.lexer.bump();
                self.escape(parts);
            }
            '$' => self.expansion(parts, in_string),
            character => {
                parts.push(character);
                self.lexer.bump();
            }
        }
    }

    fn expansion(&mut self, parts: &mut Parts, in_string: bool) {
        let second = self.lexer.peek_second();
        if second == '(' {
            let expression = self.subexpression();
            parts.expression(expression);
            return;
        }
        let start = self.at();
        if second != '{' && !is_variable_name(second) && !matches!(second, '$' | '^') {
            parts.push('$');
            self.lexer.bump();
            return;
        }
        let Some((scope, name)) = self.variable() else {
            parts.push('$');
            self.lexer.bump();
            return;
        };
        let span = self.since(start);
        let braced = second == '{';
        if in_string
            && !braced
            && self.lexer.peek() == ':'
            && is_name_start(second)
            && self.lexer.peek_second() != ':'
        {
            let colon = Span {
                start,
                end: self.at() + 1,
            };
            self.error(
                "InvalidVariableReferenceWithDrive",
                colon,
                "Variable reference is not valid. ':' was not followed by a valid variable name character. Consider using ${} to \
                 delimit the name.",
            );
        }
        self.mark(span, TokenClass::Variable);
        parts.expression(Expr {
            span,
            kind: ExprKind::Variable(scope, name),
        });
    }

    /// What follows a backtick.
    pub(super) fn escape(&mut self, parts: &mut Parts) {
        if self.lexer.is_end() {
            return;
        }
        let character = self.lexer.bump();
        let plain = match character {
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'u' if self.lexer.peek() == '{' => return self.unicode_escape(parts),
            '\r' if self.lexer.peek() == '\n' => {
                self.lexer.bump();
                return;
            }
            '\n' => return,
            other => other,
        };
        parts.push(plain);
    }

    fn unicode_escape(&mut self, parts: &mut Parts) {
        let start = self.at();
        self.lexer.bump();
        let digits_start = self.lexer.at;
        while self.lexer.peek().is_ascii_hexdigit() {
            self.lexer.bump();
        }
        let digits = self.lexer.slice(digits_start, self.lexer.at);
        let character = u32::from_str_radix(digits, 16)
            .ok()
            .filter(|_| digits.len() <= 6)
            .and_then(char::from_u32);
        let closed = self.lexer.eat("}");
        match character {
            Some(character) if closed => parts.push(character),
            _ => {
                let span = self.since(start);
                self.error("InvalidUnicodeEscapeSequence", span, "The Unicode escape sequence is not valid. A valid sequence is `u{ followed by one to six hex digits and a closing '}'.");
            }
        }
    }

    /// `@'…'@` and `@"…"@`.
    pub(super) fn here_string(&mut self) -> Expr {
        let start = self.at();
        self.lexer.bump();
        let expandable = is_double_quote(self.lexer.bump());
        let after_header = self.lexer.at;
        while crate::lex::is_blank(self.lexer.peek()) {
            self.lexer.bump();
        }
        if !self.lexer.eat_line_end() {
            let span = Span {
                start: after_header as u32,
                end: self.at() + 1,
            };
            if self.lexer.is_end() {
                self.unterminated(start, if expandable { "\"@" } else { "'@" });
            } else {
                self.error(
                    "UnexpectedCharactersAfterHereStringHeader",
                    span,
                    "No characters are allowed after a here-string header but before the end of the line.",
                );
                self.skip_statement();
            }
            return Expr {
                span: self.since(start),
                kind: ExprKind::Error,
            };
        }
        let kind = if expandable {
            self.here_expandable(start)
        } else {
            self.here_literal(start)
        };
        let span = self.since(start);
        self.mark(span, TokenClass::String);
        Expr { span, kind }
    }

    /// Whether the here-string's footer stands here, at the beginning of a line.
    fn here_footer(&self, expandable: bool) -> bool {
        let quote = self.lexer.peek();
        let fits = if expandable {
            is_double_quote(quote)
        } else {
            is_single_quote(quote)
        };
        fits && self.lexer.peek_second() == '@'
    }

    /// A here-string without its footer; one that blanks stand before is pointed to.
    fn unterminated_here(&mut self, start: u32, from: usize, footer: &str) {
        let text = self.lexer.slice(from, self.lexer.at);
        let mut at = from;
        for line in text.split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches(crate::lex::is_blank).len();
            if indent > 0 && line[indent..].starts_with(footer) {
                let here = Span::at((at + indent) as u32);
                self.unclosed(
                    "WhitespaceBeforeHereStringFooter",
                    here,
                    "White space is not allowed before the string terminator.",
                );
                return;
            }
            at += line.len();
        }
        self.unterminated(start, footer);
    }

    fn here_literal(&mut self, start: u32) -> ExprKind {
        let from = self.lexer.at;
        loop {
            if self.here_footer(false) {
                let text = without_last_line_end(self.lexer.slice(from, self.lexer.at));
                self.lexer.bump();
                self.lexer.bump();
                return ExprKind::String(Arc::from(text), Quote::HereSingle);
            }
            while !self.lexer.is_line_end() {
                self.lexer.bump();
            }
            if !self.lexer.eat_line_end() {
                self.unterminated_here(start, from, "'@");
                return ExprKind::Error;
            }
        }
    }

    fn here_expandable(&mut self, start: u32) -> ExprKind {
        let mut parts = Parts::default();
        let mut pending = String::new();
        let from = self.lexer.at;
        loop {
            if self.here_footer(true) {
                self.lexer.bump();
                self.lexer.bump();
                return parts.finish(Quote::HereDouble);
            }
            parts.push_str(&pending);
            pending.clear();
            while !self.lexer.is_line_end() {
                self.expandable_character(&mut parts, true);
            }
            let line_end = self.lexer.at;
            if !self.lexer.eat_line_end() {
                self.unterminated_here(start, from, "\"@");
                return ExprKind::Error;
            }
            pending.push_str(self.lexer.slice(line_end, self.lexer.at));
        }
    }
}

fn without_last_line_end(text: &str) -> &str {
    text.strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text)
}
