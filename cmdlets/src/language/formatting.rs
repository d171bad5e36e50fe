//! What the Format cmdlets share: a directive first, an entry for each object, an end.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::format::{Directive, FormatData, Shape};
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::signature::Completion;

use crate::authoring::{ParameterBuilder, Read, current, parameter};

/// A running Format cmdlet; the function reads its directive from the arguments.
pub struct Formatting {
    directive: fn(&Arguments) -> Directive,
    started: bool,
}

impl Formatting {
    /// One that has not begun.
    pub fn new(directive: fn(&Arguments) -> Directive) -> Formatting {
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
            let directive = (self.directive)(arguments);
            context.write(FormatData::Start(Arc::new(directive)).into_value())?;
        }
        let (collection, items) = match Expand::of(arguments) {
            Expand::Items => (false, inspect::elements(&item)),
            Expand::Collection => (true, None),
            Expand::Both => (true, inspect::elements(&item)),
        };
        if collection || items.is_none() {
            context.write(FormatData::Entry(item).into_value())?;
        }
        items
            .into_iter()
            .flatten()
            .try_for_each(|item| context.write(FormatData::Entry(item).into_value()))
    }

    fn end(&mut self, context: &mut dyn Context, _arguments: &Arguments) -> Result<()> {
        if self.started {
            context.write(FormatData::End.into_value())
        } else {
            Ok(())
        }
    }
}

/// What a collection shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expand {
    Items,
    Collection,
    Both,
}

impl Expand {
    fn of(arguments: &Arguments) -> Expand {
        match arguments
            .text("Expand")
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "coreonly" => Expand::Collection,
            "both" => Expand::Both,
            _ => Expand::Items,
        }
    }
}

/// A shape with the wishes that every Format cmdlet takes.
pub fn shaped(shape: Shape, arguments: &Arguments) -> Directive {
    Directive {
        properties: arguments.values("Property"),
        group_by: arguments.get("GroupBy").cloned(),
        collections: Expand::of(arguments) != Expand::Items,
        show_errors: arguments.switch("ShowError"),
        display_errors: arguments.switch("DisplayError"),
        force: arguments.switch("Force"),
        view: arguments.text("View"),
        ..Directive::new(shape)
    }
}

/// The parameters that every Format cmdlet has.
pub fn common_parameters() -> Vec<ParameterBuilder> {
    vec![
        parameter("GroupBy", "object").help("The property or expression whose changes begin a new group."),
        parameter("View", "string").help("The name of one of the type's views."),
        parameter("ShowError", "switch").help("Reports errors of calculated properties."),
        parameter("DisplayError", "switch").help("Shows #ERR where a calculated property fails."),
        parameter("Force", "switch").help("Shows the members of errors too, not only their text."),
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
