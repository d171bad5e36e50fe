//! New-TimeSpan, Start-Sleep, Measure-Command.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::value::Value;

use super::get_date;
use crate::authoring::{Read, cmdlet, current, input_object, parameter, simple, stateful};

const TICKS_PER_MILLISECOND: i64 = 10_000;

/// New-TimeSpan.
pub fn new_timespan() -> Arc<dyn Command> {
    let part =
        |name: &'static str, help: &'static str| parameter(name, "int").set("Time").default("0").help(help);
    simple(
        cmdlet("New-TimeSpan", super::UTILITY)
            .synopsis("Makes a time span, from parts or between two moments.")
            .default_set("Date")
            .parameter(
                parameter("Start", "datetime")
                    .alias("LastWriteTime")
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("Date")
                    .help("The beginning; now by default."),
            )
            .parameter(
                parameter("End", "datetime")
                    .position(1)
                    .by_property_name()
                    .set("Date")
                    .help("The end; now by default."),
            )
            .parameter(part("Days", "Days."))
            .parameter(part("Hours", "Hours."))
            .parameter(part("Minutes", "Minutes."))
            .parameter(part("Seconds", "Seconds."))
            .parameter(part("Milliseconds", "Milliseconds."))
            .example("New-TimeSpan -Minutes 90", "Makes a span of an hour and a half."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let parts = [
                ("Days", 86_400_000),
                ("Hours", 3_600_000),
                ("Minutes", 60_000),
                ("Seconds", 1000),
                ("Milliseconds", 1),
            ];
            let ticks = if parts.iter().any(|(name, _)| arguments.has(name)) {
                let part = |(name, size): &(&str, i64)| {
                    arguments.int(name).unwrap_or(0) * size * TICKS_PER_MILLISECOND
                };
                parts.iter().map(part).sum()
            } else {
                let now = get_date::local(context, context.host().now_ticks());
                let moment = |name: &str| arguments.datetime(name).unwrap_or(now).ticks;
                moment("End") - moment("Start")
            };
            context.write(Value::TimeSpan(ticks))
        },
    )
}

/// Start-Sleep.
pub fn sleep() -> Arc<dyn Command> {
    simple(
        cmdlet("Start-Sleep", super::UTILITY)
            .synopsis("Waits.")
            .default_set("Seconds")
            .parameter(
                parameter("Seconds", "double")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("Seconds")
                    .range(0.0, 2_147_483.0)
                    .help("How many seconds."),
            )
            .parameter(
                parameter("Milliseconds", "int")
                    .alias("ms")
                    .mandatory()
                    .by_property_name()
                    .set("Milliseconds")
                    .range(0.0, f64::from(i32::MAX))
                    .help("How many milliseconds."),
            )
            .parameter(
                parameter("Duration", "timespan")
                    .alias("ts")
                    .mandatory()
                    .by_property_name()
                    .set("FromTimeSpan")
                    .help("How long."),
            )
            .example("Start-Sleep 5", "Waits five seconds.")
            .alias("sleep"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked ranges
            let milliseconds = match (
                arguments.number("Seconds"),
                arguments.int("Milliseconds"),
                arguments.timespan("Duration"),
            ) {
                (Some(seconds), _, _) => (seconds * 1000.0) as u64,
                (None, Some(milliseconds), _) => u64::try_from(milliseconds).unwrap_or(0),
                (None, None, span) => u64::try_from(span.unwrap_or(0) / TICKS_PER_MILLISECOND).unwrap_or(0),
            };
            context.host().sleep(milliseconds);
            context.check_stop()
        },
    )
}

/// Measure-Command.
pub fn measure_command() -> Arc<dyn Command> {
    stateful::<MeasureCommand>(
        cmdlet("Measure-Command", super::UTILITY)
            .synopsis("Runs a script block and says how long it took.")
            .parameter(
                parameter("Expression", "scriptblock")
                    .mandatory()
                    .position(0)
                    .help("What to run; its output is not shown."),
            )
            .parameter(input_object())
            .example(
                "Measure-Command { Get-CsUser }",
                "Says how long reading users takes.",
            ),
    )
}

#[derive(Default)]
struct MeasureCommand {
    nanoseconds: u64,
}

impl Invocation for MeasureCommand {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let Some(block) = arguments.block("Expression") else {
            return Ok(());
        };
        let item = context.expects_input().then(|| current(arguments));
        let begin = context.host().monotonic_nanos();
        context.invoke_block(&block, item, &[])?;
        self.nanoseconds += context.host().monotonic_nanos().saturating_sub(begin);
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        context.write(Value::TimeSpan(
            i64::try_from(self.nanoseconds / 100).unwrap_or(i64::MAX),
        ))
    }
}
