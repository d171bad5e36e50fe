//! The syntax tree of a script, with every position, kept whole.
//!
//! `check`, completion, colouring, help and error displays read it; `program` lowers it to what runs. Spans are byte
//! offsets into [`Source::text`]. Nothing is resolved here: names are as written, numbers keep their text.

mod operator;
mod source;
pub mod walk;

use std::sync::Arc;

use crate::value::Value;

pub use operator::{BinaryOperator, Case, UnaryOperator};
pub use source::Source;

/// A piece of the source: byte offsets, the end not included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// After the last byte.
    pub end: u32,
}

impl Span {
    /// From the beginning of one piece to the end of another.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start,
            end: other.end.max(self.start),
        }
    }

    /// The empty piece at an offset.
    pub fn at(offset: u32) -> Span {
        Span {
            start: offset,
            end: offset,
        }
    }
}

/// A parse error: PowerShell's id, where, and what a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// e.g. `MissingEndCurlyBrace`.
    pub id: &'static str,
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// Whether more text could still make it right: the prompt asks for another line.
    pub incomplete: bool,
}

/// What a token is, for colouring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TokenClass {
    Command,
    Parameter,
    Argument,
    Operator,
    Variable,
    String,
    Number,
    Keyword,
    Type,
    Member,
    Comment,
    Punctuation,
    Error,
}

/// A coloured piece of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub span: Span,
    /// What.
    pub class: TokenClass,
}

/// A parsed script: always a tree, and all that is wrong with it.
#[derive(Debug)]
pub struct Script {
    /// Its text.
    pub source: Arc<Source>,
    /// The tree.
    pub body: Arc<Body>,
    /// All parse errors in order of position.
    pub errors: Vec<ParseError>,
    /// Tokens and comments in order of position.
    pub highlights: Vec<Highlight>,
    /// `#requires` lines.
    pub requirements: Vec<Span>,
}

/// The inside of a script, a function or a script block.
#[derive(Debug, Default)]
pub struct Body {
    /// All of it; for a script block with its braces.
    pub span: Span,
    /// Its text without braces.
    pub inner: Span,
    /// `using` statements.
    pub usings: Vec<Using>,
    /// `[CmdletBinding()]` and its like before `param`.
    pub attributes: Vec<Attribute>,
    /// `param(…)`, or the list after a function's name.
    pub parameters: Option<Vec<Parameter>>,
    /// `begin {}`.
    pub begin: Option<Block>,
    /// `process {}`.
    pub process: Option<Block>,
    /// `end {}`, or the statements without named blocks.
    pub end: Option<Block>,
    /// `clean {}`.
    pub clean: Option<Block>,
    /// `dynamicparam {}`.
    pub dynamic: Option<Block>,
    /// The comment-based help's text, without comment signs.
    pub help: Option<Arc<str>>,
}

/// `using namespace System.IO`.
#[derive(Debug)]
pub struct Using {
    /// All of it.
    pub span: Span,
    /// `namespace`, `module`, `assembly`.
    pub kind: Arc<str>,
    /// What.
    pub name: Arc<str>,
}

/// Statements and the traps among them.
#[derive(Debug, Default)]
pub struct Block {
    /// With braces where it has them.
    pub span: Span,
    /// In order.
    pub statements: Vec<Statement>,
    /// `trap` statements, which hold for the whole block.
    pub traps: Vec<Trap>,
}

/// `trap [type] { … }`.
#[derive(Debug)]
pub struct Trap {
    /// All of it.
    pub span: Span,
    /// Which exceptions; all without it.
    pub type_name: Option<TypeName>,
    /// What runs.
    pub body: Block,
}

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

/// A pipeline.
#[derive(Debug)]
pub struct Pipeline {
    /// All of it.
    pub span: Span,
    /// Its elements.
    pub elements: Vec<Element>,
    /// `&` at the end.
    pub background: bool,
}

/// An element of a pipeline.
#[derive(Debug)]
pub struct Element {
    /// All of it.
    pub span: Span,
    /// Command or expression.
    pub kind: ElementKind,
    /// Redirections in order.
    pub redirections: Vec<Redirection>,
}

/// Command or expression.
#[derive(Debug)]
pub enum ElementKind {
    /// An expression.
    Expression(Expr),
    /// A command.
    Command(Command),
}

/// How a command is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOperator {
    /// By its name.
    None,
    /// `&`.
    Call,
    /// `.`.
    Dot,
}

/// A command: its elements as written, the name first.
#[derive(Debug)]
pub struct Command {
    /// `&` or `.`.
    pub call: CallOperator,
    /// What is called: a bareword, or an expression after `&` and `.`.
    pub name: Expr,
    /// Arguments and parameters in order.
    pub elements: Vec<CommandElement>,
}

/// An argument or a parameter.
#[derive(Debug)]
pub enum CommandElement {
    /// `value`.
    Argument(Expr),
    /// `-Name` or `-Name:value`.
    Parameter {
        /// With the value after a colon.
        span: Span,
        /// Without the dash.
        name: Name,
        /// After a colon.
        value: Option<Expr>,
    },
    /// `@name`.
    Splat(Expr),
    /// `--`: what follows are values.
    EndOfParameters(Span),
    /// What follows `--%`, as it is.
    Verbatim(Span, Arc<str>),
}

impl CommandElement {
    /// All of it.
    pub fn span(&self) -> Span {
        match self {
            CommandElement::Argument(value) | CommandElement::Splat(value) => value.span,
            CommandElement::Parameter { span, .. }
            | CommandElement::EndOfParameters(span)
            | CommandElement::Verbatim(span, _) => *span,
        }
    }
}

/// The streams of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamNumber {
    /// `*`.
    All,
    /// 1 to 6: output, error, warning, verbose, debug, information.
    One(u8),
}

/// `2>&1`, `> file`.
#[derive(Debug)]
pub struct Redirection {
    /// All of it.
    pub span: Span,
    /// Which stream.
    pub from: StreamNumber,
    /// Where to.
    pub to: RedirectionTarget,
}

/// Where a redirection goes.
#[derive(Debug)]
pub enum RedirectionTarget {
    /// `n>&1`.
    Output,
    /// A file, and whether it is appended to.
    File(Expr, bool),
}

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
