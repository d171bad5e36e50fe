//! What `Collection[T]` leaves to classes that derive from it: all changes of the items pass through `InsertItem`,
//! `SetItem`, `RemoveItem` and `ClearItems`, which such a class may have of its own.

use super::lists::{index_argument, item, own};
use super::place_of;
use crate::error::Result;
use crate::members::{Call, Method, World, access};
use crate::value::{List, ListKind, MemberKind, Value};

/// Whether a script's class derives from a collection and has one of its virtual methods.
fn overrides(target: &Value, list: &List, method: &str) -> bool {
    list.kind == ListKind::Collection
        && target.class().is_some()
        && target
            .bag()
            .and_then(|bag| bag.member(method))
            .is_some_and(|(_, kind, _)| kind == MemberKind::Method)
}

/// A change of the items by a public method, where the class has its own virtual for it.
pub fn change_by_class(
    target: &Value,
    list: &List,
    name: &str,
    arguments: &[Value],
    world: &mut dyn World,
) -> Option<Result<Value>> {
    if list.kind != ListKind::Collection || target.class().is_none() {
        return None;
    }
    let hook = match name.to_ascii_lowercase().as_str() {
        "add" | "insert" => "InsertItem",
        "remove" | "removeat" => "RemoveItem",
        "clear" => "ClearItems",
        _ => return None,
    };
    if !overrides(target, list, hook) {
        return None;
    }
    Some(changed(target, list, hook, name, arguments, world))
}

fn changed(
    target: &Value,
    list: &List,
    hook: &str,
    name: &str,
    arguments: &[Value],
    world: &mut dyn World,
) -> Result<Value> {
    let mut call = Call {
        target: target.base(),
        arguments,
        name: "",
        world,
    };
    let given: Vec<Value> = match name.to_ascii_lowercase().as_str() {
        "add" => vec![Value::count(list.items.read().len()), item(&mut call, 0)?],
        "insert" => vec![
            Value::count(index_argument(&mut call, 0, true)?),
            item(&mut call, 1)?,
        ],
        "removeat" => vec![Value::count(index_argument(&mut call, 0, false)?)],
        "remove" => {
            let (sought, items) = (item(&mut call, 0)?, list.items.read().clone());
            match place_of(&items, &sought, false, &mut call)? {
                Some(at) => vec![Value::count(at)],
                None => return Ok(Value::Bool(false)),
            }
        }
        _ => Vec::new(),
    };
    access::call(target, hook, &given, world)?;
    Ok(match name.eq_ignore_ascii_case("Remove") {
        true => Value::Bool(true),
        false => Value::Nothing,
    })
}

/// `$collection[at] = value`, where the class has its own `SetItem`.
pub fn set_item(
    target: &Value,
    list: &List,
    at: usize,
    value: &Value,
    world: &mut dyn World,
) -> Option<Result<()>> {
    if !overrides(target, list, "SetItem") {
        return None;
    }
    let given = [Value::count(at), value.clone()];
    Some(access::call(target, "SetItem", &given, world).map(|_| ()))
}

/// The virtual methods themselves.
pub static VIRTUALS: &[Method] = &[
    Method::new("InsertItem", "void InsertItem(int index, T item)", |call| {
        call.expect(2, 2)?;
        let (at, value) = (index_argument(call, 0, true)?, item(call, 1)?);
        own(call).items.write().insert(at, value);
        Ok(Value::Nothing)
    }),
    Method::new("SetItem", "void SetItem(int index, T item)", |call| {
        call.expect(2, 2)?;
        let (at, value) = (index_argument(call, 0, false)?, item(call, 1)?);
        own(call).items.write()[at] = value;
        Ok(Value::Nothing)
    }),
    Method::new("RemoveItem", "void RemoveItem(int index)", |call| {
        call.expect(1, 1)?;
        let at = index_argument(call, 0, false)?;
        own(call).items.write().remove(at);
        Ok(Value::Nothing)
    }),
    Method::new("ClearItems", "void ClearItems()", |call| {
        call.expect(0, 0)?;
        own(call).items.write().clear();
        Ok(Value::Nothing)
    }),
];
