//! .NET type names: which exist, what they stand for, how they are related.
//!
//! Only what values can be of, or what scripts name in casts, tests and parameters, is here.

use std::fmt;
use std::sync::Arc;

mod enums;
mod exceptions;
mod instance_of;
mod known;
mod resolve;
mod syntax;

pub use enums::{EnumDef, enum_named};
pub use exceptions::{base_of_exception, exception_named};
pub use instance_of::{is_assignable, is_instance, of};
pub(crate) use instance_of::{is_interface, plain_interfaces};
pub use known::{Kind, Known};
pub use resolve::{resolve, resolve_with};

use crate::error::Result;
use crate::members::World;
use crate::value::Value;

/// A type.
#[derive(Clone)]
pub enum Type {
    /// A type that is not generic.
    Known(&'static Known),
    /// An array of an element type.
    Array(Arc<Type>),
    /// An array of more than one dimension: its element type and how many.
    Grid(Arc<Type>, u8),
    /// A generic type with its arguments.
    Generic(&'static Known, Arc<[Type]>),
    /// An enum, built in or defined by a script.
    Enum(Arc<EnumDef>),
    /// A class that a script defines.
    Script(Arc<dyn ScriptType>),
    /// The type of an object that answers for itself, by its full name.
    Named(Arc<str>),
}

/// A parameter's name, and its type's where it has one.
pub type ScriptParameter = (Arc<str>, Option<Arc<str>>);

/// A member of a class that a script defines, as reflection sees it.
#[derive(Clone)]
pub struct ScriptMember {
    /// Its name; that of the class for a constructor.
    pub name: Arc<str>,
    /// The class that has it.
    pub declared_by: Arc<str>,
    /// `static`.
    pub is_static: bool,
    /// The type of a property, what a method returns, by name; `None` for Object.
    pub of: Option<Arc<str>>,
    /// A method's or constructor's parameters; `None` for a property.
    pub parameters: Option<Vec<ScriptParameter>>,
    /// Whether it makes instances.
    pub is_constructor: bool,
}

/// A class that a script defines, as the engine runs it.
pub trait ScriptType: Send + Sync {
    /// Its name.
    fn name(&self) -> Arc<str>;
    /// What it derives from.
    fn base(&self) -> Option<Type>;
    /// The interfaces that it names itself.
    fn interfaces(&self) -> &[Type];
    /// Its own members for reflection, with those of the classes of scripts that it derives from.
    fn members(&self) -> Vec<ScriptMember>;
    /// `::new(…)`.
    fn construct(&self, arguments: &[Value], world: &mut dyn World) -> Result<Value>;
    /// `::name`.
    fn static_get(&self, name: &str) -> Option<Value>;
    /// `::name = value`; `None` when there is no such property.
    fn static_set(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>>;
    /// `::name(…)`; `None` when there is no such method.
    fn static_call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>>;
    /// Calls a method on one of its instances; `None` when there is none of that name.
    fn call_on(
        &self,
        this: &Value,
        name: &str,
        arguments: &[Value],
        world: &mut dyn World,
    ) -> Option<Result<Value>>;
    /// Converts a value that is not an instance of it; `None` means construct with one argument, or set properties
    /// from a hashtable.
    fn convert(&self, value: &Value, world: &mut dyn World) -> Option<Result<Value>> {
        let _ = (value, world);
        None
    }
}

/// The full names of all types that are known by name.
pub fn known_names() -> impl Iterator<Item = String> {
    known::KNOWN
        .iter()
        .chain(syntax::SYNTAX)
        .chain(syntax::BESIDE)
        .map(Type::full_name)
        .chain(
            enums::definitions()
                .iter()
                .map(|definition| definition.name.to_string()),
        )
        .chain(exceptions::names().map(str::to_owned))
        .filter(|name| name.contains('.'))
}

impl Type {
    /// An array of this type.
    #[must_use]
    pub fn array(self) -> Type {
        Type::Array(Arc::new(self))
    }

    /// An array of this type with some dimensions.
    #[must_use]
    pub fn grid(self, rank: usize) -> Type {
        match u8::try_from(rank) {
            Ok(rank @ 2..) => Type::Grid(Arc::new(self), rank),
            _ => self.array(),
        }
    }

    /// The full name: `System.Int32`, `System.String[]`, `System.Collections.Generic.List[System.String]` written as
    /// .NET does: ``System.Collections.Generic.List`1[[System.String]]`` is shortened to the form that scripts write.
    pub fn full_name(&self) -> String {
        match self {
            Type::Known(known) => known.name.to_owned(),
            Type::Array(element) => format!("{}[]", element.full_name()),
            Type::Grid(element, rank) => format!("{}{}", element.full_name(), dimensions(*rank)),
            Type::Generic(known, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(Type::full_name).collect();
                format!("{}[{}]", known.name, arguments.join(","))
            }
            Type::Enum(definition) => definition.name.to_string(),
            Type::Script(class) => class.name().to_string(),
            Type::Named(name) => name.to_string(),
        }
    }

    /// `Type.FullName` and `Type.ToString()` as .NET writes them: generic arity with a backtick.
    pub fn dotnet_name(&self) -> String {
        match self {
            Type::Array(element) => format!("{}[]", element.dotnet_name()),
            Type::Grid(element, rank) => format!("{}{}", element.dotnet_name(), dimensions(*rank)),
            Type::Generic(known, arguments) => {
                let names: Vec<String> = arguments.iter().map(Type::dotnet_name).collect();
                format!("{}`{}[{}]", known.name, arguments.len(), names.join(","))
            }
            other => other.full_name(),
        }
    }

    /// `Type.Name`: without the namespace, with the generic arity.
    pub fn short_name(&self) -> String {
        match self {
            Type::Array(element) => format!("{}[]", element.short_name()),
            Type::Grid(element, rank) => format!("{}{}", element.short_name(), dimensions(*rank)),
            Type::Generic(known, arguments) => format!("{}`{}", last_part(known.name), arguments.len()),
            other => last_part(&other.full_name()).to_owned(),
        }
    }

    /// `Type.Namespace`.
    pub fn namespace(&self) -> String {
        let name = match self {
            Type::Generic(known, _) => known.name.to_owned(),
            Type::Array(element) | Type::Grid(element, _) => return element.namespace(),
            other => other.full_name(),
        };
        name.rsplit_once('.')
            .map_or_else(String::new, |(namespace, _)| namespace.to_owned())
    }

    /// How the language writes the type: by its accelerator where it has one. The text of a type literal.
    pub fn display_name(&self) -> String {
        match self {
            Type::Known(known) => known
                .accelerator
                .map_or_else(|| known.name.to_owned(), str::to_owned),
            Type::Array(element) => format!("{}[]", element.display_name()),
            Type::Grid(element, rank) => format!("{}{}", element.display_name(), dimensions(*rank)),
            Type::Generic(known, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(Type::display_name).collect();
                format!("{}[{}]", known.name, arguments.join(","))
            }
            other => other.full_name(),
        }
    }

    /// Which type it is, when it is not generic and known.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Type::Known(known) | Type::Generic(known, _) => Some(known.kind),
            _ => None,
        }
    }

    /// Whether its values are copied: numbers, enums, dates …
    pub fn is_value_type(&self) -> bool {
        match self {
            Type::Known(known) | Type::Generic(known, _) => known.base == "System.ValueType",
            Type::Enum(_) => true,
            _ => false,
        }
    }

    /// Whether nothing can derive from it.
    pub fn is_sealed(&self) -> bool {
        self.is_value_type()
            || matches!(self, Type::Array(_) | Type::Grid(..))
            || matches!(
                self.kind(),
                Some(
                    Kind::String
                        | Kind::StringBuilder
                        | Kind::Version
                        | Kind::SemanticVersion
                        | Kind::DBNull
                        | Kind::FileInfo
                        | Kind::DirectoryInfo
                        | Kind::Math
                        | Kind::Convert
                        | Kind::Environment
                        | Kind::Console
                        | Kind::File
                        | Kind::Directory
                        | Kind::Path
                        | Kind::Delegate
                        | Kind::Func
                        | Kind::Action
                        | Kind::Credential
                        | Kind::SecureString
                        | Kind::NullString
                        | Kind::WildcardPattern
                        | Kind::PSCustomObject
                )
            )
    }

    /// The type that it derives from.
    pub fn base(&self) -> Option<Type> {
        match self {
            Type::Known(known) | Type::Generic(known, _) if known.base.is_empty() => None,
            Type::Known(known) | Type::Generic(known, _) => resolve(known.base),
            Type::Array(_) | Type::Grid(..) => Some(Type::ARRAY),
            Type::Enum(_) => Some(Type::ENUM),
            Type::Script(class) => class.base().or(Some(Type::OBJECT)),
            Type::Named(_) => Some(Type::OBJECT),
        }
    }

    /// The type and those that it derives from.
    pub fn lineage(&self) -> Vec<Type> {
        std::iter::successors(Some(self.clone()), Type::base)
            .take(32)
            .collect()
    }
}

/// `[,]`, `[,,]` …
fn dimensions(rank: u8) -> String {
    format!("[{}]", ",".repeat(usize::from(rank).saturating_sub(1)))
}

fn last_part(name: &str) -> &str {
    // Type arguments have dots of their own.
    let name = name.split('[').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

impl PartialEq for Type {
    fn eq(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Known(left), Type::Known(right)) => left.name == right.name,
            (Type::Array(left), Type::Array(right)) => left == right,
            (Type::Grid(left, a), Type::Grid(right, b)) => left == right && a == b,
            (Type::Generic(left, a), Type::Generic(right, b)) => left.name == right.name && a == b,
            (Type::Enum(left), Type::Enum(right)) => Arc::ptr_eq(left, right) || left.name == right.name,
            (Type::Script(left), Type::Script(right)) => Arc::ptr_eq(left, right),
            (Type::Named(left), Type::Named(right)) => left == right,
            (Type::Known(known), Type::Named(name)) | (Type::Named(name), Type::Known(known)) => {
                known.name == name.as_ref()
            }
            _ => false,
        }
    }
}

impl Eq for Type {}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full_name())
    }
}
