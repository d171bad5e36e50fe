//! `[Microsoft.PowerShell.PSConsoleReadLine]`: the line that is being typed, while a key runs a script block.
//!
//! Positions count UTF-16 units. The prompt puts the line in before the block runs and takes it out after it; at other
//! times there is no line, and the methods say so.

use super::{Call, Method, World, fault, numbers};
use crate::error::Result;
use crate::value::Value;

/// A line that is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditedLine {
    units: Vec<u16>,
    cursor: usize,
    /// Whether it is to be run.
    pub accepted: bool,
    /// Lines to add to the history.
    pub remembered: Vec<String>,
}

impl EditedLine {
    /// A line with the cursor at a byte of it.
    pub fn new(text: &str, cursor: usize) -> EditedLine {
        let before = text.get(..cursor).unwrap_or(text);
        EditedLine {
            units: text.encode_utf16().collect(),
            cursor: before.encode_utf16().count(),
            ..EditedLine::default()
        }
    }

    /// Its text.
    pub fn text(&self) -> String {
        String::from_utf16_lossy(&self.units)
    }

    /// Where the cursor is, in bytes of the text.
    pub fn cursor(&self) -> usize {
        String::from_utf16_lossy(&self.units[..self.cursor]).len()
    }

    fn replace(&mut self, start: usize, length: usize, text: &str) {
        let start = start.min(self.units.len());
        let end = start.saturating_add(length).min(self.units.len());
        let new: Vec<u16> = text.encode_utf16().collect();
        self.cursor = start + new.len();
        self.units.splice(start..end, new);
    }
}

fn line<'w>(world: &'w mut dyn World) -> Result<&'w mut EditedLine> {
    world.edited_line().ok_or_else(|| {
        fault::raised(
            "System.InvalidOperationException",
            "No line is being typed: this works in a script block that a key runs (Set-PSReadLineKeyHandler -ScriptBlock).",
        )
    })
}

fn place(call: &mut Call<'_>, at: usize, most: usize) -> Result<usize> {
    let number = call.int(at)?;
    usize::try_from(number)
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| fault::out_of_range("start", "The place is not in the line."))
}

/// A method without arguments that changes the line.
macro_rules! change {
    ($name:literal, $apply:expr) => {
        Method::new($name, concat!("static void ", $name, "()"), |call| {
            let apply: fn(&mut EditedLine) = $apply;
            apply(line(call.world)?);
            Ok(Value::Nothing)
        })
    };
}

/// The static methods. Those that only move or redraw what a terminal shows are the prompt's own keys.
pub static STATIC: &[Method] = &[
    change!("AcceptLine", |line| line.accepted = true),
    Method::new(
        "AddToHistory",
        "static void AddToHistory(string command)",
        |call| {
            call.expect(1, 1)?;
            let command = call.text(0)?.to_string();
            line(call.world)?.remembered.push(command);
            Ok(Value::Nothing)
        },
    ),
    change!("BackwardChar", |line| line.cursor = line.cursor.saturating_sub(1)),
    change!("BackwardDeleteChar", |line| if line.cursor > 0 {
        line.replace(line.cursor - 1, 1, "");
    }),
    change!("BackwardDeleteLine", |line| line.replace(0, line.cursor, "")),
    change!("BeginningOfLine", |line| line.cursor = 0),
    Method::new("Delete", "static void Delete(int start, int length)", |call| {
        call.expect(2, 2)?;
        let most = line(call.world)?.units.len();
        let start = place(call, 0, most)?;
        let length = place(call, 1, most - start)?;
        line(call.world)?.replace(start, length, "");
        Ok(Value::Nothing)
    }),
    change!("DeleteChar", |line| {
        let at = line.cursor;
        line.replace(at, 1, "");
    }),
    change!("DeleteLine", |line| line.replace(0, usize::MAX, "")),
    change!("Ding", |_| {}),
    change!("EndOfLine", |line| line.cursor = line.units.len()),
    change!("ForwardChar", |line| line.cursor =
        (line.cursor + 1).min(line.units.len())),
    change!("ForwardDeleteLine", |line| {
        let at = line.cursor;
        line.replace(at, usize::MAX, "");
    }),
    Method::new(
        "GetBufferState",
        "static void GetBufferState([ref] string input, [ref] int cursor)",
        |call| {
            call.expect(2, 2)?;
            let line = line(call.world)?;
            let (text, cursor) = (line.text(), line.cursor);
            numbers::set_reference(call.arguments.first(), Value::from(text));
            numbers::set_reference(call.arguments.get(1), Value::count(cursor));
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "GetSelectionState",
        "static void GetSelectionState([ref] int start, [ref] int length)",
        |call| {
            call.expect(2, 2)?;
            line(call.world)?;
            numbers::set_reference(call.arguments.first(), Value::Int(-1));
            numbers::set_reference(call.arguments.get(1), Value::Int(-1));
            Ok(Value::Nothing)
        },
    ),
    Method::new(
        "Insert",
        "static void Insert(char c), static void Insert(string s)",
        |call| {
            call.expect(1, 1)?;
            let text = call.text(0)?;
            let line = line(call.world)?;
            let at = line.cursor;
            line.replace(at, 0, &text);
            Ok(Value::Nothing)
        },
    ),
    change!("KillLine", |line| {
        let at = line.cursor;
        line.replace(at, usize::MAX, "");
    }),
    Method::new(
        "Replace",
        "static void Replace(int start, int length, string replacement)",
        |call| {
            call.expect(3, 5)?;
            let most = line(call.world)?.units.len();
            let start = place(call, 0, most)?;
            let length = place(call, 1, most - start)?;
            let text = call.text(2)?;
            line(call.world)?.replace(start, length, &text);
            Ok(Value::Nothing)
        },
    ),
    change!("RevertLine", |line| line.replace(0, usize::MAX, "")),
    Method::new(
        "SetCursorPosition",
        "static void SetCursorPosition(int cursor)",
        |call| {
            call.expect(1, 1)?;
            let wanted = call.int(0)?;
            let line = line(call.world)?;
            line.cursor = usize::try_from(wanted).unwrap_or(0).min(line.units.len());
            Ok(Value::Nothing)
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_utf16_units_inside_and_bytes_outside() {
        let mut line = EditedLine::new("aé😀b", "aé😀".len());
        assert_eq!(line.cursor, 4);
        line.replace(1, 1, "ü-");
        assert_eq!((line.text().as_str(), line.cursor()), ("aü-😀b", "aü-".len()));
        line.replace(99, 5, "!");
        assert_eq!(line.text(), "aü-😀b!");
    }
}
