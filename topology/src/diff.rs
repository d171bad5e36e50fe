//! The plan: what publishing a document would change, in the terms of the deployment.
//!
//! Two topologies are compared entity by entity with their defaults filled in, so that writing out a default is no
//! change. From the changes follow the services that restart and where, the users who notice, what needs care, and
//! what is refused (V2, V9, V14, V16: nothing that users or other things still need goes away). Facts about users
//! come in as an argument.

mod entity;
mod impact;
mod render;
mod saved;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Topology;
use crate::problem::Problem;

pub use render::{json, markdown, text};
pub use saved::{SavedPlan, is_saved_plan};

/// What the plan needs to know about users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How many users have a home pool, by its FQDN in lower case.
    pub users_by_pool: BTreeMap<String, usize>,
    /// How many users have an address in a SIP domain, by the domain in lower case.
    pub users_by_domain: BTreeMap<String, usize>,
}

/// What happens to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Add,
    /// It stays, with other settings.
    Change,
    /// It goes.
    Remove,
}

/// One setting of an entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// The key, e.g. `services.registrar.tlsPort`.
    pub field: String,
    /// What stood; `None` when it was not set.
    pub before: Option<String>,
    /// What stands; `None` when it is not set any more.
    pub after: Option<String>,
}

/// One entity that is added, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntityChange {
    /// What happens.
    pub action: Action,
    /// `pool`, `computer`, `gateway` …
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// The site it stands in, or stood in.
    pub site: Option<String>,
    /// Its settings: all that are set of a new one, those that change of an old one.
    pub fields: Vec<FieldChange>,
}

/// A service that starts, stops or restarts on a computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceChange {
    /// `start`, `stop` or `restart`.
    pub action: &'static str,
    /// The role.
    pub role: &'static str,
    /// The computer.
    pub computer: String,
    /// Why.
    pub reason: String,
}

/// Users who notice the change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AffectedUsers {
    /// Their home pool.
    pub pool: String,
    /// How many.
    pub users: usize,
    /// What happens to them.
    pub effect: &'static str,
}

/// What publishing a document would do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Plan {
    /// The changes, in document order; removals last.
    pub changes: Vec<EntityChange>,
    /// What happens to services.
    pub services: Vec<ServiceChange>,
    /// Who notices.
    pub affected: Vec<AffectedUsers>,
    /// What to look at first.
    pub cautions: Vec<Problem>,
    /// Why it cannot be published.
    pub refusals: Vec<Problem>,
}

impl Plan {
    /// Whether publishing would change nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many entities are added, changed, removed.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |action| {
            self.changes
                .iter()
                .filter(|change| change.action == action)
                .count()
        };
        (count(Action::Add), count(Action::Change), count(Action::Remove))
    }
}

/// Compares what is published (nothing, for a new deployment) with what a document says.
pub fn plan(before: Option<&Topology>, after: &Topology, facts: &Facts) -> Plan {
    let mut plan = Plan {
        changes: entity::changes(before, after),
        ..Plan::default()
    };
    impact::services(before, after, &mut plan);
    if let Some(before) = before {
        impact::affected_users(before, after, facts, &mut plan);
        impact::cautions(before, after, facts, &mut plan);
        impact::refusals(before, after, facts, &mut plan);
    }
    plan
}

#[cfg(test)]
mod tests;
