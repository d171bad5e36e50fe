//! The topology as one of its computers sees it: which domains are ours, where pools are, who is a trusted neighbour.

use plenum_sip::keyed_hash::{HashMap, HashSet};
use plenum_sip::proxy::session_timer::Limits;
use plenum_topology::effective::Place;
use plenum_topology::identity::Fqdn;
use plenum_topology::model::{PoolType, RegistrarService, Topology};

/// What routing needs of the topology. Names are in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    computer: String,
    pool: String,
    domains: HashSet<String>,
    /// The site of every pool.
    pools: HashMap<String, String>,
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
                read.pools.insert(lower(&pool.fqdn), site.name.clone());
                read.servers.insert(lower(&pool.fqdn));
                for member in pool.computers() {
                    read.add_computer(lower(&member.fqdn), &lower(&pool.fqdn), pool.pool_type);
                }
                if read.pool == lower(&pool.fqdn) {
                    read.read_registrar(pool.registrar().as_ref());
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
        match self.pools.get(pool) {
            Some(site) => site,
            None => self
                .pools
                .get(&pool.to_ascii_lowercase())
                .map_or("", String::as_str),
        }
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
