//! Write-Host: text to the person in front, not to the pipeline.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, object, parameter, simple, text};

const COLORS: &[&str] = &[
    "Black", "DarkBlue", "DarkGreen", "DarkCyan", "DarkRed", "DarkMagenta", "DarkYellow", "Gray", "DarkGray", "Blue",
    "Green", "Cyan", "Red", "Magenta", "Yellow", "White",
];

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Write-Host", super::UTILITY)
            .synopsis("Shows text on the console.")
            .description("The text goes to the information stream with the tag PSHOST, not to the pipeline.")
            .parameter(
                parameter("Object", "object").alias("Msg").alias("Message").position(0).by_value().remaining().help("What to show."),
            )
            .switch("NoNewline", "Stays on the line.")
            .parameter(parameter("Separator", "object").help("What stands between several objects; a blank by default."))
            .parameter(parameter("ForegroundColor", "string").one_of(COLORS).help("The colour of the text."))
            .parameter(parameter("BackgroundColor", "string").one_of(COLORS).help("The colour behind the text."))
            .example("Write-Host 'Done' -ForegroundColor Green", "Shows a green text."),
        write_host,
    )
}

fn write_host(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let separator = arguments.text("Separator").unwrap_or_else(|| " ".to_owned());
    let value = if arguments.input.is_some() {
        current(arguments)
    } else {
        arguments.get("Object").cloned().unwrap_or_default()
    };
    let message = join(&value, &separator);
    let record = object(
        "System.Management.Automation.HostInformationMessage",
        [
            ("Message", text(message)),
            ("NoNewLine", Value::Bool(arguments.switch("NoNewline"))),
            ("ForegroundColor", arguments.get("ForegroundColor").cloned().unwrap_or_default()),
            ("BackgroundColor", arguments.get("BackgroundColor").cloned().unwrap_or_default()),
        ],
    );
    context.information(record, &["PSHOST"])
}

fn join(value: &Value, separator: &str) -> String {
    match inspect::elements(value) {
        Some(items) => items.iter().map(|item| join(item, separator)).collect::<Vec<_>>().join(separator),
        None => inspect::text(value),
    }
}
