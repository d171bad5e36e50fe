//! Arrays: a fixed number of items of a declared element type.

use std::sync::OnceLock;

use parking_lot::RwLock;

use super::{Object, Value};
use crate::types::Type;

/// A fixed-size array.
pub struct Array {
    /// What its items are: System.Object, System.String, System.Int32 …
    pub element: Type,
    /// The items.
    pub items: RwLock<Vec<Value>>,
    /// Members that Add-Member gave it.
    pub(super) extension: OnceLock<Box<Object>>,
}

impl Array {
    /// An Object[].
    pub fn new(items: Vec<Value>) -> Array {
        Array::of(Type::OBJECT, items)
    }

    /// An array whose items are of the element type already.
    pub fn of(element: Type, items: Vec<Value>) -> Array {
        Array {
            element,
            items: RwLock::new(items),
            extension: OnceLock::new(),
        }
    }

    /// How many items it has.
    pub fn len(&self) -> usize {
        self.items.read().len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
