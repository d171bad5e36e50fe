//! Out-String: output as text.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::render::RenderSession;

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

/// Holds the text, which is what it gives; with -Stream only a line that has not ended.
#[derive(Default)]
struct OutString {
    layout: Option<(Box<dyn RenderSession>, usize)>,
    shown: String,
}

impl Invocation for OutString {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let width = arguments
            .int("Width")
            .and_then(|width| usize::try_from(width).ok())
            .unwrap_or_else(|| context.host().width());
        self.layout = Some((context.layout(width), width));
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let Some((layout, width)) = &mut self.layout else {
            return Ok(());
        };
        let text = context.lay_out(layout, *width, &current(arguments))?;
        self.take(context, arguments, &text)
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let rest = match &mut self.layout {
            Some((layout, _)) => layout.finish(context)?,
            None => String::new(),
        };
        self.take(context, arguments, &rest)?;
        let shown = std::mem::take(&mut self.shown);
        if !arguments.switch("Stream") {
            return context.write(text(shown));
        }
        shown.lines().try_for_each(|line| context.write(text(line)))
    }
}

impl OutString {
    fn take(&mut self, context: &mut dyn Context, arguments: &Arguments, more: &str) -> Result<()> {
        if arguments.switch("NoNewline") {
            self.shown
                .extend(more.chars().filter(|c| !matches!(c, '\r' | '\n')));
            return Ok(());
        }
        self.shown.push_str(more);
        if arguments.switch("Stream")
            && let Some(end) = self.shown.rfind('\n')
        {
            let rest = self.shown.split_off(end + 1);
            let lines = std::mem::replace(&mut self.shown, rest);
            return lines.lines().try_for_each(|line| context.write(text(line)));
        }
        Ok(())
    }
}
