//! Operands: literals, variables, brackets of all kinds, and what may follow them: members, calls, indexes.

use std::sync::Arc;

use crate::ast::{
    Body, Expr, ExprKind, Index, Literal, Member, Quote, Span, Statement, StatementKind, Step, TokenClass,
    TypeName,
};
use crate::lex::{is_blank, is_dash, is_double_quote, is_name, is_name_start, is_single_quote, number};
use crate::value::Value;

use super::Parser;

impl Parser<'_> {
    /// An operand with what follows it.
    pub(super) fn operand(&mut self) -> Expr {
        let start = self.at();
        let character = self.lexer.peek();
        let second = self.lexer.peek_second();
        let primary = match character {
            '$' if second == '(' => self.subexpression(),
            '$' => self.variable_expression(),
            '(' => self.parenthesis(),
            '{' => self.script_block(),
            '@' if second == '(' => self.array_expression(),
            '@' if second == '{' => self.hashtable(),
            '@' if is_single_quote(second) || is_double_quote(second) => self.here_string(),
            '@' if is_name_start(second) => self.splat_in_expression(),
            quote if is_single_quote(quote) => self.single_quoted(),
            quote if is_double_quote(quote) => self.double_quoted(),
            _ if character.is_ascii_digit() || character == '.' => match self.number_here() {
                Some(number) => return number,
                None => self.no_operand(),
            },
            _ => self.no_operand(),
        };
        let _ = start;
        self.postfix(primary)
    }

    fn no_operand(&mut self) -> Expr {
        let here = self.here();
        if self.lexer.is_end() || matches!(self.lexer.peek(), ')' | '}' | ']' | ';' | '\n' | '\r') {
            self.unclosed("ExpectedExpression", here, "An expression was expected.");
        } else {
            self.unexpected_token();
            self.skip_statement();
        }
        Expr {
            span: here,
            kind: ExprKind::Error,
        }
    }

    fn splat_in_expression(&mut self) -> Expr {
        let start = self.at();
        self.lexer.bump();
        let name = self.lexer.peek_name();
        self.lexer.at += name.len();
        let span = self.since(start);
        self.error(
            "SplattingNotPermitted",
            span,
            format!(
                "The splatting operator '@' cannot be used to reference variables in an expression. '@{name}' can be used only \
                 as an argument to a command. To reference variables in an expression use '${name}'."
            ),
        );
        Expr {
            span,
            kind: ExprKind::Error,
        }
    }

    fn number_here(&mut self) -> Option<Expr> {
        let start = self.at();
        let rest = self.lexer.text().get(self.lexer.at..).unwrap_or("");
        let (value, length) = number(rest)?;
        self.lexer.at += length;
        Some(self.number_operand(start, value))
    }

    /// A number that was just read, with what follows it.
    pub(super) fn number_operand(&mut self, start: u32, value: Value) -> Expr {
        let span = self.since(start);
        self.mark(span, TokenClass::Number);
        if is_name_start(self.lexer.peek()) {
            self.unexpected_token();
            self.skip_statement();
        }
        self.postfix(Expr {
            span,
            kind: ExprKind::Number(Literal(value)),
        })
    }

    /// Members, calls, indexes and `++`/`--` after an operand.
    pub(super) fn postfix(&mut self, mut target: Expr) -> Expr {
        loop {
            let character = self.lexer.peek();
            let second = self.lexer.peek_second();
            target = match character {
                '.' if second != '.' && self.member_follows(1) => self.member(target, 1, false, false),
                '?' if second == '.' && self.member_follows(2) => self.member(target, 2, false, true),
                ':' if second == ':' && self.member_follows(2) => self.member(target, 2, true, false),
                '[' => self.index(target, false),
                '?' if second == '[' => self.index(target, true),
                '+' if second == '+' && !self.in_argument => return self.postfix_step(target, true),
                dash if is_dash(dash) && is_dash(second) && !self.in_argument => {
                    return self.postfix_step(target, false);
                }
                _ => return target,
            };
        }
    }

    /// Whether a member's name follows a dot of some bytes. In an argument it must be adjacent.
    fn member_follows(&self, length: usize) -> bool {
        let next = self.lexer.peek_from(self.lexer.at + length);
        if is_name(next) || matches!(next, '$' | '(') || is_single_quote(next) || is_double_quote(next) {
            return true;
        }
        let ends = self.lexer.at + length >= self.lexer.text().len() || matches!(next, ')' | '}' | ';');
        !self.in_argument && (ends || is_blank(next) || matches!(next, '\n' | '\r'))
    }

    fn postfix_step(&mut self, target: Expr, up: bool) -> Expr {
        let start = target.span;
        let operator = self.at();
        self.lexer.bump();
        self.lexer.bump();
        let span = self.since(operator);
        self.mark(span, TokenClass::Operator);
        if !matches!(
            target.kind,
            ExprKind::Variable(..) | ExprKind::Member(_) | ExprKind::Index(_) | ExprKind::Cast(..)
        ) {
            let text = if up { "++" } else { "--" };
            let message = format!("The '{text}' operator works only on variables or on properties.");
            self.error("OperatorRequiresVariableOrProperty", target.span, message);
        }
        Expr {
            span: start.to(self.here()),
            kind: ExprKind::Step(Box::new(Step {
                target,
                up,
                prefix: false,
            })),
        }
    }

    fn member(&mut self, target: Expr, length: usize, is_static: bool, null_conditional: bool) -> Expr {
        let operator = self.at();
        self.lexer.at += length;
        let span = self.since(operator);
        self.mark(span, TokenClass::Operator);
        if !self.in_argument {
            self.lexer.skip_lines();
        }
        let name = self.member_name();
        let type_arguments = self.type_arguments();
        let start = target.span;
        let member = Box::new(Member {
            target,
            name,
            is_static,
            null_conditional,
            type_arguments,
        });
        if self.lexer.eat("(") {
            let arguments = self.bracketed(Self::call_arguments);
            return Expr {
                span: start.to(self.here()),
                kind: ExprKind::Call(member, arguments),
            };
        }
        if self.lexer.peek() == '{' && !is_static && is_bare(&member.name) {
            let block = self.script_block();
            return Expr {
                span: start.to(self.here()),
                kind: ExprKind::Call(member, vec![block]),
            };
        }
        Expr {
            span: start.to(self.here()),
            kind: ExprKind::Member(member),
        }
    }

    /// `[int, string]` between a generic method's name and its arguments; nothing is taken of what is an index.
    fn type_arguments(&mut self) -> Vec<TypeName> {
        let mut found = Vec::new();
        if self.lexer.peek() != '[' || !type_arguments_stand(&self.lexer.text()[self.lexer.at..]) {
            return found;
        }
        self.lexer.bump();
        loop {
            self.lexer.skip_lines();
            let wrapped = self.lexer.eat("[");
            found.extend(self.type_name());
            if wrapped {
                self.lexer.eat("]");
            }
            self.lexer.skip_lines();
            if !self.lexer.eat(",") {
                break;
            }
        }
        self.lexer.eat("]");
        found
    }

    fn member_name(&mut self) -> Expr {
        let start = self.at();
        let character = self.lexer.peek();
        if character == '$' {
            return if self.lexer.peek_second() == '(' {
                self.subexpression()
            } else {
                self.variable_expression()
            };
        }
        if character == '(' {
            return self.parenthesis();
        }
        if is_single_quote(character) {
            return self.single_quoted();
        }
        if is_double_quote(character) {
            return self.double_quoted();
        }
        while is_name(self.lexer.peek()) {
            self.lexer.bump();
        }
        let span = self.since(start);
        if span.start == span.end {
            self.unclosed(
                "MissingPropertyName",
                span,
                "Missing property name after reference operator.",
            );
            return Expr {
                span,
                kind: ExprKind::Error,
            };
        }
        self.mark(span, TokenClass::Member);
        let text = self.lexer.slice(span.start as usize, span.end as usize);
        Expr {
            span,
            kind: ExprKind::String(text.into(), Quote::Bare),
        }
    }

    /// Arguments of a method up to its closing parenthesis, which is taken.
    pub(super) fn call_arguments(&mut self) -> Vec<Expr> {
        let mut arguments = Vec::new();
        loop {
            self.lexer.skip_lines();
            if self.lexer.eat(")") {
                return arguments;
            }
            if self.lexer.is_end() || !self.operand_starts() {
                break;
            }
            arguments.push(self.expression(false));
            self.lexer.skip_lines();
            if self.lexer.eat(")") {
                return arguments;
            }
            let comma = self.at();
            if !self.lexer.eat(",") {
                break;
            }
            self.lexer.skip_lines();
            if !self.operand_starts() {
                self.unclosed(
                    "MissingExpressionAfterToken",
                    Span::at(comma + 1),
                    "Missing expression after ','.",
                );
            }
        }
        let here = self.here();
        self.unclosed(
            "MissingEndParenthesisInMethodCall",
            here,
            "Missing ')' in method call.",
        );
        self.skip_statement();
        if self.lexer.peek() == ')' {
            self.lexer.bump();
        }
        arguments
    }

    fn index(&mut self, target: Expr, null_conditional: bool) -> Expr {
        self.lexer.at += if null_conditional { 2 } else { 1 };
        let start = target.span;
        let open = self.at();
        self.lexer.skip_lines();
        let index = if self.lexer.peek() == ']' || !self.operand_starts() {
            self.unclosed(
                "MissingArrayIndexExpression",
                Span::at(open),
                "Array index expression is missing or not valid.",
            );
            Expr {
                span: self.here(),
                kind: ExprKind::Error,
            }
        } else {
            self.bracketed(|parser| parser.expression(true))
        };
        self.lexer.skip_lines();
        if !self.lexer.eat("]") {
            let here = self.here();
            self.unclosed(
                "MissingEndSquareBracket",
                here,
                "Missing ] after array index expression.",
            );
        }
        let span = start.to(self.here());
        Expr {
            span,
            kind: ExprKind::Index(Box::new(Index {
                target,
                index,
                null_conditional,
            })),
        }
    }

    /// `( pipeline )`.
    pub(super) fn parenthesis(&mut self) -> Expr {
        let start = self.at();
        self.lexer.bump();
        let open = self.at();
        self.lexer.skip_lines();
        if self.lexer.peek() == ')' || self.lexer.is_end() {
            self.unclosed(
                "ExpectedExpression",
                Span::at(open),
                "An expression was expected after '('.",
            );
            self.lexer.eat(")");
            return Expr {
                span: self.since(start),
                kind: ExprKind::Error,
            };
        }
        let inner_start = self.at();
        let statement = self.nested(
            |parser| parser.bracketed(|parser| parser.pipeline_statement(inner_start)),
            |span| Statement {
                span,
                kind: StatementKind::Error,
            },
        );
        self.lexer.skip_lines();
        if !self.lexer.eat(")") {
            let here = self.here();
            self.unclosed(
                "MissingEndParenthesisInExpression",
                here,
                "Missing closing ')' in expression.",
            );
        }
        Expr {
            span: self.since(start),
            kind: ExprKind::Paren(Box::new(statement)),
        }
    }

    /// `$( … )`.
    pub(super) fn subexpression(&mut self) -> Expr {
        let start = self.at();
        self.lexer.at += 2;
        let block = self.statements_in_parentheses(
            "MissingEndParenthesisInSubexpression",
            "Missing closing ')' in subexpression.",
        );
        Expr {
            span: self.since(start),
            kind: ExprKind::Sub(block),
        }
    }

    /// `@( … )`.
    fn array_expression(&mut self) -> Expr {
        let start = self.at();
        self.lexer.at += 2;
        let block = self.statements_in_parentheses(
            "MissingEndParenthesisInExpression",
            "Missing closing ')' in expression.",
        );
        Expr {
            span: self.since(start),
            kind: ExprKind::Array(block),
        }
    }

    fn statements_in_parentheses(&mut self, id: &'static str, message: &'static str) -> crate::ast::Block {
        let block = self.nested(
            |parser| parser.bracketed(|parser| parser.statements(Some(')'))),
            |span| crate::ast::Block {
                span,
                ..crate::ast::Block::default()
            },
        );
        if !self.lexer.eat(")") {
            let here = self.here();
            self.unclosed(id, here, message);
        }
        block
    }

    /// `{ … }`.
    pub(super) fn script_block(&mut self) -> Expr {
        let start = self.at();
        self.lexer.bump();
        let mut body = self.nested(
            |parser| parser.bracketed(|parser| parser.body(Some('}'))),
            |_| Body::default(),
        );
        self.closing_brace(start);
        body.span = self.since(start);
        Expr {
            span: body.span,
            kind: ExprKind::Block(Arc::new(body)),
        }
    }

    /// `@{ … }`.
    fn hashtable(&mut self) -> Expr {
        let start = self.at();
        self.lexer.at += 2;
        let mut pairs: Vec<(Expr, Statement)> = Vec::new();
        self.nested(
            |parser| parser.bracketed(|parser| parser.hash_pairs(&mut pairs)),
            |_| (),
        );
        if !self.lexer.eat("}") {
            let here = Span {
                start,
                end: start + 2,
            };
            self.unclosed(
                "MissingEndCurlyBrace",
                here,
                "Missing closing '}' in statement block or type definition.",
            );
        }
        Expr {
            span: self.since(start),
            kind: ExprKind::Hashtable(pairs),
        }
    }

    fn hash_pairs(&mut self, pairs: &mut Vec<(Expr, Statement)>) {
        let mut seen = std::collections::HashSet::new();
        loop {
            self.lexer.skip_separators();
            if self.lexer.is_end() || self.lexer.peek() == '}' {
                return;
            }
            let key = self.hash_key();
            let text = constant_key(
                &key,
                self.lexer.slice(key.span.start as usize, key.span.end as usize),
            );
            if let Some(text) = text
                && !seen.insert(text.to_lowercase())
            {
                self.error(
                    "DuplicateKeyInHashLiteral",
                    key.span,
                    format!("Duplicate keys '{text}' are not allowed in hash literals."),
                );
            }
            self.lexer.skip_blanks();
            if !self.lexer.eat("=") {
                let here = self.here();
                self.unclosed(
                    "MissingEqualsInHashLiteral",
                    here,
                    "Missing '=' operator after key in hash literal.",
                );
                self.skip_statement();
                if self.lexer.peek() == ')' {
                    return;
                }
                continue;
            }
            let equals = self.at();
            self.lexer.skip_lines();
            if self.lexer.is_end() || matches!(self.lexer.peek(), ';' | '}') {
                self.unclosed(
                    "MissingStatementInHashLiteral",
                    Span::at(equals),
                    "Missing statement after '=' in hash literal.",
                );
                continue;
            }
            let value = self.statement();
            pairs.push((key, value));
            self.lexer.skip_blanks();
            if !self.lexer.is_line_end() && !matches!(self.lexer.peek(), ';' | '}') {
                self.unexpected_token();
                self.skip_statement();
                if self.lexer.peek() == ')' {
                    return;
                }
            }
        }
    }

    fn hash_key(&mut self) -> Expr {
        let start = self.at();
        if is_name_start(self.lexer.peek()) {
            while is_name(self.lexer.peek())
                || matches!(self.lexer.peek(), '.' | '-' | ':') && is_name(self.lexer.peek_second())
            {
                self.lexer.bump();
            }
            let span = self.since(start);
            self.mark(span, TokenClass::Member);
            let text = self.lexer.slice(span.start as usize, span.end as usize);
            return Expr {
                span,
                kind: ExprKind::String(text.into(), Quote::Bare),
            };
        }
        self.unary()
    }
}

fn is_bare(name: &Expr) -> bool {
    matches!(name.kind, ExprKind::String(_, Quote::Bare))
}

/// A hash literal's key, when it is known already.
fn constant_key(key: &Expr, source: &str) -> Option<String> {
    match &key.kind {
        ExprKind::String(text, _) => Some(text.to_string()),
        ExprKind::Number(_) => Some(source.to_owned()),
        _ => None,
    }
}

/// Whether a text starts with names of types in brackets, and an argument list follows.
fn type_arguments_stand(text: &str) -> bool {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' if depth == 1 => return text[at + 1..].starts_with('('),
            ']' => depth -= 1,
            '.' | ',' | ' ' | '+' | '`' => {}
            _ if at == 1 && !is_name_start(character) => return false,
            _ if is_name(character) => {}
            _ => return false,
        }
    }
    false
}
