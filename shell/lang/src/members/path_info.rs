//! System.Management.Automation.PathInfo: where the session is. Its text is the path, so that `Join-Path $PWD x` and
//! `[string]$PWD` are about the folder.

use std::sync::Arc;

use crate::value::{Instance, Value};

struct PathInfo(Arc<str>);

/// A drive or a provider: what it is called, and how it is written.
struct Named {
    type_name: &'static str,
    name: Arc<str>,
    text: String,
    /// A drive's provider.
    provider: Option<Arc<str>>,
}

/// System.Management.Automation.PSDriveInfo.
pub fn drive(name: &str, provider: &str) -> Value {
    Value::instance(Named {
        type_name: "System.Management.Automation.PSDriveInfo",
        name: Arc::from(name),
        text: name.to_owned(),
        provider: Some(Arc::from(provider)),
    })
}

/// System.Management.Automation.ProviderInfo.
pub fn provider(name: &str) -> Value {
    Value::instance(Named {
        type_name: "System.Management.Automation.ProviderInfo",
        name: Arc::from(name),
        text: format!("Microsoft.PowerShell.Core\\{name}"),
        provider: None,
    })
}

impl Instance for Named {
    fn type_name(&self) -> Arc<str> {
        Arc::from(self.type_name)
    }

    fn to_text(&self) -> String {
        self.text.clone()
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        match self.provider {
            Some(_) => vec![Arc::from("Name"), Arc::from("Provider")],
            None => vec![Arc::from("Name"), Arc::from("ModuleName")],
        }
    }

    fn property(&self, name: &str) -> Option<Value> {
        match (name.to_ascii_lowercase().as_str(), &self.provider) {
            ("name", _) => Some(Value::str(self.name.as_ref())),
            ("provider", Some(of)) => Some(provider(of)),
            ("modulename", None) => Some(Value::str("Microsoft.PowerShell.Core")),
            _ => None,
        }
    }
}

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
            "drive" => drive(self.drive(), self.provider()),
            "provider" => provider(self.provider()),
            "providerpath" | "path" => Value::str(&*self.0),
            _ => return None,
        })
    }
}
