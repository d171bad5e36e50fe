//! Output objects that are more than a property bag: hidden properties and a text of their own.

use std::sync::Arc;

use plenum_lang::members::Method;
use plenum_lang::value::{Instance, Value};

/// An output object whose properties are fixed and whose text is its own, as .NET's FileInfo or CommandInfo have.
pub struct Record {
    type_names: Vec<&'static str>,
    text: String,
    shown: Vec<(&'static str, Value)>,
    hidden: Vec<(&'static str, Value)>,
    methods: &'static [Method],
}

/// A record's value: `shown` are the properties that lists show, `hidden` ones are found by name only.
pub fn record(
    type_names: &[&'static str],
    text: impl Into<String>,
    shown: Vec<(&'static str, Value)>,
    hidden: Vec<(&'static str, Value)>,
) -> Value {
    record_with_methods(type_names, text, shown, hidden, &[])
}

/// A record that can be asked more than its properties.
pub fn record_with_methods(
    type_names: &[&'static str],
    text: impl Into<String>,
    shown: Vec<(&'static str, Value)>,
    hidden: Vec<(&'static str, Value)>,
    methods: &'static [Method],
) -> Value {
    Value::instance(Record {
        type_names: type_names.to_vec(),
        text: text.into(),
        shown,
        hidden,
        methods,
    })
}

impl Instance for Record {
    fn type_name(&self) -> Arc<str> {
        Arc::from(self.type_names.first().copied().unwrap_or("System.Object"))
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        self.type_names.iter().map(|name| Arc::from(*name)).collect()
    }

    fn to_text(&self) -> String {
        self.text.clone()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        self.shown.iter().map(|(name, _)| Arc::from(*name)).collect()
    }

    fn methods(&self) -> &'static [Method] {
        self.methods
    }

    fn property(&self, name: &str) -> Option<Value> {
        let mut all = self.shown.iter().chain(&self.hidden);
        all.find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
    }
}
