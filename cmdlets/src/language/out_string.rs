//! Out-String: output as text.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, input_object, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<OutString>(
        cmdlet("Out-String", super::UTILITY)
            .synopsis("Gives as text what the console would show.")
            .default_set("NoNewLineFormatting")
            .parameter(
                parameter("Stream", "switch")
                    .set("StreamFormatting")
                    .help("Gives each line as a text of its own."),
            )
            .parameter(
                parameter("Width", "int")
                    .range(2.0, f64::from(i32::MAX))
                    .help("Columns; those of the console by default."),
            )
            .parameter(
                parameter("NoNewline", "switch")
                    .set("NoNewLineFormatting")
                    .help("Leaves line ends out."),
            )
            .parameter(input_object())
            .example(
                "$text = Get-CsUser ken | Format-List | Out-String",
                "Keeps a list as text.",
            )
            .alias("oss"),
    )
}

#[derive(Default)]
struct OutString {
    items: Vec<Value>,
}

impl Invocation for OutString {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let width = arguments
            .int("Width")
            .and_then(|width| usize::try_from(width).ok());
        let width = width.unwrap_or_else(|| context.host().width());
        let shown = context.render(&std::mem::take(&mut self.items), width)?;
        if arguments.switch("Stream") {
            return shown.lines().try_for_each(|line| context.write(text(line)));
        }
        let shown = if arguments.switch("NoNewline") {
            shown.replace(['\r', '\n'], "")
        } else {
            shown
        };
        context.write(text(shown))
    }
}
