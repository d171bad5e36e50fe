//! Write-Output: gives objects to the pipeline.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Validation;

use crate::authoring::{cmdlet, current, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Write-Output", super::UTILITY)
            .synopsis("Gives objects to the pipeline.")
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .remaining()
                    .validate(Validation::AllowNull)
                    .validate(Validation::AllowEmptyString)
                    .validate(Validation::AllowEmptyCollection)
                    .help("The objects."),
            )
            .switch("NoEnumerate", "Gives a collection as one object.")
            .example("Write-Output 'done'", "Gives a text.")
            .alias("echo")
            .alias("write"),
        write_output,
    )
}

fn write_output(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let value = current(arguments);
    if arguments.switch("NoEnumerate") {
        context.write(value)
    } else {
        context.write_all(value)
    }
}
