//! Values: 16 bytes, numbers in place, everything else shared.
//!
//! A value is what a variable holds and what a pipeline carries. Sharing is by reference as in .NET: two variables
//! that hold one hashtable see each other's changes. Locks are never held while script code runs.

use std::sync::Arc;

use indexmap::IndexMap;
use parking_lot::RwLock;

pub use rust_decimal::Decimal;

/// A text. Counted and indexed in UTF-16 code units as .NET does; kept as UTF-8.
pub type Str = Arc<Box<str>>;

/// One value of the language.
#[derive(Clone, Default)]
pub enum Value {
    /// `$null`.
    #[default]
    Null,
    /// The absence of output (AutomationNull): `$null` to an expression, no item to a pipeline.
    Nothing,
    /// System.Boolean.
    Bool(bool),
    /// System.Management.Automation.SwitchParameter.
    Switch(bool),
    /// System.Char, one UTF-16 code unit.
    Char(u16),
    /// System.SByte.
    SByte(i8),
    /// System.Byte.
    Byte(u8),
    /// System.Int16.
    Short(i16),
    /// System.UInt16.
    UShort(u16),
    /// System.Int32.
    Int(i32),
    /// System.UInt32.
    UInt(u32),
    /// System.Int64.
    Long(i64),
    /// System.UInt64.
    ULong(u64),
    /// System.Single.
    Single(f32),
    /// System.Double.
    Double(f64),
    /// System.TimeSpan, in ticks of 100 ns.
    TimeSpan(i64),
    /// System.Decimal.
    Decimal(Arc<Decimal>),
    /// System.DateTime.
    DateTime(Arc<DateTime>),
    /// System.String.
    Str(Str),
    /// A fixed-size array (System.Object[] or of a declared element type).
    Array(Arc<Array>),
    /// A hashtable, unordered or `[ordered]`; keys compare as the language compares them.
    Hashtable(Arc<Hashtable>),
    /// A property bag: `[pscustomobject]`, and what cmdlets give out.
    Object(Arc<Object>),
    /// A script block.
    Block(Arc<dyn Instance>),
    /// A type literal, e.g. `[int]`.
    Type(Arc<dyn Instance>),
    /// Any other object with a type of its own: lists, regex matches, error records, exceptions, enums …
    Instance(Arc<dyn Instance>),
}

/// System.DateTime: ticks of 100 ns since 0001-01-01, and what they are relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    /// 100 ns since 0001-01-01T00:00:00.
    pub ticks: i64,
    /// Unspecified, Utc or Local.
    pub kind: DateTimeKind,
}

/// System.DateTimeKind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateTimeKind {
    /// Neither.
    Unspecified,
    /// Coordinated universal time.
    Utc,
    /// The machine's time zone.
    Local,
}

/// A fixed-size array: element type name and items.
pub struct Array {
    /// `System.Object`, `System.String`, `System.Int32` …
    pub element_type: Arc<str>,
    /// The items.
    pub items: RwLock<Vec<Value>>,
}

/// A hashtable's storage. The key's text form (case folded for strings, prefixed by kind) finds the entry.
pub struct Hashtable {
    /// Whether this is System.Collections.Specialized.OrderedDictionary.
    pub ordered: bool,
    /// Entry by canonical key.
    pub entries: RwLock<IndexMap<HashKey, (Value, Value)>>,
}

/// The canonical form of a hashtable key: equal when the language says that two keys are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HashKey(pub Arc<str>);

/// A property bag with type names, the most special first.
pub struct Object {
    /// e.g. `System.Management.Automation.PSCustomObject`.
    pub type_names: RwLock<Vec<Arc<str>>>,
    /// Properties in display order, found without regard to case.
    pub properties: RwLock<IndexMap<Arc<str>, Value>>,
}

/// An object whose type has members of its own.
pub trait Instance: Send + Sync + std::any::Any {
    /// The full .NET type name, e.g. `System.Text.RegularExpressions.Match`.
    fn type_name(&self) -> Arc<str>;
    /// What `.ToString()` gives.
    fn to_text(&self) -> String;
    /// Property names in display order.
    fn property_names(&self) -> Vec<Arc<str>>;
    /// Reads a property, without regard to case.
    fn property(&self, name: &str) -> Option<Value>;
}
