//! The lowering of expressions.

use std::sync::Arc;

use crate::ast::{self, BinaryOperator, ExprKind, Part, StatementKind, UnaryOperator, VariableScope};
use crate::block::ScriptBlock;
use crate::value::Value;

use super::lower::Lowerer;
use super::statement::single_expression;
use super::{CallCode, Expr, MemberCode, MemberName, TextPart, TypeRef};

impl Lowerer<'_> {
    pub(super) fn expression(&mut self, expression: &ast::Expr) -> Expr {
        match &expression.kind {
            ExprKind::Number(literal) => Expr::Constant(literal.0.clone()),
            ExprKind::String(text, _) => Expr::Constant(Value::str(text)),
            ExprKind::Expandable(parts, _) => Expr::Text(parts.iter().map(|part| self.part(part)).collect()),
            ExprKind::Variable(scope, name) => self.variable_value(scope, name),
            ExprKind::Type(name) => Expr::Type(TypeRef::new(&name.name)),
            ExprKind::Member(member) => Expr::Member(Box::new(self.member(member))),
            ExprKind::Call(member, arguments) => Expr::Call(Box::new(CallCode {
                member: self.member(member),
                arguments: arguments
                    .iter()
                    .map(|argument| self.expression(argument))
                    .collect(),
            })),
            ExprKind::Index(index) => Expr::Index(Box::new((
                self.expression(&index.target),
                self.expression(&index.index),
                index.null_conditional,
            ))),
            ExprKind::Unary(operator, operand) => self.unary(*operator, operand),
            ExprKind::Step(step) => {
                let read = self.expression(&step.target);
                Expr::Step(Box::new((self.target(&step.target), read, step.up, step.prefix)))
            }
            ExprKind::Binary(binary) => self.binary(binary),
            ExprKind::Ternary(parts) => Expr::Ternary(Box::new((
                self.expression(&parts.0),
                self.expression(&parts.1),
                self.expression(&parts.2),
            ))),
            ExprKind::Cast(name, inner) => self.cast(&name.name, inner),
            ExprKind::Attributed(_, inner) => self.expression(inner),
            ExprKind::List(items) => Expr::List(items.iter().map(|item| self.expression(item)).collect()),
            ExprKind::Array(block) => Expr::Array(Box::new(self.lines(block))),
            ExprKind::Sub(block) => Expr::Sub(Box::new(self.lines(block))),
            ExprKind::Paren(statement) => self.parenthesis(statement),
            ExprKind::Hashtable(pairs) => Expr::Hashtable(self.pairs(pairs), false),
            ExprKind::Block(body) => {
                Expr::Block(ScriptBlock::new(Arc::clone(body), Arc::clone(self.source), None).into_value())
            }
            ExprKind::Error => Expr::Constant(Value::Null),
        }
    }

    fn part(&mut self, part: &Part) -> TextPart {
        match part {
            Part::Text(text) => TextPart::Text(Arc::clone(text)),
            Part::Expr(expression) => TextPart::Expr(self.expression(expression)),
        }
    }

    fn variable_value(&mut self, scope: &VariableScope, name: &str) -> Expr {
        if *scope == VariableScope::None {
            match name.to_ascii_lowercase().as_str() {
                "true" => return Expr::Constant(Value::Bool(true)),
                "false" => return Expr::Constant(Value::Bool(false)),
                "null" => return Expr::Constant(Value::Null),
                _ => {}
            }
        }
        Expr::Var(self.variable(scope, name))
    }

    fn member(&mut self, member: &ast::Member) -> MemberCode {
        MemberCode {
            target: self.expression(&member.target),
            name: self.member_name(&member.name),
            is_static: member.is_static,
            null_conditional: member.null_conditional,
            type_arguments: member
                .type_arguments
                .iter()
                .map(|of| Arc::clone(&of.name))
                .collect(),
        }
    }

    fn member_name(&mut self, name: &ast::Expr) -> MemberName {
        match &name.kind {
            ExprKind::String(text, _) => MemberName::Static(Arc::clone(text)),
            _ => MemberName::Dynamic(self.expression(name)),
        }
    }

    pub(super) fn member_name_expression(&mut self, name: &ast::Expr) -> Expr {
        self.expression(name)
    }

    fn unary(&mut self, operator: UnaryOperator, operand: &ast::Expr) -> Expr {
        Expr::Unary(operator, Box::new(self.expression(operand)))
    }

    fn binary(&mut self, binary: &ast::Binary) -> Expr {
        let operands = Box::new((self.expression(&binary.left), self.expression(&binary.right)));
        match binary.operator {
            BinaryOperator::And => Expr::And(operands),
            BinaryOperator::Or => Expr::Or(operands),
            BinaryOperator::Coalesce => Expr::Coalesce(operands),
            operator => folded(operator, operands),
        }
    }

    fn cast(&mut self, name: &Arc<str>, inner: &ast::Expr) -> Expr {
        let lower = name.to_ascii_lowercase();
        if let ExprKind::Hashtable(pairs) = &inner.kind {
            match lower.as_str() {
                "ordered" => return Expr::Hashtable(self.pairs(pairs), true),
                "pscustomobject" | "system.management.automation.pscustomobject" => {
                    return Expr::Object(self.pairs(pairs));
                }
                _ => {}
            }
        }
        if lower == "ref" {
            let read = self.expression(inner);
            return Expr::Reference(Box::new(self.target(inner)), Box::new(read));
        }
        Expr::Cast(TypeRef::new(name), Box::new(self.expression(inner)))
    }

    fn pairs(&mut self, pairs: &[(ast::Expr, ast::Statement)]) -> Vec<(Expr, Expr)> {
        pairs
            .iter()
            .map(|(key, value)| (self.expression(key), self.value_of(value)))
            .collect()
    }

    fn parenthesis(&mut self, statement: &ast::Statement) -> Expr {
        match &statement.kind {
            StatementKind::Pipeline(pipeline) => match single_expression(pipeline) {
                Some(expression) => self.expression(expression),
                None => Expr::Output(Box::new(self.statement(statement))),
            },
            StatementKind::Assign(assign) => Expr::Assign(Box::new(self.assign(assign))),
            _ => Expr::Output(Box::new(self.statement(statement))),
        }
    }
}

fn arithmetic_of(operator: BinaryOperator, left: &Value, right: &Value) -> crate::error::Result<Value> {
    let world = &mut crate::members::NoWorld;
    match operator {
        BinaryOperator::Add => crate::operator::add(left, right, world),
        BinaryOperator::Subtract => crate::operator::subtract(left, right, world),
        BinaryOperator::Multiply => crate::operator::multiply(left, right, world),
        BinaryOperator::Divide => crate::operator::divide(left, right, world),
        _ => crate::operator::remainder(left, right, world),
    }
}

/// An operation on two numbers that are known already is done now; whatever fails is left for later.
fn folded(operator: BinaryOperator, operands: Box<(Expr, Expr)>) -> Expr {
    use BinaryOperator as B;
    let arithmetic = matches!(
        operator,
        B::Add | B::Subtract | B::Multiply | B::Divide | B::Remainder
    );
    if arithmetic
        && let (
            Expr::Constant(left @ (Value::Int(_) | Value::Double(_))),
            Expr::Constant(right @ (Value::Int(_) | Value::Double(_))),
        ) = (&operands.0, &operands.1)
        && let Ok(value) = arithmetic_of(operator, left, right)
    {
        return Expr::Constant(value);
    }
    Expr::Binary(operator, operands)
}
