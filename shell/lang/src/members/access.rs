//! Reading, writing and calling members of values.

use std::sync::Arc;

use super::{
    Call, Method, World, collections, dates, dictionary, fault, method_object, numbers, psobject, text, types,
};
use crate::convert;
use crate::error::Result;
use crate::types as type_table;
use crate::value::{ListKind, MemberKind, Object, Value, same_text};

/// Reads a property (or a hashtable's entry). A collection without such a member gives that of each of its items.
/// What does not exist is `$null`, an error in strict mode.
pub fn get(target: &Value, name: &str, world: &mut dyn World) -> Result<Value> {
    if let Some(found) = try_get(target, name, world)? {
        return Ok(found);
    }
    if target.is_null() {
        return if world.strict() && !is_count(name) {
            Err(fault::no_property_strict(name))
        } else {
            Ok(null_member(name))
        };
    }
    if let Some(items) = enumerate(target.base()) {
        let found = of_items(&items, name, world);
        return match found {
            Ok(Value::Null) | Err(_) => method_object::of_object(target, name).map_or(found, Ok),
            found => found,
        };
    }
    if is_count(name) && !world.strict() {
        return Ok(Value::Int(1));
    }
    if let Some(method) = method_object::of_object(target, name) {
        return Ok(method);
    }
    if world.strict() {
        return Err(fault::no_property_strict(name));
    }
    Ok(Value::Null)
}

fn is_count(name: &str) -> bool {
    name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length")
}

fn null_member(name: &str) -> Value {
    if is_count(name) {
        Value::Int(0)
    } else {
        Value::Null
    }
}

/// Member enumeration: the properties of all items that have it, flattened one level.
fn of_items(items: &[Value], name: &str, world: &mut dyn World) -> Result<Value> {
    let (mut found, mut any) = (Vec::new(), false);
    for item in items {
        let value = match try_get(item, name, world)? {
            Some(value) => Some(value),
            None => match enumerate(item.base()) {
                Some(inner) => Some(of_items(&inner, name, world)?).filter(|value| !value.is_null()),
                None if is_count(name) && !item.is_null() => Some(Value::Int(1)),
                None => None,
            },
        };
        match value {
            // A property bag without the property counts as `$null` beside others that have it.
            None if matches!(item.base(), Value::Object(_)) => found.push(Value::Null),
            Some(Value::Nothing) | None => {}
            Some(value) => {
                any = true;
                match enumerate(value.base()) {
                    Some(inner) => found.extend(inner),
                    None => found.push(value),
                }
            }
        }
    }
    if !any && world.strict() {
        return Err(fault::no_property_strict(name));
    }
    Ok(if any { collapsed(found) } else { Value::Null })
}

/// Nothing is `$null`, one item is itself.
fn collapsed(mut items: Vec<Value>) -> Value {
    match items.len() {
        0 => Value::Null,
        1 => items.remove(0),
        _ => Value::array(items),
    }
}

/// As [`get`] for one object, `None` for what does not exist: for Select-Object, Sort-Object, formatting.
pub fn try_get(target: &Value, name: &str, world: &mut dyn World) -> Result<Option<Value>> {
    match target {
        Value::Object(object) => {
            if let Some((name, kind, member)) = object.member(name) {
                return special(target, &name, kind, member, world).map(Some);
            }
        }
        Value::Null | Value::Nothing => return Ok(None),
        _ => {
            if let Some(added) = target.extension()
                && let Some((name, kind, member)) = added.member(name)
            {
                return special(target, &name, kind, member, world).map(Some);
            }
        }
    }
    if let Value::Instance(instance) = target.base() {
        if let Some(found) = instance.property_in(name, world) {
            return Ok(Some(found));
        }
        if let Some(found) = instance.property_by(name, world) {
            return found.map(Some);
        }
    }
    if let Some(found) = plain_property(target, name) {
        return Ok(Some(found));
    }
    match world.type_member(&|| crate::inspect::type_names(target), name) {
        Some((MemberKind::Method, _)) | None => Ok(None),
        Some((kind, member)) => special(target, name, kind, member, world).map(Some),
    }
}

/// The value of a member that may be more than a note.
fn special(
    target: &Value,
    name: &str,
    kind: MemberKind,
    member: Value,
    world: &mut dyn World,
) -> Result<Value> {
    match kind {
        MemberKind::Note | MemberKind::Hidden | MemberKind::MemberSet => Ok(member),
        MemberKind::Alias => get(target, &member.to_text(), world),
        MemberKind::Script => {
            let getter = match &member {
                Value::Array(pair) => pair.items.read().first().cloned().unwrap_or_default(),
                block => block.clone(),
            };
            let output = world.call_block(&getter, Some(target), None, &[])?;
            Ok(collapsed(output))
        }
        MemberKind::PropertySet => {
            let names: Vec<String> = member.iter().map(|name| name.to_text()).collect();
            let values: Vec<(String, Value)> = names
                .into_iter()
                .map(|name| get(target, &name, world).map(|value| (name, value)))
                .collect::<Result<_>>()?;
            Ok(Value::object(
                values.iter().map(|(name, value)| (name.as_str(), value.clone())),
            ))
        }
        MemberKind::Method => Ok(method_object::of_member(target, name, member)),
    }
}

/// A property without running script code: `None` for what does not exist.
pub fn plain_property(value: &Value, name: &str) -> Option<Value> {
    if let Some(found) = value.extension().and_then(|added| added.get(name)) {
        return Some(found);
    }
    let found = match value.base() {
        Value::Object(object) => object.get(name),
        Value::Hashtable(table) => table
            .get_text(name)
            .or_else(|| {
                name.parse()
                    .ok()
                    .and_then(|number| table.get(&Value::Int(number)))
            })
            .or_else(|| dictionary::property(table, name))
            .or_else(|| {
                name.eq_ignore_ascii_case("SyncRoot")
                    .then(|| value.base().clone())
            }),
        Value::Instance(instance) | Value::Block(instance) => instance.property(name),
        Value::Str(text) if name.eq_ignore_ascii_case("Length") => Some(Value::count(text::length(text))),
        Value::Array(_) | Value::List(_) => collections::property(value.base(), name),
        Value::DateTime(moment) => dates::property(**moment, name),
        Value::TimeSpan(ticks) => dates::span_property(*ticks, name),
        Value::Type(of) => types::property(of, name),
        Value::Switch(flag) if name.eq_ignore_ascii_case("IsPresent") => Some(Value::Bool(*flag)),
        Value::Enum(member) if name.eq_ignore_ascii_case("value__") => Some(member.number()),
        Value::Big(_) => numbers::big_property(value.base(), name),
        _ => None,
    };
    found.or_else(|| psobject::intrinsic(value, name))
}

/// Names of a value's properties in display order, without methods.
pub fn property_names(value: &Value) -> Vec<Arc<str>> {
    let listed = |names: &[&str]| {
        names
            .iter()
            .map(|name| Arc::from(*name))
            .collect::<Vec<Arc<str>>>()
    };
    let mut names = value.extension().map(Object::property_names).unwrap_or_default();
    names.extend(match value.base() {
        Value::Object(object) => object.property_names(),
        Value::Instance(instance) | Value::Block(instance) => instance.property_names(),
        Value::Str(_) => listed(&["Length"]),
        Value::Array(_) => listed(collections::ARRAY_PROPERTIES),
        Value::List(list) => listed(collections::list_properties(list.kind)),
        Value::Hashtable(table) => listed(dictionary::properties(table)),
        Value::DateTime(_) => listed(dates::PROPERTIES),
        Value::TimeSpan(_) => listed(dates::SPAN_PROPERTIES),
        Value::Type(_) => listed(types::PROPERTIES),
        Value::Switch(_) => listed(&["IsPresent"]),
        Value::Big(_) => listed(numbers::BIG_PROPERTIES),
        _ => Vec::new(),
    });
    names
}

/// Writes a property or a hashtable's entry.
pub fn set(target: &Value, name: &str, value: Value, world: &mut dyn World) -> Result<()> {
    if target.is_null() {
        return Err(fault::no_property_to_set(name));
    }
    let bag = match target {
        Value::Object(object) => Some(object.as_ref()),
        other => other.extension(),
    };
    if let Some((bag, member)) = bag.and_then(|bag| bag.member(name).map(|member| (bag, member))) {
        return write_member(target, bag, member, value, world);
    }
    if let Some((kind @ (MemberKind::Script | MemberKind::Alias), member)) =
        world.type_member(&|| crate::inspect::type_names(target), name)
    {
        return write_special(target, name, (kind, member), value, world);
    }
    match target.base() {
        Value::Hashtable(table) => dictionary::set_entry(table, Value::from(name), value, world),
        Value::Instance(instance) | Value::Block(instance) => {
            match instance.set_property(name, &value, world) {
                Some(result) => result,
                None if instance.property(name).is_some() => Err(fault::read_only(name)),
                None => Err(fault::no_property_to_set(name)),
            }
        }
        other
            if !matches!(other, Value::Object(_))
                && plain_property(other, name).is_some()
                && collections::set_property(other, name, &value).is_none() =>
        {
            Err(fault::read_only(name))
        }
        Value::Object(_) => Err(fault::when_setting(name)),
        other => match collections::set_property(other, name, &value) {
            Some(result) => result,
            None => Err(fault::no_property_to_set(name)),
        },
    }
}

fn write_member(
    target: &Value,
    bag: &Object,
    (name, kind, member): (Arc<str>, MemberKind, Value),
    value: Value,
    world: &mut dyn World,
) -> Result<()> {
    if matches!(kind, MemberKind::Note | MemberKind::Hidden) {
        bag.replace(&name, value);
        return Ok(());
    }
    write_special(target, &name, (kind, member), value, world)
}

/// Writes a member that is more than a note.
fn write_special(
    target: &Value,
    name: &str,
    (kind, member): (MemberKind, Value),
    value: Value,
    world: &mut dyn World,
) -> Result<()> {
    match kind {
        MemberKind::Alias => set(target, &member.to_text(), value, world),
        MemberKind::Script => {
            let setter = match &member {
                Value::Array(pair) => pair.items.read().get(1).cloned().unwrap_or_default(),
                _ => Value::Null,
            };
            if setter.is_null() {
                let message = format!("Set accessor for property \"{name}\" is unavailable.");
                return Err(crate::error::ErrorRecord::new(
                    "SetWithoutSetterFromScriptProperty",
                    crate::error::Category::InvalidOperation,
                    message,
                )
                .exception("System.Management.Automation.SetValueException")
                .into());
            }
            world
                .call_block(&setter, Some(target), None, &[value])
                .map(|_| ())
        }
        _ => Err(fault::no_property_to_set(name)),
    }
}

/// The methods that every object has, and how they are shown.
pub(super) const COMMON: [(&str, &str); 4] = [
    ("Equals", "bool Equals(System.Object obj)"),
    ("GetHashCode", "int GetHashCode()"),
    ("GetType", "type GetType()"),
    ("ToString", "string ToString()"),
];

/// The methods of a value's type.
pub(super) fn methods(value: &Value) -> &'static [Method] {
    match value.base() {
        Value::Str(_) => text::METHODS,
        Value::Char(_) => text::CHAR_METHODS,
        Value::Array(_) => collections::ARRAY_METHODS,
        Value::List(list) => collections::list_methods(list.kind),
        Value::Hashtable(_) => dictionary::METHODS,
        Value::DateTime(_) => dates::METHODS,
        Value::TimeSpan(_) => dates::SPAN_METHODS,
        Value::Type(_) => types::METHODS,
        Value::Instance(instance) | Value::Block(instance) => instance.methods(),
        Value::Enum(_) => numbers::ENUM_METHODS,
        Value::Int(_)
        | Value::Long(_)
        | Value::Double(_)
        | Value::Single(_)
        | Value::Decimal(_)
        | Value::Byte(_)
        | Value::SByte(_)
        | Value::Short(_)
        | Value::UShort(_)
        | Value::UInt(_)
        | Value::ULong(_)
        | Value::Big(_)
        | Value::Bool(_) => numbers::METHODS,
        _ => &[],
    }
}

/// Methods beside those of the storage that the value's shown type has.
pub(super) fn special_methods(value: &Value) -> &'static [Method] {
    match value {
        Value::List(list) if list.kind == ListKind::Collection && value.class().is_some() => {
            collections::VIRTUALS
        }
        Value::List(list) => collections::special_list_methods(list),
        Value::Hashtable(table) => dictionary::special_methods(table),
        _ => &[],
    }
}

/// A method of a table by its name.
pub(super) fn find<'t>(table: &'t [Method], name: &str) -> Option<&'t Method> {
    table.iter().find(|method| method.name.eq_ignore_ascii_case(name))
}

/// Calls a method; on a collection without such a method, that of each item. A method without result gives
/// [`Value::Nothing`].
pub fn call(target: &Value, name: &str, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    if target.is_null() {
        return Err(fault::call_on_null());
    }
    if let Some(result) = try_call(target, name, arguments, world) {
        return result;
    }
    if let Some(items) = enumerate(target.base()).filter(|items| !items.is_empty()) {
        let mut results = Vec::new();
        for item in &items {
            if item.is_null() {
                return Err(fault::call_on_null());
            }
            match try_call(item, name, arguments, world) {
                Some(result) => match result? {
                    Value::Nothing => {}
                    value => match enumerate(value.base()) {
                        Some(inner) => results.extend(inner),
                        None => results.push(value),
                    },
                },
                None => return Err(fault::no_method(item, name)),
            }
        }
        return Ok(if results.is_empty() {
            Value::Nothing
        } else {
            collapsed(results)
        });
    }
    Err(fault::no_method(target, name))
}

/// Calls a method of this very object; `None` when it has none of that name.
pub fn try_call(
    target: &Value,
    name: &str,
    arguments: &[Value],
    world: &mut dyn World,
) -> Option<Result<Value>> {
    if let Some((spelled, kind, member)) = target.bag().and_then(|bag| bag.member(name)) {
        match (kind, member.base()) {
            (MemberKind::Method, _) => {
                return Some(
                    world
                        .call_block(&member, Some(target), None, arguments)
                        .map(collapsed),
                );
            }
            // A note that holds a script block is not a method.
            (_, Value::Block(_)) if !same_text(&spelled, "invoke") => {}
            _ => {}
        }
    } else if let Some((MemberKind::Method, block)) =
        world.type_member(&|| crate::inspect::type_names(target), name)
    {
        let output = world.call_block(&block, Some(target), None, arguments);
        return Some(output.map(collapsed));
    }
    of_type(target, name, arguments, world)
}

/// Calls a method as the value's .NET type has it, whatever was added to it.
pub fn call_of_type(target: &Value, name: &str, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    of_type(target, name, arguments, world).unwrap_or_else(|| Err(fault::no_method(target, name)))
}

fn of_type(target: &Value, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
    let wrap = |result: Result<Value>, name: &str| {
        result.map_err(|error| fault::in_call(name, arguments.len(), error))
    };
    let base = target.base();
    if let Value::List(list) = base
        && collections::refuses(list, name)
    {
        return None;
    }
    if let Value::List(list) = base
        && let Some(result) = collections::change_by_class(base, list, name, arguments, world)
    {
        return Some(result);
    }
    if let Some(method) = find(methods(base), name).or_else(|| find(special_methods(base), name)) {
        let mut call = Call {
            target: base,
            arguments,
            name: method.name,
            world,
        };
        return Some(wrap((method.run)(&mut call), method.name));
    }
    if let Value::Instance(instance) | Value::Block(instance) = base
        && let Some(result) = instance.call(name, arguments, world)
    {
        return Some(wrap(result, name));
    }
    common(target, name, arguments, world).map(|result| wrap(result, name))
}

/// Methods of every object, and the ones that the language adds to all.
fn common(target: &Value, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
    let lower = name.to_ascii_lowercase();
    Some(match (lower.as_str(), arguments) {
        ("tostring", []) => Ok(Value::from(to_string(target))),
        ("tostring", [culture]) if is_culture(culture) => Ok(Value::from(to_string(target))),
        ("tostring", [format]) if formattable(target.base()) => {
            let format = convert::to_text(format);
            crate::format_string::format_value(target.base(), &format).map(Value::from)
        }
        ("tostring", [format, _]) if formattable(target.base()) => {
            let format = convert::to_text(format);
            crate::format_string::format_value(target.base(), &format).map(Value::from)
        }
        ("tostring", _) => Err(fault::no_overload("ToString", arguments.len())),
        ("gettype", []) => Ok(type_table::of(target).map_or(Value::Null, Value::from)),
        ("equals", [other]) => Ok(Value::Bool(target.same_value(other))),
        ("gethashcode", []) => Ok(Value::Int(target.identity_hash() as i32)),
        ("foreach", [_, ..]) => psobject::for_each(target, arguments, world),
        ("where", [_, ..]) => psobject::where_items(target, arguments, world),
        ("compareto", [other]) => compare_to(target, other, world)?,
        _ => return None,
    })
}

/// A format provider, which is no format.
fn is_culture(value: &Value) -> bool {
    crate::inspect::type_name(value) == "System.Globalization.CultureInfo"
}

/// `.ToString()`: custom objects as the language writes them.
fn to_string(target: &Value) -> String {
    match target.base() {
        Value::Array(_) | Value::List(_) | Value::Hashtable(_) => crate::inspect::type_name(target.base()),
        other => convert::to_text_current(other),
    }
}

fn formattable(value: &Value) -> bool {
    !matches!(
        value,
        Value::Str(_)
            | Value::Bool(_)
            | Value::Array(_)
            | Value::List(_)
            | Value::Hashtable(_)
            | Value::Object(_)
            | Value::Block(_)
            | Value::Type(_)
    )
}

fn compare_to(target: &Value, other: &Value, world: &mut dyn World) -> Option<Result<Value>> {
    if matches!(
        target.base(),
        Value::Object(_) | Value::Array(_) | Value::Hashtable(_) | Value::Block(_) | Value::Type(_)
    ) {
        return None;
    }
    Some(crate::operator::order(target, other, true, world).map(|order| Value::Int(order as i32)))
}

/// The items that a pipeline and `foreach` get from a collection; `None` for what is one item: texts, hashtables,
/// property bags.
pub fn enumerate(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(array) => Some(array.items.read().clone()),
        Value::List(list) => Some(list.to_vec()),
        Value::Instance(instance) => instance.items(),
        Value::Extended(extended) => enumerate(&extended.base),
        _ => None,
    }
}
