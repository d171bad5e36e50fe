//! Values of enum types.

use crate::types::Type;

/// A value of an enum type.
pub struct EnumValue {
    /// The enum type.
    pub of: Type,
    /// The underlying number.
    pub bits: i64,
}

impl EnumValue {
    /// Whether the underlying number is an Int32.
    pub fn of_int32(&self) -> bool {
        matches!(&self.of, Type::Enum(definition) if definition.underlying == crate::types::Kind::Int32)
    }
}
