//! ConvertTo-Xml: objects as an XML document of their properties.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::Value;

use crate::authoring::{Read, cmdlet, current, parameter, stateful, text};

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<ConvertToXml>(
        cmdlet("ConvertTo-Xml", super::UTILITY)
            .synopsis("Gives objects as XML.")
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The objects."),
            )
            .parameter(
                parameter("Depth", "int")
                    .range(1.0, 100.0)
                    .default("1")
                    .help("How many levels down."),
            )
            .switch("NoTypeInformation", "Leaves the types out.")
            .parameter(
                parameter("As", "string")
                    .one_of(&["Stream", "String", "Document"])
                    .default("Document")
                    .help("Texts, one text, or a document."),
            )
            .example(
                "(Get-CsUser ken | ConvertTo-Xml).Objects.Object",
                "Reads a user as XML.",
            ),
    )
}

#[derive(Default)]
struct ConvertToXml {
    items: Vec<Value>,
}

impl Invocation for ConvertToXml {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let types = !arguments.switch("NoTypeInformation");
        let depth = arguments
            .int("Depth")
            .and_then(|depth| usize::try_from(depth).ok())
            .unwrap_or(1);
        let mut objects = Vec::new();
        for item in std::mem::take(&mut self.items) {
            let mut object = String::new();
            element(context, &mut object, "Object", None, &item, types, depth)?;
            objects.push(object);
        }
        let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
        match arguments
            .text("As")
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "stream" => {
                context.write(text(head))?;
                context.write(text("<Objects>"))?;
                objects
                    .into_iter()
                    .try_for_each(|object| context.write(text(indented(&object, 0))))?;
                context.write(text("</Objects>"))
            }
            "string" => context.write(text(format!(
                "{head}\n<Objects>\n{}\n</Objects>",
                objects
                    .iter()
                    .map(|object| indented(object, 1))
                    .collect::<Vec<_>>()
                    .join("\n")
            ))),
            _ => {
                let document = text(format!("{head}<Objects>{}</Objects>", objects.concat()));
                let document = inspect::convert(context, &document, "xml")?;
                context.write(document)
            }
        }
    }
}

/// Elements that hold elements on lines of their own, two blanks deeper each level.
fn indented(xml: &str, level: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut depth = level;
    let mut rest = xml;
    while let Some(end) = rest.find('>') {
        let (tag, after) = rest.split_at(end + 1);
        let is_end = tag.contains("</");
        let was_leaf = is_end && !tag.starts_with("</");
        if was_leaf {
            // Text and the end of the element that holds it stay on the element's line.
            if let Some(line) = lines.last_mut() {
                line.push_str(tag);
            }
            depth = depth.saturating_sub(1);
        } else if is_end {
            depth = depth.saturating_sub(1);
            lines.push(format!("{}{tag}", "  ".repeat(depth)));
        } else {
            lines.push(format!("{}{tag}", "  ".repeat(depth)));
            depth += usize::from(!tag.ends_with("/>"));
        }
        rest = after;
    }
    lines.join("\n")
}

fn element(
    context: &mut dyn Context,
    out: &mut String,
    tag: &str,
    name: Option<&str>,
    value: &Value,
    types: bool,
    depth: usize,
) -> Result<()> {
    out.push('<');
    out.push_str(tag);
    if let Some(name) = name {
        out.push_str(&format!(" Name=\"{}\"", escape(name)));
    }
    let type_name = inspect::type_name(value);
    if types && !type_name.is_empty() {
        out.push_str(&format!(" Type=\"{}\"", escape(&type_name)));
    }
    if matches!(value, Value::Null | Value::Nothing) {
        out.push_str(" />");
        return Ok(());
    }
    out.push('>');
    let names = inspect::property_names(value);
    if let Some(items) = inspect::elements(value).filter(|_| depth > 0) {
        for item in &items {
            element(context, out, "Property", None, item, types, depth - 1)?;
        }
    } else if inspect::is_scalar(value) || names.is_empty() || depth == 0 {
        out.push_str(&escape(&inspect::text(value)));
    } else {
        for name in names {
            let found = inspect::property_in(context, value, &name)?.unwrap_or_default();
            element(context, out, "Property", Some(&name), &found, types, depth - 1)?;
        }
    }
    out.push_str(&format!("</{tag}>"));
    Ok(())
}

/// A text with the characters that XML means something by replaced, and those it cannot have left out.
pub fn escape(content: &str) -> String {
    let mut safe = String::with_capacity(content.len());
    for character in content.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(character),
            control if control < ' ' => {}
            other => safe.push(other),
        }
    }
    safe
}
