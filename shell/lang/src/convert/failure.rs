//! The errors of conversions: RuntimeException around PSInvalidCastException, with the ids and texts that scripts know.

use std::sync::Arc;

use crate::error::{Category, ErrorRecord, Interrupt};
use crate::types::{Kind, Type};
use crate::value::Value;

/// An error of a conversion: the engine's exception around that of the cast.
pub fn failure(id: &str, message: String) -> Interrupt {
    let cast = ErrorRecord::new(id, Category::InvalidArgument, message.clone())
        .exception("System.Management.Automation.PSInvalidCastException");
    let mut record = ErrorRecord::new(id, Category::InvalidArgument, message);
    record.inner = Some(Arc::new(cast));
    record.into()
}

fn because(value: &Value, target: &Type, why: &str) -> String {
    format!(
        "Cannot convert value \"{}\" to type \"{}\". Error: \"{why}\"",
        value.to_text(),
        target.dotnet_name()
    )
}

/// No way from one type to the other.
pub fn no_conversion(value: &Value, target: &Type) -> Interrupt {
    let type_name = crate::inspect::type_name(value);
    // .NET's own text of an array is the name of its type.
    let text = match value.base() {
        Value::Array(_) => type_name.clone(),
        _ => value.to_text(),
    };
    let message = format!(
        "Cannot convert the \"{text}\" value of type \"{type_name}\" to type \"{}\".",
        target.dotnet_name()
    );
    failure("ConvertToFinalInvalidCastException", message)
}

/// A text that is not a number.
pub fn not_a_number(value: &Value, target: &Type) -> Interrupt {
    let id = match target.kind() {
        Some(Kind::Double | Kind::Single) => "InvalidCastFromStringToDoubleOrSingle",
        Some(Kind::Decimal) => "InvalidCastFromStringToDecimal",
        _ => "InvalidCastFromStringToInteger",
    };
    let why = format!(
        "The input string '{}' was not in a correct format.",
        value.to_text()
    );
    failure(id, because(value, target, &why))
}

/// A text that is a number outside the type's range.
pub fn text_out_of_range(value: &Value, target: &Type) -> Interrupt {
    failure(
        "InvalidCastFromStringToInteger",
        because(value, target, &range_text(target)),
    )
}

fn range_text(target: &Type) -> String {
    let name = target.short_name();
    let article = match target.kind() {
        Some(Kind::SByte) => return "Value was either too large or too small for a signed byte.".to_owned(),
        Some(Kind::Byte) => {
            return "Value was either too large or too small for an unsigned byte.".to_owned();
        }
        Some(Kind::Char) => return "Value was either too large or too small for a character.".to_owned(),
        Some(Kind::Int16 | Kind::Int32 | Kind::Int64) => "an",
        _ => "a",
    };
    format!("Value was either too large or too small for {article} {name}.")
}

/// A number outside the type's range.
pub fn out_of_range(value: &Value, target: &Type) -> Interrupt {
    failure(
        "InvalidCastIConvertible",
        because(value, target, &range_text(target)),
    )
}

/// `Invalid cast from 'DateTime' to 'Int32'.`
pub fn invalid_cast(value: &Value, target: &Type) -> Interrupt {
    let from = crate::types::of(value).map_or_else(String::new, |of| of.short_name());
    let why = format!("Invalid cast from '{from}' to '{}'.", target.short_name());
    failure("InvalidCastIConvertible", because(value, target, &why))
}

/// `T.Parse` failed.
pub fn parse(value: &Value, target: &Type, why: &str) -> Interrupt {
    failure("InvalidCastParseTargetInvocation", because(value, target, why))
}

/// `T.Parse` with a culture failed.
pub fn parse_in_culture(value: &Value, target: &Type, why: &str) -> Interrupt {
    failure(
        "InvalidCastParseTargetInvocationWithFormatProvider",
        because(value, target, why),
    )
}

/// The constructor with the value failed.
pub fn constructor(value: &Value, target: &Type, why: &str) -> Interrupt {
    failure("InvalidCastConstructorException", because(value, target, why))
}

/// A scalar that cannot become the item of an array.
pub fn scalar_to_array(value: &Value, target: &Type, inner: &str) -> Interrupt {
    failure("InvalidCastExceptionScalarToArray", because(value, target, inner))
}

/// `$null` where a value type is wanted.
pub fn null(target: &Type) -> Interrupt {
    failure(
        "nullToObjectInvalidCast",
        format!("Cannot convert null to type \"{}\".", target.dotnet_name()),
    )
}

/// A hashtable names a property that the type has not.
pub fn no_such_property(target: &Type, name: &str, properties: &[String]) -> Interrupt {
    let message = format!(
        "Cannot create object of type \"{}\". The property '{name}' was not found for the '{}' object. There is no settable property available. {}",
        target.dotnet_name(),
        target.dotnet_name(),
        properties.join(", ")
    );
    failure("ObjectCreationError", message.trim_end().to_owned())
}
