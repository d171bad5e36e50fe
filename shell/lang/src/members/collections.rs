//! Arrays and growing collections: Object[], ArrayList, List[T], Queue, Stack.

use std::sync::Arc;

use super::{Call, Method, enumerate, fault};
use crate::convert;
use crate::error::Result;
use crate::members::NoWorld;
use crate::operator;
use crate::types::Type;
use crate::value::{List, ListKind, Value};

/// The properties of arrays.
pub const ARRAY_PROPERTIES: &[&str] = &["Length", "LongLength", "Rank", "SyncRoot", "IsReadOnly", "IsFixedSize", "IsSynchronized", "Count"];

/// The properties of a growing collection.
pub fn list_properties(kind: ListKind) -> &'static [&'static str] {
    match kind {
        ListKind::List => &["Capacity", "Count"],
        ListKind::ArrayList => &["Capacity", "Count", "IsFixedSize", "IsReadOnly", "IsSynchronized", "SyncRoot"],
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
            "rank" => Value::Int(1),
            "isreadonly" | "issynchronized" => Value::Bool(false),
            "isfixedsize" => Value::Bool(true),
            "syncroot" => value.clone(),
            _ => return None,
        }),
        Value::List(list) => Some(match lower.as_str() {
            "count" => Value::count(list.items.read().len()),
            "capacity" if matches!(list.kind, ListKind::List | ListKind::ArrayList) => Value::count(list.items.read().capacity()),
            "isreadonly" | "issynchronized" | "isfixedsize" => Value::Bool(false),
            "syncroot" => value.clone(),
            _ => return None,
        }),
        _ => None,
    }
}

/// Writes a property of a collection.
pub fn set_property(value: &Value, name: &str, new: &Value) -> Option<Result<()>> {
    match value {
        Value::List(list) if name.eq_ignore_ascii_case("Capacity") => Some(convert::to_int(new).map(|capacity| {
            let mut items = list.items.write();
            let more = (capacity.max(0) as usize).min(1 << 24).saturating_sub(items.len());
            items.reserve(more);
        })),
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
    let same = |item: &Value| item.same_value(&sought) || matches!((item, &sought), (left, right) if left.is_null() && right.is_null());
    Ok(if last { items.iter().rposition(same) } else { items.iter().position(same) })
}

fn fixed_size() -> crate::error::Interrupt {
    fault::raised("System.NotSupportedException", "Collection was of a fixed size.")
}

/// The methods of arrays.
pub static ARRAY_METHODS: &[Method] = &[
    Method::new("Add", "int IList.Add(System.Object value)", |_| Err(fixed_size())),
    Method::new("Insert", "void IList.Insert(int index, System.Object value)", |_| Err(fixed_size())),
    Method::new("Remove", "void IList.Remove(System.Object value)", |_| Err(fixed_size())),
    Method::new("RemoveAt", "void IList.RemoveAt(int index)", |_| Err(fixed_size())),
    Method::new("Clear", "void IList.Clear()", |call| {
        if let Value::Array(array) = call.target {
            let empty = if array.element.is_value_type() { convert::to(&Value::Int(0), &array.element, call.world).unwrap_or_default() } else { Value::Null };
            array.items.write().iter_mut().for_each(|item| *item = empty.clone());
        }
        Ok(Value::Nothing)
    }),
    Method::new("Clone", "System.Object Clone()", |call| match call.target {
        Value::Array(array) => Ok(Value::array_of(array.element.clone(), array.items.read().clone())),
        other => Ok(other.clone()),
    }),
    Method::new("Contains", "bool IList.Contains(System.Object value)", |call| Ok(Value::Bool(find(call, false)?.is_some()))),
    Method::new("CopyTo", "void CopyTo(array array, int index)", copy_to),
    Method::new("GetEnumerator", "System.Collections.IEnumerator GetEnumerator()", |call| Ok(super::sets::enumerator(items(call)))),
    Method::new("GetLength", "int GetLength(int dimension)", |call| Ok(Value::count(items(call).len()))),
    Method::new("GetLowerBound", "int GetLowerBound(int dimension)", |_| Ok(Value::Int(0))),
    Method::new("GetUpperBound", "int GetUpperBound(int dimension)", |call| Ok(Value::Int(items(call).len() as i32 - 1))),
    Method::new("GetValue", "System.Object GetValue(int index)", |call| {
        let at = call.int(0)?;
        let items = items(call);
        usize::try_from(at).ok().and_then(|at| items.get(at).cloned()).ok_or_else(|| fault::raised("System.IndexOutOfRangeException", "Index was outside the bounds of the array."))
    }),
    Method::new("IndexOf", "int IList.IndexOf(System.Object value)", |call| Ok(Value::Int(find(call, false)?.map_or(-1, |at| at as i32)))),
    Method::new("SetValue", "void SetValue(System.Object value, int index)", |call| {
        let (value, index) = (call.value(0)?.clone(), call.value(1)?.clone());
        super::set_index(call.target, &index, value, call.world)?;
        Ok(Value::Nothing)
    }),
    Method::new("Get", "System.Object Get(int index)", |call| {
        let index = call.value(0)?.clone();
        super::index(call.target, &index, call.world)
    }),
    Method::new("Set", "void Set(int index, System.Object value)", |call| {
        let (index, value) = (call.value(0)?.clone(), call.value(1)?.clone());
        super::set_index(call.target, &index, value, call.world)?;
        Ok(Value::Nothing)
    }),
];

fn copy_to(call: &mut Call<'_>) -> Result<Value> {
    let start = if call.count() > 1 { call.int(1)?.max(0) as usize } else { 0 };
    let items = items(call);
    if let Value::Array(target) = call.value(0)?.base() {
        let mut slots = target.items.write();
        if start + items.len() > slots.len() {
            return Err(fault::argument("Destination array was not long enough. Check the destination index, length, and the array's lower bounds. (Parameter 'destinationArray')"));
        }
        slots[start..start + items.len()].clone_from_slice(&items);
    }
    Ok(Value::Nothing)
}

/// The methods of a growing collection.
pub fn list_methods(kind: ListKind) -> &'static [Method] {
    match kind {
        ListKind::Queue => QUEUE,
        ListKind::Stack => STACK,
        _ => LIST,
    }
}

fn own<'c>(call: &Call<'c>) -> &'c Arc<List> {
    match call.target {
        Value::List(list) => list,
        _ => unreachable!("the table of lists is used for lists only"),
    }
}

/// An argument as an item.
fn item(call: &mut Call<'_>, at: usize) -> Result<Value> {
    match own(call).element.clone() {
        Some(element) => call.to(at, &element),
        None => call.value(at).cloned(),
    }
}

fn new_items(call: &mut Call<'_>, at: usize) -> Result<Vec<Value>> {
    let items = call.items(at)?;
    match own(call).element.clone() {
        Some(element) => items.iter().map(|item| convert::to(item, &element, call.world)).collect(),
        None => Ok(items),
    }
}

fn index_argument(call: &mut Call<'_>, at: usize, inclusive: bool) -> Result<usize> {
    let index = call.int(at)?;
    let length = own(call).items.read().len();
    usize::try_from(index).ok().filter(|at| *at < length || inclusive && *at == length).ok_or_else(|| {
        fault::out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    })
}

fn range_argument(call: &mut Call<'_>) -> Result<std::ops::Range<usize>> {
    let (start, count) = (call.int(0)?, call.int(1)?);
    let length = own(call).items.read().len();
    if start < 0 || count < 0 {
        return Err(fault::out_of_range(if start < 0 { "index" } else { "count" }, "Non-negative number required."));
    }
    let (start, count) = (start as usize, count as usize);
    if start + count > length {
        return Err(fault::argument("Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection."));
    }
    Ok(start..start + count)
}

/// Sorts with the language's order, or a script block that compares.
fn sort(call: &mut Call<'_>) -> Result<Value> {
    let list = Arc::clone(own(call));
    let mut items = list.items.read().clone();
    let comparer = call.arguments.first().map(Value::base).filter(|value| matches!(value, Value::Block(_))).cloned();
    sort_items(&mut items, comparer.as_ref(), call)?;
    *list.items.write() = items;
    Ok(Value::Nothing)
}

fn sort_items(items: &mut [Value], comparer: Option<&Value>, call: &mut Call<'_>) -> Result<()> {
    let mut failed = None;
    items.sort_by(|left, right| {
        let order = match comparer {
            Some(block) => call
                .world
                .call_block(block, None, None, &[left.clone(), right.clone()])
                .and_then(|output| convert::to_int(&output.into_iter().next().unwrap_or_default()))
                .map(|number| number.cmp(&0)),
            None => operator::order(left, right, true, call.world),
        };
        order.unwrap_or_else(|error| {
            failed.get_or_insert(error);
            std::cmp::Ordering::Equal
        })
    });
    failed.map_or(Ok(()), Err)
}

fn each_true(call: &mut Call<'_>, value: &Value) -> Result<bool> {
    let block = call.value(0)?.clone();
    let output = call.world.call_block(&block, None, Some(value.clone()), std::slice::from_ref(value))?;
    Ok(convert::to_bool(&Value::array(output)))
}

static LIST: &[Method] = &[
    Method::new("Add", "void Add(T item)", |call| {
        call.expect(1, 1)?;
        let value = item(call, 0)?;
        let list = own(call);
        let mut items = list.items.write();
        items.push(value);
        Ok(if list.kind == ListKind::ArrayList || list.kind == ListKind::StringCollection { Value::count(items.len() - 1) } else { Value::Nothing })
    }),
    Method::new("AddRange", "void AddRange(System.Collections.Generic.IEnumerable[T] collection)", |call| {
        call.expect(1, 1)?;
        let more = new_items(call, 0)?;
        own(call).items.write().extend(more);
        Ok(Value::Nothing)
    }),
    Method::new("BinarySearch", "int BinarySearch(T item)", |call| {
        let sought = item(call, 0)?;
        let items = own(call).items.read().clone();
        let found = items.binary_search_by(|item| operator::order_keys(item, &sought));
        Ok(Value::Int(match found {
            Ok(at) => at as i32,
            Err(at) => !(at as i32),
        }))
    }),
    Method::new("Clear", "void Clear()", |call| {
        own(call).items.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new("Clone", "System.Object Clone()", |call| {
        let list = own(call);
        Ok(Value::List(Arc::new(List::new(list.kind, list.element.clone(), list.items.read().clone()))))
    }),
    Method::new("Contains", "bool Contains(T item)", |call| Ok(Value::Bool(find(call, false)?.is_some()))),
    Method::new("CopyTo", "void CopyTo(T[] array)", copy_to),
    Method::new("Exists", "bool Exists(System.Predicate[T] match)", |call| {
        for value in items(call) {
            if each_true(call, &value)? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
    Method::new("Find", "T Find(System.Predicate[T] match)", |call| {
        for value in items(call) {
            if each_true(call, &value)? {
                return Ok(value);
            }
        }
        Ok(Value::Null)
    }),
    Method::new("FindAll", "System.Collections.Generic.List[T] FindAll(System.Predicate[T] match)", |call| {
        let mut found = Vec::new();
        for value in items(call) {
            if each_true(call, &value)? {
                found.push(value);
            }
        }
        Ok(Value::list(own(call).element.clone().unwrap_or(Type::OBJECT), found))
    }),
    Method::new("FindIndex", "int FindIndex(System.Predicate[T] match)", |call| {
        for (at, value) in items(call).iter().enumerate() {
            if each_true(call, value)? {
                return Ok(Value::Int(at as i32));
            }
        }
        Ok(Value::Int(-1))
    }),
    Method::new("GetEnumerator", "System.Collections.Generic.List+Enumerator GetEnumerator()", |call| Ok(super::sets::enumerator(items(call)))),
    Method::new("GetRange", "System.Collections.Generic.List[T] GetRange(int index, int count)", |call| {
        let range = range_argument(call)?;
        let list = own(call);
        let part = list.items.read()[range].to_vec();
        Ok(Value::List(Arc::new(List::new(list.kind, list.element.clone(), part))))
    }),
    Method::new("IndexOf", "int IndexOf(T item)", |call| Ok(Value::Int(find(call, false)?.map_or(-1, |at| at as i32)))),
    Method::new("Insert", "void Insert(int index, T item)", |call| {
        call.expect(2, 2)?;
        let at = index_argument(call, 0, true)?;
        let value = item(call, 1)?;
        own(call).items.write().insert(at, value);
        Ok(Value::Nothing)
    }),
    Method::new("InsertRange", "void InsertRange(int index, System.Collections.Generic.IEnumerable[T] collection)", |call| {
        let at = index_argument(call, 0, true)?;
        let more = new_items(call, 1)?;
        own(call).items.write().splice(at..at, more);
        Ok(Value::Nothing)
    }),
    Method::new("LastIndexOf", "int LastIndexOf(T item)", |call| Ok(Value::Int(find(call, true)?.map_or(-1, |at| at as i32)))),
    Method::new("Remove", "bool Remove(T item)", |call| {
        call.expect(1, 1)?;
        let found = find(call, false)?;
        let list = own(call);
        if let Some(at) = found {
            list.items.write().remove(at);
        }
        Ok(if matches!(list.kind, ListKind::ArrayList | ListKind::StringCollection) { Value::Nothing } else { Value::Bool(found.is_some()) })
    }),
    Method::new("RemoveAll", "int RemoveAll(System.Predicate[T] match)", |call| {
        let (mut kept, mut removed) = (Vec::new(), 0);
        for value in items(call) {
            if each_true(call, &value)? {
                removed += 1;
            } else {
                kept.push(value);
            }
        }
        *own(call).items.write() = kept;
        Ok(Value::Int(removed))
    }),
    Method::new("RemoveAt", "void RemoveAt(int index)", |call| {
        let at = index_argument(call, 0, false)?;
        own(call).items.write().remove(at);
        Ok(Value::Nothing)
    }),
    Method::new("RemoveRange", "void RemoveRange(int index, int count)", |call| {
        let range = range_argument(call)?;
        own(call).items.write().drain(range);
        Ok(Value::Nothing)
    }),
    Method::new("Reverse", "void Reverse()", |call| {
        let range = if call.count() == 2 { range_argument(call)? } else { 0..own(call).items.read().len() };
        own(call).items.write()[range].reverse();
        Ok(Value::Nothing)
    }),
    Method::new("Sort", "void Sort()", sort),
    Method::new("ToArray", "T[] ToArray()", |call| {
        let list = own(call);
        let element = match call.arguments.first().map(Value::base) {
            Some(Value::Type(of)) => of.as_ref().clone(),
            _ => list.element.clone().unwrap_or(Type::OBJECT),
        };
        Ok(Value::array_of(element, list.items.read().clone()))
    }),
    Method::new("TrimExcess", "void TrimExcess()", |call| {
        own(call).items.write().shrink_to_fit();
        Ok(Value::Nothing)
    }),
];

fn empty(what: &str) -> crate::error::Interrupt {
    fault::raised("System.InvalidOperationException", format!("{what} empty."))
}

static QUEUE: &[Method] = &[
    Method::new("Enqueue", "void Enqueue(T item)", |call| {
        let value = item(call, 0)?;
        own(call).items.write().push(value);
        Ok(Value::Nothing)
    }),
    Method::new("Dequeue", "T Dequeue()", |call| {
        let mut items = own(call).items.write();
        if items.is_empty() { Err(empty("Queue")) } else { Ok(items.remove(0)) }
    }),
    Method::new("Peek", "T Peek()", |call| own(call).items.read().first().cloned().ok_or_else(|| empty("Queue"))),
    Method::new("Clear", "void Clear()", |call| {
        own(call).items.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new("Contains", "bool Contains(T item)", |call| Ok(Value::Bool(find(call, false)?.is_some()))),
    Method::new("ToArray", "T[] ToArray()", |call| Ok(Value::array_of(own(call).element.clone().unwrap_or(Type::OBJECT), items(call)))),
    Method::new("GetEnumerator", "System.Collections.IEnumerator GetEnumerator()", |call| Ok(super::sets::enumerator(items(call)))),
];

static STACK: &[Method] = &[
    Method::new("Push", "void Push(T item)", |call| {
        let value = item(call, 0)?;
        own(call).items.write().push(value);
        Ok(Value::Nothing)
    }),
    Method::new("Pop", "T Pop()", |call| own(call).items.write().pop().ok_or_else(|| empty("Stack"))),
    Method::new("Peek", "T Peek()", |call| own(call).items.read().last().cloned().ok_or_else(|| empty("Stack"))),
    Method::new("Clear", "void Clear()", |call| {
        own(call).items.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new("Contains", "bool Contains(T item)", |call| Ok(Value::Bool(find(call, false)?.is_some()))),
    Method::new("ToArray", "T[] ToArray()", |call| Ok(Value::array_of(own(call).element.clone().unwrap_or(Type::OBJECT), items(call)))),
    Method::new("GetEnumerator", "System.Collections.IEnumerator GetEnumerator()", |call| Ok(super::sets::enumerator(items(call)))),
];

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
    Method::new("IndexOf", "static int IndexOf(array array, System.Object value)", |call| {
        let (items, sought) = (call.items(0)?, call.value(1)?);
        Ok(Value::Int(items.iter().position(|item| item.same_value(sought)).map_or(-1, |at| at as i32)))
    }),
    Method::new("LastIndexOf", "static int LastIndexOf(array array, System.Object value)", |call| {
        let (items, sought) = (call.items(0)?, call.value(1)?);
        Ok(Value::Int(items.iter().rposition(|item| item.same_value(sought)).map_or(-1, |at| at as i32)))
    }),
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
    Method::new("Copy", "static void Copy(array sourceArray, array destinationArray, int length)", |call| {
        let (from, into) = (call.items(0)?, call.value(1)?.clone());
        let count = (call.int(call.count() - 1)?.max(0) as usize).min(from.len());
        let (source, target) = if call.count() == 5 { (call.int(1)?.max(0) as usize, call.int(3)?.max(0) as usize) } else { (0, 0) };
        let into = if call.count() == 5 { call.value(2)?.clone() } else { into };
        change(&into, |items| {
            if source + count > from.len() || target + count > items.len() {
                return Err(fault::argument("Destination array was not long enough. Check the destination index, length, and the array's lower bounds. (Parameter 'destinationArray')"));
            }
            items[target..target + count].clone_from_slice(&from[source..source + count]);
            Ok(())
        })?;
        Ok(Value::Nothing)
    }),
    Method::new("CreateInstance", "static array CreateInstance(type elementType, int length)", |call| {
        let Value::Type(of) = call.to(0, &Type::TYPE)? else { return Err(call.no_overload()) };
        let count = call.int(1)?;
        Ok(zeroed(&of, count.max(0) as usize))
    }),
    Method::new("Clear", "static void Clear(array array)", |call| {
        change(call.value(0)?, |items| {
            items.iter_mut().for_each(|item| *item = Value::Null);
            Ok(())
        })?;
        Ok(Value::Nothing)
    }),
    Method::new("Empty", "static T[] Empty()", |_| Ok(Value::array([]))),
    Method::new("Exists", "static bool Exists(T[] array, System.Predicate[T] match)", |call| {
        let (items, block) = (call.items(0)?, call.value(1)?.clone());
        for item in items {
            let output = call.world.call_block(&block, None, Some(item.clone()), &[item])?;
            if convert::to_bool(&Value::array(output)) {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    }),
];

/// An array of empty items.
pub fn zeroed(element: &Type, count: usize) -> Value {
    let empty = if element.is_value_type() { convert::to(&Value::Int(0), element, &mut NoWorld).unwrap_or_default() } else { Value::Null };
    Value::array_of(element.clone(), vec![empty; count.min(1 << 28)])
}
