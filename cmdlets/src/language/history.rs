//! Get-, Invoke-, Add- and Clear-History.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::registry::Registry;
use plenum_lang::session::HistoryEntry;
use plenum_lang::signature::Impact;
use plenum_lang::value::{DateTimeKind, Value};

use super::provider::session;
use crate::authoring::{Read, cmdlet, not_found, parameter, record, simple, text};

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Get-History", super::CORE)
            .synopsis("Shows the command lines that were run.")
            .parameter(
                parameter("Id", "long[]")
                    .position(0)
                    .by_value()
                    .help("Their numbers."),
            )
            .parameter(
                parameter("Count", "int")
                    .position(1)
                    .help("Only so many, the newest."),
            )
            .example("Get-History -Count 5", "Shows the last five lines.")
            .aliases(&["h", "history", "ghy"]),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let mut entries = session(context)?.history();
            let ids: Vec<u64> = arguments
                .values("Id")
                .iter()
                .filter_map(crate::authoring::to_int)
                .filter_map(|id| u64::try_from(id).ok())
                .collect();
            if !ids.is_empty() {
                entries.retain(|entry| ids.contains(&entry.id));
            }
            if let Some(count) = arguments
                .int("Count")
                .and_then(|count| usize::try_from(count).ok())
            {
                entries.drain(..entries.len().saturating_sub(count));
            }
            entries
                .iter()
                .try_for_each(|entry| context.write(history_object(entry)))
        },
    ));
    registry.add(simple(
        cmdlet("Invoke-History", super::CORE)
            .synopsis("Runs a command line again.")
            .parameter(
                parameter("Id", "string")
                    .position(0)
                    .by_property_name()
                    .help("Its number, or how it begins; the last by default."),
            )
            .should_process(Impact::Medium)
            .example("Invoke-History 12", "Runs line 12 again.")
            .aliases(&["r", "ihy"]),
        invoke_history,
    ));
    registry.add(simple(
        cmdlet("Add-History", super::CORE)
            .synopsis("Adds command lines to the history.")
            .parameter(
                parameter("InputObject", "psobject[]")
                    .position(0)
                    .by_value()
                    .help("Entries of Get-History."),
            )
            .switch("Passthru", "Gives the entries.")
            .example("Import-Csv history.csv | Add-History", "Brings a history back."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for entry in arguments.values("InputObject") {
                let line = inspect::property_in(context, &entry, "CommandLine")?.unwrap_or_default();
                session(context)?.add_history(&inspect::text(&line));
                if arguments.switch("Passthru") {
                    context.write(entry)?;
                }
            }
            Ok(())
        },
    ));
    registry.add(simple(
        cmdlet("Clear-History", super::CORE)
            .synopsis("Forgets the command lines of this session.")
            .parameter(parameter("Id", "int[]").position(0).help("Only these lines."))
            .parameter(
                parameter("CommandLine", "string[]").help("Only lines like these; wildcards are allowed."),
            )
            .should_process(Impact::Medium)
            .alias("clhy")
            .example("Clear-History", "Empties the history."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            clear_history(context, arguments)
        },
    ));
}

/// Forgets the lines that the arguments mean; all of them without arguments.
fn clear_history(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    if !context.should_process("Session history", Some("Clear-History"))? {
        return Ok(());
    }
    let ids: Vec<u64> = arguments
        .values("Id")
        .iter()
        .filter_map(crate::authoring::to_int)
        .filter_map(|id| u64::try_from(id).ok())
        .collect();
    let lines = arguments.list("CommandLine");
    let all = ids.is_empty() && lines.is_empty();
    let goes = |entry: &HistoryEntry| {
        all || ids.contains(&entry.id) || lines.iter().any(|line| inspect::like(&entry.command_line, line))
    };
    session(context)?.retain_history(&|entry| !goes(entry));
    Ok(())
}

fn history_object(entry: &HistoryEntry) -> Value {
    let moment = |ticks: i64| Value::datetime(ticks, DateTimeKind::Utc);
    let duration = Value::TimeSpan(entry.ended_ticks - entry.started_ticks);
    record(
        &["Microsoft.PowerShell.Commands.HistoryInfo", "System.Object"],
        entry.command_line.as_ref(),
        vec![
            ("Id", Value::Long(i64::try_from(entry.id).unwrap_or(i64::MAX))),
            ("CommandLine", text(entry.command_line.as_ref())),
            (
                "ExecutionStatus",
                text(if entry.succeeded { "Completed" } else { "Failed" }),
            ),
            ("StartExecutionTime", moment(entry.started_ticks)),
            ("EndExecutionTime", moment(entry.ended_ticks)),
            ("Duration", duration.clone()),
        ],
        vec![("DurationString", text(inspect::formatted(&duration, "s\\.fff")))],
    )
}

fn invoke_history(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let entries = session(context)?.history();
    let wanted = arguments.text("Id");
    let found = match &wanted {
        None => entries.last(),
        Some(id) => match id.parse::<u64>() {
            Ok(id) => entries.iter().find(|entry| entry.id == id),
            Err(_) => entries
                .iter()
                .rev()
                .find(|entry| entry.command_line.starts_with(id.as_str())),
        },
    };
    let Some(entry) = found else {
        let message = format!(
            "Cannot locate history for command line {}.",
            wanted.unwrap_or_default()
        );
        return context.error(not_found(
            "InvokeHistoryNoHistoryForCommandline",
            Value::Null,
            message,
        ));
    };
    let line = entry.command_line.to_string();
    if !context.should_process(&line, None)? {
        return Ok(());
    }
    let output = context.invoke_script(&line)?;
    output.into_iter().try_for_each(|value| context.write(value))
}
