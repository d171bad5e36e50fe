//! Objects from CLIXML.

use std::collections::HashMap;

use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::registry::Sent;
use plenum_lang::value::Value;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::authoring::{array, text, typed_object};

/// How deep a file may nest, so that a made-up one cannot exhaust the stack.
const DEEPEST: usize = 200;

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
pub struct Node {
    /// Its name, without a prefix.
    pub tag: String,
    name: Option<String>,
    reference: Option<String>,
    stream: Option<String>,
    text: String,
    /// What is in it.
    pub children: Vec<Node>,
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
        stream: attribute("S"),
        ..Node::default()
    }
}

impl Node {
    /// Its first child of a name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.tag == name)
    }

    /// Its children of a name.
    pub fn all<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'n Node> {
        self.children.iter().filter(move |child| child.tag == name)
    }

    /// Its text, without blanks around it.
    pub fn trimmed(&self) -> String {
        self.text.trim().to_owned()
    }

    /// The text of a child.
    pub fn content(&self, name: &str) -> Option<String> {
        self.child(name).map(Node::trimmed)
    }

    /// Whether a child is there and does not say no.
    pub fn flag(&self, name: &str) -> bool {
        self.content(name)
            .is_some_and(|text| !text.eq_ignore_ascii_case("false"))
    }
}

/// The elements of a document, under one without a name.
pub fn parse(content: &str) -> Result<Node> {
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
            Event::CData(piece) => {
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

/// The objects of a document.
pub fn read(content: &str) -> Result<Vec<Value>> {
    Ok(read_sent(content)?.into_iter().map(|(_, value)| value).collect())
}

/// The objects of a document with the streams that they came by.
pub fn read_sent(content: &str) -> Result<Vec<(Sent, Value)>> {
    // Another program's output begins with a line that says what follows.
    let content = content.trim_start_matches('\u{feff}').trim_start();
    let content = content.strip_prefix(HEADER).unwrap_or(content);
    let root = parse(content)?;
    let objects = root
        .children
        .iter()
        .find(|node| node.tag == "Objs")
        .ok_or_else(|| broken("it has no <Objs>."))?;
    let mut known = Known::default();
    let sent = |node: &Node| Ok((stream_of(node), known.value(node)?));
    objects.children.iter().map(sent).collect()
}

fn stream_of(node: &Node) -> Sent {
    match node
        .stream
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "error" => Sent::Error,
        "warning" => Sent::Warning,
        "verbose" => Sent::Verbose,
        "debug" => Sent::Debug,
        "information" => Sent::Information,
        "progress" => Sent::Progress,
        _ => Sent::Output,
    }
}

/// The first line of CLIXML on a stream.
pub const HEADER: &str = "#< CLIXML";

/// What later elements refer to.
#[derive(Default)]
struct Known {
    type_names: HashMap<String, Vec<String>>,
    objects: HashMap<String, Value>,
}

impl Known {
    fn value(&mut self, node: &Node) -> Result<Value> {
        let type_name = match node.tag.as_str() {
            "Nil" => return Ok(Value::Null),
            "S" => return Ok(text(unescape(&node.text))),
            "B" => return Ok(Value::Bool(node.text == "true")),
            "C" => return character(&node.text),
            "TS" => {
                return read_duration(&node.text)
                    .map(Value::TimeSpan)
                    .ok_or_else(|| broken("a duration is wrong.").into());
            }
            "Obj" => return self.object(node),
            "PR" => return self.progress(node),
            "Ref" => {
                let known = node.reference.as_ref().and_then(|id| self.objects.get(id));
                return known
                    .cloned()
                    .ok_or_else(|| broken("it refers to an object that it does not have.").into());
            }
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
        inspect::converted(&text(&node.text), type_name)
    }

    fn object(&mut self, node: &Node) -> Result<Value> {
        let mut types: Vec<String> = Vec::new();
        let mut properties: Vec<(String, Value)> = Vec::new();
        let mut whole = None;
        for child in &node.children {
            match child.tag.as_str() {
                "TN" => {
                    types = child.children.iter().map(|name| unescape(&name.text)).collect();
                    let id = child.reference.clone().unwrap_or_default();
                    self.type_names.insert(id, types.clone());
                }
                "TNRef" => {
                    let known = child.reference.as_ref().and_then(|id| self.type_names.get(id));
                    types = known.cloned().unwrap_or_default();
                }
                "LST" | "IE" | "STK" | "QUE" => {
                    let items = child.children.iter().map(|item| self.value(item));
                    whole = Some(array(items.collect::<Result<_>>()?));
                }
                "DCT" => {
                    let ordered = types.iter().any(|name| name.ends_with("OrderedDictionary"));
                    whole = Some(inspect::hashtable(ordered, self.entries(child)?));
                }
                "MS" | "Props" => {
                    for member in &child.children {
                        let name = unescape(member.name.as_deref().unwrap_or_default());
                        properties.push((name, self.value(member)?));
                    }
                }
                "ToString" => {}
                // A value of a type that is one element: a member of an enumeration is its number.
                _ => whole = Some(self.value(child)?),
            }
        }
        if let (Sent::Progress, [_, (_, record)]) = (stream_of(node), properties.as_slice()) {
            return Ok(record.clone());
        }
        let value = whole.unwrap_or_else(|| copy(&types, &properties));
        if let Some(reference) = &node.reference {
            self.objects.insert(reference.clone(), value.clone());
        }
        Ok(value)
    }

    /// A progress record: its parts stand in their order.
    fn progress(&mut self, node: &Node) -> Result<Value> {
        const PARTS: [&str; 8] = [
            "Activity",
            "ActivityId",
            "CurrentOperation",
            "ParentActivityId",
            "PercentComplete",
            "RecordType",
            "SecondsRemaining",
            "StatusDescription",
        ];
        let mut properties = Vec::new();
        for (name, part) in PARTS.iter().zip(&node.children) {
            properties.push(((*name).to_owned(), self.value(part)?));
        }
        Ok(copy(
            &["System.Management.Automation.ProgressRecord".to_owned()],
            &properties,
        ))
    }

    fn entries(&mut self, table: &Node) -> Result<Vec<(Value, Value)>> {
        let mut entries = Vec::new();
        for entry in &table.children {
            if let [key, item] = entry.children.as_slice() {
                entries.push((self.value(key)?, self.value(item)?));
            }
        }
        Ok(entries)
    }
}

/// An object that is marked as a copy of one of its type.
fn copy(types: &[String], properties: &[(String, Value)]) -> Value {
    let types: Vec<String> = types
        .iter()
        .map(|name| format!("Deserialized.{}", name.trim_start_matches("Deserialized.")))
        .collect();
    let types: Vec<&str> = types.iter().map(String::as_str).collect();
    typed_object(
        &types,
        properties
            .iter()
            .map(|(name, value)| (name.as_str(), value.clone())),
    )
}

/// A character of its number.
fn character(content: &str) -> Result<Value> {
    let unit: u16 = content.trim().parse().map_err(broken)?;
    inspect::converted(&Value::UShort(unit), "char")
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
    use super::super::writer::duration;
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

    #[test]
    fn what_another_process_wrote_is_read_with_its_references() {
        let text = "#< CLIXML\r\n<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\
                    <Obj RefId=\"0\"><TN RefId=\"0\"><T>T</T></TN><MS><I32 N=\"a\">1</I32></MS></Obj><Ref RefId=\"0\" />\
                    <C>120</C></Objs>";
        let values = read(text).unwrap();
        assert_eq!(values.len(), 3);
        assert_eq!(values[1].property("a").map(|a| a.to_text()), Some("1".to_owned()));
        assert_eq!(values[2].to_text(), "x");
    }
}
