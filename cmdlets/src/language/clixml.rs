//! Export- and Import-Clixml: objects to a file and back, with their types' names.
//!
//! The file's format is that of PowerShell, so files go between the two. Secrets are refused: on this platform the
//! format would keep them in plain text.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::{Completion, Impact};
use plenum_lang::value::{Credential, SecureString, Value};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::convert_to_xml::escape;
use super::{encoding, path};
use crate::authoring::{
    ParameterBuilder, Read, array, cmdlet, current, exists, parameter, simple, stateful, text, typed_object,
};

/// How deep a file may nest, so that a made-up one cannot exhaust the stack.
const DEEPEST: usize = 200;

/// Export-Clixml.
pub fn export() -> Arc<dyn Command> {
    stateful::<ExportClixml>(
        cmdlet("Export-Clixml", super::UTILITY)
            .synopsis("Keeps objects in a file that Import-Clixml reads.")
            .parameter(
                parameter("Path", "string")
                    .mandatory()
                    .position(0)
                    .complete(Completion::Path)
                    .help("The file."),
            )
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .by_value()
                    .help("The objects."),
            )
            .parameter(depth())
            .switch("Force", "Writes to a read-only file.")
            .parameter(
                parameter("NoClobber", "switch")
                    .alias("NoOverwrite")
                    .help("Refuses to replace a file."),
            )
            .parameter(encoding::encoding_parameter())
            .should_process(Impact::Medium)
            .example(
                "Get-CsVoicePolicy | Export-Clixml policies.xml",
                "Keeps policies before a change.",
            ),
    )
}

#[derive(Default)]
struct ExportClixml {
    items: Vec<Value>,
}

impl Invocation for ExportClixml {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let file = arguments.required_text("Path")?;
        let whole = path::full(context, &file);
        if arguments.switch("NoClobber") && context.host().file_status(&whole).is_some() {
            let message = format!("The file '{whole}' already exists.");
            return Err(exists("NoClobber", text(whole), message)
                .exception("System.IO.IOException")
                .into());
        }
        if !context.should_process(&file, Some("Export-Clixml"))? {
            return Ok(());
        }
        let content = document(context, arguments, &std::mem::take(&mut self.items))?;
        if !path::may_change(context, arguments, &whole, false)? {
            return Ok(());
        }
        path::write(
            context,
            &file,
            &encoding::encode(&content, arguments.text("Encoding").as_deref())?,
            false,
        )
    }
}

/// `-Depth` of what writes CLIXML.
fn depth() -> ParameterBuilder {
    parameter("Depth", "int")
        .range(1.0, 100.0)
        .default("2")
        .help("How many levels down.")
}

fn document(context: &mut dyn Context, arguments: &Arguments, items: &[Value]) -> Result<String> {
    let depth = arguments
        .int("Depth")
        .and_then(|depth| usize::try_from(depth).ok());
    let mut writer = Writer {
        out: String::new(),
        next_reference: 0,
    };
    for item in items {
        writer.value(context, None, item, depth.unwrap_or(2))?;
    }
    Ok(format!(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n{}</Objs>",
        writer.out
    ))
}

/// ConvertTo-CliXml.
pub fn convert_to() -> Arc<dyn Command> {
    stateful::<ConvertToClixml>(
        cmdlet("ConvertTo-CliXml", super::UTILITY)
            .synopsis("Makes the text that ConvertFrom-CliXml reads objects back from.")
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The objects."),
            )
            .parameter(depth())
            .example(
                "$kept = Get-CsVoicePolicy | ConvertTo-CliXml",
                "Keeps policies as a text.",
            ),
    )
}

#[derive(Default)]
struct ConvertToClixml {
    items: Vec<Value>,
}

impl Invocation for ConvertToClixml {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let content = document(context, arguments, &self.items)?;
        context.write(text(content))
    }
}

/// ConvertFrom-CliXml.
pub fn convert_from() -> Arc<dyn Command> {
    simple(
        cmdlet("ConvertFrom-CliXml", super::UTILITY)
            .synopsis("Reads objects from the text that ConvertTo-CliXml made.")
            .parameter(
                parameter("InputObject", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .help("The text."),
            )
            .example("$kept | ConvertFrom-CliXml", "Gives the objects back."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            let found = read(context, &arguments.required_text("InputObject")?)?;
            found.into_iter().try_for_each(|value| context.write(value))
        },
    )
}

struct Writer {
    out: String,
    next_reference: usize,
}

impl Writer {
    fn value(
        &mut self,
        context: &mut dyn Context,
        name: Option<&str>,
        value: &Value,
        depth: usize,
    ) -> Result<()> {
        context.check_stop()?;
        let name = name.map_or_else(String::new, |name| format!(" N=\"{}\"", escape(name)));
        if value.downcast::<SecureString>().is_some() || value.downcast::<Credential>().is_some() {
            let message = "A secret cannot be exported: the file would hold it in plain text.";
            return Err(ErrorRecord::new("SecretNotExported", Category::SecurityError, message).into());
        }
        if let Some((tag, shown)) = scalar(value) {
            self.out.push_str(&if tag == "Nil" {
                format!("<Nil{name} />\n")
            } else {
                format!("<{tag}{name}>{}</{tag}>\n", escape(&shown))
            });
            return Ok(());
        }
        if depth == 0 {
            self.out
                .push_str(&format!("<S{name}>{}</S>\n", escape(&inspect::text(value))));
            return Ok(());
        }
        self.out
            .push_str(&format!("<Obj{name} RefId=\"{}\">\n", self.next_reference));
        self.out
            .push_str(&format!("<TN RefId=\"{}\">\n", self.next_reference));
        self.next_reference += 1;
        for type_name in inspect::type_names(value) {
            self.out.push_str(&format!("<T>{}</T>\n", escape(&type_name)));
        }
        self.out.push_str("</TN>\n");
        self.content(context, value, depth - 1)?;
        self.out.push_str("</Obj>\n");
        Ok(())
    }

    fn content(&mut self, context: &mut dyn Context, value: &Value, depth: usize) -> Result<()> {
        if let Value::Hashtable(table) = value.base() {
            self.out.push_str("<DCT>\n");
            for (key, entry) in table.pairs() {
                self.out.push_str("<En>\n");
                self.value(context, Some("Key"), &key, depth)?;
                self.value(context, Some("Value"), &entry, depth)?;
                self.out.push_str("</En>\n");
            }
            self.out.push_str("</DCT>\n");
            return Ok(());
        }
        if let Some(items) = inspect::elements(value) {
            self.out.push_str("<LST>\n");
            items
                .iter()
                .try_for_each(|item| self.value(context, None, item, depth))?;
            self.out.push_str("</LST>\n");
            return Ok(());
        }
        let tag = if matches!(value.base(), Value::Object(_)) {
            "MS"
        } else {
            "Props"
        };
        if tag == "Props" {
            self.out.push_str(&format!(
                "<ToString>{}</ToString>\n",
                escape(&inspect::text(value))
            ));
        }
        self.out.push_str(&format!("<{tag}>\n"));
        for name in inspect::property_names(value) {
            let found = inspect::property_in(context, value, &name)?.unwrap_or_default();
            self.value(context, Some(&name), &found, depth)?;
        }
        self.out.push_str(&format!("</{tag}>\n"));
        Ok(())
    }
}

/// The element and text of a value that is one element.
fn scalar(value: &Value) -> Option<(&'static str, String)> {
    let tag = match value.base() {
        Value::Null | Value::Nothing => "Nil",
        Value::Bool(flag) | Value::Switch(flag) => return Some(("B", flag.to_string())),
        Value::Char(unit) => return Some(("C", unit.to_string())),
        Value::SByte(_) => "SB",
        Value::Byte(_) => "By",
        Value::Short(_) => "I16",
        Value::UShort(_) => "U16",
        Value::Int(_) => "I32",
        Value::UInt(_) => "U32",
        Value::Long(_) => "I64",
        Value::ULong(_) => "U64",
        Value::Single(_) => "Sg",
        Value::Double(_) => return Some(("Db", inspect::formatted(value, "R"))),
        Value::Decimal(_) => "D",
        Value::Str(_) => "S",
        Value::DateTime(_) => return Some(("DT", inspect::formatted(value, "o"))),
        Value::TimeSpan(ticks) => return Some(("TS", duration(*ticks))),
        Value::Block(_) => "SBK",
        Value::Enum(member) => return Some(("I32", member.bits.to_string())),
        _ => match inspect::type_name(value).as_str() {
            "System.Guid" => "G",
            "System.Uri" => "URI",
            "System.Version" => "Version",
            _ => return None,
        },
    };
    Some((tag, inspect::text(value)))
}

/// A time span as XML Schema writes it.
fn duration(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let seconds = ticks / 10_000_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    format!(
        "{sign}P{days}DT{hours}H{minutes}M{}.{:07}S",
        seconds % 60,
        ticks % 10_000_000
    )
}

/// The time span of an XML Schema duration of days, hours, minutes and seconds.
fn read_duration(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut ticks: i64 = 0;
    let mut number = String::new();
    for character in text.strip_prefix('P')?.chars() {
        let unit: i64 = match character {
            'T' => continue,
            'D' => 864_000_000_000,
            'H' => 36_000_000_000,
            'M' => 600_000_000,
            'S' => 10_000_000,
            other => {
                number.push(other);
                continue;
            }
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        ticks = ticks.checked_add(whole.parse::<i64>().ok()?.checked_mul(unit)?)?;
        if !fraction.is_empty() {
            ticks += format!("{fraction:0<7}").get(..7)?.parse::<i64>().ok()?;
        }
        number.clear();
    }
    Some(sign * ticks)
}

/// Import-Clixml.
pub fn import() -> Arc<dyn Command> {
    simple(
        cmdlet("Import-Clixml", super::UTILITY)
            .synopsis("Reads objects that Export-Clixml kept.")
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .by_property_name()
                    .complete(Completion::Path)
                    .help("The files."),
            )
            .example("Import-Clixml policies.xml", "Reads policies back as they were."),
        |context: &mut dyn Context, arguments: &Arguments| -> Result<()> {
            for file in path::resolve(context, &arguments.list("Path"), false)? {
                let bytes = context
                    .host()
                    .read_file(&file)
                    .map_err(|error| path::failed(&file, &error, "FileOpenFailure"))?;
                let content = encoding::decode(&bytes, None)?;
                for value in read(context, &content)? {
                    context.write(value)?;
                }
            }
            Ok(())
        },
    )
}

fn broken(why: impl std::fmt::Display) -> ErrorRecord {
    ErrorRecord::new(
        "InvalidClixml",
        Category::InvalidData,
        format!("Cannot read the file: {why}"),
    )
    .exception("System.Xml.XmlException")
}

/// An element with what is in it.
#[derive(Default)]
struct Node {
    tag: String,
    name: Option<String>,
    reference: Option<String>,
    text: String,
    children: Vec<Node>,
}

fn node(start: &BytesStart<'_>) -> Node {
    let attribute = |wanted: &str| {
        let found = start
            .attributes()
            .flatten()
            .find(|attribute| attribute.key.as_ref() == wanted)?;
        Some(quick_xml::escape::unescape(&found.value).map_or_else(|_| String::new(), Into::into))
    };
    Node {
        tag: start.local_name().as_ref().to_owned(),
        name: attribute("N"),
        reference: attribute("RefId"),
        ..Node::default()
    }
}

fn parse(content: &str) -> Result<Node> {
    let mut reader = Reader::from_str(content);
    let mut open: Vec<Node> = vec![Node::default()];
    loop {
        match reader.read_event().map_err(broken)? {
            Event::Start(start) => {
                if open.len() > DEEPEST {
                    return Err(broken("it is nested too deep.").into());
                }
                open.push(node(&start));
            }
            Event::Empty(start) => {
                if let Some(parent) = open.last_mut() {
                    parent.children.push(node(&start));
                }
            }
            Event::End(_) => {
                if let (Some(done), Some(parent)) = (open.pop(), open.last_mut()) {
                    parent.children.push(done);
                }
            }
            Event::Text(piece) => {
                if let Some(parent) = open.last_mut() {
                    parent.text.push_str(&piece);
                }
            }
            Event::GeneralRef(entity) => {
                if let Some(parent) = open.last_mut() {
                    let entity = format!("&{};", &*entity);
                    parent
                        .text
                        .push_str(&quick_xml::escape::unescape(&entity).map_err(broken)?);
                }
            }
            Event::Eof => {
                return open
                    .into_iter()
                    .next()
                    .ok_or_else(|| broken("it ends too early.").into());
            }
            _ => {}
        }
    }
}

fn read(context: &mut dyn Context, content: &str) -> Result<Vec<Value>> {
    let root = parse(content)?;
    let mut names = Vec::new();
    let objects = root
        .children
        .iter()
        .find(|node| node.tag == "Objs")
        .ok_or_else(|| broken("it has no <Objs>."))?;
    objects
        .children
        .iter()
        .map(|node| value(context, node, &mut names))
        .collect()
}

/// Type names by the reference that later objects name them by.
type TypeNames = Vec<(String, Vec<String>)>;

fn value(context: &mut dyn Context, node: &Node, names: &mut TypeNames) -> Result<Value> {
    let type_name = match node.tag.as_str() {
        "Nil" => return Ok(Value::Null),
        "S" => return Ok(text(unescape(&node.text))),
        "B" => return Ok(Value::Bool(node.text == "true")),
        "C" => return Ok(Value::Char(node.text.parse().map_err(broken)?)),
        "TS" => {
            return read_duration(&node.text)
                .map(Value::TimeSpan)
                .ok_or_else(|| broken("a duration is wrong.").into());
        }
        "Obj" => return object(context, node, names),
        "SB" => "sbyte",
        "By" => "byte",
        "I16" => "short",
        "U16" => "ushort",
        "I32" => "int",
        "U32" => "uint",
        "I64" => "long",
        "U64" => "ulong",
        "Sg" => "float",
        "Db" => "double",
        "D" => "decimal",
        "DT" => "datetime",
        "G" => "guid",
        "URI" => "uri",
        "Version" => "version",
        _ => return Ok(text(unescape(&node.text))),
    };
    inspect::convert(context, &text(&node.text), type_name)
}

fn object(context: &mut dyn Context, node: &Node, names: &mut TypeNames) -> Result<Value> {
    let mut types: Vec<String> = Vec::new();
    let mut properties: Vec<(String, Value)> = Vec::new();
    for child in &node.children {
        match child.tag.as_str() {
            "TN" => {
                types = child.children.iter().map(|name| name.text.clone()).collect();
                names.push((child.reference.clone().unwrap_or_default(), types.clone()));
            }
            "TNRef" => {
                let known = names.iter().find(|(id, _)| Some(id) == child.reference.as_ref());
                types = known.map(|(_, types)| types.clone()).unwrap_or_default();
            }
            "LST" | "IE" | "STK" | "QUE" => {
                let items = child
                    .children
                    .iter()
                    .map(|item| value(context, item, names))
                    .collect::<Result<_>>()?;
                return Ok(array(items));
            }
            "DCT" => {
                let ordered = types.iter().any(|name| name.ends_with("OrderedDictionary"));
                let mut entries = Vec::new();
                for entry in &child.children {
                    if let [key, item] = entry.children.as_slice() {
                        entries.push((value(context, key, names)?, value(context, item, names)?));
                    }
                }
                return Ok(inspect::hashtable(ordered, entries));
            }
            "MS" | "Props" => {
                for member in &child.children {
                    properties.push((
                        member.name.clone().unwrap_or_default(),
                        value(context, member, names)?,
                    ));
                }
            }
            _ => {}
        }
    }
    // They are marked as copies.
    let types: Vec<String> = types
        .iter()
        .map(|name| format!("Deserialized.{}", name.trim_start_matches("Deserialized.")))
        .collect();
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    Ok(typed_object(
        &types,
        properties
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone())),
    ))
}

/// `_x000A_` stands for a character that XML cannot have.
fn unescape(content: &str) -> String {
    let mut plain = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = rest.find("_x") {
        let code = rest
            .get(at + 2..at + 6)
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        plain.push_str(&rest[..at]);
        match code.filter(|_| rest.as_bytes()[at..].get(6) == Some(&b'_')) {
            Some(character) => {
                plain.push(character);
                rest = &rest[at + 7..];
            }
            None => {
                plain.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_back_as_they_were_written() {
        for ticks in [0, 1, -1, 36_000_000_000, 864_000_000_001, -615_234_000_000] {
            assert_eq!(read_duration(&duration(ticks)), Some(ticks));
        }
    }

    #[test]
    fn coded_characters_are_read() {
        assert_eq!(unescape("a_x000A_b_xyz"), "a\nb_xyz");
    }
}
