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
    Windows1252,
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
        "latin1" | "iso-8859-1" | "28591" => (Kind::Latin1, false),
        "windows-1252" | "1252" | "ansi" => (Kind::Windows1252, false),
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

/// What the bytes from 0x80 to 0x9F are in Windows-1252; those that it leaves open stay themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn of_windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

fn to_windows_1252(character: char) -> u8 {
    match WINDOWS_1252.iter().position(|known| *known == character) {
        Some(at) => 0x80 + at as u8,
        None => u8::try_from(character as u32).unwrap_or(b'?'),
    }
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
            Kind::Windows1252 => text.chars().map(to_windows_1252).collect(),
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
            Kind::Windows1252 => bytes.iter().map(|byte| of_windows_1252(*byte)).collect(),
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
            Kind::Windows1252 => (
                "System.Text.SBCSCodePageEncoding",
                "windows-1252",
                "Western European (Windows)",
                1252,
            ),
        }
    }
}

/// Turns bytes that come in pieces into text: a mark at the beginning decides, else the encoding, else UTF-8.
pub struct Decoder {
    kind: Kind,
    begun: bool,
    /// Bytes of a character whose end is still to come.
    held: Vec<u8>,
}

impl Decoder {
    /// A decoder before the first piece.
    pub fn new(encoding: Option<&Encoding>) -> Decoder {
        Decoder {
            kind: encoding.map_or(Kind::Utf8, |encoding| encoding.kind),
            begun: false,
            held: Vec::new(),
        }
    }

    /// The encoding that it reads.
    pub fn encoding(&self) -> Value {
        let (kind, mark) = (self.kind, self.kind == Kind::Utf8);
        Value::instance(Encoding { kind, mark })
    }

    /// The text of the next piece; `last` says that no more will come.
    pub fn push(&mut self, piece: &[u8], last: bool) -> String {
        self.held.extend_from_slice(piece);
        if !self.begun {
            // The longest mark first: that of UTF-32 begins as that of UTF-16 does.
            let marks = [Kind::Utf32, Kind::Utf8, Kind::Utf16Le, Kind::Utf16Be];
            let found = marks.into_iter().find(|&kind| {
                let mark = Encoding { kind, mark: true };
                self.held.starts_with(mark.preamble())
            });
            if let Some(kind) = found {
                self.kind = kind;
                self.held.drain(..Encoding { kind, mark: true }.preamble().len());
            }
            self.begun = true;
        }
        let whole = if last { self.held.len() } else { self.whole() };
        let own = Encoding {
            kind: self.kind,
            mark: false,
        };
        let text = own.decode(&self.held[..whole]);
        self.held.drain(..whole);
        text
    }

    /// How many of the bytes held are whole characters.
    fn whole(&self) -> usize {
        let held = self.held.len();
        match self.kind {
            Kind::Utf16Le | Kind::Utf16Be => {
                let even = held - held % 2;
                let high = if self.kind == Kind::Utf16Be { 2 } else { 1 };
                let lead = even >= 2 && (0xD8..0xDC).contains(&self.held[even - high]);
                if lead { even - 2 } else { even }
            }
            Kind::Utf32 => held - held % 4,
            Kind::Ascii | Kind::Latin1 | Kind::Windows1252 => held,
            Kind::Utf8 => match std::str::from_utf8(&self.held) {
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                _ => held,
            },
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
            "issinglebyte" => Value::Bool(matches!(
                self.kind,
                Kind::Ascii | Kind::Latin1 | Kind::Windows1252
            )),
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
pub static STATIC: &[Method] = &[
    Method::new(
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
    ),
    Method::new(
        "Convert",
        "static byte[] Convert(System.Text.Encoding srcEncoding, System.Text.Encoding dstEncoding, byte[] bytes)",
        |call| {
            let bytes = call.bytes(2)?;
            let (from, into) = (call.value(0)?.clone(), call.value(1)?.clone());
            match (from.downcast::<Encoding>(), into.downcast::<Encoding>()) {
                (Some(from), Some(into)) => Ok(Value::bytes(&into.encode(&from.decode(&bytes)))),
                _ => Err(call.no_overload()),
            }
        },
    ),
];

/// System.BitConverter.
pub static BITS: &[Method] = &[
    Method::new("ToString", "static string ToString(byte[] value)", |call| {
        let bytes = call.bytes(0)?;
        let start = if call.count() > 1 {
            call.int(1)?.max(0) as usize
        } else {
            0
        };
        let count = if call.count() > 2 {
            call.int(2)?.max(0) as usize
        } else {
            usize::MAX
        };
        Ok(Value::from(
            bytes
                .iter()
                .skip(start)
                .take(count)
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
            Value::Single(number) => number.to_le_bytes().to_vec(),
            Value::UShort(number) | Value::Char(number) => number.to_le_bytes().to_vec(),
            Value::Byte(number) => i16::from(*number).to_le_bytes().to_vec(),
            Value::SByte(number) => i16::from(*number).to_le_bytes().to_vec(),
            Value::Bool(flag) => vec![u8::from(*flag)],
            _ => return Err(call.no_overload()),
        }))
    }),
    Method::new(
        "ToChar",
        "static char ToChar(byte[] value, int startIndex)",
        |call| bits(call).map(|two| Value::Char(u16::from_le_bytes(two))),
    ),
    Method::new(
        "ToSingle",
        "static float ToSingle(byte[] value, int startIndex)",
        |call| bits(call).map(|four| Value::Single(f32::from_le_bytes(four))),
    ),
    Method::new(
        "DoubleToInt64Bits",
        "static long DoubleToInt64Bits(double value)",
        |call| Ok(Value::Long(call.double(0)?.to_bits() as i64)),
    ),
    Method::new(
        "Int64BitsToDouble",
        "static double Int64BitsToDouble(long value)",
        |call| Ok(Value::Double(f64::from_bits(call.long(0)? as u64))),
    ),
    Method::new(
        "ToInt16",
        "static short ToInt16(byte[] value, int startIndex)",
        |call| bits(call).map(|two| Value::Short(i16::from_le_bytes(two))),
    ),
    Method::new(
        "ToUInt16",
        "static ushort ToUInt16(byte[] value, int startIndex)",
        |call| bits(call).map(|two| Value::UShort(u16::from_le_bytes(two))),
    ),
    Method::new(
        "ToInt32",
        "static int ToInt32(byte[] value, int startIndex)",
        |call| bits(call).map(|four| Value::Int(i32::from_le_bytes(four))),
    ),
    Method::new(
        "ToUInt32",
        "static uint ToUInt32(byte[] value, int startIndex)",
        |call| bits(call).map(|four| Value::UInt(u32::from_le_bytes(four))),
    ),
    Method::new(
        "ToInt64",
        "static long ToInt64(byte[] value, int startIndex)",
        |call| bits(call).map(|eight| Value::Long(i64::from_le_bytes(eight))),
    ),
    Method::new(
        "ToUInt64",
        "static ulong ToUInt64(byte[] value, int startIndex)",
        |call| bits(call).map(|eight| Value::ULong(u64::from_le_bytes(eight))),
    ),
    Method::new(
        "ToDouble",
        "static double ToDouble(byte[] value, int startIndex)",
        |call| bits(call).map(|eight| Value::Double(f64::from_le_bytes(eight))),
    ),
    Method::new(
        "ToBoolean",
        "static bool ToBoolean(byte[] value, int startIndex)",
        |call| bits(call).map(|[byte]| Value::Bool(byte != 0)),
    ),
];

/// The bytes of a number from a place on.
fn bits<const N: usize>(call: &mut super::Call<'_>) -> crate::error::Result<[u8; N]> {
    let (bytes, start) = (call.bytes(0)?, call.int(1)?.max(0) as usize);
    let part = bytes
        .get(start..start.saturating_add(N))
        .and_then(|part| part.try_into().ok());
    part.ok_or_else(|| {
        super::fault::argument(
            "Destination array is not long enough to copy all the items in the collection.",
        )
    })
}
