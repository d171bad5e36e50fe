//! Set-Item: the value of an item on a drive that is not files.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::Impact;

use super::content::{given_paths, path_parameters};
use super::{path, provider};
use crate::authoring::{cmdlet, parameter, simple, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Set-Item", super::MANAGEMENT)
            .synopsis("Sets the value of an environment variable, variable, function or alias.")
            .default_set("Path")
            .parameters(path_parameters(false))
            .parameter(
                parameter("Value", "object")
                    .position(1)
                    .by_value()
                    .by_property_name()
                    .help("The value."),
            )
            .switch("Force", "Writes over read-only items.")
            .switch("PassThru", "Gives the item.")
            .should_process(Impact::Medium)
            .example("Set-Item Env:TZ UTC", "Sets an environment variable.")
            .alias("si"),
        set_item,
    )
}

fn set_item(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    for name in given_paths(arguments).0 {
        let Some((drive, item)) = path::drive(context, &name) else {
            return Err(no_value_to_set(&name).into());
        };
        let value = arguments.get("Value").cloned().unwrap_or_default();
        if !context.should_process(
            &format!("Item: {item} Value: {}", inspect::text(&value)),
            Some("Set Item"),
        )? {
            continue;
        }
        provider::put(context, drive, &item, value.clone(), arguments.switch("Force"))?;
        if arguments.switch("PassThru") {
            context.write(provider::item(drive, &item, value))?;
        }
    }
    Ok(())
}

/// The answer to who wants to set or clear the value of a file.
pub fn no_value_to_set(name: &str) -> ErrorRecord {
    let message = "The file system has no values to set.";
    ErrorRecord::new("NotSupported", Category::NotImplemented, message)
        .exception("System.Management.Automation.PSNotSupportedException")
        .about(text(name))
        .hint("Set-Content and Clear-Content are for a file's content.")
}
