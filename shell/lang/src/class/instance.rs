//! Members of classes: the choice among overloads, calls, statics, what Get-Member shows.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::bind::check;
use crate::convert;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::members::{MemberInfo, World};
use crate::program::Constraint;
use crate::types::{Kind, ScriptMember, ScriptType, Type, is_assignable, of};
use crate::value::{Shape, Value};

pub(super) struct Property {
    pub(super) name: Arc<str>,
    pub(super) type_name: Option<Arc<str>>,
    pub(super) is_static: bool,
    pub(super) is_hidden: bool,
    pub(super) initial: Option<Value>,
    /// Checks on what is assigned.
    pub(super) constraints: Vec<Constraint>,
}

pub(super) struct Method {
    pub(super) name: Arc<str>,
    pub(super) is_static: bool,
    pub(super) is_hidden: bool,
    pub(super) block: Value,
    /// Names and types of its parameters.
    pub(super) parameters: Vec<(Arc<str>, Option<Arc<str>>)>,
    pub(super) return_type: Option<Arc<str>>,
    /// Gives the arguments of the base constructor.
    pub(super) base_arguments: Option<Value>,
}

/// A class.
pub struct ClassType {
    pub(super) name: Arc<str>,
    pub(super) base: Option<Type>,
    pub(super) base_class: Option<Arc<ClassType>>,
    /// The interfaces that its definition names.
    pub(super) interfaces: Vec<Type>,
    /// The shape that its instances begin with.
    pub(super) shape: Arc<Shape>,
    pub(super) properties: Vec<Property>,
    pub(super) methods: Vec<Method>,
    pub(super) statics: Mutex<HashMap<String, Value>>,
    /// The definition that it was made of: running that again changes nothing.
    pub(super) definition: Arc<crate::ast::Class>,
}

/// How well an argument fits a parameter's type; less is better, `None` does not fit at all.
fn fitness(value: &Value, type_name: Option<&Arc<str>>, world: &mut dyn World) -> Option<u32> {
    let Some(name) = type_name else { return Some(6) };
    let Some(wanted) = type_of(name, world) else {
        return Some(6);
    };
    if wanted == Type::OBJECT {
        return Some(6);
    }
    let Some(own) = of(value) else {
        return if wanted.is_value_type() { Some(12) } else { Some(1) };
    };
    if own == wanted {
        return Some(0);
    }
    if is_assignable(&own, &wanted) || crate::types::is_instance(value, &wanted) {
        return Some(1);
    }
    convert::to(value, &wanted, world).ok()?;
    let number = |of: &Type| {
        of.is_value_type() && !matches!(of.kind(), Some(Kind::Boolean | Kind::DateTime | Kind::Guid))
    };
    Some(match (number(&own), number(&wanted)) {
        (true, true) => 4,
        _ if wanted == Type::STRING => 8,
        _ => 10,
    })
}

pub(super) fn type_of(name: &str, world: &dyn World) -> Option<Type> {
    crate::types::resolve_with(name, &|name| world.defined_type(name))
}

/// The best of several overloads for some arguments.
pub(super) fn best<'m>(
    candidates: impl Iterator<Item = &'m Method>,
    arguments: &[Value],
    world: &mut dyn World,
) -> Option<&'m Method> {
    let candidates: Vec<&Method> = candidates
        .filter(|method| method.parameters.len() == arguments.len())
        .collect();
    if candidates.len() < 2 {
        return candidates.into_iter().next();
    }
    let mut found: Option<(u32, &Method)> = None;
    for method in &candidates {
        let pairs = method.parameters.iter().zip(arguments);
        let score = pairs
            .map(|((_, type_name), value)| fitness(value, type_name.as_ref(), world))
            .sum::<Option<u32>>();
        if let Some(score) = score
            && found.is_none_or(|(least, _)| score < least)
        {
            found = Some((score, method));
        }
    }
    found
        .map(|(_, method)| method)
        .or_else(|| candidates.first().copied())
}

impl ClassType {
    pub(super) fn is_constructor(&self, method: &Method) -> bool {
        method.name.eq_ignore_ascii_case(&self.name)
    }

    /// The method of a name that takes some arguments best, of this class or of those that it derives from.
    pub(crate) fn has_method(&self, name: &str, is_static: bool) -> bool {
        let own = |method: &Method| method.name.eq_ignore_ascii_case(name) && method.is_static == is_static;
        self.methods
            .iter()
            .any(|method| own(method) && !self.is_constructor(method))
            || self
                .base_class
                .as_ref()
                .is_some_and(|base| base.has_method(name, is_static))
    }

    fn method(
        &self,
        name: &str,
        arguments: &[Value],
        is_static: bool,
        world: &mut dyn World,
    ) -> Option<&Method> {
        // An overload of the class hides one of its bases with the same parameters.
        let mut class = Some(self);
        let mut all: Vec<&Method> = Vec::new();
        while let Some(at) = class {
            let own = at.methods.iter().filter(|method| {
                method.name.eq_ignore_ascii_case(name)
                    && method.is_static == is_static
                    && !at.is_constructor(method)
            });
            for method in own {
                let types = |method: &Method| -> Vec<String> {
                    let name =
                        |(_, of): &(Arc<str>, Option<Arc<str>>)| of.as_deref().unwrap_or("").to_lowercase();
                    method.parameters.iter().map(name).collect()
                };
                if !all.iter().any(|known| types(known) == types(method)) {
                    all.push(method);
                }
            }
            class = at.base_class.as_deref();
        }
        best(all.into_iter(), arguments, world)
    }

    /// A property's own description, of this class or of those that it derives from.
    fn property(&self, name: &str) -> Option<&Property> {
        let own = |property: &&Property| property.name.eq_ignore_ascii_case(name) && !property.is_static;
        match self.properties.iter().find(own) {
            Some(property) => Some(property),
            None => self.base_class.as_ref()?.property(name),
        }
    }

    /// What Get-Member shows of its instances: name, kind and definition, base class first; hidden ones on demand.
    pub(crate) fn listed_members(&self, hidden: bool) -> Vec<MemberInfo> {
        let mut all = self
            .base_class
            .as_ref()
            .map(|base| base.listed_members(hidden))
            .unwrap_or_default();
        let shown = |of: &Option<Arc<str>>, none: &str| {
            let name = of.as_deref().unwrap_or(none);
            crate::types::resolve(name)
                .map_or_else(|| name.to_owned(), |of| Value::Type(Arc::new(of)).to_text())
        };
        let mark = |is_hidden: bool| if is_hidden { "hidden " } else { "" };
        for own in self
            .properties
            .iter()
            .filter(|own| !own.is_static && (hidden || !own.is_hidden))
        {
            all.push(MemberInfo {
                name: own.name.to_string(),
                kind: "Property",
                definition: format!(
                    "{}{} {} {{get;set;}}",
                    mark(own.is_hidden),
                    shown(&own.type_name, "System.Object"),
                    own.name
                ),
            });
        }
        for own in self
            .methods
            .iter()
            .filter(|own| !own.is_static && (hidden || !own.is_hidden) && !self.is_constructor(own))
        {
            let parameters = own
                .parameters
                .iter()
                .map(|(name, of)| format!("{} {name}", shown(of, "System.Object")));
            let parameters: Vec<String> = parameters.collect();
            let definition = format!(
                "{}{} {}({})",
                mark(own.is_hidden),
                shown(&own.return_type, "void"),
                own.name,
                parameters.join(", ")
            );
            match all
                .iter_mut()
                .find(|known| known.name.eq_ignore_ascii_case(&own.name))
            {
                Some(known) if known.definition == definition => {}
                Some(known) => known.definition = format!("{}, {definition}", known.definition),
                None => all.push(MemberInfo {
                    name: own.name.to_string(),
                    kind: "Method",
                    definition,
                }),
            }
        }
        all
    }

    /// A value as one of its properties takes it; `None` when there is none of that name.
    pub(crate) fn assigned(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<Value>> {
        let property = self.property(name)?;
        let converted = match &property.type_name {
            Some(of) => convert_to(value, of, world),
            None => Ok(value.clone()),
        };
        let checked = converted.and_then(|value| checked(property, value, world));
        Some(checked.map_err(|interrupt| match interrupt {
            Interrupt::Error(cause) => {
                let message = format!("Exception setting \"{}\": \"{}\"", property.name, cause.message);
                ErrorRecord::new("ExceptionWhenSetting", Category::NotSpecified, message)
                    .exception("System.Management.Automation.SetValueInvocationException")
                    .into()
            }
            other => other,
        }))
    }

    fn call(
        &self,
        method: &Method,
        this: &Value,
        arguments: &[Value],
        world: &mut dyn World,
    ) -> Result<Value> {
        let arguments = arguments_for(method, arguments, world)?;
        let mut items = world.call_block(&method.block, Some(this), None, &arguments)?;
        let value = match items.len() {
            0 => Value::Nothing,
            1 => items.swap_remove(0),
            _ => Value::array(items),
        };
        match method.return_type.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("void") => Ok(Value::Nothing),
            Some(name) => convert_to(&value, name, world),
            None => Ok(Value::Nothing),
        }
    }

    /// Calls a method on an instance as this class has it; `None` when it has none of that name.
    pub(crate) fn call_method(
        &self,
        this: &Value,
        name: &str,
        arguments: &[Value],
        world: &mut dyn World,
    ) -> Option<Result<Value>> {
        if !self.has_method(name, false) {
            return None;
        }
        Some(match self.method(name, arguments, false, world) {
            Some(method) => self.call(method, this, arguments, world),
            None => Err(no_overload(name, arguments.len()).into()),
        })
    }
}

/// Arguments converted to a method's parameters.
pub(super) fn arguments_for(
    method: &Method,
    arguments: &[Value],
    world: &mut dyn World,
) -> Result<Vec<Value>> {
    let pairs = method.parameters.iter().zip(arguments);
    pairs
        .map(|((name, type_name), value)| {
            let Some(of) = type_name.as_ref().and_then(|name| type_of(name, world)) else {
                return Ok(value.clone());
            };
            convert::to(value, &of, world).map_err(|interrupt| match interrupt {
                Interrupt::Error(cause) => {
                    let shown = value.to_text();
                    let message = format!(
                        "Cannot convert argument \"{name}\", with value: \"{shown}\", for \"{}\" to type \"{}\": \"{}\"",
                        method.name,
                        of.dotnet_name(),
                        cause.message
                    );
                    ErrorRecord::new("MethodArgumentConversionInvalidCastArgument", Category::NotSpecified, message)
                        .exception("System.Management.Automation.MethodException")
                        .into()
                }
                other => other,
            })
        })
        .collect()
}

fn checked(property: &Property, value: Value, world: &mut dyn World) -> Result<Value> {
    for constraint in &property.constraints {
        let message = match constraint {
            Constraint::Check(rule) => check(rule, &value).err(),
            Constraint::Script(block, message) => {
                let output = world.call_block(block, None, Some(value.clone()), &[])?;
                let holds = convert::to_bool(&Value::array(output));
                (!holds).then(|| {
                    message
                        .as_deref()
                        .unwrap_or("The validation script did not return True.")
                        .to_owned()
                })
            }
            Constraint::Type(_) | Constraint::Class(..) => None,
        };
        if let Some(message) = message {
            return Err(ErrorRecord::new("ValidationFailure", Category::InvalidData, message).into());
        }
    }
    Ok(value)
}

fn convert_to(value: &Value, name: &str, world: &mut dyn World) -> Result<Value> {
    match type_of(name, world) {
        Some(of) => convert::to(value, &of, world),
        None => Ok(value.clone()),
    }
}

pub(super) fn initial_value(property: &Property, world: &mut dyn World) -> Result<Value> {
    let value = match &property.initial {
        Some(block) => {
            let mut items = world.call_block(block, Some(&Value::Null), None, &[])?;
            if items.len() == 1 {
                items.swap_remove(0)
            } else {
                Value::array(items)
            }
        }
        None => Value::Null,
    };
    match &property.type_name {
        Some(name) if property.initial.is_some() => convert_to(&value, name, world),
        Some(name) => {
            let of = type_of(name, world).filter(Type::is_value_type);
            Ok(of
                .and_then(|of| {
                    convert::to(&Value::Null, &of, world)
                        .ok()
                        .filter(|value| !value.is_null())
                        .or_else(|| convert::to(&Value::Int(0), &of, world).ok())
                        .or_else(|| crate::members::static_get(&of, "Empty", world).ok())
                })
                .unwrap_or_default())
        }
        None => Ok(value),
    }
}

pub(super) fn no_overload(name: &str, count: usize) -> ErrorRecord {
    ErrorRecord::new(
        "MethodCountCouldNotFindBest",
        Category::NotSpecified,
        format!("Cannot find an overload for \"{name}\" and the argument count: \"{count}\"."),
    )
    .exception("System.Management.Automation.MethodException")
}

impl ScriptType for ClassType {
    fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    fn base(&self) -> Option<Type> {
        self.base.clone()
    }

    fn interfaces(&self) -> &[Type] {
        &self.interfaces
    }

    fn members(&self) -> Vec<ScriptMember> {
        self.reflected()
    }

    fn construct(&self, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
        self.instance(arguments, world)
    }

    fn convert(&self, value: &Value, world: &mut dyn World) -> Option<Result<Value>> {
        let operator = ["op_Implicit", "op_Explicit"].into_iter().find(|name| {
            self.has_method(name, true)
                && self
                    .method(name, std::slice::from_ref(value), true, world)
                    .is_some_and(|method| {
                        fitness(value, method.parameters[0].1.as_ref(), world).is_some_and(|score| score < 8)
                    })
        })?;
        self.static_call(operator, std::slice::from_ref(value), world)
    }

    fn static_get(&self, name: &str) -> Option<Value> {
        let own = self.statics.lock().get(&name.to_lowercase()).cloned();
        own.or_else(|| self.base_class.as_ref().and_then(|base| base.static_get(name)))
    }

    fn static_set(&self, name: &str, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
        let Some(property) = self
            .properties
            .iter()
            .find(|property| property.is_static && property.name.eq_ignore_ascii_case(name))
        else {
            return self.base_class.as_ref()?.static_set(name, value, world);
        };
        let converted = match &property.type_name {
            Some(of) => convert_to(value, of, world),
            None => Ok(value.clone()),
        };
        let checked = converted.and_then(|value| checked(property, value, world));
        Some(checked.map(|value| {
            self.statics.lock().insert(name.to_lowercase(), value);
        }))
    }

    fn call_on(
        &self,
        this: &Value,
        name: &str,
        arguments: &[Value],
        world: &mut dyn World,
    ) -> Option<Result<Value>> {
        self.call_method(this, name, arguments, world)
    }

    fn static_call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        if !self.has_method(name, true) {
            return None;
        }
        Some(match self.method(name, arguments, true, world) {
            Some(method) => self.call(method, &Value::Null, arguments, world),
            None => Err(no_overload(name, arguments.len()).into()),
        })
    }
}
