//! Reading what is published, planning against it, and publishing: one way for the subcommands and the cmdlets.

use std::sync::Arc;

use plenum_admin::{Answer, Request};
use plenum_topology::change::{Change, ChangeSet, Revision};
use plenum_topology::diff::{Facts, Plan, plan};
use plenum_topology::directory::DirectoryQuery;
use plenum_topology::drift::{ComputerDrift, Running, compare};
use plenum_topology::identity::{Fqdn, SipAddress};
use plenum_topology::model::Topology;
use plenum_topology::snapshot::Snapshot;

use super::Report;
use crate::ports::{PortError, Ports};

/// How often a commit is tried again when somebody else wrote something that is not the topology.
const ATTEMPTS: usize = 8;

/// What is published.
pub struct Published {
    /// The revision.
    pub revision: Revision,
    /// The topology; `None` in a deployment that has none yet.
    pub topology: Option<Topology>,
    document: Arc<serde_json::Value>,
}

/// Reads what is published.
///
/// # Errors
/// When the store cannot be read, or what it holds is no topology.
pub fn published(ports: &Ports) -> Result<Published, PortError> {
    of_snapshot(&*ports.store.snapshot()?)
}

fn of_snapshot(snapshot: &Snapshot) -> Result<Published, PortError> {
    let topology = if snapshot.topology.is_null() {
        None
    } else {
        Some(parse(&snapshot.topology)?)
    };
    Ok(Published {
        revision: snapshot.revision,
        topology,
        document: Arc::clone(&snapshot.topology),
    })
}

fn parse(document: &serde_json::Value) -> Result<Topology, PortError> {
    Topology::from_json(document).map_err(|error| PortError {
        id: "TopologyDamaged".to_owned(),
        message: format!("The published topology cannot be read: {error}."),
        hint: Some(
            "Go back to an older revision: plenum topology history, plenum topology rollback <revision>."
                .to_owned(),
        ),
    })
}

/// The topology of a revision, or the newest.
///
/// # Errors
/// When there is none, or it cannot be read.
pub(super) fn topology_at(ports: &Ports, revision: Option<u64>) -> Result<Topology, PortError> {
    let snapshot = match revision {
        Some(number) => ports.store.snapshot_at(Revision(number))?,
        None => ports.store.snapshot()?,
    };
    of_snapshot(&snapshot)?.topology.ok_or_else(|| PortError {
        id: "NoTopology".to_owned(),
        message: format!("Revision {} has no topology.", snapshot.revision),
        hint: Some(
            "Publish one: plenum topology apply <file>, or Publish-CsTopology -FileName <file>.".to_owned(),
        ),
    })
}

impl Published {
    /// Refuses a plan whose topology is not the one that stands: the store has moved on.
    pub(super) fn check_base(&self, ports: &Ports, base: Revision) -> Result<(), Report> {
        if base == self.revision || ports.store.snapshot_at(base)?.topology == self.document {
            return Ok(());
        }
        Err(PortError {
            id: "StoreMovedOn".to_owned(),
            message: format!(
                "The plan was made for revision {base}, and the topology has changed since (now {}).",
                self.revision
            ),
            hint: Some("Make a new plan, look at it, and apply that.".to_owned()),
        }
        .into())
    }
}

/// How many users each pool and SIP domain has.
///
/// # Errors
/// When the directory cannot be read: nothing is removed on a guess.
pub fn facts(ports: &Ports) -> Result<Facts, PortError> {
    let query = DirectoryQuery {
        filter: Some("(msRTCSIP-PrimaryUserAddress=*)".to_owned()),
        ..DirectoryQuery::default()
    };
    let mut facts = Facts::default();
    for user in ports.directory.search(&query)? {
        if let Some(pool) = user.first("msRTCSIP-PrimaryHomeServer") {
            *facts.users_by_pool.entry(pool.to_ascii_lowercase()).or_default() += 1;
        }
        if let Some(address) = user
            .first("msRTCSIP-PrimaryUserAddress")
            .and_then(|text| SipAddress::parse(text).ok())
        {
            *facts.users_by_domain.entry(address.domain().key()).or_default() += 1;
        }
    }
    Ok(facts)
}

/// What publishing a topology would change.
///
/// # Errors
/// When users cannot be counted.
pub fn plan_for(ports: &Ports, published: &Published, topology: &Topology) -> Result<Plan, PortError> {
    let facts = if published.topology.is_some() {
        facts(ports)?
    } else {
        Facts::default()
    };
    Ok(plan(published.topology.as_ref(), topology, &facts))
}

/// Publishes a topology in place of the one that was read: whole or not at all, and not when another topology has
/// been published since.
///
/// # Errors
/// `StoreMovedOn`, or what the store says.
pub fn publish(
    ports: &Ports,
    published: &Published,
    topology: &Topology,
    command: &str,
    message: Option<String>,
) -> Result<Revision, PortError> {
    let change = Change::Topology {
        before: Some((*published.document).clone()).filter(|document| !document.is_null()),
        after: Some(topology.to_json()),
    };
    let set = ChangeSet {
        who: ports.who.to_string(),
        command: command.to_owned(),
        message,
        changes: vec![change],
    };
    let mut base = published.revision;
    let mut attempts = 0;
    loop {
        match ports.store.commit(Some(base), set.clone()) {
            Err(error) if error.id == "StoreMovedOn" && attempts < ATTEMPTS => {
                let now = ports.store.snapshot()?;
                if now.topology != published.document {
                    return Err(error);
                }
                (base, attempts) = (now.revision, attempts + 1);
            }
            answer => return answer,
        }
    }
}

/// How every computer of the published topology stands.
///
/// # Errors
/// When the store cannot be read.
pub fn running(ports: &Ports) -> Result<Vec<ComputerDrift>, PortError> {
    let published = published(ports)?;
    let computers = published
        .topology
        .as_ref()
        .map(Topology::computers)
        .unwrap_or_default();
    Ok(computers
        .iter()
        .map(|(_, _, computer)| {
            compare(
                published.revision,
                &computer.fqdn,
                &ask_computer(ports, &computer.fqdn),
            )
        })
        .collect())
}

/// Asks a computer what it runs; not being able to ask is an answer too.
pub fn ask_computer(ports: &Ports, computer: &Fqdn) -> Running {
    match ports.servers.request(computer.as_str(), &Request::Status) {
        Ok(Answer::Status(status)) => Running::Reported {
            revision: status.revision,
            applied_at: status.applied_at,
            behind: status.behind,
            version: status.version,
        },
        Ok(Answer::Failed { message, .. }) => Running::Unreachable { why: message },
        Ok(_) => Running::Unreachable {
            why: "It answered something else than was asked.".to_owned(),
        },
        Err(error) => {
            let hint = error.hint.map_or_else(String::new, |hint| format!(" {hint}"));
            Running::Unreachable {
                why: format!("{}{hint}", error.message),
            }
        }
    }
}
