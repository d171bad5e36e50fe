//! ConvertFrom-StringData: `name=value` lines to a hashtable.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;

use crate::authoring::{Read, cmdlet, parameter, simple, text};
use plenum_lang::value::Value;

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("ConvertFrom-StringData", super::UTILITY)
            .synopsis("Makes a hashtable of name=value lines.")
            .description("Lines that begin with # are comments. A backslash escapes, so write two for one.")
            .parameter(
                parameter("StringData", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The lines."),
            )
            .parameter(
                parameter("Delimiter", "char")
                    .position(1)
                    .default("=")
                    .help("What stands between name and value."),
            )
            .example(
                "ConvertFrom-StringData \"Pool=pool1`nSite=Redmond\"",
                "Makes a hashtable of two entries.",
            ),
        convert,
    )
}

fn convert(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let delimiter = arguments
        .text("Delimiter")
        .and_then(|text| text.chars().next())
        .unwrap_or('=');
    let content = arguments.required_text("StringData")?;
    let mut entries = Vec::new();
    for line in content
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let Some((name, value)) = line.split_once(delimiter) else {
            let message = format!("Data line '{line}' is not in 'name=value' format.");
            return Err(
                ErrorRecord::new("InvalidOperation", Category::InvalidOperation, message)
                    .exception("System.Management.Automation.PSInvalidOperationException")
                    .into(),
            );
        };
        let name = name.trim();
        let is_known = |known: &(Value, Value)| inspect::text(&known.0).eq_ignore_ascii_case(name);
        if entries.iter().any(is_known) {
            let message = format!("Data item '{name}' in line '{line}' is already defined.");
            let record = ErrorRecord::new("InvalidOperation", Category::InvalidOperation, message);
            return Err(record
                .exception("System.Management.Automation.PSInvalidOperationException")
                .into());
        }
        entries.push((text(name), text(unescape(value.trim()))));
    }
    context.write(inspect::hashtable(false, entries))
}

/// The characters that backslash sequences stand for.
fn unescape(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some(other) => plain.push(other),
            None => plain.push('\\'),
        }
    }
    plain
}
