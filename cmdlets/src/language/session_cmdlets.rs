//! Cmdlets about the session itself: Clear-Host, Get-Host, Get-Culture, Set-StrictMode, Get-PSCallStack, Get-Error,
//! Register-ArgumentCompleter.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::host::Stream;
use plenum_lang::inspect;
use plenum_lang::registry::Registry;
use plenum_lang::value::Value;

use super::provider::session;
use crate::authoring::{Read, cmdlet, invalid_argument, object, parameter, simple, text};

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    console(registry);
    inspection(registry);
    super::transcript::register(registry);
}

fn console(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Clear-Host", super::CORE)
            .synopsis("Clears the screen.")
            .aliases(&["cls", "clear"])
            .example("Clear-Host", "Clears the screen."),
        |context: &mut dyn Context, _arguments: &Arguments| -> Result<()> {
            if context.host().interactive() {
                context.host().write(Stream::Output, "\u{1b}[H\u{1b}[2J\u{1b}[3J");
            }
            Ok(())
        },
    ));
    registry.add(simple(
        cmdlet("Get-Host", super::UTILITY)
            .synopsis("Says which shell this is.")
            .example("Get-Host", "Shows name and version."),
        |context: &mut dyn Context, _arguments: &Arguments| -> Result<()> {
            let host = context.variable("Host").unwrap_or_default();
            context.write(host)
        },
    ));
    registry.add(simple(
        cmdlet("Get-Culture", super::UTILITY)
            .synopsis("Says which culture formats numbers and dates, or shows others.")
            .default_set("CurrentCulture")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_value()
                    .set("Name")
                    .help("The cultures' names: de-DE."),
            )
            .parameter(
                parameter("NoUserOverrides", "switch")
                    .set("CurrentCulture")
                    .set("Name")
                    .help("Taken for scripts that pass it: nobody overrides a culture here."),
            )
            .example("Get-Culture", "Shows the culture."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let _ = arguments.switch("NoUserOverrides");
            if !arguments.has("Name") {
                return context.write(plenum_lang::members::culture_info::current());
            }
            for name in arguments.list("Name") {
                match plenum_lang::inspect::converted(&text(&name), "cultureinfo") {
                    Ok(culture) => context.write(culture)?,
                    Err(_) => {
                        let message = format!("Culture is not supported. (Parameter 'name')\n{name} is an invalid culture identifier.");
                        let record = invalid_argument("ItemNotFoundException", text(&name), message);
                        context.error(record.exception("System.Globalization.CultureNotFoundException"))?;
                    }
                }
            }
            Ok(())
        },
    ));
    registry.add(simple(
        cmdlet("Get-UICulture", super::UTILITY)
            .synopsis("Says which culture texts are in.")
            .example("Get-UICulture", "Shows the culture."),
        |context: &mut dyn Context, _arguments: &Arguments| -> Result<()> {
            context.write(plenum_lang::members::culture_info::current())
        },
    ));
    registry.add(simple(
        cmdlet("Set-StrictMode", super::CORE)
            .synopsis("Makes unset variables and missing properties errors.")
            .default_set("Version")
            .parameter(
                parameter("Version", "string")
                    .alias("v")
                    .mandatory()
                    .set("Version")
                    .help("1.0, 2.0, 3.0 or Latest."),
            )
            .parameter(
                parameter("Off", "switch")
                    .mandatory()
                    .set("Off")
                    .help("Switches it off."),
            )
            .example("Set-StrictMode -Version Latest", "Finds misspelled names."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let level = if arguments.switch("Off") {
                0
            } else {
                match arguments.required_text("Version")?.to_ascii_lowercase().as_str() {
                    "latest" | "3" | "3.0" => 30,
                    "2" | "2.0" => 20,
                    "1" | "1.0" => 10,
                    "0" | "0.0" => 0,
                    other => {
                        let message = format!("'{other}' is not a strict mode version.");
                        return Err(invalid_argument("InvalidPSVersion", text(other), message)
                            .hint("Use 1.0, 2.0, 3.0 or Latest.")
                            .into());
                    }
                }
            };
            session(context)?.set_strict_mode(level);
            Ok(())
        },
    ));
}

fn inspection(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Get-PSCallStack", super::UTILITY)
            .synopsis("Shows who called whom.")
            .example("Get-PSCallStack", "Shows the calls that led here."),
        |context: &mut dyn Context, _arguments: &Arguments| -> Result<()> {
            for frame in session(context)?.call_stack() {
                let location = match &frame.file {
                    Some(file) => format!("{}: line {}", super::path::leaf(file), frame.line),
                    None => "<No file>".to_owned(),
                };
                context.write(object(
                    "System.Management.Automation.CallStackFrame",
                    [
                        ("Command", text(frame.command.as_ref())),
                        ("Arguments", text("{}")),
                        ("Location", text(location)),
                        ("FunctionName", text(frame.command.as_ref())),
                        (
                            "ScriptLineNumber",
                            Value::Int(i32::try_from(frame.line).unwrap_or(i32::MAX)),
                        ),
                        (
                            "ScriptName",
                            crate::authoring::optional_text(frame.file.as_deref()),
                        ),
                    ],
                ))?;
            }
            Ok(())
        },
    ));
    registry.add(simple(
        cmdlet("Get-Error", super::UTILITY)
            .synopsis("Shows everything about the last error.")
            .default_set("Newest")
            .parameter(
                parameter("Newest", "int")
                    .alias("Last")
                    .position(0)
                    .set("Newest")
                    .range(1.0, 256.0)
                    .default("1")
                    .help("How many."),
            )
            .parameter(
                parameter("InputObject", "psobject")
                    .by_value()
                    .position(0)
                    .set("Error")
                    .help("An error of $Error."),
            )
            .example("Get-Error", "Shows the last error in detail.")
            .alias("gerr"),
        get_error,
    ));
    registry.add(simple(
        cmdlet("Register-ArgumentCompleter", super::CORE)
            .synopsis("Says what completes a parameter's values.")
            .parameter(parameter("CommandName", "string[]").help("The commands; all by default."))
            .parameter(parameter("ParameterName", "string").help("The parameter."))
            .parameter(parameter("ScriptBlock", "scriptblock").mandatory().help("Gives the values."))
            .switch("Native", "The command is a native program.")
            .example("Register-ArgumentCompleter -CommandName Get-CsUser -ParameterName Identity -ScriptBlock { 'ken', 'pilar' }", "Completes identities."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let commands = arguments.list("CommandName");
            let parameter = arguments.text("ParameterName").unwrap_or_default();
            let block = arguments.block("ScriptBlock").unwrap_or_default();
            session(context)?.register_completer(&commands, &parameter, block, arguments.switch("Native"));
            Ok(())
        },
    ));
}

fn get_error(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let records = match arguments
        .get("InputObject")
        .and_then(plenum_lang::inspect::error_record)
    {
        Some(record) => vec![record],
        None => {
            let newest = usize::try_from(arguments.int("Newest").unwrap_or(1)).unwrap_or(1);
            session(context)?.errors().into_iter().take(newest).collect()
        }
    };
    for record in records {
        let hint = crate::authoring::optional_text(record.hint.as_deref());
        let error = plenum_lang::error::error_value(record);
        let part = |name: &'static str| (name, inspect::property(&error, name).unwrap_or_default());
        let place = part("InvocationInfo").1.property("PositionMessage");
        context.write(Value::typed(
            &[
                "System.Management.Automation.ErrorRecord#PSExtendedError",
                "System.Management.Automation.ErrorRecord",
                "System.Object",
            ],
            [
                part("Exception"),
                part("TargetObject"),
                part("CategoryInfo"),
                part("FullyQualifiedErrorId"),
                part("ErrorDetails"),
                part("InvocationInfo"),
                ("PositionMessage", place.unwrap_or_default()),
                part("ScriptStackTrace"),
                ("RecommendedAction", hint),
            ],
        ))?;
    }
    Ok(())
}
