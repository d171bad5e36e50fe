//! What the user cmdlets read of the topology: which SIP domains and home pools there are.

use std::sync::Arc;

use parking_lot::Mutex;
use plenum_lang::error::{Category, ErrorRecord, Result};
use plenum_topology::identity::SipAddress;
use plenum_topology::model::{Pool, Topology};

use serde_json::Value as Json;

use super::find::port_error;
use crate::authoring::text;
use crate::ports::Ports;

/// The published topology, read again only when it was changed: a script that makes users one by one runs a cmdlet for
/// each, and a topology can be long.
#[derive(Clone, Default)]
pub struct Reading(Arc<Mutex<Option<Read>>>);

/// A document, and what it says.
type Read = (Arc<Json>, Arc<Deployment>);

impl Reading {
    /// The topology as it stands.
    pub fn of(&self, ports: &Ports) -> Result<Arc<Deployment>> {
        let document = ports.store.snapshot().map_err(port_error)?.topology.clone();
        let mut last = self.0.lock();
        if let Some((_, deployment)) = last.as_ref().filter(|(read, _)| Arc::ptr_eq(read, &document)) {
            return Ok(Arc::clone(deployment));
        }
        let deployment = Arc::new(Deployment::of(&document)?);
        *last = Some((document, Arc::clone(&deployment)));
        Ok(deployment)
    }
}

/// What the published topology says of users.
pub struct Deployment {
    sip_domains: Vec<String>,
    home_pools: Vec<String>,
    topology: Topology,
}

impl Deployment {
    /// Reads it.
    pub fn read(ports: &Ports) -> Result<Deployment> {
        Self::of(&ports.store.snapshot().map_err(port_error)?.topology)
    }

    fn of(document: &Json) -> Result<Deployment> {
        let topology = Topology::from_json(document).map_err(|error| {
            ErrorRecord::new(
                "TopologyDamaged",
                Category::InvalidData,
                format!("The published topology cannot be read: {error}"),
            )
            .hint("Apply a topology file with `plenum topology apply`.")
        })?;
        Ok(Deployment {
            sip_domains: topology.sip_domains.iter().map(ToString::to_string).collect(),
            home_pools: home_pools(&topology),
            topology,
        })
    }

    /// The computers of a pool.
    pub fn computers(&self, pool: &str) -> Vec<String> {
        self.pool(pool)
            .into_iter()
            .flat_map(Pool::computers)
            .map(|computer| computer.fqdn.to_string())
            .collect()
    }

    /// The pool that stands by for a pool.
    pub fn backup_pool(&self, pool: &str) -> Option<String> {
        self.pool(pool)?.backup_pool.as_ref().map(ToString::to_string)
    }

    fn pool(&self, name: &str) -> Option<&Pool> {
        self.topology
            .pools()
            .map(|(_, pool)| pool)
            .find(|pool| pool.fqdn.to_string().eq_ignore_ascii_case(name))
    }

    /// The spelling of a home pool's FQDN, or an error that names those that there are.
    pub fn home_pool(&self, name: &str) -> Result<String> {
        self.home_pools
            .iter()
            .find(|pool| pool.eq_ignore_ascii_case(name))
            .cloned()
            .ok_or_else(|| {
                ErrorRecord::new(
                    "PoolNotFound",
                    Category::ObjectNotFound,
                    format!("There is no pool \"{name}\" that can home users."),
                )
                .about(text(name))
                .hint(format!("These can: {}.", self.home_pools.join(", ")))
                .into()
            })
    }

    /// A SIP address with `sip:` and its domain in lower case, or an error that says what is wrong with it.
    pub fn address(&self, address: &str) -> Result<String> {
        let invalid = |message: String, hint: String| {
            ErrorRecord::new("InvalidSipAddress", Category::InvalidArgument, message)
                .about(text(address))
                .hint(hint)
                .into()
        };
        let parsed =
            SipAddress::parse(address).map_err(|error| invalid(error.message.clone(), error.hint.clone()))?;
        let (user, domain) = (parsed.user(), parsed.domain().to_string());
        if !self
            .sip_domains
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&domain))
        {
            return Err(invalid(
                format!("\"{domain}\" is not a SIP domain of this deployment."),
                format!(
                    "Its SIP domains are: {}. Add others to the topology.",
                    self.sip_domains.join(", ")
                ),
            ));
        }
        Ok(format!("sip:{user}@{}", domain.to_ascii_lowercase()))
    }
}

fn home_pools(topology: &Topology) -> Vec<String> {
    topology
        .pools()
        .filter(|(_, pool)| pool.pool_type.homes_users())
        .map(|(_, pool)| pool.fqdn.to_string())
        .collect()
}
