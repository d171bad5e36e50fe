//! What a text needs before it runs: `using` statements, and the types that it defines.

use std::sync::Arc;

use crate::ast::Script;
use crate::error::{Category, ErrorRecord, Interrupt, Result};
use crate::session::ModuleImport;

use super::Machine;

impl Machine {
    /// Meets a text's requirements, loads the modules that it uses and defines its types.
    pub(super) fn prepare(&mut self, script: &Script) -> Result<()> {
        self.meet_requirements(script)?;
        let mut namespaces: Vec<Arc<str>> = Vec::new();
        for using in &script.body.usings {
            match using.kind.to_ascii_lowercase().as_str() {
                "namespace" => namespaces.push(Arc::clone(&using.name)),
                "module" => self.use_module(&using.name, script)?,
                // Assemblies are .NET's; what is here of them is always there.
                _ => {}
            }
        }
        if script.source.file.is_none() {
            for namespace in &namespaces {
                if !self.namespaces.contains(namespace) {
                    self.namespaces.push(Arc::clone(namespace));
                }
            }
        }
        // A source that runs again has its namespaces already.
        let _ = script.source.namespaces.set(namespaces);
        let caller = self.frame;
        let source = std::mem::replace(&mut self.frames[caller].source, Arc::clone(&script.source));
        let defined = self.define_types(&script.body, &script.source);
        self.frames[caller].source = source;
        defined
    }

    /// `using module`: a path is relative to the script's folder.
    fn use_module(&mut self, name: &str, script: &Script) -> Result<()> {
        let plain = name.replace('\\', "/");
        let beside = script
            .source
            .file
            .as_deref()
            .and_then(|file| file.rsplit_once('/'));
        let path = match beside {
            Some((folder, _)) if plain.starts_with('.') => format!("{folder}/{plain}"),
            _ => plain,
        };
        let import = ModuleImport::of(&path);
        self.load_module(&import).map(|_| ()).map_err(|interrupt| match interrupt {
            Interrupt::Error(cause) if cause.id.starts_with("Modules_ModuleNotFound") => {
                let message = format!(
                    "The specified module '{name}' was not loaded because no valid module file was found in any module directory."
                );
                ErrorRecord::new("ModuleNotFoundDuringParse", Category::ParserError, message)
                    .exception("System.Management.Automation.ParseException")
                    .into()
            }
            other => other,
        })
    }
}
