//! Import-Module and Get-Module: the product's modules are always loaded; others are not read from disk yet.

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::Result;
use plenum_lang::registry::Registry;
use plenum_lang::value::Value;

use crate::authoring::{Read, array, cmdlet, not_built, object, parameter, refuse, simple, text};

/// Names under which administrators know the product's modules.
const FAMILIAR: &[&str] = &["SkypeForBusiness", "Lync", "ActiveDirectory"];

/// Registers the cmdlets.
pub fn register(registry: &mut Registry) {
    registry.add(simple(
        cmdlet("Import-Module", super::CORE)
            .synopsis("Loads a module; the product's own are always there.")
            .parameter(
                parameter("Name", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The modules."),
            )
            .switch(
                "Force",
                "Loads it again: the product's modules are loaded as they are.",
            )
            .switch("PassThru", "Gives the module.")
            .switch(
                "Global",
                "Loads it into the global session, where the product's modules are anyway.",
            )
            .switch(
                "DisableNameChecking",
                "Says nothing about unusual verbs; nothing is said about them.",
            )
            .parameter(parameter("Prefix", "string").help("A prefix of the nouns: not built yet."))
            .parameter(
                parameter("Scope", "string")
                    .one_of(&["Local", "Global"])
                    .help("Where it is seen: Global; Local is not built yet."),
            )
            .example(
                "Import-Module SkypeForBusiness",
                "Does nothing: the cmdlets are there.",
            )
            .alias("ipmo"),
        import_module,
    ));
    registry.add(simple(
        cmdlet("Get-Module", super::CORE)
            .synopsis("Lists modules.")
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .by_value()
                    .help("The modules; wildcards are allowed."),
            )
            .switch("ListAvailable", "Those that could be loaded too; all are loaded.")
            .switch("All", "Nested ones too; there are none.")
            .example("Get-Module", "Lists the modules of the session.")
            .alias("gmo"),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let patterns = arguments.list("Name");
            for (name, commands) in loaded(context) {
                let wanted = patterns.is_empty()
                    || patterns
                        .iter()
                        .any(|pattern| plenum_lang::inspect::like(&name, pattern));
                if wanted {
                    context.write(module(&name, commands))?;
                }
            }
            Ok(())
        },
    ));
}

fn import_module(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    refuse(arguments, &["Prefix"])?;
    if arguments
        .text("Scope")
        .is_some_and(|scope| scope.eq_ignore_ascii_case("Local"))
    {
        return Err(not_built("Loading a module into one scope")
            .hint("Use -Scope Global.")
            .into());
    }
    for name in arguments.list("Name") {
        let known = loaded(context)
            .into_iter()
            .find(|(module, _)| module.eq_ignore_ascii_case(&name));
        let familiar = FAMILIAR.iter().any(|known| known.eq_ignore_ascii_case(&name));
        match known {
            None if !familiar => {
                return Err(not_built(&format!("Loading the module '{name}' from disk"))
                    .hint("Dot-source its script file instead: . ./module.ps1")
                    .into());
            }
            known if arguments.switch("PassThru") => {
                let (name, commands) = known.unwrap_or((name, Vec::new()));
                context.write(module(&name, commands))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The modules of the session with the names of their commands.
fn loaded(context: &dyn Context) -> Vec<(String, Vec<Value>)> {
    let mut modules: Vec<(String, Vec<Value>)> = Vec::new();
    for command in context.registry().commands() {
        let signature = command.signature();
        let name = text(signature.name.as_ref());
        match modules.iter_mut().find(|(known, _)| *known == signature.module) {
            Some((_, commands)) => commands.push(name),
            None if signature.module.is_empty() => {}
            None => modules.push((signature.module.to_string(), vec![name])),
        }
    }
    modules
}

fn module(name: &str, commands: Vec<Value>) -> Value {
    object(
        "System.Management.Automation.PSModuleInfo",
        [
            ("ModuleType", text("Binary")),
            ("Version", text(env!("CARGO_PKG_VERSION"))),
            ("Name", text(name)),
            ("ExportedCommands", array(commands)),
        ],
    )
}
