//! The lowering of statements.

use std::sync::Arc;

use crate::ast::{self, ElementKind, ExprKind, StatementKind, VariableScope};
use crate::block::ScriptBlock;
use crate::symbol::Symbol;

use super::lower::Lowerer;
use super::{
    AssignCode, ClauseTest, Constraint, Expr, ForCode, ForEachCode, LoopCode, Stmt, StmtKind, SwitchCode,
    Target, TryCode, Var,
};

impl Lowerer<'_> {
    pub(super) fn statement(&mut self, statement: &ast::Statement) -> Stmt {
        Stmt {
            span: statement.span,
            kind: self.statement_kind(statement),
        }
    }

    fn statement_kind(&mut self, statement: &ast::Statement) -> StmtKind {
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => self.pipeline_statement(pipeline),
            StatementKind::Chain(chain) => {
                let first = self.statement(&chain.first);
                let rest = chain
                    .rest
                    .iter()
                    .map(|(and, next)| (*and, self.statement(next)))
                    .collect();
                StmtKind::Chain(Box::new(first), rest)
            }
            StatementKind::Assign(assign) => StmtKind::Assign(Box::new(self.assign(assign))),
            StatementKind::If(clauses, otherwise) => {
                let clauses = clauses
                    .iter()
                    .map(|(test, body)| (self.value_of(test), self.lines(body)))
                    .collect();
                StmtKind::If(clauses, otherwise.as_ref().map(|body| self.lines(body)))
            }
            StatementKind::Loop(code) => StmtKind::Loop(Box::new(LoopCode {
                label: label(code.label.as_ref()),
                condition: self.value_of(&code.condition),
                condition_span: code.condition.span,
                body: self.lines(&code.body),
                body_first: code.body_first,
                until: code.until,
            })),
            StatementKind::For(code) => StmtKind::For(Box::new(self.for_code(code))),
            StatementKind::ForEach(code) => self.for_each(code),
            StatementKind::Switch(code) => StmtKind::Switch(Box::new(self.switch(code))),
            StatementKind::Try(code) => StmtKind::Try(Box::new(TryCode {
                body: self.lines(&code.body),
                catches: code.catches.iter().map(|catch| self.catch(catch)).collect(),
                finally: code.finally.as_ref().map(|body| self.lines(body)),
            })),
            StatementKind::Function(function) => {
                let name = Arc::clone(&function.name.text);
                let block = ScriptBlock::new(
                    Arc::clone(&function.body),
                    Arc::clone(self.source),
                    Some(Arc::clone(&name)),
                );
                StmtKind::Function(name, block.into_value())
            }
            StatementKind::Class(class) => StmtKind::Class(Arc::clone(class), Arc::clone(self.source)),
            StatementKind::Enum(definition) => {
                StmtKind::Enum(Arc::clone(definition), Arc::clone(self.source))
            }
            StatementKind::Data(name, block) => self.data(name.as_ref(), block),
            StatementKind::Return(value) => {
                StmtKind::Return(value.as_ref().map(|value| Box::new(self.statement(value))))
            }
            StatementKind::Throw(value) => StmtKind::Throw(value.as_ref().map(|value| self.value_of(value))),
            StatementKind::Exit(value) => StmtKind::Exit(value.as_ref().map(|value| self.value_of(value))),
            StatementKind::Break(target) => {
                StmtKind::Break(target.as_ref().map(|target| self.expression(target)))
            }
            StatementKind::Continue(target) => {
                StmtKind::Continue(target.as_ref().map(|target| self.expression(target)))
            }
            StatementKind::Block(block) => StmtKind::Block(self.lines(block)),
            StatementKind::Error => StmtKind::Nothing,
        }
    }

    fn pipeline_statement(&mut self, pipeline: &ast::Pipeline) -> StmtKind {
        match single_expression(pipeline) {
            Some(expression) => match &expression.kind {
                ExprKind::Step(_) => StmtKind::Silent(self.expression(expression)),
                ExprKind::Cast(name, inner) if name.name.eq_ignore_ascii_case("void") => {
                    StmtKind::Silent(self.expression(inner))
                }
                _ => StmtKind::Expr(self.expression(expression)),
            },
            None => StmtKind::Pipeline(Box::new(self.pipeline(pipeline))),
        }
    }

    /// A statement as a value: an expression is itself, everything else is run and its output collected.
    pub(super) fn value_of(&mut self, statement: &ast::Statement) -> Expr {
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => match single_expression(pipeline) {
                Some(expression) => self.expression(expression),
                None => Expr::Output(Box::new(self.statement(statement))),
            },
            StatementKind::Assign(assign) => Expr::Assign(Box::new(self.assign(assign))),
            _ => Expr::Output(Box::new(self.statement(statement))),
        }
    }

    pub(super) fn assign(&mut self, assign: &ast::Assign) -> AssignCode {
        let value = self.value_of(&assign.value);
        AssignCode {
            target: self.target(&assign.target),
            operator: assign.operator,
            value,
        }
    }

    pub(super) fn target(&mut self, expression: &ast::Expr) -> Target {
        match &expression.kind {
            ExprKind::Variable(scope, name) => Target::Var(self.variable(scope, name)),
            ExprKind::Member(member) => {
                let name = self.member_name_expression(&member.name);
                Target::Member(self.expression(&member.target), name, member.is_static)
            }
            ExprKind::Index(index) => {
                Target::Index(self.expression(&index.target), self.expression(&index.index))
            }
            ExprKind::List(items) => Target::List(items.iter().map(|item| self.target(item)).collect()),
            ExprKind::Cast(..) | ExprKind::Attributed(..) => self.typed_target(expression),
            ExprKind::Paren(statement) => match &statement.kind {
                StatementKind::Pipeline(pipeline) => match single_expression(pipeline) {
                    Some(inner) => self.target(inner),
                    None => Target::List(Vec::new()),
                },
                _ => Target::List(Vec::new()),
            },
            _ => Target::List(Vec::new()),
        }
    }

    fn typed_target(&mut self, expression: &ast::Expr) -> Target {
        let mut constraints = Vec::new();
        let mut inner = expression;
        loop {
            match &inner.kind {
                ExprKind::Cast(name, next) => {
                    constraints.push(Constraint::Type(super::TypeRef::new(&name.name)));
                    inner = next;
                }
                ExprKind::Attributed(attribute, next) => {
                    constraints.extend(self.constraint(attribute));
                    inner = next;
                }
                _ => break,
            }
        }
        match self.target(inner) {
            Target::Var(variable) => Target::Typed(variable, Arc::new(constraints)),
            target => constraints
                .into_iter()
                .rev()
                .fold(target, |target, constraint| match constraint {
                    Constraint::Type(name) => Target::Converted(name, Box::new(target)),
                    _ => target,
                }),
        }
    }

    fn for_code(&mut self, code: &ast::For) -> ForCode {
        ForCode {
            label: label(code.label.as_ref()),
            initializer: code.initializer.as_ref().map(|statement| self.silent(statement)),
            condition: code
                .condition
                .as_ref()
                .map(|statement| (self.value_of(statement), statement.span)),
            iterator: code.iterator.as_ref().map(|statement| self.silent(statement)),
            body: self.lines(&code.body),
        }
    }

    /// A loop's initializer or iterator: a bare expression there writes nothing.
    fn silent(&mut self, statement: &ast::Statement) -> Stmt {
        let lowered = self.statement(statement);
        match lowered.kind {
            StmtKind::Expr(expression) => Stmt {
                span: lowered.span,
                kind: StmtKind::Silent(expression),
            },
            _ => lowered,
        }
    }

    fn for_each(&mut self, code: &ast::ForEach) -> StmtKind {
        let variable = match &code.variable.kind {
            ExprKind::Variable(scope, name) => self.variable(scope, name),
            _ => Var::Named(Symbol::NULL),
        };
        let body_text = self.source.slice(code.body.span);
        StmtKind::ForEach(Box::new(ForEachCode {
            label: label(code.label.as_ref()),
            variable,
            items: self.value_of(&code.items),
            items_span: code.items.span,
            body: self.lines(&code.body),
            enumerator: body_text.to_ascii_lowercase().contains("$foreach"),
        }))
    }

    fn switch(&mut self, code: &ast::Switch) -> SwitchCode {
        let bodies = code.clauses.iter().map(|(_, body)| body).chain(&code.default);
        let enumerator = bodies
            .map(|body| self.source.slice(body.span).to_ascii_lowercase())
            .any(|text| text.contains("$switch"));
        let clauses = code
            .clauses
            .iter()
            .map(|(pattern, body)| {
                let test = match &pattern.kind {
                    ExprKind::Block(block) => {
                        let lines = block.end.as_ref().map(|end| self.lines(end)).unwrap_or_default();
                        ClauseTest::Predicate(lines)
                    }
                    _ => ClauseTest::Value(self.expression(pattern)),
                };
                (test, self.lines(body))
            })
            .collect();
        SwitchCode {
            label: label(code.label.as_ref()),
            matching: code.matching,
            case_sensitive: code.case_sensitive,
            file: code.file,
            enumerator,
            condition: self.value_of(&code.condition),
            clauses,
            default: code.default.as_ref().map(|body| self.lines(body)),
        }
    }

    fn catch(&mut self, catch: &ast::Catch) -> (Vec<Arc<str>>, super::Lines) {
        (
            catch.types.iter().map(|name| Arc::clone(&name.name)).collect(),
            self.lines(&catch.body),
        )
    }

    fn data(&mut self, name: Option<&ast::Name>, block: &ast::Block) -> StmtKind {
        let lines = self.lines(block);
        match name {
            None => StmtKind::Block(lines),
            Some(name) => StmtKind::Assign(Box::new(AssignCode {
                target: Target::Var(self.variable(&VariableScope::None, &name.text)),
                operator: ast::AssignOperator::Set,
                value: Expr::Sub(Box::new(lines)),
            })),
        }
    }
}

/// The expression that a pipeline is, when it is nothing more.
pub(super) fn single_expression(pipeline: &ast::Pipeline) -> Option<&ast::Expr> {
    match pipeline.elements.as_slice() {
        [
            ast::Element {
                kind: ElementKind::Expression(expression),
                redirections,
                ..
            },
        ] if redirections.is_empty() && !pipeline.background => Some(expression),
        _ => None,
    }
}

fn label(name: Option<&ast::Name>) -> Option<Arc<str>> {
    name.map(|name| Arc::clone(&name.text))
}
