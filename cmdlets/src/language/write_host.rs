//! Write-Host: text to the person in front, not to the pipeline.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, parameter, record, simple, text};

const COLORS: &[&str] = &[
    "Black",
    "DarkBlue",
    "DarkGreen",
    "DarkCyan",
    "DarkRed",
    "DarkMagenta",
    "DarkYellow",
    "Gray",
    "DarkGray",
    "Blue",
    "Green",
    "Cyan",
    "Red",
    "Magenta",
    "Yellow",
    "White",
];

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Write-Host", super::UTILITY)
            .synopsis("Shows text on the console.")
            .description("The text goes to the information stream with the tag PSHOST, not to the pipeline.")
            .parameter(
                parameter("Object", "object")
                    .alias("Msg")
                    .alias("Message")
                    .position(0)
                    .by_value()
                    .remaining()
                    .help("What to show."),
            )
            .switch("NoNewline", "Stays on the line.")
            .parameter(
                parameter("Separator", "object")
                    .help("What stands between several objects; a blank by default."),
            )
            .parameter(
                parameter("ForegroundColor", "string")
                    .one_of(COLORS)
                    .help("The colour of the text."),
            )
            .parameter(
                parameter("BackgroundColor", "string")
                    .one_of(COLORS)
                    .help("The colour behind the text."),
            )
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
    let colors = [("ForegroundColor", 30), ("BackgroundColor", 40)];
    let codes: Vec<String> = colors
        .iter()
        .filter_map(|(name, base)| arguments.text(name).and_then(|color| code(&color, *base)))
        .collect();
    let painted = if codes.is_empty() {
        message.clone()
    } else {
        format!("\u{1b}[{}m{message}\u{1b}[0m", codes.join(";"))
    };
    let data = record(
        &[
            "System.Management.Automation.HostInformationMessage",
            "System.Object",
        ],
        message.clone(),
        vec![
            ("Message", text(message)),
            ("NoNewLine", Value::Bool(arguments.switch("NoNewline"))),
            (
                "ForegroundColor",
                arguments.get("ForegroundColor").cloned().unwrap_or_default(),
            ),
            (
                "BackgroundColor",
                arguments.get("BackgroundColor").cloned().unwrap_or_default(),
            ),
        ],
        vec![("ConsoleText", text(painted))],
    );
    let tags: &[&str] = if arguments.switch("NoNewline") {
        &["PSHOST", "PSHOST:NoNewLine"]
    } else {
        &["PSHOST"]
    };
    context.information(data, tags)
}

/// The terminal's code of a console colour; `base` is 30 for text and 40 for what is behind it.
fn code(color: &str, base: u8) -> Option<String> {
    const ORDER: [usize; 8] = [0, 4, 2, 6, 1, 5, 3, 7];
    let index = COLORS
        .iter()
        .position(|known| known.eq_ignore_ascii_case(color))?;
    // The names' order is that of .NET: eight dark ones with Gray last, DarkGray, and seven bright ones.
    let (bright, at) = if index < 8 { (0, index) } else { (60, index - 8) };
    let ansi = u8::try_from(ORDER[at]).ok()?;
    Some((base + bright + ansi).to_string())
}

fn join(value: &Value, separator: &str) -> String {
    match inspect::elements(value) {
        Some(items) => items
            .iter()
            .map(|item| join(item, separator))
            .collect::<Vec<_>>()
            .join(separator),
        None => inspect::text(value),
    }
}
