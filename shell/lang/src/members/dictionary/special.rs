//! What only some dictionaries can do: SortedList is a list too, ConcurrentDictionary is for several threads.

use std::sync::Arc;

use super::{key, own, typed};
use crate::error::Result;
use crate::members::{Call, Method, fault};
use crate::types::Kind;
use crate::value::{Hashtable, Value};

/// The methods that only some dictionaries have: those that are lists too, and those for several threads.
pub fn special_methods(table: &Hashtable) -> &'static [Method] {
    match table.named.get().and_then(|of| of.kind()) {
        Some(Kind::SortedList | Kind::PlainSortedList) => SORTED_LIST,
        Some(Kind::ConcurrentDictionary) => CONCURRENT,
        _ => &[],
    }
}

/// Whether it is a ConcurrentDictionary.
pub fn is_concurrent(table: &Hashtable) -> bool {
    table.named.get().and_then(|of| of.kind()) == Some(Kind::ConcurrentDictionary)
}

fn place(call: &mut Call<'_>) -> Result<usize> {
    let at = call.int(0)?;
    usize::try_from(at)
        .ok()
        .filter(|at| *at < own(call).len())
        .ok_or_else(|| {
            fault::out_of_range(
                "index",
                "Index was out of range. Must be non-negative and less than the size of the collection.",
            )
        })
}

fn position(found: Option<usize>) -> Result<Value> {
    Ok(found.map_or(Value::Int(-1), Value::count))
}

static SORTED_LIST: &[Method] = &[
    Method::new("GetByIndex", "System.Object GetByIndex(int index)", |call| {
        let at = place(call)?;
        Ok(own(call).at(at).map_or(Value::Null, |(_, value)| value))
    }),
    Method::new("GetValueAtIndex", "TValue GetValueAtIndex(int index)", |call| {
        let at = place(call)?;
        Ok(own(call).at(at).map_or(Value::Null, |(_, value)| value))
    }),
    Method::new("GetKey", "System.Object GetKey(int index)", |call| {
        let at = place(call)?;
        Ok(own(call).at(at).map_or(Value::Null, |(key, _)| key))
    }),
    Method::new("GetKeyAtIndex", "TKey GetKeyAtIndex(int index)", |call| {
        let at = place(call)?;
        Ok(own(call).at(at).map_or(Value::Null, |(key, _)| key))
    }),
    Method::new(
        "SetValueAtIndex",
        "void SetValueAtIndex(int index, TValue value)",
        |call| {
            let at = place(call)?;
            let table = Arc::clone(own(call));
            let known = table.at(at).map_or(Value::Null, |(key, _)| key);
            let (_, value) = typed(&table, known, call.value(1)?.clone(), call.world)?;
            table.set_at(at, value);
            Ok(Value::Nothing)
        },
    ),
    Method::new("TrimExcess", "void TrimExcess()", |_| Ok(Value::Nothing)),
    Method::new("GetKeyList", "System.Collections.IList GetKeyList()", |call| {
        Ok(Value::array_list(own(call).keys()))
    }),
    Method::new(
        "GetValueList",
        "System.Collections.IList GetValueList()",
        |call| Ok(Value::array_list(own(call).values())),
    ),
    Method::new("IndexOfKey", "int IndexOfKey(System.Object key)", |call| {
        let sought = key(call, 0)?;
        let same = |known: &Value| crate::operator::order_keys(known, &sought).is_eq();
        position(own(call).keys().iter().position(same))
    }),
    Method::new("IndexOfValue", "int IndexOfValue(System.Object value)", |call| {
        let sought = call.value(0)?;
        position(
            own(call)
                .values()
                .iter()
                .position(|value| value.same_value(sought)),
        )
    }),
    Method::new(
        "SetByIndex",
        "void SetByIndex(int index, System.Object value)",
        |call| {
            let at = place(call)?;
            own(call).set_at(at, call.value(1)?.clone());
            Ok(Value::Nothing)
        },
    ),
];

/// A value that an argument is, or that it makes of a key when it is a script block.
fn made_of(call: &mut Call<'_>, at: usize, given: &[Value]) -> Result<Value> {
    match call.value(at)?.clone() {
        block @ Value::Block(_) => {
            let output = call.world.call_block(&block, None, None, given)?;
            Ok(output.into_iter().next().unwrap_or_default())
        }
        value => Ok(value),
    }
}

static CONCURRENT: &[Method] = &[
    Method::new("GetOrAdd", "TValue GetOrAdd(TKey key, TValue value)", |call| {
        let key = key(call, 0)?;
        let table = Arc::clone(own(call));
        if let Some(found) = table.get(&key) {
            return Ok(found);
        }
        let value = made_of(call, 1, std::slice::from_ref(&key))?;
        let (key, value) = typed(&table, key, value, call.world)?;
        table.set(key, value.clone());
        Ok(value)
    }),
    Method::new(
        "AddOrUpdate",
        "TValue AddOrUpdate(TKey key, TValue addValue, System.Func[TKey,TValue,TValue] updateValueFactory)",
        |call| {
            let key = key(call, 0)?;
            let table = Arc::clone(own(call));
            let value = match table.get(&key) {
                Some(found) => made_of(call, 2, &[key.clone(), found])?,
                None => made_of(call, 1, std::slice::from_ref(&key))?,
            };
            let (key, value) = typed(&table, key, value, call.world)?;
            table.set(key, value.clone());
            Ok(value)
        },
    ),
    Method::new(
        "TryRemove",
        "bool TryRemove(TKey key, [ref] TValue value)",
        |call| {
            let key = key(call, 0)?;
            let removed = own(call).remove(&key);
            crate::members::numbers::set_reference(
                call.arguments.get(1),
                removed.clone().unwrap_or_default(),
            );
            Ok(Value::Bool(removed.is_some()))
        },
    ),
    Method::new(
        "TryUpdate",
        "bool TryUpdate(TKey key, TValue newValue, TValue comparisonValue)",
        |call| {
            let key = key(call, 0)?;
            let table = Arc::clone(own(call));
            let fits = table
                .get(&key)
                .is_some_and(|found| call.arguments.get(2).is_some_and(|old| old.same_value(&found)));
            if fits {
                let (key, value) = typed(&table, key, call.value(1)?.clone(), call.world)?;
                table.set(key, value);
            }
            Ok(Value::Bool(fits))
        },
    ),
];
