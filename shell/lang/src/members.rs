//! Members of values: properties, methods, indexers, static members and constructors.
//!
//! One table for each type, one file for each family of types under `members/`. What needs script code or the outside
//! goes through [`World`].

mod access;
pub mod attributes;
mod bit_array;
pub mod builder;
pub mod call;
pub mod collections;
pub mod comparer;
pub mod console;
mod constructors;
mod culture_format;
pub mod culture_info;
pub mod dates;
pub mod dictionary;
mod directory;
pub mod edited_line;
pub mod encoding;
pub mod environment;
pub mod equality;
pub mod exceptions;
pub mod fault;
pub mod file_item;
mod generic;
pub mod guid;
mod hashes;
mod indexing;
pub mod io;
mod linked_list;
mod linq;
mod listing;
mod locks;
mod method_object;
mod name_values;
pub mod net;
pub mod numbers;
pub mod parameter_metadata;
pub mod parser;
pub mod path_info;
mod priority_queue;
pub mod psobject;
pub mod random;
mod reader;
mod reference;
mod reflection;
mod sets;
mod statics;
pub mod stopwatch;
mod streams;
pub mod style;
mod syntax;
mod system;
pub mod text;
mod time_zone;
pub mod timer;
mod tokens;
mod tuple;
pub mod types;
pub mod uri;
mod uri_builder;
pub mod variable_object;
pub mod version;
pub mod writer;
pub mod xml;

pub(crate) use access::try_call;
pub use access::{call, call_of_type, enumerate, get, plain_property, property_names, set, try_get};
pub use call::{Call, Method};
pub use constructors::construct;
pub use generic::generic_static_call;
pub use indexing::{index, set_index};
pub use listing::{MemberInfo, list_members, list_static_members, member_info};
pub use reference::{Reference, reference};
pub use sets::{DbNull, enumerator};
pub use statics::{static_call, static_get, static_set};
pub use syntax::tree as syntax_tree;

use std::sync::Arc;

use crate::cmdlet::Context;
use crate::error::{Category, ErrorRecord, Result};
use crate::host::Host;
use crate::types::Type;
use crate::value::{MemberKind, Value};

/// What members need of the engine.
pub trait World {
    /// The outside; `None` where there is none, and members that need it fail.
    fn host(&self) -> Option<&dyn Host>;
    /// Runs a script block: with `$this` and `$_` when they are given.
    fn call_block(
        &mut self,
        block: &Value,
        this: Option<&Value>,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>>;
    /// The script block of a text.
    fn parse_block(&mut self, text: &str) -> Result<Value>;
    /// A type that a script has defined.
    fn defined_type(&self, name: &str) -> Option<Type>;
    /// `$OFS`, the text between the items of an array in a text.
    fn output_separator(&self) -> String {
        " ".to_owned()
    }
    /// A member that Update-TypeData gave to all objects of one of these types.
    fn type_member(&self, type_names: &dyn Fn() -> Vec<Arc<str>>, name: &str) -> Option<(MemberKind, Value)> {
        let _ = (type_names, name);
        None
    }
    /// The line that is being typed, while a key runs a script block.
    fn edited_line(&mut self) -> Option<&mut edited_line::EditedLine> {
        None
    }
    /// Changes how the console shows something of `$PSStyle`, e.g. `formatting.error`; whether anything shows it.
    fn restyle(&self, name: &str, escapes: &str) -> bool {
        let _ = (name, escapes);
        false
    }
    /// A session beside this one, with the same commands.
    fn fresh_engine(&self, host: Arc<dyn Host>) -> Option<crate::engine::Engine> {
        let _ = host;
        None
    }
    /// The outside, to be kept; `None` where there is none.
    fn shared_host(&self) -> Option<Arc<dyn Host>> {
        None
    }
    /// Whether an index out of range is an error (`Set-StrictMode -Version 3` and above).
    fn strict_indexes(&self) -> bool {
        false
    }
    /// Whether member look-up is strict (`Set-StrictMode -Version 2` and above).
    fn strict(&self) -> bool {
        false
    }
}

/// A world without engine and outside.
pub struct NoWorld;

impl World for NoWorld {
    fn host(&self) -> Option<&dyn Host> {
        None
    }

    fn call_block(
        &mut self,
        _: &Value,
        _: Option<&Value>,
        _: Option<Value>,
        _: &[Value],
    ) -> Result<Vec<Value>> {
        Err(no_world("run a script block").into())
    }

    fn parse_block(&mut self, _: &str) -> Result<Value> {
        Err(no_world("parse a script block").into())
    }

    fn defined_type(&self, _: &str) -> Option<Type> {
        None
    }
}

/// The world of a running cmdlet.
pub struct ContextWorld<'a>(pub &'a mut dyn Context);

impl World for ContextWorld<'_> {
    fn type_member(&self, type_names: &dyn Fn() -> Vec<Arc<str>>, name: &str) -> Option<(MemberKind, Value)> {
        self.0.type_member(type_names, name)
    }

    fn host(&self) -> Option<&dyn Host> {
        Some(self.0.host())
    }

    fn call_block(
        &mut self,
        block: &Value,
        this: Option<&Value>,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        match (this, underscore) {
            (Some(this), None) => self.0.invoke_with_this(block, this, arguments),
            (_, underscore) => self.0.invoke_block(block, underscore, arguments),
        }
    }

    fn parse_block(&mut self, text: &str) -> Result<Value> {
        match self.0.session() {
            Some(session) => session.parse_block(text, None),
            None => Err(no_world("parse a script block").into()),
        }
    }

    fn defined_type(&self, name: &str) -> Option<Type> {
        self.0.defined_type(name)
    }
}

fn no_world(what: &str) -> ErrorRecord {
    ErrorRecord::new(
        "InvalidOperation",
        Category::InvalidOperation,
        format!("Cannot {what} here: no session runs."),
    )
}

/// `instance[index] = value` through its `set_Item` method, where it has one.
fn try_set_item(target: &Value, index: &Value, value: &Value, world: &mut dyn World) -> Option<Result<()>> {
    let Value::Instance(instance) = target else {
        return None;
    };
    let pair = [index.clone(), value.clone()];
    if let Some(method) = instance.methods().iter().find(|method| method.name == "set_Item") {
        let mut call = Call {
            target,
            arguments: &pair,
            name: method.name,
            world,
        };
        return Some((method.run)(&mut call).map(|_| ()));
    }
    instance
        .call("set_Item", &pair, world)
        .map(|result| result.map(|_| ()))
}
