//! What a published document has no place for.

use plenum_topology::model::{Network, RegistrarService, Topology};
use plenum_topology::problem::{Path, Problem};

/// What the document has no place for.
pub(super) fn not_held(topology: &Topology) -> Vec<Problem> {
    let mut notes = Vec::new();
    let mut note = |path: &Path, message: &str| notes.push(Problem::note("export", path, message));
    let root = Path::default();
    if topology.name.is_some() {
        note(
            &root.key("name"),
            "The deployment's name is not part of a published topology.",
        );
    }
    if !topology.simple_urls.is_empty() || topology.sites.iter().any(|site| !site.simple_urls.is_empty()) {
        note(
            &root.key("simpleUrls"),
            "Simple URLs are not part of a published topology; they are a document of their own.",
        );
    }
    if topology.network != Network::default() {
        note(
            &root.key("network"),
            "Network regions, sites and subnets are not part of a published topology.",
        );
    }
    for (site_index, site) in topology.sites.iter().enumerate() {
        let at = root.key("sites").index(site_index);
        if site
            .sql_servers
            .iter()
            .any(|server| server.mirror.is_some() || server.witness.is_some())
        {
            note(
                &at.key("sqlServers"),
                "Mirrors and witnesses of SQL servers are not written.",
            );
        }
        for (index, pool) in site.pools.iter().enumerate() {
            let at = at.key("pools").index(index);
            if pool.health_port.is_some() {
                note(
                    &at.key("healthPort"),
                    "The health port is not part of a published topology.",
                );
            }
            if pool.max_transactions.is_some() {
                note(
                    &at.key("maxTransactions"),
                    "The bound of transactions is not part of a published topology.",
                );
            }
            if pool.trace_bytes.is_some() {
                note(
                    &at.key("traceBytes"),
                    "The bound of traces is not part of a published topology.",
                );
            }
            if pool.shards.is_some() {
                note(
                    &at.key("shards"),
                    "The number of shards is not part of a published topology.",
                );
            }
            if pool
                .persistent_chat()
                .is_some_and(|chat| !chat.active_computers.is_empty())
            {
                note(
                    &at.key("services").key("persistentChat"),
                    "Which computers of a chat pool are active is not written.",
                );
            }
            if let Some(registrar) = pool.registrar() {
                let default = RegistrarService::default();
                if registrar.failure_detection_interval != default.failure_detection_interval
                    || registrar.failback_detection_interval != default.failback_detection_interval
                    || registrar.enable_automatic_failover != default.enable_automatic_failover
                {
                    note(
                        &at.key("services").key("registrar"),
                        "Failover settings of the registrar are not written.",
                    );
                }
                if registrar.session_interval != default.session_interval
                    || registrar.minimum_session_interval != default.minimum_session_interval
                {
                    note(
                        &at.key("services").key("registrar"),
                        "Session timers are not part of a published topology.",
                    );
                }
                if registrar.follow_redirections {
                    note(
                        &at.key("services").key("registrar").key("followRedirections"),
                        "Whether redirections are followed is not part of a published topology.",
                    );
                }
                if registrar.connections_per_address != default.connections_per_address
                    || registrar.idle_timeout != default.idle_timeout
                    || registrar.handshake_timeout != default.handshake_timeout
                {
                    note(
                        &at.key("services").key("registrar"),
                        "Limits of connections are not part of a published topology.",
                    );
                }
                if registrar.offer_auth_int {
                    note(
                        &at.key("services").key("registrar").key("offerAuthInt"),
                        "Whether signed bodies are asked for is not part of a published topology.",
                    );
                }
                if !registrar.check_phone_certificates {
                    note(
                        &at.key("services").key("registrar").key("checkPhoneCertificates"),
                        "Whether certificates of phones are checked is not part of a published topology.",
                    );
                }
            }
        }
    }
    notes
}

/// What the tests compare after a round trip: the topology without what [`not_held`] reports.
#[cfg(test)]
pub(in crate::xml) fn held(mut topology: Topology) -> Topology {
    topology.name = None;
    topology.simple_urls.clear();
    topology.network = Network::default();
    for site in &mut topology.sites {
        for server in &mut site.sql_servers {
            (server.mirror, server.witness) = (None, None);
        }
        for pool in &mut site.pools {
            pool.health_port = None;
            pool.max_transactions = None;
            pool.shards = None;
            pool.trace_bytes = None;
        }
    }
    topology
}
