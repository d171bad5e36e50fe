//! Enums and classes that scripts define.
//!
//! An instance is a property bag whose first type name is the class; its methods are script methods of the bag, so
//! that every way of calling a member finds them. Initial values and arguments for base constructors are kept as
//! script blocks of their source text. Only what `return` gives leaves a method. Interfaces are read and not checked.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::ast::{Class, ClassMember, ClassMemberKind, EnumDefinition, Source};
use crate::block::ScriptBlock;
use crate::error::{Category, ErrorRecord, Result};
use crate::members::World;
use crate::program::{Mode, lower_expression};
use crate::run::Machine;
use crate::types::{EnumDef, Kind, ScriptType, Type};
use crate::value::{MemberKind, Object, Shape, Value};

/// The types of a session by name.
#[derive(Default)]
pub struct Classes {
    types: HashMap<String, Type>,
    classes: HashMap<String, Arc<ClassType>>,
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

    /// The class of an object.
    pub(crate) fn class_of(&self, object: &Object) -> Option<Arc<ClassType>> {
        if self.classes.is_empty() {
            return None;
        }
        let shape = object.shape();
        shape
            .type_names()
            .first()
            .and_then(|name| self.classes.get(&name.to_lowercase()))
            .cloned()
    }

    fn add(&mut self, name: &str, of: Type) {
        self.types.insert(name.to_lowercase(), of);
    }
}

struct Property {
    name: Arc<str>,
    type_name: Option<Arc<str>>,
    is_static: bool,
    initial: Option<Value>,
}

struct Method {
    name: Arc<str>,
    is_static: bool,
    block: Value,
    parameters: usize,
    return_type: Option<Arc<str>>,
    /// Gives the arguments of the base constructor.
    base_arguments: Option<Value>,
}

/// A class.
pub struct ClassType {
    name: Arc<str>,
    base: Option<Type>,
    base_class: Option<Arc<ClassType>>,
    properties: Vec<Property>,
    methods: Vec<Method>,
    statics: Mutex<HashMap<String, Value>>,
}

impl ClassType {
    fn lineage(&self) -> Vec<Arc<str>> {
        let mut names = vec![Arc::clone(&self.name)];
        let mut class = self.base_class.as_ref();
        while let Some(base) = class {
            names.push(Arc::clone(&base.name));
            class = base.base_class.as_ref();
        }
        names.push(Arc::from("System.Object"));
        names
    }

    fn method(&self, name: &str, count: usize, is_static: bool) -> Option<&Method> {
        let own = |method: &&Method| {
            method.name.eq_ignore_ascii_case(name)
                && method.is_static == is_static
                && method.parameters == count
        };
        self.methods.iter().find(own).or_else(|| {
            self.base_class
                .as_ref()
                .and_then(|base| base.method(name, count, is_static))
        })
    }

    fn constructor(&self, count: usize) -> Option<&Method> {
        self.methods
            .iter()
            .find(|method| method.name.eq_ignore_ascii_case(&self.name) && method.parameters == count)
    }

    /// The type of a property, which values are converted to.
    pub(crate) fn property_type(&self, name: &str) -> Option<&Arc<str>> {
        let own = self
            .properties
            .iter()
            .find(|property| property.name.eq_ignore_ascii_case(name));
        match own {
            Some(property) => property.type_name.as_ref(),
            None => self.base_class.as_ref()?.property_type(name),
        }
    }

    fn fill(&self, object: &Object, world: &mut dyn World) -> Result<()> {
        if let Some(base) = &self.base_class {
            base.fill(object, world)?;
        }
        for property in self.properties.iter().filter(|property| !property.is_static) {
            let value = initial_value(property, world)?;
            object.set(&property.name, value);
        }
        for method in self
            .methods
            .iter()
            .filter(|method| !method.is_static && !method.name.eq_ignore_ascii_case(&self.name))
        {
            object.set_member(&method.name, MemberKind::Method, method.block.clone());
        }
        Ok(())
    }

    fn run_constructor(&self, this: &Value, arguments: &[Value], world: &mut dyn World) -> Result<()> {
        let constructor = self.constructor(arguments.len());
        if constructor.is_none() && !arguments.is_empty() {
            return Err(no_overload("new", arguments.len()).into());
        }
        if let Some(base) = &self.base_class {
            let base_arguments = match constructor.and_then(|constructor| constructor.base_arguments.as_ref())
            {
                Some(block) => {
                    let given = world.call_block(block, Some(this), None, arguments)?;
                    given
                        .first()
                        .map(|list| list.iter().collect())
                        .unwrap_or_default()
                }
                None => Vec::new(),
            };
            base.run_constructor(this, &base_arguments, world)?;
        }
        if let Some(constructor) = constructor {
            world.call_block(&constructor.block, Some(this), None, arguments)?;
        }
        Ok(())
    }

    fn call(
        &self,
        method: &Method,
        this: &Value,
        arguments: &[Value],
        world: &mut dyn World,
    ) -> Result<Value> {
        let mut items = world.call_block(&method.block, Some(this), None, arguments)?;
        let value = match items.len() {
            0 => Value::Nothing,
            1 => items.swap_remove(0),
            _ => Value::array(items),
        };
        match method.return_type.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("void") => Ok(Value::Nothing),
            Some(name) => convert_to(&value, name, world),
            None => Ok(value),
        }
    }
}

fn convert_to(value: &Value, name: &str, world: &mut dyn World) -> Result<Value> {
    let defined = world.defined_type(name);
    match defined.or_else(|| crate::types::resolve(name)) {
        Some(of) => crate::convert::to(value, &of, world),
        None => Ok(value.clone()),
    }
}

fn initial_value(property: &Property, world: &mut dyn World) -> Result<Value> {
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
            let of = crate::types::resolve(name).filter(Type::is_value_type);
            Ok(of
                .and_then(|of| crate::convert::to(&Value::Null, &of, world).ok())
                .unwrap_or_default())
        }
        None => Ok(value),
    }
}

fn no_overload(name: &str, count: usize) -> ErrorRecord {
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

    fn construct(&self, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
        let names = self.lineage();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let object = Object::new(Shape::root(&names), Vec::new());
        self.fill(&object, world)?;
        let this = Value::Object(Arc::new(object));
        self.run_constructor(&this, arguments, world)?;
        Ok(this)
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
        Some(converted.map(|value| {
            self.statics.lock().insert(name.to_lowercase(), value);
        }))
    }

    fn static_call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        let method = self.method(name, arguments.len(), true)?;
        Some(self.call(method, &Value::Null, arguments, world))
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
        let Value::Object(object) = target else {
            return None;
        };
        let class = self.types.class_of(object)?;
        let method = class.method(name, arguments.len(), false)?;
        Some(class.call(method, target, arguments, self))
    }

    /// Defines an enum.
    pub(crate) fn define_enum(&mut self, definition: &EnumDefinition, source: &Arc<Source>) -> Result<()> {
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
        let of = Type::Enum(Arc::new(EnumDef {
            name: Cow::Owned(name.clone()),
            flags,
            underlying: Kind::Int32,
            members,
        }));
        self.types.add(&name, of);
        Ok(())
    }

    /// Defines a class.
    pub(crate) fn define_class(&mut self, class: &Arc<Class>, source: &Arc<Source>) -> Result<()> {
        let base_name = class.bases.first();
        let base_class = base_name
            .and_then(|base| self.types.classes.get(&base.name.to_lowercase()))
            .cloned();
        let base = match base_name {
            Some(base) => Some(self.type_named(&base.name)?),
            None => Some(Type::OBJECT),
        };
        let mut of = ClassType {
            name: Arc::clone(&class.name.text),
            base,
            base_class,
            properties: Vec::new(),
            methods: Vec::new(),
            statics: Mutex::default(),
        };
        for member in &class.members {
            self.add_member(&mut of, member, source)?;
        }
        let of = Arc::new(of);
        let name = class.name.text.to_string();
        self.types.classes.insert(name.to_lowercase(), Arc::clone(&of));
        self.types
            .add(&name, Type::Script(Arc::clone(&of) as Arc<dyn ScriptType>));
        for property in of.properties.iter().filter(|property| property.is_static) {
            let value = initial_value(property, self)?;
            of.statics.lock().insert(property.name.to_lowercase(), value);
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
                    Some(value) => Some(self.parse_block(source.slice(value.span), source.file.as_deref())?),
                    None => None,
                };
                of.properties.push(Property {
                    name,
                    type_name,
                    is_static: member.is_static,
                    initial,
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
                    block: block.into_value(),
                    parameters: declared.len(),
                    return_type: type_name,
                    base_arguments,
                });
            }
        }
        Ok(())
    }
}
