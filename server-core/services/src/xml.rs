//! Writing XML by hand: the documents are small, and made often.

/// Appends text for an element or a quoted attribute. Characters that XML 1.0 cannot hold (§2.2) are left out.
pub(crate) fn push_escaped(composed: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => composed.push_str("&amp;"),
            '<' => composed.push_str("&lt;"),
            '>' => composed.push_str("&gt;"),
            '"' => composed.push_str("&quot;"),
            '\t' | '\n' | '\r' => composed.push(' '),
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => {}
            other => composed.push(other),
        }
    }
}

/// Appends ` name="value"`.
pub(crate) fn push_attribute(composed: &mut String, name: &str, value: &str) {
    composed.push(' ');
    composed.push_str(name);
    composed.push_str("=\"");
    push_escaped(composed, value);
    composed.push('"');
}
