//! What a name stands for, as Get-Command tells it.

use std::sync::Arc;

use crate::session::{CommandInfo, CommandKind};
use crate::symbol::Symbol;
use crate::value::Value;

use super::{Machine, Resolved};

impl Machine {
    /// Everything a name can stand for.
    pub(crate) fn all_meanings(&mut self, name: &str) -> Vec<CommandInfo> {
        let mut found = Vec::new();
        if let Some(definition) = self.aliases.get(&name.to_lowercase()).cloned() {
            let display = self
                .alias_names
                .get(&name.to_lowercase())
                .cloned()
                .unwrap_or_else(|| Arc::from(name));
            let signature = match self.resolve(name) {
                Ok(Resolved::Cmdlet(command, _)) => Some(Arc::new(command.signature().clone())),
                _ => None,
            };
            found.push(CommandInfo {
                name: display,
                kind: CommandKind::Alias(definition),
                signature,
                module: None,
            });
        }
        if let Some(block) = Symbol::find(name).and_then(|symbol| self.function(symbol)) {
            found.push(self.function_info(name, block));
        }
        if let Some(command) = self.registry.command(name) {
            let signature = Arc::new(command.signature().clone());
            found.push(CommandInfo {
                name: Arc::from(signature.name.as_ref()),
                kind: CommandKind::Cmdlet,
                signature: Some(signature),
                module: None,
            });
        }
        if found.is_empty() {
            match self.resolve(name) {
                Ok(Resolved::Script(path)) => {
                    found.push(CommandInfo {
                        name: Arc::from(name),
                        kind: CommandKind::Script(path),
                        signature: None,
                        module: None,
                    });
                }
                Ok(Resolved::Native(path)) => {
                    found.push(CommandInfo {
                        name: Arc::from(name),
                        kind: CommandKind::Application(path),
                        signature: None,
                        module: None,
                    });
                }
                _ => {}
            }
        }
        found
    }

    pub(super) fn function_info(&self, name: &str, block: Value) -> CommandInfo {
        let own = crate::block::as_block(&block).and_then(|block| block.name.clone());
        let name = own.unwrap_or_else(|| Arc::from(name));
        let module = crate::block::as_block(&block).and_then(|block| self.module_of_source(&block.source));
        let signature = crate::block::as_block(&block).map(|script| {
            let mut signature = script.code().parameters.signature.as_ref().clone();
            signature.name = std::borrow::Cow::Owned(name.to_string());
            signature.module =
                std::borrow::Cow::Owned(module.as_ref().map_or_else(String::new, |of| of.name.to_string()));
            Arc::new(signature)
        });
        CommandInfo {
            name,
            kind: CommandKind::Function(block),
            signature,
            module: module.map(Box::new),
        }
    }
}
