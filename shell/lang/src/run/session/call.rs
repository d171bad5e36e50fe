//! Calls that cmdlets make of script blocks and commands.

use std::sync::Arc;

use crate::bind::Given;
use crate::error::Result;
use crate::run::command::Callee;
use crate::run::{Machine, Out};
use crate::session::BlockCall;

impl Machine {
    pub(super) fn given_of(call: &BlockCall) -> Vec<Given> {
        let positional = call
            .arguments
            .iter()
            .map(|value| Given::Value(value.clone(), None));
        let named = call.named.iter().map(|(name, value)| Given::Named {
            name: Arc::clone(name),
            value: Some((value.clone(), None)),
            text: Arc::from(format!("-{name}:")),
            splatted: false,
        });
        named.chain(positional).collect()
    }

    pub(super) fn call_with_input(&mut self, callee: Callee, call: &BlockCall, out: Out) -> Result<()> {
        let given = Machine::given_of(call);
        let Some(input) = &call.input else {
            return self.call(callee, given, out, !call.new_scope);
        };
        self.run_piped(callee, given, input.clone(), out, !call.new_scope)
    }
}
