//! Values to YAML: blocks of two blanks, or the flow forms; a text gets quotes where it would be read as something else.

use plenum_lang::cmdlet::Context;
use plenum_lang::error::Result;
use plenum_lang::inspect;
use plenum_lang::value::Value;

use super::super::json;
use super::read::is_ambiguous;

/// The form of lists and mappings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// One entry a line.
    Block,
    /// `{a: 1, b: [x, y]}`.
    Flow,
    /// `{"a": 1, "b": ["x", "y"]}`.
    Json,
}

/// A document, with the line end that closes it.
pub fn document(context: &mut dyn Context, value: &Value, depth: usize, style: Style) -> Result<String> {
    let mut writer = Writer {
        depth,
        style,
        truncated: false,
        out: String::new(),
    };
    match writer.node(context, value, 0)? {
        Node::Scalar(word) => writer.out.push_str(&word),
        Node::List(items) => writer.list(context, &items, 0)?,
        Node::Map(entries) => writer.map(context, &entries, 0, false)?,
    }
    if !writer.out.ends_with('\n') {
        writer.out.push('\n');
    }
    if writer.truncated {
        context.warning(&format!(
            "Resulting YAML is truncated as serialization has exceeded the set depth of {depth}."
        ))?;
    }
    Ok(writer.out)
}

enum Node {
    Scalar(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

struct Writer {
    depth: usize,
    style: Style,
    truncated: bool,
    out: String,
}

impl Writer {
    /// What a value is written as, `level` deep.
    fn node(&mut self, context: &mut dyn Context, value: &Value, level: usize) -> Result<Node> {
        context.check_stop()?;
        Ok(match value.base() {
            Value::Null | Value::Nothing => Node::Scalar("null".to_owned()),
            Value::Bool(flag) | Value::Switch(flag) => Node::Scalar(flag.to_string()),
            Value::Str(_) | Value::Char(_) | Value::Block(_) | Value::Type(_) | Value::TimeSpan(_) => {
                Node::Scalar(self.text(&inspect::text(value), level))
            }
            Value::Enum(_) => Node::Scalar(self.text(&inspect::text(value), level)),
            Value::DateTime(_) if self.style == Style::Json => Node::Scalar(quoted(&json::iso(value))),
            Value::DateTime(_) => Node::Scalar(json::iso(value)),
            Value::Double(number) => Node::Scalar(self.real(*number)),
            Value::Single(number) => Node::Scalar(self.real(f64::from(*number))),
            _ if inspect::is_scalar(value) => Node::Scalar(inspect::text(value)),
            _ => self.composite(context, value, level)?,
        })
    }

    fn composite(&mut self, context: &mut dyn Context, value: &Value, level: usize) -> Result<Node> {
        let items = inspect::elements(value);
        let entries = if items.is_some() {
            Vec::new()
        } else {
            entries(context, value)?
        };
        let is_bag = matches!(value.base(), Value::Hashtable(_) | Value::Object(_));
        if level > self.depth || (items.is_none() && entries.is_empty() && !is_bag) {
            self.truncated |= level > self.depth;
            return Ok(Node::Scalar(self.text(&inspect::text(value), level)));
        }
        if let Some(items) = items {
            return Ok(Node::List(items));
        }
        Ok(Node::Map(entries))
    }

    fn list(&mut self, context: &mut dyn Context, items: &[Value], level: usize) -> Result<()> {
        if items.is_empty() || self.style != Style::Block {
            return self.flow_list(context, items, level);
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 || self.out.ends_with(':') {
                self.line(level);
            }
            self.out.push_str("- ");
            match self.node(context, item, level + 1)? {
                Node::Scalar(word) => self.out.push_str(&word),
                Node::List(inner) => self.list(context, &inner, level + 1)?,
                Node::Map(entries) => self.map(context, &entries, level + 1, false)?,
            }
        }
        Ok(())
    }

    /// A mapping; `below` when it begins on a line of its own.
    fn map(
        &mut self,
        context: &mut dyn Context,
        entries: &[(String, Value)],
        level: usize,
        below: bool,
    ) -> Result<()> {
        if entries.is_empty() || self.style != Style::Block {
            return self.flow_map(context, entries, level);
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || below {
                self.line(level);
            }
            let key = self.key(key);
            self.out.push_str(&key);
            self.out.push(':');
            match self.node(context, value, level + 1)? {
                Node::Scalar(word) => self.value(&word),
                Node::List(items) if items.is_empty() => self.value("[]"),
                // A list stands at the column of its key, as the module's users know it.
                Node::List(items) => self.list(context, &items, level)?,
                Node::Map(inner) if inner.is_empty() => self.value("{}"),
                Node::Map(inner) => self.map(context, &inner, level + 1, true)?,
            }
        }
        Ok(())
    }

    fn value(&mut self, word: &str) {
        self.out.push(' ');
        self.out.push_str(word);
    }

    fn flow_list(&mut self, context: &mut dyn Context, items: &[Value], level: usize) -> Result<()> {
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.flow(context, item, level + 1)?;
        }
        self.out.push(']');
        Ok(())
    }

    fn flow_map(
        &mut self,
        context: &mut dyn Context,
        entries: &[(String, Value)],
        level: usize,
    ) -> Result<()> {
        self.out.push('{');
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            let key = self.key(key);
            self.out.push_str(&key);
            self.out.push_str(": ");
            self.flow(context, value, level + 1)?;
        }
        self.out.push('}');
        Ok(())
    }

    fn flow(&mut self, context: &mut dyn Context, value: &Value, level: usize) -> Result<()> {
        match self.node(context, value, level)? {
            Node::Scalar(word) => self.out.push_str(&word),
            Node::List(items) => self.flow_list(context, &items, level)?,
            Node::Map(entries) => self.flow_map(context, &entries, level)?,
        }
        Ok(())
    }

    fn line(&mut self, level: usize) {
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n("  ", level));
    }

    fn real(&self, number: f64) -> String {
        if number.is_finite() {
            return json::real(number);
        }
        let word = match number {
            _ if number.is_nan() => ".nan",
            _ if number > 0.0 => ".inf",
            _ => "-.inf",
        };
        if self.style == Style::Json {
            quoted(word)
        } else {
            word.to_owned()
        }
    }

    fn key(&self, name: &str) -> String {
        match self.style {
            Style::Json => quoted(name),
            _ => word(name),
        }
    }

    /// A text; one of several lines is a literal block where blocks are written.
    fn text(&self, content: &str, level: usize) -> String {
        let is_printable = |c: char| c == '\n' || c == '\t' || !c.is_control();
        let fits_block = content.contains('\n')
            && content.chars().all(is_printable)
            && !content.starts_with([' ', '\n', '\t']);
        match self.style {
            Style::Json => quoted(content),
            Style::Block if fits_block => literal(content, level.max(1)),
            _ => word(content),
        }
    }
}

fn entries(context: &mut dyn Context, value: &Value) -> Result<Vec<(String, Value)>> {
    if let Value::Hashtable(table) = value.base() {
        let pairs = table.pairs();
        return Ok(pairs
            .into_iter()
            .map(|(key, value)| (inspect::text(&key), value))
            .collect());
    }
    let mut entries = Vec::new();
    for name in inspect::property_names(value) {
        let found = inspect::property_in(context, value, &name)?.unwrap_or_default();
        entries.push((name.to_string(), found));
    }
    Ok(entries)
}

/// `|` keeps line ends; `-` says that there is none at the end, `+` that there are several.
fn literal(content: &str, level: usize) -> String {
    let kept = content.trim_end_matches('\n');
    let mark = match content.len() - kept.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    };
    let mut block = mark.to_owned();
    for line in content.strip_suffix('\n').unwrap_or(content).split('\n') {
        block.push('\n');
        if !line.is_empty() {
            block.extend(std::iter::repeat_n("  ", level));
            block.push_str(line);
        }
    }
    if mark == "|+" {
        block.push('\n');
    }
    block
}

/// A text on one line: as it is, else in the quotes that it needs.
fn word(content: &str) -> String {
    if content.chars().any(|c| c.is_control() || c == '\u{feff}') || is_ambiguous(content) {
        return quoted(content);
    }
    let first = |c: char| "-?:,[]{}#&*!|>'\"%@` ".contains(c);
    let starts_plain = !content.starts_with(first)
        || (content.starts_with(['-', '?', ':'])
            && content
                .chars()
                .nth(1)
                .is_some_and(|c| !c.is_whitespace() && !",[]{}".contains(c)));
    let is_plain = starts_plain
        && !content.contains(": ")
        && !content.contains(" #")
        && !content.ends_with([':', ' '])
        && !content.contains(['[', ']', '{', '}', ','])
        && !matches!(content, "---" | "...")
        && !content.starts_with("--- ");
    if is_plain {
        content.to_owned()
    } else {
        format!("'{}'", content.replace('\'', "''"))
    }
}

/// Double quotes, with the escapes that JSON has.
fn quoted(content: &str) -> String {
    serde_json::Value::from(content).to_string()
}
