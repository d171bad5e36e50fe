//! Update-TypeData: which properties of a type are shown by default.
//!
//! Members for all objects of a type are refused; Add-Member gives them to single objects.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::format::View;

use crate::authoring::{Read, cmdlet, not_built, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Update-TypeData", super::UTILITY)
            .synopsis("Says which properties of a type are shown.")
            .parameter(
                parameter("TypeName", "string")
                    .mandatory()
                    .position(0)
                    .by_property_name()
                    .help("The type."),
            )
            .parameter(
                parameter("DefaultDisplayPropertySet", "string[]").help("The properties that are shown."),
            )
            .parameter(
                parameter("DefaultDisplayProperty", "string").help("The property that Format-Wide shows."),
            )
            .parameter(parameter("MemberType", "string").help("The kind of a member to add: not built yet."))
            .parameter(parameter("MemberName", "string").help("The name of a member to add: not built yet."))
            .parameter(parameter("Value", "object").help("The value of a member to add: not built yet."))
            .switch("Force", "Replaces what was said before.")
            .example(
                "Update-TypeData My.Row -DefaultDisplayPropertySet Name, State",
                "Shows two columns.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            if arguments.has("MemberName") {
                return Err(not_built("Adding a member to a type")
                    .hint("Add-Member adds it to objects.")
                    .into());
            }
            let mut names = arguments.list("DefaultDisplayPropertySet");
            if names.is_empty() {
                names.extend(arguments.text("DefaultDisplayProperty"));
            }
            let names = names.into_iter().map(Into::into).collect();
            context.registry().add_view(View::default_properties(
                arguments.required_text("TypeName")?,
                names,
            ));
            Ok(())
        },
    )
}
