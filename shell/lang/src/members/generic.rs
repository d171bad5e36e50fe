//! Calls of generic methods with their type arguments written out: `[Array]::Empty[int]()`.
//!
//! Where the types decide the result they are looked at; elsewhere the arguments decide as without them.

use super::{World, construct, enumerate, static_call};
use crate::convert;
use crate::error::Result;
use crate::types::{Kind, Type, is_instance};
use crate::value::Value;

/// Calls a static generic method.
pub fn generic_static_call(
    of: &Type,
    name: &str,
    types: &[Type],
    arguments: &[Value],
    world: &mut dyn World,
) -> Result<Value> {
    let Some(first) = types.first() else {
        return static_call(of, name, arguments, world);
    };
    let full_name = of.full_name();
    let lower = name.to_ascii_lowercase();
    match (full_name.as_str(), lower.as_str(), arguments) {
        ("System.Array" | "System.Linq.Enumerable", "empty", []) => {
            Ok(Value::array_of(first.clone(), Vec::new()))
        }
        ("System.Linq.Enumerable", "cast", [items]) => {
            let converted = items_of(items)
                .iter()
                .map(|item| convert::to(item, first, world))
                .collect::<Result<_>>()?;
            Ok(Value::array_of(first.clone(), converted))
        }
        ("System.Linq.Enumerable", "oftype", [items]) => {
            let kept = items_of(items)
                .into_iter()
                .filter(|item| is_instance(item, first));
            Ok(Value::array_of(first.clone(), kept.collect()))
        }
        ("System.Activator", "createinstance", arguments) => construct(first, arguments, world),
        _ if of.kind() == Some(Kind::Enum) => {
            let mut with_type = vec![Value::type_literal(first.clone())];
            with_type.extend(arguments.iter().cloned());
            static_call(of, name, &with_type, world)
        }
        _ => static_call(of, name, arguments, world),
    }
}

fn items_of(value: &Value) -> Vec<Value> {
    enumerate(value.base()).unwrap_or_else(|| vec![value.clone()])
}
