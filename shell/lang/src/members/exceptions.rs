//! Exceptions made by scripts.

use super::{Call, fault};
use crate::error::{Category, ErrorRecord, Exception, Result, error_value};
use crate::value::Value;

/// `[ErrorRecord]::new(exception, id, category, target)`.
pub fn construct_record(call: &mut Call<'_>) -> Result<Value> {
    call.expect(4, 4)?;
    let exception = call.value(0)?.clone();
    let id = call.text(1)?;
    let category = call.enumeration(2, "System.Management.Automation.ErrorCategory")?;
    let target = call.value(3)?.clone();
    let message = exception
        .property("Message")
        .map(|message| message.to_text())
        .unwrap_or_default();
    let category = CATEGORIES.get(category as usize).copied().unwrap_or_default();
    let mut record = ErrorRecord::new(id.as_str(), category, message).about(target);
    record = record.exception(&crate::inspect::type_name(&exception));
    record.exception = Some(exception);
    Ok(error_value(record))
}

/// The categories in order of their numbers.
const CATEGORIES: &[Category] = &[
    Category::NotSpecified,
    Category::OpenError,
    Category::CloseError,
    Category::DeviceError,
    Category::DeadlockDetected,
    Category::InvalidArgument,
    Category::InvalidData,
    Category::InvalidOperation,
    Category::InvalidResult,
    Category::InvalidType,
    Category::MetadataError,
    Category::NotImplemented,
    Category::NotInstalled,
    Category::ObjectNotFound,
    Category::OperationStopped,
    Category::OperationTimeout,
    Category::SyntaxError,
    Category::ParserError,
    Category::PermissionDenied,
    Category::ResourceBusy,
    Category::ResourceExists,
    Category::ResourceUnavailable,
    Category::ReadError,
    Category::WriteError,
    Category::FromStdErr,
    Category::SecurityError,
    Category::ProtocolError,
    Category::ConnectionError,
    Category::AuthenticationError,
    Category::LimitsExceeded,
    Category::QuotaExceeded,
    Category::NotEnabled,
];

/// `[SomeException]::new(message, inner)`.
pub fn construct(type_name: &str, call: &mut Call<'_>) -> Result<Value> {
    if call.count() > 3 {
        return Err(fault::no_overload(call.name, call.count()));
    }
    let default = format!("Exception of type '{type_name}' was thrown.");
    let first = call.arguments.first().map(Value::to_text);
    let mut exception = match (type_name, call.arguments.len()) {
        // The constructors of these take the parameter's name first.
        ("System.ArgumentNullException", 1) => Exception::new(
            type_name,
            format!(
                "Value cannot be null. (Parameter '{}')",
                first.unwrap_or_default()
            ),
        ),
        ("System.ArgumentOutOfRangeException", 1) => Exception::new(
            type_name,
            format!(
                "Specified argument was out of the range of valid values. (Parameter '{}')",
                first.unwrap_or_default()
            ),
        ),
        ("System.ArgumentNullException" | "System.ArgumentOutOfRangeException", 2) => Exception::new(
            type_name,
            format!("{} (Parameter '{}')", call.text(1)?, first.unwrap_or_default()),
        ),
        ("System.ArgumentException", 2) if call.arguments[1].as_str().is_some() => Exception::new(
            type_name,
            format!("{} (Parameter '{}')", first.unwrap_or_default(), call.text(1)?),
        ),
        _ => Exception::new(type_name, first.unwrap_or(default)),
    };
    let inner = call
        .arguments
        .iter()
        .skip(1)
        .find(|argument| argument.downcast::<Exception>().is_some());
    exception.inner = inner.cloned();
    Ok(Value::instance(exception))
}
