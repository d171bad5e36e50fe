//! Write-Warning, Write-Verbose, Write-Debug: a message to a stream. Preference variables decide what shows.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Validation;

use crate::authoring::{ParameterBuilder, Read, cmdlet, parameter, simple};

fn message() -> ParameterBuilder {
    parameter("Message", "string")
        .alias("Msg")
        .mandatory()
        .position(0)
        .by_value()
        .validate(Validation::AllowEmptyString)
        .help("The message.")
}

/// Write-Warning.
pub fn warning() -> Arc<dyn Command> {
    simple(
        cmdlet("Write-Warning", super::UTILITY)
            .synopsis("Writes a warning.")
            .parameter(message())
            .example("Write-Warning 'The pool is drained.'", "Shows a warning."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            context.warning(&arguments.text("Message").unwrap_or_default())
        },
    )
}

/// Write-Verbose.
pub fn verbose() -> Arc<dyn Command> {
    simple(
        cmdlet("Write-Verbose", super::UTILITY)
            .synopsis("Writes a message that -Verbose shows.")
            .parameter(message())
            .example(
                "Write-Verbose 'Reading users'",
                "Is seen with -Verbose or $VerbosePreference.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            context.verbose(&arguments.text("Message").unwrap_or_default())
        },
    )
}

/// Write-Debug.
pub fn debug() -> Arc<dyn Command> {
    simple(
        cmdlet("Write-Debug", super::UTILITY)
            .synopsis("Writes a message that -Debug shows.")
            .parameter(message())
            .example(
                "Write-Debug \"x is $x\"",
                "Is seen with -Debug or $DebugPreference.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            context.debug(&arguments.text("Message").unwrap_or_default())
        },
    )
}
