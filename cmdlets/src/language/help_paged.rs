//! help and man: the manual in a pager, where a person sees it.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::Result;
use plenum_lang::session::BlockCall;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use super::get_help::get_help;
use super::provider::session;
use crate::authoring::{cmdlet, parameter, simple};

/// help and man: the same manual.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("help", super::CORE)
            .synopsis("Shows how a command is used, everything by default.")
            .parameter(
                parameter("Name", "string")
                    .position(0)
                    .complete(Completion::Command)
                    .help("The command."),
            )
            .switch("Full", "Everything.")
            .switch("Detailed", "With parameters and examples.")
            .switch("Examples", "Only examples.")
            .parameter(parameter("Parameter", "string[]").help("Only these parameters."))
            .alias("man")
            .example("help Get-CsUser", "Shows a manual page."),
        paged_help,
    )
}

/// Shows the page in a pager when a person sees it and it is longer than the screen; else gives it like Get-Help.
fn paged_help(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let Some(height) = context.host().height().filter(|_| context.host().interactive()) else {
        return get_help(context, arguments);
    };
    let mut call = BlockCall {
        named: arguments.bound.clone(),
        ..BlockCall::default()
    };
    let views = ["Full", "Detailed", "Examples", "Parameter"];
    if !views.iter().any(|view| arguments.has(view)) {
        call.named.push(("Full".into(), Value::Switch(true)));
    }
    let found = session(context)?.call_command("Get-Help", call)?;
    let width = context.host().width();
    let shown = context.render(&found, width)?;
    let pager = pager(context);
    match pager {
        Some((program, options)) if shown.lines().count() >= height => {
            let run = context
                .host()
                .run(&program, &options, Some(shown.as_bytes()), false);
            match run {
                Ok(_) => Ok(()),
                Err(_) => found.into_iter().try_for_each(|page| context.write(page)),
            }
        }
        _ => found.into_iter().try_for_each(|page| context.write(page)),
    }
}

/// The program of `PAGER` with its options, else `less`, where there is one.
fn pager(context: &dyn Context) -> Option<(String, Vec<String>)> {
    let host = context.host();
    let wanted = host.env("PAGER").filter(|pager| !pager.trim().is_empty());
    let mut words = wanted
        .as_deref()
        .unwrap_or("less -R")
        .split_whitespace()
        .map(str::to_owned);
    let program = host.find_program(&words.next()?)?;
    Some((program, words.collect()))
}
