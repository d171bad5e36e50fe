//! Out-Default and Out-Host: to the console.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::host::Stream;
use plenum_lang::value::Value;

use crate::authoring::{cmdlet, current, input_object, stateful};

/// Out-Default.
pub fn default_command() -> Arc<dyn Command> {
    stateful::<OutConsole>(
        cmdlet("Out-Default", super::CORE)
            .synopsis("Shows its input on the console; every command line ends with it.")
            .parameter(input_object())
            .switch("Transcript", "Writes to the transcript only."),
    )
}

/// Out-Host.
pub fn host_command() -> Arc<dyn Command> {
    stateful::<OutConsole>(
        cmdlet("Out-Host", super::CORE)
            .synopsis("Shows its input on the console.")
            .parameter(input_object())
            .switch(
                "Paging",
                "Shows a screen page at a time; a terminal's own scrolling does it here.",
            )
            .example(
                "Get-CsUser | Out-Host",
                "Shows users even inside a function whose output is kept.",
            )
            .alias("oh"),
    )
}

#[derive(Default)]
struct OutConsole {
    items: Vec<Value>,
}

impl Invocation for OutConsole {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        let width = context.host().width();
        let shown = context.render(&std::mem::take(&mut self.items), width)?;
        context.host().write(Stream::Output, &shown);
        Ok(())
    }
}
