//! Start-Process: a program that runs by itself.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::host::Apart;
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::{path, process};
use crate::authoring::{ParameterBuilder, Read, cmdlet, invalid_argument, parameter, simple, text};

/// Parameters that act on Windows only, as PowerShell refuses them elsewhere.
const ELSEWHERE: [&str; 4] = ["Verb", "WindowStyle", "Credential", "LoadUserProfile"];

fn file(name: &'static str, alias: &'static str, help: &'static str) -> ParameterBuilder {
    parameter(name, "string")
        .alias(alias)
        .complete(Completion::Path)
        .help(help)
}

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Start-Process", super::MANAGEMENT)
            .synopsis("Starts a program that runs by itself.")
            .default_set("Default")
            .parameter(
                parameter("FilePath", "string")
                    .aliases(&["PSPath", "Path"])
                    .mandatory()
                    .position(0)
                    .complete(Completion::Path)
                    .help("The program: a path, or a name that is looked for in PATH."),
            )
            .parameter(
                parameter("ArgumentList", "string[]")
                    .alias("Args")
                    .position(1)
                    .help("Its arguments; they are joined with blanks, and quotes keep blanks together."),
            )
            .parameter(
                parameter("WorkingDirectory", "string")
                    .complete(Completion::Path)
                    .help("The folder that it starts in; the current folder by default."),
            )
            .parameter(
                parameter("Environment", "hashtable").help("Environment variables; $null takes one away."),
            )
            .switch(
                "UseNewEnvironment",
                "Leaves out what scripts did to the environment.",
            )
            .parameter(file("RedirectStandardInput", "RSI", "The file that it reads."))
            .parameter(file(
                "RedirectStandardOutput",
                "RSO",
                "The file that its output goes to.",
            ))
            .parameter(file(
                "RedirectStandardError",
                "RSE",
                "The file that its errors go to.",
            ))
            .parameter(
                parameter("NoNewWindow", "switch")
                    .alias("nnw")
                    .set("Default")
                    .help("Opens no window: none is opened on this platform."),
            )
            .switch("Wait", "Waits until it has ended.")
            .switch("PassThru", "Gives the process.")
            .parameter(
                parameter("Verb", "string")
                    .set("UseShellExecute")
                    .help("On Windows only: refused."),
            )
            .parameter(
                parameter("WindowStyle", "string")
                    .one_of(&["Normal", "Hidden", "Minimized", "Maximized"])
                    .help("On Windows only: refused."),
            )
            .parameter(
                parameter("Credential", "pscredential")
                    .alias("RunAs")
                    .set("Default")
                    .help("On Windows only: refused."),
            )
            .parameter(
                parameter("LoadUserProfile", "switch")
                    .alias("Lup")
                    .set("Default")
                    .help("On Windows only: refused."),
            )
            .should_process(Impact::Medium)
            .output("System.Diagnostics.Process")
            .aliases(&["saps", "start"])
            .example(
                "Start-Process sipp -ArgumentList '-sn uac 127.0.0.1' -RedirectStandardOutput sipp.log -Wait",
                "Runs a load generator and keeps what it says.",
            ),
        start,
    )
}

fn start(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let _ = arguments.switch("NoNewWindow");
    for name in ELSEWHERE {
        if arguments.has(name) {
            let message = format!(
                "The parameter '-{name}' is not supported for the cmdlet 'Start-Process' on this edition of PowerShell."
            );
            return Err(
                ErrorRecord::new("NotSupportedException", Category::NotImplemented, message)
                    .exception("System.NotSupportedException")
                    .into(),
            );
        }
    }
    let program = program(context, arguments)?;
    if !context.should_process(&program.program, Some("Start-Process"))? {
        return Ok(());
    }
    let id = context
        .host()
        .start_apart(&program)
        .map_err(|error| could_not(&program, &error))?;
    let known = process::read(context.host(), id);
    let known = known.unwrap_or_else(|| process::Reading::ended(id, path::leaf(&program.program)));
    let value = process::value(context.host(), known, false);
    if arguments.switch("Wait") {
        let host = context.host();
        process::wait(host, None, || host.exit_code(id).is_some());
        context.check_stop()?;
    }
    if arguments.switch("PassThru") {
        context.write(value)?;
    }
    Ok(())
}

fn could_not(program: &Apart, error: &std::io::Error) -> ErrorRecord {
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "No such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "Permission denied".to_owned(),
        _ => error.to_string(),
    };
    let message = format!(
        "This command cannot be run due to the error: An error occurred trying to start process '{}' with working \
         directory '{}'. {reason}",
        program.program, program.folder
    );
    ErrorRecord::new("InvalidOperationException", Category::InvalidOperation, message)
        .exception("System.InvalidOperationException")
}

fn program(context: &mut dyn Context, arguments: &Arguments) -> Result<Apart> {
    let name = arguments.required_text("FilePath")?;
    let folder = match arguments.text("WorkingDirectory") {
        Some(folder) => {
            let whole = path::full(context, &folder);
            if !context
                .host()
                .file_status(&whole)
                .is_some_and(|status| status.is_directory)
            {
                let message = format!(
                    "This command cannot be run because the input \"{folder}\" is not a valid WorkingDirectory. \
                     Specify an existing directory and then run your command again."
                );
                return Err(refused_path("DirectoryNotFoundException", &folder, message).into());
            }
            whole
        }
        None => context.host().current_directory(),
    };
    let found = if name.contains('/') {
        None
    } else {
        context.host().find_program(&name)
    };
    let program = found.unwrap_or_else(|| {
        let whole = path::full(context, &name);
        let is_file = context
            .host()
            .file_status(&whole)
            .is_some_and(|status| !status.is_directory);
        if is_file || name.contains('/') {
            whole
        } else {
            name.clone()
        }
    });
    let files = redirections(context, arguments)?;
    let [input, output, errors] = files;
    Ok(Apart {
        program,
        arguments: split(&arguments.list("ArgumentList").join(" ")),
        folder,
        environment: environment(context, arguments),
        input,
        output,
        errors,
    })
}

fn refused_path(id: &str, target: &str, message: String) -> ErrorRecord {
    invalid_argument(id, text(target), message).exception("System.InvalidOperationException")
}

fn redirections(context: &mut dyn Context, arguments: &Arguments) -> Result<[Option<String>; 3]> {
    let names = [
        "RedirectStandardInput",
        "RedirectStandardOutput",
        "RedirectStandardError",
    ];
    let given = names.map(|name| arguments.text(name).map(|file| path::full(context, &file)));
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        if given[one].is_some() && given[one] == given[other] {
            let message = format!(
                "This command cannot be run because \"{}\" and \"{}\" are same. Give different inputs and Run your \
                 command again.",
                names[one], names[other]
            );
            let record = ErrorRecord::new("InvalidOperationException", Category::InvalidOperation, message);
            return Err(record.exception("System.InvalidOperationException").into());
        }
    }
    if let Some(input) = &given[0]
        && context.host().file_status(input).is_none()
    {
        let message = format!(
            "This command cannot be run because either the parameter \"RedirectStandardInput\" or its value \
             \"{input}\" is not valid. Give a valid input and run your command again."
        );
        return Err(refused_path("FileNotFoundException", input, message).into());
    }
    Ok(given)
}

fn environment(context: &mut dyn Context, arguments: &Arguments) -> Vec<(String, Option<String>)> {
    let mut changes = Vec::new();
    if arguments.switch("UseNewEnvironment") {
        let kept = ["HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TZ", "USER"];
        let all = context.host().envs();
        let left = all.into_iter().filter(|(name, _)| !kept.contains(&name.as_str()));
        changes.extend(left.map(|(name, _)| (name, None)));
    }
    if let Some(given) = arguments.hashtable("Environment") {
        let entries = given.pairs();
        changes.extend(entries.into_iter().map(|(name, value)| {
            let value = (!matches!(value, Value::Null)).then(|| inspect::text(&value));
            (inspect::text(&name), value)
        }));
    }
    changes
}

/// Splits a command line: blanks separate, double quotes keep together, a backslash before a quote takes its meaning.
fn split(line: &str) -> Vec<String> {
    let (mut parts, mut part, mut begun, mut quoted) = (Vec::new(), String::new(), false, false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek() == Some(&'"') => {
                part.extend(characters.next());
                begun = true;
            }
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' | '\t' if !quoted => {
                if std::mem::take(&mut begun) {
                    parts.push(std::mem::take(&mut part));
                }
            }
            other => {
                part.push(other);
                begun = true;
            }
        }
    }
    if begun {
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_command_line_is_split_at_blanks_outside_quotes() {
        for (line, parts) in [
            ("-c 1  two", vec!["-c", "1", "two"]),
            ("-c \"a b\" c", vec!["-c", "a b", "c"]),
            ("\"\" x", vec!["", "x"]),
            ("say \\\"hi\\\"", vec!["say", "\"hi\""]),
            ("C:\\dir\\file", vec!["C:\\dir\\file"]),
            ("", vec![]),
        ] {
            assert_eq!(super::split(line), parts, "{line}");
        }
    }
}
