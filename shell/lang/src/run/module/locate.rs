//! Where modules lie: paths, the folders of PSModulePath, and the module that has a command which nothing else has.

use crate::ast::walk::{Node, walk};
use crate::block::as_block;
use crate::session::{Exports, ModuleImport};

use crate::run::Machine;

impl Machine {
    /// The folders of PSModulePath.
    fn module_folders(&self) -> Vec<String> {
        let path = self.host.env("PSModulePath").unwrap_or_else(|| {
            let home = self.host.env("HOME").unwrap_or_default();
            format!("{home}/.local/share/plenum/Modules:/usr/local/share/plenum/Modules")
        });
        path.split(':')
            .filter(|folder| !folder.is_empty())
            .map(|folder| folder.trim_end_matches('/').to_owned())
            .collect()
    }

    fn is_file(&self, path: &str) -> bool {
        self.host
            .file_status(path)
            .is_some_and(|status| !status.is_directory)
    }

    /// The file of a module: a path, or a name below a folder of PSModulePath.
    pub(super) fn module_path(&self, name: &str) -> Option<String> {
        let plain = name.replace('\\', "/");
        let lower = plain.to_ascii_lowercase();
        let is_file_name = [".psm1", ".psd1", ".ps1"]
            .iter()
            .any(|ending| lower.ends_with(ending));
        if plain.contains('/') || is_file_name {
            let full = match plain.strip_prefix("~/") {
                Some(rest) => format!("{}/{rest}", self.host.env("HOME").unwrap_or_default()),
                None if plain.starts_with('/') => plain,
                None => format!(
                    "{}/{}",
                    self.host.current_directory(),
                    plain.trim_start_matches("./")
                ),
            };
            let full = full.trim_end_matches('/').to_owned();
            if is_file_name {
                return self.is_file(&full).then_some(full);
            }
            let folder_name = full.rsplit('/').next().unwrap_or_default().to_owned();
            return [".psd1", ".psm1"]
                .iter()
                .map(|ending| format!("{full}{ending}"))
                .find(|file| self.is_file(file))
                .or_else(|| self.module_in(&full, &folder_name));
        }
        self.module_folders().iter().find_map(|folder| {
            let own = self
                .host
                .list_directory(folder)
                .unwrap_or_default()
                .into_iter()
                .find(|entry| entry.eq_ignore_ascii_case(name))?;
            self.module_in(&format!("{folder}/{own}"), &own)
        })
    }

    /// The module file of a module's folder, or of its highest version's.
    fn module_in(&self, folder: &str, name: &str) -> Option<String> {
        let direct = [".psd1", ".psm1"]
            .iter()
            .map(|ending| format!("{folder}/{name}{ending}"))
            .find(|file| self.is_file(file));
        direct.or_else(|| {
            let mut versions: Vec<(Vec<u64>, String)> = self
                .host
                .list_directory(folder)
                .unwrap_or_default()
                .into_iter()
                .filter_map(|entry| {
                    let parts: Option<Vec<u64>> = entry.split('.').map(|part| part.parse().ok()).collect();
                    parts.map(|parts| (parts, entry))
                })
                .collect();
            versions.sort();
            versions.into_iter().rev().find_map(|(_, version)| {
                [".psd1", ".psm1"]
                    .iter()
                    .map(|ending| format!("{folder}/{version}/{name}{ending}"))
                    .find(|file| self.is_file(file))
            })
        })
    }

    /// The names of the modules below PSModulePath with their files.
    pub(in crate::run) fn available_modules(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for folder in self.module_folders() {
            for name in self.host.list_directory(&folder).unwrap_or_default() {
                if let Some(file) = self.module_in(&format!("{folder}/{name}"), &name) {
                    found.push((name, file));
                }
            }
        }
        found
    }

    /// Loads the module of PSModulePath that has a function of a name that nothing else has; whether there was one.
    pub(in crate::run) fn autoload(&mut self, name: &str) -> bool {
        if !name.contains('-') || self.modules.nesting > 0 {
            return false;
        }
        let off = self
            .variable_value("PSModuleAutoLoadingPreference")
            .is_some_and(|value| value.to_text().eq_ignore_ascii_case("None"));
        if off {
            return false;
        }
        for (_, file) in self.available_modules() {
            if self.module_at(&file).is_none() && self.offers(&file, name) {
                return self.load_module(&ModuleImport::of(&file)).is_ok();
            }
        }
        false
    }

    /// Whether a module file has a function: a manifest says so, a script defines it.
    fn offers(&mut self, file: &str, name: &str) -> bool {
        if file.to_ascii_lowercase().ends_with(".psd1") {
            let Ok(manifest) = self.read_manifest(file) else {
                return false;
            };
            let listed = manifest
                .texts("FunctionsToExport")
                .unwrap_or_else(|| vec!["*".to_owned()]);
            if !listed.iter().any(|pattern| pattern == "*") {
                return Exports::fits(&listed, name);
            }
            let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
            return manifest.text("RootModule").is_some_and(|root| {
                self.defines(&format!("{folder}/{}", root.trim_start_matches("./")), name)
            });
        }
        self.defines(file, name)
    }

    fn defines(&mut self, file: &str, name: &str) -> bool {
        let Ok(block) = self.load_script(file) else {
            return false;
        };
        let mut found = false;
        if let Some(script) = as_block(&block) {
            walk(&script.body, &mut |node| {
                if let Node::Function(own) = node {
                    found |= own.eq_ignore_ascii_case(name);
                }
            });
        }
        found
    }
}
