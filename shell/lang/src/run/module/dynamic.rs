//! Modules that no file holds: New-Module, and script blocks that are run in a module's scope (`& $module { … }`).

use std::sync::Arc;

use crate::bind::Given;
use crate::block::as_block;
use crate::error::{Category, ErrorRecord, Result};
use crate::session::ModuleImport;
use crate::value::{MemberKind, Object, Value};

use crate::run::Machine;

impl Machine {
    /// Makes a module of a script block, publishes what it exports, and gives what the block put out; with
    /// `as_object`, an object whose methods are the exported functions instead.
    pub(in crate::run) fn create_module(
        &mut self,
        name: &str,
        block: &Value,
        arguments: Vec<Value>,
        as_object: bool,
    ) -> Result<Vec<Value>> {
        // Its functions are told from the caller's by their source: the text becomes one of its own.
        let text = as_block(block)
            .map(|block| block.text().to_owned())
            .unwrap_or_default();
        let block = self.parse_block(&text, None)?;
        let at = self.open_module(&format!("{name}.psm1"), None);
        if let Some(script) = as_block(&block) {
            self.own_source(&Arc::clone(&script.source), at);
        }
        let aliases = self.aliases.clone();
        let heights = self.heights();
        let given = arguments
            .into_iter()
            .map(|value| Given::Value(value, None))
            .collect();
        let result = self.collect(|machine, out| {
            machine.frame = machine.enter_module(at);
            machine.call_given(&block, None, given, out, true)
        });
        self.keep_aliases(at, &aliases);
        let restored = self.restore(heights);
        let output = match (result, restored) {
            (Ok(output), Ok(())) => output,
            (Err(interrupt), _) | (_, Err(interrupt)) => {
                self.unload(at);
                return Err(interrupt);
            }
        };
        if as_object {
            return Ok(vec![self.module_object(at)]);
        }
        self.publish(at, &ModuleImport::of(name))?;
        Ok(output)
    }

    fn module_object(&mut self, at: usize) -> Value {
        let object = Object::custom([]);
        if let Some(module) = self.modules.get(at) {
            let exports = module.exports.clone().unwrap_or_default();
            let functions = super::named_functions(module.scope.functions.as_deref());
            for (name, block) in functions
                .into_iter()
                .filter(|(name, _)| exports.has_function(name))
            {
                object.set_member(&name, MemberKind::Method, block);
            }
            let patterns = exports.variables.unwrap_or_default();
            for (symbol, variable) in module
                .scope
                .variables
                .iter()
                .flat_map(|variables| variables.iter())
            {
                if crate::session::Exports::fits(&patterns, &symbol.name()) {
                    object.set(&symbol.name(), variable.value.clone());
                }
            }
        }
        Value::Object(Arc::new(object))
    }

    /// A function of a loaded module by name: what `Module\Verb-Noun` names.
    pub(in crate::run) fn function_of_module(&mut self, module: &str, name: &str) -> Option<Value> {
        let is = |known: &super::Module| known.info.name.eq_ignore_ascii_case(module);
        let at = self
            .modules
            .loaded
            .iter()
            .position(|known| known.as_ref().is_some_and(is))?;
        let known = self.modules.loaded[at].as_ref()?;
        let functions = match known.live {
            Some(frame) => self.functions_of(frame),
            None => super::named_functions(known.scope.functions.as_deref()),
        };
        let found = functions
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, block)| block)
    }

    /// The loaded module that an object of Get-Module is.
    pub(in crate::run) fn module_of(&self, value: &Value) -> Option<usize> {
        let is_module = crate::inspect::type_name(value) == "System.Management.Automation.PSModuleInfo";
        let name = is_module.then(|| value.property("Name")).flatten()?.to_text();
        let is = |module: &super::Module| module.info.name.eq_ignore_ascii_case(&name);
        self.modules
            .loaded
            .iter()
            .position(|module| module.as_ref().is_some_and(is))
    }

    /// `& $module { … }`: the block as one of the module's own.
    pub(in crate::run) fn block_of_module(&mut self, at: usize, given: &mut Vec<Given>) -> Result<Value> {
        let first = if given.is_empty() {
            None
        } else {
            Some(given.remove(0))
        };
        let text = match first {
            Some(Given::Value(block @ Value::Block(_), _)) => block.to_text(),
            // A command by its name, as the module sees it.
            Some(Given::Value(name, _)) if !name.is_null() => {
                format!("& '{}' @args", name.to_text().replace('\'', "''"))
            }
            _ => {
                return Err(ErrorRecord::new(
                    "BadExpression",
                    Category::InvalidOperation,
                    "A script block or a command is wanted behind a module: what is to run in its scope.",
                )
                .into());
            }
        };
        self.bind_to_module(&text, at)
    }

    /// The script block of a text, as one of a module's own.
    fn bind_to_module(&mut self, text: &str, at: usize) -> Result<Value> {
        let block = self.parse_block(text, None)?;
        if let Some(script) = as_block(&block) {
            self.own_source(&Arc::clone(&script.source), at);
        }
        Ok(block)
    }

    /// A method of an object of Get-Module: what it runs, runs in the module's scope.
    pub(in crate::run) fn call_module_method(
        &mut self,
        target: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Option<Result<Value>> {
        let at = self.module_of(target)?;
        let (block @ Value::Block(_), rest) = arguments.split_first()? else {
            return None;
        };
        match name.to_ascii_lowercase().as_str() {
            "newboundscriptblock" => Some(self.bind_to_module(&block.to_text(), at)),
            "invoke" => Some(self.bind_to_module(&block.to_text(), at).and_then(|block| {
                let rest = rest.to_vec();
                self.collect(|machine, out| machine.call_value(&block, rest, out))
                    .map(Machine::as_value)
            })),
            _ => None,
        }
    }
}
