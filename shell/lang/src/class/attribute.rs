//! Attributes that are classes of scripts: what they make of an argument, and what they say against it.

use std::sync::Arc;

use crate::error::{Interrupt, Result};
use crate::run::Machine;
use crate::types::ScriptType;
use crate::value::Value;

const VALIDATES: &str = "System.Management.Automation.ValidateArgumentsAttribute";
const VALIDATES_EACH: &str = "System.Management.Automation.ValidateEnumeratedArgumentsAttribute";
const TRANSFORMS: &str = "System.Management.Automation.ArgumentTransformationAttribute";

impl Machine {
    /// The attribute's object when its class derives from some type.
    fn attribute_of(
        &mut self,
        name: &str,
        arguments: &[Value],
        base: &str,
    ) -> Result<Option<(Arc<super::ClassType>, Value)>> {
        let lower = name.to_lowercase();
        let classes = &self.types.classes;
        let class = classes
            .get(&lower)
            .or_else(|| classes.get(&format!("{lower}attribute")));
        let Some(class) = class.cloned().filter(|class| class.derives_from(base)) else {
            return Ok(None);
        };
        let object = class.construct(arguments, self)?;
        Ok(Some((class, object)))
    }

    /// A value as a transformation makes it; itself when the attribute is none.
    pub(crate) fn transformed(&mut self, name: &str, arguments: &[Value], value: Value) -> Result<Value> {
        match self.attribute_of(name, arguments, TRANSFORMS)? {
            Some((class, object)) => {
                let given = [Value::Null, value];
                class
                    .call_method(&object, "Transform", &given, self)
                    .unwrap_or(Ok(Value::Null))
            }
            None => Ok(value),
        }
    }

    /// What a validation says against a value; `None` when it passes or the attribute is none.
    pub(crate) fn class_objects_to(
        &mut self,
        name: &str,
        arguments: &[Value],
        value: &Value,
    ) -> Result<Option<String>> {
        if name == "validateset" {
            return self.not_generated(arguments, value);
        }
        if let Some((class, object)) = self.attribute_of(name, arguments, VALIDATES_EACH)? {
            for item in value.iter() {
                if let Some(message) =
                    objection(class.call_method(&object, "ValidateElement", &[item], self))?
                {
                    return Ok(Some(message));
                }
            }
            return Ok(None);
        }
        match self.attribute_of(name, arguments, VALIDATES)? {
            Some((class, object)) => {
                let given = [value.clone(), Value::Null];
                objection(class.call_method(&object, "Validate", &given, self))
            }
            None => Ok(None),
        }
    }
}

impl Machine {
    /// `[ValidateSet([Generator])]`: what is said of a value that the class does not name.
    fn not_generated(&mut self, arguments: &[Value], value: &Value) -> Result<Option<String>> {
        let name = arguments.first().map(Value::to_text).unwrap_or_default();
        let Some(class) = self.types.classes.get(&name.to_lowercase()).cloned() else {
            return Ok(None);
        };
        let object = class.construct(&[], self)?;
        let values = class
            .call_method(&object, "GetValidValues", &[], self)
            .unwrap_or(Ok(Value::Null))?;
        let set = values.iter().map(|value| value.to_text().into()).collect();
        Ok(crate::bind::check(&crate::signature::Validation::Set(set), value).err())
    }
}

fn objection(result: Option<Result<Value>>) -> Result<Option<String>> {
    match result {
        Some(Err(Interrupt::Error(record))) => Ok(Some(record.text())),
        Some(Err(other)) => Err(other),
        Some(Ok(_)) | None => Ok(None),
    }
}
