//! What the Format cmdlets share: a directive first, an entry for each object, an end.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::format::{Directive, FormatData};
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::signature::Completion;

use crate::authoring::{ParameterBuilder, Read, current, parameter};

/// A running Format cmdlet; the function reads its directive from the arguments.
pub struct Formatting {
    directive: fn(&Arguments) -> Result<Directive>,
    started: bool,
}

impl Formatting {
    /// One that has not begun.
    pub fn new(directive: fn(&Arguments) -> Result<Directive>) -> Formatting {
        Formatting {
            directive,
            started: false,
        }
    }
}

impl Invocation for Formatting {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        // A wrong property hashtable is said before the first object arrives.
        PropertyExpression::parse_all(&arguments.values("Property"))?;
        Ok(())
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if !context.expects_input() && !arguments.has("InputObject") {
            return Ok(());
        }
        let item = current(arguments);
        if !self.started {
            self.started = true;
            let directive = (self.directive)(arguments)?;
            context.write(FormatData::Start(Arc::new(directive)).into_value())?;
        }
        match inspect::elements(&item) {
            Some(items) => items
                .into_iter()
                .try_for_each(|item| context.write(FormatData::Entry(item).into_value())),
            None => context.write(FormatData::Entry(item).into_value()),
        }
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        if self.started {
            context.write(FormatData::End.into_value())
        } else {
            Ok(())
        }
    }
}

/// The parameters that every Format cmdlet has.
pub fn common_parameters() -> Vec<ParameterBuilder> {
    vec![
        parameter("GroupBy", "object").help("The property or expression whose changes begin a new group."),
        parameter("View", "string").help("The view to use, by name."),
        parameter("ShowError", "switch")
            .help("Shows errors of calculated properties; they are left blank here."),
        parameter("DisplayError", "switch").help("Shows errors of calculated properties in their place."),
        parameter("Force", "switch").help("Shows everything even when something is wrong."),
        parameter("Expand", "string")
            .one_of(&["CoreOnly", "EnumOnly", "Both"])
            .help("Whether collections show themselves, their items, or both."),
        crate::authoring::input_object(),
    ]
}

/// The parameter that names properties.
pub fn property_parameter() -> ParameterBuilder {
    parameter("Property", "object[]")
        .position(0)
        .complete(Completion::Property)
        .help("Names with wildcards, script blocks, or hashtables with Name, Expression, FormatString, Width, Alignment.")
}
