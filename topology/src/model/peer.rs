//! Peers that calls go to: gateways with trunks, video gateways with video trunks.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::identity::{Fqdn, Host};

/// How SIP is carried between a Mediation Server and a gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Transport {
    /// Encrypted.
    #[default]
    #[serde(rename = "TLS")]
    Tls,
    /// Not encrypted; the Mediation pool must listen for it.
    #[serde(rename = "TCP")]
    Tcp,
}

impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Transport::Tls => "TLS",
            Transport::Tcp => "TCP",
        })
    }
}

/// A gateway, session border controller or telephone exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gateway {
    /// Its FQDN or address.
    pub host: Host,
    /// The address that media comes from, when it differs from where SIP goes.
    #[serde(default)]
    pub alternate_media_address: Option<IpAddr>,
    /// Its connections with Mediation Servers. The first one is the root trunk.
    pub trunks: Vec<Trunk>,
}

/// A connection of a gateway with a Mediation pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trunk {
    /// Its name; `Trunk:<name>` is its identity. Left out: the gateway's host.
    #[serde(default)]
    pub name: Option<String>,
    /// The pool whose Mediation Servers use it.
    pub mediation_pool: Fqdn,
    /// TLS or TCP.
    #[serde(default)]
    pub transport: Transport,
    /// Where the gateway listens. Left out: 5067 with TLS, 5066 with TCP.
    #[serde(default)]
    pub gateway_port: Option<u16>,
    /// Where the Mediation Servers listen for this trunk. Left out: the pool's port for the transport.
    #[serde(default)]
    pub mediation_port: Option<u16>,
}

impl Trunk {
    /// The name within a gateway.
    pub fn name(&self, gateway: &Gateway) -> String {
        self.name.clone().unwrap_or_else(|| gateway.host.to_string())
    }

    /// Where the gateway listens.
    pub fn gateway_port(&self) -> u16 {
        self.gateway_port.unwrap_or(match self.transport {
            Transport::Tls => 5067,
            Transport::Tcp => 5066,
        })
    }
}

/// A video gateway (a conferencing system of another maker).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VideoGateway {
    /// Its FQDN or address.
    pub host: Host,
    /// Its connections with Video Interop Servers.
    #[serde(default)]
    pub trunks: Vec<VideoTrunk>,
}

/// A connection of a video gateway with a Video Interop pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VideoTrunk {
    /// The pool whose Video Interop Servers use it.
    pub video_interop_pool: Fqdn,
    /// TLS or TCP.
    #[serde(default)]
    pub transport: Transport,
    /// Where the video gateway listens. Left out: 5061 with TLS, 5060 with TCP.
    #[serde(default)]
    pub gateway_port: Option<u16>,
}

impl VideoTrunk {
    /// Where the video gateway listens.
    pub fn gateway_port(&self) -> u16 {
        self.gateway_port.unwrap_or(match self.transport {
            Transport::Tls => 5061,
            Transport::Tcp => 5060,
        })
    }
}
