//! The language of the management shell: PowerShell's, from text to pipeline.
//!
//! Text → tokens → syntax tree with every position → program → run. The crate knows no cmdlet and no outside world:
//! cmdlets are handed to it in a [`registry::Registry`], the outside is a [`host::Host`].

pub mod ast;
pub mod bind;
pub mod block;
pub mod check;
pub mod class;
pub mod cmdlet;
pub mod complete;
pub mod convert;
pub mod culture;
pub mod datetime;
pub mod debugger;
pub mod engine;
pub mod error;
pub mod format;
pub mod format_string;
pub mod host;
pub mod inspect;
pub mod lex;
pub mod line_editor;
pub mod members;
pub mod number;
pub mod operator;
pub mod parse;
pub mod program;
pub mod property_expression;
pub mod regex;
pub mod registry;
pub mod render;
pub mod run;
pub mod session;
pub mod signature;
pub mod symbol;
pub mod types;
pub mod value;
