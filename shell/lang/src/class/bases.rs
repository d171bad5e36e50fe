//! What a class may derive from: its base class and its interfaces, checked when it is defined, and reported as
//! parse errors as PowerShell does.

use std::sync::Arc;

use super::Classes;
use super::instance::{ClassType, Method};
use crate::ast::{Class, ParseError, Span, TypeName};
use crate::run::Machine;
use crate::types::{Kind, Type, is_assignable, is_interface};

/// What the names behind the colon stand for.
pub(super) struct Bases {
    pub(super) base: Type,
    pub(super) base_class: Option<Arc<ClassType>>,
    pub(super) interfaces: Vec<Type>,
}

fn wrong(id: &'static str, at: Span, message: String) -> ParseError {
    ParseError {
        id,
        span: at,
        message,
        incomplete: false,
    }
}

impl Machine {
    /// The bases of a class, or what is wrong with the first of them that cannot be one.
    pub(super) fn bases_of(&self, class: &Class) -> Result<Bases, ParseError> {
        let mut bases = Bases {
            base: Type::OBJECT,
            base_class: None,
            interfaces: Vec::new(),
        };
        for (at, name) in class.bases.iter().enumerate() {
            let of = self.base_named(name)?;
            if of.kind().is_some_and(is_interface) {
                bases.interfaces.push(of);
            } else if at > 0 {
                let message = format!("'{}': Interface name expected.", name.name);
                return Err(wrong("InterfaceNameExpected", name.span, message));
            } else if of.is_sealed() {
                let message = format!(
                    "Base class '{}' is sealed, so that nothing can derive from it.",
                    name.name
                );
                return Err(wrong("SealedBaseClass", name.span, message));
            } else {
                bases.base_class = self.types.class_named(&name.name);
                bases.base = of;
            }
        }
        Ok(bases)
    }

    fn base_named(&self, name: &TypeName) -> Result<Type, ParseError> {
        self.type_named(&name.name).map_err(|_| {
            let message = format!("Unable to find type [{}].", name.name);
            wrong("TypeNotFound", name.span, message)
        })
    }
}

impl Classes {
    fn class_named(&self, name: &str) -> Option<Arc<ClassType>> {
        self.classes.get(&name.to_lowercase()).cloned()
    }
}

/// The methods that an interface wants, with the types of their parameters; `T` is its type argument.
fn wanted(interface: &Type) -> &'static [(&'static str, &'static [&'static str])] {
    let Some(kind) = interface.kind() else { return &[] };
    match kind {
        Kind::IComparable if matches!(interface, Type::Generic(..)) => &[("CompareTo", &["T"])],
        Kind::IComparable => &[("CompareTo", &["object"])],
        Kind::IEquatable => &[("Equals", &["T"])],
        Kind::IDisposable => &[("Dispose", &[])],
        Kind::ICloneable => &[("Clone", &[])],
        Kind::IFormattable => &[("ToString", &["string", "System.IFormatProvider"])],
        Kind::IFormatProvider => &[("GetFormat", &["type"])],
        Kind::ICustomFormatter => &[("Format", &["string", "object", "System.IFormatProvider"])],
        Kind::IServiceProvider => &[("GetService", &["type"])],
        Kind::IEnumerable | Kind::GenericIEnumerable => &[("GetEnumerator", &[])],
        Kind::IEnumerator | Kind::GenericIEnumerator => {
            &[("get_Current", &[]), ("MoveNext", &[]), ("Reset", &[])]
        }
        Kind::IComparer => &[("Compare", &["object", "object"])],
        Kind::GenericIComparer => &[("Compare", &["T", "T"])],
        Kind::IEqualityComparer => &[("Equals", &["object", "object"]), ("GetHashCode", &["object"])],
        Kind::GenericIEqualityComparer => &[("Equals", &["T", "T"]), ("GetHashCode", &["T"])],
        Kind::ValidSetValues => &[("GetValidValues", &[])],
        _ => &[],
    }
}

impl ClassType {
    /// The first method that an interface wants and that neither the class nor its bases have.
    pub(super) fn unimplemented(&self, machine: &Machine) -> Option<&'static str> {
        self.interfaces.iter().find_map(|interface| {
            let missing = |(name, _): &&(&str, &[&str])| !self.implements(interface, name, machine);
            wanted(interface).iter().find(missing).map(|(name, _)| *name)
        })
    }

    fn implements(&self, interface: &Type, name: &str, machine: &Machine) -> bool {
        if self
            .base
            .as_ref()
            .is_some_and(|base| is_assignable(base, interface))
        {
            return true;
        }
        let Some((_, parameters)) = wanted(interface).iter().find(|(known, _)| *known == name) else {
            return true;
        };
        let argument = match interface {
            Type::Generic(_, arguments) => arguments[0].clone(),
            _ => Type::OBJECT,
        };
        let types: Vec<Type> = parameters
            .iter()
            .map(|wanted| match *wanted {
                "T" => argument.clone(),
                other => crate::types::resolve(other).unwrap_or(Type::OBJECT),
            })
            .collect();
        // What every object has anyway.
        if name == "Equals" && types == [Type::OBJECT] {
            return true;
        }
        if let Some(property) = name.strip_prefix("get_")
            && self.chain().any(|class| {
                let own = |known: &super::instance::Property| known.name.eq_ignore_ascii_case(property);
                class.properties.iter().any(own)
            })
        {
            return true;
        }
        self.chain().flat_map(|class| &class.methods).any(|method| {
            method.name.eq_ignore_ascii_case(name) && !method.is_static && takes(method, &types, machine)
        })
    }
}

fn takes(method: &Method, types: &[Type], machine: &Machine) -> bool {
    method.parameters.len() == types.len()
        && method.parameters.iter().zip(types).all(|((_, own), wanted)| {
            let own = own
                .as_ref()
                .map_or(Some(Type::OBJECT), |name| machine.type_named(name).ok());
            own.is_none_or(|own| own == *wanted)
        })
}

/// The error of a class that lacks a method of an interface.
pub(super) fn not_implemented(class: &Class, method: &str) -> ParseError {
    let name = &class.name.text;
    let message = format!(
        "Error during creation of type \"{name}\". Error message:\nMethod '{method}' in type '{name}' from assembly 'PowerShell Class Assembly, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null' does not have an implementation."
    );
    wrong("TypeCreationError", class.name.span, message)
}
