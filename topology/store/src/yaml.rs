//! Topology documents as YAML: reading keeps the place of every value, writing leaves defaults out.
//!
//! Reading is serde-saphyr's parser (YAML 1.2) and ends in [`plenum_topology::document::read`]; writing is serde_yaml.
//! Anchors and aliases are refused: a document that people review says what it says where it says it, and nothing can
//! be blown up by expansion.

use plenum_topology::document::{self, Document, Node, NodeValue, Span};
use plenum_topology::model::Topology;
use plenum_topology::problem::{Location, Path, Problem};
use serde_saphyr::granit_parser::{Event, Marker, Parser, ScalarStyle};

/// The largest document that is read, in bytes; one with ten thousand computers is a tenth of it.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Nesting that no topology needs.
const MAX_DEPTH: usize = 64;

/// Reads and checks a topology document.
///
/// # Errors
/// Every finding with its place, when at least one of them is an error.
pub fn read_topology(file_name: &str, text: &str) -> Result<Document, Vec<Problem>> {
    let root = parse(file_name, text).map_err(|problem| vec![*problem])?;
    document::read(file_name, &root)
}

/// Writes a topology as YAML, without what has its default.
pub fn write_topology(topology: &Topology) -> String {
    serde_yaml::to_string(&topology.to_json()).expect("JSON is YAML")
}

/// The tree of a YAML text with the place of every value.
fn parse(file: &str, text: &str) -> Result<Node, Box<Problem>> {
    if text.len() > MAX_BYTES {
        let message = format!("The file has {} bytes, more than {MAX_BYTES}.", text.len());
        return Err(Box::new(Problem::error("syntax", &Path::default(), message)));
    }
    let mut tree = Tree {
        file,
        open: Vec::new(),
        root: None,
    };
    for event in Parser::new_from_str(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        let (event, span) = event
            .map_err(|error| tree.wrong(error.marker(), &format!("This is not YAML: {}.", error.info())))?;
        tree.event(event, span.start, span.end)?;
    }
    tree.root.ok_or_else(|| {
        let start = Marker::new(0, 1, 0);
        Box::new(Problem {
            hint: Some("Start with `apiVersion: plenum/v1`.".to_owned()),
            ..*tree_error(file, &start, "The document is empty.")
        })
    })
}

/// A list or mapping whose end has not been seen.
enum Open {
    List(Span, Vec<Node>),
    Map(Span, Vec<(String, Span, Node)>, Option<(String, Span)>),
}

struct Tree<'a> {
    file: &'a str,
    open: Vec<Open>,
    root: Option<Node>,
}

impl Tree<'_> {
    fn wrong(&self, at: &Marker, message: &str) -> Box<Problem> {
        tree_error(self.file, at, message)
    }

    fn event(&mut self, event: Event<'_>, start: Marker, end: Marker) -> Result<(), Box<Problem>> {
        let span = span(&start, &end);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                self.no_anchor(anchor, &start)?;
                let value = NodeValue::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                };
                self.node(Node { span, value }, &start)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.no_anchor(anchor, &start)?;
                self.enter(Open::List(span, Vec::new()), &start)
            }
            Event::MappingStart(_, anchor, _) => {
                self.no_anchor(anchor, &start)?;
                self.enter(Open::Map(span, Vec::new(), None), &start)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::List(span, items)) => Node {
                        span,
                        value: NodeValue::List(items),
                    },
                    Some(Open::Map(span, members, _)) => Node {
                        span,
                        value: NodeValue::Map(members),
                    },
                    None => return Err(self.wrong(&start, "This is not YAML: an end without a beginning.")),
                };
                self.node(node, &start)
            }
            Event::Alias(_) => Err(self.wrong(
                &start,
                "Aliases (*name) are not read in topology files; write the value out.",
            )),
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(self.wrong(&start, "The file has a second document; a topology file is one."))
            }
            _ => Ok(()),
        }
    }

    fn enter(&mut self, open: Open, start: &Marker) -> Result<(), Box<Problem>> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.wrong(
                start,
                &format!("The document is nested deeper than {MAX_DEPTH} levels."),
            ));
        }
        self.open.push(open);
        Ok(())
    }

    fn no_anchor(&self, anchor: usize, start: &Marker) -> Result<(), Box<Problem>> {
        if anchor == 0 {
            return Ok(());
        }
        Err(self.wrong(
            start,
            "Anchors (&name) are not read in topology files; write the value out.",
        ))
    }

    /// Puts a finished node where it belongs.
    fn node(&mut self, node: Node, start: &Marker) -> Result<(), Box<Problem>> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, members, pending)) => match pending.take() {
                Some((name, at)) => members.push((name, at, node)),
                None => match node.value {
                    NodeValue::Scalar { text, .. } => *pending = Some((text, node.span)),
                    _ => return Err(self.wrong(start, "A key is a single value, not a list or mapping.")),
                },
            },
        }
        Ok(())
    }
}

fn tree_error(file: &str, at: &Marker, message: &str) -> Box<Problem> {
    let location = Location {
        file: file.to_owned(),
        line: at.line().max(1),
        column: at.col() + 1,
        length: 1,
    };
    Box::new(Problem {
        location: Some(location),
        ..Problem::error("syntax", &Path::default(), message)
    })
}

fn span(start: &Marker, end: &Marker) -> Span {
    let length = if end.line() == start.line() {
        end.col().saturating_sub(start.col())
    } else {
        1
    };
    Span {
        line: start.line(),
        column: start.col() + 1,
        length,
    }
}

#[cfg(test)]
mod tests;
