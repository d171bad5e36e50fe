//! Exceptions made by scripts.

use super::{Call, fault};
use crate::error::Result;
use crate::error::record::Exception;
use crate::value::Value;

/// `[SomeException]::new(message, inner)`.
pub fn construct(type_name: &str, call: &mut Call<'_>) -> Result<Value> {
    if call.count() > 3 {
        return Err(fault::no_overload(call.name, call.count()));
    }
    let default = format!("Exception of type '{type_name}' was thrown.");
    let first = call.arguments.first().map(Value::to_text);
    let mut exception = match (type_name, call.arguments.len()) {
        // The constructors of these take the parameter's name first.
        ("System.ArgumentNullException", 1) => {
            Exception::new(type_name, format!("Value cannot be null. (Parameter '{}')", first.unwrap_or_default()))
        }
        ("System.ArgumentOutOfRangeException", 1) => Exception::new(
            type_name,
            format!("Specified argument was out of the range of valid values. (Parameter '{}')", first.unwrap_or_default()),
        ),
        ("System.ArgumentNullException" | "System.ArgumentOutOfRangeException", 2) => {
            Exception::new(type_name, format!("{} (Parameter '{}')", call.text(1)?, first.unwrap_or_default()))
        }
        ("System.ArgumentException", 2) if call.arguments[1].as_str().is_some() => {
            Exception::new(type_name, format!("{} (Parameter '{}')", first.unwrap_or_default(), call.text(1)?))
        }
        _ => Exception::new(type_name, first.unwrap_or(default)),
    };
    let inner = call.arguments.iter().skip(1).find(|argument| argument.downcast::<Exception>().is_some());
    exception.inner = inner.cloned();
    Ok(Value::instance(exception))
}
