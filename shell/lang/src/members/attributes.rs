//! Attributes as objects, and System.Management.Automation.RuntimeDefinedParameter: what a `dynamicparam` block makes its
//! parameters of.

use std::borrow::Cow;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, World};
use crate::error::Result;
use crate::program::{Constraint, constraint_of, set_membership};
use crate::signature::{Membership, Parameter};
use crate::types::Type;
use crate::value::{Instance, List, ListKind, TableKind, Value};

/// `[Parameter()]`, `[ValidateSet()]` … as an object.
struct Attribute {
    name: String,
    arguments: Vec<Value>,
    /// Those that were set, in the spelling of whoever set them.
    properties: Mutex<Vec<(String, Value)>>,
}

/// The properties of ParameterAttribute and what they are at first.
fn parameter_defaults() -> [(&'static str, Value); 12] {
    [
        ("ExperimentName", Value::Null),
        ("ExperimentAction", Value::from("None")),
        ("Position", Value::Int(i32::MIN)),
        ("ParameterSetName", Value::from("__AllParameterSets")),
        ("Mandatory", Value::Bool(false)),
        ("ValueFromPipeline", Value::Bool(false)),
        ("ValueFromPipelineByPropertyName", Value::Bool(false)),
        ("ValueFromRemainingArguments", Value::Bool(false)),
        ("HelpMessage", Value::Null),
        ("HelpMessageBaseName", Value::Null),
        ("HelpMessageResourceId", Value::Null),
        ("DontShow", Value::Bool(false)),
    ]
}

/// What the other attributes list beside their TypeId.
fn own_names(short_name: &str) -> &'static [&'static str] {
    match short_name {
        "validatesetattribute" => &["ErrorMessage", "IgnoreCase", "ValidValues"],
        "validaterangeattribute" => &["MinRange", "MaxRange"],
        "validatelengthattribute" => &["MinLength", "MaxLength"],
        "validatecountattribute" => &["MinLength", "MaxLength"],
        "validatepatternattribute" => &["RegexPattern", "Options", "ErrorMessage"],
        "validatescriptattribute" => &["ErrorMessage", "ScriptBlock"],
        "aliasattribute" => &["AliasNames"],
        _ => &[],
    }
}

/// An attribute as a command has it.
pub fn of(name: &str, arguments: Vec<Value>, properties: Vec<(&str, Value)>) -> Value {
    let properties = properties
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Value::instance(Attribute {
        name: format!("System.Management.Automation.{name}"),
        arguments,
        properties: Mutex::new(properties.collect()),
    })
}

/// `[Attribute]::new(…)`; several arguments and one array of them mean the same.
pub fn construct(target: &Type, call: &Call<'_>) -> Value {
    let arguments = match call.arguments {
        [only] => only.iter().collect(),
        several => several.to_vec(),
    };
    Value::instance(Attribute {
        name: target.full_name(),
        arguments,
        properties: Mutex::default(),
    })
}

impl Attribute {
    fn is_parameter(&self) -> bool {
        self.name.ends_with(".ParameterAttribute")
    }

    fn short_name(&self) -> String {
        let short = self.name.rsplit('.').next().unwrap_or_default();
        short.to_ascii_lowercase()
    }
}

impl Instance for Attribute {
    fn type_name(&self) -> Arc<str> {
        Arc::from(self.name.as_str())
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        vec![
            self.type_name(),
            Arc::from("System.Attribute"),
            Arc::from("System.Object"),
        ]
    }

    fn to_text(&self) -> String {
        self.name.clone()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        if self.is_parameter() {
            let own = parameter_defaults().into_iter().map(|(name, _)| Arc::from(name));
            own.chain([Arc::from("TypeId")]).collect()
        } else {
            let own = own_names(&self.short_name()).iter().map(|name| Arc::from(*name));
            own.chain([Arc::from("TypeId")]).collect()
        }
    }

    fn property(&self, name: &str) -> Option<Value> {
        let properties = self.properties.lock();
        if let Some((_, value)) = properties
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            return Some(value.clone());
        }
        if name.eq_ignore_ascii_case("TypeId") {
            return Some(crate::types::resolve(&self.name).map_or(Value::Null, Value::type_literal));
        }
        if self.is_parameter() {
            let mut defaults = parameter_defaults().into_iter();
            return defaults.find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value));
        }
        let names = own_names(&self.short_name());
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return None;
        }
        let at = |at: usize| self.arguments.get(at).cloned();
        match name.to_ascii_lowercase().as_str() {
            "validvalues" | "aliasnames" => Some(Value::array(self.arguments.iter().cloned())),
            "minrange" | "minlength" | "mincount" | "regexpattern" | "scriptblock" => at(0),
            "maxrange" | "maxlength" | "maxcount" => at(1),
            "ignorecase" => Some(Value::Bool(true)),
            "errormessage" => Some(Value::Null),
            _ => None,
        }
    }

    fn set_property(&self, name: &str, value: &Value, _: &mut dyn World) -> Option<Result<()>> {
        let known = self.property(name).is_some();
        known.then(|| {
            let mut properties = self.properties.lock();
            properties.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
            properties.push((name.to_owned(), value.clone()));
            Ok(())
        })
    }
}

/// A parameter that a `dynamicparam` block gives.
struct RuntimeParameter {
    name: Mutex<Value>,
    of: Mutex<Value>,
    attributes: Value,
    /// What was bound to it.
    value: Mutex<Option<Value>>,
}

/// `[RuntimeDefinedParameter]::new(name, type, attributes)`.
pub fn construct_parameter(call: &mut Call<'_>) -> Result<Value> {
    let empty = || Value::List(Arc::new(List::new(ListKind::Collection, None, Vec::new())));
    let (name, of, attributes) = match call.count() {
        0 => (Value::from(""), Value::from(Type::OBJECT), empty()),
        3 => (
            Value::Str(call.text(0)?),
            call.to(1, &Type::TYPE)?,
            call.value(2)?.clone(),
        ),
        _ => return Err(call.no_overload()),
    };
    Ok(Value::instance(RuntimeParameter {
        name: Mutex::new(name),
        of: Mutex::new(of),
        attributes,
        value: Mutex::default(),
    }))
}

/// `[RuntimeDefinedParameterDictionary]::new()`: names are compared without regard to case.
pub fn construct_dictionary() -> Value {
    let kind = TableKind::Dictionary(Type::STRING, Type::RUNTIMEDEFINEDPARAMETER);
    Value::Hashtable(Arc::new(crate::value::Hashtable::with_case(kind, false)))
}

impl Instance for RuntimeParameter {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.RuntimeDefinedParameter")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Name", "ParameterType", "Value", "IsSet", "Attributes"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "name" => Some(self.name.lock().clone()),
            "parametertype" => Some(self.of.lock().clone()),
            "value" => Some(self.value.lock().clone().unwrap_or_default()),
            "isset" => Some(Value::Bool(self.value.lock().is_some())),
            "attributes" => Some(self.attributes.clone()),
            _ => None,
        }
    }

    fn set_property(&self, name: &str, value: &Value, _: &mut dyn World) -> Option<Result<()>> {
        match name.to_ascii_lowercase().as_str() {
            "name" => *self.name.lock() = value.clone(),
            "parametertype" => *self.of.lock() = value.clone(),
            "value" => *self.value.lock() = Some(value.clone()),
            "isset" if !value.is_true() => *self.value.lock() = None,
            "isset" => {}
            _ => return None,
        }
        Some(Ok(()))
    }
}

/// A parameter as the binder wants it.
pub type DynamicParameter = (Parameter, Arc<Vec<Constraint>>);

/// The parameter that a RuntimeDefinedParameter describes; `None` for anything else.
pub fn described(value: &Value) -> Option<DynamicParameter> {
    let own = value.downcast::<RuntimeParameter>()?;
    let type_name = match &*own.of.lock() {
        Value::Type(of) => of.full_name(),
        other => other.to_text(),
    };
    let mut parameter = Parameter {
        name: Cow::Owned(own.name.lock().to_text()),
        type_name: Cow::Owned(type_name.clone()),
        ..Parameter::default()
    };
    let mut constraints = vec![Constraint::Type(crate::program::TypeRef::new(&Arc::from(
        type_name,
    )))];
    for attribute in own.attributes.iter() {
        let Some(attribute) = attribute.downcast::<Attribute>() else {
            continue;
        };
        match attribute.short_name().as_str() {
            "parameterattribute" => {
                let mut membership = Membership::default();
                for (name, value) in attribute.properties.lock().iter() {
                    set_membership(name, value, &mut membership, &mut parameter);
                }
                parameter.sets.push(membership);
            }
            "aliasattribute" => {
                let names = attribute.arguments.iter().map(|name| Cow::Owned(name.to_text()));
                parameter.aliases.extend(names);
            }
            name => {
                let message = attribute
                    .property("ErrorMessage")
                    .filter(|message| !message.is_null());
                let message = message.map(|message| Arc::from(message.to_text()));
                for constraint in constraint_of(name, attribute.arguments.clone(), message) {
                    if let Constraint::Check(check) = &constraint {
                        parameter.validation.push(check.clone());
                    }
                    constraints.push(constraint);
                }
            }
        }
    }
    Some((parameter, Arc::new(constraints)))
}

/// Gives a RuntimeDefinedParameter what was bound to it.
pub fn give(value: &Value, bound: Value) {
    if let Some(own) = value.downcast::<RuntimeParameter>() {
        *own.value.lock() = Some(bound);
    }
}
