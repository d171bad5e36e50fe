//! Making instances of classes. The constructors and their arguments are chosen from the class upwards, then the
//! .NET object is made, and the bodies run from the base downwards.
//!
//! An instance of a class that derives from a .NET collection is that collection, with the class's members added to it.

use std::sync::Arc;

use super::instance::{ClassType, Method, arguments_for, best, initial_value, no_overload};
use crate::error::{Exception, Result};
use crate::members::World;
use crate::types::{Kind, Type};
use crate::value::{MemberKind, Object, Value};

/// A constructor of one class with the arguments that it is called with; none where the class has none.
struct Step<'c> {
    constructor: Option<&'c Method>,
    arguments: Vec<Value>,
}

impl ClassType {
    /// The class and the classes of scripts that it derives from, itself first.
    pub(super) fn chain(&self) -> impl Iterator<Item = &ClassType> {
        std::iter::successors(Some(self), |class| class.base_class.as_deref())
    }

    /// The .NET type that it derives from in the end.
    fn dotnet_base(&self) -> Option<&Type> {
        self.chain().last().and_then(|class| class.base.as_ref())
    }

    /// The names of a class of these bases, the most special first.
    pub(super) fn lineage(name: &Arc<str>, base_class: Option<&ClassType>, base: &Type) -> Vec<Arc<str>> {
        let mut names = vec![Arc::clone(name)];
        match base_class {
            Some(base) => names.extend(base.shape.type_names().iter().cloned()),
            None => names.extend(dotnet_lineage(base)),
        }
        names
    }

    /// Whether a type is among those that it derives from.
    pub(super) fn derives_from(&self, base: &str) -> bool {
        self.shape.type_names().iter().any(|name| **name == *base)
            || self.interfaces.iter().any(|own| own.full_name() == base)
    }

    /// Whether a name stands for a .NET type that it derives from.
    pub(crate) fn derives_from_dotnet(&self, name: &str) -> bool {
        let base = self.dotnet_base().filter(|base| **base != Type::OBJECT);
        base.is_some_and(|base| {
            crate::types::resolve(name).is_some_and(|named| crate::types::is_assignable(base, &named))
        })
    }

    /// A new instance.
    pub(super) fn instance(&self, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
        let (mut steps, mut given) = (Vec::new(), arguments.to_vec());
        for class in self.chain() {
            let step = class.step(&given, world)?;
            given = class.base_arguments(&step, world)?;
            steps.push(step);
        }
        let this = self.dotnet_object(&given, world)?;
        let bag = this.bag().expect("an instance is a bag or has been given one");
        for class in self.chain().collect::<Vec<_>>().into_iter().rev() {
            class.fill(bag, world)?;
        }
        for step in steps.iter().rev() {
            if let Some(constructor) = step.constructor {
                world.call_block(&constructor.block, Some(&this), None, &step.arguments)?;
            }
        }
        Ok(this)
    }

    fn step(&self, arguments: &[Value], world: &mut dyn World) -> Result<Step<'_>> {
        let own = || {
            self.methods
                .iter()
                .filter(|method| self.is_constructor(method) && !method.is_static)
        };
        match best(own(), arguments, world) {
            Some(constructor) => Ok(Step {
                constructor: Some(constructor),
                arguments: arguments_for(constructor, arguments, world)?,
            }),
            None if arguments.is_empty() && own().next().is_none() => Ok(Step {
                constructor: None,
                arguments: Vec::new(),
            }),
            None => Err(no_overload(&self.name, arguments.len()).into()),
        }
    }

    /// What a constructor gives to that of the base class.
    fn base_arguments(&self, step: &Step<'_>, world: &mut dyn World) -> Result<Vec<Value>> {
        let Some(block) = step
            .constructor
            .and_then(|constructor| constructor.base_arguments.as_ref())
        else {
            return Ok(Vec::new());
        };
        let given = world.call_block(block, Some(&Value::Null), None, &step.arguments)?;
        Ok(given
            .first()
            .map(|list| list.iter().collect())
            .unwrap_or_default())
    }

    /// The object without what scripts add: a bag, or what the .NET type's own constructor makes.
    fn dotnet_object(&self, arguments: &[Value], world: &mut dyn World) -> Result<Value> {
        let bag = Object::new(Arc::clone(&self.shape), Vec::new());
        let base = self.dotnet_base().filter(|base| **base != Type::OBJECT);
        let Some(base) = base else {
            return if arguments.is_empty() {
                Ok(Value::Object(Arc::new(bag)))
            } else {
                Err(no_overload("Object", arguments.len()).into())
            };
        };
        if base.kind() == Some(Kind::Exception) {
            self.fill_exception(&bag, base, arguments, world)?;
            return Ok(Value::Object(Arc::new(bag)));
        }
        match crate::members::construct(base, arguments, world) {
            Ok(made @ (Value::List(_) | Value::Hashtable(_) | Value::Instance(_))) => Ok(made.with_bag(bag)),
            Ok(_) => Ok(Value::Object(Arc::new(bag))),
            // Base classes without constructor here, attributes for one, are bags.
            Err(_) if arguments.is_empty() => Ok(Value::Object(Arc::new(bag))),
            Err(failed) => Err(failed),
        }
    }

    /// What an exception has of its .NET base: its message and the rest become properties.
    fn fill_exception(
        &self,
        object: &Object,
        base: &Type,
        arguments: &[Value],
        world: &mut dyn World,
    ) -> Result<()> {
        let made = crate::members::construct(base, arguments, world)?;
        let made = if arguments.is_empty() {
            let message = format!("Exception of type '{}' was thrown.", self.name);
            Value::instance(Exception::new(&base.full_name(), message))
        } else {
            made
        };
        if let Value::Instance(exception) = &made {
            for property in exception.property_names() {
                object.set(&property, exception.property(&property).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// The properties with their initial values, and the methods.
    fn fill(&self, object: &Object, world: &mut dyn World) -> Result<()> {
        for property in self.properties.iter().filter(|property| !property.is_static) {
            let value = initial_value(property, world)?;
            let kind = if property.is_hidden {
                MemberKind::Hidden
            } else {
                MemberKind::Note
            };
            object.set_member(&property.name, kind, value);
        }
        let methods = self.methods.iter();
        for method in
            methods.filter(|method| !method.is_static && !method.is_hidden && !self.is_constructor(method))
        {
            object.set_member(&method.name, MemberKind::Method, method.block.clone());
        }
        Ok(())
    }
}

/// A .NET type's name and those above it.
fn dotnet_lineage(base: &Type) -> Vec<Arc<str>> {
    let mut name = base.full_name();
    let mut names: Vec<Arc<str>> = vec![Arc::from(name.as_str())];
    if base.kind() == Some(Kind::Exception) {
        while let Some(above) = crate::types::base_of_exception(&name) {
            names.push(Arc::from(above));
            name = above.to_owned();
        }
    } else {
        names.extend(base.lineage().iter().skip(1).map(|of| Arc::from(of.full_name())));
    }
    if names.last().is_none_or(|last| last.as_ref() != "System.Object") {
        names.push(Arc::from("System.Object"));
    }
    names
}
