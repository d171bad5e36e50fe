//! System.Management.Automation.PSVariable: what Get-Variable gives, and what a script makes of its own. Writing the
//! `Value` of one that is in a scope writes the variable of the innermost scope that has it.

use std::sync::Arc;

use parking_lot::RwLock;

use super::{Call, Method, World};
use crate::error::Result;
use crate::value::{Instance, Value};

/// A variable.
pub struct VariableObject {
    name: Arc<str>,
    description: Arc<str>,
    options: String,
    /// Whether it is one of the session.
    is_placed: bool,
    value: RwLock<Value>,
}

/// A variable of the session.
pub fn placed(name: &str, value: Value, description: &str, options: String) -> Value {
    Value::instance(VariableObject {
        name: Arc::from(name),
        description: Arc::from(description),
        options,
        is_placed: true,
        value: RwLock::new(value),
    })
}

/// `[psvariable]::new(name, value, options)`.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 3)?;
    let options = match call.arguments.get(2) {
        Some(options) => options.to_text(),
        None => "None".to_owned(),
    };
    Ok(Value::instance(VariableObject {
        name: Arc::from(call.text(0)?.as_str()),
        description: Arc::from(""),
        options,
        is_placed: false,
        value: RwLock::new(call.arguments.get(1).cloned().unwrap_or_default()),
    }))
}

impl VariableObject {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value.
    pub fn value(&self) -> Value {
        self.value.read().clone()
    }
}

/// Writes a variable where it is: in the innermost scope that has it.
const WRITE: &str = "foreach ($depth in 1..100) { \
    if (Get-Variable -Name $args[0] -Scope $depth -ErrorAction Ignore) { \
        Set-Variable -Name $args[0] -Value $args[1] -Scope $depth -ErrorAction Stop; break } }";

impl Instance for VariableObject {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSVariable")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Name",
            "Description",
            "Value",
            "Visibility",
            "Module",
            "ModuleName",
            "Options",
            "Attributes",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::str(&*self.name),
            "description" => Value::str(&*self.description),
            "value" => self.value(),
            "visibility" => Value::str("Public"),
            "module" => Value::Null,
            "modulename" => Value::str(""),
            "options" => Value::str(&*self.options),
            "attributes" => Value::array([]),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        if !name.eq_ignore_ascii_case("Value") {
            return None;
        }
        let written = match self.is_placed {
            true => world.parse_block(WRITE).and_then(|block| {
                let arguments = [Value::str(&*self.name), value.clone()];
                world.call_block(&block, None, None, &arguments)
            }),
            false => Ok(Vec::new()),
        };
        Some(written.map(|_| *self.value.write() = value.clone()))
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

static METHODS: &[Method] = &[Method::new(
    "IsValidValue",
    "bool IsValidValue(System.Object value)",
    |call| {
        call.expect(1, 1)?;
        Ok(Value::Bool(true))
    },
)];
