//! Statements, functions, classes.

use std::sync::Arc;

use super::{BinaryOperator, Block, Body, Expr, Pipeline, Span};

/// A statement.
#[derive(Debug)]
pub struct Statement {
    /// All of it.
    pub span: Span,
    /// What it is.
    pub kind: StatementKind,
}

/// The kinds of statements.
#[derive(Debug)]
pub enum StatementKind {
    /// `a | b`.
    Pipeline(Pipeline),
    /// `a && b || c`.
    Chain(Box<Chain>),
    /// `$x += …`.
    Assign(Box<Assign>),
    /// `if`: conditions with their blocks, and `else`.
    If(Vec<(Statement, Block)>, Option<Block>),
    /// `while`, `do … while`, `do … until`.
    Loop(Box<Loop>),
    /// `for`.
    For(Box<For>),
    /// `foreach`.
    ForEach(Box<ForEach>),
    /// `switch`.
    Switch(Box<Switch>),
    /// `try`.
    Try(Box<Try>),
    /// `function`, `filter`, `workflow`.
    Function(Arc<Function>),
    /// `class`.
    Class(Arc<Class>),
    /// `enum`.
    Enum(Arc<EnumDefinition>),
    /// `data { }` and `data name { }`.
    Data(Option<Name>, Block),
    /// `return`.
    Return(Option<Box<Statement>>),
    /// `throw`.
    Throw(Option<Box<Statement>>),
    /// `exit`.
    Exit(Option<Box<Statement>>),
    /// `break`, with a label.
    Break(Option<Box<Expr>>),
    /// `continue`, with a label.
    Continue(Option<Box<Expr>>),
    /// A block that stands alone: what a parse error left.
    Block(Block),
    /// What could not be parsed.
    Error,
}

/// A name with its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// As written.
    pub text: Arc<str>,
    /// Where.
    pub span: Span,
}

/// `a && b || c`.
#[derive(Debug)]
pub struct Chain {
    /// The first pipeline.
    pub first: Statement,
    /// The rest: whether the operator is `&&`, and the pipeline.
    pub rest: Vec<(bool, Statement)>,
}

/// An assignment.
#[derive(Debug)]
pub struct Assign {
    /// What is assigned to.
    pub target: Expr,
    /// `=`, `+=` …
    pub operator: AssignOperator,
    /// The operator's place.
    pub operator_span: Span,
    /// The value.
    pub value: Statement,
}

/// Assignment operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssignOperator {
    /// `=`.
    Set,
    /// `+=`, `-=`, `*=`, `/=`, `%=`.
    Compute(BinaryOperator),
    /// `??=`.
    Coalesce,
}

/// `while` and `do`.
#[derive(Debug)]
pub struct Loop {
    /// Its label.
    pub label: Option<Name>,
    /// The condition.
    pub condition: Statement,
    /// The body.
    pub body: Block,
    /// Whether the body runs before the first test (`do`).
    pub body_first: bool,
    /// Whether the loop ends when the condition is true (`until`).
    pub until: bool,
}

/// `for`.
#[derive(Debug)]
pub struct For {
    /// Its label.
    pub label: Option<Name>,
    /// Once, before.
    pub initializer: Option<Statement>,
    /// Before each turn.
    pub condition: Option<Statement>,
    /// After each turn.
    pub iterator: Option<Statement>,
    /// The body.
    pub body: Block,
}

/// `foreach`.
#[derive(Debug)]
pub struct ForEach {
    /// Its label.
    pub label: Option<Name>,
    /// The variable.
    pub variable: Expr,
    /// What it goes through.
    pub items: Statement,
    /// The body.
    pub body: Block,
}

/// How `switch` compares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SwitchMatch {
    /// Equality.
    #[default]
    Exact,
    /// `-Wildcard`.
    Wildcard,
    /// `-Regex`.
    Regex,
}

/// `switch`.
#[derive(Debug)]
pub struct Switch {
    /// Its label.
    pub label: Option<Name>,
    /// How clauses compare.
    pub matching: SwitchMatch,
    /// `-CaseSensitive`.
    pub case_sensitive: bool,
    /// Whether the condition names a file whose lines are taken (`-File`).
    pub file: bool,
    /// What is looked at.
    pub condition: Statement,
    /// Patterns with their blocks.
    pub clauses: Vec<(Expr, Block)>,
    /// `default`.
    pub default: Option<Block>,
}

/// `try`.
#[derive(Debug)]
pub struct Try {
    /// What is tried.
    pub body: Block,
    /// `catch`.
    pub catches: Vec<Catch>,
    /// `finally`.
    pub finally: Option<Block>,
}

/// `catch [A],[B] { … }`.
#[derive(Debug)]
pub struct Catch {
    /// All of it.
    pub span: Span,
    /// Which exceptions; all when empty.
    pub types: Vec<TypeName>,
    /// What runs.
    pub body: Block,
}

/// A function or filter.
#[derive(Debug)]
pub struct Function {
    /// All of it.
    pub span: Span,
    /// Its name, with a scope prefix where one was written.
    pub name: Name,
    /// Whether it is a filter: its statements are its `process` block.
    pub filter: bool,
    /// The body, with the parameters.
    pub body: Arc<Body>,
}

/// A parameter of `param(…)`.
#[derive(Debug)]
pub struct Parameter {
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Attributes and type constraints in order.
    pub attributes: Vec<Attribute>,
    /// The default.
    pub default: Option<Expr>,
}

/// `[Name(arguments)]`, or a type constraint `[int]`.
#[derive(Debug)]
pub struct Attribute {
    /// With brackets.
    pub span: Span,
    /// The attribute's or type's name.
    pub type_name: TypeName,
    /// Whether it has parentheses: an attribute, not a type.
    pub call: bool,
    /// Positional arguments.
    pub positional: Vec<Expr>,
    /// Named arguments; `None` stands for `$true`.
    pub named: Vec<(Name, Option<Expr>)>,
}

/// A type's name.
#[derive(Clone, Debug)]
pub struct TypeName {
    /// Where, without brackets.
    pub span: Span,
    /// As written, without blanks: `System.Collections.Generic.List[string]`, `int[]`.
    pub name: Arc<str>,
}

/// A class.
#[derive(Debug)]
pub struct Class {
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Base class and interfaces.
    pub bases: Vec<TypeName>,
    /// Properties and methods.
    pub members: Vec<ClassMember>,
}

/// A member of a class.
#[derive(Debug)]
pub struct ClassMember {
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// `static`.
    pub is_static: bool,
    /// `hidden`.
    pub is_hidden: bool,
    /// Attributes and the type constraint (property type, return type).
    pub attributes: Vec<Attribute>,
    /// A property's initial value, or a method's body.
    pub kind: ClassMemberKind,
}

/// Property or method.
#[derive(Debug)]
pub enum ClassMemberKind {
    /// With its initial value.
    Property(Option<Expr>),
    /// With its body; `base` holds the arguments of `: base(…)`.
    Method {
        /// Parameters and statements.
        body: Arc<Body>,
        /// Arguments for the base constructor.
        base: Option<Vec<Expr>>,
    },
}

/// An enum.
#[derive(Debug)]
pub struct EnumDefinition {
    /// All of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// The underlying type.
    pub base: Option<TypeName>,
    /// `[Flags()]` and others.
    pub attributes: Vec<Attribute>,
    /// Names and values.
    pub members: Vec<(Name, Option<Expr>)>,
}
