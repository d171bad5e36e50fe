//! What reflection sees of a class: `GetProperties`, `GetMethods`, `GetConstructors`.

use std::sync::Arc;

use super::instance::{ClassType, Method};
use crate::types::ScriptMember;

impl ClassType {
    /// Its members, then those of the classes that it derives from which it does not hide; constructors are its own.
    pub(super) fn reflected(&self) -> Vec<ScriptMember> {
        let mut found: Vec<ScriptMember> = Vec::new();
        for class in self.chain() {
            for property in &class.properties {
                add(
                    &mut found,
                    ScriptMember {
                        name: Arc::clone(&property.name),
                        declared_by: Arc::clone(&class.name),
                        is_static: property.is_static,
                        of: property.type_name.clone(),
                        parameters: None,
                        is_constructor: false,
                    },
                );
            }
            for method in &class.methods {
                let is_constructor = class.is_constructor(method);
                if !is_constructor || std::ptr::eq(class, self) {
                    add(&mut found, reflected_method(class, method, is_constructor));
                }
            }
        }
        found
    }
}

fn reflected_method(class: &ClassType, method: &Method, is_constructor: bool) -> ScriptMember {
    let void = method.return_type.is_none() || is_constructor;
    ScriptMember {
        name: Arc::clone(&method.name),
        declared_by: Arc::clone(&class.name),
        is_static: method.is_static,
        of: if void {
            Some(Arc::from("void"))
        } else {
            method.return_type.clone()
        },
        parameters: Some(method.parameters.clone()),
        is_constructor,
    }
}

/// Adds a member unless one with the same parameters hides it.
fn add(found: &mut Vec<ScriptMember>, member: ScriptMember) {
    let types = |member: &ScriptMember| -> Option<Vec<Option<Arc<str>>>> {
        let parameters = member.parameters.as_ref()?;
        Some(parameters.iter().map(|(_, of)| of.clone()).collect())
    };
    let hidden = |known: &ScriptMember| {
        known.name.eq_ignore_ascii_case(&member.name) && types(known) == types(&member)
    };
    if !found.iter().any(hidden) {
        found.push(member);
    }
}
