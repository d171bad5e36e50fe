//! Hashtable, OrderedDictionary, Dictionary[K,V], SortedDictionary[K,V].

mod special;

use std::sync::Arc;

use super::{Call, Method, World, equality, fault};
use crate::convert;
use crate::error::Result;
use crate::types::Type;
use crate::value::{Hashtable, Instance, TableKind, Value};

pub use special::special_methods;

/// The properties of a dictionary.
pub fn properties(table: &Hashtable) -> &'static [&'static str] {
    match table.kind {
        TableKind::Dictionary(..) => &["Comparer", "Count", "Keys", "Values"],
        TableKind::Sorted(..) => &["Count", "Comparer", "Keys", "Values"],
        TableKind::Ordered => &[
            "Count",
            "IsReadOnly",
            "Keys",
            "Values",
            "IsFixedSize",
            "SyncRoot",
            "IsSynchronized",
        ],
        TableKind::Hashtable => &[
            "IsReadOnly",
            "IsFixedSize",
            "IsSynchronized",
            "Keys",
            "Values",
            "SyncRoot",
            "Count",
        ],
    }
}

/// A property of a dictionary.
pub fn property(table: &Hashtable, name: &str) -> Option<Value> {
    match name.to_ascii_lowercase().as_str() {
        "count" => Some(Value::count(table.len())),
        "keys" => Some(part(table, true)),
        "values" => Some(part(table, false)),
        "isreadonly" | "isfixedsize" | "issynchronized" => Some(Value::Bool(false)),
        "isempty" if special::is_concurrent(table) => Some(Value::Bool(table.is_empty())),
        _ => None,
    }
}

fn part(table: &Hashtable, keys: bool) -> Value {
    let items = if keys { table.keys() } else { table.values() };
    let name = match (&table.kind, keys) {
        (TableKind::Hashtable, true) => "System.Collections.Hashtable+KeyCollection",
        (TableKind::Hashtable, false) => "System.Collections.Hashtable+ValueCollection",
        (TableKind::Ordered, _) => {
            "System.Collections.Specialized.OrderedDictionary+OrderedDictionaryKeyValueCollection"
        }
        (_, true) => "System.Collections.Generic.Dictionary`2+KeyCollection",
        (_, false) => "System.Collections.Generic.Dictionary`2+ValueCollection",
    };
    Value::instance(Part { name, items })
}

/// Keys or values.
struct Part {
    name: &'static str,
    items: Vec<Value>,
}

impl Instance for Part {
    fn type_name(&self) -> Arc<str> {
        Arc::from(self.name)
    }

    fn to_text(&self) -> String {
        self.name.to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![
            Arc::from("Count"),
            Arc::from("IsSynchronized"),
            Arc::from("SyncRoot"),
        ]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("Count")
            .then(|| Value::count(self.items.len()))
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.items.clone())
    }

    fn methods(&self) -> &'static [Method] {
        PART
    }
}

static PART: &[Method] = &[
    Method::new("Contains", "bool Contains(System.Object value)", |call| {
        let sought = call.value(0)?;
        let items = super::enumerate(call.target).unwrap_or_default();
        Ok(Value::Bool(items.iter().any(|item| item.same_value(sought))))
    }),
    Method::new("CopyTo", "void CopyTo(array array, int arrayIndex)", |call| {
        let items = super::enumerate(call.target).unwrap_or_default();
        let start = if call.count() > 1 {
            call.int(1)?.max(0) as usize
        } else {
            0
        };
        if let Value::Array(target) = call.value(0)?.base() {
            for (slot, item) in target.items.write().iter_mut().skip(start).zip(items) {
                *slot = item;
            }
        }
        Ok(Value::Nothing)
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| {
            Ok(super::sets::enumerator(
                super::enumerate(call.target).unwrap_or_default(),
            ))
        },
    ),
];

/// The value at an index: of an ordered dictionary by position for an Int32, else by key.
pub fn entry(table: &Hashtable, index: &Value, world: &mut dyn World) -> Result<Value> {
    if let (true, Value::Int(at)) = (table.is_ordered(), index.base()) {
        return Ok(usize::try_from(*at)
            .ok()
            .and_then(|at| table.at(at))
            .map_or(Value::Null, |(_, value)| value));
    }
    let key = equality::key_in(table, key_of(table, index), world)?;
    Ok(table.get(&key).unwrap_or_default())
}

/// A key of the type that the dictionary has.
fn key_of(table: &Hashtable, key: &Value) -> Value {
    match &table.kind {
        TableKind::Dictionary(of, _) | TableKind::Sorted(of, _) => {
            convert::to(key, of, &mut super::NoWorld).unwrap_or_else(|_| key.clone())
        }
        _ => key.clone(),
    }
}

/// Writes an entry.
pub fn set_entry(table: &Hashtable, key: Value, value: Value, world: &mut dyn World) -> Result<()> {
    if let (true, Value::Int(at)) = (table.is_ordered(), key.base()) {
        let set = usize::try_from(*at).is_ok_and(|at| table.set_at(at, value));
        return if set {
            Ok(())
        } else {
            Err(fault::out_of_range(
                "index",
                "Index was out of range. Must be non-negative and less than the size of the collection.",
            ))
        };
    }
    let (key, value) = typed(table, key, value, world)?;
    table.set(equality::key_in(table, key, world)?, value);
    Ok(())
}

fn typed(table: &Hashtable, key: Value, value: Value, world: &mut dyn World) -> Result<(Value, Value)> {
    Ok(match &table.kind {
        TableKind::Dictionary(keys, values) | TableKind::Sorted(keys, values) => (
            convert::to(&key, keys, world)?,
            convert::to(&value, values, world)?,
        ),
        _ => (key, value),
    })
}

/// A call's key and value as the table holds them.
fn typed_arguments(table: &Hashtable, given: (Value, Value), call: &mut Call<'_>) -> Result<(Value, Value)> {
    let (TableKind::Dictionary(keys, values) | TableKind::Sorted(keys, values)) = &table.kind else {
        return Ok(given);
    };
    let key = call.to(0, keys)?;
    Ok((equality::key_in(table, key, call.world)?, call.to(1, values)?))
}

/// DictionaryEntry or KeyValuePair of each entry.
pub fn entries(table: &Hashtable) -> Vec<Value> {
    let name = match &table.kind {
        _ if table.shows_plain_entries() => Arc::from("System.Collections.DictionaryEntry"),
        TableKind::Dictionary(keys, values) | TableKind::Sorted(keys, values) => Arc::from(format!(
            "System.Collections.Generic.KeyValuePair`2[{},{}]",
            keys.dotnet_name(),
            values.dotnet_name()
        )),
        _ => Arc::from("System.Collections.DictionaryEntry"),
    };
    table
        .pairs()
        .into_iter()
        .map(|(key, value)| {
            Value::instance(Entry {
                name: Arc::clone(&name),
                key,
                value,
            })
        })
        .collect()
}

/// System.Collections.DictionaryEntry and KeyValuePair.
pub struct Entry {
    name: Arc<str>,
    /// The key.
    pub key: Value,
    /// The value.
    pub value: Value,
}

impl Entry {
    /// A DictionaryEntry.
    pub fn new(key: Value, value: Value) -> Entry {
        Entry {
            name: Arc::from("System.Collections.DictionaryEntry"),
            key,
            value,
        }
    }
}

impl Instance for Entry {
    fn type_name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    fn to_text(&self) -> String {
        if self.name.starts_with("System.Collections.Generic") {
            format!("[{}, {}]", self.key.to_text(), self.value.to_text())
        } else {
            self.name.to_string()
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        if self.name.starts_with("System.Collections.Generic") {
            &["Key", "Value"][..]
        } else {
            &["Name", "Key", "Value"]
        }
        .iter()
        .map(|name| Arc::from(*name))
        .collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "key" | "name" => Some(self.key.clone()),
            "value" => Some(self.value.clone()),
            _ => None,
        }
    }
}

fn own<'c>(call: &Call<'c>) -> &'c Arc<Hashtable> {
    match call.target {
        Value::Hashtable(table) => table,
        _ => unreachable!("the table of dictionaries is used for dictionaries only"),
    }
}

fn null_key() -> crate::error::Interrupt {
    fault::argument_null("key")
}

fn key(call: &mut Call<'_>, at: usize) -> Result<Value> {
    let key = call.value(at)?.clone();
    if key.is_null() {
        return Err(null_key());
    }
    let table = Arc::clone(own(call));
    equality::key_in(&table, key_of(&table, &key), call.world)
}

/// The methods of dictionaries.
pub static METHODS: &[Method] = &[
    Method::new(
        "Add",
        "void Add(System.Object key, System.Object value)",
        |call| {
            call.expect(2, 2)?;
            let (key, value) = (key(call, 0)?, call.value(1)?.clone());
            let table = Arc::clone(own(call));
            let (key, value) = typed_arguments(&table, (key, value), call)?;
            if table.contains(&key) {
                let text = key.to_text();
                return Err(fault::argument(match table.kind {
                    TableKind::Dictionary(..) | TableKind::Sorted(..) => {
                        format!("An item with the same key has already been added. Key: {text}")
                    }
                    TableKind::Ordered | TableKind::Hashtable => format!(
                        "Item has already been added. Key in dictionary: '{text}'  Key being added: '{text}'"
                    ),
                }));
            }
            table.set(key, value);
            Ok(Value::Nothing)
        },
    ),
    Method::new("Clear", "void Clear()", |call| {
        own(call).clear();
        Ok(Value::Nothing)
    }),
    Method::new("Clone", "System.Object Clone()", |call| {
        Ok(Value::Hashtable(Arc::new(own(call).copy())))
    }),
    Method::new("Contains", "bool Contains(System.Object key)", |call| {
        let key = key(call, 0)?;
        Ok(Value::Bool(own(call).contains(&key)))
    }),
    Method::new("ContainsKey", "bool ContainsKey(System.Object key)", |call| {
        let key = key(call, 0)?;
        Ok(Value::Bool(own(call).contains(&key)))
    }),
    Method::new(
        "ContainsValue",
        "bool ContainsValue(System.Object value)",
        |call| {
            let sought = call.value(0)?.clone();
            for value in own(call).values() {
                if equality::same(&sought, &value, call.world)? {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        },
    ),
    Method::new("CopyTo", "void CopyTo(array array, int arrayIndex)", |call| {
        let start = call.int(1)?.max(0) as usize;
        if let Value::Array(target) = call.value(0)?.base() {
            for (slot, item) in target
                .items
                .write()
                .iter_mut()
                .skip(start)
                .zip(entries(own(call)))
            {
                *slot = item;
            }
        }
        Ok(Value::Nothing)
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.IDictionaryEnumerator GetEnumerator()",
        |call| Ok(super::sets::enumerator(entries(own(call)))),
    ),
    Method::new(
        "Insert",
        "void Insert(int index, System.Object key, System.Object value)",
        |call| {
            call.expect(3, 3)?;
            let (at, key, value) = (call.int(0)?, key(call, 1)?, call.value(2)?.clone());
            let table = own(call);
            if !table.is_ordered() {
                return Err(fault::no_method(call.target, "Insert"));
            }
            if at < 0 || at as usize > table.len() {
                return Err(fault::out_of_range(
                    "index",
                    "Index was out of range. Must be non-negative and less than the size of the collection.",
                ));
            }
            table.insert_at(at as usize, key, value);
            Ok(Value::Nothing)
        },
    ),
    Method::new("Remove", "void Remove(System.Object key)", |call| {
        call.expect(1, 1)?;
        let removed = {
            let key = key(call, 0)?;
            own(call).remove(&key)
        };
        Ok(match own(call).kind {
            TableKind::Dictionary(..) | TableKind::Sorted(..) => Value::Bool(removed.is_some()),
            _ => Value::Nothing,
        })
    }),
    Method::new("RemoveAt", "void RemoveAt(int index)", |call| {
        let at = call.int(0)?;
        let removed = usize::try_from(at).is_ok_and(|at| own(call).remove_at(at));
        if removed {
            Ok(Value::Nothing)
        } else {
            Err(fault::out_of_range(
                "index",
                "Index was out of range. Must be non-negative and less than the size of the collection.",
            ))
        }
    }),
    Method::new(
        "TryGetValue",
        "bool TryGetValue(TKey key, [ref] TValue value)",
        |call| {
            let key = key(call, 0)?;
            let found = own(call).get(&key);
            super::numbers::set_reference(call.arguments.get(1), found.clone().unwrap_or_default());
            Ok(Value::Bool(found.is_some()))
        },
    ),
    Method::new("TryAdd", "bool TryAdd(TKey key, TValue value)", |call| {
        let (key, value) = (key(call, 0)?, call.value(1)?.clone());
        let table = Arc::clone(own(call));
        if table.contains(&key) {
            return Ok(Value::Bool(false));
        }
        let (key, value) = typed(&table, key, value, call.world)?;
        table.set(key, value);
        Ok(Value::Bool(true))
    }),
    Method::new(
        "Item",
        "System.Object Item(System.Object key) {get;set;}",
        |call| {
            let index = call.value(0)?.clone();
            entry(&Arc::clone(own(call)), &index, call.world)
        },
    ),
    Method::new("get_Item", "System.Object get_Item(System.Object key)", |call| {
        let index = call.value(0)?.clone();
        entry(&Arc::clone(own(call)), &index, call.world)
    }),
    Method::new(
        "set_Item",
        "void set_Item(System.Object key, System.Object value)",
        |call| {
            let (key, value) = (call.value(0)?.clone(), call.value(1)?.clone());
            set_entry(own(call), key, value, call.world)?;
            Ok(Value::Nothing)
        },
    ),
];

/// An empty dictionary as a constructor makes it.
pub fn construct(kind: TableKind, call: &mut Call<'_>) -> Result<Value> {
    let mut case_sensitive = match kind {
        // `[hashtable]::new()` tells case apart, unlike `@{}`.
        TableKind::Hashtable | TableKind::Ordered => true,
        _ => true,
    };
    let mut from = None;
    for argument in call.arguments {
        match argument.base() {
            Value::Hashtable(table) => from = Some(Arc::clone(table)),
            other if other.to_text().contains("IgnoreCase") => case_sensitive = false,
            _ => {}
        }
    }
    let table = Hashtable::with_case(kind, case_sensitive);
    for (key, value) in from.map(|from| from.pairs()).unwrap_or_default() {
        let (key, value) = typed(&table, key, value, call.world)?;
        table.set(key, value);
    }
    Ok(Value::Hashtable(Arc::new(table)))
}

/// The type arguments of a dictionary.
pub fn kind_of(keys: &Type, values: &Type, sorted: bool) -> TableKind {
    if sorted {
        TableKind::Sorted(keys.clone(), values.clone())
    } else {
        TableKind::Dictionary(keys.clone(), values.clone())
    }
}
