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
            let attributes: String = node
                .attributes
                .read()
                .iter()
                .map(|(name, text)| format!(" {name}=\"{}\"", escape(text).replace('"', "&quot;")))
                .collect();
            if node.children.read().is_empty() {
                format!("<{}{attributes} />", node.name)
            } else {
                format!("<{0}{attributes}>{1}</{0}>", node.name, inner(node))
            }
        }
    }
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
