//! Hashtables and dictionaries. Keys are found by the language's equality of keys: the same type and the same value,
//! texts without regard to case unless the table says otherwise; other objects by reference.

use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::sync::OnceLock;

use indexmap::{Equivalent, IndexMap};
use parking_lot::RwLock;
use rustc_hash::FxHasher;

use super::{Object, Value, fold_hash, same_text};
use crate::types::Type;

/// Which dictionary type.
#[derive(Clone, Debug, PartialEq)]
pub enum TableKind {
    /// System.Collections.Hashtable.
    Hashtable,
    /// System.Collections.Specialized.OrderedDictionary.
    Ordered,
    /// System.Collections.Generic.Dictionary.
    Dictionary(Type, Type),
    /// System.Collections.Generic.SortedDictionary.
    Sorted(Type, Type),
}

/// A table's entries: found by key, in order of insertion.
pub type Entries = IndexMap<HashKey, Value, BuildHasherDefault<FxHasher>>;

/// A key with the way it is compared.
#[derive(Clone)]
pub struct HashKey {
    /// The key itself.
    pub key: Value,
    /// Whether texts differ by case.
    case_sensitive: bool,
}

impl HashKey {
    /// A key that is compared with or without regard to case.
    pub fn new(key: Value, case_sensitive: bool) -> HashKey {
        HashKey { key, case_sensitive }
    }
}

/// A key that is looked for.
struct Sought<'a> {
    key: &'a Value,
    case_sensitive: bool,
}

fn hash_key<H: Hasher>(key: &Value, case_sensitive: bool, state: &mut H) {
    match key {
        Value::Str(text) if case_sensitive => text.as_str().hash(state),
        Value::Str(text) => state.write_u64(fold_hash(text)),
        Value::Int(number) => state.write_i32(*number),
        other => {
            std::mem::discriminant(other).hash(state);
            state.write_u64(other.identity_hash());
        }
    }
}

fn same_key(left: &Value, right: &Value, case_sensitive: bool) -> bool {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) if case_sensitive => left == right,
        (Value::Str(left), Value::Str(right)) => same_text(left, right),
        (Value::Int(left), Value::Int(right)) => left == right,
        _ => left.same_value(right),
    }
}

impl Hash for HashKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_key(&self.key, self.case_sensitive, state);
    }
}

impl PartialEq for HashKey {
    fn eq(&self, other: &HashKey) -> bool {
        same_key(&self.key, &other.key, self.case_sensitive)
    }
}

impl Eq for HashKey {}

impl Hash for Sought<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_key(self.key, self.case_sensitive, state);
    }
}

impl Equivalent<HashKey> for Sought<'_> {
    fn equivalent(&self, key: &HashKey) -> bool {
        same_key(self.key, &key.key, self.case_sensitive)
    }
}

/// A text key that is looked for without making a value of it.
struct SoughtText<'a> {
    key: &'a str,
    case_sensitive: bool,
}

impl Hash for SoughtText<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        if self.case_sensitive {
            self.key.hash(state);
        } else {
            state.write_u64(fold_hash(self.key));
        }
    }
}

impl Equivalent<HashKey> for SoughtText<'_> {
    fn equivalent(&self, key: &HashKey) -> bool {
        let Value::Str(text) = &key.key else { return false };
        if self.case_sensitive {
            text == self.key
        } else {
            same_text(text, self.key)
        }
    }
}

/// A dictionary.
pub struct Hashtable {
    /// Which type it is.
    pub kind: TableKind,
    /// Whether text keys differ by case.
    pub case_sensitive: bool,
    entries: RwLock<Entries>,
    /// The type that it shows, where another shares the storage of its kind.
    pub(crate) named: OnceLock<Box<Type>>,
    /// Members that Add-Member gave it.
    pub(super) extension: OnceLock<Box<Object>>,
}

impl Hashtable {
    /// An empty table; the keys of `@{}` and `[ordered]@{}` do not differ by case, those of a Dictionary do.
    pub fn new(kind: TableKind) -> Hashtable {
        let case_sensitive = matches!(kind, TableKind::Dictionary(..) | TableKind::Sorted(..));
        Hashtable::with_case(kind, case_sensitive)
    }

    /// An empty table with a choice about case.
    pub fn with_case(kind: TableKind, case_sensitive: bool) -> Hashtable {
        Hashtable {
            kind,
            case_sensitive,
            entries: RwLock::default(),
            named: OnceLock::new(),
            extension: OnceLock::new(),
        }
    }

    /// Whether its entries are of the type that is not generic.
    pub fn shows_plain_entries(&self) -> bool {
        match self.named.get() {
            Some(of) => !matches!(of.as_ref(), Type::Generic(..) | Type::Named(_)),
            None => matches!(self.kind, TableKind::Hashtable | TableKind::Ordered),
        }
    }

    /// Whether it is an `[ordered]` dictionary.
    pub fn is_ordered(&self) -> bool {
        self.kind == TableKind::Ordered
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.read().len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &Value) -> Option<Value> {
        let sought = Sought {
            key: key.base(),
            case_sensitive: self.case_sensitive,
        };
        self.entries.read().get(&sought).cloned()
    }

    /// The value of a text key.
    pub fn get_text(&self, key: &str) -> Option<Value> {
        self.entries
            .read()
            .get(&SoughtText {
                key,
                case_sensitive: self.case_sensitive,
            })
            .cloned()
    }

    /// The key and value at a position.
    pub fn at(&self, position: usize) -> Option<(Value, Value)> {
        self.entries
            .read()
            .get_index(position)
            .map(|(key, value)| (key.key.clone(), value.clone()))
    }

    /// Replaces the value at a position; whether there was one.
    pub fn set_at(&self, position: usize, value: Value) -> bool {
        self.entries
            .write()
            .get_index_mut(position)
            .map(|entry| *entry.1 = value)
            .is_some()
    }

    /// Makes or replaces an entry; an existing key keeps its spelling.
    pub fn set(&self, key: Value, value: Value) {
        self.add(key, value);
    }

    /// Makes or replaces an entry and gives the value that was there.
    pub fn add(&self, key: Value, value: Value) -> Option<Value> {
        let key = HashKey {
            key: key.into_base(),
            case_sensitive: self.case_sensitive,
        };
        let mut entries = self.entries.write();
        if matches!(self.kind, TableKind::Sorted(..)) && !entries.contains_key(&key) {
            let before =
                |known: &HashKey, _: &Value| crate::operator::order_keys(&known.key, &key.key).is_lt();
            let at = entries.partition_point(before);
            return entries.shift_insert(at, key, value);
        }
        entries.insert(key, value)
    }

    /// Inserts an entry at a position (clamped to the end).
    pub fn insert_at(&self, position: usize, key: Value, value: Value) {
        let key = HashKey {
            key: key.into_base(),
            case_sensitive: self.case_sensitive,
        };
        let mut entries = self.entries.write();
        let position = position.min(entries.len());
        entries.shift_insert(position, key, value);
    }

    /// Removes an entry and gives its value.
    pub fn remove(&self, key: &Value) -> Option<Value> {
        let sought = Sought {
            key: key.base(),
            case_sensitive: self.case_sensitive,
        };
        let mut entries = self.entries.write();
        if self.kind == TableKind::Hashtable && entries.len() > 64 {
            entries.swap_remove(&sought)
        } else {
            entries.shift_remove(&sought)
        }
    }

    /// Removes the entry at a position; whether there was one.
    pub fn remove_at(&self, position: usize) -> bool {
        self.entries.write().shift_remove_index(position).is_some()
    }

    /// Whether a key is there.
    pub fn contains(&self, key: &Value) -> bool {
        let sought = Sought {
            key: key.base(),
            case_sensitive: self.case_sensitive,
        };
        self.entries.read().contains_key(&sought)
    }

    /// Removes all entries.
    pub fn clear(&self) {
        self.entries.write().clear();
    }

    /// Keys and values in order.
    pub fn pairs(&self) -> Vec<(Value, Value)> {
        self.entries
            .read()
            .iter()
            .map(|(key, value)| (key.key.clone(), value.clone()))
            .collect()
    }

    /// Keys in order.
    pub fn keys(&self) -> Vec<Value> {
        self.entries.read().keys().map(|key| key.key.clone()).collect()
    }

    /// Values in order of the keys.
    pub fn values(&self) -> Vec<Value> {
        self.entries.read().values().cloned().collect()
    }

    /// A table of the same kind with the same entries.
    pub fn copy(&self) -> Hashtable {
        Hashtable {
            kind: self.kind.clone(),
            case_sensitive: self.case_sensitive,
            entries: RwLock::new(self.entries.read().clone()),
            named: self.named.clone(),
            extension: OnceLock::new(),
        }
    }
}
