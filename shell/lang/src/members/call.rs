//! A method call in progress: its arguments as the method wants them.

use super::{World, fault};
use crate::convert;
use crate::error::{Interrupt, Result};
use crate::number;
use crate::types::{Type, resolve};
use crate::value::{Str, Value};

/// A call in progress.
pub struct Call<'a> {
    /// The object; the type literal for a static method.
    pub target: &'a Value,
    /// The arguments.
    pub arguments: &'a [Value],
    /// The method's name in its own spelling.
    pub name: &'static str,
    /// The engine.
    pub world: &'a mut dyn World,
}

/// A method in a type's table.
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Its overloads as Get-Member shows them.
    pub definition: &'static str,
    /// What it does.
    pub run: fn(&mut Call<'_>) -> Result<Value>,
}

impl Method {
    /// A method.
    pub const fn new(
        name: &'static str,
        definition: &'static str,
        run: fn(&mut Call<'_>) -> Result<Value>,
    ) -> Method {
        Method {
            name,
            definition,
            run,
        }
    }
}

impl Call<'_> {
    /// How many arguments there are.
    pub fn count(&self) -> usize {
        self.arguments.len()
    }

    /// `Cannot find an overload …`
    pub fn no_overload(&self) -> Interrupt {
        fault::no_overload(self.name, self.arguments.len())
    }

    /// Fails unless there are so many arguments.
    pub fn expect(&self, least: usize, most: usize) -> Result<()> {
        if (least..=most).contains(&self.arguments.len()) {
            Ok(())
        } else {
            Err(self.no_overload())
        }
    }

    /// An argument.
    pub fn value(&self, at: usize) -> Result<&Value> {
        self.arguments.get(at).ok_or_else(|| self.no_overload())
    }

    /// An argument converted to a type.
    pub fn to(&mut self, at: usize, target: &Type) -> Result<Value> {
        let value = self.value(at)?.clone();
        convert::to(&value, target, self.world).map_err(|interrupt| match interrupt {
            Interrupt::Error(record) => wrong_argument(at, &value, self.name, target, &record.message),
            other => other,
        })
    }

    /// A text.
    pub fn text(&mut self, at: usize) -> Result<Str> {
        match self.value(at)? {
            Value::Str(text) => Ok(text.clone()),
            other => Ok(convert::to_text_with(other, &self.world.output_separator())),
        }
    }

    /// A whole number.
    pub fn int(&mut self, at: usize) -> Result<i32> {
        match self.to(at, &Type::INT32)? {
            Value::Int(number) => Ok(number),
            _ => Err(self.no_overload()),
        }
    }

    /// A long whole number.
    pub fn long(&mut self, at: usize) -> Result<i64> {
        match self.to(at, &Type::INT64)? {
            Value::Long(number) => Ok(number),
            _ => Err(self.no_overload()),
        }
    }

    /// A real number.
    pub fn double(&mut self, at: usize) -> Result<f64> {
        let number = self.to(at, &Type::DOUBLE)?;
        number::double(&number).ok_or_else(|| self.no_overload())
    }

    /// A character.
    pub fn char(&mut self, at: usize) -> Result<u16> {
        match self.to(at, &Type::CHAR)? {
            Value::Char(unit) => Ok(unit),
            _ => Err(self.no_overload()),
        }
    }

    /// Truth.
    pub fn flag(&self, at: usize) -> Result<bool> {
        Ok(convert::to_bool(self.value(at)?))
    }

    /// The number of an enum's value.
    pub fn enumeration(&mut self, at: usize, type_name: &str) -> Result<i64> {
        let Some(of) = resolve(type_name) else {
            return Err(self.no_overload());
        };
        match self.value(at)?.base() {
            Value::Int(bits) => return Ok(i64::from(*bits)),
            Value::Null | Value::Nothing => return Ok(0),
            _ => {}
        }
        match self.to(at, &of)? {
            Value::Enum(member) => Ok(member.bits),
            _ => Err(self.no_overload()),
        }
    }

    /// The items of a collection; a scalar is one item.
    pub fn items(&self, at: usize) -> Result<Vec<Value>> {
        let value = self.value(at)?;
        Ok(super::enumerate(value.base()).unwrap_or_else(|| vec![value.clone()]))
    }

    /// Bytes.
    pub fn bytes(&mut self, at: usize) -> Result<Vec<u8>> {
        let converted = self.to(at, &Type::BYTE.array())?;
        let Value::Array(array) = &converted else {
            return Ok(Vec::new());
        };
        let bytes = array
            .items
            .read()
            .iter()
            .map(|item| if let Value::Byte(byte) = item { *byte } else { 0 })
            .collect();
        Ok(bytes)
    }
}

/// `Cannot convert argument "0", with value: "x", for "M" to type "T": "…"`
pub fn wrong_argument(at: usize, value: &Value, method: &str, target: &Type, why: &str) -> Interrupt {
    let message = format!(
        "Cannot convert argument \"{at}\", with value: \"{}\", for \"{method}\" to type \"{}\": \"{why}\"",
        value.to_text(),
        target.dotnet_name()
    );
    crate::error::ErrorRecord::new(
        "MethodArgumentConversionInvalidCastArgument",
        crate::error::Category::NotSpecified,
        message,
    )
    .exception("System.Management.Automation.MethodException")
    .into()
}
