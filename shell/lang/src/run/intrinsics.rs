//! Methods of the engine's own objects that need the session: modules, and script blocks that are called with functions and
//! variables of the caller's making.

use crate::block::as_block;
use crate::error::Result;
use crate::symbol::Symbol;
use crate::value::Value;

use super::Machine;
use super::function::Form;

impl Machine {
    /// A method that only the session can answer; `None` when the value has none of that name.
    pub(super) fn call_engine_method(
        &mut self,
        target: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Value>> {
        match crate::inspect::type_name(target).as_str() {
            "System.Management.Automation.PSModuleInfo" => self.call_module_method(target, name, arguments),
            _ => None,
        }
    }

    /// `$block.InvokeWithContext($functions, $variables, $arguments)`.
    pub(super) fn invoke_with_context(&mut self, block: &Value, arguments: &[Value]) -> Result<Value> {
        let functions = arguments.first().cloned().unwrap_or_default();
        let variables = arguments.get(1).cloned().unwrap_or_default();
        let given = arguments.get(2).cloned().unwrap_or_default();
        let given = crate::members::enumerate(&given)
            .unwrap_or_else(|| vec![given.clone()])
            .into_iter()
            .filter(|argument| !argument.is_null())
            .map(|argument| crate::bind::Given::Value(argument, None))
            .collect();
        let items = self.collect(|machine, out| {
            machine.deeper(|machine| {
                let heights = machine.heights();
                let form = Form {
                    piped: false,
                    dot: false,
                };
                let result =
                    machine
                        .function_stage(block, None, given, out, form)
                        .and_then(|(mut call, out)| {
                            machine.give_context(call.frame, &functions, &variables);
                            machine.run_call(&mut call, out)
                        });
                let restored = machine.restore(heights);
                result.and(restored)
            })
        })?;
        Ok(Value::collection(items))
    }

    fn give_context(&mut self, frame: usize, functions: &Value, variables: &Value) {
        if let Value::Hashtable(functions) = functions {
            for (name, function) in functions.pairs() {
                if as_block(&function).is_some() {
                    self.define_function(frame, &name.to_text(), function);
                }
            }
        }
        let variables = crate::members::enumerate(variables).unwrap_or_else(|| vec![variables.clone()]);
        for variable in variables {
            if let (Some(name), Some(value)) = (variable.property("Name"), variable.property("Value")) {
                self.put_in(frame, Symbol::of(&name.to_text()), value);
            }
        }
    }
}
