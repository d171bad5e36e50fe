//! What a class's method returns: a value on all ways, or none.

use crate::ast::{Attribute, Block, ClassMemberKind, Name, Span, StatementKind};

use super::Parser;

impl Parser<'_> {
    /// A method of a type returns a value on all ways; one without returns none.
    pub(super) fn check_returns(&mut self, name: &Name, attributes: &[Attribute], kind: &ClassMemberKind) {
        let ClassMemberKind::Method { body, .. } = kind else {
            return;
        };
        let type_name = attributes.iter().find(|attribute| !attribute.call);
        let gives = type_name.is_some_and(|of| !of.type_name.name.eq_ignore_ascii_case("void"));
        let Some(block) = &body.end else {
            return;
        };
        if gives && falls_through(block) {
            self.error(
                "MethodHasCodePathNotReturn",
                name.span,
                "Not all code path returns value within method.",
            );
        }
        let mut wrong = Vec::new();
        returns_in(block, &mut |span, has_value| {
            if has_value != gives {
                wrong.push(span);
            }
        });
        let (id, message) = if gives {
            (
                "NonVoidMethodMissingReturnValue",
                "Invalid return statement within non-void method.",
            )
        } else {
            (
                "VoidMethodHasReturn",
                "Invalid return statement within void method.",
            )
        };
        for span in wrong {
            self.error(id, span, message);
        }
    }
}

/// Whether the end of a block is plainly reached: of loops and of what the words `break` and `continue` do nothing is said.
fn falls_through(block: &Block) -> bool {
    let Some(last) = block.statements.last() else {
        return true;
    };
    match &last.kind {
        StatementKind::Return(_)
        | StatementKind::Throw(_)
        | StatementKind::Exit(_)
        | StatementKind::Loop(_)
        | StatementKind::For(_)
        | StatementKind::ForEach(_)
        | StatementKind::Break(_)
        | StatementKind::Continue(_)
        | StatementKind::Error => false,
        StatementKind::If(clauses, otherwise) => {
            otherwise.as_ref().is_none_or(falls_through)
                || clauses.iter().any(|(_, body)| falls_through(body))
        }
        StatementKind::Switch(code) => {
            code.default.as_ref().is_none_or(falls_through)
                || code.clauses.iter().any(|(_, body)| falls_through(body))
        }
        StatementKind::Try(code) => {
            let finally = code.finally.as_ref().is_none_or(falls_through);
            finally
                && (falls_through(&code.body) || code.catches.iter().any(|catch| falls_through(&catch.body)))
        }
        _ => true,
    }
}

/// Visits the `return` statements of a block that are the method's own: where, and whether with a value.
fn returns_in(block: &Block, visit: &mut dyn FnMut(Span, bool)) {
    for statement in &block.statements {
        match &statement.kind {
            StatementKind::Return(value) => visit(statement.span, value.is_some()),
            StatementKind::If(clauses, otherwise) => {
                clauses.iter().for_each(|(_, body)| returns_in(body, visit));
                otherwise.iter().for_each(|body| returns_in(body, visit));
            }
            StatementKind::Loop(code) => returns_in(&code.body, visit),
            StatementKind::For(code) => returns_in(&code.body, visit),
            StatementKind::ForEach(code) => returns_in(&code.body, visit),
            StatementKind::Switch(code) => {
                code.clauses.iter().for_each(|(_, body)| returns_in(body, visit));
                code.default.iter().for_each(|body| returns_in(body, visit));
            }
            StatementKind::Try(code) => {
                returns_in(&code.body, visit);
                code.catches
                    .iter()
                    .for_each(|catch| returns_in(&catch.body, visit));
                code.finally.iter().for_each(|body| returns_in(body, visit));
            }
            _ => {}
        }
    }
}
