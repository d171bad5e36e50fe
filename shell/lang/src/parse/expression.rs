//! Expressions: operators by precedence, unary operators, casts, the comma.

use crate::ast::{Binary, Expr, ExprKind, Span, Step, TokenClass, UnaryOperator};
use crate::lex::{is_dash, is_double_quote, is_name_start, is_single_quote, number, precedence};

use super::Parser;

impl Parser<'_> {
    /// Whether what stands here is read as an expression, and not as a command.
    pub(super) fn expression_starts(&self) -> bool {
        let character = self.lexer.peek();
        let second = self.lexer.peek_second();
        match character {
            '$' | '(' | '{' | '[' | ',' | '!' => true,
            '@' => {
                matches!(second, '(' | '{')
                    || is_single_quote(second)
                    || is_double_quote(second)
                    || is_name_start(second)
            }
            '+' => {
                matches!(second, '+' | '$' | '(' | '.' | '\'' | '"' | '[' | '@' | ' ')
                    || second.is_ascii_digit()
            }
            '.' => second.is_ascii_digit() && self.whole_number(),
            digit if digit.is_ascii_digit() => self.whole_number(),
            dash if is_dash(dash) => {
                self.lexer.unary_word().is_some()
                    || second.is_ascii_digit()
                    || matches!(second, '$' | '(' | '.' | '\'' | '"' | '[' | '@' | ' ')
                    || is_dash(second)
            }
            quote => is_single_quote(quote) || is_double_quote(quote),
        }
    }

    /// Whether the number here ends where a number may end.
    fn whole_number(&self) -> bool {
        let rest = self.lexer.text().get(self.lexer.at..).unwrap_or("");
        number(rest).is_some_and(|(_, length)| {
            let after = self.lexer.peek_from(self.lexer.at + length);
            !is_name_start(after) && !matches!(after, '\\' | '$' | '@' | ':' | '~' | '^')
        })
    }

    /// An expression; `comma` says whether commas make lists of it.
    pub(super) fn expression(&mut self, comma: bool) -> Expr {
        self.nested(
            |parser| parser.ternary(comma),
            |span| Expr {
                span,
                kind: ExprKind::Error,
            },
        )
    }

    fn ternary(&mut self, comma: bool) -> Expr {
        let start = self.at();
        let condition = self.binary(0, comma);
        let after = self.lexer.at;
        self.lexer.skip_blanks();
        if self.lexer.peek() != '?' || matches!(self.lexer.peek_second(), '?' | '.' | '[') {
            self.lexer.at = after;
            return condition;
        }
        let question = self.operator_token(1);
        self.lexer.skip_lines();
        if !self.operand_starts() {
            return self.half_ternary(start, question);
        }
        let yes = self.expression(comma);
        self.lexer.skip_lines();
        if self.lexer.peek() != ':' {
            let here = self.here();
            self.unclosed(
                "MissingColonInTernaryExpression",
                here,
                "Missing ':' in the ternary expression.",
            );
            return Expr {
                span: self.since(start),
                kind: ExprKind::Error,
            };
        }
        let colon = self.operator_token(1);
        self.lexer.skip_lines();
        if !self.operand_starts() {
            return self.half_ternary(start, colon);
        }
        let no = self.expression(comma);
        Expr {
            span: self.since(start),
            kind: ExprKind::Ternary(Box::new((condition, yes, no))),
        }
    }

    fn half_ternary(&mut self, start: u32, operator: Span) -> Expr {
        self.missing_operand(operator);
        Expr {
            span: self.since(start),
            kind: ExprKind::Error,
        }
    }

    fn operator_token(&mut self, length: usize) -> Span {
        let start = self.at();
        self.lexer.at += length;
        let span = self.since(start);
        self.mark(span, TokenClass::Operator);
        span
    }

    fn binary(&mut self, lowest: u8, comma: bool) -> Expr {
        let start = self.at();
        let mut left = self.list(comma);
        loop {
            let after = self.lexer.at;
            self.lexer.skip_blanks();
            let found = self
                .lexer
                .operator()
                .filter(|(operator, _)| precedence(*operator) >= lowest.max(1));
            let Some((operator, length)) = found else {
                self.lexer.at = after;
                return left;
            };
            let operator_span = self.operator_token(length);
            self.lexer.skip_lines();
            if !self.operand_starts() {
                self.missing_operand(operator_span);
                return Expr {
                    span: self.since(start),
                    kind: ExprKind::Error,
                };
            }
            let right = self.nested(
                |parser| parser.binary(precedence(operator) + 1, comma),
                |span| Expr {
                    span,
                    kind: ExprKind::Error,
                },
            );
            let span = left.span.to(right.span);
            left = Expr {
                span,
                kind: ExprKind::Binary(Box::new(Binary {
                    operator,
                    operator_span,
                    left,
                    right,
                })),
            };
        }
    }

    fn missing_operand(&mut self, operator: Span) {
        let text = self
            .lexer
            .slice(operator.start as usize, operator.end as usize)
            .to_owned();
        let message = format!("You must provide a value expression following the '{text}' operator.");
        self.unclosed("ExpectedValueExpression", Span::at(operator.end), message);
    }

    fn missing_unary_operand(&mut self, operator: Span) {
        let text = self.lexer.slice(operator.start as usize, operator.end as usize);
        let message = format!("Missing expression after unary operator '{text}'.");
        self.unclosed("MissingExpressionAfterOperator", Span::at(operator.end), message);
    }

    /// Whether an operand can begin here.
    pub(super) fn operand_starts(&self) -> bool {
        let character = self.lexer.peek();
        let second = self.lexer.peek_second();
        match character {
            '$' | '(' | '{' | '[' | ',' | '!' | '+' => true,
            '@' => {
                matches!(second, '(' | '{')
                    || is_single_quote(second)
                    || is_double_quote(second)
                    || is_name_start(second)
            }
            '.' => second.is_ascii_digit(),
            digit if digit.is_ascii_digit() => true,
            dash if is_dash(dash) => self.lexer.unary_word().is_some() || !second.is_ascii_alphabetic(),
            quote => is_single_quote(quote) || is_double_quote(quote),
        }
    }

    /// Operands joined by commas.
    fn list(&mut self, comma: bool) -> Expr {
        let start = self.at();
        let first = self.unary();
        if !comma {
            return first;
        }
        let mut items = vec![first];
        loop {
            let after = self.lexer.at;
            self.lexer.skip_blanks();
            if self.lexer.peek() != ',' {
                self.lexer.at = after;
                break;
            }
            let span = self.operator_token(1);
            self.lexer.skip_lines();
            if !self.operand_starts() {
                let message = "Missing expression after ','.".to_owned();
                self.unclosed("MissingExpressionAfterToken", Span::at(span.end), message);
                break;
            }
            items.push(self.unary());
        }
        match items.len() {
            1 => items.swap_remove(0),
            _ => Expr {
                span: self.since(start),
                kind: ExprKind::List(items),
            },
        }
    }

    /// A unary operator, a cast, or an operand.
    pub(super) fn unary(&mut self) -> Expr {
        self.nested(Self::unary_here, |span| Expr {
            span,
            kind: ExprKind::Error,
        })
    }

    fn unary_here(&mut self) -> Expr {
        self.lexer.skip_blanks();
        let start = self.at();
        let character = self.lexer.peek();
        if let Some((operator, length)) = self.lexer.unary_word() {
            return self.unary_operator(operator, length);
        }
        match character {
            '!' => self.unary_operator(UnaryOperator::Not, 1),
            ',' => {
                self.operator_token(1);
                self.lexer.skip_lines();
                let item = self.unary();
                Expr {
                    span: self.since(start),
                    kind: ExprKind::List(vec![item]),
                }
            }
            '+' if self.lexer.peek_second() == '+' => self.prefix_step(true),
            '+' => self.signed(UnaryOperator::Plus),
            dash if is_dash(dash) && is_dash(self.lexer.peek_second()) => self.prefix_step(false),
            dash if is_dash(dash) => self.signed(UnaryOperator::Minus),
            '[' => self.bracket(),
            _ => self.operand(),
        }
    }

    fn unary_operator(&mut self, operator: UnaryOperator, length: usize) -> Expr {
        let start = self.at();
        let span = self.operator_token(length);
        self.lexer.skip_lines();
        if !self.operand_starts() {
            self.missing_unary_operand(span);
            return Expr {
                span,
                kind: ExprKind::Error,
            };
        }
        let operand = self.unary();
        Expr {
            span: self.since(start),
            kind: ExprKind::Unary(operator, Box::new(operand)),
        }
    }

    fn prefix_step(&mut self, up: bool) -> Expr {
        let start = self.at();
        let length = self.lexer.peek().len_utf8() + self.lexer.peek_second().len_utf8();
        let span = self.operator_token(length);
        self.lexer.skip_lines();
        if !self.operand_starts() {
            self.missing_unary_operand(span);
            return Expr {
                span,
                kind: ExprKind::Error,
            };
        }
        let target = self.unary();
        Expr {
            span: self.since(start),
            kind: ExprKind::Step(Box::new(Step {
                target,
                up,
                prefix: true,
            })),
        }
    }

    /// `-5` is a number; `-$x` and `- 5` are operations.
    fn signed(&mut self, operator: UnaryOperator) -> Expr {
        let start = self.at();
        let sign = self.lexer.peek().len_utf8();
        let next = self.lexer.peek_from(self.lexer.at + sign);
        if operator == UnaryOperator::Minus && (next.is_ascii_digit() || next == '.') {
            let rest = self.lexer.text().get(self.lexer.at + sign..).unwrap_or("");
            let literal: String = rest
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-'))
                .take(400)
                .collect();
            if let Some((value, length)) = number(&format!("-{literal}")) {
                self.lexer.at += sign + length - 1;
                return self.number_operand(start, value);
            }
        }
        self.unary_operator(operator, sign)
    }

    /// `[type]`, a cast, or an attribute before a variable.
    fn bracket(&mut self) -> Expr {
        let start = self.at();
        let Some(attribute) = self.attribute() else {
            self.lexer.bump();
            let here = self.here();
            self.unclosed("MissingTypename", here, "Missing type name after '['.");
            self.skip_statement();
            return Expr {
                span: self.since(start),
                kind: ExprKind::Error,
            };
        };
        let adjacent = self.lexer.at;
        if !attribute.call && (self.lexer.looking_at("::") || self.lexer.peek() == '.') {
            let target = Expr {
                span: attribute.span,
                kind: ExprKind::Type(attribute.type_name),
            };
            return self.postfix(target);
        }
        if attribute.call {
            self.lexer.skip_lines();
            if !self.operand_starts() {
                self.lexer.at = adjacent;
                let message = format!("Unexpected attribute '{}'.", attribute.type_name.name);
                self.unclosed("UnexpectedAttribute", attribute.span, message);
                return Expr {
                    span: attribute.span,
                    kind: ExprKind::Error,
                };
            }
            let operand = self.unary();
            return Expr {
                span: self.since(start),
                kind: ExprKind::Attributed(Box::new(attribute), Box::new(operand)),
            };
        }
        self.lexer.skip_blanks();
        if self.lexer.peek() != ','
            && self.lexer.peek() != '+'
            && self.operand_starts()
            && !self.subtraction_ahead()
        {
            let operand = self.unary();
            return Expr {
                span: self.since(start),
                kind: ExprKind::Cast(attribute.type_name, Box::new(operand)),
            };
        }
        self.lexer.at = adjacent;
        Expr {
            span: attribute.span,
            kind: ExprKind::Type(attribute.type_name),
        }
    }

    /// Whether a dash here is a binary operator on a type and not the sign of what is cast.
    fn subtraction_ahead(&self) -> bool {
        is_dash(self.lexer.peek())
            && self.lexer.unary_word().is_none()
            && crate::lex::is_blank(self.lexer.peek_second())
    }
}
