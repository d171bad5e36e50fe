//! Arrays and growing collections: Object[], ArrayList, List[T], Queue, Stack.

mod grid;
mod lists;
mod virtuals;

pub use grid::make_array;
pub(super) use grid::{grid_index, place_in_grid};
pub use lists::{list_methods, refuses, special_list_methods};
pub use virtuals::{VIRTUALS, change_by_class, set_item};

use super::{Call, Method, enumerate, fault};
use crate::convert;
use crate::error::Result;
use crate::members::NoWorld;
use crate::types::{Kind, Type};
use crate::value::{ListKind, Value};

/// The properties of arrays.
pub const ARRAY_PROPERTIES: &[&str] = &[
    "Length",
    "LongLength",
    "Rank",
    "SyncRoot",
    "IsReadOnly",
    "IsFixedSize",
    "IsSynchronized",
    "Count",
];

/// The properties of a growing collection.
pub fn list_properties(kind: ListKind) -> &'static [&'static str] {
    match kind {
        ListKind::List => &["Capacity", "Count"],
        ListKind::ArrayList => &[
            "Capacity",
            "Count",
            "IsFixedSize",
            "IsReadOnly",
            "IsSynchronized",
            "SyncRoot",
        ],
        _ => &["Count"],
    }
}

/// A property of an array or collection.
pub fn property(value: &Value, name: &str) -> Option<Value> {
    let lower = name.to_ascii_lowercase();
    match value {
        Value::Array(array) => Some(match lower.as_str() {
            "length" | "count" => Value::count(array.len()),
            "longlength" => Value::Long(array.len() as i64),
            "rank" => Value::count(array.rank()),
            "isreadonly" | "issynchronized" => Value::Bool(false),
            "isfixedsize" => Value::Bool(true),
            "syncroot" => value.clone(),
            _ => return None,
        }),
        Value::List(list) => Some(match lower.as_str() {
            "count" => Value::count(list.items.read().len()),
            "capacity" if matches!(list.kind, ListKind::List | ListKind::ArrayList) => {
                Value::count(list.items.read().capacity())
            }
            "isreadonly" | "issynchronized" | "isfixedsize" => Value::Bool(false),
            "syncroot" => value.clone(),
            "isempty" if is_concurrent(list) => Value::Bool(list.items.read().is_empty()),
            _ => return None,
        }),
        _ => None,
    }
}

/// Writes a property of a collection.
pub fn set_property(value: &Value, name: &str, new: &Value) -> Option<Result<()>> {
    match value {
        Value::List(list) if name.eq_ignore_ascii_case("Capacity") => {
            Some(convert::to_int(new).map(|capacity| {
                let mut items = list.items.write();
                let more = (capacity.max(0) as usize)
                    .min(1 << 24)
                    .saturating_sub(items.len());
                items.reserve(more);
            }))
        }
        _ => None,
    }
}

/// The items as an index counts them.
pub fn indexed(value: &Value) -> Vec<Value> {
    match value {
        Value::List(list) => list.items.read().clone(),
        other => enumerate(other).unwrap_or_default(),
    }
}

fn items(call: &Call<'_>) -> Vec<Value> {
    enumerate(call.target).unwrap_or_default()
}

fn find(call: &mut Call<'_>, last: bool) -> Result<Option<usize>> {
    let sought = call.value(0)?.clone();
    let items = items(call);
    place_of(&items, &sought, last, call)
}

fn is_concurrent(list: &crate::value::List) -> bool {
    let kind = list.named.get().and_then(|of| of.kind());
    matches!(
        kind,
        Some(Kind::ConcurrentBag | Kind::ConcurrentQueue | Kind::ConcurrentStack)
    )
}

/// Where an item is that is equal as .NET sees it: a class's own `Equals` decides.
fn place_of(items: &[Value], sought: &Value, last: bool, call: &mut Call<'_>) -> Result<Option<usize>> {
    if sought.class().is_none() {
        let same = |item: &Value| item.same_value(sought) || item.is_null() && sought.is_null();
        return Ok(if last {
            items.iter().rposition(same)
        } else {
            items.iter().position(same)
        });
    }
    let mut found = None;
    for (at, item) in items.iter().enumerate() {
        let same = super::equality::same(item, sought, call.world)?;
        if same && (last || found.is_none()) {
            found = Some(at);
        }
    }
    Ok(found)
}

fn fixed_size() -> crate::error::Interrupt {
    fault::raised("System.NotSupportedException", "Collection was of a fixed size.")
}

/// The methods of arrays.
pub static ARRAY_METHODS: &[Method] = &[
    Method::new("Add", "int IList.Add(System.Object value)", |_| Err(fixed_size())),
    Method::new(
        "Insert",
        "void IList.Insert(int index, System.Object value)",
        |_| Err(fixed_size()),
    ),
    Method::new("Remove", "void IList.Remove(System.Object value)", |_| {
        Err(fixed_size())
    }),
    Method::new(
        "RemoveAt",
        "void IList.RemoveAt(int index)",
        |_| Err(fixed_size()),
    ),
    Method::new("Clear", "void IList.Clear()", |call| {
        if let Value::Array(array) = call.target {
            let empty = if array.element.is_value_type() {
                convert::to(&Value::Int(0), &array.element, call.world).unwrap_or_default()
            } else {
                Value::Null
            };
            array
                .items
                .write()
                .iter_mut()
                .for_each(|item| *item = empty.clone());
        }
        Ok(Value::Nothing)
    }),
    Method::new("Clone", "System.Object Clone()", |call| match call.target {
        Value::Array(array) => Ok(Value::Array(std::sync::Arc::new(array.copy()))),
        other => Ok(other.clone()),
    }),
    Method::new("Contains", "bool IList.Contains(System.Object value)", |call| {
        Ok(Value::Bool(find(call, false)?.is_some()))
    }),
    Method::new("CopyTo", "void CopyTo(array array, int index)", copy_to),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| Ok(super::sets::enumerator(items(call))),
    ),
    Method::new("GetLength", "int GetLength(int dimension)", |call| {
        Ok(Value::count(grid::length(call)?))
    }),
    Method::new("GetLongLength", "long GetLongLength(int dimension)", |call| {
        Ok(Value::Long(grid::length(call)? as i64))
    }),
    Method::new("GetLowerBound", "int GetLowerBound(int dimension)", |call| {
        grid::length(call).map(|_| Value::Int(0))
    }),
    Method::new("GetUpperBound", "int GetUpperBound(int dimension)", |call| {
        Ok(Value::Int(grid::length(call)? as i32 - 1))
    }),
    Method::new("GetValue", "System.Object GetValue(int index)", |call| {
        let places = grid::places(call, 0)?;
        grid::read(call.target, &places)
    }),
    Method::new("IndexOf", "int IList.IndexOf(System.Object value)", |call| {
        Ok(Value::Int(find(call, false)?.map_or(-1, |at| at as i32)))
    }),
    Method::new(
        "SetValue",
        "void SetValue(System.Object value, int index)",
        |call| {
            let (value, places) = (call.value(0)?.clone(), grid::places(call, 1)?);
            grid::write(call.target, &places, value, call.world)
        },
    ),
    Method::new("Get", "System.Object Get(int index)", |call| {
        let places = grid::places(call, 0)?;
        grid::read(call.target, &places)
    }),
    Method::new("Set", "void Set(int index, System.Object value)", |call| {
        let Some((value, _)) = call.arguments.split_last() else {
            return Err(call.no_overload());
        };
        let places = (0..call.count() - 1)
            .map(|at| call.int(at))
            .collect::<Result<Vec<_>>>()?;
        grid::write(call.target, &places, value.clone(), call.world)
    }),
];

fn copy_to(call: &mut Call<'_>) -> Result<Value> {
    let start = if call.count() > 1 {
        call.int(1)?.max(0) as usize
    } else {
        0
    };
    let items = items(call);
    if let Value::Array(target) = call.value(0)?.base() {
        let mut slots = target.items.write();
        if start + items.len() > slots.len() {
            return Err(fault::argument(
                "Destination array was not long enough. Check the destination index, length, and the array's lower bounds. (Parameter 'destinationArray')",
            ));
        }
        slots[start..start + items.len()].clone_from_slice(&items);
    }
    Ok(Value::Nothing)
}

/// Changes the items of an array or list in place.
fn change(value: &Value, apply: impl FnOnce(&mut Vec<Value>) -> Result<()>) -> Result<()> {
    match value.base() {
        Value::Array(array) => {
            let mut items = array.items.read().clone();
            apply(&mut items)?;
            *array.items.write() = items;
            Ok(())
        }
        Value::List(list) => {
            let mut items = list.items.read().clone();
            apply(&mut items)?;
            *list.items.write() = items;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The static methods of System.Array.
pub static ARRAY_STATIC: &[Method] = &[
    Method::new(
        "IndexOf",
        "static int IndexOf(array array, System.Object value)",
        |call| {
            let (items, sought) = (call.items(0)?, call.value(1)?.clone());
            let found = place_of(&items, &sought, false, call)?;
            Ok(Value::Int(found.map_or(-1, |at| at as i32)))
        },
    ),
    Method::new(
        "LastIndexOf",
        "static int LastIndexOf(array array, System.Object value)",
        |call| {
            let (items, sought) = (call.items(0)?, call.value(1)?.clone());
            let found = place_of(&items, &sought, true, call)?;
            Ok(Value::Int(found.map_or(-1, |at| at as i32)))
        },
    ),
    Method::new("Reverse", "static void Reverse(array array)", |call| {
        change(call.value(0)?, |items| {
            items.reverse();
            Ok(())
        })?;
        Ok(Value::Nothing)
    }),
    Method::new("Sort", "static void Sort(array array)", |call| {
        let target = call.value(0)?.clone();
        change(&target, |items| sort_items(items, None, call))?;
        Ok(Value::Nothing)
    }),
    Method::new(
        "Copy",
        "static void Copy(array sourceArray, array destinationArray, int length)",
        |call| {
            let (from, into) = (call.items(0)?, call.value(1)?.clone());
            let count = (call.int(call.count() - 1)?.max(0) as usize).min(from.len());
            let (source, target) = if call.count() == 5 {
                (call.int(1)?.max(0) as usize, call.int(3)?.max(0) as usize)
            } else {
                (0, 0)
            };
            let into = if call.count() == 5 {
                call.value(2)?.clone()
            } else {
                into
            };
            change(&into, |items| {
                if source + count > from.len() || target + count > items.len() {
                    return Err(fault::argument(
                        "Destination array was not long enough. Check the destination index, length, and the array's lower bounds. (Parameter 'destinationArray')",
                    ));
                }
                items[target..target + count].clone_from_slice(&from[source..source + count]);
                Ok(())
            })?;
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "CreateInstance",
        "static array CreateInstance(type elementType, int length)",
        |call| {
            let Value::Type(of) = call.to(0, &Type::TYPE)? else {
                return Err(call.no_overload());
            };
            make_array(&of, call, 1)
        },
    ),
    Method::new("Clear", "static void Clear(array array)", |call| {
        change(call.value(0)?, |items| {
            items.iter_mut().for_each(|item| *item = Value::Null);
            Ok(())
        })?;
        Ok(Value::Nothing)
    }),
    Method::new("Empty", "static T[] Empty()", |_| Ok(Value::array([]))),
    Method::new(
        "Exists",
        "static bool Exists(T[] array, System.Predicate[T] match)",
        |call| Ok(Value::Bool(search(call, false, true)?.next().is_some())),
    ),
    Method::new(
        "Find",
        "static T Find(T[] array, System.Predicate[T] match)",
        |call| {
            Ok(search(call, false, true)?
                .next()
                .map_or(Value::Null, |(_, item)| item))
        },
    ),
    Method::new(
        "FindLast",
        "static T FindLast(T[] array, System.Predicate[T] match)",
        |call| {
            Ok(search(call, true, true)?
                .next()
                .map_or(Value::Null, |(_, item)| item))
        },
    ),
    Method::new(
        "FindAll",
        "static T[] FindAll(T[] array, System.Predicate[T] match)",
        |call| {
            let element = match call.value(0)?.base() {
                Value::Array(array) => array.element.clone(),
                _ => Type::OBJECT,
            };
            let found = search(call, false, false)?.map(|(_, item)| item);
            Ok(Value::array_of(element, found.collect()))
        },
    ),
    Method::new(
        "FindIndex",
        "static int FindIndex(T[] array, System.Predicate[T] match)",
        |call| {
            Ok(search(call, false, true)?
                .next()
                .map_or(Value::Int(-1), |(at, _)| Value::count(at)))
        },
    ),
    Method::new(
        "FindLastIndex",
        "static int FindLastIndex(T[] array, System.Predicate[T] match)",
        |call| {
            Ok(search(call, true, true)?
                .next()
                .map_or(Value::Int(-1), |(at, _)| Value::count(at)))
        },
    ),
    Method::new(
        "TrueForAll",
        "static bool TrueForAll(T[] array, System.Predicate[T] match)",
        |call| {
            let count = call.items(0)?.len();
            Ok(Value::Bool(search(call, false, false)?.count() == count))
        },
    ),
    Method::new(
        "ForEach",
        "static void ForEach(T[] array, System.Action[T] action)",
        |call| search(call, false, false).map(|_| Value::Nothing),
    ),
    Method::new(
        "ConvertAll",
        "static TOutput[] ConvertAll(TInput[] array, System.Converter[TInput,TOutput] converter)",
        |call| {
            let (items, block) = (call.items(0)?, call.value(1)?.clone());
            let mut made = Vec::with_capacity(items.len());
            for item in items {
                let output = call.world.call_block(&block, None, Some(item.clone()), &[item])?;
                made.extend(output.into_iter().next_back());
            }
            Ok(Value::array(made))
        },
    ),
];

/// The items of an array that a script block says yes to, with their places; only the first one when that is enough.
fn search(
    call: &mut Call<'_>,
    from_the_end: bool,
    only_first: bool,
) -> Result<std::vec::IntoIter<(usize, Value)>> {
    let (items, block) = (call.items(0)?, call.value(1)?.clone());
    let mut places: Vec<(usize, Value)> = items.into_iter().enumerate().collect();
    if from_the_end {
        places.reverse();
    }
    let mut found = Vec::new();
    for (at, item) in places {
        let arguments = std::slice::from_ref(&item);
        let output = call
            .world
            .call_block(&block, None, Some(item.clone()), arguments)?;
        if convert::to_bool(&Value::array(output)) {
            found.push((at, item));
            if only_first {
                break;
            }
        }
    }
    Ok(found.into_iter())
}

/// An array of empty items.
pub fn zeroed(element: &Type, count: usize) -> Value {
    let empty = if element.is_value_type() {
        convert::to(&Value::Int(0), element, &mut NoWorld).unwrap_or_default()
    } else {
        Value::Null
    };
    Value::array_of(element.clone(), vec![empty; count.min(grid::MOST_ITEMS)])
}

fn sort_items(items: &mut [Value], comparer: Option<&Value>, call: &mut Call<'_>) -> Result<()> {
    let mut failed = None;
    items.sort_by(|left, right| {
        super::comparer::order(comparer, left, right, call.world).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            std::cmp::Ordering::Equal
        })
    });
    failed.map_or(Ok(()), Err)
}
