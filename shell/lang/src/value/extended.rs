//! A scalar with members of its own.

use super::{Object, Str, Value};

/// A text, number or other scalar that carries more than its value.
pub struct Extended {
    /// The value; never itself extended.
    pub base: Value,
    /// The text of a number that was written as a command's argument: `007`, `1kb`.
    pub text: Option<Str>,
    /// Members that Add-Member or a cmdlet gave it.
    pub members: Object,
}
