//! Errors in an output stream: `$ErrorView` chooses how they are laid out; the layouts are the language's.

use plenum_lang::error::{ErrorRecord, as_error, category_text, concise_view, normal_view};
use plenum_lang::inspect;
use plenum_lang::value::Value;

/// The error record inside a value.
pub fn record_of(value: &Value) -> Option<&ErrorRecord> {
    as_error(value)
}

/// An error's text by `$ErrorView`, without a line end.
pub fn layout(record: &ErrorRecord, view: Option<&Value>, width: usize) -> String {
    match view
        .map(inspect::text)
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "normalview" => normal_view(record),
        "categoryview" => category_text(record),
        _ => concise_view(record, width),
    }
}
