//! Clear-Item: an item without its value.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::signature::Impact;
use plenum_lang::value::Value;

use super::content::{given_paths, path_parameters};
use super::path::Drive;
use super::set_item::no_value_to_set;
use super::{path, provider};
use crate::authoring::{cmdlet, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Clear-Item", super::MANAGEMENT)
            .synopsis("Takes an item's value away: a variable's becomes $null, other items go.")
            .default_set("Path")
            .parameters(path_parameters(true))
            .parameter(parameter("Filter", "string").help("A wildcard that names must match."))
            .parameter(parameter("Include", "string[]").help("Wildcards of which one must match."))
            .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match."))
            .switch("Force", "Clears read-only items too.")
            .should_process(Impact::Medium)
            .alias("cli")
            .example("Clear-Item Variable:result", "Sets a variable to $null."),
        clear,
    )
}

fn clear(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    for name in given_paths(arguments).0 {
        let Some((drive, place)) = path::drive(context, &name) else {
            return Err(no_value_to_set(&name).into());
        };
        let items = if plenum_lang::property_expression::has_wildcard(&place) {
            let found = provider::nodes(context, drive, &place)?;
            found.into_iter().map(|node| node.place).collect()
        } else {
            vec![place]
        };
        for item in items.iter().filter(|item| path::passes(arguments, item)) {
            if !context.should_process(&format!("Item: {item}"), Some("Clear Item"))? {
                continue;
            }
            if drive == Drive::Variable {
                provider::put(context, drive, item, Value::Null, arguments.switch("Force"))?;
            } else {
                provider::remove(context, drive, item)?;
            }
        }
    }
    Ok(())
}
