//! Objects as CLIXML elements.
//!
//! Depth counts the levels below which an object is its text. Type names are written once and referred to after that.
//! Control characters are coded as `_xHHHH_`, since XML cannot have them.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use plenum_lang::cmdlet::{Context, Progress};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::value::{Credential, SecureString, Value};

/// What stands before the elements.
pub const OPENING: &str =
    "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";
/// What stands behind them.
pub const CLOSING: &str = "</Objs>";
/// How many levels down without `-Depth`.
pub const DEPTH: usize = 2;

/// Makes elements of objects.
pub struct Writer {
    out: String,
    depth: usize,
    /// How many elements are open, where each has lines of its own.
    level: Option<usize>,
    next_object: usize,
    type_names: HashMap<Vec<Arc<str>>, usize>,
}

impl Writer {
    /// One whose elements have a line each.
    pub fn indented(depth: usize) -> Writer {
        Writer {
            level: Some(1),
            ..Writer::compact(depth)
        }
    }

    /// One without line ends.
    pub fn compact(depth: usize) -> Writer {
        Writer {
            out: String::new(),
            depth,
            level: None,
            next_object: 0,
            type_names: HashMap::new(),
        }
    }

    /// The elements since the last call.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Adds an object, with the name of its stream where it has one.
    pub fn add(&mut self, context: &mut dyn Context, stream: Option<&str>, value: &Value) -> Result<()> {
        let stream = stream.map_or_else(String::new, |stream| format!(" S=\"{}\"", encode(stream)));
        self.value(context, &stream, value, self.depth)
    }

    /// Adds a text of a stream.
    pub fn add_text(&mut self, stream: &str, text: &str) {
        self.leaf("S", &format!(" S=\"{}\"", encode(stream)), text);
    }

    /// Adds a progress record.
    pub fn add_progress(&mut self, progress: &Progress) {
        let reference = self.next_object;
        self.next_object += 1;
        self.open("Obj", &format!(" S=\"progress\" RefId=\"{reference}\""));
        self.types(
            ["System.Management.Automation.PSCustomObject", "System.Object"]
                .map(Arc::from)
                .to_vec(),
        );
        self.open("MS", "");
        self.leaf("I64", " N=\"SourceId\"", &progress.source.to_string());
        self.open("PR", " N=\"Record\"");
        self.leaf("AV", "", &progress.activity);
        self.leaf("AI", "", &progress.id.to_string());
        self.line();
        self.out.push_str("<Nil />");
        self.leaf("PI", "", &progress.parent.unwrap_or(-1).to_string());
        let percent = progress.percent.map_or(-1, i32::from);
        self.leaf("PC", "", &percent.to_string());
        self.leaf(
            "T",
            "",
            if progress.completed {
                "Completed"
            } else {
                "Processing"
            },
        );
        self.leaf("SR", "", "-1");
        self.leaf("SD", "", &progress.status);
        self.close("PR");
        self.close("MS");
        self.close("Obj");
    }

    fn line(&mut self) {
        if let Some(level) = self.level {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", level));
        }
    }

    fn open(&mut self, tag: &str, attributes: &str) {
        self.line();
        let _ = write!(self.out, "<{tag}{attributes}>");
        self.level = self.level.map(|level| level + 1);
    }

    fn close(&mut self, tag: &str) {
        self.level = self.level.map(|level| level - 1);
        self.line();
        let _ = write!(self.out, "</{tag}>");
    }

    fn leaf(&mut self, tag: &str, attributes: &str, text: &str) {
        self.line();
        let _ = write!(self.out, "<{tag}{attributes}>{}</{tag}>", encode(text));
    }

    fn value(
        &mut self,
        context: &mut dyn Context,
        attributes: &str,
        value: &Value,
        depth: usize,
    ) -> Result<()> {
        context.check_stop()?;
        if value.downcast::<SecureString>().is_some() || value.downcast::<Credential>().is_some() {
            let message = "A secret cannot be exported: the file would hold it in plain text.";
            return Err(ErrorRecord::new("SecretNotExported", Category::SecurityError, message).into());
        }
        match scalar(value) {
            Some(("Nil", _)) => {
                self.line();
                let _ = write!(self.out, "<Nil{attributes} />");
            }
            Some((tag, shown)) => self.leaf(tag, attributes, &shown),
            None if depth == 0 => self.leaf("S", attributes, &inspect::text(value)),
            None => {
                let reference = format!("{attributes} RefId=\"{}\"", self.next_object);
                self.next_object += 1;
                self.open("Obj", &reference);
                self.types(inspect::type_names(value));
                self.content(context, value, depth - 1)?;
                self.close("Obj");
            }
        }
        Ok(())
    }

    fn types(&mut self, names: Vec<Arc<str>>) {
        if let Some(known) = self.type_names.get(&names) {
            let known = *known;
            self.line();
            let _ = write!(self.out, "<TNRef RefId=\"{known}\" />");
            return;
        }
        let reference = self.type_names.len();
        self.open("TN", &format!(" RefId=\"{reference}\""));
        for name in &names {
            self.leaf("T", "", name);
        }
        self.close("TN");
        self.type_names.insert(names, reference);
    }

    fn content(&mut self, context: &mut dyn Context, value: &Value, depth: usize) -> Result<()> {
        if let Value::Enum(member) = value.base() {
            self.leaf("ToString", "", &inspect::text(value));
            self.leaf("I32", "", &member.bits.to_string());
            return Ok(());
        }
        if let Value::Hashtable(table) = value.base() {
            self.open("DCT", "");
            for (key, entry) in table.pairs() {
                self.open("En", "");
                self.value(context, " N=\"Key\"", &key, depth)?;
                self.value(context, " N=\"Value\"", &entry, depth)?;
                self.close("En");
            }
            self.close("DCT");
            return Ok(());
        }
        if let Some(items) = inspect::elements(value) {
            self.open("LST", "");
            for item in &items {
                self.value(context, "", item, depth)?;
            }
            self.close("LST");
            return Ok(());
        }
        let is_custom = inspect::type_names(value)
            .iter()
            .any(|name| &**name == "System.Management.Automation.PSCustomObject");
        let tag = if is_custom { "MS" } else { "Props" };
        if !is_custom {
            self.leaf("ToString", "", &inspect::text(value));
        }
        self.open(tag, "");
        for name in inspect::property_names_in(context, value) {
            let found = inspect::property_in(context, value, &name)?.unwrap_or_default();
            self.value(context, &format!(" N=\"{}\"", encode(&name)), &found, depth)?;
        }
        self.close(tag);
        Ok(())
    }
}

/// A text as XML has it.
fn encode(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '&' => coded.push_str("&amp;"),
            '<' => coded.push_str("&lt;"),
            '>' => coded.push_str("&gt;"),
            '"' => coded.push_str("&quot;"),
            control if control < ' ' => {
                let _ = write!(coded, "_x{:04X}_", u32::from(control));
            }
            // What looks like a code already.
            '_' if text[at..].starts_with("_x") => coded.push_str("_x005F_"),
            other => coded.push(other),
        }
    }
    coded
}

/// The element and text of a value that is one element.
fn scalar(value: &Value) -> Option<(&'static str, String)> {
    let tag = match value.base() {
        Value::Null | Value::Nothing => "Nil",
        Value::Bool(flag) | Value::Switch(flag) => return Some(("B", flag.to_string())),
        Value::Char(unit) => return Some(("C", u32::from(*unit).to_string())),
        Value::SByte(_) => "SB",
        Value::Byte(_) => "By",
        Value::Short(_) => "I16",
        Value::UShort(_) => "U16",
        Value::Int(_) => "I32",
        Value::UInt(_) => "U32",
        Value::Long(_) => "I64",
        Value::ULong(_) => "U64",
        Value::Single(_) => "Sg",
        Value::Double(_) => return Some(("Db", inspect::formatted(value, "R"))),
        Value::Decimal(_) => "D",
        Value::Str(_) => "S",
        Value::DateTime(_) => return Some(("DT", inspect::formatted(value, "o"))),
        Value::TimeSpan(ticks) => return Some(("TS", duration(*ticks))),
        Value::Block(_) => "SBK",
        Value::Enum(_) => return None,
        _ => match inspect::type_name(value).as_str() {
            "System.Guid" => "G",
            "System.Uri" => "URI",
            "System.Version" => "Version",
            _ => return None,
        },
    };
    Some((tag, inspect::text(value)))
}

/// A time span as XML Schema writes it.
pub(super) fn duration(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let seconds = ticks / 10_000_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    format!(
        "{sign}P{days}DT{hours}H{minutes}M{}.{:07}S",
        seconds % 60,
        ticks % 10_000_000
    )
}
