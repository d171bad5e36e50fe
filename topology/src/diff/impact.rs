//! What follows from a change: services that start, stop or restart; users who notice; care; refusals.

use super::{AffectedUsers, Facts, Plan, ServiceChange};
use crate::certificate::{missing_names, required_names};
use crate::identity::{Fqdn, Role};
use crate::model::resolve::POOL_ROLES;
use crate::model::{Pool, Topology};
use crate::problem::{Path, Problem};

fn users(facts: &Facts, pool: &Fqdn) -> usize {
    facts.users_by_pool.get(&pool.key()).copied().unwrap_or(0)
}

fn counted(count: usize) -> String {
    if count == 1 {
        "1 user".to_owned()
    } else {
        format!("{count} users")
    }
}

/// Services of new computers start, of removed ones stop; where listeners, addresses or membership change they
/// restart, one computer at a time. Other settings take effect with the snapshot, without a restart.
pub(super) fn services(before: Option<&Topology>, after: &Topology, plan: &mut Plan) {
    for (_, pool, computer) in after.computers() {
        let standing = before
            .and_then(|before| before.computer(&computer.fqdn))
            .filter(|(_, old, _)| old.fqdn == pool.fqdn);
        for &role in POOL_ROLES {
            let ran = standing.as_ref().is_some_and(|(_, old, _)| old.runs(role));
            let (action, reason) = match (ran, pool.runs(role)) {
                (false, true) => ("start", "new".to_owned()),
                (true, false) => ("stop", "the pool does not run it any more".to_owned()),
                (true, true) => match standing
                    .as_ref()
                    .and_then(|(_, old, was)| restart_reason(role, old, pool, *was == computer))
                {
                    Some(reason) => ("restart", reason),
                    None => continue,
                },
                (false, false) => continue,
            };
            plan.services.push(ServiceChange {
                action,
                role: role.name(),
                computer: computer.fqdn.to_string(),
                reason,
            });
        }
    }
    for (_, pool, computer) in before.map(Topology::computers).unwrap_or_default() {
        if after
            .computer(&computer.fqdn)
            .is_some_and(|(_, new, _)| new.fqdn == pool.fqdn)
        {
            continue;
        }
        for role in POOL_ROLES.iter().filter(|role| pool.runs(**role)) {
            let reason = "the computer is removed from the pool".to_owned();
            plan.services.push(ServiceChange {
                action: "stop",
                role: role.name(),
                computer: computer.fqdn.to_string(),
                reason,
            });
        }
    }
}

fn restart_reason(role: Role, old: &Pool, new: &Pool, same_addresses: bool) -> Option<String> {
    if !same_addresses {
        return Some("its addresses change".to_owned());
    }
    let (old_ports, new_ports) = (old.ports_of(role), new.ports_of(role));
    let changed = |a: &[crate::model::port::Port], b: &[crate::model::port::Port]| {
        let mut settings: Vec<&str> = a
            .iter()
            .filter(|port| !b.contains(port))
            .map(|port| port.setting)
            .collect();
        settings.dedup();
        settings.join(", ")
    };
    let ports = [changed(&new_ports, &old_ports), changed(&old_ports, &new_ports)];
    if let Some(settings) = ports.iter().find(|settings| !settings.is_empty()) {
        return Some(format!("{settings} changes"));
    }
    if role == Role::Registrar && old.health_port != new.health_port {
        return Some("healthPort changes".to_owned());
    }
    if role == Role::Registrar && old.max_transactions != new.max_transactions {
        return Some("maxTransactions changes".to_owned());
    }
    if role == Role::Registrar && old.trace_bytes != new.trace_bytes {
        return Some("traceBytes changes".to_owned());
    }
    let limits = |pool: &Pool| {
        pool.registrar()
            .map(|it| (it.connections_per_address, it.idle_timeout, it.handshake_timeout))
    };
    if role == Role::Registrar && limits(old) != limits(new) {
        return Some("its limits of connections change".to_owned());
    }
    if role == Role::Registrar && old.shards != new.shards {
        return Some("shards changes".to_owned());
    }
    let members = |pool: &Pool| {
        pool.computers()
            .into_iter()
            .map(|computer| computer.fqdn)
            .collect::<Vec<_>>()
    };
    (role == Role::Registrar && members(old) != members(new))
        .then(|| "the pool's computers change".to_owned())
}

pub(super) fn affected_users(before: &Topology, after: &Topology, facts: &Facts, plan: &mut Plan) {
    for (_, pool) in before.pools() {
        let count = users(facts, &pool.fqdn);
        if count == 0 || after.pool(&pool.fqdn).is_none() {
            continue;
        }
        let of_pool = |change: &&ServiceChange| {
            change.role == Role::Registrar.name()
                && change.action != "start"
                && pool
                    .computers()
                    .iter()
                    .any(|computer| computer.fqdn.as_str() == change.computer)
        };
        if plan.services.iter().any(|change| of_pool(&change)) {
            let effect = "are signed in again while the registrar restarts";
            plan.affected.push(AffectedUsers {
                pool: pool.fqdn.to_string(),
                users: count,
                effect,
            });
        }
    }
}

pub(super) fn cautions(before: &Topology, after: &Topology, facts: &Facts, plan: &mut Plan) {
    let root = Path::default();
    let mut care = |rule, message: String, hint: &str| {
        plan.cautions
            .push(Problem::warning(rule, &root, message).hint(hint));
    };
    if let (Some(old), Some(new)) = (before.default_sip_domain(), after.default_sip_domain())
        && old != new
    {
        let message = format!("The default SIP domain changes from {old} to {new}.");
        care(
            "V2",
            message,
            "Addresses of users stay; meetings and new users get the new domain.",
        );
    }
    if let (Some((_, old)), Some((_, new))) =
        (before.central_management_pool(), after.central_management_pool())
        && old.fqdn != new.fqdn
        && after.pool(&old.fqdn).is_some()
    {
        let message = format!("Central management moves from {} to {}.", old.fqdn, new.fqdn);
        care("V16", message, "Both pools must run when this is applied.");
    }
    for (_, pool) in before.pools() {
        let Some((_, new)) = after.pool(&pool.fqdn) else {
            continue;
        };
        let moved = registrar_ports(pool, new);
        if !moved.is_empty() {
            let message = format!("{}: {moved}.", pool.fqdn);
            let count = users(facts, &pool.fqdn);
            let hint = format!(
                "Clients that have the port in their settings or in DNS SRV records do not find it ({}).",
                counted(count)
            );
            care("V13", message, &hint);
        }
    }
    for (site, pool, computer) in after.computers() {
        let required = required_names(after, site, pool, &computer);
        let Some((old_site, old_pool, old)) = before.computer(&computer.fqdn) else {
            continue;
        };
        let missing = missing_names(&required, &required_names(before, old_site, old_pool, &old));
        if !missing.is_empty() {
            let message = format!(
                "The certificate of {} must now also name {}.",
                computer.fqdn,
                missing.join(", ")
            );
            care(
                "V17",
                message,
                "Certificates of the deployment's own authority are renewed by themselves; others are not.",
            );
        }
    }
}

/// Registrar ports that were there and are another one or gone: `tlsPort 5061 becomes 5071`.
fn registrar_ports(old: &Pool, new: &Pool) -> String {
    let (old, new) = (old.ports_of(Role::Registrar), new.ports_of(Role::Registrar));
    let gone = old
        .iter()
        .filter(|port| port.usage == "SipServer" && !new.contains(port));
    let mut texts: Vec<String> = gone
        .map(
            |port| match new.iter().find(|other| other.setting == port.setting) {
                Some(other) => format!("{} {} becomes {}", port.setting, port.number, other.number),
                None => format!("{} {} is closed", port.setting, port.number),
            },
        )
        .collect();
    texts.dedup();
    texts.join(", ")
}

pub(super) fn refusals(before: &Topology, after: &Topology, facts: &Facts, plan: &mut Plan) {
    let root = Path::default();
    let mut refuse = |rule, message: String, hint: &str| {
        plan.refusals
            .push(Problem::error(rule, &root, message).hint(hint));
    };
    for (_, pool) in before.pools() {
        let count = users(facts, &pool.fqdn);
        match after.pool(&pool.fqdn) {
            None if count > 0 => refuse(
                "V9",
                format!(
                    "The pool {} cannot be removed: {} homed on it.",
                    pool.fqdn,
                    if count == 1 {
                        "1 user is".to_owned()
                    } else {
                        format!("{count} users are")
                    }
                ),
                "Move them first: Get-CsUser -Filter {RegistrarPool -eq '<pool>'} | Move-CsUser -Target <other pool>.",
            ),
            Some((_, new)) if count > 0 && !new.pool_type.homes_users() => refuse(
                "V14",
                format!(
                    "The pool {} cannot become a {} pool: {} homed on it.",
                    pool.fqdn,
                    new.pool_type.name(),
                    counted(count)
                ),
                "Move them first with Move-CsUser.",
            ),
            _ => {}
        }
    }
    for domain in before
        .sip_domains
        .iter()
        .filter(|domain| !after.sip_domains.contains(domain))
    {
        let count = facts.users_by_domain.get(&domain.key()).copied().unwrap_or(0);
        if count > 0 {
            let message = format!(
                "The SIP domain {domain} cannot be removed: {} an address in it.",
                if count == 1 {
                    "1 user has".to_owned()
                } else {
                    format!("{count} users have")
                }
            );
            refuse(
                "V2",
                message,
                "Give them other addresses first: Set-CsUser -SipAddress.",
            );
        }
    }
    if let Some((_, central)) = before.central_management_pool()
        && after.pool(&central.fqdn).is_none()
    {
        let message = format!(
            "The pool {} cannot be removed: it holds the central management store.",
            central.fqdn
        );
        refuse(
            "V16",
            message,
            "Move it first: publish a document with another centralManagementPool, then remove the pool.",
        );
    }
}
