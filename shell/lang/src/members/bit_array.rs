//! System.Collections.BitArray.

use std::sync::Arc;

use parking_lot::RwLock;

use super::{Call, Method, World, fault};
use crate::convert;
use crate::error::{Interrupt, Result};
use crate::types::{Kind, Type};
use crate::value::{Instance, Value};

/// More bits than a script needs; the array is made at once.
const MOST: i32 = 1 << 27;

/// A row of bits.
pub struct BitArray(RwLock<Vec<bool>>);

fn made(bits: Vec<bool>) -> Value {
    Value::instance(BitArray(RwLock::new(bits)))
}

/// A length with a value, flags, bytes or numbers (their lowest bit first), or another one.
pub fn construct(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 2)?;
    if let Some(other) = call.value(0)?.downcast::<BitArray>() {
        return Ok(made(other.0.read().clone()));
    }
    let Some(items) = super::enumerate(call.value(0)?.base()) else {
        let length = call.int(0)?;
        if !(0..=MOST).contains(&length) {
            return Err(fault::out_of_range("length", "Non-negative number required."));
        }
        let filled = call.count() > 1 && call.flag(1)?;
        return Ok(made(vec![filled; length as usize]));
    };
    let mut bits = Vec::with_capacity(items.len());
    for item in &items {
        match item.base() {
            Value::Bool(bit) => bits.push(*bit),
            Value::Byte(byte) => bits.extend((0..8).map(|at| byte >> at & 1 == 1)),
            other => {
                let number = convert::to_int(other)?;
                bits.extend((0..32).map(|at| number >> at & 1 == 1));
            }
        }
    }
    Ok(made(bits))
}

impl Instance for BitArray {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Collections.BitArray")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Length", "Count", "SyncRoot", "IsSynchronized", "IsReadOnly"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "length" | "count" => Some(Value::count(self.0.read().len())),
            "issynchronized" | "isreadonly" => Some(Value::Bool(false)),
            _ => None,
        }
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        name.eq_ignore_ascii_case("Length").then(|| {
            let length = convert::to(value, &Type::INT32, world).and_then(|value| convert::to_int(&value))?;
            if !(0..=MOST).contains(&length) {
                return Err(fault::out_of_range("value", "Non-negative number required."));
            }
            self.0.write().resize(length as usize, false);
            Ok(())
        })
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.read().iter().map(|bit| Value::Bool(*bit)).collect())
    }

    fn index(&self, index: &Value) -> Option<Result<Value>> {
        Some(convert::to_int(index).and_then(|at| {
            let bits = self.0.read();
            let bit = usize::try_from(at).ok().and_then(|at| bits.get(at));
            bit.map(|bit| Value::Bool(*bit)).ok_or_else(out_of_range)
        }))
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn out_of_range() -> Interrupt {
    fault::out_of_range(
        "index",
        "Index was out of range. Must be non-negative and less than the size of the collection.",
    )
}

fn own<'c>(call: &Call<'c>) -> &'c BitArray {
    let own = call.target.downcast::<BitArray>();
    own.expect("the table of bit arrays is used for them only")
}

/// Combines the bits with those of another, and gives this one.
fn combined(call: &mut Call<'_>, by: fn(bool, bool) -> bool) -> Result<Value> {
    call.expect(1, 1)?;
    let Some(other) = call.value(0)?.downcast::<BitArray>() else {
        return Err(call.no_overload());
    };
    let other = other.0.read().clone();
    let mut bits = own(call).0.write();
    if bits.len() != other.len() {
        return Err(fault::argument("Array lengths must be the same."));
    }
    for (bit, other) in bits.iter_mut().zip(other) {
        *bit = by(*bit, other);
    }
    Ok(call.target.clone())
}

fn shifted(call: &mut Call<'_>, left: bool) -> Result<Value> {
    call.expect(1, 1)?;
    let count = usize::try_from(call.int(0)?)
        .map_err(|_| fault::out_of_range("count", "Non-negative number required."))?;
    let mut bits = own(call).0.write();
    let length = bits.len();
    let at = |place: usize| match left {
        true => place.checked_sub(count),
        false => place.checked_add(count),
    };
    let moved = (0..length).map(|place| {
        at(place)
            .and_then(|from| bits.get(from))
            .copied()
            .unwrap_or(false)
    });
    *bits = moved.collect();
    drop(bits);
    Ok(call.target.clone())
}

fn set(call: &mut Call<'_>) -> Result<Value> {
    call.expect(2, 2)?;
    let (at, bit) = (call.int(0)?, call.flag(1)?);
    let mut bits = own(call).0.write();
    let slot = usize::try_from(at).ok().and_then(|at| bits.get_mut(at));
    *slot.ok_or_else(out_of_range)? = bit;
    Ok(Value::Nothing)
}

static METHODS: &[Method] = &[
    Method::new(
        "And",
        "System.Collections.BitArray And(System.Collections.BitArray value)",
        |call| combined(call, |own, other| own && other),
    ),
    Method::new("Clone", "System.Object Clone()", |call| {
        Ok(made(own(call).0.read().clone()))
    }),
    Method::new("CopyTo", "void CopyTo(array array, int index)", |call| {
        call.expect(2, 2)?;
        let start = call.int(1)?.max(0) as usize;
        let bits = own(call).0.read().clone();
        let Value::Array(target) = call.value(0)?.base() else {
            return Err(call.no_overload());
        };
        let width = match target.element.kind() {
            Some(Kind::Byte) => 8,
            Some(Kind::Int32) => 32,
            _ => 1,
        };
        let mut slots = target.items.write();
        for (slot, piece) in slots.iter_mut().skip(start).zip(bits.chunks(width)) {
            let number = piece
                .iter()
                .rev()
                .fold(0_u32, |number, bit| number << 1 | u32::from(*bit));
            *slot = match width {
                8 => Value::Byte(number as u8),
                32 => Value::Int(number as i32),
                _ => Value::Bool(number == 1),
            };
        }
        Ok(Value::Nothing)
    }),
    Method::new("Get", "bool Get(int index)", |call| {
        call.expect(1, 1)?;
        own(call).index(call.value(0)?).unwrap_or(Ok(Value::Null))
    }),
    Method::new(
        "GetEnumerator",
        "System.Collections.IEnumerator GetEnumerator()",
        |call| Ok(super::sets::enumerator(own(call).items().unwrap_or_default())),
    ),
    Method::new("HasAllSet", "bool HasAllSet()", |call| {
        Ok(Value::Bool(own(call).0.read().iter().all(|bit| *bit)))
    }),
    Method::new("HasAnySet", "bool HasAnySet()", |call| {
        Ok(Value::Bool(own(call).0.read().contains(&true)))
    }),
    Method::new(
        "LeftShift",
        "System.Collections.BitArray LeftShift(int count)",
        |call| shifted(call, true),
    ),
    Method::new("Not", "System.Collections.BitArray Not()", |call| {
        own(call).0.write().iter_mut().for_each(|bit| *bit = !*bit);
        Ok(call.target.clone())
    }),
    Method::new(
        "Or",
        "System.Collections.BitArray Or(System.Collections.BitArray value)",
        |call| combined(call, |own, other| own || other),
    ),
    Method::new(
        "RightShift",
        "System.Collections.BitArray RightShift(int count)",
        |call| shifted(call, false),
    ),
    Method::new("Set", "void Set(int index, bool value)", set),
    Method::new("set_Item", "void set_Item(int index, bool value)", set),
    Method::new("SetAll", "void SetAll(bool value)", |call| {
        let bit = call.flag(0)?;
        own(call).0.write().fill(bit);
        Ok(Value::Nothing)
    }),
    Method::new(
        "Xor",
        "System.Collections.BitArray Xor(System.Collections.BitArray value)",
        |call| combined(call, |own, other| own != other),
    ),
];
