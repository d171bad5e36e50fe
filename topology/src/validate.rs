//! The rules that a topology keeps. Each is a function of its own that reports every breach, with the value's path.
//!
//! V1 to V17 are the product's rules (documented or enforced there); V18 and up are ours. What needs facts from
//! outside the document (users homed on a pool that goes away) is checked by [`crate::diff`]; V17 by
//! [`crate::certificate`].

mod access;
mod names;
mod network;
mod pools;
mod ports;
mod simple_urls;
mod sites;
mod stores;
mod trunks;

use crate::model::{Pool, Site, Topology};
use crate::problem::{Path, Problem};

/// A rule: what it is called and what checks it.
type Rule = fn(&Topology, &mut Vec<Problem>);

const RULES: &[Rule] = &[
    names::v1_names_are_unique,
    sites::v2_sip_domains,
    sites::v3_sites,
    simple_urls::v4_simple_urls,
    access::v5_web_names,
    stores::v6_stores,
    pools::v7_pool_size,
    access::v8_edge,
    pools::v9_next_hops,
    pools::v10_pairing,
    trunks::v11_trunks,
    pools::v12_branch_pools,
    ports::v13_port_numbers,
    ports::v13_port_conflicts,
    stores::v14_persistent_chat,
    stores::v15_archiving_and_monitoring,
    sites::v16_central_management,
    pools::v18_services_fit_the_pool,
    network::v19_network,
    access::v20_federation_routes,
    pools::v21_bounds,
];

/// Every breach of a rule, in the order of the rules.
pub fn validate(topology: &Topology) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in RULES {
        rule(topology, &mut problems);
    }
    problems
}

/// The path of a site.
fn site_path(index: usize) -> Path {
    Path::default().key("sites").index(index)
}

/// Every pool with its site and path.
fn pools(topology: &Topology) -> Vec<(&Site, &Pool, Path)> {
    let mut pools = Vec::new();
    for (site_index, site) in topology.sites.iter().enumerate() {
        for (index, pool) in site.pools.iter().enumerate() {
            pools.push((site, pool, site_path(site_index).key("pools").index(index)));
        }
    }
    pools
}
