//! Holds a positioned tree against the JSON Schema of the model: unknown and repeated keys, wrong types, missing
//! members. Text is taken as it is written where the schema wants text, so `NO` stays `NO`.

use serde_json::{Map, Value};

use super::{Node, NodeValue, Span};
use crate::model::schema::{check_format, format_description, non_null, resolve, topology_schema};
use crate::problem::{Location, Path, Problem, did_you_mean};

/// Stands in for a name that is wrong, so that the rest of the document can still be checked.
pub(super) const PLACEHOLDER: &str = ".unreadable.invalid";

/// Nesting that no topology needs; deeper input is refused before it can exhaust the stack.
const MAX_DEPTH: usize = 64;

/// The JSON that the tree stands for, `None` when too much of it is wrong, and every fault of form.
pub(super) fn check(root: &Node) -> (Option<Value>, Vec<Problem>) {
    let mut shape = Shape {
        schema: topology_schema(),
        problems: Vec::new(),
        placeholders: 0,
    };
    let json = shape.value(shape.schema, root, &Path::default(), 0);
    (json, shape.problems)
}

struct Shape {
    schema: &'static Value,
    problems: Vec<Problem>,
    placeholders: usize,
}

impl Shape {
    /// `None` when no value of the right kind can be given.
    fn value(&mut self, schema: &'static Value, node: &Node, path: &Path, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            self.problems.push(Problem::error(
                "shape",
                path,
                format!("The document is nested deeper than {MAX_DEPTH} levels."),
            ));
            return None;
        }
        if node.is_null() && allows_null(self.schema, schema) {
            return Some(Value::Null);
        }
        let wanted = non_null(self.schema, schema);
        if let Some(choices) = choices(wanted) {
            return self.choice(&choices, node, path);
        }
        match (kind(wanted), &node.value) {
            ("object", NodeValue::Map(members)) => self.object(wanted, members, node, path, depth),
            ("array", NodeValue::List(items)) => {
                let item_schema = wanted.get("items").unwrap_or(&Value::Null);
                let read: Vec<Option<Value>> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.value(item_schema, item, &path.index(index), depth + 1))
                    .collect();
                read.into_iter().collect::<Option<Vec<_>>>().map(Value::Array)
            }
            ("array", _) if node.is_null() => Some(Value::Array(Vec::new())),
            ("object", _) if node.is_null() => self.object(wanted, &[], node, path, depth),
            ("string", NodeValue::Scalar { text, .. }) if !node.is_null() => self.text(wanted, text, path),
            ("boolean", NodeValue::Scalar { text, plain: true }) => match text.as_str() {
                "true" | "True" | "TRUE" => Some(Value::Bool(true)),
                "false" | "False" | "FALSE" => Some(Value::Bool(false)),
                _ => self.wrong_kind(wanted, node, path),
            },
            ("integer", NodeValue::Scalar { text, plain: true }) => match text.parse::<i64>() {
                Ok(number) => self.number(wanted, number, path),
                Err(_) => self.wrong_kind(wanted, node, path),
            },
            _ => self.wrong_kind(wanted, node, path),
        }
    }

    fn object(
        &mut self,
        schema: &'static Value,
        members: &[(String, Span, Node)],
        node: &Node,
        path: &Path,
        depth: usize,
    ) -> Option<Value> {
        let properties = schema.get("properties").and_then(Value::as_object)?;
        let required: Vec<&str> = strings(schema.get("required"));
        let mut object = Map::new();
        let mut whole = true;
        for (position, (name, span, value)) in members.iter().enumerate() {
            if members[..position].iter().any(|(earlier, _, _)| earlier == name) {
                let problem =
                    Problem::error("shape", &path.key(name), format!("'{name}' stands here twice."));
                self.problems
                    .push(at(problem.hint("Keep one of the two."), *span));
                continue;
            }
            let Some(property) = properties.get(name) else {
                self.unknown_key(name, *span, properties, path);
                continue;
            };
            match self.value(property, value, &path.key(name), depth + 1) {
                Some(json) => drop(object.insert(name.clone(), json)),
                // Without an optional single value the rest can be checked; without a list it would look incomplete.
                None => {
                    let single = matches!(value.value, NodeValue::Scalar { .. });
                    whole &= single && !required.contains(&name.as_str());
                }
            }
        }
        for name in required {
            if !members.iter().any(|(member, _, _)| member == name) {
                self.missing(name, properties.get(name), node, path);
                whole = false;
            }
        }
        whole.then_some(Value::Object(object))
    }

    fn missing(&mut self, name: &str, property: Option<&'static Value>, node: &Node, path: &Path) {
        let place = if path.0.is_empty() {
            "The document".to_owned()
        } else {
            format!("'{path}'")
        };
        let problem = Problem::error("shape", path, format!("{place} has no '{name}'."));
        let hint = property
            .and_then(|property| {
                property
                    .get("description")
                    .or_else(|| resolve(self.schema, property).get("description"))
            })
            .and_then(Value::as_str)
            .map(|description| format!("{name}: {}", description.replace('\n', " ")));
        let mut problem = at(problem, node.first_span());
        problem.hint = hint;
        self.problems.push(problem);
    }

    fn unknown_key(&mut self, name: &str, span: Span, properties: &Map<String, Value>, path: &Path) {
        let problem = Problem::error("shape", &path.key(name), format!("There is no '{name}' here."));
        let hint = match did_you_mean(name, properties.keys().map(String::as_str)) {
            Some(meant) => format!("Did you mean '{meant}'?"),
            None => format!(
                "Known here: {}.",
                properties.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
        };
        self.problems.push(at(problem.hint(hint), span));
    }

    fn text(&mut self, schema: &Value, text: &str, path: &Path) -> Option<Value> {
        let Some(format) = schema.get("format").and_then(Value::as_str) else {
            return Some(Value::from(text));
        };
        let error = match check_format(format, text) {
            Some(Ok(())) => return Some(Value::from(text)),
            Some(Err(error)) => error,
            None if format == "ip" && text.parse::<std::net::IpAddr>().is_err() => {
                let problem = Problem::error("shape", path, format!("'{text}' is not an IP address."));
                self.problems
                    .push(problem.hint("Write an IPv4 or IPv6 address, e.g. 192.0.2.10."));
                return None;
            }
            None => return Some(Value::from(text)),
        };
        let rule = if matches!(format, "fqdn" | "host") {
            "V1"
        } else {
            "shape"
        };
        self.problems
            .push(Problem::error(rule, path, error.message).hint(error.hint));
        if !matches!(format, "fqdn" | "host") {
            return None;
        }
        self.placeholders += 1;
        Some(Value::from(format!("n{}{PLACEHOLDER}", self.placeholders)))
    }

    fn number(&mut self, schema: &Value, number: i64, path: &Path) -> Option<Value> {
        let limit = |name: &str, other: i64| schema.get(name).and_then(Value::as_i64).unwrap_or(other);
        let (least, most) = (limit("minimum", i64::MIN), limit("maximum", i64::MAX));
        if (least..=most).contains(&number) {
            return Some(Value::from(number));
        }
        let is_port = most == i64::from(u16::MAX);
        let rule = if is_port { "V13" } else { "shape" };
        let range = if is_port {
            format!("1 to {most}")
        } else {
            format!("{least} to {most}")
        };
        self.problems.push(
            Problem::error(rule, path, format!("{number} is out of range."))
                .hint(format!("Choose a number from {range}.")),
        );
        None
    }

    fn choice(&mut self, choices: &[&str], node: &Node, path: &Path) -> Option<Value> {
        if let NodeValue::Scalar { text, .. } = &node.value {
            if let Some(found) = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text)) {
                return Some(Value::from(*found));
            }
            let hint = match did_you_mean(text, choices.iter().copied()) {
                Some(meant) => format!("Did you mean '{meant}'?"),
                None => format!("Choose one of: {}.", choices.join(", ")),
            };
            self.problems.push(
                Problem::error("shape", path, format!("'{text}' is not a value of '{path}'.")).hint(hint),
            );
            return None;
        }
        let problem = Problem::error("shape", path, format!("'{path}' takes a single value."));
        self.problems
            .push(problem.hint(format!("Choose one of: {}.", choices.join(", "))));
        None
    }

    fn wrong_kind(&mut self, wanted: &Value, node: &Node, path: &Path) -> Option<Value> {
        let given = match &node.value {
            _ if node.is_null() => "nothing".to_owned(),
            NodeValue::Scalar { text, .. } => format!("'{text}'"),
            NodeValue::List(_) => "a list".to_owned(),
            NodeValue::Map(_) => "a mapping".to_owned(),
        };
        let described = wanted
            .get("format")
            .and_then(Value::as_str)
            .and_then(format_description);
        let wanted = described.unwrap_or(match kind(wanted) {
            "object" => "a mapping (`key: value`)",
            "array" => "a list (`- item`)",
            "boolean" => "true or false",
            "integer" => "a whole number",
            _ => "a text",
        });
        let name = if path.0.is_empty() {
            "The document".to_owned()
        } else {
            format!("'{path}'")
        };
        self.problems.push(Problem::error(
            "shape",
            path,
            format!("{name} takes {wanted}, not {given}."),
        ));
        None
    }
}

/// A finding at a place that is not its value's, e.g. at a key. The file's name follows later.
fn at(mut problem: Problem, span: Span) -> Problem {
    problem.location = Some(Location {
        file: String::new(),
        line: span.line,
        column: span.column,
        length: span.length,
    });
    problem
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array)
        .map(|items| items.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

/// The type that is wanted, `null` aside.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or(""),
        _ => "",
    }
}

fn allows_null(root: &Value, schema: &Value) -> bool {
    let schema = resolve(root, schema);
    let null = |kind: &Value| kind.as_str() == Some("null");
    match (schema.get("type"), schema.get("anyOf")) {
        (Some(Value::Array(kinds)), _) => kinds.iter().any(null),
        (_, Some(Value::Array(choices))) => choices.iter().any(|choice| choice.get("type").is_some_and(null)),
        _ => false,
    }
}

/// The texts that are allowed, where the schema lists them.
fn choices(schema: &Value) -> Option<Vec<&str>> {
    if let Some(list) = schema.get("enum") {
        return Some(strings(Some(list)));
    }
    let variants = schema.get("oneOf")?.as_array()?;
    variants
        .iter()
        .map(|variant| variant.get("const").and_then(Value::as_str))
        .collect()
}
