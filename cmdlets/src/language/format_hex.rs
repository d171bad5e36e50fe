//! Format-Hex: bytes of files and values, sixteen a line.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command, Context, Invocation};
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_lang::format::{View, ViewColumn};
use plenum_lang::inspect;
use plenum_lang::signature::Completion;
use plenum_lang::value::Value;

use super::content::given_paths;
use super::{encoding, path};
use crate::authoring::{Read, cmdlet, object, parameter, stateful, text};

const TYPE: &str = "Microsoft.PowerShell.Commands.ByteCollection";
/// Bytes of a line.
const LINE: usize = 16;

/// The table of bytes.
pub fn view() -> View {
    let columns = vec![
        ViewColumn::new("Offset").shows("HexOffset").width(16).right(),
        ViewColumn::new("Bytes\n00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F")
            .shows("HexBytes")
            .width(47),
        ViewColumn::new("Ascii"),
    ];
    View::table(TYPE, columns).grouped("Label", "Label")
}

/// The command.
pub fn command() -> Arc<dyn Command> {
    stateful::<FormatHex>(
        cmdlet("Format-Hex", super::UTILITY)
            .synopsis("Shows bytes in hexadecimal and as characters.")
            .default_set("Path")
            .parameter(
                parameter("Path", "string[]")
                    .mandatory()
                    .position(0)
                    .set("Path")
                    .complete(Completion::Path)
                    .help("Files; wildcards are allowed."),
            )
            .parameter(
                parameter("LiteralPath", "string[]")
                    .aliases(&["PSPath", "LP"])
                    .mandatory()
                    .by_property_name()
                    .set("LiteralPath")
                    .complete(Completion::Path)
                    .help("Files, taken as they are."),
            )
            .parameter(
                parameter("InputObject", "psobject")
                    .mandatory()
                    .by_value()
                    .set("ByInputObject")
                    .help("Texts, numbers, bytes or files."),
            )
            .parameter(encoding::encoding_parameter())
            .parameter(
                parameter("Count", "long")
                    .range(1.0, 9_007_199_254_740_992.0)
                    .help("How many bytes."),
            )
            .parameter(
                parameter("Offset", "long")
                    .range(0.0, 9_007_199_254_740_992.0)
                    .default("0")
                    .help("How many bytes are passed over."),
            )
            .alias("fhx")
            .example("'Zoë' | Format-Hex", "Shows the bytes of a text.")
            .example(
                "Format-Hex users.csv -Count 16",
                "Shows how a file begins: its byte order mark.",
            ),
    )
}

/// Numbers of one type that follow each other are shown together.
#[derive(Default)]
struct FormatHex {
    label: String,
    bytes: Vec<u8>,
}

impl Invocation for FormatHex {
    fn process(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let (paths, literal) = given_paths(arguments);
        for file in path::resolve(context, &paths, literal)? {
            show_file(context, arguments, &file)?;
        }
        let Some(value) = arguments
            .input
            .as_ref()
            .or_else(|| arguments.get("InputObject"))
            .cloned()
        else {
            return Ok(());
        };
        if inspect::type_name(&value) == "System.IO.FileInfo" {
            self.show(context, arguments)?;
            let name = inspect::property(&value, "FullName").unwrap_or_default();
            return show_file(context, arguments, &inspect::text(&name));
        }
        let joins = is_number(&value);
        let Some(bytes) = bytes_of(&value, arguments)? else {
            let shown = inspect::type_name(&value);
            let message = format!("Cannot convert input of type '{shown}' to hexadecimal.");
            let record = ErrorRecord::new("FormatHexTypeNotSupported", Category::InvalidArgument, message);
            return context.error(record.exception("System.ArgumentException").about(value));
        };
        let label = label_of(&value);
        if !joins || label != self.label {
            self.show(context, arguments)?;
        }
        self.label = label;
        self.bytes.extend(bytes);
        if joins {
            Ok(())
        } else {
            self.show(context, arguments)
        }
    }

    fn end(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        self.show(context, arguments)
    }
}

impl FormatHex {
    fn show(&mut self, context: &mut dyn Context, arguments: &Arguments) -> Result<()> {
        let (label, bytes) = (std::mem::take(&mut self.label), std::mem::take(&mut self.bytes));
        // As in PowerShell a number tells inputs of one type apart.
        let label = format!("{label} <{:08X}>", context.host().random() >> 32);
        write_lines(context, arguments, &label, Value::Null, &bytes)
    }
}

fn show_file(context: &mut dyn Context, arguments: &Arguments, file: &str) -> Result<()> {
    match context.host().read_file(file) {
        Ok(bytes) => write_lines(context, arguments, file, text(file), &bytes),
        Err(error) => context.error(path::failed(file, &error, "FileIOError")),
    }
}

fn is_number(value: &Value) -> bool {
    !matches!(value.base(), Value::Str(_)) && inspect::elements(value).is_none()
}

/// A text in its encoding, a number with its low byte first.
fn bytes_of(value: &Value, arguments: &Arguments) -> Result<Option<Vec<u8>>> {
    Ok(Some(match value.base() {
        Value::Str(_) => {
            let name = arguments
                .text("Encoding")
                .unwrap_or_else(|| "utf8NoBOM".to_owned());
            encoding::encode(&inspect::text(value), Some(&name))?
        }
        Value::Byte(byte) => vec![*byte],
        Value::SByte(number) => number.to_le_bytes().to_vec(),
        Value::Bool(flag) => i32::from(*flag).to_le_bytes().to_vec(),
        Value::Char(unit) => u32::from(*unit).to_le_bytes()[..2].to_vec(),
        Value::Short(number) => number.to_le_bytes().to_vec(),
        Value::UShort(number) => number.to_le_bytes().to_vec(),
        Value::Int(number) => number.to_le_bytes().to_vec(),
        Value::UInt(number) => number.to_le_bytes().to_vec(),
        Value::Long(number) => number.to_le_bytes().to_vec(),
        Value::ULong(number) => number.to_le_bytes().to_vec(),
        Value::Single(number) => number.to_le_bytes().to_vec(),
        Value::Double(number) => number.to_le_bytes().to_vec(),
        _ => {
            let Some(items) = inspect::elements(value) else {
                return Ok(None);
            };
            let mut bytes = Vec::new();
            for item in items {
                match bytes_of(&item, arguments)? {
                    Some(more) => bytes.extend(more),
                    None => return Ok(None),
                }
            }
            bytes
        }
    }))
}

/// `String (System.String)`.
fn label_of(value: &Value) -> String {
    let full = inspect::type_name(value);
    let short = full.rsplit('.').next().unwrap_or_default();
    format!("{short} ({full})")
}

fn write_lines(
    context: &mut dyn Context,
    arguments: &Arguments,
    label: &str,
    path: Value,
    bytes: &[u8],
) -> Result<()> {
    let size = |name: &str| arguments.int(name).and_then(|size| usize::try_from(size).ok());
    let from = size("Offset").unwrap_or(0).min(bytes.len());
    let to = size("Count").map_or(bytes.len(), |count| (from + count).min(bytes.len()));
    for (number, line) in bytes[from..to].chunks(LINE).enumerate() {
        let offset = from + number * LINE;
        let hex: Vec<String> = line.iter().map(|byte| format!("{byte:02X}")).collect();
        let offset_value = i64::try_from(offset).unwrap_or(i64::MAX);
        context.write(object(
            TYPE,
            [
                ("Offset64", Value::Long(offset_value)),
                ("Offset", Value::Long(offset_value)),
                ("HexOffset", text(format!("{offset:016X}"))),
                ("Bytes", Value::bytes(line)),
                ("HexBytes", text(hex.join(" "))),
                (
                    "Ascii",
                    text(line.iter().map(|byte| shown(*byte)).collect::<String>()),
                ),
                ("Path", path.clone()),
                ("Label", text(label)),
            ],
        ))?;
    }
    Ok(())
}

/// A byte as a character of Latin-1; what cannot be seen as the replacement character, zero as a blank.
fn shown(byte: u8) -> char {
    match byte {
        0 => ' ',
        0x20..=0x7E | 0xA1..=0xFF => char::from(byte),
        _ => '\u{FFFD}',
    }
}
