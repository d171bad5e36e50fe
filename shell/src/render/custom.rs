//! Format-Custom: an object and what is inside it, as nested blocks.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::Value;

use super::{Page, block, cell};

/// A custom block.
pub struct CustomShape {
    properties: Vec<PropertyExpression>,
    depth: usize,
}

impl CustomShape {
    /// A dump of these properties (all when empty), so many levels down.
    pub fn new(properties: Vec<PropertyExpression>, depth: usize) -> CustomShape {
        CustomShape { properties, depth }
    }

    /// Adds an object.
    pub fn add(
        &mut self,
        context: &mut dyn Context,
        page: &Page,
        value: &Value,
        out: &mut String,
    ) -> Result<()> {
        out.push_str(&format!("class {}\n{{\n", short_type_name(value)));
        let properties = if self.properties.is_empty() {
            inspect::property_names_in(context, value)
                .iter()
                .map(|name| PropertyExpression::name(name.as_ref()))
                .collect()
        } else {
            block::expand(context, &self.properties, value)
        };
        for property in &properties {
            let found = block::evaluate(context, page, property, value)?.unwrap_or_default();
            write_member(page, &property.heading(Some(value)), &found, 1, self.depth, out);
        }
        out.push_str("}\n\n");
        Ok(())
    }

    /// Ends a group; each object has brought its own blank line.
    #[allow(clippy::unused_self)] // same shape as the other blocks
    pub fn end(&mut self, _out: &mut String) {}
}

fn write_member(page: &Page, name: &str, value: &Value, level: usize, depth: usize, out: &mut String) {
    let indent = "  ".repeat(level);
    if let Some(items) = inspect::elements(value) {
        out.push_str(&format!("{indent}{name} = \n{indent}  [\n"));
        for item in items.iter().take(page.enumeration_limit) {
            write_value(page, item, level + 2, depth, out);
        }
        if items.len() > page.enumeration_limit {
            out.push_str(&format!("{indent}    {}\n", cell::ELLIPSIS));
        }
        out.push_str(&format!("{indent}  ]\n"));
        return;
    }
    if matches!(value, Value::Object(_)) && level < depth {
        out.push_str(&format!("{indent}{name} = \n"));
        write_value(page, value, level + 1, depth, out);
        return;
    }
    out.push_str(&format!(
        "{indent}{name} = {}\n",
        cell::text(value, page.enumeration_limit)
    ));
}

fn write_value(page: &Page, value: &Value, level: usize, depth: usize, out: &mut String) {
    let indent = "  ".repeat(level);
    if !matches!(value, Value::Object(_)) || level > depth + 1 {
        out.push_str(&format!(
            "{indent}{}\n",
            cell::text(value, page.enumeration_limit)
        ));
        return;
    }
    out.push_str(&format!("{indent}class {}\n{indent}{{\n", short_type_name(value)));
    for name in inspect::property_names(value) {
        let found = inspect::property(value, &name).unwrap_or_default();
        write_member(page, &name, &found, level + 1, depth, out);
    }
    out.push_str(&format!("{indent}}}\n"));
}

fn short_type_name(value: &Value) -> String {
    let full = inspect::type_name(value);
    full.rsplit('.').next().unwrap_or(&full).to_owned()
}
