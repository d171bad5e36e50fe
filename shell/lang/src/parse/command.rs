//! Commands: names, arguments in argument mode, parameters, redirections.

use std::sync::Arc;

use crate::ast::{
    CallOperator, Command, CommandElement, Element, ElementKind, Expr, ExprKind, Literal, Name, Quote,
    Redirection, RedirectionTarget, Span, StreamNumber, TokenClass,
};
use crate::lex::{
    is_blank, is_dash, is_double_quote, is_name_start, is_single_quote, is_variable_name, number,
};

use super::Parser;
use super::string::Parts;

impl Parser<'_> {
    /// An element of a pipeline that must be a command unless it is the first.
    pub(super) fn command_element_of_pipeline(&mut self, first: bool) -> Element {
        self.lexer.skip_blanks();
        let start = self.at();
        if !first && (self.lexer.is_end() || matches!(self.lexer.peek(), '|' | ';' | ')' | '}' | '\n')) {
            let span = if self.lexer.is_end() {
                self.here()
            } else {
                Span {
                    start,
                    end: start + 1,
                }
            };
            self.unclosed("EmptyPipeElement", span, "An empty pipe element is not allowed.");
            return empty_element(span);
        }
        if !first && self.expression_starts() {
            let expression = self.expression(true);
            let span = expression.span;
            self.error(
                "ExpressionsMustBeFirstInPipeline",
                span,
                "Expressions are only allowed as the first element of a pipeline.",
            );
            return Element {
                span,
                kind: ElementKind::Expression(expression),
                redirections: Vec::new(),
            };
        }
        self.command(start)
    }

    fn command(&mut self, start: u32) -> Element {
        let call = self.call_operator();
        let Some(name) = self.command_name(call) else {
            let here = self.here();
            return empty_element(here);
        };
        let mut command = Command {
            call,
            name,
            elements: Vec::new(),
        };
        let mut redirections = Vec::new();
        let saved = std::mem::replace(&mut self.in_argument, true);
        let mut values_only = false;
        loop {
            let before = self.lexer.at;
            self.lexer.skip_blanks();
            if self.command_ends() {
                self.lexer.at = before;
                break;
            }
            if let Some(redirection) = self.redirection() {
                self.redirected_once(&redirections, &redirection);
                redirections.push(redirection);
                continue;
            }
            let element = self.command_element(&mut values_only);
            command.elements.push(element);
            if self.lexer.at == before {
                self.unexpected_token();
                self.lexer.bump();
            }
        }
        self.in_argument = saved;
        Element {
            span: self.since(start),
            kind: ElementKind::Command(command),
            redirections,
        }
    }

    fn call_operator(&mut self) -> CallOperator {
        let call = match self.lexer.peek() {
            '&' if self.lexer.peek_second() == '&' => return CallOperator::None,
            '&' => CallOperator::Call,
            '.' => {
                let second = self.lexer.peek_second();
                let dots = is_blank(second)
                    || matches!(second, '$' | '(' | '{' | '\n' | '\r')
                    || is_single_quote(second)
                    || is_double_quote(second);
                if !dots {
                    return CallOperator::None;
                }
                CallOperator::Dot
            }
            _ => return CallOperator::None,
        };
        let start = self.at();
        self.lexer.bump();
        let span = self.since(start);
        self.mark(span, TokenClass::Operator);
        self.lexer.skip_blanks();
        call
    }

    fn command_name(&mut self, call: CallOperator) -> Option<Expr> {
        let start = self.at();
        if self.lexer.word_ends() && !matches!(self.lexer.peek(), '(' | '{') {
            if call == CallOperator::None {
                self.unexpected_token();
                if !self.lexer.is_end() {
                    self.skip_statement();
                }
            } else {
                let here = self.here();
                let operator = if call == CallOperator::Dot { '.' } else { '&' };
                let message = format!("Missing expression after '{operator}' in pipeline element.");
                self.unclosed("MissingExpression", here, message);
            }
            return None;
        }
        if call != CallOperator::None {
            let saved = std::mem::replace(&mut self.in_argument, true);
            let name = self.argument_item();
            self.in_argument = saved;
            self.mark(name.span, TokenClass::Command);
            return Some(name);
        }
        let name = self.word();
        let span = Span {
            start,
            end: name.span.end,
        };
        self.mark(span, TokenClass::Command);
        Some(name)
    }

    fn command_ends(&self) -> bool {
        self.lexer.is_line_end() || matches!(self.lexer.peek(), ';' | '|' | ')' | '}' | '&')
    }

    fn command_element(&mut self, values_only: &mut bool) -> CommandElement {
        let start = self.at();
        let character = self.lexer.peek();
        if is_dash(character) && !*values_only {
            let second = self.lexer.peek_second();
            if is_dash(second) {
                if let Some(element) = self.double_dash(values_only) {
                    return element;
                }
            } else if (is_name_start(second) || second == '?')
                && let Some(parameter) = self.parameter_element(start)
            {
                return parameter;
            }
        }
        if character == '@' && is_variable_name(self.lexer.peek_second()) {
            return self.splat();
        }
        CommandElement::Argument(self.argument())
    }

    /// `--` and `--%`; `None` when the word goes on.
    fn double_dash(&mut self, values_only: &mut bool) -> Option<CommandElement> {
        let start = self.at();
        let saved = self.lexer.at;
        self.lexer.bump();
        self.lexer.bump();
        if self.lexer.word_ends() {
            *values_only = true;
            return Some(CommandElement::EndOfParameters(self.since(start)));
        }
        if self.lexer.eat("%") && self.lexer.word_ends() {
            self.lexer.skip_blanks();
            let from = self.lexer.at;
            while !self.lexer.is_line_end() && self.lexer.peek() != '|' {
                self.lexer.bump();
            }
            let text = Arc::from(self.lexer.slice(from, self.lexer.at).trim_end());
            return Some(CommandElement::Verbatim(self.since(start), text));
        }
        self.lexer.at = saved;
        None
    }

    fn parameter_element(&mut self, start: u32) -> Option<CommandElement> {
        let saved = self.lexer.at;
        self.lexer.bump();
        let name_start = self.at();
        while !self.lexer.word_ends() && !matches!(self.lexer.peek(), ':' | '.' | '[' | '\'' | '"') {
            self.lexer.bump();
        }
        if matches!(self.lexer.peek(), '\'' | '"') {
            self.lexer.at = saved;
            return None;
        }
        let span = self.since(name_start);
        let name = Name {
            text: Arc::from(self.lexer.slice(span.start as usize, span.end as usize)),
            span,
        };
        let dash_and_name = self.since(start);
        self.mark(dash_and_name, TokenClass::Parameter);
        let mut value = None;
        if self.lexer.eat(":") {
            self.lexer.skip_blanks();
            if self.command_ends() {
                let here = self.here();
                let message = format!("Parameter -{}: requires an argument.", name.text);
                self.unclosed("ParameterRequiresArgument", here, message);
            } else {
                value = Some(self.argument());
            }
        }
        Some(CommandElement::Parameter {
            span: self.since(start),
            name,
            value,
        })
    }

    fn splat(&mut self) -> CommandElement {
        let start = self.at();
        self.lexer.bump();
        let name_start = self.lexer.at;
        while is_variable_name(self.lexer.peek()) || self.lexer.peek() == ':' {
            self.lexer.bump();
        }
        let text = self.lexer.slice(name_start, self.lexer.at);
        let (scope, name) = super::variable::split_scope(text);
        let span = self.since(start);
        self.mark(span, TokenClass::Variable);
        CommandElement::Splat(Expr {
            span,
            kind: ExprKind::Variable(scope, name),
        })
    }

    /// An argument: items joined by commas.
    pub(super) fn argument(&mut self) -> Expr {
        let saved = std::mem::replace(&mut self.in_argument, true);
        let argument = self.argument_list();
        self.in_argument = saved;
        argument
    }

    fn argument_list(&mut self) -> Expr {
        let start = self.at();
        if self.lexer.peek() == ',' {
            let span = Span {
                start,
                end: start + 1,
            };
            self.lexer.bump();
            self.unclosed("MissingArgument", span, "Missing argument in parameter list.");
            return Expr {
                span,
                kind: ExprKind::Error,
            };
        }
        let mut items = vec![self.argument_item()];
        loop {
            let after = self.lexer.at;
            self.lexer.skip_blanks();
            if self.lexer.peek() != ',' {
                self.lexer.at = after;
                break;
            }
            let comma = self.at();
            self.lexer.bump();
            self.lexer.skip_lines();
            if self.command_ends() || self.lexer.peek() == ',' {
                self.unclosed(
                    "MissingArgument",
                    Span {
                        start: comma,
                        end: comma + 1,
                    },
                    "Missing argument in parameter list.",
                );
                break;
            }
            items.push(self.argument_item());
        }
        match items.len() {
            1 => items.swap_remove(0),
            _ => Expr {
                span: self.since(start),
                kind: ExprKind::List(items),
            },
        }
    }

    /// One item of an argument.
    pub(super) fn argument_item(&mut self) -> Expr {
        self.nested(Self::argument_item_here, |span| Expr {
            span,
            kind: ExprKind::Error,
        })
    }

    fn argument_item_here(&mut self) -> Expr {
        let saved = std::mem::replace(&mut self.in_argument, true);
        let item = self.argument_item_by_character();
        self.in_argument = saved;
        item
    }

    fn argument_item_by_character(&mut self) -> Expr {
        let character = self.lexer.peek();
        let second = self.lexer.peek_second();
        match character {
            '(' | '{' => self.operand(),
            '@' if matches!(second, '(' | '{') || is_single_quote(second) || is_double_quote(second) => {
                self.operand()
            }
            '$' if second == '(' => self.operand(),
            '$' => self.variable_argument(),
            quote if is_single_quote(quote) || is_double_quote(quote) => self.operand(),
            digit if digit.is_ascii_digit() || digit == '.' => {
                self.number_argument().unwrap_or_else(|| self.word())
            }
            _ => self.word(),
        }
    }

    /// `$x`, `$x.Member`, or a word that begins with a variable.
    fn variable_argument(&mut self) -> Expr {
        let saved = (self.lexer.at, self.highlights.len());
        let start = self.at();
        let Some((scope, name)) = self.variable() else {
            return self.word();
        };
        let next = self.lexer.peek();
        let goes_on = match next {
            '[' => false,
            '.' => {
                let after = self.lexer.peek_second();
                !(crate::lex::is_name(after)
                    || matches!(after, '$' | '(')
                    || is_single_quote(after)
                    || is_double_quote(after))
            }
            ':' => !self.lexer.looking_at("::"),
            '?' => !matches!(self.lexer.peek_second(), '.' | '['),
            _ => !self.lexer.word_ends(),
        };
        if goes_on {
            self.lexer.at = saved.0;
            self.highlights.truncate(saved.1);
            return self.word();
        }
        let span = self.since(start);
        self.mark(span, TokenClass::Variable);
        self.postfix(Expr {
            span,
            kind: ExprKind::Variable(scope, name),
        })
    }

    /// A number that is a whole word.
    fn number_argument(&mut self) -> Option<Expr> {
        let start = self.at();
        let rest = self.lexer.text().get(self.lexer.at..).unwrap_or("");
        let (value, length) = number(rest)?;
        let after = self.lexer.peek_from(self.lexer.at + length);
        let ends = self.lexer.at + length >= self.lexer.text().len() || crate::lex::ends_word(after);
        if !ends {
            return None;
        }
        self.lexer.at += length;
        let span = self.since(start);
        self.mark(span, TokenClass::Number);
        Some(Expr {
            span,
            kind: ExprKind::Number(Literal(value)),
        })
    }

    /// A bareword, which expands like a double-quoted string and takes in quoted pieces.
    pub(super) fn word(&mut self) -> Expr {
        let start = self.at();
        let mut parts = Parts::default();
        while !self.lexer.word_ends() {
            let character = self.lexer.peek();
            if is_single_quote(character) {
                let text = self.single_quoted_text();
                parts.push_str(&text);
            } else if is_double_quote(character) {
                self.double_quoted_parts(&mut parts);
            } else {
                self.expandable_character(&mut parts, false);
            }
        }
        Expr {
            span: self.since(start),
            kind: parts.finish(Quote::Bare),
        }
    }

    /// Redirections after an expression.
    pub(super) fn redirections(&mut self) -> Vec<Redirection> {
        let mut redirections = Vec::new();
        loop {
            let before = self.lexer.at;
            self.lexer.skip_blanks();
            match self.redirection() {
                Some(redirection) => {
                    self.redirected_once(&redirections, &redirection);
                    redirections.push(redirection);
                }
                None => {
                    self.lexer.at = before;
                    return redirections;
                }
            }
        }
    }

    /// A stream goes to one place only.
    fn redirected_once(&mut self, known: &[Redirection], next: &Redirection) {
        if !known.iter().any(|known| known.from == next.from) {
            return;
        }
        let stream = match next.from {
            StreamNumber::All => "all",
            StreamNumber::One(2) => "error",
            StreamNumber::One(3) => "warning",
            StreamNumber::One(4) => "verbose",
            StreamNumber::One(5) => "debug",
            StreamNumber::One(6) => "information",
            StreamNumber::One(_) => "output",
        };
        let message = format!("The {stream} stream for this command is already redirected.");
        self.error("StreamAlreadyRedirected", next.span, message);
    }

    fn redirection(&mut self) -> Option<Redirection> {
        let start = self.at();
        let saved = self.lexer.at;
        let from = match self.lexer.peek() {
            '>' => StreamNumber::One(1),
            '*' if self.lexer.peek_second() == '>' => StreamNumber::All,
            digit @ '1'..='6' if self.lexer.peek_second() == '>' => StreamNumber::One(digit as u8 - b'0'),
            '<' => {
                let span = Span {
                    start,
                    end: start + 1,
                };
                self.error(
                    "RedirectionNotSupported",
                    span,
                    "The '<' operator is reserved for future use.",
                );
                self.lexer.bump();
                return None;
            }
            _ => return None,
        };
        if self.lexer.peek() != '>' {
            self.lexer.bump();
        }
        self.lexer.bump();
        let append = self.lexer.eat(">");
        if self.lexer.peek() == '&' && self.lexer.peek_second().is_ascii_digit() {
            return Some(self.merge(start, from));
        }
        let operator = self.since(start);
        self.mark(operator, TokenClass::Operator);
        self.lexer.skip_blanks();
        if self.command_ends() {
            let here = self.here();
            self.unclosed(
                "MissingFileSpecification",
                here,
                "Missing file specification after redirection operator.",
            );
            self.lexer.at = self.lexer.at.max(saved + 1);
            return None;
        }
        let file = self.argument_item();
        Some(Redirection {
            span: self.since(start),
            from,
            to: RedirectionTarget::File(file, append),
        })
    }

    fn merge(&mut self, start: u32, from: StreamNumber) -> Redirection {
        self.lexer.bump();
        let to = self.lexer.bump();
        let span = self.since(start);
        self.mark(span, TokenClass::Operator);
        if to != '1' {
            self.error(
                "RedirectionNotSupported",
                span,
                format!(
                    "The '{}' operator is reserved for future use.",
                    self.lexer.slice(span.start as usize, span.end as usize)
                ),
            );
        }
        Redirection {
            span,
            from,
            to: RedirectionTarget::Output,
        }
    }
}

fn empty_element(span: Span) -> Element {
    let kind = ElementKind::Expression(Expr {
        span,
        kind: ExprKind::String(Arc::from(""), Quote::Bare),
    });
    Element {
        span,
        kind,
        redirections: Vec::new(),
    }
}
