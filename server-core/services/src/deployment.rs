//! The topology as one of its computers sees it: which domains are ours, where pools are, who is a trusted neighbour.

use plenum_sip::Transport;
use plenum_sip::keyed_hash::{HashMap, HashSet};
use plenum_sip::proxy::session_timer::Limits;
use plenum_topology::effective::Place;
use plenum_topology::identity::Fqdn;
use plenum_topology::model::{PoolType, RegistrarService, Topology};

/// Where a pool is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pool {
    site: String,
    /// Its registrar's.
    tls_port: u16,
}

/// What routing needs of the topology. Names are in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    computer: String,
    pool: String,
    domains: HashSet<String>,
    pools: HashMap<String, Pool>,
    /// Every computer of an Edge pool.
    edges: HashSet<String>,
    /// Every computer and pool of the deployment: certificates with these names are trusted servers.
    servers: HashSet<String>,
    sessions: Limits,
    follows_redirections: bool,
    checks_phones: bool,
    asks_for_signed_bodies: bool,
}

impl Deployment {
    /// Reads a topology document as the computer with this FQDN.
    ///
    /// # Errors
    /// The document is damaged, or has no such computer.
    pub fn read(topology: &serde_json::Value, computer: &str) -> Result<Self, Vec<String>> {
        let topology =
            Topology::from_json(topology).map_err(|error| vec![format!("the topology: {error}")])?;
        let lower = Fqdn::key;
        let mut read = Self {
            computer: computer.to_ascii_lowercase(),
            checks_phones: true,
            ..Self::default()
        };
        read.domains = topology.sip_domains.iter().map(lower).collect();
        for site in &topology.sites {
            for pool in &site.pools {
                let registrar = pool.registrar();
                let place = Pool {
                    site: site.name.clone(),
                    tls_port: registrar
                        .as_ref()
                        .map_or(Transport::Tls.default_port(), |found| found.tls_port),
                };
                read.pools.insert(lower(&pool.fqdn), place);
                read.servers.insert(lower(&pool.fqdn));
                for member in pool.computers() {
                    read.add_computer(lower(&member.fqdn), &lower(&pool.fqdn), pool.pool_type);
                }
                if read.pool == lower(&pool.fqdn) {
                    read.read_registrar(registrar.as_ref());
                }
            }
        }
        if read.pool.is_empty() {
            return Err(vec![format!("the topology has no computer {computer}")]);
        }
        Ok(read)
    }

    fn add_computer(&mut self, fqdn: String, pool: &str, pool_type: PoolType) {
        if fqdn == self.computer {
            pool.clone_into(&mut self.pool);
        }
        if pool_type == PoolType::Edge {
            self.edges.insert(fqdn.clone());
        }
        self.servers.insert(fqdn);
    }

    /// What the topology says of this computer's registrar.
    fn read_registrar(&mut self, registrar: Option<&RegistrarService>) {
        if let Some(registrar) = registrar {
            self.sessions = Limits {
                minimum: registrar.minimum_session_interval,
                interval: registrar.session_interval,
            };
            self.follows_redirections = registrar.follow_redirections;
            self.checks_phones = registrar.check_phone_certificates;
            self.asks_for_signed_bodies = registrar.offer_auth_int;
        }
    }

    /// The session timers of calls.
    pub fn sessions(&self) -> Limits {
        self.sessions
    }

    /// Whether a 3xx of a user's phone is followed to other users of the deployment.
    pub fn follows_redirections(&self) -> bool {
        self.follows_redirections
    }

    /// Whether a phone that is called back over TLS must show a certificate of the deployment's authority.
    pub fn checks_phones(&self) -> bool {
        self.checks_phones
    }

    /// Whether clients are offered to sign the bodies of their requests as well (`auth-int`).
    pub fn asks_for_signed_bodies(&self) -> bool {
        self.asks_for_signed_bodies
    }

    /// This computer's FQDN.
    pub fn computer(&self) -> &str {
        &self.computer
    }

    /// The FQDN of this computer's pool.
    pub fn pool(&self) -> &str {
        &self.pool
    }

    /// Whether a host is one of the deployment's SIP domains (in lower case).
    pub fn is_own_domain(&self, host: &str) -> bool {
        self.domains.contains(host)
    }

    /// Whether a host is this computer, its pool, or a SIP domain of the deployment (in lower case).
    pub fn is_here(&self, host: &str) -> bool {
        host == self.computer || host == self.pool || self.is_own_domain(host)
    }

    /// Where this computer's pool is.
    pub fn home_place(&self) -> Place<'_> {
        Place {
            pool: &self.pool,
            site: self.site_of(&self.pool),
        }
    }

    /// The site of a pool; empty for one that the topology does not know.
    pub fn site_of(&self, pool: &str) -> &str {
        self.pool_named(pool).map_or("", |pool| &pool.site)
    }

    /// Where a pool's registrar listens for other servers and for clients that are sent there.
    pub fn tls_port_of(&self, pool: &str) -> u16 {
        let found = self.pool_named(pool);
        found.map_or(Transport::Tls.default_port(), |pool| pool.tls_port)
    }

    fn pool_named(&self, name: &str) -> Option<&Pool> {
        let found = self.pools.get(name);
        found.or_else(|| self.pools.get(&name.to_ascii_lowercase()))
    }

    /// Whether the topology has such a pool (in lower case).
    pub fn has_pool(&self, pool: &str) -> bool {
        self.pools.contains_key(pool)
    }

    /// Whether a name of a verified certificate is that of an Edge Server of the deployment (in lower case).
    pub fn is_edge(&self, name: &str) -> bool {
        self.edges.contains(name)
    }

    /// Whether a name of a verified certificate is that of a server of the deployment (in lower case).
    pub fn is_server(&self, name: &str) -> bool {
        self.servers.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pool_is_reached_where_its_registrar_listens() {
        let pool = |fqdn: &str, registrar: serde_json::Value| {
            json!({
                "fqdn": fqdn, "type": "StandardEdition", "computers": [{ "fqdn": fqdn }],
                "services": { "registrar": registrar },
            })
        };
        let topology = json!({
            "apiVersion": "plenum/v1", "name": "Contoso", "sipDomains": ["contoso.example"],
            "sites": [{ "name": "Redmond", "pools": [
                pool("east.contoso.example", json!({})),
                pool("west.contoso.example", json!({ "tlsPort": 15061 })),
            ] }],
        });
        let deployment = Deployment::read(&topology, "east.contoso.example").unwrap();
        let ports = ["east.contoso.example", "West.Contoso.example", "nowhere.example"];
        assert_eq!(
            ports.map(|pool| deployment.tls_port_of(pool)),
            [5061, 15061, 5061]
        );
    }
}
