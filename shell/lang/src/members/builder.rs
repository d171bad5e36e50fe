//! System.Text.StringBuilder.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, Method, World, fault, text};
use crate::convert;
use crate::error::{Interrupt, Result};
use crate::value::{Instance, Value};

/// A text that grows.
pub struct StringBuilder {
    text: Mutex<String>,
}

/// The longest text that a builder holds.
const LONGEST: usize = 1 << 30;

/// `[System.Text.StringBuilder]::new(text)`.
pub fn construct(text: &str) -> Value {
    Value::instance(StringBuilder {
        text: Mutex::new(text.to_owned()),
    })
}

impl Instance for StringBuilder {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Text.StringBuilder")
    }

    fn to_text(&self) -> String {
        self.text.lock().clone()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Capacity", "MaxCapacity", "Length"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "length" => Some(Value::count(text::length(&self.text.lock()))),
            "capacity" => Some(Value::count(self.text.lock().capacity().max(16))),
            "maxcapacity" => Some(Value::Int(i32::MAX)),
            _ => None,
        }
    }

    fn set_property(&self, name: &str, value: &Value, _world: &mut dyn World) -> Option<Result<()>> {
        match name.to_ascii_lowercase().as_str() {
            "length" => Some(convert::to_int(value).map(|length| {
                let mut own = self.text.lock();
                let (length, now) = (length.clamp(0, 1 << 28) as usize, text::length(&own));
                if length <= now {
                    let at = text::byte_offset(&own, length);
                    own.truncate(at);
                } else {
                    own.extend(std::iter::repeat_n('\0', length - now));
                }
            })),
            "capacity" => Some(Ok(())),
            _ => None,
        }
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }

    fn index(&self, index: &Value) -> Option<Result<Value>> {
        let own = self.text.lock();
        Some(convert::to_int(index).map(|at| {
            usize::try_from(at)
                .ok()
                .and_then(|at| text::unit_at(&own, at))
                .map_or(Value::Null, Value::Char)
        }))
    }
}

fn change(call: &Call<'_>, apply: impl FnOnce(&mut String)) -> Result<Value> {
    let builder = call
        .target
        .downcast::<StringBuilder>()
        .expect("the table of StringBuilder is used for it only");
    let mut own = builder.text.lock();
    apply(&mut own);
    if own.len() > LONGEST {
        own.clear();
        return Err(too_long());
    }
    Ok(call.target.clone())
}

fn too_long() -> Interrupt {
    fault::raised("System.OutOfMemoryException", "The text is too long.")
}

fn out_of_range(name: &str) -> Interrupt {
    fault::out_of_range(
        name,
        "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
    )
}

/// The length of the text in UTF-16 units.
fn length(call: &Call<'_>) -> usize {
    text::length(&call.target.to_text())
}

fn appended(call: &mut Call<'_>) -> Result<String> {
    let value = call.value(0)?;
    let piece = match value.base() {
        Value::Array(array) if array.element == crate::types::Type::CHAR => {
            array.items.read().iter().map(Value::to_text).collect()
        }
        other => convert::to_text_current(other),
    };
    match call.arguments.get(1).map(Value::base) {
        Some(Value::Int(count)) if matches!(value.base(), Value::Char(_) | Value::Str(_)) => {
            let count = (*count).max(0) as usize;
            if piece.len().saturating_mul(count) > LONGEST {
                return Err(too_long());
            }
            Ok(piece.repeat(count))
        }
        _ => Ok(piece),
    }
}

fn set_chars(call: &mut Call<'_>) -> Result<Value> {
    call.expect(2, 2)?;
    let (at, unit) = (call.int(0)?, call.char(1)?);
    let mut units: Vec<u16> = call.target.to_text().encode_utf16().collect();
    let slot = usize::try_from(at).ok().and_then(|at| units.get_mut(at));
    *slot.ok_or_else(|| out_of_range("index"))? = unit;
    change(call, |own| *own = String::from_utf16_lossy(&units))?;
    Ok(Value::Nothing)
}

static METHODS: &[Method] = &[
    Method::new(
        "Append",
        "System.Text.StringBuilder Append(string value)",
        |call| {
            let piece = appended(call)?;
            change(call, |own| own.push_str(&piece))
        },
    ),
    Method::new(
        "AppendFormat",
        "System.Text.StringBuilder AppendFormat(string format, System.Object[] args)",
        |call| {
            let pattern = call.text(0)?;
            let piece = crate::format_string::format(&pattern, &call.arguments[1..])?;
            change(call, |own| own.push_str(&piece))
        },
    ),
    Method::new(
        "AppendJoin",
        "System.Text.StringBuilder AppendJoin(string separator, System.Object[] values)",
        |call| {
            let separator = call.text(0)?;
            let items: Vec<String> = call.items(1)?.iter().map(Value::to_text).collect();
            change(call, |own| own.push_str(&items.join(&separator)))
        },
    ),
    Method::new(
        "AppendLine",
        "System.Text.StringBuilder AppendLine(string value)",
        |call| {
            let piece = if call.count() > 0 {
                call.text(0)?.to_string()
            } else {
                String::new()
            };
            change(call, |own| {
                own.push_str(&piece);
                own.push('\n');
            })
        },
    ),
    Method::new("Chars", "char Chars(int index) {get;set;}", |call| {
        call.expect(1, 1)?;
        let at = call.int(0)?;
        let whole = call.target.to_text();
        let unit = usize::try_from(at).ok().and_then(|at| text::unit_at(&whole, at));
        unit.map(Value::Char).ok_or_else(|| out_of_range("index"))
    }),
    Method::new("Clear", "System.Text.StringBuilder Clear()", |call| {
        change(call, String::clear)
    }),
    Method::new(
        "CopyTo",
        "void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)",
        |call| {
            call.expect(4, 4)?;
            let (from, to, count) = (call.int(0)?, call.int(2)?, call.int(3)?);
            if from < 0 || to < 0 || count < 0 || from as usize + count as usize > length(call) {
                return Err(out_of_range("sourceIndex"));
            }
            let whole = call.target.to_text();
            let units = whole.encode_utf16().skip(from as usize).take(count as usize);
            let Value::Array(target) = call.value(1)?.base() else {
                return Err(call.no_overload());
            };
            let mut slots = target.items.write();
            for (slot, unit) in slots.iter_mut().skip(to as usize).zip(units) {
                *slot = Value::Char(unit);
            }
            Ok(Value::Nothing)
        },
    ),
    Method::new("EnsureCapacity", "int EnsureCapacity(int capacity)", |call| {
        call.expect(1, 1)?;
        let wanted = call.int(0)?;
        Ok(Value::Int(wanted.max(length(call).max(16) as i32)))
    }),
    Method::new(
        "Equals",
        "bool Equals(System.Text.StringBuilder sb), bool Equals(System.Object obj)",
        |call| {
            call.expect(1, 1)?;
            let other = call.value(0)?;
            let same =
                other.downcast::<StringBuilder>().is_some() && other.to_text() == call.target.to_text();
            Ok(Value::Bool(same))
        },
    ),
    Method::new("set_Chars", "void set_Chars(int index, char value)", set_chars),
    Method::new("set_Item", "void set_Item(int index, char value)", set_chars),
    Method::new(
        "Insert",
        "System.Text.StringBuilder Insert(int index, string value)",
        |call| {
            call.expect(2, 3)?;
            let (at, piece) = (call.int(0)?, call.text(1)?);
            let times = if call.count() > 2 { call.int(2)? } else { 1 };
            let total = length(call);
            let at = usize::try_from(at).ok().filter(|at| *at <= total);
            let at = at.ok_or_else(|| out_of_range("index"))?;
            let times = usize::try_from(times).map_err(|_| out_of_range("count"))?;
            if piece.len().saturating_mul(times) > LONGEST {
                return Err(too_long());
            }
            change(call, |own| {
                let at = text::byte_offset(own, at);
                own.insert_str(at, &piece.repeat(times));
            })
        },
    ),
    Method::new(
        "Remove",
        "System.Text.StringBuilder Remove(int startIndex, int length)",
        |call| {
            let (start, count) = (call.int(0)?, call.int(1)?);
            if start < 0 || count < 0 || start as usize + count as usize > length(call) {
                return Err(out_of_range("index"));
            }
            change(call, |own| {
                let (from, to) = (
                    text::byte_offset(own, start as usize),
                    text::byte_offset(own, (start + count) as usize),
                );
                own.replace_range(from..to, "");
            })
        },
    ),
    Method::new(
        "Replace",
        "System.Text.StringBuilder Replace(string oldValue, string newValue)",
        |call| {
            call.expect(2, 4)?;
            let (old, new) = (call.text(0)?, call.text(1)?);
            if old.is_empty() {
                return Err(fault::argument(
                    "The value cannot be an empty string. (Parameter 'oldValue')",
                ));
            }
            if call.count() < 4 {
                return change(call, |own| *own = own.replace(old.as_str(), &new));
            }
            let (start, count) = (call.int(2)?, call.int(3)?);
            if start < 0 || count < 0 || start as usize + count as usize > length(call) {
                return Err(out_of_range("startIndex"));
            }
            change(call, |own| {
                let from = text::byte_offset(own, start as usize);
                let to = text::byte_offset(own, (start + count) as usize);
                let part = own[from..to].replace(old.as_str(), &new);
                own.replace_range(from..to, &part);
            })
        },
    ),
    Method::new("ToString", "string ToString()", |call| {
        let whole = call.target.to_text();
        if call.count() < 2 {
            return Ok(Value::from(whole));
        }
        let (start, count) = (call.int(0)?.max(0) as usize, call.int(1)?.max(0) as usize);
        Ok(Value::from(
            &whole[text::byte_offset(&whole, start)..text::byte_offset(&whole, start + count)],
        ))
    }),
];
