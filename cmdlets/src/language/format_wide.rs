//! Format-Wide: one property, several objects in a row.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::format::{Directive, Shape};

use super::formatting::{Formatting, common_parameters, shaped};
use crate::authoring::{Read, cmdlet, parameter, with};

/// The command.
pub fn command() -> Arc<dyn Command> {
    with(
        cmdlet("Format-Wide", super::UTILITY)
            .synopsis("Shows one property of each object, in columns.")
            .parameter(
                parameter("Property", "object")
                    .position(0)
                    .help("The property; the name by default."),
            )
            .switch("AutoSize", "As many columns as fit.")
            .parameter(
                parameter("Column", "int")
                    .range(1.0, f64::from(i32::MAX))
                    .help("How many columns."),
            )
            .parameters(common_parameters())
            .example(
                "Get-Command Get-Cs* | Format-Wide -Column 3",
                "Shows names in three columns.",
            )
            .alias("fw"),
        || Formatting::new(directive),
    )
}

fn directive(arguments: &Arguments) -> Directive {
    Directive {
        auto_size: arguments.switch("AutoSize"),
        columns: arguments
            .int("Column")
            .and_then(|columns| usize::try_from(columns).ok()),
        ..shaped(Shape::Wide, arguments)
    }
}
