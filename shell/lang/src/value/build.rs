//! Making values and looking into them, for all other crates: they do not touch what values are made of.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;

use super::{
    Array, BigInt, DateTime, DateTimeKind, Decimal, EnumValue, Extended, Handle, Hashtable, Instance, List,
    ListKind, MemberKind, Object, Shape, Str, TableKind, Value,
};
use crate::error::Result;
use crate::types::{ScriptType, Type};

impl Value {
    /// A text.
    pub fn str(text: impl AsRef<str>) -> Value {
        Value::Str(Str::from(text.as_ref()))
    }

    /// An Object[].
    pub fn array(items: impl IntoIterator<Item = Value>) -> Value {
        Value::Array(Arc::new(Array::new(items.into_iter().collect())))
    }

    /// An array of an element type; the items must be of it.
    pub fn array_of(element: Type, items: Vec<Value>) -> Value {
        Value::Array(Arc::new(Array::of(element, items)))
    }

    /// A String[].
    pub fn strings<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Value {
        Value::array_of(Type::STRING, items.into_iter().map(Value::str).collect())
    }

    /// A Byte[].
    pub fn bytes(bytes: &[u8]) -> Value {
        Value::array_of(Type::BYTE, bytes.iter().map(|byte| Value::Byte(*byte)).collect())
    }

    /// An ArrayList.
    pub fn array_list(items: Vec<Value>) -> Value {
        Value::List(Arc::new(List::new(ListKind::ArrayList, None, items)))
    }

    /// A List[T]; the items must be of the type.
    pub fn list(element: Type, items: Vec<Value>) -> Value {
        Value::List(Arc::new(List::new(ListKind::List, Some(element), items)))
    }

    /// A Collection[PSObject], as script blocks' Invoke gives.
    pub fn collection(items: Vec<Value>) -> Value {
        Value::List(Arc::new(List::new(
            ListKind::Collection,
            Some(Type::PSOBJECT),
            items,
        )))
    }

    /// A hashtable.
    pub fn hashtable(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
        Value::table(TableKind::Hashtable, entries)
    }

    /// An `[ordered]` dictionary.
    pub fn ordered(entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
        Value::table(TableKind::Ordered, entries)
    }

    fn table(kind: TableKind, entries: impl IntoIterator<Item = (Value, Value)>) -> Value {
        let table = Hashtable::new(kind);
        for (key, value) in entries {
            table.set(key, value);
        }
        Value::Hashtable(Arc::new(table))
    }

    /// A `[pscustomobject]` with its properties in display order.
    pub fn object<'a>(properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
        Value::Object(Arc::new(Object::custom(properties)))
    }

    /// An output object with its type names, the most special first.
    pub fn typed<'a>(type_names: &[&str], properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
        Value::Object(Arc::new(Object::build(Shape::root(type_names), properties)))
    }

    /// An object of a shape that was made before, with a value for each of its members.
    pub fn shaped(shape: &Arc<Shape>, slots: Vec<Value>) -> Value {
        Value::Object(Arc::new(Object::new(Arc::clone(shape), slots)))
    }

    /// With a type name before those that it has.
    #[must_use]
    pub fn with_type_name(self, name: &str) -> Value {
        if let Value::Object(object) = &self {
            let mut names = object.type_names();
            if name != "System.Management.Automation.PSCustomObject" {
                names.retain(|known| known.as_ref() != "System.Management.Automation.PSCustomObject");
            }
            names.insert(0, Arc::from(name));
            object.set_type_names(&names);
        }
        self
    }

    /// An object with a type of its own.
    pub fn instance(instance: impl Instance) -> Value {
        Value::Instance(Handle::new(instance))
    }

    /// A value of an enum type.
    pub fn enumeration(of: Type, bits: i64) -> Value {
        Value::Enum(Arc::new(EnumValue { of, bits }))
    }

    /// A type literal.
    pub fn type_literal(of: Type) -> Value {
        Value::Type(Arc::new(of))
    }

    /// A date and time.
    pub fn datetime(ticks: i64, kind: DateTimeKind) -> Value {
        Value::DateTime(Arc::new(DateTime { ticks, kind }))
    }

    /// A decimal.
    pub fn decimal(number: Decimal) -> Value {
        Value::Decimal(Arc::new(number))
    }

    /// A big integer.
    pub fn big(number: BigInt) -> Value {
        Value::Big(Arc::new(number))
    }

    /// A number as .NET counts things: Int32 where it fits, else Int64.
    pub fn count(number: usize) -> Value {
        i32::try_from(number).map_or_else(
            |_| Value::Long(i64::try_from(number).unwrap_or(i64::MAX)),
            Value::Int,
        )
    }

    /// A number that an argument was written as, with its text.
    pub fn with_source_text(self, text: &str) -> Value {
        let members = Object::new(Shape::custom(), Vec::new());
        Value::Extended(Arc::new(Extended {
            base: self.into_base(),
            text: Some(Str::from(text)),
            members,
        }))
    }

    /// The text that a number was written as, where that was kept.
    pub fn source_text(&self) -> Option<&Str> {
        let Value::Extended(extended) = self else {
            return None;
        };
        extended.text.as_ref()
    }

    /// The value without the members that were added to it.
    #[inline]
    pub fn base(&self) -> &Value {
        match self {
            Value::Extended(extended) => &extended.base,
            other => other,
        }
    }

    /// The value without the members that were added to it.
    #[inline]
    pub fn into_base(self) -> Value {
        match self {
            Value::Extended(extended) => extended.base.clone(),
            other => other,
        }
    }

    /// Whether it is `$null`, also as the absence of output.
    #[inline]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null | Value::Nothing)
    }

    /// The members that were added to a value that is not a property bag.
    pub fn extension(&self) -> Option<&Object> {
        match self {
            Value::Extended(extended) => Some(&extended.members),
            Value::Instance(handle) | Value::Block(handle) => handle.extension().get().map(AsRef::as_ref),
            Value::Array(array) => array.extension.get().map(AsRef::as_ref),
            Value::List(list) => list.extension.get().map(AsRef::as_ref),
            Value::Hashtable(table) => table.extension.get().map(AsRef::as_ref),
            _ => None,
        }
    }

    /// The members that are the value's own: those of a property bag, or those that were added to another object.
    pub(crate) fn bag(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            other => other.extension(),
        }
    }

    /// The class of a script that it is an instance of.
    pub(crate) fn class(&self) -> Option<Arc<dyn ScriptType>> {
        self.bag()?.class()
    }

    /// A collection or another object of .NET's with a class's members beside its own, unless it has members already.
    pub(crate) fn with_bag(self, bag: Object) -> Value {
        let bag = Box::new(bag);
        let _ = match &self {
            Value::Instance(handle) | Value::Block(handle) => handle.extension().set(bag),
            Value::Array(array) => array.extension.set(bag),
            Value::List(list) => list.extension.set(bag),
            Value::Hashtable(table) => table.extension.set(bag),
            _ => Ok(()),
        };
        self
    }

    /// The value with a member more: property bags and other objects change themselves, texts and numbers give a
    /// wrapped value.
    #[must_use]
    pub fn with_member(self, name: &str, kind: MemberKind, member: Value) -> Value {
        let fresh = || Box::new(Object::new(Shape::custom(), Vec::new()));
        match &self {
            Value::Object(object) => object.set_member(name, kind, member),
            Value::Instance(handle) | Value::Block(handle) => {
                handle
                    .extension()
                    .get_or_init(fresh)
                    .set_member(name, kind, member);
            }
            Value::Array(array) => array.extension.get_or_init(fresh).set_member(name, kind, member),
            Value::List(list) => list.extension.get_or_init(fresh).set_member(name, kind, member),
            Value::Hashtable(table) => table.extension.get_or_init(fresh).set_member(name, kind, member),
            Value::Extended(extended) => extended.members.set_member(name, kind, member),
            Value::Null | Value::Nothing => {}
            _ => {
                let members = *fresh();
                members.set_member(name, kind, member);
                return Value::Extended(Arc::new(Extended {
                    base: self,
                    text: None,
                    members,
                }));
            }
        }
        self
    }

    /// A property by name, without running script code; a hashtable's entry comes first.
    pub fn property(&self, name: &str) -> Option<Value> {
        crate::members::plain_property(self, name)
    }

    /// The value's text, as `"$value"` gives it: culture-invariant.
    pub fn to_text(&self) -> String {
        crate::convert::to_text(self).to_string()
    }

    /// Truth, as `if` sees it.
    pub fn is_true(&self) -> bool {
        crate::convert::to_bool(self)
    }

    /// The items: those of a collection, none of `$null`, else the value itself.
    pub fn iter(&self) -> std::vec::IntoIter<Value> {
        match self {
            Value::Null | Value::Nothing => Vec::new().into_iter(),
            other => crate::members::enumerate(other)
                .unwrap_or_else(|| vec![other.clone()])
                .into_iter(),
        }
    }

    /// The text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        match self.base() {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The instance as its Rust type.
    pub fn downcast<T: Instance>(&self) -> Option<&T> {
        match self {
            Value::Instance(handle) | Value::Block(handle) => handle.get(),
            _ => None,
        }
    }

    /// Whether two values are the same object, or equal values of one value type.
    pub fn same_value(&self, other: &Value) -> bool {
        match (self.base(), other.base()) {
            (Value::Null | Value::Nothing, Value::Null | Value::Nothing) => true,
            (Value::Bool(left), Value::Bool(right)) | (Value::Switch(left), Value::Switch(right)) => {
                left == right
            }
            (Value::Char(left), Value::Char(right)) | (Value::UShort(left), Value::UShort(right)) => {
                left == right
            }
            (Value::SByte(left), Value::SByte(right)) => left == right,
            (Value::Byte(left), Value::Byte(right)) => left == right,
            (Value::Short(left), Value::Short(right)) => left == right,
            (Value::Int(left), Value::Int(right)) => left == right,
            (Value::UInt(left), Value::UInt(right)) => left == right,
            (Value::Long(left), Value::Long(right)) | (Value::TimeSpan(left), Value::TimeSpan(right)) => {
                left == right
            }
            (Value::ULong(left), Value::ULong(right)) => left == right,
            (Value::Single(left), Value::Single(right)) => left == right || left.is_nan() && right.is_nan(),
            (Value::Double(left), Value::Double(right)) => left == right || left.is_nan() && right.is_nan(),
            (Value::Decimal(left), Value::Decimal(right)) => left == right,
            (Value::Big(left), Value::Big(right)) => left == right,
            (Value::DateTime(left), Value::DateTime(right)) => left.ticks == right.ticks,
            (Value::Str(left), Value::Str(right)) => left == right,
            (Value::Enum(left), Value::Enum(right)) => left.of == right.of && left.bits == right.bits,
            (Value::Type(left), Value::Type(right)) => left == right,
            (Value::Array(left), Value::Array(right)) => Arc::ptr_eq(left, right),
            (Value::List(left), Value::List(right)) => Arc::ptr_eq(left, right),
            (Value::Hashtable(left), Value::Hashtable(right)) => Arc::ptr_eq(left, right),
            (Value::Object(left), Value::Object(right)) => Arc::ptr_eq(left, right),
            (Value::Block(left), Value::Block(right)) => left.same(right),
            (Value::Instance(left), right @ Value::Instance(other)) => {
                left.same(other) || left.equals(right) == Some(true)
            }
            _ => false,
        }
    }

    /// A hash that is the same for values that are [`Value::same_value`].
    pub fn identity_hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        match self.base() {
            Value::Null | Value::Nothing => {}
            Value::Bool(flag) | Value::Switch(flag) => flag.hash(&mut hasher),
            Value::Char(number) | Value::UShort(number) => number.hash(&mut hasher),
            Value::SByte(number) => number.hash(&mut hasher),
            Value::Byte(number) => number.hash(&mut hasher),
            Value::Short(number) => number.hash(&mut hasher),
            Value::Int(number) => number.hash(&mut hasher),
            Value::UInt(number) => number.hash(&mut hasher),
            Value::Long(number) | Value::TimeSpan(number) => number.hash(&mut hasher),
            Value::ULong(number) => number.hash(&mut hasher),
            Value::Single(number) => (number + 0.0).to_bits().hash(&mut hasher),
            Value::Double(number) => (number + 0.0).to_bits().hash(&mut hasher),
            Value::Decimal(number) => number.hash(&mut hasher),
            Value::Big(number) => number.hash(&mut hasher),
            Value::DateTime(moment) => moment.ticks.hash(&mut hasher),
            Value::Str(text) => text.as_str().hash(&mut hasher),
            Value::Enum(member) => member.bits.hash(&mut hasher),
            Value::Type(of) => of.full_name().hash(&mut hasher),
            Value::Array(array) => (Arc::as_ptr(array) as usize).hash(&mut hasher),
            Value::List(list) => (Arc::as_ptr(list) as usize).hash(&mut hasher),
            Value::Hashtable(table) => (Arc::as_ptr(table) as usize).hash(&mut hasher),
            Value::Object(object) => (Arc::as_ptr(object) as usize).hash(&mut hasher),
            Value::Block(handle) => handle.address().hash(&mut hasher),
            // Instances that are equal by value hash by their text.
            Value::Instance(handle) => handle.to_text().hash(&mut hasher),
            Value::Extended(_) => {}
        }
        hasher.finish()
    }

    /// The value as its .NET type's ToString gives it: in the culture, numbers shortest.
    pub fn to_text_current(&self) -> String {
        crate::convert::to_text_current(self)
    }

    /// As [`crate::convert::to`], for callers without a world: conversions that need one fail.
    pub fn convert(&self, target: &Type) -> Result<Value> {
        crate::convert::to(self, target, &mut crate::members::NoWorld)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::str(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Str(Str::from(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::str(text)
    }
}

impl From<Arc<str>> for Value {
    fn from(text: Arc<str>) -> Value {
        Value::str(text.as_ref())
    }
}

impl From<&Arc<str>> for Value {
    fn from(text: &Arc<str>) -> Value {
        Value::str(text.as_ref())
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Value {
        Value::Str(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Bool(flag)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Value {
        Value::Int(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Value {
        Value::UInt(number)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Long(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::ULong(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::Double(number)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Value {
        Value::decimal(number)
    }
}

impl From<DateTime> for Value {
    fn from(moment: DateTime) -> Value {
        Value::DateTime(Arc::new(moment))
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Value {
        Value::array(items)
    }
}

impl From<Type> for Value {
    fn from(of: Type) -> Value {
        Value::type_literal(of)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}
