//! `$PSStyle`: the escape sequences of a terminal by name.
//!
//! `OutputRendering` can be set, and PlainText takes escape sequences out of all that the console shows. What is set of
//! `Formatting` and `FileInfo` goes to the renderer, of `Progress` to the host. What nothing here shows is refused: the
//! labels of calculated columns have the style of all headers, there is no feedback. What is typed has its colours from
//! Set-PSReadLineOption.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::{Method, World};
use crate::error::{Category, ErrorRecord, Result};
use crate::value::{Instance, Value};

/// `$PSStyle` itself.
const PLAIN: &[(&str, &str)] = &[
    ("Reset", "[0m"),
    ("BlinkOff", "[25m"),
    ("Blink", "[5m"),
    ("BoldOff", "[22m"),
    ("Bold", "[1m"),
    ("DimOff", "[22m"),
    ("Dim", "[2m"),
    ("Hidden", "[8m"),
    ("HiddenOff", "[28m"),
    ("Reverse", "[7m"),
    ("ReverseOff", "[27m"),
    ("ItalicOff", "[23m"),
    ("Italic", "[3m"),
    ("UnderlineOff", "[24m"),
    ("Underline", "[4m"),
    ("StrikethroughOff", "[29m"),
    ("Strikethrough", "[9m"),
];

/// `$PSStyle.Formatting`.
const FORMATTING: &[(&str, &str)] = &[
    ("FormatAccent", "[32;1m"),
    ("TableHeader", "[32;1m"),
    ("CustomTableHeaderLabel", "[32;1;3m"),
    ("ErrorAccent", "[36;1m"),
    ("Error", "[31;1m"),
    ("Warning", "[33;1m"),
    ("Verbose", "[33;1m"),
    ("Debug", "[33;1m"),
    ("FeedbackName", "[33m"),
    ("FeedbackText", "[96m"),
    ("FeedbackAction", "[97m"),
];

/// `$PSStyle.Foreground`; backgrounds are ten higher.
const COLORS: &[(&str, u8)] = &[
    ("Black", 30),
    ("BrightBlack", 90),
    ("White", 37),
    ("BrightWhite", 97),
    ("Red", 31),
    ("BrightRed", 91),
    ("Magenta", 35),
    ("BrightMagenta", 95),
    ("Blue", 34),
    ("BrightBlue", 94),
    ("Cyan", 36),
    ("BrightCyan", 96),
    ("Green", 32),
    ("BrightGreen", 92),
    ("Yellow", 33),
    ("BrightYellow", 93),
];

/// What was set: the part and the name, in lower case, and the value.
type Changes = Arc<Mutex<Vec<(String, Value)>>>;

/// `$PSStyle`, or a part of it.
enum Part {
    Style { plain: AtomicBool, changes: Changes },
    Formatting(Changes),
    Foreground,
    Background,
    Progress(Changes),
    FileInfo(Changes),
}

/// How progress is shown: `$PSStyle.Progress`.
#[derive(Clone, Debug)]
pub struct ProgressLook {
    /// The escape sequences before a bar.
    pub style: String,
    /// Columns of a bar at the most.
    pub most: usize,
    /// Whether a bar has lines of its own for its parts.
    pub classic: bool,
}

impl Default for ProgressLook {
    fn default() -> ProgressLook {
        ProgressLook {
            style: "\u{1b}[33;1m".to_owned(),
            most: 120,
            classic: false,
        }
    }
}

/// `$PSStyle` of a session.
pub fn style() -> Value {
    Value::instance(Part::Style {
        plain: AtomicBool::new(false),
        changes: Changes::default(),
    })
}

fn escape(rest: &str) -> Value {
    Value::from(format!("\u{1b}{rest}"))
}

fn enumeration(type_name: &str, name: &str) -> Value {
    crate::types::resolve(type_name)
        .and_then(|of| Value::str(name).convert(&of).ok())
        .unwrap_or_else(|| Value::str(name))
}

impl Part {
    fn values(&self) -> Vec<(&'static str, Value)> {
        let escapes = |table: &[(&'static str, &str)]| -> Vec<(&'static str, Value)> {
            table.iter().map(|(name, rest)| (*name, escape(rest))).collect()
        };
        let colors = |add: u8| -> Vec<(&'static str, Value)> {
            let one = |(name, number): &(&'static str, u8)| (*name, escape(&format!("[{}m", number + add)));
            COLORS.iter().map(one).collect()
        };
        match self {
            Part::Style { plain, changes } => {
                let rendering = if plain.load(Ordering::Relaxed) {
                    "PlainText"
                } else {
                    "Host"
                };
                let mut all = escapes(PLAIN);
                all.extend([
                    (
                        "OutputRendering",
                        enumeration("System.Management.Automation.OutputRendering", rendering),
                    ),
                    (
                        "Formatting",
                        Value::instance(Part::Formatting(Arc::clone(changes))),
                    ),
                    ("Progress", Value::instance(Part::Progress(Arc::clone(changes)))),
                    ("FileInfo", Value::instance(Part::FileInfo(Arc::clone(changes)))),
                    ("Foreground", Value::instance(Part::Foreground)),
                    ("Background", Value::instance(Part::Background)),
                ]);
                all
            }
            Part::Formatting(_) => escapes(FORMATTING),
            Part::Foreground => colors(0),
            Part::Background => colors(10),
            Part::Progress(_) => vec![
                ("Style", escape("[33;1m")),
                ("MaxWidth", Value::Int(120)),
                (
                    "View",
                    enumeration("System.Management.Automation.ProgressView", "Minimal"),
                ),
                ("UseOSCIndicator", Value::Bool(false)),
            ],
            Part::FileInfo(_) => escapes(&[
                ("Directory", "[44;1m"),
                ("SymbolicLink", "[36;1m"),
                ("Executable", "[32;1m"),
            ]),
        }
    }
}

fn refused(name: &str) -> crate::error::Interrupt {
    ErrorRecord::new(
        "NotBuilt",
        Category::NotImplemented,
        format!("Changing $PSStyle's '{name}' is not built: nothing here shows it."),
    )
    .hint("Set-PSReadLineOption -Colors changes what is typed.")
    .into()
}

/// An escape sequence of a style: nothing but such sequences.
fn sequence(value: &Value) -> Result<String> {
    let text = value.to_text();
    let mut rest = text.as_str();
    while let Some(inside) = rest.strip_prefix("\u{1b}[") {
        let end = inside
            .find(|c: char| !c.is_ascii_digit() && c != ';')
            .unwrap_or(inside.len());
        match inside[end..].strip_prefix('m') {
            Some(after) => rest = after,
            None => break,
        }
    }
    if rest.is_empty() {
        return Ok(text);
    }
    let message = format!(
        "The specified string contains printable content when it should only contain ANSI escape sequences: {text}"
    );
    Err(super::fault::argument(message))
}

impl Part {
    /// What a property that can be set is kept as.
    fn changed(&self, name: &str) -> Option<(String, &Changes)> {
        let (part, changes) = match self {
            Part::Formatting(changes) => ("formatting", changes),
            Part::Progress(changes) => ("progress", changes),
            Part::FileInfo(changes) => ("fileinfo", changes),
            _ => return None,
        };
        Some((format!("{part}.{}", name.to_ascii_lowercase()), changes))
    }

    fn keep(&self, changes: &Changes, name: &str, value: Value) {
        if let Some((key, _)) = self.changed(name) {
            let mut changes = changes.lock();
            changes.retain(|(known, _)| *known != key);
            changes.push((key, value));
        }
    }

    fn restyle(&self, changes: &Changes, name: &str, value: &Value, world: &mut dyn World) -> Result<()> {
        let escapes = sequence(value)?;
        let Some((key, _)) = self.changed(name) else {
            return Err(refused(name));
        };
        if !world.restyle(&key, &escapes) {
            return Err(refused(name));
        }
        self.keep(changes, name, Value::from(escapes));
        Ok(())
    }

    fn set_progress(
        &self,
        changes: &Changes,
        name: &str,
        value: &Value,
        world: &mut dyn World,
    ) -> Result<()> {
        let value = match name.to_ascii_lowercase().as_str() {
            "style" => Value::from(sequence(value)?),
            "maxwidth" => {
                let width = crate::convert::to_int(value)?;
                if width < 18 {
                    return Err(super::fault::out_of_range(
                        "value",
                        "The width must be at least 18.",
                    ));
                }
                Value::Int(width)
            }
            "view" => {
                let of = crate::types::resolve("System.Management.Automation.ProgressView");
                of.map_or(Ok(Value::Null), |of| value.convert(&of))?
            }
            other => return Err(refused(other)),
        };
        self.keep(changes, name, value);
        let text = |name: &str| self.property(name).unwrap_or_default();
        if let Some(host) = world.host() {
            host.set_progress_look(ProgressLook {
                style: text("Style").to_text(),
                most: crate::convert::to_int(&text("MaxWidth")).map_or(120, |most| most.max(18) as usize),
                classic: text("View").to_text() == "Classic",
            });
        }
        Ok(())
    }
}

impl Instance for Part {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self {
            Part::Style { .. } => "System.Management.Automation.PSStyle",
            Part::Formatting(_) => "System.Management.Automation.PSStyle+FormattingData",
            Part::Foreground => "System.Management.Automation.PSStyle+ForegroundColor",
            Part::Background => "System.Management.Automation.PSStyle+BackgroundColor",
            Part::Progress(_) => "System.Management.Automation.PSStyle+ProgressConfiguration",
            Part::FileInfo(_) => "System.Management.Automation.PSStyle+FileInfoFormatting",
        })
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        self.values()
            .into_iter()
            .map(|(name, _)| Arc::from(name))
            .collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        if let Some((key, changes)) = self.changed(name)
            && let Some((_, value)) = changes.lock().iter().find(|(known, _)| *known == key)
        {
            return Some(value.clone());
        }
        let mut values = self.values().into_iter();
        values
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        self.property(name)?;
        match self {
            Part::Style { plain, .. } if name.eq_ignore_ascii_case("OutputRendering") => {
                let of = crate::types::resolve("System.Management.Automation.OutputRendering")?;
                let wanted = match value.convert(&of) {
                    Ok(wanted) => wanted.to_text() == "PlainText",
                    Err(error) => return Some(Err(error)),
                };
                plain.store(wanted, Ordering::Relaxed);
                if let Some(host) = world.host() {
                    host.set_plain(wanted);
                }
                Some(Ok(()))
            }
            Part::Formatting(changes) | Part::FileInfo(changes) => {
                Some(self.restyle(changes, name, value, world))
            }
            Part::Progress(changes) => Some(self.set_progress(changes, name, value, world)),
            _ => Some(Err(refused(name))),
        }
    }

    fn methods(&self) -> &'static [Method] {
        match self {
            Part::Style { .. } => LINK,
            Part::Foreground => FOREGROUND,
            Part::Background => BACKGROUND,
            _ => &[],
        }
    }
}

static LINK: &[Method] = &[Method::new(
    "FormatHyperlink",
    "string FormatHyperlink(string text, uri link)",
    |call| {
        call.expect(2, 2)?;
        let (text, link) = (call.arguments[0].to_text(), call.arguments[1].to_text());
        Ok(Value::from(format!(
            "\u{1b}]8;;{link}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"
        )))
    },
)];

static FOREGROUND: &[Method] = &[Method::new(
    "FromRgb",
    "string FromRgb(byte red, byte green, byte blue), string FromRgb(int rgb)",
    |call| from_rgb(call, 38),
)];

static BACKGROUND: &[Method] = &[Method::new(
    "FromRgb",
    "string FromRgb(byte red, byte green, byte blue), string FromRgb(int rgb)",
    |call| from_rgb(call, 48),
)];

fn from_rgb(call: &mut super::Call<'_>, kind: u8) -> Result<Value> {
    let number = |value: &Value| value.to_text().parse::<i64>().ok();
    let parts: Option<Vec<i64>> = call.arguments.iter().map(number).collect();
    let (red, green, blue) = match parts.as_deref() {
        Some([rgb]) => ((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255),
        Some([red, green, blue]) => (*red & 255, *green & 255, *blue & 255),
        _ => return Err(call.no_overload()),
    };
    Ok(Value::from(format!("\u{1b}[{kind};2;{red};{green};{blue}m")))
}
