//! V11: trunks. A gateway has a root trunk; Mediation Servers listen where a trunk says; no two trunks are the same.

use super::pools::{PoolKind, expect_pool};
use super::site_path;
use crate::identity::Role;
use crate::model::{Gateway, Topology, Transport, Trunk};
use crate::problem::{Path, Problem};

pub(super) fn v11_trunks(topology: &Topology, problems: &mut Vec<Problem>) {
    let mut seen: Vec<(Connection, Path)> = Vec::new();
    let mut names: Vec<(String, Path)> = Vec::new();
    for (site_index, site) in topology.sites.iter().enumerate() {
        for (index, gateway) in site.gateways.iter().enumerate() {
            let path = site_path(site_index).key("gateways").index(index);
            if gateway.trunks.is_empty() {
                let problem = Problem::error(
                    "V11",
                    &path.key("host"),
                    format!("The gateway '{}' has no trunk.", gateway.host),
                );
                problems.push(problem.hint("It needs one at least, its root trunk: name a Mediation pool."));
            }
            for (number, trunk) in gateway.trunks.iter().enumerate() {
                let at = path.key("trunks").index(number);
                mediation(topology, gateway, trunk, &at, problems);
                unique(topology, gateway, trunk, &at, (&mut seen, &mut names), problems);
            }
        }
        for (index, gateway) in site.video_gateways.iter().enumerate() {
            for (number, trunk) in gateway.trunks.iter().enumerate() {
                let at = site_path(site_index)
                    .key("videoGateways")
                    .index(index)
                    .key("trunks")
                    .index(number)
                    .key("videoInteropPool");
                let kind = PoolKind {
                    rule: "V11",
                    wanted: "a VideoInterop pool",
                    fits: |pool| pool.runs(Role::VideoInteropServer),
                };
                expect_pool(topology, &trunk.video_interop_pool, &at, &kind, problems);
            }
        }
    }
}

fn mediation(
    topology: &Topology,
    gateway: &Gateway,
    trunk: &Trunk,
    path: &Path,
    problems: &mut Vec<Problem>,
) {
    let kind = PoolKind {
        rule: "V11",
        wanted: "a pool with Mediation Servers",
        fits: |pool| pool.runs(Role::MediationServer),
    };
    expect_pool(
        topology,
        &trunk.mediation_pool,
        &path.key("mediationPool"),
        &kind,
        problems,
    );
    let Some(mediation) = topology
        .pool(&trunk.mediation_pool)
        .and_then(|(_, pool)| pool.mediation())
    else {
        return;
    };
    let name = trunk.name(gateway);
    match (trunk.transport, mediation.tcp_port) {
        (Transport::Tcp, None) => {
            let message = format!(
                "The trunk '{name}' uses TCP, but '{}' does not listen for it.",
                trunk.mediation_pool
            );
            problems.push(
                Problem::error("V11", &path.key("transport"), message)
                    .hint("Set services.mediation.tcpPort on that pool (5068), or use TLS."),
            );
        }
        (transport, tcp_port) => {
            let listens = if transport == Transport::Tls {
                Some(mediation.tls_port)
            } else {
                tcp_port
            };
            if let Some(port) = trunk.mediation_port.filter(|port| Some(*port) != listens) {
                let message = format!(
                    "'{}' does not listen for {transport} on port {port}.",
                    trunk.mediation_pool
                );
                let hint = format!(
                    "It listens on {}; leave mediationPort out to use that.",
                    listens.unwrap_or_default()
                );
                problems.push(Problem::error("V11", &path.key("mediationPort"), message).hint(hint));
            }
        }
    }
}

/// Mediation pool and port, gateway and port.
type Connection = (String, Option<u16>, String, u16);
type Seen<'a> = (&'a mut Vec<(Connection, Path)>, &'a mut Vec<(String, Path)>);

fn unique(
    topology: &Topology,
    gateway: &Gateway,
    trunk: &Trunk,
    path: &Path,
    seen: Seen<'_>,
    problems: &mut Vec<Problem>,
) {
    let (connections, names) = seen;
    let port = topology.mediation_port(trunk);
    let connection = (
        trunk.mediation_pool.key(),
        port,
        gateway.host.key(),
        trunk.gateway_port(),
    );
    if let Some((_, first)) = connections.iter().find(|(other, _)| *other == connection) {
        let message = format!(
            "Two trunks join '{}' and '{}' on the same ports.",
            trunk.mediation_pool, gateway.host
        );
        let problem = Problem::error("V11", &path.key("mediationPool"), message)
            .related(&first.key("mediationPool"), "the first is here");
        problems.push(problem.hint("Give one of them another gatewayPort."));
    }
    connections.push((connection, path.clone()));
    let name = trunk.name(gateway);
    if let Some((_, first)) = names.iter().find(|(other, _)| other.eq_ignore_ascii_case(&name)) {
        let at = if trunk.name.is_some() {
            path.key("name")
        } else {
            path.key("mediationPool")
        };
        let problem = Problem::error("V11", &at, format!("There are two trunks named '{name}'."));
        problems.push(
            problem
                .hint("Give this one a name of its own.")
                .related(&first.key("mediationPool"), "the first is here"),
        );
    }
    names.push((name, path.clone()));
}
