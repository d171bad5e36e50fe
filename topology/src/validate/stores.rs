//! V6, V14 and V15: SQL instances and file shares of pools.

use std::collections::HashMap;

use super::pools;
use crate::model::{Pool, PoolType, ShareName, SqlInstanceName, Topology};
use crate::problem::{Path, Problem};

/// V6: an Enterprise pool has a user store and a file share; every store that is named exists; an SQL instance holds
/// the users of one pool.
pub(super) fn v6_stores(topology: &Topology, problems: &mut Vec<Problem>) {
    let mut user_stores: HashMap<String, Path> = HashMap::new();
    for (_, pool, path) in pools(topology) {
        if pool.pool_type == PoolType::EnterpriseEdition {
            if pool.user_store.is_none() {
                let message = format!("The Enterprise Edition pool '{}' has no userStore.", pool.fqdn);
                problems.push(
                    Problem::error("V6", &path.key("fqdn"), message)
                        .hint("Name an SQL instance of a site's sqlServers."),
                );
            }
            if pool.file_store.is_none() {
                let message = format!("The Enterprise Edition pool '{}' has no fileStore.", pool.fqdn);
                problems.push(
                    Problem::error("V6", &path.key("fqdn"), message)
                        .hint("Name a share of a site's fileStores."),
                );
            }
        } else if pool.user_store.is_some() || pool.application_store.is_some() {
            let key = if pool.user_store.is_some() {
                "userStore"
            } else {
                "applicationStore"
            };
            let message = format!("A {} pool has no {key}.", pool.pool_type.name());
            problems.push(
                Problem::error("V6", &path.key(key), message)
                    .hint("Remove it; only Enterprise Edition pools have one."),
            );
        }
        references(topology, pool, &path, problems);
        if let Some(store) = pool
            .user_store
            .as_ref()
            .filter(|_| pool.pool_type == PoolType::EnterpriseEdition)
        {
            let at = path.key("userStore");
            if let Some(first) = user_stores.get(&store.key()) {
                let message = format!("The SQL instance '{store}' holds the users of two pools.");
                problems.push(
                    Problem::error("V6", &at, message)
                        .hint("Give each pool an instance of its own.")
                        .related(first, "the first is here"),
                );
            }
            user_stores.entry(store.key()).or_insert(at);
        }
    }
}

fn references(topology: &Topology, pool: &Pool, path: &Path, problems: &mut Vec<Problem>) {
    let sql: [(&str, &Option<SqlInstanceName>); 6] = [
        ("userStore", &pool.user_store),
        ("applicationStore", &pool.application_store),
        ("archivingStore", &pool.archiving_store),
        ("monitoringStore", &pool.monitoring_store),
        ("persistentChatStore", &pool.persistent_chat_store),
        (
            "persistentChatComplianceStore",
            &pool.persistent_chat_compliance_store,
        ),
    ];
    for (key, store) in sql {
        if let Some(name) = store.as_ref().filter(|name| !sql_exists(topology, name)) {
            problems.push(
                Problem::error(
                    "V6",
                    &path.key(key),
                    format!("There is no SQL instance '{name}'."),
                )
                .hint("List the server, and the instance when it has a name, under a site's sqlServers."),
            );
        }
    }
    if let Some(share) = pool
        .file_store
        .as_ref()
        .filter(|share| !share_exists(topology, share))
    {
        let problem = Problem::error(
            "V6",
            &path.key("fileStore"),
            format!("There is no file share '{share}'."),
        );
        problems.push(problem.hint("List it under a site's fileStores."));
    }
    if let Some(name) = &pool.office_web_apps
        && !topology
            .sites
            .iter()
            .any(|site| site.office_web_apps.iter().any(|server| server.fqdn == *name))
    {
        let problem = Problem::error(
            "V6",
            &path.key("officeWebApps"),
            format!("There is no Office Web Apps server '{name}'."),
        );
        problems.push(problem.hint("List it under a site's officeWebApps."));
    }
}

fn sql_exists(topology: &Topology, name: &SqlInstanceName) -> bool {
    topology.sites.iter().any(|site| {
        site.sql_servers
            .iter()
            .any(|server| server.instance_names().contains(name))
    })
}

fn share_exists(topology: &Topology, name: &ShareName) -> bool {
    topology
        .sites
        .iter()
        .any(|site| site.file_stores.iter().any(|store| store.share == *name))
}

/// V14: a Persistent Chat pool has a store and at most 4 + 4 computers; compliance needs the chat store.
pub(super) fn v14_persistent_chat(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        if pool.pool_type != PoolType::PersistentChat {
            for (key, given) in [
                ("persistentChatStore", pool.persistent_chat_store.is_some()),
                (
                    "persistentChatComplianceStore",
                    pool.persistent_chat_compliance_store.is_some(),
                ),
            ] {
                if given {
                    problems.push(Problem::error(
                        "V14",
                        &path.key(key),
                        format!("A {} pool has no {key}.", pool.pool_type.name()),
                    ));
                }
            }
            continue;
        }
        if pool.persistent_chat_store.is_none() {
            let message = match pool.persistent_chat_compliance_store {
                Some(_) => format!(
                    "'{}' has a compliance store but no persistentChatStore.",
                    pool.fqdn
                ),
                None => format!(
                    "The Persistent Chat pool '{}' has no persistentChatStore.",
                    pool.fqdn
                ),
            };
            problems.push(Problem::error("V14", &path.key("fqdn"), message).hint("Name an SQL instance."));
        }
        if pool.file_store.is_none() {
            let message = format!("The Persistent Chat pool '{}' has no fileStore.", pool.fqdn);
            problems.push(
                Problem::error("V14", &path.key("fqdn"), message)
                    .hint("Name a share of a site's fileStores."),
            );
        }
        let active = pool
            .persistent_chat()
            .map_or(0, |chat| chat.active_computers.len());
        if pool.computers.len() > 8 || active > 4 {
            let message = format!("'{}' has more than 4 active and 4 standby computers.", pool.fqdn);
            problems.push(Problem::error("V14", &path.key("computers"), message));
        }
    }
}

/// V15: archiving and monitoring stores belong to Front End pools.
pub(super) fn v15_archiving_and_monitoring(topology: &Topology, problems: &mut Vec<Problem>) {
    for (_, pool, path) in pools(topology) {
        if pool.pool_type.is_front_end() {
            continue;
        }
        for (key, given) in [
            ("archivingStore", pool.archiving_store.is_some()),
            ("monitoringStore", pool.monitoring_store.is_some()),
        ] {
            if given {
                let message = format!("A {} pool has no {key}.", pool.pool_type.name());
                problems.push(
                    Problem::error("V15", &path.key(key), message)
                        .hint("Set it on the Front End pools that use the store."),
                );
            }
        }
    }
}
