//! Start- and Stop-Transcript: what the console shows, kept in a file.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::registry::Registry;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::{DateTimeKind, Value};

use super::path;
use crate::authoring::{Read, cmdlet, exists, parameter, refuse, simple, text};

/// The line above and below the heading.
const RULE: &str = "**********************";

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Start-Transcript", super::HOST)
            .synopsis("Keeps what the console shows in a file.")
            .description("Prompts, the lines that are typed and all output are kept until Stop-Transcript or the end of the \
                 session. What is typed at a secret question is not shown, so it is not kept either.")
            .parameter(
                parameter("Path", "string")
                    .position(0)
                    .complete(Completion::Path)
                    .help("The file; one named after the time in the home folder by default."),
            )
            .parameter(
                parameter("LiteralPath", "string")
                    .aliases(&["PSPath", "LP"])
                    .help("The file, taken as it is."),
            )
            .parameter(parameter("OutputDirectory", "string").help("The folder for a file named after the time."))
            .switch("Append", "Adds to the file.")
            .switch("Force", "Writes to a read-only file too: not built yet.")
            .parameter(parameter("NoClobber", "switch").alias("NoOverwrite").help("Refuses to replace a file."))
            .switch("UseMinimalHeader", "Writes the time only above the record.")
            .switch("IncludeInvocationHeader", "Writes the time above each command: not built yet.")
            .should_process(Impact::Medium)
            .example("Start-Transcript maintenance.txt", "Keeps a maintenance session.")
            .link("Stop-Transcript")
            .alias("satr"),
        start,
    ));
    registry.add(simple(
        cmdlet("Stop-Transcript", super::HOST)
            .synopsis("Ends the newest transcript.")
            .example("Stop-Transcript", "Ends the record that Start-Transcript began.")
            .link("Start-Transcript")
            .alias("sptr"),
        |context: &mut dyn Context, _arguments: &Arguments| -> Result<()> {
            let ending = format!(
                "{RULE}\nPowerShell transcript end\nEnd time: {}\n{RULE}\n",
                now(context)
            );
            let stopped = context.host().stop_transcript(&ending);
            match stopped {
                Ok(Some(path)) => context.write(text(format!("Transcript stopped, output file is {path}"))),
                _ => {
                    let message =
                        "An error occurred stopping transcription: The host is not currently transcribing.";
                    Err(
                        ErrorRecord::new("InvalidOperation", Category::InvalidOperation, message)
                            .exception("System.Management.Automation.PSInvalidOperationException")
                            .hint("Start-Transcript begins one.")
                            .into(),
                    )
                }
            }
        },
    ));
}

fn start(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(arguments, &["Force", "IncludeInvocationHeader"])?;
    let (literal, folder) = (arguments.text("LiteralPath"), arguments.text("OutputDirectory"));
    let given = arguments.text("Path").or(literal);
    let file = match given {
        Some(given) => path::full(context, &given),
        None => {
            let folder = folder.unwrap_or_else(|| "~".to_owned());
            let name = format!(
                "PowerShell_transcript.{}.{:08x}.{}.txt",
                machine(context),
                context.host().random() >> 32,
                now(context)
            );
            format!("{}/{name}", path::full(context, &folder).trim_end_matches('/'))
        }
    };
    let is_there = context.host().file_status(&file).is_some();
    if is_there && arguments.switch("NoClobber") && !arguments.switch("Append") {
        let message = format!("File {file} already exists and NoClobber was specified.");
        return Err(exists("NoClobber", text(file), message)
            .exception("System.IO.IOException")
            .into());
    }
    if !context.should_process(&file, Some("Start-Transcript"))? {
        return Ok(());
    }
    if !arguments.switch("Append") {
        path::write(context, &file, b"", false)?;
    }
    let heading = heading(context, arguments.switch("UseMinimalHeader"));
    if let Err(error) = context.host().start_transcript(&file, &heading) {
        return Err(path::failed(&file, &error, "CannotStartTranscription").into());
    }
    context.write(text(format!("Transcript started, output file is {file}")))
}

fn heading(context: &dyn Context, minimal: bool) -> String {
    let mut lines = vec![
        RULE.to_owned(),
        "PowerShell transcript start".to_owned(),
        format!("Start time: {}", now(context)),
    ];
    if !minimal {
        let user = context.host().env("USER").unwrap_or_default();
        let machine = machine(context);
        lines.extend([
            format!("Username: {machine}\\{user}"),
            format!("Machine: {machine}"),
            format!("Process ID: {}", context.host().process_id()),
            format!("Plenum: {}", env!("CARGO_PKG_VERSION")),
        ]);
    }
    lines.push(RULE.to_owned());
    lines.join("\n") + "\n"
}

fn machine(context: &dyn Context) -> String {
    context
        .host()
        .env("HOSTNAME")
        .or_else(|| {
            let name = context.host().read_file("/etc/hostname").ok()?;
            Some(String::from_utf8_lossy(&name).trim().to_owned())
        })
        .unwrap_or_default()
}

/// The local time as transcripts write it.
fn now(context: &dyn Context) -> String {
    let ticks = context.host().now_ticks();
    let local = ticks + i64::from(context.host().utc_offset_minutes(ticks)) * 600_000_000;
    inspect::formatted(&Value::datetime(local, DateTimeKind::Local), "yyyyMMddHHmmss")
}
