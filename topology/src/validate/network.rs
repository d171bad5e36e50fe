//! V19: network regions, sites and subnets refer to what exists, and no name or subnet comes twice.

use crate::model::{SiteType, Topology};
use crate::problem::{Path, Problem, did_you_mean};

pub(super) fn v19_network(topology: &Topology, problems: &mut Vec<Problem>) {
    let network = &topology.network;
    let root = Path::default().key("network");
    let regions: Vec<&str> = network
        .regions
        .iter()
        .map(|region| region.name.as_str())
        .collect();
    let sites: Vec<&str> = network.sites.iter().map(|site| site.name.as_str()).collect();
    twice(&regions, &root.key("regions"), "network region", problems);
    twice(&sites, &root.key("sites"), "network site", problems);
    for (index, region) in network.regions.iter().enumerate() {
        if !topology
            .site(&region.central_site)
            .is_some_and(|site| site.site_type == SiteType::Central)
        {
            let at = root.key("regions").index(index).key("centralSite");
            let problem = Problem::error(
                "V19",
                &at,
                format!("There is no central site '{}'.", region.central_site),
            );
            problems.push(problem.hint("Name a central site of this document."));
        }
    }
    for (index, site) in network.sites.iter().enumerate() {
        known(
            &site.region,
            &regions,
            &root.key("sites").index(index).key("region"),
            "network region",
            problems,
        );
    }
    for (index, subnet) in network.subnets.iter().enumerate() {
        let at = root.key("subnets").index(index);
        known(&subnet.site, &sites, &at.key("site"), "network site", problems);
        if let Some(first) = network.subnets[..index]
            .iter()
            .position(|other| other.subnet == subnet.subnet)
        {
            let problem = Problem::error(
                "V19",
                &at.key("subnet"),
                format!("The subnet '{}' is listed twice.", subnet.subnet),
            );
            problems.push(problem.related(
                &root.key("subnets").index(first).key("subnet"),
                "the first is here",
            ));
        }
    }
}

fn twice(names: &[&str], path: &Path, kind: &str, problems: &mut Vec<Problem>) {
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = names[..index]
            .iter()
            .position(|other| other.eq_ignore_ascii_case(name))
        {
            let problem = Problem::error(
                "V19",
                &path.index(index).key("name"),
                format!("There are two {kind}s named '{name}'."),
            );
            problems.push(problem.related(&path.index(first).key("name"), "the first is here"));
        }
    }
}

fn known(name: &str, names: &[&str], path: &Path, kind: &str, problems: &mut Vec<Problem>) {
    if names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return;
    }
    let problem = Problem::error("V19", path, format!("There is no {kind} '{name}'."));
    problems.push(match did_you_mean(name, names.iter().copied()) {
        Some(meant) => problem.hint(format!("Did you mean '{meant}'?")),
        None => problem.hint(format!("Add it to the {kind}s.")),
    });
}
