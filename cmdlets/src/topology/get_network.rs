//! Get-CsNetworkRegion, Get-CsNetworkSite, Get-CsNetworkSubnet.

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_lang::value::Value;

use super::listing::{Item, listing};
use crate::authoring::{SignatureBuilder, array, cmdlet, object, optional_text, text};
use crate::ports::Ports;

fn signature(name: &'static str, synopsis: &'static str, output: &'static str) -> SignatureBuilder {
    cmdlet(name, "SkypeForBusiness")
        .synopsis(synopsis)
        .switch(
            "LocalStore",
            "Reads the local replica; here it is the one store that is always read.",
        )
        .output(output)
        .example(name, "All of them.")
}

pub(super) fn region_command(ports: &Ports) -> Arc<dyn Command> {
    const TYPE: &str =
        "Microsoft.Rtc.Management.WritableConfig.Settings.NetworkConfiguration.NetworkRegionType";
    let signature = signature(
        "Get-CsNetworkRegion",
        "Returns the network regions: parts of the network that a backbone joins.",
        TYPE,
    );
    listing(
        ports,
        signature,
        ("network region", "networkregion"),
        |topology, _| {
            let regions = topology.network.regions.iter().map(|region| {
                let value = object(
                    TYPE,
                    [
                        ("Identity", text(region.name.clone())),
                        ("NetworkRegionID", text(region.name.clone())),
                        ("Description", optional_text(region.description.clone())),
                        ("BypassID", Value::Null),
                        ("CentralSite", text(format!("Site:{}", region.central_site))),
                        ("BWAlternatePaths", array(Vec::new())),
                    ],
                );
                Item::new(region.name.clone(), value)
            });
            Ok(regions.collect())
        },
    )
}

pub(super) fn site_command(ports: &Ports) -> Arc<dyn Command> {
    const TYPE: &str =
        "Microsoft.Rtc.Management.WritableConfig.Settings.NetworkConfiguration.DisplayNetworkSiteType";
    let signature = signature(
        "Get-CsNetworkSite",
        "Returns the network sites: places within network regions.",
        TYPE,
    );
    listing(
        ports,
        signature,
        ("network site", "networksite"),
        |topology, _| {
            let sites = topology.network.sites.iter().map(|site| {
                let value = object(
                    TYPE,
                    [
                        ("Identity", text(site.name.clone())),
                        ("NetworkSiteID", text(site.name.clone())),
                        ("Description", optional_text(site.description.clone())),
                        ("NetworkRegionID", text(site.region.clone())),
                        ("BypassID", Value::Null),
                        ("BWPolicyProfileID", Value::Null),
                        (
                            "LocationPolicyTagID",
                            optional_text(site.location_policy.as_ref().map(|tag| format!("Tag:{tag}"))),
                        ),
                        (
                            "VoiceRoutingPolicyTagID",
                            optional_text(site.voice_routing_policy.as_ref().map(|tag| format!("Tag:{tag}"))),
                        ),
                        (
                            "EnableLocationBasedRouting",
                            Value::Bool(site.enable_location_based_routing),
                        ),
                    ],
                );
                Item::new(site.name.clone(), value)
            });
            Ok(sites.collect())
        },
    )
}

pub(super) fn subnet_command(ports: &Ports) -> Arc<dyn Command> {
    const TYPE: &str = "Microsoft.Rtc.Management.WritableConfig.Settings.NetworkConfiguration.SubnetType";
    let signature = signature(
        "Get-CsNetworkSubnet",
        "Returns the subnets and the network sites that they belong to.",
        TYPE,
    );
    listing(ports, signature, ("subnet", "networksubnet"), |topology, _| {
        let subnets = topology.network.subnets.iter().map(|subnet| {
            let address = subnet.subnet.address.to_string();
            let value = object(
                TYPE,
                [
                    ("Identity", text(address.clone())),
                    ("MaskBits", Value::Int(i32::from(subnet.subnet.mask_bits))),
                    ("Description", optional_text(subnet.description.clone())),
                    ("NetworkSiteID", text(subnet.site.clone())),
                    ("SubnetID", text(address.clone())),
                ],
            );
            Item::new(address, value).also(subnet.subnet.to_string())
        });
        Ok(subnets.collect())
    })
}
