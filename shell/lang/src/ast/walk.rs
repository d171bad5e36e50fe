//! Walks over the tree: every command, in the order of the source.

use std::sync::Arc;

use super::{
    Block, Body, Class, ClassMemberKind, Command, CommandElement, Element, ElementKind, EnumDefinition, Expr,
    ExprKind, Part, Pipeline, RedirectionTarget, Span, Statement, StatementKind,
};

/// Something that a walk meets.
pub enum Node<'t> {
    /// A command and its place, redirections included.
    Command(&'t Command, Span),
    /// A function's name.
    Function(&'t str),
    /// A statement.
    Statement(&'t Statement),
    /// An expression.
    Expr(&'t Expr),
    /// A script block, a function's body or a class method's.
    Body(&'t Body),
    /// A class.
    Class(&'t Arc<Class>),
    /// An enum.
    Enum(&'t Arc<EnumDefinition>),
}

/// Visits everything below a body, outermost first.
pub fn walk<'t>(body: &'t Body, visit: &mut dyn FnMut(Node<'t>)) {
    Walker { visit }.body(body);
}

struct Walker<'v, 't> {
    visit: &'v mut dyn FnMut(Node<'t>),
}

impl<'t> Walker<'_, 't> {
    fn body(&mut self, body: &'t Body) {
        (self.visit)(Node::Body(body));
        for parameter in body.parameters.iter().flatten() {
            for attribute in &parameter.attributes {
                attribute.positional.iter().for_each(|value| self.expr(value));
                attribute
                    .named
                    .iter()
                    .filter_map(|(_, value)| value.as_ref())
                    .for_each(|value| self.expr(value));
            }
            if let Some(default) = &parameter.default {
                self.expr(default);
            }
        }
        for block in [&body.dynamic, &body.begin, &body.process, &body.end, &body.clean]
            .into_iter()
            .flatten()
        {
            self.block(block);
        }
    }

    fn block(&mut self, block: &'t Block) {
        for trap in &block.traps {
            self.block(&trap.body);
        }
        for statement in &block.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'t Statement) {
        (self.visit)(Node::Statement(statement));
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => self.pipeline(pipeline),
            StatementKind::Chain(chain) => {
                self.statement(&chain.first);
                chain.rest.iter().for_each(|(_, next)| self.statement(next));
            }
            StatementKind::Assign(assign) => {
                self.expr(&assign.target);
                self.statement(&assign.value);
            }
            StatementKind::If(clauses, otherwise) => {
                for (test, body) in clauses {
                    self.statement(test);
                    self.block(body);
                }
                otherwise.iter().for_each(|body| self.block(body));
            }
            StatementKind::Loop(code) => {
                self.statement(&code.condition);
                self.block(&code.body);
            }
            StatementKind::For(code) => {
                for part in [&code.initializer, &code.condition, &code.iterator]
                    .into_iter()
                    .flatten()
                {
                    self.statement(part);
                }
                self.block(&code.body);
            }
            StatementKind::ForEach(code) => {
                self.expr(&code.variable);
                self.statement(&code.items);
                self.block(&code.body);
            }
            StatementKind::Switch(code) => {
                self.statement(&code.condition);
                for (pattern, body) in &code.clauses {
                    self.expr(pattern);
                    self.block(body);
                }
                code.default.iter().for_each(|body| self.block(body));
            }
            StatementKind::Try(code) => {
                self.block(&code.body);
                code.catches.iter().for_each(|catch| self.block(&catch.body));
                code.finally.iter().for_each(|body| self.block(body));
            }
            StatementKind::Function(function) => {
                (self.visit)(Node::Function(&function.name.text));
                self.body(&function.body);
            }
            StatementKind::Class(class) => {
                (self.visit)(Node::Class(class));
                self.class(class);
            }
            StatementKind::Enum(definition) => {
                (self.visit)(Node::Enum(definition));
                definition
                    .members
                    .iter()
                    .filter_map(|(_, value)| value.as_ref())
                    .for_each(|value| self.expr(value));
            }
            StatementKind::Data(_, block) | StatementKind::Block(block) => self.block(block),
            StatementKind::Return(value) | StatementKind::Throw(value) | StatementKind::Exit(value) => {
                value.iter().for_each(|value| self.statement(value));
            }
            StatementKind::Break(label) | StatementKind::Continue(label) => {
                label.iter().for_each(|label| self.expr(label));
            }
            StatementKind::Error => {}
        }
    }

    fn class(&mut self, class: &'t Class) {
        for member in &class.members {
            match &member.kind {
                ClassMemberKind::Property(value) => value.iter().for_each(|value| self.expr(value)),
                ClassMemberKind::Method { body, base } => {
                    base.iter().flatten().for_each(|argument| self.expr(argument));
                    self.body(body);
                }
            }
        }
    }

    fn pipeline(&mut self, pipeline: &'t Pipeline) {
        pipeline.elements.iter().for_each(|element| self.element(element));
    }

    fn element(&mut self, element: &'t Element) {
        match &element.kind {
            ElementKind::Expression(expression) => self.expr(expression),
            ElementKind::Command(command) => {
                (self.visit)(Node::Command(command, element.span));
                self.expr(&command.name);
                for part in &command.elements {
                    match part {
                        CommandElement::Argument(value) | CommandElement::Splat(value) => self.expr(value),
                        CommandElement::Parameter {
                            value: Some(value), ..
                        } => self.expr(value),
                        _ => {}
                    }
                }
            }
        }
        for redirection in &element.redirections {
            if let RedirectionTarget::File(file, _) = &redirection.to {
                self.expr(file);
            }
        }
    }

    fn expr(&mut self, expression: &'t Expr) {
        (self.visit)(Node::Expr(expression));
        match &expression.kind {
            ExprKind::Expandable(parts, _) => {
                for part in parts {
                    if let Part::Expr(inner) = part {
                        self.expr(inner);
                    }
                }
            }
            ExprKind::Member(member) => {
                self.expr(&member.target);
                self.expr(&member.name);
            }
            ExprKind::Call(member, arguments) => {
                self.expr(&member.target);
                self.expr(&member.name);
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            ExprKind::Index(index) => {
                self.expr(&index.target);
                self.expr(&index.index);
            }
            ExprKind::Unary(_, operand) | ExprKind::Cast(_, operand) | ExprKind::Attributed(_, operand) => {
                self.expr(operand);
            }
            ExprKind::Step(step) => self.expr(&step.target),
            ExprKind::Binary(binary) => {
                self.expr(&binary.left);
                self.expr(&binary.right);
            }
            ExprKind::Ternary(parts) => {
                self.expr(&parts.0);
                self.expr(&parts.1);
                self.expr(&parts.2);
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Array(block) | ExprKind::Sub(block) => self.block(block),
            ExprKind::Paren(statement) => self.statement(statement),
            ExprKind::Hashtable(pairs) => {
                for (key, value) in pairs {
                    self.expr(key);
                    self.statement(value);
                }
            }
            ExprKind::Block(body) => self.body(body),
            ExprKind::Number(_)
            | ExprKind::String(..)
            | ExprKind::Variable(..)
            | ExprKind::Type(_)
            | ExprKind::Error => {}
        }
    }
}
