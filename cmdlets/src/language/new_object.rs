//! New-Object: an object of a type, from constructor arguments and properties.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, custom_object, parameter, simple, to_text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("New-Object", super::UTILITY)
            .synopsis("Makes an object of a type.")
            .default_set("Net")
            .parameter(
                parameter("TypeName", "string")
                    .mandatory()
                    .position(0)
                    .set("Net")
                    .help("The type's name."),
            )
            .parameter(
                parameter("ArgumentList", "object[]")
                    .alias("Args")
                    .position(1)
                    .set("Net")
                    .help("Arguments of the constructor."),
            )
            .parameter(
                parameter("ComObject", "string")
                    .mandatory()
                    .set("Com")
                    .help("COM objects exist only on Windows: refused."),
            )
            .parameter(parameter("Property", "hashtable").help("Properties to set on the new object."))
            .example(
                "New-Object PSObject -Property @{ Name = 'Ken'; Pool = 'pool1' }",
                "Makes an object with two properties.",
            ),
        new_object,
    )
}

fn new_object(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if arguments.has("ComObject") {
        let message = "COM objects are not available on this platform.";
        return Err(
            ErrorRecord::new("ComObjectPlatformIssue", Category::ResourceUnavailable, message).into(),
        );
    }
    let type_name = arguments.required_text("TypeName")?;
    let properties: Vec<(String, Value)> = arguments.hashtable("Property").map_or_else(Vec::new, |table| {
        table
            .pairs()
            .iter()
            .map(|(key, value)| (to_text(key), value.clone()))
            .collect()
    });
    let short = type_name.rsplit('.').next().unwrap_or(&type_name);
    if ["psobject", "pscustomobject"].contains(&short.to_ascii_lowercase().as_str())
        && !arguments.has("ArgumentList")
    {
        return context.write(custom_object(
            properties
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone())),
        ));
    }
    let made = inspect::construct(context, &type_name, &arguments.values("ArgumentList"))
        .map_err(|interrupt| not_constructed(interrupt, short))?;
    for (name, value) in properties {
        inspect::set_property(context, &made, &name, value)?;
    }
    context.write(made)
}

/// What a constructor refuses, under the cmdlet's own id; it is named after the type.
fn not_constructed(interrupt: Interrupt, type_name: &str) -> Interrupt {
    let Interrupt::Error(mut record) = interrupt else {
        return interrupt;
    };
    let of_call = ["MethodException", "MethodInvocationException"];
    if of_call.iter().any(|name| record.exception_type.ends_with(name)) {
        "ConstructorInvokedThrowException".clone_into(&mut record.id);
        record.category = Category::InvalidOperation;
        record.message = record
            .message
            .replace("overload for \"new\"", &format!("overload for \"{type_name}\""));
    }
    Interrupt::Error(record)
}
