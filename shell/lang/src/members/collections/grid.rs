//! Places in arrays: of one dimension, and of several, whose items lie row after row.

use std::sync::Arc;

use super::zeroed;
use crate::convert;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::members::{Call, World, enumerate, fault};
use crate::types::Type;
use crate::value::{Array, Value};

/// The most items that an array is made with.
pub(super) const MOST_ITEMS: usize = 1 << 28;

/// An array of empty items; the arguments from one on are the lengths of its dimensions.
pub fn make_array(element: &Type, call: &mut Call<'_>, first: usize) -> Result<Value> {
    let lengths = places(call, first)?;
    let lengths: Box<[usize]> = lengths
        .into_iter()
        .map(|length| usize::try_from(length).map_err(|_| overflow()))
        .collect::<Result<_>>()?;
    let count = lengths
        .iter()
        .try_fold(1usize, |count, length| count.checked_mul(*length));
    let count = count.filter(|count| *count <= MOST_ITEMS).ok_or_else(|| {
        fault::raised(
            "System.OutOfMemoryException",
            "Array dimensions exceeded supported range.",
        )
    })?;
    let flat = zeroed(element, count);
    match flat {
        Value::Array(flat) if lengths.len() > 1 => {
            let items = flat.items.read().clone();
            Ok(Value::Array(Arc::new(Array::grid(
                element.clone(),
                lengths,
                items,
            ))))
        }
        flat => Ok(flat),
    }
}

fn overflow() -> Interrupt {
    fault::raised(
        "System.OverflowException",
        "Arithmetic operation resulted in an overflow.",
    )
}

/// The arguments from one on as whole numbers; one argument may be an array of them.
pub(super) fn places(call: &mut Call<'_>, first: usize) -> Result<Vec<i32>> {
    call.value(first)?;
    if call.count() == first + 1
        && let Some(items) = enumerate(call.value(first)?.base())
    {
        return items.iter().map(convert::to_int).collect();
    }
    (first..call.count()).map(|at| call.int(at)).collect()
}

/// The length of the dimension that the first argument names.
pub(super) fn length(call: &mut Call<'_>) -> Result<usize> {
    let dimension = call.int(0)?;
    let Value::Array(array) = call.target.base() else {
        return Err(call.no_overload());
    };
    usize::try_from(dimension)
        .ok()
        .and_then(|dimension| array.length_of(dimension))
        .ok_or_else(outside)
}

fn outside() -> Interrupt {
    fault::raised(
        "System.IndexOutOfRangeException",
        "Index was outside the bounds of the array.",
    )
}

fn wrong_rank() -> Interrupt {
    fault::argument("Indices length does not match the array rank.")
}

/// `GetValue`: no place counts from the end.
pub(super) fn read(target: &Value, places: &[i32]) -> Result<Value> {
    let Value::Array(array) = target.base() else {
        return Ok(Value::Null);
    };
    if places.len() != array.rank() {
        return Err(wrong_rank());
    }
    if places.iter().any(|place| *place < 0) {
        return Err(outside());
    }
    let at = place_in_grid(array, places).ok_or_else(outside)?;
    array.items.read().get(at).cloned().ok_or_else(outside)
}

/// `SetValue`.
pub(super) fn write(target: &Value, places: &[i32], value: Value, world: &mut dyn World) -> Result<Value> {
    let Value::Array(array) = target.base() else {
        return Ok(Value::Nothing);
    };
    if places.len() != array.rank() {
        return Err(wrong_rank());
    }
    if places.iter().any(|place| *place < 0) {
        return Err(outside());
    }
    let at = place_in_grid(array, places).ok_or_else(outside)?;
    let value = convert::to(&value, &array.element, world)?;
    array.items.write()[at] = value;
    Ok(Value::Nothing)
}

/// Where an item with these places lies; places below zero count from the end of their dimension.
pub(in crate::members) fn place_in_grid(array: &Array, places: &[i32]) -> Option<usize> {
    let mut at = 0;
    for (dimension, place) in places.iter().enumerate() {
        let length = array.length_of(dimension)?;
        at = at * length + crate::members::indexing::place(*place, length)?;
    }
    Some(at)
}

/// The places that an index of an array of several dimensions names: as many numbers as it has dimensions.
pub(in crate::members) fn grid_index(array: &Array, index: &Value) -> Result<Vec<i32>> {
    let indexes = enumerate(index.base()).unwrap_or_else(|| vec![index.clone()]);
    if indexes.len() == array.rank() && indexes.iter().all(|index| enumerate(index.base()).is_none()) {
        return indexes.iter().map(convert::to_int).collect();
    }
    let written: Vec<String> = indexes.iter().map(Value::to_text).collect();
    let message = format!(
        "You cannot index into a {} dimensional array with index [{}].",
        array.rank(),
        written.join(",")
    );
    Err(ErrorRecord::new("NeedMultidimensionalIndex", Category::InvalidOperation, message).into())
}
