//! Wide output: one property of each object, in columns across the screen.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::format::{Directive, Layout, View};
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::Value;

use super::{Page, block, cell};

/// Columns when nobody says how many.
const DEFAULT_COLUMNS: usize = 2;

/// A wide block.
pub struct WideShape {
    property: Option<PropertyExpression>,
    columns: usize,
    auto_size: bool,
    held: Vec<String>,
}

impl WideShape {
    /// A block that shows a property, or the name of things when none is given.
    pub fn new(
        property: Option<PropertyExpression>,
        directive: &Directive,
        view: Option<&View>,
        first: &Value,
    ) -> WideShape {
        let viewed = match view.map(|view| &view.layout) {
            Some(Layout::Wide(column, _)) => Some(column.shown()),
            _ => None,
        };
        let property = property
            .or(viewed)
            .or_else(|| display_name(view, first).map(PropertyExpression::name));
        let columns = directive.columns.unwrap_or(DEFAULT_COLUMNS).max(1);
        WideShape {
            property,
            columns,
            auto_size: directive.auto_size,
            held: Vec::new(),
        }
    }

    /// Adds an object.
    pub fn add(
        &mut self,
        context: &mut dyn Context,
        page: &Page,
        value: &Value,
        out: &mut String,
    ) -> Result<()> {
        let text = match &self.property {
            Some(property) => {
                let found = block::evaluate(context, page, property, value)?.unwrap_or_default();
                match &property.format {
                    Some(format) => inspect::formatted(&found, format),
                    None => cell::text(&found, page.enumeration_limit),
                }
            }
            None => inspect::display_text(value),
        };
        self.held.push(text);
        if !self.auto_size && self.held.len() == self.columns {
            self.write_held(page, out);
        }
        Ok(())
    }

    /// Ends the block.
    pub fn end(&mut self, page: &Page, out: &mut String) {
        if self.auto_size {
            let longest = self.held.iter().map(|text| cell::width(text)).max().unwrap_or(0);
            self.columns = (page.width / (longest + 2)).max(1);
        }
        self.write_held(page, out);
    }

    fn write_held(&mut self, page: &Page, out: &mut String) {
        let columns = self.columns;
        let width = (page.width.saturating_sub(columns - 1) / columns).max(1);
        for row in std::mem::take(&mut self.held).chunks(columns) {
            for (index, text) in row.iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                let text = cell::cut(&cell::first_line(text), width, false);
                cell::pad(&text, if index + 1 == columns { 0 } else { width }, false, out);
            }
            out.push('\n');
        }
    }
}

/// The property that names an object: the first of its view, or one called Name, or the first it has.
fn display_name(view: Option<&View>, first: &Value) -> Option<String> {
    let names = inspect::property_names(first);
    if let Some(named) = names.iter().find(|name| name.eq_ignore_ascii_case("Name")) {
        return Some(named.to_string());
    }
    let from_view = match view.map(|view| &view.layout) {
        Some(Layout::Table(columns) | Layout::List(columns)) => {
            columns.first().map(|column| column.property.to_string())
        }
        Some(Layout::Default(names)) => names.first().map(ToString::to_string),
        _ => None,
    };
    from_view.or_else(|| names.first().map(std::string::ToString::to_string))
}
