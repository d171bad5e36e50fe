//! Static members and constructors.

use std::sync::Arc;

use super::access::find;
use super::{
    Call, Method, World, builder, collections, culture_info, dates, dictionary, encoding, environment,
    exceptions, fault, guid, io, net, numbers, psobject, random, sets, stopwatch, text, uri, version,
};
use crate::convert;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::types::{Kind, Type};
use crate::value::{Credential, List, ListKind, MemberKind, SecureString, TableKind, Value, reveal};

/// The static methods of a type.
pub(super) fn methods(of: &Type) -> &'static [Method] {
    let Some(kind) = of.kind() else { return &[] };
    match kind {
        Kind::String => text::STATIC,
        Kind::Char => text::CHAR_STATIC,
        Kind::SByte
        | Kind::Byte
        | Kind::Int16
        | Kind::UInt16
        | Kind::Int32
        | Kind::UInt32
        | Kind::Int64
        | Kind::UInt64
        | Kind::Single
        | Kind::Double
        | Kind::Decimal
        | Kind::BigInteger
        | Kind::Boolean => numbers::STATIC,
        Kind::Math => numbers::MATH,
        Kind::Convert => numbers::CONVERT,
        Kind::Enum => numbers::ENUM_STATIC,
        Kind::DateTime => dates::STATIC,
        Kind::DateTimeOffset => dates::OFFSET_STATIC,
        Kind::TimeSpan => dates::SPAN_STATIC,
        Kind::Guid => guid::STATIC,
        Kind::Uri => uri::STATIC,
        Kind::IPAddress => net::STATIC,
        Kind::Regex => crate::regex::STATIC,
        Kind::Array => collections::ARRAY_STATIC,
        Kind::Path => io::PATH,
        Kind::File => io::FILE,
        Kind::Directory => io::DIRECTORY,
        Kind::Environment => environment::STATIC,
        Kind::WebUtility => environment::WEB,
        Kind::GarbageCollector => environment::GC,
        Kind::Console => environment::CONSOLE,
        Kind::Encoding => encoding::STATIC,
        Kind::Version | Kind::SemanticVersion => VERSION,
        Kind::ScriptBlock => SCRIPT_BLOCK,
        Kind::BitConverter => encoding::BITS,
        Kind::Stopwatch => stopwatch::STATIC,
        Kind::CultureInfo => CULTURE,
        Kind::WildcardPattern => WILDCARD,
        _ => &[],
    }
}

static SCRIPT_BLOCK: &[Method] = &[Method::new(
    "Create",
    "static scriptblock Create(string script)",
    |call| {
        let text = call.text(0)?;
        call.world.parse_block(&text)
    },
)];

static VERSION: &[Method] = &[
    Method::new("Parse", "static version Parse(string input)", |call| {
        let text = call.text(0)?;
        version::parse(&text).map_err(fault::argument)
    }),
    Method::new(
        "TryParse",
        "static bool TryParse(string input, [ref] version result)",
        |call| {
            let text = call.text(0)?;
            let found = version::parse(&text).ok();
            let success = found.is_some();
            numbers::set_reference(call.arguments.last(), found.unwrap_or_default());
            Ok(Value::Bool(success))
        },
    ),
];

static CULTURE: &[Method] = &[Method::new(
    "GetCultureInfo",
    "static cultureinfo GetCultureInfo(string name)",
    |call| {
        let name = call.text(0)?;
        culture_info::of_name(&name)
    },
)];

static WILDCARD: &[Method] = &[
    Method::new("Escape", "static string Escape(string pattern)", |call| {
        let text = call.text(0)?;
        let escaped = text.chars().flat_map(|character| {
            if "*?[]`".contains(character) {
                vec!['`', character]
            } else {
                vec![character]
            }
        });
        Ok(Value::from(escaped.collect::<String>()))
    }),
    Method::new(
        "ContainsWildcardCharacters",
        "static bool ContainsWildcardCharacters(string pattern)",
        |call| {
            let text = call.text(0)?;
            Ok(Value::Bool(crate::operator::Wildcard::has_wildcards(&text)))
        },
    ),
];

/// Names of static properties, for completion.
pub(super) fn property_names(of: &Type) -> Vec<String> {
    let names: &[&str] = match of {
        Type::Enum(definition) => {
            return definition
                .members
                .iter()
                .map(|(name, _)| name.to_string())
                .collect();
        }
        _ => match of.kind() {
            Some(Kind::Math) => &["E", "PI", "Tau"],
            Some(Kind::String) => &["Empty"],
            Some(Kind::DateTime) => &["MaxValue", "MinValue", "Now", "Today", "UnixEpoch", "UtcNow"],
            Some(Kind::TimeSpan) => &["MaxValue", "MinValue", "Zero"],
            Some(Kind::Guid) => &["Empty"],
            Some(Kind::Environment) => &[
                "CurrentDirectory",
                "MachineName",
                "NewLine",
                "OSVersion",
                "ProcessId",
                "UserName",
            ],
            Some(Kind::Encoding) => &[
                "ASCII",
                "BigEndianUnicode",
                "Default",
                "Latin1",
                "Unicode",
                "UTF32",
                "UTF8",
            ],
            Some(Kind::Int32 | Kind::Int64 | Kind::Double | Kind::Decimal | Kind::Byte) => {
                &["MaxValue", "MinValue"]
            }
            _ => &[],
        },
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Reads a static property or an enum's member; what does not exist is `$null`, an error in strict mode.
pub fn static_get(target: &Type, name: &str, world: &mut dyn World) -> Result<Value> {
    if let Type::Script(class) = target
        && let Some(value) = class.static_get(name)
    {
        return Ok(value);
    }
    if let Type::Enum(definition) = target
        && let Some((_, bits)) = definition
            .members
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        return Ok(Value::enumeration(target.clone(), *bits));
    }
    match target.kind().and_then(|kind| known_constant(kind, name, world)) {
        Some(value) => Ok(value),
        None if world.strict() => Err(fault::no_property_strict(name)),
        None => Ok(Value::Null),
    }
}

fn known_constant(kind: Kind, name: &str, world: &dyn World) -> Option<Value> {
    let lower = name.to_ascii_lowercase();
    match kind {
        Kind::String => (lower == "empty").then(|| Value::from("")),
        Kind::Math => numbers::math_constant(name),
        Kind::DateTime => dates::constant(name, world),
        Kind::TimeSpan => dates::span_constant(name),
        Kind::DateTimeOffset => {
            let now = convert::object::now(world);
            match lower.as_str() {
                "now" => Some(dates::offset_moment(now.local_ticks, now.offset)),
                "utcnow" => Some(dates::offset_moment(
                    now.local_ticks - i64::from(now.offset) * crate::datetime::TICKS_PER_MINUTE,
                    0,
                )),
                "minvalue" => Some(dates::offset_moment(0, 0)),
                "maxvalue" => Some(dates::offset_moment(crate::datetime::MAX_TICKS, 0)),
                _ => None,
            }
        }
        Kind::Guid => (lower == "empty").then(guid::empty),
        Kind::Environment => environment::constant(name, world),
        Kind::Path => io::path_constant(name),
        Kind::Encoding => encoding::named(name),
        Kind::Stopwatch => stopwatch::constant(name),
        Kind::IPAddress => net::constant(name),
        Kind::CultureInfo => culture_info::constant(name),
        Kind::DBNull => (lower == "value").then(|| Value::instance(sets::DbNull)),
        Kind::NullString => (lower == "value").then_some(Value::Null),
        Kind::StringComparer => lower
            .contains("ordinal")
            .then_some(())
            .or_else(|| lower.contains("culture").then_some(()))
            .map(|()| Value::from(name)),
        Kind::Uri => (lower == "schemedelimiter").then(|| Value::from("://")),
        other => numbers::constant(other, name),
    }
}

/// Writes a static property.
pub fn static_set(target: &Type, name: &str, value: Value, world: &mut dyn World) -> Result<()> {
    if let Type::Script(class) = target
        && let Some(result) = class.static_set(name, &value, world)
    {
        return result;
    }
    match (target.kind(), name.to_ascii_lowercase().as_str()) {
        (Some(Kind::Environment), "currentdirectory") => match world.host() {
            Some(host) => host
                .set_current_directory(&value.to_text())
                .map_err(|error| fault::raised("System.IO.IOException", error.to_string())),
            None => Err(fault::no_property_to_set(name)),
        },
        (Some(Kind::Environment), "exitcode") => Ok(()),
        _ => Err(fault::no_property_to_set(name)),
    }
}

/// Calls a static method; `new` constructs.
pub fn static_call(target: &Type, name: &str, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    if let Type::Script(class) = target {
        if name.eq_ignore_ascii_case("new") {
            return class.construct(arguments, world);
        }
        if let Some(result) = class.static_call(name, arguments, world) {
            return result;
        }
    }
    let literal = Value::type_literal(target.clone());
    let table = if matches!(target, Type::Enum(_)) {
        numbers::ENUM_STATIC
    } else {
        methods(target)
    };
    if let Some(method) = find(table, name).filter(|method| method.name != "new") {
        let mut call = Call {
            target: &literal,
            arguments,
            name: method.name,
            world,
        };
        return (method.run)(&mut call).map_err(|error| fault::in_call(method.name, arguments.len(), error));
    }
    if name.eq_ignore_ascii_case("new") {
        return construct(target, arguments, world);
    }
    match (name.to_ascii_lowercase().as_str(), arguments) {
        ("equals" | "referenceequals", [left, right]) => Ok(Value::Bool(left.same_value(right))),
        ("op_implicit" | "op_explicit", [value]) => convert::to(value, target, world),
        _ => Err(fault::no_method_of(&target.dotnet_name(), name)),
    }
}

/// Makes an object (`::new(…)`, New-Object).
pub fn construct(target: &Type, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
    if let Type::Script(class) = target {
        return class.construct(arguments, world);
    }
    let literal = Value::type_literal(target.clone());
    let mut call = Call {
        target: &literal,
        arguments,
        name: "new",
        world,
    };
    let made = match target {
        Type::Array(element) => {
            let count = call.int(0)?;
            Ok(collections::zeroed(
                element,
                usize::try_from(count).map_err(|_| {
                    fault::raised(
                        "System.OverflowException",
                        "Arithmetic operation resulted in an overflow.",
                    )
                })?,
            ))
        }
        Type::Generic(known, of) => generic(known.kind, of, target, &mut call),
        Type::Enum(_) => Ok(Value::enumeration(target.clone(), 0)),
        other => match other.kind() {
            Some(Kind::Exception) => exceptions::construct(&other.full_name(), &mut call),
            Some(kind) => known(kind, target, &mut call),
            None => Err(no_constructor(target, arguments.len())),
        },
    };
    made.map_err(|error| match error {
        Interrupt::Error(record) if record.id == "MethodCountCouldNotFindBest" => {
            no_constructor(target, arguments.len())
        }
        other => fault::in_call(".ctor", arguments.len(), other),
    })
}

fn no_constructor(target: &Type, count: usize) -> Interrupt {
    let name = target.short_name();
    let message = format!("Cannot find an overload for \"{name}\" and the argument count: \"{count}\".");
    ErrorRecord::new("MethodCountCouldNotFindBest", Category::NotSpecified, message)
        .exception("System.Management.Automation.MethodException")
        .into()
}

fn generic(kind: Kind, of: &[Type], target: &Type, call: &mut Call<'_>) -> Result<Value> {
    let list = match kind {
        Kind::List => ListKind::List,
        Kind::Collection => ListKind::Collection,
        Kind::GenericQueue => ListKind::Queue,
        Kind::GenericStack => ListKind::Stack,
        Kind::HashSet => return sets::construct(&of[0], false, call),
        Kind::SortedSet => return sets::construct(&of[0], true, call),
        Kind::Dictionary => return dictionary::construct(dictionary::kind_of(&of[0], &of[1], false), call),
        Kind::SortedDictionary | Kind::SortedList => {
            return dictionary::construct(dictionary::kind_of(&of[0], &of[1], true), call);
        }
        Kind::KeyValuePair => {
            let (key, value) = (call.to(0, &of[0])?, call.to(1, &of[1])?);
            return Ok(Value::instance(dictionary::Entry::new(key, value)));
        }
        Kind::Nullable => return call.to(0, &of[0]),
        _ => return Err(no_constructor(target, call.count())),
    };
    grown(list, Some(&of[0]), call)
}

/// A collection with a capacity or with items.
fn grown(kind: ListKind, element: Option<&Type>, call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 1)?;
    let mut items = match call.arguments.first().map(Value::base) {
        None | Some(Value::Int(_)) => Vec::new(),
        Some(other) => match super::enumerate(other) {
            Some(items) => items,
            None => return Err(call.no_overload()),
        },
    };
    if let Some(element) = element {
        items = items
            .iter()
            .map(|item| convert::to(item, element, call.world))
            .collect::<Result<_>>()?;
    }
    Ok(Value::List(Arc::new(List::new(kind, element.cloned(), items))))
}

fn known(kind: Kind, target: &Type, call: &mut Call<'_>) -> Result<Value> {
    match kind {
        Kind::StreamWriter => super::writer::construct(call),
        Kind::Object => Ok(Value::object([]).with_type_name("System.Object")),
        Kind::PSObject | Kind::PSCustomObject => Ok(call
            .arguments
            .first()
            .cloned()
            .unwrap_or_else(|| Value::object([]))),
        Kind::String => {
            call.expect(1, 3)?;
            match (&call.value(0)?.base().clone(), call.count()) {
                (Value::Char(unit), 2) => {
                    let count = call.int(1)?.max(0) as usize;
                    Ok(Value::from(
                        String::from_utf16_lossy(&[*unit]).repeat(count.min(1 << 28)),
                    ))
                }
                (Value::Str(text), 2) if text.chars().count() == 1 => {
                    Ok(Value::from(text.repeat(call.int(1)?.clamp(0, 1 << 28) as usize)))
                }
                (other, 1) => Ok(Value::from(super::enumerate(other).map_or_else(
                    || other.to_text(),
                    |items| items.iter().map(Value::to_text).collect(),
                ))),
                (other, _) => {
                    let units: Vec<String> = super::enumerate(other)
                        .unwrap_or_default()
                        .iter()
                        .map(Value::to_text)
                        .collect();
                    let (start, count) = (
                        call.int(1)?.max(0) as usize,
                        if call.count() > 2 {
                            call.int(2)?.max(0) as usize
                        } else {
                            usize::MAX
                        },
                    );
                    Ok(Value::from(
                        units.into_iter().skip(start).take(count).collect::<String>(),
                    ))
                }
            }
        }
        Kind::DateTime => dates::construct(call),
        Kind::DateTimeOffset => dates::construct_offset(call),
        Kind::TimeSpan => dates::construct_span(call),
        Kind::Guid => match find(guid::STATIC, "new") {
            Some(method) => (method.run)(call),
            None => Err(call.no_overload()),
        },
        Kind::Version => match call.arguments {
            [text] if text.as_str().is_some() => version::parse(&call.text(0)?).map_err(fault::argument),
            [_] => Err(call.no_overload()),
            _ => {
                let parts: Vec<i32> = (0..call.count()).map(|at| call.int(at)).collect::<Result<_>>()?;
                if parts.iter().any(|part| *part < 0) {
                    return Err(fault::out_of_range(
                        "version",
                        "Version's parameters must be greater than or equal to zero.",
                    ));
                }
                Ok(version::of_parts(&parts))
            }
        },
        Kind::SemanticVersion => match call.arguments {
            [text] if text.as_str().is_some() => {
                version::parse_semantic(&call.text(0)?).map_err(fault::argument)
            }
            _ => {
                let mut part = |at: usize| if at < call.count() { call.int(at) } else { Ok(0) };
                let (major, minor, patch) = (part(0)?, part(1)?, part(2)?);
                let label = if call.count() > 3 {
                    call.text(3)?.to_string()
                } else {
                    String::new()
                };
                Ok(version::semantic(major, minor, patch, &label, ""))
            }
        },
        Kind::Uri => {
            call.expect(1, 2)?;
            let mut text = call.text(0)?.to_string();
            if call.count() == 2 && !matches!(call.value(1)?.base(), Value::Enum(_)) {
                let relative = call.text(1)?;
                let base = text
                    .rfind('/')
                    .filter(|at| *at > text.find("//").map_or(0, |at| at + 1))
                    .map_or(format!("{text}/"), |at| text[..=at].to_owned());
                text = if relative.starts_with('/') {
                    let start = text.find("//").map_or(0, |at| at + 2);
                    let end = text[start..].find('/').map_or(text.len(), |at| at + start);
                    format!("{}{relative}", &text[..end])
                } else {
                    format!("{base}{relative}")
                };
            }
            uri::parse(&text).map_err(|why| fault::raised("System.UriFormatException", why))
        }
        Kind::Regex => {
            call.expect(1, 3)?;
            let pattern = call.text(0)?;
            let bits = if call.count() > 1 {
                call.enumeration(1, "System.Text.RegularExpressions.RegexOptions")?
            } else {
                0
            };
            crate::regex::construct(&pattern, bits)
        }
        Kind::ErrorRecord => exceptions::construct_record(call),
        Kind::WildcardPattern => {
            call.expect(1, 2)?;
            let pattern = call.text(0)?;
            let bits = if call.count() > 1 {
                call.enumeration(1, "System.Management.Automation.WildcardOptions")?
            } else {
                0
            };
            crate::operator::wildcard_object(&pattern, bits).ok_or_else(|| {
                fault::raised(
                    "System.Management.Automation.WildcardPatternException",
                    format!("The specified wildcard character pattern is not valid: {pattern}"),
                )
            })
        }
        Kind::IPAddress => call.to(0, target),
        Kind::MailAddress => {
            let address = call.text(0)?;
            let display = if call.count() > 1 {
                Some(call.text(1)?)
            } else {
                None
            };
            net::mail_address(&address, display.as_deref())
        }
        Kind::CultureInfo => call.to(0, target),
        Kind::SecureString if call.count() == 0 => Ok(Value::instance(SecureString::new(""))),
        Kind::Credential if call.count() == 2 && reveal(&call.arguments[1]).is_some() => {
            Ok(Value::instance(Credential {
                user_name: call.arguments[0].to_text(),
                password: call.arguments[1].clone(),
            }))
        }
        Kind::StringBuilder => Ok(builder::construct(
            &match call.arguments.first().map(Value::base) {
                Some(Value::Str(text)) => text.to_string(),
                _ => String::new(),
            },
        )),
        Kind::Stopwatch => {
            call.expect(0, 0)?;
            Ok(stopwatch::construct())
        }
        Kind::Random => Ok(random::construct(if call.count() > 0 {
            Some(call.long(0)?)
        } else {
            None
        })),
        Kind::Utf8Encoding => Ok(encoding::utf8(call.count() > 0 && call.flag(0)?)),
        Kind::UnicodeEncoding => encoding::named("unicode").ok_or_else(|| call.no_overload()),
        Kind::AsciiEncoding => encoding::named("ascii").ok_or_else(|| call.no_overload()),
        Kind::ArrayList => grown(ListKind::ArrayList, None, call),
        Kind::Queue => grown(ListKind::Queue, None, call),
        Kind::Stack => grown(ListKind::Stack, None, call),
        Kind::StringCollection => grown(ListKind::StringCollection, None, call),
        Kind::Hashtable => dictionary::construct(TableKind::Hashtable, call),
        Kind::OrderedDictionary => dictionary::construct(TableKind::Ordered, call),
        Kind::DictionaryEntry => Ok(Value::instance(dictionary::Entry::new(
            call.value(0)?.clone(),
            call.value(1)?.clone(),
        ))),
        Kind::Xml => {
            let document = super::xml::convert(&Value::array([]), target)?;
            Ok(document)
        }
        Kind::PSNoteProperty => {
            let (name, value) = (call.text(0)?, call.arguments.get(1).cloned().unwrap_or_default());
            Ok(psobject::definition(&name, MemberKind::Note, value))
        }
        Kind::PSAliasProperty => {
            let (name, value) = (call.text(0)?, call.value(1)?.clone());
            Ok(psobject::definition(&name, MemberKind::Alias, value))
        }
        Kind::PSScriptProperty => {
            let (name, getter) = (call.text(0)?, call.value(1)?.clone());
            let setter = call.arguments.get(2).cloned().unwrap_or_default();
            Ok(psobject::definition(
                &name,
                MemberKind::Script,
                Value::array([getter, setter]),
            ))
        }
        Kind::PSScriptMethod => {
            let (name, block) = (call.text(0)?, call.value(1)?.clone());
            Ok(psobject::definition(&name, MemberKind::Method, block))
        }
        Kind::Reference => Ok(super::reference(
            call.arguments.first().cloned().unwrap_or_default(),
        )),
        Kind::Switch => Ok(Value::Switch(call.count() > 0 && call.flag(0)?)),
        Kind::Decimal
        | Kind::BigInteger
        | Kind::Int32
        | Kind::Int64
        | Kind::Double
        | Kind::Byte
        | Kind::Boolean
        | Kind::Char => match call.count() {
            0 => convert::to(&Value::Int(0), target, call.world),
            1 => call.to(0, target),
            _ => Err(call.no_overload()),
        },
        _ => Err(no_constructor(target, call.count())),
    }
}
