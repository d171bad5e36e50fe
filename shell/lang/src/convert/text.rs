//! Texts of values.

use crate::datetime;
use crate::members;
use crate::number;
use crate::value::{Hashtable, MemberKind, Object, Str, Value};

/// The culture-invariant text, with the text between the items of arrays.
pub fn text_with(value: &Value, separator: &str) -> Str {
    match value {
        Value::Str(text) => text.clone(),
        Value::Extended(extended) => text_with(&extended.base, separator),
        other => match members::enumerate(other) {
            Some(items) => Str::from(items.iter().map(item_text).collect::<Vec<_>>().join(separator)),
            None => Str::from(item_text(other)),
        },
    }
}

/// The text of one item: collections inside are not gone into.
fn item_text(value: &Value) -> String {
    match value {
        Value::Null | Value::Nothing => String::new(),
        Value::Bool(flag) | Value::Switch(flag) => if *flag { "True" } else { "False" }.to_owned(),
        Value::Char(unit) => String::from_utf16_lossy(&[*unit]),
        Value::SByte(number) => number.to_string(),
        Value::Byte(number) => number.to_string(),
        Value::Short(number) => number.to_string(),
        Value::UShort(number) => number.to_string(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::ULong(number) => number.to_string(),
        Value::Single(number) => number::single_text(*number),
        Value::Double(number) => number::double_text(*number),
        Value::TimeSpan(ticks) => datetime::span::text(*ticks),
        Value::Decimal(number) => number.to_string(),
        Value::Big(number) => number.to_string(),
        Value::DateTime(moment) => datetime::format::invariant(**moment),
        Value::Str(text) => text.to_string(),
        Value::Enum(member) => match &member.of {
            crate::types::Type::Enum(definition) => definition.text(member.bits),
            _ => member.bits.to_string(),
        },
        Value::Array(_) | Value::List(_) => crate::inspect::type_name(value),
        Value::Hashtable(table) => table_text(table, value),
        Value::Object(object) => object_text(object),
        Value::Type(of) => of.display_name(),
        Value::Block(instance) | Value::Instance(instance) => instance.to_text(),
        Value::Extended(extended) => item_text(&extended.base),
    }
}

fn table_text(_table: &Hashtable, value: &Value) -> String {
    crate::inspect::type_name(value)
}

/// `@{a=1; b=x}` for custom objects, the type's name for others.
fn object_text(object: &Object) -> String {
    let names = object.type_names();
    let custom = names
        .iter()
        .any(|name| name.as_ref() == "System.Management.Automation.PSCustomObject");
    if !custom {
        return names.first().map_or_else(String::new, ToString::to_string);
    }
    let shown = object
        .members()
        .into_iter()
        .filter(|(_, kind, _)| *kind == MemberKind::Note || *kind == MemberKind::Script);
    let parts: Vec<String> = shown
        .map(|(name, kind, value)| {
            if kind == MemberKind::Note {
                format!("{name}={}", item_text(&value))
            } else {
                format!("{name}=")
            }
        })
        .collect();
    format!("@{{{}}}", parts.join("; "))
}

/// The text as `.ToString()` gives it: in the culture en-US, fractions with all their digits.
pub fn current(value: &Value) -> String {
    match value {
        Value::Double(number) if number.is_infinite() => if *number > 0.0 { "∞" } else { "-∞" }.to_owned(),
        Value::Double(number) => number::double_shortest(*number),
        Value::Single(number) => number::single_shortest(*number),
        Value::DateTime(moment) => datetime::format::format(**moment, "", 0).unwrap_or_default(),
        Value::Type(of) => of.dotnet_name(),
        Value::Extended(extended) => current(&extended.base),
        other => item_text(other),
    }
}
