//! Type names and attributes in brackets.

use crate::ast::{Attribute, Name, Span, TokenClass, TypeName};
use crate::lex::{is_name, is_name_start};

use super::Parser;

impl Parser<'_> {
    /// A type name: dots, generic arguments, array ranks. Blanks inside brackets are dropped.
    pub(super) fn type_name(&mut self) -> Option<TypeName> {
        let start = self.at();
        let mut name = String::new();
        if !is_name_start(self.lexer.peek()) {
            return None;
        }
        while is_name(self.lexer.peek()) || matches!(self.lexer.peek(), '.' | '+' | '`' | '/') {
            name.push(self.lexer.bump());
        }
        while self.lexer.peek() == '[' {
            self.lexer.bump();
            name.push('[');
            self.nested(|parser| parser.generic_arguments(&mut name), |_| ());
            name.push(']');
            self.lexer.skip_lines();
            if !self.lexer.eat("]") {
                let here = self.here();
                self.unclosed(
                    "EndSquareBracketExpectedAtEndOfType",
                    here,
                    "Missing ']' at end of type token.",
                );
                break;
            }
        }
        let span = self.since(start);
        self.mark(span, TokenClass::Type);
        Some(TypeName {
            span,
            name: name.into(),
        })
    }

    fn generic_arguments(&mut self, name: &mut String) {
        loop {
            self.lexer.skip_lines();
            if self.lexer.peek() == '[' {
                // `[[string],[int]]`: each argument in brackets of its own.
                self.lexer.bump();
                if let Some(argument) = self.type_name() {
                    name.push_str(&argument.name);
                }
                self.lexer.skip_lines();
                self.lexer.eat("]");
            } else if let Some(argument) = self.type_name() {
                name.push_str(&argument.name);
            }
            self.lexer.skip_lines();
            if !self.lexer.eat(",") {
                return;
            }
            name.push(',');
        }
    }

    /// `[type]` or `[attribute(arguments)]`, whose bracket stands here. `None`, and nothing taken, when it is neither.
    pub(super) fn attribute(&mut self) -> Option<Attribute> {
        let saved = (self.lexer.at, self.highlights.len());
        let start = self.at();
        self.lexer.bump();
        self.lexer.skip_lines();
        let Some(type_name) = self.type_name() else {
            self.lexer.at = saved.0;
            self.highlights.truncate(saved.1);
            return None;
        };
        self.lexer.skip_lines();
        let mut attribute = Attribute {
            span: Span::at(start),
            type_name,
            call: false,
            positional: Vec::new(),
            named: Vec::new(),
        };
        if self.lexer.eat("(") {
            attribute.call = true;
            self.bracketed(|parser| parser.attribute_arguments(&mut attribute));
            self.lexer.skip_lines();
        } else if self.lexer.eat(",") {
            // An assembly's name after the type's is read and has no effect.
            while !self.lexer.is_line_end() && self.lexer.peek() != ']' {
                self.lexer.bump();
            }
        }
        if !self.lexer.eat("]") {
            let here = self.here();
            self.unclosed(
                "EndSquareBracketExpectedAtEndOfAttribute",
                here,
                "Missing ] at end of attribute or type literal.",
            );
        }
        attribute.span = self.since(start);
        Some(attribute)
    }

    fn attribute_arguments(&mut self, attribute: &mut Attribute) {
        loop {
            self.lexer.skip_lines();
            if self.lexer.eat(")") {
                return;
            }
            if self.lexer.is_end() {
                break;
            }
            let before = self.lexer.at;
            self.attribute_argument(attribute);
            self.lexer.skip_lines();
            if self.lexer.eat(",") {
                continue;
            }
            if self.lexer.eat(")") {
                return;
            }
            if self.lexer.at == before {
                break;
            }
        }
        let here = self.here();
        self.unclosed(
            "MissingEndParenthesisInExpression",
            here,
            "Missing closing ')' in expression.",
        );
    }

    fn attribute_argument(&mut self, attribute: &mut Attribute) {
        let text = self.lexer.peek_name();
        if text.is_empty() {
            let value = self.expression(false);
            attribute.positional.push(value);
            return;
        }
        let start = self.at();
        self.lexer.at += text.len();
        let name = Name {
            text: text.into(),
            span: self.since(start),
        };
        self.mark(name.span, TokenClass::Member);
        self.lexer.skip_lines();
        let value = if self.lexer.eat("=") {
            self.lexer.skip_lines();
            Some(self.expression(false))
        } else {
            None
        };
        attribute.named.push((name, value));
    }
}
