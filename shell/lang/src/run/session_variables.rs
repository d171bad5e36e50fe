//! `$ExecutionContext.SessionState.PSVariable`: variables by their names, as the scope of whoever asks sees them.

use std::sync::Arc;

use crate::error::Result;
use crate::members::World;
use crate::value::{Instance, Value};

use super::Machine;

/// System.Management.Automation.PSVariableIntrinsics.
pub(super) struct SessionVariables;

impl Instance for SessionVariables {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSVariableIntrinsics")
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        // The block runs in a scope of its own: what it writes goes to the one above.
        let text = match (name.to_ascii_lowercase().as_str(), arguments.len()) {
            ("get", 1) => "Get-Variable -Name $args[0] -ErrorAction Ignore",
            ("getvalue", 1) => "Get-Variable -Name $args[0] -ValueOnly -ErrorAction Ignore",
            ("getvalue", 2) => {
                "if (Test-Path \"Variable:$($args[0])\") { Get-Variable -Name $args[0] -ValueOnly } else { $args[1] }"
            }
            ("set", 2) => "Set-Variable -Name $args[0] -Value $args[1] -Scope 1",
            ("set", 1) => "Set-Variable -Name $args[0].Name -Value $args[0].Value -Scope 1",
            ("remove", 1) => "Remove-Variable -Name $args[0] -Scope 1 -ErrorAction Ignore",
            _ => return None,
        };
        let run = world
            .parse_block(text)
            .and_then(|block| world.call_block(&block, None, None, arguments));
        Some(run.map(Machine::as_value))
    }
}
