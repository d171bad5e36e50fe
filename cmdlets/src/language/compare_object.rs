//! Compare-Object: what is in one collection and not in the other, without regard to order.
//!
//! Matches come first (with -IncludeEqual), then what only the difference has, then what only the reference has.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::signature::Validation;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, custom_object, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let side = |name: &'static str, position: u16| {
        parameter(name, "psobject[]")
            .mandatory()
            .position(position)
            .validate(Validation::AllowEmptyCollection)
    };
    stateful::<CompareObject>(
        cmdlet("Compare-Object", super::UTILITY)
            .synopsis("Compares two collections of objects.")
            .description(
                "Shows with => what only the difference has and with <= what only the reference has.",
            )
            .parameter(side("ReferenceObject", 0).help("What the other one is compared with."))
            .parameter(side("DifferenceObject", 1).by_value().help("What is compared."))
            .parameter(
                parameter("SyncWindow", "int")
                    .range(0.0, f64::from(i32::MAX))
                    .help("How far apart equal objects may stand."),
            )
            .parameter(
                parameter("Property", "object[]")
                    .position(2)
                    .help("The properties to compare; none compares the values."),
            )
            .switch("ExcludeDifferent", "Shows only what both have.")
            .switch("IncludeEqual", "Shows what both have too.")
            .switch("PassThru", "Gives the objects themselves.")
            .parameter(
                parameter("Culture", "string")
                    .help("The culture of the comparison: en-US or the invariant one."),
            )
            .switch("CaseSensitive", "Capitals make a difference.")
            .example(
                "Compare-Object (Get-Content old.txt) (Get-Content new.txt)",
                "Shows the lines that were added and removed.",
            )
            .alias("compare")
            .alias("diff"),
    )
}

#[derive(Default)]
struct CompareObject {
    differences: Vec<Value>,
}

impl Invocation for CompareObject {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        crate::authoring::only_english(arguments)
    }

    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.differences.extend(arguments.values("DifferenceObject"));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let properties = PropertyExpression::parse_all(&arguments.values("Property"))?;
        let window = arguments
            .int("SyncWindow")
            .and_then(|window| usize::try_from(window).ok())
            .unwrap_or(usize::MAX);
        let case = arguments.switch("CaseSensitive");
        let mut reference = Vec::new();
        for item in arguments.values("ReferenceObject") {
            reference.push(Some(Side::new(context, item, &properties)?));
        }
        let (mut equal, mut added) = (Vec::new(), Vec::new());
        for (place, item) in std::mem::take(&mut self.differences).into_iter().enumerate() {
            let side = Side::new(context, item, &properties)?;
            let matching = reference.iter().position(|known| {
                known
                    .as_ref()
                    .is_some_and(|known| known.equals(context, &side, case))
            });
            match matching.filter(|found| found.abs_diff(place) <= window) {
                Some(found) => equal.extend(reference[found].take()),
                None => added.push(side),
            }
        }
        let only_equal = arguments.switch("ExcludeDifferent");
        if arguments.switch("IncludeEqual") || only_equal {
            write(context, arguments, equal, "==", &properties)?;
        }
        if only_equal {
            return Ok(());
        }
        write(context, arguments, added, "=>", &properties)?;
        write(
            context,
            arguments,
            reference.into_iter().flatten().collect(),
            "<=",
            &properties,
        )
    }
}

struct Side {
    item: Value,
    keys: Vec<Value>,
}

impl Side {
    fn new(context: &mut dyn Context, item: Value, properties: &[PropertyExpression]) -> Result<Side> {
        let mut keys = Vec::new();
        for property in properties {
            keys.push(property.value(context, &item)?.unwrap_or_default());
        }
        if properties.is_empty() {
            keys.push(item.clone());
        }
        Ok(Side { item, keys })
    }

    fn equals(&self, context: &mut dyn Context, other: &Side, case: bool) -> bool {
        self.keys
            .iter()
            .zip(&other.keys)
            .all(|(left, right)| inspect::order_in(context, left, right, case).is_eq())
    }
}

fn write(
    context: &mut dyn Context,
    arguments: &Arguments,
    sides: Vec<Side>,
    indicator: &str,
    properties: &[PropertyExpression],
) -> Result<()> {
    for side in sides {
        let result = if arguments.switch("PassThru") {
            inspect::with_note(&side.item, "SideIndicator", text(indicator))
        } else if properties.is_empty() {
            custom_object([("InputObject", side.item), ("SideIndicator", text(indicator))])
        } else {
            let headings: Vec<String> = properties
                .iter()
                .map(|property| property.heading(Some(&side.item)))
                .collect();
            let notes = headings.iter().map(String::as_str).zip(side.keys);
            custom_object(notes.chain([("SideIndicator", text(indicator))]))
        };
        context.write(result)?;
    }
    Ok(())
}
