//! System.Management.Automation.PathInfo: where the session is. Its text is the path, so that `Join-Path $PWD x` and
//! `[string]$PWD` are about the folder.

use std::sync::Arc;

use crate::value::{Instance, Value};

struct PathInfo(Arc<str>);

/// The PathInfo of a folder, or of a place on another drive (`Env:\PATH`).
pub fn path_info(path: &str) -> Value {
    Value::instance(PathInfo(Arc::from(path)))
}

impl PathInfo {
    fn drive(&self) -> &str {
        self.0.split_once(':').map_or("/", |(drive, _)| drive)
    }

    fn provider(&self) -> &str {
        match self.drive() {
            "/" => "FileSystem",
            "Env" => "Environment",
            "Cs" => "Deployment",
            other => other,
        }
    }
}

impl Instance for PathInfo {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PathInfo")
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["Drive", "Provider", "ProviderPath", "Path"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        Some(match name.to_ascii_lowercase().as_str() {
            "drive" => Value::str(self.drive()),
            "provider" => Value::from(format!("Microsoft.PowerShell.Core\\{}", self.provider())),
            "providerpath" | "path" => Value::str(&*self.0),
            _ => return None,
        })
    }
}
