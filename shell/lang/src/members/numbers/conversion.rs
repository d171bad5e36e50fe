//! System.Convert.

use super::{overflow, parse};
use crate::convert::{self, scalar};
use crate::error::Result;
use crate::members::{Call, Method, World, fault};
use crate::number;
use crate::types::{Kind, Type};
use crate::value::Value;

/// System.Convert: texts are parsed strictly.
pub fn system_convert(value: &Value, target: &Type, world: &mut dyn World) -> Result<Value> {
    let kind = target.kind().unwrap_or(Kind::Int32);
    match value.base() {
        Value::Str(text) if kind != Kind::String && kind != Kind::Char && kind != Kind::DateTime => {
            parse(text, kind, 0)
        }
        other => convert::to(other, target, world).map_err(|_| overflow(kind)),
    }
}

fn converted(call: &mut Call<'_>, target: &Type) -> Result<Value> {
    call.expect(1, 2)?;
    let base = match call.arguments.get(1).map(Value::base) {
        Some(Value::Int(base)) => *base,
        _ => 10,
    };
    let value = call.value(0)?.clone();
    if base == 10 {
        return system_convert(&value, target, call.world);
    }
    let text = value.to_text();
    let digits = if base == 16 {
        text.trim_start_matches("0x").trim_start_matches("0X")
    } else {
        text.as_str()
    };
    if !matches!(base, 2 | 8 | 16) {
        return Err(fault::argument("Invalid Base."));
    }
    let bits = u64::from_str_radix(digits, base as u32).map_err(|_| {
        fault::raised(
            "System.FormatException",
            "Could not find any recognizable digits.",
        )
    })?;
    let kind = target.kind().unwrap_or(Kind::Int32);
    let signed = match kind {
        Kind::Int32 if bits <= u64::from(u32::MAX) => i128::from(bits as u32 as i32),
        Kind::Int64 => i128::from(bits as i64),
        Kind::Int16 if bits <= u64::from(u16::MAX) => i128::from(bits as u16 as i16),
        Kind::SByte if bits <= u64::from(u8::MAX) => i128::from(bits as u8 as i8),
        _ => i128::from(bits),
    };
    scalar::fit(signed, kind).ok_or_else(|| overflow(kind))
}

/// System.Convert.
pub static CONVERT: &[Method] = &[
    Method::new(
        "ToInt32",
        "static int ToInt32(System.Object value), static int ToInt32(string value, int fromBase)",
        |call| converted(call, &Type::INT32),
    ),
    Method::new("ToInt64", "static long ToInt64(System.Object value)", |call| {
        converted(call, &Type::INT64)
    }),
    Method::new("ToInt16", "static short ToInt16(System.Object value)", |call| {
        converted(call, &Type::INT16)
    }),
    Method::new(
        "ToUInt16",
        "static ushort ToUInt16(System.Object value)",
        |call| converted(call, &Type::UINT16),
    ),
    Method::new("ToUInt32", "static uint ToUInt32(System.Object value)", |call| {
        converted(call, &Type::UINT32)
    }),
    Method::new("ToUInt64", "static ulong ToUInt64(System.Object value)", |call| {
        converted(call, &Type::UINT64)
    }),
    Method::new("ToByte", "static byte ToByte(System.Object value)", |call| {
        converted(call, &Type::BYTE)
    }),
    Method::new("ToSByte", "static sbyte ToSByte(System.Object value)", |call| {
        converted(call, &Type::SBYTE)
    }),
    Method::new(
        "ToDouble",
        "static double ToDouble(System.Object value)",
        |call| converted(call, &Type::DOUBLE),
    ),
    Method::new("ToSingle", "static float ToSingle(System.Object value)", |call| {
        converted(call, &Type::SINGLE)
    }),
    Method::new(
        "ToDecimal",
        "static decimal ToDecimal(System.Object value)",
        |call| converted(call, &Type::DECIMAL),
    ),
    Method::new(
        "ToBoolean",
        "static bool ToBoolean(System.Object value)",
        |call| converted(call, &Type::BOOLEAN),
    ),
    Method::new("ToChar", "static char ToChar(System.Object value)", |call| {
        call.to(0, &Type::CHAR)
    }),
    Method::new(
        "ToDateTime",
        "static datetime ToDateTime(System.Object value)",
        |call| call.to(0, &Type::DATETIME),
    ),
    Method::new(
        "ToString",
        "static string ToString(System.Object value), static string ToString(int value, int toBase)",
        |call| {
            call.expect(1, 2)?;
            match (
                call.value(0)?.base().clone(),
                call.arguments.get(1).map(Value::base),
            ) {
                (value, Some(Value::Int(base @ (2 | 8 | 16)))) => {
                    let number = number::integer(&value).unwrap_or(0);
                    let bits = if matches!(value, Value::Long(_)) {
                        number as i64 as u64
                    } else if matches!(value, Value::Byte(_)) {
                        number as u64
                    } else {
                        u64::from(number as i32 as u32)
                    };
                    Ok(Value::from(match base {
                        2 => format!("{bits:b}"),
                        8 => format!("{bits:o}"),
                        _ => format!("{bits:x}"),
                    }))
                }
                (value, _) => Ok(Value::from(convert::to_text_current(&value))),
            }
        },
    ),
    Method::new(
        "ToBase64String",
        "static string ToBase64String(byte[] inArray)",
        |call| {
            use base64::Engine as _;
            let bytes = call.bytes(0)?;
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            let breaks = call.count() > 1 && call.enumeration(1, "System.Base64FormattingOptions")? == 1;
            if !breaks {
                return Ok(Value::from(text));
            }
            let lines: Vec<&str> = text
                .as_bytes()
                .chunks(76)
                .map(|line| std::str::from_utf8(line).unwrap_or(""))
                .collect();
            Ok(Value::from(lines.join("\r\n")))
        },
    ),
    Method::new(
        "FromBase64String",
        "static byte[] FromBase64String(string s)",
        |call| {
            use base64::Engine as _;
            let text: String = call
                .text(0)?
                .chars()
                .filter(|character| !character.is_whitespace())
                .collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| {
            fault::raised("System.FormatException", "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.")
        })?;
            Ok(Value::bytes(&bytes))
        },
    ),
    Method::new(
        "ToHexString",
        "static string ToHexString(byte[] inArray)",
        |call| {
            let bytes = call.bytes(0)?;
            Ok(Value::from(
                bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>(),
            ))
        },
    ),
    Method::new("FromHexString", "static byte[] FromHexString(string s)", |call| {
        let text = call.text(0)?;
        let wrong = || {
            fault::raised(
                "System.FormatException",
                "The input is not a valid hex string as it contains a non-hex character.",
            )
        };
        if !text.is_ascii() || !text.len().is_multiple_of(2) {
            return Err(wrong());
        }
        let bytes: Option<Vec<u8>> = (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
            .collect();
        bytes.map(|bytes| Value::bytes(&bytes)).ok_or_else(wrong)
    }),
    Method::new("IsDBNull", "static bool IsDBNull(System.Object value)", |call| {
        Ok(Value::Bool(
            call.value(0)?.downcast::<crate::members::DbNull>().is_some(),
        ))
    }),
    Method::new(
        "ChangeType",
        "static System.Object ChangeType(System.Object value, type conversionType)",
        |call| match call.value(1)?.base().clone() {
            Value::Type(of) => {
                let value = call.value(0)?.clone();
                system_convert(&value, &of, call.world)
            }
            _ => Err(call.no_overload()),
        },
    ),
];
