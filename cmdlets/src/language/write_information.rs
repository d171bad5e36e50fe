//! Write-Information: an object to the information stream.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;

use crate::authoring::{Read, cmdlet, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Write-Information", super::UTILITY)
            .synopsis("Writes an object to the information stream.")
            .parameter(
                parameter("MessageData", "object")
                    .alias("Msg")
                    .alias("Message")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The object."),
            )
            .parameter(
                parameter("Tags", "string[]")
                    .position(1)
                    .help("Words to find it by."),
            )
            .example(
                "Write-Information 'Pool drained' -Tags Audit -InformationAction Continue",
                "Shows and tags a message.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let tags = arguments.list("Tags");
            let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
            context.information(arguments.get("MessageData").cloned().unwrap_or_default(), &tags)
        },
    )
}
