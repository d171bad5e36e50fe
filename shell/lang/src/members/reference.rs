//! `[ref]`: System.Management.Automation.PSReference.

use std::sync::Arc;

use parking_lot::Mutex;

use super::World;
use crate::error::Result;
use crate::types;
use crate::value::{Instance, Value};

/// A reference to a value; the engine makes those to variables, with a getter and a setter of its own.
pub struct Reference {
    value: Mutex<Value>,
}

/// `[ref]$value` for a value that is no variable.
pub fn reference(value: Value) -> Value {
    Value::instance(Reference {
        value: Mutex::new(value),
    })
}

impl Reference {
    /// The value.
    pub fn get(&self) -> Value {
        self.value.lock().clone()
    }

    /// Writes the value.
    pub fn set(&self, value: Value) {
        *self.value.lock() = value;
    }
}

impl Instance for Reference {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match types::of(&self.value.lock()) {
            Some(of) => format!("System.Management.Automation.PSReference`1[{}]", of.dotnet_name()),
            None => "System.Management.Automation.PSReference`1[System.Object]".to_owned(),
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        ["System.Management.Automation.PSReference", "System.Object"]
            .map(Arc::from)
            .to_vec()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Value")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("value").then(|| self.get())
    }

    fn set_property(&self, name: &str, value: &Value, _world: &mut dyn World) -> Option<Result<()>> {
        name.eq_ignore_ascii_case("value").then(|| {
            self.set(value.clone());
            Ok(())
        })
    }
}
