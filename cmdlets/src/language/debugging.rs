//! Set-PSDebug and Wait-Debugger: what a script says and where it stops without a breakpoint.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::debugger::Stepping;
use plenum_lang::error::Result;

use super::provider;
use crate::authoring::{Read, cmdlet, parameter, simple};

/// Strict mode 1.0, as the session counts.
const STRICT: u8 = 10;

/// Set-PSDebug.
pub fn set() -> Arc<dyn Command> {
    simple(
        cmdlet("Set-PSDebug", super::CORE)
            .synopsis("Traces a script's lines, asks before each, or makes unset variables errors.")
            .description(
                "A traced line has a mark where the statement begins. Set-StrictMode has more rules than -Strict, and \
                 Set-PSBreakpoint stops at one place.",
            )
            .default_set("on")
            .parameter(
                parameter("Trace", "int")
                    .set("on")
                    .range(0.0, 2.0)
                    .help("0 traces nothing, 1 each line that runs, 2 assignments and calls of functions as well."),
            )
            .parameter(
                parameter("Step", "switch")
                    .set("on")
                    .help("Traces and asks before each line whether to go on."),
            )
            .parameter(
                parameter("Strict", "switch")
                    .set("on")
                    .help("Unset variables are errors."),
            )
            .parameter(parameter("Off", "switch").set("off").help("Ends it all."))
            .example("Set-PSDebug -Strict", "Finds misspelled variables.")
            .example("Set-PSDebug -Trace 1; ./deploy.ps1; Set-PSDebug -Off", "Shows what a script runs."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let session = provider::session(context)?;
            let off = arguments.switch("Off");
            if let Some(level) = arguments.int("Trace").or(off.then_some(0)) {
                session.debugger().trace = u8::try_from(level).unwrap_or(0);
            }
            if off || arguments.has("Step") {
                let steps = arguments.switch("Step");
                let debugger = session.debugger();
                debugger.confirms = steps;
                debugger.trace = debugger.trace.max(u8::from(steps));
            }
            if off {
                session.set_strict_mode(0);
            } else if arguments.switch("Strict") {
                session.set_strict_mode(STRICT);
            }
            session.debugger().refresh();
            Ok(())
        },
    )
}

/// Wait-Debugger.
pub fn wait() -> Arc<dyn Command> {
    simple(
        cmdlet("Wait-Debugger", super::UTILITY)
            .synopsis("Stops a script in the debugger at the next statement.")
            .example("Wait-Debugger", "Stops here; `h` shows what the debugger takes."),
        |context: &mut dyn Context, _: &Arguments| -> Result<()> {
            let debugger = provider::session(context)?.debugger();
            debugger.stepping = Stepping::Into;
            debugger.refresh();
            Ok(())
        },
    )
}
