//! Get-, Set-, New-, Remove- and Clear-Variable.

use plenum_lang::cmdlet::{Arguments, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::has_wildcard;
use plenum_lang::registry::Registry;
use plenum_lang::session::{VariableInfo, VariableOptions};
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::Value;

use super::provider::session;
use crate::authoring::{
    ParameterBuilder, Read, array, cmdlet, exists, not_built, not_found, parameter, simple, stateful, text,
};

fn scope() -> ParameterBuilder {
    parameter("Scope", "string").help("Global, Local, Script, or how many scopes up.")
}

/// The `-Option` parameter.
pub fn options() -> ParameterBuilder {
    parameter("Option", "System.Management.Automation.ScopedItemOptions")
        .help("None, ReadOnly, Constant, Private, AllScope.")
}

fn names() -> ParameterBuilder {
    parameter("Name", "string[]")
        .mandatory()
        .position(0)
        .by_property_name()
        .complete(Completion::Variable)
        .help("The names, without the dollar sign.")
}

fn filters() -> [ParameterBuilder; 2] {
    [
        parameter("Include", "string[]").help("Wildcards of which one must match."),
        parameter("Exclude", "string[]").help("Wildcards that must not match."),
    ]
}

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Get-Variable", super::UTILITY)
            .synopsis("Shows variables.")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .complete(Completion::Variable)
                    .help("The names; wildcards are allowed."),
            )
            .switch("ValueOnly", "Gives values only.")
            .parameters(filters())
            .parameter(scope())
            .example("Get-Variable *Preference", "Shows the preference variables.")
            .alias("gv"),
        get_variable,
    ));
    let value = || {
        parameter("Value", "object")
            .position(1)
            .by_property_name()
            .help("The value.")
    };
    registry.add(stateful::<SetVariable>(
        cmdlet("Set-Variable", super::UTILITY)
            .synopsis("Sets a variable.")
            .parameter(names())
            .parameter(value().by_value())
            .parameters(filters())
            .parameter(parameter("Description", "string").help("What it is for."))
            .parameter(options())
            .switch("Force", "Writes over a read-only variable.")
            .parameter(
                parameter("Visibility", "string")
                    .one_of(&["Public", "Private"])
                    .help("Who sees it."),
            )
            .switch("PassThru", "Gives the variable.")
            .parameter(scope())
            .should_process(Impact::Medium)
            .example(
                "Set-Variable pool pool1.contoso.example -Option ReadOnly",
                "Makes a variable that stays as it is.",
            )
            .aliases(&["set", "sv"]),
    ));
    registry.add(simple(
        cmdlet("New-Variable", super::UTILITY)
            .synopsis("Makes a variable; it must not exist.")
            .parameter(
                parameter("Name", "string")
                    .mandatory()
                    .position(0)
                    .by_property_name()
                    .help("The name, without the dollar sign."),
            )
            .parameter(value().by_value())
            .parameter(parameter("Description", "string").help("What it is for."))
            .parameter(options())
            .parameter(
                parameter("Visibility", "string")
                    .one_of(&["Public", "Private"])
                    .help("Who sees it."),
            )
            .switch("Force", "Replaces a variable that exists.")
            .switch("PassThru", "Gives the variable.")
            .parameter(scope())
            .should_process(Impact::Medium)
            .example("New-Variable limit 250 -Option Constant", "Makes a constant.")
            .alias("nv"),
        new_variable,
    ));
    registry.add(simple(
        cmdlet("Remove-Variable", super::UTILITY)
            .synopsis("Removes variables.")
            .parameter(names())
            .parameters(filters())
            .switch("Force", "Removes read-only variables too.")
            .parameter(scope())
            .should_process(Impact::Medium)
            .example("Remove-Variable pool", "Removes a variable.")
            .alias("rv"),
        remove_variable,
    ));
    registry.add(simple(
        cmdlet("Clear-Variable", super::UTILITY)
            .synopsis("Sets variables to $null.")
            .parameter(names())
            .parameters(filters())
            .switch("Force", "Clears read-only variables too.")
            .switch("PassThru", "Gives the variables.")
            .parameter(scope())
            .should_process(Impact::Medium)
            .example("Clear-Variable users", "Empties a variable.")
            .alias("clv"),
        clear_variable,
    ));
}

/// ScopedItemOptions as a text.
pub fn options_text(options: VariableOptions) -> String {
    let words = [
        (options.read_only, "ReadOnly"),
        (options.constant, "Constant"),
        (options.private, "Private"),
        (options.all_scope, "AllScope"),
    ];
    let words: Vec<&str> = words
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| *word)
        .collect();
    if words.is_empty() {
        "None".to_owned()
    } else {
        words.join(", ")
    }
}

/// A PSVariable.
pub fn variable_object(variable: &VariableInfo) -> Value {
    plenum_lang::members::variable_object::placed(
        &variable.name,
        variable.value.clone(),
        variable.description.as_deref().unwrap_or(""),
        options_text(variable.options),
    )
}

/// -Visibility Private hides a variable from other sessions that look in; there are none here.
fn visible(arguments: &Arguments) -> Result<()> {
    match arguments.text("Visibility") {
        Some(visibility) if visibility.eq_ignore_ascii_case("Private") => {
            Err(not_built("A private variable")
                .hint("Use -Option Private.")
                .into())
        }
        _ => Ok(()),
    }
}

/// The variables that names mean; a name without wildcards that is missing is an error.
fn find(context: &mut dyn Context, arguments: &Arguments, names: &[String]) -> Result<Vec<VariableInfo>> {
    let scope = arguments.text("Scope");
    let (include, exclude) = (arguments.list("Include"), arguments.list("Exclude"));
    let mut found = Vec::new();
    for name in names {
        if has_wildcard(name) {
            let all = session(context)?.variables(scope.as_deref())?;
            found.extend(
                all.into_iter()
                    .filter(|variable| inspect::like(&variable.name, name)),
            );
            continue;
        }
        match session(context)?.variable(name, scope.as_deref())? {
            Some(variable) => found.push(variable),
            None => {
                let message = format!("Cannot find a variable with the name '{name}'.");
                let record = not_found("VariableNotFound", text(name), message)
                    .exception("System.Management.Automation.ItemNotFoundException");
                context.error(record)?;
            }
        }
    }
    found.retain(|variable| passes(&include, &exclude, &variable.name));
    Ok(found)
}

fn passes(include: &[String], exclude: &[String], name: &str) -> bool {
    let any = |patterns: &[String]| patterns.iter().any(|pattern| inspect::like(name, pattern));
    (include.is_empty() || any(include)) && !any(exclude)
}

fn get_variable(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let mut names = arguments.list("Name");
    if names.is_empty() {
        names.push("*".to_owned());
    }
    for variable in find(context, arguments, &names)? {
        if arguments.switch("ValueOnly") {
            context.write_all(variable.value)?;
        } else {
            context.write(variable_object(&variable))?;
        }
    }
    Ok(())
}

/// The options that `-Option` names.
pub fn read_options(arguments: &Arguments) -> VariableOptions {
    let words = arguments.text("Option").unwrap_or_default().to_ascii_lowercase();
    let has = |word: &str| words.split([',', ' ']).any(|known| known == word);
    VariableOptions {
        read_only: has("readonly"),
        constant: has("constant"),
        private: has("private"),
        all_scope: has("allscope"),
    }
}

#[derive(Default)]
struct SetVariable {
    values: Vec<Value>,
}

impl Invocation for SetVariable {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if context.expects_input() {
            self.values.extend(arguments.get("Value").cloned());
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let mut values = std::mem::take(&mut self.values);
        let value = match values.len() {
            0 => arguments.get("Value").cloned(),
            1 => values.pop(),
            _ => Some(array(values)),
        };
        let scope = arguments.text("Scope");
        let (include, exclude) = (arguments.list("Include"), arguments.list("Exclude"));
        for name in arguments.list("Name") {
            if !passes(&include, &exclude, &name) {
                continue;
            }
            let known = session(context)?.variable(&name, scope.as_deref())?;
            let known_options = known.as_ref().map(|known| known.options).unwrap_or_default();
            let options = if arguments.has("Option") {
                read_options(arguments)
            } else {
                known_options
            };
            let description = arguments.text("Description").map(Into::into);
            let value = match (&value, arguments.has("Value") || context.expects_input()) {
                (Some(value), _) => value.clone(),
                (None, _) => known.map(|known| known.value).unwrap_or_default(),
            };
            put(
                context,
                arguments,
                VariableInfo {
                    name: name.into(),
                    value,
                    options,
                    description,
                },
            )?;
        }
        Ok(())
    }
}

fn put(context: &mut dyn Context, arguments: &Arguments, variable: VariableInfo) -> Result<()> {
    visible(arguments)?;
    let (name, value) = (&variable.name, inspect::text(&variable.value));
    let (action, what) = match context.command_name().to_ascii_lowercase().as_str() {
        "clear-variable" | "clv" => ("Clear variable", format!("Name: {name}")),
        "new-variable" | "nv" => ("New variable", format!("Name: {name} Value: {value}")),
        _ => ("Set variable", format!("Name: {name} Value: {value}")),
    };
    if !context.should_process(&what, Some(action))? {
        return Ok(());
    }
    let scope = arguments.text("Scope");
    session(context)?.put_variable(variable.clone(), scope.as_deref(), arguments.switch("Force"))?;
    if arguments.switch("PassThru") {
        context.write(variable_object(&variable))
    } else {
        Ok(())
    }
}

fn new_variable(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let name = arguments.required_text("Name")?;
    let scope = arguments.text("Scope").unwrap_or_else(|| "Local".to_owned());
    if session(context)?.variable(&name, Some(&scope))?.is_some() && !arguments.switch("Force") {
        let message = format!("A variable with name '{name}' already exists.");
        let record = exists("VariableAlreadyExists", text(name), message);
        return context.error(record.exception("System.Management.Automation.SessionStateException"));
    }
    let variable = VariableInfo {
        name: name.into(),
        value: arguments.get("Value").cloned().unwrap_or_default(),
        options: read_options(arguments),
        description: arguments.text("Description").map(Into::into),
    };
    put(context, arguments, variable)
}

fn remove_variable(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let scope = arguments.text("Scope");
    let force = arguments.switch("Force");
    for variable in find(context, arguments, &arguments.list("Name"))? {
        if !context.should_process(&format!("Name: {}", variable.name), Some("Remove variable"))? {
            continue;
        }
        if (variable.options.read_only && !force) || variable.options.constant {
            let message = format!(
                "Cannot remove variable {} because it is constant or read-only. If the variable is read-only, try the \
                 operation again specifying the Force option.",
                variable.name
            );
            let record = ErrorRecord::new("VariableNotRemovable", Category::WriteError, message)
                .exception("System.Management.Automation.SessionStateUnauthorizedAccessException");
            context.error(record.about(text(variable.name.as_ref())))?;
            continue;
        }
        session(context)?.remove_variable(&variable.name, scope.as_deref(), force)?;
    }
    Ok(())
}

fn clear_variable(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    for variable in find(context, arguments, &arguments.list("Name"))? {
        put(
            context,
            arguments,
            VariableInfo {
                value: Value::Null,
                ..variable
            },
        )?;
    }
    Ok(())
}
