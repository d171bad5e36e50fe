//! V1: names are unique over all pools, computers and gateways; a computer belongs to one pool. (The form of a name is
//! checked when the document is read.)

use std::collections::HashMap;

use super::{pools, site_path};
use crate::model::{PoolType, Topology};
use crate::problem::{Path, Problem};

pub(super) fn v1_names_are_unique(topology: &Topology, problems: &mut Vec<Problem>) {
    let mut seen: HashMap<String, (Path, &'static str)> = HashMap::new();
    for (_, pool, path) in pools(topology) {
        claim(
            &mut seen,
            pool.fqdn.key(),
            &pool.fqdn.to_string(),
            path.key("fqdn"),
            "pool",
            problems,
        );
    }
    for (_, pool, path) in pools(topology) {
        for (index, computer) in pool.computers.iter().enumerate() {
            let at = path.key("computers").index(index).key("fqdn");
            if computer.fqdn == pool.fqdn {
                if pool.computers.len() > 1 {
                    let message = format!(
                        "The computer '{}' is named as its pool, which has several computers.",
                        computer.fqdn
                    );
                    problems
                        .push(Problem::error("V1", &at, message).hint("Give the pool a name of its own."));
                }
                continue;
            }
            if pool.pool_type == PoolType::StandardEdition {
                let message = format!(
                    "A Standard Edition pool is its computer: '{}' is not '{}'.",
                    computer.fqdn, pool.fqdn
                );
                problems.push(Problem::error("V1", &at, message).hint("Name the computer as the pool."));
                continue;
            }
            claim(
                &mut seen,
                computer.fqdn.key(),
                &computer.fqdn.to_string(),
                at,
                "computer",
                problems,
            );
        }
    }
    for (index, site) in topology.sites.iter().enumerate() {
        for (number, gateway) in site.gateways.iter().enumerate() {
            let at = site_path(index).key("gateways").index(number).key("host");
            claim(
                &mut seen,
                gateway.host.key(),
                &gateway.host.to_string(),
                at,
                "gateway",
                problems,
            );
        }
        for (number, gateway) in site.video_gateways.iter().enumerate() {
            let at = site_path(index).key("videoGateways").index(number).key("host");
            claim(
                &mut seen,
                gateway.host.key(),
                &gateway.host.to_string(),
                at,
                "video gateway",
                problems,
            );
        }
    }
}

fn claim(
    seen: &mut HashMap<String, (Path, &'static str)>,
    key: String,
    name: &str,
    path: Path,
    kind: &'static str,
    problems: &mut Vec<Problem>,
) {
    match seen.get(&key) {
        None => drop(seen.insert(key, (path, kind))),
        Some((first, first_kind)) => problems.push(
            Problem::error(
                "V1",
                &path,
                format!("The name '{name}' is taken: a {first_kind} has it already."),
            )
            .hint("Every pool, computer and gateway has a name of its own; a computer belongs to one pool.")
            .related(first, format!("the {first_kind} is here")),
        ),
    }
}
