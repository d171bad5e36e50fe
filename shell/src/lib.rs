//! The management shell's console: prompt, editor, output. What runs is the language's matter, what it can run is
//! handed in as a registry.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an I/O crate: it carries the bytes, the time and the answers"
)]

pub mod completer;
pub mod editor;
mod file;
pub mod highlight;
pub mod host;
pub mod keys;
mod process;
pub mod prompt;
pub mod render;
pub mod repl;
pub mod theme;
pub mod validator;
mod web;
