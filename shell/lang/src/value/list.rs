//! Collections that grow: one storage, the type decides the members.

use std::sync::OnceLock;

use parking_lot::RwLock;

use super::{Object, Value};
use crate::types::Type;

/// Which collection type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// System.Collections.ArrayList.
    ArrayList,
    /// System.Collections.Generic.List.
    List,
    /// System.Collections.ObjectModel.Collection, which script blocks' `Invoke` and `.Where{}` give.
    Collection,
    /// System.Collections.Queue and System.Collections.Generic.Queue: the front is the first item.
    Queue,
    /// System.Collections.Stack and System.Collections.Generic.Stack: the top is the last item.
    Stack,
    /// System.Collections.Specialized.StringCollection.
    StringCollection,
}

/// A growing collection.
pub struct List {
    /// Which type.
    pub kind: ListKind,
    /// The item type of a generic one; `None` for the others.
    pub element: Option<Type>,
    /// The items.
    pub items: RwLock<Vec<Value>>,
    /// The type that it shows, where another shares the storage of its kind.
    pub(crate) named: OnceLock<Type>,
    /// Members that Add-Member gave it.
    pub(super) extension: OnceLock<Box<Object>>,
}

impl List {
    /// A collection of a kind.
    pub fn new(kind: ListKind, element: Option<Type>, items: Vec<Value>) -> List {
        List {
            kind,
            element,
            items: RwLock::new(items),
            named: OnceLock::new(),
            extension: OnceLock::new(),
        }
    }

    /// The items in the order in which they are enumerated.
    pub fn to_vec(&self) -> Vec<Value> {
        let mut items = self.items.read().clone();
        if self.kind == ListKind::Stack {
            items.reverse();
        }
        items
    }
}
