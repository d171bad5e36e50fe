//! What the pipeline gives: for each item, by value and by property name, without conversion and then with it.

use crate::error::Result;
use crate::run::Machine;
use crate::value::Value;

use super::conversion::{convert, fits_without_conversion, validate};
use super::{ArgumentKind, Bound, Table};

/// Which parameters the pipeline may bind, worked out once for a call.
#[derive(Clone, Default)]
pub struct PipelinePlan {
    by_value: Vec<usize>,
    by_property: Vec<usize>,
    /// One parameter that takes any item as it is: nothing has to be tried.
    whole: Option<usize>,
    /// Whether that parameter must be given: only what is surely something is taken without a look.
    must_be: bool,
    /// What the arguments bound, put back after each item.
    from_pipeline: Vec<usize>,
}

impl PipelinePlan {
    /// The plan for a call.
    pub fn new(table: &Table, bound: &Bound) -> PipelinePlan {
        let free = |at: &usize| {
            bound.values[*at].is_none() && !bound.delayed.iter().any(|(delayed, _)| delayed == at)
        };
        let takes = |by_value: bool| -> Vec<usize> {
            (0..table.declared)
                .filter(free)
                .filter(|at| {
                    table.parameters[*at].places_in(bound.mask).any(|place| {
                        if by_value {
                            place.by_value
                        } else {
                            place.by_property_name
                        }
                    })
                })
                .collect()
        };
        let (by_value, by_property) = (takes(true), takes(false));
        // A parameter that takes any item takes it by value before a property is looked for.
        let whole = match (by_value.as_slice(), by_property.as_slice()) {
            ([only], []) => Some(*only),
            ([only], [same]) if only == same && table.function.is_none() => Some(*only),
            _ => None,
        };
        let whole = whole.filter(|at| {
            table.parameters[*at].kind == ArgumentKind::Object
                && table.parameters[*at].validation.is_empty()
                && bound.delayed.is_empty()
        });
        let must_be = !by_property.is_empty()
            && whole.is_some_and(|at| table.parameters[at].places.iter().any(|place| place.mandatory));
        let mut from_pipeline = by_value.clone();
        from_pipeline.extend(by_property.iter().filter(|at| !by_value.contains(at)));
        from_pipeline.extend(bound.delayed.iter().map(|(at, _)| *at));
        PipelinePlan {
            by_value,
            by_property,
            whole,
            must_be,
            from_pipeline,
        }
    }

    /// Whether the pipeline can bind anything.
    pub fn is_empty(&self) -> bool {
        self.from_pipeline.is_empty()
    }

    /// The parameters that items bind.
    pub fn parameters(&self) -> &[usize] {
        &self.from_pipeline
    }

    /// The one parameter that takes an item as it is.
    pub fn whole(&self, item: &Value) -> Option<usize> {
        self.whole
            .filter(|_| !self.must_be || matches!(item, Value::Object(_)))
    }
}

/// Binds an item; whether it could be bound to anything.
pub fn bind_item(
    machine: &mut Machine,
    table: &Table,
    plan: &PipelinePlan,
    bound: &mut Bound,
    item: &Value,
) -> Result<bool> {
    if let Some(at) = plan.whole(item) {
        bound.values[at] = Some(item.clone());
        return Ok(true);
    }
    for at in &plan.from_pipeline {
        bound.values[*at] = None;
    }
    let mut any = delayed(machine, table, bound, item)?;
    let default = table.default_set.filter(|default| default & bound.mask != 0);
    let mut mask = bound.mask;
    let order: [u64; 2] = [default.unwrap_or(0), bound.mask];
    for (by_value, coerce) in [(true, false), (false, false), (true, true), (false, true)] {
        for preferred in order {
            if preferred == 0 {
                continue;
            }
            let candidates = if by_value {
                &plan.by_value
            } else {
                &plan.by_property
            };
            for at in candidates {
                let fits_set = table.parameters[*at].places_in(preferred & mask).any(|place| {
                    if by_value {
                        place.by_value
                    } else {
                        place.by_property_name
                    }
                });
                if bound.values[*at].is_some() || !fits_set {
                    continue;
                }
                let value = if by_value {
                    Some(item.clone())
                } else {
                    property_for(machine, table, *at, item)?
                };
                let Some(value) = value else { continue };
                if try_bind(machine, table, bound, *at, value, coerce)? {
                    any = true;
                    mask &= table.parameters[*at].mask;
                }
            }
        }
    }
    if any {
        missing_after(machine, table, bound, mask)?;
    }
    Ok(any)
}

/// Script-block arguments, run for the item.
fn delayed(machine: &mut Machine, table: &Table, bound: &mut Bound, item: &Value) -> Result<bool> {
    if bound.delayed.is_empty() {
        return Ok(false);
    }
    for (at, block) in bound.delayed.clone() {
        let items = machine.call_found_scope(&block, Some(item.clone()), &[])?;
        let value = convert(machine, table, at, Machine::as_value(items), None)?;
        validate(machine, table, at, &value)?;
        bound.values[at] = Some(value);
    }
    Ok(true)
}

fn property_for(machine: &mut Machine, table: &Table, at: usize, item: &Value) -> Result<Option<Value>> {
    if item.is_null() {
        return Ok(None);
    }
    let parameter = &table.signature.parameters[at];
    for name in std::iter::once(&parameter.name).chain(&parameter.aliases) {
        if let Some(value) = crate::members::try_get(item, name, machine)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn try_bind(
    machine: &mut Machine,
    table: &Table,
    bound: &mut Bound,
    at: usize,
    value: Value,
    coerce: bool,
) -> Result<bool> {
    if !coerce {
        if !fits_without_conversion(table, at, &value)
            || (value.is_null() && table.parameters[at].kind != ArgumentKind::Object)
        {
            return Ok(false);
        }
        if table.function.is_none() || table.parameters[at].kind == ArgumentKind::Object {
            validate(machine, table, at, &value)?;
            bound.values[at] = Some(value);
            return Ok(true);
        }
    }
    let converted = match convert(machine, table, at, value, None) {
        Ok(converted) => converted,
        Err(crate::error::Interrupt::Error(_)) => return Ok(false),
        Err(interrupt) => return Err(interrupt),
    };
    validate(machine, table, at, &converted)?;
    bound.values[at] = Some(converted);
    Ok(true)
}

/// Mandatory parameters that neither the arguments nor the item gave.
fn missing_after(machine: &mut Machine, table: &Table, bound: &Bound, mask: u64) -> Result<()> {
    let _ = machine;
    let set = match table.default_set {
        Some(default) if default & mask != 0 => default,
        _ => 1u64 << mask.trailing_zeros().min(63),
    };
    let missing: Vec<&str> = (0..table.declared)
        .filter(|at| bound.values[*at].is_none() && table.parameters[*at].is_mandatory(set))
        .map(|at| table.parameters[at].name.as_ref())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    // Another set may be complete.
    let complete = (0..table.sets.len())
        .map(|at| 1u64 << at)
        .filter(|bit| bit & mask != 0)
        .any(|bit| {
            (0..table.declared)
                .all(|at| bound.values[at].is_some() || !table.parameters[at].is_mandatory(bit))
        });
    if complete {
        return Ok(());
    }
    let message = format!(
        "Cannot process command because of one or more missing mandatory parameters: {}.",
        missing.join(" ")
    );
    Err(super::binding_error("MissingMandatoryParameter", table, message).into())
}
