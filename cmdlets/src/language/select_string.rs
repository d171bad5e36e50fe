//! Select-String: lines that match a pattern.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use super::{encoding, path};
use crate::authoring::{Read, array, cmdlet, count, invalid_argument, parameter, record, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let (object_set, file_set) = ("Object", "File");
    stateful::<SelectString>(
        cmdlet("Select-String", super::UTILITY)
            .synopsis("Finds lines that match a pattern, in texts or files.")
            .default_set(file_set)
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .by_value()
                    .set(object_set)
                    .help("Texts to search."),
            )
            .parameter(
                parameter("Pattern", "string[]")
                    .mandatory()
                    .position(0)
                    .help("Regular expressions."),
            )
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(1)
                    .by_property_name()
                    .set(file_set)
                    .complete(Completion::Path)
                    .help("Files to search; wildcards are allowed."),
            )
            .parameter(
                parameter("LiteralPath", "string[]")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("LiteralFile")
                    .help("Files to search, taken as they are."),
            )
            .switch("Raw", "Gives the texts of the lines.")
            .switch("SimpleMatch", "The patterns are plain texts.")
            .switch("CaseSensitive", "Capitals make a difference.")
            .switch("Quiet", "Says only whether something matches.")
            .switch("List", "Only the first match of each file.")
            .switch("NoEmphasis", "Does not mark matches; they are not marked here.")
            .parameter(
                parameter("Include", "string[]").help("Wildcards of which one must match a file's name."),
            )
            .parameter(parameter("Exclude", "string[]").help("Wildcards that must not match a file's name."))
            .switch("NotMatch", "Finds lines that do not match.")
            .switch("AllMatches", "Finds every match of a line.")
            .parameter(encoding::encoding_parameter())
            .parameter(parameter("Context", "int[]").help("How many lines before and after to show."))
            .parameter(
                parameter("Culture", "string")
                    .help("The culture of the comparison: en-US or the invariant one."),
            )
            .example(
                "Select-String 'SIP/2.0 5..' server.log -Context 2",
                "Finds failures with two lines around each.",
            )
            .alias("sls"),
    )
}

#[derive(Default)]
struct SelectString {
    line: usize,
    found: bool,
}

struct Line<'a> {
    text: &'a str,
    number: usize,
    path: Option<&'a str>,
    before: Vec<String>,
    after: Vec<String>,
}

impl Invocation for SelectString {
    fn begin(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        crate::authoring::only_english(arguments)
    }

    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if arguments.has("Path") || arguments.has("LiteralPath") {
            return self.files(context, arguments);
        }
        let Some(item) = arguments.get("InputObject").cloned() else {
            return Ok(());
        };
        self.line += 1;
        let shown = inspect::text(&item);
        let line = Line {
            text: &shown,
            number: self.line,
            path: None,
            before: Vec::new(),
            after: Vec::new(),
        };
        self.search(context, arguments, &line)?;
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if arguments.switch("Quiet") && !self.found {
            return context.write(Value::Bool(false));
        }
        Ok(())
    }
}

impl SelectString {
    fn files(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let literal = arguments.has("LiteralPath");
        let names = arguments.list(if literal { "LiteralPath" } else { "Path" });
        let around: Vec<usize> = arguments
            .values("Context")
            .iter()
            .filter_map(crate::authoring::to_int)
            .filter_map(|lines| usize::try_from(lines).ok())
            .collect();
        let before = around.first().copied().unwrap_or(0);
        let after = around.get(1).copied().unwrap_or(before);
        let any =
            |patterns: &[String], name: &str| patterns.iter().any(|pattern| inspect::like(name, pattern));
        let (include, exclude) = (arguments.list("Include"), arguments.list("Exclude"));
        for file in path::resolve(context, &names, literal)? {
            let name = path::leaf(&file);
            if (!include.is_empty() && !any(&include, name)) || any(&exclude, name) {
                continue;
            }
            let Ok(bytes) = context.host().read_file(&file) else {
                continue;
            };
            let content = encoding::decode(&bytes, arguments.text("Encoding").as_deref())?;
            let lines: Vec<&str> = content.lines().collect();
            for (index, text) in lines.iter().enumerate() {
                context.check_stop()?;
                let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
                let line = Line {
                    text,
                    number: index + 1,
                    path: Some(&file),
                    before: owned(&lines[index.saturating_sub(before)..index]),
                    after: owned(&lines[index + 1..(index + 1 + after).min(lines.len())]),
                };
                if self.search(context, arguments, &line)? && arguments.switch("List") {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Whether the line was given out.
    fn search(&mut self, context: &mut dyn Context, arguments: &Arguments, line: &Line<'_>) -> Result<bool> {
        if arguments.switch("Quiet") && self.found {
            return Ok(false);
        }
        for pattern in arguments.list("Pattern") {
            let matches = matches(context, arguments, &pattern, line.text)?;
            if matches.is_empty() != arguments.switch("NotMatch") {
                continue;
            }
            self.found = true;
            if arguments.switch("Quiet") {
                context.write(Value::Bool(true))?;
            } else if arguments.switch("Raw") {
                context.write(text(line.text))?;
            } else {
                context.write(match_info(arguments, line, &pattern, matches))?;
            }
            return Ok(true);
        }
        Ok(false)
    }
}

/// The matches of a pattern in a line, as .NET's Match values.
fn matches(
    context: &mut dyn Context,
    arguments: &Arguments,
    pattern: &str,
    line: &str,
) -> Result<Vec<Value>> {
    let regex = inspect::named_type_value("regex")?;
    let pattern = if arguments.switch("SimpleMatch") {
        inspect::invoke_static(context, &regex, "Escape", &[text(pattern)])?
    } else {
        text(pattern)
    };
    let options = text(if arguments.switch("CaseSensitive") {
        "None"
    } else {
        "IgnoreCase"
    });
    let found = inspect::invoke_static(
        context,
        &regex,
        "Matches",
        &[text(line), pattern.clone(), options],
    )
    .map_err(|interrupt| not_a_pattern(&pattern, interrupt))?;
    let mut found = inspect::elements(&found).unwrap_or_default();
    if !arguments.switch("AllMatches") {
        found.truncate(1);
    }
    Ok(found)
}

fn match_info(arguments: &Arguments, line: &Line<'_>, pattern: &str, matches: Vec<Value>) -> Value {
    let path = line.path.unwrap_or("InputStream");
    let name = line.path.map_or("InputStream", path::leaf);
    let shown = if line.path.is_some() {
        format!("{name}:{}:{}", line.number, line.text)
    } else {
        line.text.to_owned()
    };
    let mut display = String::new();
    if arguments.has("Context") {
        let first = line.number - line.before.len();
        for (offset, before) in line.before.iter().enumerate() {
            display.push_str(&format!("  {name}:{}:{before}\n", first + offset));
        }
        display.push_str(&format!("> {shown}"));
        for (offset, after) in line.after.iter().enumerate() {
            display.push_str(&format!("\n  {name}:{}:{after}", line.number + 1 + offset));
        }
    } else {
        display.clone_from(&shown);
    }
    record(
        &["Microsoft.PowerShell.Commands.MatchInfo", "System.Object"],
        shown,
        vec![
            ("IgnoreCase", Value::Bool(!arguments.switch("CaseSensitive"))),
            ("LineNumber", count(line.number)),
            ("Line", text(line.text)),
            ("Filename", text(name)),
            ("Path", text(path)),
            ("Pattern", text(pattern)),
            ("Context", Value::Null),
            ("Matches", array(matches)),
        ],
        vec![("DisplayText", text(display))],
    )
}

/// A pattern that cannot be read is said as such; the reason stays.
fn not_a_pattern(pattern: &Value, interrupt: Interrupt) -> Interrupt {
    let Interrupt::Error(cause) = interrupt else {
        return interrupt;
    };
    // The method's error quotes the reason.
    let reason = cause
        .message
        .split_once(": \"")
        .map_or(cause.message.as_str(), |(_, rest)| rest);
    let message = format!(
        "The string {} is not a valid regular expression: {}",
        pattern.to_text(),
        reason.trim_end_matches('"')
    );
    invalid_argument("InvalidRegex", pattern.clone(), message)
        .exception("System.ArgumentException")
        .hint("-SimpleMatch takes the text as it is.")
        .into()
}
