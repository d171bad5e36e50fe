//! Lists: one line for each property, labels padded to the longest, long values going on below themselves.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::format::ViewColumn;
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::Value;

use super::{Page, block, cell};
use crate::theme::Role;

/// A list.
pub struct ListShape {
    /// Empty: each object's own properties.
    properties: Vec<PropertyExpression>,
    has_objects: bool,
}

impl ListShape {
    /// A list of each object's own properties.
    pub fn of_each() -> ListShape {
        ListShape::of(Vec::new())
    }

    /// A list of these properties; wildcards expand on each object.
    pub fn of(properties: Vec<PropertyExpression>) -> ListShape {
        ListShape {
            properties,
            has_objects: false,
        }
    }

    /// A list of a type's view.
    pub fn of_view(lines: &[ViewColumn]) -> ListShape {
        let line = |line: &ViewColumn| PropertyExpression {
            label: Some(line.label.to_string()),
            ..line.shown()
        };
        ListShape::of(lines.iter().map(line).collect())
    }

    /// Adds an object.
    pub fn add(
        &mut self,
        context: &mut dyn Context,
        page: &Page,
        value: &Value,
        out: &mut String,
    ) -> Result<()> {
        let lines = if self.properties.is_empty() {
            let names = inspect::property_names_in(context, value);
            names
                .iter()
                .map(|name| PropertyExpression::name(name.as_ref()))
                .collect()
        } else {
            block::expand(context, &self.properties, value)
        };
        let mut rows = Vec::with_capacity(lines.len());
        for line in &lines {
            let Some(found) = self.value_of(context, page, line, value)? else {
                continue;
            };
            let text = match &line.format {
                Some(format) => inspect::formatted(&found, format),
                None => cell::text(&found, page.enumeration_limit),
            };
            rows.push((line.heading(Some(value)), text));
        }
        if rows.is_empty() {
            return Ok(());
        }
        if self.has_objects {
            out.push('\n');
        }
        self.has_objects = true;
        write_rows(page, &rows, out);
        Ok(())
    }

    /// A property that was named but does not exist has no line.
    fn value_of(
        &self,
        context: &mut dyn Context,
        page: &Page,
        line: &PropertyExpression,
        value: &Value,
    ) -> Result<Option<Value>> {
        let found = block::evaluate(context, page, line, value)?;
        let is_calculated =
            line.label.is_some() || matches!(line.source, plenum_lang::property_expression::Source::Block(_));
        Ok(if is_calculated {
            Some(found.unwrap_or_default())
        } else {
            found
        })
    }

    /// Ends a group.
    pub fn end(&mut self) {
        self.has_objects = false;
    }
}

/// Writes labels and values.
pub fn write_rows(page: &Page, rows: &[(String, String)], out: &mut String) {
    let label_width = rows
        .iter()
        .map(|(label, _)| cell::width(label))
        .max()
        .unwrap_or(0);
    let indent = label_width + 3;
    let room = page.width.saturating_sub(indent).max(1);
    for (label, text) in rows {
        let mut head = String::new();
        cell::pad(label, label_width, false, &mut head);
        head.push_str(" : ");
        out.push_str(&page.theme.paint(Role::Accent, &head));
        for (index, line) in cell::wrap(text, room).iter().enumerate() {
            if index > 0 {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', indent));
            }
            out.push_str(line);
        }
        out.push('\n');
    }
}
