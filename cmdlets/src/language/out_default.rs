//! Out-Default and Out-Host: to the console.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::host::Stream;
use plenum_lang::render::RenderSession;

use crate::authoring::{cmdlet, current, input_object, refuse, stateful};

/// Out-Default.
pub fn default_command() -> Arc<dyn Command> {
    stateful::<OutConsole>(
        cmdlet("Out-Default", super::CORE)
            .synopsis("Shows its input on the console; every command line ends with it.")
            .parameter(input_object())
            .switch("Transcript", "Writes to the transcript only: not built yet."),
    )
}

/// Out-Host.
pub fn host_command() -> Arc<dyn Command> {
    stateful::<OutConsole>(
        cmdlet("Out-Host", super::CORE)
            .synopsis("Shows its input on the console.")
            .parameter(input_object())
            .switch("Paging", "Shows a screen page at a time: not built yet.")
            .example(
                "Get-CsUser | Out-Host",
                "Shows users even inside a function whose output is kept.",
            )
            .alias("oh"),
    )
}

/// Shows each object as soon as its layout is known.
#[derive(Default)]
struct OutConsole {
    layout: Option<Box<dyn RenderSession>>,
}

impl Invocation for OutConsole {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        refuse(arguments, &["Paging", "Transcript"])?;
        self.layout = Some(context.layout(context.host().width()));
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let width = context.host().width();
        if let Some(layout) = &mut self.layout {
            let shown = context.lay_out(layout, width, &current(arguments))?;
            context.host().write(Stream::Output, &shown);
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        if let Some(mut layout) = self.layout.take() {
            let shown = layout.finish(context)?;
            context.host().write(Stream::Output, &shown);
        }
        Ok(())
    }
}
