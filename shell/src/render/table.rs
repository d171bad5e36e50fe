//! Tables: columns from the first object, widths from the rows that come soon, cells cut or wrapped to them.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::format::{Alignment, ViewColumn};
use plenum_lang::property_expression::{PropertyExpression, Source};
use plenum_lang::value::Value;

use super::{Page, block, cell};
use crate::theme::Role;

/// Rows that are held back at most before the widths are fixed.
const HELD_ROWS: usize = 300;

/// How long rows are held back, in nanoseconds.
const HELD_TIME: u64 = 300_000_000;

/// A table.
pub struct TableShape {
    columns: Vec<Column>,
    /// Widths from all rows.
    pub auto_size: bool,
    /// Long cells go on in the next line.
    pub wrap: bool,
    /// No header.
    pub hide_headers: bool,
    /// The header again on each page of the screen.
    pub repeat_header: bool,
    /// Lines since the header.
    lines: usize,
    held: Vec<Held>,
    held_since: Option<u64>,
    widths: Option<Vec<usize>>,
}

struct Column {
    expression: PropertyExpression,
    heading: String,
    width: Option<usize>,
    /// Known from the view, the wish, or the first row.
    right: Option<bool>,
    center: bool,
    /// Whether it shows names of files, which have a look of their own.
    names_files: bool,
}

enum Held {
    Row(Vec<String>),
    Line(String),
}

impl TableShape {
    /// A table of properties, with wildcards expanded on the first object.
    pub fn of(context: &dyn Context, properties: &[PropertyExpression], first: &Value) -> TableShape {
        let columns = block::expand(context, properties, first)
            .into_iter()
            .map(|expression| Column {
                heading: expression.heading(Some(first)),
                width: expression.width,
                right: match expression.align {
                    Alignment::ByValue => None,
                    align => Some(align == Alignment::Right),
                },
                center: expression.align == Alignment::Center,
                names_files: false,
                expression,
            })
            .collect();
        TableShape::new(columns)
    }

    /// A table of a type's view.
    pub fn of_view(columns: &[ViewColumn]) -> TableShape {
        let columns = columns
            .iter()
            .map(|column| Column {
                expression: column.shown(),
                heading: column.label.to_string(),
                width: column.width,
                right: match column.align {
                    Alignment::ByValue => None,
                    align => Some(align == Alignment::Right),
                },
                center: column.align == Alignment::Center,
                names_files: column.property == "NameString",
            })
            .collect();
        TableShape::new(columns)
    }

    fn new(columns: Vec<Column>) -> TableShape {
        TableShape {
            columns,
            auto_size: false,
            wrap: false,
            hide_headers: false,
            repeat_header: false,
            lines: 0,
            held: Vec::new(),
            held_since: None,
            widths: None,
        }
    }

    /// Leaves the view's widths for those that the rows need.
    pub fn forget_widths(&mut self) {
        for column in &mut self.columns {
            column.width = None;
        }
    }

    /// Whether rows are being held back.
    pub fn waits(&self) -> bool {
        self.widths.is_none() && !self.held.is_empty()
    }

    /// Holds back a line of text that arrived between rows.
    pub fn hold_line(&mut self, line: &str) {
        self.held.push(Held::Line(line.to_owned()));
    }

    /// Adds an object's row.
    pub fn add(
        &mut self,
        context: &mut dyn Context,
        page: &Page,
        value: &Value,
        out: &mut String,
    ) -> Result<()> {
        let mut row = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let found = block::evaluate(context, page, &column.expression, value)?.unwrap_or_default();
            column.right.get_or_insert_with(|| cell::stands_right(&found));
            let text = match &column.expression.format {
                Some(format) => plenum_lang::inspect::formatted(&found, format),
                None => cell::table_text(&found, page.enumeration_limit),
            };
            let is_folder = column.names_files
                && page.theme.enabled()
                && plenum_lang::inspect::type_name(value) == "System.IO.DirectoryInfo";
            row.push(match is_folder {
                true => page.theme.paint(Role::Folder, &text),
                false => text,
            });
        }
        if let Some(widths) = self.widths.take() {
            self.turn_page(page, &widths, out);
            self.write_row(&widths, &row, out);
            self.widths = Some(widths);
            return Ok(());
        }
        self.held.push(Held::Row(row));
        if self.widths_are_given() {
            self.fix_widths(page, out);
            return Ok(());
        }
        let now = context.host().monotonic_nanos();
        let since = *self.held_since.get_or_insert(now);
        if !self.auto_size && (self.held.len() >= HELD_ROWS || now.saturating_sub(since) > HELD_TIME) {
            self.fix_widths(page, out);
        }
        Ok(())
    }

    /// Ends a group of rows: the next one has its own header and widths.
    pub fn end(&mut self, page: &Page, out: &mut String) {
        if self.widths.is_none() && !self.held.is_empty() {
            self.fix_widths(page, out);
        }
        self.widths = None;
        self.lines = 0;
        self.held_since = None;
    }

    /// A width on the first column means that nobody measures rows.
    fn widths_are_given(&self) -> bool {
        self.columns.first().is_some_and(|column| column.width.is_some())
    }

    fn fix_widths(&mut self, page: &Page, out: &mut String) {
        let wanted = if self.widths_are_given() {
            self.shared_widths(page.width)
        } else {
            self.measured_widths()
        };
        let widths = fit(wanted, page.width);
        if !self.hide_headers {
            self.write_header(page, &widths, out);
        }
        for held in std::mem::take(&mut self.held) {
            match held {
                Held::Row(row) => {
                    self.turn_page(page, &widths, out);
                    self.write_row(&widths, &row, out);
                }
                Held::Line(line) => {
                    out.push_str(&line);
                    out.push('\n');
                }
            }
        }
        self.widths = Some(widths);
    }

    /// -RepeatHeader: a blank line and the header after as many rows as the screen has lines.
    fn turn_page(&mut self, page: &Page, widths: &[usize], out: &mut String) {
        let Some(height) = page.height.filter(|_| self.repeat_header && !self.hide_headers) else {
            return;
        };
        // The header and its rule, the blank line before, and the line of the prompt.
        if self.lines >= height.saturating_sub(4).max(1) {
            out.push('\n');
            self.write_header(page, widths, out);
            self.lines = 0;
        }
        self.lines += 1;
    }

    /// Columns without a width share what the others leave, one cell at a time.
    fn shared_widths(&self, screen: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .map(|column| column.width.unwrap_or(0))
            .collect();
        let open: Vec<usize> = (0..widths.len()).filter(|&index| widths[index] == 0).collect();
        let used = widths.iter().sum::<usize>() + widths.len().saturating_sub(1);
        let left = screen.saturating_sub(used);
        for (turn, &index) in open.iter().enumerate() {
            widths[index] = (left / open.len() + usize::from(turn < left % open.len())).max(1);
        }
        widths
    }

    fn measured_widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .columns
            .iter()
            .map(|column| match column.width {
                Some(width) => width,
                None if self.hide_headers => 1,
                None => cell::width(&column.heading).max(1),
            })
            .collect();
        for held in &self.held {
            let Held::Row(row) = held else { continue };
            for ((width, text), column) in widths.iter_mut().zip(row).zip(&self.columns) {
                if column.width.is_none() {
                    *width = (*width).max(self.cell_width(text));
                }
            }
        }
        widths
    }

    fn cell_width(&self, text: &str) -> usize {
        if self.wrap {
            text.lines().map(cell::width).max().unwrap_or(0)
        } else {
            cell::width(&cell::first_line(text))
        }
    }

    fn write_header(&self, page: &Page, widths: &[usize], out: &mut String) {
        let headings: Vec<Vec<String>> = self
            .columns
            .iter()
            .zip(widths)
            .map(|(column, &width)| {
                if width == 0 {
                    Vec::new()
                } else {
                    cell::wrap(&column.heading, width)
                }
            })
            .collect();
        self.write_lines(widths, &headings, Some(page), out);
        let dashes: Vec<Vec<String>> = headings
            .iter()
            .zip(widths)
            .zip(&self.columns)
            .map(|((_, &width), column)| vec!["-".repeat(cell::width(&column.heading).min(width))])
            .collect();
        self.write_lines(widths, &dashes, Some(page), out);
    }

    fn write_row(&self, widths: &[usize], row: &[String], out: &mut String) {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(widths)
            .zip(&self.columns)
            .map(|((text, &width), column)| {
                if self.wrap {
                    cell::wrap(text, width)
                } else {
                    vec![cell::cut(
                        &cell::first_line(text),
                        width,
                        column.right == Some(true),
                    )]
                }
            })
            .collect();
        self.write_lines(widths, &cells, None, out);
    }

    /// Writes cells of one or several lines side by side; the last visible column is not padded at its right.
    fn write_lines(&self, widths: &[usize], cells: &[Vec<String>], header: Option<&Page>, out: &mut String) {
        let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let Some(last) = widths.iter().rposition(|&width| width > 0) else {
            return;
        };
        for line in 0..height {
            let mut text = String::new();
            for (index, &width) in widths.iter().enumerate().filter(|(_, width)| **width > 0) {
                if !text.is_empty() || index > first_visible(widths) {
                    text.push(' ');
                }
                let column = &self.columns[index];
                let content = cells
                    .get(index)
                    .and_then(|lines| lines.get(line))
                    .map_or("", String::as_str);
                let painted = match header {
                    Some(page) if !content.is_empty() => {
                        let is_plain = matches!(column.expression.source, Source::Name(_));
                        page.theme.paint(
                            if is_plain {
                                Role::Header
                            } else {
                                Role::CustomHeader
                            },
                            content,
                        )
                    }
                    _ => content.to_owned(),
                };
                write_cell(&painted, width, column, index == last, &mut text);
            }
            out.push_str(&text);
            out.push('\n');
        }
    }
}

fn first_visible(widths: &[usize]) -> usize {
    widths.iter().position(|&width| width > 0).unwrap_or(0)
}

fn write_cell(content: &str, width: usize, column: &Column, is_last: bool, out: &mut String) {
    if column.center {
        let left = width.saturating_sub(cell::width(content)) / 2;
        out.extend(std::iter::repeat_n(' ', left));
        let rest = if is_last { 0 } else { width - left.min(width) };
        cell::pad(content, rest, false, out);
    } else if column.right == Some(true) {
        cell::pad(content, width, true, out);
    } else {
        cell::pad(content, if is_last { 0 } else { width }, false, out);
    }
}

/// Makes widths fit the screen: the last column shrinks, or goes when nothing would be left of it. 0 is gone.
fn fit(mut widths: Vec<usize>, screen: usize) -> Vec<usize> {
    loop {
        let shown = widths.iter().filter(|&&width| width > 0).count();
        let total = widths.iter().sum::<usize>() + shown.saturating_sub(1);
        let excess = total.saturating_sub(screen);
        let Some(last) = widths.iter().rposition(|&width| width > 0) else {
            return widths;
        };
        if excess == 0 {
            return widths;
        }
        widths[last] = widths[last].saturating_sub(excess);
        if widths[last] > 0 {
            return widths;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_shrinks_and_then_goes() {
        assert_eq!(fit(vec![5, 10], 12), [5, 6]);
        assert_eq!(fit(vec![12, 10], 12), [12, 0]);
        assert_eq!(fit(vec![30], 12), [12]);
    }

    #[test]
    fn right_aligned_text_keeps_its_end() {
        assert_eq!(cell::cut("123456789", 5, true), "…6789");
        assert_eq!(cell::cut("123456789", 5, false), "1234…");
    }

    #[test]
    fn words_wrap_at_blanks_and_long_ones_are_broken() {
        assert_eq!(cell::wrap("one two three", 8), ["one two ", "three"]);
        assert_eq!(cell::wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }
}
