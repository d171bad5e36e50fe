//! Dates, versions, GUIDs and all other types: what is of the type, a parse method, a constructor, a hashtable of
//! properties; in this order.

use super::{collection, failure, scalar};
use crate::datetime;
use crate::error::{Interrupt, Result};
use crate::members::{self, World};
use crate::number;
use crate::types::{Kind, Type, is_instance};
use crate::value::{DateTimeKind, Value};

/// Converts to a type that is neither scalar nor collection.
pub fn to_object(value: &Value, kind: Kind, target: &Type, world: &mut dyn World) -> Result<Value> {
    let base = value.base();
    if is_instance(value, target) {
        return Ok(value.clone());
    }
    if base.is_null() {
        return if target.is_value_type() {
            Err(failure::null(target))
        } else {
            Ok(Value::Null)
        };
    }
    match kind {
        Kind::Xml => return members::xml::convert(value, target),
        Kind::IEnumerable | Kind::ICollection | Kind::IList => {
            return collection::to_array(value, &Type::OBJECT, target, world);
        }
        Kind::Reference => return Ok(members::reference(value.clone())),
        Kind::Type | Kind::RuntimeType => return to_type(value, target, world),
        Kind::DateTimeOffset if matches!(base, Value::DateTime(_)) => {
            return members::construct(target, std::slice::from_ref(value), world);
        }
        Kind::Credential if matches!(base, Value::Str(_)) => {
            return Err(failure::no_conversion(value, target));
        }
        _ => {}
    }
    match base {
        Value::Str(_) => of_text(value, value, kind, target, world),
        Value::Bool(_) | Value::DateTime(_) => Err(failure::invalid_cast(value, target)),
        Value::Char(_) | Value::Enum(_) => {
            match number::integer(base).and_then(|number| of_integer(number, value, kind, target)) {
                Some(result) => result,
                None => Err(failure::invalid_cast(value, target)),
            }
        }
        Value::Big(_) => Err(failure::no_conversion(value, target)),
        number if scalar::is_number(number) => {
            let whole = number::integer(number).and_then(|whole| of_integer(whole, value, kind, target));
            whole.unwrap_or_else(|| of_text(&Value::Str(super::to_text(number)), value, kind, target, world))
        }
        _ => by_construction(value, target, world),
    }
}

/// Types that have a constructor with a number.
fn of_integer(number: i128, value: &Value, kind: Kind, target: &Type) -> Option<Result<Value>> {
    let ctor = |why: &str| failure::constructor(value, target, why);
    Some(match kind {
        Kind::DateTime => i64::try_from(number)
            .ok()
            .filter(|ticks| (0..=datetime::MAX_TICKS).contains(ticks))
            .map(|ticks| Value::datetime(ticks, DateTimeKind::Unspecified))
            .ok_or_else(|| ctor("Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks. (Parameter 'ticks')")),
        Kind::TimeSpan => Ok(Value::TimeSpan(i64::try_from(number).ok()?)),
        Kind::IPAddress => members::net::address_of_number(number)
            .ok_or_else(|| ctor("Specified argument was out of the range of valid values. (Parameter 'newAddress')")),
        Kind::SemanticVersion => match i32::try_from(number) {
            Ok(major) if major < 0 => Err(ctor("Cannot process argument because the value of argument \"major\" is not valid. Change the value of the \"major\" argument and run the operation again. (Parameter 'major')")),
            Ok(major) => Ok(members::version::semantic(major, 0, 0, "", "")),
            Err(_) => return None,
        },
        Kind::CultureInfo => match i32::try_from(number).ok().and_then(members::culture_info::of_number) {
            Some(culture) => Ok(culture),
            None => Err(ctor("Culture is not supported. (Parameter 'culture')")),
        },
        _ => return None,
    })
}

/// Parse methods and constructors with a text. `value` is what the error names.
fn of_text(text: &Value, value: &Value, kind: Kind, target: &Type, world: &mut dyn World) -> Result<Value> {
    let written = text.as_str().unwrap_or("");
    let parse = |why: &str| failure::parse(value, target, why);
    let in_culture = |why: &str| failure::parse_in_culture(value, target, why);
    let constructed = |result: Result<Value>| {
        result.map_err(|interrupt| match interrupt {
            Interrupt::Error(inner) => failure::constructor(value, target, &inner.message),
            other => other,
        })
    };
    match kind {
        Kind::DateTime => datetime::parse::parse(written, now(world))
            .map(Value::from)
            .ok_or_else(|| in_culture(&datetime::failure::why_not_a_date(written))),
        Kind::DateTimeOffset => members::dates::offset_of_text(written, now(world))
            .ok_or_else(|| in_culture(&datetime::failure::why_not_a_date(written))),
        Kind::TimeSpan => datetime::span::parse(written)
            .map(Value::TimeSpan)
            .ok_or_else(|| {
                in_culture(&format!(
                    "String '{written}' was not recognized as a valid TimeSpan."
                ))
            }),
        Kind::Guid => members::guid::parse(written).ok_or_else(|| in_culture("Unrecognized Guid format.")),
        Kind::Version => members::version::parse(written).map_err(|why| parse(&why)),
        Kind::SemanticVersion => members::version::parse_semantic(written).map_err(|why| parse(&why)),
        Kind::IPAddress => {
            members::net::parse_address(written).ok_or_else(|| parse("An invalid IP address was specified."))
        }
        Kind::IPEndPoint => {
            members::net::parse_endpoint(written).ok_or_else(|| parse("An invalid IPEndPoint was specified."))
        }
        Kind::Uri => members::uri::parse(written).map_err(|why| failure::constructor(value, target, &why)),
        Kind::MailAddress => constructed(members::net::mail_address(written, None)),
        Kind::CultureInfo => constructed(members::culture_info::of_name(written)),
        Kind::Regex => constructed(crate::regex::construct(written, 0)),
        Kind::StringBuilder
        | Kind::StringReader
        | Kind::ChoiceDescription
        | Kind::FileInfo
        | Kind::DirectoryInfo
        | Kind::WildcardPattern
        | Kind::Exception => constructed(members::construct(target, std::slice::from_ref(text), world)),
        _ => Err(failure::no_conversion(value, target)),
    }
}

/// The clock for dates that leave parts out.
pub fn now(world: &dyn World) -> datetime::parse::Now {
    let Some(host) = world.host() else {
        return datetime::parse::Now {
            local_ticks: 0,
            offset: 0,
        };
    };
    let utc = host.now_ticks();
    let offset = host.utc_offset_minutes(utc);
    datetime::parse::Now {
        local_ticks: utc + i64::from(offset) * datetime::TICKS_PER_MINUTE,
        offset,
    }
}

fn to_type(value: &Value, target: &Type, world: &mut dyn World) -> Result<Value> {
    let base = value.base();
    let name = match base {
        Value::Type(_) => return Ok(value.clone()),
        Value::Bool(_) | Value::Char(_) | Value::Enum(_) | Value::DateTime(_) => {
            return Err(failure::invalid_cast(value, target));
        }
        Value::Str(text) => text.to_string(),
        Value::Big(_) => return Err(failure::no_conversion(value, target)),
        number if scalar::is_number(number) => number.to_text(),
        _ => return Err(failure::no_conversion(value, target)),
    };
    crate::types::resolve_with(&name, &|name| world.defined_type(name))
        .map(Value::from)
        .ok_or_else(|| {
            let message = format!(
                "Cannot convert the \"{name}\" value of type \"System.String\" to type \"System.Type\"."
            );
            failure::failure("InvalidCastFromStringToType", message)
        })
}

/// To SwitchParameter: Booleans only.
pub fn to_switch(value: &Value, _target: &Type) -> Option<Result<Value>> {
    match value {
        Value::Bool(flag) | Value::Switch(flag) => Some(Ok(Value::Switch(*flag))),
        Value::Null | Value::Nothing => Some(Ok(Value::Switch(false))),
        _ => None,
    }
}

/// To Nullable[T].
pub fn to_nullable(value: &Value, inner: &Type, target: &Type, world: &mut dyn World) -> Result<Value> {
    match value.base() {
        Value::Hashtable(_) | Value::Object(_) => Err(failure::constructor(value, target, "Invalid cast.")),
        Value::Array(_) | Value::List(_) => Err(failure::no_conversion(value, target)),
        _ => super::to(value, inner, world),
    }
}

/// From a hashtable (or, for value types, any object) by an empty object whose properties are set.
pub fn by_construction(value: &Value, target: &Type, world: &mut dyn World) -> Result<Value> {
    let pairs: Vec<(String, Value)> = match value.base() {
        Value::Hashtable(table) => table
            .pairs()
            .into_iter()
            .map(|(key, value)| (key.to_text(), value))
            .collect(),
        Value::Object(_) if target.is_value_type() && has_constructor(target) => {
            return Err(failure::constructor(value, target, "Invalid cast."));
        }
        _ => {
            if let Type::Script(class) = target {
                return class
                    .construct(std::slice::from_ref(value), world)
                    .map_err(|_| failure::no_conversion(value, target));
            }
            return Err(failure::no_conversion(value, target));
        }
    };
    if !has_constructor(target) {
        return Err(failure::no_conversion(value, target));
    }
    let object = match empty(target) {
        Some(object) => object,
        None => members::construct(target, &[], world).map_err(|_| failure::no_conversion(value, target))?,
    };
    for (name, property) in pairs {
        if members::set(&object, &name, property, world).is_err() {
            return Err(failure::no_such_property(target, &name, &[]));
        }
    }
    Ok(object)
}

/// The empty value of a value type.
fn empty(target: &Type) -> Option<Value> {
    Some(match target {
        Type::Enum(_) => Value::enumeration(target.clone(), 0),
        _ => match target.kind()? {
            Kind::Decimal => Value::decimal(rust_decimal::Decimal::ZERO),
            Kind::BigInteger => Value::big(num_bigint::BigInt::ZERO),
            Kind::DateTime => Value::datetime(0, DateTimeKind::Unspecified),
            Kind::TimeSpan => Value::TimeSpan(0),
            Kind::Switch => Value::Switch(false),
            Kind::Guid => members::guid::empty(),
            _ => return None,
        },
    })
}

/// Whether a type can be made without arguments from a script.
fn has_constructor(target: &Type) -> bool {
    match target {
        Type::Enum(_) | Type::Script(_) => true,
        other => match other.kind() {
            Some(kind) => matches!(
                kind,
                Kind::Decimal
                    | Kind::BigInteger
                    | Kind::DateTime
                    | Kind::TimeSpan
                    | Kind::Switch
                    | Kind::Guid
                    | Kind::StringBuilder
                    | Kind::Exception
                    | Kind::Random
                    | Kind::MemoryStream
                    | Kind::Version
                    | Kind::ParameterAttribute
                    | Kind::RuntimeDefinedParameter
            ),
            None => false,
        },
    }
}
