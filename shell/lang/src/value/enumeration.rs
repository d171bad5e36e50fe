//! Values of enum types.

use crate::types::Type;

/// A value of an enum type.
pub struct EnumValue {
    /// The enum type.
    pub of: Type,
    /// The underlying number.
    pub bits: i64,
}
