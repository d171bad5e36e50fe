//! System.Xml: documents as scripts read them: elements and attributes as properties.

use std::sync::{Arc, Weak};

use parking_lot::RwLock;

use super::{Method, World};
use crate::convert::failure;
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, Value};

mod read;
mod write;

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeKind {
    Document,
    Element,
    Text,
    CData,
    Comment,
    Declaration,
}

/// A node of a document.
pub struct Node {
    pub(super) kind: NodeKind,
    pub(super) name: String,
    pub(super) text: RwLock<String>,
    pub(super) attributes: RwLock<Vec<(String, String)>>,
    pub(super) children: RwLock<Vec<Arc<Node>>>,
    pub(super) parent: RwLock<Weak<Node>>,
}

impl Node {
    pub(super) fn new(kind: NodeKind, name: &str, text: &str) -> Arc<Node> {
        Arc::new(Node {
            kind,
            name: name.to_owned(),
            text: RwLock::new(text.to_owned()),
            attributes: RwLock::default(),
            children: RwLock::default(),
            parent: RwLock::default(),
        })
    }

    pub(super) fn append(self: &Arc<Node>, child: Arc<Node>) {
        *child.parent.write() = Arc::downgrade(self);
        self.children.write().push(child);
    }

    /// All text below it.
    fn inner_text(&self) -> String {
        match self.kind {
            NodeKind::Text | NodeKind::CData => self.text.read().clone(),
            NodeKind::Element | NodeKind::Document => self
                .children
                .read()
                .iter()
                .map(|child| child.inner_text())
                .collect(),
            _ => String::new(),
        }
    }

    /// An element with nothing but text reads as that text.
    fn is_plain(&self) -> bool {
        self.kind == NodeKind::Element
            && self.attributes.read().is_empty()
            && self
                .children
                .read()
                .iter()
                .all(|child| matches!(child.kind, NodeKind::Text | NodeKind::CData | NodeKind::Comment))
    }

    fn elements(&self) -> Vec<Arc<Node>> {
        self.children
            .read()
            .iter()
            .filter(|child| child.kind == NodeKind::Element)
            .cloned()
            .collect()
    }

    /// Elements below it in document order.
    fn descendants(&self, found: &mut Vec<Arc<Node>>) {
        for child in self.elements() {
            found.push(Arc::clone(&child));
            child.descendants(found);
        }
    }
}

/// A node as a value.
pub struct XmlValue {
    /// The node.
    pub node: Arc<Node>,
    /// Keeps the document alive: parents are weak.
    document: Arc<Node>,
}

/// Converts a value to an XmlDocument.
pub fn convert(value: &Value, target: &Type) -> Result<Value> {
    let wrong = |why: &str| {
        let message = format!(
            "Cannot convert value \"{}\" to type \"{}\". Error: \"{why}\"",
            value.to_text(),
            target.dotnet_name()
        );
        failure::failure("InvalidCastToXmlDocument", message)
    };
    let text = match value.base() {
        Value::Array(array) => array
            .items
            .read()
            .iter()
            .map(Value::to_text)
            .collect::<Vec<_>>()
            .join("\n"),
        other => other.to_text(),
    };
    if text.is_empty() && !matches!(value.base(), Value::Str(_)) {
        return Ok(document(Node::new(NodeKind::Document, "#document", "")));
    }
    read::read(&text).map(document).map_err(|why| wrong(&why))
}

fn document(node: Arc<Node>) -> Value {
    Value::instance(XmlValue {
        document: Arc::clone(&node),
        node,
    })
}

impl XmlValue {
    fn of(&self, node: &Arc<Node>) -> Value {
        Value::instance(XmlValue {
            node: Arc::clone(node),
            document: Arc::clone(&self.document),
        })
    }

    /// As a property reads it: the text of a plain element, else the element.
    fn adapted(&self, node: &Arc<Node>) -> Value {
        if node.is_plain() {
            Value::from(node.inner_text())
        } else {
            self.of(node)
        }
    }

    fn select(&self, path: &str) -> Vec<Arc<Node>> {
        let start = if path.starts_with('/') {
            &self.document
        } else {
            &self.node
        };
        let mut current = vec![Arc::clone(start)];
        let mut rest = path.strip_prefix("./").unwrap_or(path);
        while !rest.is_empty() && !current.is_empty() {
            let deep = rest.starts_with("//");
            rest = rest.trim_start_matches('/');
            let end = split_step(rest);
            let (step, after) = rest.split_at(end);
            rest = after;
            current = current
                .iter()
                .flat_map(|node| matching(node, step, deep))
                .collect();
        }
        current
    }
}

/// Where a step ends: at the next slash outside brackets.
fn split_step(path: &str) -> usize {
    let mut depth = 0;
    for (at, character) in path.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth -= 1,
            '/' if depth == 0 => return at,
            _ => {}
        }
    }
    path.len()
}

/// The nodes that a step of a path finds: name or `*`, with `[n]`, `[@a='v']` or `[name='v']`.
fn matching(node: &Arc<Node>, step: &str, deep: bool) -> Vec<Arc<Node>> {
    let (name, predicate) = step.split_once('[').map_or((step, None), |(name, rest)| {
        (name, Some(rest.trim_end_matches(']')))
    });
    match name {
        "." => return vec![Arc::clone(node)],
        ".." => return node.parent.read().upgrade().into_iter().collect(),
        _ => {}
    }
    let mut candidates = Vec::new();
    if deep {
        node.descendants(&mut candidates);
    } else {
        candidates = node.elements();
    }
    candidates.retain(|candidate| name == "*" || candidate.name == name);
    let Some(predicate) = predicate else {
        return candidates;
    };
    if let Ok(place) = predicate.trim().parse::<usize>() {
        return candidates
            .into_iter()
            .skip(place.saturating_sub(1))
            .take(1)
            .collect();
    }
    let (what, value) = predicate
        .split_once('=')
        .map_or((predicate.trim(), None), |(what, value)| {
            (what.trim(), Some(value.trim().trim_matches(['\'', '"'])))
        });
    candidates.retain(|candidate| match what.strip_prefix('@') {
        Some(attribute) => candidate
            .attributes
            .read()
            .iter()
            .any(|(name, text)| name == attribute && value.is_none_or(|value| value == text)),
        None => candidate
            .elements()
            .iter()
            .any(|child| child.name == what && value.is_none_or(|value| value == child.inner_text())),
    });
    candidates
}

impl Instance for XmlValue {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.node.kind {
            NodeKind::Document => "System.Xml.XmlDocument",
            NodeKind::Element => "System.Xml.XmlElement",
            NodeKind::Text => "System.Xml.XmlText",
            NodeKind::CData => "System.Xml.XmlCDataSection",
            NodeKind::Comment => "System.Xml.XmlComment",
            NodeKind::Declaration => "System.Xml.XmlDeclaration",
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        vec![
            self.type_name(),
            Arc::from("System.Xml.XmlNode"),
            Arc::from("System.Object"),
        ]
    }

    fn to_text(&self) -> String {
        match self.node.kind {
            NodeKind::Document => self.type_name().to_string(),
            NodeKind::Element => self.node.name.clone(),
            _ => self.type_name().to_string(),
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = self
            .node
            .attributes
            .read()
            .iter()
            .map(|(name, _)| Arc::from(name.as_str()))
            .collect();
        for child in self.node.children.read().iter() {
            let name: Arc<str> = Arc::from(match child.kind {
                NodeKind::Element => child.name.as_str(),
                NodeKind::Text => "#text",
                NodeKind::CData => "#cdata-section",
                NodeKind::Comment => "#comment",
                NodeKind::Declaration => "xml",
                NodeKind::Document => continue,
            });
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn property(&self, name: &str) -> Option<Value> {
        let node = &self.node;
        let mut found: Vec<Value> = node
            .attributes
            .read()
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, text)| Value::from(text.as_str()))
            .collect();
        for child in node.children.read().iter() {
            match child.kind {
                NodeKind::Element if child.name.eq_ignore_ascii_case(name) => found.push(self.adapted(child)),
                NodeKind::Text if name.eq_ignore_ascii_case("#text") => {
                    found.push(Value::from(child.text.read().as_str()));
                }
                NodeKind::CData if name.eq_ignore_ascii_case("#cdata-section") => {
                    found.push(Value::from(child.text.read().as_str()));
                }
                NodeKind::Comment if name.eq_ignore_ascii_case("#comment") => {
                    found.push(Value::from(child.text.read().as_str()));
                }
                NodeKind::Declaration if name.eq_ignore_ascii_case("xml") => {
                    found.push(Value::from(child.text.read().as_str()));
                }
                _ => {}
            }
        }
        match found.len() {
            0 => {}
            1 => return found.pop(),
            _ => return Some(Value::array(found)),
        }
        Some(match name.to_ascii_lowercase().as_str() {
            "name" | "localname" => Value::from(node.name.as_str()),
            "innertext" => Value::from(node.inner_text()),
            "value" if node.kind != NodeKind::Element && node.kind != NodeKind::Document => {
                Value::from(node.text.read().as_str())
            }
            "outerxml" => Value::from(write::outer(node)),
            "innerxml" => Value::from(write::inner(node)),
            "documentelement" if node.kind == NodeKind::Document => node
                .elements()
                .first()
                .map_or(Value::Null, |element| self.of(element)),
            "childnodes" => Value::array(node.children.read().iter().map(|child| self.of(child))),
            "haschildnodes" => Value::Bool(!node.children.read().is_empty()),
            "hasattributes" => Value::Bool(!node.attributes.read().is_empty()),
            "firstchild" => node
                .children
                .read()
                .first()
                .map_or(Value::Null, |child| self.of(child)),
            "lastchild" => node
                .children
                .read()
                .last()
                .map_or(Value::Null, |child| self.of(child)),
            "parentnode" => node
                .parent
                .read()
                .upgrade()
                .map_or(Value::Null, |parent| self.of(&parent)),
            "ownerdocument" => self.of(&self.document),
            "attributes" => Value::array(node.attributes.read().iter().map(|(name, text)| {
                Value::object([
                    ("Name", Value::from(name.as_str())),
                    ("Value", Value::from(text.as_str())),
                ])
                .with_type_name("System.Xml.XmlAttribute")
            })),
            "nodetype" => {
                let bits = match node.kind {
                    NodeKind::Document => 9,
                    NodeKind::Element => 1,
                    NodeKind::Text => 3,
                    NodeKind::CData => 4,
                    NodeKind::Comment => 8,
                    NodeKind::Declaration => 17,
                };
                Value::enumeration(crate::types::resolve("System.Xml.XmlNodeType")?, bits)
            }
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, _world: &mut dyn World) -> Option<Result<()>> {
        let text = value.to_text();
        let set_text = |node: &Arc<Node>| {
            node.children.write().clear();
            node.append(Node::new(NodeKind::Text, "#text", &text));
        };
        if let Some(attribute) = self
            .node
            .attributes
            .write()
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            attribute.1.clone_from(&text);
            return Some(Ok(()));
        }
        if let Some(child) = self
            .node
            .elements()
            .iter()
            .find(|child| child.name.eq_ignore_ascii_case(name))
        {
            set_text(child);
            return Some(Ok(()));
        }
        if name.eq_ignore_ascii_case("InnerText") || name.eq_ignore_ascii_case("#text") {
            set_text(&self.node);
            return Some(Ok(()));
        }
        None
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other
            .downcast::<XmlValue>()
            .map(|other| Arc::ptr_eq(&self.node, &other.node))
    }
}

fn own<'c>(call: &super::Call<'c>) -> &'c XmlValue {
    call.target
        .downcast::<XmlValue>()
        .expect("the table of XML nodes is used for them only")
}

static METHODS: &[Method] = &[
    Method::new(
        "SelectNodes",
        "System.Xml.XmlNodeList SelectNodes(string xpath)",
        |call| {
            let path = call.text(0)?;
            let this = own(call);
            Ok(Value::array(
                this.select(&path)
                    .iter()
                    .map(|node| this.of(node))
                    .collect::<Vec<_>>(),
            ))
        },
    ),
    Method::new(
        "SelectSingleNode",
        "System.Xml.XmlNode SelectSingleNode(string xpath)",
        |call| {
            let path = call.text(0)?;
            let this = own(call);
            Ok(this
                .select(&path)
                .first()
                .map_or(Value::Null, |node| this.of(node)))
        },
    ),
    Method::new(
        "GetElementsByTagName",
        "System.Xml.XmlNodeList GetElementsByTagName(string name)",
        |call| {
            let name = call.text(0)?;
            let this = own(call);
            let mut found = Vec::new();
            this.node.descendants(&mut found);
            Ok(Value::array(
                found
                    .iter()
                    .filter(|node| node.name == name.as_str())
                    .map(|node| this.of(node))
                    .collect::<Vec<_>>(),
            ))
        },
    ),
    Method::new("GetAttribute", "string GetAttribute(string name)", |call| {
        let name = call.text(0)?;
        let attributes = own(call).node.attributes.read();
        Ok(Value::from(
            attributes
                .iter()
                .find(|(known, _)| known == name.as_str())
                .map_or("", |(_, text)| text.as_str()),
        ))
    }),
    Method::new("HasAttribute", "bool HasAttribute(string name)", |call| {
        let name = call.text(0)?;
        Ok(Value::Bool(
            own(call)
                .node
                .attributes
                .read()
                .iter()
                .any(|(known, _)| known == name.as_str()),
        ))
    }),
    Method::new(
        "SetAttribute",
        "void SetAttribute(string name, string value)",
        |call| {
            let (name, text) = (call.text(0)?, call.text(1)?);
            let mut attributes = own(call).node.attributes.write();
            match attributes.iter_mut().find(|(known, _)| known == name.as_str()) {
                Some(attribute) => attribute.1 = text.to_string(),
                None => attributes.push((name.to_string(), text.to_string())),
            }
            Ok(Value::Nothing)
        },
    ),
    Method::new("RemoveAttribute", "void RemoveAttribute(string name)", |call| {
        let name = call.text(0)?;
        own(call)
            .node
            .attributes
            .write()
            .retain(|(known, _)| known != name.as_str());
        Ok(Value::Nothing)
    }),
    Method::new(
        "CreateElement",
        "System.Xml.XmlElement CreateElement(string name)",
        |call| {
            let name = call.text(0)?;
            Ok(own(call).of(&Node::new(NodeKind::Element, &name, "")))
        },
    ),
    Method::new(
        "AppendChild",
        "System.Xml.XmlNode AppendChild(System.Xml.XmlNode newChild)",
        |call| {
            let child = call.value(0)?.clone();
            if let Some(node) = child.downcast::<XmlValue>() {
                own(call).node.append(Arc::clone(&node.node));
            }
            Ok(child)
        },
    ),
    Method::new(
        "RemoveChild",
        "System.Xml.XmlNode RemoveChild(System.Xml.XmlNode oldChild)",
        |call| {
            let child = call.value(0)?.clone();
            if let Some(node) = child.downcast::<XmlValue>() {
                own(call)
                    .node
                    .children
                    .write()
                    .retain(|known| !Arc::ptr_eq(known, &node.node));
            }
            Ok(child)
        },
    ),
];
