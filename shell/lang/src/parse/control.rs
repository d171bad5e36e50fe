//! Statements that begin with a keyword: flow control.

use crate::ast::{
    Block, Expr, ExprKind, For, ForEach, Loop, Name, Span, Statement, StatementKind, Switch, SwitchMatch,
};

use super::Parser;

impl Parser<'_> {
    /// The statement of a keyword, which stands here; `None` when the word is no keyword of a statement.
    pub(super) fn keyword_statement(&mut self, word: &str, label: Option<Name>) -> Option<StatementKind> {
        Some(match word {
            "if" => self.if_statement(),
            "while" => self.while_statement(label),
            "do" => self.do_statement(label),
            "for" => self.for_statement(label),
            "foreach" => self.foreach_statement(label),
            "switch" => self.switch_statement(label),
            "try" => self.try_statement(),
            "function" | "filter" | "workflow" => self.function_statement(word),
            "class" => self.class_statement(Vec::new()),
            "enum" => self.enum_statement(Vec::new()),
            "data" => self.data_statement()?,
            "return" => StatementKind::Return(self.flow_value("return")),
            "throw" => StatementKind::Throw(self.flow_value("throw")),
            "exit" => StatementKind::Exit(self.flow_value("exit")),
            "break" => StatementKind::Break(self.flow_label("break")),
            "continue" => StatementKind::Continue(self.flow_label("continue")),
            _ => return None,
        })
    }

    fn flow_value(&mut self, keyword: &str) -> Option<Box<Statement>> {
        self.eat_keyword(keyword);
        self.lexer.skip_blanks();
        if self.statement_ends() {
            return None;
        }
        let start = self.at();
        Some(Box::new(self.pipeline_statement(start)))
    }

    fn statement_ends(&self) -> bool {
        self.lexer.is_line_end()
            || matches!(self.lexer.peek(), ';' | '}' | ')')
            || self.lexer.looking_at("&&")
            || self.lexer.looking_at("||")
    }

    fn flow_label(&mut self, keyword: &str) -> Option<Box<Expr>> {
        self.eat_keyword(keyword);
        self.lexer.skip_blanks();
        if self.statement_ends() {
            return None;
        }
        Some(Box::new(self.argument()))
    }

    /// `( condition )` after a keyword.
    fn condition(&mut self, keyword: &str) -> Statement {
        self.lexer.skip_lines();
        let open = self.at();
        if !self.lexer.eat("(") {
            let (id, message) = match keyword {
                "if" | "elseif" => (
                    "MissingOpenParenthesisInIfStatement",
                    format!("Missing '(' after '{keyword}' in if statement."),
                ),
                _ => (
                    "MissingOpenParenthesisAfterKeyword",
                    format!("Missing opening '(' after keyword '{keyword}'."),
                ),
            };
            let here = self.here();
            self.unclosed(id, here, message);
            return Statement {
                span: here,
                kind: StatementKind::Error,
            };
        }
        self.lexer.skip_lines();
        let start = self.at();
        let statement = if self.lexer.peek() == ')' || self.lexer.is_end() {
            let (id, message) = match keyword {
                "if" | "elseif" => (
                    "IfStatementMissingCondition",
                    format!("Missing condition in if statement after '{keyword} ('."),
                ),
                _ => (
                    "MissingExpressionAfterKeyword",
                    format!("Missing expression after '{keyword}' in loop."),
                ),
            };
            let at = if self.lexer.is_end() { open + 1 } else { start };
            self.unclosed(id, Span::at(at), message);
            Statement {
                span: Span::at(start),
                kind: StatementKind::Error,
            }
        } else {
            self.bracketed(|parser| parser.pipeline_statement(start))
        };
        self.closing_parenthesis_of(keyword, open);
        statement
    }

    fn closing_parenthesis_of(&mut self, keyword: &str, open: u32) {
        self.lexer.skip_lines();
        if !self.lexer.eat(")") {
            let span = if self.lexer.is_end() {
                Span::at(self.at())
            } else {
                Span::at(open + 1).to(self.here())
            };
            let message = format!("Missing closing ')' after expression in '{keyword}' statement.");
            self.unclosed("MissingEndParenthesisAfterStatement", Span::at(span.end), message);
        }
    }

    /// The block after a condition.
    fn body_after(&mut self, what: &str) -> Block {
        let message = format!("Missing statement block after {what}.");
        self.body_or("MissingStatementBlock", message)
    }

    /// The body of a loop.
    fn loop_body(&mut self, keyword: &str) -> Block {
        self.body_or(
            "MissingLoopStatement",
            format!("Missing statement body in {keyword} loop."),
        )
    }

    /// The block that must stand here, or an error.
    pub(super) fn body_or(&mut self, id: &'static str, message: String) -> Block {
        let after = self.at();
        let saved = self.lexer.at;
        self.lexer.skip_lines();
        if self.lexer.peek() != '{' {
            self.unclosed(id, Span::at(after), message);
            self.lexer.at = saved;
            return Block {
                span: Span::at(after),
                ..Block::default()
            };
        }
        self.block()
    }

    fn if_statement(&mut self) -> StatementKind {
        self.eat_keyword("if");
        let condition = self.condition("if");
        let body = self.body_after("if ( condition )");
        let mut clauses = vec![(condition, body)];
        loop {
            if self.eat_keyword_on_later_line("elseif") {
                let condition = self.condition("elseif");
                let body = self.body_after("elseif ( condition )");
                clauses.push((condition, body));
            } else if self.eat_keyword_on_later_line("else") {
                let otherwise = self.body_or(
                    "MissingStatementBlockAfterElse",
                    "Missing statement block after 'else' keyword.".to_owned(),
                );
                return StatementKind::If(clauses, Some(otherwise));
            } else {
                return StatementKind::If(clauses, None);
            }
        }
    }

    fn while_statement(&mut self, label: Option<Name>) -> StatementKind {
        self.eat_keyword("while");
        let condition = self.condition("while");
        let body = self.loop_body("while");
        StatementKind::Loop(Box::new(Loop {
            label,
            condition,
            body,
            body_first: false,
            until: false,
        }))
    }

    fn do_statement(&mut self, label: Option<Name>) -> StatementKind {
        self.eat_keyword("do");
        let body = self.loop_body("do");
        let until = if self.eat_keyword_on_later_line("until") {
            true
        } else {
            if !self.eat_keyword_on_later_line("while") {
                let here = self.here();
                self.unclosed(
                    "MissingWhileOrUntilInDoWhile",
                    here,
                    "Missing while or until keyword in do loop.",
                );
                let condition = Statement {
                    span: here,
                    kind: StatementKind::Error,
                };
                return StatementKind::Loop(Box::new(Loop {
                    label,
                    condition,
                    body,
                    body_first: true,
                    until: false,
                }));
            }
            false
        };
        let condition = self.condition(if until { "until" } else { "while" });
        StatementKind::Loop(Box::new(Loop {
            label,
            condition,
            body,
            body_first: true,
            until,
        }))
    }

    fn for_statement(&mut self, label: Option<Name>) -> StatementKind {
        self.eat_keyword("for");
        self.lexer.skip_lines();
        let open = self.at();
        if !self.lexer.eat("(") {
            let here = self.here();
            self.unclosed(
                "MissingOpenParenthesisAfterKeyword",
                here,
                "Missing opening '(' after keyword 'for'.",
            );
            return StatementKind::Error;
        }
        let mut parts = [None, None, None];
        for part in &mut parts {
            self.lexer.skip_lines();
            if !matches!(self.lexer.peek(), ';' | ')') && !self.lexer.is_end() {
                let start = self.at();
                *part = Some(self.bracketed(|parser| parser.pipeline_statement(start)));
            }
            self.lexer.skip_lines();
            if !self.lexer.eat(";") {
                break;
            }
        }
        self.closing_parenthesis_of("for", open);
        let body = self.loop_body("for");
        let [initializer, condition, iterator] = parts;
        StatementKind::For(Box::new(For {
            label,
            initializer,
            condition,
            iterator,
            body,
        }))
    }

    fn foreach_statement(&mut self, label: Option<Name>) -> StatementKind {
        self.eat_keyword("foreach");
        self.lexer.skip_lines();
        while self.lexer.peek() == '-' {
            // `-Parallel` and `-ThrottleLimit` belong to workflows; they are read and have no effect.
            self.bare_text();
            self.lexer.skip_lines();
        }
        let open = self.at();
        if !self.lexer.eat("(") {
            let here = self.here();
            self.unclosed(
                "MissingOpenParenthesisAfterKeyword",
                here,
                "Missing opening '(' after keyword 'foreach'.",
            );
            return StatementKind::Error;
        }
        self.lexer.skip_lines();
        let variable = if self.lexer.peek() == '$' {
            self.variable_expression()
        } else {
            let here = self.here();
            self.unclosed(
                "MissingVariableNameAfterForeach",
                here,
                "Missing variable name after foreach.",
            );
            Expr {
                span: here,
                kind: ExprKind::Error,
            }
        };
        self.lexer.skip_lines();
        if !self.eat_keyword("in") {
            let here = self.here();
            self.unclosed(
                "MissingInInForeach",
                here,
                "Missing 'in' after variable in foreach loop.",
            );
        }
        self.lexer.skip_lines();
        let start = self.at();
        let items = if self.lexer.peek() == ')' || self.lexer.is_end() {
            self.unclosed(
                "MissingForeachExpression",
                Span::at(start),
                "Missing expression after 'in' in foreach loop.",
            );
            Statement {
                span: Span::at(start),
                kind: StatementKind::Error,
            }
        } else {
            self.bracketed(|parser| parser.pipeline_statement(start))
        };
        self.closing_parenthesis_of("foreach", open);
        self.lexer.skip_lines();
        if self.lexer.peek() != '{' {
            let here = self.here();
            self.unclosed(
                "MissingForeachStatement",
                here,
                "Missing statement body in foreach loop.",
            );
            let body = Block {
                span: here,
                ..Block::default()
            };
            return StatementKind::ForEach(Box::new(ForEach {
                label,
                variable,
                items,
                body,
            }));
        }
        let body = self.block();
        StatementKind::ForEach(Box::new(ForEach {
            label,
            variable,
            items,
            body,
        }))
    }

    fn switch_statement(&mut self, label: Option<Name>) -> StatementKind {
        self.eat_keyword("switch");
        let mut switch = Switch {
            label,
            matching: SwitchMatch::Exact,
            case_sensitive: false,
            file: false,
            condition: Statement {
                span: self.here(),
                kind: StatementKind::Error,
            },
            clauses: Vec::new(),
            default: None,
        };
        loop {
            self.lexer.skip_lines();
            if !crate::lex::is_dash(self.lexer.peek()) {
                break;
            }
            self.switch_flag(&mut switch);
            // The file's name follows its flag; other flags may follow the name.
            self.lexer.skip_blanks();
            if switch.file
                && matches!(switch.condition.kind, StatementKind::Error)
                && !crate::lex::is_dash(self.lexer.peek())
            {
                switch.condition = if self.lexer.peek() == '(' {
                    self.condition("switch")
                } else {
                    let start = self.at();
                    let file = self.argument();
                    expression_statement(file, self.since(start))
                };
            }
        }
        if !matches!(switch.condition.kind, StatementKind::Error) {
            // The name of the file stood behind its flag.
        } else if self.lexer.peek() == '(' {
            switch.condition = self.condition("switch");
        } else {
            let here = self.here();
            self.unclosed(
                "PipelineValueRequired",
                here,
                "Missing condition in switch statement.",
            );
        }
        self.lexer.skip_lines();
        let open = self.at();
        if !self.lexer.eat("{") {
            let here = self.here();
            self.unclosed(
                "MissingCurlyBraceInSwitchStatement",
                here,
                "Missing opening '{' in switch statement.",
            );
            return StatementKind::Switch(Box::new(switch));
        }
        self.bracketed(|parser| parser.switch_clauses(&mut switch));
        self.closing_brace(open);
        StatementKind::Switch(Box::new(switch))
    }

    fn switch_flag(&mut self, switch: &mut Switch) {
        let start = self.at();
        self.lexer.bump();
        let word = self.lexer.peek_name().to_ascii_lowercase();
        self.lexer.at += word.len();
        let is = |name: &str| !word.is_empty() && name.starts_with(&word);
        if is("regex") {
            switch.matching = SwitchMatch::Regex;
        } else if is("wildcard") {
            switch.matching = SwitchMatch::Wildcard;
        } else if is("exact") {
            switch.matching = SwitchMatch::Exact;
        } else if is("casesensitive") {
            switch.case_sensitive = true;
        } else if is("file") {
            switch.file = true;
        } else if !is("parallel") {
            let span = self.since(start);
            self.error(
                "InvalidSwitchFlag",
                span,
                format!("The switch flag \"{word}\" is not valid."),
            );
        }
        let span = self.since(start);
        self.mark(span, crate::ast::TokenClass::Parameter);
    }

    fn switch_clauses(&mut self, switch: &mut Switch) {
        loop {
            self.lexer.skip_separators();
            if self.lexer.is_end() || self.lexer.peek() == '}' {
                return;
            }
            let before = self.lexer.at;
            let start = self.at();
            if self.eat_keyword("default") {
                if switch.default.is_some() {
                    let span = self.since(start);
                    self.error(
                        "MultipleSwitchDefaultClauses",
                        span,
                        "A switch statement can have only one default clause.",
                    );
                }
                self.lexer.skip_lines();
                let block = self.block();
                switch.default = Some(block);
            } else {
                let pattern = self.switch_pattern();
                self.lexer.skip_lines();
                if self.lexer.peek() != '{' {
                    let here = self.here();
                    self.unclosed(
                        "MissingSwitchStatementClause",
                        here,
                        "Missing statement block in switch statement clause.",
                    );
                    self.skip_statement();
                } else {
                    let block = self.block();
                    switch.clauses.push((pattern, block));
                }
            }
            if self.lexer.at == before {
                self.lexer.bump();
            }
        }
    }

    fn switch_pattern(&mut self) -> Expr {
        let negative = crate::lex::is_dash(self.lexer.peek()) && self.lexer.peek_second().is_ascii_digit();
        if negative || self.lexer.peek() == '[' {
            return self.expression(false);
        }
        self.argument_item()
    }

    fn data_statement(&mut self) -> Option<StatementKind> {
        let saved = (self.lexer.at, self.highlights.len());
        self.eat_keyword("data");
        self.lexer.skip_lines();
        let start = self.at();
        let text = self.lexer.peek_name();
        self.lexer.at += text.len();
        let name = (!text.is_empty()).then(|| Name {
            text: text.into(),
            span: self.since(start),
        });
        self.lexer.skip_lines();
        if self.lexer.peek() != '{' {
            self.lexer.at = saved.0;
            self.highlights.truncate(saved.1);
            return None;
        }
        let block = self.block();
        Some(StatementKind::Data(name, block))
    }
}

/// An expression as a statement.
pub(super) fn expression_statement(expression: Expr, span: Span) -> Statement {
    use crate::ast::{Element, ElementKind, Pipeline};
    let element = Element {
        span,
        kind: ElementKind::Expression(expression),
        redirections: Vec::new(),
    };
    let pipeline = Pipeline {
        span,
        elements: vec![element],
        background: false,
    };
    Statement {
        span,
        kind: StatementKind::Pipeline(pipeline),
    }
}
