//! Equality as .NET's collections see it where a class of a script has its own `Equals` and `GetHashCode`.
//!
//! Tables and sets hash without running script code. A key of such a class is therefore replaced, before it is
//! looked for, by the key that it equals: one call of `GetHashCode` a key, and of `Equals` where the hashes agree. So a
//! class that overrides only one of the two finds nothing but itself, as in .NET.

use super::{World, access};
use crate::error::Result;
use crate::value::{Hashtable, Value};

/// Whether a value's class has a method of its own of this name.
fn overrides(value: &Value, method: &str) -> bool {
    value.class().is_some() && value.bag().and_then(|bag| bag.member(method)).is_some()
}

/// Whether a value is a key that only script code can compare.
fn is_own_key(value: &Value) -> bool {
    matches!(value.base(), Value::Object(_)) && overrides(value, "GetHashCode")
}

/// `left.Equals(right)`.
pub fn same(left: &Value, right: &Value, world: &mut dyn World) -> Result<bool> {
    if !matches!(left.base(), Value::Object(_)) || !overrides(left, "Equals") {
        return Ok(left.same_value(right));
    }
    Ok(access::call(left, "Equals", std::slice::from_ref(right), world)?.is_true())
}

/// The key among some that a key equals, or that key.
pub fn known(keys: impl FnOnce() -> Vec<Value>, sought: Value, world: &mut dyn World) -> Result<Value> {
    if !is_own_key(&sought) {
        return Ok(sought);
    }
    let mut hash = None;
    for key in keys() {
        if !is_own_key(&key) {
            continue;
        }
        let own = match &hash {
            Some(own) => own,
            None => &*hash.insert(access::call(&sought, "GetHashCode", &[], world)?),
        };
        if access::call(&key, "GetHashCode", &[], world)?.same_value(own) && same(&sought, &key, world)? {
            return Ok(key);
        }
    }
    Ok(sought)
}

/// The key of a table that a key equals, or that key.
pub fn key_in(table: &Hashtable, sought: Value, world: &mut dyn World) -> Result<Value> {
    known(|| table.keys(), sought, world)
}
