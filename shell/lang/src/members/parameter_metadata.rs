//! `(Get-Command …).Parameters`: System.Management.Automation.ParameterMetadata, its places in parameter sets, and its
//! attributes as objects.

use std::sync::Arc;

use super::attributes;
use crate::bind::{COMMON, Common};
use crate::block::as_block;
use crate::program::{Constraint, FunctionParameters};
use crate::signature::{Membership, Parameter, Signature, Validation};
use crate::types::Type;
use crate::value::{Hashtable, Instance, List, ListKind, TableKind, Value};

const ALL_SETS: &str = "__AllParameterSets";

/// A parameter of a command.
struct ParameterMetadata {
    parameter: Parameter,
    /// Checks that script code does.
    scripts: Vec<(Value, Option<Arc<str>>)>,
    help_message: Option<Arc<str>>,
}

/// The metadata of one parameter.
pub fn of_parameter(parameter: &Parameter) -> Value {
    Value::instance(ParameterMetadata {
        parameter: parameter.clone(),
        scripts: Vec::new(),
        help_message: None,
    })
}

/// The metadata of all parameters of a command by name, those that every command has among them; `block` is that of a
/// function.
pub fn table(signature: &Signature, block: Option<&Value>) -> Value {
    let code = block.and_then(as_block).map(|block| Arc::clone(block.code()));
    let declared = code.as_ref().map(|code| &code.parameters);
    let kind = TableKind::Dictionary(Type::STRING, Type::OBJECT);
    let table = Hashtable::with_case(kind, false);
    for (at, parameter) in signature.parameters.iter().enumerate() {
        let metadata = Value::instance(ParameterMetadata {
            parameter: parameter.clone(),
            scripts: declared.map(|declared| scripts(declared, at)).unwrap_or_default(),
            help_message: declared.and_then(|declared| declared.parameters.get(at)?.help_message.clone()),
        });
        table.set(Value::str(&*parameter.name), metadata);
    }
    if declared.is_none_or(|declared| declared.advanced) {
        for parameter in common(signature) {
            table.set(Value::str(&*parameter.name), of_parameter(&parameter));
        }
    }
    Value::Hashtable(Arc::new(table))
}

fn scripts(declared: &FunctionParameters, at: usize) -> Vec<(Value, Option<Arc<str>>)> {
    let constraints = declared.parameters.get(at).map(|code| &code.constraints);
    let script = |constraint: &Constraint| match constraint {
        Constraint::Script(block, message) => Some((block.clone(), message.clone())),
        _ => None,
    };
    constraints.map_or_else(Vec::new, |all| all.iter().filter_map(script).collect())
}

/// The parameters that every command of the kind has.
fn common(signature: &Signature) -> impl Iterator<Item = Parameter> {
    let risky = signature.should_process;
    let is_there = move |common: &Common| risky || !matches!(common, Common::WhatIf | Common::Confirm);
    COMMON
        .iter()
        .filter(move |(.., common)| is_there(common))
        .map(|(name, alias, kind, _)| Parameter {
            name: (*name).into(),
            type_name: (*kind).into(),
            aliases: vec![(*alias).into()],
            ..Parameter::default()
        })
}

impl ParameterMetadata {
    fn memberships(&self) -> Vec<Membership> {
        match self.parameter.sets.is_empty() {
            true => vec![Membership::default()],
            false => self.parameter.sets.clone(),
        }
    }

    fn parameter_type(&self) -> Value {
        crate::types::resolve(&self.parameter.type_name)
            .map_or_else(|| Value::str(&*self.parameter.type_name), Value::type_literal)
    }

    fn sets(&self) -> Value {
        let kind = TableKind::Dictionary(Type::STRING, Type::OBJECT);
        let table = Hashtable::with_case(kind, false);
        for place in self.memberships() {
            let name = place.set.as_deref().unwrap_or(ALL_SETS);
            table.set(
                Value::str(name),
                set_metadata(&place, self.help_message.as_deref()),
            );
        }
        Value::Hashtable(Arc::new(table))
    }

    fn attributes(&self) -> Value {
        let mut all: Vec<Value> = Vec::new();
        for place in self.memberships() {
            all.push(parameter_attribute(
                &place,
                &self.parameter,
                self.help_message.as_deref(),
            ));
        }
        if !self.parameter.aliases.is_empty() {
            let names = self.parameter.aliases.iter().map(|alias| Value::str(&**alias));
            all.push(attributes::of("AliasAttribute", names.collect(), Vec::new()));
        }
        all.extend(
            self.parameter
                .validation
                .iter()
                .map(|check| check_attribute(check, None, false)),
        );
        for (block, message) in &self.scripts {
            let message = message.as_deref().map_or(Value::Null, Value::str);
            all.push(attributes::of(
                "ValidateScriptAttribute",
                vec![block.clone()],
                vec![("ErrorMessage", message)],
            ));
        }
        let element = crate::types::resolve("System.Attribute");
        Value::List(Arc::new(List::new(ListKind::Collection, element, all)))
    }
}

fn position(place: &Membership) -> Value {
    Value::Int(place.position.map_or(i32::MIN, i32::from))
}

fn set_metadata(place: &Membership, help: Option<&str>) -> Value {
    Value::typed(
        &[
            "System.Management.Automation.ParameterSetMetadata",
            "System.Object",
        ],
        [
            ("IsMandatory", Value::Bool(place.mandatory)),
            ("Position", position(place)),
            ("ValueFromPipeline", Value::Bool(place.by_value)),
            (
                "ValueFromPipelineByPropertyName",
                Value::Bool(place.by_property_name),
            ),
            ("ValueFromRemainingArguments", Value::Bool(place.remaining)),
            ("HelpMessage", help.map_or(Value::Null, Value::str)),
            ("HelpMessageBaseName", Value::str("")),
            ("HelpMessageResourceId", Value::str("")),
        ],
    )
}

fn parameter_attribute(place: &Membership, parameter: &Parameter, help: Option<&str>) -> Value {
    attributes::of(
        "ParameterAttribute",
        Vec::new(),
        vec![
            ("Position", position(place)),
            (
                "ParameterSetName",
                Value::str(place.set.as_deref().unwrap_or(ALL_SETS)),
            ),
            ("Mandatory", Value::Bool(place.mandatory)),
            ("ValueFromPipeline", Value::Bool(place.by_value)),
            (
                "ValueFromPipelineByPropertyName",
                Value::Bool(place.by_property_name),
            ),
            ("ValueFromRemainingArguments", Value::Bool(place.remaining)),
            ("HelpMessage", help.map_or(Value::Null, Value::str)),
            ("DontShow", Value::Bool(parameter.hidden)),
        ],
    )
}

/// A limit as PowerShell keeps it: whole numbers are Int32.
fn limit(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= f64::from(i32::MAX) {
        Value::Int(number as i32)
    } else {
        Value::Double(number)
    }
}

/// A check as the attribute that stands for it.
fn check_attribute(check: &Validation, message: Option<&str>, exact: bool) -> Value {
    let size = |number: usize| Value::Int(i32::try_from(number).unwrap_or(i32::MAX));
    let (name, arguments) = match check {
        Validation::Custom {
            check,
            message,
            exact,
        } => return check_attribute(check, message.as_deref(), *exact),
        Validation::Set(values) => (
            "ValidateSetAttribute",
            values.iter().map(|value| Value::str(&**value)).collect(),
        ),
        Validation::Range(least, most) => ("ValidateRangeAttribute", vec![limit(*least), limit(*most)]),
        Validation::Length(least, most) => ("ValidateLengthAttribute", vec![size(*least), size(*most)]),
        Validation::Count(least, most) => ("ValidateCountAttribute", vec![size(*least), size(*most)]),
        Validation::Pattern(pattern) => ("ValidatePatternAttribute", vec![Value::str(&**pattern)]),
        Validation::NotNull => ("ValidateNotNullAttribute", Vec::new()),
        Validation::NotNullOrEmpty => ("ValidateNotNullOrEmptyAttribute", Vec::new()),
        Validation::NotNullOrWhiteSpace => ("ValidateNotNullOrWhiteSpaceAttribute", Vec::new()),
        Validation::AllowNull => ("AllowNullAttribute", Vec::new()),
        Validation::AllowEmptyString => ("AllowEmptyStringAttribute", Vec::new()),
        Validation::AllowEmptyCollection => ("AllowEmptyCollectionAttribute", Vec::new()),
    };
    let mut properties = Vec::new();
    properties.extend(message.map(|message| ("ErrorMessage", Value::str(message))));
    properties.extend(exact.then_some(("IgnoreCase", Value::Bool(false))));
    attributes::of(name, arguments, properties)
}

impl Instance for ParameterMetadata {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.ParameterMetadata")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Name",
            "ParameterType",
            "ParameterSets",
            "IsDynamic",
            "Aliases",
            "Attributes",
            "SwitchParameter",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::str(&*self.parameter.name),
            "parametertype" => self.parameter_type(),
            "parametersets" => self.sets(),
            "isdynamic" => Value::Bool(false),
            "aliases" => {
                let element = Some(Type::STRING);
                let aliases = self.parameter.aliases.iter().map(|alias| Value::str(&**alias));
                Value::List(Arc::new(List::new(
                    ListKind::Collection,
                    element,
                    aliases.collect(),
                )))
            }
            "attributes" => self.attributes(),
            "switchparameter" => Value::Bool(self.parameter.type_name.eq_ignore_ascii_case("switch")),
            _ => return None,
        })
    }
}
