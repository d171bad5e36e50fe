//! Invoke-Expression and Invoke-Command: text or a script block, run here.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::session::BlockCall;
use plenum_lang::value::Value;

use super::provider::session;
use crate::authoring::{Read, cmdlet, current, not_built, parameter, simple, stateful};

/// Invoke-Expression.
pub fn expression() -> Arc<dyn Command> {
    simple(
        cmdlet("Invoke-Expression", super::UTILITY)
            .synopsis("Runs a text as a command line.")
            .description("Never run text that others wrote: it can do all that you can.")
            .parameter(
                parameter("Command", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The text."),
            )
            .example("Invoke-Expression 'Get-CsUser ken'", "Runs a command line.")
            .alias("iex"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let line = arguments.required_text("Command")?;
            let block = session(context)?.parse_block(&line, None)?;
            let output = session(context)?.call_block(&block, BlockCall::default())?;
            output.into_iter().try_for_each(|value| context.write(value))
        },
    )
}

/// Invoke-Command.
pub fn command() -> Arc<dyn Command> {
    stateful::<InvokeCommand>(
        cmdlet("Invoke-Command", super::CORE)
            .synopsis("Runs a script block.")
            .default_set("InProcess")
            .parameter(
                parameter("ScriptBlock", "scriptblock")
                    .alias("Command")
                    .mandatory()
                    .position(0)
                    .help("What to run."),
            )
            .parameter(
                parameter("ArgumentList", "object[]")
                    .alias("Args")
                    .help("Its arguments."),
            )
            .parameter(
                parameter("NoNewScope", "switch")
                    .set("InProcess")
                    .help("Runs it in the current scope."),
            )
            .parameter(
                parameter("InputObject", "psobject")
                    .by_value()
                    .help("What is piped into it."),
            )
            .parameter(
                parameter("ComputerName", "string[]")
                    .alias("Cn")
                    .mandatory()
                    .set("ComputerName")
                    .help("Other computers: not built yet."),
            )
            .parameter(
                parameter("Credential", "pscredential")
                    .set("ComputerName")
                    .help("As whom, on other computers."),
            )
            .parameter(
                parameter("AsJob", "switch")
                    .set("ComputerName")
                    .help("In the background: not built yet."),
            )
            .example(
                "Invoke-Command { param($pool) Get-CsPool $pool } -ArgumentList pool1.contoso.example",
                "Runs a block with an argument.",
            )
            .alias("icm"),
    )
}

#[derive(Default)]
struct InvokeCommand {
    input: Vec<Value>,
}

impl Invocation for InvokeCommand {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if ["ComputerName", "Credential", "AsJob"]
            .iter()
            .any(|name| arguments.has(name))
        {
            return Err(not_built("Running on other computers")
                .hint("Run the shell there, or use cmdlets that take -ComputerName.")
                .into());
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if context.expects_input() {
            self.input.push(current(arguments));
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let Some(block) = arguments.block("ScriptBlock") else {
            return Ok(());
        };
        let call = BlockCall {
            arguments: arguments.values("ArgumentList"),
            input: context.expects_input().then(|| std::mem::take(&mut self.input)),
            new_scope: !arguments.switch("NoNewScope"),
            ..BlockCall::default()
        };
        let output = session(context)?.call_block(&block, call)?;
        output.into_iter().try_for_each(|value| context.write(value))
    }
}
