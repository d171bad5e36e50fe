//! Write-Progress: a bar that says how far something is.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Progress};
use plenum_lang::error::Result;

use crate::authoring::{Read, cmdlet, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let whole = f64::from(i32::MAX);
    simple(
        cmdlet("Write-Progress", super::UTILITY)
            .synopsis("Shows a progress bar.")
            .parameter(
                parameter("Activity", "string")
                    .position(0)
                    .help("What is being done."),
            )
            .parameter(parameter("Status", "string").position(1).help("How it stands."))
            .parameter(
                parameter("Id", "int")
                    .position(2)
                    .range(0.0, whole)
                    .help("Tells several bars apart."),
            )
            .parameter(
                parameter("PercentComplete", "int")
                    .range(-1.0, 100.0)
                    .help("0 to 100; -1 is unknown."),
            )
            .parameter(
                parameter("SecondsRemaining", "int").help("How long it will take; shown with the status."),
            )
            .parameter(
                parameter("CurrentOperation", "string")
                    .help("What is being done right now; shown with the status."),
            )
            .parameter(
                parameter("ParentId", "int")
                    .range(-1.0, whole)
                    .help("The bar that this one belongs below."),
            )
            .switch("Completed", "Takes the bar away.")
            .parameter(
                parameter("SourceId", "int")
                    .help("Who reports: bars of the same number from other sources are other bars."),
            )
            .example(
                "Write-Progress 'Moving users' \"$i of $n\" -PercentComplete ($i / $n * 100)",
                "Shows a bar.",
            ),
        write_progress,
    )
}

fn write_progress(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let mut status = vec![
        arguments
            .text("Status")
            .unwrap_or_else(|| "Processing".to_owned()),
    ];
    status.extend(arguments.text("CurrentOperation"));
    if let Some(seconds) = arguments.int("SecondsRemaining").filter(|seconds| *seconds >= 0) {
        status.push(format!("{}:{:02} remaining", seconds / 60, seconds % 60));
    }
    let progress = Progress {
        id: arguments
            .int("Id")
            .and_then(|id| i32::try_from(id).ok())
            .unwrap_or(0),
        source: arguments.int("SourceId").unwrap_or(0),
        parent: arguments
            .int("ParentId")
            .and_then(|parent| i32::try_from(parent).ok())
            .filter(|parent| *parent >= 0),
        activity: arguments.text("Activity").unwrap_or_default(),
        status: status.join(" "),
        percent: arguments
            .int("PercentComplete")
            .and_then(|percent| u8::try_from(percent).ok()),
        completed: arguments.switch("Completed"),
    };
    context.progress(&progress)
}
