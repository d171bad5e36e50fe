//! Methods as objects: what `'a'.Substring` gives without parentheses (PSMethod), and a ScriptMethod's own.
//!
//! They are made where a property's look-up finds nothing else, so that reading properties costs no more for them.

use std::sync::Arc;

use super::{Method, World, access, statics};
use crate::error::Result;
use crate::types::{ScriptMember, Type};
use crate::value::{Instance, List, ListKind, Value};

/// A method of one object, or a static one of a type.
pub struct MethodObject {
    of: Value,
    name: Arc<str>,
    definitions: Vec<String>,
    is_static: bool,
    /// What a ScriptMethod runs.
    script: Option<Value>,
}

/// A method of an object's type by its name.
pub(super) fn of_object(target: &Value, name: &str) -> Option<Value> {
    let base = target.base();
    let known = access::find(access::methods(base), name)
        .or_else(|| access::find(access::special_methods(base), name))
        .map(|method| (method.name, method.definition));
    let (spelled, definition) = known.or_else(|| {
        access::COMMON
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .copied()
    })?;
    Some(made(target, spelled, overloads(definition), false, None))
}

/// A method that an object carries: a ScriptMethod, or one of its class.
pub(super) fn of_member(target: &Value, name: &str, script: Value) -> Value {
    let declared = target
        .class()
        .map(|class| declared(&class.members(), name, false));
    match declared.filter(|definitions| !definitions.is_empty()) {
        Some(definitions) => made(target, name, definitions, false, None),
        None => {
            let definition = format!("System.Object {name}();");
            made(target, name, vec![definition], false, Some(script))
        }
    }
}

/// A static method of a type by its name.
pub(super) fn of_type(of: &Type, name: &str) -> Option<Value> {
    let literal = || Value::type_literal(of.clone());
    if let Type::Script(class) = of {
        let members = class.members();
        let definitions = declared(&members, name, true);
        let spelled = members
            .iter()
            .find(|member| member.is_static && member.name.eq_ignore_ascii_case(name))?;
        let found = made(&literal(), &spelled.name, definitions, true, None);
        return spelled.parameters.is_some().then_some(found);
    }
    let method: &Method = access::find(statics::methods(of), name)?;
    let definitions = overloads(method.definition);
    Some(made(&literal(), method.name, definitions, true, None))
}

fn made(of: &Value, name: &str, definitions: Vec<String>, is_static: bool, script: Option<Value>) -> Value {
    Value::instance(MethodObject {
        of: of.clone(),
        name: Arc::from(name),
        definitions,
        is_static,
        script,
    })
}

/// The overloads of a method table's line.
fn overloads(definition: &str) -> Vec<String> {
    let pieces: Vec<&str> = definition.split("), ").collect();
    let last = pieces.len() - 1;
    let whole = |(at, piece): (usize, &&str)| {
        if at == last {
            (*piece).to_owned()
        } else {
            format!("{piece})")
        }
    };
    pieces.iter().enumerate().map(whole).collect()
}

/// The overloads that a class declares.
fn declared(members: &[ScriptMember], name: &str, is_static: bool) -> Vec<String> {
    let fits = |member: &&ScriptMember| {
        member.is_static == is_static && !member.is_constructor && member.name.eq_ignore_ascii_case(name)
    };
    let shown = |member: &ScriptMember| {
        let type_name = |of: &Option<Arc<str>>| of.as_deref().unwrap_or("System.Object").to_owned();
        let parameters = member.parameters.as_ref()?.iter();
        let parameters: Vec<String> = parameters
            .map(|(name, of)| format!("{} {name}", type_name(of)))
            .collect();
        let prefix = if is_static { "static " } else { "" };
        let (of, name) = (type_name(&member.of), &member.name);
        Some(format!("{prefix}{of} {name}({})", parameters.join(", ")))
    };
    members.iter().filter(fits).filter_map(shown).collect()
}

impl Instance for MethodObject {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.script {
            Some(_) => "System.Management.Automation.PSScriptMethod",
            None => "System.Management.Automation.PSMethod",
        })
    }

    fn to_text(&self) -> String {
        self.definitions.join(", ")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let names = [
            "OverloadDefinitions",
            "MemberType",
            "TypeNameOfValue",
            "Value",
            "Name",
            "IsInstance",
        ];
        let script = self.script.iter().map(|_| "Script");
        script.chain(names).map(Arc::from).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "script" => self.script.clone()?,
            "overloaddefinitions" => {
                let items = self.definitions.iter().map(Value::str).collect();
                Value::List(Arc::new(List::new(
                    ListKind::Collection,
                    Some(Type::STRING),
                    items,
                )))
            }
            // One overload a line, for the table that shows it.
            "overloadlines" => Value::from(self.definitions.join("\n")),
            "membertype" => {
                let kind = if self.script.is_some() {
                    "ScriptMethod"
                } else {
                    "Method"
                };
                super::psobject::member_type(kind)?
            }
            "typenameofvalue" => Value::from(match self.script {
                Some(_) => "System.Object",
                None => "System.Management.Automation.PSMethod",
            }),
            "value" => match self.script {
                Some(_) => Value::from(self.to_text()),
                None => made(
                    &self.of,
                    &self.name,
                    self.definitions.clone(),
                    self.is_static,
                    None,
                ),
            },
            "name" => Value::from(self.name.as_ref()),
            "isinstance" => Value::Bool(self.script.is_some()),
            _ => return None,
        })
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        if !name.eq_ignore_ascii_case("Invoke") {
            return None;
        }
        if let (true, Value::Type(of)) = (self.is_static, &self.of) {
            return Some(super::static_call(of, &self.name, arguments, world));
        }
        if let Some(class) = self.of.class()
            && let Some(result) = class.call_on(&self.of, &self.name, arguments, world)
        {
            return Some(result);
        }
        Some(super::call(&self.of, &self.name, arguments, world))
    }
}
