//! ConvertTo-Json, ConvertFrom-Json, Test-Json.
//!
//! Writing goes two levels deep by default; what is deeper becomes its text, with a warning. Reading gives Int64,
//! Double, texts, custom objects, and dates where a text is an ISO date and time.

mod document;
mod lenient;

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::inspect;
use plenum_lang::signature::Validation;
use plenum_lang::value::{BigInt, DateTimeKind, Hashtable, TableKind, Value};

use crate::authoring::{Read, array, cmdlet, current, custom_object, parameter, stateful, text};

use lenient::{LARGE, with_large_numbers};

/// ConvertTo-Json.
pub fn convert_to() -> Arc<dyn Command> {
    stateful::<ConvertToJson>(
        cmdlet("ConvertTo-Json", super::UTILITY)
            .synopsis("Gives objects as JSON.")
            .parameter(
                parameter("InputObject", "object")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .validate(Validation::AllowNull)
                    .validate(Validation::AllowEmptyCollection)
                    .validate(Validation::AllowEmptyString)
                    .help("The objects."),
            )
            .parameter(
                parameter("Depth", "int")
                    .range(0.0, 100.0)
                    .default("2")
                    .help("How many levels down."),
            )
            .switch("Compress", "Leaves blanks and line ends out.")
            .switch("EnumsAsStrings", "Writes enum values by name.")
            .switch("AsArray", "Writes an array even of one object.")
            .parameter(
                parameter("EscapeHandling", "string")
                    .one_of(&["Default", "EscapeNonAscii", "EscapeHtml"])
                    .help("Which characters are escaped."),
            )
            .example(
                "Get-CsUser ken | Select-Object SipAddress, LineURI | ConvertTo-Json",
                "Shows a user as JSON.",
            ),
    )
}

#[derive(Default)]
struct ConvertToJson {
    items: Vec<Value>,
}

impl Invocation for ConvertToJson {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.items.push(current(arguments));
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let mut items = std::mem::take(&mut self.items);
        let piped = context.expects_input();
        if piped && items.is_empty() {
            return Ok(());
        }
        let is_collection = |items: &[Value]| !piped && inspect::elements(&items[0]).is_some();
        let value = if items.len() == 1 && (!arguments.switch("AsArray") || is_collection(&items)) {
            items.remove(0)
        } else {
            array(items)
        };
        let depth = arguments
            .int("Depth")
            .and_then(|depth| usize::try_from(depth).ok())
            .unwrap_or(2);
        let mut writer = Writer {
            depth,
            compress: arguments.switch("Compress"),
            enum_names: arguments.switch("EnumsAsStrings"),
            escape: match arguments
                .text("EscapeHandling")
                .unwrap_or_default()
                .to_ascii_lowercase()
                .as_str()
            {
                "escapehtml" => Escape::Html,
                "escapenonascii" => Escape::NonAscii,
                _ => Escape::Least,
            },
            truncated: false,
            out: String::new(),
        };
        writer.value(context, &value, 0)?;
        if writer.truncated {
            context.warning(&format!(
                "Resulting JSON is truncated as serialization has exceeded the set depth of {depth}."
            ))?;
        }
        context.write(text(writer.out))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Escape {
    Least,
    NonAscii,
    Html,
}

struct Writer {
    depth: usize,
    compress: bool,
    enum_names: bool,
    escape: Escape,
    truncated: bool,
    out: String,
}

impl Writer {
    fn value(&mut self, context: &mut dyn Context, value: &Value, level: usize) -> Result<()> {
        context.check_stop()?;
        match value.base() {
            Value::Null | Value::Nothing => self.out.push_str("null"),
            Value::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Value::Switch(flag) => {
                let fields = vec![("IsPresent".to_owned(), Value::Bool(*flag))];
                return self.object(context, fields, level);
            }
            Value::Str(content) => {
                let content = content.to_string();
                self.text(&content);
            }
            Value::Char(_) | Value::Block(_) | Value::Type(_) => self.text(&inspect::display_text(value)),
            Value::Instance(own) if own.type_name().as_ref() == "System.Guid" => self.text(&own.to_text()),
            Value::Instance(own) if own.type_name().as_ref() == "System.Uri" => self.text(&own.to_text()),
            Value::Instance(own) if own.type_name().as_ref() == "System.DateTimeOffset" => {
                self.text(&iso(value));
            }
            Value::Enum(member) if self.enum_names => {
                let _ = member;
                self.text(&inspect::text(value));
            }
            Value::Enum(member) => self.out.push_str(&member.bits.to_string()),
            Value::DateTime(_) => self.text(&iso(value)),
            Value::Decimal(_) => {
                let shown = inspect::text(value);
                self.out.push_str(&shown);
                if !shown.contains('.') {
                    self.out.push_str(".0");
                }
            }
            Value::Double(number) => self.number(*number),
            Value::Single(number) => self.number(f64::from(*number)),
            Value::TimeSpan(_) if level > self.depth => self.text(&inspect::text(value)),
            _ if inspect::is_scalar(value) => self.out.push_str(&inspect::text(value)),
            _ => return self.composite(context, value, level),
        }
        Ok(())
    }

    fn composite(&mut self, context: &mut dyn Context, value: &Value, level: usize) -> Result<()> {
        if level > self.depth {
            self.truncated = true;
            let shown = match value.base() {
                Value::Hashtable(_) => inspect::type_name(value),
                _ => inspect::text(value),
            };
            self.text(&shown);
            return Ok(());
        }
        if let Some(items) = inspect::elements(value) {
            return self.items(context, &items, level);
        }
        let fields = match value.base() {
            Value::Hashtable(table) => table
                .pairs()
                .iter()
                .map(|(key, value)| (inspect::text(key), value.clone()))
                .collect(),
            _ => {
                let mut fields = Vec::new();
                for name in inspect::property_names_in(context, value) {
                    let found = inspect::property_in(context, value, &name)?.unwrap_or_default();
                    fields.push((name.to_string(), found));
                }
                fields
            }
        };
        if fields.is_empty() && !matches!(value.base(), Value::Hashtable(_) | Value::Object(_)) {
            self.text(&inspect::display_text(value));
            return Ok(());
        }
        self.object(context, fields, level)
    }

    fn items(&mut self, context: &mut dyn Context, items: &[Value], level: usize) -> Result<()> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        for (index, item) in items.iter().enumerate() {
            self.separate(index, level + 1);
            self.value(context, item, level + 1)?;
        }
        self.line(level);
        self.out.push(']');
        Ok(())
    }

    fn object(
        &mut self,
        context: &mut dyn Context,
        fields: Vec<(String, Value)>,
        level: usize,
    ) -> Result<()> {
        if fields.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push('{');
        for (index, (name, field)) in fields.iter().enumerate() {
            self.separate(index, level + 1);
            self.text(name);
            self.out.push_str(if self.compress { ":" } else { ": " });
            self.value(context, field, level + 1)?;
        }
        self.line(level);
        self.out.push('}');
        Ok(())
    }

    fn separate(&mut self, index: usize, level: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.line(level);
    }

    fn line(&mut self, level: usize) {
        if !self.compress {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", level));
        }
    }

    fn number(&mut self, number: f64) {
        if number.is_finite() {
            self.out.push_str(&real(number));
        } else {
            self.text(&inspect::text(&Value::Double(number)));
        }
    }

    fn text(&mut self, content: &str) {
        self.out.push('"');
        for character in content.chars() {
            match character {
                '"' if self.escape == Escape::Html => self.out.push_str("\\u0022"),
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                '\u{8}' => self.out.push_str("\\b"),
                '\u{c}' => self.out.push_str("\\f"),
                '<' | '>' | '&' | '\'' if self.escape == Escape::Html => {
                    self.out.push_str(&format!("\\u{:04x}", u32::from(character)));
                }
                control if control < ' ' || matches!(control, '\u{85}' | '\u{2028}' | '\u{2029}') => {
                    self.out.push_str(&format!("\\u{:04x}", u32::from(control)));
                }
                wide if self.escape == Escape::NonAscii && !wide.is_ascii() => {
                    for unit in wide.encode_utf16(&mut [0; 2]) {
                        self.out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                other => self.out.push(other),
            }
        }
        self.out.push('"');
    }
}

/// The shortest form of a finite number that reads back, with a fraction so that it stays a fraction.
pub fn real(number: f64) -> String {
    let shown = inspect::formatted(&Value::Double(number), "R");
    let is_whole = shown.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_whole { format!("{shown}.0") } else { shown }
}

/// A date and time as JSON has it: no more fraction than there is.
pub fn iso(value: &Value) -> String {
    let fraction = inspect::formatted(value, "fffffff");
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    let (moment, zone) = (
        inspect::formatted(value, "yyyy-MM-ddTHH:mm:ss"),
        inspect::formatted(value, "%K"),
    );
    format!("{moment}{dot}{fraction}{zone}")
}

/// ConvertFrom-Json.
pub fn convert_from() -> Arc<dyn Command> {
    stateful::<ConvertFromJson>(
        cmdlet("ConvertFrom-Json", super::UTILITY)
            .synopsis("Makes objects of JSON.")
            .parameter(
                parameter("InputObject", "string")
                    .mandatory()
                    .position(0)
                    .by_value()
                    .validate(Validation::AllowEmptyString)
                    .help("The JSON; lines of the pipeline are read as one."),
            )
            .switch(
                "AsHashtable",
                "Gives hashtables instead of objects; names differ by case then.",
            )
            .parameter(
                parameter("Depth", "int")
                    .range(1.0, 10000.0)
                    .default("1024")
                    .help("How deep the JSON may be."),
            )
            .switch("NoEnumerate", "Gives an array as one object.")
            .parameter(
                parameter("DateKind", "string")
                    .one_of(&["Default", "Local", "Utc", "Offset", "String"])
                    .help("What dates become."),
            )
            .example(
                "Get-Content users.json | ConvertFrom-Json",
                "Makes objects of a file.",
            ),
    )
}

#[derive(Default)]
struct ConvertFromJson {
    lines: Vec<String>,
}

impl Invocation for ConvertFromJson {
    fn process(&mut self, _context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.lines.push(arguments.text("InputObject").unwrap_or_default());
        Ok(())
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let reader = Reader {
            hashtables: arguments.switch("AsHashtable"),
            depth: arguments
                .int("Depth")
                .and_then(|depth| usize::try_from(depth).ok())
                .unwrap_or(1024),
            dates: !arguments
                .text("DateKind")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("String")),
        };
        // Lines that are each a document of their own are read one by one, else all of them together.
        let each: Option<Vec<serde_json::Value>> = (self.lines.len() > 1)
            .then(|| {
                self.lines
                    .iter()
                    .map(|line| serde_json::from_str(line).ok())
                    .collect()
            })
            .flatten();
        let documents = match each {
            Some(documents) => documents,
            None => {
                let whole = self.lines.join("\n");
                if whole.trim().is_empty() {
                    return Ok(());
                }
                vec![parse(&whole)?]
            }
        };
        for document in documents {
            let value = reader.value(&document, 0)?;
            if arguments.switch("NoEnumerate") {
                context.write(value)?;
            } else {
                context.write_all(value)?;
            }
        }
        Ok(())
    }
}

/// The objects of a document.
pub fn read(content: &str) -> Result<Value> {
    let reader = Reader {
        hashtables: false,
        depth: 1024,
        dates: true,
    };
    reader.value(&parse(content)?, 0)
}

/// Reads a document; what people write is forgiven.
fn parse(content: &str) -> Result<serde_json::Value> {
    let content = &*with_large_numbers(content);
    serde_json::from_str(content).or_else(|first| {
        let strict = document::strict(content);
        let read = strict.and_then(|strict| serde_json::from_str(&strict).map_err(|_| first.to_string()));
        read.map_err(|why| {
            let message = format!("Conversion from JSON failed with error: {why}");
            ErrorRecord::new("System.ArgumentException", Category::NotSpecified, message)
                .exception("System.ArgumentException")
                .into()
        })
    })
}

struct Reader {
    hashtables: bool,
    depth: usize,
    dates: bool,
}

impl Reader {
    fn value(&self, json: &serde_json::Value, level: usize) -> Result<Value> {
        if level > self.depth {
            let message = format!("The maximum depth of {} has been exceeded.", self.depth);
            return Err(
                ErrorRecord::new("System.ArgumentException", Category::NotSpecified, message)
                    .exception("System.ArgumentException")
                    .into(),
            );
        }
        Ok(match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(*flag),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Value::Long(whole),
                None if number.is_u64() => Value::big(number.as_u64().unwrap_or_default().into()),
                None => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
            },
            serde_json::Value::String(content) => self.text(content),
            serde_json::Value::Array(items) => array(
                items
                    .iter()
                    .map(|item| self.value(item, level + 1))
                    .collect::<Result<_>>()?,
            ),
            serde_json::Value::Object(fields) => self.object(fields, level)?,
        })
    }

    fn object(&self, fields: &serde_json::Map<String, serde_json::Value>, level: usize) -> Result<Value> {
        if self.hashtables {
            let table = Hashtable::with_case(TableKind::Ordered, true);
            for (name, field) in fields {
                table.set(text(name), self.value(field, level + 1)?);
            }
            return Ok(Value::Hashtable(Arc::new(table)));
        }
        let mut properties: Vec<(&str, Value)> = Vec::with_capacity(fields.len());
        for (name, field) in fields {
            if name.is_empty() {
                let message = "The provided JSON includes a property whose name is an empty string, this is only supported \
                               using the -AsHashTable switch.";
                return Err(
                    ErrorRecord::new("EmptyKeyInJsonString", Category::InvalidOperation, message)
                        .exception("System.InvalidOperationException")
                        .into(),
                );
            }
            let same = properties
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            if let Some((known, _)) = same {
                let message = format!(
                    "Cannot convert the JSON string because it contains keys with different casing. Please use the \
                     -AsHashTable switch instead. The key that was attempted to be added to the existing key \
                     '{known}' was '{name}'."
                );
                return Err(ErrorRecord::new(
                    "KeysWithDifferentCasingInJsonString",
                    Category::InvalidOperation,
                    message,
                )
                .exception("System.InvalidOperationException")
                .into());
            }
            properties.push((name, self.value(field, level + 1)?));
        }
        Ok(custom_object(properties))
    }

    /// A text, or the date and time that it is.
    fn text(&self, content: &str) -> Value {
        if let Some(digits) = content.strip_prefix(LARGE)
            && let Ok(number) = digits.parse::<BigInt>()
        {
            return Value::big(number);
        }
        if self.dates
            && let Some(moment) = date(content)
        {
            moment
        } else {
            text(content)
        }
    }
}

/// `2024-03-05T14:06:07` with a fraction and `Z` or an offset when they are there.
pub fn date(content: &str) -> Option<Value> {
    if content.len() < 19
        || content.as_bytes().get(10) != Some(&b'T')
        || !content.as_bytes()[0].is_ascii_digit()
    {
        return None;
    }
    let naive = |text: &str| {
        chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .ok()
            .map(|moment| ticks(&moment))
    };
    if let Some(rest) = content.strip_suffix('Z') {
        return Some(Value::datetime(naive(rest)?, DateTimeKind::Utc));
    }
    if let Ok(moment) = chrono::DateTime::parse_from_rfc3339(content) {
        return Some(Value::datetime(ticks(&moment.naive_utc()), DateTimeKind::Local));
    }
    Some(Value::datetime(naive(content)?, DateTimeKind::Unspecified))
}

fn ticks(moment: &chrono::NaiveDateTime) -> i64 {
    let utc = moment.and_utc();
    (utc.timestamp() + 62_135_596_800) * 10_000_000 + i64::from(utc.timestamp_subsec_nanos() / 100)
}
