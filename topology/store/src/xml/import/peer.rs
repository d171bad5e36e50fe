//! Clusters that are peers: gateways, of which each service is a trunk, and video gateways.

use plenum_topology::identity::Host;
use plenum_topology::model::{Gateway, Site, Transport, Trunk, VideoGateway, VideoTrunk};

use super::super::draft::{Cluster, DraftService};
use super::{IMPLIED_ROLES, Reader};

impl Reader<'_, '_> {
    /// Gateways: each service is a trunk.
    pub(super) fn peers(&mut self, cluster: &Cluster<'_>, services: &[&DraftService<'_>], site: &mut Site) {
        for service in services {
            let video = match service.role.as_str() {
                "PstnGateway" => false,
                "VideoGateway" => true,
                "FileStore" | "WacService" => continue,
                role if IMPLIED_ROLES.contains(&role) => continue,
                role => {
                    self.note(
                        service.element,
                        format!(
                            "The service {role} on '{}' has no counterpart and is not carried over.",
                            cluster.fqdn
                        ),
                    );
                    continue;
                }
            };
            let Ok(host) = Host::parse(&cluster.fqdn) else {
                self.note(
                    cluster.element,
                    format!(
                        "'{}' is neither a name nor an address; it is left out.",
                        cluster.fqdn
                    ),
                );
                continue;
            };
            let port = service
                .ports()
                .find(|port| port.attribute("Usage") == Some("SipServer"));
            let transport = if port.and_then(|port| port.attribute("Protocol")) == Some("Tcp") {
                Transport::Tcp
            } else {
                Transport::Tls
            };
            let number = port
                .and_then(|port| port.attribute("Port"))
                .and_then(|number| number.parse().ok());
            let role = if video {
                "VideoInteropServer"
            } else {
                "MediationServer"
            };
            let Some(pool) = self.pool_of(service, "Default", role) else {
                self.note(
                    service.element,
                    format!("The trunk of '{}' names no {role} and is left out.", cluster.fqdn),
                );
                continue;
            };
            if video {
                let mut trunk = VideoTrunk {
                    video_interop_pool: pool,
                    transport,
                    gateway_port: None,
                };
                trunk.gateway_port = number.filter(|number| *number != trunk.gateway_port());
                video_gateway(site, host).trunks.push(trunk);
            } else {
                let element = service.element.child("PstnGatewayService");
                let attribute = |name| element.and_then(|element| element.attribute(name));
                let mut trunk = Trunk {
                    name: attribute("TrunkName").map(str::to_owned),
                    mediation_pool: pool,
                    transport,
                    gateway_port: None,
                    mediation_port: None,
                };
                trunk.gateway_port = number.filter(|number| *number != trunk.gateway_port());
                trunk.mediation_port = attribute("MediationPort").and_then(|number| number.parse().ok());
                let media = attribute("AlternateMediaIPAddress").and_then(|text| text.parse().ok());
                let gateway = gateway(site, host);
                gateway.alternate_media_address = gateway.alternate_media_address.or(media);
                trunk.name = trunk.name.filter(|name| *name != gateway.host.to_string());
                gateway.trunks.push(trunk);
            }
        }
        if services.is_empty() && !self.draft.sql.iter().any(|sql| sql.cluster == cluster.key) {
            self.note(
                cluster.element,
                format!("'{}' runs nothing and is not carried over.", cluster.fqdn),
            );
        }
    }
}

fn gateway(site: &mut Site, host: Host) -> &mut Gateway {
    let at = site
        .gateways
        .iter()
        .position(|gateway| gateway.host == host)
        .unwrap_or_else(|| {
            site.gateways.push(Gateway {
                host,
                alternate_media_address: None,
                trunks: Vec::new(),
            });
            site.gateways.len() - 1
        });
    &mut site.gateways[at]
}

fn video_gateway(site: &mut Site, host: Host) -> &mut VideoGateway {
    let at = site
        .video_gateways
        .iter()
        .position(|gateway| gateway.host == host)
        .unwrap_or_else(|| {
            site.video_gateways.push(VideoGateway {
                host,
                trunks: Vec::new(),
            });
            site.video_gateways.len() - 1
        });
    &mut site.video_gateways[at]
}
