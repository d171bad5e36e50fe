//! Reflection: what `[T].GetProperties()`, `GetMethods()`, `GetConstructors()` … give.
//!
//! Of .NET's types it lists what the engine itself has: its tables of methods, whose definitions are read for the types,
//! and the properties that an object made for the purpose has. What it does not have, it does not list.

use std::sync::Arc;

use super::{Call, Method, World, access, fault, statics};
use crate::error::Result;
use crate::types::{Kind, ScriptMember, Type, of, resolve_with};
use crate::value::{DateTimeKind, Instance, Value};

/// Which member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum MemberClass {
    Property,
    Method,
    Constructor,
    Field,
}

/// A parameter of a method.
#[derive(Clone)]
pub struct ParameterOf {
    name: Arc<str>,
    of: Type,
}

/// A member of a type.
#[derive(Clone)]
pub struct Info {
    class: MemberClass,
    name: Arc<str>,
    declared_by: Type,
    is_static: bool,
    writable: bool,
    of: Type,
    parameters: Vec<ParameterOf>,
}

/// All members of a type.
pub fn members_of(target: &Type, world: &dyn World) -> Vec<Info> {
    let mut found = match target {
        Type::Script(class) => {
            let own = class.members();
            own.iter()
                .map(|member| of_script(member, target, world))
                .collect()
        }
        Type::Enum(definition) => {
            let names = definition.members.iter();
            names.map(|(name, _)| constant(name, target, target)).collect()
        }
        _ => dotnet_members(target),
    };
    let base = match target {
        Type::Script(_) => target
            .lineage()
            .into_iter()
            .find(|of| !matches!(of, Type::Script(_))),
        _ => None,
    };
    for inherited in base.iter().flat_map(dotnet_members).chain(of_every_object()) {
        let hidden = found.iter().any(|known: &Info| {
            known.name == inherited.name && known.parameters.len() == inherited.parameters.len()
        });
        if !hidden && inherited.class != MemberClass::Constructor {
            found.push(inherited);
        }
    }
    found
}

fn of_script(member: &ScriptMember, target: &Type, world: &dyn World) -> Info {
    let named = |name: &Arc<str>| resolve_with(name, &|name| world.defined_type(name));
    let type_of = |name: &Option<Arc<str>>| name.as_ref().and_then(named).unwrap_or(Type::OBJECT);
    let parameters = member.parameters.as_deref().unwrap_or_default();
    Info {
        class: match &member.parameters {
            None => MemberClass::Property,
            Some(_) if member.is_constructor => MemberClass::Constructor,
            Some(_) => MemberClass::Method,
        },
        name: if member.is_constructor {
            Arc::from(if member.is_static { ".cctor" } else { ".ctor" })
        } else {
            Arc::clone(&member.name)
        },
        declared_by: named(&member.declared_by).unwrap_or_else(|| target.clone()),
        is_static: member.is_static,
        writable: true,
        of: type_of(&member.of),
        parameters: parameters
            .iter()
            .map(|(name, of)| ParameterOf {
                name: Arc::clone(name),
                of: type_of(of),
            })
            .collect(),
    }
}

fn constant(name: &str, of: &Type, declared_by: &Type) -> Info {
    Info {
        class: MemberClass::Field,
        name: Arc::from(name),
        declared_by: declared_by.clone(),
        is_static: true,
        writable: false,
        of: of.clone(),
        parameters: Vec::new(),
    }
}

fn dotnet_members(target: &Type) -> Vec<Info> {
    let mut found = Vec::new();
    if let Some(sample) = sample(target) {
        for name in super::property_names(&sample) {
            let value = super::plain_property(&sample, &name);
            found.push(Info {
                class: MemberClass::Property,
                of: value.and_then(|value| of(&value)).unwrap_or(Type::OBJECT),
                ..constant(&name, target, target)
            });
            if let Some(last) = found.last_mut() {
                last.is_static = false;
            }
        }
        for method in access::methods(&sample) {
            found.extend(overloads(method, target, false));
        }
    }
    let is_field = |name: &str| {
        matches!(
            name,
            "MaxValue" | "MinValue" | "Empty" | "PI" | "E" | "Zero" | "UnixEpoch"
        )
    };
    for name in statics::property_names(target) {
        let class = if is_field(&name) {
            MemberClass::Field
        } else {
            MemberClass::Property
        };
        found.push(Info {
            class,
            ..constant(&name, target, target)
        });
    }
    for method in statics::methods(target) {
        found.extend(overloads(method, target, true));
    }
    found
}

/// A value of a type, to look at its members.
fn sample(target: &Type) -> Option<Value> {
    Some(match target.kind() {
        Some(Kind::String) => Value::from(""),
        Some(Kind::DateTime) => Value::datetime(0, DateTimeKind::Unspecified),
        Some(Kind::TimeSpan) => Value::TimeSpan(0),
        Some(Kind::Type | Kind::RuntimeType) => Value::type_literal(Type::OBJECT),
        Some(Kind::Array) => Value::array([]),
        Some(Kind::Uri) => return super::uri::parse("http://localhost/").ok(),
        Some(Kind::Version) => super::version::of_parts(&[0, 0]),
        Some(Kind::Object | Kind::PSObject | Kind::PSCustomObject) => return None,
        _ if matches!(target, Type::Array(_)) => Value::array([]),
        _ => return super::construct(target, &[], &mut super::NoWorld).ok(),
    })
}

/// The overloads that a definition writes: `int IndexOf(string value), int IndexOf(char value)`.
fn overloads(method: &Method, target: &Type, is_static: bool) -> Vec<Info> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0i32, 0);
    let text = method.definition;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    found.push(overload(
                        text[start..=at].trim_matches([',', ' ']),
                        method.name,
                        target,
                        is_static,
                    ));
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    found
}

fn overload(text: &str, name: &'static str, target: &Type, is_static: bool) -> Info {
    let text = text.strip_prefix("static ").unwrap_or(text);
    let (head, inner) = text.split_once('(').unwrap_or((text, ")"));
    let result = head.trim().strip_suffix(name).unwrap_or(head).trim();
    let named = |name: &str| crate::types::resolve(name.trim()).unwrap_or(Type::OBJECT);
    let parameters = split_parameters(inner.trim_end_matches(')'))
        .into_iter()
        .filter_map(|parameter| {
            let parameter = parameter.split('=').next().unwrap_or(parameter).trim();
            let parameter = parameter.strip_prefix("Params ").unwrap_or(parameter);
            let (of, name) = parameter.rsplit_once(' ')?;
            Some(ParameterOf {
                name: Arc::from(name.trim()),
                of: named(of.trim().trim_start_matches("[ref] ")),
            })
        })
        .collect();
    Info {
        class: MemberClass::Method,
        is_static,
        of: named(result),
        parameters,
        ..constant(name, target, target)
    }
}

/// Splits at commas outside of brackets.
fn split_parameters(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn of_every_object() -> Vec<Info> {
    static OBJECT: &[Method] = &[
        Method::new("GetType", "type GetType()", |_| Ok(Value::Null)),
        Method::new("ToString", "string ToString()", |_| Ok(Value::Null)),
        Method::new("Equals", "bool Equals(System.Object obj)", |_| Ok(Value::Null)),
        Method::new("GetHashCode", "int GetHashCode()", |_| Ok(Value::Null)),
    ];
    let all = OBJECT.iter();
    all.flat_map(|method| overloads(method, &Type::OBJECT, false))
        .collect()
}

impl Info {
    /// The constructor that a class has that writes none.
    pub fn default_constructor(of: &Type) -> Info {
        Info {
            class: MemberClass::Constructor,
            is_static: false,
            of: Type::VOID,
            ..constant(".ctor", of, of)
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which it is.
    pub fn class(&self) -> MemberClass {
        self.class
    }

    /// Whether its parameters are of these types.
    pub fn takes(&self, types: &[Type]) -> bool {
        self.parameters.len() == types.len()
            && self
                .parameters
                .iter()
                .zip(types)
                .all(|(own, wanted)| own.of == *wanted)
    }

    /// Whether it belongs to the type, not to its instances.
    pub fn is_static(&self) -> bool {
        self.is_static
    }

    fn parameter_text(&self) -> String {
        let names = self.parameters.iter().map(|parameter| short(&parameter.of));
        names.collect::<Vec<_>>().join(", ")
    }

    fn parameter_values(&self) -> Value {
        let all = self.parameters.iter().enumerate().map(|(at, parameter)| {
            Value::typed(
                &[
                    "System.Reflection.RuntimeParameterInfo",
                    "System.Reflection.ParameterInfo",
                    "System.Object",
                ],
                [
                    ("ParameterType", Value::from(parameter.of.clone())),
                    ("Name", Value::from(parameter.name.as_ref())),
                    ("Position", Value::count(at)),
                    ("HasDefaultValue", Value::Bool(false)),
                    ("IsOptional", Value::Bool(false)),
                ],
            )
        });
        Value::array(all)
    }
}

/// A type as reflection writes it in signatures: primitive types without namespace.
fn short(of: &Type) -> String {
    let name = of.dotnet_name();
    match name.strip_prefix("System.") {
        Some(short) if of.is_value_type() && !short.contains('.') && of.kind() != Some(Kind::DateTime) => {
            short.to_owned()
        }
        _ if *of == Type::VOID => "Void".to_owned(),
        _ => name,
    }
}

impl Instance for Info {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self.class {
            MemberClass::Property => "System.Reflection.RuntimePropertyInfo",
            MemberClass::Method => "System.Reflection.RuntimeMethodInfo",
            MemberClass::Constructor => "System.Reflection.RuntimeConstructorInfo",
            MemberClass::Field => "System.Reflection.RtFieldInfo",
        })
    }

    fn type_names(&self) -> Vec<Arc<str>> {
        let bases: &[&str] = match self.class {
            MemberClass::Property => &["System.Reflection.PropertyInfo"],
            MemberClass::Method => &["System.Reflection.MethodInfo", "System.Reflection.MethodBase"],
            MemberClass::Constructor => &[
                "System.Reflection.ConstructorInfo",
                "System.Reflection.MethodBase",
            ],
            MemberClass::Field => &["System.Reflection.FieldInfo"],
        };
        let above = ["System.Reflection.MemberInfo", "System.Object"];
        std::iter::once(self.type_name())
            .chain(bases.iter().chain(&above).map(|name| Arc::from(*name)))
            .collect()
    }

    fn to_text(&self) -> String {
        match self.class {
            MemberClass::Property | MemberClass::Field => format!("{} {}", short(&self.of), self.name),
            MemberClass::Constructor => format!("Void .ctor({})", self.parameter_text()),
            MemberClass::Method => format!("{} {}({})", short(&self.of), self.name, self.parameter_text()),
        }
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let own: &[&str] = match self.class {
            MemberClass::Property => &["PropertyType", "CanRead", "CanWrite"],
            MemberClass::Field => &["FieldType", "IsPublic", "IsStatic", "IsLiteral", "IsInitOnly"],
            MemberClass::Method => &[
                "ReturnType",
                "IsPublic",
                "IsStatic",
                "IsVirtual",
                "IsAbstract",
                "IsGenericMethod",
            ],
            MemberClass::Constructor => &["IsPublic", "IsStatic"],
        };
        let common = ["MemberType", "Name", "DeclaringType", "ReflectedType"];
        common.iter().chain(own).map(|name| Arc::from(*name)).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        let is = |class: MemberClass| self.class == class;
        Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::from(self.name.as_ref()),
            "membertype" => Value::from(format!("{:?}", self.class)),
            "declaringtype" | "reflectedtype" => Value::from(self.declared_by.clone()),
            "propertytype" if is(MemberClass::Property) => Value::from(self.of.clone()),
            "fieldtype" if is(MemberClass::Field) => Value::from(self.of.clone()),
            "returntype" if is(MemberClass::Method) => Value::from(self.of.clone()),
            "canread" if is(MemberClass::Property) => Value::Bool(true),
            "canwrite" if is(MemberClass::Property) => Value::Bool(self.writable),
            "isstatic" => Value::Bool(self.is_static),
            "ispublic" => Value::Bool(true),
            "isliteral" | "isinitonly" if is(MemberClass::Field) => Value::Bool(!self.writable),
            "isconstructor" => Value::Bool(is(MemberClass::Constructor)),
            "isvirtual" => {
                Value::Bool(is(MemberClass::Method) && matches!(self.declared_by, Type::Script(_)))
            }
            "isabstract" | "isprivate" | "isgenericmethod" => Value::Bool(false),
            "isspecialname" => Value::Bool(self.name.starts_with("op_") || is(MemberClass::Constructor)),
            _ => return None,
        })
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let object = arguments.first().cloned().unwrap_or_default();
        Some(match name.to_ascii_lowercase().as_str() {
            "getparameters" => Ok(self.parameter_values()),
            "getcustomattributes" => Ok(Value::array([])),
            "getvalue" if self.is_static => statics::static_get(&self.declared_by, &self.name, world),
            "getvalue" if self.class == MemberClass::Property => access::get(&object, &self.name, world),
            "setvalue" => {
                let value = arguments.get(1).cloned().unwrap_or_default();
                let set = if self.is_static {
                    statics::static_set(&self.declared_by, &self.name, value, world)
                } else {
                    access::set(&object, &self.name, value, world)
                };
                set.map(|()| Value::Nothing)
            }
            "invoke" => self.invoke(&object, arguments, world),
            _ => return None,
        })
    }
}

impl Info {
    /// `method.Invoke(object, arguments)`, `constructor.Invoke(arguments)`.
    fn invoke(&self, object: &Value, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
        let listed = |value: Option<&Value>| {
            value
                .map(|list| list.iter().collect::<Vec<_>>())
                .unwrap_or_default()
        };
        match self.class {
            MemberClass::Constructor => {
                super::construct(&self.declared_by, &listed(arguments.first()), world)
            }
            _ if self.is_static => {
                statics::static_call(&self.declared_by, &self.name, &listed(arguments.get(1)), world)
            }
            _ if object.is_null() => Err(fault::raised(
                "System.Reflection.TargetException",
                "Non-static method requires a target.",
            )),
            _ => access::call(object, &self.name, &listed(arguments.get(1)), world),
        }
    }
}

/// The assembly that .NET has a type in.
pub struct Assembly {
    name: &'static str,
}

/// The assembly of a type.
pub fn assembly(of: &Type) -> Assembly {
    let name = match of {
        Type::Script(_) => "PowerShell Class Assembly",
        Type::Array(element) | Type::Grid(element, _) => return assembly(element),
        other => assembly_of(other.kind(), &other.full_name()),
    };
    Assembly { name }
}

fn assembly_of(kind: Option<Kind>, name: &str) -> &'static str {
    match kind {
        Some(Kind::Uri) => "System.Private.Uri",
        Some(Kind::Regex | Kind::Match | Kind::Group | Kind::Capture) => "System.Text.RegularExpressions",
        Some(Kind::SortedSet | Kind::GenericStack | Kind::SortedDictionary | Kind::SortedList) => {
            "System.Collections"
        }
        Some(Kind::Queue | Kind::Stack) => "System.Collections.NonGeneric",
        Some(Kind::BigInteger) => "System.Runtime.Numerics",
        _ if name.starts_with("System.Management.Automation.") => "System.Management.Automation",
        _ if name.starts_with("System.Collections.Specialized.") => "System.Collections.Specialized",
        _ if name.starts_with("System.Net.Mail.") => "System.Net.Mail",
        _ if name.starts_with("System.Net.") => "System.Net.Primitives",
        _ if name.starts_with("System.Xml.") => "System.Private.Xml",
        _ => "System.Private.CoreLib",
    }
}

impl Assembly {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its name with version and key.
    pub fn full_name(&self) -> String {
        let (version, key) = match self.name {
            "PowerShell Class Assembly" => ("1.0.0.0", "null"),
            "System.Management.Automation" => ("7.6.0.500", "31bf3856ad364e35"),
            "System.Private.CoreLib" | "System.Private.Xml" => ("10.0.0.0", "7cec85d7bea7798e"),
            _ => ("10.0.0.0", "b03f5f7f11d50a3a"),
        };
        format!(
            "{}, Version={version}, Culture=neutral, PublicKeyToken={key}",
            self.name
        )
    }
}

impl Instance for Assembly {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Reflection.RuntimeAssembly")
    }

    fn to_text(&self) -> String {
        self.full_name()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["FullName", "Location", "IsDynamic"].map(Arc::from).to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "fullname" => Some(Value::from(self.full_name())),
            // There is no file behind it.
            "location" => Some(Value::from("")),
            "isdynamic" => Some(Value::Bool(self.name == "PowerShell Class Assembly")),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        match (name.to_ascii_lowercase().as_str(), arguments) {
            ("getname", []) => Some(Ok(Value::typed(
                &["System.Reflection.AssemblyName", "System.Object"],
                [
                    ("Name", Value::from(self.name)),
                    ("FullName", Value::from(self.full_name())),
                ],
            ))),
            ("gettype", [name]) => {
                let found = resolve_with(&name.to_text(), &|name| world.defined_type(name));
                Some(Ok(found.map_or(Value::Null, Value::from)))
            }
            _ => None,
        }
    }
}

/// The members of the type that a call is made on, of a class; by name where the first argument is one.
pub fn select(call: &mut Call<'_>, class: Option<MemberClass>) -> Result<Vec<Info>> {
    let Value::Type(target) = call.target else {
        return Ok(Vec::new());
    };
    let wanted = match call.arguments.first().map(Value::base) {
        Some(Value::Str(name)) => Some(name.clone()),
        _ => None,
    };
    let mut found = members_of(target, call.world);
    found.retain(|info| class.is_none_or(|class| info.class() == class));
    if let Some(wanted) = wanted {
        // .NET's names differ by case.
        found.retain(|info| info.name() == wanted.as_str());
    }
    // BindingFlags: Instance 4, Static 8, Public 16; all that is known here is public.
    let flags = call.arguments.iter().find_map(|argument| match argument.base() {
        Value::Enum(flags) => Some(flags.bits),
        _ => None,
    });
    if let Some(flags) = flags {
        let wanted = |is_static: bool| flags & if is_static { 8 } else { 4 } != 0;
        found.retain(|info| flags & 16 != 0 && wanted(info.is_static()));
    }
    Ok(found)
}
