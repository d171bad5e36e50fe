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
            ("invokescript", 1) if matches!(arguments[0].base(), Value::Block(_)) => self
                .call_found_scope(&arguments[0], None, &[])
                .map(Value::collection),
            ("invokescript", 1) => self.invoke_text(&text),
            ("invokescript", 2..) => self.invoke_with(&arguments[0], &arguments[1..]),
            ("newscriptblock", 1) => self.parse_block(&text, None),
            ("getcommand", 1 | 2) => self
                .commands_named(&text, arguments.get(1))
                .map(|found| found.into_iter().next().unwrap_or_default()),
            ("getcommands", 2 | 3) => self.commands_named(&text, arguments.get(1)).map(Value::array),
            ("getcmdlet", 1) => self
                .commands_named(&text, Some(&Value::from("Cmdlet")))
                .map(|found| found.into_iter().next().unwrap_or_default()),
            ("getcmdlets", 0 | 1) => {
                let name = if arguments.is_empty() { "*" } else { text.as_str() };
                self.commands_named(name, Some(&Value::from("Cmdlet")))
                    .map(Value::array)
            }
            ("getcommandname", 3) => self
                .commands_named(&text, None)
                .map(|found| Value::strings(found.iter().map(Value::to_text))),
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

    /// What Get-Command finds of some kinds, without errors.
    fn commands_named(&mut self, name: &str, kinds: Option<&Value>) -> Result<Vec<Value>> {
        let mut named = vec![(Arc::from("ErrorAction"), Value::from("Ignore"))];
        named.extend(kinds.map(|kinds| (Arc::from("CommandType"), kinds.clone())));
        let call = BlockCall {
            arguments: vec![Value::from(name)],
            named,
            ..BlockCall::default()
        };
        self.call_command("Get-Command", call)
    }

    /// `InvokeScript(script, useNewScope, …, input, arguments)`, `InvokeScript(useLocalScope, block, input, arguments)`
    /// and `InvokeScript(script, arguments)`.
    fn invoke_with(&mut self, first: &Value, rest: &[Value]) -> Result<Value> {
        let (script, own_scope, rest) = match (first.base(), rest) {
            (Value::Bool(own), [block @ Value::Block(_), rest @ ..]) => (block.clone(), *own, rest),
            (_, [Value::Bool(own), rest @ ..]) => (first.clone(), *own, rest),
            _ => (first.clone(), true, rest),
        };
        let block = match script.base() {
            Value::Block(_) => script,
            other => self.parse_block(&other.to_text(), None)?,
        };
        // Between them are the streams to join, and what is piped in.
        let arguments: Vec<Value> = match rest {
            [.., last] if rest.len() > 1 => last.iter().collect(),
            other => other.to_vec(),
        };
        match own_scope {
            true => self
                .call_block(
                    &block,
                    BlockCall {
                        arguments,
                        ..BlockCall::default()
                    },
                )
                .map(Value::collection),
            false => self
                .call_found_scope(&block, None, &arguments)
                .map(Value::collection),
        }
    }

    fn invoke_text(&mut self, text: &str) -> Result<Value> {
        let block = self.parse_block(text, None)?;
        self.call_found_scope(&block, None, &[]).map(Value::collection)
    }
}
