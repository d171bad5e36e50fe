//! What `-Property` means to Select-Object, Sort-Object, Group-Object and the Format cmdlets: a property name with
//! wildcards, a script block, or a hashtable with a label, an expression and wishes about sorting or layout.

use crate::cmdlet::Context;
use crate::error::{Category, ErrorRecord, Result};
use crate::format::Alignment;
use crate::inspect;
use crate::value::Value;

/// Where the value comes from.
#[derive(Clone)]
pub enum Source {
    /// A property name, perhaps with wildcards.
    Name(String),
    /// A script block, run with `$_`.
    Block(Value),
}

/// One property expression.
#[derive(Clone)]
pub struct PropertyExpression {
    /// Where the value comes from.
    pub source: Source,
    /// The name given to it.
    pub label: Option<String>,
    /// A .NET format string.
    pub format: Option<String>,
    /// A column's width.
    pub width: Option<usize>,
    /// A column's alignment.
    pub align: Alignment,
    /// Sort-Object: this key's order, when it differs from the others'.
    pub descending: Option<bool>,
}

impl PropertyExpression {
    /// A property by name.
    pub fn name(name: impl Into<String>) -> PropertyExpression {
        PropertyExpression {
            source: Source::Name(name.into()),
            label: None,
            format: None,
            width: None,
            align: Alignment::ByValue,
            descending: None,
        }
    }

    /// Reads one; `command` is named in errors' ids by the engine.
    pub fn parse(value: &Value) -> Result<PropertyExpression> {
        match value.base() {
            Value::Block(_) => Ok(PropertyExpression {
                source: Source::Block(value.clone()),
                ..Self::name("")
            }),
            Value::Hashtable(table) => {
                let entries: Vec<(String, Value)> = table
                    .pairs()
                    .into_iter()
                    .map(|(key, value)| (inspect::text(&key), value))
                    .collect();
                Self::from_entries(&entries)
            }
            other => Ok(Self::name(inspect::text(other))),
        }
    }

    /// Reads several; a nested array counts as its items.
    pub fn parse_all(values: &[Value]) -> Result<Vec<PropertyExpression>> {
        let mut expressions = Vec::new();
        for value in values {
            match value.base() {
                Value::Array(array) => expressions.extend(Self::parse_all(&array.items.read().clone())?),
                Value::Null | Value::Nothing => {}
                other => expressions.push(Self::parse(other)?),
            }
        }
        Ok(expressions)
    }

    fn from_entries(entries: &[(String, Value)]) -> Result<PropertyExpression> {
        let mut read = Self::name("");
        let mut source = None;
        for (key, value) in entries {
            let is = |word: &str| {
                key.len() <= word.len() && !key.is_empty() && word[..key.len()].eq_ignore_ascii_case(key)
            };
            if is("name") || is("label") {
                read.label = Some(inspect::text(value));
            } else if is("expression") {
                source = Some(match value {
                    Value::Block(_) => Source::Block(value.clone()),
                    other => Source::Name(inspect::text(other)),
                });
            } else if is("formatstring") {
                read.format = Some(inspect::text(value));
            } else if is("width") {
                read.width = inspect::text(value).parse().ok();
            } else if is("alignment") {
                read.align = alignment(&inspect::text(value));
            } else if is("descending") {
                read.descending = Some(truth(value));
            } else if is("ascending") {
                read.descending = Some(!truth(value));
            } else if !is("depth") && !is("showerror") {
                return Err(unknown_key(key).into());
            }
        }
        // A label alone names the property too: `@{n='Name'}` shows Name.
        read.source = match (source, &read.label) {
            (Some(source), _) => source,
            (None, Some(label)) => Source::Name(label.clone()),
            (None, None) => return Err(no_expression().into()),
        };
        Ok(read)
    }

    /// The columns that it stands for on an object: wildcards expand in the object's order.
    pub fn expand(&self, context: &dyn Context, object: &Value) -> Vec<PropertyExpression> {
        match &self.source {
            Source::Name(pattern) if has_wildcard(pattern) => inspect::property_names_in(context, object)
                .into_iter()
                .filter(|name| crate::inspect::like(name, pattern))
                .map(|name| PropertyExpression {
                    source: Source::Name(name.to_string()),
                    ..self.clone()
                })
                .collect(),
            _ => vec![self.clone()],
        }
    }

    /// The name under which the value appears.
    pub fn heading(&self, object: Option<&Value>) -> String {
        if let Some(label) = &self.label {
            return label.clone();
        }
        match &self.source {
            // The object's own spelling wins over the one asked for.
            Source::Name(name) => object
                .and_then(|object| {
                    inspect::property_names(object)
                        .into_iter()
                        .find(|known| known.eq_ignore_ascii_case(name))
                })
                .map_or_else(|| name.clone(), |known| known.to_string()),
            Source::Block(block) => inspect::text(block).clone(),
        }
    }

    /// The property that it names, when it is no more than that.
    pub fn plain_name(&self) -> Option<&str> {
        match &self.source {
            Source::Name(name) => Some(name),
            Source::Block(_) => None,
        }
    }

    /// The value on an object; `None` when the property does not exist or the block failed.
    pub fn value(&self, context: &mut dyn Context, object: &Value) -> Result<Option<Value>> {
        match &self.source {
            Source::Name(name) => inspect::property_in(context, object, name),
            Source::Block(block) => {
                let mut output = context.invoke_guarded(block, Some(object.clone()), &[])?;
                Ok(Some(match output.len() {
                    0 => Value::Null,
                    1 => output.remove(0),
                    _ => inspect::array(output),
                }))
            }
        }
    }
}

/// Whether a name has wildcard characters.
pub fn has_wildcard(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

fn truth(value: &Value) -> bool {
    !matches!(
        value,
        Value::Bool(false) | Value::Switch(false) | Value::Null | Value::Nothing | Value::Int(0)
    )
}

fn alignment(word: &str) -> Alignment {
    match word.to_ascii_lowercase().as_str() {
        "right" => Alignment::Right,
        "center" => Alignment::Center,
        _ => Alignment::Left,
    }
}

fn unknown_key(key: &str) -> ErrorRecord {
    ErrorRecord::new(
        "DictionaryKeyIllegal",
        Category::InvalidArgument,
        format!("The {key} key is not valid."),
    )
    .exception("System.NotSupportedException")
    .about(Value::from(key))
    .hint("Use Name (or Label), Expression, FormatString, Width, Alignment, Ascending or Descending.")
}

fn no_expression() -> ErrorRecord {
    ErrorRecord::new(
        "DictionaryKeyMissing",
        Category::InvalidArgument,
        "The mandatory expression key is missing.",
    )
    .exception("System.NotSupportedException")
    .hint("Write @{Name='…'; Expression={…}}.")
}
