//! Update-List: additions to and removals from a property that holds a list.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{Read, array, cmdlet, invalid_argument, parameter, simple, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Update-List", super::UTILITY)
            .synopsis("Adds to and removes from a list property, or makes the table that says so.")
            .default_set("AddRemoveSet")
            .parameter(
                parameter("Add", "object[]")
                    .set("AddRemoveSet")
                    .help("What is added."),
            )
            .parameter(
                parameter("Remove", "object[]")
                    .set("AddRemoveSet")
                    .help("What is removed."),
            )
            .parameter(
                parameter("Replace", "object[]")
                    .mandatory()
                    .set("ReplaceSet")
                    .help("All that shall be in it."),
            )
            .parameter(
                parameter("InputObject", "psobject")
                    .by_value()
                    .help("The objects."),
            )
            .parameter(parameter("Property", "string").position(0).help("The property."))
            .example(
                "$entry | Update-List -Property Members -Add sip:alice@contoso.example",
                "Adds to the list in a property.",
            )
            .example(
                "Update-List -Add a -Remove b",
                "Makes the table @{ Add = 'a'; Remove = 'b' } that other cmdlets take.",
            ),
        update,
    )
}

fn update(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let changes = ["Add", "Remove", "Replace"]
        .into_iter()
        .filter(|name| arguments.has(name))
        .map(|name| (name, arguments.values(name)));
    let Some(object) = arguments
        .input
        .as_ref()
        .or_else(|| arguments.get("InputObject"))
        .cloned()
    else {
        if arguments.has("Property") {
            let message = "The Property parameter needs an object: pipe one in, or give InputObject.";
            let record = ErrorRecord::new("MissingInputObjectParameter", Category::InvalidOperation, message);
            return Err(record.exception("System.InvalidOperationException").into());
        }
        let entries = changes.map(|(name, values)| (text(name), array(values)));
        return context.write(inspect::hashtable(false, entries));
    };
    let Some(property) = arguments.text("Property") else {
        let message = "The InputObject parameter needs to know which list: give Property.";
        let record = ErrorRecord::new("MissingPropertyParameter", Category::InvalidOperation, message);
        return Err(record.exception("System.InvalidOperationException").into());
    };
    let Some(list) = inspect::property_in(context, &object, &property)? else {
        let message = format!("The property '{property}' cannot be found on this object.");
        context.error(invalid_argument("MemberDoesntExist", object.clone(), message))?;
        return context.write(object);
    };
    for (name, values) in changes {
        change(context, &list, name, values)?;
    }
    context.write(object)
}

/// Changes a list in place, as its owner sees it.
fn change(context: &mut dyn Context, list: &Value, name: &str, values: Vec<Value>) -> Result<()> {
    if name == "Replace" {
        inspect::invoke_method(context, list, "Clear", &[])?;
    }
    let method = if name == "Remove" { "Remove" } else { "Add" };
    for value in values {
        inspect::invoke_method(context, list, method, &[value])?;
    }
    Ok(())
}
