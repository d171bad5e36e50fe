//! An open block of a format stream: which shape it has, which objects it takes, and where its groups change.

use std::sync::Arc;

use plenum_lang::cmdlet::Context;
use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::format::{Directive, Layout, Shape, View};
use plenum_lang::inspect;
use plenum_lang::property_expression::{PropertyExpression, Source};
use plenum_lang::value::Value;

use super::custom::CustomShape;
use super::list::ListShape;
use super::table::TableShape;
use super::wide::WideShape;
use super::{Page, cell, views};

/// Objects with up to this many properties are a table, those with more a list.
const TABLE_LIMIT: usize = 4;

/// The columns of a table that nobody chose.
const DEFAULT_COLUMNS: usize = 10;

/// A laid-out shape.
pub enum Laid {
    /// A table.
    Table(TableShape),
    /// A list.
    List(ListShape),
    /// Columns of one property.
    Wide(WideShape),
    /// A dump of members.
    Custom(CustomShape),
    /// One line of text for each object.
    Line(String),
}

/// An open block.
pub struct Block {
    laid: Laid,
    /// The type that the view is for; `None` takes any object.
    type_name: Option<String>,
    group: Option<Group>,
}

struct Group {
    expression: PropertyExpression,
    label: Option<String>,
    current: Option<String>,
}

impl Block {
    /// Opens a block for its first object: the blank line before it, and its shape.
    pub fn open(
        context: &mut dyn Context,
        page: &Page,
        directive: Option<&Arc<Directive>>,
        first: &Value,
        out: &mut String,
    ) -> Result<Block> {
        out.push('\n');
        let view = views::view_of(context, first);
        match directive {
            Some(directive) => {
                let name = directive.view.as_deref();
                let found = view.as_ref().and_then(|view| view.find(directive.shape, name));
                if let (Some(name), None) = (name, &found) {
                    return Err(no_view(name).into());
                }
                Block::directed(context, page, directive, found.as_deref(), first)
            }
            None => Ok(Block::chosen(context, page, view, first)),
        }
    }

    fn directed(
        context: &dyn Context,
        page: &Page,
        directive: &Directive,
        view: Option<&View>,
        first: &Value,
    ) -> Result<Block> {
        let properties = PropertyExpression::parse_all(&directive.properties)?;
        let group = match &directive.group_by {
            Some(value) => Some(Group::new(PropertyExpression::parse(value)?)),
            None if properties.is_empty() => view.and_then(Group::of_view),
            None => None,
        };
        let laid = match directive.shape {
            Shape::Table => {
                let mut table = match (view, properties.is_empty()) {
                    (
                        Some(View {
                            layout: Layout::Table(columns),
                            ..
                        }),
                        true,
                    ) => TableShape::of_view(columns),
                    (_, true) => TableShape::of(
                        context,
                        &default_properties(context, view, first, DEFAULT_COLUMNS),
                        first,
                    ),
                    (_, false) => TableShape::of(context, &properties, first),
                };
                let viewed = view.filter(|_| properties.is_empty());
                table.auto_size = directive.auto_size || viewed.is_some_and(|view| view.auto_size);
                table.wrap = directive.wrap || view.is_some_and(|view| view.wrap);
                table.hide_headers = directive.hide_headers || viewed.is_some_and(|view| view.hide_headers);
                table.repeat_header = directive.repeat_header;
                if directive.auto_size {
                    table.forget_widths();
                }
                Laid::Table(table)
            }
            Shape::List => Laid::List(match (view, properties.is_empty()) {
                (
                    Some(View {
                        layout: Layout::List(lines),
                        ..
                    }),
                    true,
                ) => ListShape::of_view(lines),
                (
                    Some(View {
                        layout: Layout::Default(names),
                        ..
                    }),
                    true,
                ) => ListShape::of(
                    names
                        .iter()
                        .map(|name| PropertyExpression::name(name.as_ref()))
                        .collect(),
                ),
                (_, true) => ListShape::of_each(),
                (_, false) => ListShape::of(properties),
            }),
            Shape::Wide => Laid::Wide(WideShape::new(
                properties.into_iter().next(),
                directive,
                view,
                first,
            )),
            Shape::Custom => Laid::Custom(CustomShape::new(properties, directive.depth)),
        };
        let _ = page;
        Ok(Block {
            laid,
            type_name: None,
            group,
        })
    }

    fn chosen(context: &dyn Context, page: &Page, view: Option<Arc<View>>, first: &Value) -> Block {
        let _ = page;
        let Some(view) = view else {
            let names = inspect::property_names_in(context, first);
            let laid = if names.len() <= TABLE_LIMIT {
                Laid::Table(TableShape::of(
                    context,
                    &all_properties(context, first, TABLE_LIMIT),
                    first,
                ))
            } else {
                Laid::List(ListShape::of_each())
            };
            return Block {
                laid,
                type_name: None,
                group: None,
            };
        };
        let laid = match &view.layout {
            Layout::Table(columns) => {
                let mut table = TableShape::of_view(columns);
                table.wrap = view.wrap;
                table.auto_size = view.auto_size;
                table.hide_headers = view.hide_headers;
                Laid::Table(table)
            }
            Layout::List(lines) => Laid::List(ListShape::of_view(lines)),
            Layout::Line(property) => Laid::Line(property.to_string()),
            Layout::Wide(column, columns) => {
                let directive = Directive {
                    columns: *columns,
                    auto_size: view.auto_size,
                    ..Directive::new(Shape::Wide)
                };
                Laid::Wide(WideShape::new(Some(column.shown()), &directive, None, first))
            }
            Layout::Default(names) => {
                let properties: Vec<_> = names
                    .iter()
                    .map(|name| PropertyExpression::name(name.as_ref()))
                    .collect();
                let laid = if names.len() <= TABLE_LIMIT {
                    Laid::Table(TableShape::of(context, &properties, first))
                } else {
                    Laid::List(ListShape::of(properties))
                };
                return Block {
                    laid,
                    type_name: None,
                    group: None,
                };
            }
        };
        Block {
            laid,
            type_name: Some(view.type_name.to_string()),
            group: Group::of_view(&view),
        }
    }

    /// Whether an object goes on in this block.
    pub fn accepts(&self, value: &Value) -> bool {
        let Some(type_name) = &self.type_name else {
            return true;
        };
        inspect::type_names(value)
            .iter()
            .any(|name| views::same_type(name, type_name))
    }

    /// Adds an object.
    pub fn add(
        &mut self,
        context: &mut dyn Context,
        page: &Page,
        value: &Value,
        out: &mut String,
    ) -> Result<()> {
        self.change_group(context, page, value, out)?;
        match &mut self.laid {
            Laid::Table(table) => table.add(context, page, value, out),
            Laid::List(list) => list.add(context, page, value, out),
            Laid::Wide(wide) => wide.add(context, page, value, out),
            Laid::Custom(custom) => custom.add(context, page, value, out),
            Laid::Line(property) => {
                // Dates are the one type that shows a line of text: the long date and time, or what
                // `Get-Date -DisplayHint` says of it.
                let hint = inspect::property_in(context, value, "DisplayHint")?.map(|hint| hint.to_text());
                let text = match hint.as_deref() {
                    Some("Date") => inspect::formatted(value, "D"),
                    Some("Time") => inspect::formatted(value, "T"),
                    _ => match inspect::property_in(context, value, property)? {
                        Some(text) => inspect::display_text(&text),
                        None => inspect::formatted(value, "F"),
                    },
                };
                out.push_str(&text);
                out.push('\n');
                Ok(())
            }
        }
    }

    /// A line that belongs between the objects but not to them.
    pub fn text_line(&mut self, line: &str, out: &mut String) {
        match &mut self.laid {
            Laid::Table(table) if table.waits() => table.hold_line(line),
            _ => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }

    /// Ends the block: what was held back, and the blank line after it.
    pub fn close(mut self, context: &mut dyn Context, page: &Page, out: &mut String) -> Result<()> {
        let _ = context;
        self.end_group(page, out);
        out.push('\n');
        Ok(())
    }

    fn end_group(&mut self, page: &Page, out: &mut String) {
        match &mut self.laid {
            Laid::Table(table) => table.end(page, out),
            Laid::Wide(wide) => wide.end(page, out),
            Laid::List(list) => list.end(),
            Laid::Custom(custom) => custom.end(out),
            Laid::Line(_) => {}
        }
    }

    fn change_group(
        &mut self,
        context: &mut dyn Context,
        page: &Page,
        value: &Value,
        out: &mut String,
    ) -> Result<()> {
        let Some(group) = &mut self.group else {
            return Ok(());
        };
        let key = evaluate(context, page, &group.expression, value)?.unwrap_or_default();
        let text = cell::text(&key, page.enumeration_limit);
        if group.current.as_ref() == Some(&text) {
            return Ok(());
        }
        let label = group
            .label
            .clone()
            .unwrap_or_else(|| group.expression.heading(Some(value)));
        let is_first = group.current.is_none();
        group.current = Some(text.clone());
        if !is_first {
            self.end_group(page, out);
            out.push('\n');
        }
        out.push_str(&format!("   {label}: {text}\n\n"));
        Ok(())
    }
}

impl Group {
    fn new(expression: PropertyExpression) -> Group {
        Group {
            expression,
            label: None,
            current: None,
        }
    }

    fn of_view(view: &View) -> Option<Group> {
        let (label, property) = view.group_by.as_ref()?;
        let expression = match &view.group {
            Some(expression) => (**expression).clone(),
            None => PropertyExpression::name(property.as_ref()),
        };
        Some(Group {
            expression,
            label: Some(label.to_string()),
            current: None,
        })
    }
}

fn no_view(name: &str) -> ErrorRecord {
    ErrorRecord::new(
        "FormatViewNotFound",
        Category::ObjectNotFound,
        format!("View name {name} cannot be found."),
    )
    .exception("System.Management.Automation.PSInvalidOperationException")
}

/// The properties that a table shows when nobody names them.
fn default_properties(
    context: &dyn Context,
    view: Option<&View>,
    first: &Value,
    limit: usize,
) -> Vec<PropertyExpression> {
    match view.map(|view| &view.layout) {
        Some(Layout::Default(names)) => names
            .iter()
            .map(|name| PropertyExpression::name(name.as_ref()))
            .collect(),
        _ => all_properties(context, first, limit),
    }
}

fn all_properties(context: &dyn Context, first: &Value, limit: usize) -> Vec<PropertyExpression> {
    inspect::property_names_in(context, first)
        .iter()
        .take(limit)
        .map(|name| PropertyExpression::name(name.as_ref()))
        .collect()
}

/// An expression's value; an expression that fails shows nothing, or what -ShowError and -DisplayError ask for.
pub fn evaluate(
    context: &mut dyn Context,
    page: &Page,
    expression: &PropertyExpression,
    value: &Value,
) -> Result<Option<Value>> {
    match expression.value(context, value) {
        Err(Interrupt::Error(record)) => {
            if page.errors.reported {
                context.error(*record)?;
            }
            Ok(page.errors.displayed.then(|| Value::str("#ERR")))
        }
        other => other,
    }
}

/// Expressions with wildcards expanded on an object; a plain name stays even when the object lacks it.
pub fn expand(
    context: &dyn Context,
    expressions: &[PropertyExpression],
    object: &Value,
) -> Vec<PropertyExpression> {
    let mut expanded: Vec<PropertyExpression> = Vec::new();
    for expression in expressions {
        for one in expression.expand(context, object) {
            let is_known = expanded.iter().any(|known| match (&known.source, &one.source) {
                (Source::Name(known_name), Source::Name(name)) => {
                    known.label.is_none() && one.label.is_none() && known_name.eq_ignore_ascii_case(name)
                }
                _ => false,
            });
            let from_wildcard = expression_has_wildcard(expression);
            if !(is_known && from_wildcard) {
                expanded.push(one);
            }
        }
    }
    expanded
}

fn expression_has_wildcard(expression: &PropertyExpression) -> bool {
    matches!(&expression.source, Source::Name(name) if plenum_lang::property_expression::has_wildcard(name))
}
