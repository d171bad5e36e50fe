//! What the language adds to every object: `.psobject`, `.psbase`, `.Where{}`, `.ForEach{}`.

use std::sync::Arc;

use super::{Call, Method, World, access, enumerate, fault, listing};
use crate::convert;
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, MemberKind, Value};

/// `psobject`, `pstypenames`, `psbase`; on all objects.
pub(super) fn intrinsic(value: &Value, name: &str) -> Option<Value> {
    if name.len() < 6
        || !name
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("ps"))
    {
        return None;
    }
    match name.to_ascii_lowercase().as_str() {
        "psobject" => Some(Value::instance(PsObject { of: value.clone() })),
        "pstypenames" => Some(type_names(value)),
        "psbase" | "psadapted" | "psextended" => Some(value.clone()),
        _ => None,
    }
}

fn type_names(value: &Value) -> Value {
    Value::instance(TypeNames { of: value.clone() })
}

/// `.psobject`.
pub struct PsObject {
    of: Value,
}

impl Instance for PsObject {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSObject")
    }

    fn to_text(&self) -> String {
        self.of.to_text()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Members",
            "Properties",
            "Methods",
            "ImmediateBaseObject",
            "BaseObject",
            "TypeNames",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let set = |kind: &'static str| {
            Value::instance(MemberSet {
                of: self.of.clone(),
                kind,
            })
        };
        Some(match name.to_ascii_lowercase().as_str() {
            "properties" => set("Properties"),
            "members" => set("Members"),
            "methods" => set("Methods"),
            "typenames" => type_names(&self.of),
            "baseobject" | "immediatebaseobject" => self.of.base().clone(),
            _ => return None,
        })
    }

    fn methods(&self) -> &'static [Method] {
        PSOBJECT
    }
}

static PSOBJECT: &[Method] = &[Method::new("Copy", "psobject Copy()", |call| {
    let this = call
        .target
        .downcast::<PsObject>()
        .expect("the table of PSObject is used for it only");
    Ok(match this.of.base() {
        Value::Object(object) => Value::Object(Arc::new(object.copy())),
        Value::Hashtable(table) => Value::Hashtable(Arc::new(table.copy())),
        other => other.clone(),
    })
})];

/// `.psobject.Properties` and its kin.
pub struct MemberSet {
    of: Value,
    kind: &'static str,
}

impl MemberSet {
    fn infos(&self) -> Vec<Value> {
        let members = listing::list_members(&self.of);
        let wanted = |kind: &str| match self.kind {
            "Properties" => kind.ends_with("Property"),
            "Methods" => kind.ends_with("Method"),
            _ => true,
        };
        members
            .into_iter()
            .filter(|member| wanted(member.kind))
            .map(|member| {
                Value::instance(Property {
                    of: self.of.clone(),
                    name: Arc::from(member.name),
                    kind: member.kind,
                })
            })
            .collect()
    }

    fn find(&self, name: &str) -> Option<Value> {
        let same = |value: &Value| {
            value
                .downcast::<Property>()
                .is_some_and(|info| crate::value::same_text(&info.name, name))
        };
        self.infos().into_iter().find(same)
    }
}

impl Instance for MemberSet {
    fn type_name(&self) -> Arc<str> {
        Arc::from(
            "System.Management.Automation.PSMemberInfoIntegratingCollection`1[System.Management.Automation.PSPropertyInfo]",
        )
    }

    fn to_text(&self) -> String {
        self.infos()
            .iter()
            .map(Value::to_text)
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("Count")
            .then(|| Value::count(self.infos().len()))
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.infos())
    }

    fn index(&self, index: &Value) -> Option<Result<Value>> {
        match index.base() {
            Value::Str(name) => Some(Ok(self.find(name).unwrap_or_default())),
            _ => None,
        }
    }

    fn methods(&self) -> &'static [Method] {
        MEMBER_SET
    }
}

fn own_set<'c>(call: &'c Call<'_>) -> &'c MemberSet {
    call.target
        .downcast::<MemberSet>()
        .expect("the table of member sets is used for them only")
}

static MEMBER_SET: &[Method] = &[
    Method::new("Add", "void Add(psmemberinfo member)", |call| {
        let member = call.value(0)?.clone();
        let this = own_set(call);
        let name = super::plain_property(&member, "Name")
            .map(|name| name.to_text())
            .unwrap_or_default();
        let (kind, value) = match member.downcast::<Definition>() {
            Some(definition) => (definition.kind, definition.value.clone()),
            None => (
                MemberKind::Note,
                super::plain_property(&member, "Value").unwrap_or_default(),
            ),
        };
        if super::plain_property(&this.of, &name).is_some() && !matches!(this.of, Value::Hashtable(_)) {
            let message = format!(
                "Cannot add a member with the name \"{name}\" because a member with that name already exists. To overwrite the member anyway, add the Force parameter to your command."
            );
            return Err(fault::raised(
                "System.Management.Automation.ExtendedTypeSystemException",
                message,
            ));
        }
        let _ = this.of.clone().with_member(&name, kind, value);
        Ok(Value::Nothing)
    }),
    Method::new("Remove", "void Remove(string name)", |call| {
        let name = call.text(0)?;
        match own_set(call).of.clone() {
            Value::Object(object) => object.remove(&name),
            other => other.extension().is_some_and(|bag| bag.remove(&name)),
        };
        Ok(Value::Nothing)
    }),
    Method::new(
        "Match",
        "System.Management.Automation.ReadOnlyPSMemberInfoCollection Match(string name)",
        |call| {
            let pattern = call.text(0)?;
            let wildcard = crate::operator::Wildcard::new(&pattern, false);
            let fits = |value: &Value| {
                value.downcast::<Property>().is_some_and(|info| {
                    wildcard
                        .as_ref()
                        .is_some_and(|wildcard| wildcard.is_match(&info.name))
                })
            };
            Ok(Value::array(own_set(call).infos().into_iter().filter(fits)))
        },
    ),
];

/// A value of PSMemberTypes.
pub(super) fn member_type(kind: &str) -> Option<Value> {
    let of = crate::types::resolve("System.Management.Automation.PSMemberTypes")?;
    let Type::Enum(definition) = &of else { return None };
    let bits = definition.members.iter().find(|(known, _)| known == kind)?.1;
    Some(Value::enumeration(of.clone(), bits))
}

/// A property or method of an object: Name, Value, MemberType …
pub struct Property {
    of: Value,
    name: Arc<str>,
    kind: &'static str,
}

impl Instance for Property {
    fn type_name(&self) -> Arc<str> {
        Arc::from(format!("System.Management.Automation.PS{}", self.kind))
    }

    fn to_text(&self) -> String {
        let member = listing::list_members(&self.of)
            .into_iter()
            .find(|member| member.name == *self.name);
        member.map_or_else(String::new, |member| member.definition)
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Value",
            "MemberType",
            "IsSettable",
            "IsGettable",
            "TypeNameOfValue",
            "Name",
            "IsInstance",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let value = || super::plain_property(&self.of, &self.name).unwrap_or_default();
        Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::from(self.name.as_ref()),
            "value" => value(),
            "membertype" => member_type(self.kind)?,
            "typenameofvalue" => Value::from(match crate::inspect::type_name(&value()) {
                name if name.is_empty() => "System.Object".to_owned(),
                name => name,
            }),
            "issettable" => Value::Bool(self.kind == "NoteProperty"),
            "isgettable" => Value::Bool(true),
            "isinstance" => Value::Bool(self.kind != "Property"),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        name.eq_ignore_ascii_case("value")
            .then(|| super::set(&self.of, &self.name, value.clone(), world))
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        name.eq_ignore_ascii_case("invoke")
            .then(|| super::call(&self.of, &self.name, arguments, world))
    }
}

/// `[psnoteproperty]::new(name, value)` and its kin, before they are added.
pub struct Definition {
    name: Arc<str>,
    kind: MemberKind,
    value: Value,
}

/// Makes a member that can be added.
pub(super) fn definition(name: &str, kind: MemberKind, value: Value) -> Value {
    Value::instance(Definition {
        name: Arc::from(name),
        kind,
        value,
    })
}

impl Instance for Definition {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.kind {
            MemberKind::Script => "System.Management.Automation.PSScriptProperty",
            MemberKind::Alias => "System.Management.Automation.PSAliasProperty",
            MemberKind::Method => "System.Management.Automation.PSScriptMethod",
            _ => "System.Management.Automation.PSNoteProperty",
        })
    }

    fn to_text(&self) -> String {
        format!("{}={}", self.name, self.value.to_text())
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Name"), Arc::from("Value")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "name" => Some(Value::from(self.name.as_ref())),
            "value" => Some(self.value.clone()),
            _ => None,
        }
    }
}

/// `.psobject.TypeNames`.
pub struct TypeNames {
    of: Value,
}

impl Instance for TypeNames {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Collections.ObjectModel.Collection`1[System.String]")
    }

    fn to_text(&self) -> String {
        crate::inspect::type_names(&self.of).join(" ")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Count")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("Count")
            .then(|| Value::count(crate::inspect::type_names(&self.of).len()))
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(
            crate::inspect::type_names(&self.of)
                .iter()
                .map(|name| Value::from(name.as_ref()))
                .collect(),
        )
    }

    fn methods(&self) -> &'static [Method] {
        TYPE_NAMES
    }
}

fn change_names(call: &Call<'_>, change: impl FnOnce(&mut Vec<Arc<str>>)) {
    let this = call
        .target
        .downcast::<TypeNames>()
        .expect("the table of type names is used for them only");
    if let Value::Object(object) = &this.of {
        let mut names = object.type_names();
        change(&mut names);
        object.set_type_names(&names);
    }
}

static TYPE_NAMES: &[Method] = &[
    Method::new("Insert", "void Insert(int index, string item)", |call| {
        let (at, name) = (call.int(0)?, call.text(1)?);
        change_names(call, |names| {
            names.insert((at.max(0) as usize).min(names.len()), Arc::from(name.as_str()));
        });
        Ok(Value::Nothing)
    }),
    Method::new("Add", "void Add(string item)", |call| {
        let name = call.text(0)?;
        change_names(call, |names| names.push(Arc::from(name.as_str())));
        Ok(Value::Nothing)
    }),
    Method::new("Clear", "void Clear()", |call| {
        change_names(call, Vec::clear);
        Ok(Value::Nothing)
    }),
    Method::new("Contains", "bool Contains(string item)", |call| {
        let name = call.text(0)?;
        let this = call
            .target
            .downcast::<TypeNames>()
            .expect("the table of type names is used for them only");
        Ok(Value::Bool(
            crate::inspect::type_names(&this.of)
                .iter()
                .any(|known| known.as_ref() == name.as_str()),
        ))
    }),
    Method::new("Remove", "bool Remove(string item)", |call| {
        let name = call.text(0)?;
        change_names(call, |names| {
            names.retain(|known| known.as_ref() != name.as_str());
        });
        Ok(Value::Bool(true))
    }),
];

/// The items of a collection, or the object itself.
fn items_of(target: &Value) -> Vec<Value> {
    enumerate(target.base()).unwrap_or_else(|| vec![target.clone()])
}

/// `.ForEach({…})`, `.ForEach('Member', …)`, `.ForEach([type])`.
pub(in crate::members) fn for_each(
    target: &Value,
    arguments: &[Value],
    world: &mut dyn World,
) -> Result<Value> {
    let mut output = Vec::new();
    for item in items_of(target) {
        match arguments[0].base() {
            Value::Block(_) => {
                output.extend(world.call_block(&arguments[0], None, Some(item), &arguments[1..])?);
            }
            Value::Type(of) => output.push(convert::to(&item, of, world)?),
            name => {
                let name = name.to_text();
                if let Some(result) = access::try_call(&item, &name, &arguments[1..], world) {
                    match result? {
                        Value::Nothing => {}
                        value => output.extend(items_of(&value)),
                    }
                } else if let Some(value) = arguments.get(1) {
                    super::set(&item, &name, value.clone(), world)?;
                } else {
                    match super::get(&item, &name, world)? {
                        Value::Nothing => {}
                        value => output.extend(items_of(&value)),
                    }
                }
            }
        }
    }
    Ok(Value::collection(output))
}

/// `.Where({…}, mode, count)`.
pub(super) fn where_items(target: &Value, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    let mode = match (
        arguments.get(1),
        crate::types::resolve("System.Management.Automation.WhereOperatorSelectionMode"),
    ) {
        (Some(mode), Some(modes)) => convert::to(mode, &modes, world)?.to_text().to_ascii_lowercase(),
        _ => "default".to_owned(),
    };
    let count = arguments.get(2).map_or(Ok(0), convert::to_int)?.max(0) as usize;
    let items = items_of(target);
    let (mut yes, mut no, mut reached) = (Vec::new(), Vec::new(), false);
    for item in items {
        let known = reached && matches!(mode.as_str(), "skipuntil" | "until");
        let holds = known || {
            let output = world.call_block(&arguments[0], None, Some(item.clone()), &[])?;
            convert::to_bool(&Value::array(output))
        };
        reached |= holds;
        if holds {
            yes.push(item);
        } else {
            no.push(item);
        }
        let enough = count.max(1);
        if mode == "first" && yes.len() >= enough
            || mode == "default" && count > 0 && yes.len() >= count
            || mode == "until" && reached
        {
            break;
        }
    }
    let limited = |mut items: Vec<Value>| {
        if count > 0 {
            items.truncate(count);
        }
        Value::collection(items)
    };
    Ok(match mode.as_str() {
        "last" => {
            let skip = yes.len().saturating_sub(count.max(1));
            Value::collection(yes.split_off(skip))
        }
        "split" => Value::array([Value::collection(yes), Value::collection(no)]),
        "until" => limited(no),
        "skipuntil" => limited(yes),
        _ => Value::collection(yes),
    })
}
