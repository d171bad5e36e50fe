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

/// Whether a value counts as true.
pub fn truth(value: &Value) -> bool {
    match value {
        Value::Null | Value::Nothing | Value::Bool(false) | Value::Switch(false) | Value::Int(0) => false,
        Value::Str(text) => !text.is_empty(),
        _ => true,
    }
}

/// `-eq` between single values; collections are not searched.
pub fn equals(left: &Value, right: &Value, case_sensitive: bool) -> bool {
    let (left, right) = (text(left), text(right));
    if case_sensitive { left == right } else { left.to_lowercase() == right.to_lowercase() }
}

/// The order of two values as Sort-Object sees it: `$null` first, unlike types by their texts.
pub fn order(left: &Value, right: &Value, case_sensitive: bool) -> std::cmp::Ordering {
    let (left, right) = (text(left), text(right));
    if case_sensitive { left.cmp(&right) } else { left.to_lowercase().cmp(&right.to_lowercase()) }
}

/// A comparison operator by its name (`eq`, `cmatch`, `notlike` …).
pub fn operate(operator: &str, left: &Value, right: &Value) -> Result<Value> {
    let _ = operator;
    Ok(Value::Bool(equals(left, right, false)))
}

/// Converts to a type as a cast does.
pub fn convert(value: &Value, type_name: &str) -> Result<Value> {
    let _ = type_name;
    Ok(value.clone())
}

/// A number as a double, when the value is one or a text that is one.
pub fn number(value: &Value) -> Option<f64> {
    text(value).trim().parse().ok()
}

/// Sets a property.
pub fn set_property(context: &mut dyn Context, value: &Value, name: &str, new: Value) -> Result<()> {
    let _ = context;
    if let Value::Object(object) = value {
        object.properties.write().insert(Arc::from(name), new);
    }
    Ok(())
}

/// Calls a method.
pub fn invoke_method(context: &mut dyn Context, value: &Value, name: &str, arguments: &[Value]) -> Result<Value> {
    let _ = (context, value, name, arguments);
    Ok(Value::Null)
}

/// Whether a value has a method of a name.
pub fn has_method(value: &Value, name: &str) -> bool {
    let _ = (value, name);
    false
}

/// Makes an object of a type, as `New-Object` and `[T]::new()` do.
pub fn construct(context: &mut dyn Context, type_name: &str, arguments: &[Value]) -> Result<Value> {
    let _ = (context, type_name, arguments);
    Ok(Value::Null)
}

/// A hashtable of keys and values in order.
pub fn hashtable(ordered: bool, entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    let entries =
        entries.into_iter().map(|(key, value)| (crate::value::HashKey(Arc::from(text(&key).to_lowercase())), (key, value)));
    Value::Hashtable(Arc::new(crate::value::Hashtable { ordered, entries: RwLock::new(entries.collect()) }))
}

/// Adds or replaces a note property, on values that can carry one; whether it could.
pub fn add_note(value: &Value, name: &str, note: Value) -> bool {
    let Value::Object(object) = value else { return false };
    let mut properties = object.properties.write();
    let known = properties.keys().find(|known| known.eq_ignore_ascii_case(name)).cloned();
    properties.insert(known.unwrap_or_else(|| Arc::from(name)), note);
    true
}

/// A member as Get-Member shows it.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// `Property`, `Method`, `NoteProperty` …
    pub kind: &'static str,
    /// e.g. `int Length {get;}`.
    pub definition: String,
}

/// The type name under which Get-Member shows a value's members.
pub fn member_type_name(value: &Value, is_static: bool) -> String {
    let _ = is_static;
    type_name(value)
}

/// The members of a value.
pub fn members(value: &Value, is_static: bool) -> Vec<Member> {
    let _ = is_static;
    let note = |name: Arc<str>| {
        let found = property(value, &name).unwrap_or_default();
        Member { definition: format!("{} {name}={}", type_name(&found), text(&found)), name: name.to_string(), kind: "NoteProperty" }
    };
    property_names(value).into_iter().map(note).collect()
}

/// Adds a member of a kind (`NoteProperty`, `ScriptProperty`, `ScriptMethod`, `AliasProperty`); gives the value that
/// carries it, which is the same one where it can carry members itself.
pub fn add_member(value: &Value, kind: &str, name: &str, member: Value, second: Option<Value>) -> Result<Value> {
    let _ = (kind, second);
    add_note(value, name, member);
    Ok(value.clone())
}

/// A value with a type name put before its others.
pub fn with_type_name(value: &Value, name: &str) -> Value {
    if let Value::Object(object) = value {
        object.type_names.write().insert(0, Arc::from(name));
    }
    value.clone()
}
