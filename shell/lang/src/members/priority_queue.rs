//! System.Collections.Generic.PriorityQueue[TElement, TPriority]: the item of the least priority comes out first. Of
//! equal priorities .NET promises no order; here it is that of arrival.

use std::cmp::Ordering;
use std::sync::Arc;

use parking_lot::RwLock;

use super::{Call, Method, comparer, fault, numbers};
use crate::convert;
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, Value};

/// A queue: the next item is the last of the row.
pub struct PriorityQueue {
    element: Type,
    priority: Type,
    comparer: Option<Value>,
    row: RwLock<Vec<(Value, Value)>>,
}

/// An empty queue, or one with the items of another collection of tuples; with a comparer of priorities.
pub fn construct(of: &[Type], call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 2)?;
    let given = call.arguments.to_vec();
    let comparer = given.iter().find(|value| comparer::is_comparer(value)).cloned();
    let queue = PriorityQueue {
        element: of[0].clone(),
        priority: of[1].clone(),
        comparer,
        row: RwLock::default(),
    };
    for items in given.iter().filter_map(|value| super::enumerate(value.base())) {
        for pair in items {
            let part = |name: &str| super::plain_property(&pair, name).unwrap_or_default();
            queue.add(part("Item1"), part("Item2"), call)?;
        }
    }
    Ok(Value::instance(queue))
}

impl PriorityQueue {
    fn add(&self, item: Value, priority: Value, call: &mut Call<'_>) -> Result<()> {
        let item = convert::to(&item, &self.element, call.world)?;
        let priority = convert::to(&priority, &self.priority, call.world)?;
        // The row is not held while a script compares.
        let row = self.row.read().clone();
        let (mut least, mut most) = (0, row.len());
        while least < most {
            let middle = least + (most - least) / 2;
            match comparer::order(self.comparer.as_ref(), &row[middle].1, &priority, call.world)? {
                Ordering::Greater => least = middle + 1,
                _ => most = middle,
            }
        }
        let mut row = self.row.write();
        let at = least.min(row.len());
        row.insert(at, (item, priority));
        Ok(())
    }

    fn pairs(&self) -> Vec<Value> {
        let pair = |(item, priority): &(Value, Value)| {
            let types = (self.element.clone(), self.priority.clone());
            super::tuple::value_pair(item.clone(), priority.clone(), types)
        };
        self.row.read().iter().rev().map(pair).collect()
    }
}

impl Instance for PriorityQueue {
    fn type_name(&self) -> Arc<str> {
        Arc::from(format!(
            "System.Collections.Generic.PriorityQueue`2[{},{}]",
            self.element.dotnet_name(),
            self.priority.dotnet_name()
        ))
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Count", "Capacity", "Comparer", "UnorderedItems"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "count" => Value::count(self.row.read().len()),
            "capacity" => Value::count(self.row.read().capacity()),
            "comparer" => self.comparer.clone().unwrap_or_default(),
            "unordereditems" => Value::array(self.pairs()),
            _ => return None,
        })
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn own<'c>(call: &Call<'c>) -> &'c PriorityQueue {
    let own = call.target.downcast::<PriorityQueue>();
    own.expect("the table of priority queues is used for them only")
}

fn empty() -> crate::error::Interrupt {
    fault::raised("System.InvalidOperationException", "Queue empty.")
}

/// Gives the next item and its priority to two references.
fn hand_out(call: &mut Call<'_>, next: Option<(Value, Value)>) -> Value {
    let found = next.is_some();
    let (item, priority) = next.unwrap_or_default();
    numbers::set_reference(call.arguments.first(), item);
    numbers::set_reference(call.arguments.get(1), priority);
    Value::Bool(found)
}

static METHODS: &[Method] = &[
    Method::new("Clear", "void Clear()", |call| {
        own(call).row.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new("Dequeue", "TElement Dequeue()", |call| {
        let next = own(call).row.write().pop();
        next.map(|(item, _)| item).ok_or_else(empty)
    }),
    Method::new(
        "Enqueue",
        "void Enqueue(TElement element, TPriority priority)",
        |call| {
            call.expect(2, 2)?;
            let (item, priority) = (call.value(0)?.clone(), call.value(1)?.clone());
            own(call).add(item, priority, call)?;
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "EnqueueDequeue",
        "TElement EnqueueDequeue(TElement element, TPriority priority)",
        |call| {
            call.expect(2, 2)?;
            let (item, priority) = (call.value(0)?.clone(), call.value(1)?.clone());
            own(call).add(item, priority, call)?;
            let next = own(call).row.write().pop();
            next.map(|(item, _)| item).ok_or_else(empty)
        },
    ),
    Method::new(
        "EnqueueRange",
        "void EnqueueRange(System.Collections.Generic.IEnumerable[TElement] elements, TPriority priority)",
        |call| {
            call.expect(1, 2)?;
            for item in call.items(0)? {
                let (item, priority) = match call.arguments.get(1) {
                    Some(priority) => (item, priority.clone()),
                    None => {
                        let part = |name: &str| super::plain_property(&item, name).unwrap_or_default();
                        (part("Item1"), part("Item2"))
                    }
                };
                own(call).add(item, priority, call)?;
            }
            Ok(Value::Nothing)
        },
    ),
    Method::new("Peek", "TElement Peek()", |call| {
        let next = own(call).row.read().last().cloned();
        next.map(|(item, _)| item).ok_or_else(empty)
    }),
    Method::new(
        "TryDequeue",
        "bool TryDequeue([ref] TElement element, [ref] TPriority priority)",
        |call| {
            let next = own(call).row.write().pop();
            Ok(hand_out(call, next))
        },
    ),
    Method::new(
        "TryPeek",
        "bool TryPeek([ref] TElement element, [ref] TPriority priority)",
        |call| {
            let next = own(call).row.read().last().cloned();
            Ok(hand_out(call, next))
        },
    ),
];
