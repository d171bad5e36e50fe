//! Stop-Process and Wait-Process.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::signature::Impact;
use plenum_lang::value::Value;

use super::process::{self, Reading};
use crate::authoring::{ParameterBuilder, Read, cmdlet, parameter, simple, stateful};

/// -Id, -Name and -InputObject, each in a set of its own.
fn chosen(id_set: &'static str, with_position: (bool, bool)) -> [ParameterBuilder; 3] {
    let at = |parameter: ParameterBuilder, has: bool| if has { parameter.position(0) } else { parameter };
    [
        at(
            parameter("Id", "int[]").mandatory().by_property_name(),
            with_position.0,
        )
        .set(id_set)
        .help("Their ids."),
        at(
            parameter("Name", "string[]").mandatory().by_property_name(),
            with_position.1,
        )
        .alias("ProcessName")
        .set("Name")
        .help("Their names; wildcards are allowed."),
        parameter("InputObject", "object[]")
            .mandatory()
            .position(0)
            .by_value()
            .set("InputObject")
            .help("Processes, as Get-Process gives them."),
    ]
}

fn called(reading: &Reading) -> String {
    format!("{} ({})", reading.name, reading.id)
}

/// Stop-Process.
pub fn stop() -> Arc<dyn Command> {
    let [id, name, object] = chosen("Id", (true, false));
    simple(
        cmdlet("Stop-Process", super::MANAGEMENT)
            .synopsis("Ends processes at once.")
            .default_set("Id")
            .parameters([id.alias("PID"), name, object])
            .switch("PassThru", "Gives the processes.")
            .switch("Force", "Asks nothing: this shell asks only with -Confirm.")
            .should_process(Impact::Medium)
            .aliases(&["kill", "spps"])
            .example("Get-Process sipp | Stop-Process", "Ends all load generators."),
        stop_process,
    )
}

fn stop_process(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let _ = arguments.switch("Force");
    for reading in process::given(context, arguments)? {
        if !context.should_process(&called(&reading), Some("Stop-Process"))? {
            continue;
        }
        if let Err(error) = context.host().end_process(reading.id) {
            let message = format!(
                "Cannot stop process \"{}\" because of the following error: {error}",
                called(&reading)
            );
            let target = process::value(context.host(), reading, false);
            let record = ErrorRecord::new("CouldNotStopProcess", Category::CloseError, message)
                .exception("Microsoft.PowerShell.Commands.ProcessCommandException")
                .about(target);
            context.error(record)?;
            continue;
        }
        if arguments.switch("PassThru") {
            let process = process::value(context.host(), reading, false);
            context.write(process)?;
        }
    }
    Ok(())
}

/// Wait-Process.
pub fn wait() -> Arc<dyn Command> {
    let [id, name, object] = chosen("Id", (false, true));
    stateful::<Wait>(
        cmdlet("Wait-Process", super::MANAGEMENT)
            .synopsis("Waits until processes have ended.")
            .default_set("Name")
            .parameters([name, id.aliases(&["PID", "ProcessId"]), object])
            .parameter(
                parameter("Timeout", "int")
                    .alias("TimeoutSec")
                    .position(1)
                    .range(0.0, 32767.0)
                    .help("How many seconds to wait at most."),
            )
            .switch("Any", "Waits for the first of them only.")
            .switch("PassThru", "Gives the processes.")
            .example(
                "Start-Process ./import.sh -PassThru | Wait-Process -Timeout 60",
                "Waits a minute.",
            ),
    )
}

/// The processes of the whole pipeline, which are waited for together.
#[derive(Default)]
struct Wait(Vec<(Reading, Value)>);

impl Invocation for Wait {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        for reading in process::given(context, arguments)? {
            if reading.id == context.host().process_id() {
                let message = "This shell cannot wait for its own end.";
                let record = ErrorRecord::new("WaitOnItself", Category::ObjectNotFound, message)
                    .exception("Microsoft.PowerShell.Commands.ProcessCommandException");
                context.error(record)?;
                continue;
            }
            let value = process::value(context.host(), reading.clone(), false);
            self.0.push((reading, value));
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let limit = arguments
            .int("Timeout")
            .and_then(|seconds| u64::try_from(seconds).ok());
        let any = arguments.switch("Any");
        let host = context.host();
        let runs = |reading: &Reading| process::runs(host, reading);
        process::wait(host, limit.map(|seconds| seconds * 1000), || {
            let ended = |(reading, _): &(Reading, Value)| !runs(reading);
            if any && !self.0.is_empty() {
                self.0.iter().any(ended)
            } else {
                self.0.iter().all(ended)
            }
        });
        context.check_stop()?;
        let left: Vec<Reading> = self.0.iter().map(|(reading, _)| reading.clone()).collect();
        let someone_ended = left.iter().any(|reading| !process::runs(context.host(), reading));
        for (reading, value) in self.0.drain(..) {
            if process::runs(context.host(), &reading) && !(any && someone_ended) {
                let message = format!(
                    "This command stopped operation of \"{}\" because process is not stopped in the specified \
                     time-out.",
                    called(&reading)
                );
                let record = ErrorRecord::new("ProcessNotTerminated", Category::CloseError, message)
                    .exception("System.TimeoutException")
                    .about(value.clone());
                context.error(record)?;
            }
            if arguments.switch("PassThru") {
                context.write(value)?;
            }
        }
        Ok(())
    }
}
