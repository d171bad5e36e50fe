//! HashSet[T], SortedSet[T], enumerators, DBNull.

use std::sync::Arc;

use indexmap::IndexSet;
use parking_lot::RwLock;

use super::{Call, Method, World, enumerate};
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
            set.add(convert::to(&item, element, call.world)?);
        }
    }
    Ok(Value::instance(set))
}

impl Set {
    fn key(&self, value: Value) -> HashKey {
        HashKey::new(value, self.case_sensitive)
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

    fn to_text(&self) -> String {
        self.type_name().to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Count"), Arc::from("Comparer")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        let items = self.items.read();
        match name.to_ascii_lowercase().as_str() {
            "count" => Some(Value::count(items.len())),
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
}

fn own<'c>(call: &Call<'c>) -> &'c Set {
    call.target
        .downcast::<Set>()
        .expect("the table of sets is used for sets only")
}

fn item(call: &mut Call<'_>) -> Result<Value> {
    let element = own(call).element.clone();
    call.to(0, &element)
}

/// The other collection of a set operation.
fn other(call: &mut Call<'_>) -> Result<IndexSet<HashKey>> {
    let set = own(call);
    let mut keys = IndexSet::new();
    for item in call.items(0)? {
        keys.insert(set.key(convert::to(&item, &set.element, call.world)?));
    }
    Ok(keys)
}

static SET: &[Method] = &[
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

    fn property_names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    fn property(&self, _name: &str) -> Option<Value> {
        None
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        Some(other.downcast::<DbNull>().is_some())
    }
}
