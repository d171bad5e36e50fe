//! Variables: `$name`, `${any name}`, `$scope:name`.

use std::sync::Arc;

use crate::ast::{Expr, ExprKind, Span, TokenClass, VariableScope};
use crate::lex::is_variable_name;

use super::Parser;

impl Parser<'_> {
    /// A variable, whose dollar sign stands here.
    pub(super) fn variable_expression(&mut self) -> Expr {
        let start = self.at();
        match self.variable() {
            Some((scope, name)) => {
                let span = self.since(start);
                self.mark(span, TokenClass::Variable);
                Expr {
                    span,
                    kind: ExprKind::Variable(scope, name),
                }
            }
            None => {
                self.unexpected_token();
                self.lexer.bump();
                Expr {
                    span: self.since(start),
                    kind: ExprKind::Error,
                }
            }
        }
    }

    /// Reads `$name`, `${name}`, `$scope:name`. `None`, and nothing taken, when no name follows the dollar sign.
    pub(super) fn variable(&mut self) -> Option<(VariableScope, Arc<str>)> {
        let saved = self.lexer.at;
        self.lexer.bump();
        let character = self.lexer.peek();
        if character == '{' {
            return Some(self.braced_variable());
        }
        if matches!(character, '$' | '^') || (character == '?' && !is_variable_name(self.lexer.peek_second()))
        {
            self.lexer.bump();
            return Some((VariableScope::None, Arc::from(character.to_string())));
        }
        let start = self.lexer.at;
        while is_variable_name(self.lexer.peek()) && !(self.lexer.peek() == '?' && self.conditional_follows())
        {
            self.lexer.bump();
        }
        let colon = self.lexer.peek() == ':' && self.lexer.peek_second() != ':' && self.lexer.at > start;
        if colon && is_variable_name(self.lexer.peek_second()) {
            let prefix = self.lexer.slice(start, self.lexer.at);
            self.lexer.bump();
            let name_start = self.lexer.at;
            while is_variable_name(self.lexer.peek()) {
                self.lexer.bump();
            }
            let name = self.lexer.slice(name_start, self.lexer.at);
            return Some((scope_of(prefix), Arc::from(name)));
        }
        if self.lexer.at == start {
            self.lexer.at = saved;
            return None;
        }
        Some((
            VariableScope::None,
            Arc::from(self.lexer.slice(start, self.lexer.at)),
        ))
    }

    /// `?.`, `?[` and `??` after a variable belong to its name unless it is in braces; a `?` before a blank does not.
    fn conditional_follows(&self) -> bool {
        let second = self.lexer.peek_second();
        second == '?' && self.lexer.peek_from(self.lexer.at + 2) != '?'
    }

    fn braced_variable(&mut self) -> (VariableScope, Arc<str>) {
        let open = self.at();
        self.lexer.bump();
        let mut name = String::new();
        loop {
            if self.lexer.is_end() {
                let span = Span {
                    start: open - 1,
                    end: open + 1,
                };
                self.unclosed(
                    "IncompleteDollarVariableReference",
                    span,
                    "The braced variable name is missing its closing '}'.",
                );
                break;
            }
            match self.lexer.bump() {
                '}' => break,
                '`' => name.push(self.lexer.bump()),
                character => name.push(character),
            }
        }
        if name.is_empty() {
            let span = Span {
                start: open - 1,
                end: self.at(),
            };
            self.error("EmptyVariableReference", span, "Variable reference is empty.");
        }
        match name.split_once(':') {
            Some((prefix, rest)) if !rest.is_empty() && !prefix.is_empty() => {
                (scope_of(prefix), Arc::from(rest))
            }
            _ => (VariableScope::None, Arc::from(name)),
        }
    }
}

/// A variable's name with its prefix, as `@scope:name` has it.
pub(super) fn split_scope(text: &str) -> (VariableScope, Arc<str>) {
    match text.split_once(':') {
        Some((prefix, rest)) if !prefix.is_empty() && !rest.is_empty() => (scope_of(prefix), Arc::from(rest)),
        _ => (VariableScope::None, Arc::from(text)),
    }
}

/// What a variable's prefix means.
fn scope_of(prefix: &str) -> VariableScope {
    match prefix.to_ascii_lowercase().as_str() {
        "global" => VariableScope::Global,
        "local" => VariableScope::Local,
        "script" => VariableScope::Script,
        "private" => VariableScope::Private,
        "using" => VariableScope::Using,
        _ => VariableScope::Drive(Arc::from(prefix)),
    }
}
