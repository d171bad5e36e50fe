//! Members of type literals: `[int].Name`.

use super::{Call, Method};
use crate::error::Result;
use crate::types::{Type, is_assignable, is_instance};
use crate::value::Value;

/// The properties of a type.
pub const PROPERTIES: &[&str] = &[
    "IsPublic",
    "IsSerializable",
    "Name",
    "BaseType",
    "FullName",
    "Namespace",
    "IsEnum",
    "IsArray",
    "IsValueType",
    "IsClass",
    "IsInterface",
    "IsAbstract",
    "IsGenericType",
    "UnderlyingSystemType",
];

/// A property of a type.
pub fn property(of: &Type, name: &str) -> Option<Value> {
    let interface = of.base().is_none() && *of != Type::OBJECT;
    Some(match name.to_ascii_lowercase().as_str() {
        "name" => Value::from(of.short_name()),
        "fullname" => Value::from(of.dotnet_name()),
        "namespace" => Value::from(of.namespace()),
        "assemblyqualifiedname" => Value::from(of.dotnet_name()),
        "isvaluetype" => Value::Bool(of.is_value_type()),
        "isenum" => Value::Bool(matches!(of, Type::Enum(_))),
        "isarray" => Value::Bool(matches!(of, Type::Array(_) | Type::Grid(..))),
        "isclass" => Value::Bool(!of.is_value_type() && !interface),
        "isinterface" => Value::Bool(interface),
        "isgenerictype" => Value::Bool(matches!(of, Type::Generic(..))),
        "ispublic" => Value::Bool(true),
        "isserializable" => Value::Bool(!matches!(of, Type::Script(_))),
        "isabstract" | "issealed" | "ispointer" | "isbyref" | "isgenericparameter" => Value::Bool(false),
        "isprimitive" => Value::Bool(
            of.is_value_type()
                && !matches!(of, Type::Enum(_))
                && matches!(
                    of.full_name().as_str(),
                    "System.Int32"
                        | "System.Int64"
                        | "System.Int16"
                        | "System.Byte"
                        | "System.SByte"
                        | "System.UInt16"
                        | "System.UInt32"
                        | "System.UInt64"
                        | "System.Boolean"
                        | "System.Char"
                        | "System.Double"
                        | "System.Single"
                ),
        ),
        "basetype" => of.base().map_or(Value::Null, Value::from),
        "underlyingsystemtype" => Value::from(of.clone()),
        "genericargumentcount" => return None,
        "generictypearguments" => match of {
            Type::Generic(_, arguments) => Value::array(arguments.iter().cloned().map(Value::from)),
            _ => Value::array([]),
        },
        _ => return None,
    })
}

fn own(call: &Call<'_>) -> Type {
    match call.target {
        Value::Type(of) => of.as_ref().clone(),
        _ => Type::OBJECT,
    }
}

fn argument(call: &mut Call<'_>) -> Result<Type> {
    match call.to(0, &Type::TYPE)? {
        Value::Type(of) => Ok(of.as_ref().clone()),
        _ => Err(call.no_overload()),
    }
}

/// The methods of a type.
pub static METHODS: &[Method] = &[
    Method::new(
        "IsInstanceOfType",
        "bool IsInstanceOfType(System.Object o)",
        |call| Ok(Value::Bool(is_instance(call.value(0)?, &own(call)))),
    ),
    Method::new("IsAssignableFrom", "bool IsAssignableFrom(type c)", |call| {
        let other = argument(call)?;
        Ok(Value::Bool(is_assignable(&other, &own(call))))
    }),
    Method::new("IsSubclassOf", "bool IsSubclassOf(type c)", |call| {
        let other = argument(call)?;
        Ok(Value::Bool(
            own(call) != other && is_assignable(&own(call), &other),
        ))
    }),
    Method::new("GetElementType", "type GetElementType()", |call| {
        Ok(match own(call) {
            Type::Array(element) | Type::Grid(element, _) => Value::from(element.as_ref().clone()),
            _ => Value::Null,
        })
    }),
    Method::new("GetEnumNames", "string[] GetEnumNames()", |call| {
        Ok(match own(call) {
            Type::Enum(definition) => {
                Value::strings(definition.sorted().iter().map(|(name, _)| name.as_ref()))
            }
            _ => {
                return Err(super::fault::argument(
                    "Type provided must be an Enum. (Parameter 'enumType')",
                ));
            }
        })
    }),
    Method::new("GetEnumValues", "array GetEnumValues()", |call| {
        let of = own(call);
        Ok(match &of {
            Type::Enum(definition) => Value::array_of(
                of.clone(),
                definition
                    .sorted()
                    .iter()
                    .map(|(_, bits)| Value::enumeration(of.clone(), *bits))
                    .collect(),
            ),
            _ => {
                return Err(super::fault::argument(
                    "Type provided must be an Enum. (Parameter 'enumType')",
                ));
            }
        })
    }),
    Method::new("GetGenericArguments", "type[] GetGenericArguments()", |call| {
        Ok(match own(call) {
            Type::Generic(_, arguments) => Value::array(arguments.iter().cloned().map(Value::from)),
            _ => Value::array([]),
        })
    }),
    Method::new("MakeArrayType", "type MakeArrayType()", |call| {
        Ok(Value::from(own(call).array()))
    }),
    Method::new("ToString", "string ToString()", |call| {
        Ok(Value::from(own(call).dotnet_name()))
    }),
];
