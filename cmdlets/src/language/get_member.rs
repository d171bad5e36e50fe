//! Get-Member: the properties and methods of objects, once for each type of the input.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::members::{MemberInfo, member_info};
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, input_object, object, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<GetMember>(
        cmdlet("Get-Member", super::UTILITY)
            .synopsis("Shows the properties and methods of objects.")
            .parameter(input_object())
            .parameter(
                parameter("Name", "string[]")
                    .position(0)
                    .help("Members with these names; wildcards are allowed."),
            )
            .parameter(
                parameter("MemberType", "string[]").alias("Type").help(
                    "Members of these kinds: Property, Method, NoteProperty, Properties, Methods, All …",
                ),
            )
            .parameter(
                parameter("View", "string")
                    .one_of(&["Extended", "Adapted", "Base", "All"])
                    .help("Which members: added ones only with Extended."),
            )
            .switch("Static", "Shows static members.")
            .switch("Force", "Shows the hidden members of a class too.")
            .example(
                "Get-CsUser ken | Get-Member -MemberType Properties",
                "Shows what is known about a user.",
            )
            .alias("gm"),
    )
}

#[derive(Default)]
struct GetMember {
    seen: Vec<String>,
    had_input: bool,
}

impl Invocation for GetMember {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let item = current(arguments);
        if matches!(item, Value::Null | Value::Nothing) {
            return Ok(());
        }
        self.had_input = true;
        let is_static = arguments.switch("Static");
        let type_name = inspect::member_type_name(&item, is_static);
        if self.seen.contains(&type_name) {
            return Ok(());
        }
        self.seen.push(type_name.clone());
        let names = arguments.list("Name");
        let kinds = arguments.list("MemberType");
        let view = arguments.text("View").unwrap_or_default().to_ascii_lowercase();
        let mut members: Vec<MemberInfo> = listed(context, &item, is_static, arguments.switch("Force"))
            .into_iter()
            .filter(|member| {
                names.is_empty() || names.iter().any(|pattern| inspect::like(&member.name, pattern))
            })
            .filter(|member| !arguments.has("View") || is_in_view(member.kind, &view))
            .filter(|member| kinds.is_empty() || kinds.iter().any(|kind| is_kind(member.kind, kind)))
            .collect();
        members.sort_by(|left, right| {
            (rank(left.kind), left.name.to_lowercase()).cmp(&(rank(right.kind), right.name.to_lowercase()))
        });
        for member in members {
            context.write(object(
                "Microsoft.PowerShell.Commands.MemberDefinition",
                [
                    ("TypeName", text(type_name.clone())),
                    ("Name", text(member.name)),
                    ("MemberType", text(member.kind)),
                    ("Definition", text(member.definition)),
                ],
            ))?;
        }
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        if self.had_input {
            return Ok(());
        }
        let message = "You must specify an object for the Get-Member cmdlet.";
        let record = ErrorRecord::new("NoObjectInGetMember", Category::CloseError, message)
            .exception("System.InvalidOperationException");
        context.error(record)
    }
}

/// The members of an object and its types, with those of Update-TypeData.
fn listed(context: &dyn Context, item: &Value, is_static: bool, hidden: bool) -> Vec<MemberInfo> {
    let mut members = inspect::members(item, is_static);
    if !is_static {
        for own in context.class_members(item, hidden).into_iter().flatten() {
            members.retain(|known| known.name != own.name);
            members.push(own);
        }
        for (name, kind, member) in context.added_members(item) {
            if !members.iter().any(|known| known.name.eq_ignore_ascii_case(&name)) {
                members.push(member_info(&name, kind, &member));
            }
        }
    }
    members
}

/// Kinds come in this order; within a kind, names do.
fn rank(kind: &str) -> usize {
    const ORDER: &[&str] = &[
        "AliasProperty",
        "CodeProperty",
        "CodeMethod",
        "Event",
        "Method",
        "NoteProperty",
        "ParameterizedProperty",
        "Property",
        "PropertySet",
        "ScriptMethod",
        "ScriptProperty",
    ];
    let kind = if kind == "CodeMethod" { "Method" } else { kind };
    ORDER
        .iter()
        .position(|known| *known == kind)
        .unwrap_or(ORDER.len())
}

/// Members that were added to the object are Extended, those of its type the rest.
fn is_in_view(kind: &str, view: &str) -> bool {
    let added = matches!(
        kind,
        "NoteProperty"
            | "ScriptProperty"
            | "ScriptMethod"
            | "AliasProperty"
            | "PropertySet"
            | "MemberSet"
            | "CodeProperty"
    );
    match view {
        "extended" => added,
        "adapted" | "base" => !added,
        _ => true,
    }
}

fn is_kind(kind: &str, wanted: &str) -> bool {
    wanted.eq_ignore_ascii_case("All")
        || kind.eq_ignore_ascii_case(wanted)
        || (wanted.eq_ignore_ascii_case("Properties") && kind.ends_with("Property"))
        || (wanted.eq_ignore_ascii_case("Methods") && kind.ends_with("Method"))
}
