//! `$ExecutionContext.InvokeCommand`: texts expanded and run in the scope of whoever asks.

use std::sync::Arc;

use crate::error::Result;
use crate::session::{BlockCall, Session};
use crate::value::{Instance, Value};

use super::Machine;

/// System.Management.Automation.CommandInvocationIntrinsics.
pub(super) struct InvokeCommand;

impl Instance for InvokeCommand {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.CommandInvocationIntrinsics")
    }

    fn to_text(&self) -> String {
        self.type_name().to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from("HasErrors")]
    }

    fn property(&self, name: &str) -> Option<Value> {
        name.eq_ignore_ascii_case("HasErrors")
            .then_some(Value::Bool(false))
    }
}

impl Machine {
    /// A method of `$ExecutionContext.InvokeCommand`; `None` when the value is something else.
    pub(super) fn call_invoke_command(
        &mut self,
        target: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Value>> {
        target.downcast::<InvokeCommand>()?;
        let text = arguments.first().map(Value::to_text).unwrap_or_default();
        Some(match (name.to_ascii_lowercase().as_str(), arguments.len()) {
            ("expandstring", 1) => self.expand_text(&text),
            ("invokescript", 1) => self.invoke_text(&text),
            ("newscriptblock", 1) => self.parse_block(&text, None),
            ("getcommand", 1 | 2) => {
                let call = BlockCall {
                    arguments: vec![Value::from(text)],
                    named: vec![(Arc::from("ErrorAction"), Value::from("Ignore"))],
                    ..BlockCall::default()
                };
                self.call_command("Get-Command", call).map(Machine::as_value)
            }
            _ => return None,
        })
    }

    fn expand_text(&mut self, text: &str) -> Result<Value> {
        // A quote in the text is a quote, as it is in a here-string; a line that would end one is kept from doing so.
        let safe = text.replace("\n\"@", "\n`\"@");
        let script = format!("@\"\n{safe}\n\"@");
        let block = self.parse_block(&script, None)?;
        self.call_found_scope(&block, None, &[]).map(Machine::as_value)
    }

    fn invoke_text(&mut self, text: &str) -> Result<Value> {
        let block = self.parse_block(text, None)?;
        self.call_found_scope(&block, None, &[]).map(Value::collection)
    }
}
