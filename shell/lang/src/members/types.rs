//! Members of type literals: `[int].Name`.

use super::reflection::{self, Info, MemberClass};
use super::{Call, Method};
use crate::error::Result;
use crate::types::{Kind, Type, is_assignable, is_instance};
use crate::value::{Instance, Value};

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
        "assemblyqualifiedname" => Value::from(format!(
            "{}, {}",
            of.dotnet_name(),
            reflection::assembly(of).full_name()
        )),
        "assembly" => Value::instance(reflection::assembly(of)),
        "module" => Value::from(format!("{}.dll", reflection::assembly(of).name())),
        "membertype" => Value::from("TypeInfo"),
        "declaringtype" | "reflectedtype" => Value::Null,
        "isnested" | "iscomobject" | "isgenerictypedefinition" | "containsgenericparameters" => {
            Value::Bool(false)
        }
        "issealed" => Value::Bool(of.is_sealed()),
        "isabstract" => Value::Bool(interface || is_abstract(of)),
        "isvaluetype" => Value::Bool(of.is_value_type()),
        "isenum" => Value::Bool(matches!(of, Type::Enum(_))),
        "isarray" => Value::Bool(matches!(of, Type::Array(_) | Type::Grid(..))),
        "isclass" => Value::Bool(!of.is_value_type() && !interface),
        "isinterface" => Value::Bool(interface),
        "isgenerictype" => Value::Bool(matches!(of, Type::Generic(..))),
        "ispublic" => Value::Bool(true),
        "isserializable" => Value::Bool(!matches!(of, Type::Script(_))),
        "ispointer" | "isbyref" | "isgenericparameter" => Value::Bool(false),
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

fn is_abstract(of: &Type) -> bool {
    matches!(
        of.kind(),
        Some(
            Kind::Stream
                | Kind::TextReader
                | Kind::TextWriter
                | Kind::FileSystemInfo
                | Kind::Array
                | Kind::Enum
                | Kind::ValueType
                | Kind::MemberInfo
                | Kind::Type
                | Kind::TypeInfo
                | Kind::Encoding
                | Kind::StringComparer
                | Kind::XmlNode
                | Kind::HashAlgorithm
                | Kind::Delegate
                | Kind::Math
                | Kind::Convert
                | Kind::Environment
                | Kind::Console
                | Kind::File
                | Kind::Directory
                | Kind::Path
                | Kind::Attribute
        )
    )
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

/// What reflection lists, or the members of a name.
fn listed(call: &mut Call<'_>, class: Option<MemberClass>) -> Result<Value> {
    let found = reflection::select(call, class)?;
    Ok(Value::array(found.into_iter().map(Value::instance)))
}

/// The member of a name, with the parameters of the second argument where that is given.
fn one(call: &mut Call<'_>, class: MemberClass) -> Result<Value> {
    call.text(0)?;
    // BindingFlags say where to look, not what the member takes.
    let last = call.count() - 1;
    let types = match call.value(last)?.base() {
        _ if last == 0 => None,
        Value::Enum(_) | Value::Str(_) => None,
        _ => Some(types_at(call, last)?),
    };
    let mut found = reflection::select(call, Some(class))?;
    if let Some(types) = types {
        found.retain(|info| info.takes(&types));
    }
    if found.len() > 1 && class == MemberClass::Method {
        return Err(super::fault::raised(
            "System.Reflection.AmbiguousMatchException",
            format!(
                "Ambiguous match found for '{} {}'.",
                own(call).dotnet_name(),
                found[0].to_text()
            ),
        ));
    }
    Ok(found.into_iter().next().map_or(Value::Null, Value::instance))
}

fn constructors(call: &mut Call<'_>) -> Result<Value> {
    let mut found = reflection::members_of(&own(call), call.world);
    found.retain(|info| info.class() == MemberClass::Constructor && !info.is_static());
    if found.is_empty() && matches!(own(call), Type::Script(_)) {
        found.push(Info::default_constructor(&own(call)));
    }
    Ok(Value::array(found.into_iter().map(Value::instance)))
}

/// An argument that is a list of types.
fn types_at(call: &mut Call<'_>, at: usize) -> Result<Vec<Type>> {
    let mut types = Vec::new();
    for item in call.items(at)? {
        match crate::convert::to(&item, &Type::TYPE, call.world)? {
            Value::Type(of) => types.push(of.as_ref().clone()),
            _ => return Ok(Vec::new()),
        }
    }
    Ok(types)
}

/// The interfaces that a type is known to have.
fn interfaces(of: &Type) -> Vec<Type> {
    let mut found: Vec<Type> = Vec::new();
    for of in of.lineage() {
        if let Type::Script(class) = &of {
            found.extend(class.interfaces().iter().cloned());
        }
    }
    for interface in crate::types::plain_interfaces() {
        if *of != interface && is_assignable(of, &interface) && !found.contains(&interface) {
            found.push(interface);
        }
    }
    let element = match of {
        Type::Array(element) => Some(element.as_ref().clone()),
        Type::Generic(known, arguments)
            if matches!(known.kind, Kind::List | Kind::Collection | Kind::HashSet) =>
        {
            Some(arguments[0].clone())
        }
        Type::Known(known) if known.kind == Kind::String => Some(Type::CHAR),
        _ => None,
    };
    for open in [
        Type::GENERICIENUMERABLE,
        Type::GENERICICOLLECTION,
        Type::GENERICILIST,
    ] {
        if let (Some(element), Type::Known(known)) = (&element, open) {
            let closed = Type::Generic(known, vec![element.clone()].into());
            if is_assignable(of, &closed) {
                found.push(closed);
            }
        }
    }
    found
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
    Method::new(
        "GetProperties",
        "System.Reflection.PropertyInfo[] GetProperties()",
        |call| listed(call, Some(MemberClass::Property)),
    ),
    Method::new(
        "GetProperty",
        "System.Reflection.PropertyInfo GetProperty(string name)",
        |call| one(call, MemberClass::Property),
    ),
    Method::new("GetFields", "System.Reflection.FieldInfo[] GetFields()", |call| {
        listed(call, Some(MemberClass::Field))
    }),
    Method::new(
        "GetField",
        "System.Reflection.FieldInfo GetField(string name)",
        |call| one(call, MemberClass::Field),
    ),
    Method::new(
        "GetMethods",
        "System.Reflection.MethodInfo[] GetMethods()",
        |call| listed(call, Some(MemberClass::Method)),
    ),
    Method::new(
        "GetMethod",
        "System.Reflection.MethodInfo GetMethod(string name), System.Reflection.MethodInfo GetMethod(string name, type[] types)",
        |call| one(call, MemberClass::Method),
    ),
    Method::new(
        "GetConstructors",
        "System.Reflection.ConstructorInfo[] GetConstructors()",
        constructors,
    ),
    Method::new(
        "GetConstructor",
        "System.Reflection.ConstructorInfo GetConstructor(type[] types)",
        |call| {
            let types = types_at(call, 0)?;
            let all = constructors(call)?;
            let fits = |info: &Value| info.downcast::<Info>().is_some_and(|info| info.takes(&types));
            Ok(all.iter().find(fits).unwrap_or_default())
        },
    ),
    Method::new(
        "GetMembers",
        "System.Reflection.MemberInfo[] GetMembers()",
        |call| listed(call, None),
    ),
    Method::new(
        "GetMember",
        "System.Reflection.MemberInfo[] GetMember(string name)",
        |call| listed(call, None),
    ),
    Method::new("GetInterfaces", "type[] GetInterfaces()", |call| {
        let interfaces = interfaces(&own(call)).into_iter().map(Value::from);
        Ok(Value::array_of(Type::TYPE, interfaces.collect()))
    }),
    Method::new("GetInterface", "type GetInterface(string name)", |call| {
        let name = call.text(0)?;
        let all = interfaces(&own(call));
        let named = |of: &Type| of.short_name() == *name || of.dotnet_name() == *name;
        Ok(all.into_iter().find(named).map_or(Value::Null, Value::from))
    }),
    Method::new(
        "IsEnumDefined",
        "bool IsEnumDefined(System.Object value)",
        |call| {
            let Type::Enum(definition) = own(call) else {
                return Err(super::fault::argument(
                    "Type provided must be an Enum. (Parameter 'enumType')",
                ));
            };
            let value = call.value(0)?.base().clone();
            Ok(Value::Bool(definition.members.iter().any(
                |(name, bits)| match &value {
                    Value::Str(text) => text.as_str() == name.as_ref(),
                    Value::Enum(member) => member.bits == *bits,
                    other => crate::number::integer(other) == Some(i128::from(*bits)),
                },
            )))
        },
    ),
    Method::new("GetEnumName", "string GetEnumName(System.Object value)", |call| {
        let of = own(call);
        let value = call.to(0, &of)?;
        Ok(match (&of, &value) {
            (Type::Enum(definition), Value::Enum(member)) => {
                let found = definition.members.iter().find(|(_, bits)| *bits == member.bits);
                found.map_or(Value::Null, |(name, _)| Value::from(name.as_ref()))
            }
            _ => Value::Null,
        })
    }),
    Method::new("GetEnumUnderlyingType", "type GetEnumUnderlyingType()", |call| {
        let Type::Enum(definition) = own(call) else {
            return Err(super::fault::argument(
                "Type provided must be an Enum. (Parameter 'enumType')",
            ));
        };
        Ok(
            crate::types::resolve(&format!("System.{:?}", definition.underlying))
                .map_or(Value::Null, Value::from),
        )
    }),
    Method::new(
        "GetGenericTypeDefinition",
        "type GetGenericTypeDefinition()",
        |call| match own(call) {
            Type::Generic(known, _) => Ok(Value::from(Type::Known(known))),
            _ => Err(super::fault::raised(
                "System.InvalidOperationException",
                "This operation is only valid on generic types.",
            )),
        },
    ),
    Method::new(
        "MakeGenericType",
        "type MakeGenericType(Params type[] typeArguments)",
        |call| {
            let mut arguments = Vec::new();
            for at in 0..call.count() {
                arguments.extend(types_at(call, at)?);
            }
            let names: Vec<String> = arguments.iter().map(Type::full_name).collect();
            let world = &call.world;
            let made = crate::types::resolve_with(
                &format!("{}[{}]", own(call).full_name(), names.join(",")),
                &|name| world.defined_type(name),
            );
            made.map(Value::from).ok_or_else(|| {
            super::fault::argument("The number of generic arguments provided doesn't equal the arity of the generic type definition. (Parameter 'instantiation')")
        })
        },
    ),
    Method::new("GetArrayRank", "int GetArrayRank()", |call| match own(call) {
        Type::Array(_) => Ok(Value::Int(1)),
        Type::Grid(_, rank) => Ok(Value::Int(i32::from(rank))),
        _ => Err(super::fault::argument("Must be an array type.")),
    }),
    Method::new(
        "GetCustomAttributes",
        "System.Object[] GetCustomAttributes(bool inherit)",
        |_| Ok(Value::array([])),
    ),
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
