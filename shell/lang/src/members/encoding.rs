//! System.Text.Encoding.

use std::sync::Arc;

use super::Method;
use crate::value::{Instance, Value};

/// Which encoding.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32,
    Ascii,
    Latin1,
}

/// An encoding.
pub struct Encoding {
    kind: Kind,
    /// Whether a file begins with the mark.
    mark: bool,
}

/// An encoding by a property's or GetEncoding's name.
pub fn named(name: &str) -> Option<Value> {
    let (kind, mark) = match name.to_ascii_lowercase().as_str() {
        "utf8" | "utf-8" | "65001" => (Kind::Utf8, true),
        "default" | "utf8nobom" => (Kind::Utf8, false),
        "unicode" | "utf-16" | "utf-16le" | "1200" => (Kind::Utf16Le, true),
        "bigendianunicode" | "utf-16be" | "1201" => (Kind::Utf16Be, true),
        "utf32" | "utf-32" | "12000" => (Kind::Utf32, true),
        "ascii" | "us-ascii" | "20127" => (Kind::Ascii, false),
        "latin1" | "iso-8859-1" | "28591" | "windows-1252" | "1252" => (Kind::Latin1, false),
        _ => return None,
    };
    Some(Value::instance(Encoding { kind, mark }))
}

/// `[System.Text.UTF8Encoding]::new(mark)`.
pub fn utf8(mark: bool) -> Value {
    Value::instance(Encoding {
        kind: Kind::Utf8,
        mark,
    })
}

impl Encoding {
    /// A text in bytes.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        match self.kind {
            Kind::Utf8 => text.as_bytes().to_vec(),
            Kind::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Kind::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Kind::Utf32 => text
                .chars()
                .flat_map(|character| (character as u32).to_le_bytes())
                .collect(),
            Kind::Ascii => text
                .chars()
                .map(|character| {
                    if character.is_ascii() {
                        character as u8
                    } else {
                        b'?'
                    }
                })
                .collect(),
            Kind::Latin1 => text
                .chars()
                .map(|character| u8::try_from(character as u32).unwrap_or(b'?'))
                .collect(),
        }
    }

    /// Bytes as a text.
    pub fn decode(&self, bytes: &[u8]) -> String {
        let pair = |pair: &[u8], big: bool| {
            let two = [pair[0], pair.get(1).copied().unwrap_or(0)];
            if big {
                u16::from_be_bytes(two)
            } else {
                u16::from_le_bytes(two)
            }
        };
        match self.kind {
            Kind::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Kind::Utf16Le | Kind::Utf16Be => {
                let units: Vec<u16> = bytes
                    .chunks(2)
                    .map(|chunk| pair(chunk, self.kind == Kind::Utf16Be))
                    .collect();
                String::from_utf16_lossy(&units)
            }
            Kind::Utf32 => bytes
                .chunks_exact(4)
                .map(|four| {
                    char::from_u32(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                        .unwrap_or('\u{FFFD}')
                })
                .collect(),
            Kind::Ascii => bytes
                .iter()
                .map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' })
                .collect(),
            Kind::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
        }
    }

    /// The bytes that a file begins with.
    pub fn preamble(&self) -> &'static [u8] {
        match (self.mark, self.kind) {
            (true, Kind::Utf8) => &[0xEF, 0xBB, 0xBF],
            (true, Kind::Utf16Le) => &[0xFF, 0xFE],
            (true, Kind::Utf16Be) => &[0xFE, 0xFF],
            (true, Kind::Utf32) => &[0xFF, 0xFE, 0, 0],
            _ => &[],
        }
    }

    fn names(&self) -> (&'static str, &'static str, &'static str, i32) {
        match self.kind {
            Kind::Utf8 => ("System.Text.UTF8Encoding", "utf-8", "Unicode (UTF-8)", 65001),
            Kind::Utf16Le => ("System.Text.UnicodeEncoding", "utf-16", "Unicode", 1200),
            Kind::Utf16Be => (
                "System.Text.UnicodeEncoding",
                "utf-16BE",
                "Unicode (Big-Endian)",
                1201,
            ),
            Kind::Utf32 => ("System.Text.UTF32Encoding", "utf-32", "Unicode (UTF-32)", 12000),
            Kind::Ascii => ("System.Text.ASCIIEncoding", "us-ascii", "US-ASCII", 20127),
            Kind::Latin1 => (
                "System.Text.Latin1Encoding",
                "iso-8859-1",
                "Western European (ISO)",
                28591,
            ),
        }
    }
}

impl Instance for Encoding {
    fn type_name(&self) -> Arc<str> {
        Arc::from(self.names().0)
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        [self.names().0, "System.Text.Encoding", "System.Object"]
            .map(Arc::from)
            .to_vec()
    }

    fn to_text(&self) -> String {
        self.names().0.to_owned()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        [
            "Preamble",
            "BodyName",
            "EncodingName",
            "HeaderName",
            "WebName",
            "CodePage",
            "IsSingleByte",
        ]
        .map(Arc::from)
        .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let (_, web, display, page) = self.names();
        Some(match name.to_ascii_lowercase().as_str() {
            "webname" | "bodyname" | "headername" => Value::from(web),
            "encodingname" => Value::from(display),
            "codepage" | "windowscodepage" => Value::Int(page),
            "issinglebyte" => Value::Bool(matches!(self.kind, Kind::Ascii | Kind::Latin1)),
            "preamble" => Value::bytes(self.preamble()),
            _ => return None,
        })
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

fn own<'c>(call: &super::Call<'c>) -> &'c Encoding {
    call.target
        .downcast::<Encoding>()
        .expect("the table of Encoding is used for Encoding only")
}

static METHODS: &[Method] = &[
    Method::new("GetBytes", "byte[] GetBytes(string s)", |call| {
        let text = match call.value(0)?.base() {
            Value::Array(array) => array.items.read().iter().map(Value::to_text).collect::<String>(),
            _ => call.text(0)?.to_string(),
        };
        Ok(Value::bytes(&own(call).encode(&text)))
    }),
    Method::new("GetString", "string GetString(byte[] bytes)", |call| {
        let bytes = call.bytes(0)?;
        let (start, end) = if call.count() == 3 {
            let (start, count) = (call.int(1)?.max(0) as usize, call.int(2)?.max(0) as usize);
            (start.min(bytes.len()), (start + count).min(bytes.len()))
        } else {
            (0, bytes.len())
        };
        Ok(Value::from(own(call).decode(&bytes[start..end])))
    }),
    Method::new("GetByteCount", "int GetByteCount(string s)", |call| {
        let text = call.text(0)?;
        Ok(Value::count(own(call).encode(&text).len()))
    }),
    Method::new("GetCharCount", "int GetCharCount(byte[] bytes)", |call| {
        let bytes = call.bytes(0)?;
        Ok(Value::count(own(call).decode(&bytes).encode_utf16().count()))
    }),
    Method::new("GetChars", "char[] GetChars(byte[] bytes)", |call| {
        let bytes = call.bytes(0)?;
        let units = own(call).decode(&bytes).encode_utf16().map(Value::Char).collect();
        Ok(Value::array_of(crate::types::Type::CHAR, units))
    }),
    Method::new("GetPreamble", "byte[] GetPreamble()", |call| {
        Ok(Value::bytes(own(call).preamble()))
    }),
];

/// The static methods of Encoding.
pub static STATIC: &[Method] = &[Method::new(
    "GetEncoding",
    "static System.Text.Encoding GetEncoding(string name)",
    |call| {
        let name = call.text(0)?;
        named(&name).ok_or_else(|| {
            super::fault::argument(format!(
                "'{name}' is not a supported encoding name. (Parameter 'name')"
            ))
        })
    },
)];

/// System.BitConverter.
pub static BITS: &[Method] = &[
    Method::new("ToString", "static string ToString(byte[] value)", |call| {
        let bytes = call.bytes(0)?;
        Ok(Value::from(
            bytes
                .iter()
                .map(|byte| format!("{byte:02X}"))
                .collect::<Vec<_>>()
                .join("-"),
        ))
    }),
    Method::new("GetBytes", "static byte[] GetBytes(int value)", |call| {
        Ok(Value::bytes(&match call.value(0)?.base() {
            Value::Int(number) => number.to_le_bytes().to_vec(),
            Value::Long(number) => number.to_le_bytes().to_vec(),
            Value::Short(number) => number.to_le_bytes().to_vec(),
            Value::UInt(number) => number.to_le_bytes().to_vec(),
            Value::ULong(number) => number.to_le_bytes().to_vec(),
            Value::Double(number) => number.to_le_bytes().to_vec(),
            Value::Bool(flag) => vec![u8::from(*flag)],
            _ => return Err(call.no_overload()),
        }))
    }),
    Method::new(
        "ToInt32",
        "static int ToInt32(byte[] value, int startIndex)",
        |call| {
            let (bytes, start) = (call.bytes(0)?, call.int(1)?.max(0) as usize);
            let four: Option<[u8; 4]> = bytes.get(start..start + 4).and_then(|part| part.try_into().ok());
            four.map(|four| Value::Int(i32::from_le_bytes(four)))
                .ok_or_else(|| {
                    super::fault::argument(
                        "Destination array is not long enough to copy all the items in the collection.",
                    )
                })
        },
    ),
];
