//! Static members of String; System.Char.

use super::{compare_text, fault, ignores_case, length, same_text, unit_at};
use crate::error::Result;
use crate::members::{Call, Method, enumerate};
use crate::value::Value;

/// The methods of Char.
pub static CHAR_METHODS: &[Method] = &[
    Method::new("CompareTo", "int CompareTo(char value)", |call| {
        let other = call.char(0)?;
        let Value::Char(unit) = call.target else {
            return Ok(Value::Null);
        };
        Ok(Value::Int(i32::from(*unit) - i32::from(other)))
    }),
    Method::new("ToString", "string ToString()", |call| {
        Ok(Value::from(call.target.to_text()))
    }),
];

/// The static methods of String.
pub static STATIC: &[Method] = &[
    Method::new(
        "Compare",
        "static int Compare(string strA, string strB, bool ignoreCase)",
        |call| {
            call.expect(2, 4)?;
            let (left, right) = (call.text(0)?, call.text(1)?);
            let ignore = ignores_case(call, 2)?;
            Ok(Value::Int(compare_text(&left, &right, !ignore) as i32))
        },
    ),
    Method::new(
        "CompareOrdinal",
        "static int CompareOrdinal(string strA, string strB)",
        |call| {
            let (left, right) = (call.text(0)?, call.text(1)?);
            let difference = left
                .encode_utf16()
                .zip(right.encode_utf16())
                .map(|(left, right)| i32::from(left) - i32::from(right))
                .find(|number| *number != 0);
            Ok(Value::Int(
                difference.unwrap_or(length(&left) as i32 - length(&right) as i32),
            ))
        },
    ),
    Method::new("Concat", "static string Concat(System.Object[] args)", |call| {
        let mut text = String::new();
        let single = call.count() == 1;
        for argument in call.arguments {
            match enumerate(argument.base()).filter(|_| single) {
                Some(items) => text.extend(items.iter().map(Value::to_text)),
                None => text.push_str(&argument.to_text()),
            }
        }
        Ok(Value::from(text))
    }),
    Method::new("Equals", "static bool Equals(string a, string b)", |call| {
        call.expect(2, 3)?;
        let (left, right) = (call.text(0)?, call.text(1)?);
        let ignore = ignores_case(call, 2)?;
        Ok(Value::Bool(if ignore {
            same_text(&left, &right)
        } else {
            left == right
        }))
    }),
    Method::new(
        "Format",
        "static string Format(string format, System.Object[] args)",
        |call| {
            let pattern = call.text(0)?;
            let arguments = match call.arguments {
                [_, only] => enumerate(only.base()).unwrap_or_else(|| vec![only.clone()]),
                [_, rest @ ..] => rest.to_vec(),
                [] => Vec::new(),
            };
            crate::format_string::format(&pattern, &arguments).map(Value::from)
        },
    ),
    Method::new(
        "IsNullOrEmpty",
        "static bool IsNullOrEmpty(string value)",
        |call| Ok(Value::Bool(call.text(0)?.is_empty())),
    ),
    Method::new(
        "IsNullOrWhiteSpace",
        "static bool IsNullOrWhiteSpace(string value)",
        |call| Ok(Value::Bool(call.text(0)?.trim().is_empty())),
    ),
    Method::new(
        "Join",
        "static string Join(string separator, string[] value)",
        |call| {
            let separator = call.text(0)?;
            let whole = match call.arguments {
                [_, list, _, _] => enumerate(list.base()),
                _ => None,
            };
            let items: Vec<Value> = match call.arguments {
                [..] if whole.is_some() => {
                    let (start, count) = (call.int(2)?.max(0) as usize, call.int(3)?.max(0) as usize);
                    whole
                        .unwrap_or_default()
                        .into_iter()
                        .skip(start)
                        .take(count)
                        .collect()
                }
                [_, only] => enumerate(only.base()).unwrap_or_else(|| vec![only.clone()]),
                [_, rest @ ..] => rest.to_vec(),
                [] => Vec::new(),
            };
            Ok(Value::from(
                items
                    .iter()
                    .map(Value::to_text)
                    .collect::<Vec<_>>()
                    .join(&separator),
            ))
        },
    ),
    Method::new("Copy", "static string Copy(string str)", |call| {
        Ok(Value::Str(call.text(0)?))
    }),
    Method::new("Intern", "static string Intern(string str)", |call| {
        Ok(Value::Str(call.text(0)?))
    }),
];

fn char_test(call: &mut Call<'_>, test: fn(char) -> bool) -> Result<Value> {
    call.expect(1, 2)?;
    let unit = if call.count() == 2 {
        let at = call.int(1)?;
        let text = call.text(0)?;
        usize::try_from(at)
            .ok()
            .and_then(|at| unit_at(&text, at))
            .unwrap_or(0)
    } else {
        call.char(0)?
    };
    Ok(Value::Bool(char::from_u32(u32::from(unit)).is_some_and(test)))
}

fn char_map(call: &mut Call<'_>, map: fn(char) -> String) -> Result<Value> {
    let unit = call.char(0)?;
    let mapped = char::from_u32(u32::from(unit))
        .map(map)
        .and_then(|text| text.encode_utf16().next());
    Ok(Value::Char(mapped.unwrap_or(unit)))
}

/// The static methods of Char.
pub static CHAR_STATIC: &[Method] = &[
    Method::new("IsSurrogate", "static bool IsSurrogate(char c)", |call| {
        Ok(Value::Bool((0xD800..0xE000).contains(&call.char(0)?)))
    }),
    Method::new("IsHighSurrogate", "static bool IsHighSurrogate(char c)", |call| {
        Ok(Value::Bool((0xD800..0xDC00).contains(&call.char(0)?)))
    }),
    Method::new("IsLowSurrogate", "static bool IsLowSurrogate(char c)", |call| {
        Ok(Value::Bool((0xDC00..0xE000).contains(&call.char(0)?)))
    }),
    Method::new(
        "ConvertToUtf32",
        "static int ConvertToUtf32(string s, int index)",
        |call| {
            let at = usize::try_from(call.int(1)?).unwrap_or(usize::MAX);
            let units: Vec<u16> = call.text(0)?.encode_utf16().skip(at).take(2).collect();
            match char::decode_utf16(units).next() {
                Some(Ok(character)) => Ok(Value::Int(u32::from(character) as i32)),
                _ => Err(fault::out_of_range(
                    "index",
                    "Index was out of range. Must be non-negative and less than the size of the collection.",
                )),
            }
        },
    ),
    Method::new("IsDigit", "static bool IsDigit(char c)", |call| {
        char_test(call, |c| c.is_ascii_digit() || c.is_numeric() && !c.is_ascii())
    }),
    Method::new("IsNumber", "static bool IsNumber(char c)", |call| {
        char_test(call, char::is_numeric)
    }),
    Method::new("IsLetter", "static bool IsLetter(char c)", |call| {
        char_test(call, char::is_alphabetic)
    }),
    Method::new("IsLetterOrDigit", "static bool IsLetterOrDigit(char c)", |call| {
        char_test(call, char::is_alphanumeric)
    }),
    Method::new("IsWhiteSpace", "static bool IsWhiteSpace(char c)", |call| {
        char_test(call, char::is_whitespace)
    }),
    Method::new("IsUpper", "static bool IsUpper(char c)", |call| {
        char_test(call, char::is_uppercase)
    }),
    Method::new("IsLower", "static bool IsLower(char c)", |call| {
        char_test(call, char::is_lowercase)
    }),
    Method::new("IsControl", "static bool IsControl(char c)", |call| {
        char_test(call, char::is_control)
    }),
    Method::new("IsPunctuation", "static bool IsPunctuation(char c)", |call| {
        char_test(call, |c| "!\"#%&'()*,-./:;?@[\\]_{}¡§«¶·»¿".contains(c))
    }),
    Method::new("IsSymbol", "static bool IsSymbol(char c)", |call| {
        char_test(call, |c| "$+<=>^`|~¢£¤¥¦¨©¬®¯°±´¸×÷".contains(c))
    }),
    Method::new("IsAscii", "static bool IsAscii(char c)", |call| {
        char_test(call, |c| c.is_ascii())
    }),
    Method::new("ToUpper", "static char ToUpper(char c)", |call| {
        char_map(call, |c| c.to_uppercase().collect())
    }),
    Method::new("ToLower", "static char ToLower(char c)", |call| {
        char_map(call, |c| c.to_lowercase().collect())
    }),
    Method::new(
        "ToUpperInvariant",
        "static char ToUpperInvariant(char c)",
        |call| char_map(call, |c| c.to_uppercase().collect()),
    ),
    Method::new(
        "ToLowerInvariant",
        "static char ToLowerInvariant(char c)",
        |call| char_map(call, |c| c.to_lowercase().collect()),
    ),
    Method::new(
        "GetNumericValue",
        "static double GetNumericValue(char c)",
        |call| {
            let unit = call.char(0)?;
            let digit = char::from_u32(u32::from(unit)).and_then(|c| c.to_digit(10));
            Ok(Value::Double(digit.map_or(-1.0, f64::from)))
        },
    ),
    Method::new(
        "ConvertFromUtf32",
        "static string ConvertFromUtf32(int utf32)",
        |call| {
            let code = call.int(0)?;
            let character = u32::try_from(code).ok().and_then(char::from_u32);
            let character = character.ok_or_else(|| fault::out_of_range("utf32", "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate codepoint values (0x00d800 ~ 0x00dfff)."))?;
            Ok(Value::from(character.to_string()))
        },
    ),
    Method::new("Parse", "static char Parse(string s)", |call| {
        let text = call.text(0)?;
        let mut units = text.encode_utf16();
        match (units.next(), units.next()) {
            (Some(unit), None) => Ok(Value::Char(unit)),
            _ => Err(fault::raised(
                "System.FormatException",
                "String must be exactly one character long.",
            )),
        }
    }),
];
