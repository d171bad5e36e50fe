//! What handles errors: try, catch, finally, trap.

use crate::ast::{Catch, StatementKind, Trap, Try};

use super::Parser;

impl Parser<'_> {
    pub(super) fn try_statement(&mut self) -> StatementKind {
        self.eat_keyword("try");
        let body = self.body_or(
            "MissingTryStatementBlock",
            "The Try statement is missing its statement block.".to_owned(),
        );
        let mut catches = Vec::new();
        while self.eat_keyword_on_later_line("catch") {
            catches.push(self.catch());
        }
        let finally = self.eat_keyword_on_later_line("finally").then(|| {
            self.body_or(
                "MissingFinallyStatementBlock",
                "The Finally statement is missing its statement block.".to_owned(),
            )
        });
        if catches.is_empty() && finally.is_none() && self.errors.is_empty() {
            let after = self.here();
            self.unclosed(
                "MissingCatchOrFinally",
                after,
                "The Try statement is missing its Catch or Finally block.",
            );
        }
        StatementKind::Try(Box::new(Try {
            body,
            catches,
            finally,
        }))
    }

    fn catch(&mut self) -> Catch {
        let start = self.at() - 5;
        let mut types = Vec::new();
        loop {
            self.lexer.skip_lines();
            if self.lexer.peek() != '[' {
                break;
            }
            if let Some(attribute) = self.attribute() {
                types.push(attribute.type_name);
            }
            self.lexer.skip_lines();
            if !self.lexer.eat(",") {
                break;
            }
        }
        let body = self.body_or(
            "MissingCatchHandlerBlock",
            "The Catch block is missing its statement handler.".to_owned(),
        );
        Catch {
            span: self.since(start),
            types,
            body,
        }
    }

    pub(super) fn trap(&mut self) -> Trap {
        let start = self.at();
        self.eat_keyword("trap");
        self.lexer.skip_lines();
        let type_name = if self.lexer.peek() == '[' {
            self.attribute().map(|attribute| attribute.type_name)
        } else {
            None
        };
        let body = self.body_or(
            "MissingTrapStatement",
            "Missing statement block in trap statement.".to_owned(),
        );
        Trap {
            span: self.since(start),
            type_name,
            body,
        }
    }
}
