//! `dynamicparam`: parameters that a function gives itself when it is called. The other parameters are bound first, as
//! far as they are given; the block runs with them in the function's scope; then everything is bound anew.

use std::sync::Arc;

use crate::bind::{Given, Table, bind, bind_known};
use crate::error::Result;
use crate::members::attributes::{described, give};
use crate::program::Lines;
use crate::value::Value;

use super::function::FunctionCall;
use super::{Machine, Out};

impl Machine {
    /// Runs a call's `dynamicparam` block and binds again with what it gave.
    pub(super) fn bind_dynamic(
        &mut self,
        call: &mut FunctionCall,
        lines: &Lines,
        given: Vec<Given>,
        out: Out,
    ) -> Result<()> {
        let given_parameters = self.dynamic_parameters(call, lines, &given, out)?;
        let (objects, parameters) = given_parameters
            .into_iter()
            .filter_map(|object| described(&object).map(|parameter| (object, parameter)))
            .unzip::<_, _, Vec<_>, Vec<_>>();
        let first = call.table.declared;
        call.table = Arc::new(call.table.with_parameters(parameters));
        call.bound = bind(self, &call.table, given, call.piped)?;
        for (object, value) in objects.iter().zip(&call.bound.values[first..]) {
            if let Some(value) = value {
                give(object, value.clone());
            }
        }
        Ok(())
    }

    fn dynamic_parameters(
        &mut self,
        call: &mut FunctionCall,
        lines: &Lines,
        given: &[Given],
        out: Out,
    ) -> Result<Vec<Value>> {
        let table: Arc<Table> = Arc::clone(&call.table);
        call.bound = bind_known(self, &table, given)?;
        self.give_arguments(call, out)?;
        let caller = std::mem::replace(&mut self.frame, call.frame);
        let items = self.collect(|machine, out| machine.run_block(lines, out));
        self.frame = caller;
        let dictionary = items?.into_iter().rev().find_map(|item| match item {
            Value::Hashtable(table) => Some(table.values()),
            _ => None,
        });
        Ok(dictionary.unwrap_or_default())
    }
}
