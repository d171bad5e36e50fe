//! Which members a value or type has, for Get-Member and completion.

use super::{access, statics};
use crate::types::{Kind, Type, of};
use crate::value::{MemberKind, Value};

/// A member as Get-Member shows it.
#[derive(Clone, Debug)]
pub struct MemberInfo {
    /// Its name.
    pub name: String,
    /// `Property`, `NoteProperty`, `ScriptProperty`, `AliasProperty`, `Method`, `ScriptMethod`, `ParameterizedProperty` …
    pub kind: &'static str,
    /// e.g. `int Length {get;}`.
    pub definition: String,
}

/// Members of a value: properties and methods of its type, then those that were added.
pub fn list_members(value: &Value) -> Vec<MemberInfo> {
    let mut members = Vec::new();
    let base = value.base();
    if let Value::Object(object) = base {
        members.extend(
            object
                .members()
                .iter()
                .filter(|(_, kind, _)| *kind != MemberKind::Hidden)
                .map(|(name, kind, member)| member_info(name, *kind, member)),
        );
    } else {
        for name in super::property_names(base) {
            let type_name = super::plain_property(base, &name)
                .and_then(|value| of(&value))
                .map_or("System.Object".to_owned(), |of| of.display_name());
            members.push(MemberInfo {
                definition: format!("{type_name} {name} {{get;}}"),
                name: name.to_string(),
                kind: "Property",
            });
        }
        if let Some(bag) = value.extension() {
            members.extend(
                bag.members()
                    .iter()
                    .map(|(name, kind, member)| member_info(name, *kind, member)),
            );
        }
    }
    for method in access::methods(base) {
        members.push(MemberInfo {
            name: method.name.to_owned(),
            kind: "Method",
            definition: method.definition.to_owned(),
        });
    }
    for (name, definition) in access::COMMON {
        if !members.iter().any(|member| member.name == name) {
            members.push(MemberInfo {
                name: name.to_owned(),
                kind: "Method",
                definition: definition.to_owned(),
            });
        }
    }
    members
}

/// How Get-Member shows a member that was added.
pub fn member_info(name: &str, kind: MemberKind, member: &Value) -> MemberInfo {
    let (kind, definition) = match kind {
        MemberKind::Note | MemberKind::Hidden => {
            let type_name = match of(member) {
                None => "object".to_owned(),
                Some(of) => of.display_name(),
            };
            let text = if member.is_null() {
                "null".to_owned()
            } else {
                member.to_text()
            };
            ("NoteProperty", format!("{type_name} {name}={text}"))
        }
        MemberKind::Script => {
            let parts: Vec<String> = member.iter().map(|part| part.to_text()).collect();
            let getter = parts.first().cloned().unwrap_or_default();
            let setter = parts
                .get(1)
                .filter(|text| !text.is_empty())
                .map_or(String::new(), |text| format!("set={text};"));
            (
                "ScriptProperty",
                format!("System.Object {name} {{get={getter};{setter}}}"),
            )
        }
        MemberKind::Alias => ("AliasProperty", format!("{name} = {}", member.to_text())),
        MemberKind::Method => ("ScriptMethod", format!("System.Object {name}();")),
        MemberKind::PropertySet => {
            let names: Vec<String> = member.iter().map(|part| part.to_text()).collect();
            ("PropertySet", format!("{name} {{{}}}", names.join(", ")))
        }
        MemberKind::MemberSet => ("MemberSet", format!("{name} {{}}")),
    };
    MemberInfo {
        name: name.to_owned(),
        kind,
        definition,
    }
}

/// The type of a static property: most are of the type that has them.
fn static_type(of: &Type, name: &str) -> String {
    match (of.kind(), name) {
        (Some(Kind::Math), _) => "double".to_owned(),
        (Some(Kind::Environment), "ProcessId") => "int".to_owned(),
        (Some(Kind::Environment), "OSVersion") => "System.OperatingSystem".to_owned(),
        (Some(Kind::Environment), _) => "string".to_owned(),
        _ => of.display_name(),
    }
}

/// Static members of a type.
pub fn list_static_members(of: &Type) -> Vec<MemberInfo> {
    let mut members: Vec<MemberInfo> = statics::property_names(of)
        .into_iter()
        .map(|name| MemberInfo {
            definition: format!("static {} {name} {{get;}}", static_type(of, &name)),
            name,
            kind: "Property",
        })
        .collect();
    members.extend(statics::methods(of).iter().map(|method| MemberInfo {
        name: method.name.to_owned(),
        kind: "Method",
        definition: method.definition.to_owned(),
    }));
    members
}
