//! Sites: central ones and branches.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{FileStore, Gateway, OfficeWebApps, Pool, SimpleUrl, SqlServer, VideoGateway};
use crate::identity::Fqdn;

/// Whether a site has its own Front End pools or depends on one that has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SiteType {
    /// A central site.
    #[default]
    Central,
    /// A branch of a central site.
    Branch,
}

/// A place with pools and peers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Site {
    /// The site's name; `Site:<name>` is its identity.
    pub name: String,
    /// The number in service ids (`1-Registrar-1`). Left out: the lowest that is free, in document order.
    #[serde(default)]
    pub id: Option<u32>,
    /// Central or Branch.
    #[serde(default, rename = "type")]
    pub site_type: SiteType,
    /// The central site that a branch belongs to.
    #[serde(default)]
    pub parent: Option<String>,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
    /// The city.
    #[serde(default)]
    pub city: Option<String>,
    /// The state or province.
    #[serde(default)]
    pub state: Option<String>,
    /// The country, as two letters (ISO 3166-1).
    #[serde(default)]
    pub country_code: Option<String>,
    /// The Edge pool that federation traffic of this site takes.
    #[serde(default)]
    pub federation_route: Option<Fqdn>,
    /// The Edge pool that XMPP traffic takes; one site of a deployment has it.
    #[serde(default)]
    pub xmpp_federation_route: Option<Fqdn>,
    /// The Persistent Chat pool that new rooms of this site go to.
    #[serde(default)]
    pub default_persistent_chat_pool: Option<Fqdn>,
    /// Simple URLs of this site alone, in place of the deployment's.
    #[serde(default)]
    pub simple_urls: Vec<SimpleUrl>,
    /// The pools.
    #[serde(default)]
    pub pools: Vec<Pool>,
    /// The SQL servers that pools keep data on.
    #[serde(default)]
    pub sql_servers: Vec<SqlServer>,
    /// The file shares that pools keep files on.
    #[serde(default)]
    pub file_stores: Vec<FileStore>,
    /// The Office Web Apps servers, for presentations in meetings.
    #[serde(default)]
    pub office_web_apps: Vec<OfficeWebApps>,
    /// The gateways, session border controllers and telephone exchanges.
    #[serde(default)]
    pub gateways: Vec<Gateway>,
    /// The video gateways.
    #[serde(default)]
    pub video_gateways: Vec<VideoGateway>,
}
