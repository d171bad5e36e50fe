//! Format-List: one line for each property.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::error::Result;
use plenum_lang::format::{Directive, Shape};

use super::formatting::{Formatting, common_parameters, property_parameter};
use crate::authoring::{Read, cmdlet, with};

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
        || Formatting::new(directive),
    )
}

#[allow(clippy::unnecessary_wraps)] // the signature that Formatting takes
fn directive(arguments: &Arguments) -> Result<Directive> {
    Ok(Directive {
        properties: arguments.values("Property"),
        group_by: arguments.get("GroupBy").cloned(),
        view: arguments.text("View"),
        ..Directive::new(Shape::List)
    })
}
