//! YAML 1.2 to values, from the parser's events; an error names the line and the column.
//!
//! An alias gives the very value that its anchor named, so that a text that multiplies itself costs no memory here.

use std::collections::HashMap;
use std::sync::Arc;

use plenum_lang::error::{Category, ErrorRecord, Interrupt, Result};
use plenum_lang::inspect;
use plenum_lang::number::parse_integer;
use plenum_lang::types::resolve;
use plenum_lang::value::{Hashtable, List, ListKind, TableKind, Value};
use serde_saphyr::granit_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::super::json;
use crate::authoring::text;

/// Nesting that no document needs.
const MAX_DEPTH: usize = 500;

/// How documents are read.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Mappings keep the order of the text.
    pub ordered: bool,
    /// `<<` merges.
    pub merging: bool,
}

/// The documents of a text.
pub fn documents(content: &str, reading: Reading) -> Result<Vec<Value>> {
    let mut tree = Tree {
        reading,
        open: Vec::new(),
        anchors: HashMap::new(),
        documents: Vec::new(),
    };
    for event in Parser::new_from_str(content.strip_prefix('\u{feff}').unwrap_or(content)) {
        let (event, span) = event.map_err(|error| wrong(error.marker(), &error.info()))?;
        tree.event(event, &span.start)?;
    }
    Ok(tree.documents)
}

/// A list or mapping whose end has not been seen, with its anchor (0: none).
enum Open {
    List(Vec<Value>, usize),
    Map {
        table: Hashtable,
        key: Option<Key>,
        merged: Vec<Arc<Hashtable>>,
        anchor: usize,
    },
}

enum Key {
    Name(String),
    Merge,
}

struct Tree {
    reading: Reading,
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    documents: Vec<Value>,
}

impl Tree {
    fn event(&mut self, event: Event<'_>, at: &Marker) -> Result<()> {
        match event {
            Event::Scalar(content, style, anchor, tag) => {
                if self.expects_key() {
                    let merges =
                        self.reading.merging && style == ScalarStyle::Plain && content.as_ref() == "<<";
                    return self.key(content.into_owned(), merges, at);
                }
                let value = scalar(content.as_ref(), style == ScalarStyle::Plain, tag.as_deref(), at)?;
                self.finished(value, anchor, at)
            }
            Event::SequenceStart(_, anchor, _) => self.enter(Open::List(Vec::new(), anchor), at),
            Event::MappingStart(_, anchor, _) => {
                let kind = if self.reading.ordered {
                    TableKind::Ordered
                } else {
                    TableKind::Hashtable
                };
                let table = Hashtable::new(kind);
                self.enter(
                    Open::Map {
                        table,
                        key: None,
                        merged: Vec::new(),
                        anchor,
                    },
                    at,
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(at),
            Event::Alias(anchor) => {
                if self.expects_key() {
                    return Err(wrong(at, "an alias cannot be a key; write the key out"));
                }
                let named = self.anchors.get(&anchor).cloned();
                let value = named.ok_or_else(|| wrong(at, "an alias inside of what it names"))?;
                self.finished(value, 0, at)
            }
            _ => Ok(()),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open::Map { key: None, .. }))
    }

    fn enter(&mut self, open: Open, at: &Marker) -> Result<()> {
        if self.open.len() >= MAX_DEPTH {
            return Err(wrong(at, &format!("nested deeper than {MAX_DEPTH} levels")));
        }
        if self.expects_key() {
            return Err(wrong(at, "a key is a single value, not a list or mapping"));
        }
        self.open.push(open);
        Ok(())
    }

    fn leave(&mut self, at: &Marker) -> Result<()> {
        match self.open.pop() {
            Some(Open::List(items, anchor)) => {
                let list = List::new(ListKind::List, resolve("object"), items);
                self.finished(Value::List(Arc::new(list)), anchor, at)
            }
            Some(Open::Map {
                table,
                merged,
                anchor,
                ..
            }) => {
                for (key, value) in merged.iter().flat_map(|other| other.pairs()) {
                    table.add(key, value);
                }
                self.finished(Value::Hashtable(Arc::new(table)), anchor, at)
            }
            None => Err(wrong(at, "an end without a beginning")),
        }
    }

    /// Begins an entry. Keys that differ by case only would be one in a hashtable, so they are refused as equal ones.
    fn key(&mut self, name: String, merges: bool, at: &Marker) -> Result<()> {
        let Some(Open::Map { table, key, .. }) = self.open.last_mut() else {
            return Err(wrong(at, "a key outside of a mapping"));
        };
        if !merges && table.contains(&text(&name)) {
            return Err(wrong(
                at,
                &format!("the key '{name}' is there twice (upper and lower case are the same)"),
            ));
        }
        *key = Some(if merges { Key::Merge } else { Key::Name(name) });
        Ok(())
    }

    /// Puts a finished value where it belongs.
    fn finished(&mut self, value: Value, anchor: usize, at: &Marker) -> Result<()> {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            None => self.documents.push(value),
            Some(Open::List(items, _)) => items.push(value),
            Some(Open::Map {
                table, key, merged, ..
            }) => match key.take() {
                Some(Key::Name(name)) => table.set(text(name), value),
                Some(Key::Merge) => merged.extend(tables(&value, at)?),
                None => return Err(wrong(at, "a value without a key")),
            },
        }
        Ok(())
    }
}

/// What `<<` may name: a mapping, or a list of them.
fn tables(value: &Value, at: &Marker) -> Result<Vec<Arc<Hashtable>>> {
    let one = |value: &Value| match value {
        Value::Hashtable(table) => Ok(Arc::clone(table)),
        _ => Err(wrong(at, "<< takes a mapping or a list of mappings")),
    };
    match inspect::elements(value) {
        Some(items) => items.iter().map(one).collect(),
        None => Ok(vec![one(value)?]),
    }
}

fn scalar(content: &str, plain: bool, tag: Option<&Tag>, at: &Marker) -> Result<Value> {
    let core = tag.filter(|tag| tag.is_yaml_core_schema());
    let Some(tag) = core else {
        return Ok(if plain && tag.is_none() {
            plain_value(content)
        } else {
            text(content)
        });
    };
    let found = match tag.suffix() {
        "int" => integer(content),
        "float" => real(content).or_else(|| {
            integer(content).map(|whole| Value::Double(inspect::number(&whole).unwrap_or_default()))
        }),
        "bool" => boolean(content),
        "null" => Some(Value::Null),
        "timestamp" => moment(content),
        _ => Some(text(content)),
    };
    found.ok_or_else(|| wrong(at, &format!("'{content}' is no !!{}", tag.suffix())))
}

/// A word without quotes as the core schema reads it, and dates.
fn plain_value(content: &str) -> Value {
    if matches!(content, "" | "~" | "null" | "Null" | "NULL") {
        return Value::Null;
    }
    boolean(content)
        .or_else(|| integer(content))
        .or_else(|| real(content))
        .or_else(|| moment(content))
        .unwrap_or_else(|| text(content))
}

/// Whether a text would not be read as text without quotes, here or by a reader of YAML 1.1.
pub fn is_ambiguous(content: &str) -> bool {
    let older = ["<<", "=", "yes", "no", "on", "off"];
    !matches!(plain_value(content), Value::Str(_))
        || older.iter().any(|word| word.eq_ignore_ascii_case(content))
}

fn boolean(content: &str) -> Option<Value> {
    match content {
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

fn integer(content: &str) -> Option<Value> {
    let in_radix = |digits: &str, radix: u32| i64::from_str_radix(digits, radix).ok();
    let whole = if let Some(digits) = content.strip_prefix("0x") {
        in_radix(digits, 16)?
    } else if let Some(digits) = content.strip_prefix("0o") {
        in_radix(digits, 8)?
    } else {
        let digits = content.strip_prefix(['-', '+']).unwrap_or(content);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        match content.parse() {
            Ok(whole) => whole,
            Err(_) => return parse_integer(content).map(Value::big),
        }
    };
    Some(i32::try_from(whole).map_or(Value::Long(whole), Value::Int))
}

fn real(content: &str) -> Option<Value> {
    let unsigned = content.strip_prefix(['-', '+']).unwrap_or(content);
    Some(Value::Double(match unsigned {
        ".inf" | ".Inf" | ".INF" if content.starts_with('-') => f64::NEG_INFINITY,
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == content.len() => f64::NAN,
        _ => {
            let numeric =
                |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+');
            if !unsigned.bytes().all(numeric)
                || !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            {
                return None;
            }
            content.parse().ok()?
        }
    }))
}

/// `2026-03-05`, or a date and time as JSON has them; a blank may stand for the T.
fn moment(content: &str) -> Option<Value> {
    let dashes = |at: usize| content.as_bytes().get(at) == Some(&b'-');
    if !dashes(4) || !dashes(7) {
        return None;
    }
    match content.len() {
        10 => json::date(&format!("{content}T00:00:00")),
        _ => json::date(&content.replacen([' ', 't'], "T", 1)),
    }
}

fn wrong(at: &Marker, what: &str) -> Interrupt {
    let message = format!(
        "This is not YAML: line {}, column {}: {what}.",
        at.line(),
        at.col() + 1
    );
    ErrorRecord::new("InvalidYaml", Category::InvalidData, message)
        .exception("System.FormatException")
        .into()
}
