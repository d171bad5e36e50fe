//! System.Guid.

use std::cmp::Ordering;
use std::sync::Arc;

use uuid::Uuid;

use super::{Call, Method, fault};
use crate::error::Result;
use crate::value::{Instance, Value};

/// A GUID.
pub struct Guid(pub Uuid);

/// Reads the forms N, D, B and P.
pub fn parse(text: &str) -> Option<Value> {
    let trimmed = text.trim();
    let inner = trimmed
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .or_else(|| trimmed.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')))
        .unwrap_or(trimmed);
    let plain = inner.len() == 32 || inner.len() == 36;
    plain
        .then(|| Uuid::try_parse(inner).ok())
        .flatten()
        .map(|id| Value::instance(Guid(id)))
}

/// The GUID of zeros.
pub fn empty() -> Value {
    Value::instance(Guid(Uuid::nil()))
}

impl Instance for Guid {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Guid")
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        ["System.Guid", "System.ValueType", "System.Object"]
            .map(Arc::from)
            .to_vec()
    }

    fn to_text(&self) -> String {
        self.0.hyphenated().to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("Guid")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("Guid")
            .then(|| Value::from(self.to_text()))
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        other.downcast::<Guid>().map(|other| self.0 == other.0)
    }

    fn compare(&self, other: &Value) -> Option<Ordering> {
        other.downcast::<Guid>().map(|other| self.0.cmp(&other.0))
    }

    fn format(&self, format: &str) -> Option<Option<String>> {
        let text = self.to_text();
        Some(match format {
            "" | "D" | "d" => Some(text),
            "N" | "n" => Some(self.0.simple().to_string()),
            "B" | "b" => Some(format!("{{{text}}}")),
            "P" | "p" => Some(format!("({text})")),
            "X" | "x" => {
                let (a, b, c, rest) = self.0.as_fields();
                let rest: Vec<String> = rest.iter().map(|byte| format!("0x{byte:02x}")).collect();
                Some(format!(
                    "{{0x{a:08x},0x{b:04x},0x{c:04x},{{{}}}}}",
                    rest.join(",")
                ))
            }
            _ => None,
        })
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }
}

static METHODS: &[Method] = &[Method::new("ToByteArray", "byte[] ToByteArray()", |call| {
    Ok(call
        .target
        .downcast::<Guid>()
        .map_or(Value::Null, |guid| Value::bytes(&guid.0.to_bytes_le())))
})];

fn parsed(call: &mut Call<'_>) -> Result<Value> {
    let text = call.text(0)?;
    parse(&text).ok_or_else(|| fault::raised("System.FormatException", "Unrecognized Guid format."))
}

/// The static methods of Guid.
pub static STATIC: &[Method] = &[
    Method::new("NewGuid", "static guid NewGuid()", |call| {
        let Some(host) = call.world.host() else {
            return Err(fault::raised(
                "System.PlatformNotSupportedException",
                "No source of random numbers.",
            ));
        };
        let bits = u128::from(host.random()) << 64 | u128::from(host.random());
        Ok(Value::instance(Guid(
            uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid(),
        )))
    }),
    Method::new("Parse", "static guid Parse(string input)", parsed),
    Method::new(
        "ParseExact",
        "static guid ParseExact(string input, string format)",
        parsed,
    ),
    Method::new(
        "TryParse",
        "static bool TryParse(string input, [ref] guid result)",
        |call| {
            let text = call.text(0)?;
            let found = parse(&text);
            let success = found.is_some();
            super::numbers::set_reference(call.arguments.last(), found.unwrap_or_else(empty));
            Ok(Value::Bool(success))
        },
    ),
    Method::new("new", "guid new(string g)", |call| match call.arguments {
        [] => Ok(empty()),
        [bytes] if super::enumerate(bytes.base()).is_some() => {
            let bytes: Option<[u8; 16]> = call.bytes(0)?.try_into().ok();
            bytes
                .map(|bytes| Value::instance(Guid(Uuid::from_bytes_le(bytes))))
                .ok_or_else(|| {
                    fault::argument("Byte array for Guid must be exactly 16 bytes long. (Parameter 'b')")
                })
        }
        _ => parsed(call),
    }),
];
