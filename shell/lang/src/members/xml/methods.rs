//! The methods of XML nodes and documents, and XmlNamespaceManager.

use std::sync::Arc;

use parking_lot::Mutex;

use super::path::Prefixes;
use super::{Node, NodeKind, XmlValue, read, write};
use crate::error::Result;
use crate::members::{Call, Method, World, fault, io};
use crate::value::{Instance, Value};

fn own<'c>(call: &Call<'c>) -> &'c XmlValue {
    call.target
        .downcast::<XmlValue>()
        .expect("the table of XML nodes is used for them only")
}

pub(super) static METHODS: &[Method] = &[
    Method::new(
        "SelectNodes",
        "System.Xml.XmlNodeList SelectNodes(string xpath)",
        |call| {
            let (path, this) = (call.text(0)?, own(call));
            let found = this.select(&path, &prefixes(call))?;
            Ok(Value::array(found.iter().map(|item| this.found(item))))
        },
    ),
    Method::new(
        "SelectSingleNode",
        "System.Xml.XmlNode SelectSingleNode(string xpath)",
        |call| {
            let (path, this) = (call.text(0)?, own(call));
            let found = this.select(&path, &prefixes(call))?;
            Ok(found.first().map_or(Value::Null, |item| this.found(item)))
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
    Method::new(
        "PrependChild",
        "System.Xml.XmlNode PrependChild(System.Xml.XmlNode newChild)",
        |call| place(call, |children, child| children.insert(0, child)),
    ),
    Method::new(
        "InsertAfter",
        "System.Xml.XmlNode InsertAfter(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)",
        |call| {
            let beside = place_of(call)?;
            place(call, |children, child| match beside {
                Some(at) => children.insert((at + 1).min(children.len()), child),
                None => children.insert(0, child),
            })
        },
    ),
    Method::new(
        "InsertBefore",
        "System.Xml.XmlNode InsertBefore(System.Xml.XmlNode newChild, System.Xml.XmlNode refChild)",
        |call| {
            let beside = place_of(call)?;
            place(call, |children, child| match beside {
                Some(at) => children.insert(at.min(children.len()), child),
                None => children.push(child),
            })
        },
    ),
    Method::new(
        "ReplaceChild",
        "System.Xml.XmlNode ReplaceChild(System.Xml.XmlNode newChild, System.Xml.XmlNode oldChild)",
        |call| {
            let (at, old) = (place_of(call)?, call.value(1)?.clone());
            place(call, |children, child| match at {
                Some(at) if at < children.len() => children[at] = child,
                _ => children.push(child),
            })?;
            Ok(old)
        },
    ),
    Method::new("RemoveAll", "void RemoveAll()", |call| {
        let node = &own(call).node;
        node.children.write().clear();
        node.attributes.write().clear();
        Ok(Value::Nothing)
    }),
    Method::new(
        "CreateTextNode",
        "System.Xml.XmlText CreateTextNode(string text)",
        |call| {
            let text = call.text(0)?;
            Ok(own(call).of(&Node::new(NodeKind::Text, "#text", &text)))
        },
    ),
    Method::new(
        "CreateComment",
        "System.Xml.XmlComment CreateComment(string data)",
        |call| {
            let text = call.text(0)?;
            Ok(own(call).of(&Node::new(NodeKind::Comment, "#comment", &text)))
        },
    ),
    Method::new("CloneNode", "System.Xml.XmlNode CloneNode(bool deep)", |call| {
        let deep = call.count() == 0 || call.flag(0)?;
        Ok(own(call).of(&copy(&own(call).node, deep)))
    }),
    Method::new("Clone", "System.Xml.XmlNode Clone()", |call| {
        Ok(own(call).of(&copy(&own(call).node, true)))
    }),
    Method::new(
        "ImportNode",
        "System.Xml.XmlNode ImportNode(System.Xml.XmlNode node, bool deep)",
        |call| {
            let (given, deep) = (call.value(0)?.clone(), call.flag(1)?);
            match given.downcast::<XmlValue>() {
                Some(node) => Ok(own(call).of(&copy(&node.node, deep))),
                None => Err(call.no_overload()),
            }
        },
    ),
    Method::new("LoadXml", "void LoadXml(string xml)", |call| {
        let text = call.text(0)?;
        load(call, &text)
    }),
    Method::new("Load", "void Load(string filename)", |call| {
        let path = io::full_path(&call.text(0)?, call.world);
        let bytes = match call.world.host() {
            Some(host) => host
                .read_file(&path)
                .map_err(|error| io::io_error(&error, &path))?,
            None => return Err(call.no_overload()),
        };
        load(call, &String::from_utf8_lossy(&bytes))
    }),
    Method::new("Save", "void Save(string filename)", |call| {
        let mut text = String::new();
        write::indented(&own(call).node, 0, &mut text);
        let target = call.value(0)?.clone();
        if target.as_str().is_none() {
            // A writer of text says how the text is held.
            if !text.starts_with("<?xml") {
                text.insert_str(0, "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n");
            }
            return crate::members::call(&target, "Write", &[Value::from(text)], call.world)
                .map(|_| Value::Nothing);
        }
        let path = io::full_path(&call.text(0)?, call.world);
        match call.world.host() {
            Some(host) => host
                .write_file(&path, text.as_bytes())
                .map_err(|error| io::io_error(&error, &path))?,
            None => return Err(call.no_overload()),
        }
        Ok(Value::Nothing)
    }),
];

/// Replaces a document's content by that of a text.
fn load(call: &Call<'_>, text: &str) -> Result<Value> {
    let made = read::read(text).map_err(|why| fault::raised("System.Xml.XmlException", why))?;
    let node = &own(call).node;
    node.children.write().clear();
    let children = made.children.read().clone();
    children.into_iter().for_each(|child| node.append(child));
    Ok(Value::Nothing)
}

fn copy(node: &Arc<Node>, deep: bool) -> Arc<Node> {
    let made = Node::new(node.kind, &node.name, &node.text.read());
    made.attributes.write().clone_from(&node.attributes.read());
    if deep {
        node.children
            .read()
            .iter()
            .for_each(|child| made.append(copy(child, true)));
    }
    made
}

/// Where the second argument is among the children; `None` for nothing.
fn place_of(call: &Call<'_>) -> Result<Option<usize>> {
    let beside = call.value(1)?;
    let Some(beside) = beside.downcast::<XmlValue>() else {
        return Ok(None);
    };
    let children = own(call).node.children.read();
    let at = children.iter().position(|child| Arc::ptr_eq(child, &beside.node));
    at.map(Some)
        .ok_or_else(|| fault::argument("The reference node is not a child of this node."))
}

/// Puts the first argument among the children.
fn place(call: &Call<'_>, put: impl FnOnce(&mut Vec<Arc<Node>>, Arc<Node>)) -> Result<Value> {
    let child = call.value(0)?.clone();
    let Some(node) = child.downcast::<XmlValue>() else {
        return Err(call.no_overload());
    };
    let own = &own(call).node;
    *node.node.parent.write() = Arc::downgrade(own);
    put(&mut own.children.write(), Arc::clone(&node.node));
    Ok(child)
}

/// System.Xml.XmlNamespaceManager: what the prefixes of a path stand for.
#[derive(Default)]
pub struct NamespaceManager(Mutex<Prefixes>);

/// `[System.Xml.XmlNamespaceManager]::new($document.NameTable)`.
pub fn namespace_manager() -> Value {
    Value::instance(NamespaceManager::default())
}

impl Instance for NamespaceManager {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Xml.XmlNamespaceManager")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("DefaultNamespace")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("DefaultNamespace")
            .then(|| Value::from(""))
    }

    fn call(&self, name: &str, arguments: &[Value], _: &mut dyn World) -> Option<Result<Value>> {
        let text = |at: usize| arguments.get(at).map(Value::to_text).unwrap_or_default();
        let mut known = self.0.lock();
        Some(Ok(match (name.to_ascii_lowercase().as_str(), arguments.len()) {
            ("addnamespace", 2) => {
                known.retain(|(prefix, _)| *prefix != text(0));
                known.push((text(0), text(1)));
                Value::Nothing
            }
            ("removenamespace", 2) => {
                known.retain(|(prefix, _)| *prefix != text(0));
                Value::Nothing
            }
            ("hasnamespace", 1) => Value::Bool(known.iter().any(|(prefix, _)| *prefix == text(0))),
            ("lookupnamespace", 1) => {
                let found = known.iter().find(|(prefix, _)| *prefix == text(0));
                found.map_or(Value::Null, |(_, uri)| Value::str(uri))
            }
            _ => return None,
        }))
    }
}

/// The prefixes that a path's second argument gives.
fn prefixes(call: &Call<'_>) -> Prefixes {
    let manager = call
        .arguments
        .get(1)
        .and_then(Value::downcast::<NamespaceManager>);
    manager
        .map(|manager| manager.0.lock().clone())
        .unwrap_or_default()
}
