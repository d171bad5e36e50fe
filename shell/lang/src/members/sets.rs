//! HashSet[T], SortedSet[T], enumerators, DBNull.

use std::sync::Arc;

use indexmap::IndexSet;
use parking_lot::RwLock;

use super::{Call, Method, World, enumerate, equality};
use crate::convert;
use crate::error::Result;
use crate::types::Type;
use crate::value::{HashKey, Instance, Value};

/// HashSet[T] and SortedSet[T].
pub struct Set {
    element: Type,
    sorted: bool,
    case_sensitive: bool,
    items: RwLock<IndexSet<HashKey>>,
}

/// A set with items.
pub fn construct(element: &Type, sorted: bool, call: &mut Call<'_>) -> Result<Value> {
    let ignore = call
        .arguments
        .iter()
        .any(|argument| argument.to_text().contains("IgnoreCase"));
    let set = Set {
        element: element.clone(),
        sorted,
        case_sensitive: !ignore,
        items: RwLock::default(),
    };
    if let Some(items) = call
        .arguments
        .first()
        .and_then(|argument| enumerate(argument.base()))
    {
        for item in items {
            let item = convert::to(&item, element, call.world)?;
            set.add(set.known(item, call.world)?);
        }
    }
    Ok(Value::instance(set))
}

impl Set {
    fn key(&self, value: Value) -> HashKey {
        HashKey::new(value, self.case_sensitive)
    }

    /// The item that a value equals, or that value.
    fn known(&self, value: Value, world: &mut dyn World) -> Result<Value> {
        equality::known(|| self.items().unwrap_or_default(), value, world)
    }

    fn add(&self, value: Value) -> bool {
        let mut items = self.items.write();
        let added = items.insert(self.key(value));
        if added && self.sorted {
            items.sort_by(|left, right| crate::operator::order_keys(&left.key, &right.key));
        }
        added
    }
}

impl Instance for Set {
    fn type_name(&self) -> Arc<str> {
        let name = if self.sorted { "SortedSet" } else { "HashSet" };
        Arc::from(format!(
            "System.Collections.Generic.{name}`1[{}]",
            self.element.dotnet_name()
        ))
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Count"), Arc::from("Comparer")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        let items = self.items.read();
        match name.to_ascii_lowercase().as_str() {
            "count" => Some(Value::count(items.len())),
            "comparer" => super::comparer::constant(if self.case_sensitive {
                "Ordinal"
            } else {
                "OrdinalIgnoreCase"
            }),
            "min" if self.sorted => Some(items.first().map_or(Value::Null, |key| key.key.clone())),
            "max" if self.sorted => Some(items.last().map_or(Value::Null, |key| key.key.clone())),
            _ => None,
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items.read().iter().map(|key| key.key.clone()).collect())
    }

    fn methods(&self) -> &'static [Method] {
        SET
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let method = SORTED_SET
            .iter()
            .find(|method| self.sorted && method.name.eq_ignore_ascii_case(name))?;
        let target = part(self, self.items.read().iter().cloned());
        Some((method.run)(&mut Call {
            target: &target,
            arguments,
            name: method.name,
            world,
        }))
    }
}

fn own<'c>(call: &Call<'c>) -> &'c Set {
    call.target
        .downcast::<Set>()
        .expect("the table of sets is used for sets only")
}

fn item(call: &mut Call<'_>) -> Result<Value> {
    let element = own(call).element.clone();
    let value = call.to(0, &element)?;
    let target = call.target.clone();
    let set = target.downcast::<Set>();
    set.map_or(Ok(value.clone()), |set| set.known(value, call.world))
}

/// The other collection of a set operation.
fn other(call: &mut Call<'_>) -> Result<IndexSet<HashKey>> {
    let set = own(call);
    let mut keys = IndexSet::new();
    for item in call.items(0)? {
        let item = convert::to(&item, &set.element, call.world)?;
        keys.insert(set.key(set.known(item, call.world)?));
    }
    Ok(keys)
}

/// Whether a script block holds for an item.
fn holds(call: &mut Call<'_>, item: &Value) -> Result<bool> {
    let block = call.value(0)?.clone();
    let output = call
        .world
        .call_block(&block, None, Some(item.clone()), std::slice::from_ref(item))?;
    Ok(convert::to_bool(&Value::array(output)))
}

/// A set of the same type with some of the items.
fn part(set: &Set, items: impl Iterator<Item = HashKey>) -> Value {
    Value::instance(Set {
        element: set.element.clone(),
        sorted: set.sorted,
        case_sensitive: set.case_sensitive,
        items: RwLock::new(items.collect()),
    })
}

/// What only SortedSet has.
static SORTED_SET: &[Method] = &[
    Method::new(
        "Reverse",
        "System.Collections.Generic.IEnumerable[T] Reverse()",
        |call| {
            let items = own(call).items.read();
            Ok(Value::array(
                items.iter().rev().map(|key| key.key.clone()).collect::<Vec<_>>(),
            ))
        },
    ),
    Method::new(
        "GetViewBetween",
        "System.Collections.Generic.SortedSet[T] GetViewBetween(T lowerValue, T upperValue)",
        |call| {
            let element = own(call).element.clone();
            let (least, most) = (call.to(0, &element)?, call.to(1, &element)?);
            let set = own(call);
            let inside = |key: &&HashKey| {
                crate::operator::order_keys(&key.key, &least).is_ge()
                    && crate::operator::order_keys(&key.key, &most).is_le()
            };
            let items = set.items.read();
            Ok(part(set, items.iter().filter(inside).cloned()))
        },
    ),
];

static SET: &[Method] = &[
    Method::new(
        "RemoveWhere",
        "int RemoveWhere(System.Predicate[T] match)",
        |call| {
            let all: Vec<HashKey> = own(call).items.read().iter().cloned().collect();
            let mut removed = 0;
            for key in all {
                if holds(call, &key.key)? {
                    removed += usize::from(own(call).items.write().shift_remove(&key));
                }
            }
            Ok(Value::count(removed))
        },
    ),
    Method::new(
        "TryGetValue",
        "bool TryGetValue(T equalValue, [ref] T actualValue)",
        |call| {
            let value = item(call)?;
            let set = own(call);
            let found = set.items.read().get(&set.key(value)).map(|key| key.key.clone());
            super::numbers::set_reference(call.arguments.get(1), found.clone().unwrap_or_default());
            Ok(Value::Bool(found.is_some()))
        },
    ),
    Method::new(
        "CopyTo",
        "void CopyTo(T[] array), void CopyTo(T[] array, int arrayIndex)",
        |call| {
            let start = if call.count() > 1 {
                call.int(1)?.max(0) as usize
            } else {
                0
            };
            if let Value::Array(target) = call.value(0)?.base() {
                for (slot, key) in target
                    .items
                    .write()
                    .iter_mut()
                    .skip(start)
                    .zip(own(call).items.read().iter())
                {
                    *slot = key.key.clone();
                }
            }
            Ok(Value::Nothing)
        },
    ),
    Method::new("EnsureCapacity", "int EnsureCapacity(int capacity)", |call| {
        let capacity = call.int(0)?;
        Ok(Value::Int(capacity.max(
            i32::try_from(own(call).items.read().len()).unwrap_or(i32::MAX),
        )))
    }),
    Method::new("TrimExcess", "void TrimExcess()", |call| {
        own(call).items.write().shrink_to_fit();
        Ok(Value::Nothing)
    }),
    Method::new(
        "IsProperSubsetOf",
        "bool IsProperSubsetOf(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            let items = own(call).items.read();
            Ok(Value::Bool(
                items.len() < other.len() && items.iter().all(|key| other.contains(key)),
            ))
        },
    ),
    Method::new(
        "IsProperSupersetOf",
        "bool IsProperSupersetOf(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            let items = own(call).items.read();
            Ok(Value::Bool(
                other.len() < items.len() && other.iter().all(|key| items.contains(key)),
            ))
        },
    ),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| Ok(enumerator(own(call).items().unwrap_or_default())),
    ),
    Method::new("Add", "bool Add(T item)", |call| {
        let value = item(call)?;
        Ok(Value::Bool(own(call).add(value)))
    }),
    Method::new("Clear", "void Clear()", |call| {
        own(call).items.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new("Contains", "bool Contains(T item)", |call| {
        let value = item(call)?;
        let set = own(call);
        Ok(Value::Bool(set.items.read().contains(&set.key(value))))
    }),
    Method::new("Remove", "bool Remove(T item)", |call| {
        let value = item(call)?;
        let set = own(call);
        Ok(Value::Bool(set.items.write().shift_remove(&set.key(value))))
    }),
    Method::new(
        "UnionWith",
        "void UnionWith(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            for key in other(call)? {
                own(call).add(key.key);
            }
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "IntersectWith",
        "void IntersectWith(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            own(call).items.write().retain(|key| other.contains(key));
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "ExceptWith",
        "void ExceptWith(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            own(call).items.write().retain(|key| !other.contains(key));
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "SymmetricExceptWith",
        "void SymmetricExceptWith(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            for key in other(call)? {
                let mut items = own(call).items.write();
                if !items.shift_remove(&key) {
                    items.insert(key);
                }
            }
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "IsSubsetOf",
        "bool IsSubsetOf(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            Ok(Value::Bool(
                own(call).items.read().iter().all(|key| other.contains(key)),
            ))
        },
    ),
    Method::new(
        "IsSupersetOf",
        "bool IsSupersetOf(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            let items = own(call).items.read();
            Ok(Value::Bool(other.iter().all(|key| items.contains(key))))
        },
    ),
    Method::new(
        "Overlaps",
        "bool Overlaps(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            let items = own(call).items.read();
            Ok(Value::Bool(other.iter().any(|key| items.contains(key))))
        },
    ),
    Method::new(
        "SetEquals",
        "bool SetEquals(System.Collections.Generic.IEnumerable[T] other)",
        |call| {
            let other = other(call)?;
            let items = own(call).items.read();
            Ok(Value::Bool(
                other.len() == items.len() && other.iter().all(|key| items.contains(key)),
            ))
        },
    ),
];

/// IEnumerator over items that were there when it was made.
pub struct Enumerator {
    items: Vec<Value>,
    at: RwLock<usize>,
}

/// An enumerator before its first item.
pub fn enumerator(items: Vec<Value>) -> Value {
    Value::instance(Enumerator {
        items,
        at: RwLock::new(0),
    })
}

impl Instance for Enumerator {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Collections.IEnumerator")
    }

    fn to_text(&self) -> String {
        "System.Collections.IEnumerator".to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Current")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        let at = *self.at.read();
        let current = at.checked_sub(1).and_then(|at| self.items.get(at));
        match name.to_ascii_lowercase().as_str() {
            "current" | "entry" => Some(current.cloned().unwrap_or_default()),
            "key" | "value" => current.and_then(|entry| super::plain_property(entry, name)),
            _ => None,
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items[(*self.at.read()).min(self.items.len())..].to_vec())
    }

    fn call(&self, name: &str, _arguments: &[Value], _world: &mut dyn World) -> Option<Result<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "movenext" => {
                let mut at = self.at.write();
                *at += usize::from(*at <= self.items.len());
                Some(Ok(Value::Bool(*at <= self.items.len())))
            }
            "reset" => {
                *self.at.write() = 0;
                Some(Ok(Value::Nothing))
            }
            "dispose" => Some(Ok(Value::Nothing)),
            _ => None,
        }
    }
}

/// System.DBNull.Value.
pub struct DbNull;

impl Instance for DbNull {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.DBNull")
    }

    fn to_text(&self) -> String {
        String::new()
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<DbNull>().is_some())
    }
}
