//! Select-Object: which objects (first, last, by index, unique), and which of their properties.
//!
//! The order is skip, then first or last, then properties, then unique. `-First` stops the stages before it.

use std::collections::VecDeque;
use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::{MemberKind, Object, Shape, Value};

use crate::authoring::{Read, cmdlet, current, input_object, parameter, stateful};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let whole = f64::from(i32::MAX);
    let how_many = |name: &'static str, sets: &[&'static str], help: &'static str| {
        sets.iter()
            .fold(parameter(name, "int"), |parameter, set| parameter.set(*set))
            .range(0.0, whole)
            .help(help)
    };
    let all: &[&'static str] = &["DefaultParameter", "SkipLastParameter"];
    stateful::<SelectObject>(
        cmdlet("Select-Object", super::UTILITY)
            .synopsis("Selects objects, or properties of objects.")
            .description(
                "Makes new objects that have only the named properties, or passes on some of the objects: the first, \
                 the last, those at given places, each value once.",
            )
            .default_set("DefaultParameter")
            .parameter(input_object())
            .parameter(
                parameter("Property", "object[]")
                    .position(0)
                    .set("DefaultParameter")
                    .set("SkipLastParameter")
                    .complete(plenum_lang::signature::Completion::Property)
                    .help("Names with wildcards, or hashtables @{Name='…'; Expression={…}} for calculated properties."),
            )
            .parameter(
                parameter("ExcludeProperty", "string[]")
                    .set("DefaultParameter")
                    .set("SkipLastParameter")
                    .help("Properties to leave out."),
            )
            .parameter(
                parameter("ExpandProperty", "string")
                    .set("DefaultParameter")
                    .set("SkipLastParameter")
                    .help("Gives the value of this property instead of an object."),
            )
            .switch("Unique", "Gives each value once.")
            .switch("CaseInsensitive", "With -Unique, capitals make no difference.")
            .parameter(how_many("Last", &["DefaultParameter"], "Only so many objects from the end."))
            .parameter(how_many("First", &["DefaultParameter"], "Only so many objects from the beginning."))
            .parameter(how_many("Skip", &["DefaultParameter"], "Leaves out so many objects first."))
            .parameter(how_many("SkipLast", &["SkipLastParameter"], "Leaves out so many objects at the end."))
            .parameter(
                all[..1]
                    .iter()
                    .fold(parameter("Wait", "switch"), |parameter, set| parameter.set(*set))
                    .set("IndexParameter")
                    .help("Lets the stages before run to their end."),
            )
            .parameter(parameter("Index", "int[]").set("IndexParameter").help("Only the objects at these places, from 0."))
            .parameter(
                parameter("SkipIndex", "int[]").set("SkipIndexParameter").help("Not the objects at these places, from 0."),
            )
            .example("Get-CsUser | Select-Object DisplayName, SipAddress", "Shows two properties of each user.")
            .example("Get-CsUser | Select-Object -ExpandProperty SipAddress", "Gives the addresses as texts.")
            .example(
                "Get-CsUser | Select-Object SipAddress, @{n='Voice'; e={ $_.EnterpriseVoiceEnabled }}",
                "Shows a property under a name of your own.",
            )
            .link("Where-Object")
            .link("Sort-Object")
            .alias("select"),
    )
}

#[derive(Default)]
struct SelectObject {
    properties: Vec<PropertyExpression>,
    exclude: Vec<String>,
    expand: Option<String>,
    seen: Vec<Value>,
    count: usize,
    given: usize,
    tail: VecDeque<Value>,
    unique: bool,
    ignore_case: bool,
    projects: bool,
    /// Whether every object is given.
    all: bool,
    /// How the last object's kind is projected.
    projection: Option<Projection>,
}

/// The properties that objects of one shape get.
struct Projection {
    from: Arc<Shape>,
    properties: Vec<Projected>,
    to: Arc<Shape>,
    /// Names that were asked for again.
    twice: Vec<String>,
}

/// One of them: what it is, and where objects of the shape have it as it is.
struct Projected {
    property: PropertyExpression,
    slot: Option<usize>,
}

impl Invocation for SelectObject {
    fn begin(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.properties = PropertyExpression::parse_all(&arguments.values("Property"))?;
        self.exclude = arguments.list("ExcludeProperty");
        self.expand = arguments.text("ExpandProperty");
        self.unique = arguments.switch("Unique");
        self.ignore_case = arguments.switch("CaseInsensitive");
        if self.properties.is_empty() && !self.exclude.is_empty() && self.expand.is_none() {
            self.properties.push(PropertyExpression::name("*"));
        }
        self.all = !["Index", "SkipIndex", "SkipLast", "First", "Last", "Skip"]
            .iter()
            .any(|name| arguments.has(name));
        self.projects = !self.properties.is_empty() || self.expand.is_some();
        if arguments.int("First") == Some(0) && !arguments.has("Last") && !arguments.switch("Wait") {
            return Err(context.enough());
        }
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if !context.expects_input() && !arguments.has("InputObject") {
            return Ok(());
        }
        let item = current(arguments);
        if self.all {
            return self.give(context, item);
        }
        let place = self.count;
        self.count += 1;
        let size = |name: &str| {
            arguments
                .int(name)
                .and_then(|number| usize::try_from(number).ok())
        };
        if arguments.has("Index") {
            return self.by_index(context, arguments, place, item);
        }
        if arguments.has("SkipIndex") {
            let skipped = places(arguments, "SkipIndex").contains(&place);
            return if skipped { Ok(()) } else { self.give(context, item) };
        }
        if let Some(skip_last) = size("SkipLast") {
            self.tail.push_back(item);
            if self.tail.len() > skip_last
                && let Some(first) = self.tail.pop_front()
            {
                return self.give(context, first);
            }
            return Ok(());
        }
        let (first, last, skip) = (size("First"), size("Last"), size("Skip").unwrap_or(0));
        match (first, last) {
            (None, None) => {
                if place < skip {
                    Ok(())
                } else {
                    self.give(context, item)
                }
            }
            (Some(first), None) => {
                self.give_first(context, item, place, skip, first, arguments.switch("Wait"))
            }
            (first, Some(last)) => self.keep_last(context, item, first.unwrap_or(0), last, skip),
        }
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let Some(last) = arguments.int("Last").and_then(|last| usize::try_from(last).ok()) else {
            return Ok(());
        };
        let skip = arguments
            .int("Skip")
            .and_then(|skip| usize::try_from(skip).ok())
            .unwrap_or(0);
        let skip = if arguments.has("First") { 0 } else { skip };
        let mut tail = std::mem::take(&mut self.tail);
        tail.truncate(tail.len().saturating_sub(skip));
        while tail.len() > last {
            tail.pop_front();
        }
        tail.into_iter().try_for_each(|item| self.give(context, item))
    }
}

impl SelectObject {
    fn by_index(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        place: usize,
        item: Value,
    ) -> Result<()> {
        let wanted = places(arguments, "Index");
        if wanted.contains(&place) {
            self.give(context, item)?;
        }
        let is_last = wanted.iter().max().is_none_or(|&last| place >= last);
        if is_last && !arguments.switch("Wait") {
            Err(context.enough())
        } else {
            Ok(())
        }
    }

    fn give_first(
        &mut self,
        context: &mut dyn Context,
        item: Value,
        place: usize,
        skip: usize,
        first: usize,
        wait: bool,
    ) -> Result<()> {
        if place >= skip && self.given < first {
            self.given += 1;
            self.give(context, item)?;
        }
        if self.given >= first && !wait {
            Err(context.enough())
        } else {
            Ok(())
        }
    }

    fn keep_last(
        &mut self,
        context: &mut dyn Context,
        item: Value,
        first: usize,
        last: usize,
        skip: usize,
    ) -> Result<()> {
        if self.given < first {
            self.given += 1;
            return self.give(context, item);
        }
        self.tail.push_back(item);
        if self.tail.len() > last + skip {
            self.tail.pop_front();
        }
        Ok(())
    }

    fn give(&mut self, context: &mut dyn Context, item: Value) -> Result<()> {
        if self.projects && !self.unique && self.expand.is_none() {
            let projected = match &item {
                Value::Object(object) => self.projected(context, &item, object)?,
                _ => selected(&item, self.notes(context, &item)?),
            };
            return context.write(projected);
        }
        let results = if self.projects {
            self.project(context, &item)?
        } else {
            vec![item]
        };
        for result in results {
            if self.unique {
                let case = !self.ignore_case;
                let is_known = |seen: &Value| match inspect::compares_itself(seen) {
                    true => inspect::order_in(context, seen, &result, case).is_eq(),
                    false => same(seen, &result, case),
                };
                if self.seen.iter().any(is_known) {
                    continue;
                }
                self.seen.push(result.clone());
            }
            context.write(result)?;
        }
        Ok(())
    }

    /// A bag's chosen properties.
    fn projected(&mut self, context: &mut dyn Context, item: &Value, object: &Object) -> Result<Value> {
        let shape = object.shape();
        let known = self
            .projection
            .take()
            .filter(|known| Arc::ptr_eq(&known.from, &shape));
        let projection = known.unwrap_or_else(|| self.projection_of(context, item, shape));
        let mut slots = Vec::with_capacity(projection.properties.len());
        for Projected { property, slot } in &projection.properties {
            let own = slot.and_then(|slot| object.get_cached(&projection.from, slot));
            slots.push(match own {
                Some(value) => value,
                None => value_of(context, property, item)?,
            });
        }
        report_twice(context, &projection.twice, item)?;
        let made = Value::shaped(&projection.to, slots);
        self.projection = Some(projection);
        Ok(made)
    }

    fn projection_of(&self, context: &dyn Context, item: &Value, from: Arc<Shape>) -> Projection {
        let (chosen, twice) = self.chosen(context, item);
        let names = selected_names(item);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let to = Shape::of(&names, chosen.iter().map(|(name, _)| name.as_str()));
        let slot_of = |property: &PropertyExpression| {
            let slot = from.slot(property.plain_name()?)?;
            matches!(from.members()[slot].1, MemberKind::Note).then_some(slot)
        };
        let properties = chosen.into_iter().map(|(_, property)| Projected {
            slot: slot_of(&property),
            property,
        });
        Projection {
            properties: properties.collect(),
            from,
            to,
            twice,
        }
    }

    /// The properties that an object gets, by the names that it gets them under, and the names that came again.
    fn chosen(
        &self,
        context: &dyn Context,
        item: &Value,
    ) -> (Vec<(String, PropertyExpression)>, Vec<String>) {
        let mut chosen: Vec<(String, PropertyExpression)> = Vec::new();
        let mut twice = Vec::new();
        for expression in &self.properties {
            for property in expression.expand(context, item) {
                let name = property.heading(Some(item));
                let excluded = self.exclude.iter().any(|pattern| inspect::like(&name, pattern));
                if excluded {
                    continue;
                }
                if chosen.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                    twice.push(name);
                } else {
                    chosen.push((name, property));
                }
            }
        }
        (chosen, twice)
    }

    fn notes(&self, context: &mut dyn Context, item: &Value) -> Result<Vec<(String, Value)>> {
        let (chosen, twice) = self.chosen(context, item);
        report_twice(context, &twice, item)?;
        chosen
            .into_iter()
            .map(|(name, property)| value_of(context, &property, item).map(|value| (name, value)))
            .collect()
    }

    fn project(&self, context: &mut dyn Context, item: &Value) -> Result<Vec<Value>> {
        let notes = self.notes(context, item)?;
        match &self.expand {
            None => Ok(vec![selected(item, notes)]),
            Some(name) => expand(context, item, name, notes),
        }
    }
}

/// A property that an object has already.
fn report_twice(context: &mut dyn Context, names: &[String], item: &Value) -> Result<()> {
    for name in names {
        let message =
            format!("The property cannot be processed because the property \"{name}\" already exists.");
        context.error(
            ErrorRecord::new(
                "AlreadyExistingUserSpecifiedPropertyNoExpand",
                Category::InvalidOperation,
                message,
            )
            .about(item.clone())
            .exception("System.Management.Automation.PSArgumentException"),
        )?;
    }
    Ok(())
}

fn places(arguments: &Arguments, name: &str) -> Vec<usize> {
    let place = |value: &Value| crate::authoring::to_int(value).and_then(|place| usize::try_from(place).ok());
    arguments.values(name).iter().filter_map(place).collect()
}

/// A property's value; nothing where it fails.
fn value_of(context: &mut dyn Context, property: &PropertyExpression, item: &Value) -> Result<Value> {
    match property.value(context, item) {
        Err(Interrupt::Error(_)) => Ok(Value::Null),
        other => other.map(Option::unwrap_or_default),
    }
}

/// The type names of what is selected of an object.
fn selected_names(item: &Value) -> [String; 3] {
    [
        format!("Selected.{}", inspect::type_name(item)),
        "System.Management.Automation.PSCustomObject".to_owned(),
        "System.Object".to_owned(),
    ]
}

fn selected(item: &Value, notes: Vec<(String, Value)>) -> Value {
    let names = selected_names(item);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    inspect::object(
        &names,
        notes.iter().map(|(name, value)| (name.as_str(), value.clone())),
    )
}

fn expand(
    context: &mut dyn Context,
    item: &Value,
    name: &str,
    notes: Vec<(String, Value)>,
) -> Result<Vec<Value>> {
    let Some(found) = inspect::property_in(context, item, name)? else {
        let record = ErrorRecord::new(
            "ExpandPropertyNotFound",
            Category::InvalidArgument,
            format!("Property \"{name}\" cannot be found."),
        )
        .exception("System.Management.Automation.PSArgumentException")
        .about(item.clone());
        context.error(record)?;
        return Ok(Vec::new());
    };
    let values = inspect::elements(&found).unwrap_or_else(|| vec![found]);
    let with_notes = |value: Value| {
        notes.iter().fold(value, |value, (name, note)| {
            inspect::with_note(&value, name, note.clone())
        })
    };
    Ok(values.into_iter().map(with_notes).collect())
}

/// Equal texts of equal types, property by property for objects.
fn same(left: &Value, right: &Value, case_sensitive: bool) -> bool {
    match (left, right) {
        (Value::Object(_), Value::Object(_)) => {
            let names = inspect::property_names(left);
            names.len() == inspect::property_names(right).len()
                && names.iter().all(|name| {
                    let (left, right) = (inspect::property(left, name), inspect::property(right, name));
                    inspect::equals(
                        &left.unwrap_or_default(),
                        &right.unwrap_or_default(),
                        case_sensitive,
                    )
                })
        }
        _ => inspect::equals(left, right, case_sensitive),
    }
}
