//! The topology document: what a deployment is.
//!
//! The types are the document: a field here is a key of the YAML file, its documentation is the description in the
//! JSON Schema, and what is left out has the default given here. [`Topology::to_json`] leaves defaults out again, so
//! a small deployment stays a small document. References (a pool's file store, a trunk's Mediation pool) are by name
//! and may be wrong in a value of these types: [`crate::validate`] checks them, and nothing unchecked is published.
//! What follows from a document (services with their ports, default simple URLs, who depends on whom) is in
//! [`resolve`].

mod names;
mod network;
mod peer;
mod pool;
pub mod port;
pub mod resolve;
pub mod schema;
mod service;
pub(crate) mod simple_url;
mod site;
mod storage;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use names::{Interval, ShareName, SqlInstanceName};
pub use network::{Network, NetworkRegion, NetworkSite, NetworkSubnet, SubnetAddress};
pub use peer::{Gateway, Transport, Trunk, VideoGateway, VideoTrunk};
pub use pool::{Computer, Pool, PoolType, TrustedApplication};
pub use service::{
    ApplicationService, ConferencingService, EdgeService, MediationService, PersistentChatService,
    RegistrarService, Services, TrustedApplicationService, UserService, VideoInteropService, WebService,
};
pub use simple_url::{SimpleUrl, SimpleUrlComponent};
pub use site::{Site, SiteType};
pub use storage::{FileStore, OfficeWebApps, SqlServer};

use crate::identity::Fqdn;

/// The version of the document's form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The only one so far.
    #[default]
    #[serde(rename = "plenum/v1")]
    V1,
}

/// A deployment: its SIP domains, sites, pools, peers and network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Topology {
    /// The version of this document's form.
    pub api_version: ApiVersion,
    /// The deployment's name, for people.
    #[serde(default)]
    pub name: Option<String>,
    /// The SIP domains that the deployment is responsible for.
    pub sip_domains: Vec<Fqdn>,
    /// The default SIP domain. Left out: the first of `sipDomains`.
    #[serde(default)]
    pub default_sip_domain: Option<Fqdn>,
    /// The pool that holds the central management store. Left out: the first Front End pool.
    #[serde(default)]
    pub central_management_pool: Option<Fqdn>,
    /// Simple URLs of the whole deployment. Left out: `https://meet.<domain>` for every SIP domain and
    /// `https://dialin.<default domain>`.
    #[serde(default)]
    pub simple_urls: Vec<SimpleUrl>,
    /// The sites, with everything that stands in them.
    pub sites: Vec<Site>,
    /// Network regions, sites and subnets, for what depends on a client's place.
    #[serde(default)]
    pub network: Network,
}

impl Topology {
    /// Reads the JSON form that the store keeps. Checks the form, not the rules of [`crate::validate`].
    ///
    /// # Errors
    /// What is wrong with the first member that does not fit.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, serde_json::Error> {
        Self::deserialize(json)
    }

    /// The JSON form: what differs from the defaults, in the order of the schema.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::to_value(self).expect("the model has text keys only");
        schema::prune_defaults(&mut json);
        json
    }
}
