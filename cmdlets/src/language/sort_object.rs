//! Sort-Object: by properties, script blocks or the values themselves; equal keys keep their order.

use std::cmp::Ordering;
use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, input_object, parameter, stateful};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let whole = f64::from(i32::MAX);
    stateful::<SortObject>(
        cmdlet("Sort-Object", super::UTILITY)
            .synopsis("Sorts objects.")
            .description(
                "Sorts by one or several properties, or by the values themselves. Capitals make no difference unless \
                 -CaseSensitive is given; texts of digits sort as texts. Objects without the property come first.",
            )
            .default_set("Default")
            .parameter(input_object())
            .parameter(
                parameter("Property", "object[]")
                    .position(0)
                    .complete(plenum_lang::signature::Completion::Property)
                    .help("Names, script blocks, or hashtables @{Expression=…; Descending=$true} with an order of their own."),
            )
            .switch("Descending", "From the largest to the smallest.")
            .switch("Unique", "Gives each key once.")
            .switch("CaseSensitive", "Capitals make a difference.")
            .parameter(parameter("Culture", "string").help("The culture of the comparison: en-US or the invariant one."))
            .parameter(parameter("Top", "int").mandatory().set("Top").range(1.0, whole).help("Only so many from the beginning."))
            .parameter(parameter("Bottom", "int").mandatory().set("Bottom").range(1.0, whole).help("Only so many from the end."))
            .switch("Stable", "Equal keys keep their order; they always do here.")
            .example("Get-CsUser | Sort-Object DisplayName", "Sorts users by name.")
            .example("Get-CsUser | Sort-Object RegistrarPool, @{e='DisplayName'; Descending=$true}", "Sorts by two keys.")
            .link("Group-Object")
            .alias("sort"),
    )
}

#[derive(Default)]
struct SortObject {
    expressions: Vec<PropertyExpression>,
    rows: Vec<Row>,
}

struct Row {
    first: Option<Value>,
    /// The keys after the first one.
    rest: Vec<Option<Value>>,
    item: Value,
}

impl Row {
    /// The key when it is the only one and a whole number.
    fn number(&self) -> Option<i32> {
        match (&self.first, self.rest.is_empty()) {
            (Some(Value::Int(number)), true) => Some(*number),
            _ => None,
        }
    }
}

impl Invocation for SortObject {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        crate::authoring::only_english(arguments)?;
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
        let key = |context: &mut dyn Context, expression: &PropertyExpression| match expression
            .value(context, &item)
        {
            Err(Interrupt::Error(_)) => Ok(None),
            other => other,
        };
        let (first, rest) = match self.expressions.split_first() {
            None => (Some(item.clone()), Vec::new()),
            Some((expression, others)) => {
                let first = key(context, expression)?;
                let rest = others
                    .iter()
                    .map(|expression| key(context, expression))
                    .collect::<Result<_>>()?;
                (first, rest)
            }
        };
        self.rows.push(Row { first, rest, item });
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let descending = arguments.switch("Descending");
        let case = arguments.switch("CaseSensitive");
        let orders: Vec<bool> = if self.expressions.is_empty() {
            vec![descending]
        } else {
            self.expressions
                .iter()
                .map(|expression| expression.descending.unwrap_or(descending))
                .collect()
        };
        let mut rows = std::mem::take(&mut self.rows);
        if rows.iter().all(|row| row.number().is_some()) {
            let down = orders.first().is_some_and(|descending| *descending);
            rows.sort_by(|left, right| {
                let order = left.number().cmp(&right.number());
                if down { order.reverse() } else { order }
            });
        } else {
            rows.sort_by(|left, right| compare(context, left, right, &orders, case));
        }
        if arguments.switch("Unique") {
            rows.dedup_by(|next, kept| compare(context, kept, next, &orders, case) == Ordering::Equal);
        }
        let size = |name: &str| {
            arguments
                .int(name)
                .and_then(|number| usize::try_from(number).ok())
        };
        if let Some(top) = size("Top") {
            rows.truncate(top);
        }
        if let Some(bottom) = size("Bottom") {
            rows.drain(..rows.len().saturating_sub(bottom));
        }
        rows.into_iter().try_for_each(|row| context.write(row.item))
    }
}

fn compare(context: &mut dyn Context, left: &Row, right: &Row, descending: &[bool], case: bool) -> Ordering {
    let keys = std::iter::once(&left.first).chain(&left.rest);
    let others = std::iter::once(&right.first).chain(&right.rest);
    for ((left, right), descending) in keys.zip(others).zip(descending) {
        let order = match (left, right) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(left), Some(right)) => inspect::order_in(context, left, right, case),
        };
        let order = if *descending { order.reverse() } else { order };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}
