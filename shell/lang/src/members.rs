//! Members of values: properties, methods, indexers, static members and constructors.
//!
//! One table for each type, one file for each family of types under `members/`. What needs script code or the outside
//! goes through [`World`].

pub mod fault;

use crate::cmdlet::Context;
use crate::error::{Category, ErrorRecord, Result};
use crate::host::Host;
use crate::types::Type;
use crate::value::Value;

/// What members need of the engine.
pub trait World {
    /// The outside; `None` where there is none, and members that need it fail.
    fn host(&self) -> Option<&dyn Host>;
    /// Runs a script block: with `$this` and `$_` when they are given.
    fn call_block(
        &mut self,
        block: &Value,
        this: Option<&Value>,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>>;
    /// The script block of a text.
    fn parse_block(&mut self, text: &str) -> Result<Value>;
    /// A type that a script has defined.
    fn defined_type(&self, name: &str) -> Option<Type>;
    /// `$OFS`, the text between the items of an array in a text.
    fn output_separator(&self) -> String {
        " ".to_owned()
    }
    /// Whether member look-up is strict (`Set-StrictMode -Version 2` and above).
    fn strict(&self) -> bool {
        false
    }
}

/// A world without engine and outside.
pub struct NoWorld;

impl World for NoWorld {
    fn host(&self) -> Option<&dyn Host> {
        None
    }

    fn call_block(&mut self, _: &Value, _: Option<&Value>, _: Option<Value>, _: &[Value]) -> Result<Vec<Value>> {
        Err(no_world("run a script block").into())
    }

    fn parse_block(&mut self, _: &str) -> Result<Value> {
        Err(no_world("parse a script block").into())
    }

    fn defined_type(&self, _: &str) -> Option<Type> {
        None
    }
}

/// The world of a running cmdlet.
pub struct ContextWorld<'a>(pub &'a mut dyn Context);

impl World for ContextWorld<'_> {
    fn host(&self) -> Option<&dyn Host> {
        Some(self.0.host())
    }

    fn call_block(
        &mut self,
        block: &Value,
        this: Option<&Value>,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.0.invoke_block(block, underscore.or_else(|| this.cloned()), arguments)
    }

    fn parse_block(&mut self, text: &str) -> Result<Value> {
        match self.0.session() {
            Some(session) => session.parse_block(text, None),
            None => Err(no_world("parse a script block").into()),
        }
    }

    fn defined_type(&self, _: &str) -> Option<Type> {
        None
    }
}

fn no_world(what: &str) -> ErrorRecord {
    ErrorRecord::new("InvalidOperation", Category::InvalidOperation, format!("Cannot {what} here: no session runs."))
}

/// A call in progress.
pub struct Call<'a> {
    /// The object; the type literal for a static method.
    pub target: &'a Value,
    /// The arguments.
    pub arguments: &'a [Value],
    /// The method's name in its own spelling.
    pub name: &'static str,
    /// The engine.
    pub world: &'a mut dyn World,
}

/// A method in a type's table.
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Its overloads as Get-Member shows them.
    pub definition: &'static str,
    /// What it does.
    pub run: fn(&mut Call<'_>) -> Result<Value>,
}

/// A member as Get-Member shows it.
#[derive(Clone)]
pub struct MemberInfo {
    /// Its name.
    pub name: String,
    /// `Property`, `NoteProperty`, `ScriptProperty`, `AliasProperty`, `Method`, `ScriptMethod`, `ParameterizedProperty` …
    pub kind: &'static str,
    /// e.g. `int Length {get;}`.
    pub definition: String,
}

/// Reads a property (or a hashtable's entry). A collection without such a member gives that of each of its items.
/// What does not exist is `$null`, an error in strict mode.
pub fn get(target: &Value, name: &str, world: &mut dyn World) -> Result<Value> {
    let _ = world;
    Ok(plain_property(target, name).unwrap_or_default())
}

/// As [`get`] for one object, `None` for what does not exist: for Select-Object, Sort-Object, formatting.
pub fn try_get(target: &Value, name: &str, world: &mut dyn World) -> Result<Option<Value>> {
    let _ = world;
    Ok(plain_property(target, name))
}

/// Writes a property or a hashtable's entry.
pub fn set(target: &Value, name: &str, value: Value, world: &mut dyn World) -> Result<()> {
    let _ = (target, name, value, world);
    Ok(())
}

/// Calls a method; on a collection without such a method, that of each item. A method without result gives
/// [`Value::Nothing`].
pub fn call(target: &Value, name: &str, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    let _ = (target, name, arguments, world);
    Ok(Value::Nothing)
}

/// Reads a static property or an enum's member.
pub fn static_get(target: &Type, name: &str, world: &mut dyn World) -> Result<Value> {
    let _ = (target, name, world);
    Ok(Value::Null)
}

/// Writes a static property.
pub fn static_set(target: &Type, name: &str, value: Value, world: &mut dyn World) -> Result<()> {
    let _ = (target, name, value, world);
    Ok(())
}

/// Calls a static method; `new` constructs.
pub fn static_call(target: &Type, name: &str, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    let _ = (target, name, arguments, world);
    Ok(Value::Null)
}

/// Makes an object (`::new(…)`, New-Object).
pub fn construct(target: &Type, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    let _ = (target, arguments, world);
    Ok(Value::Null)
}

/// `target[index]`; several indexes are an array. Out of range is `$null`.
pub fn index(target: &Value, index: &Value, world: &mut dyn World) -> Result<Value> {
    let _ = (target, index, world);
    Ok(Value::Null)
}

/// `target[index] = value`.
pub fn set_index(target: &Value, index: &Value, value: Value, world: &mut dyn World) -> Result<()> {
    let _ = (target, index, value, world);
    Ok(())
}

/// The items that a pipeline and `foreach` get from a collection; `None` for what is one item: texts, hashtables,
/// property bags.
pub fn enumerate(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(array) => Some(array.items.read().clone()),
        Value::List(list) => Some(list.to_vec()),
        Value::Instance(instance) => instance.items(),
        _ => None,
    }
}

/// Members of a value in the order in which they were declared: adapted ones first, then those that were added.
pub fn list_members(value: &Value) -> Vec<MemberInfo> {
    let _ = value;
    Vec::new()
}

/// Static members of a type.
pub fn list_static_members(of: &Type) -> Vec<MemberInfo> {
    let _ = of;
    Vec::new()
}

/// Names of a value's properties in display order, without methods.
pub fn property_names(value: &Value) -> Vec<std::sync::Arc<str>> {
    match value {
        Value::Object(object) => object.property_names(),
        Value::Instance(instance) | Value::Block(instance) => instance.property_names(),
        _ => Vec::new(),
    }
}

/// A property without running script code: `None` for what does not exist.
pub fn plain_property(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(object) => object.get(name),
        Value::Hashtable(table) => table.get_text(name),
        Value::Instance(instance) | Value::Block(instance) => instance.property(name),
        _ => None,
    }
    .or_else(|| value.extension().and_then(|added| added.get(name)))
}
