//! System.String and System.Char.

mod statics;

pub use statics::{CHAR_METHODS, CHAR_STATIC, STATIC};

use super::{Call, Method, fault};
use crate::convert;
use crate::error::Result;
use crate::operator::compare_text;
use crate::types::Type;
use crate::value::{Value, same_text};

/// A text's length in UTF-16 units.
pub fn length(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    }
}

/// The UTF-16 unit at a place.
pub fn unit_at(text: &str, at: usize) -> Option<u16> {
    if text.is_ascii() {
        text.as_bytes().get(at).map(|byte| u16::from(*byte))
    } else {
        text.encode_utf16().nth(at)
    }
}

/// The byte offset of a place in UTF-16 units, at most the text's length. A place inside a pair is moved behind it.
pub fn byte_offset(text: &str, units: usize) -> usize {
    if text.is_ascii() {
        return units.min(text.len());
    }
    let mut seen = 0;
    for (at, character) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += character.len_utf16();
    }
    text.len()
}

/// A byte offset as a place in UTF-16 units.
fn units_before(text: &str, byte: usize) -> i32 {
    length(&text[..byte]) as i32
}

fn own(call: &Call<'_>) -> String {
    match call.target {
        Value::Str(text) => text.to_string(),
        other => other.to_text(),
    }
}

/// A part of a text by UTF-16 units.
pub fn slice(text: &str, start: i32, count: Option<i32>) -> Result<String> {
    let total = length(text) as i32;
    if start < 0 {
        return Err(fault::out_of_range(
            "startIndex",
            "StartIndex cannot be less than zero.",
        ));
    }
    if start > total {
        return Err(fault::out_of_range(
            "startIndex",
            "startIndex cannot be larger than length of string.",
        ));
    }
    let end = match count {
        Some(count) if count < 0 => {
            return Err(fault::out_of_range("length", "Length cannot be less than zero."));
        }
        Some(count) if count > total - start => {
            return Err(fault::out_of_range(
                "length",
                "Index and length must refer to a location within the string.",
            ));
        }
        Some(count) => start + count,
        None => total,
    };
    Ok(text[byte_offset(text, start as usize)..byte_offset(text, end as usize)].to_owned())
}

/// Whether the argument after the text asks to ignore case: a StringComparison, or `$true`.
fn ignores_case(call: &mut Call<'_>, at: usize) -> Result<bool> {
    match call.arguments.get(at).map(Value::base) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::Int(_) | Value::Char(_)) => Ok(false),
        Some(_) => Ok(call.enumeration(at, "System.StringComparison")? % 2 == 1),
    }
}

fn folded(text: &str, ignore: bool) -> String {
    if ignore {
        text.to_uppercase()
    } else {
        text.to_owned()
    }
}

/// Positions of a text: `(whole, sought, start)`.
fn position(call: &mut Call<'_>, last: bool) -> Result<Value> {
    call.expect(1, 4)?;
    let (text, sought) = (own(call), call.text(0)?.to_string());
    let ignore = ignores_case(call, call.count() - 1).unwrap_or(false) && call.count() > 1;
    let (text, sought) = (folded(&text, ignore), folded(&sought, ignore));
    let start = match call.arguments.get(1).map(Value::base) {
        Some(Value::Int(start)) => Some(*start),
        _ => None,
    };
    if let Some(start) = start
        && (start < 0 || start > length(&text) as i32)
    {
        return Err(fault::out_of_range(
            "startIndex",
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
        ));
    }
    let found = if last {
        let end = start.map_or(text.len(), |start| byte_offset(&text, start as usize + 1));
        text[..end].rfind(&sought)
    } else {
        let from = byte_offset(&text, start.unwrap_or(0) as usize);
        text[from..].find(&sought).map(|at| at + from)
    };
    Ok(Value::Int(found.map_or(-1, |at| units_before(&text, at))))
}

/// The characters that a Trim takes off.
fn trim_set(call: &mut Call<'_>) -> Result<Option<Vec<char>>> {
    if call.count() == 0 {
        return Ok(None);
    }
    let mut set = Vec::new();
    for argument in call.arguments {
        for item in super::enumerate(argument.base()).unwrap_or_else(|| vec![argument.clone()]) {
            set.extend(item.to_text().chars());
        }
    }
    Ok(Some(set))
}

fn trimmed(call: &mut Call<'_>, front: bool, back: bool) -> Result<Value> {
    let text = own(call);
    let set = trim_set(call)?;
    let drop = |character: char| {
        set.as_ref()
            .map_or(character.is_whitespace(), |set| set.contains(&character))
    };
    let mut rest = text.as_str();
    if front {
        rest = rest.trim_start_matches(drop);
    }
    if back {
        rest = rest.trim_end_matches(drop);
    }
    Ok(Value::from(rest))
}

fn padded(call: &mut Call<'_>, left: bool) -> Result<Value> {
    call.expect(1, 2)?;
    let text = own(call);
    let width = call.int(0)?;
    if width < 0 {
        return Err(fault::out_of_range("totalWidth", "Non-negative number required."));
    }
    if width > 1 << 28 {
        return Err(fault::raised(
            "System.OutOfMemoryException",
            "The text is too long.",
        ));
    }
    let fill = if call.count() > 1 {
        String::from_utf16_lossy(&[call.char(1)?])
    } else {
        " ".to_owned()
    };
    let blanks = fill.repeat((width as usize).saturating_sub(length(&text)));
    Ok(Value::from(if left { blanks + &text } else { text + &blanks }))
}

/// `.Split(…)`: characters, a text, or several of them; a limit and options.
fn split(call: &mut Call<'_>) -> Result<Value> {
    let text = own(call);
    let (mut separators, mut limit, mut options) = (Vec::<String>::new(), usize::MAX, 0);
    for (at, argument) in call.arguments.iter().enumerate() {
        match argument.base() {
            Value::Enum(member) => options = member.bits,
            Value::Int(count) if at > 0 => limit = (*count).max(0) as usize,
            Value::Str(word) if at > 0 && (word.contains("Entries") || word.as_str() == "None") => {
                let of = crate::types::resolve("System.StringSplitOptions");
                let Some(of) = of else { continue };
                if let Value::Enum(member) = convert::to(argument, &of, call.world)? {
                    options = member.bits;
                }
            }
            Value::Null | Value::Nothing => {}
            Value::Str(word) => {
                separators.push(word.to_string());
            }
            other => match super::enumerate(other) {
                Some(items) => {
                    separators.extend(items.iter().map(Value::to_text));
                }
                None => separators.push(other.to_text()),
            },
        }
    }
    separators.retain(|separator| !separator.is_empty());
    let mut pieces = Vec::new();
    let mut rest = text.as_str();
    loop {
        if pieces.len() + 1 >= limit {
            break;
        }
        let found = if separators.is_empty()
            && call
                .arguments
                .first()
                .is_none_or(|first| first.is_null() || first.as_str() != Some(""))
        {
            rest.char_indices()
                .find(|(_, character)| character.is_whitespace())
                .map(|(at, character)| (at, character.len_utf8()))
        } else {
            separators
                .iter()
                .filter_map(|separator| rest.find(separator.as_str()).map(|at| (at, separator.len())))
                .min_by_key(|found| found.0)
        };
        let Some((at, length)) = found else { break };
        push_piece(&mut pieces, &rest[..at], options);
        rest = &rest[at + length..];
    }
    push_piece(&mut pieces, rest, options);
    if limit == 0 {
        pieces.clear();
    }
    Ok(Value::strings(pieces))
}

fn push_piece<'t>(pieces: &mut Vec<&'t str>, piece: &'t str, options: i64) {
    let piece = if options & 2 != 0 { piece.trim() } else { piece };
    if options & 1 == 0 || !piece.is_empty() {
        pieces.push(piece);
    }
}

fn replaced(call: &mut Call<'_>) -> Result<Value> {
    call.expect(2, 4)?;
    let text = own(call);
    let (old, new) = (call.text(0)?, call.text(1)?);
    if old.is_empty() {
        return Err(fault::argument(
            "String cannot be of zero length. (Parameter 'oldValue')",
        ));
    }
    if !ignores_case(call, 2)? {
        return Ok(Value::from(text.replace(old.as_str(), &new)));
    }
    let pattern = crate::regex::compile(&crate::regex::escape(&old), 1)?;
    crate::regex::replace(&pattern, &text, &new.replace('$', "$$"), -1).map(Value::from)
}

fn affix(call: &mut Call<'_>, test: fn(&str, &str) -> bool) -> Result<Value> {
    call.expect(1, 3)?;
    let (text, sought) = (own(call), call.text(0)?);
    let ignore = ignores_case(call, 1)?;
    Ok(Value::Bool(test(
        &folded(&text, ignore),
        &folded(&sought, ignore),
    )))
}

/// The methods of String.
pub static METHODS: &[Method] = &[
    Method::new("Clone", "System.Object Clone()", |call| Ok(call.target.clone())),
    Method::new("CompareTo", "int CompareTo(string strB)", |call| {
        let (text, other) = (own(call), call.text(0)?);
        Ok(Value::Int(compare_text(&text, &other, true) as i32))
    }),
    Method::new(
        "Contains",
        "bool Contains(string value), bool Contains(string value, System.StringComparison comparisonType)",
        |call| affix(call, |text, sought| text.contains(sought)),
    ),
    Method::new(
        "EndsWith",
        "bool EndsWith(string value), bool EndsWith(string value, System.StringComparison comparisonType)",
        |call| affix(call, |text, sought| text.ends_with(sought)),
    ),
    Method::new(
        "Equals",
        "bool Equals(System.Object obj), bool Equals(string value, System.StringComparison comparisonType)",
        |call| {
            call.expect(1, 2)?;
            let text = own(call);
            let ignore = ignores_case(call, 1)?;
            Ok(Value::Bool(match call.value(0)?.base() {
                Value::Str(other) if ignore => same_text(&text, other),
                Value::Str(other) => text == other.as_str(),
                _ => false,
            }))
        },
    ),
    Method::new("GetEnumerator", "System.CharEnumerator GetEnumerator()", |call| {
        let units = own(call).encode_utf16().map(Value::Char).collect();
        Ok(Value::array_of(Type::CHAR, units))
    }),
    Method::new("GetTypeCode", "System.TypeCode GetTypeCode()", |_| {
        Ok(crate::types::resolve("System.TypeCode").map_or(Value::Null, |of| Value::enumeration(of, 18)))
    }),
    Method::new(
        "IndexOf",
        "int IndexOf(char value), int IndexOf(string value), int IndexOf(string value, int startIndex)",
        |call| position(call, false),
    ),
    Method::new("IndexOfAny", "int IndexOfAny(char[] anyOf)", |call| {
        let text = own(call);
        let set: Vec<char> = call
            .items(0)?
            .iter()
            .flat_map(|item| item.to_text().chars().collect::<Vec<_>>())
            .collect();
        Ok(Value::Int(
            text.find(|character| set.contains(&character))
                .map_or(-1, |at| units_before(&text, at)),
        ))
    }),
    Method::new("Insert", "string Insert(int startIndex, string value)", |call| {
        call.expect(2, 2)?;
        let (text, at, more) = (own(call), call.int(0)?, call.text(1)?);
        if at < 0 || at > length(&text) as i32 {
            return Err(fault::out_of_range(
                "startIndex",
                "Specified argument was out of the range of valid values.",
            ));
        }
        let (front, back) = text.split_at(byte_offset(&text, at as usize));
        Ok(Value::from(format!("{front}{more}{back}")))
    }),
    Method::new("IsNormalized", "bool IsNormalized()", |_| Ok(Value::Bool(true))),
    Method::new(
        "LastIndexOf",
        "int LastIndexOf(char value), int LastIndexOf(string value)",
        |call| position(call, true),
    ),
    Method::new("LastIndexOfAny", "int LastIndexOfAny(char[] anyOf)", |call| {
        let text = own(call);
        let set: Vec<char> = call
            .items(0)?
            .iter()
            .flat_map(|item| item.to_text().chars().collect::<Vec<_>>())
            .collect();
        Ok(Value::Int(
            text.rfind(|character| set.contains(&character))
                .map_or(-1, |at| units_before(&text, at)),
        ))
    }),
    Method::new("Normalize", "string Normalize()", |call| Ok(call.target.clone())),
    Method::new(
        "PadLeft",
        "string PadLeft(int totalWidth), string PadLeft(int totalWidth, char paddingChar)",
        |call| padded(call, true),
    ),
    Method::new(
        "PadRight",
        "string PadRight(int totalWidth), string PadRight(int totalWidth, char paddingChar)",
        |call| padded(call, false),
    ),
    Method::new(
        "Remove",
        "string Remove(int startIndex, int count), string Remove(int startIndex)",
        |call| {
            call.expect(1, 2)?;
            let (text, start) = (own(call), call.int(0)?);
            let total = length(&text) as i32;
            let count = if call.count() > 1 {
                call.int(1)?
            } else {
                total - start
            };
            if start < 0 || start > total {
                return Err(fault::out_of_range(
                    "startIndex",
                    "startIndex must be less than length of string.",
                ));
            }
            if count < 0 || start + count > total {
                return Err(fault::out_of_range(
                    "count",
                    "Index and count must refer to a location within the string.",
                ));
            }
            let (from, to) = (
                byte_offset(&text, start as usize),
                byte_offset(&text, (start + count) as usize),
            );
            Ok(Value::from(format!("{}{}", &text[..from], &text[to..])))
        },
    ),
    Method::new(
        "Replace",
        "string Replace(string oldValue, string newValue)",
        replaced,
    ),
    Method::new(
        "ReplaceLineEndings",
        "string ReplaceLineEndings(string replacementText)",
        |call| {
            let with = if call.count() > 0 {
                call.text(0)?.to_string()
            } else {
                "\n".to_owned()
            };
            Ok(Value::from(
                own(call)
                    .replace("\r\n", "\n")
                    .replace('\r', "\n")
                    .replace('\n', &with),
            ))
        },
    ),
    Method::new(
        "Split",
        "string[] Split(char separator), string[] Split(string separator, int count, System.StringSplitOptions options)",
        split,
    ),
    Method::new(
        "StartsWith",
        "bool StartsWith(string value), bool StartsWith(string value, System.StringComparison comparisonType)",
        |call| affix(call, |text, sought| text.starts_with(sought)),
    ),
    Method::new(
        "Substring",
        "string Substring(int startIndex), string Substring(int startIndex, int length)",
        |call| {
            call.expect(1, 2)?;
            let start = call.int(0)?;
            let count = if call.count() > 1 {
                Some(call.int(1)?)
            } else {
                None
            };
            slice(&own(call), start, count).map(Value::from)
        },
    ),
    Method::new(
        "ToCharArray",
        "char[] ToCharArray(), char[] ToCharArray(int startIndex, int length)",
        |call| {
            let mut units: Vec<Value> = own(call).encode_utf16().map(Value::Char).collect();
            if call.count() == 2 {
                let (start, length) = (call.int(0)?, call.int(1)?);
                let from = usize::try_from(start)
                    .ok()
                    .filter(|from| *from <= units.len())
                    .ok_or_else(|| index_out_of_range("startIndex"))?;
                let length = usize::try_from(length)
                    .ok()
                    .filter(|length| *length <= units.len() - from)
                    .ok_or_else(|| index_out_of_range("length"))?;
                units = units.split_off(from);
                units.truncate(length);
            }
            Ok(Value::array_of(Type::CHAR, units))
        },
    ),
    Method::new("ToLower", "string ToLower()", |call| {
        Ok(Value::from(own(call).to_lowercase()))
    }),
    Method::new("ToLowerInvariant", "string ToLowerInvariant()", |call| {
        Ok(Value::from(own(call).to_lowercase()))
    }),
    Method::new(
        "ToString",
        "string ToString(), string ToString(System.IFormatProvider provider)",
        |call| match call.arguments {
            [] => Ok(call.target.clone()),
            [Value::Str(_)] => Err(call.no_overload()),
            _ => Ok(call.target.clone()),
        },
    ),
    Method::new("ToUpper", "string ToUpper()", |call| {
        Ok(Value::from(own(call).to_uppercase()))
    }),
    Method::new("ToUpperInvariant", "string ToUpperInvariant()", |call| {
        Ok(Value::from(own(call).to_uppercase()))
    }),
    Method::new("Trim", "string Trim(), string Trim(char trimChar)", |call| {
        trimmed(call, true, true)
    }),
    Method::new(
        "TrimEnd",
        "string TrimEnd(), string TrimEnd(char trimChar)",
        |call| trimmed(call, false, true),
    ),
    Method::new(
        "TrimStart",
        "string TrimStart(), string TrimStart(char trimChar)",
        |call| trimmed(call, true, false),
    ),
    Method::new("Chars", "char Chars(int index) {get;}", |call| {
        let at = call.int(0)?;
        let text = own(call);
        let unit = usize::try_from(at).ok().and_then(|at| unit_at(&text, at));
        unit.map(Value::Char).ok_or_else(|| {
            fault::raised(
                "System.IndexOutOfRangeException",
                "Index was outside the bounds of the array.",
            )
        })
    }),
    Method::new(
        "ToInt32",
        "int IConvertible.ToInt32(System.IFormatProvider provider)",
        |call| converted(call, &Type::INT32),
    ),
    Method::new(
        "ToInt64",
        "long IConvertible.ToInt64(System.IFormatProvider provider)",
        |call| converted(call, &Type::INT64),
    ),
    Method::new(
        "ToDouble",
        "double IConvertible.ToDouble(System.IFormatProvider provider)",
        |call| converted(call, &Type::DOUBLE),
    ),
    Method::new(
        "ToBoolean",
        "bool IConvertible.ToBoolean(System.IFormatProvider provider)",
        |call| converted(call, &Type::BOOLEAN),
    ),
    Method::new(
        "ToDateTime",
        "datetime IConvertible.ToDateTime(System.IFormatProvider provider)",
        |call| converted(call, &Type::DATETIME),
    ),
    Method::new(
        "ToDecimal",
        "decimal IConvertible.ToDecimal(System.IFormatProvider provider)",
        |call| converted(call, &Type::DECIMAL),
    ),
];

/// IConvertible's methods: as System.Convert.
fn converted(call: &mut Call<'_>, target: &Type) -> Result<Value> {
    call.expect(1, 1)?;
    super::numbers::system_convert(&call.target.clone(), target, call.world)
}

fn index_out_of_range(parameter: &str) -> crate::error::Interrupt {
    fault::out_of_range(
        parameter,
        "Index was out of range. Must be non-negative and less than or equal to the size of the collection.",
    )
}
