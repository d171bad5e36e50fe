//! Reads well-formed XML without document types: elements, attributes, text, CDATA, comments.

use std::sync::Arc;

use super::{Node, NodeKind};

/// How deep elements may stand in each other.
const DEEPEST: usize = 512;

/// Reads a document; the error says what is wrong.
pub(super) fn read(text: &str) -> Result<Arc<Node>, String> {
    let document = Node::new(NodeKind::Document, "#document", "");
    let mut open = vec![Arc::clone(&document)];
    let mut rest = text.trim_start_matches('\u{FEFF}');
    while !rest.is_empty() {
        let top = Arc::clone(open.last().unwrap_or(&document));
        rest = if let Some(after) = rest.strip_prefix("<?") {
            let (body, after) = until(after, "?>")?;
            if let Some(version) = body.strip_prefix("xml") {
                top.append(Node::new(NodeKind::Declaration, "xml", version.trim()));
            }
            after
        } else if let Some(after) = rest.strip_prefix("<!--") {
            let (body, after) = until(after, "-->")?;
            top.append(Node::new(NodeKind::Comment, "#comment", body));
            after
        } else if let Some(after) = rest.strip_prefix("<![CDATA[") {
            let (body, after) = until(after, "]]>")?;
            top.append(Node::new(NodeKind::CData, "#cdata-section", body));
            after
        } else if let Some(after) = rest.strip_prefix("<!") {
            until(after, ">")?.1
        } else if let Some(after) = rest.strip_prefix("</") {
            let (name, after) = until(after, ">")?;
            if open.len() < 2 || top.name != name.trim() {
                return Err(format!("Unexpected end tag '{}'.", name.trim()));
            }
            open.pop();
            after
        } else if let Some(after) = rest.strip_prefix('<') {
            let (element, empty, after) = element(after)?;
            if open.len() == 1
                && top
                    .children
                    .read()
                    .iter()
                    .any(|child| child.kind == NodeKind::Element)
            {
                return Err("There are multiple root elements.".to_owned());
            }
            top.append(Arc::clone(&element));
            if !empty {
                open.push(element);
                if open.len() > DEEPEST {
                    return Err("The elements are nested too deeply.".to_owned());
                }
            }
            after
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            let (body, after) = rest.split_at(end);
            if !body.trim().is_empty() {
                if open.len() == 1 {
                    return Err("Data at the root level is invalid. Line 1, position 1.".to_owned());
                }
                top.append(Node::new(NodeKind::Text, "#text", &unescape(body)?));
            }
            after
        };
    }
    if open.len() > 1 {
        return Err(format!(
            "Unexpected end of file has occurred. The following elements are not closed: {}.",
            open[open.len() - 1].name
        ));
    }
    if !document
        .children
        .read()
        .iter()
        .any(|child| child.kind == NodeKind::Element)
    {
        return Err("Root element is missing.".to_owned());
    }
    Ok(document)
}

fn until<'t>(text: &'t str, end: &str) -> Result<(&'t str, &'t str), String> {
    text.split_once(end)
        .ok_or_else(|| "Unexpected end of file has occurred.".to_owned())
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || "_:.-".contains(character)
}

/// A start tag after its `<`: the element, whether it is empty, and what follows.
fn element(text: &str) -> Result<(Arc<Node>, bool, &str), String> {
    let end = text.find(|character| !is_name(character)).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    if !name.starts_with(|character: char| character.is_alphabetic() || character == '_') {
        return Err("Name cannot begin with that character.".to_owned());
    }
    let element = Node::new(NodeKind::Element, name, "");
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Ok((element, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Ok((element, false, after));
        }
        let (attribute, after) = rest
            .split_once('=')
            .ok_or("Unexpected end of file has occurred.")?;
        let attribute = attribute.trim();
        if attribute.is_empty() || !attribute.chars().all(is_name) {
            return Err(format!("'{attribute}' is an unexpected token."));
        }
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))
            .ok_or("An attribute's value must be in quotes.")?;
        let (value, after) = after[1..]
            .split_once(quote)
            .ok_or("Unexpected end of file has occurred.")?;
        element
            .attributes
            .write()
            .push((attribute.to_owned(), unescape(value)?));
        rest = after;
    }
}

fn unescape(text: &str) -> Result<String, String> {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let (entity, after) = rest[at + 1..]
            .split_once(';')
            .ok_or("An error occurred while parsing EntityName.")?;
        let character = match entity {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            other => {
                let code = match other.strip_prefix('#') {
                    Some(number) => match number.strip_prefix('x') {
                        Some(digits) => u32::from_str_radix(digits, 16).ok(),
                        None => number.parse().ok(),
                    },
                    None => None,
                };
                code.and_then(char::from_u32)
                    .ok_or_else(|| format!("Reference to undeclared entity '{other}'."))?
            }
        };
        plain.push(character);
        rest = after;
    }
    plain.push_str(rest);
    Ok(plain)
}
