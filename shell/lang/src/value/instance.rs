//! Objects whose type is known to whoever made them: each answers for its own members.

use std::any::Any;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::{Object, Value};
use crate::error::Result;
use crate::members::{Method, World};

/// An object whose type has members of its own.
pub trait Instance: Send + Sync + Any {
    /// The full .NET type name, e.g. `System.Text.RegularExpressions.Match`.
    fn type_name(&self) -> Arc<str>;
    /// The type and its bases, the most special first.
    fn type_names(&self) -> Vec<Arc<str>> {
        vec![self.type_name(), Arc::from("System.Object")]
    }
    /// What `.ToString()` gives: the type's name where nothing else is said, as in .NET.
    fn to_text(&self) -> String {
        self.type_name().to_string()
    }
    /// Property names in display order.
    fn property_names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }
    /// Reads a property, without regard to case.
    fn property(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }
    /// Reads a property that depends on the outside, as a clock's does.
    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        let _ = world;
        self.property(name)
    }
    /// Reads a property that script code makes; `None` when it has none of that name.
    fn property_by(&self, name: &str, world: &mut dyn World) -> Option<Result<Value>> {
        let _ = (name, world);
        None
    }
    /// Writes a property; `None` when it has none of that name that can be written.
    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        let _ = (name, value, world);
        None
    }
    /// Its methods, for Get-Member and calls.
    fn methods(&self) -> &'static [Method] {
        &[]
    }
    /// Calls a method that is not in [`Instance::methods`]; `None` when it has none of that name.
    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let _ = (name, arguments, world);
        None
    }
    /// Its items, when it is a collection that a pipeline enumerates.
    fn items(&self) -> Option<Vec<Value>> {
        None
    }
    /// `$instance[index]`; `None` when it has no indexer.
    fn index(&self, index: &Value) -> Option<Result<Value>> {
        let _ = index;
        None
    }
    /// `.Equals`: `None` means by reference.
    fn equals(&self, other: &Value) -> Option<bool> {
        let _ = other;
        None
    }
    /// `.ToString(format)` of an IFormattable: `None` when it has no formats, `Some(None)` when the format is wrong.
    fn format(&self, format: &str) -> Option<Option<String>> {
        let _ = format;
        None
    }
    /// How it stands to another (IComparable); `None` when it cannot be compared.
    fn compare(&self, other: &Value) -> Option<std::cmp::Ordering> {
        let _ = other;
        None
    }
}

/// A shared instance, one pointer wide.
#[derive(Clone)]
pub struct Handle(Arc<Cell>);

struct Cell {
    /// Members that Add-Member gave it.
    extension: OnceLock<Box<Object>>,
    body: Box<dyn Instance>,
}

impl Handle {
    /// Shares an instance.
    pub fn new(instance: impl Instance) -> Handle {
        Handle(Arc::new(Cell {
            extension: OnceLock::new(),
            body: Box::new(instance),
        }))
    }

    /// The instance as its Rust type.
    pub fn get<T: Instance>(&self) -> Option<&T> {
        (self.0.body.as_ref() as &dyn Any).downcast_ref()
    }

    /// Whether two handles share one instance.
    pub fn same(&self, other: &Handle) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// An address that is its own as long as it lives.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    pub(super) fn extension(&self) -> &OnceLock<Box<Object>> {
        &self.0.extension
    }
}

impl Deref for Handle {
    type Target = dyn Instance;

    fn deref(&self) -> &Self::Target {
        self.0.body.as_ref()
    }
}
