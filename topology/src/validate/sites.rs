//! V2, V3 and V16: SIP domains, sites, central management.

use super::site_path;
use crate::model::{SiteType, Topology};
use crate::problem::{Path, Problem, did_you_mean};

/// V2: there is exactly one default SIP domain, among domains that are listed once.
pub(super) fn v2_sip_domains(topology: &Topology, problems: &mut Vec<Problem>) {
    let list = Path::default().key("sipDomains");
    if topology.sip_domains.is_empty() {
        problems.push(
            Problem::error("V2", &list, "There is no SIP domain.")
                .hint("List the domains of your users' addresses."),
        );
    }
    for (index, domain) in topology.sip_domains.iter().enumerate() {
        if let Some(first) = topology.sip_domains[..index]
            .iter()
            .position(|other| other == domain)
        {
            problems.push(
                Problem::error(
                    "V2",
                    &list.index(index),
                    format!("The SIP domain '{domain}' is listed twice."),
                )
                .related(&list.index(first), "the first time is here"),
            );
        }
    }
    if let Some(default) = &topology.default_sip_domain
        && !topology.sip_domains.contains(default)
    {
        let path = Path::default().key("defaultSipDomain");
        problems.push(
            Problem::error(
                "V2",
                &path,
                format!("The default SIP domain '{default}' is not among the SIP domains."),
            )
            .hint("Add it to sipDomains, or name one that is there."),
        );
    }
}

/// V3: one central site at least; a branch has a central parent; names and numbers are unique.
pub(super) fn v3_sites(topology: &Topology, problems: &mut Vec<Problem>) {
    let sites = &topology.sites;
    if !sites.iter().any(|site| site.site_type == SiteType::Central) {
        let path = Path::default().key("sites");
        problems.push(
            Problem::error("V3", &path, "There is no central site.").hint("A deployment has one at least."),
        );
    }
    for (index, site) in sites.iter().enumerate() {
        let path = site_path(index);
        if site.name.trim().is_empty() || site.name.contains(['/', ':']) {
            let message = format!("'{}' cannot name a site.", site.name);
            problems.push(
                Problem::error("V3", &path.key("name"), message)
                    .hint("A name has characters, but no '/' and no ':'."),
            );
        }
        if let Some(first) = sites[..index]
            .iter()
            .position(|other| other.name.to_lowercase() == site.name.to_lowercase())
        {
            problems.push(
                Problem::error(
                    "V3",
                    &path.key("name"),
                    format!("There are two sites named '{}'.", site.name),
                )
                .related(&site_path(first).key("name"), "the other one is here"),
            );
        }
        if let Some(first) = site
            .id
            .and_then(|id| sites[..index].iter().position(|other| other.id == Some(id)))
        {
            let message = format!(
                "The sites '{}' and '{}' have the same number.",
                sites[first].name, site.name
            );
            problems.push(
                Problem::error("V3", &path.key("id"), message)
                    .related(&site_path(first).key("id"), "the first is here"),
            );
        }
        if site.id == Some(0) {
            problems.push(Problem::error(
                "V3",
                &path.key("id"),
                "Sites are numbered from 1.",
            ));
        }
        parent(topology, site, &path, problems);
    }
}

fn parent(topology: &Topology, site: &crate::model::Site, path: &Path, problems: &mut Vec<Problem>) {
    match (site.site_type, &site.parent) {
        (SiteType::Central, None) => {}
        (SiteType::Central, Some(_)) => problems.push(
            Problem::error(
                "V3",
                &path.key("parent"),
                format!("The central site '{}' has a parent.", site.name),
            )
            .hint("Remove the parent, or make the site a Branch."),
        ),
        (SiteType::Branch, None) => problems.push(
            Problem::error(
                "V3",
                &path.key("type"),
                format!("The branch site '{}' has no parent.", site.name),
            )
            .hint("Name the central site that it depends on."),
        ),
        (SiteType::Branch, Some(name)) => match topology.site(name) {
            Some(parent) if parent.site_type == SiteType::Central => {}
            Some(_) => problems.push(Problem::error(
                "V3",
                &path.key("parent"),
                format!("The parent '{name}' is itself a branch."),
            )),
            None => {
                let problem =
                    Problem::error("V3", &path.key("parent"), format!("There is no site '{name}'."));
                let names = topology.sites.iter().map(|site| site.name.as_str());
                problems.push(match did_you_mean(name, names) {
                    Some(meant) => problem.hint(format!("Did you mean '{meant}'?")),
                    None => problem.hint("Name a central site of this document."),
                });
            }
        },
    }
}

/// V16: the central management store is on exactly one pool, a Front End pool.
pub(super) fn v16_central_management(topology: &Topology, problems: &mut Vec<Problem>) {
    let path = Path::default().key("centralManagementPool");
    match (
        &topology.central_management_pool,
        topology.central_management_pool(),
    ) {
        (Some(name), None) => problems.push(
            Problem::error(
                "V16",
                &path,
                format!("There is no pool '{name}' for central management."),
            )
            .hint("Name a Front End pool of this document."),
        ),
        (_, Some((_, pool))) if !pool.pool_type.is_front_end() => problems.push(
            Problem::error(
                "V16",
                &path,
                format!(
                    "'{}' is a {} pool and cannot hold the central management store.",
                    pool.fqdn,
                    pool.pool_type.name()
                ),
            )
            .hint("Name a Standard or Enterprise Edition pool."),
        ),
        (None, None) => problems.push(
            Problem::error(
                "V16",
                &Path::default().key("sites"),
                "No pool can hold the central management store.",
            )
            .hint("A deployment has one Front End pool at least (StandardEdition or EnterpriseEdition)."),
        ),
        _ => {}
    }
}
