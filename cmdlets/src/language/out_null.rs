//! Out-Null: throws output away.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;

use crate::authoring::{cmdlet, input_object, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Out-Null", super::CORE)
            .synopsis("Throws its input away.")
            .parameter(input_object())
            .example(
                "New-Item logs -ItemType Directory | Out-Null",
                "Makes a folder without showing it.",
            ),
        nothing,
    )
}

#[allow(clippy::unnecessary_wraps)] // the shape of every cmdlet
fn nothing(_context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
    Ok(())
}
