//! Format-Custom: objects and what is inside them.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::format::{Directive, Shape};

use super::formatting::{Formatting, common_parameters, property_parameter, shaped};
use crate::authoring::{Read, cmdlet, parameter, with};

/// The command.
pub fn command() -> Arc<dyn Command> {
    with(
        cmdlet("Format-Custom", super::UTILITY)
            .synopsis("Shows objects as nested blocks.")
            .parameter(property_parameter())
            .parameter(
                parameter("Depth", "int")
                    .range(1.0, 1000.0)
                    .default("5")
                    .help("How many levels down."),
            )
            .parameters(common_parameters())
            .example(
                "Get-CsTopology | Format-Custom -Depth 3",
                "Shows the topology three levels deep.",
            )
            .alias("fc"),
        || Formatting::new(directive),
    )
}

fn directive(arguments: &Arguments) -> Directive {
    Directive {
        depth: arguments
            .int("Depth")
            .and_then(|depth| usize::try_from(depth).ok())
            .unwrap_or(5),
        ..shaped(Shape::Custom, arguments)
    }
}
