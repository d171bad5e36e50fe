//! What runs: the tree with names resolved.
//!
//! A function's variables live in slots of its frame; the layout says which name is where, so that callees, which see
//! their callers' variables, still find them by name. A slot that was never written falls through to the callers.
//! Code that runs in another scope than its own (`. {}`, script blocks handed to cmdlets) is lowered without slots.
//! Where-Object and ForEach-Object with a literal script block are stages of the pipeline itself.

mod command;
mod comment_help;
mod expression;
mod function;
mod lower;
mod statement;

use std::sync::Arc;

use parking_lot::Mutex;

use crate::ast::{
    AssignOperator, BinaryOperator, CallOperator, Class, EnumDefinition, Quote, Source, Span, StreamNumber,
    SwitchMatch, UnaryOperator,
};
use crate::run::Resolved;
use crate::symbol::Symbol;
use crate::types::Type;
use crate::value::Value;

pub use function::{FunctionParameters, ParameterCode};
pub(crate) use function::{constraint_of, set_membership};
pub use lower::{Mode, lower_body, lower_command_elements, lower_expression};

/// A script block's code.
pub struct Code {
    /// Whose text it is.
    pub source: Arc<Source>,
    /// Which variable is in which slot; without slots the code runs in the scope it finds.
    pub layout: Arc<Layout>,
    /// `dynamicparam`: gives the parameters that depend on the others.
    pub dynamic: Option<Lines>,
    /// `begin`.
    pub begin: Option<Lines>,
    /// `process`.
    pub process: Option<Lines>,
    /// `end`, or the statements without named blocks.
    pub end: Option<Lines>,
    /// `clean`.
    pub clean: Option<Lines>,
    /// Whether `$PSBoundParameters` is spoken of, in a script block inside too.
    pub names_bound: bool,
    /// The parameters.
    pub parameters: Arc<FunctionParameters>,
}

/// The names of a frame's slots; slot 0 is `$_`.
#[derive(Debug, Default)]
pub struct Layout {
    /// Name by slot.
    pub names: Vec<Symbol>,
}

impl Layout {
    /// The slot of a name.
    pub fn slot(&self, symbol: Symbol) -> Option<usize> {
        self.names.iter().position(|name| *name == symbol)
    }
}

/// Statements with the traps that hold for them.
#[derive(Default)]
pub struct Lines {
    /// In order.
    pub statements: Vec<Stmt>,
    /// Type and body.
    pub traps: Vec<TrapCode>,
}

/// `trap`.
pub struct TrapCode {
    /// Which exceptions; all without it.
    pub type_name: Option<Arc<str>>,
    /// What runs.
    pub body: Lines,
}

/// A statement with its place.
pub struct Stmt {
    /// Where; errors name it.
    pub span: Span,
    /// What it does.
    pub kind: StmtKind,
}

/// The kinds of statements.
pub enum StmtKind {
    /// Evaluates and writes the value.
    Expr(Expr),
    /// Evaluates and writes nothing: `$x++`, `[void]…`.
    Silent(Expr),
    /// A pipeline of commands.
    Pipeline(Box<PipelineCode>),
    /// `a && b || c`.
    Chain(Box<Stmt>, Vec<(bool, Stmt)>),
    /// An assignment.
    Assign(Box<AssignCode>),
    /// `if`.
    If(Vec<(Expr, Lines)>, Option<Lines>),
    /// `while` and `do`.
    Loop(Box<LoopCode>),
    /// `for`.
    For(Box<ForCode>),
    /// `foreach`.
    ForEach(Box<ForEachCode>),
    /// `switch`.
    Switch(Box<SwitchCode>),
    /// `try`.
    Try(Box<TryCode>),
    /// Defines a function: its name, as written, and its body.
    Function(Arc<str>, Value),
    /// Defines a class.
    Class(Arc<Class>, Arc<Source>),
    /// Defines an enum.
    Enum(Arc<EnumDefinition>, Arc<Source>),
    /// `return`.
    Return(Option<Box<Stmt>>),
    /// `throw`.
    Throw(Option<Expr>),
    /// `exit`.
    Exit(Option<Expr>),
    /// `break`.
    Break(Option<Expr>),
    /// `continue`.
    Continue(Option<Expr>),
    /// Statements in the same scope.
    Block(Lines),
    /// What runs nothing.
    Nothing,
}

/// A variable as code names it.
#[derive(Clone)]
pub enum Var {
    /// A slot of this frame.
    Slot(u32, Symbol),
    /// Looked up by name.
    Named(Symbol),
    /// `$global:x`.
    Global(Symbol),
    /// `$script:x`.
    Script(Symbol),
    /// `$local:x`.
    Local(Symbol),
    /// `$private:x`.
    Private(Symbol),
    /// `$env:x`, `$function:f` …
    Drive(Arc<str>, Arc<str>),
}

/// A type's name, with the type when it is a built-in one.
#[derive(Clone)]
pub struct TypeRef {
    /// As written.
    pub name: Arc<str>,
    /// The type; script-defined ones are found when the code runs.
    pub known: Option<Type>,
}

impl TypeRef {
    /// A name as written.
    pub fn new(name: &Arc<str>) -> TypeRef {
        TypeRef {
            name: Arc::clone(name),
            known: crate::types::resolve(name),
        }
    }
}

/// What is assigned to.
pub enum Target {
    /// A variable.
    Var(Var),
    /// A variable with attributes and type constraints, which stay with it.
    Typed(Var, Arc<Vec<Constraint>>),
    /// A member; static or not.
    Member(Expr, Expr, bool),
    /// An element.
    Index(Expr, Expr),
    /// Several.
    List(Vec<Target>),
    /// A cast of a member or an element: the value is converted first.
    Converted(TypeRef, Box<Target>),
}

/// A type constraint or a validation on a variable.
pub enum Constraint {
    /// Conversion to a type.
    Type(TypeRef),
    /// A check.
    Check(crate::signature::Validation),
    /// `[ValidateScript()]`, with its own message.
    Script(Value, Option<Arc<str>>),
    /// An attribute that may be a class of a script, by name, with its arguments.
    Class(Arc<str>, Vec<Value>),
}

/// An assignment.
pub struct AssignCode {
    /// To what.
    pub target: Target,
    /// How.
    pub operator: AssignOperator,
    /// What.
    pub value: Expr,
}

/// `while`, `do`.
pub struct LoopCode {
    /// Its label.
    pub label: Option<Arc<str>>,
    /// The test.
    pub condition: Expr,
    /// The body.
    pub body: Lines,
    /// `do`.
    pub body_first: bool,
    /// `until`.
    pub until: bool,
    /// The condition's place.
    pub condition_span: Span,
}

/// `for`.
pub struct ForCode {
    /// Its label.
    pub label: Option<Arc<str>>,
    /// Once.
    pub initializer: Option<Stmt>,
    /// Before each turn.
    pub condition: Option<(Expr, Span)>,
    /// After each turn.
    pub iterator: Option<Stmt>,
    /// The body.
    pub body: Lines,
}

/// `foreach`.
pub struct ForEachCode {
    /// Its label.
    pub label: Option<Arc<str>>,
    /// The variable.
    pub variable: Var,
    /// What it goes through.
    pub items: Expr,
    /// Its place.
    pub items_span: Span,
    /// The body.
    pub body: Lines,
    /// Whether the body reads `$foreach`.
    pub enumerator: bool,
}

/// `switch`.
pub struct SwitchCode {
    /// Its label.
    pub label: Option<Arc<str>>,
    /// How clauses compare.
    pub matching: SwitchMatch,
    /// With case.
    pub case_sensitive: bool,
    /// Takes the lines of a file.
    pub file: bool,
    /// Whether a clause reads `$switch`.
    pub enumerator: bool,
    /// What is looked at.
    pub condition: Expr,
    /// Patterns and bodies.
    pub clauses: Vec<(ClauseTest, Lines)>,
    /// `default`.
    pub default: Option<Lines>,
}

/// A switch clause's pattern.
pub enum ClauseTest {
    /// A value.
    Value(Expr),
    /// `{ predicate }`, in the same scope.
    Predicate(Lines),
}

/// `try`.
pub struct TryCode {
    /// What is tried.
    pub body: Lines,
    /// Types and bodies.
    pub catches: Vec<(Vec<Arc<str>>, Lines)>,
    /// `finally`.
    pub finally: Option<Lines>,
}

/// An expression.
pub enum Expr {
    /// A known value.
    Constant(Value),
    /// A variable.
    Var(Var),
    /// A string with parts.
    Text(Vec<TextPart>),
    /// `[type]`.
    Type(TypeRef),
    /// `a.b`.
    Member(Box<MemberCode>),
    /// `a.b(c)`.
    Call(Box<CallCode>),
    /// `a[b]`.
    Index(Box<(Expr, Expr, bool)>),
    /// A unary operation.
    Unary(UnaryOperator, Box<Expr>),
    /// `++`, `--`: what, whether up, whether before.
    Step(Box<(Target, Expr, bool, bool)>),
    /// A binary operation.
    Binary(BinaryOperator, Box<(Expr, Expr)>),
    /// `a -and b`.
    And(Box<(Expr, Expr)>),
    /// `a -or b`.
    Or(Box<(Expr, Expr)>),
    /// `a ?? b`.
    Coalesce(Box<(Expr, Expr)>),
    /// `a ? b : c`.
    Ternary(Box<(Expr, Expr, Expr)>),
    /// `[type] a`.
    Cast(TypeRef, Box<Expr>),
    /// `a, b`.
    List(Vec<Expr>),
    /// `@( … )`.
    Array(Box<Lines>),
    /// `$( … )`.
    Sub(Box<Lines>),
    /// `@{ … }`; whether `[ordered]`.
    Hashtable(Vec<(Expr, Expr)>, bool),
    /// `[pscustomobject]@{ … }`.
    Object(Vec<(Expr, Expr)>),
    /// `{ … }`.
    Block(Value),
    /// An assignment in parentheses: its value.
    Assign(Box<AssignCode>),
    /// A statement's output as a value.
    Output(Box<Stmt>),
    /// `[ref]$x`.
    Reference(Box<Target>, Box<Expr>),
}

/// A part of a string.
pub enum TextPart {
    /// Text.
    Text(Arc<str>),
    /// A value.
    Expr(Expr),
}

/// A member access.
pub struct MemberCode {
    /// Whose.
    pub target: Expr,
    /// Its name.
    pub name: MemberName,
    /// `::`.
    pub is_static: bool,
    /// `?.`.
    pub null_conditional: bool,
    /// The type arguments of a generic method's call, by name.
    pub type_arguments: Box<[Arc<str>]>,
}

/// A member's name.
pub enum MemberName {
    /// Known.
    Static(Arc<str>),
    /// Computed.
    Dynamic(Expr),
}

/// A method call.
pub struct CallCode {
    /// The method.
    pub member: MemberCode,
    /// Its arguments.
    pub arguments: Vec<Expr>,
}

/// A pipeline.
pub struct PipelineCode {
    /// All of it.
    pub span: Span,
    /// Its elements.
    pub elements: Vec<ElementCode>,
    /// `&` at the end.
    pub background: bool,
}

/// An element of a pipeline.
pub struct ElementCode {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: ElementCodeKind,
    /// Its redirections.
    pub redirections: Vec<RedirectionCode>,
}

/// The kinds of elements.
pub enum ElementCodeKind {
    /// An expression, which comes first.
    Expr(Expr),
    /// A command.
    Command(Arc<CommandCode>),
    /// `Where-Object { … }`: the predicate, and the command when that is not what the name stands for.
    Where(Arc<Lines>, Arc<CommandCode>),
    /// `ForEach-Object { … }`.
    ForEach(Arc<Lines>, Arc<CommandCode>),
}

/// A command at its place.
pub struct CommandCode {
    /// Where.
    pub span: Span,
    /// `&`, `.`.
    pub call: CallOperator,
    /// What is called.
    pub name: CommandName,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// Whether it is written like a method's call: `name(1, 2)`.
    pub like_method: bool,
    /// What the name stood for last time, and the session's command table then.
    pub cache: Mutex<Option<(u64, Resolved)>>,
}

/// What a command is called by.
pub enum CommandName {
    /// A known name.
    Static(Arc<str>),
    /// A computed one.
    Dynamic(Expr),
}

/// An argument as written.
pub enum Argument {
    /// A value.
    Value(ArgumentValue),
    /// `-Name`, `-Name:value`; the whole text for native programs.
    Parameter {
        /// Without the dash.
        name: Arc<str>,
        /// After a colon.
        value: Option<ArgumentValue>,
        /// As written.
        text: Arc<str>,
        /// Where.
        span: Span,
    },
    /// `@x`.
    Splat(Expr, Symbol),
    /// `--`.
    EndOfParameters,
    /// After `--%`.
    Verbatim(Arc<str>),
}

/// A value given to a command.
pub struct ArgumentValue {
    /// The value.
    pub expression: Expr,
    /// A number's text, which a parameter of type string takes.
    pub text: Option<Arc<str>>,
    /// Whether it is a bareword.
    pub bare: bool,
    /// Where.
    pub span: Span,
}

/// A redirection.
pub struct RedirectionCode {
    /// Which stream.
    pub from: StreamNumber,
    /// To a file (with whether it appends), or to the output.
    pub file: Option<(Expr, bool)>,
}

/// Whether a quoted text is a bareword.
pub(crate) fn is_bare(quote: Quote) -> bool {
    quote == Quote::Bare
}
