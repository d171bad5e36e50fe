//! The axes of a path: which nodes lie which way.

use std::sync::Arc;

use super::{Item, Node};

pub(super) fn unique(items: Vec<Item>) -> Vec<Item> {
    // Nodes of one step repeat only where steps go up or overlap; lists are short there.
    let mut kept: Vec<Item> = Vec::with_capacity(items.len());
    let mut seen = std::collections::HashSet::new();
    for item in items {
        let key = match &item {
            Item::Node(node) => (Arc::as_ptr(node) as usize, String::new()),
            Item::Attribute(node, name) => (Arc::as_ptr(node) as usize, name.clone()),
        };
        if seen.insert(key) || !kept.iter().any(|known| known.same(&item)) {
            kept.push(item);
        }
    }
    kept
}

pub(super) fn parent(item: &Item) -> Option<Item> {
    match item {
        Item::Node(node) => node.parent.read().upgrade().map(Item::Node),
        Item::Attribute(node, _) => Some(Item::Node(Arc::clone(node))),
    }
}

pub(super) fn root(item: &Item) -> Arc<Node> {
    let mut at = item.clone();
    while let Some(above) = parent(&at) {
        at = above;
    }
    match at {
        Item::Node(node) | Item::Attribute(node, _) => node,
    }
}

pub(super) fn below(item: &Item, with_self: bool) -> Vec<Item> {
    let Item::Node(node) = item else { return Vec::new() };
    let mut found = Vec::new();
    if with_self {
        found.push(item.clone());
    }
    for child in node.children.read().iter() {
        found.extend(below(&Item::Node(Arc::clone(child)), true));
    }
    found
}

/// The nodes on an axis; `None` when there is no such axis here.
pub(super) fn along(axis: &str, item: &Item) -> Option<Vec<Item>> {
    let Item::Node(node) = item else {
        return Some(match axis {
            "parent" => parent(item).into_iter().collect(),
            "self" => vec![item.clone()],
            _ => Vec::new(),
        });
    };
    let siblings = |after: bool| -> Vec<Item> {
        let Some(above) = node.parent.read().upgrade() else {
            return Vec::new();
        };
        let children = above.children.read();
        let at = children
            .iter()
            .position(|child| Arc::ptr_eq(child, node))
            .unwrap_or(0);
        let part = if after {
            &children[at + 1..]
        } else {
            &children[..at]
        };
        let found: Vec<Item> = part.iter().cloned().map(Item::Node).collect();
        if after {
            found
        } else {
            found.into_iter().rev().collect()
        }
    };
    Some(match axis {
        "child" => node.children.read().iter().cloned().map(Item::Node).collect(),
        "attribute" => {
            let attributes = node.attributes.read();
            attributes
                .iter()
                .map(|(name, _)| Item::Attribute(Arc::clone(node), name.clone()))
                .collect()
        }
        "self" => vec![item.clone()],
        "parent" => parent(item).into_iter().collect(),
        "descendant" => below(item, false),
        "descendant-or-self" => below(item, true),
        "ancestor" => std::iter::successors(parent(item), parent).collect(),
        "ancestor-or-self" => std::iter::successors(Some(item.clone()), parent).collect(),
        "following-sibling" => siblings(true),
        "preceding-sibling" => siblings(false),
        _ => return None,
    })
}
