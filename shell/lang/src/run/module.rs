//! Modules from disk: `.psm1` scripts and `.psd1` manifests.
//!
//! A module has a scope of its own between its functions and the global scope. The scope's variables and functions rest in
//! [`Module`] and are put on the stack of frames while code of the module runs; which code that is, its source says.
//! A script block from outside, called by a module, runs in the scope that called the module. Exported variables are copied when
//! the module is loaded.

mod dynamic;
mod inspect;
mod locate;
mod publish;

use std::collections::HashMap;
use std::sync::Arc;

use crate::ast::Source;
use crate::ast::walk::{Node, walk};
use crate::block::as_block;
use crate::error::{Category, ErrorRecord, Result};
use crate::program::Layout;
use crate::session::{BlockCall, Exports, ModuleImport, ModuleInfo};
use crate::symbol::{Symbol, SymbolMap};
use crate::value::Value;

use super::{Machine, Out, Variable};
use inspect::OnRemove;

/// How deep modules may load each other.
const MAX_NESTING: usize = 10;

/// A loaded module.
pub(super) struct Module {
    info: ModuleInfo,
    /// What Export-ModuleMember named; everything while it was not called.
    exports: Option<Exports>,
    /// What the manifest allows.
    allowed: Exports,
    /// What runs before it goes.
    on_remove: OnRemove,
    /// The names under which its functions were published, and the aliases.
    published: Vec<Arc<str>>,
    aliases: Vec<Arc<str>>,
    scope: ModuleScope,
    /// Its frame while its code runs.
    live: Option<usize>,
}

#[derive(Default)]
struct ModuleScope {
    variables: Option<Box<SymbolMap<Variable>>>,
    functions: Option<Box<SymbolMap<Value>>>,
}

/// The modules of a session.
#[derive(Default)]
pub(super) struct Modules {
    loaded: Vec<Option<Module>>,
    /// Whose text belongs to which module, by the source's address; the source is kept so that it stays the only one there.
    sources: HashMap<usize, (Arc<Source>, usize)>,
    nesting: usize,
}

impl Modules {
    pub(super) fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    fn of_source(&self, source: &Arc<Source>) -> Option<usize> {
        self.sources
            .get(&(Arc::as_ptr(source) as usize))
            .map(|(_, module)| *module)
    }

    fn get(&mut self, at: usize) -> Option<&mut Module> {
        self.loaded.get_mut(at)?.as_mut()
    }
}

/// What a manifest says, as far as it decides something here.
struct Manifest {
    table: Value,
}

impl Manifest {
    fn texts(&self, key: &str) -> Option<Vec<String>> {
        let value = self.table.property(key)?;
        Some(match &value {
            Value::Null => Vec::new(),
            other => other
                .iter()
                .map(|item| item.property("ModuleName").unwrap_or(item).to_text())
                .filter(|text| !text.is_empty())
                .collect(),
        })
    }

    fn text(&self, key: &str) -> Option<String> {
        self.texts(key)?.into_iter().next()
    }

    fn imports(&self, key: &str) -> Vec<ModuleImport> {
        let values = self.table.property(key).unwrap_or_default();
        values
            .iter()
            .map(|value| ModuleImport::of_value(&value))
            .collect()
    }
}

impl Machine {
    /// The module that a text belongs to.
    pub(super) fn module_of_source(&self, source: &Arc<Source>) -> Option<ModuleInfo> {
        let at = self.modules.of_source(source)?;
        let module = self.modules.loaded.get(at)?.as_ref()?;
        Some(module.info.clone())
    }

    /// The scope that code of a text runs in: the one that is current in its module, or outside of all modules.
    pub(super) fn home_frame(&mut self, source: &Arc<Source>) -> usize {
        if self.modules.is_empty() {
            return self.frame;
        }
        let module = self.modules.of_source(source);
        match (self.current_scope(module), module) {
            (Some(frame), _) => frame,
            (None, Some(module)) => self.enter_module(module),
            (None, None) => 0,
        }
    }

    /// Where the calls that led here left a module, or what lies outside of all.
    fn current_scope(&self, module: Option<usize>) -> Option<usize> {
        let mut frame = self.frame;
        loop {
            let around = self.module_around(frame).and_then(|at| self.frames[at].module);
            if around == module {
                return Some(frame);
            }
            if frame == 0 {
                return None;
            }
            frame = self.frames[frame].entered_from;
        }
    }

    /// The nearest module frame that a frame lies in.
    fn module_around(&self, frame: usize) -> Option<usize> {
        let mut frame = frame;
        while frame != 0 {
            if self.frames[frame].module.is_some() {
                return Some(frame);
            }
            frame = self.frames[frame].parent as usize;
        }
        None
    }

    /// Puts a module's scope on the stack, unless it is there.
    fn enter_module(&mut self, at: usize) -> usize {
        let (live, scope) = match self.modules.get(at) {
            Some(module) => (module.live, std::mem::take(&mut module.scope)),
            // A function of a module that was removed keeps running without what the module had.
            None => (None, ModuleScope::default()),
        };
        if let Some(frame) = live {
            if let Some(module) = self.modules.get(at) {
                module.scope = scope;
            }
            return frame;
        }
        let layout = Arc::new(Layout {
            names: vec![Symbol::UNDERSCORE],
        });
        let source = Arc::clone(&self.frames[self.frame].source);
        let frame = self.enter(&layout, 0, &source);
        let own = &mut self.frames[frame];
        own.extra = scope.variables;
        own.functions = scope.functions;
        own.is_script = true;
        own.module = Some(at);
        if let Some(module) = self.modules.get(at) {
            module.live = Some(frame);
        }
        frame
    }

    /// Takes a module's scope off the stack.
    pub(super) fn rest_module(&mut self, frame: usize) {
        let own = &mut self.frames[frame];
        let Some(at) = own.module else { return };
        let scope = ModuleScope {
            variables: own.extra.take(),
            functions: own.functions.take(),
        };
        if let Some(module) = self.modules.get(at)
            && module.live == Some(frame)
        {
            module.live = None;
            module.scope = scope;
        }
    }

    /// Says that a text belongs to the module whose code runs, as a dot-sourced file's does.
    pub(super) fn adopt_source(&mut self, source: &Arc<Source>) {
        if self.modules.is_empty() {
            return;
        }
        if let Some(module) = self
            .module_around(self.frame)
            .and_then(|frame| self.frames[frame].module)
        {
            self.own_source(source, module);
        }
    }

    fn own_source(&mut self, source: &Arc<Source>, module: usize) {
        self.modules
            .sources
            .insert(Arc::as_ptr(source) as usize, (Arc::clone(source), module));
    }

    /// Loads a module, or publishes again what a loaded one exports.
    pub(super) fn load_module(&mut self, import: &ModuleImport) -> Result<ModuleInfo> {
        if self.modules.nesting >= MAX_NESTING {
            return Err(ErrorRecord::new(
                "Modules_ModuleTooDeeplyNested",
                Category::InvalidOperation,
                format!(
                    "Cannot load the module '{}': modules are nested more than {MAX_NESTING} deep.",
                    import.name
                ),
            )
            .into());
        }
        let loaded = self.loaded_as(import);
        let path = match loaded.filter(|_| !import.force) {
            Some(path) => path,
            None => self.module_path(import).ok_or_else(|| self.not_found(import))?,
        };
        if let Some(at) = self.module_at(&path) {
            if !import.force {
                self.publish(at, import)?;
                return Ok(self.module_info(at));
            }
            self.unload(at);
        }
        self.modules.nesting += 1;
        let loaded = if path.to_ascii_lowercase().ends_with(".psd1") {
            self.load_manifest(&path)
        } else {
            self.load_script_module(&path, None)
        };
        self.modules.nesting -= 1;
        let at = loaded?;
        self.publish(at, import)?;
        Ok(self.module_info(at))
    }

    fn module_at(&self, path: &str) -> Option<usize> {
        self.modules
            .loaded
            .iter()
            .position(|module| module.as_ref().is_some_and(|module| module.info.path == path))
    }

    fn module_info(&self, at: usize) -> ModuleInfo {
        self.modules.loaded[at]
            .as_ref()
            .map(|module| module.info.clone())
            .unwrap_or_default()
    }

    fn load_script_module(&mut self, path: &str, manifest: Option<&Manifest>) -> Result<usize> {
        let block = self.load_script(path)?;
        let at = self.open_module(path, manifest);
        let heights = self.heights();
        let result = match as_block(&block) {
            Some(script) => {
                self.own_source(&Arc::clone(&script.source), at);
                self.nested_modules(path, manifest, at).and_then(|()| {
                    self.frame = self.enter_module(at);
                    let aliases = self.aliases.clone();
                    let code = Arc::clone(script.code_in_found_scope());
                    let ran = self.run_in_found_scope(&code, Out::Null);
                    self.keep_aliases(at, &aliases);
                    ran
                })
            }
            None => Ok(()),
        };
        let restored = self.restore(heights);
        if let Err(interrupt) = result.and(restored) {
            self.unload(at);
            return Err(interrupt);
        }
        Ok(at)
    }

    fn open_module(&mut self, path: &str, manifest: Option<&Manifest>) -> usize {
        let file = path.rsplit('/').next().unwrap_or(path);
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
        let text = |key: &str| manifest.and_then(|manifest| manifest.text(key));
        let info = ModuleInfo {
            name: Arc::from(name),
            path: path.to_owned(),
            version: text("ModuleVersion").unwrap_or_else(|| "0.0".to_owned()),
            description: text("Description").unwrap_or_default(),
            kind: if manifest.is_some() { "Manifest" } else { "Script" },
            manifest: manifest.map(|manifest| manifest.table.clone()),
            ..ModuleInfo::default()
        };
        self.modules.loaded.push(Some(Module {
            info,
            exports: None,
            allowed: Exports::default(),
            on_remove: OnRemove::default(),
            published: Vec::new(),
            aliases: Vec::new(),
            scope: ModuleScope::default(),
            live: None,
        }));
        self.modules.loaded.len() - 1
    }

    /// Aliases are the session's: those that a module made are remembered, so that what it does not export can go.
    fn keep_aliases(&mut self, at: usize, before: &HashMap<String, Arc<str>>) {
        let made: Vec<Arc<str>> = self
            .aliases
            .keys()
            .filter(|name| !before.contains_key(*name))
            .map(|name| Arc::from(name.as_str()))
            .collect();
        if let Some(module) = self.modules.get(at) {
            module.aliases.extend(made);
        }
    }

    fn load_manifest(&mut self, path: &str) -> Result<usize> {
        let manifest = self.read_manifest(path)?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = |name: &str| {
            format!(
                "{folder}/{}",
                name.trim_start_matches("./").trim_start_matches(".\\")
            )
        };
        for required in manifest.imports("RequiredModules") {
            if !self.is_product_module(&required.name) {
                self.load_module(&required)?;
            }
        }
        for script in manifest.texts("ScriptsToProcess").unwrap_or_default() {
            self.call_script(&Arc::from(beside(&script)), Vec::new(), Out::Null, true)?;
        }
        let root = manifest
            .text("RootModule")
            .or_else(|| manifest.text("ModuleToProcess"));
        let at = match root {
            Some(root) if root.to_ascii_lowercase().ends_with(".psm1") => {
                self.load_script_module(&beside(&root), Some(&manifest))?
            }
            Some(root) => {
                return Err(ErrorRecord::new(
                    "NotBuilt",
                    Category::NotImplemented,
                    format!("The root module '{root}' of '{path}' is not a script; only .psm1 files can be loaded."),
                )
                .hint("Use the module's script version, or call what it does another way.")
                .into());
            }
            None => {
                let at = self.open_module(path, Some(&manifest));
                self.nested_modules(path, Some(&manifest), at)?;
                at
            }
        };
        self.types_and_formats(path, &manifest)?;
        let restricted = |key: &str| manifest.texts(key);
        let allowed = Exports {
            functions: restricted("FunctionsToExport"),
            aliases: restricted("AliasesToExport"),
            variables: restricted("VariablesToExport"),
        };
        let prefix = manifest.text("DefaultCommandPrefix");
        if let Some(module) = self.modules.get(at) {
            let name = path.rsplit('/').next().unwrap_or(path);
            module.info.name = Arc::from(name.rsplit_once('.').map_or(name, |(name, _)| name));
            path.clone_into(&mut module.info.path);
            module.info.kind = "Manifest";
            module.allowed = allowed;
            module.info.prefix = prefix;
        }
        Ok(at)
    }

    /// The files of a manifest that say what types have and how they are shown.
    fn types_and_formats(&mut self, path: &str, manifest: &Manifest) -> Result<()> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (key, command) in [
            ("TypesToProcess", "Update-TypeData"),
            ("FormatsToProcess", "Update-FormatData"),
        ] {
            for file in manifest.texts(key).unwrap_or_default() {
                let file = file.trim_start_matches("./").trim_start_matches(".\\");
                let call = BlockCall {
                    named: vec![(Arc::from("PrependPath"), Value::from(format!("{folder}/{file}")))],
                    ..BlockCall::default()
                };
                crate::session::Session::call_command(self, command, call)?;
            }
        }
        Ok(())
    }

    /// Loads the nested modules of a manifest into the module's own scope.
    fn nested_modules(&mut self, path: &str, manifest: Option<&Manifest>, at: usize) -> Result<()> {
        let Some(manifest) = manifest else { return Ok(()) };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for nested in manifest.texts("NestedModules").unwrap_or_default() {
            let file = format!(
                "{folder}/{}",
                nested.trim_start_matches("./").trim_start_matches(".\\")
            );
            let heights = self.heights();
            self.frame = self.enter_module(at);
            let loaded = if file.to_ascii_lowercase().ends_with(".ps1") {
                self.call_script(&Arc::from(file), Vec::new(), Out::Null, true)
            } else {
                self.load_module(&ModuleImport::of(&file)).map(|_| ())
            };
            let restored = self.restore(heights);
            loaded.and(restored)?;
        }
        Ok(())
    }

    /// A manifest is data: one table, and no command.
    fn read_manifest(&mut self, path: &str) -> Result<Manifest> {
        let block = self.load_script(path)?;
        let mut commands = Vec::new();
        if let Some(script) = as_block(&block) {
            walk(&script.body, &mut |node| {
                if let Node::Command(_, span) = node {
                    commands.push(script.source.slice(span).to_owned());
                }
            });
        }
        if let Some(command) = commands.first() {
            return Err(invalid_manifest(
                path,
                &format!("a manifest may not run a command, and this one has '{command}'"),
            ));
        }
        let values = self.collect(|machine, out| machine.call_given(&block, None, Vec::new(), out, false))?;
        match Machine::as_value(values) {
            table @ Value::Hashtable(_) => Ok(Manifest { table }),
            _ => Err(invalid_manifest(path, "it is not one table @{ … }")),
        }
    }

    /// Modules whose commands the product has by itself.
    pub(super) fn is_product_module(&self, name: &str) -> bool {
        crate::session::ALWAYS_THERE
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name))
            || self
                .registry
                .commands()
                .any(|command| command.signature().module.eq_ignore_ascii_case(name))
    }

    fn functions_of(&self, frame: usize) -> Vec<(Arc<str>, Value)> {
        named_functions(self.frames[frame].functions.as_deref())
    }

    /// Takes a module and what it published out of the session.
    fn unload(&mut self, at: usize) {
        let Some(module) = self.modules.loaded.get_mut(at).and_then(Option::take) else {
            return;
        };
        for name in &module.published {
            if let (Some(symbol), Some(functions)) = (Symbol::find(name), self.frames[0].functions.as_mut()) {
                functions.remove(&symbol);
            }
        }
        for alias in &module.aliases {
            self.aliases.remove(alias.as_ref());
            self.alias_names.remove(alias.as_ref());
        }
        self.modules.sources.retain(|_, (_, owner)| *owner != at);
        self.epoch += 1;
    }

    /// Unloads the modules of a name; whether there was one.
    pub(super) fn unload_named(&mut self, name: &str) -> bool {
        let fitting: Vec<usize> = (0..self.modules.loaded.len())
            .filter(|at| {
                self.modules.loaded[*at]
                    .as_ref()
                    .is_some_and(|module| crate::inspect::like(&module.info.name, name))
            })
            .collect();
        for at in &fitting {
            self.before_removal(*at);
            self.unload(*at);
        }
        !fitting.is_empty()
    }

    /// Export-ModuleMember, called by a module while it loads.
    pub(super) fn export_from_module(&mut self, exports: Exports) -> Result<()> {
        let module = self
            .module_around(self.frame)
            .and_then(|frame| self.frames[frame].module)
            .and_then(|at| self.modules.get(at));
        let Some(module) = module else {
            return Err(ErrorRecord::new(
                "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
                Category::PermissionDenied,
                "The Export-ModuleMember cmdlet can only be called from inside a module.",
            )
            .exception("System.InvalidOperationException")
            .into());
        };
        module.exports = Some(match module.exports.take() {
            None => exports,
            Some(before) => before.and(exports),
        });
        Ok(())
    }

    /// The modules that are loaded.
    pub(super) fn loaded_modules(&self) -> Vec<ModuleInfo> {
        self.modules
            .loaded
            .iter()
            .flatten()
            .map(|module| module.info.clone())
            .collect()
    }
}

fn named_functions(functions: Option<&SymbolMap<Value>>) -> Vec<(Arc<str>, Value)> {
    functions
        .into_iter()
        .flat_map(|functions| functions.iter())
        .map(|(symbol, block)| {
            let name = as_block(block).and_then(|block| block.name.clone());
            (name.unwrap_or_else(|| symbol.name()), block.clone())
        })
        .collect()
}

fn invalid_manifest(path: &str, why: &str) -> crate::error::Interrupt {
    ErrorRecord::new(
        "Modules_InvalidManifest",
        Category::ResourceUnavailable,
        format!("The module manifest '{path}' could not be processed because {why}."),
    )
    .about(Value::str(path))
    .into()
}
