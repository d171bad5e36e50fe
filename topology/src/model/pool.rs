//! Pools and their computers.

use std::net::{IpAddr, Ipv4Addr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Services, ShareName, SqlInstanceName};
use crate::identity::Fqdn;

/// What a pool is for, and so which services it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum PoolType {
    /// One Front End Server with its own database and file share.
    StandardEdition,
    /// Front End Servers that share an SQL Server and a file share.
    EnterpriseEdition,
    /// Signs users in and sends them to their home pool.
    Director,
    /// Connects the deployment to the outside.
    Edge,
    /// Connects calls to gateways.
    Mediation,
    /// Persistent chat rooms.
    PersistentChat,
    /// Applications of other makers that the deployment trusts.
    TrustedApplication,
    /// A branch's appliance: registrar and Mediation Server of its users.
    SurvivableBranchAppliance,
    /// The same on a server.
    SurvivableBranchServer,
    /// Connects video room systems.
    VideoInterop,
}

impl PoolType {
    /// Whether users' data lives here.
    pub fn is_front_end(self) -> bool {
        matches!(self, PoolType::StandardEdition | PoolType::EnterpriseEdition)
    }

    /// Whether it stands in a branch.
    pub fn is_survivable_branch(self) -> bool {
        matches!(
            self,
            PoolType::SurvivableBranchAppliance | PoolType::SurvivableBranchServer
        )
    }

    /// Whether users can be homed here.
    pub fn homes_users(self) -> bool {
        self.is_front_end() || self.is_survivable_branch()
    }

    /// The type as the document writes it.
    pub fn name(self) -> &'static str {
        match self {
            PoolType::StandardEdition => "StandardEdition",
            PoolType::EnterpriseEdition => "EnterpriseEdition",
            PoolType::Director => "Director",
            PoolType::Edge => "Edge",
            PoolType::Mediation => "Mediation",
            PoolType::PersistentChat => "PersistentChat",
            PoolType::TrustedApplication => "TrustedApplication",
            PoolType::SurvivableBranchAppliance => "SurvivableBranchAppliance",
            PoolType::SurvivableBranchServer => "SurvivableBranchServer",
            PoolType::VideoInterop => "VideoInterop",
        }
    }
}

/// Computers that run the same services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// The pool's FQDN; of a pool of one computer also that computer's.
    pub fqdn: Fqdn,
    /// What it is for.
    #[serde(rename = "type")]
    pub pool_type: PoolType,
    /// The computers, in the order of preference. Left out: one, named as the pool.
    #[serde(default)]
    pub computers: Vec<Computer>,
    /// Where each computer answers plain HTTP questions about its health and its metrics. Left out: nowhere.
    #[serde(default)]
    pub health_port: Option<u16>,
    /// The most SIP transactions that a computer works on at a time, a few kilobytes of memory each. From three quarters
    /// of them on it refuses new work (503) and goes on with what is under way. Left out: 400,000.
    #[serde(default)]
    pub max_transactions: Option<u32>,
    /// How many bytes of the messages of calls each computer keeps in memory for Trace-CsCall; 0 keeps none. Left out:
    /// 16 MiB.
    #[serde(default)]
    pub trace_bytes: Option<u32>,
    /// How many threads of a computer serve SIP, each with a part of the users: 1 to 16. Left out: as many as it has
    /// cores, but one.
    #[serde(default)]
    pub shards: Option<u8>,
    /// The Edge pool that carries media of this pool's users, and of its calls to gateways.
    #[serde(default)]
    pub edge_pool: Option<Fqdn>,
    /// The pool that SIP goes to from here: a Front End pool, or for an Edge pool also a Director.
    #[serde(default)]
    pub next_hop: Option<Fqdn>,
    /// The pool that takes over when this one fails. Two Front End pools name each other; a branch pool names a
    /// Front End pool of its parent site.
    #[serde(default)]
    pub backup_pool: Option<Fqdn>,
    /// The Front End pool that keeps the data of a branch pool's users. Left out: the backup pool.
    #[serde(default)]
    pub user_services_pool: Option<Fqdn>,
    /// The SQL instance with users' data (Enterprise Edition).
    #[serde(default)]
    pub user_store: Option<SqlInstanceName>,
    /// The SQL instance with the server applications' data. Left out: the user store's.
    #[serde(default)]
    pub application_store: Option<SqlInstanceName>,
    /// The SQL instance that messages are archived on.
    #[serde(default)]
    pub archiving_store: Option<SqlInstanceName>,
    /// The SQL instance with call details and quality reports.
    #[serde(default)]
    pub monitoring_store: Option<SqlInstanceName>,
    /// The SQL instance with chat rooms (Persistent Chat).
    #[serde(default)]
    pub persistent_chat_store: Option<SqlInstanceName>,
    /// The SQL instance with compliance records (Persistent Chat).
    #[serde(default)]
    pub persistent_chat_compliance_store: Option<SqlInstanceName>,
    /// The file share. A Standard Edition pool has its own unless one is named.
    #[serde(default)]
    pub file_store: Option<ShareName>,
    /// The Office Web Apps server for presentations in meetings.
    #[serde(default)]
    pub office_web_apps: Option<Fqdn>,
    /// The applications of a Trusted Application pool.
    #[serde(default)]
    pub applications: Vec<TrustedApplication>,
    /// Services with settings of their own; the rest follow from the pool's type, with the product's ports.
    #[serde(default)]
    pub services: Services,
}

impl Pool {
    /// A pool of a type with nothing but its name.
    pub fn new(fqdn: Fqdn, pool_type: PoolType) -> Self {
        Pool {
            fqdn,
            pool_type,
            computers: Vec::new(),
            health_port: None,
            max_transactions: None,
            shards: None,
            trace_bytes: None,
            edge_pool: None,
            next_hop: None,
            backup_pool: None,
            user_services_pool: None,
            user_store: None,
            application_store: None,
            archiving_store: None,
            monitoring_store: None,
            persistent_chat_store: None,
            persistent_chat_compliance_store: None,
            file_store: None,
            office_web_apps: None,
            applications: Vec::new(),
            services: Services::default(),
        }
    }

    /// The computers: those listed, or the one that is named as the pool.
    pub fn computers(&self) -> Vec<Computer> {
        if self.computers.is_empty() {
            vec![Computer::new(self.fqdn.clone())]
        } else {
            self.computers.clone()
        }
    }
}

/// A computer of a pool and the addresses it uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Computer {
    /// Its FQDN.
    pub fqdn: Fqdn,
    /// The address that services listen on; on an Edge Server the internal one. Left out: all.
    #[serde(default)]
    pub address: Option<IpAddr>,
    /// The address for calls with gateways (Mediation Server). Left out: as `address`.
    #[serde(default)]
    pub pstn_address: Option<IpAddr>,
    /// The external address of an Edge Server's Access Edge, and of the other two unless they have their own.
    #[serde(default)]
    pub external_address: Option<IpAddr>,
    /// The external address of an Edge Server's Web Conferencing Edge.
    #[serde(default)]
    pub web_conferencing_address: Option<IpAddr>,
    /// The external address of an Edge Server's A/V Edge.
    #[serde(default)]
    pub audio_video_address: Option<IpAddr>,
    /// The public address that a translator (NAT) gives the A/V Edge.
    #[serde(default)]
    pub audio_video_public_address: Option<IpAddr>,
}

impl Computer {
    /// A computer with nothing but its name.
    pub fn new(fqdn: Fqdn) -> Self {
        Computer {
            fqdn,
            address: None,
            pstn_address: None,
            external_address: None,
            web_conferencing_address: None,
            audio_video_address: None,
            audio_video_public_address: None,
        }
    }

    /// The address to listen on: the one that is set, or all of IPv4.
    pub fn listen_address(&self) -> IpAddr {
        self.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

/// An application of a Trusted Application pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrustedApplication {
    /// Its id, e.g. `urn:application:reception`.
    pub id: String,
    /// Where it listens for SIP.
    pub port: u16,
    /// Whether it takes unencrypted SIP.
    #[serde(default)]
    pub enable_tcp: bool,
}
