//! Expressions.

use std::sync::Arc;

use super::{Attribute, BinaryOperator, Block, Body, Span, Statement, TypeName, UnaryOperator};
use crate::value::Value;

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// All of it.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// How a string was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// A bareword.
    Bare,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `@'…'@`.
    HereSingle,
    /// `@"…"@`.
    HereDouble,
}

/// A variable's scope prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariableScope {
    /// Without prefix.
    None,
    /// `$global:`.
    Global,
    /// `$local:`.
    Local,
    /// `$script:`.
    Script,
    /// `$private:`.
    Private,
    /// `$using:`.
    Using,
    /// `$env:`, `$function:`, `$variable:` …, as written.
    Drive(Arc<str>),
}

/// The kinds of expressions.
#[derive(Debug)]
pub enum ExprKind {
    /// A number, with its text in the span.
    Number(Literal),
    /// A string without anything to expand.
    String(Arc<str>, Quote),
    /// A string with variables and subexpressions.
    Expandable(Vec<Part>, Quote),
    /// `$name`.
    Variable(VariableScope, Arc<str>),
    /// `[type]` as a value.
    Type(TypeName),
    /// `target.member`, `target::member`.
    Member(Box<Member>),
    /// `target.method(arguments)`.
    Call(Box<Member>, Vec<Expr>),
    /// `target[index]`.
    Index(Box<Index>),
    /// `-x`, `!x`, `-join x` …
    Unary(UnaryOperator, Box<Expr>),
    /// `++x`, `x++` and so on.
    Step(Box<Step>),
    /// `a op b`.
    Binary(Box<Binary>),
    /// `a ? b : c`.
    Ternary(Box<(Expr, Expr, Expr)>),
    /// `[type] expression`.
    Cast(TypeName, Box<Expr>),
    /// `[attribute()] expression`.
    Attributed(Box<Attribute>, Box<Expr>),
    /// `a, b`; with one element the unary comma.
    List(Vec<Expr>),
    /// `@( … )`.
    Array(Block),
    /// `$( … )`.
    Sub(Block),
    /// `( … )`.
    Paren(Box<Statement>),
    /// `@{ … }`.
    Hashtable(Vec<(Expr, Statement)>),
    /// `{ … }`.
    Block(Arc<Body>),
    /// What could not be parsed.
    Error,
}

/// A number's value.
#[derive(Clone)]
pub struct Literal(pub Value);

impl std::fmt::Debug for Literal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Literal")
    }
}

/// A part of an expandable string.
#[derive(Debug)]
pub enum Part {
    /// Text.
    Text(Arc<str>),
    /// A variable or a subexpression.
    Expr(Expr),
}

/// A member access.
#[derive(Debug)]
pub struct Member {
    /// Whose.
    pub target: Expr,
    /// A bareword or an expression.
    pub name: Expr,
    /// `::`.
    pub is_static: bool,
    /// `?.`.
    pub null_conditional: bool,
    /// The type arguments of a generic method's call.
    pub type_arguments: Vec<TypeName>,
}

/// An index access.
#[derive(Debug)]
pub struct Index {
    /// Of what.
    pub target: Expr,
    /// Which.
    pub index: Expr,
    /// `?[`.
    pub null_conditional: bool,
}

/// `++` and `--`.
#[derive(Debug)]
pub struct Step {
    /// What is changed.
    pub target: Expr,
    /// Whether it goes up.
    pub up: bool,
    /// Whether the operator stands before.
    pub prefix: bool,
}

/// A binary operation.
#[derive(Debug)]
pub struct Binary {
    /// The operator.
    pub operator: BinaryOperator,
    /// Where it stands.
    pub operator_span: Span,
    /// Left.
    pub left: Expr,
    /// Right.
    pub right: Expr,
}
