//! Format-List: one line for each property.

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_lang::format::Shape;

use super::formatting::{Formatting, common_parameters, property_parameter, shaped};
use crate::authoring::{cmdlet, with};

/// The command.
pub fn command() -> Arc<dyn Command> {
    with(
        cmdlet("Format-List", super::UTILITY)
            .synopsis("Shows objects as a list of properties.")
            .parameter(property_parameter())
            .parameters(common_parameters())
            .example("Get-CsUser ken | Format-List *", "Shows everything about a user.")
            .link("Format-Table")
            .alias("fl"),
        || Formatting::new(|arguments| shaped(Shape::List, arguments)),
    )
}
