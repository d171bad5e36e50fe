//! Arrays: a fixed number of items of a declared element type, in one dimension or in several.

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
    /// The lengths of its dimensions when it has more than one; the items then lie row after row.
    pub lengths: Option<Box<[usize]>>,
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
            lengths: None,
            extension: OnceLock::new(),
        }
    }

    /// An array of more than one dimension; there are as many items as the lengths' product says.
    pub fn grid(element: Type, lengths: Box<[usize]>, items: Vec<Value>) -> Array {
        Array {
            lengths: Some(lengths),
            ..Array::of(element, items)
        }
    }

    /// How many dimensions it has.
    pub fn rank(&self) -> usize {
        self.lengths.as_ref().map_or(1, |lengths| lengths.len())
    }

    /// The length of a dimension.
    pub fn length_of(&self, dimension: usize) -> Option<usize> {
        match &self.lengths {
            Some(lengths) => lengths.get(dimension).copied(),
            None => (dimension == 0).then(|| self.len()),
        }
    }

    /// A copy with items of its own.
    pub fn copy(&self) -> Array {
        Array {
            lengths: self.lengths.clone(),
            ..Array::of(self.element.clone(), self.items.read().clone())
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
