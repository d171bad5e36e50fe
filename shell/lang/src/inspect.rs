//! What cmdlets and the formatter ask of any value: its type names, its properties, its elements, its text.
//!
//! One place between them and the tables of conversion and members.

use std::sync::Arc;

use parking_lot::RwLock;

use crate::cmdlet::Context;
use crate::error::Result;
use crate::value::{Array, Object, Value};

/// The type names of a value, the most special first: custom names, the type, its bases.
pub fn type_names(value: &Value) -> Vec<Arc<str>> {
    match value {
        Value::Object(object) => object.type_names.read().clone(),
        Value::Instance(instance) | Value::Block(instance) | Value::Type(instance) => vec![instance.type_name()],
        _ => vec![Arc::from(type_name(value))],
    }
}

/// The full name of a value's type; empty for `$null`.
pub fn type_name(value: &Value) -> String {
    match value {
        Value::Null | Value::Nothing => "",
        Value::Bool(_) => "System.Boolean",
        Value::Switch(_) => "System.Management.Automation.SwitchParameter",
        Value::Char(_) => "System.Char",
        Value::SByte(_) => "System.SByte",
        Value::Byte(_) => "System.Byte",
        Value::Short(_) => "System.Int16",
        Value::UShort(_) => "System.UInt16",
        Value::Int(_) => "System.Int32",
        Value::UInt(_) => "System.UInt32",
        Value::Long(_) => "System.Int64",
        Value::ULong(_) => "System.UInt64",
        Value::Single(_) => "System.Single",
        Value::Double(_) => "System.Double",
        Value::TimeSpan(_) => "System.TimeSpan",
        Value::Decimal(_) => "System.Decimal",
        Value::DateTime(_) => "System.DateTime",
        Value::Str(_) => "System.String",
        Value::Array(array) => return format!("{}[]", array.element_type),
        Value::Hashtable(table) if table.ordered => "System.Collections.Specialized.OrderedDictionary",
        Value::Hashtable(_) => "System.Collections.Hashtable",
        Value::Object(object) => {
            return object.type_names.read().first().map_or_else(String::new, |name| name.to_string());
        }
        Value::Instance(instance) | Value::Block(instance) | Value::Type(instance) => {
            return instance.type_name().to_string();
        }
    }
    .to_owned()
}

/// A property, found without regard to case; an entry of a hashtable comes first.
pub fn property(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(object) => {
            let properties = object.properties.read();
            properties.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        }
        Value::Instance(instance) | Value::Block(instance) | Value::Type(instance) => instance.property(name),
        Value::Hashtable(table) => {
            let entries = table.entries.read();
            let same = |key: &Value| matches!(key, Value::Str(text) if text.eq_ignore_ascii_case(name));
            entries.values().find(|(key, _)| same(key)).map(|(_, value)| value.clone())
        }
        _ => None,
    }
}

/// Property names in display order.
pub fn property_names(value: &Value) -> Vec<Arc<str>> {
    match value {
        Value::Object(object) => object.properties.read().keys().cloned().collect(),
        Value::Instance(instance) | Value::Block(instance) | Value::Type(instance) => instance.property_names(),
        _ => Vec::new(),
    }
}

/// The items that a pipeline would get from a collection; `None` for what is one item (texts, hashtables, objects).
pub fn elements(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(array) => Some(array.items.read().clone()),
        _ => None,
    }
}

/// A value's text, as `"$value"` gives it.
pub fn text(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        Value::Bool(flag) | Value::Switch(flag) => if *flag { "True" } else { "False" }.to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Instance(instance) | Value::Block(instance) | Value::Type(instance) => instance.to_text(),
        _ => String::new(),
    }
}

/// A value's text in the display's culture, as `.ToString()` gives it.
pub fn display_text(value: &Value) -> String {
    text(value)
}

/// A value's text by a .NET format string.
pub fn formatted(value: &Value, format: &str) -> String {
    let _ = format;
    display_text(value)
}

/// A property, with script properties run.
pub fn property_in(_context: &mut dyn Context, value: &Value, name: &str) -> Result<Option<Value>> {
    Ok(property(value, name))
}

/// Whether a text matches a wildcard pattern, without regard to case.
pub fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) =
        (text.to_lowercase().chars().collect(), pattern.to_lowercase().chars().collect());
    let (mut at, mut next) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match one(&pattern[next..], text[at]) {
            Some(_) if pattern.get(next) == Some(&'*') => {
                star = Some((next + 1, at));
                next += 1;
            }
            Some(length) => {
                at += 1;
                next += length;
            }
            None => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    at = from + 1;
                    next = after;
                }
                None => return false,
            },
        }
    }
    pattern[next..].iter().all(|&character| character == '*')
}

/// How many pattern characters match one character; a star counts as a match of its own.
fn one(pattern: &[char], character: char) -> Option<usize> {
    match *pattern.first()? {
        '*' | '?' => Some(1),
        '`' if pattern.len() > 1 => (pattern[1] == character).then_some(2),
        '[' => {
            let end = pattern.iter().position(|&c| c == ']')?;
            let set = &pattern[1..end];
            let mut at = 0;
            let mut found = false;
            while at < set.len() {
                if at + 2 < set.len() && set[at + 1] == '-' {
                    found |= set[at] <= character && character <= set[at + 2];
                    at += 3;
                } else {
                    found |= set[at] == character;
                    at += 1;
                }
            }
            found.then_some(end + 1)
        }
        literal => (literal == character).then_some(1),
    }
}

/// An Object[] of values.
pub fn array(items: Vec<Value>) -> Value {
    Value::Array(Arc::new(Array { element_type: Arc::from("System.Object"), items: RwLock::new(items) }))
}

/// A property bag with type names.
pub fn object<'a>(type_names: &[&str], properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let properties = properties.into_iter().map(|(name, value)| (Arc::from(name), value)).collect();
    let type_names = type_names.iter().map(|name| Arc::from(*name)).collect();
    Value::Object(Arc::new(Object { type_names: RwLock::new(type_names), properties: RwLock::new(properties) }))
}

/// Whether a value is a member of an enumeration.
pub fn is_enum(value: &Value) -> bool {
    let _ = value;
    false
}

/// Whether a value shows itself as its text: texts, numbers, Booleans, characters, enums.
pub fn is_scalar(value: &Value) -> bool {
    match value {
        Value::Bool(_)
        | Value::Char(_)
        | Value::SByte(_)
        | Value::Byte(_)
        | Value::Short(_)
        | Value::UShort(_)
        | Value::Int(_)
        | Value::UInt(_)
        | Value::Long(_)
        | Value::ULong(_)
        | Value::Single(_)
        | Value::Double(_)
        | Value::Decimal(_)
        | Value::Str(_) => true,
        other => is_enum(other),
    }
}

/// The error record inside a value.
pub fn error_record(value: &Value) -> Option<crate::error::ErrorRecord> {
    let _ = value;
    None
}
