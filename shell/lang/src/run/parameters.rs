//! A call's parameters as variables of its scope.

use std::sync::Arc;

use crate::bind::{ArgumentKind, Bound, Common, Table};
use crate::error::{Interrupt, Result};
use crate::program::Constraint;
use crate::symbol::Symbol;
use crate::types::Type;
use crate::value::{Hashtable, TableKind, Value};

use super::context::FunctionContext;
use super::function::FunctionCall;
use super::scope::Attributes;
use super::{Machine, Out};

/// `$PSBoundParameters`: a dictionary whose keys do not differ by case.
fn bound_parameters(pairs: impl Iterator<Item = (Value, Value)>) -> Value {
    let table = Hashtable::with_case(TableKind::Dictionary(Type::STRING, Type::OBJECT), false);
    let name = Arc::from("System.Management.Automation.PSBoundParametersDictionary");
    let _ = table.named.set(Box::new(Type::Named(name)));
    for (name, value) in pairs {
        table.set(name, value);
    }
    Value::Hashtable(Arc::new(table))
}

impl Machine {
    pub(super) fn give_arguments(&mut self, call: &mut FunctionCall, out: Out) -> Result<()> {
        let caller = self.frame;
        let frame = call.frame;
        if !call.dotted {
            self.frames[frame].arguments = std::mem::take(&mut call.bound.rest);
            if call.table.strict {
                self.frames[frame].advanced = Some(Arc::new(FunctionContext {
                    set: call.table.set_name(call.bound.mask),
                    settings: Arc::clone(&call.settings),
                    out,
                    failed: Arc::clone(&call.failed),
                }));
                self.common_preferences(&call.bound, frame);
            }
        }
        if call.code.names_bound || call.dotted {
            let table = Arc::clone(&call.table);
            let pairs = call.bound.values.iter().enumerate().filter_map(|(at, value)| {
                value
                    .as_ref()
                    .map(|value| (Value::str(table.parameters[at].name.as_ref()), value.clone()))
            });
            let common = call.bound.common.iter().filter_map(|(common, value)| {
                let entry = table
                    .parameters
                    .iter()
                    .find(|entry| entry.common == Some(*common))?;
                Some((Value::str(entry.name.as_ref()), value.clone()))
            });
            let bound = bound_parameters(pairs.chain(common));
            if !call.dotted {
                self.frames[frame].bound = Some(bound);
            }
        }
        self.frame = frame;
        let result = self.set_parameters(call);
        self.frame = caller;
        result
    }

    /// Writes the parameters' variables: what was bound, else the default.
    fn set_parameters(&mut self, call: &FunctionCall) -> Result<()> {
        let parameters = Arc::clone(&call.code.parameters);
        for (at, parameter) in parameters.parameters.iter().enumerate() {
            let value = match &call.bound.values[at] {
                Some(value) => value.clone(),
                None if call.bound.delayed.iter().any(|(delayed, _)| *delayed == at) => Value::Null,
                None => match &parameter.default {
                    Some(default) => {
                        let value = self.eval(default)?;
                        self.default_value(&call.table, at, value, &parameter.constraints)?
                    }
                    None => self.unset_value(&call.table, at),
                },
            };
            self.put_parameter(call, at, value);
        }
        Ok(())
    }

    pub(super) fn put_parameter(&mut self, call: &FunctionCall, at: usize, value: Value) {
        // What a `dynamicparam` block gave has no variable.
        let Some(parameter) = call.code.parameters.parameters.get(at) else {
            return;
        };
        if call.dotted {
            self.put_in(call.frame, parameter.symbol, value);
            return;
        }
        let base = self.frames[call.frame].base;
        let slot = &mut self.slots[base + parameter.slot as usize];
        slot.value = value;
        slot.set = true;
        if !parameter.constraints.is_empty() && slot.attributes.is_none() {
            let constraints = Some(Arc::clone(&parameter.constraints));
            slot.attributes = Some(Box::new(Attributes {
                constraints,
                ..Attributes::default()
            }));
        }
    }

    fn default_value(
        &mut self,
        table: &Table,
        at: usize,
        value: Value,
        constraints: &[Constraint],
    ) -> Result<Value> {
        let mut value = value;
        for constraint in constraints.iter().rev() {
            if let Constraint::Type(name) = constraint {
                value = self.cast(name, &value).map_err(|interrupt| match interrupt {
                    Interrupt::Error(cause) => {
                        let name = &table.parameters[at].name;
                        let message = format!(
                            "Cannot convert the default value of parameter '{name}'. {}",
                            cause.message
                        );
                        crate::bind::binding_error("ParameterArgumentTransformationError", table, message)
                            .into()
                    }
                    other => other,
                })?;
            }
        }
        Ok(super::expression::no_absence(value))
    }

    /// What a parameter without argument and default is.
    pub(super) fn unset_value(&mut self, table: &Table, at: usize) -> Value {
        let entry = &table.parameters[at];
        match entry.kind {
            ArgumentKind::Object | ArgumentKind::Texts | ArgumentKind::Block => Value::Null,
            ArgumentKind::Switch => Value::Switch(false),
            ArgumentKind::Bool => Value::Bool(false),
            ArgumentKind::Text => Value::str(""),
            ArgumentKind::Other => match &entry.type_ref.known {
                Some(of) if of.is_value_type() && *of != crate::types::Type::CHAR => {
                    crate::convert::to(&Value::Null, of, self).unwrap_or_default()
                }
                _ => Value::Null,
            },
        }
    }

    /// `-Verbose`, `-ErrorAction` and their kin hold for all that the function calls.
    fn common_preferences(&mut self, bound: &Bound, frame: usize) {
        let action = |value: &Value, on: &str, off: &str| Value::str(if value.is_true() { on } else { off });
        for (common, value) in &bound.common {
            let (name, value) = match common {
                Common::Verbose => ("VerbosePreference", action(value, "Continue", "SilentlyContinue")),
                Common::Debug => ("DebugPreference", action(value, "Continue", "SilentlyContinue")),
                Common::ErrorAction => ("ErrorActionPreference", value.clone()),
                Common::WarningAction => ("WarningPreference", value.clone()),
                Common::InformationAction => ("InformationPreference", value.clone()),
                Common::ProgressAction => ("ProgressPreference", value.clone()),
                Common::WhatIf => ("WhatIfPreference", Value::Switch(value.is_true())),
                Common::Confirm => (
                    "ConfirmPreference",
                    Value::str(if value.is_true() { "Low" } else { "None" }),
                ),
                _ => continue,
            };
            self.put_in(frame, Symbol::of(name), value);
        }
    }
}
