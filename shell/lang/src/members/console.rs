//! `$Host` with its user interface: what is written, asked and set at the console. Sizes are of the terminal; colours and
//! the title are set by escape sequences, and what was set is what is read, as a terminal does not say.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, Method, World};
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::host::{Host, Stream};
use crate::value::{Instance, SecureString, Value};

const SPACE: &str = "System.Management.Automation.Host";

/// `$Host`.
pub struct Console {
    version: &'static str,
    ui: Value,
}

/// `$Host` of a session.
pub fn console(version: &'static str) -> Value {
    let raw = Value::instance(RawUi::default());
    Value::instance(Console {
        version,
        ui: Value::instance(Ui { raw }),
    })
}

fn names(names: &[&str]) -> Vec<Arc<str>> {
    names.iter().map(|name| Arc::from(*name)).collect()
}

impl Instance for Console {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Internal.Host.InternalHost")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        names(&["Name", "Version", "UI", "CurrentCulture", "CurrentUICulture"])
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::str("ConsoleHost"),
            "version" => Value::str(self.version),
            "ui" => self.ui.clone(),
            "currentculture" | "currentuiculture" => Value::str("en-US"),
            _ => return None,
        })
    }
}

/// `$Host.UI`.
struct Ui {
    raw: Value,
}

impl Instance for Ui {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Internal.Host.InternalHostUserInterface")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        names(&["RawUI", "SupportsVirtualTerminal"])
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "rawui" => Some(self.raw.clone()),
            "supportsvirtualterminal" => Some(Value::Bool(true)),
            _ => None,
        }
    }

    fn methods(&self) -> &'static [Method] {
        UI
    }
}

static UI: &[Method] = &[
    Method::new("Write", "void Write(string value)", |call| {
        write(call, Stream::Output, "", "")
    }),
    Method::new(
        "WriteLine",
        "void WriteLine(), void WriteLine(string value)",
        |call| write(call, Stream::Output, "", "\n"),
    ),
    Method::new("WriteErrorLine", "void WriteErrorLine(string value)", |call| {
        write(call, Stream::Error, "", "\n")
    }),
    Method::new(
        "WriteWarningLine",
        "void WriteWarningLine(string message)",
        |call| write(call, Stream::Output, "WARNING: ", "\n"),
    ),
    Method::new(
        "WriteVerboseLine",
        "void WriteVerboseLine(string message)",
        |call| write(call, Stream::Output, "VERBOSE: ", "\n"),
    ),
    Method::new("WriteDebugLine", "void WriteDebugLine(string message)", |call| {
        write(call, Stream::Output, "DEBUG: ", "\n")
    }),
    Method::new("ReadLine", "string ReadLine()", |call| {
        Ok(Value::from(read(call, "", false)?))
    }),
    Method::new(
        "ReadLineAsSecureString",
        "securestring ReadLineAsSecureString()",
        |call| Ok(Value::instance(SecureString::new(&read(call, "", true)?))),
    ),
    Method::new(
        "PromptForChoice",
        "int PromptForChoice(string caption, string message, System.Collections.ObjectModel.Collection[System.Management.Automation.Host.ChoiceDescription] choices, int defaultChoice)",
        prompt_for_choice,
    ),
];

fn host<'c>(call: &'c Call<'_>) -> Result<&'c dyn Host> {
    call.world.host().ok_or_else(|| not_interactive().into())
}

fn not_interactive() -> ErrorRecord {
    ErrorRecord::new(
        "InvalidOperation",
        Category::InvalidOperation,
        "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
    )
    .exception("System.Management.Automation.PSInvalidOperationException")
}

/// Texts with colours before them (`Write(foreground, background, value)`) are written without.
fn write(call: &mut Call<'_>, stream: Stream, before: &str, after: &str) -> Result<Value> {
    call.expect(0, 3)?;
    let text = call.arguments.last().map(Value::to_text).unwrap_or_default();
    host(call)?.write(stream, &format!("{before}{text}{after}"));
    Ok(Value::Nothing)
}

fn read(call: &Call<'_>, prompt: &str, secret: bool) -> Result<String> {
    host(call)?
        .read_line(prompt, secret)
        .ok_or_else(|| not_interactive().into())
}

/// A choice: its label without the ampersand, the letter behind it, and what it does.
struct Choice {
    label: String,
    key: String,
    help: String,
}

fn choice(value: &Value) -> Choice {
    let part = |name: &str| value.property(name).map(|part| part.to_text());
    let written = part("Label").unwrap_or_else(|| value.to_text());
    let key = written
        .split_once('&')
        .and_then(|(_, rest)| rest.chars().next())
        .map(|letter| letter.to_uppercase().to_string());
    let label = written.replace('&', "");
    Choice {
        key: key.unwrap_or_default(),
        help: part("HelpMessage").unwrap_or_default(),
        label,
    }
}

fn prompt_for_choice(call: &mut Call<'_>) -> Result<Value> {
    call.expect(4, 4)?;
    let [caption, message, given, default] = call.arguments else {
        return Err(call.no_overload());
    };
    let items = super::enumerate(given).unwrap_or_else(|| vec![given.clone()]);
    let choices: Vec<Choice> = items.iter().map(choice).collect();
    let default = default.to_text().trim().parse::<i64>().unwrap_or(-1);
    let default = usize::try_from(default).ok().filter(|at| *at < choices.len());
    if choices.is_empty() {
        let message = "At least one choice is needed.";
        return Err(
            ErrorRecord::new("ArgumentException", Category::InvalidArgument, message)
                .exception("System.ArgumentException")
                .into(),
        );
    }
    let console = host(call)?;
    if !console.interactive() {
        return Err(not_interactive().into());
    }
    console.write(
        Stream::Output,
        &format!("\n{}\n{}\n", caption.to_text(), message.to_text()),
    );
    loop {
        let Some(line) = console.read_line(&question(&choices, default), false) else {
            return Err(Interrupt::Stopped);
        };
        let line = line.trim();
        let named = choices.iter().position(|choice| {
            choice.label.eq_ignore_ascii_case(line)
                || (!choice.key.is_empty() && choice.key.eq_ignore_ascii_case(line))
        });
        if let Some(at) = named.or_else(|| default.filter(|_| line.is_empty())) {
            return Ok(Value::Int(i32::try_from(at).unwrap_or(i32::MAX)));
        }
        if line == "?" {
            for choice in &choices {
                let key = if choice.key.is_empty() {
                    &choice.label
                } else {
                    &choice.key
                };
                console.write(Stream::Output, &format!("{key} - {}\n", choice.help));
            }
        }
    }
}

/// `[Y] Yes  [N] No  [?] Help (default is "Y"): `.
fn question(choices: &[Choice], default: Option<usize>) -> String {
    let mut text = String::new();
    for choice in choices {
        text.push_str(&format!("[{}] {}  ", choice.key, choice.label));
    }
    text.push_str("[?] Help");
    if let Some(choice) = default.and_then(|at| choices.get(at)) {
        let key = if choice.key.is_empty() {
            &choice.label
        } else {
            &choice.key
        };
        text.push_str(&format!(" (default is \"{key}\")"));
    }
    text + ": "
}

/// `$Host.UI.RawUI`.
#[derive(Default)]
struct RawUi {
    set: Mutex<Set>,
}

/// What was set.
#[derive(Default)]
struct Set {
    title: String,
    foreground: Option<Value>,
    background: Option<Value>,
}

impl RawUi {
    fn color(of: &Option<Value>, default: &str) -> Value {
        let known = of.clone().or_else(|| {
            Value::str(default)
                .convert(&crate::types::resolve("System.ConsoleColor")?)
                .ok()
        });
        known.unwrap_or_else(|| Value::str(default))
    }
}

/// `System.Management.Automation.Host.Size` and `.Coordinates`.
fn pair(type_name: &str, (first, one): (&str, i32), (second, other): (&str, i32)) -> Value {
    Value::typed(
        &[
            &format!("{SPACE}.{type_name}"),
            "System.ValueType",
            "System.Object",
        ],
        [(first, Value::Int(one)), (second, Value::Int(other))],
    )
}

impl Instance for RawUi {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.Internal.Host.InternalHostRawUserInterface")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        names(&[
            "ForegroundColor",
            "BackgroundColor",
            "CursorPosition",
            "WindowPosition",
            "CursorSize",
            "BufferSize",
            "WindowSize",
            "MaxWindowSize",
            "MaxPhysicalWindowSize",
            "KeyAvailable",
            "WindowTitle",
        ])
    }

    fn property(&self, name: &str) -> Option<Value> {
        self.property_in(name, &super::NoWorld)
    }

    fn property_in(&self, name: &str, world: &dyn World) -> Option<Value> {
        let set = self.set.lock();
        Some(match name.to_ascii_lowercase().as_str() {
            "foregroundcolor" => RawUi::color(&set.foreground, "Gray"),
            "backgroundcolor" => RawUi::color(&set.background, "Black"),
            "windowtitle" => Value::str(set.title.as_str()),
            "cursorsize" => Value::Int(25),
            "keyavailable" => Value::Bool(false),
            "windowposition" => pair("Coordinates", ("X", 0), ("Y", 0)),
            "cursorposition" => {
                let (column, row) = world.host().and_then(Host::cursor).unwrap_or_default();
                pair("Coordinates", ("X", i32::from(column)), ("Y", i32::from(row)))
            }
            "buffersize" | "windowsize" | "maxwindowsize" | "maxphysicalwindowsize" => {
                let size = |size: usize| i32::try_from(size).unwrap_or(i32::MAX);
                let width = world.host().map_or(0, Host::width);
                let height = world.host().and_then(Host::height).unwrap_or(0);
                pair("Size", ("Width", size(width)), ("Height", size(height)))
            }
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        let mut set = self.set.lock();
        let escape = match name.to_ascii_lowercase().as_str() {
            "windowtitle" => {
                // A control character would end the sequence and begin another.
                set.title = value.to_text().replace(char::is_control, "");
                format!("\u{1b}]0;{}\u{7}", set.title)
            }
            "cursorposition" => {
                let part = |name: &str| {
                    value
                        .property(name)
                        .and_then(|part| part.to_text().parse::<u16>().ok())
                };
                let (column, row) = (part("X").unwrap_or(0), part("Y").unwrap_or(0));
                format!("\u{1b}[{};{}H", row.saturating_add(1), column.saturating_add(1))
            }
            which @ ("foregroundcolor" | "backgroundcolor") => {
                let of = crate::types::resolve("System.ConsoleColor")?;
                let color = match value.convert(&of) {
                    Ok(color) => color,
                    Err(error) => return Some(Err(error)),
                };
                let name = color.to_text();
                let number = crate::line_editor::CONSOLE_COLORS
                    .iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(&name))
                    .map_or(39, |(_, number)| *number);
                if which == "foregroundcolor" {
                    set.foreground = Some(color);
                    format!("\u{1b}[{number}m")
                } else {
                    set.background = Some(color);
                    format!("\u{1b}[{}m", number + 10)
                }
            }
            _ => return None,
        };
        if let Some(host) = world.host().filter(|host| host.height().is_some()) {
            host.write(Stream::Output, &escape);
        }
        Some(Ok(()))
    }

    fn methods(&self) -> &'static [Method] {
        RAW
    }
}

static RAW: &[Method] = &[Method::new(
    "FlushInputBuffer",
    "void FlushInputBuffer()",
    |call| {
        call.expect(0, 0)?;
        Ok(Value::Nothing)
    },
)];

/// `System.Management.Automation.Host.ChoiceDescription`: a label with an ampersand before its letter, and what it does.
pub fn choice_description(call: &mut Call<'_>) -> Result<Value> {
    call.expect(1, 2)?;
    let part = |at: usize| call.arguments.get(at).map(Value::to_text).unwrap_or_default();
    Ok(Value::typed(
        &[&format!("{SPACE}.ChoiceDescription"), "System.Object"],
        [
            ("Label", Value::from(part(0))),
            ("HelpMessage", Value::from(part(1))),
        ],
    ))
}
