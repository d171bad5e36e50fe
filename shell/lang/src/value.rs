//! Values: 16 bytes, numbers in place, everything else shared.
//!
//! A value is what a variable holds and what a pipeline carries. Sharing is by reference as in .NET: two variables
//! that hold one hashtable see each other's changes. Locks are never held while script code runs.

use std::sync::Arc;

pub use num_bigint::BigInt;
pub use rust_decimal::Decimal;

mod array;
mod build;
mod enumeration;
mod extended;
mod fold;
mod instance;
mod list;
mod object;
mod secret;
mod table;
#[cfg(test)]
mod tests;

pub use array::Array;
pub use enumeration::EnumValue;
pub use extended::Extended;
pub use fold::{fold_hash, same_text};
pub use instance::{Handle, Instance};
pub use list::{List, ListKind};
pub use object::{MemberKind, Object, Shape};
pub use secret::{Credential, SecureString, reveal};
pub use table::{HashKey, Hashtable, TableKind};

use crate::types::Type;

/// A text. Counted and indexed in UTF-16 code units as .NET does; kept as UTF-8, one pointer wide.
pub type Str = arcstr::ArcStr;

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
    /// System.Numerics.BigInteger.
    Big(Arc<BigInt>),
    /// System.DateTime.
    DateTime(Arc<DateTime>),
    /// System.String.
    Str(Str),
    /// A value of an enum type.
    Enum(Arc<EnumValue>),
    /// A fixed-size array (System.Object[] or of a declared element type).
    Array(Arc<Array>),
    /// ArrayList, List[T] and the other collections that grow.
    List(Arc<List>),
    /// A hashtable, `[ordered]` or a Dictionary; keys compare as the language compares them.
    Hashtable(Arc<Hashtable>),
    /// A property bag: `[pscustomobject]`, and what cmdlets give out.
    Object(Arc<Object>),
    /// A script block.
    Block(Handle),
    /// A type literal, e.g. `[int]`.
    Type(Arc<Type>),
    /// Any other object with a type of its own: regex matches, error records, exceptions …
    Instance(Handle),
    /// A text, number or other value of the above that carries members of its own (Add-Member) or the text that it
    /// was written as. Everything but member look-up sees through it: [`Value::base`].
    Extended(Arc<Extended>),
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
