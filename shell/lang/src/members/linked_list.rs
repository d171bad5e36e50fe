//! LinkedList[T] and its nodes. A node knows its list as long as it is in one; finding its neighbours walks the list.

use std::sync::{Arc, Weak};

use parking_lot::RwLock;

use super::{Call, Method, World, fault};
use crate::convert;
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, Value};

struct Chain {
    element: Type,
    nodes: RwLock<Vec<Arc<Link>>>,
}

struct Link {
    value: RwLock<Value>,
    list: RwLock<Weak<Chain>>,
}

/// A linked list.
pub struct LinkedList(Arc<Chain>);

/// One of its nodes.
pub struct Node {
    link: Arc<Link>,
    element: Type,
}

/// `[System.Collections.Generic.LinkedList[T]]::new()`, or with items.
pub fn construct(element: &Type, call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 1)?;
    let list = LinkedList(Arc::new(Chain {
        element: element.clone(),
        nodes: RwLock::default(),
    }));
    if call.count() == 1 {
        for item in call.items(0)? {
            let item = convert::to(&item, element, call.world)?;
            list.0.insert(usize::MAX, item);
        }
    }
    Ok(Value::instance(list))
}

impl Chain {
    fn insert(self: &Arc<Chain>, at: usize, value: Value) -> Arc<Link> {
        let link = Arc::new(Link {
            value: RwLock::new(value),
            list: RwLock::new(Arc::downgrade(self)),
        });
        self.insert_link(at, &link);
        link
    }

    fn insert_link(self: &Arc<Chain>, at: usize, link: &Arc<Link>) {
        *link.list.write() = Arc::downgrade(self);
        let mut nodes = self.nodes.write();
        let at = at.min(nodes.len());
        nodes.insert(at, Arc::clone(link));
    }

    fn place(&self, link: &Arc<Link>) -> Option<usize> {
        self.nodes
            .read()
            .iter()
            .position(|known| Arc::ptr_eq(known, link))
    }

    fn remove(&self, at: usize) {
        let link = self.nodes.write().remove(at);
        *link.list.write() = Weak::new();
    }

    fn node(&self, at: Option<usize>) -> Value {
        let nodes = self.nodes.read();
        at.and_then(|at| nodes.get(at))
            .map_or(Value::Null, |link| self.as_node(link))
    }

    fn as_node(&self, link: &Arc<Link>) -> Value {
        Value::instance(Node {
            link: Arc::clone(link),
            element: self.element.clone(),
        })
    }

    fn values(&self) -> Vec<Value> {
        self.nodes
            .read()
            .iter()
            .map(|link| link.value.read().clone())
            .collect()
    }
}

impl Instance for LinkedList {
    fn type_name(&self) -> Arc<str> {
        Arc::from(format!(
            "System.Collections.Generic.LinkedList`1[{}]",
            self.0.element.dotnet_name()
        ))
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Count", "First", "Last"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let count = self.0.nodes.read().len();
        match name.to_ascii_lowercase().as_str() {
            "count" => Some(Value::count(count)),
            "first" => Some(self.0.node(Some(0))),
            "last" => Some(self.0.node(count.checked_sub(1))),
            _ => None,
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.values())
    }

    fn methods(&self) -> &'static [Method] {
        LIST
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other
            .downcast::<LinkedList>()
            .map(|other| Arc::ptr_eq(&self.0, &other.0))
    }
}

impl Instance for Node {
    fn type_name(&self) -> Arc<str> {
        Arc::from(format!(
            "System.Collections.Generic.LinkedListNode`1[{}]",
            self.element.dotnet_name()
        ))
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["List", "Next", "Previous", "Value", "ValueRef"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let list = self.link.list.read().upgrade();
        let beside = |step: isize| {
            let list = list.as_ref()?;
            Some(list.node(list.place(&self.link)?.checked_add_signed(step)))
        };
        Some(match name.to_ascii_lowercase().as_str() {
            "value" | "valueref" => self.link.value.read().clone(),
            "list" => list.map_or(Value::Null, |list| Value::instance(LinkedList(list))),
            "next" => beside(1).unwrap_or_default(),
            "previous" => beside(-1).unwrap_or_default(),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        name.eq_ignore_ascii_case("Value").then(|| {
            *self.link.value.write() = convert::to(value, &self.element, world)?;
            Ok(())
        })
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other
            .downcast::<Node>()
            .map(|other| Arc::ptr_eq(&self.link, &other.link))
    }
}

fn own(call: &Call<'_>) -> Arc<Chain> {
    let list = call.target.downcast::<LinkedList>();
    Arc::clone(&list.expect("the table of linked lists is used for them only").0)
}

/// Inserts what an argument is, a node or a value; gives the node of a value.
fn insert(call: &mut Call<'_>, argument: usize, at: usize) -> Result<Value> {
    let list = own(call);
    if let Some(node) = call.value(argument)?.downcast::<Node>() {
        if node.link.list.read().upgrade().is_some() {
            return Err(fault::raised(
                "System.InvalidOperationException",
                "The LinkedList node already belongs to a LinkedList.",
            ));
        }
        list.insert_link(at, &node.link);
        return Ok(Value::Nothing);
    }
    let value = call.to(argument, &list.element)?;
    let link = list.insert(at, value);
    Ok(list.as_node(&link))
}

/// Where the node of the first argument is.
fn node_place(call: &Call<'_>) -> Result<usize> {
    let node = call.value(0)?.downcast::<Node>();
    let Some(node) = node else {
        return Err(fault::argument_null("node"));
    };
    own(call).place(&node.link).ok_or_else(|| {
        fault::raised(
            "System.InvalidOperationException",
            "The LinkedList node does not belong to current LinkedList.",
        )
    })
}

fn find(call: &mut Call<'_>, last: bool) -> Result<Value> {
    let list = own(call);
    let sought = call.to(0, &list.element)?;
    let values = list.values();
    let mut places = values
        .iter()
        .enumerate()
        .filter(|(_, value)| value.same_value(&sought));
    let found = if last { places.next_back() } else { places.next() };
    Ok(list.node(found.map(|(at, _)| at)))
}

fn remove_end(call: &Call<'_>, last: bool) -> Result<Value> {
    let list = own(call);
    let count = list.nodes.read().len();
    if count == 0 {
        return Err(fault::raised(
            "System.InvalidOperationException",
            "The LinkedList is empty.",
        ));
    }
    list.remove(if last { count - 1 } else { 0 });
    Ok(Value::Nothing)
}

static LIST: &[Method] = &[
    Method::new(
        "AddFirst",
        "System.Collections.Generic.LinkedListNode[T] AddFirst(T value)",
        |call| insert(call, 0, 0),
    ),
    Method::new(
        "AddLast",
        "System.Collections.Generic.LinkedListNode[T] AddLast(T value)",
        |call| insert(call, 0, usize::MAX),
    ),
    Method::new(
        "AddAfter",
        "System.Collections.Generic.LinkedListNode[T] AddAfter(System.Collections.Generic.LinkedListNode[T] node, T value)",
        |call| {
            let at = node_place(call)?;
            insert(call, 1, at + 1)
        },
    ),
    Method::new(
        "AddBefore",
        "System.Collections.Generic.LinkedListNode[T] AddBefore(System.Collections.Generic.LinkedListNode[T] node, T value)",
        |call| {
            let at = node_place(call)?;
            insert(call, 1, at)
        },
    ),
    Method::new("Clear", "void Clear()", |call| {
        let links = std::mem::take(&mut *own(call).nodes.write());
        links.iter().for_each(|link| *link.list.write() = Weak::new());
        Ok(Value::Nothing)
    }),
    Method::new("Contains", "bool Contains(T value)", |call| {
        find(call, false).map(|found| Value::Bool(!found.is_null()))
    }),
    Method::new(
        "Find",
        "System.Collections.Generic.LinkedListNode[T] Find(T value)",
        |call| find(call, false),
    ),
    Method::new(
        "FindLast",
        "System.Collections.Generic.LinkedListNode[T] FindLast(T value)",
        |call| find(call, true),
    ),
    Method::new(
        "Remove",
        "bool Remove(T value), void Remove(System.Collections.Generic.LinkedListNode[T] node)",
        |call| {
            if call.value(0)?.downcast::<Node>().is_some() {
                let at = node_place(call)?;
                own(call).remove(at);
                return Ok(Value::Nothing);
            }
            let list = own(call);
            let sought = call.to(0, &list.element)?;
            let at = list.values().iter().position(|value| value.same_value(&sought));
            if let Some(at) = at {
                list.remove(at);
            }
            Ok(Value::Bool(at.is_some()))
        },
    ),
    Method::new("RemoveFirst", "void RemoveFirst()", |call| {
        remove_end(call, false)
    }),
    Method::new("RemoveLast", "void RemoveLast()", |call| remove_end(call, true)),
    Method::new("CopyTo", "void CopyTo(T[] array, int index)", |call| {
        let start = usize::try_from(call.int(1)?).unwrap_or(0);
        if let Value::Array(target) = call.value(0)?.base() {
            for (slot, item) in target
                .items
                .write()
                .iter_mut()
                .skip(start)
                .zip(own(call).values())
            {
                *slot = item;
            }
        }
        Ok(Value::Nothing)
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| Ok(super::sets::enumerator(own(call).values())),
    ),
];
