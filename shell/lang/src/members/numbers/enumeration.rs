//! System.Enum.

use super::set_reference;
use crate::convert;
use crate::error::Result;
use crate::members::{Call, Method, fault};
use crate::number;
use crate::types::Type;
use crate::value::Value;

/// The static methods of System.Enum.
pub static ENUM_STATIC: &[Method] = &[
    Method::new(
        "GetUnderlyingType",
        "static type GetUnderlyingType(type enumType)",
        |call| {
            let name = format!("System.{:?}", definition(call)?.underlying);
            Ok(crate::types::resolve(&name).map_or(Value::Null, Value::from))
        },
    ),
    Method::new("GetNames", "static string[] GetNames(type enumType)", |call| {
        let definition = definition(call)?;
        Ok(Value::strings(
            definition.sorted().iter().map(|(name, _)| name.as_ref()),
        ))
    }),
    Method::new("GetValues", "static array GetValues(type enumType)", |call| {
        let definition = definition(call)?;
        let of = Type::Enum(std::sync::Arc::clone(&definition));
        Ok(Value::array_of(
            of.clone(),
            definition
                .sorted()
                .iter()
                .map(|(_, bits)| Value::enumeration(of.clone(), *bits))
                .collect(),
        ))
    }),
    Method::new(
        "GetName",
        "static string GetName(type enumType, System.Object value)",
        |call| {
            let definition = definition(call)?;
            let bits = enum_bits(call, 1, &definition)?;
            Ok(definition
                .members
                .iter()
                .find(|(_, number)| Some(*number) == bits)
                .map_or(Value::Null, |(name, _)| Value::from(name.as_ref())))
        },
    ),
    Method::new(
        "IsDefined",
        "static bool IsDefined(type enumType, System.Object value)",
        |call| {
            let definition = definition(call)?;
            let known = match call.value(1)?.base() {
                Value::Str(name) => definition.members.iter().any(|(known, _)| known == name.as_str()),
                other => number::integer(other).is_some_and(|bits| {
                    definition
                        .members
                        .iter()
                        .any(|(_, number)| i128::from(*number) == bits)
                }),
            };
            Ok(Value::Bool(known))
        },
    ),
    Method::new(
        "Parse",
        "static System.Object Parse(type enumType, string value)",
        |call| {
            let definition = definition(call)?;
            let text = call.text(1)?;
            let ignore = call.count() > 2 && call.flag(2)?;
            let exact = text.split(',').all(|part| {
                ignore
                    || part.trim().parse::<i64>().is_ok()
                    || definition.members.iter().any(|(name, _)| name == part.trim())
            });
            let bits = convert::enumeration::parse(&text, &definition).filter(|_| exact);
            bits.map(|bits| Value::enumeration(Type::Enum(definition), bits))
                .ok_or_else(|| fault::argument(format!("Requested value '{text}' was not found.")))
        },
    ),
    Method::new(
        "TryParse",
        "static bool TryParse(type enumType, string value, [ref] System.Object result)",
        |call| {
            let definition = definition(call)?;
            let text = call.text(1)?;
            let bits = convert::enumeration::parse(&text, &definition);
            if let Some(bits) = bits {
                set_reference(
                    call.arguments.last(),
                    Value::enumeration(Type::Enum(definition), bits),
                );
            }
            Ok(Value::Bool(bits.is_some()))
        },
    ),
    Method::new(
        "ToObject",
        "static System.Object ToObject(type enumType, int value)",
        |call| {
            let definition = definition(call)?;
            Ok(Value::enumeration(Type::Enum(definition), call.long(1)?))
        },
    ),
];

fn enum_bits(call: &Call<'_>, at: usize, definition: &crate::types::EnumDef) -> Result<Option<i64>> {
    Ok(match call.value(at)?.base() {
        Value::Str(text) => convert::enumeration::parse(text, definition),
        other => number::integer(other).map(|bits| bits as i64),
    })
}

fn definition(call: &mut Call<'_>) -> Result<std::sync::Arc<crate::types::EnumDef>> {
    match call.to(0, &Type::TYPE)? {
        Value::Type(of) => match of.as_ref() {
            Type::Enum(definition) => Ok(std::sync::Arc::clone(definition)),
            _ => Err(fault::argument(
                "Type provided must be an Enum. (Parameter 'enumType')",
            )),
        },
        _ => Err(call.no_overload()),
    }
}
