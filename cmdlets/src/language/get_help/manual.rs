//! The manual's Markdown pages, which are run as tests: what a command's examples show, and `about_` topics as text.

use super::layout::{TEXT_WIDTH, indent, wrap};

/// An example of a page.
pub struct Example {
    /// What is said about it.
    pub remark: String,
    /// Whether that leads to the example, as on a page; the remark of a comment follows it.
    pub leads: bool,
    /// The command lines, without the prompt.
    pub code: String,
    /// What a console shows, prompt and output.
    pub shown: String,
}

enum Part {
    Heading(String),
    Prose(String),
    Item(String),
    Table(Vec<Vec<String>>),
    Code(String),
}

/// What a page says in its first paragraph.
pub fn introduction(page: &str) -> String {
    parts(page)
        .into_iter()
        .find_map(|part| match part {
            Part::Prose(prose) => Some(prose),
            _ => None,
        })
        .unwrap_or_default()
}

/// The examples of a page, in order.
pub fn examples(page: &str) -> Vec<Example> {
    let mut remark = String::new();
    let mut found = Vec::new();
    for (index, part) in parts(page).into_iter().enumerate() {
        match part {
            Part::Code(shown) => found.push(Example {
                remark: std::mem::take(&mut remark),
                leads: true,
                code: commands(&shown),
                shown,
            }),
            // The first paragraph is the description.
            Part::Prose(_) if index == 0 => {}
            Part::Prose(prose) | Part::Item(prose) => {
                remark = [remark, prose].join("\n").trim().to_owned();
            }
            Part::Heading(_) | Part::Table(_) => remark.clear(),
        }
    }
    found
}

/// What was typed in an example.
fn commands(shown: &str) -> String {
    let typed = |line: &str| {
        ["PS> ", ">> ", "$ "]
            .iter()
            .find_map(|prompt| line.strip_prefix(prompt).map(str::to_owned))
    };
    shown.lines().filter_map(typed).collect::<Vec<_>>().join("\n")
}

/// A topic as text.
pub fn topic(name: &str, page: &str) -> String {
    let mut out = format!("\nTOPIC\n    {name}\n\n");
    let mut is_first = true;
    for part in parts(page) {
        match part {
            Part::Heading(heading) => {
                out.push_str(&heading.to_uppercase());
                out.push('\n');
            }
            Part::Prose(prose) => {
                if std::mem::take(&mut is_first) {
                    out.push_str("SHORT DESCRIPTION\n");
                }
                indent(&mut out, 4, &wrap(&prose, TEXT_WIDTH));
                out.push('\n');
            }
            Part::Item(item) => {
                for (index, line) in wrap(&item, TEXT_WIDTH - 2).iter().enumerate() {
                    let mark = if index == 0 { "- " } else { "  " };
                    out.push_str(&format!("    {mark}{line}\n"));
                }
                out.push('\n');
            }
            Part::Table(rows) => {
                indent(&mut out, 4, &columns(&rows));
                out.push('\n');
            }
            Part::Code(code) => {
                indent(&mut out, 8, &code.lines().map(str::to_owned).collect::<Vec<_>>());
                out.push('\n');
            }
        }
    }
    out
}

/// A table's rows in columns as wide as their cells; the last one is not filled up.
fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let padded: Vec<String> = cells.map(|(cell, width)| format!("{cell:<width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A page's parts after its title.
fn parts(page: &str) -> Vec<Part> {
    let mut found = Vec::new();
    let mut lines = page.lines().filter(|line| !line.starts_with("# ")).peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let code: Vec<&str> = lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .collect();
            found.push(Part::Code(code.join("\n").trim_end().to_owned()));
        } else if let Some(heading) = line.strip_prefix("## ") {
            found.push(Part::Heading(plain(heading)));
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                if !row.starts_with("|--") && !row.starts_with("| --") {
                    rows.push(cells(row));
                }
            }
            found.push(Part::Table(rows));
        } else if !line.trim().is_empty() && !line.starts_with("<!--") {
            let mut prose = line.trim().to_owned();
            let goes_on = |line: &&str| {
                !line.trim().is_empty()
                    && !line.starts_with(['`', '#', '|', '-', '*'])
                    && !line.starts_with("<!--")
            };
            while let Some(more) = lines.next_if(goes_on) {
                prose.push(' ');
                prose.push_str(more.trim());
            }
            found.push(
                match prose.strip_prefix("- ").or_else(|| prose.strip_prefix("* ")) {
                    Some(item) => Part::Item(plain(item)),
                    None => Part::Prose(plain(&prose)),
                },
            );
        }
    }
    found
}

/// The cells of a row; `\|` is a bar in a cell.
fn cells(row: &str) -> Vec<String> {
    let inner = row.trim().trim_start_matches('|').trim_end_matches('|');
    let inner = inner.replace("\\|", "\u{1}");
    inner
        .split('|')
        .map(|cell| plain(cell.trim()).replace('\u{1}', "|"))
        .collect()
}

/// Text without Markdown's marks. A backtick that is meant stands between double ones.
fn plain(prose: &str) -> String {
    let mut out = String::with_capacity(prose.len());
    let mut rest = prose;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at].replace("**", ""));
        let ticks = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let mark = &rest[at..at + ticks];
        let after = &rest[at + ticks..];
        match after.find(mark) {
            Some(end) => {
                let code = &after[..end];
                out.push_str(if ticks > 1 { code.trim() } else { code });
                rest = &after[end + ticks..];
            }
            None => {
                out.push_str(mark);
                rest = after;
            }
        }
    }
    out.push_str(&rest.replace("**", ""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# about_X\n\nOne `word`.\nGoes on.\n\n## Use\n\n- an item\n\n| a | b |\n|---|---|\n| `x` | `` ` `` |\n\nSay:\n\n```powershell\nPS> 1 +\n>> 1\n2\n```\n";

    #[test]
    fn a_topic_is_text_of_its_page() {
        assert_eq!(
            topic("about_X", PAGE),
            "\nTOPIC\n    about_X\n\nSHORT DESCRIPTION\n    One word. Goes on.\n\nUSE\n    - an item\n\n    a  b\n    x  `\n\n    Say:\n\n        PS> 1 +\n        >> 1\n        2\n\n"
        );
    }

    #[test]
    fn an_example_has_what_is_said_what_is_typed_and_what_is_shown() {
        let found = examples(PAGE);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].remark, "Say:");
        assert_eq!(found[0].code, "1 +\n1");
        assert_eq!(found[0].shown, "PS> 1 +\n>> 1\n2");
    }
}
