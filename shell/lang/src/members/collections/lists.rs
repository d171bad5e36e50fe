//! ArrayList, List[T], Queue, Stack.

use std::sync::Arc;

use super::{copy_to, find, items, sort_items};
use crate::convert;
use crate::error::Result;
use crate::members::{Call, Method, fault, sets};
use crate::operator;
use crate::types::{Kind, Type};
use crate::value::{List, ListKind, Value};

/// The methods of a growing collection.
pub fn list_methods(kind: ListKind) -> &'static [Method] {
    match kind {
        ListKind::Queue => QUEUE,
        ListKind::Stack => STACK,
        _ => LIST,
    }
}

pub(super) fn own<'c>(call: &Call<'c>) -> &'c Arc<List> {
    match call.target {
        Value::List(list) => list,
        _ => unreachable!("the table of lists is used for lists only"),
    }
}

/// An argument as an item.
pub(super) fn item(call: &mut Call<'_>, at: usize) -> Result<Value> {
    match own(call).element.clone() {
        Some(element) => call.to(at, &element),
        None => call.value(at).cloned(),
    }
}

fn new_items(call: &mut Call<'_>, at: usize) -> Result<Vec<Value>> {
    let items = call.items(at)?;
    match own(call).element.clone() {
        Some(element) => items
            .iter()
            .map(|item| convert::to(item, &element, call.world))
            .collect(),
        None => Ok(items),
    }
}

pub(super) fn index_argument(call: &mut Call<'_>, at: usize, inclusive: bool) -> Result<usize> {
    let index = call.int(at)?;
    let length = own(call).items.read().len();
    usize::try_from(index)
        .ok()
        .filter(|at| *at < length || inclusive && *at == length)
        .ok_or_else(|| {
            fault::out_of_range(
                "index",
                "Index was out of range. Must be non-negative and less than the size of the collection.",
            )
        })
}

fn range_argument(call: &mut Call<'_>) -> Result<std::ops::Range<usize>> {
    let (start, count) = (call.int(0)?, call.int(1)?);
    let length = own(call).items.read().len();
    if start < 0 || count < 0 {
        return Err(fault::out_of_range(
            if start < 0 { "index" } else { "count" },
            "Non-negative number required.",
        ));
    }
    let (start, count) = (start as usize, count as usize);
    if start + count > length {
        return Err(fault::argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
        ));
    }
    Ok(start..start + count)
}

/// Sorts with the language's order, or a script block that compares.
fn sort(call: &mut Call<'_>) -> Result<Value> {
    let list = Arc::clone(own(call));
    let mut items = list.items.read().clone();
    let comparer = call
        .arguments
        .first()
        .map(Value::base)
        .filter(|value| crate::members::comparer::is_comparer(value))
        .cloned();
    sort_items(&mut items, comparer.as_ref(), call)?;
    *list.items.write() = items;
    Ok(Value::Nothing)
}

fn each_true(call: &mut Call<'_>, value: &Value) -> Result<bool> {
    let block = call.value(0)?.clone();
    let output = call
        .world
        .call_block(&block, None, Some(value.clone()), std::slice::from_ref(value))?;
    Ok(convert::to_bool(&Value::array(output)))
}

/// The methods that only ConcurrentBag, ConcurrentQueue and ConcurrentStack have beside those of their storage.
static BAG: &[Method] = &[Method::new("TryTake", "bool TryTake([ref] T result)", |call| {
    let taken = own(call).items.write().pop();
    crate::members::numbers::set_reference(call.arguments.first(), taken.clone().unwrap_or_default());
    Ok(Value::Bool(taken.is_some()))
})];

/// Several items at once of a ConcurrentStack.
static SHARED_STACK: &[Method] = &[
    Method::new("PushRange", "void PushRange(T[] items)", |call| {
        call.expect(1, 1)?;
        let more = new_items(call, 0)?;
        own(call).items.write().extend(more);
        Ok(Value::Nothing)
    }),
    Method::new("TryPopRange", "int TryPopRange(T[] items)", |call| {
        call.expect(1, 1)?;
        let Value::Array(target) = call.value(0)?.base() else {
            return Err(call.no_overload());
        };
        let mut slots = target.items.write();
        let mut taken = 0;
        while taken < slots.len() {
            let Some(item) = own(call).items.write().pop() else {
                break;
            };
            slots[taken] = item;
            taken += 1;
        }
        Ok(Value::count(taken))
    }),
];

/// The last item that a script block holds for, and where it is.
fn last_true(call: &mut Call<'_>) -> Result<Option<(usize, Value)>> {
    let items = own(call).items.read().clone();
    for (at, item) in items.into_iter().enumerate().rev() {
        if each_true(call, &item)? {
            return Ok(Some((at, item)));
        }
    }
    Ok(None)
}

/// What no item is: `$null`, or the zero of the type.
fn no_item(call: &mut Call<'_>) -> Value {
    let element = own(call).element.clone();
    let zero = element.filter(Type::is_value_type);
    zero.and_then(|of| convert::to(&Value::Int(0), &of, call.world).ok())
        .unwrap_or_default()
}

fn ensure_capacity(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 1)?;
    let wanted = call.int(0)?;
    let length = own(call).items.read().len();
    Ok(Value::Int(wanted.max(i32::try_from(length).unwrap_or(i32::MAX))))
}

fn trim_excess(call: &mut Call<'_>) -> Result<Value> {
    own(call).items.write().shrink_to_fit();
    Ok(Value::Nothing)
}

fn clone(call: &mut Call<'_>) -> Result<Value> {
    let list = own(call);
    let items = list.items.read().clone();
    Ok(Value::List(Arc::new(List::new(
        list.kind,
        list.element.clone(),
        items,
    ))))
}

/// What only some lists have by their shown type.
pub fn special_list_methods(list: &List) -> &'static [Method] {
    match list.named.get().and_then(|of| of.kind()) {
        Some(Kind::ConcurrentBag) => BAG,
        Some(Kind::ConcurrentStack) => SHARED_STACK,
        _ => &[],
    }
}

/// Whether a method would change a list that lets nobody change it.
pub fn refuses(list: &List, method: &str) -> bool {
    let reads = ["Contains", "CopyTo", "GetEnumerator", "IndexOf"];
    list.named.get().and_then(|of| of.kind()) == Some(Kind::ReadOnlyCollection)
        && find_method(LIST, method)
        && !reads.iter().any(|known| known.eq_ignore_ascii_case(method))
}

fn find_method(table: &[Method], name: &str) -> bool {
    table.iter().any(|method| method.name.eq_ignore_ascii_case(name))
}

static LIST: &[Method] = &[
    Method::new(
        "AsReadOnly",
        "System.Collections.ObjectModel.ReadOnlyCollection[T] AsReadOnly()",
        |call| {
            let list = own(call);
            let element = list.element.clone().unwrap_or(Type::OBJECT);
            let copy = List::new(
                ListKind::Collection,
                Some(element.clone()),
                list.items.read().clone(),
            );
            if let Type::Known(known) = Type::READONLYCOLLECTION {
                let _ = copy
                    .named
                    .set(Box::new(Type::Generic(known, vec![element].into())));
            }
            Ok(Value::List(Arc::new(copy)))
        },
    ),
    // .NET's own method gives nothing back; other collections have the language's.
    Method::new(
        "ForEach",
        "void ForEach(System.Action[T] action)",
        |call| match call.arguments {
            [block @ Value::Block(_)] if own(call).kind == ListKind::List => {
                for item in own(call).to_vec() {
                    let arguments = [item.clone()];
                    call.world.call_block(block, None, Some(item), &arguments)?;
                }
                Ok(Value::Nothing)
            }
            arguments => super::super::psobject::for_each(call.target, arguments, call.world),
        },
    ),
    Method::new("Add", "void Add(T item)", |call| {
        call.expect(1, 1)?;
        let value = item(call, 0)?;
        let list = own(call);
        let mut items = list.items.write();
        items.push(value);
        Ok(
            if list.kind == ListKind::ArrayList || list.kind == ListKind::StringCollection {
                Value::count(items.len() - 1)
            } else {
                Value::Nothing
            },
        )
    }),
    Method::new(
        "AddRange",
        "void AddRange(System.Collections.Generic.IEnumerable[T] collection)",
        |call| {
            call.expect(1, 1)?;
            let more = new_items(call, 0)?;
            own(call).items.write().extend(more);
            Ok(Value::Nothing)
        },
    ),
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
    Method::new("Clone", "System.Object Clone()", clone),
    Method::new(
        "EnsureCapacity",
        "int EnsureCapacity(int capacity)",
        ensure_capacity,
    ),
    Method::new("FindLast", "T FindLast(System.Predicate[T] match)", |call| {
        let found = last_true(call)?;
        Ok(found.map_or_else(|| no_item(call), |(_, item)| item))
    }),
    Method::new(
        "FindLastIndex",
        "int FindLastIndex(System.Predicate[T] match)",
        |call| Ok(last_true(call)?.map_or(Value::Int(-1), |(at, _)| Value::count(at))),
    ),
    Method::new(
        "Slice",
        "System.Collections.Generic.List[T] Slice(int start, int length)",
        |call| {
            call.expect(2, 2)?;
            let range = range_argument(call)?;
            let list = own(call);
            let items = list.items.read()[range].to_vec();
            Ok(Value::List(Arc::new(List::new(
                list.kind,
                list.element.clone(),
                items,
            ))))
        },
    ),
    Method::new("Contains", "bool Contains(T item)", |call| {
        Ok(Value::Bool(find(call, false)?.is_some()))
    }),
    Method::new("CopyTo", "void CopyTo(T[] array)", copy_to),
    Method::new(
        "TrueForAll",
        "bool TrueForAll(System.Predicate[T] match)",
        |call| {
            for value in items(call) {
                if !each_true(call, &value)? {
                    return Ok(Value::Bool(false));
                }
            }
            Ok(Value::Bool(true))
        },
    ),
    Method::new(
        "ConvertAll",
        "System.Collections.Generic.List[R] ConvertAll(System.Converter[T,R] converter)",
        |call| {
            let block = call.value(0)?.clone();
            let mut made = Vec::new();
            for value in items(call) {
                made.extend(
                    call.world
                        .call_block(&block, None, Some(value.clone()), &[value])?,
                );
            }
            Ok(Value::list(Type::OBJECT, made))
        },
    ),
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
    Method::new(
        "FindAll",
        "System.Collections.Generic.List[T] FindAll(System.Predicate[T] match)",
        |call| {
            let mut found = Vec::new();
            for value in items(call) {
                if each_true(call, &value)? {
                    found.push(value);
                }
            }
            Ok(Value::list(
                own(call).element.clone().unwrap_or(Type::OBJECT),
                found,
            ))
        },
    ),
    Method::new("FindIndex", "int FindIndex(System.Predicate[T] match)", |call| {
        for (at, value) in items(call).iter().enumerate() {
            if each_true(call, value)? {
                return Ok(Value::Int(at as i32));
            }
        }
        Ok(Value::Int(-1))
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.Generic.List+Enumerator GetEnumerator()",
        |call| Ok(sets::enumerator(items(call))),
    ),
    Method::new(
        "GetRange",
        "System.Collections.Generic.List[T] GetRange(int index, int count)",
        |call| {
            let range = range_argument(call)?;
            let list = own(call);
            let part = list.items.read()[range].to_vec();
            Ok(Value::List(Arc::new(List::new(
                list.kind,
                list.element.clone(),
                part,
            ))))
        },
    ),
    Method::new("IndexOf", "int IndexOf(T item)", |call| {
        Ok(Value::Int(find(call, false)?.map_or(-1, |at| at as i32)))
    }),
    Method::new("Insert", "void Insert(int index, T item)", |call| {
        call.expect(2, 2)?;
        let at = index_argument(call, 0, true)?;
        let value = item(call, 1)?;
        own(call).items.write().insert(at, value);
        Ok(Value::Nothing)
    }),
    Method::new(
        "InsertRange",
        "void InsertRange(int index, System.Collections.Generic.IEnumerable[T] collection)",
        |call| {
            let at = index_argument(call, 0, true)?;
            let more = new_items(call, 1)?;
            own(call).items.write().splice(at..at, more);
            Ok(Value::Nothing)
        },
    ),
    Method::new("LastIndexOf", "int LastIndexOf(T item)", |call| {
        Ok(Value::Int(find(call, true)?.map_or(-1, |at| at as i32)))
    }),
    Method::new("Remove", "bool Remove(T item)", |call| {
        call.expect(1, 1)?;
        let found = find(call, false)?;
        let list = own(call);
        if let Some(at) = found {
            list.items.write().remove(at);
        }
        Ok(
            if matches!(list.kind, ListKind::ArrayList | ListKind::StringCollection) {
                Value::Nothing
            } else {
                Value::Bool(found.is_some())
            },
        )
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
        let range = if call.count() == 2 {
            range_argument(call)?
        } else {
            0..own(call).items.read().len()
        };
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

/// What a Try… method gives: whether there was an item, and the item through its reference.
fn taken(call: &Call<'_>, found: Option<Value>) -> Value {
    let there = found.is_some();
    crate::members::numbers::set_reference(call.arguments.last(), found.unwrap_or_default());
    Value::Bool(there)
}

static QUEUE: &[Method] = &[
    Method::new("Clone", "System.Object Clone()", clone),
    Method::new("CopyTo", "void CopyTo(T[] array, int arrayIndex)", copy_to),
    Method::new(
        "EnsureCapacity",
        "int EnsureCapacity(int capacity)",
        ensure_capacity,
    ),
    Method::new("TrimExcess", "void TrimExcess()", trim_excess),
    Method::new("Enqueue", "void Enqueue(T item)", |call| {
        let value = item(call, 0)?;
        own(call).items.write().push(value);
        Ok(Value::Nothing)
    }),
    Method::new("TryDequeue", "bool TryDequeue([ref] T result)", |call| {
        let mut items = own(call).items.write();
        let found = if items.is_empty() {
            None
        } else {
            Some(items.remove(0))
        };
        Ok(taken(call, found))
    }),
    Method::new("TryPeek", "bool TryPeek([ref] T result)", |call| {
        let found = own(call).items.read().first().cloned();
        Ok(taken(call, found))
    }),
    Method::new("Dequeue", "T Dequeue()", |call| {
        let mut items = own(call).items.write();
        if items.is_empty() {
            Err(empty("Queue"))
        } else {
            Ok(items.remove(0))
        }
    }),
    Method::new("Peek", "T Peek()", |call| {
        own(call)
            .items
            .read()
            .first()
            .cloned()
            .ok_or_else(|| empty("Queue"))
    }),
    Method::new("Clear", "void Clear()", |call| {
        own(call).items.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new("Contains", "bool Contains(T item)", |call| {
        Ok(Value::Bool(find(call, false)?.is_some()))
    }),
    Method::new("ToArray", "T[] ToArray()", |call| {
        Ok(Value::array_of(
            own(call).element.clone().unwrap_or(Type::OBJECT),
            items(call),
        ))
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| Ok(sets::enumerator(items(call))),
    ),
];

static STACK: &[Method] = &[
    Method::new("Clone", "System.Object Clone()", clone),
    Method::new("CopyTo", "void CopyTo(T[] array, int arrayIndex)", copy_to),
    Method::new(
        "EnsureCapacity",
        "int EnsureCapacity(int capacity)",
        ensure_capacity,
    ),
    Method::new("TrimExcess", "void TrimExcess()", trim_excess),
    Method::new("Push", "void Push(T item)", |call| {
        let value = item(call, 0)?;
        own(call).items.write().push(value);
        Ok(Value::Nothing)
    }),
    Method::new("TryPop", "bool TryPop([ref] T result)", |call| {
        let found = own(call).items.write().pop();
        Ok(taken(call, found))
    }),
    Method::new("TryPeek", "bool TryPeek([ref] T result)", |call| {
        let found = own(call).items.read().last().cloned();
        Ok(taken(call, found))
    }),
    Method::new("Pop", "T Pop()", |call| {
        own(call).items.write().pop().ok_or_else(|| empty("Stack"))
    }),
    Method::new("Peek", "T Peek()", |call| {
        own(call)
            .items
            .read()
            .last()
            .cloned()
            .ok_or_else(|| empty("Stack"))
    }),
    Method::new("Clear", "void Clear()", |call| {
        own(call).items.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new("Contains", "bool Contains(T item)", |call| {
        Ok(Value::Bool(find(call, false)?.is_some()))
    }),
    Method::new("ToArray", "T[] ToArray()", |call| {
        Ok(Value::array_of(
            own(call).element.clone().unwrap_or(Type::OBJECT),
            items(call),
        ))
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| Ok(sets::enumerator(items(call))),
    ),
];
