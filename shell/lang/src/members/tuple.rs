//! Tuple and ValueTuple, Lazy[T].

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Call, Method, World};
use crate::convert;
use crate::error::Result;
use crate::types::Type;
use crate::value::{Instance, Value};

/// Some values of given types.
pub struct Tuple {
    /// Whether it is a ValueTuple.
    is_value: bool,
    types: Vec<Type>,
    items: Vec<Value>,
}

/// `[Tuple[A,B]]::new(a, b)`.
pub fn construct(types: &[Type], is_value: bool, call: &mut Call<'_>) -> Result<Value> {
    if is_value && call.count() == 0 {
        let items = types
            .iter()
            .map(|of| convert::to(&Value::Int(0), of, call.world).unwrap_or_default());
        let items = items.collect();
        return Ok(Value::instance(Tuple {
            is_value,
            types: types.to_vec(),
            items,
        }));
    }
    call.expect(types.len(), types.len())?;
    let items = (0..types.len())
        .map(|at| call.to(at, &types[at]))
        .collect::<Result<_>>()?;
    Ok(Value::instance(Tuple {
        is_value,
        types: types.to_vec(),
        items,
    }))
}

fn create(call: &mut Call<'_>, is_value: bool) -> Result<Value> {
    if call.count() > 8 || (call.count() == 0 && !is_value) {
        return Err(call.no_overload());
    }
    let types = call
        .arguments
        .iter()
        .map(|item| crate::types::of(item).unwrap_or(Type::OBJECT));
    Ok(Value::instance(Tuple {
        is_value,
        types: types.collect(),
        items: call.arguments.to_vec(),
    }))
}

/// A Tuple of two.
pub fn pair(one: Value, two: Value, (first, second): (Type, Type)) -> Value {
    Value::instance(Tuple {
        types: vec![first, second],
        items: vec![one, two],
        is_value: false,
    })
}

/// A ValueTuple of two.
pub fn value_pair(one: Value, two: Value, (first, second): (Type, Type)) -> Value {
    Value::instance(Tuple {
        types: vec![first, second],
        items: vec![one, two],
        is_value: true,
    })
}

/// `[Tuple]::Create`.
pub static TUPLE: &[Method] = &[Method::new(
    "Create",
    "static System.Tuple[T] Create(T item1)",
    |call| create(call, false),
)];

/// `[ValueTuple]::Create`.
pub static VALUE_TUPLE: &[Method] = &[Method::new(
    "Create",
    "static System.ValueTuple[T] Create(T item1)",
    |call| create(call, true),
)];

impl Instance for Tuple {
    fn type_name(&self) -> Arc<str> {
        let name = if self.is_value { "ValueTuple" } else { "Tuple" };
        let types: Vec<String> = self.types.iter().map(Type::dotnet_name).collect();
        Arc::from(format!("System.{name}`{}[{}]", types.len(), types.join(",")))
    }

    fn to_text(&self) -> String {
        let items: Vec<String> = self.items.iter().map(Value::to_text).collect();
        format!("({})", items.join(", "))
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        let items = (1..=self.items.len()).map(|at| Arc::from(format!("Item{at}")));
        items.chain([Arc::from("Length")]).collect()
    }

    fn property(&self, name: &str) -> Option<Value> {
        if name.eq_ignore_ascii_case("Length") {
            return Some(Value::count(self.items.len()));
        }
        let at: usize = name.get(4..)?.parse().ok()?;
        let named = name
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("Item"));
        named
            .then(|| self.items.get(at.checked_sub(1)?).cloned())
            .flatten()
    }

    fn index(&self, index: &Value) -> Option<Result<Value>> {
        let at = crate::number::integer(index.base()).and_then(|at| usize::try_from(at).ok())?;
        self.items.get(at).cloned().map(Ok)
    }

    fn equals(&self, other: &Value) -> Option<bool> {
        let other = other.downcast::<Tuple>()?;
        let same = self
            .items
            .iter()
            .zip(&other.items)
            .all(|(left, right)| left.same_value(right));
        Some(same && self.types == other.types && self.is_value == other.is_value)
    }

    fn call(&self, name: &str, arguments: &[Value], _world: &mut dyn World) -> Option<Result<Value>> {
        match (name.to_ascii_lowercase().as_str(), arguments) {
            ("equals", [other]) => Some(Ok(Value::Bool(self.equals(other).unwrap_or(false)))),
            _ => None,
        }
    }
}

/// A value that is made when it is first asked for.
pub struct Lazy {
    of: Type,
    /// What makes it; `None` constructs the type.
    factory: Option<Value>,
    made: Mutex<Option<Value>>,
}

/// `[Lazy[T]]::new(factory)`.
pub fn lazy(of: &Type, call: &mut Call<'_>) -> Result<Value> {
    call.expect(0, 2)?;
    let factory = call
        .arguments
        .first()
        .map(Value::base)
        .filter(|first| matches!(first, Value::Block(_)));
    Ok(Value::instance(Lazy {
        of: of.clone(),
        factory: factory.cloned(),
        made: Mutex::default(),
    }))
}

impl Lazy {
    fn value(&self, world: &mut dyn World) -> Result<Value> {
        if let Some(made) = self.made.lock().clone() {
            return Ok(made);
        }
        let made = match &self.factory {
            Some(block) => {
                let output = world.call_block(block, None, None, &[])?;
                let value = match output.len() {
                    1 => output.into_iter().next().unwrap_or_default(),
                    _ => Value::array(output),
                };
                convert::to(&value, &self.of, world)?
            }
            None => super::construct(&self.of, &[], world)?,
        };
        *self.made.lock() = Some(made.clone());
        Ok(made)
    }
}

impl Instance for Lazy {
    fn type_name(&self) -> Arc<str> {
        Arc::from(format!("System.Lazy`1[{}]", self.of.dotnet_name()))
    }

    fn to_text(&self) -> String {
        let made = self.made.lock().clone();
        made.map_or_else(|| "Value is not created.".to_owned(), |made| made.to_text())
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("IsValueCreated"), Arc::from("Value")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "isvaluecreated" => Some(Value::Bool(self.made.lock().is_some())),
            _ => None,
        }
    }

    fn property_by(&self, name: &str, world: &mut dyn World) -> Option<Result<Value>> {
        name.eq_ignore_ascii_case("Value").then(|| self.value(world))
    }
}
