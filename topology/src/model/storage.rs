//! Stores outside the pools: SQL servers, file shares, Office Web Apps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ShareName, SqlInstanceName};
use crate::identity::Fqdn;

/// A server with SQL instances.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SqlServer {
    /// The server.
    pub fqdn: Fqdn,
    /// The named instances. Left out: the default instance alone.
    #[serde(default)]
    pub instances: Vec<String>,
    /// The instance that mirrors this server's instances, e.g. `sql02.contoso.example\RTC`.
    #[serde(default)]
    pub mirror: Option<SqlInstanceName>,
    /// The instance that decides which of the two is primary.
    #[serde(default)]
    pub witness: Option<SqlInstanceName>,
}

impl SqlServer {
    /// The instances by name.
    pub fn instance_names(&self) -> Vec<SqlInstanceName> {
        if self.instances.is_empty() {
            return vec![SqlInstanceName {
                server: self.fqdn.clone(),
                instance: None,
            }];
        }
        let named = |instance: &String| {
            let instance = Some(instance.clone()).filter(|name| !name.is_empty());
            SqlInstanceName {
                server: self.fqdn.clone(),
                instance,
            }
        };
        self.instances.iter().map(named).collect()
    }
}

/// A file share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileStore {
    /// The share, e.g. `\\file01.contoso.example\Share`.
    pub share: ShareName,
}

/// An Office Web Apps server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfficeWebApps {
    /// The server.
    pub fqdn: Fqdn,
    /// Where it says what it can do. Left out: `https://<fqdn>/hosting/discovery/`.
    #[serde(default)]
    pub discovery_url: Option<String>,
    /// Whether it stands outside the internal network.
    #[serde(default)]
    pub external: bool,
}

impl OfficeWebApps {
    /// Where it says what it can do.
    pub fn discovery_url(&self) -> String {
        self.discovery_url
            .clone()
            .unwrap_or_else(|| format!("https://{}/hosting/discovery/", self.fqdn))
    }
}
