//! .NET format strings: `-f`, `.ToString(format)`, String.Format.

use crate::error::Result;
use crate::value::Value;

/// A value by a format: `N2`, `yyyy-MM-dd`, `0.00` … in the culture en-US.
pub fn format_value(value: &Value, format: &str) -> Result<String> {
    let _ = format;
    Ok(crate::convert::to_text_current(value))
}

/// A composite format: `{0,10:N2}`.
pub fn format(pattern: &str, arguments: &[Value]) -> Result<String> {
    let _ = arguments;
    Ok(pattern.to_owned())
}
