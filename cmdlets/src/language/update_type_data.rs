//! Update-, Get- and Remove-TypeData: which properties of a type are shown by default, and members for all its objects.
//!
//! A member is found by its name; Get-Member and `Format-List *` do not list it.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::View;
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::{MemberKind, Value};

use super::provider::session;
use super::{path, type_file};
use crate::authoring::{
    Read, array, cmdlet, exists, invalid_argument, not_built, object, parameter, simple, text,
};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("Update-TypeData", super::UTILITY)
            .synopsis("Says which properties of a type are shown.")
            .default_set("FileSet")
            .parameter(
                parameter("AppendPath", "string[]")
                    .aliases(&["PSPath", "Path"])
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .set("FileSet")
                    .complete(Completion::Path)
                    .help("Files (.types.ps1xml) that say what types are given."),
            )
            .parameter(
                parameter("PrependPath", "string[]")
                    .set("FileSet")
                    .complete(Completion::Path)
                    .help("The same: what a type has already stays."),
            )
            .parameter(
                parameter("TypeName", "string")
                    .mandatory()
                    .position(0)
                    .by_property_name()
                    .set("DynamicTypeSet")
                    .help("The type."),
            )
            .parameter(
                parameter("DefaultDisplayPropertySet", "string[]").set("DynamicTypeSet").help("The properties that are shown."),
            )
            .parameter(
                parameter("DefaultDisplayProperty", "string")
                    .set("DynamicTypeSet")
                    .help("The property that Format-Wide shows."),
            )
            .parameter(
                parameter("MemberType", "System.Management.Automation.PSMemberTypes")
                    .set("DynamicTypeSet")
                    .help("The kind of a member to add: NoteProperty, ScriptProperty, AliasProperty or ScriptMethod."),
            )
            .parameter(parameter("MemberName", "string").set("DynamicTypeSet").help("The name of a member to add."))
            .parameter(
                parameter("Value", "object")
                    .set("DynamicTypeSet")
                    .help("Its value, its script block, or the property that it is another name of."),
            )
            .parameter(parameter("SecondValue", "object").set("DynamicTypeSet").help("The setter of a ScriptProperty."))
            .example(
                "Update-TypeData My.Row -MemberType ScriptProperty -MemberName Twice -Value { $this.Count * 2 }",
                "Gives all such objects a property.",
            )
            .parameter(parameter("Force", "switch").set("DynamicTypeSet").help("Replaces what was said before."))
            .should_process(Impact::Medium)
            .example(
                "Update-TypeData My.Row -DefaultDisplayPropertySet Name, State",
                "Shows two columns.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            if !arguments.has("TypeName") {
                return take_files(context, arguments);
            }
            let type_name = arguments.required_text("TypeName")?;
            if !context.should_process(&type_name, Some("Update-TypeData"))? {
                return Ok(());
            }
            if arguments.has("MemberName") {
                add_member(context, arguments)?;
            }
            let mut names = arguments.list("DefaultDisplayPropertySet");
            if names.is_empty() {
                names.extend(arguments.text("DefaultDisplayProperty"));
            }
            if names.is_empty() {
                return Ok(());
            }
            let names = names.into_iter().map(Into::into).collect();
            if context.registry().view(&type_name).is_some() && !arguments.switch("Force") {
                return Err(exists_already(&type_name, "DefaultDisplayPropertySet").into());
            }
            context.registry().add_view(View::default_properties(
                type_name,
                names,
            ));
            Ok(())
        },
    )
}

fn take_files(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let names: Vec<String> = ["PrependPath", "AppendPath"]
        .iter()
        .flat_map(|name| arguments.list(name))
        .collect();
    for file in path::resolve(context, &names, false)? {
        if !file.to_ascii_lowercase().ends_with(".ps1xml") {
            let message = format!(
                "Cannot read the file {file} because it does not have a .ps1xml file name extension."
            );
            let record = invalid_argument("WrongExtension", text(&file), message);
            context.error(record.exception("System.Management.Automation.PSInvalidOperationException"))?;
        } else if context.should_process(&file, Some("Update-TypeData"))? {
            type_file::take(context, &file)?;
        }
    }
    Ok(())
}

fn add_member(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let (type_name, name) = (
        arguments.required_text("TypeName")?,
        arguments.required_text("MemberName")?,
    );
    let value = arguments.get("Value").cloned().unwrap_or_default();
    let setter = arguments.get("SecondValue").cloned();
    let kind = match arguments.text("MemberType").unwrap_or_default().as_str() {
        "NoteProperty" => MemberKind::Note,
        "ScriptProperty" => MemberKind::Script,
        "AliasProperty" => MemberKind::Alias,
        "ScriptMethod" => MemberKind::Method,
        other => {
            return Err(not_built(&format!("Giving a type a member of type '{other}'"))
                .hint("Use NoteProperty, ScriptProperty, AliasProperty or ScriptMethod.")
                .into());
        }
    };
    let value = match (kind, setter) {
        (_, None) => value,
        (MemberKind::Script, Some(setter)) => array(vec![value, setter]),
        (_, Some(_)) => {
            let message = "The SecondValue parameter is not valid for a member of this type: it is the setter of a ScriptProperty.";
            return Err(invalid_argument("InvalidSecondValue", text(&name), message).into());
        }
    };
    let force = arguments.switch("Force");
    if session(context)?.add_type_member(&type_name, &name, (kind, value), force) {
        return Ok(());
    }
    Err(exists_already(&type_name, &name).into())
}

fn exists_already(type_name: &str, name: &str) -> ErrorRecord {
    let message = format!("Error in type \"{type_name}\": The member {name} is already present.");
    exists("DynamicUpdateException", text(type_name), message)
        .exception("System.Management.Automation.RuntimeException")
        .hint("-Force replaces it.")
}

/// Get-TypeData: what types were given by Update-TypeData.
pub fn get() -> Arc<dyn Command> {
    simple(
        cmdlet("Get-TypeData", super::UTILITY)
            .synopsis("Shows the members that types were given.")
            .parameter(
                parameter("TypeName", "string[]")
                    .position(0)
                    .by_value()
                    .help("The types; wildcards are allowed."),
            )
            .example("Get-TypeData My.*", "Shows what was added to types of ours."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let wanted = arguments.list("TypeName");
            let is_wanted =
                |name: &str| wanted.is_empty() || wanted.iter().any(|pattern| inspect::like(name, pattern));
            let mut types: Vec<(String, Vec<(Value, Value)>)> = Vec::new();
            for (of, name, kind) in session(context)?.type_members() {
                let member = (text(name.as_ref()), text(kind_name(kind)));
                match types.iter_mut().find(|(known, _)| *known == of) {
                    Some((_, members)) => members.push(member),
                    None => types.push((of, vec![member])),
                }
            }
            for (name, members) in types.into_iter().filter(|(name, _)| is_wanted(name)) {
                context.write(object(
                    "System.Management.Automation.Runspaces.TypeData",
                    [
                        ("TypeName", text(name)),
                        ("Members", inspect::hashtable(true, members)),
                    ],
                ))?;
            }
            Ok(())
        },
    )
}

/// Remove-TypeData.
pub fn remove() -> Arc<dyn Command> {
    simple(
        cmdlet("Remove-TypeData", super::UTILITY)
            .synopsis("Takes from types what Update-TypeData gave them.")
            .parameter(
                parameter("TypeName", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .help("The type."),
            )
            .should_process(Impact::Medium)
            .example(
                "Remove-TypeData My.Row",
                "Shows such objects as they were shown before.",
            ),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let name = arguments.required_text("TypeName")?;
            if !context.should_process(&name, Some("Remove TypeData"))? {
                return Ok(());
            }
            let had_view = context.registry().remove_view(&name);
            if session(context)?.remove_type_members(&name) || had_view {
                return Ok(());
            }
            let message = format!("Error in TypeData \"{name}\": The type was given nothing.");
            let record = ErrorRecord::new("DynamicUpdateException", Category::InvalidOperation, message);
            context.error(
                record
                    .exception("System.Management.Automation.RuntimeException")
                    .about(text(name)),
            )
        },
    )
}

fn kind_name(kind: MemberKind) -> &'static str {
    match kind {
        MemberKind::Note | MemberKind::Hidden => "NoteProperty",
        MemberKind::Script => "ScriptProperty",
        MemberKind::Alias => "AliasProperty",
        MemberKind::Method => "ScriptMethod",
        MemberKind::PropertySet => "PropertySet",
        MemberKind::MemberSet => "MemberSet",
    }
}
