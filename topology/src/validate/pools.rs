//! V7, V9, V10, V12, V18 and V21: sizes of pools, what they depend on, pairs, branch pools, settings that fit, bounds.

use super::pools;
use crate::identity::Fqdn;
use crate::model::{Pool, PoolType, SiteType, Topology};
use crate::problem::{Path, Problem, did_you_mean};

/// V7: a Front End pool has 16 computers at most (12 in the 2015 generation), and not two.
pub(super) fn v7_pool_size(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        let (count, at) = (pool.computers.len(), path.key("computers"));
        match pool.pool_type {
            PoolType::StandardEdition if count > 1 => {
                let message = format!("The Standard Edition pool '{}' has {count} computers.", pool.fqdn);
                problems.push(
                    Problem::error("V7", &at, message).hint("It has one; use EnterpriseEdition for more."),
                );
            }
            PoolType::EnterpriseEdition if count == 0 => {
                let message = format!("The Enterprise Edition pool '{}' lists no computers.", pool.fqdn);
                problems.push(
                    Problem::error("V7", &path.key("fqdn"), message).hint("List its Front End Servers."),
                );
            }
            PoolType::EnterpriseEdition if count == 2 => {
                let message = format!("The Enterprise Edition pool '{}' has two computers.", pool.fqdn);
                problems.push(Problem::warning("V7", &at, message).hint(
                    "It loses its quorum with either of them, and the 2019 generation refuses it; use three or more.",
                ));
            }
            PoolType::EnterpriseEdition if count > 16 => {
                let message = format!("The pool '{}' has {count} computers, more than 16.", pool.fqdn);
                problems.push(Problem::error("V7", &at, message).hint("Split it into two pools."));
            }
            PoolType::EnterpriseEdition if count > 12 => {
                let message = format!(
                    "The pool '{}' has {count} computers; the 2015 generation has 12 at most.",
                    pool.fqdn
                );
                problems.push(Problem::warning("V7", &at, message));
            }
            _ => {}
        }
    }
}

/// What a reference must lead to.
pub(super) struct PoolKind {
    /// The rule that says so.
    pub rule: &'static str,
    /// In words: `an Edge pool`.
    pub wanted: &'static str,
    /// Whether a pool is one.
    pub fits: fn(&Pool) -> bool,
}

/// Reports a reference to a pool that does not exist or is not of the right kind.
pub(super) fn expect_pool(
    topology: &Topology,
    name: &Fqdn,
    path: &Path,
    kind: &PoolKind,
    problems: &mut Vec<Problem>,
) {
    let PoolKind { rule, wanted, fits } = *kind;
    match topology.pool(name) {
        Some((_, pool)) if fits(pool) => {}
        Some((_, pool)) => problems.push(
            Problem::error(
                rule,
                path,
                format!("'{name}' is of type {}, not {wanted}.", pool.pool_type.name()),
            )
            .hint(format!("Name {wanted} of this document.")),
        ),
        None => {
            let candidates = topology
                .pools()
                .filter(|(_, pool)| fits(pool))
                .map(|(_, pool)| pool.fqdn.as_str());
            let problem = Problem::error(rule, path, format!("There is no pool '{name}'."));
            problems.push(match did_you_mean(name.as_str(), candidates) {
                Some(meant) => problem.hint(format!("Did you mean '{meant}'?")),
                None => problem.hint(format!("Name {wanted} of this document.")),
            });
        }
    }
}

fn is_front_end(pool: &Pool) -> bool {
    pool.pool_type.is_front_end()
}

fn front_end(rule: &'static str) -> PoolKind {
    PoolKind {
        rule,
        wanted: "a Front End pool",
        fits: is_front_end,
    }
}

fn is_front_end_or_director(pool: &Pool) -> bool {
    pool.pool_type.is_front_end() || pool.pool_type == PoolType::Director
}

fn is_edge(pool: &Pool) -> bool {
    pool.pool_type == PoolType::Edge
}

/// V9: a pool that needs a next hop names one of the right kind; an Edge pool that is named is one.
pub(super) fn v9_next_hops(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        if let Some(edge) = &pool.edge_pool {
            expect_pool(
                topology,
                edge,
                &path.key("edgePool"),
                &PoolKind {
                    rule: "V9",
                    wanted: "an Edge pool",
                    fits: is_edge,
                },
                problems,
            );
        }
        let needs = matches!(
            pool.pool_type,
            PoolType::Edge
                | PoolType::Mediation
                | PoolType::PersistentChat
                | PoolType::TrustedApplication
                | PoolType::VideoInterop
        );
        match &pool.next_hop {
            Some(hop) if pool.pool_type == PoolType::Edge => {
                let kind = PoolKind {
                    rule: "V9",
                    wanted: "a Front End or Director pool",
                    fits: is_front_end_or_director,
                };
                expect_pool(topology, hop, &path.key("nextHop"), &kind, problems);
            }
            Some(hop) => expect_pool(topology, hop, &path.key("nextHop"), &front_end("V9"), problems),
            None if needs => {
                let message = format!(
                    "The {} pool '{}' has no nextHop.",
                    pool.pool_type.name(),
                    pool.fqdn
                );
                problems.push(
                    Problem::error("V9", &path.key("fqdn"), message)
                        .hint("Name the Front End pool that SIP goes to."),
                );
            }
            None => {}
        }
    }
    for (index, site) in topology.sites.iter().enumerate() {
        if let Some(name) = &site.default_persistent_chat_pool {
            let at = super::site_path(index).key("defaultPersistentChatPool");
            let is_chat = |pool: &Pool| pool.pool_type == PoolType::PersistentChat;
            let kind = PoolKind {
                rule: "V9",
                wanted: "a Persistent Chat pool",
                fits: is_chat,
            };
            expect_pool(topology, name, &at, &kind, problems);
        }
    }
}

/// V10: two Front End pools that back each other up name each other, are of one edition, and stand in two sites.
pub(super) fn v10_pairing(topology: &Topology, problems: &mut Vec<Problem>) {
    for (site, pool, path) in pools(topology) {
        let Some(name) = &pool.backup_pool else { continue };
        let at = path.key("backupPool");
        if *name == pool.fqdn {
            let problem = Problem::error("V10", &at, format!("'{}' is its own backup.", pool.fqdn));
            problems.push(problem.hint("The backup is another pool."));
            continue;
        }
        if !pool.pool_type.homes_users() {
            let message = format!("A {} pool has no users to back up.", pool.pool_type.name());
            problems.push(Problem::error("V10", &at, message).hint("Remove backupPool."));
            continue;
        }
        expect_pool(topology, name, &at, &front_end("V10"), problems);
        let Some((other_site, other)) = topology.pool(name).filter(|_| pool.pool_type.is_front_end()) else {
            continue;
        };
        if other.backup_pool.as_ref() != Some(&pool.fqdn) {
            let other_path = pools(topology)
                .into_iter()
                .find(|(_, p, _)| p.fqdn == other.fqdn)
                .map(|(_, _, path)| path);
            let problem = Problem::error(
                "V10",
                &at,
                format!("'{name}' does not name '{}' as its backup.", pool.fqdn),
            )
            .hint("Two paired pools name each other.");
            problems.push(match other_path {
                Some(other_path) => problem.related(&other_path.key("fqdn"), "the other pool is here"),
                None => problem,
            });
        }
        if other.pool_type.is_front_end() && other.pool_type != pool.pool_type {
            let message = format!("'{}' and '{name}' are of different editions.", pool.fqdn);
            problems.push(
                Problem::error("V10", &at, message)
                    .hint("Pair Standard with Standard and Enterprise with Enterprise."),
            );
        }
        if other_site.name == site.name {
            let message = format!("'{}' and its backup stand in the same site.", pool.fqdn);
            problems.push(
                Problem::warning("V10", &at, message)
                    .hint("A pair protects from the loss of a site only across two."),
            );
        }
    }
}

/// V12: branch pools stand in branches and name a Front End pool of the parent site.
pub(super) fn v12_branch_pools(topology: &Topology, problems: &mut Vec<Problem>) {
    for (site, pool, path) in pools(topology) {
        let is_branch_pool = pool.pool_type.is_survivable_branch();
        if !is_branch_pool {
            if pool.user_services_pool.is_some() {
                let message = format!(
                    "A pool of type {} keeps no user data elsewhere.",
                    pool.pool_type.name()
                );
                problems.push(
                    Problem::error("V12", &path.key("userServicesPool"), message)
                        .hint("Remove userServicesPool."),
                );
            }
            continue;
        }
        if site.site_type != SiteType::Branch {
            let message = format!(
                "The {} pool '{}' stands in the central site '{}'.",
                pool.pool_type.name(),
                pool.fqdn,
                site.name
            );
            problems
                .push(Problem::error("V12", &path.key("type"), message).hint("Put it into a Branch site."));
            continue;
        }
        let Some(home) = pool.user_services_pool() else {
            let message = format!(
                "The branch pool '{}' names neither backupPool nor userServicesPool.",
                pool.fqdn
            );
            problems.push(
                Problem::error("V12", &path.key("fqdn"), message)
                    .hint("Name a Front End pool of the parent site."),
            );
            continue;
        };
        let key = if pool.user_services_pool.is_some() {
            "userServicesPool"
        } else {
            "backupPool"
        };
        if key == "userServicesPool" {
            expect_pool(topology, home, &path.key(key), &front_end("V12"), problems);
        }
        if let Some((home_site, _)) = topology.pool(home)
            && site
                .parent
                .as_ref()
                .is_some_and(|parent| parent.to_lowercase() != home_site.name.to_lowercase())
        {
            let message = format!(
                "'{home}' stands in '{}', not in the parent site of '{}'.",
                home_site.name, site.name
            );
            problems.push(
                Problem::error("V12", &path.key(key), message)
                    .hint("Name a Front End pool of the parent site."),
            );
        }
    }
}

/// V18: settings are given only for services that the pool runs, applications only on Trusted Application pools.
pub(super) fn v18_services_fit_the_pool(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        for (field, role) in pool.settings_without_service() {
            let message = format!("A pool of type {} runs no {role}.", pool.pool_type.name());
            let at = path.key("services").key(camel(field));
            problems.push(
                Problem::error("V18", &at, message).hint("Remove these settings, or change the pool's type."),
            );
        }
        if pool.pool_type != PoolType::TrustedApplication && !pool.applications.is_empty() {
            let message = format!(
                "A pool of type {} has no applications of its own.",
                pool.pool_type.name()
            );
            problems.push(
                Problem::error("V18", &path.key("applications"), message)
                    .hint("Put them on a TrustedApplication pool."),
            );
        }
        for (index, application) in pool.applications.iter().enumerate() {
            let at = path.key("applications").index(index);
            if pool.applications[..index]
                .iter()
                .any(|other| other.id.eq_ignore_ascii_case(&application.id))
            {
                problems.push(Problem::error(
                    "V18",
                    &at.key("id"),
                    format!("The application '{}' is listed twice.", application.id),
                ));
            }
        }
    }
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        name + &letters
            .next()
            .map(|c| c.to_ascii_uppercase().to_string())
            .unwrap_or_default()
            + letters.as_str()
    })
}

/// Below this a few phones that sign in at a time are refused.
const FEWEST_TRANSACTIONS: u32 = 1_000;

/// The most shards of a computer.
const MOST_SHARDS: u8 = 16;

/// Below this no session timer goes (RFC 4028 §4), in seconds.
const SHORTEST_SESSION: u32 = 90;

/// V21: a bound leaves room for work, shards are some but not many, and session timers are long enough.
pub(super) fn v21_bounds(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        if let Some(bound) = pool.max_transactions.filter(|bound| *bound < FEWEST_TRANSACTIONS) {
            let message = format!("{bound} transactions are too few for a server to work with.");
            let problem = Problem::error("V21", &path.key("maxTransactions"), message);
            problems.push(problem.hint("Give at least 1,000, or leave it out for 400,000."));
        }
        if let Some(shards) = pool.shards.filter(|shards| !(1..=MOST_SHARDS).contains(shards)) {
            let message = format!("A computer cannot have {shards} shards.");
            let problem = Problem::error("V21", &path.key("shards"), message);
            problems.push(problem.hint("Give 1 to 16, or leave it out for one less than there are cores."));
        }
        session_intervals(pool, &path.key("services").key("registrar"), problems);
        connection_limits(pool, &path.key("services").key("registrar"), problems);
    }
}

fn session_intervals(pool: &Pool, path: &Path, problems: &mut Vec<Problem>) {
    let Some(registrar) = &pool.services.registrar else {
        return;
    };
    let least = registrar.minimum_session_interval;
    if least < SHORTEST_SESSION {
        let message = format!("Sessions cannot be refreshed every {least} seconds.");
        let problem = Problem::error("V21", &path.key("minimumSessionInterval"), message);
        problems.push(problem.hint("Give 90 or more: no phone has to take less (RFC 4028 section 4)."));
    }
    let shortest = least.max(SHORTEST_SESSION);
    if let Some(interval) = registrar.session_interval.filter(|interval| *interval < shortest) {
        let message = format!("A session interval of {interval} seconds is below the shortest, {shortest}.");
        let problem = Problem::error("V21", &path.key("sessionInterval"), message);
        problems.push(problem.hint("Give a longer one; 1800 is usual."));
    }
}

fn connection_limits(pool: &Pool, path: &Path, problems: &mut Vec<Problem>) {
    let Some(registrar) = &pool.services.registrar else {
        return;
    };
    for (name, value) in [
        ("connectionsPerAddress", registrar.connections_per_address),
        ("idleTimeout", registrar.idle_timeout),
        ("handshakeTimeout", registrar.handshake_timeout),
    ] {
        if value == 0 {
            let message = format!("With {name} 0 nobody could connect.");
            let problem = Problem::error("V21", &path.key(name), message);
            problems.push(problem.hint("Give 1 or more, or leave it out."));
        }
    }
}
