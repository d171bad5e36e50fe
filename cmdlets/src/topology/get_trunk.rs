//! Get-CsTrunk and Get-CsVideoTrunk.

use std::sync::Arc;

use plenum_lang::cmdlet::{Arguments, Command};
use plenum_lang::value::Value;
use plenum_topology::identity::{Host, Role, ServiceId};
use plenum_topology::model::Transport;

use super::listing::{Item, listing};
use super::service_properties::number;
use crate::authoring::{Read, SignatureBuilder, cmdlet, object, optional_text, parameter, text};
use crate::ports::Ports;

fn signature(name: &'static str, synopsis: &'static str, output: &'static str) -> SignatureBuilder {
    cmdlet(name, "SkypeForBusiness")
        .synopsis(synopsis)
        .parameter(
            parameter("PoolFqdn", "string").help("Only trunks of this gateway, by its FQDN or address."),
        )
        .output(output)
        .example(name, "All of them.")
}

fn of_pool(arguments: &Arguments, host: &Host) -> bool {
    arguments
        .text("PoolFqdn")
        .is_none_or(|wanted| host.to_string().eq_ignore_ascii_case(&wanted))
}

fn transport(transport: Transport) -> Value {
    text(transport.to_string())
}

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    const TYPE: &str = "Microsoft.Rtc.Management.Xds.DisplayPstnGateway";
    let signature = signature(
        "Get-CsTrunk",
        "Returns the trunks: connections of gateways with Mediation Servers.",
        TYPE,
    );
    listing(ports, signature, ("trunk", "trunk"), |topology, arguments| {
        let trunks = topology
            .trunks()
            .filter(|(_, gateway, _)| of_pool(arguments, &gateway.host))
            .map(|(site, gateway, trunk)| {
                let identity = format!("PstnGateway:{}", trunk.name(gateway));
                let id = ServiceId::new(Role::PstnGateway, gateway.host.clone());
                let value = object(
                    TYPE,
                    [
                        ("Identity", text(identity.clone())),
                        (
                            "MediationServer",
                            text(
                                ServiceId::new(Role::MediationServer, trunk.mediation_pool.clone())
                                    .to_string(),
                            ),
                        ),
                        ("MediationServerPort", number(topology.mediation_port(trunk))),
                        ("GatewaySipServerPort", number(Some(trunk.gateway_port()))),
                        ("SipServerTransportProtocol", transport(trunk.transport)),
                        (
                            "RepresentativeMediaIP",
                            optional_text(gateway.alternate_media_address.map(|address| address.to_string())),
                        ),
                        ("TrunkId", text(trunk.name(gateway))),
                        (
                            "ServiceId",
                            optional_text(topology.service(&id).map(|service| service.number)),
                        ),
                        ("SiteId", text(format!("Site:{}", site.name))),
                        ("PoolFqdn", text(gateway.host.to_string())),
                        ("Role", text("PstnGateway")),
                    ],
                );
                Item::new(identity, value)
                    .also(trunk.name(gateway))
                    .also(format!("Trunk:{}", trunk.name(gateway)))
            });
        Ok(trunks.collect())
    })
}

pub(super) fn video_command(ports: &Ports) -> Arc<dyn Command> {
    const TYPE: &str = "Microsoft.Rtc.Management.Xds.DisplayVideoGateway";
    let signature = signature(
        "Get-CsVideoTrunk",
        "Returns the connections of video gateways with Video Interop Servers.",
        TYPE,
    );
    listing(
        ports,
        signature,
        ("video trunk", "videotrunk"),
        |topology, arguments| {
            let mut items = Vec::new();
            for site in &topology.sites {
                for gateway in site
                    .video_gateways
                    .iter()
                    .filter(|gateway| of_pool(arguments, &gateway.host))
                {
                    for trunk in &gateway.trunks {
                        let identity = format!("VideoTrunk:{}", gateway.host);
                        let value = object(
                            TYPE,
                            [
                                ("Identity", text(identity.clone())),
                                (
                                    "VideoInteropServer",
                                    text(
                                        ServiceId::new(
                                            Role::VideoInteropServer,
                                            trunk.video_interop_pool.clone(),
                                        )
                                        .to_string(),
                                    ),
                                ),
                                ("GatewaySipServerPort", number(Some(trunk.gateway_port()))),
                                ("SipServerTransportProtocol", transport(trunk.transport)),
                                ("SiteId", text(format!("Site:{}", site.name))),
                                ("PoolFqdn", text(gateway.host.to_string())),
                                ("Role", text("VideoGateway")),
                            ],
                        );
                        items.push(Item::new(identity, value).also(gateway.host.to_string()));
                    }
                }
            }
            Ok(items)
        },
    )
}
