//! XML as a tree of elements with places, within limits: no document type (so no entities of its own), at most 64
//! levels, 64 MiB and a million elements.

use plenum_topology::problem::{Location, Path, Problem};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

const MAX_BYTES: usize = 64 * 1024 * 1024;
const MAX_DEPTH: usize = 64;
const MAX_ELEMENTS: usize = 1_000_000;

/// An element, by local name; its namespace is not needed to tell the vendor's elements apart.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
    pub line: usize,
    pub column: usize,
}

impl Element {
    /// An attribute that is not empty.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.attribute(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

pub(super) fn parse(text: &str) -> Result<Element, Box<Problem>> {
    if text.len() > MAX_BYTES {
        let message = format!("The file has {} bytes, more than {MAX_BYTES}.", text.len());
        return Err(Box::new(Problem::error("syntax", &Path::default(), message)));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder {
        text,
        open: Vec::new(),
        root: None,
        count: 0,
        seen: (0, 1, 1),
    };
    let mut reader = Reader::from_str(text);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => builder.event(&event, at)?,
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(at);
                return Err(builder.wrong(at, format!("This is not XML: {error}.")));
            }
        }
    }
    if !builder.open.is_empty() {
        return Err(builder.wrong(text.len(), "The document ends in the middle of an element."));
    }
    builder
        .root
        .take()
        .ok_or_else(|| builder.wrong(0, "The document is empty."))
}

struct Builder<'a> {
    text: &'a str,
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
    /// Offset, line and column up to which lines were counted: offsets only grow.
    seen: (usize, usize, usize),
}

impl Builder<'_> {
    fn place(&mut self, offset: usize) -> (usize, usize) {
        let (from, mut line, mut column) = self.seen;
        let offset = offset.min(self.text.len());
        for c in self.text.get(from..offset).unwrap_or_default().chars() {
            (line, column) = if c == '\n' {
                (line + 1, 1)
            } else {
                (line, column + 1)
            };
        }
        self.seen = (offset.max(from), line, column);
        (line, column)
    }

    fn wrong(&mut self, offset: usize, message: impl Into<String>) -> Box<Problem> {
        let (line, column) = self.place(offset);
        let location = Location {
            file: String::new(),
            line,
            column,
            length: 1,
        };
        Box::new(Problem {
            location: Some(location),
            ..Problem::error("syntax", &Path::default(), message)
        })
    }

    fn event(&mut self, event: &Event<'_>, at: usize) -> Result<(), Box<Problem>> {
        match event {
            Event::Start(start) => {
                let element = self.element(start, at)?;
                if self.open.len() >= MAX_DEPTH {
                    return Err(
                        self.wrong(at, format!("Elements are nested deeper than {MAX_DEPTH} levels."))
                    );
                }
                self.open.push(element);
            }
            Event::Empty(start) => {
                let element = self.element(start, at)?;
                self.close(element, at)?;
            }
            Event::End(_) => {
                if let Some(element) = self.open.pop() {
                    self.close(element, at)?;
                }
            }
            Event::Text(text) => {
                if let Some(open) = self.open.last_mut() {
                    open.text.push_str(text.xml10_content().trim());
                }
            }
            Event::CData(text) => {
                if let Some(open) = self.open.last_mut() {
                    open.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(c.to_string()),
                    _ => quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                        .map(str::to_owned),
                };
                let Some(resolved) = resolved else {
                    return Err(self.wrong(at, "The document uses an entity that it cannot have declared."));
                };
                if let Some(open) = self.open.last_mut() {
                    open.text.push_str(&resolved);
                }
            }
            Event::DocType(_) => {
                return Err(self.wrong(
                    at,
                    "The document declares a document type (DOCTYPE), which is not read.",
                ));
            }
            _ => {}
        }
        Ok(())
    }

    fn element(&mut self, start: &BytesStart<'_>, at: usize) -> Result<Element, Box<Problem>> {
        self.count += 1;
        if self.count > MAX_ELEMENTS {
            return Err(self.wrong(at, format!("The document has more than {MAX_ELEMENTS} elements.")));
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let read = attribute.map_err(quick_xml::Error::from).and_then(|attribute| {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0)?;
                Ok((
                    attribute.key.local_name().into_inner().to_owned(),
                    value.into_owned(),
                ))
            });
            attributes.push(read.map_err(|error| self.wrong(at, format!("This is not XML: {error}.")))?);
        }
        let name = start.local_name().into_inner().to_owned();
        let (line, column) = self.place(at);
        Ok(Element {
            name,
            attributes,
            line,
            column,
            ..Element::default()
        })
    }

    fn close(&mut self, element: Element, at: usize) -> Result<(), Box<Problem>> {
        match (self.open.last_mut(), &self.root) {
            (Some(parent), _) => parent.children.push(element),
            (None, None) => self.root = Some(element),
            (None, Some(_)) => return Err(self.wrong(at, "The document has two roots.")),
        }
        Ok(())
    }
}
