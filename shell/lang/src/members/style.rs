//! `$PSStyle`: the escape sequences of a terminal by name.
//!
//! `OutputRendering` can be set, and PlainText takes escape sequences out of all that the console shows. The rest is read
//! only: what is typed has its colours from Set-PSReadLineOption, what the shell writes from `PLENUM_THEME`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// `$PSStyle`, or a part of it.
enum Part {
    Style { plain: AtomicBool },
    Formatting,
    Foreground,
    Background,
    Progress,
    FileInfo,
}

/// `$PSStyle` of a session.
pub fn style() -> Value {
    Value::instance(Part::Style {
        plain: AtomicBool::new(false),
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
            Part::Style { plain } => {
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
                    ("Formatting", Value::instance(Part::Formatting)),
                    ("Progress", Value::instance(Part::Progress)),
                    ("FileInfo", Value::instance(Part::FileInfo)),
                    ("Foreground", Value::instance(Part::Foreground)),
                    ("Background", Value::instance(Part::Background)),
                ]);
                all
            }
            Part::Formatting => escapes(FORMATTING),
            Part::Foreground => colors(0),
            Part::Background => colors(10),
            Part::Progress => vec![
                ("Style", escape("[33;1m")),
                ("MaxWidth", Value::Int(120)),
                (
                    "View",
                    enumeration("System.Management.Automation.ProgressView", "Minimal"),
                ),
                ("UseOSCIndicator", Value::Bool(false)),
            ],
            Part::FileInfo => escapes(&[
                ("Directory", "[44;1m"),
                ("SymbolicLink", "[36;1m"),
                ("Executable", "[32;1m"),
            ]),
        }
    }
}

impl Instance for Part {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self {
            Part::Style { .. } => "System.Management.Automation.PSStyle",
            Part::Formatting => "System.Management.Automation.PSStyle+FormattingData",
            Part::Foreground => "System.Management.Automation.PSStyle+ForegroundColor",
            Part::Background => "System.Management.Automation.PSStyle+BackgroundColor",
            Part::Progress => "System.Management.Automation.PSStyle+ProgressConfiguration",
            Part::FileInfo => "System.Management.Automation.PSStyle+FileInfoFormatting",
        })
    }

    fn to_text(&self) -> String {
        self.type_name().to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        self.values()
            .into_iter()
            .map(|(name, _)| Arc::from(name))
            .collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let mut values = self.values().into_iter();
        values
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        self.property(name)?;
        match self {
            Part::Style { plain } if name.eq_ignore_ascii_case("OutputRendering") => {
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
            _ => Some(Err(ErrorRecord::new(
                "NotBuilt",
                Category::NotImplemented,
                format!(
                    "Changing $PSStyle's '{name}' is not built yet; only OutputRendering can be changed."
                ),
            )
            .hint("Set-PSReadLineOption -Colors changes what is typed, PLENUM_THEME what the shell writes.")
            .into())),
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
