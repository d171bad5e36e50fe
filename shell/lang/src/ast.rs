//! The syntax tree of a script, with every position, kept whole.
//!
//! `check`, completion, colouring, help and error displays read it; `program` lowers it to what runs. Spans are byte
//! offsets into [`Source::text`]. Nothing is resolved here: names are as written, numbers keep their text.

mod expression;
mod operator;
mod source;
mod statement;
pub mod walk;

use std::sync::Arc;

pub use expression::{Binary, Expr, ExprKind, Index, Literal, Member, Part, Quote, Step, VariableScope};
pub use operator::{BinaryOperator, Case, UnaryOperator};
pub use source::Source;
pub use statement::*;

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
