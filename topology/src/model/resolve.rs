//! What follows from a document: defaults filled in, services with their ports, who depends on whom, look-ups.

use std::collections::{HashMap, HashSet};

use super::port::{HasPorts, Port, Protocol, Side};
use super::{
    ApplicationService, Computer, ConferencingService, EdgeService, Gateway, MediationService,
    PersistentChatService, Pool, PoolType, RegistrarService, SimpleUrl, SimpleUrlComponent, Site,
    SqlInstanceName, Topology, Transport, Trunk, TrustedApplicationService, UserService, VideoInteropService,
    WebService,
};
use crate::identity::{Fqdn, Host, Role, ServiceId};

/// The version that `Get-CsService` shows: of the 2015 generation and later.
pub const SERVICE_VERSION: u32 = 7;

/// A service as it follows from the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Service<'a> {
    /// `Registrar:pool01.contoso.example`.
    pub id: ServiceId,
    /// `1-Registrar-1`: site, the role's name in a published topology, and a number.
    pub number: String,
    /// The site that it stands in.
    pub site: &'a Site,
    /// The pool that runs it; `None` for peers and stores, which nothing of ours runs on.
    pub pool: Option<&'a Pool>,
    /// The ports that it uses.
    pub ports: Vec<Port>,
    /// The services that it needs.
    pub depends_on: Vec<ServiceId>,
}

impl Role {
    /// The role's name in a published topology and in service ids.
    pub fn published_name(self) -> &'static str {
        match self {
            Role::UserServer => "UserServices",
            Role::ConferencingServer => "ConfServices",
            Role::WebServer => "WebServices",
            Role::CentralManagement => "CentralMgmt",
            Role::PersistentChatServer => "PersistentChatService",
            Role::UserDatabase => "UserStore",
            Role::ApplicationDatabase => "ApplicationStore",
            Role::ArchivingDatabase => "ArchivingStore",
            Role::MonitoringDatabase => "MonitoringStore",
            Role::ManagementDatabase => "CentralMgmtStore",
            other => other.name(),
        }
    }
}

impl Pool {
    /// Whether the pool runs a role.
    pub fn runs(&self, role: Role) -> bool {
        let kind = self.pool_type;
        match role {
            Role::Registrar => kind.homes_users() || kind == PoolType::Director,
            Role::UserServer | Role::ConferencingServer | Role::ApplicationServer => kind.is_front_end(),
            Role::WebServer => kind.is_front_end() || kind == PoolType::Director,
            Role::MediationServer => {
                kind == PoolType::Mediation
                    || kind.is_survivable_branch()
                    || (kind.is_front_end() && self.services.mediation.is_some())
            }
            Role::EdgeServer => kind == PoolType::Edge,
            Role::PersistentChatServer => kind == PoolType::PersistentChat,
            Role::ExternalServer => kind == PoolType::TrustedApplication,
            Role::VideoInteropServer => kind == PoolType::VideoInterop,
            _ => false,
        }
    }

    /// The instance with the server applications' data.
    pub fn application_store(&self) -> Option<&SqlInstanceName> {
        self.application_store.as_ref().or(self.user_store.as_ref())
    }

    /// The pool that keeps the data of the pool's users; a Front End pool keeps its own.
    pub fn user_services_pool(&self) -> Option<&Fqdn> {
        if self.pool_type.is_front_end() {
            return Some(&self.fqdn);
        }
        self.user_services_pool
            .as_ref()
            .or(self.backup_pool.as_ref())
            .or(self.next_hop.as_ref())
    }

    /// The name of the web services inside.
    pub fn internal_web_fqdn(&self) -> &Fqdn {
        self.services
            .web
            .as_ref()
            .and_then(|web| web.internal_fqdn.as_ref())
            .unwrap_or(&self.fqdn)
    }

    /// The name of the web services outside.
    pub fn external_web_fqdn(&self) -> &Fqdn {
        self.services
            .web
            .as_ref()
            .and_then(|web| web.external_fqdn.as_ref())
            .unwrap_or(&self.fqdn)
    }
}

/// Settings of a service that the pool runs, with defaults where the document says nothing.
macro_rules! effective_settings {
    ($($(#[$doc:meta])* $name:ident: $type:ident, $role:ident, $field:ident;)*) => {
        impl Pool {$(
            $(#[$doc])*
            pub fn $name(&self) -> Option<$type> {
                self.runs(Role::$role).then(|| self.services.$field.clone().unwrap_or_default())
            }
        )*

            /// The ports of a role that the pool runs.
            pub fn ports_of(&self, role: Role) -> Vec<Port> {
                match role {
                    $(Role::$role => self.$name().map(|settings| settings.ports()).unwrap_or_default(),)*
                    _ => Vec::new(),
                }
            }

            /// The keys under `services` that are given for roles which the pool does not run.
            pub fn settings_without_service(&self) -> Vec<(&'static str, Role)> {
                let mut idle = Vec::new();
                $(if self.services.$field.is_some() && !self.runs(Role::$role) {
                    idle.push((stringify!($field), Role::$role));
                })*
                idle
            }
        }

        /// The roles that pools run, in the order of the product.
        pub const POOL_ROLES: &[Role] = &[$(Role::$role,)*];
    };
}

effective_settings! {
    /// The registrar's settings.
    registrar: RegistrarService, Registrar, registrar;
    /// The user services' settings.
    user_services: UserService, UserServer, user_services;
    /// The conferencing servers' settings.
    conferencing: ConferencingService, ConferencingServer, conferencing;
    /// The web services' settings.
    web: WebService, WebServer, web;
    /// The server applications' settings.
    application_services: ApplicationService, ApplicationServer, applications;
    /// The Mediation Server's settings.
    mediation: MediationService, MediationServer, mediation;
    /// The Edge services' settings.
    edge: EdgeService, EdgeServer, edge;
    /// Persistent chat's settings.
    persistent_chat: PersistentChatService, PersistentChatServer, persistent_chat;
    /// What a Trusted Application pool may do.
    trusted_application: TrustedApplicationService, ExternalServer, trusted_application;
    /// The Video Interop Server's settings.
    video_interop: VideoInteropService, VideoInteropServer, video_interop;
}

impl Topology {
    /// The default SIP domain; `None` only in a document without SIP domains, which validation refuses.
    pub fn default_sip_domain(&self) -> Option<&Fqdn> {
        self.default_sip_domain.as_ref().or(self.sip_domains.first())
    }

    /// Every pool with its site, in document order.
    pub fn pools(&self) -> impl Iterator<Item = (&Site, &Pool)> {
        self.sites
            .iter()
            .flat_map(|site| site.pools.iter().map(move |pool| (site, pool)))
    }

    /// A pool by name.
    pub fn pool(&self, fqdn: &Fqdn) -> Option<(&Site, &Pool)> {
        self.pools().find(|(_, pool)| pool.fqdn == *fqdn)
    }

    /// A site by name, without regard to case.
    pub fn site(&self, name: &str) -> Option<&Site> {
        self.sites
            .iter()
            .find(|site| site.name.to_lowercase() == name.to_lowercase())
    }

    /// Every computer that runs something of ours, with its site and pool.
    pub fn computers(&self) -> Vec<(&Site, &Pool, Computer)> {
        self.pools()
            .flat_map(|(site, pool)| {
                pool.computers()
                    .into_iter()
                    .map(move |computer| (site, pool, computer))
            })
            .collect()
    }

    /// A computer by name.
    pub fn computer(&self, fqdn: &Fqdn) -> Option<(&Site, &Pool, Computer)> {
        self.computers()
            .into_iter()
            .find(|(_, _, computer)| computer.fqdn == *fqdn)
    }

    /// Every gateway with its site.
    pub fn gateways(&self) -> impl Iterator<Item = (&Site, &Gateway)> {
        self.sites
            .iter()
            .flat_map(|site| site.gateways.iter().map(move |gateway| (site, gateway)))
    }

    /// Every trunk with its site and gateway.
    pub fn trunks(&self) -> impl Iterator<Item = (&Site, &Gateway, &Trunk)> {
        self.gateways()
            .flat_map(|(site, gateway)| gateway.trunks.iter().map(move |trunk| (site, gateway, trunk)))
    }

    /// Where the Mediation Servers listen for a trunk; `None` when they do not.
    pub fn mediation_port(&self, trunk: &Trunk) -> Option<u16> {
        trunk.mediation_port.or_else(|| {
            let mediation = self.pool(&trunk.mediation_pool)?.1.mediation()?;
            match trunk.transport {
                Transport::Tls => Some(mediation.tls_port),
                Transport::Tcp => mediation.tcp_port,
            }
        })
    }

    /// The pool that holds the central management store.
    pub fn central_management_pool(&self) -> Option<(&Site, &Pool)> {
        match &self.central_management_pool {
            Some(fqdn) => self.pool(fqdn),
            None => self.pools().find(|(_, pool)| pool.pool_type.is_front_end()),
        }
    }

    /// The number of a site in service ids.
    pub fn site_id(&self, site: &Site) -> u32 {
        self.site_ids()
            .into_iter()
            .find(|(name, _)| *name == site.name)
            .map_or(0, |(_, id)| id)
    }

    /// Every site's number, in document order.
    pub fn site_ids(&self) -> Vec<(&str, u32)> {
        let taken: Vec<u32> = self.sites.iter().filter_map(|site| site.id).collect();
        let mut free = (1..).filter(|id| !taken.contains(id));
        self.sites
            .iter()
            .map(|site| (site.name.as_str(), site.id.or_else(|| free.next()).unwrap_or(0)))
            .collect()
    }

    /// The deployment's simple URLs: those given, or the usual ones.
    pub fn simple_urls(&self) -> Vec<SimpleUrl> {
        if !self.simple_urls.is_empty() {
            return self.simple_urls.clone();
        }
        let url = |component, domain: String, url| SimpleUrl {
            component,
            domain,
            url,
            other_urls: Vec::new(),
        };
        let mut urls: Vec<SimpleUrl> = self
            .default_sip_domain()
            .map(|domain| {
                url(
                    SimpleUrlComponent::Dialin,
                    "*".to_owned(),
                    format!("https://dialin.{domain}"),
                )
            })
            .into_iter()
            .collect();
        urls.extend(self.sip_domains.iter().map(|domain| {
            url(
                SimpleUrlComponent::Meet,
                domain.to_string(),
                format!("https://meet.{domain}"),
            )
        }));
        urls
    }

    /// Every service, peers and stores included, in document order.
    pub fn services(&self) -> Vec<Service<'_>> {
        Collector::new(self).collect()
    }

    /// A service by identity.
    pub fn service(&self, id: &ServiceId) -> Option<Service<'_>> {
        self.services().into_iter().find(|service| service.id == *id)
    }
}

struct Collector<'a> {
    topology: &'a Topology,
    central_management: Option<&'a Fqdn>,
    site_ids: HashMap<&'a str, u32>,
    seen: HashSet<ServiceId>,
    /// How many services of a role a site has so far.
    counts: HashMap<(u32, Role), usize>,
    services: Vec<Service<'a>>,
}

impl<'a> Collector<'a> {
    fn new(topology: &'a Topology) -> Self {
        Collector {
            topology,
            central_management: topology.central_management_pool().map(|(_, pool)| &pool.fqdn),
            site_ids: topology.site_ids().into_iter().collect(),
            seen: HashSet::new(),
            counts: HashMap::new(),
            services: Vec::new(),
        }
    }

    fn collect(mut self) -> Vec<Service<'a>> {
        for site in &self.topology.sites {
            for pool in &site.pools {
                self.pool(site, pool);
            }
            self.peers(site);
            for store in &site.file_stores {
                self.add(
                    ServiceId::new(Role::FileStore, store.share.server.clone()),
                    site,
                    None,
                    Vec::new(),
                    Vec::new(),
                );
            }
            for office in &site.office_web_apps {
                self.add(
                    ServiceId::new(Role::WacService, office.fqdn.clone()),
                    site,
                    None,
                    Vec::new(),
                    Vec::new(),
                );
            }
        }
        self.databases();
        self.services
    }

    fn add(
        &mut self,
        id: ServiceId,
        site: &'a Site,
        pool: Option<&'a Pool>,
        ports: Vec<Port>,
        depends_on: Vec<ServiceId>,
    ) {
        if !self.seen.insert(id.clone()) {
            return;
        }
        let site_id = self.site_ids.get(site.name.as_str()).copied().unwrap_or(0);
        let count = self.counts.entry((site_id, id.role)).or_default();
        *count += 1;
        let number = format!("{site_id}-{}-{count}", id.role.published_name());
        self.services.push(Service {
            id,
            number,
            site,
            pool,
            ports,
            depends_on,
        });
    }

    fn pool(&mut self, site: &'a Site, pool: &'a Pool) {
        for &role in POOL_ROLES.iter().filter(|role| pool.runs(**role)) {
            let mut ports = pool.ports_of(role);
            if role == Role::ExternalServer {
                ports.extend(pool.applications.iter().map(application_port));
            }
            self.add(
                ServiceId::new(role, pool.fqdn.clone()),
                site,
                Some(pool),
                ports,
                dependencies(pool, role),
            );
        }
        if self.central_management == Some(&pool.fqdn) {
            let id = ServiceId::new(Role::CentralManagement, pool.fqdn.clone());
            let database = ServiceId::new(
                Role::ManagementDatabase,
                database_host(pool, pool.user_store.as_ref()),
            );
            self.add(id, site, Some(pool), Vec::new(), vec![database]);
        }
        if pool.pool_type == PoolType::StandardEdition && pool.file_store.is_none() {
            self.add(
                ServiceId::new(Role::FileStore, pool.fqdn.clone()),
                site,
                Some(pool),
                Vec::new(),
                Vec::new(),
            );
        }
    }

    fn peers(&mut self, site: &'a Site) {
        for gateway in &site.gateways {
            let mediation = gateway
                .trunks
                .iter()
                .map(|trunk| ServiceId::new(Role::MediationServer, trunk.mediation_pool.clone()));
            let ports = gateway
                .trunks
                .iter()
                .map(|trunk| gateway_port(trunk.gateway_port(), trunk.transport))
                .collect();
            self.add(
                ServiceId::new(Role::PstnGateway, gateway.host.clone()),
                site,
                None,
                ports,
                mediation.collect(),
            );
        }
        for gateway in &site.video_gateways {
            let servers = gateway
                .trunks
                .iter()
                .map(|trunk| ServiceId::new(Role::VideoInteropServer, trunk.video_interop_pool.clone()));
            let ports = gateway
                .trunks
                .iter()
                .map(|trunk| gateway_port(trunk.gateway_port(), trunk.transport))
                .collect();
            self.add(
                ServiceId::new(Role::VideoGateway, gateway.host.clone()),
                site,
                None,
                ports,
                servers.collect(),
            );
        }
    }

    /// Databases follow from the services that need them; each stands in the site of the first such pool.
    fn databases(&mut self) {
        let needed: Vec<(ServiceId, &'a Site)> = self
            .services
            .iter()
            .flat_map(|service| service.depends_on.iter().map(|id| (id.clone(), service.site)))
            .filter(|(id, _)| is_database(id.role))
            .collect();
        for (id, site) in needed {
            self.add(id, site, None, Vec::new(), Vec::new());
        }
    }
}

fn is_database(role: Role) -> bool {
    matches!(
        role,
        Role::UserDatabase
            | Role::ApplicationDatabase
            | Role::ArchivingDatabase
            | Role::MonitoringDatabase
            | Role::ManagementDatabase
            | Role::PersistentChatStore
            | Role::PersistentChatComplianceStore
    )
}

/// Where a pool's database is: on the SQL server that is named, else on the pool itself.
fn database_host(pool: &Pool, store: Option<&SqlInstanceName>) -> Host {
    Host::Name(store.map_or(&pool.fqdn, |store| &store.server).clone())
}

fn dependencies(pool: &Pool, role: Role) -> Vec<ServiceId> {
    let mut needed = Vec::new();
    let mut on = |role: Role, host: Option<Host>| needed.extend(host.map(|host| ServiceId { role, host }));
    let own = || Some(Host::Name(pool.fqdn.clone()));
    let pool_name = |name: Option<&Fqdn>| name.cloned().map(Host::Name);
    let on_sql = |store: Option<&SqlInstanceName>| store.map(|store| Host::Name(store.server.clone()));
    let share = || match &pool.file_store {
        Some(share) => Some(Host::Name(share.server.clone())),
        None if pool.pool_type == PoolType::StandardEdition => own(),
        None => None,
    };
    match role {
        Role::Registrar => {
            on(Role::UserServer, pool_name(pool.user_services_pool()));
            on(
                Role::WebServer,
                if pool.runs(Role::WebServer) { own() } else { None },
            );
            on(Role::ArchivingDatabase, on_sql(pool.archiving_store.as_ref()));
            on(Role::MonitoringDatabase, on_sql(pool.monitoring_store.as_ref()));
            on(Role::EdgeServer, pool_name(pool.edge_pool.as_ref()));
            on(Role::Registrar, pool_name(pool.backup_pool.as_ref()));
        }
        Role::UserServer => {
            on(
                Role::UserDatabase,
                Some(database_host(pool, pool.user_store.as_ref())),
            );
            on(Role::FileStore, share());
            on(Role::ConferencingServer, own());
        }
        Role::ConferencingServer => {
            on(Role::FileStore, share());
            on(Role::WebServer, own());
            on(Role::UserServer, own());
            on(Role::WacService, pool_name(pool.office_web_apps.as_ref()));
            on(Role::EdgeServer, pool_name(pool.edge_pool.as_ref()));
        }
        Role::WebServer => {
            on(Role::FileStore, share());
            on(Role::UserServer, pool_name(pool.user_services_pool()));
        }
        Role::ApplicationServer => {
            on(Role::Registrar, own());
            on(Role::FileStore, share());
            on(
                Role::ApplicationDatabase,
                Some(database_host(pool, pool.application_store())),
            );
        }
        Role::MediationServer => {
            let registrar = if pool.runs(Role::Registrar) {
                own()
            } else {
                pool_name(pool.next_hop.as_ref())
            };
            on(Role::Registrar, registrar);
            on(Role::EdgeServer, pool_name(pool.edge_pool.as_ref()));
        }
        Role::EdgeServer | Role::VideoInteropServer => on(Role::Registrar, pool_name(pool.next_hop.as_ref())),
        Role::ExternalServer => {
            on(Role::Registrar, pool_name(pool.next_hop.as_ref()));
            on(Role::FileStore, share());
        }
        Role::PersistentChatServer => {
            on(Role::Registrar, pool_name(pool.next_hop.as_ref()));
            on(Role::FileStore, share());
            on(
                Role::PersistentChatStore,
                on_sql(pool.persistent_chat_store.as_ref()),
            );
            on(
                Role::PersistentChatComplianceStore,
                on_sql(pool.persistent_chat_compliance_store.as_ref()),
            );
        }
        _ => {}
    }
    needed
}

fn application_port(application: &super::TrustedApplication) -> Port {
    let name = application
        .id
        .strip_prefix("urn:application:")
        .unwrap_or(&application.id);
    Port {
        setting: "port",
        owner: format!("urn:application:{name}").into(),
        usage: "SipServer",
        side: Side::Primary,
        protocol: if application.enable_tcp {
            Protocol::Tcp
        } else {
            Protocol::Mtls
        },
        path: "/",
        gruu: name.to_owned().into(),
        number: application.port,
        count: None,
    }
}

fn gateway_port(number: u16, transport: Transport) -> Port {
    Port {
        setting: "gatewayPort",
        owner: "urn:component:PstnGateway".into(),
        usage: "SipServer",
        side: Side::Primary,
        protocol: match transport {
            Transport::Tls => Protocol::Tls,
            Transport::Tcp => Protocol::Tcp,
        },
        path: "/",
        gruu: "".into(),
        number,
        count: None,
    }
}
