//! V5, V8 and V20: names of web services, Edge pools, federation routes.

use std::collections::HashMap;

use super::pools::{PoolKind, expect_pool};
use super::{pools, site_path};
use crate::identity::{Fqdn, Role};
use crate::model::{EdgeService, Pool, PoolType, Topology};
use crate::problem::{Path, Problem};

/// V5: where DNS spreads the load, the internal web name is not the pool's, and no two pools share one.
pub(super) fn v5_web_names(topology: &Topology, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<String, Path> = HashMap::new();
    for (_, pool, path) in pools(topology) {
        if !pool.runs(Role::WebServer) {
            continue;
        }
        let name = pool.internal_web_fqdn();
        let at = path.key("services").key("web").key("internalFqdn");
        if *name == pool.fqdn && pool.computers.len() > 1 {
            let message = format!(
                "The web services of '{}' have the pool's own name inside.",
                pool.fqdn
            );
            problems.push(Problem::warning("V5", &at, message).hint(
                "With DNS load balancing set services.web.internalFqdn to another name; this is right only behind a \
                 hardware load balancer.",
            ));
        }
        if let Some(first) = seen.get(&name.key()) {
            let message = format!("The internal web name '{name}' is used by two pools.");
            problems.push(Problem::error("V5", &at, message).related(first, "the other one is here"));
        }
        if topology
            .pool(name)
            .is_some_and(|(_, other)| other.fqdn != pool.fqdn)
        {
            problems.push(Problem::error(
                "V5",
                &at,
                format!("The internal web name '{name}' is another pool's name."),
            ));
        }
        seen.entry(name.key()).or_insert(at);
    }
}

/// V8: Edge pools.
pub(super) fn v8_edge(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        let Some(edge) = pool.edge() else { continue };
        let settings = path.key("services").key("edge");
        distinct_external_ports(pool, &edge, &settings, problems);
        if pool.computers.len() > 12 {
            let message = format!(
                "The Edge pool '{}' has {} computers; 12 are supported.",
                pool.fqdn,
                pool.computers.len()
            );
            problems.push(Problem::warning("V8", &path.key("computers"), message));
        }
        for (index, computer) in pool.computers.iter().enumerate() {
            let at = path.key("computers").index(index);
            if edge.nat && computer.audio_video_public_address.is_none() {
                let message = format!(
                    "'{}' is behind a translator (NAT) but has no public A/V address.",
                    computer.fqdn
                );
                problems.push(Problem::error("V8", &at, message).hint("Set audioVideoPublicAddress."));
            }
            if computer.external_address.is_none() {
                let message = format!("The Edge Server '{}' has no external address.", computer.fqdn);
                problems.push(Problem::error("V8", &at, message).hint("Set externalAddress."));
            }
        }
    }
}

/// The three services differ by name (then each has its own address) or by port.
fn distinct_external_ports(pool: &Pool, edge: &EdgeService, path: &Path, problems: &mut Vec<Problem>) {
    let access = edge.access_fqdn.as_ref().unwrap_or(&pool.fqdn);
    let own_address = |pick: fn(&crate::model::Computer) -> bool| {
        !pool.computers.is_empty() && pool.computers.iter().all(pick)
    };
    let web_apart = edge
        .web_conferencing_fqdn
        .as_ref()
        .is_some_and(|name| name != access)
        && own_address(|computer| computer.web_conferencing_address.is_some());
    let media_apart = edge.audio_video_fqdn.as_ref().is_some_and(|name| name != access)
        && own_address(|computer| computer.audio_video_address.is_some());
    let services: [(&str, u16, u8); 3] = [
        ("clientPort", edge.client_port, 0),
        (
            "webConferencingClientPort",
            edge.web_conferencing_client_port,
            if web_apart { 1 } else { 0 },
        ),
        (
            "turnExternalTcpPort",
            edge.turn_external_tcp_port,
            if media_apart { 2 } else { 0 },
        ),
    ];
    for (index, (key, port, place)) in services.iter().enumerate() {
        if let Some((other, _, _)) = services[..index]
            .iter()
            .find(|(_, number, at)| number == port && at == place)
        {
            problems.push(
                Problem::error(
                    "V8",
                    &path.key(*key),
                    format!("{key} and {other} are both {port} on one name and address."),
                )
                .hint(
                    "Give each external service its own name and address, or its own port (5061, 444, 443).",
                ),
            );
        }
    }
}

/// V20 (of V8): a federation route is an Edge pool; one site has the XMPP route.
pub(super) fn v20_federation_routes(topology: &Topology, problems: &mut Vec<Problem>) {
    let mut xmpp: Option<Path> = None;
    for (index, site) in topology.sites.iter().enumerate() {
        let path = site_path(index);
        if let Some(route) = &site.federation_route {
            edge_pool(topology, route, &path.key("federationRoute"), problems);
        }
        let Some(route) = &site.xmpp_federation_route else {
            continue;
        };
        let at = path.key("xmppFederationRoute");
        edge_pool(topology, route, &at, problems);
        if topology
            .pool(route)
            .and_then(|(_, pool)| pool.edge())
            .is_some_and(|edge| !edge.xmpp)
        {
            let message = format!("The Edge pool '{route}' runs no XMPP proxy.");
            problems.push(Problem::error("V8", &at, message).hint("Set services.edge.xmpp on that pool."));
        }
        if let Some(first) = &xmpp {
            let problem = Problem::error("V8", &at, "A second site has a route for XMPP federation.");
            problems.push(
                problem
                    .hint("One site of a deployment has it.")
                    .related(first, "the first is here"),
            );
        }
        xmpp.get_or_insert(at);
    }
}

fn edge_pool(topology: &Topology, name: &Fqdn, path: &Path, problems: &mut Vec<Problem>) {
    let kind = PoolKind {
        rule: "V8",
        wanted: "an Edge pool",
        fits: |pool| pool.pool_type == PoolType::Edge,
    };
    expect_pool(topology, name, path, &kind, problems);
}
