//! Where modules lie: paths, the folders of PSModulePath, and the module that has a command which nothing else has.

use crate::ast::walk::{Node, walk};
use crate::block::as_block;
use crate::session::{Exports, ModuleImport, Versions, version_numbers};

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
    pub(super) fn module_path(&mut self, import: &ModuleImport) -> Option<String> {
        let name = import.name.as_str();
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
                .or_else(|| self.modules_in(&full, &folder_name).into_iter().next());
        }
        let candidates: Vec<String> = self
            .module_folders()
            .iter()
            .filter_map(|folder| {
                let names = self.host.list_directory(folder).unwrap_or_default();
                let own = names.into_iter().find(|entry| entry.eq_ignore_ascii_case(name))?;
                Some(self.modules_in(&format!("{folder}/{own}"), &own))
            })
            .flatten()
            .collect();
        if import.versions == Versions::default() {
            return candidates.into_iter().next();
        }
        candidates.into_iter().find(|file| {
            let info = self.inspect_file(file);
            info.is_ok_and(|info| import.versions.accepts(&info.version))
        })
    }

    /// The module files of a module's folder: its own, else those of its versions, the highest first.
    fn modules_in(&self, folder: &str, name: &str) -> Vec<String> {
        let file_in = |folder: &str| {
            [".psd1", ".psm1"]
                .iter()
                .map(|ending| format!("{folder}/{name}{ending}"))
                .find(|file| self.is_file(file))
        };
        if let Some(own) = file_in(folder) {
            return vec![own];
        }
        let mut versions: Vec<String> = self.host.list_directory(folder).unwrap_or_default();
        versions.retain(|entry| entry.split('.').all(|part| part.parse::<u64>().is_ok()));
        versions.sort_by_key(|entry| std::cmp::Reverse(version_numbers(entry)));
        versions
            .iter()
            .filter_map(|version| file_in(&format!("{folder}/{version}")))
            .collect()
    }

    /// The names of the modules below PSModulePath with their files.
    pub(in crate::run) fn available_modules(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for folder in self.module_folders() {
            for name in self.host.list_directory(&folder).unwrap_or_default() {
                let files = self.modules_in(&format!("{folder}/{name}"), &name);
                found.extend(files.into_iter().map(|file| (name.clone(), file)));
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
