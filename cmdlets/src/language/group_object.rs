//! Group-Object: objects with equal keys together. Groups come out sorted when all keys are of one type.

use std::collections::HashMap;
use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::Value;

use crate::authoring::{
    Read, array, cmdlet, count, current, input_object, invalid_argument, object, parameter, stateful, text,
};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<GroupObject>(
        cmdlet("Group-Object", super::UTILITY)
            .synopsis("Groups objects that have the same value of a property.")
            .description("Gives one object for each value, with its Count, Name and the Group of objects.")
            .default_set("NoElement")
            .parameter(input_object())
            .parameter(
                parameter("Property", "object[]")
                    .position(0)
                    .complete(plenum_lang::signature::Completion::Property)
                    .help("Names, script blocks or hashtables with an Expression; none groups by the values themselves."),
            )
            .switch("NoElement", "Counts only: leaves the objects out.")
            .parameter(
                parameter("AsHashTable", "switch").alias("AHT").help("Gives one hashtable from keys to objects."),
            )
            .switch("AsString", "With -AsHashTable, keys are texts.")
            .parameter(parameter("Culture", "string").help("The culture of the comparison: en-US or the invariant one."))
            .switch("CaseSensitive", "Capitals make a difference.")
            .example("Get-CsUser | Group-Object RegistrarPool -NoElement", "Counts the users of each pool.")
            .link("Sort-Object")
            .alias("group"),
    )
}

#[derive(Default)]
struct GroupObject {
    expressions: Vec<PropertyExpression>,
    groups: Vec<Group>,
    index: HashMap<String, usize>,
}

struct Group {
    keys: Vec<Value>,
    items: Vec<Value>,
}

impl Invocation for GroupObject {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        crate::authoring::only_english(arguments)?;
        if arguments.switch("AsString") && !arguments.switch("AsHashTable") {
            let message =
                "The AsString parameter needs the AsHashTable parameter: it says what the keys are.";
            return Err(invalid_argument("ArgumentException", Value::Null, message)
                .exception("System.ArgumentException")
                .hint("Add -AsHashTable, or leave -AsString out.")
                .into());
        }
        self.expressions = PropertyExpression::parse_all(&arguments.values("Property"))?;
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if !context.expects_input() && !arguments.has("InputObject") {
            return Ok(());
        }
        let item = current(arguments);
        if matches!(item, Value::Null | Value::Nothing) {
            return Ok(());
        }
        let mut keys = Vec::with_capacity(self.expressions.len().max(1));
        for expression in &self.expressions {
            let key = match expression.value(context, &item) {
                Err(Interrupt::Error(_)) => None,
                other => other?,
            };
            keys.push(key.unwrap_or_default());
        }
        if self.expressions.is_empty() {
            keys.push(item.clone());
        }
        let case = arguments.switch("CaseSensitive");
        if let Some(place) = self.compared(context, &keys, case) {
            self.groups[place].items.push(item);
            return Ok(());
        }
        let name = fold(&keys, case);
        let place = *self.index.entry(name).or_insert_with(|| {
            self.groups.push(Group {
                keys,
                items: Vec::new(),
            });
            self.groups.len() - 1
        });
        self.groups[place].items.push(item);
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let mut groups = std::mem::take(&mut self.groups);
        if is_one_type(&groups) {
            let case = arguments.switch("CaseSensitive");
            groups.sort_by(|left, right| order(context, left, right, case));
        }
        if arguments.switch("AsHashTable") {
            let as_text = arguments.switch("AsString");
            let entries = groups.into_iter().map(|group| {
                let key = if as_text || group.keys.len() > 1 {
                    text(name(&group.keys))
                } else {
                    group.keys.into_iter().next().unwrap_or_default()
                };
                (key, array(group.items))
            });
            return context.write(inspect::hashtable(false, entries));
        }
        let no_element = arguments.switch("NoElement");
        groups
            .into_iter()
            .try_for_each(|group| context.write(group_info(group, no_element)))
    }
}

impl GroupObject {
    /// The group of keys that a class compares by its own `CompareTo`; a new one where none is equal.
    fn compared(&mut self, context: &mut dyn Context, keys: &[Value], case: bool) -> Option<usize> {
        if !keys.iter().any(inspect::compares_itself) {
            return None;
        }
        let is_same = |group: &Group| {
            let mut pairs = group.keys.iter().zip(keys);
            pairs.all(|(known, key)| inspect::order_in(context, known, key, case).is_eq())
        };
        Some(self.groups.iter().position(is_same).unwrap_or_else(|| {
            self.groups.push(Group {
                keys: keys.to_vec(),
                items: Vec::new(),
            });
            self.groups.len() - 1
        }))
    }
}

fn group_info(group: Group, no_element: bool) -> Value {
    let type_name = if no_element {
        "Microsoft.PowerShell.Commands.GroupInfoNoElement"
    } else {
        "Microsoft.PowerShell.Commands.GroupInfo"
    };
    let number = count(group.items.len());
    let items = if no_element { Vec::new() } else { group.items };
    let name = text(name(&group.keys));
    object(
        type_name,
        [
            ("Values", array(group.keys)),
            ("Count", number),
            ("Group", array(items)),
            ("Name", name),
        ],
    )
}

fn name(keys: &[Value]) -> String {
    keys.iter().map(inspect::text).collect::<Vec<_>>().join(", ")
}

/// A text that is equal for keys that are equal: types of numbers do not matter, capitals as asked.
fn fold(keys: &[Value], case: bool) -> String {
    let fold_one = |key: &Value| {
        let text = inspect::text(key);
        let kind = match key {
            Value::Null | Value::Nothing => 'n',
            Value::Str(_) => 's',
            Value::Bool(_) | Value::Switch(_) => 'b',
            _ => 'o',
        };
        let text = if case { text } else { text.to_lowercase() };
        format!("{kind}{}:{text}", text.len())
    };
    keys.iter().map(fold_one).collect()
}

fn is_one_type(groups: &[Group]) -> bool {
    let mut types = groups
        .iter()
        .map(|group| group.keys.iter().map(inspect::type_name).collect::<Vec<_>>());
    let first = types.next();
    types.all(|other| Some(&other) == first.as_ref())
}

fn order(context: &mut dyn Context, left: &Group, right: &Group, case: bool) -> std::cmp::Ordering {
    left.keys
        .iter()
        .zip(&right.keys)
        .map(|(left, right)| inspect::order_in(context, left, right, case))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}
