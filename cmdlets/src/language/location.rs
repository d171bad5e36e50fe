//! Get-, Set-, Push- and Pop-Location: the current folder.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use plenum_lang::cmdlet::{Arguments, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::members::path_info::path_info;
use plenum_lang::registry::Registry;
use plenum_lang::signature::Completion;

use super::{path, provider};
use crate::authoring::{ParameterBuilder, Read, cmdlet, parameter, simple, with};

/// The folders that Push-Location left, by the name of their stack, shared by the cmdlets of one registry.
type Stacks = Arc<Mutex<HashMap<String, Vec<String>>>>;

fn path_parameter() -> ParameterBuilder {
    parameter("Path", "string")
        .position(0)
        .by_value()
        .by_property_name()
        .complete(Completion::Path)
        .help("The folder.")
}

fn literal_path() -> ParameterBuilder {
    parameter("LiteralPath", "string")
        .aliases(&["PSPath", "LP"])
        .by_property_name()
        .help("The folder, taken as it is.")
}

fn stack_name() -> ParameterBuilder {
    parameter("StackName", "string")
        .by_property_name()
        .help("The stack of remembered folders; one without a name by default.")
}

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    let stacks = Stacks::default();
    registry.add(simple(
        cmdlet("Get-Location", super::MANAGEMENT)
            .synopsis("Gives the current folder.")
            .aliases(&["gl", "pwd"])
            .example("Get-Location", "Shows where you are."),
        |context: &mut dyn Context, _arguments: &Arguments| -> Result<()> { pass_on(context, true) },
    ));
    registry.add(simple(
        cmdlet("Set-Location", super::MANAGEMENT)
            .synopsis("Goes to a folder; the home folder without a path.")
            .parameter(path_parameter())
            .parameter(literal_path())
            .switch("PassThru", "Gives the folder.")
            .aliases(&["sl", "cd", "chdir"])
            .example("Set-Location /var/log", "Goes to a folder."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let literal = arguments.text("LiteralPath");
            let target = arguments.text("Path").or(literal);
            let passes = arguments.switch("PassThru");
            if go(context, &target.unwrap_or_else(|| "~".to_owned()))? {
                pass_on(context, passes)?;
            }
            Ok(())
        },
    ));
    let pushed = Arc::clone(&stacks);
    registry.add(with(
        cmdlet("Push-Location", super::MANAGEMENT)
            .synopsis("Remembers the current folder and goes to another.")
            .parameter(path_parameter())
            .parameter(literal_path())
            .switch("PassThru", "Gives the folder.")
            .parameter(stack_name())
            .alias("pushd")
            .example("Push-Location /tmp", "Goes to a folder; Pop-Location comes back."),
        move || Push(Arc::clone(&pushed)),
    ));
    registry.add(with(
        cmdlet("Pop-Location", super::MANAGEMENT)
            .synopsis("Goes back to the folder that Push-Location left.")
            .switch("PassThru", "Gives the folder.")
            .parameter(stack_name())
            .alias("popd")
            .example("Pop-Location", "Goes back."),
        move || Pop(Arc::clone(&stacks)),
    ));
}

/// Goes to a folder; one that is missing is an error of the statement, which goes on. Gives whether it is there.
fn go(context: &mut dyn Context, target: &str) -> Result<bool> {
    if let Some((drive, place)) = path::drive(context, target) {
        let found = provider::nodes(context, drive, &place)?;
        let Some(folder) = found.into_iter().find(provider::Node::is_folder) else {
            context.error(path::missing(&drive.full(&place)))?;
            return Ok(false);
        };
        let whole = drive.full(&folder.place);
        provider::session(context)?.set_drive_location(Some(whole.into()));
        return Ok(true);
    }
    let found = path::expand(context, target)
        .into_iter()
        .next()
        .unwrap_or_else(|| path::full(context, target));
    let is_directory = context
        .host()
        .file_status(&found)
        .is_some_and(|status| status.is_directory);
    if !is_directory {
        context.error(path::missing(&found))?;
        return Ok(false);
    }
    if let Err(error) = context.host().set_current_directory(&found) {
        context.error(path::failed(&found, &error, "SetLocation"))?;
        return Ok(false);
    }
    if let Some(session) = context.session() {
        session.set_drive_location(None);
    }
    Ok(true)
}

struct Push(Stacks);

impl Invocation for Push {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let (stack, passes) = (stack_of(arguments), arguments.switch("PassThru"));
        let here = here(context);
        let literal = arguments.text("LiteralPath");
        if let Some(target) = arguments.text("Path").or(literal)
            && !go(context, &target)?
        {
            return Ok(());
        }
        let mut stacks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stacks.entry(stack).or_default().push(here);
        drop(stacks);
        pass_on(context, passes)
    }
}

struct Pop(Stacks);

impl Invocation for Pop {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let (stack, passes) = (stack_of(arguments), arguments.switch("PassThru"));
        let mut stacks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = stack.is_empty() || stacks.contains_key(&stack);
        let last = stacks.get_mut(&stack).and_then(Vec::pop);
        drop(stacks);
        match last {
            Some(folder) => {
                if go(context, &folder)? {
                    pass_on(context, passes)?;
                }
                Ok(())
            }
            // Nothing was pushed: one stays where one is.
            None if known => Ok(()),
            None => {
                let message = format!(
                    "Cannot find location stack '{stack}'. It does not exist or it is not a container."
                );
                Err(ErrorRecord::new("Argument", Category::InvalidArgument, message)
                    .exception("System.Management.Automation.PSArgumentException")
                    .hint("Push-Location -StackName makes one.")
                    .into())
            }
        }
    }
}

fn stack_of(arguments: &Arguments) -> String {
    arguments.text("StackName").unwrap_or_default().to_lowercase()
}

fn pass_on(context: &mut dyn Context, passes: bool) -> Result<()> {
    if !passes {
        return Ok(());
    }
    let here = here(context);
    context.write(path_info(&here))
}

/// Where the session is: a folder, or a place on another drive.
fn here(context: &mut dyn Context) -> String {
    let place = context.session().and_then(|session| session.drive_location());
    place.map_or_else(|| context.host().current_directory(), |place| place.to_string())
}
