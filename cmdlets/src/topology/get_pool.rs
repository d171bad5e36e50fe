//! Get-CsPool: pools of ours, and what stands in the topology as a pool of its own: gateways, SQL and file servers.

use std::sync::Arc;

use plenum_lang::cmdlet::Command;
use plenum_topology::identity::Host;
use plenum_topology::model::resolve::Service;

use super::listing::{Item, listing};
use crate::authoring::{Read, cmdlet, object, parameter, text, text_array};
use crate::ports::Ports;

pub(super) fn command(ports: &Ports) -> Arc<dyn Command> {
    let signature = cmdlet("Get-CsPool", "SkypeForBusiness")
        .synopsis("Returns the pools of the topology, with their computers and services.")
        .parameter(
            parameter("Site", "string")
                .complete(plenum_lang::signature::Completion::Identity("site".into()))
                .help("Only pools of this site."),
        )
        .output("Microsoft.Rtc.Management.Deploy.Internal.Cluster")
        .example("Get-CsPool", "All pools.")
        .example("Get-CsPool -Site Redmond", "The pools of a site.");
    listing(ports, signature, ("pool", "pool"), |topology, arguments| {
        let wanted = arguments
            .text("Site")
            .map(|site| site.to_lowercase().trim_start_matches("site:").to_owned());
        let services = topology.services();
        Ok(pools(&services)
            .into_iter()
            .filter(|pool| {
                wanted
                    .as_ref()
                    .is_none_or(|wanted| pool.site.to_lowercase() == *wanted)
            })
            .map(|pool| item(&services, pool))
            .collect())
    })
}

struct PoolView {
    host: Host,
    site: String,
    computers: Vec<String>,
}

/// Everything with a host name of its own, in document order.
fn pools(services: &[Service<'_>]) -> Vec<PoolView> {
    let mut all: Vec<PoolView> = Vec::new();
    for service in services {
        if all.iter().any(|pool| pool.host == service.id.host) {
            continue;
        }
        let computers = match service.pool {
            Some(pool) => pool
                .computers()
                .iter()
                .map(|computer| computer.fqdn.to_string())
                .collect(),
            None => vec![service.id.host.to_string()],
        };
        all.push(PoolView {
            host: service.id.host.clone(),
            site: service.site.name.clone(),
            computers,
        });
    }
    all
}

fn item(services: &[Service<'_>], pool: PoolView) -> Item {
    let own = services
        .iter()
        .filter(|service| service.id.host == pool.host)
        .map(|service| service.id.to_string());
    let name = pool.host.to_string();
    let value = object(
        "Microsoft.Rtc.Management.Deploy.Internal.Cluster",
        [
            ("Identity", text(name.clone())),
            ("Services", text_array(own)),
            ("Computers", text_array(pool.computers)),
            ("Fqdn", text(name.clone())),
            ("Site", text(format!("Site:{}", pool.site))),
        ],
    );
    Item::new(name, value)
}
