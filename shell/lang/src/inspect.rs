//! What cmdlets and the formatter ask of any value: its type names, its properties, its elements, its text.
//!
//! One place between them and the tables of conversion, operators and members, for callers that hold a
//! [`Context`] and want plain answers.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::cmdlet::Context;
use crate::error::{Category, ErrorRecord, Result};
use crate::members::{self, ContextWorld, MemberInfo, NoWorld};
use crate::operator::{self, Comparison};
use crate::types::{self, Type};
use crate::value::{MemberKind, Value};
use crate::{convert, format_string};

/// The type names of a value, the most special first: custom names, the type, its bases.
pub fn type_names(value: &Value) -> Vec<Arc<str>> {
    if let Some(bag) = value.bag().filter(|bag| bag.class().is_some()) {
        return bag.type_names();
    }
    match value.base() {
        Value::Object(object) => object.type_names(),
        Value::Instance(handle) | Value::Block(handle) => handle.type_names(),
        other => types::of(other)
            .map(|of| of.lineage().iter().map(|of| Arc::from(of.full_name())).collect())
            .unwrap_or_default(),
    }
}

/// The full name of a value's type; empty for `$null`.
pub fn type_name(value: &Value) -> String {
    type_names(value)
        .first()
        .map_or_else(String::new, std::string::ToString::to_string)
}

/// A property that needs no script code, found without regard to case; an entry of a hashtable comes first.
pub fn property(value: &Value, name: &str) -> Option<Value> {
    value.property(name)
}

/// A property, with script properties run; `None` when there is none.
pub fn property_in(context: &mut dyn Context, value: &Value, name: &str) -> Result<Option<Value>> {
    members::try_get(value, name, &mut ContextWorld(context))
}

/// Property names in display order.
pub fn property_names(value: &Value) -> Vec<Arc<str>> {
    members::property_names(value)
}

/// Property names in display order, with those of Update-TypeData: behind an object's own notes, before what its .NET
/// type has.
pub fn property_names_in(context: &dyn Context, value: &Value) -> Vec<Arc<str>> {
    use crate::value::MemberKind as Kind;
    let mut names = members::property_names(value);
    let added = context.added_members(value).into_iter();
    let added: Vec<Arc<str>> = added
        .filter(|(name, kind, _)| {
            matches!(kind, Kind::Note | Kind::Script | Kind::Alias)
                && !names.iter().any(|known| known.eq_ignore_ascii_case(name))
        })
        .map(|(name, ..)| name)
        .collect();
    let at = if matches!(value, Value::Object(_)) {
        names.len()
    } else {
        0
    };
    names.splice(at..at, added);
    names
}

/// The items that a pipeline would get from a collection; `None` for what is one item (texts, hashtables, objects).
pub fn elements(value: &Value) -> Option<Vec<Value>> {
    match value.base() {
        Value::Array(_) | Value::List(_) | Value::Instance(_) => members::enumerate(value),
        _ => None,
    }
}

/// A value's text, as `"$value"` gives it.
pub fn text(value: &Value) -> String {
    value.to_text()
}

/// A value's text in the display's culture, as `.ToString()` gives it.
pub fn display_text(value: &Value) -> String {
    match value.base() {
        // Fractions show fifteen digits; the shortest round trip is for .ToString() in code.
        Value::Double(number) if number.is_finite() => value.to_text(),
        Value::Single(_) => value.to_text(),
        Value::Type(of) => of.full_name(),
        other => other.to_text_current(),
    }
}

/// A value's text by a .NET format string; the plain text when the format does not suit it.
pub fn formatted(value: &Value, format: &str) -> String {
    if format.contains('{') {
        let text = operator::format(&Value::str(format), value, &mut NoWorld);
        return text.map_or_else(|_| display_text(value), |text| text.to_text());
    }
    format_string::format_value(value, format).unwrap_or_else(|_| display_text(value))
}

/// Whether a text matches a wildcard pattern, without regard to case.
pub fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (
        text.to_lowercase().chars().collect(),
        pattern.to_lowercase().chars().collect(),
    );
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
    Value::array(items)
}

/// A property bag with type names.
pub fn object<'a>(type_names: &[&str], properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::typed(type_names, properties)
}

/// Whether a value is a member of an enumeration.
pub fn is_enum(value: &Value) -> bool {
    matches!(value.base(), Value::Enum(_))
}

/// Whether a value shows itself as its text: texts, numbers, Booleans, characters, enums.
pub fn is_scalar(value: &Value) -> bool {
    matches!(
        value.base(),
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
            | Value::Big(_)
            | Value::Str(_)
            | Value::Enum(_)
    )
}

/// The error record inside a value.
pub fn error_record(value: &Value) -> Option<ErrorRecord> {
    crate::error::as_error(value).cloned()
}

/// Whether a value counts as true.
pub fn truth(value: &Value) -> bool {
    value.is_true()
}

/// `-eq` between single values; collections are not searched.
pub fn equals(left: &Value, right: &Value, case_sensitive: bool) -> bool {
    operator::equals(left, right, case_sensitive, &mut NoWorld).unwrap_or(false)
}

/// The order of two values as Sort-Object sees it: `$null` first, unlike types by their texts.
pub fn order(left: &Value, right: &Value, case_sensitive: bool) -> Ordering {
    match (left.is_null(), right.is_null()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        (false, false) => {}
    }
    let by_text = || {
        let (left, right) = (Value::str(text(left)), Value::str(text(right)));
        operator::order(&left, &right, case_sensitive, &mut NoWorld).unwrap_or(Ordering::Equal)
    };
    match (left.base(), right.base()) {
        (Value::Str(left), Value::Str(right)) => operator::compare_text(left, right, case_sensitive),
        (Value::Str(_), _) | (_, Value::Str(_)) => by_text(),
        _ => operator::order(left, right, case_sensitive, &mut NoWorld).unwrap_or_else(|_| by_text()),
    }
}

/// A comparison operator by its name without the hyphen (`eq`, `cmatch`, `notlike` …).
pub fn operate(context: &mut dyn Context, operator_name: &str, left: &Value, right: &Value) -> Result<Value> {
    let (case, name) = match operator_name.strip_prefix('c') {
        Some(rest) if rest != "ontains" => (true, rest),
        _ => (false, operator_name),
    };
    let world = &mut ContextWorld(context);
    let negate = name.starts_with("not");
    let comparison = match name {
        "eq" => Some(Comparison::Equal),
        "ne" => Some(Comparison::NotEqual),
        "gt" => Some(Comparison::Greater),
        "ge" => Some(Comparison::GreaterOrEqual),
        "lt" => Some(Comparison::Less),
        "le" => Some(Comparison::LessOrEqual),
        _ => None,
    };
    if let Some(comparison) = comparison {
        return operator::compare(comparison, left, right, case, world);
    }
    match name {
        "like" | "notlike" => operator::like(left, right, case, negate, world),
        "match" | "notmatch" => Ok(operator::matches(left, right, case, negate, world)?.value),
        "contains" | "notcontains" => {
            operator::contains(left, right, case, world).map(|found| Value::Bool(found != negate))
        }
        "in" | "notin" => {
            operator::contains(right, left, case, world).map(|found| Value::Bool(found != negate))
        }
        "is" | "isnot" => {
            let of = operator::type_operand(right, world)?;
            Ok(Value::Bool(types::is_instance(left, &of) != (name == "isnot")))
        }
        _ => Ok(Value::Bool(false)),
    }
}

/// Converts to a type as a cast does.
pub fn convert(context: &mut dyn Context, value: &Value, type_name: &str) -> Result<Value> {
    convert::to(value, &named_type(type_name)?, &mut ContextWorld(context))
}

/// Converts to a type as a cast does, where no script of the session can take part in it.
pub fn converted(value: &Value, type_name: &str) -> Result<Value> {
    value.convert(&named_type(type_name)?)
}

/// A number as a double, when the value is one or a text that is one.
pub fn number(value: &Value) -> Option<f64> {
    let is_number = matches!(value.base(), Value::Str(_)) || (is_scalar(value) && !is_enum(value));
    if !is_number || matches!(value.base(), Value::Str(text) if text.trim().is_empty()) {
        return None;
    }
    match value.convert(&Type::DOUBLE).ok()? {
        Value::Double(number) => Some(number),
        _ => None,
    }
}

/// Sets a property.
pub fn set_property(context: &mut dyn Context, value: &Value, name: &str, new: Value) -> Result<()> {
    members::set(value, name, new, &mut ContextWorld(context))
}

/// Calls a method.
pub fn invoke_method(
    context: &mut dyn Context,
    value: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value> {
    members::call(value, name, arguments, &mut ContextWorld(context))
}

/// Whether a value has a method of a name.
pub fn has_method(value: &Value, name: &str) -> bool {
    members::list_members(value)
        .iter()
        .any(|member| member.kind.ends_with("Method") && member.name.eq_ignore_ascii_case(name))
}

/// Makes an object of a type, as `New-Object` and `[T]::new()` do.
pub fn construct(context: &mut dyn Context, type_name: &str, arguments: &[Value]) -> Result<Value> {
    let defined = context.defined_type(type_name);
    let of = match defined {
        Some(of) => of,
        None => named_type(type_name)?,
    };
    members::construct(&of, arguments, &mut ContextWorld(context))
}

fn named_type(name: &str) -> Result<Type> {
    types::resolve(name).ok_or_else(|| {
        let message =
            format!("Cannot find type [{name}]: verify that the assembly containing this type is loaded.");
        ErrorRecord::new("TypeNotFound", Category::InvalidType, message)
            .exception("System.Management.Automation.PSArgumentException")
            .into()
    })
}

/// A hashtable of keys and values in order.
pub fn hashtable(ordered: bool, entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
    if ordered {
        Value::ordered(entries)
    } else {
        Value::hashtable(entries)
    }
}

/// The type name under which Get-Member shows a value's members.
pub fn member_type_name(value: &Value, is_static: bool) -> String {
    match value.base() {
        Value::Type(of) if is_static => of.full_name(),
        _ => type_name(value),
    }
}

/// The members of a value; with `is_static` those of its type, or of the type that it names.
pub fn members(value: &Value, is_static: bool) -> Vec<MemberInfo> {
    match (is_static, value.base()) {
        (false, _) => members::list_members(value),
        (true, Value::Type(of)) => members::list_static_members(of),
        (true, other) => types::of(other)
            .map(|of| members::list_static_members(&of))
            .unwrap_or_default(),
    }
}

/// As [`order`], by the CompareTo of a class's instance where it has one.
pub fn order_in(
    context: &mut dyn Context,
    left: &Value,
    right: &Value,
    case_sensitive: bool,
) -> std::cmp::Ordering {
    if let Value::Object(object) = left
        && let Some((_, MemberKind::Method, block)) = object.member("CompareTo")
        && let Ok(answer) = context.invoke_with_this(&block, left, std::slice::from_ref(right))
    {
        let number = answer
            .first()
            .and_then(|number| crate::convert::to_int(number).ok());
        return number.unwrap_or(0).cmp(&0);
    }
    order(left, right, case_sensitive)
}

/// Whether script code says how a value stands to others, by a method `CompareTo`.
pub fn compares_itself(value: &Value) -> bool {
    matches!(value, Value::Object(object) if matches!(object.member("CompareTo"), Some((_, MemberKind::Method, _))))
}

/// Adds a member of a kind (`NoteProperty`, `ScriptProperty`, `ScriptMethod`, `AliasProperty`); gives the value that
/// carries it, which is the same one where it can carry members itself.
pub fn add_member(value: &Value, kind: &str, name: &str, member: Value, second: Option<Value>) -> Value {
    let (kind, member) = match kind {
        "ScriptProperty" => (
            MemberKind::Script,
            Value::array([member, second.unwrap_or_default()]),
        ),
        "ScriptMethod" => (MemberKind::Method, member),
        "AliasProperty" => (MemberKind::Alias, member),
        _ => (MemberKind::Note, member),
    };
    value.clone().with_member(name, kind, member)
}

/// Adds or replaces a note property and gives the value that carries it.
pub fn with_note(value: &Value, name: &str, note: Value) -> Value {
    value.clone().with_member(name, MemberKind::Note, note)
}

/// A value with a type name put before its others.
pub fn with_type_name(value: &Value, name: &str) -> Value {
    value.clone().with_type_name(name)
}

/// A type literal by name.
pub fn named_type_value(name: &str) -> Result<Value> {
    named_type(name).map(Value::type_literal)
}

/// A static property of a type literal.
pub fn static_property(context: &mut dyn Context, of: &Value, name: &str) -> Result<Value> {
    match of.base() {
        Value::Type(of) => members::static_get(of, name, &mut ContextWorld(context)),
        _ => Ok(Value::Null),
    }
}

/// Calls a static method of a type literal.
pub fn invoke_static(
    context: &mut dyn Context,
    of: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value> {
    match of.base() {
        Value::Type(of) => members::static_call(of, name, arguments, &mut ContextWorld(context)),
        _ => Ok(Value::Null),
    }
}
