//! How errors are shown: ConciseView, NormalView, CategoryView. Colours are the shell's.

use super::{ErrorRecord, Position, record};

/// The text of CategoryView.
pub fn category_text(error: &ErrorRecord) -> String {
    record::category_line(error)
}

/// The piece of the source that an error is about, as far as it stands on one line.
pub(super) fn extent(position: &Position) -> &str {
    let start = char_offset(&position.source_line, position.column.saturating_sub(1) as usize);
    let line = position.source_line.as_ref();
    let end = (start + position.span.1 as usize).min(line.len());
    line.get(start..end)
        .unwrap_or_else(|| line.get(start..).unwrap_or(""))
}

fn char_offset(line: &str, column: usize) -> usize {
    let mut units = 0;
    for (at, character) in line.char_indices() {
        if units >= column {
            return at;
        }
        units += character.len_utf16();
    }
    line.len()
}

/// The source line and its marker.
pub(super) fn marked(position: &Position) -> (String, String) {
    let line = position.source_line.as_ref();
    let width = extent(position).chars().count().max(1);
    let before = position.column.saturating_sub(1) as usize;
    let shown = if line.chars().count() > 70 && before + width <= 69 {
        format!("{} …", line.chars().take(69).collect::<String>().trim_end())
    } else {
        line.to_owned()
    };
    (shown, format!("{}{}", " ".repeat(before), "~".repeat(width)))
}

/// Why: the word before the message.
fn reason(error: &ErrorRecord) -> String {
    if error.fatal && error.command.is_none() && error.exception_of_throw() {
        return "Exception".to_owned();
    }
    if let Some(command) = &error.command
        && !command.is_empty()
    {
        return command.to_string();
    }
    if let Some(activity) = &error.category_info[0]
        && !activity.is_empty()
    {
        return activity.to_string();
    }
    if error.category != super::Category::NotSpecified {
        return format!("{:?}", error.category);
    }
    let [_, reason, _, _] = error.category_parts();
    if reason.is_empty() {
        "Error".to_owned()
    } else {
        reason
    }
}

/// ConciseView: one line, or the source line with a marker when the error has a script or is not on the first line.
pub fn concise_view(error: &ErrorRecord, width: usize) -> String {
    // What a native program wrote is shown as it wrote it.
    if error.id.starts_with("NativeCommandError") {
        return error.text();
    }
    let mut text = position_or_reason(error, width);
    if let Some(hint) = &error.hint {
        text.push_str("\n  Recommendation: ");
        text.push_str(hint);
    }
    text
}

fn position_or_reason(error: &ErrorRecord, width: usize) -> String {
    let reason = reason(error);
    let message = error.text();
    let parse_error = error.category == super::Category::ParserError;
    let placed = error.position.as_ref().filter(|position| {
        position.line > 0 && (position.file.is_some() || position.line > 1 || parse_error)
    });
    let Some(position) = placed else {
        return format!("{reason}: {message}");
    };
    let place = position
        .file
        .as_ref()
        .map_or_else(String::new, |file| format!("{file}:{}", position.line));
    let marker = format!(
        "{}{}",
        " ".repeat(position.column.saturating_sub(1) as usize),
        "~".repeat(extent(position).chars().count().max(1))
    );
    let mut text = format!(
        "{reason}: {place}\nLine |\n{:>4} |  {}\n     |  {marker}",
        position.line, position.source_line
    );
    if position.file.is_some() {
        for line in wrapped(&message.replace('\n', " "), width.saturating_sub(8).max(20)) {
            text.push_str("\n     | ");
            text.push_str(&line);
        }
    } else {
        text.push_str("\n     | ");
        text.push_str(&message);
    }
    text
}

fn wrapped(message: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in message.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// NormalView: message, position, category, id.
pub fn normal_view(error: &ErrorRecord) -> String {
    let place = error
        .position
        .as_ref()
        .map(record::position_message)
        .filter(|text| !text.is_empty());
    let prefix = error
        .command
        .as_ref()
        .map_or_else(String::new, |command| format!("{command} : "));
    let place = place.map_or_else(String::new, |place| format!("\n{place}"));
    format!(
        "{prefix}{}{place}\n+ CategoryInfo          : {}\n+ FullyQualifiedErrorId : {}",
        error.text(),
        category_text(error),
        error.full_id()
    )
}

impl ErrorRecord {
    /// Whether `throw` made it.
    fn exception_of_throw(&self) -> bool {
        self.category == super::Category::OperationStopped
    }
}
