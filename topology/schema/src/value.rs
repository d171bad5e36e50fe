//! The Rust types that a declaration's fields may have, and how each stands in JSON.

use serde_json::Value;

use crate::check::Problem;
use crate::field::{Field, Kind, Range};
use crate::timespan::TimeSpan;

/// A type that a field may have.
pub trait FieldValue: Sized {
    /// What values it takes.
    const KIND: Kind;
    /// Whether null is one of them.
    const NULLABLE: bool = false;

    /// Reads a JSON value of this kind; `None` when it is not of the kind.
    fn from_json(value: &Value) -> Option<Self>;

    /// Writes it.
    fn to_json(&self) -> Value;
}

impl FieldValue for bool {
    const KIND: Kind = Kind::Bool;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_bool()
    }

    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
}

macro_rules! integer {
    ($($rust:ty => $name:literal),* $(,)?) => {$(
        impl FieldValue for $rust {
            const KIND: Kind = Kind::Integer {
                type_name: $name,
                fits: Range { min: <$rust>::MIN as i128, max: <$rust>::MAX as i128 },
            };

            fn from_json(value: &Value) -> Option<Self> {
                integer_of(value).and_then(|number| number.try_into().ok())
            }

            fn to_json(&self) -> Value {
                Value::from(*self)
            }
        }
    )*};
}

integer!(u16 => "UInt16", u32 => "UInt32", u64 => "UInt64", i32 => "Int32", i64 => "Int64");

/// A JSON number without a fraction.
pub(crate) fn integer_of(value: &Value) -> Option<i128> {
    value
        .as_i64()
        .map(i128::from)
        .or_else(|| value.as_u64().map(i128::from))
}

impl FieldValue for String {
    const KIND: Kind = Kind::Text;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }
}

impl FieldValue for TimeSpan {
    const KIND: Kind = Kind::TimeSpan;

    fn from_json(value: &Value) -> Option<Self> {
        value.as_str().and_then(TimeSpan::parse)
    }

    fn to_json(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;

    fn from_json(value: &Value) -> Option<Self> {
        if value.is_null() {
            Some(None)
        } else {
            T::from_json(value).map(Some)
        }
    }

    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }
}

impl<T: FieldValue> FieldValue for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);

    fn from_json(value: &Value) -> Option<Self> {
        value.as_array()?.iter().map(T::from_json).collect()
    }

    fn to_json(&self) -> Value {
        self.iter().map(T::to_json).collect()
    }
}

/// Reads one field of an object for the derived code; the default stands in for what is missing or wrong.
#[doc(hidden)]
pub fn read_field<T: FieldValue>(
    members: Option<&serde_json::Map<String, Value>>,
    field: &'static Field,
    default: T,
    problems: &mut Vec<Problem>,
) -> T {
    let Some(value) = members.and_then(|members| members.get(field.name)) else {
        return default;
    };
    if let Some(read) = T::from_json(value) {
        return read;
    }
    problems.append(&mut field.check(value));
    default
}
