//! The parser: text to tree. It never fails; what is wrong is listed beside the tree, with PowerShell's error ids.
//!
//! Recursive descent over [`crate::lex::Lexer`]. After an error the parser goes on at the next statement. Nesting is
//! limited, so that a hostile text ends in an error and not in an exhausted stack.

mod class_rules;
mod command;
mod control;
mod definition;
mod expression;
mod handlers;
mod primary;
mod returns;
mod statement;
mod string;
mod type_name;
mod variable;

use std::sync::Arc;

use crate::ast::{Highlight, ParseError, Script, Source, Span, TokenClass};
use crate::lex::Lexer;

/// How deep expressions and blocks may nest.
const MAX_DEPTH: u32 = 200;

/// Reads a script.
pub fn parse(source: &Arc<Source>) -> Script {
    let mut parser = Parser {
        lexer: Lexer::new(&source.text),
        errors: Vec::new(),
        highlights: Vec::new(),
        depth: 0,
        in_argument: false,
    };
    let body = Arc::new(parser.body(None));
    parser.check_types(&body);
    let comments = std::mem::take(&mut parser.lexer.comments);
    let mut highlights = std::mem::take(&mut parser.highlights);
    highlights.extend(comments.into_iter().map(|span| Highlight {
        span,
        class: TokenClass::Comment,
    }));
    highlights.sort_by_key(|highlight| highlight.span.start);
    let mut errors = std::mem::take(&mut parser.errors);
    errors.sort_by_key(|error| error.span.start);
    Script {
        source: Arc::clone(source),
        body,
        errors,
        highlights,
        requirements: parser.lexer.requirements,
    }
}

/// The state of a parse.
pub(crate) struct Parser<'t> {
    lexer: Lexer<'t>,
    errors: Vec<ParseError>,
    highlights: Vec<Highlight>,
    depth: u32,
    /// Whether the expression being read is an argument: blanks end it.
    in_argument: bool,
}

impl<'t> Parser<'t> {
    fn at(&self) -> u32 {
        self.lexer.at as u32
    }

    fn since(&self, start: u32) -> Span {
        Span {
            start,
            end: self.at().max(start),
        }
    }

    fn mark(&mut self, span: Span, class: TokenClass) {
        self.highlights.push(Highlight { span, class });
    }

    /// Records an error. Only the first at a place counts.
    fn error(&mut self, id: &'static str, span: Span, message: impl Into<String>) {
        if self.errors.iter().any(|error| error.span.start == span.start) {
            return;
        }
        let incomplete = self.lexer.is_end() && span.end >= self.lexer.text().trim_end().len() as u32;
        self.errors.push(ParseError {
            id,
            span,
            message: message.into(),
            incomplete,
        });
    }

    /// Records an error about something that was opened and never closed.
    fn unclosed(&mut self, id: &'static str, span: Span, message: impl Into<String>) {
        self.error(id, span, message);
        if self.lexer.is_end()
            && let Some(error) = self.errors.last_mut()
        {
            error.incomplete = true;
        }
    }

    /// The place right after what was read, as errors about missing things name it.
    fn here(&self) -> Span {
        Span::at(self.at())
    }

    fn unexpected_token(&mut self) {
        let start = self.at();
        let text = self.lexer.token_text();
        let span = Span {
            start,
            end: start + text.len() as u32,
        };
        self.mark(span, TokenClass::Error);
        if text == "&" {
            self.error(
                "AmpersandNotAllowed",
                span,
                "The ampersand (&) character is not allowed. The & operator is reserved for future use; wrap an ampersand in \
                 double quotation marks (\"&\") to pass it as part of a string.",
            );
            return;
        }
        self.error(
            "UnexpectedToken",
            span,
            format!("Unexpected token '{text}' in expression or statement."),
        );
    }

    /// Runs a part of the grammar one level deeper; too deep is an error that ends the parse.
    fn nested<T>(&mut self, part: impl FnOnce(&mut Self) -> T, otherwise: impl FnOnce(Span) -> T) -> T {
        if self.depth >= MAX_DEPTH {
            let here = self.here();
            self.error(
                "ScriptTooComplicated",
                here,
                "The script is nested too deeply to be read.",
            );
            self.lexer.at = self.lexer.text().len();
            return otherwise(here);
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    /// What is read inside brackets is no argument, whatever is around them.
    fn bracketed<T>(&mut self, part: impl FnOnce(&mut Self) -> T) -> T {
        let saved = std::mem::replace(&mut self.in_argument, false);
        let result = part(self);
        self.in_argument = saved;
        result
    }

    /// Whether a keyword stands here as a whole word.
    fn looking_at_keyword(&self, keyword: &str) -> bool {
        let name = self.lexer.peek_name();
        name.eq_ignore_ascii_case(keyword) && self.keyword_ends(name.len())
    }

    fn keyword_ends(&self, length: usize) -> bool {
        let after = self.lexer.at + length;
        after >= self.lexer.text().len() || crate::lex::ends_word(self.lexer.peek_from(after))
    }

    /// Takes a keyword.
    fn eat_keyword(&mut self, keyword: &str) -> bool {
        if !self.looking_at_keyword(keyword) {
            return false;
        }
        let start = self.at();
        self.lexer.at += keyword.len();
        let span = self.since(start);
        self.mark(span, TokenClass::Keyword);
        true
    }

    /// Looks past line ends for a keyword, as `else` after a block; stays where it is without one.
    fn eat_keyword_on_later_line(&mut self, keyword: &str) -> bool {
        let saved = self.lexer.at;
        self.lexer.skip_lines();
        if self.eat_keyword(keyword) {
            return true;
        }
        self.lexer.at = saved;
        false
    }
}

#[cfg(test)]
mod tests;
