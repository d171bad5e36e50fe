//! TabExpansion2: the completions of a command line, as the prompt offers them.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context};
use plenum_lang::complete::Completion;
use plenum_lang::error::Result;
use plenum_lang::types;
use plenum_lang::value::Value;

use super::provider::session;
use crate::authoring::{Read, cmdlet, parameter, simple};

/// The command.
pub fn command() -> Arc<dyn Command> {
    simple(
        cmdlet("TabExpansion2", super::CORE)
            .synopsis("Shows what can complete a command line at a place.")
            .parameter(
                parameter("inputScript", "string")
                    .mandatory()
                    .position(0)
                    .help("The command line."),
            )
            .parameter(
                parameter("cursorColumn", "int")
                    .position(1)
                    .help("The place, in characters from the beginning; the end without it."),
            )
            .parameter(
                parameter("options", "hashtable")
                    .position(2)
                    .help("Accepted for scripts that pass it; there are no options."),
            )
            .example(
                "(TabExpansion2 'Get-CsU' 7).CompletionMatches",
                "Lists commands that begin so.",
            ),
        complete,
    )
}

fn complete(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let line = arguments.required_text("inputScript")?;
    let column = arguments
        .int("cursorColumn")
        .and_then(|column| usize::try_from(column).ok());
    let cursor = column.map_or(line.len(), |column| byte_offset(&line, column));
    let found = session(context)?.complete(&line, cursor);
    let (start, end) = (
        units(&line[..found.start]),
        units(&line[..(found.start + found.length).min(line.len())]),
    );
    let matches = found.matches.iter().map(result).collect::<Vec<_>>();
    context.write(Value::typed(
        &["System.Management.Automation.CommandCompletion", "System.Object"],
        [
            ("CurrentMatchIndex", Value::Int(-1)),
            ("ReplacementIndex", Value::count(start)),
            ("ReplacementLength", Value::count(end - start)),
            ("CompletionMatches", Value::array(matches)),
        ],
    ))
}

fn result(completion: &Completion) -> Value {
    let name = format!("{:?}", completion.kind);
    let kind = types::resolve("System.Management.Automation.CompletionResultType")
        .and_then(|of| Value::str(&name).convert(&of).ok())
        .unwrap_or_else(|| Value::str(&name));
    Value::typed(
        &["System.Management.Automation.CompletionResult", "System.Object"],
        [
            ("CompletionText", Value::str(&completion.text)),
            ("ListItemText", Value::str(&completion.list_text)),
            ("ResultType", kind),
            ("ToolTip", Value::str(&completion.tool_tip)),
        ],
    )
}

/// Columns count UTF-16 code units, as .NET does.
fn byte_offset(line: &str, column: usize) -> usize {
    let mut seen = 0;
    for (at, character) in line.char_indices() {
        if seen >= column {
            return at;
        }
        seen += character.len_utf16();
    }
    line.len()
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
