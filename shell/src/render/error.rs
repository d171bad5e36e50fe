//! Errors in an output stream: `$ErrorView` chooses how they are laid out; the layouts are the language's.

use plenum_lang::error::{ErrorRecord, as_error, category_text, concise_view, normal_view};
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::theme::{Role, Theme};

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

/// An error as a terminal shows it: the frame of a position in one style, what it frames in another.
pub fn painted(theme: &Theme, text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let frame = line.find('|').filter(|at| {
            let head = line[..*at].trim();
            head.is_empty() || head == "Line" || head.bytes().all(|byte| byte.is_ascii_digit())
        });
        match frame.map(|at| line.split_at(at + 1)) {
            // The line of the script itself keeps its own look.
            Some((head, code))
                if head
                    .trim_end_matches('|')
                    .trim()
                    .starts_with(|c: char| c.is_ascii_digit()) =>
            {
                out.push_str(&theme.paint(Role::ErrorAccent, head));
                out.push_str(code);
            }
            Some((head, rest)) => {
                out.push_str(&theme.paint(Role::ErrorAccent, head));
                if !rest.is_empty() {
                    out.push_str(&theme.paint(Role::Error, rest));
                }
            }
            None if line.is_empty() => {}
            None => out.push_str(&theme.paint(Role::Error, line)),
        }
        out.push_str(end);
    }
    out
}
