//! Errors as a person reads them: ConciseView, with the place in the script; NormalView and CategoryView on request.

use plenum_lang::error::ErrorRecord;
use plenum_lang::inspect;
use plenum_lang::value::Value;

use super::cell;

/// The error record inside a value.
pub fn record_of(value: &Value) -> Option<ErrorRecord> {
    inspect::error_record(value)
}

/// Which layout `$ErrorView` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorView {
    /// The default.
    Concise,
    /// The old five lines.
    Normal,
    /// The category's line.
    Category,
}

impl ErrorView {
    /// Reads `$ErrorView`.
    pub fn of(value: Option<&Value>) -> ErrorView {
        match value.map(inspect::text).unwrap_or_default().to_ascii_lowercase().as_str() {
            "normalview" => ErrorView::Normal,
            "categoryview" => ErrorView::Category,
            _ => ErrorView::Concise,
        }
    }
}

/// Lays an error out, without a line end.
pub fn layout(record: &ErrorRecord, view: ErrorView, width: usize) -> String {
    match view {
        ErrorView::Concise => concise(record, width),
        ErrorView::Normal => normal(record, width),
        ErrorView::Category => category_line(record),
    }
}

/// `Category: (target:Type) [Activity], Reason`.
pub fn category_line(record: &ErrorRecord) -> String {
    let (target, type_name) = match &record.target {
        Value::Null | Value::Nothing => (String::new(), String::new()),
        target => (shorten(&inspect::text(target)), short(&inspect::type_name(target)).to_owned()),
    };
    let activity = record.command.as_deref().unwrap_or("");
    format!("{:?}: ({target}:{type_name}) [{activity}], {}", record.category, short(&record.exception_type))
}

/// Long targets keep their ends.
fn shorten(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= 40 {
        return text.to_owned();
    }
    let head: String = characters[..18].iter().collect();
    let tail: String = characters[characters.len() - 19..].iter().collect();
    format!("{head}...{tail}")
}

fn short(type_name: &str) -> &str {
    type_name.rsplit('.').next().unwrap_or(type_name)
}

/// What stands before the message: the command, or what kind of thing went wrong.
fn reason(record: &ErrorRecord) -> String {
    if record.id == record.message || record.id == "RuntimeException" || is_thrown(record) {
        return "Exception".to_owned();
    }
    if let Some(command) = record.command.as_deref().filter(|command| !command.is_empty()) {
        return command.to_owned();
    }
    match record.category {
        plenum_lang::error::Category::NotSpecified => {
            let name = short(&record.exception_type);
            if name.is_empty() { "Error".to_owned() } else { name.to_owned() }
        }
        category => format!("{category:?}"),
    }
}

fn is_thrown(record: &ErrorRecord) -> bool {
    record.category == plenum_lang::error::Category::OperationStopped && record.command.is_none()
}

fn concise(record: &ErrorRecord, width: usize) -> String {
    let reason = reason(record);
    let is_parse_error = record.category == plenum_lang::error::Category::ParserError;
    let Some(position) =
        record.position.as_ref().filter(|place| place.file.is_some() || place.line > 1 || is_parse_error)
    else {
        return with_hint(record, format!("{reason}: {}", record.message));
    };
    let place = position.file.as_ref().map_or_else(String::new, |file| format!("{file}:{}", position.line));
    let mut text = format!("{reason}: {place}\nLine |\n");
    let line = position.source_line.trim_end();
    text.push_str(&format!("{:>4} |  {line}\n", position.line));
    let before: usize = line.chars().take(position.column.saturating_sub(1) as usize).map(|c| usize::from(c != '\r')).sum();
    let length = (position.span.1 as usize).max(1).min(line.chars().count().saturating_sub(before).max(1));
    text.push_str(&format!("     |  {}{}\n", " ".repeat(before), "~".repeat(length)));
    let message = if position.file.is_some() { record.message.replace(['\r', '\n'], " ") } else { record.message.clone() };
    let wrapped = if position.file.is_some() {
        cell::wrap(&message, width.saturating_sub(7).max(1))
    } else {
        message.lines().map(str::to_owned).collect()
    };
    let lines: Vec<String> = wrapped.iter().map(|line| format!("     | {line}")).collect();
    text.push_str(&lines.join("\n"));
    with_hint(record, text)
}

fn with_hint(record: &ErrorRecord, mut text: String) -> String {
    if let Some(hint) = &record.hint {
        text.push_str("\n  Recommendation: ");
        text.push_str(hint);
    }
    text
}

fn normal(record: &ErrorRecord, width: usize) -> String {
    let mut text = match record.command.as_deref() {
        Some(command) if !command.is_empty() => format!("{command} : {}", record.message),
        _ => record.message.clone(),
    };
    if let Some(position) = &record.position {
        text.push('\n');
        text.push_str(&position_message(position));
    }
    let id = match record.command.as_deref() {
        Some(command) if !command.is_empty() && !record.id.contains(',') => format!("{},{command}", record.id),
        _ => record.id.clone(),
    };
    let _ = width;
    text.push_str(&format!("\n+ CategoryInfo          : {}", category_line(record)));
    text.push_str(&format!("\n+ FullyQualifiedErrorId : {id}"));
    text
}

/// `At line:1 char:5`, the source line and the marker under it.
fn position_message(position: &plenum_lang::error::Position) -> String {
    let place = match &position.file {
        Some(file) => format!("At {file}:{} char:{}", position.line, position.column),
        None => format!("At line:{} char:{}", position.line, position.column),
    };
    let before = position.column.saturating_sub(1) as usize;
    let length = (position.span.1 as usize).max(1);
    let line = position.source_line.trim_end();
    let shown = cell::cut(line, before + length + 20, false);
    format!("{place}\n+ {shown}\n+ {}{}", " ".repeat(before), "~".repeat(length))
}
