//! What is known of a module without loading it, and what runs before one goes.

use std::sync::Arc;

use parking_lot::Mutex;

use super::Manifest;
use crate::error::{Category, ErrorRecord, Result};
use crate::members::World;
use crate::run::{Machine, Out};
use crate::session::{Exports, ModuleImport, ModuleInfo};
use crate::value::{Instance, Value};

/// The script block that a module gave for its removal.
pub(super) type OnRemove = Arc<Mutex<Option<Value>>>;

/// `$ExecutionContext.SessionState.Module`.
struct RunningModule {
    info: ModuleInfo,
    on_remove: OnRemove,
}

impl Instance for RunningModule {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PSModuleInfo")
    }

    fn to_text(&self) -> String {
        self.info.name.to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Name", "Path", "Version", "PrivateData", "OnRemove"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::str(self.info.name.as_ref()),
            "path" => Value::str(self.info.path.as_str()),
            "version" => Value::str(self.info.version.as_str()),
            "privatedata" => {
                let manifest = self.info.manifest.as_ref();
                manifest
                    .and_then(|table| table.property("PrivateData"))
                    .unwrap_or_default()
            }
            "onremove" => self.on_remove.lock().clone().unwrap_or_default(),
            _ => return None,
        })
    }

    fn set_property(&self, name: &str, value: &Value, _world: &mut dyn World) -> Option<Result<()>> {
        name.eq_ignore_ascii_case("OnRemove").then(|| {
            *self.on_remove.lock() = Some(value.clone()).filter(|value| !value.is_null());
            Ok(())
        })
    }
}

impl Machine {
    /// The module whose code runs; nothing outside of modules.
    pub(in crate::run) fn running_module(&self) -> Value {
        let module = self
            .module_around(self.frame)
            .and_then(|frame| self.frames[frame].module)
            .and_then(|at| self.modules.loaded.get(at)?.as_ref());
        module.map_or(Value::Null, |module| {
            Value::instance(RunningModule {
                info: module.info.clone(),
                on_remove: Arc::clone(&module.on_remove),
            })
        })
    }

    /// Runs what a module gave for its removal. It goes also when that fails.
    pub(super) fn before_removal(&mut self, at: usize) {
        let block = self
            .modules
            .get(at)
            .and_then(|module| module.on_remove.lock().take());
        if let Some(block) = block {
            let _ = self.collect(|machine, out: Out| machine.call_value(&block, Vec::new(), out));
        }
    }

    /// The file of a loaded module that an import means.
    pub(super) fn loaded_as(&self, import: &ModuleImport) -> Option<String> {
        let means = |info: &&ModuleInfo| {
            info.name.eq_ignore_ascii_case(&import.name) && import.versions.accepts(&info.version)
        };
        let loaded = self.modules.loaded.iter().flatten().map(|module| &module.info);
        loaded
            .filter(|info| !info.path.is_empty())
            .find(means)
            .map(|info| info.path.clone())
    }

    /// What a module's file says of it.
    pub(in crate::run) fn inspect_file(&mut self, file: &str) -> Result<ModuleInfo> {
        let name = file.rsplit('/').next().unwrap_or(file);
        let mut info = ModuleInfo {
            name: Arc::from(name.rsplit_once('.').map_or(name, |(name, _)| name)),
            path: file.to_owned(),
            version: "0.0".to_owned(),
            kind: "Script",
            ..ModuleInfo::default()
        };
        if !file.to_ascii_lowercase().ends_with(".psd1") {
            info.exported = self.functions_in(file);
            return Ok(info);
        }
        let manifest = self.read_manifest(file)?;
        let Some(version) = manifest.text("ModuleVersion") else {
            return Err(super::invalid_manifest(file, "it does not say its ModuleVersion"));
        };
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let root = manifest
            .text("RootModule")
            .or_else(|| manifest.text("ModuleToProcess"));
        let defined = match &root {
            Some(root) => self.functions_in(&format!("{folder}/{}", root.trim_start_matches("./"))),
            None => Vec::new(),
        };
        info.kind = if root.is_some() { "Script" } else { "Manifest" };
        info.version = version;
        info.description = manifest.text("Description").unwrap_or_default();
        info.exported = named(&manifest, "FunctionsToExport", defined);
        info.aliases = named(&manifest, "AliasesToExport", Vec::new());
        info.manifest = Some(manifest.table);
        Ok(info)
    }

    /// The functions that a script defines.
    fn functions_in(&mut self, file: &str) -> Vec<Arc<str>> {
        let Ok(block) = self.load_script(file) else {
            return Vec::new();
        };
        let mut names: Vec<Arc<str>> = Vec::new();
        if let Some(script) = crate::block::as_block(&block) {
            crate::ast::walk::walk(&script.body, &mut |node| {
                if let crate::ast::walk::Node::Function(name) = node {
                    names.push(Arc::from(name));
                }
            });
        }
        names.sort();
        names
    }

    /// There is no such module, or none of a version that will do.
    pub(super) fn not_found(&self, import: &ModuleImport) -> ErrorRecord {
        let name = &import.name;
        let bounds = [
            ("minimum version", &import.versions.minimum),
            ("maximum version", &import.versions.maximum),
            ("version", &import.versions.required),
        ];
        let wanted: Vec<String> = bounds
            .iter()
            .filter_map(|(what, bound)| Some(format!("{what} '{}'", bound.as_ref()?)))
            .collect();
        let (id, message) = if wanted.is_empty() {
            (
                "Modules_ModuleNotFound",
                format!(
                    "The specified module '{name}' was not loaded because no valid module file was found in any module directory."
                ),
            )
        } else {
            (
                "Modules_ModuleWithVersionNotFound",
                format!(
                    "The specified module '{name}' with {} was not loaded because no valid module file was found in any module \
                     directory.",
                    wanted.join(" and ")
                ),
            )
        };
        ErrorRecord::new(id, Category::ResourceUnavailable, message)
            .about(Value::str(name.as_str()))
            .exception("System.IO.FileNotFoundException")
    }
}

/// What a manifest exports: names as it says them, and for wildcards what fits of what is defined.
fn named(manifest: &Manifest, key: &str, defined: Vec<Arc<str>>) -> Vec<Arc<str>> {
    let Some(patterns) = manifest.texts(key) else {
        return defined;
    };
    let (open, exact): (Vec<String>, Vec<String>) = patterns
        .into_iter()
        .partition(|pattern| pattern.contains(['*', '?', '[']));
    let mut names: Vec<Arc<str>> = exact.iter().map(|name| Arc::from(name.as_str())).collect();
    names.extend(defined.into_iter().filter(|name| Exports::fits(&open, name)));
    names
}
