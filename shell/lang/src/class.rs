//! Enums and classes that scripts define.
//!
//! An instance is a property bag whose first type name is the class, or a .NET collection that was given such a bag;
//! its methods are script methods of the bag, so that every way of calling a member finds them. Initial values and
//! arguments for base constructors are kept as script blocks of their source text. Only what `return` gives leaves a
//! method.
//!
//! Types of a script are defined before it runs, those that others derive from first.

mod attribute;
mod bases;
mod construction;
mod instance;
mod reflection;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::ast::walk::{Node, walk};
use crate::ast::{Body, Class, ClassMember, ClassMemberKind, EnumDefinition, Source};
use crate::block::ScriptBlock;
use crate::error::Result;
use crate::program::{Constraint, Mode, constraint_of, lower_expression};
use crate::run::Machine;
use crate::types::{EnumDef, Kind, ScriptType, Type, is_assignable};
use crate::value::{Object, Shape, Value};

use bases::not_implemented;
pub use instance::ClassType;
use instance::{Method, Property, initial_value};

/// The types of a session by name.
#[derive(Default)]
pub struct Classes {
    types: HashMap<String, Type>,
    classes: HashMap<String, Arc<ClassType>>,
    /// The definitions that enums were made of.
    enums: HashMap<String, Arc<EnumDefinition>>,
    /// Whether a class of them is IEnumerable.
    enumerable: bool,
}

impl Classes {
    /// A type by name.
    pub fn find(&self, name: &str) -> Option<Type> {
        if self.types.is_empty() {
            return None;
        }
        self.types.get(&name.to_lowercase()).cloned()
    }

    /// Names of all types.
    pub fn names(&self) -> Vec<String> {
        self.types.values().map(Type::full_name).collect()
    }

    /// The class that a value is an instance of.
    pub(crate) fn class_of(&self, value: &Value) -> Option<Arc<ClassType>> {
        if self.classes.is_empty() {
            return None;
        }
        self.class_of_bag(value.bag()?)
    }

    fn class_of_bag(&self, bag: &Object) -> Option<Arc<ClassType>> {
        let shape = bag.shape();
        let name = shape.type_names().first()?;
        self.classes.get(&name.to_lowercase()).cloned()
    }

    fn add(&mut self, name: &str, of: Type) {
        self.types.insert(name.to_lowercase(), of);
    }
}

impl Machine {
    /// Calls a class's method on an instance; `None` when the object's class has none of that name and arity.
    pub(crate) fn call_class_method(
        &mut self,
        target: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Value>> {
        let class = self.types.class_of(target)?;
        if name.eq_ignore_ascii_case("GetType") && arguments.is_empty() {
            return self
                .types
                .find(&class.name())
                .map(|of| Ok(Value::type_literal(of)));
        }
        class.call_method(target, name, arguments, self)
    }

    /// The items of an instance of a class that is IEnumerable; `None` for all else.
    pub(crate) fn class_items(&mut self, value: &Value) -> Option<Result<Vec<Value>>> {
        if !self.types.enumerable || !matches!(value, Value::Object(_)) {
            return None;
        }
        let class = value.class()?;
        if !is_assignable(&Type::Script(class), &Type::IENUMERABLE) {
            return None;
        }
        let enumerator = match self.call_class_method(value, "GetEnumerator", &[])? {
            Ok(enumerator) => enumerator,
            Err(failed) => return Some(Err(failed)),
        };
        Some(match crate::members::enumerate(&enumerator) {
            Some(items) => Ok(items),
            None if enumerator.class().is_some() => self.walked(&enumerator),
            None if enumerator.is_null() => Ok(Vec::new()),
            None => Ok(vec![enumerator]),
        })
    }

    /// The items that a class's own IEnumerator goes through.
    fn walked(&mut self, enumerator: &Value) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        while crate::members::call(enumerator, "MoveNext", &[], self)?.is_true() {
            self.step()?;
            let property = crate::members::get(enumerator, "Current", self)?;
            items.push(match property {
                Value::Null => crate::members::try_call(enumerator, "get_Current", &[], self)
                    .unwrap_or(Ok(Value::Null))?,
                current => current,
            });
        }
        Ok(items)
    }

    /// What Get-Member shows of an instance.
    pub(crate) fn class_members(
        &self,
        value: &Value,
        hidden: bool,
    ) -> Option<Vec<crate::members::MemberInfo>> {
        self.types
            .class_of(value)
            .map(|class| class.listed_members(hidden))
    }

    /// Calls `([Base]$this).name(…)`: the method as that class has it.
    pub(crate) fn call_base_method(
        &mut self,
        class: &str,
        target: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Value>> {
        let class = self.types.classes.get(&class.to_lowercase()).cloned()?;
        class.call_method(target, name, arguments, self)
    }

    /// A value as a class's property takes it; `None` when the object is of no class, or the class has no such property.
    pub(crate) fn assigned_to_property(
        &mut self,
        target: &Value,
        name: &str,
        value: &Value,
    ) -> Option<Result<Value>> {
        let class = self.types.class_of(target)?;
        class.assigned(name, value, self)
    }

    /// Defines the types of a text before it runs.
    pub(crate) fn define_types(&mut self, body: &Body, source: &Arc<Source>) -> Result<()> {
        let mut classes: Vec<Arc<Class>> = Vec::new();
        let mut enums: Vec<Arc<EnumDefinition>> = Vec::new();
        walk(body, &mut |node| match node {
            Node::Class(class) => classes.push(Arc::clone(class)),
            Node::Enum(definition) => enums.push(Arc::clone(definition)),
            _ => {}
        });
        for definition in enums {
            self.define_enum(&definition, source)?;
        }
        // A class waits for the one that it derives from when that is among them.
        while !classes.is_empty() {
            let names: Vec<String> = classes
                .iter()
                .map(|class| class.name.text.to_lowercase())
                .collect();
            let waits = |class: &Arc<Class>| {
                let base = class.bases.first().map(|base| base.name.to_lowercase());
                base.is_some_and(|base| names.contains(&base) && base != class.name.text.to_lowercase())
            };
            let at = classes.iter().position(|class| !waits(class)).unwrap_or(0);
            let class = classes.remove(at);
            self.define_class(&class, source)?;
        }
        Ok(())
    }

    /// Defines an enum.
    pub(crate) fn define_enum(
        &mut self,
        definition: &Arc<EnumDefinition>,
        source: &Arc<Source>,
    ) -> Result<()> {
        let key = definition.name.text.to_lowercase();
        if self
            .types
            .enums
            .get(&key)
            .is_some_and(|known| Arc::ptr_eq(known, definition))
        {
            return Ok(());
        }
        let flags = definition.attributes.iter().any(|attribute| {
            let name = attribute.type_name.name.to_ascii_lowercase();
            matches!(name.trim_start_matches("system."), "flags" | "flagsattribute")
        });
        let mut members: Vec<(Cow<'static, str>, i64)> = Vec::new();
        let mut next = i64::from(flags);
        for (name, value) in &definition.members {
            if let Some(value) = value {
                let code = lower_expression(value, source, Mode::Names);
                let value = self.eval(&code)?;
                if let Value::Long(number) = crate::convert::to(&value, &Type::INT64, self)? {
                    next = number;
                }
            }
            members.push((Cow::Owned(name.text.to_string()), next));
            next = match (flags, next) {
                (true, 0) => 1,
                (true, number) => number.saturating_mul(2),
                (false, number) => number.saturating_add(1),
            };
        }
        let name = definition.name.text.to_string();
        let base = definition
            .base
            .as_ref()
            .and_then(|base| crate::types::resolve(&base.name));
        let of = Type::Enum(Arc::new(EnumDef {
            name: Cow::Owned(name.clone()),
            flags,
            underlying: base.and_then(|base| base.kind()).unwrap_or(Kind::Int32),
            members,
        }));
        self.types.enums.insert(key, Arc::clone(definition));
        self.types.add(&name, of);
        Ok(())
    }

    /// Defines a class.
    pub(crate) fn define_class(&mut self, class: &Arc<Class>, source: &Arc<Source>) -> Result<()> {
        let key = class.name.text.to_lowercase();
        let same = |known: &Arc<ClassType>| Arc::ptr_eq(&known.definition, class);
        if self.types.classes.get(&key).is_some_and(same) {
            return Ok(());
        }
        let refused = |error| self.parse_failure(&[error], source);
        let bases = self.bases_of(class).map_err(refused)?;
        let name = Arc::clone(&class.name.text);
        let lineage = ClassType::lineage(&name, bases.base_class.as_deref(), &bases.base);
        let mut of = ClassType {
            name,
            base: Some(bases.base),
            base_class: bases.base_class,
            interfaces: bases.interfaces,
            shape: Shape::custom(),
            properties: Vec::new(),
            methods: Vec::new(),
            statics: Mutex::default(),
            definition: Arc::clone(class),
        };
        for member in &class.members {
            self.add_member(&mut of, member, source)?;
        }
        if let Some(method) = of.unimplemented(self) {
            return Err(self
                .parse_failure(&[not_implemented(class, method)], source)
                .into());
        }
        let of = Arc::new_cyclic(|own: &Weak<ClassType>| {
            let own: Weak<dyn ScriptType> = own.clone();
            of.shape = Shape::of_class(&lineage, own);
            of
        });
        self.types.enumerable |= is_assignable(
            &Type::Script(Arc::clone(&of) as Arc<dyn ScriptType>),
            &Type::IENUMERABLE,
        );
        let name = class.name.text.to_string();
        self.types.classes.insert(name.to_lowercase(), Arc::clone(&of));
        self.types
            .add(&name, Type::Script(Arc::clone(&of) as Arc<dyn ScriptType>));
        for property in of.properties.iter().filter(|property| property.is_static) {
            let value = initial_value(property, self)?;
            of.statics.lock().insert(property.name.to_lowercase(), value);
        }
        let set_up = of
            .methods
            .iter()
            .find(|method| method.is_static && method.name.eq_ignore_ascii_case(&of.name));
        if let Some(set_up) = set_up {
            let block = set_up.block.clone();
            crate::members::World::call_block(self, &block, Some(&Value::Null), None, &[])?;
        }
        Ok(())
    }

    fn add_member(&mut self, of: &mut ClassType, member: &ClassMember, source: &Arc<Source>) -> Result<()> {
        let type_name = member
            .attributes
            .iter()
            .find(|attribute| !attribute.call)
            .map(|attribute| Arc::clone(&attribute.type_name.name));
        let name = Arc::clone(&member.name.text);
        match &member.kind {
            ClassMemberKind::Property(initial) => {
                let initial = match initial {
                    // As one item, whatever it is.
                    Some(value) => {
                        let text = format!(",({})", source.slice(value.span));
                        Some(self.parse_block(&text, source.file.as_deref())?)
                    }
                    None => None,
                };
                of.properties.push(Property {
                    name,
                    type_name,
                    is_static: member.is_static,
                    is_hidden: member.is_hidden,
                    initial,
                    constraints: self.property_checks(member, source)?,
                });
            }
            ClassMemberKind::Method { body, base } => {
                let declared = body.parameters.as_deref().unwrap_or(&[]);
                let base_arguments = match base {
                    Some(arguments) => {
                        let slices = |spans: Vec<crate::ast::Span>| -> String {
                            spans
                                .into_iter()
                                .map(|span| source.slice(span))
                                .collect::<Vec<_>>()
                                .join(", ")
                        };
                        let parameters = slices(declared.iter().map(|parameter| parameter.span).collect());
                        let arguments = slices(arguments.iter().map(|argument| argument.span).collect());
                        Some(self.parse_block(&format!("param({parameters}) ,@({arguments})"), None)?)
                    }
                    None => None,
                };
                let mut block =
                    ScriptBlock::new(Arc::clone(body), Arc::clone(source), Some(Arc::clone(&name)));
                block.is_method = true;
                of.methods.push(Method {
                    name,
                    is_static: member.is_static,
                    is_hidden: member.is_hidden,
                    block: block.into_value(),
                    parameters: declared.iter().map(parameter_of).collect(),
                    return_type: type_name,
                    base_arguments,
                });
            }
        }
        Ok(())
    }

    /// The Validate… attributes of a property.
    fn property_checks(&mut self, member: &ClassMember, source: &Arc<Source>) -> Result<Vec<Constraint>> {
        let mut found = Vec::new();
        for attribute in member.attributes.iter().filter(|attribute| attribute.call) {
            let mut arguments = Vec::with_capacity(attribute.positional.len());
            for argument in &attribute.positional {
                let code = lower_expression(argument, source, Mode::Names);
                arguments.push(self.eval(&code)?);
            }
            let name = attribute.type_name.name.to_ascii_lowercase();
            found.extend(constraint_of(&name, arguments, None));
        }
        Ok(found)
    }
}

/// A parameter's name and type.
fn parameter_of(parameter: &crate::ast::Parameter) -> (Arc<str>, Option<Arc<str>>) {
    let of = parameter.attributes.iter().find(|attribute| !attribute.call);
    (
        Arc::clone(&parameter.name.text),
        of.map(|of| Arc::clone(&of.type_name.name)),
    )
}
