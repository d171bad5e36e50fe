//! The arguments of a command line: by name, by position, the rest; then which parameter sets remain.

use std::sync::Arc;

use crate::error::{ArgumentPart, ErrorRecord, Interrupt, Result};
use crate::run::Machine;
use crate::value::Value;

use super::conversion::{convert, fits_without_conversion, may_be, validate, with_text};
use super::plan::{self, Draft, Plan};
use super::{ArgumentKind, Bound, Given, Table, binding_error};

/// Binds the arguments of a call. `piped` says that items will come, which may bring mandatory parameters.
pub fn bind(machine: &mut Machine, table: &Table, given: Vec<Given>, piped: bool) -> Result<Bound> {
    let defaults = table.strict && machine.has_default_parameter_values();
    let planned = !(piped || defaults);
    let known = if planned { table.plans.find(&given) } else { None };
    if let Some(Some(plan)) = &known {
        return planned_bind(machine, table, plan, given);
    }
    let draft = (planned && known.is_none() && table.plans.has_room()).then(|| Draft::of(&given));
    let mut binder = Binder::new(machine, table, piped);
    binder.named(given)?;
    binder.default_values()?;
    binder.by_position()?;
    binder.settle()?;
    let (bound, asked) = (binder.bound, binder.asked);
    if let Some(draft) = draft.filter(|_| !asked) {
        draft.keep(table, bound.mask);
    }
    Ok(bound)
}

/// Binds as an earlier call of the same shape was bound.
fn planned_bind(machine: &mut Machine, table: &Table, plan: &Plan, mut given: Vec<Given>) -> Result<Bound> {
    let mut binder = Binder::new(machine, table, false);
    for step in &plan.steps {
        let (value, text) = plan::value_of(step.given.and_then(|at| given.get_mut(at)));
        binder.value_at = step.given.map(|at| at as u32);
        let value = binder.converted(step.at, value, text.as_deref())?;
        match table.parameters[step.at].common {
            Some(common) => binder.bound.common.push((common, value)),
            None => binder.bound.values[step.at] = Some(value),
        }
    }
    binder.bound.mask = plan.mask;
    Ok(binder.bound)
}

/// Binds what is given to the parameters that are known, without asking for others: before a `dynamicparam` block runs.
/// A name that is not known keeps the value after it.
pub fn bind_known(machine: &mut Machine, table: &Table, given: &[Given]) -> Result<Bound> {
    let mut known = Vec::with_capacity(given.len());
    let mut given = given.iter().peekable();
    while let Some(argument) = given.next() {
        match argument {
            Given::Named { name, value, .. } if table.find(name).is_err() => {
                if value.is_none() {
                    let _ = given.next_if(|next| matches!(next, Given::Value(..)));
                }
            }
            argument => known.push(argument.clone()),
        }
    }
    let mut binder = Binder::new(machine, table, true);
    binder.named(known)?;
    binder.default_values()?;
    let positions = binder.table.parameters[..table.declared].iter();
    let open = positions.filter(|entry| {
        entry
            .places
            .iter()
            .any(|place| place.position.is_some() || place.remaining)
    });
    let open = open.count();
    // What no position is left for may be for a parameter that is still to come.
    binder.positional.truncate(open);
    binder.by_position()?;
    Ok(binder.bound)
}

struct Binder<'m> {
    machine: &'m mut Machine,
    table: &'m Table,
    bound: Bound,
    piped: bool,
    positional: Vec<Positional>,
    /// Whether a mandatory parameter's value was asked for.
    asked: bool,
    /// Which of the arguments are the name and the value that are being bound.
    name_at: Option<u32>,
    value_at: Option<u32>,
}

/// A value without a parameter's name, the text that a number was written as, and whether a parameter may take it: the
/// names that a simple function does not have go to `$args` and nowhere else. Last, which of the arguments it is.
type Positional = (Value, Option<Arc<str>>, bool, u32);

impl<'m> Binder<'m> {
    fn new(machine: &'m mut Machine, table: &'m Table, piped: bool) -> Binder<'m> {
        Binder {
            machine,
            table,
            bound: Bound {
                values: vec![None; table.declared],
                mask: table.all(),
                ..Bound::default()
            },
            piped,
            positional: Vec::new(),
            asked: false,
            name_at: None,
            value_at: None,
        }
    }

    fn named(&mut self, given: Vec<Given>) -> Result<()> {
        let mut given = (0..).zip(given).peekable();
        while let Some((place, argument)) = given.next() {
            let (name, value, text, splatted) = match argument {
                Given::Value(value, text) => {
                    self.positional.push((value, text, true, place));
                    continue;
                }
                Given::Named {
                    name,
                    value,
                    text,
                    splatted,
                } => (name, value, text, splatted),
            };
            (self.name_at, self.value_at) = (Some(place), Some(place));
            let at = match self.table.find(&name) {
                Ok(at) => at,
                Err(candidates) if !candidates.is_empty() => return Err(self.ambiguous(&name, &candidates)),
                Err(_) if !self.table.strict => {
                    self.unknown_for_simple(&name, &text, value, place);
                    continue;
                }
                Err(_) => return Err(self.unknown(&name)),
            };
            if splatted && self.is_bound(at) {
                continue;
            }
            let is_switch = self.table.parameters[at].kind == ArgumentKind::Switch;
            let value = match value {
                Some(value) => value,
                None if is_switch => (Value::Switch(true), None),
                None => match given.next_if(|(_, next)| matches!(next, Given::Value(..))) {
                    Some((place, Given::Value(value, text))) => {
                        self.value_at = Some(place);
                        (value, text)
                    }
                    _ => return Err(self.missing_argument(at)),
                },
            };
            self.put(at, value.0, value.1.as_deref())?;
        }
        Ok(())
    }

    fn unknown_for_simple(
        &mut self,
        name: &str,
        text: &Arc<str>,
        value: Option<(Value, Option<Arc<str>>)>,
        place: u32,
    ) {
        match value {
            Some((value, number)) => {
                self.positional
                    .push((Value::from(format!("-{name}:")), None, false, place));
                self.positional.push((value, number, false, place));
            }
            None => self
                .positional
                .push((Value::str(text.as_ref()), None, false, place)),
        }
    }

    fn is_bound(&self, at: usize) -> bool {
        match self.table.parameters[at].common {
            Some(common) => self.bound.common(common).is_some(),
            None => {
                self.bound.values[at].is_some()
                    || self.bound.delayed.iter().any(|(delayed, _)| *delayed == at)
            }
        }
    }

    /// Binds a named argument.
    fn put(&mut self, at: usize, value: Value, text: Option<&str>) -> Result<()> {
        let entry = &self.table.parameters[at];
        if self.is_bound(at) {
            let message = format!(
                "Cannot bind parameter because parameter '{}' is specified more than once. To provide multiple values to parameters \
                 that can accept multiple values, use the array syntax. For example, \"-parameter value1,value2,value3\".",
                entry.name
            );
            let mut record = binding_error("ParameterAlreadyBound", self.table, message);
            record.argument = self.name_at.map(ArgumentPart::Name);
            return Err(record.into());
        }
        if let Some(common) = entry.common {
            let value = self.converted(at, value, text)?;
            self.bound.common.push((common, value));
            return Ok(());
        }
        let mask = self.bound.mask & entry.mask;
        if mask == 0 {
            return Err(self.no_set());
        }
        self.bound.mask = mask;
        if self.is_delayed(at, &value) {
            self.bound.delayed.push((at, value));
            return Ok(());
        }
        let value = self.converted(at, value, text)?;
        self.bound.values[at] = Some(value);
        Ok(())
    }

    /// A script block for a pipeline parameter of another type is run for each item.
    fn is_delayed(&self, at: usize, value: &Value) -> bool {
        let entry = &self.table.parameters[at];
        let piped = entry
            .places
            .iter()
            .any(|place| place.by_value || place.by_property_name);
        self.piped
            && piped
            && matches!(value, Value::Block(_))
            && !matches!(entry.kind, ArgumentKind::Block | ArgumentKind::Object)
    }

    fn converted(&mut self, at: usize, value: Value, text: Option<&str>) -> Result<Value> {
        self.checked(at, value, text)
            .map_err(|interrupt| match interrupt {
                Interrupt::Error(mut record) => {
                    record.argument = self.value_at.map(ArgumentPart::Value);
                    Interrupt::Error(record)
                }
                other => other,
            })
    }

    fn checked(&mut self, at: usize, value: Value, text: Option<&str>) -> Result<Value> {
        let value = convert(self.machine, self.table, at, value, text)?;
        validate(self.machine, self.table, at, &value)?;
        Ok(value)
    }

    /// `$PSDefaultParameterValues`.
    fn default_values(&mut self) -> Result<()> {
        if !self.table.strict {
            return Ok(());
        }
        (self.name_at, self.value_at) = (None, None);
        for (name, value) in self.machine.default_parameter_values(&self.table.name) {
            let Ok(at) = self.table.find(&name) else { continue };
            let possible = self.table.parameters[at].mask & self.bound.mask != 0;
            if self.is_bound(at) || !possible {
                continue;
            }
            let value = match &value {
                Value::Block(_) if self.table.parameters[at].kind != ArgumentKind::Block => {
                    let items = self.machine.call_found_scope(&value, None, &[])?;
                    Machine::as_value(items)
                }
                _ => value,
            };
            self.put(at, value, None)?;
        }
        Ok(())
    }

    fn by_position(&mut self) -> Result<()> {
        let mut rest = Vec::new();
        let mut full = false;
        self.name_at = None;
        for (value, text, bindable, place) in std::mem::take(&mut self.positional) {
            self.value_at = Some(place);
            let at = if bindable && !full {
                self.next_positional(&value)
            } else {
                None
            };
            let taker = at.filter(|at| {
                !self.table.parameters[*at]
                    .places_in(self.bound.mask)
                    .any(|place| place.remaining)
            });
            match taker {
                Some(at) => self.put(at, value, text.as_deref())?,
                None => {
                    full |= bindable;
                    rest.push((value, text));
                }
            }
        }
        if rest.is_empty() {
            Ok(())
        } else {
            self.remaining(rest)
        }
    }

    /// The parameter that takes the next positional value: of the first free position, of the default set without
    /// conversion, of any set without conversion, of the default set, of any.
    fn next_positional(&self, value: &Value) -> Option<usize> {
        let mask = self.bound.mask;
        let candidates = || {
            self.table.parameters[..self.table.declared]
                .iter()
                .enumerate()
                .filter(|(at, _)| !self.is_bound(*at))
                .flat_map(move |(at, entry)| {
                    entry
                        .places_in(mask)
                        .filter_map(move |place| place.position.map(|position| (position, at, place.mask)))
                })
        };
        let first = candidates().map(|(position, ..)| position).min()?;
        let here: Vec<(usize, u64)> = candidates()
            .filter(|(position, ..)| *position == first)
            .map(|(_, at, mask)| (at, mask))
            .collect();
        let default = self
            .table
            .default_set
            .filter(|default| default & mask != 0)
            .unwrap_or(0);
        let fits =
            |at: usize| fits_without_conversion(self.table, at, value) && may_be(self.table, at, value);
        let find = |test: &dyn Fn(usize, u64) -> bool| {
            here.iter().find(|(at, mask)| test(*at, *mask)).map(|(at, _)| *at)
        };
        find(&|at, mask| mask & default != 0 && fits(at))
            .or_else(|| find(&|at, _| fits(at)))
            .or_else(|| find(&|_, mask| mask & default != 0))
            .or_else(|| find(&|_, _| true))
    }

    /// What is left goes to the parameter that takes the rest, to `$args`, or is an error.
    fn remaining(&mut self, rest: Vec<(Value, Option<Arc<str>>)>) -> Result<()> {
        let taker = (0..self.table.declared).find(|at| {
            !self.is_bound(*at)
                && self.table.parameters[*at]
                    .places_in(self.bound.mask)
                    .any(|place| place.remaining)
        });
        if let Some(at) = taker {
            let kind = self.table.parameters[at].kind;
            let text_wanted = matches!(kind, ArgumentKind::Texts | ArgumentKind::Text);
            let item = |(value, text): (Value, Option<Arc<str>>)| match text {
                Some(text) if text_wanted => Value::str(text.as_ref()),
                text => with_text(value, text.as_deref()),
            };
            let single =
                matches!(rest.as_slice(), [(value, _)] if crate::members::enumerate(value).is_some());
            let value = if single {
                rest.into_iter()
                    .next()
                    .map(|(value, _)| value)
                    .unwrap_or_default()
            } else {
                Value::list(crate::types::Type::OBJECT, rest.into_iter().map(item).collect())
            };
            return self.put(at, value, None);
        }
        if !self.table.strict {
            let item = |(value, text): (Value, Option<Arc<str>>)| with_text(value, text.as_deref());
            self.bound.rest.extend(rest.into_iter().map(item));
            return Ok(());
        }
        let (value, text) = rest.into_iter().next().unwrap_or_default();
        let text = text.map_or_else(|| value.to_text(), |text| text.to_string());
        Err(binding_error(
            "PositionalParameterNotFound",
            self.table,
            format!("A positional parameter cannot be found that accepts argument '{text}'."),
        )
        .into())
    }

    /// Chooses among the parameter sets that remain, and asks for what is missing.
    fn settle(&mut self) -> Result<()> {
        let missing = |binder: &Self, bit: u64| -> Vec<usize> {
            (0..binder.table.declared)
                .filter(|at| {
                    !binder.is_bound(*at)
                        && binder.table.parameters[*at].places_in(bit).any(|place| {
                            place.mandatory && !(binder.piped && (place.by_value || place.by_property_name))
                        })
                })
                .collect()
        };
        let bits: Vec<u64> = (0..self.table.sets.len())
            .map(|at| 1u64 << at)
            .filter(|bit| self.bound.mask & bit != 0)
            .collect();
        let complete: Vec<u64> = bits
            .iter()
            .copied()
            .filter(|bit| missing(self, *bit).is_empty())
            .collect();
        let default = self
            .table
            .default_set
            .filter(|default| self.bound.mask & default != 0);
        match complete.as_slice() {
            [] => {
                let bit = default
                    .or_else(|| (bits.len() == 1).then(|| bits[0]))
                    .or_else(|| {
                        let least = bits.iter().min_by_key(|bit| missing(self, **bit).len())?;
                        let count = missing(self, *least).len();
                        (bits
                            .iter()
                            .filter(|bit| missing(self, **bit).len() == count)
                            .count()
                            == 1)
                            .then_some(*least)
                    });
                let Some(bit) = bit else { return Err(self.no_set()) };
                self.bound.mask = bit;
                let wanted = missing(self, bit);
                self.ask_for(&wanted)
            }
            [only] => {
                if !self.piped {
                    self.bound.mask = *only;
                } else {
                    self.bound.mask = complete.iter().fold(0, |mask, bit| mask | bit);
                }
                Ok(())
            }
            several => {
                let mask = several.iter().fold(0, |mask, bit| mask | bit);
                if self.piped {
                    self.bound.mask = mask;
                    return Ok(());
                }
                if let Some(default) = default.filter(|default| mask & default != 0) {
                    self.bound.mask = default;
                    return Ok(());
                }
                // A set whose mandatory parameters were all given wins over sets without any.
                let satisfied: Vec<u64> = several
                    .iter()
                    .copied()
                    .filter(|bit| {
                        (0..self.table.declared).any(|at| {
                            self.table.parameters[at].is_mandatory(*bit)
                                && self.table.parameters[at].mask == *bit
                        })
                    })
                    .collect();
                if let [only] = satisfied.as_slice() {
                    self.bound.mask = *only;
                    return Ok(());
                }
                if self.table.function.is_none() && self.table.default_set.is_none() {
                    self.bound.mask = several[0];
                    return Ok(());
                }
                Err(self.no_set())
            }
        }
    }

    /// Mandatory parameters that were not given are asked for.
    fn ask_for(&mut self, wanted: &[usize]) -> Result<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        self.asked = true;
        let names: Vec<Arc<str>> = wanted
            .iter()
            .map(|at| Arc::clone(&self.table.parameters[*at].name))
            .collect();
        if !self.machine.host.interactive() {
            let message = format!(
                "Cannot process command because of one or more missing mandatory parameters: {}.",
                names.join(" ")
            );
            return Err(binding_error("MissingMandatoryParameter", self.table, message).into());
        }
        let host = Arc::clone(&self.machine.host);
        let intro = format!(
            "\ncmdlet {} at command pipeline position 1\nSupply values for the following parameters:\n",
            self.table.name
        );
        host.write(crate::host::Stream::Output, &intro);
        for at in wanted {
            let entry = &self.table.parameters[*at];
            let list = entry.type_ref.name.ends_with("[]");
            let value = if list {
                ask_list(&*host, &entry.name)
            } else {
                host.read_line(&format!("{}: ", entry.name), is_secret(&entry.type_ref.name))
                    .map(Value::from)
            };
            let Some(value) = value else {
                return Err(Interrupt::Stopped);
            };
            self.put(*at, value, None)?;
        }
        Ok(())
    }

    fn unknown(&self, name: &str) -> Interrupt {
        self.about_name(binding_error(
            "NamedParameterNotFound",
            self.table,
            format!("A parameter cannot be found that matches parameter name '{name}'."),
        ))
    }

    fn ambiguous(&self, name: &str, candidates: &[Arc<str>]) -> Interrupt {
        let list: Vec<String> = candidates
            .iter()
            .map(|candidate| format!(" -{candidate}"))
            .collect();
        self.about_name(binding_error(
            "AmbiguousParameter",
            self.table,
            format!(
                "Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches include:{}.",
                list.concat()
            ),
        ))
    }

    fn missing_argument(&self, at: usize) -> Interrupt {
        let entry = &self.table.parameters[at];
        self.about_name(binding_error(
            "MissingArgument",
            self.table,
            format!(
                "Missing an argument for parameter '{}'. Specify a parameter of type '{}' and try again.",
                entry.name,
                entry.type_text()
            ),
        ))
    }

    /// An error about the name that is being bound.
    fn about_name(&self, mut record: ErrorRecord) -> Interrupt {
        record.argument = self.name_at.map(ArgumentPart::Name);
        record.into()
    }

    fn no_set(&self) -> Interrupt {
        binding_error(
            "AmbiguousParameterSet",
            self.table,
            "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used \
             together or an insufficient number of parameters were provided.",
        )
        .into()
    }
}

fn is_secret(type_name: &str) -> bool {
    type_name.to_ascii_lowercase().contains("securestring")
}

fn ask_list(host: &dyn crate::host::Host, name: &str) -> Option<Value> {
    let mut items = Vec::new();
    loop {
        let line = host.read_line(&format!("{name}[{}]: ", items.len()), false)?;
        if line.is_empty() {
            return Some(Value::array(items));
        }
        items.push(Value::from(line));
    }
}
