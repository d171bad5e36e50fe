//! Set-, Get-, Remove-, Enable- and Disable-PSBreakpoint: where a script stops, or what runs there.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::debugger::{Access, Breakpoint, Trigger};
use plenum_lang::error::Result;
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::registry::Registry;
use plenum_lang::signature::{Completion, Impact, Membership};
use plenum_lang::value::{MemberKind, Value};

use super::{path, provider};
use crate::authoring::{
    ParameterBuilder, Read, SignatureBuilder, cmdlet, invalid_argument, not_found, optional_text, parameter,
    simple, text, typed_object,
};

const BASE: &str = "System.Management.Automation.Breakpoint";

/// Registers the cmdlets and how breakpoints are shown.
pub fn register(registry: &mut Registry) {
    for command in [
        set(),
        get(),
        remove(),
        switch("Enable", true),
        switch("Disable", false),
    ] {
        registry.add(command);
    }
    let columns = vec![
        ViewColumn::new("ID").shows("Id").width(4).right(),
        ViewColumn::new("Script").shows("ShownScript"),
        ViewColumn::new("Line").width(4).right(),
        ViewColumn::new("Command"),
        ViewColumn::new("Variable"),
        ViewColumn::new("Action"),
    ];
    registry.add_view(View::table(BASE, columns));
}

fn type_name(kind: &str) -> String {
    format!("System.Management.Automation.{kind}Breakpoint")
}

fn kind_of(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Line(..) => "Line",
        Trigger::Command(_) => "Command",
        Trigger::Variable(..) => "Variable",
    }
}

fn script(sets: &[&'static str]) -> ParameterBuilder {
    let script = parameter("Script", "string[]")
        .position(0)
        .complete(Completion::Path)
        .help("The script files; any text without it.");
    sets.iter().fold(script, |script, set| script.set(*set))
}

fn set() -> Arc<dyn Command> {
    simple(
        cmdlet("Set-PSBreakpoint", super::UTILITY)
            .synopsis("Makes a script stop at a line, a command or a variable, or run something there.")
            .description(
                "At a prompt the script stops with a prompt of its own; `h` shows its commands. With -Action the script \
                 block runs instead, with the breakpoint as $_; `break` in it stops after all. Where nobody can be asked, \
                 only actions are of use. Variables are found in the text of the statements that run: what changes a \
                 variable by its name (Set-Variable) is not seen.",
            )
            .default_set("Line")
            .parameter(script(&["Command", "Variable"]).member(Membership {
                set: Some("Line".into()),
                position: Some(0),
                mandatory: true,
                ..Membership::default()
            }))
            .parameter(
                parameter("Line", "int[]")
                    .mandatory()
                    .position(1)
                    .set("Line")
                    .help("The lines, from 1."),
            )
            .parameter(
                parameter("Column", "int")
                    .position(2)
                    .set("Line")
                    .range(1.0, f64::from(i32::MAX))
                    .help("The column where the statement begins, from 1."),
            )
            .parameter(
                parameter("Command", "string[]")
                    .alias("C")
                    .mandatory()
                    .set("Command")
                    .help("Commands and functions; wildcards are allowed."),
            )
            .parameter(
                parameter("Variable", "string[]")
                    .alias("V")
                    .mandatory()
                    .set("Variable")
                    .help("Variables, without the dollar sign."),
            )
            .parameter(
                parameter("Mode", "string")
                    .set("Variable")
                    .one_of(&["Read", "Write", "ReadWrite"])
                    .default("Write")
                    .help("Which use of the variable counts."),
            )
            .parameter(parameter("Action", "scriptblock").help("Runs instead of a stop."))
            .example(
                "Set-PSBreakpoint -Script deploy.ps1 -Line 12",
                "Stops before line 12.",
            )
            .example(
                "Set-PSBreakpoint -Variable pool -Action { Write-Host \"pool was $pool\" }",
                "Says what a variable was whenever it is about to be set.",
            )
            .alias("sbp"),
        set_breakpoints,
    )
}

fn set_breakpoints(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let scripts = match arguments.list("Script") {
        names if names.is_empty() => vec![None],
        names => {
            let mut scripts = Vec::new();
            for file in path::resolve(context, &names, false)? {
                if !file.to_ascii_lowercase().ends_with(".ps1")
                    && !file.to_ascii_lowercase().ends_with(".psm1")
                {
                    let message = format!(
                        "The '{file}' file is not a PowerShell script; breakpoints are for .ps1 and .psm1."
                    );
                    context.error(invalid_argument("WrongFileExtension", text(file), message))?;
                    continue;
                }
                scripts.push(Some(file));
            }
            scripts
        }
    };
    let triggers = triggers(arguments)?;
    for file in &scripts {
        for trigger in &triggers {
            let breakpoint = make(context, arguments, trigger.clone(), file.as_deref())?;
            let object = Value::Object(Arc::clone(&breakpoint.object));
            provider::session(context)?.debugger().add(breakpoint);
            context.write(object)?;
        }
    }
    Ok(())
}

fn triggers(arguments: &Arguments) -> Result<Vec<Trigger>> {
    let column = arguments
        .int("Column")
        .and_then(|column| u32::try_from(column).ok());
    let mut triggers = Vec::new();
    for line in arguments.values("Line") {
        let line = crate::authoring::to_int(&line).unwrap_or(0);
        let Some(number) = u32::try_from(line).ok().filter(|line| *line > 0) else {
            let message = "Line cannot be less than 1.";
            return Err(invalid_argument(
                "SetPSBreakpoint:LineLessThanOne",
                Value::Int(line as i32),
                message,
            )
            .into());
        };
        triggers.push(Trigger::Line(number, column));
    }
    let commands = arguments.list("Command").into_iter();
    triggers.extend(commands.map(|name| Trigger::Command(Arc::from(name))));
    let access = match arguments
        .text("Mode")
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "read" => Access::Read,
        "readwrite" => Access::ReadWrite,
        _ => Access::Write,
    };
    let variables = arguments.list("Variable").into_iter();
    triggers.extend(variables.map(|name| Trigger::Variable(Arc::from(name.trim_start_matches('$')), access)));
    Ok(triggers)
}

fn make(
    context: &mut dyn Context,
    arguments: &Arguments,
    trigger: Trigger,
    file: Option<&str>,
) -> Result<Breakpoint> {
    let id = provider::session(context)?.debugger().next_id();
    let action = arguments.block("Action");
    let number = |number: u32| Value::Int(i32::try_from(number).unwrap_or(i32::MAX));
    let mut properties = Vec::new();
    match &trigger {
        Trigger::Line(line, column) => {
            properties.push(("Column", number(column.unwrap_or(0))));
            properties.push(("Line", number(*line)));
        }
        Trigger::Command(name) => properties.push(("Command", text(name.as_ref()))),
        Trigger::Variable(name, access) => {
            let mode = inspect::converted(
                &text(format!("{access:?}")),
                "System.Management.Automation.VariableAccessMode",
            );
            properties.push(("AccessMode", mode.unwrap_or_else(|_| text(format!("{access:?}")))));
            properties.push(("Variable", text(name.as_ref())));
        }
    }
    properties.extend([
        ("Action", action.clone().unwrap_or_default()),
        ("Enabled", Value::Bool(true)),
        ("HitCount", Value::Int(0)),
        ("Id", Value::Int(id)),
        ("Script", optional_text(file)),
    ]);
    let names = [
        type_name(kind_of(&trigger)),
        BASE.to_owned(),
        "System.Object".to_owned(),
    ];
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let Value::Object(object) = typed_object(&names, properties) else {
        return Err(invalid_argument("InvalidBreakpoint", Value::Null, "It cannot be made.").into());
    };
    object.set_member(
        "ShownScript",
        MemberKind::Hidden,
        optional_text(file.map(path::leaf)),
    );
    Ok(Breakpoint {
        id,
        trigger,
        script: file.map(Arc::from),
        action,
        object,
    })
}

fn get() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-PSBreakpoint", super::UTILITY)
            .synopsis("Shows the breakpoints that are set.")
            .default_set("Script")
            .parameter(script(&["Script", "Line", "Command", "Variable", "Type"]))
            .parameter(
                parameter("Id", "int[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("Id")
                    .help("Their numbers."),
            )
            .parameter(
                parameter("Variable", "string[]")
                    .mandatory()
                    .set("Variable")
                    .help("Those on variables."),
            )
            .parameter(
                parameter("Command", "string[]")
                    .mandatory()
                    .set("Command")
                    .help("Those on commands."),
            )
            .parameter(
                parameter("Type", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .set("Type")
                    .one_of(&["Line", "Variable", "Command"])
                    .help("Those of a kind."),
            )
            .example("Get-PSBreakpoint", "Shows all.")
            .alias("gbp"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let scripts: Vec<String> = match arguments.list("Script") {
                names if names.is_empty() => Vec::new(),
                names => path::resolve(context, &names, false)?,
            };
            let known = provider::session(context)?.debugger().breakpoints().to_vec();
            for id in arguments.values("Id") {
                let id = crate::authoring::to_int(&id).unwrap_or(-1);
                if !known.iter().any(|breakpoint| i64::from(breakpoint.id) == id) {
                    context.error(no_such(id))?;
                }
            }
            for breakpoint in known {
                if fits(arguments, &breakpoint, &scripts) {
                    context.write(Value::Object(breakpoint.object))?;
                }
            }
            Ok(())
        },
    )
}

fn fits(arguments: &Arguments, breakpoint: &Breakpoint, scripts: &[String]) -> bool {
    let among = |name: &str, found: Option<&str>| {
        let wanted = arguments.list(name);
        wanted.is_empty()
            || found.is_some_and(|found| wanted.iter().any(|wanted| inspect::like(found, wanted)))
    };
    let (mut command, mut variable) = (None, None);
    match &breakpoint.trigger {
        Trigger::Command(name) => command = Some(name.as_ref()),
        Trigger::Variable(name, _) => variable = Some(name.as_ref()),
        Trigger::Line(..) => {}
    }
    let ids = arguments.values("Id");
    let numbered = ids
        .iter()
        .filter_map(crate::authoring::to_int)
        .any(|id| id == i64::from(breakpoint.id));
    let script = breakpoint.script.as_deref();
    among("Type", Some(kind_of(&breakpoint.trigger)))
        && among("Command", command)
        && among("Variable", variable)
        && (ids.is_empty() || numbered)
        && (!arguments.has("Script")
            || script.is_some_and(|script| scripts.iter().any(|wanted| wanted == script)))
}

fn no_such(id: i64) -> plenum_lang::error::ErrorRecord {
    let target = Value::Int(i32::try_from(id).unwrap_or(-1));
    not_found(
        "PSBreakpoint:BreakpointIdNotFound",
        target,
        format!("There is no breakpoint with ID '{id}'."),
    )
}

/// The parameters that say which breakpoints a command is about.
fn which(signature: SignatureBuilder) -> SignatureBuilder {
    signature
        .default_set("Breakpoint")
        .parameter(
            parameter("Breakpoint", "psobject[]")
                .mandatory()
                .position(0)
                .by_value()
                .set("Breakpoint")
                .help("The breakpoints, as Get-PSBreakpoint gives them."),
        )
        .parameter(
            parameter("Id", "int[]")
                .mandatory()
                .position(0)
                .by_property_name()
                .set("Id")
                .help("Their numbers."),
        )
        .should_process(Impact::Medium)
}

/// The breakpoints that a command is about.
fn given(context: &mut dyn Context, arguments: &Arguments) -> Result<Vec<Breakpoint>> {
    let mut ids: Vec<i64> = arguments
        .values("Id")
        .iter()
        .filter_map(crate::authoring::to_int)
        .collect();
    for breakpoint in arguments
        .values("Breakpoint")
        .iter()
        .chain(&arguments.input.clone())
    {
        let id = breakpoint
            .property("Id")
            .and_then(|id| crate::authoring::to_int(&id));
        ids.extend(id.or_else(|| crate::authoring::to_int(breakpoint)));
    }
    ids.sort_unstable();
    ids.dedup();
    let known = provider::session(context)?.debugger().breakpoints().to_vec();
    let mut found = Vec::new();
    for id in ids {
        match known.iter().find(|breakpoint| i64::from(breakpoint.id) == id) {
            Some(breakpoint) => found.push(breakpoint.clone()),
            None => context.error(no_such(id))?,
        }
    }
    Ok(found)
}

/// What a breakpoint is called in questions.
fn described(breakpoint: &Breakpoint) -> String {
    let file = breakpoint.script.as_deref().unwrap_or_default();
    match &breakpoint.trigger {
        Trigger::Line(line, None) => format!("Line breakpoint on '{file}:{line}'"),
        Trigger::Line(line, Some(column)) => format!("Line breakpoint on '{file}:{line}, {column}'"),
        Trigger::Command(name) if file.is_empty() => format!("Command breakpoint on '{name}'"),
        Trigger::Command(name) => format!("Command breakpoint on '{file}:{name}'"),
        Trigger::Variable(name, access) if file.is_empty() => {
            format!("Variable breakpoint on '${name}' ({access:?} access)")
        }
        Trigger::Variable(name, access) => {
            format!("Variable breakpoint on '{file}:${name}' ({access:?} access)")
        }
    }
}

fn remove() -> Arc<dyn Command> {
    simple(
        which(cmdlet("Remove-PSBreakpoint", super::UTILITY).synopsis("Takes breakpoints away."))
            .example("Get-PSBreakpoint | Remove-PSBreakpoint", "Takes all away.")
            .alias("rbp"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for breakpoint in given(context, arguments)? {
                if context.should_process(&described(&breakpoint), Some("Remove-PSBreakpoint"))? {
                    provider::session(context)?.debugger().remove(breakpoint.id);
                }
            }
            Ok(())
        },
    )
}

fn switch(verb: &'static str, enabled: bool) -> Arc<dyn Command> {
    let name = format!("{verb}-PSBreakpoint");
    let (synopsis, alias) = match enabled {
        true => ("Lets breakpoints count again.", "ebp"),
        false => ("Lets breakpoints stand without a meaning.", "dbp"),
    };
    let action = name.clone();
    simple(
        which(cmdlet(name.clone(), super::UTILITY).synopsis(synopsis))
            .switch("PassThru", "Gives the breakpoints out.")
            .example(format!("{name} -Id 0"), "By its number.")
            .alias(alias),
        move |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for breakpoint in given(context, arguments)? {
                if !context.should_process(&described(&breakpoint), Some(&action))? {
                    continue;
                }
                breakpoint.object.set("Enabled", Value::Bool(enabled));
                provider::session(context)?.debugger().refresh();
                if arguments.switch("PassThru") {
                    context.write(Value::Object(breakpoint.object))?;
                }
            }
            Ok(())
        },
    )
}
