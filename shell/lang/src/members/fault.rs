//! Errors that members and conversions raise: .NET's exceptions and the language's own.

use std::sync::Arc;

use crate::error::{Category, ErrorRecord, Interrupt};
use crate::value::Value;

/// A .NET exception as it comes out of a framework method, not yet wrapped by the language.
pub fn exception(type_name: &str, message: impl Into<String>) -> ErrorRecord {
    ErrorRecord::new(type_name, Category::NotSpecified, message).exception(type_name)
}

/// As [`exception`], ready to return.
pub fn raised(type_name: &str, message: impl Into<String>) -> Interrupt {
    exception(type_name, message).into()
}

/// ArgumentException.
pub fn argument(message: impl Into<String>) -> Interrupt {
    raised("System.ArgumentException", message)
}

/// ArgumentNullException for a parameter.
pub fn argument_null(parameter: &str) -> Interrupt {
    raised(
        "System.ArgumentNullException",
        format!("Value cannot be null. (Parameter '{parameter}')"),
    )
}

/// ArgumentOutOfRangeException for a parameter.
pub fn out_of_range(parameter: &str, what: &str) -> Interrupt {
    raised(
        "System.ArgumentOutOfRangeException",
        format!("{what} (Parameter '{parameter}')"),
    )
}

/// A framework exception as a method call reports it: wrapped, its id the exception's name.
pub fn in_call(method: &str, count: usize, interrupt: Interrupt) -> Interrupt {
    wrapped(
        interrupt,
        "System.Management.Automation.MethodInvocationException",
        |message| format!("Exception calling \"{method}\" with \"{count}\" argument(s): \"{message}\""),
    )
}

/// Wraps a raw framework exception; the language's own errors pass.
fn wrapped(interrupt: Interrupt, exception_type: &str, message: impl Fn(&str) -> String) -> Interrupt {
    match interrupt {
        Interrupt::Error(inner) if is_raw(&inner) => {
            let id = inner.id.rsplit('.').next().unwrap_or_default().to_owned();
            let mut record = ErrorRecord::new(id, Category::NotSpecified, message(&inner.message))
                .exception(exception_type);
            record.inner = Some(Arc::from(*inner));
            record.into()
        }
        other => other,
    }
}

/// Whether an error is a framework exception that nothing has wrapped yet.
pub fn is_raw(record: &ErrorRecord) -> bool {
    record.inner.is_none() && record.id == *record.exception_type
}

/// `Method invocation failed because [T] does not contain a method named 'm'.`
pub fn no_method(target: &Value, name: &str) -> Interrupt {
    no_method_of(&crate::inspect::type_name(target), name)
}

/// As [`no_method`] for a type by its name.
pub fn no_method_of(type_name: &str, name: &str) -> Interrupt {
    let message =
        format!("Method invocation failed because [{type_name}] does not contain a method named '{name}'.");
    ErrorRecord::new("MethodNotFound", Category::InvalidOperation, message)
        .about(Value::from(name))
        .into()
}

/// `Cannot find an overload for "m" and the argument count: "n".`
pub fn no_overload(name: &str, count: usize) -> Interrupt {
    let message = format!("Cannot find an overload for \"{name}\" and the argument count: \"{count}\".");
    ErrorRecord::new("MethodCountCouldNotFindBest", Category::NotSpecified, message)
        .exception("System.Management.Automation.MethodException")
        .into()
}

/// `You cannot call a method on a null-valued expression.`
pub fn call_on_null() -> Interrupt {
    let message = "You cannot call a method on a null-valued expression.";
    ErrorRecord::new("InvokeMethodOnNull", Category::InvalidOperation, message).into()
}

/// `The property 'p' cannot be found on this object. Verify that the property exists and can be set.`
pub fn no_property_to_set(name: &str) -> Interrupt {
    let message = format!(
        "The property '{name}' cannot be found on this object. Verify that the property exists and can be set."
    );
    ErrorRecord::new("PropertyNotFound", Category::InvalidOperation, message)
        .about(Value::from(name))
        .into()
}

/// `Exception setting "p": "The property 'p' cannot be found on this object. …"`: a property bag without that property.
pub fn when_setting(name: &str) -> Interrupt {
    let message = format!(
        "Exception setting \"{name}\": \"The property '{name}' cannot be found on this object. Verify that the property exists and can be set.\""
    );
    ErrorRecord::new("ExceptionWhenSetting", Category::NotSpecified, message)
        .exception("System.Management.Automation.SetValueInvocationException")
        .into()
}

/// `The property 'p' cannot be found on this object. Verify that the property exists.`
pub fn no_property_strict(name: &str) -> Interrupt {
    let message =
        format!("The property '{name}' cannot be found on this object. Verify that the property exists.");
    ErrorRecord::new("PropertyNotFoundStrict", Category::NotSpecified, message)
        .exception("System.Management.Automation.PropertyNotFoundException")
        .into()
}

/// `'p' is a ReadOnly property.`
pub fn read_only(name: &str) -> Interrupt {
    let message = format!("'{name}' is a ReadOnly property.");
    ErrorRecord::new("PropertyAssignmentException", Category::InvalidOperation, message)
        .exception("System.Management.Automation.SetValueException")
        .into()
}
