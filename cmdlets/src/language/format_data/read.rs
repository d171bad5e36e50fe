//! What a `.format.ps1xml` says: views of types.

use std::sync::Arc;

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::format::{Alignment, Layout, View, ViewColumn};
use plenum_lang::property_expression::{PropertyExpression, Source};

use super::super::clixml::Node;
use super::super::provider::session;

/// The views of a document: for each type one, and what could not be taken.
pub fn views(context: &mut dyn Context, root: &Node) -> Result<(Vec<View>, Vec<String>)> {
    let (mut views, mut refused) = (Vec::new(), Vec::new());
    let Some(configuration) = root.child("Configuration") else {
        return Ok((views, vec!["It has no <Configuration>.".to_owned()]));
    };
    let sets = configuration.child("SelectionSets");
    let definitions = configuration.child("ViewDefinitions");
    for node in definitions.into_iter().flat_map(|all| all.all("View")) {
        let name = node.content("Name").unwrap_or_default();
        let types = types(node, sets);
        if types.is_empty() {
            refused.push(format!("The view '{name}' is for no type."));
            continue;
        }
        let Some(layout) = layout(context, node)? else {
            refused.push(format!(
                "The view '{name}' has no table, list or wide control; others are not built."
            ));
            continue;
        };
        let group = match node.child("GroupBy") {
            Some(by) => {
                expression(context, by)?.map(|shown| (by.content("Label").unwrap_or(shown.0.clone()), shown))
            }
            None => None,
        };
        let table = node.child("TableControl");
        let wide = node.child("WideControl");
        for type_name in types {
            let mut view = View::of(type_name, layout.clone());
            view.name = Some(name.clone().into());
            view.auto_size = [table, wide]
                .into_iter()
                .flatten()
                .any(|control| control.flag("AutoSize"));
            view.hide_headers = table.is_some_and(|table| table.flag("HideTableHeaders"));
            view.wrap = table
                .and_then(|table| table.child("TableRowEntries")?.child("TableRowEntry"))
                .is_some_and(|row| row.flag("Wrap"));
            if let Some((label, (property, shown))) = &group {
                view = view.grouped(label.clone(), property.clone());
                view.group = Some(Arc::new(shown.clone()));
            }
            views.push(view);
        }
    }
    Ok((views, refused))
}

/// The types that a view is for, those of selection sets too.
fn types(view: &Node, sets: Option<&Node>) -> Vec<String> {
    let Some(selected) = view.child("ViewSelectedBy") else {
        return Vec::new();
    };
    let mut types: Vec<String> = selected.all("TypeName").map(Node::trimmed).collect();
    for wanted in selected.all("SelectionSetName").map(Node::trimmed) {
        let mut known = sets.into_iter().flat_map(|sets| sets.all("SelectionSet"));
        let set = known.find(|set| set.content("Name").as_ref() == Some(&wanted));
        let names = set.and_then(|set| set.child("Types"));
        types.extend(
            names
                .into_iter()
                .flat_map(|names| names.all("TypeName"))
                .map(Node::trimmed),
        );
    }
    types
}

fn layout(context: &mut dyn Context, view: &Node) -> Result<Option<Layout>> {
    if let Some(table) = view.child("TableControl") {
        return Ok(Some(Layout::Table(table_columns(context, table)?)));
    }
    if let Some(list) = view.child("ListControl") {
        let entry = list
            .child("ListEntries")
            .and_then(|entries| default_entry(entries, "ListEntry"));
        let items = entry.and_then(|entry| entry.child("ListItems"));
        let mut lines = Vec::new();
        for item in items.into_iter().flat_map(|items| items.all("ListItem")) {
            lines.push(column(context, item, item.content("Label"))?);
        }
        return Ok(Some(Layout::List(lines)));
    }
    let Some(wide) = view.child("WideControl") else {
        return Ok(None);
    };
    let entry = wide
        .child("WideEntries")
        .and_then(|entries| default_entry(entries, "WideEntry"));
    let Some(item) = entry.and_then(|entry| entry.child("WideItem")) else {
        return Ok(None);
    };
    let columns = wide.content("ColumnNumber").and_then(|count| count.parse().ok());
    Ok(Some(Layout::Wide(column(context, item, None)?, columns)))
}

/// The entry that is for all objects of the view's types; else the first.
fn default_entry<'n>(entries: &'n Node, name: &'n str) -> Option<&'n Node> {
    let general = entries
        .all(name)
        .find(|entry| entry.child("EntrySelectedBy").is_none());
    general.or_else(|| entries.child(name))
}

fn table_columns(context: &mut dyn Context, table: &Node) -> Result<Vec<ViewColumn>> {
    let headers: Vec<&Node> = table
        .child("TableHeaders")
        .into_iter()
        .flat_map(|headers| headers.all("TableColumnHeader"))
        .collect();
    let row = table
        .child("TableRowEntries")
        .and_then(|rows| default_entry(rows, "TableRowEntry"));
    let items = row.and_then(|row| row.child("TableColumnItems"));
    let mut columns = Vec::new();
    for (at, item) in items
        .into_iter()
        .flat_map(|items| items.all("TableColumnItem"))
        .enumerate()
    {
        let header = headers.get(at);
        let mut made = column(context, item, header.and_then(|header| header.content("Label")))?;
        made.width = header
            .and_then(|header| header.content("Width"))
            .and_then(|width| width.parse().ok())
            .filter(|width| *width > 0);
        let align = item.content("Alignment").or_else(|| header?.content("Alignment"));
        made.align = match align.unwrap_or_default().to_ascii_lowercase().as_str() {
            "left" => Alignment::Left,
            "center" => Alignment::Center,
            "right" => Alignment::Right,
            _ => Alignment::ByValue,
        };
        columns.push(made);
    }
    Ok(columns)
}

/// A column or line that shows what an item says.
fn column(context: &mut dyn Context, item: &Node, label: Option<String>) -> Result<ViewColumn> {
    let (property, mut shown) =
        expression(context, item)?.unwrap_or_else(|| (String::new(), PropertyExpression::name("")));
    shown.format = item.content("FormatString");
    let label = label
        .filter(|label| !label.is_empty())
        .unwrap_or_else(|| property.clone());
    let plain = matches!(shown.source, Source::Name(_)) && shown.format.is_none();
    let mut column = ViewColumn::new(label).shows(property);
    if !plain {
        column.expression = Some(Arc::new(shown));
    }
    Ok(column)
}

/// What a `PropertyName` or a `ScriptBlock` shows, and what it is called.
fn expression(context: &mut dyn Context, item: &Node) -> Result<Option<(String, PropertyExpression)>> {
    if let Some(name) = item.content("PropertyName") {
        return Ok(Some((name.clone(), PropertyExpression::name(name))));
    }
    let Some(script) = item.content("ScriptBlock") else {
        return Ok(None);
    };
    let block = session(context)?.parse_block(&script, None)?;
    Ok(Some((script, PropertyExpression::parse(&block)?)))
}
