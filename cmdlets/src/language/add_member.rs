//! Add-Member: adds properties and methods to an object.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::Validation;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, not_built, parameter, simple, to_text};

/// What can be added.
const BUILT: &[&str] = &["NoteProperty", "ScriptProperty", "ScriptMethod", "AliasProperty"];

/// `Add-Member NoteProperty Name Value` names a kind first: a note property cannot be called so by position.
const NOT_A_MEMBER_TYPE: &str = "^(?!(AliasProperty|CodeProperty|Property|NoteProperty|ScriptProperty|PropertySet|\
Method|CodeMethod|ScriptMethod|ParameterizedProperty|MemberSet|Event|Dynamic|InferredProperty|Properties|Methods|All)$)";

/// The command.
pub fn command() -> Arc<dyn Command> {
    let set = "MemberSet";
    let single = "NotePropertySingleMemberSet";
    let many = "NotePropertyMultiMemberSet";
    simple(
        cmdlet("Add-Member", super::UTILITY)
            .synopsis("Adds a property or method to an object.")
            .default_set("TypeNameSet")
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .by_value()
                    .help("The object to extend."),
            )
            .parameter(
                parameter("MemberType", "System.Management.Automation.PSMemberTypes")
                    .alias("Type")
                    .mandatory()
                    .position(0)
                    .set(set)
                    .help("What to add: NoteProperty, ScriptProperty, ScriptMethod or AliasProperty."),
            )
            .parameter(
                parameter("Name", "string")
                    .mandatory()
                    .position(1)
                    .set(set)
                    .help("The member's name."),
            )
            .parameter(
                parameter("Value", "object")
                    .position(2)
                    .set(set)
                    .help("The value, the script block, or the property that an alias stands for."),
            )
            .parameter(
                parameter("SecondValue", "object")
                    .position(3)
                    .set(set)
                    .help("The setter of a ScriptProperty."),
            )
            .parameter(
                parameter("NotePropertyName", "string")
                    .mandatory()
                    .position(0)
                    .set(single)
                    .validate(Validation::Pattern(NOT_A_MEMBER_TYPE.into()))
                    .help("The name of a note property."),
            )
            .parameter(
                parameter("NotePropertyValue", "object")
                    .mandatory()
                    .position(1)
                    .set(single)
                    .help("Its value."),
            )
            .parameter(
                parameter("NotePropertyMembers", "hashtable")
                    .mandatory()
                    .position(0)
                    .set(many)
                    .help("Names and values of note properties."),
            )
            .parameter(parameter("TypeName", "string").help("A type name to put first."))
            .switch("Force", "Replaces a member that exists.")
            .switch("PassThru", "Gives the object.")
            .example("$user | Add-Member Note 'on leave'", "Adds a note property."),
        add_member,
    )
}

fn add_member(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let mut target = current(arguments);
    if let Some(type_name) = arguments.text("TypeName") {
        target = inspect::with_type_name(&target, &type_name);
    }
    let mut members = Vec::new();
    if let Some(name) = arguments.text("NotePropertyName") {
        let value = arguments.get("NotePropertyValue").cloned().unwrap_or_default();
        members.push(("NoteProperty".to_owned(), name, value));
    } else if let Some(table) = arguments.hashtable("NotePropertyMembers") {
        for (key, value) in &table.pairs() {
            members.push(("NoteProperty".to_owned(), to_text(key), value.clone()));
        }
    } else if let Some(kind) = arguments.text("MemberType") {
        if !BUILT.contains(&kind.as_str()) {
            return Err(not_built(&format!("Adding a member of type {kind}"))
                .hint(format!("Use one of: {}.", BUILT.join(", ")))
                .into());
        }
        let value = arguments.get("Value").cloned().unwrap_or_default();
        members.push((kind, arguments.required_text("Name")?, value));
    }
    let second = arguments.get("SecondValue").cloned();
    for (kind, name, value) in members {
        let exists = inspect::property_names(&target)
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&name));
        if exists && !arguments.switch("Force") {
            return context.error(member_exists(&name, &target));
        }
        target = inspect::add_member(&target, &kind, &name, value, second.clone());
    }
    if arguments.switch("PassThru") {
        context.write(target)
    } else {
        Ok(())
    }
}

fn member_exists(name: &str, target: &Value) -> ErrorRecord {
    let message = format!(
        "Cannot add a member with the name \"{name}\" because a member with that name already exists. To overwrite \
         the member anyway, add the Force parameter to your command."
    );
    ErrorRecord::new("MemberAlreadyExists", Category::InvalidOperation, message)
        .exception("System.InvalidOperationException")
        .about(target.clone())
}
