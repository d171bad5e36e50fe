//! Format-Table: objects as rows.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::format::{Directive, Shape};

use super::formatting::{Formatting, common_parameters, property_parameter, shaped};
use crate::authoring::{cmdlet, with};

/// The command.
pub fn command() -> Arc<dyn Command> {
    with(
        cmdlet("Format-Table", super::UTILITY)
            .synopsis("Shows objects as a table.")
            .description("Its output is for the eye: select and sort before it, not after it.")
            .parameter(property_parameter())
            .switch("AutoSize", "Makes columns as wide as all rows need.")
            .switch("RepeatHeader", "Repeats the header on each screen page.")
            .switch("HideTableHeaders", "Leaves the header out.")
            .switch("Wrap", "Goes on in the next line instead of cutting.")
            .parameters(common_parameters())
            .example(
                "Get-CsUser | Format-Table DisplayName, SipAddress -AutoSize",
                "Shows two columns.",
            )
            .link("Format-List")
            .alias("ft"),
        || Formatting::new(directive),
    )
}

fn directive(arguments: &Arguments) -> Directive {
    Directive {
        auto_size: arguments.switch("AutoSize"),
        wrap: arguments.switch("Wrap"),
        hide_headers: arguments.switch("HideTableHeaders"),
        repeat_header: arguments.switch("RepeatHeader"),
        ..shaped(Shape::Table, arguments)
    }
}
