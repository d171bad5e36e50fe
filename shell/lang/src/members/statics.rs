//! Static members and constructors.

use super::access::find;
use super::{
    Call, Method, World, collections, construct, culture_info, dates, directory, encoding, environment,
    fault, guid, io, net, numbers, sets, stopwatch, text, uri, version,
};
use crate::convert;
use crate::error::Result;
use crate::types::{Kind, Type};
use crate::value::Value;

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
        Kind::Directory => directory::DIRECTORY,
        Kind::Environment => environment::STATIC,
        Kind::WebUtility | Kind::HttpUtility => environment::WEB,
        Kind::Enumerable => super::linq::STATIC,
        Kind::Parser => super::parser::STATIC,
        Kind::PowerShell => crate::run::powershell::STATIC,
        Kind::RunspaceFactory => crate::run::powershell::FACTORY,
        Kind::InitialSessionState => crate::run::powershell::INITIAL_STATE,
        Kind::PsConsoleReadLine => super::edited_line::STATIC,
        Kind::Monitor => super::locks::MONITOR,
        Kind::PsParser => super::tokens::PS_PARSER,
        Kind::Tuple => super::tuple::TUPLE,
        Kind::ValueTuple => super::tuple::VALUE_TUPLE,
        Kind::Thread => super::system::THREAD,
        Kind::Type => TYPE,
        Kind::Activator => super::system::ACTIVATOR,
        Kind::Dns => super::system::DNS,
        Kind::Process => super::system::PROCESS,
        Kind::GarbageCollector => environment::GC,
        Kind::Console => environment::CONSOLE,
        Kind::Encoding => encoding::STATIC,
        Kind::Version | Kind::SemanticVersion => VERSION,
        Kind::ScriptBlock => SCRIPT_BLOCK,
        Kind::BitConverter => encoding::BITS,
        Kind::Stopwatch => stopwatch::STATIC,
        Kind::Md5
        | Kind::Sha1
        | Kind::Sha256
        | Kind::Sha384
        | Kind::Sha512
        | Kind::HashAlgorithm
        | Kind::HmacMd5
        | Kind::HmacSha1
        | Kind::HmacSha256
        | Kind::HmacSha384
        | Kind::HmacSha512 => super::hashes::STATIC,
        Kind::TimeZoneInfo => super::time_zone::STATIC,
        Kind::CultureInfo => CULTURE,
        Kind::WildcardPattern => WILDCARD,
        Kind::LanguagePrimitives => LANGUAGE_PRIMITIVES,
        Kind::PSObject => PS_OBJECT,
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

/// The type that a static method is called on.
fn of_call(call: &Call<'_>) -> Result<Type> {
    match call.target {
        Value::Type(of) => Ok(of.as_ref().clone()),
        _ => Err(call.no_overload()),
    }
}

static TYPE: &[Method] = &[Method::new(
    "GetType",
    "static type GetType(string typeName), static type GetType(string typeName, bool throwOnError)",
    |call| {
        let name = call.text(0)?;
        let world = &call.world;
        let found = crate::types::resolve_with(&name, &|name| world.defined_type(name));
        match found {
            // .NET knows no accelerators.
            Some(found) if name.contains('.') || matches!(found, Type::Script(_)) => Ok(Value::from(found)),
            _ if call.count() > 1 && call.flag(1)? => Err(fault::raised(
                "System.TypeLoadException",
                format!("Could not load type '{name}'."),
            )),
            _ => Ok(Value::Null),
        }
    },
)];

static PS_OBJECT: &[Method] = &[Method::new(
    "AsPSObject",
    "static psobject AsPSObject(System.Object obj)",
    |call| Ok(call.value(0)?.clone()),
)];

/// The engine's own conversions and comparisons, as programs call them.
static LANGUAGE_PRIMITIVES: &[Method] = &[
    Method::new(
        "ConvertTo",
        "static System.Object ConvertTo(System.Object valueToConvert, type resultType)",
        |call| match call.value(1)?.base().clone() {
            Value::Type(of) => {
                let value = call.value(0)?.clone();
                convert::to(&value, &of, call.world)
            }
            _ => Err(call.no_overload()),
        },
    ),
    Method::new(
        "TryConvertTo",
        "static bool TryConvertTo(System.Object valueToConvert, type resultType, [ref] System.Object result)",
        |call| match call.value(1)?.base().clone() {
            Value::Type(of) => {
                let value = call.value(0)?.clone();
                let converted = convert::to(&value, &of, call.world).ok();
                let success = converted.is_some();
                numbers::set_reference(call.arguments.last(), converted.unwrap_or_default());
                Ok(Value::Bool(success))
            }
            _ => Err(call.no_overload()),
        },
    ),
    Method::new("IsTrue", "static bool IsTrue(System.Object obj)", |call| {
        call.flag(0).map(Value::Bool)
    }),
    Method::new(
        "Compare",
        "static int Compare(System.Object first, System.Object second, bool ignoreCase)",
        |call| {
            let ignore = call.count() > 2 && call.flag(2)?;
            let order = crate::operator::order(call.value(0)?, call.value(1)?, !ignore, &mut super::NoWorld)?;
            Ok(Value::Int(order as i32))
        },
    ),
    Method::new(
        "Equals",
        "static bool Equals(System.Object first, System.Object second, bool ignoreCase)",
        |call| {
            let ignore = call.count() > 2 && call.flag(2)?;
            let (first, second) = (call.value(0)?.clone(), call.value(1)?.clone());
            crate::operator::equals(&first, &second, !ignore, call.world).map(Value::Bool)
        },
    ),
];

static WILDCARD: &[Method] = &[
    Method::new(
        "Get",
        "static WildcardPattern Get(string pattern, System.Management.Automation.WildcardOptions options)",
        |call| super::construct(&of_call(call)?, call.arguments, call.world),
    ),
    Method::new("Unescape", "static string Unescape(string pattern)", |call| {
        let text = call.text(0)?;
        let mut plain = String::with_capacity(text.len());
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let escapes = character == '`' && characters.peek().is_some_and(|next| "*?[]`".contains(*next));
            plain.extend(if escapes {
                characters.next()
            } else {
                Some(character)
            });
        }
        Ok(Value::from(plain))
    }),
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
        None => match super::method_object::of_type(target, name) {
            Some(method) => Ok(method),
            None if world.strict() => Err(fault::no_property_strict(name)),
            None => Ok(Value::Null),
        },
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
        Kind::TimeZoneInfo => super::time_zone::constant(name, world),
        Kind::CultureInfo => culture_info::constant(name),
        Kind::DateTimeFormatInfo => super::culture_format::constant(true, name),
        Kind::NumberFormatInfo => super::culture_format::constant(false, name),
        Kind::Thread => super::system::constant("System.Threading.Thread", name, world),
        Kind::RuntimeInformation => {
            super::system::constant("System.Runtime.InteropServices.RuntimeInformation", name, world)
        }
        Kind::Random => (lower == "shared").then(|| super::random::construct(None)),
        Kind::AutomationNull => (lower == "value").then_some(Value::Nothing),
        Kind::DBNull => (lower == "value").then(|| Value::instance(sets::DbNull)),
        Kind::Type => match lower.as_str() {
            "emptytypes" => Some(Value::array_of(Type::TYPE, Vec::new())),
            "delimiter" => Some(Value::Char(u16::from(b'.'))),
            _ => None,
        },
        Kind::BitConverter => (lower == "islittleendian").then_some(Value::Bool(true)),
        Kind::NullString => (lower == "value").then_some(Value::Null),
        Kind::StringComparer => super::comparer::constant(name),
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

/// The static methods that a type has in common with another.
fn shared(target: &Type) -> &'static [Method] {
    match target.kind() {
        Some(Kind::File | Kind::Directory) => directory::SHARED,
        _ => &[],
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
    if let Some(method) = find(table, name)
        .or_else(|| find(shared(target), name))
        .filter(|method| method.name != "new")
    {
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
        ("aspsobject", [value]) if target.kind() == Some(Kind::PSObject) => Ok(value.clone()),
        // Tables and lists can be shared by threads as they are.
        ("synchronized", [collection])
            if matches!(
                target.kind(),
                Some(Kind::Hashtable | Kind::ArrayList | Kind::Queue | Kind::Stack)
            ) =>
        {
            Ok(collection.clone())
        }
        ("equals", [left, right]) => super::equality::same(left, right, world).map(Value::Bool),
        ("referenceequals", [left, right]) => Ok(Value::Bool(left.same_value(right))),
        ("op_implicit" | "op_explicit", [value]) => convert::to(value, target, world),
        _ => Err(fault::no_method_of(&target.dotnet_name(), name)),
    }
}
