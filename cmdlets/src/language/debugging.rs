//! Set-PSDebug, and Wait-Debugger, which says that there is no debugger.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;

use super::provider;
use crate::authoring::{Read, cmdlet, not_built, parameter, refuse, simple};

/// Strict mode 1.0, as the session counts.
const STRICT: u8 = 10;

/// Set-PSDebug.
pub fn set() -> Arc<dyn Command> {
    simple(
        cmdlet("Set-PSDebug", super::CORE)
            .synopsis("Makes the use of unset variables an error, or ends that.")
            .description("Tracing and stepping are not built yet. Set-StrictMode has more rules.")
            .default_set("on")
            .parameter(
                parameter("Trace", "int")
                    .set("on")
                    .range(0.0, 2.0)
                    .help("0; to trace lines is not built yet."),
            )
            .parameter(parameter("Step", "switch").set("on").help("Not built yet."))
            .parameter(
                parameter("Strict", "switch")
                    .set("on")
                    .help("Unset variables are errors."),
            )
            .parameter(parameter("Off", "switch").set("off").help("Ends it."))
            .example("Set-PSDebug -Strict", "Finds misspelled variables."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            refuse(arguments, &["Step"])?;
            if let Some(level) = arguments.int("Trace").filter(|level| *level > 0) {
                return Err(not_built(&format!("-Trace {level}")).into());
            }
            if arguments.switch("Off") {
                provider::session(context)?.set_strict_mode(0);
            } else if arguments.switch("Strict") {
                provider::session(context)?.set_strict_mode(STRICT);
            }
            Ok(())
        },
    )
}

/// Wait-Debugger.
pub fn wait() -> Arc<dyn Command> {
    simple(
        cmdlet("Wait-Debugger", super::UTILITY)
            .synopsis("Would stop a script in the debugger, which is not built yet.")
            .example("Wait-Debugger", "Says so."),
        |_: &mut dyn Context, _: &Arguments| -> Result<()> {
            let error = not_built("The debugger");
            Err(error
                .hint("Write-Debug with -Debug, and Set-StrictMode, show what a script does.")
                .into())
        },
    )
}
