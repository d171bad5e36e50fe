//! What a call site says of itself when its call fails: the argument that an error is about, what cannot be called.

use crate::error::{ArgumentPart, Category, ErrorRecord, Interrupt};
use crate::program::{Argument, CommandCode};

use super::Machine;

impl Machine {
    /// An error of the binding shows the argument that it is about.
    pub(super) fn placed(&self, code: &CommandCode, interrupt: Interrupt) -> Interrupt {
        let Interrupt::Error(mut record) = interrupt else {
            return interrupt;
        };
        if let Some(part) = record.argument.take()
            && record.position.is_none()
            && let Some(span) = span_of(&code.arguments, part)
        {
            record.position = Some(self.frames[self.frame].source.position(span));
        }
        Interrupt::Error(record)
    }
}

/// What `&` cannot call.
pub(super) fn bad_expression() -> Interrupt {
    ErrorRecord::new(
        "BadExpression",
        Category::InvalidOperation,
        "The expression after '&' in a pipeline element produced an object that was not valid. It must result in a command \
         name, a script block, or a CommandInfo object.",
    )
    .into()
}

pub(super) fn called_like_method() -> Interrupt {
    ErrorRecord::new(
        "StrictModeFunctionCallWithParens",
        Category::InvalidOperation,
        "The function or command was called as if it were a method. Parameters should be separated by spaces. For information \
         about parameters, see the about_Parameters Help topic.",
    )
    .into()
}

/// Where a part of a call is written; nothing among arguments that one word stands for several of.
fn span_of(arguments: &[Argument], part: ArgumentPart) -> Option<crate::ast::Span> {
    let (ArgumentPart::Name(place) | ArgumentPart::Value(place)) = part;
    let before = arguments
        .iter()
        .filter(|argument| !matches!(argument, Argument::EndOfParameters));
    let argument = before.clone().nth(place as usize)?;
    if before
        .take(place as usize + 1)
        .any(|argument| matches!(argument, Argument::Splat(..) | Argument::Verbatim(_)))
    {
        return None;
    }
    match (argument, part) {
        (Argument::Value(value), _) => Some(value.span),
        (
            Argument::Parameter {
                value: Some(value), ..
            },
            ArgumentPart::Value(_),
        ) => Some(value.span),
        (Argument::Parameter { span, .. }, _) => Some(*span),
        _ => None,
    }
}
