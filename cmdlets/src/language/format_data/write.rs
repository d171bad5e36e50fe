//! Views as a `.format.ps1xml`.

use std::fmt::Write as _;

use plenum_lang::format::{Alignment, Layout, View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::property_expression::Source;

fn encode(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// What a column shows, as an element.
fn shown(column: &ViewColumn) -> String {
    let expression = column.shown();
    let format = expression
        .format
        .as_ref()
        .map(|format| format!("<FormatString>{}</FormatString>", encode(format)));
    let source = match &expression.source {
        Source::Block(block) => format!("<ScriptBlock>{}</ScriptBlock>", encode(&inspect::text(block))),
        _ => format!("<PropertyName>{}</PropertyName>", encode(&column.property)),
    };
    source + &format.unwrap_or_default()
}

fn align(column: &ViewColumn) -> &'static str {
    match column.align {
        Alignment::ByValue => "",
        Alignment::Left => "<Alignment>Left</Alignment>",
        Alignment::Center => "<Alignment>Center</Alignment>",
        Alignment::Right => "<Alignment>Right</Alignment>",
    }
}

/// The document of some views; those that are no table, list or wide view are left out.
pub fn document(views: &[std::sync::Arc<View>]) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Configuration><ViewDefinitions>".to_owned();
    for view in views {
        let control = match &view.layout {
            Layout::Table(columns) => table(view, columns),
            Layout::List(lines) => {
                let items: String = lines
                    .iter()
                    .map(|line| {
                        format!(
                            "<ListItem><Label>{}</Label>{}</ListItem>",
                            encode(&line.label),
                            shown(line)
                        )
                    })
                    .collect();
                format!(
                    "<ListControl><ListEntries><ListEntry><ListItems>{items}</ListItems></ListEntry></ListEntries></ListControl>"
                )
            }
            Layout::Wide(column, _) => format!(
                "<WideControl><WideEntries><WideEntry><WideItem>{}</WideItem></WideEntry></WideEntries></WideControl>",
                shown(column)
            ),
            Layout::Default(_) | Layout::Line(_) => continue,
        };
        let group = view.group_by.as_ref().map(|(label, property)| {
            format!(
                "<GroupBy><PropertyName>{}</PropertyName><Label>{}</Label></GroupBy>",
                encode(property),
                encode(label)
            )
        });
        let _ = write!(
            text,
            "<View><Name>{}</Name><ViewSelectedBy><TypeName>{}</TypeName></ViewSelectedBy>{}{control}</View>",
            encode(view.shown_name()),
            encode(&view.type_name),
            group.unwrap_or_default()
        );
    }
    text + "</ViewDefinitions></Configuration>"
}

fn table(view: &View, columns: &[ViewColumn]) -> String {
    let headers: String = columns
        .iter()
        .map(|column| {
            let width = column.width.map(|width| format!("<Width>{width}</Width>"));
            format!(
                "<TableColumnHeader><Label>{}</Label>{}{}</TableColumnHeader>",
                encode(&column.label),
                width.unwrap_or_default(),
                align(column)
            )
        })
        .collect();
    let items: String = columns
        .iter()
        .map(|column| format!("<TableColumnItem>{}</TableColumnItem>", shown(column)))
        .collect();
    let auto = if view.auto_size { "<AutoSize />" } else { "" };
    let hide = if view.hide_headers {
        "<HideTableHeaders />"
    } else {
        ""
    };
    let wrap = if view.wrap { "<Wrap />" } else { "" };
    format!(
        "<TableControl>{auto}{hide}<TableHeaders>{headers}</TableHeaders><TableRowEntries><TableRowEntry>{wrap}\
         <TableColumnItems>{items}</TableColumnItems></TableRowEntry></TableRowEntries></TableControl>"
    )
}
