//! Whether the place that an identity names exists in the published topology, and in which site a pool is.

use super::instance::Checked;
use plenum_lang::error::{Category, ErrorRecord};
use plenum_lang::value::Value;
use plenum_schema::{Format, Noun};
use plenum_topology::identity::Scope;
use plenum_topology::model::Topology;
use plenum_topology::snapshot::Snapshot;

use super::identity::Identity;

/// The name of the site that a pool is in.
pub fn site_of(snapshot: &Snapshot, pool: &str) -> Option<String> {
    let topology = Topology::from_json(&snapshot.topology).ok()?;
    let found = topology
        .pools()
        .find(|(_, found)| found.fqdn.to_string().eq_ignore_ascii_case(pool));
    found.map(|(site, _)| site.name.clone())
}

/// Whether an instance may be made at an identity: its site or pool exists; a domain is on no list that rules it out.
pub fn check(noun: &Noun, snapshot: &Snapshot, identity: &Identity) -> Checked<()> {
    match &identity.scope {
        None if is_list_of_pools(noun) => {
            let pools = topology(snapshot)?;
            let known: Vec<String> = pools.pools().map(|(_, pool)| pool.fqdn.to_string()).collect();
            exists("pool", &identity.text, &known)
        }
        None => check_domain(noun, snapshot, &identity.text),
        Some(Scope::Global | Scope::Tag(_)) => Ok(()),
        Some(Scope::Site(name)) => {
            let topology = topology(snapshot)?;
            let known: Vec<String> = topology.sites.iter().map(|site| site.name.clone()).collect();
            exists("site", name, &known)
        }
        Some(Scope::Service(service)) => {
            let topology = topology(snapshot)?;
            let known: Vec<String> = topology.pools().map(|(_, pool)| pool.fqdn.to_string()).collect();
            exists("pool", &service.host.to_string(), &known)
        }
    }
}

fn topology(snapshot: &Snapshot) -> Checked<Topology> {
    Topology::from_json(&snapshot.topology).map_err(|error| {
        let message = format!("The published topology cannot be read: {error}.");
        ErrorRecord::new("TopologyDamaged", Category::InvalidData, message)
            .hint("Publish one with Publish-CsTopology -FileName.")
            .into()
    })
}

fn exists(kind: &str, name: &str, known: &[String]) -> Checked<()> {
    if known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    let message = format!("Cannot find {kind} \"{name}\" because the topology does not have it.");
    let hint = if known.is_empty() {
        format!("The topology has no {kind}.")
    } else {
        format!("It has: {}.", known.join(", "))
    };
    Err(
        ErrorRecord::new("PlaceNotFound", Category::ObjectNotFound, message)
            .about(Value::str(name))
            .hint(hint)
            .into(),
    )
}

/// Whether the members of a noun's list are pools of the topology.
pub fn is_list_of_pools(noun: &Noun) -> bool {
    noun.key_field().is_some_and(|field| field.format == Format::Pool)
}

/// A domain of a list may not be the deployment's own, nor stand in a list that rules this one out.
fn check_domain(noun: &Noun, snapshot: &Snapshot, domain: &str) -> Checked<()> {
    let refused = |message: String, hint: String| {
        Err(
            ErrorRecord::new("DomainConflict", Category::InvalidArgument, message)
                .about(Value::str(domain))
                .hint(hint)
                .into(),
        )
    };
    let own = Topology::from_json(&snapshot.topology)
        .map(|topology| topology.sip_domains)
        .unwrap_or_default();
    if own.iter().any(|own| own.to_string().eq_ignore_ascii_case(domain)) {
        let message = format!("{domain} is a SIP domain of this deployment.");
        return refused(message, "The list is for domains of others.".to_owned());
    }
    for other in noun.excludes {
        let taken = snapshot
            .settings
            .get(*other)
            .is_some_and(|list| list.keys().any(|key| key.eq_ignore_ascii_case(domain)));
        if taken {
            let message =
                format!("{domain} stands in the list of {other}; a domain stands in one of the two.");
            return refused(
                message,
                format!("Remove it there first: Remove-{other} -Identity {domain}."),
            );
        }
    }
    Ok(())
}
