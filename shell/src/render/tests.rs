//! What output looks like, laid out without an engine: values in, the page's text out.

use std::sync::Arc;

use plenum_lang::cmdlet::{Context, Progress};
use plenum_lang::error::{ErrorRecord, Result};
use plenum_lang::format::{Directive, FormatData, Shape, View, ViewColumn};
use plenum_lang::host::{Host, Isolated};
use plenum_lang::registry::Registry;
use plenum_lang::render::{RenderSession, Renderer};
use plenum_lang::value::Value;

use super::ConsoleRenderer;
use crate::theme::Theme;

/// A context that has views and nothing else.
#[derive(Default)]
struct Page {
    registry: Registry,
    host: Isolated,
}

impl Context for Page {
    fn write(&mut self, _: Value) -> Result<()> {
        Ok(())
    }
    fn write_all(&mut self, _: Value) -> Result<()> {
        Ok(())
    }
    fn error(&mut self, _: ErrorRecord) -> Result<()> {
        Ok(())
    }
    fn warning(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn verbose(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn debug(&mut self, _: &str) -> Result<()> {
        Ok(())
    }
    fn information(&mut self, _: Value, _: &[&str]) -> Result<()> {
        Ok(())
    }
    fn progress(&mut self, _: &Progress) -> Result<()> {
        Ok(())
    }
    fn should_process(&mut self, _: &str, _: Option<&str>) -> Result<bool> {
        Ok(true)
    }
    fn should_continue(&mut self, _: &str, _: &str) -> Result<bool> {
        Ok(true)
    }
    fn invoke_block(&mut self, _: &Value, _: Option<Value>, _: &[Value]) -> Result<Vec<Value>> {
        Ok(Vec::new())
    }
    fn invoke_script(&mut self, _: &str) -> Result<Vec<Value>> {
        Ok(Vec::new())
    }
    fn layout(&self, _: usize) -> Box<dyn RenderSession> {
        panic!("a formatter opens no format stream of its own")
    }
    fn lay_out(&mut self, _: &mut Box<dyn RenderSession>, _: usize, _: &Value) -> Result<String> {
        Ok(String::new())
    }
    fn variable(&self, _: &str) -> Option<Value> {
        None
    }
    fn set_variable(&mut self, _: &str, _: Value) -> Result<()> {
        Ok(())
    }
    fn command_name(&self) -> &str {
        ""
    }
    fn host(&self) -> &dyn Host {
        &self.host
    }
    fn registry(&self) -> &Registry {
        &self.registry
    }
    fn check_stop(&self) -> Result<()> {
        Ok(())
    }
    fn render(&mut self, values: &[Value], width: usize) -> Result<String> {
        show(self, values, width)
    }
}

fn show(page: &mut Page, values: &[Value], width: usize) -> Result<String> {
    let mut session = ConsoleRenderer::new(Theme::default()).session(width);
    let mut text = String::new();
    for value in values {
        text.push_str(&session.push(page, value)?);
    }
    text.push_str(&session.finish(page)?);
    Ok(text)
}

fn shown(values: &[Value]) -> String {
    show(&mut Page::default(), values, 120).unwrap()
}

fn object(properties: &[(&str, Value)]) -> Value {
    Value::object(properties.iter().cloned())
}

fn formatted(directive: Directive, values: Vec<Value>) -> String {
    let entries = values
        .into_iter()
        .map(|value| FormatData::Entry(value).into_value());
    let start = FormatData::Start(Arc::new(directive)).into_value();
    let all: Vec<Value> = std::iter::once(start)
        .chain(entries)
        .chain([FormatData::End.into_value()])
        .collect();
    shown(&all)
}

#[test]
fn up_to_four_properties_are_a_table() {
    let user = object(&[("Name", "Ken".into()), ("Age", 42.into())]);
    assert_eq!(shown(&[user]), "\nName Age\n---- ---\nKen   42\n\n");
}

#[test]
fn more_properties_are_a_list_with_one_blank_line_between_objects() {
    let names = ["a", "b", "c", "d", "e"];
    let wide = object(&names.map(|name| (name, Value::Int(1))));
    let small = object(&[("a", 7.into())]);
    assert_eq!(
        shown(&[wide, small]),
        "\na : 1\nb : 1\nc : 1\nd : 1\ne : 1\n\na : 7\n\n"
    );
}

#[test]
fn texts_are_lines_of_their_own_and_do_not_close_a_table() {
    let row = |number: i32| object(&[("a", number.into())]);
    assert_eq!(
        shown(&[row(1), "between".into(), row(22)]),
        "\n a\n -\n 1\nbetween\n22\n\n"
    );
}

#[test]
fn a_hashtable_shows_its_entries() {
    let table = Value::ordered([(Value::str("a"), Value::Int(1))]);
    let expected = "\nName                           Value\n----                           -----\na                              1\n\n";
    assert_eq!(shown(&[table]), expected);
}

#[test]
fn collections_in_cells_are_in_braces_up_to_the_limit() {
    let many = object(&[("l", Value::array((1..=6).map(Value::Int)))]);
    assert_eq!(shown(&[many]), "\nl\n-\n{1, 2, 3, 4…}\n\n");
}

#[test]
fn a_long_last_column_is_cut_or_wrapped() {
    let long = object(&[("a", "x".repeat(30).into())]);
    let cut = show(&mut Page::default(), &[long], 20).unwrap();
    assert_eq!(cut, format!("\na\n-\n{}…\n\n", "x".repeat(19)));
}

#[test]
fn groups_have_a_label_and_a_header_of_their_own() {
    let row = |group: &str, number: i32| object(&[("g", group.into()), ("v", number.into())]);
    let directive = Directive {
        properties: vec!["v".into()],
        group_by: Some("g".into()),
        ..Directive::new(Shape::Table)
    };
    let text = formatted(directive, vec![row("x", 1), row("y", 2)]);
    assert_eq!(text, "\n   g: x\n\nv\n-\n1\n\n   g: y\n\nv\n-\n2\n\n");
}

#[test]
fn a_registered_view_decides_columns_and_ends_when_the_type_changes() {
    let mut page = Page::default();
    let columns = vec![
        ViewColumn::new("Status"),
        ViewColumn::new("Service").shows("Name"),
    ];
    page.registry.add_view(View::table("Contoso.Service", columns));
    let service = Value::typed(
        &["Contoso.Service", "System.Object"],
        [
            ("Name", "RTCSRV".into()),
            ("Status", "Running".into()),
            ("More", 1.into()),
        ],
    );
    let other = object(&[("a", "b".into())]);
    let text = show(&mut page, &[service, other], 80).unwrap();
    assert_eq!(
        text,
        "\nStatus  Service\n------  -------\nRunning RTCSRV\n\n\na\n-\nb\n\n"
    );
}

#[test]
fn wide_output_has_two_columns() {
    let named = |name: &str| object(&[("n", name.into())]);
    let directive = Directive {
        properties: vec!["n".into()],
        ..Directive::new(Shape::Wide)
    };
    let text = formatted(directive, vec![named("a"), named("b")]);
    assert_eq!(text, format!("\na{}b\n\n", " ".repeat(59)));
}
