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
    fn field(&self, column: &str, field: &str, line: &mut Vec<u8>) {
        let quoted = match &self.quotes {
            Quotes::Always => true,
            Quotes::Never => false,
            Quotes::AsNeeded => field.contains([self.delimiter, '"', '\n', '\r']),
            Quotes::Columns(columns) => columns.iter().any(|known| known.eq_ignore_ascii_case(column)),
        };
        if !quoted {
            line.extend_from_slice(field.as_bytes());
            return;
        }
        line.push(b'"');
        match field.contains('"') {
            true => line.extend_from_slice(field.replace('"', "\"\"").as_bytes()),
            false => line.extend_from_slice(field.as_bytes()),
        }
        line.push(b'"');
    }

    /// Appends a value's field; nothing for what is nothing.
    fn value(&self, column: &str, value: &Value, line: &mut Vec<u8>) {
        match value {
            Value::Null | Value::Nothing => {}
            Value::Str(text) => self.field(column, text, line),
            other => self.field(column, &field_text(other), line),
        }
    }

    fn delimit(&self, line: &mut Vec<u8>) {
        line.extend_from_slice(self.delimiter.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Appends a row's fields, and the end of the line.
    fn row(&self, columns: &[String], values: &[Value], line: &mut Vec<u8>) {
        let delimiter = u8::try_from(self.delimiter).ok().filter(u8::is_ascii);
        let start = line.len();
        match delimiter {
            Some(delimiter) if matches!(self.quotes, Quotes::Always) => {
                for (column, value) in columns.iter().zip(values) {
                    if let Value::Str(text) = value
                        && push_short(text.as_bytes(), delimiter, line)
                    {
                        continue;
                    }
                    self.value(column, value, line);
                    line.push(delimiter);
                }
                line.truncate(start.max(line.len().saturating_sub(1)));
            }
            _ => {
                for (index, (column, value)) in columns.iter().zip(values).enumerate() {
                    if index > 0 {
                        self.delimit(line);
                    }
                    self.value(column, value, line);
                }
            }
        }
        line.push(b'\n');
    }
}

/// Appends a field of 8 to 16 bytes without a quote in quotes, and a delimiter; whether it was one. Most fields are so
/// short: two words that are looked at and written from registers. Put together in memory first they would be read back
/// before they have arrived there, which costs more than all the rest.
#[inline]
fn push_short(field: &[u8], delimiter: u8, line: &mut Vec<u8>) -> bool {
    let (Some(first), Some(last)) = (field.first_chunk::<8>(), field.last_chunk::<8>()) else {
        return false;
    };
    let length = field.len();
    if length > 16 || has_quote(first) || has_quote(last) {
        return false;
    }
    // What of the last word lies behind the first one.
    let behind = (u128::from(u64::from_le_bytes(*last)) << (8 * (length - 8))) >> 64;
    line.reserve(19);
    line.push(b'"');
    let end = line.len() + length;
    line.extend_from_slice(first);
    line.extend_from_slice(&(behind as u64).to_le_bytes());
    line.truncate(end);
    line.extend_from_slice(&[b'"', delimiter]);
    true
}

/// Whether one of eight bytes is a quote.
fn has_quote(eight: &[u8; 8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    // A byte that is a quote becomes zero, and a zero byte is the one that borrows.
    let word = u64::from_ne_bytes(*eight) ^ (ONES * u64::from(b'"'));
    word.wrapping_sub(ONES) & !word & HIGH != 0
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
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let style = self.style.get_or_insert_with(|| Style::of(arguments));
        if self.columns.is_none() {
            let columns = columns(context, item);
            if arguments.switch("IncludeTypeInformation") {
                out.extend_from_slice(format!("#TYPE {}\n", inspect::type_name(item)).as_bytes());
            }
            if header && !arguments.switch("NoHeader") {
                for (index, name) in columns.iter().enumerate() {
                    if index > 0 {
                        style.delimit(out);
                    }
                    style.field(name, name, out);
                }
                out.push(b'\n');
            }
            self.shape = plain_shape(item, &columns);
            self.columns = Some(columns);
        }
        let columns = self.columns.as_deref().unwrap_or(&[]);
        if let (Some(shape), Value::Object(object)) = (&self.shape, item)
            && object.with_slots(shape, |slots| style.row(columns, slots, out))
        {
            return Ok(());
        }
        let mut values = Vec::with_capacity(columns.len());
        for column in columns {
            values.push(inspect::property_in(context, item, column)?.unwrap_or_default());
        }
        style.row(columns, &values, out);
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

#[cfg(test)]
mod tests {
    use super::{has_quote, push_short};

    #[test]
    fn a_quote_is_found_at_every_place_and_nowhere_else() {
        let mut eight = [b'#'; 8];
        assert!(!has_quote(&eight));
        for at in 0..8 {
            eight[at] = b'"';
            assert!(has_quote(&eight), "{at}");
            eight[at] = b'!';
        }
    }

    #[test]
    fn short_fields_are_written_whole_and_others_are_left_to_others() {
        for length in 0..40 {
            let field: Vec<u8> = (0..length).map(|at| b'a' + at % 26).collect();
            let mut line = b"x,".to_vec();
            let taken = push_short(&field, b';', &mut line);
            assert_eq!(taken, (8..=16).contains(&length), "{length}");
            let shown = String::from_utf8(line).unwrap();
            let field = String::from_utf8(field).unwrap();
            assert_eq!(
                shown,
                if taken {
                    format!("x,\"{field}\";")
                } else {
                    "x,".to_owned()
                }
            );
        }
        assert!(!push_short(b"say \"hello\"", b',', &mut Vec::new()));
    }
}
