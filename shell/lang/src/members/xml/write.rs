//! Nodes as text.

use super::{Node, NodeKind};

/// A node with its tags.
pub(super) fn outer(node: &Node) -> String {
    match node.kind {
        NodeKind::Document => inner(node),
        NodeKind::Text => escape(&node.text.read()),
        NodeKind::CData => format!("<![CDATA[{}]]>", node.text.read()),
        NodeKind::Comment => format!("<!--{}-->", node.text.read()),
        NodeKind::Declaration => format!("<?xml {}?>", node.text.read()),
        NodeKind::Element => {
            let attributes = attributes(node);
            if node.children.read().is_empty() {
                format!("<{}{attributes} />", node.name)
            } else {
                format!("<{0}{attributes}>{1}</{0}>", node.name, inner(node))
            }
        }
    }
}

fn attributes(node: &Node) -> String {
    let attributes = node.attributes.read();
    let written = attributes
        .iter()
        .map(|(name, text)| format!(" {name}=\"{}\"", escape(text).replace('"', "&quot;")));
    written.collect()
}

/// A node as a document is saved: elements on lines of their own, except beside text.
pub(super) fn indented(node: &Node, depth: usize, out: &mut String) {
    let children = node.children.read();
    let is_text = |kind: NodeKind| matches!(kind, NodeKind::Text | NodeKind::CData);
    if node.kind == NodeKind::Document {
        for (at, child) in children.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            indented(child, depth, out);
        }
        return;
    }
    let mixed = children.is_empty() || children.iter().any(|child| is_text(child.kind));
    if node.kind != NodeKind::Element || mixed {
        out.push_str(&outer(node));
        return;
    }
    out.push_str(&format!("<{}{}>", node.name, attributes(node)));
    for child in children.iter() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth + 1));
        indented(child, depth + 1, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
    out.push_str(&format!("</{}>", node.name));
}

/// What stands inside a node.
pub(super) fn inner(node: &Node) -> String {
    node.children.read().iter().map(|child| outer(child)).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
