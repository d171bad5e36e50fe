//! Columns for the subcommands' lists, as kubectl prints them: a heading in capitals, two spaces between columns, no
//! lines. The shell's tables are another matter: they follow PowerShell's rules and stream.

use tabled::builder::Builder;
use tabled::settings::{Padding, Style};

/// A heading and rows, each as many texts as the heading has.
pub(super) fn columns<const N: usize>(heading: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut table = Builder::default();
    table.push_record(heading);
    rows.for_each(|row| table.push_record(row));
    let mut table = table.build();
    table.with(Style::empty()).with(Padding::new(0, 2, 0, 0));
    table
        .to_string()
        .lines()
        .flat_map(|line| [line.trim_end(), "\n"])
        .collect()
}
