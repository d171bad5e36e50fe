//! System.Xml: documents as scripts read them: elements and attributes as properties.

use std::sync::{Arc, Weak};

use parking_lot::RwLock;

use super::{Method, World};
use crate::convert::failure;
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, Value};

mod methods;
mod path;
mod read;
mod write;

use methods::METHODS;
pub use methods::{NamespaceManager, namespace_manager};
use path::{Item, Prefixes};

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

    fn sibling(&self, next: bool) -> Value {
        let Some(parent) = self.node.parent.read().upgrade() else {
            return Value::Null;
        };
        let children = parent.children.read();
        let at = children
            .iter()
            .position(|child| Arc::ptr_eq(child, &self.node))
            .unwrap_or(0);
        let other = if next { Some(at + 1) } else { at.checked_sub(1) };
        other
            .and_then(|at| children.get(at))
            .map_or(Value::Null, |node| self.of(node))
    }

    /// A node or an attribute that a path found.
    fn found(&self, item: &Item) -> Value {
        match item {
            Item::Node(node) => self.of(node),
            Item::Attribute(node, name) => {
                let attributes = node.attributes.read();
                let own = attributes.iter().find(|(known, _)| known == name);
                attribute(name, own.map_or("", |(_, text)| text))
            }
        }
    }

    fn select(&self, path: &str, prefixes: &Prefixes) -> Result<Vec<Item>> {
        path::select(path, &self.node, prefixes)
            .map_err(|why| super::fault::raised("System.Xml.XPath.XPathException", why))
    }
}

fn attribute(name: &str, text: &str) -> Value {
    Value::object([
        ("Name", Value::from(name)),
        ("Value", Value::from(text)),
        ("#text", Value::from(text)),
        ("InnerText", Value::from(text)),
        ("LocalName", Value::from(path::local(name))),
    ])
    .with_type_name("System.Xml.XmlAttribute")
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
            "name" => Value::from(node.name.as_str()),
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
            "attributes" => Value::array(
                node.attributes
                    .read()
                    .iter()
                    .map(|(name, text)| attribute(name, text)),
            ),
            "localname" => Value::from(path::local(&node.name)),
            "prefix" => Value::from(node.name.split_once(':').map_or("", |(prefix, _)| prefix)),
            "namespaceuri" => Value::from(path::namespace(node, &node.name)),
            "nextsibling" | "previoussibling" => self.sibling(name.eq_ignore_ascii_case("NextSibling")),
            "isempty" => Value::Bool(node.children.read().is_empty()),
            "nametable" if node.kind == NodeKind::Document => {
                Value::object([]).with_type_name("System.Xml.NameTable")
            }
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
