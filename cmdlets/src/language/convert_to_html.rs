//! ConvertTo-Html: objects as a page or a piece of one.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::property_expression::PropertyExpression;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, input_object, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    let page = "Page";
    stateful::<ConvertToHtml>(
        cmdlet("ConvertTo-Html", super::UTILITY)
            .synopsis("Gives objects as an HTML table or list.")
            .default_set(page)
            .parameter(input_object())
            .parameter(
                parameter("Property", "object[]")
                    .position(0)
                    .help("The properties; all of the first object by default."),
            )
            .parameter(
                parameter("Body", "string[]")
                    .position(3)
                    .set(page)
                    .help("Text after <body>."),
            )
            .parameter(
                parameter("Head", "string[]")
                    .position(1)
                    .set(page)
                    .help("The content of <head>."),
            )
            .parameter(
                parameter("Title", "string")
                    .position(2)
                    .set(page)
                    .default("HTML TABLE")
                    .help("The page's title."),
            )
            .parameter(
                parameter("As", "string")
                    .one_of(&["Table", "List"])
                    .help("A table or a list."),
            )
            .parameter(
                parameter("CssUri", "string")
                    .aliases(&["cu", "uri"])
                    .set(page)
                    .help("A style sheet."),
            )
            .parameter(
                parameter("Fragment", "switch")
                    .set("Fragment")
                    .help("The table without the page around it."),
            )
            .parameter(parameter("PreContent", "string[]").help("Text before the table."))
            .parameter(parameter("PostContent", "string[]").help("Text after the table."))
            .example(
                "Get-CsUser | ConvertTo-Html SipAddress, LineURI | Out-File users.html",
                "Makes a report.",
            ),
    )
}

#[derive(Default)]
struct ConvertToHtml {
    columns: Vec<PropertyExpression>,
    started: bool,
}

fn escape(content: &str) -> String {
    content
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

impl ConvertToHtml {
    fn start(
        &mut self,
        context: &mut dyn Context,
        arguments: &Arguments,
        first: Option<&Value>,
    ) -> Result<()> {
        self.started = true;
        let expressions = PropertyExpression::parse_all(&arguments.values("Property"))?;
        self.columns = match first {
            Some(first) if expressions.is_empty() => inspect::property_names_in(context, first)
                .iter()
                .map(|name| PropertyExpression::name(name.as_ref()))
                .collect(),
            Some(first) => expressions
                .iter()
                .flat_map(|expression| expression.expand(context, first))
                .collect(),
            None => expressions,
        };
        if !arguments.switch("Fragment") {
            page_head(context, arguments)?;
        }
        for line in arguments.list("PreContent") {
            context.write(text(line))?;
        }
        context.write(text("<table>"))?;
        if is_list(arguments) {
            return Ok(());
        }
        context.write(text(format!(
            "<colgroup>{}</colgroup>",
            "<col/>".repeat(self.columns.len())
        )))?;
        let headings: String = self
            .columns
            .iter()
            .map(|column| format!("<th>{}</th>", escape(&column.heading(first))))
            .collect();
        context.write(text(format!("<tr>{headings}</tr>")))
    }
}

fn page_head(context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
    let mut lines = vec![
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\"  \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd\">".to_owned(),
        "<html xmlns=\"http://www.w3.org/1999/xhtml\">".to_owned(),
        "<head>".to_owned(),
    ];
    let head = arguments.list("Head");
    if head.is_empty() {
        let title = arguments.text("Title").unwrap_or_else(|| "HTML TABLE".to_owned());
        lines.push(format!("<title>{}</title>", escape(&title)));
    }
    lines.extend(head);
    if let Some(sheet) = arguments.text("CssUri") {
        lines.push(format!(
            "<link rel=\"stylesheet\" type=\"text/css\" href=\"{}\" />",
            escape(&sheet)
        ));
    }
    lines.push("</head><body>".to_owned());
    lines.extend(arguments.list("Body"));
    lines.into_iter().try_for_each(|line| context.write(text(line)))
}

fn is_list(arguments: &Arguments) -> bool {
    arguments
        .text("As")
        .is_some_and(|shape| shape.eq_ignore_ascii_case("List"))
}

impl Invocation for ConvertToHtml {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if !context.expects_input() && !arguments.has("InputObject") {
            return Ok(());
        }
        let item = current(arguments);
        let is_first = !self.started;
        if is_first {
            self.start(context, arguments, Some(&item))?;
        }
        let list = is_list(arguments);
        if list && !is_first {
            context.write(text("<tr><td><hr></td></tr>"))?;
        }
        let mut row = String::new();
        for column in &self.columns {
            let found = column.value(context, &item)?.unwrap_or_default();
            let cell = escape(&inspect::display_text(&found));
            if list {
                context.write(text(format!(
                    "<tr><td>{}:</td><td>{cell}</td></tr>",
                    escape(&column.heading(Some(&item)))
                )))?;
            } else {
                row.push_str(&format!("<td>{cell}</td>"));
            }
        }
        if list {
            Ok(())
        } else {
            context.write(text(format!("<tr>{row}</tr>")))
        }
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        if !self.started {
            self.start(context, arguments, None)?;
        }
        context.write(text("</table>"))?;
        for line in arguments.list("PostContent") {
            context.write(text(line))?;
        }
        if arguments.switch("Fragment") {
            Ok(())
        } else {
            context.write(text("</body></html>"))
        }
    }
}
