//! Bodies, blocks and statements.

use crate::ast::{
    Assign, Block, Body, Chain, Element, ElementKind, Expr, ExprKind, Name, Pipeline, Span, Statement,
    StatementKind, TokenClass, Using,
};
use crate::lex::assignment;

use super::Parser;

impl Parser<'_> {
    /// The inside of a script (`None`) or of braces, up to but without the closing character.
    pub(super) fn body(&mut self, terminator: Option<char>) -> Body {
        let start = self.at();
        let mut body = Body {
            span: Span::at(start),
            ..Body::default()
        };
        self.lexer.skip_separators();
        while self.looking_at_keyword("using") {
            body.usings.push(self.using());
            self.lexer.skip_separators();
        }
        self.parameter_block(&mut body);
        self.lexer.skip_separators();
        if self.named_block_keyword().is_some() {
            self.named_blocks(&mut body, terminator);
        } else {
            body.end = Some(self.statements(terminator));
        }
        body.inner = self.since(start);
        body.span = body.inner;
        body.help = self.help_comment(body.inner);
        body
    }

    fn using(&mut self) -> Using {
        let start = self.at();
        self.eat_keyword("using");
        self.lexer.skip_blanks();
        let kind = self.bare_text();
        self.lexer.skip_blanks();
        let name = self.bare_text();
        if name.is_empty() {
            let here = self.here();
            self.error(
                "MissingUsingItemName",
                here,
                format!("Missing name after using {kind}."),
            );
        }
        Using {
            span: self.since(start),
            kind: kind.into(),
            name: name.into(),
        }
    }

    /// A word as it is, without expansion.
    pub(super) fn bare_text(&mut self) -> String {
        let start = self.lexer.at;
        while !self.lexer.word_ends() {
            self.lexer.bump();
        }
        self.lexer
            .slice(start, self.lexer.at)
            .trim_matches(['\'', '"'])
            .to_owned()
    }

    fn parameter_block(&mut self, body: &mut Body) {
        let saved = (self.lexer.at, self.errors.len(), self.highlights.len());
        let mut attributes = Vec::new();
        while self.lexer.peek() == '[' {
            let Some(attribute) = self.attribute() else { break };
            attributes.push(attribute);
            self.lexer.skip_lines();
        }
        if self.eat_keyword("param") {
            body.attributes = attributes;
            self.lexer.skip_lines();
            if self.lexer.eat("(") {
                body.parameters = Some(self.bracketed(Self::parameter_list));
            } else {
                let here = self.here();
                self.error(
                    "MissingOpenParenthesisAfterKeyword",
                    here,
                    "Missing opening '(' after keyword 'param'.",
                );
            }
            return;
        }
        self.lexer.at = saved.0;
        self.errors.truncate(saved.1);
        self.highlights.truncate(saved.2);
    }

    /// The keyword of a named block, when a brace follows it.
    fn named_block_keyword(&mut self) -> Option<&'static str> {
        let keyword = ["begin", "process", "end", "clean", "dynamicparam"]
            .into_iter()
            .find(|keyword| self.looking_at_keyword(keyword))?;
        let saved = self.lexer.at;
        self.lexer.at += keyword.len();
        self.lexer.skip_lines();
        let brace = self.lexer.peek() == '{';
        self.lexer.at = saved;
        brace.then_some(keyword)
    }

    fn named_blocks(&mut self, body: &mut Body, terminator: Option<char>) {
        loop {
            self.lexer.skip_separators();
            if self.at_terminator(terminator) {
                return;
            }
            let Some(keyword) = self.named_block_keyword() else {
                self.unexpected_token();
                // What follows is read for its own errors.
                let rest = self.statements(terminator);
                body.end.get_or_insert(rest);
                return;
            };
            self.eat_keyword(keyword);
            self.lexer.skip_lines();
            let block = self.block();
            let slot = match keyword {
                "begin" => &mut body.begin,
                "process" => &mut body.process,
                "clean" => &mut body.clean,
                "dynamicparam" => &mut body.dynamic,
                _ => &mut body.end,
            };
            let twice = slot.is_some();
            let span = block.span;
            *slot = Some(block);
            if twice {
                self.error(
                    "DuplicateScriptCommandClause",
                    span,
                    format!("The script block already has a '{keyword}' clause."),
                );
            }
        }
    }

    /// What closes something around a block ends the block too: its own end is then missing.
    fn at_terminator(&self, terminator: Option<char>) -> bool {
        self.lexer.is_end() || terminator.is_some() && matches!(self.lexer.peek(), ')' | '}')
    }

    /// Statements up to a closing character or the end.
    pub(super) fn statements(&mut self, terminator: Option<char>) -> Block {
        let start = self.at();
        let mut block = Block::default();
        loop {
            self.lexer.skip_separators();
            if self.at_terminator(terminator) {
                break;
            }
            let before = self.lexer.at;
            if self.lexer.peek() == '|' && !self.lexer.looking_at("||") {
                let span = Span {
                    start: self.at(),
                    end: self.at() + 1,
                };
                self.error("EmptyPipeElement", span, "An empty pipe element is not allowed.");
                self.skip_statement();
                continue;
            }
            if self.looking_at_keyword("trap") {
                let trap = self.trap();
                block.traps.push(trap);
            } else {
                let statement = self.statement();
                block.statements.push(statement);
                self.end_of_statement(terminator);
            }
            if self.lexer.at == before {
                self.unexpected_token();
                self.lexer.bump();
            }
        }
        block.span = self.since(start);
        block
    }

    /// What follows a statement must end it.
    fn end_of_statement(&mut self, terminator: Option<char>) {
        let block_ended = self.lexer.at > 0 && self.lexer.slice(self.lexer.at - 1, self.lexer.at) == "}";
        self.lexer.skip_blanks();
        if self.lexer.is_line_end() || self.lexer.peek() == ';' || self.at_terminator(terminator) {
            return;
        }
        let closing = matches!(self.lexer.peek(), ')' | '}' | ']');
        let pipe = self.lexer.peek() == '|';
        if block_ended && !closing && !pipe && self.errors.is_empty() {
            return;
        }
        if self.lexer.peek() == '|' && !self.lexer.looking_at("||") {
            let span = Span {
                start: self.at(),
                end: self.at() + 1,
            };
            self.error("EmptyPipeElement", span, "An empty pipe element is not allowed.");
        } else {
            self.unexpected_token();
        }
        if closing {
            self.lexer.bump();
        } else {
            self.skip_statement();
        }
    }

    /// Goes on after an error: at the end of the line, of the statement or of the block.
    pub(super) fn skip_statement(&mut self) {
        while !self.lexer.is_line_end() && !matches!(self.lexer.peek(), ';' | '}' | ')') {
            self.lexer.bump();
        }
    }

    /// `{ … }`; an error when there is none.
    pub(super) fn block(&mut self) -> Block {
        let start = self.at();
        if !self.lexer.eat("{") {
            let here = self.here();
            self.error("MissingStatementBlock", here, "Missing statement block.");
            return Block {
                span: here,
                ..Block::default()
            };
        }
        let mut block = self.nested(
            |parser| parser.bracketed(|parser| parser.statements(Some('}'))),
            |span| Block {
                span,
                ..Block::default()
            },
        );
        self.closing_brace(start);
        block.span = self.since(start);
        block
    }

    /// Takes the brace that closes what was opened at an offset.
    pub(super) fn closing_brace(&mut self, open: u32) {
        if !self.lexer.eat("}") {
            self.unclosed(
                "MissingEndCurlyBrace",
                Span {
                    start: open,
                    end: open + 1,
                },
                "Missing closing '}' in statement block or type definition.",
            );
        }
    }

    /// One statement.
    pub(super) fn statement(&mut self) -> Statement {
        self.nested(Self::statement_here, |span| Statement {
            span,
            kind: StatementKind::Error,
        })
    }

    fn statement_here(&mut self) -> Statement {
        self.lexer.skip_blanks();
        let start = self.at();
        let label = self.label();
        let word = self.lexer.peek_name();
        if !word.is_empty()
            && self.keyword_ends(word.len())
            && let Some(kind) = self.keyword_statement(&word.to_ascii_lowercase(), label.clone())
        {
            return Statement {
                span: self.since(start),
                kind,
            };
        }
        if self.lexer.peek() == '[' && self.class_attributes_ahead() {
            let kind = self.attributed_definition();
            return Statement {
                span: self.since(start),
                kind,
            };
        }
        self.pipeline_statement(start)
    }

    /// `:name` before a loop or a switch.
    fn label(&mut self) -> Option<Name> {
        if self.lexer.peek() != ':' || !crate::lex::is_name_start(self.lexer.peek_second()) {
            return None;
        }
        let saved = self.lexer.at;
        self.lexer.bump();
        let text = self.lexer.peek_name();
        let start = self.at();
        self.lexer.at += text.len();
        let span = self.since(start);
        self.lexer.skip_lines();
        let labelled = ["foreach", "for", "while", "do", "switch"]
            .iter()
            .any(|word| self.looking_at_keyword(word));
        if !labelled {
            self.lexer.at = saved;
            return None;
        }
        self.mark(span, TokenClass::Keyword);
        Some(Name {
            text: text.into(),
            span,
        })
    }

    /// A pipeline, a chain of pipelines or an assignment.
    pub(super) fn pipeline_statement(&mut self, start: u32) -> Statement {
        let first = self.pipeline_or_assignment(start);
        let mut rest = Vec::new();
        loop {
            let saved = self.lexer.at;
            self.lexer.skip_blanks();
            if self.lexer.is_line_end() {
                self.lexer.skip_lines();
            }
            let and = self.lexer.looking_at("&&");
            if !and && !self.lexer.looking_at("||") {
                self.lexer.at = saved;
                break;
            }
            let operator = Span {
                start: self.at(),
                end: self.at() + 2,
            };
            self.mark(operator, TokenClass::Operator);
            self.lexer.at += 2;
            self.lexer.skip_lines();
            if self.lexer.is_end() || matches!(self.lexer.peek(), ';' | ')' | '}' | '|') {
                self.unclosed(
                    "EmptyPipelineChainElement",
                    Span::at(operator.end),
                    "An empty pipeline chain element is not allowed.",
                );
                break;
            }
            let next = self.at();
            let statement = self.statement_in_chain(next);
            rest.push((and, statement));
        }
        if rest.is_empty() {
            return first;
        }
        Statement {
            span: self.since(start),
            kind: StatementKind::Chain(Box::new(Chain { first, rest })),
        }
    }

    fn statement_in_chain(&mut self, start: u32) -> Statement {
        let word = self.lexer.peek_name().to_ascii_lowercase();
        if matches!(word.as_str(), "return" | "throw" | "exit" | "break" | "continue")
            && self.keyword_ends(word.len())
            && let Some(kind) = self.keyword_statement(&word, None)
        {
            return Statement {
                span: self.since(start),
                kind,
            };
        }
        self.pipeline_or_assignment(start)
    }

    fn pipeline_or_assignment(&mut self, start: u32) -> Statement {
        self.lexer.skip_blanks();
        if !self.expression_starts() {
            let pipeline = self.pipeline_rest(start, None);
            return Statement {
                span: self.since(start),
                kind: StatementKind::Pipeline(pipeline),
            };
        }
        let expression = self.expression(true);
        let after = self.lexer.at;
        self.lexer.skip_blanks();
        let rest = self.lexer.text().get(self.lexer.at..).unwrap_or("");
        if let Some((operator, length)) = assignment(rest) {
            return self.assign(start, expression, operator, length);
        }
        self.lexer.at = after;
        let pipeline = self.pipeline_rest(start, Some(expression));
        Statement {
            span: self.since(start),
            kind: StatementKind::Pipeline(pipeline),
        }
    }

    fn assign(
        &mut self,
        start: u32,
        target: Expr,
        operator: crate::ast::AssignOperator,
        length: usize,
    ) -> Statement {
        let operator_start = self.at();
        self.lexer.at += length;
        let operator_span = self.since(operator_start);
        self.mark(operator_span, TokenClass::Operator);
        if !is_assignable(&target) {
            self.error(
                "InvalidLeftHandSide",
                target.span,
                "The assignment expression is not valid. The input to an assignment operator must be an object that is able to \
                 accept assignments, such as a variable or a property.",
            );
        }
        self.lexer.skip_lines();
        if self.lexer.is_end() || matches!(self.lexer.peek(), ';' | ')' | '}' | '|') {
            let text = self
                .lexer
                .slice(operator_span.start as usize, operator_span.end as usize)
                .to_owned();
            self.unclosed(
                "ExpectedValueExpression",
                Span::at(operator_span.end),
                format!("You must provide a value expression following the '{text}' operator."),
            );
            let value = Statement {
                span: self.here(),
                kind: StatementKind::Error,
            };
            let assign = Assign {
                target,
                operator,
                operator_span,
                value,
            };
            return Statement {
                span: self.since(start),
                kind: StatementKind::Assign(Box::new(assign)),
            };
        }
        let value = self.statement();
        let assign = Assign {
            target,
            operator,
            operator_span,
            value,
        };
        Statement {
            span: self.since(start),
            kind: StatementKind::Assign(Box::new(assign)),
        }
    }

    /// The rest of a pipeline after its first expression, or all of a pipeline of commands.
    fn pipeline_rest(&mut self, start: u32, first: Option<Expr>) -> Pipeline {
        let mut elements = Vec::new();
        match first {
            Some(expression) => {
                let redirections = self.redirections();
                let span = self.since(start);
                elements.push(Element {
                    span,
                    kind: ElementKind::Expression(expression),
                    redirections,
                });
            }
            None => {
                let element = self.command_element_of_pipeline(true);
                elements.push(element);
            }
        }
        while self.eat_pipe() {
            self.lexer.skip_lines();
            let element = self.command_element_of_pipeline(false);
            elements.push(element);
        }
        let before = self.lexer.at;
        self.lexer.skip_blanks();
        let background = self.lexer.peek() == '&' && !self.lexer.looking_at("&&");
        if background {
            self.lexer.bump();
        } else {
            self.lexer.at = before;
        }
        Pipeline {
            span: self.since(start),
            elements,
            background,
        }
    }

    /// Takes a pipe sign, which may stand at the beginning of a later line.
    fn eat_pipe(&mut self) -> bool {
        let saved = self.lexer.at;
        self.lexer.skip_blanks();
        if self.lexer.is_line_end() {
            self.lexer.skip_lines();
        }
        if self.lexer.peek() == '|' && !self.lexer.looking_at("||") {
            let span = Span {
                start: self.at(),
                end: self.at() + 1,
            };
            self.mark(span, TokenClass::Operator);
            self.lexer.bump();
            return true;
        }
        self.lexer.at = saved;
        false
    }
}

/// Whether an expression can stand on the left of `=`.
fn is_assignable(target: &Expr) -> bool {
    match &target.kind {
        ExprKind::Variable(..) | ExprKind::Member(_) | ExprKind::Index(_) | ExprKind::Error => true,
        ExprKind::List(items) => items.iter().all(is_assignable),
        ExprKind::Cast(_, inner) | ExprKind::Attributed(_, inner) => is_assignable(inner),
        ExprKind::Paren(statement) => match &statement.kind {
            StatementKind::Pipeline(pipeline) if pipeline.elements.len() == 1 => {
                match &pipeline.elements[0].kind {
                    ElementKind::Expression(inner) => is_assignable(inner),
                    ElementKind::Command(_) => false,
                }
            }
            _ => false,
        },
        _ => false,
    }
}
