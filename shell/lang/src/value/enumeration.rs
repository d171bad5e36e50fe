//! Values of enum types.

use super::Value;
use crate::types::Type;

/// A value of an enum type.
pub struct EnumValue {
    /// The enum type.
    pub of: Type,
    /// The underlying number.
    pub bits: i64,
}

impl EnumValue {
    /// Its number as a value of the underlying type.
    pub fn number(&self) -> Value {
        use crate::types::Kind;
        let underlying = match &self.of {
            Type::Enum(definition) => definition.underlying,
            _ => Kind::Int32,
        };
        match underlying {
            Kind::SByte => Value::SByte(self.bits as i8),
            Kind::Byte => Value::Byte(self.bits as u8),
            Kind::Int16 => Value::Short(self.bits as i16),
            Kind::UInt16 => Value::UShort(self.bits as u16),
            Kind::UInt32 => Value::UInt(self.bits as u32),
            Kind::Int64 => Value::Long(self.bits),
            Kind::UInt64 => Value::ULong(self.bits as u64),
            _ => Value::Int(self.bits as i32),
        }
    }
}
