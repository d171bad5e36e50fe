//! What a `.types.ps1xml` says: members for all objects of types, and which of them are shown.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::View;
use plenum_lang::value::{MemberKind, Value};

use super::clixml::Node;
use super::format_data::elements;
use super::provider::session;
use crate::authoring::{array, text, text_array};

/// Gives types what a file says.
pub fn take(context: &mut dyn Context, file: &str) -> Result<()> {
    let Some(root) = elements(context, file)? else {
        return Ok(());
    };
    let types = root.child("Types");
    for node in types.into_iter().flat_map(|types| types.all("Type")) {
        let name = node.content("Name").unwrap_or_default();
        for member in node
            .child("Members")
            .into_iter()
            .flat_map(|members| &members.children)
        {
            if let Some(why) = give(context, &name, member)? {
                let message = format!("{file}: Error in type \"{name}\": {why}");
                let record = ErrorRecord::new("TypesXmlUpdateException", Category::InvalidOperation, message);
                let record = record.exception("System.Management.Automation.RuntimeException");
                context.error(record.about(text(file)))?;
            }
        }
    }
    Ok(())
}

/// Gives a type a member; why not, where it cannot be.
fn give(context: &mut dyn Context, type_name: &str, member: &Node) -> Result<Option<String>> {
    let name = member.content("Name").unwrap_or_default();
    let content = |part: &str| member.content(part).unwrap_or_default();
    let (kind, value) = match member.tag.as_str() {
        "NoteProperty" => (MemberKind::Note, text(content("Value"))),
        "AliasProperty" => (MemberKind::Alias, text(content("ReferencedMemberName"))),
        "ScriptMethod" => (MemberKind::Method, block(context, &content("Script"))?),
        "ScriptProperty" => {
            let getter = block(context, &content("GetScriptBlock"))?;
            let setter = match member.content("SetScriptBlock") {
                Some(script) => block(context, &script)?,
                None => Value::Null,
            };
            (MemberKind::Script, array(vec![getter, setter]))
        }
        "PropertySet" => (MemberKind::PropertySet, text_array(referenced(member))),
        "MemberSet" if name == "PSStandardMembers" => {
            standard(context, type_name, member);
            return Ok(None);
        }
        other => return Ok(Some(format!("A member {name} of the kind {other} is not built."))),
    };
    let added = session(context)?.add_type_member(type_name, &name, (kind, value), false);
    Ok((!added).then(|| format!("The member {name} is already present.")))
}

fn block(context: &mut dyn Context, script: &str) -> Result<Value> {
    session(context)?.parse_block(script, None)
}

fn referenced(set: &Node) -> Vec<String> {
    let names = set.child("ReferencedProperties");
    names
        .into_iter()
        .flat_map(|names| names.all("Name"))
        .map(Node::trimmed)
        .collect()
}

/// DefaultDisplayPropertySet; the other standard members have no meaning here.
fn standard(context: &mut dyn Context, type_name: &str, set: &Node) {
    let members = set.child("Members");
    for member in members.into_iter().flat_map(|members| members.all("PropertySet")) {
        if member.content("Name").as_deref() == Some("DefaultDisplayPropertySet") {
            let names = referenced(member).into_iter().map(Into::into).collect();
            context
                .registry()
                .add_view(View::default_properties(type_name.to_owned(), names));
        }
    }
}
