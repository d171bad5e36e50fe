//! Writing comma-separated values: the columns, the line of names, quotes.
//!
//! The first object decides the columns. Objects of its shape are written slot by slot; of others each property is
//! looked up.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::value::{MemberKind, Shape, Value};

use crate::authoring::Read;

/// Makes lines of objects; the first one decides the columns.
#[derive(Default)]
pub struct Writer {
    /// Their names, once they are known.
    pub columns: Option<Vec<String>>,
    style: Option<Style>,
    /// The shape whose slots are the columns, in their order.
    shape: Option<Arc<Shape>>,
}

struct Style {
    delimiter: char,
    quotes: Quotes,
}

enum Quotes {
    Always,
    Never,
    AsNeeded,
    Columns(Vec<String>),
}

impl Style {
    fn of(arguments: &Arguments) -> Style {
        let fields = arguments.list("QuoteFields");
        let quotes = if fields.is_empty() {
            match arguments
                .text("UseQuotes")
                .unwrap_or_default()
                .to_ascii_lowercase()
                .as_str()
            {
                "never" => Quotes::Never,
                "asneeded" => Quotes::AsNeeded,
                _ => Quotes::Always,
            }
        } else {
            Quotes::Columns(fields)
        };
        Style {
            delimiter: delimiter_of(arguments),
            quotes,
        }
    }

    /// Appends a field.
    fn field(&self, column: &str, field: &str, line: &mut String) {
        let quoted = match &self.quotes {
            Quotes::Always => true,
            Quotes::Never => false,
            Quotes::AsNeeded => field.contains([self.delimiter, '"', '\n', '\r']),
            Quotes::Columns(columns) => columns.iter().any(|known| known.eq_ignore_ascii_case(column)),
        };
        if !quoted {
            line.push_str(field);
            return;
        }
        line.push('"');
        let mut rest = field;
        while let Some(at) = memchr::memchr(b'"', rest.as_bytes()) {
            line.push_str(&rest[..=at]);
            line.push('"');
            rest = &rest[at + 1..];
        }
        line.push_str(rest);
        line.push('"');
    }

    /// Appends a value's field; nothing for what is nothing.
    fn value(&self, column: &str, value: &Value, line: &mut String) {
        match value {
            Value::Null | Value::Nothing => {}
            Value::Str(text) => self.field(column, text, line),
            other => self.field(column, &field_text(other), line),
        }
    }
}

/// What stands between fields.
pub fn delimiter_of(arguments: &Arguments) -> char {
    arguments
        .text("Delimiter")
        .and_then(|text| text.chars().next())
        .unwrap_or(',')
}

impl Writer {
    /// Appends the lines of an object: before the first one the header's.
    pub fn add(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        item: &Value,
        header: bool,
        out: &mut String,
    ) -> Result<()> {
        let style = self.style.get_or_insert_with(|| Style::of(arguments));
        if self.columns.is_none() {
            let columns = columns(context, item);
            if arguments.switch("IncludeTypeInformation") {
                out.push_str(&format!("#TYPE {}\n", inspect::type_name(item)));
            }
            if header && !arguments.switch("NoHeader") {
                for (index, name) in columns.iter().enumerate() {
                    if index > 0 {
                        out.push(style.delimiter);
                    }
                    style.field(name, name, out);
                }
                out.push('\n');
            }
            self.shape = plain_shape(item, &columns);
            self.columns = Some(columns);
        }
        let columns = self.columns.as_deref().unwrap_or(&[]);
        if let (Some(shape), Value::Object(object)) = (&self.shape, item)
            && object.with_slots(shape, |slots| {
                for (index, (column, value)) in columns.iter().zip(slots).enumerate() {
                    if index > 0 {
                        out.push(style.delimiter);
                    }
                    style.value(column, value, out);
                }
            })
        {
            out.push('\n');
            return Ok(());
        }
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                out.push(style.delimiter);
            }
            let found = inspect::property_in(context, item, column)?.unwrap_or_default();
            style.value(column, &found, out);
        }
        out.push('\n');
        Ok(())
    }

    /// Refuses an object that lacks one of the columns.
    pub fn check_columns(&self, context: &dyn Context, arguments: &Arguments, item: &Value) -> Result<()> {
        let Some(known) = &self.columns else { return Ok(()) };
        let own = columns(context, item);
        let lacking = known
            .iter()
            .find(|name| !own.iter().any(|own| own.eq_ignore_ascii_case(name)));
        let Some(lacking) = lacking else { return Ok(()) };
        let file = arguments.text("Path").or_else(|| arguments.text("LiteralPath"));
        let message = format!(
            "Cannot append CSV content to the following file: {}. The appended object does not have a property that \
             corresponds to the following column: {lacking}. To continue with mismatched properties, add the -Force \
             parameter, and then retry the command.",
            file.unwrap_or_default()
        );
        let id = "CannotAppendCsvWithMismatchedPropertyNames";
        Err(ErrorRecord::new(id, Category::InvalidData, message)
            .exception("System.InvalidOperationException")
            .into())
    }
}

/// The shape of an object whose properties are notes only, and the columns.
fn plain_shape(item: &Value, columns: &[String]) -> Option<Arc<Shape>> {
    let Value::Object(object) = item else { return None };
    let shape = object.shape();
    let members = shape.members();
    let plain = members.len() == columns.len()
        && members
            .iter()
            .zip(columns)
            .all(|((name, kind), column)| *kind == MemberKind::Note && **name == **column);
    plain.then_some(shape)
}

/// The columns of an object: a hashtable's keys, else its properties.
fn columns(context: &dyn Context, item: &Value) -> Vec<String> {
    match item.base() {
        Value::Hashtable(table) => table.keys().iter().map(inspect::text).collect(),
        _ => inspect::property_names_in(context, item)
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}

/// A value's text in a field: collections and tables by their type's name.
fn field_text(value: &Value) -> String {
    match value.base() {
        Value::Array(_) | Value::List(_) | Value::Hashtable(_) => inspect::type_name(value),
        _ => inspect::display_text(value),
    }
}
