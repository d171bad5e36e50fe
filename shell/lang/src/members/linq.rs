//! System.Linq.Enumerable, as far as scripts use it: script blocks stand for its functions. Results are arrays.

use std::cmp::Ordering;

use super::{Call, Method, fault};
use crate::convert;
use crate::error::Result;
use crate::operator;
use crate::types::Type;
use crate::value::Value;

/// The most items that Range and Repeat make.
const MOST: i32 = 1 << 24;

fn apply(call: &mut Call<'_>, at: usize, arguments: &[Value]) -> Result<Value> {
    let block = call.value(at)?.clone();
    let output = call
        .world
        .call_block(&block, None, arguments.first().cloned(), arguments)?;
    Ok(match output.len() {
        0 => Value::Null,
        1 => output.into_iter().next().unwrap_or_default(),
        _ => Value::array(output),
    })
}

fn element(call: &Call<'_>) -> Type {
    match call.arguments.first().map(Value::base) {
        Some(Value::Array(array)) => array.element.clone(),
        Some(Value::List(list)) => list.element.clone().unwrap_or(Type::OBJECT),
        _ => Type::OBJECT,
    }
}

fn of(call: &Call<'_>, items: Vec<Value>) -> Value {
    Value::array_of(element(call), items)
}

fn empty() -> crate::error::Interrupt {
    fault::raised(
        "System.InvalidOperationException",
        "Sequence contains no elements",
    )
}

fn filtered(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let items = call.items(0)?;
    if call.count() < 2 {
        return Ok(items);
    }
    let mut kept = Vec::new();
    for item in items {
        if convert::to_bool(&apply(call, 1, std::slice::from_ref(&item))?) {
            kept.push(item);
        }
    }
    Ok(kept)
}

fn mapped(call: &mut Call<'_>) -> Result<Vec<Value>> {
    let items = call.items(0)?;
    if call.count() < 2 {
        return Ok(items);
    }
    items.into_iter().map(|item| apply(call, 1, &[item])).collect()
}

fn unique(items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.iter().any(|known| known.same_value(&item)) {
            kept.push(item);
        }
    }
    kept
}

fn sum(call: &mut Call<'_>) -> Result<Value> {
    let items = mapped(call)?;
    let mut total = Value::Int(0);
    for item in &items {
        total = operator::add(&total, item, call.world)?;
    }
    Ok(total)
}

fn extreme(call: &mut Call<'_>, wanted: Ordering) -> Result<Value> {
    let mut items = mapped(call)?.into_iter();
    let mut found = items.next().ok_or_else(empty)?;
    for item in items {
        if operator::order(&item, &found, true, call.world)? == wanted {
            found = item;
        }
    }
    Ok(found)
}

fn ordered(call: &mut Call<'_>, descending: bool) -> Result<Value> {
    let mut rows = Vec::new();
    for item in call.items(0)? {
        let key = apply(call, 1, std::slice::from_ref(&item))?;
        rows.push((key, item));
    }
    let mut failed = None;
    rows.sort_by(|left, right| {
        let order = operator::order(&left.0, &right.0, true, call.world).unwrap_or_else(|error| {
            failed.get_or_insert(error);
            Ordering::Equal
        });
        if descending { order.reverse() } else { order }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let items = rows.into_iter().map(|(_, item)| item).collect();
    Ok(of(call, items))
}

fn count(call: &mut Call<'_>, at: usize) -> Result<usize> {
    Ok(usize::try_from(call.int(at)?).unwrap_or(0))
}

/// Its static methods.
pub static STATIC: &[Method] = &[
    Method::new(
        "Where",
        "static IEnumerable[T] Where(IEnumerable[T] source, Func[T,bool] predicate)",
        |call| {
            let kept = filtered(call)?;
            Ok(of(call, kept))
        },
    ),
    Method::new(
        "Select",
        "static IEnumerable[R] Select(IEnumerable[T] source, Func[T,R] selector)",
        |call| Ok(Value::array(mapped(call)?)),
    ),
    Method::new("Sum", "static T Sum(IEnumerable[T] source)", sum),
    Method::new(
        "Average",
        "static double Average(IEnumerable[T] source)",
        |call| {
            let items = mapped(call)?.len();
            if items == 0 {
                return Err(empty());
            }
            let total = sum(call)?;
            let total = convert::to(&total, &Type::DOUBLE, call.world)?;
            operator::divide(&total, &Value::count(items), call.world)
        },
    ),
    Method::new("Min", "static T Min(IEnumerable[T] source)", |call| {
        extreme(call, Ordering::Less)
    }),
    Method::new("Max", "static T Max(IEnumerable[T] source)", |call| {
        extreme(call, Ordering::Greater)
    }),
    Method::new("Count", "static int Count(IEnumerable[T] source)", |call| {
        Ok(Value::count(filtered(call)?.len()))
    }),
    Method::new("Any", "static bool Any(IEnumerable[T] source)", |call| {
        Ok(Value::Bool(!filtered(call)?.is_empty()))
    }),
    Method::new(
        "All",
        "static bool All(IEnumerable[T] source, Func[T,bool] predicate)",
        |call| {
            let all = call.items(0)?.len();
            Ok(Value::Bool(filtered(call)?.len() == all))
        },
    ),
    Method::new("First", "static T First(IEnumerable[T] source)", |call| {
        filtered(call)?.into_iter().next().ok_or_else(empty)
    }),
    Method::new("Last", "static T Last(IEnumerable[T] source)", |call| {
        filtered(call)?.pop().ok_or_else(empty)
    }),
    Method::new(
        "FirstOrDefault",
        "static T FirstOrDefault(IEnumerable[T] source)",
        |call| Ok(filtered(call)?.into_iter().next().unwrap_or_default()),
    ),
    Method::new(
        "LastOrDefault",
        "static T LastOrDefault(IEnumerable[T] source)",
        |call| Ok(filtered(call)?.pop().unwrap_or_default()),
    ),
    Method::new("Single", "static T Single(IEnumerable[T] source)", |call| {
        let mut items = filtered(call)?;
        match items.len() {
            1 => Ok(items.remove(0)),
            0 => Err(empty()),
            _ => Err(fault::raised(
                "System.InvalidOperationException",
                "Sequence contains more than one element",
            )),
        }
    }),
    Method::new(
        "ElementAt",
        "static T ElementAt(IEnumerable[T] source, int index)",
        |call| {
            let (items, at) = (call.items(0)?, count(call, 1)?);
            items.get(at).cloned().ok_or_else(|| {
                fault::out_of_range(
                    "index",
                    "Index was out of range. Must be non-negative and less than the size of the collection.",
                )
            })
        },
    ),
    Method::new(
        "Skip",
        "static IEnumerable[T] Skip(IEnumerable[T] source, int count)",
        |call| {
            let skipped = count(call, 1)?;
            let items = call.items(0)?.into_iter().skip(skipped).collect();
            Ok(of(call, items))
        },
    ),
    Method::new(
        "Take",
        "static IEnumerable[T] Take(IEnumerable[T] source, int count)",
        |call| {
            let taken = count(call, 1)?;
            let items = call.items(0)?.into_iter().take(taken).collect();
            Ok(of(call, items))
        },
    ),
    Method::new(
        "Reverse",
        "static IEnumerable[T] Reverse(IEnumerable[T] source)",
        |call| {
            let items = call.items(0)?.into_iter().rev().collect();
            Ok(of(call, items))
        },
    ),
    Method::new(
        "Distinct",
        "static IEnumerable[T] Distinct(IEnumerable[T] source)",
        |call| {
            let items = unique(call.items(0)?);
            Ok(of(call, items))
        },
    ),
    Method::new(
        "Concat",
        "static IEnumerable[T] Concat(IEnumerable[T] first, IEnumerable[T] second)",
        |call| {
            let mut items = call.items(0)?;
            items.extend(call.items(1)?);
            Ok(of(call, items))
        },
    ),
    Method::new(
        "Union",
        "static IEnumerable[T] Union(IEnumerable[T] first, IEnumerable[T] second)",
        |call| {
            let mut items = call.items(0)?;
            items.extend(call.items(1)?);
            Ok(of(call, unique(items)))
        },
    ),
    Method::new(
        "Except",
        "static IEnumerable[T] Except(IEnumerable[T] first, IEnumerable[T] second)",
        |call| {
            let (items, other) = (unique(call.items(0)?), call.items(1)?);
            let lacks = |item: &Value| !other.iter().any(|known| known.same_value(item));
            Ok(of(call, items.into_iter().filter(lacks).collect()))
        },
    ),
    Method::new(
        "Intersect",
        "static IEnumerable[T] Intersect(IEnumerable[T] first, IEnumerable[T] second)",
        |call| {
            let (items, other) = (unique(call.items(0)?), call.items(1)?);
            let has = |item: &Value| other.iter().any(|known| known.same_value(item));
            Ok(of(call, items.into_iter().filter(has).collect()))
        },
    ),
    Method::new(
        "SequenceEqual",
        "static bool SequenceEqual(IEnumerable[T] first, IEnumerable[T] second)",
        |call| {
            let (left, right) = (call.items(0)?, call.items(1)?);
            let same = left.len() == right.len()
                && left
                    .iter()
                    .zip(&right)
                    .all(|(left, right)| left.same_value(right));
            Ok(Value::Bool(same))
        },
    ),
    Method::new(
        "Contains",
        "static bool Contains(IEnumerable[T] source, T value)",
        |call| {
            let (items, sought) = (call.items(0)?, call.value(1)?);
            Ok(Value::Bool(items.iter().any(|item| item.same_value(sought))))
        },
    ),
    Method::new(
        "OrderBy",
        "static IOrderedEnumerable[T] OrderBy(IEnumerable[T] source, Func[T,K] keySelector)",
        |call| ordered(call, false),
    ),
    Method::new(
        "OrderByDescending",
        "static IOrderedEnumerable[T] OrderByDescending(IEnumerable[T] source, Func[T,K] keySelector)",
        |call| ordered(call, true),
    ),
    Method::new(
        "Range",
        "static IEnumerable[int] Range(int start, int count)",
        |call| {
            let (start, count) = (call.int(0)?, call.int(1)?.clamp(0, MOST));
            let items = (0..count).map(|at| Value::Int(start.wrapping_add(at))).collect();
            Ok(Value::array_of(Type::INT32, items))
        },
    ),
    Method::new(
        "Repeat",
        "static IEnumerable[T] Repeat(T element, int count)",
        |call| {
            let (item, count) = (call.value(0)?.clone(), call.int(1)?.clamp(0, MOST));
            Ok(Value::array(vec![item; count as usize]))
        },
    ),
    Method::new(
        "Aggregate",
        "static T Aggregate(IEnumerable[T] source, Func[T,T,T] func)",
        |call| {
            let mut items = call.items(0)?.into_iter();
            let last = call.count() - 1;
            let mut total = match call.count() {
                2 => items.next().ok_or_else(empty)?,
                _ => call.value(1)?.clone(),
            };
            for item in items {
                total = apply(call, last, &[total, item])?;
            }
            Ok(total)
        },
    ),
    Method::new("ToList", "static List[T] ToList(IEnumerable[T] source)", |call| {
        let items = call.items(0)?;
        Ok(Value::list(element(call), items))
    }),
    Method::new("ToArray", "static T[] ToArray(IEnumerable[T] source)", |call| {
        let items = call.items(0)?;
        Ok(of(call, items))
    }),
];
