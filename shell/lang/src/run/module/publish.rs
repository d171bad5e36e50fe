//! What a module gives to the scope that imports it: functions with a prefix, aliases, copies of variables. What the module
//! exports, what its manifest allows and what the import asks for all have to agree.

use std::sync::Arc;

use super::named_functions;
use crate::error::Result;
use crate::run::Machine;
use crate::session::{Exports, ModuleImport};
use crate::symbol::Symbol;
use crate::value::Value;

impl Machine {
    /// Publishes what a module exports in the scope that imports it.
    pub(super) fn publish(&mut self, at: usize, import: &ModuleImport) -> Result<()> {
        let Some(module) = self.modules.get(at) else {
            return Ok(());
        };
        let exports = module.exports.clone().unwrap_or_default();
        let allowed = module.allowed.clone();
        let prefix = import
            .prefix
            .clone()
            .or_else(|| module.info.prefix.clone())
            .unwrap_or_default();
        let own_aliases = module.aliases.clone();
        let functions: Vec<(Arc<str>, Value)> = match module.live {
            Some(frame) => self.functions_of(frame),
            None => named_functions(module.scope.functions.as_deref()),
        };
        let target = match self.module_around(self.frame) {
            Some(frame) if !import.global => frame,
            _ => 0,
        };
        let mut published = Vec::new();
        for (name, block) in functions {
            let wanted = exports.has_function(&name)
                && allowed.has_function(&name)
                && (import.functions.is_empty() || Exports::fits(&import.functions, &name));
            if wanted {
                let name = prefixed(&name, &prefix);
                self.define_function(target, &name, block);
                published.push(name);
            }
        }
        let wanted_alias = |alias: &str| {
            exports.has_alias(alias)
                && allowed.has_alias(alias)
                && (import.aliases.is_empty() || Exports::fits(&import.aliases, alias))
        };
        let mut aliases = Vec::new();
        for alias in own_aliases {
            if wanted_alias(&alias) {
                aliases.push(alias);
            } else {
                self.aliases.remove(alias.as_ref());
                self.alias_names.remove(alias.as_ref());
                self.epoch += 1;
            }
        }
        let limits: Vec<&[String]> = [&exports.variables, &allowed.variables]
            .into_iter()
            .flatten()
            .map(Vec::as_slice)
            .chain((!import.variables.is_empty()).then_some(import.variables.as_slice()))
            .collect();
        let variables = match limits.is_empty() || exports.variables.is_none() {
            true => Vec::new(),
            false => self.publish_variables(at, &limits, target)?,
        };
        published.sort();
        if let Some(module) = self.modules.get(at) {
            module.info.exported.clone_from(&published);
            module.info.aliases = aliases;
            module.info.variables = variables;
            module.published = published;
        }
        Ok(())
    }

    /// Copies the variables that fit all lists of patterns; their names.
    fn publish_variables(&mut self, at: usize, limits: &[&[String]], target: usize) -> Result<Vec<Arc<str>>> {
        let Some(module) = self.modules.get(at) else {
            return Ok(Vec::new());
        };
        let found: Vec<(Symbol, Value)> = module
            .scope
            .variables
            .iter()
            .flat_map(|variables| variables.iter())
            .filter(|(symbol, _)| {
                limits
                    .iter()
                    .all(|patterns| Exports::fits(patterns, &symbol.name()))
            })
            .map(|(symbol, variable)| (*symbol, variable.value.clone()))
            .collect();
        let mut names = Vec::new();
        for (symbol, value) in found {
            self.write_in(target, symbol, value)?;
            names.push(symbol.name());
        }
        Ok(names)
    }
}

/// `Get-Thing` with the prefix `My` is `Get-MyThing`.
fn prefixed(name: &str, prefix: &str) -> Arc<str> {
    if prefix.is_empty() {
        return Arc::from(name);
    }
    match name.split_once('-') {
        Some((verb, noun)) => Arc::from(format!("{verb}-{prefix}{noun}")),
        None => Arc::from(format!("{prefix}{name}")),
    }
}
