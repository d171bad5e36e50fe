//! NameValueCollection: each name, found without regard to case, has a list of texts.

use std::sync::Arc;

use parking_lot::RwLock;

use super::{Call, Method, fault};
use crate::error::Result;
use crate::value::{Instance, Value, same_text};

/// The names with their texts, in the order in which they came.
#[derive(Default)]
pub struct NameValues {
    entries: RwLock<Vec<(Arc<str>, Vec<String>)>>,
}

/// `[System.Collections.Specialized.NameValueCollection]::new()`, or a copy of another.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 1)?;
    let made = NameValues::default();
    if let Some(other) = call
        .arguments
        .first()
        .and_then(|first| first.downcast::<NameValues>())
    {
        *made.entries.write() = other.entries.read().clone();
    }
    Ok(Value::instance(made))
}

impl NameValues {
    fn place(&self, name: &str) -> Option<usize> {
        self.entries
            .read()
            .iter()
            .position(|(known, _)| same_text(known, name))
    }

    /// Where a name or a number points.
    fn at(&self, index: &Value) -> Result<Option<usize>> {
        match index.base() {
            Value::Int(at) => {
                let count = self.entries.read().len();
                let found = usize::try_from(*at).ok().filter(|at| *at < count);
                found.map(Some).ok_or_else(|| {
                    fault::out_of_range(
                        "index",
                        "Index was out of range. Must be non-negative and less than the size of the collection.",
                    )
                })
            }
            other => Ok(self.place(&other.to_text())),
        }
    }

    fn joined(&self, at: Option<usize>) -> Value {
        let entries = self.entries.read();
        at.and_then(|at| entries.get(at))
            .map_or(Value::Null, |(_, texts)| Value::from(texts.join(",")))
    }

    fn add(&self, name: &str, text: &Value) {
        let at = self.place(name);
        let mut entries = self.entries.write();
        let texts = match at {
            Some(at) => &mut entries[at].1,
            None => {
                entries.push((Arc::from(name), Vec::new()));
                &mut entries.last_mut().expect("one was added just now").1
            }
        };
        if !text.is_null() {
            texts.push(text.to_text());
        }
    }

    fn set(&self, name: &str, text: &Value) {
        if let Some(at) = self.place(name) {
            self.entries.write()[at].1.clear();
        }
        self.add(name, text);
    }

    fn names(&self) -> Vec<Value> {
        self.entries
            .read()
            .iter()
            .map(|(name, _)| Value::from(name.as_ref()))
            .collect()
    }
}

impl Instance for NameValues {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Collections.Specialized.NameValueCollection")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["AllKeys", "Count", "Keys"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "count" => Some(Value::count(self.entries.read().len())),
            "allkeys" => Some(Value::array_of(crate::types::Type::STRING, self.names())),
            "keys" => Some(Value::array(self.names())),
            _ => None,
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.names())
    }

    fn index(&self, index: &Value) -> Option<Result<Value>> {
        Some(self.at(index).map(|at| self.joined(at)))
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn own<'c>(call: &Call<'c>) -> &'c NameValues {
    let own = call.target.downcast::<NameValues>();
    own.expect("the table of name and value collections is used for them only")
}

static METHODS: &[Method] = &[
    Method::new("Add", "void Add(string name, string value)", |call| {
        if let [other] = call.arguments
            && let Some(other) = other.downcast::<NameValues>()
        {
            for (name, texts) in other.entries.read().clone() {
                texts
                    .iter()
                    .for_each(|text| own(call).add(&name, &Value::str(text)));
            }
            return Ok(Value::Nothing);
        }
        call.expect(2, 2)?;
        let name = call.text(0)?;
        own(call).add(&name, call.value(1)?);
        Ok(Value::Nothing)
    }),
    Method::new("Set", "void Set(string name, string value)", |call| {
        let name = call.text(0)?;
        own(call).set(&name, call.value(1)?);
        Ok(Value::Nothing)
    }),
    Method::new("set_Item", "void set_Item(string name, string value)", |call| {
        let name = call.text(0)?;
        own(call).set(&name, call.value(1)?);
        Ok(Value::Nothing)
    }),
    Method::new("Get", "string Get(string name), string Get(int index)", |call| {
        let at = own(call).at(call.value(0)?)?;
        Ok(own(call).joined(at))
    }),
    Method::new(
        "GetValues",
        "string[] GetValues(string name), string[] GetValues(int index)",
        |call| {
            let at = own(call).at(call.value(0)?)?;
            let entries = own(call).entries.read();
            let texts = at.map(|at| &entries[at].1).filter(|texts| !texts.is_empty());
            Ok(texts.map_or(Value::Null, Value::strings))
        },
    ),
    Method::new("GetKey", "string GetKey(int index)", |call| {
        let at = own(call).at(&Value::Int(call.int(0)?))?.unwrap_or_default();
        Ok(Value::from(own(call).entries.read()[at].0.as_ref()))
    }),
    Method::new("HasKeys", "bool HasKeys()", |call| {
        Ok(Value::Bool(!own(call).entries.read().is_empty()))
    }),
    Method::new("Remove", "void Remove(string name)", |call| {
        let name = call.text(0)?;
        if let Some(at) = own(call).place(&name) {
            own(call).entries.write().remove(at);
        }
        Ok(Value::Nothing)
    }),
    Method::new("Clear", "void Clear()", |call| {
        own(call).entries.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| Ok(super::sets::enumerator(own(call).names())),
    ),
];
