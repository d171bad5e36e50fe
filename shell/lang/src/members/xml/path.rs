//! XPath 1.0: the abbreviated steps, the usual axes, predicates, and the functions of the core library that scripts use.

mod axes;

use std::sync::Arc;

use self::axes::{along, below, parent, root, unique};
use super::{Node, NodeKind};

/// The deepest nesting of an expression.
const DEEPEST: usize = 64;

/// A node that a path finds.
#[derive(Clone)]
pub(super) enum Item {
    Node(Arc<Node>),
    /// An attribute of an element, by name.
    Attribute(Arc<Node>, String),
}

/// What an expression gives.
enum Found {
    Items(Vec<Item>),
    Text(String),
    Number(f64),
    Truth(bool),
}

/// The names that prefixes of a path stand for.
pub(super) type Prefixes = Vec<(String, String)>;

/// The nodes that a path finds from a node; the error says what is wrong with the path.
pub(super) fn select(path: &str, start: &Arc<Node>, prefixes: &Prefixes) -> Result<Vec<Item>, String> {
    let mut reader = Reader {
        rest: path,
        whole: path,
        prefixes,
        depth: 0,
    };
    let context = Context {
        item: Item::Node(Arc::clone(start)),
        position: 1,
        last: 1,
    };
    let found = reader.expression(&context)?;
    reader.skip();
    if !reader.rest.is_empty() {
        return Err(reader.wrong());
    }
    match found {
        Found::Items(items) => Ok(items),
        _ => Err("Expression must evaluate to a node-set.".to_owned()),
    }
}

/// The namespace that a prefix of a name has at a node.
pub(super) fn namespace(node: &Arc<Node>, name: &str) -> String {
    let wanted = match name.split_once(':') {
        Some((prefix, _)) => format!("xmlns:{prefix}"),
        None => "xmlns".to_owned(),
    };
    let mut at = Some(Arc::clone(node));
    while let Some(node) = at {
        if let Some((_, uri)) = node.attributes.read().iter().find(|(known, _)| *known == wanted) {
            return uri.clone();
        }
        at = node.parent.read().upgrade();
    }
    String::new()
}

pub(super) fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

impl Item {
    fn text(&self) -> String {
        match self {
            Item::Node(node) if matches!(node.kind, NodeKind::Comment) => node.text.read().clone(),
            Item::Node(node) => node.inner_text(),
            Item::Attribute(node, name) => {
                let attributes = node.attributes.read();
                let own = attributes.iter().find(|(known, _)| known == name);
                own.map(|(_, text)| text.clone()).unwrap_or_default()
            }
        }
    }

    fn name(&self) -> String {
        match self {
            Item::Node(node) if node.kind == NodeKind::Element => node.name.clone(),
            Item::Node(_) => String::new(),
            Item::Attribute(_, name) => name.clone(),
        }
    }

    fn same(&self, other: &Item) -> bool {
        match (self, other) {
            (Item::Node(left), Item::Node(right)) => Arc::ptr_eq(left, right),
            (Item::Attribute(left, a), Item::Attribute(right, b)) => Arc::ptr_eq(left, right) && a == b,
            _ => false,
        }
    }
}

impl Found {
    fn truth(&self) -> bool {
        match self {
            Found::Items(items) => !items.is_empty(),
            Found::Text(text) => !text.is_empty(),
            Found::Number(number) => *number != 0.0 && !number.is_nan(),
            Found::Truth(truth) => *truth,
        }
    }

    fn text(&self) -> String {
        match self {
            Found::Items(items) => items.first().map(Item::text).unwrap_or_default(),
            Found::Text(text) => text.clone(),
            Found::Number(number) => number.to_string(),
            Found::Truth(truth) => truth.to_string(),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Found::Number(number) => *number,
            Found::Truth(truth) => f64::from(u8::from(*truth)),
            other => other.text().trim().parse().unwrap_or(f64::NAN),
        }
    }
}

struct Context {
    item: Item,
    position: usize,
    last: usize,
}

struct Reader<'p> {
    rest: &'p str,
    whole: &'p str,
    prefixes: &'p Prefixes,
    depth: usize,
}

impl<'p> Reader<'p> {
    fn wrong(&self) -> String {
        format!("'{}' has an invalid token.", self.whole)
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, mark: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A word that is an operator: no name goes on behind it.
    fn eat_word(&mut self, word: &str) -> bool {
        self.skip();
        let follows = self.rest.strip_prefix(word).and_then(|rest| rest.chars().next());
        if self.rest.starts_with(word) && !follows.is_some_and(is_name) {
            self.rest = &self.rest[word.len()..];
            return true;
        }
        false
    }

    fn expression(&mut self, context: &Context) -> Result<Found, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("The path is nested too deeply.".to_owned());
        }
        let mut left = self.and(context)?;
        while self.eat_word("or") {
            let right = self.and(context)?;
            left = Found::Truth(left.truth() || right.truth());
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self, context: &Context) -> Result<Found, String> {
        let mut left = self.comparison(context)?;
        while self.eat_word("and") {
            let right = self.comparison(context)?;
            left = Found::Truth(left.truth() && right.truth());
        }
        Ok(left)
    }

    fn comparison(&mut self, context: &Context) -> Result<Found, String> {
        let left = self.sum(context)?;
        for mark in ["!=", "<=", ">=", "=", "<", ">"] {
            if self.eat(mark) {
                let right = self.sum(context)?;
                return Ok(Found::Truth(compare(mark, &left, &right)));
            }
        }
        Ok(left)
    }

    fn sum(&mut self, context: &Context) -> Result<Found, String> {
        let mut left = self.union(context)?;
        loop {
            if self.eat("+") {
                left = Found::Number(left.number() + self.union(context)?.number());
            } else if self.eat("-") {
                left = Found::Number(left.number() - self.union(context)?.number());
            } else if self.eat_word("mod") {
                left = Found::Number(left.number() % self.union(context)?.number());
            } else {
                return Ok(left);
            }
        }
    }

    fn union(&mut self, context: &Context) -> Result<Found, String> {
        let mut left = self.primary(context)?;
        while self.eat("|") {
            let right = self.primary(context)?;
            let (Found::Items(mut items), Found::Items(more)) = (left, right) else {
                return Err("Expression must evaluate to a node-set.".to_owned());
            };
            items.extend(more);
            left = Found::Items(unique(items));
        }
        Ok(left)
    }

    fn primary(&mut self, context: &Context) -> Result<Found, String> {
        self.skip();
        let first = self.rest.chars().next().ok_or_else(|| self.wrong())?;
        if first == '\'' || first == '"' {
            let (text, rest) = self.rest[1..].split_once(first).ok_or_else(|| self.wrong())?;
            self.rest = rest;
            return Ok(Found::Text(text.to_owned()));
        }
        if first.is_ascii_digit() {
            let end = self
                .rest
                .find(|letter: char| !letter.is_ascii_digit() && letter != '.');
            let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            self.rest = rest;
            return number.parse().map(Found::Number).map_err(|_| self.wrong());
        }
        if self.eat("(") {
            let inner = self.expression(context)?;
            if !self.eat(")") {
                return Err(self.wrong());
            }
            let Found::Items(items) = inner else {
                return Ok(inner);
            };
            let items = self.predicates(items)?;
            return self.further(items);
        }
        let name = self.peek_name();
        let is_call = self.rest[name.len()..].trim_start().starts_with('(');
        if is_call && !["text", "node", "comment"].contains(&name) && !name.is_empty() {
            return self.call(name, context);
        }
        self.path(context)
    }

    fn peek_name(&self) -> &'p str {
        let end = self
            .rest
            .find(|letter: char| !is_name(letter))
            .unwrap_or(self.rest.len());
        &self.rest[..end]
    }

    fn path(&mut self, context: &Context) -> Result<Found, String> {
        let mut items = vec![context.item.clone()];
        if self.rest.starts_with('/') {
            items = vec![Item::Node(root(&context.item))];
            if !self.rest.starts_with("//") {
                self.rest = &self.rest[1..];
                if self.rest.trim_start().is_empty() {
                    return Ok(Found::Items(items));
                }
            }
        }
        if !self.rest.starts_with("//") {
            items = self.step(items)?;
        }
        self.further(items)
    }

    fn further(&mut self, mut items: Vec<Item>) -> Result<Found, String> {
        loop {
            if self.eat("//") {
                items = unique(items.iter().flat_map(|item| below(item, true)).collect());
                items = self.step(items)?;
            } else if self.eat("/") {
                items = self.step(items)?;
            } else {
                return Ok(Found::Items(items));
            }
        }
    }

    fn step(&mut self, items: Vec<Item>) -> Result<Vec<Item>, String> {
        if self.eat("..") {
            return Ok(unique(items.iter().filter_map(parent).collect()));
        }
        if self.eat(".") {
            return Ok(items);
        }
        let mut axis = if self.eat("@") { "attribute" } else { "child" };
        let mut name = self.test()?;
        if let Some(rest) = self.rest.strip_prefix("::") {
            self.rest = rest;
            axis = name;
            name = self.test()?;
        }
        let kind_test = self.rest.starts_with("()");
        if kind_test {
            self.rest = &self.rest[2..];
        }
        let after = self.rest;
        let mut found = Vec::new();
        for item in &items {
            let mut on_axis = along(axis, item).ok_or_else(|| self.wrong())?;
            on_axis.retain(|candidate| self.fits(candidate, name, kind_test));
            self.rest = after;
            found.extend(self.predicates(on_axis)?);
        }
        if items.is_empty() {
            self.predicates(Vec::new())?;
        }
        Ok(unique(found))
    }

    fn test(&mut self) -> Result<&'p str, String> {
        self.skip();
        if let Some(rest) = self.rest.strip_prefix('*') {
            let name = &self.rest[..1];
            self.rest = rest;
            return Ok(name);
        }
        let mut name = self.peek_name();
        let after = &self.rest[name.len()..];
        if let Some(local) = after.strip_prefix(':')
            && !local.starts_with(':')
        {
            let end = local
                .find(|letter: char| !is_name(letter) && letter != '*')
                .unwrap_or(local.len());
            name = &self.rest[..name.len() + 1 + end];
        }
        if name.is_empty() {
            return Err(self.wrong());
        }
        self.rest = &self.rest[name.len()..];
        Ok(name)
    }

    fn fits(&self, candidate: &Item, name: &str, kind_test: bool) -> bool {
        match candidate {
            Item::Attribute(_, own) => {
                !kind_test && !own.starts_with("xmlns") && (name == "*" || own == name)
                    || kind_test && name == "node"
            }
            Item::Node(node) if kind_test => match name {
                "text" => matches!(node.kind, NodeKind::Text | NodeKind::CData),
                "comment" => node.kind == NodeKind::Comment,
                _ => true,
            },
            Item::Node(node) if node.kind != NodeKind::Element => false,
            Item::Node(_) if name == "*" => true,
            Item::Node(node) => match name.split_once(':') {
                None => node.name == name && namespace(node, &node.name).is_empty(),
                Some((prefix, wanted)) => {
                    let uri = self
                        .prefixes
                        .iter()
                        .find(|(known, _)| known == prefix)
                        .map(|(_, uri)| uri);
                    uri.is_some_and(|uri| *uri == namespace(node, &node.name))
                        && (wanted == "*" || local(&node.name) == wanted)
                }
            },
        }
    }

    fn predicates(&mut self, mut items: Vec<Item>) -> Result<Vec<Item>, String> {
        while self.eat("[") {
            let start = self.rest;
            let last = items.len();
            let mut kept = Vec::new();
            for (at, item) in items.into_iter().enumerate() {
                self.rest = start;
                let context = Context {
                    item,
                    position: at + 1,
                    last,
                };
                let keeps = match self.expression(&context)? {
                    Found::Number(number) => number == context.position as f64,
                    other => other.truth(),
                };
                if keeps {
                    kept.push(context.item);
                }
            }
            if last == 0 {
                self.pass_predicate()?;
            }
            if !self.eat("]") {
                return Err(self.wrong());
            }
            items = kept;
        }
        Ok(items)
    }

    /// Goes over a predicate that no node is there for.
    fn pass_predicate(&mut self) -> Result<(), String> {
        let (mut depth, mut quote) = (0, None);
        for (at, letter) in self.rest.char_indices() {
            match (quote, letter) {
                (Some(open), _) if letter == open => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(letter),
                (None, '[') => depth += 1,
                (None, ']') if depth == 0 => {
                    self.rest = &self.rest[at..];
                    return Ok(());
                }
                (None, ']') => depth -= 1,
                _ => {}
            }
        }
        Err(self.wrong())
    }

    fn call(&mut self, name: &str, context: &Context) -> Result<Found, String> {
        self.rest = &self.rest[name.len()..];
        self.eat("(");
        let mut arguments = Vec::new();
        while !self.eat(")") {
            arguments.push(self.expression(context)?);
            if !self.eat(",") && !self.rest.trim_start().starts_with(')') {
                return Err(self.wrong());
            }
        }
        let own = || Found::Items(vec![context.item.clone()]);
        let first = || arguments.first().map_or_else(|| own().text(), Found::text);
        let second = || arguments.get(1).map(Found::text).unwrap_or_default();
        let items = || match arguments.first() {
            Some(Found::Items(items)) => items.clone(),
            _ => vec![context.item.clone()],
        };
        Ok(match name {
            "position" => Found::Number(context.position as f64),
            "last" => Found::Number(context.last as f64),
            "count" => Found::Number(items().len() as f64),
            "sum" => Found::Number(items().iter().map(|item| Found::Text(item.text()).number()).sum()),
            "name" => Found::Text(items().first().map(Item::name).unwrap_or_default()),
            "local-name" => Found::Text(
                items()
                    .first()
                    .map(|item| local(&item.name()).to_owned())
                    .unwrap_or_default(),
            ),
            "string" => Found::Text(first()),
            "number" => Found::Number(Found::Text(first()).number()),
            "string-length" => Found::Number(first().chars().count() as f64),
            "normalize-space" => Found::Text(first().split_whitespace().collect::<Vec<_>>().join(" ")),
            "contains" => Found::Truth(first().contains(&second())),
            "starts-with" => Found::Truth(first().starts_with(&second())),
            "concat" => Found::Text(arguments.iter().map(Found::text).collect()),
            "substring" => {
                let from = arguments.get(1).map_or(1.0, Found::number).round() - 1.0;
                let count = arguments
                    .get(2)
                    .map_or(f64::INFINITY, |count| count.number().round());
                let end = from + count;
                let within = |at: usize| (at as f64) >= from && (at as f64) < end;
                let kept = first()
                    .chars()
                    .enumerate()
                    .filter(|(at, _)| within(*at))
                    .map(|(_, letter)| letter)
                    .collect();
                Found::Text(kept)
            }
            "translate" => {
                let (from, to) = (second(), arguments.get(2).map(Found::text).unwrap_or_default());
                let to: Vec<char> = to.chars().collect();
                let letters = first();
                let letters = letters.chars().filter_map(|letter| {
                    match from.chars().position(|known| known == letter) {
                        Some(at) => to.get(at).copied(),
                        None => Some(letter),
                    }
                });
                Found::Text(letters.collect())
            }
            "not" => Found::Truth(!arguments.first().is_some_and(Found::truth)),
            "boolean" => Found::Truth(arguments.first().is_some_and(Found::truth)),
            "true" => Found::Truth(true),
            "false" => Found::Truth(false),
            _ => return Err(format!("The function '{name}' is not known.")),
        })
    }
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

fn compare(mark: &str, left: &Found, right: &Found) -> bool {
    // A set of nodes compares by any of its nodes.
    if let Found::Items(items) = left {
        return items
            .iter()
            .any(|item| compare(mark, &Found::Text(item.text()), right));
    }
    if let Found::Items(items) = right {
        return items
            .iter()
            .any(|item| compare(mark, left, &Found::Text(item.text())));
    }
    let numbers = matches!((left, right), (Found::Number(_), _) | (_, Found::Number(_)));
    match mark {
        "=" | "!=" => {
            let same = match (left, right) {
                (Found::Truth(_), _) | (_, Found::Truth(_)) => left.truth() == right.truth(),
                _ if numbers => left.number() == right.number(),
                _ => left.text() == right.text(),
            };
            same == (mark == "=")
        }
        "<" => left.number() < right.number(),
        "<=" => left.number() <= right.number(),
        ">" => left.number() > right.number(),
        _ => left.number() >= right.number(),
    }
}
