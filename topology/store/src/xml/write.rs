//! A topology as a published document.

use std::fmt::Write;

use plenum_topology::identity::{Fqdn, Role, ServiceId};
use plenum_topology::model::port::{Port, Protocol, Side};
use plenum_topology::model::resolve::POOL_ROLES;
use plenum_topology::model::{Computer, Gateway, Pool, PoolType, Site, SiteType, SqlInstanceName, Topology, Transport, Trunk};
use plenum_topology::problem::{Path, Problem};
use quick_xml::escape::escape;

const TOPOLOGY: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008";
const ROLES: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008";
/// The SQL instance and share of a Standard Edition server's own.
const OWN_INSTANCE: &str = "rtc";
const OWN_SHARE: &str = "Plenum";

pub(super) fn topology(topology: &Topology) -> (String, Vec<Problem>) {
    let mut writer = Writer { topology, out: String::new(), depth: 0, services: Vec::new(), clusters: clusters(topology) };
    writer.collect();
    writer.document();
    (writer.out, not_held(topology))
}

/// What the document has no place for.
fn not_held(topology: &Topology) -> Vec<Problem> {
    let mut notes = Vec::new();
    let mut note = |path: &Path, message: &str| notes.push(Problem::note("export", path, message));
    let root = Path::default();
    if topology.name.is_some() {
        note(&root.key("name"), "The deployment's name is not part of a published topology.");
    }
    if !topology.simple_urls.is_empty() || topology.sites.iter().any(|site| !site.simple_urls.is_empty()) {
        note(&root.key("simpleUrls"), "Simple URLs are not part of a published topology; they are a document of their own.");
    }
    if topology.network != plenum_topology::model::Network::default() {
        note(&root.key("network"), "Network regions, sites and subnets are not part of a published topology.");
    }
    for (site_index, site) in topology.sites.iter().enumerate() {
        let at = root.key("sites").index(site_index);
        if site.sql_servers.iter().any(|server| server.mirror.is_some() || server.witness.is_some()) {
            note(&at.key("sqlServers"), "Mirrors and witnesses of SQL servers are not written.");
        }
        for (index, pool) in site.pools.iter().enumerate() {
            let at = at.key("pools").index(index);
            if pool.health_port.is_some() {
                note(&at.key("healthPort"), "The health port is not part of a published topology.");
            }
            if pool.persistent_chat().is_some_and(|chat| !chat.active_computers.is_empty()) {
                note(&at.key("services").key("persistentChat"), "Which computers of a chat pool are active is not written.");
            }
            if let Some(registrar) = pool.registrar() {
                let default = plenum_topology::model::RegistrarService::default();
                if registrar.failure_detection_interval != default.failure_detection_interval
                    || registrar.failback_detection_interval != default.failback_detection_interval
                    || registrar.enable_automatic_failover != default.enable_automatic_failover
                {
                    note(&at.key("services").key("registrar"), "Failover settings of the registrar are not written.");
                }
            }
        }
    }
    notes
}

/// What the tests compare after a round trip: the topology without what [`not_held`] reports.
#[cfg(test)]
pub(super) fn held(mut topology: Topology) -> Topology {
    topology.name = None;
    topology.simple_urls.clear();
    topology.network = plenum_topology::model::Network::default();
    for site in &mut topology.sites {
        for server in &mut site.sql_servers {
            (server.mirror, server.witness) = (None, None);
        }
        for pool in &mut site.pools {
            pool.health_port = None;
        }
    }
    topology
}

struct ClusterOut {
    site: u32,
    number: usize,
    host: String,
    computers: Vec<Computer>,
    pool_type: Option<PoolType>,
    instances: Vec<String>,
    replicated: bool,
}

/// Everything with a host name, numbered within its site.
fn clusters(topology: &Topology) -> Vec<ClusterOut> {
    let mut all: Vec<ClusterOut> = Vec::new();
    for (site, (_, id)) in topology.sites.iter().zip(topology.site_ids()) {
        let mut add = |host: String, pool: Option<&Pool>, instances: Vec<String>| {
            if let Some(cluster) = all.iter_mut().find(|cluster| cluster.host.eq_ignore_ascii_case(&host)) {
                cluster.instances.extend(instances);
                return;
            }
            let number = all.iter().filter(|cluster| cluster.site == id).count() + 1;
            let replicated = pool.is_some_and(|pool| pool.trusted_application().is_none_or(|settings| settings.requires_replication));
            let computers = pool.map(Pool::computers).unwrap_or_default();
            all.push(ClusterOut { site: id, number, host, computers, pool_type: pool.map(|pool| pool.pool_type), instances, replicated });
        };
        for pool in &site.pools {
            let own = if pool.pool_type == PoolType::StandardEdition { vec![OWN_INSTANCE.to_owned()] } else { Vec::new() };
            add(pool.fqdn.to_string(), Some(pool), own);
        }
        for server in &site.sql_servers {
            let names = server.instance_names().into_iter().map(|name| name.instance.unwrap_or_default()).collect();
            add(server.fqdn.to_string(), None, names);
        }
        for store in &site.file_stores {
            add(store.share.server.to_string(), None, Vec::new());
        }
        for office in &site.office_web_apps {
            add(office.fqdn.to_string(), None, Vec::new());
        }
        for gateway in &site.gateways {
            add(gateway.host.to_string(), None, Vec::new());
        }
        for gateway in &site.video_gateways {
            add(gateway.host.to_string(), None, Vec::new());
        }
    }
    all
}

/// What tells services apart: role and place; a trunk has its name besides.
type Key = (&'static str, String);

struct ServiceOut<'a> {
    key: Key,
    site: u32,
    instance: usize,
    host: String,
    sql: Option<String>,
    needs: Vec<(&'static str, Key)>,
    ports: Vec<Port>,
    pool: Option<&'a Pool>,
    /// An element of the role's own: its name and attributes.
    own: Option<(&'static str, Vec<(&'static str, String)>)>,
}

struct Writer<'a> {
    topology: &'a Topology,
    out: String,
    depth: usize,
    services: Vec<ServiceOut<'a>>,
    clusters: Vec<ClusterOut>,
}

fn key(role: Role, place: impl std::fmt::Display) -> Key {
    (role.published_name(), place.to_string().to_ascii_lowercase())
}

impl<'a> Writer<'a> {
    fn add(&mut self, service: ServiceOut<'a>) {
        if self.services.iter().any(|other| other.key == service.key) {
            return;
        }
        let same = |other: &&ServiceOut<'_>| other.key.0 == service.key.0 && other.site == service.site;
        let instance = self.services.iter().filter(same).count() + 1;
        self.services.push(ServiceOut { instance, ..service });
    }

    fn collect(&mut self) {
        let topology = self.topology;
        for (site, (_, id)) in topology.sites.iter().zip(topology.site_ids()) {
            for pool in &site.pools {
                self.pool(pool, id);
            }
            self.peers(site, id);
        }
    }

    fn pool(&mut self, pool: &'a Pool, site: u32) {
        let services = self.topology.services();
        for role in POOL_ROLES.iter().copied().chain([Role::CentralManagement]) {
            let id = ServiceId::new(role, pool.fqdn.clone());
            let Some(service) = services.iter().find(|service| service.id == id) else { continue };
            let mut needs: Vec<(&'static str, Key)> = service.depends_on.iter().map(|need| (usage(role, need.role), need_key(pool, need))).collect();
            if role == Role::CentralManagement {
                needs.push(("Default", need_key(pool, &ServiceId::new(Role::FileStore, pool.fqdn.clone()))));
            }
            needs.retain(|(_, (_, place))| !place.is_empty());
            let databases: Vec<(Key, Role)> = service.depends_on.iter().map(|need| (need_key(pool, need), need.role)).collect();
            self.add(ServiceOut {
                key: key(role, &pool.fqdn), site, instance: 0, host: pool.fqdn.to_string(), sql: None, needs,
                ports: service.ports.clone(), pool: Some(pool), own: own_element(role, pool),
            });
            for (database, role) in databases {
                self.database(database, role, site, pool);
            }
        }
        if pool.pool_type == PoolType::StandardEdition && pool.file_store.is_none() {
            self.file_store(pool.fqdn.clone(), OWN_SHARE, site);
        }
        if let Some(edge) = pool.edge() {
            let port = Port {
                setting: "replicationPort", owner: "urn:component:ReplicationService".into(), usage: "Replication", side: Side::Internal,
                protocol: Protocol::Https, path: "/", gruu: "".into(), number: edge.replication_port, count: None,
            };
            self.add(ServiceOut {
                key: ("ManagementServices", pool.fqdn.key()), site, instance: 0, host: pool.fqdn.to_string(), sql: None,
                needs: Vec::new(), ports: vec![port], pool: None, own: None,
            });
        }
    }

    fn database(&mut self, database: Key, role: Role, site: u32, pool: &Pool) {
        let Some(store) = store_of(pool, role) else { return };
        let (host, instance) = match store {
            Some(store) => (store.server.to_string(), store.instance.clone().unwrap_or_default()),
            None => (pool.fqdn.to_string(), OWN_INSTANCE.to_owned()),
        };
        self.add(ServiceOut {
            key: database, site, instance: 0, host, sql: Some(instance), needs: Vec::new(), ports: Vec::new(), pool: None, own: None,
        });
    }

    fn file_store(&mut self, server: Fqdn, share: &str, site: u32) {
        self.add(ServiceOut {
            key: key(Role::FileStore, format!("\\\\{server}\\{share}")), site, instance: 0, host: server.to_string(), sql: None,
            needs: Vec::new(), ports: Vec::new(), pool: None, own: Some(("FileStoreService", vec![("ShareName", share.to_owned())])),
        });
    }

    fn peers(&mut self, site: &'a Site, id: u32) {
        for store in &site.file_stores {
            self.file_store(store.share.server.clone(), &store.share.share, id);
        }
        for office in &site.office_web_apps {
            let attributes = vec![("DiscoveryUrl", office.discovery_url()), ("IsExternal", office.external.to_string())];
            self.add(ServiceOut {
                key: key(Role::WacService, &office.fqdn), site: id, instance: 0, host: office.fqdn.to_string(), sql: None,
                needs: Vec::new(), ports: Vec::new(), pool: None, own: Some(("WacService", attributes)),
            });
        }
        for gateway in &site.gateways {
            for trunk in &gateway.trunks {
                self.trunk(gateway, trunk, id);
            }
        }
        for gateway in &site.video_gateways {
            for (index, trunk) in gateway.trunks.iter().enumerate() {
                self.add(ServiceOut {
                    key: key(Role::VideoGateway, format!("{}/{index}", gateway.host)), site: id, instance: 0, host: gateway.host.to_string(),
                    sql: None, needs: vec![("Default", key(Role::VideoInteropServer, &trunk.video_interop_pool))],
                    ports: vec![peer_port("urn:component:VideoGateway", trunk.gateway_port(), trunk.transport)], pool: None, own: None,
                });
            }
        }
    }

    fn trunk(&mut self, gateway: &Gateway, trunk: &Trunk, site: u32) {
        let mut attributes = vec![("TrunkName", trunk.name(gateway))];
        attributes.extend(trunk.mediation_port.map(|port| ("MediationPort", port.to_string())));
        attributes.extend(gateway.alternate_media_address.map(|address| ("AlternateMediaIPAddress", address.to_string())));
        self.add(ServiceOut {
            key: key(Role::PstnGateway, trunk.name(gateway)), site, instance: 0, host: gateway.host.to_string(), sql: None,
            needs: vec![("Default", key(Role::MediationServer, &trunk.mediation_pool))],
            ports: vec![peer_port("urn:component:PstnGateway", trunk.gateway_port(), trunk.transport)], pool: None,
            own: Some(("PstnGatewayService", attributes)),
        });
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, ">");
        self.depth += 1;
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, " />");
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        let _ = write!(self.out, "{:width$}<{name}", "", width = self.depth * 2);
        for (key, value) in attributes {
            let _ = write!(self.out, " {key}=\"{}\"", escape(*value));
        }
        self.out.push_str(end);
        self.out.push('\n');
    }

    fn close(&mut self, name: &str) {
        self.depth -= 1;
        let _ = writeln!(self.out, "{:width$}</{name}>", "", width = self.depth * 2);
    }

    fn text(&mut self, name: &str, text: &str) {
        let _ = writeln!(self.out, "{:width$}<{name}>{}</{name}>", "", escape(text), width = self.depth * 2);
    }

    fn document(&mut self) {
        let topology = self.topology;
        self.out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        self.open("Topology", &[("xmlns", TOPOLOGY), ("Signature", "00000000-0000-0000-0000-000000000000")]);
        let default = topology.default_sip_domain().map(ToString::to_string).unwrap_or_default();
        self.open("InternalDomains", &[("AllowAllDomains", "false"), ("DefaultDomain", &default)]);
        for domain in &topology.sip_domains {
            self.empty("InternalDomain", &[("Name", domain.as_str()), ("Authoritative", "false"), ("AllowSubDomains", "false")]);
        }
        self.close("InternalDomains");
        self.sites();
        self.open("Clusters", &[]);
        for cluster in std::mem::take(&mut self.clusters) {
            self.cluster(&cluster);
            self.clusters.push(cluster);
        }
        self.close("Clusters");
        self.sql_instances();
        self.open("Services", &[]);
        for index in 0..self.services.len() {
            self.service(index);
        }
        self.close("Services");
        self.close("Topology");
    }

    fn sites(&mut self) {
        self.open("Sites", &[]);
        let ids = self.topology.site_ids();
        for (site, (_, id)) in self.topology.sites.iter().zip(&ids) {
            let id = id.to_string();
            let parent = site.parent.as_ref().and_then(|parent| ids.iter().find(|(name, _)| name.eq_ignore_ascii_case(parent)));
            let parent = parent.map(|(_, id)| id.to_string());
            let name = if site.site_type == SiteType::Branch { "RemoteSite" } else { "CentralSite" };
            let mut attributes = vec![("SiteId", id.as_str())];
            attributes.extend(parent.as_deref().map(|parent| ("CentralSiteId", parent)));
            self.open(name, &attributes);
            self.text("Name", &site.name);
            if let Some(description) = &site.description {
                self.text("Description", description);
            }
            let location = [("City", &site.city), ("State", &site.state), ("CountryCode", &site.country_code)];
            let location: Vec<(&str, &str)> = location.iter().filter_map(|(key, value)| value.as_deref().map(|value| (*key, value))).collect();
            self.empty("Location", &location);
            for (element, role, pool) in [
                ("FederationRoute", Role::EdgeServer, &site.federation_route),
                ("XmppFederationRoute", Role::EdgeServer, &site.xmpp_federation_route),
                ("DefaultPersistentChatPool", Role::PersistentChatServer, &site.default_persistent_chat_pool),
            ] {
                if let Some(pool) = pool {
                    self.open(element, &[]);
                    self.service_id(&key(role, pool));
                    self.close(element);
                }
            }
            self.close(name);
        }
        self.close("Sites");
    }

    fn service_id(&mut self, key: &Key) {
        let Some(service) = self.services.iter().find(|service| service.key == *key) else { return };
        let (site, instance) = (service.site.to_string(), service.instance.to_string());
        self.empty("ServiceId", &[("SiteId", &site), ("RoleName", key.0), ("Instance", &instance)]);
    }

    fn cluster_id(&mut self, host: &str) {
        let found = self.clusters.iter().find(|cluster| cluster.host.eq_ignore_ascii_case(host));
        let Some((site, number)) = found.map(|cluster| (cluster.site.to_string(), cluster.number.to_string())) else { return };
        self.empty("ClusterId", &[("SiteId", &site), ("Number", &number)]);
    }

    fn cluster(&mut self, cluster: &ClusterOut) {
        let (replicated, set_up) = (cluster.replicated.to_string(), cluster.pool_type.is_some().to_string());
        self.open("Cluster", &[("RequiresReplication", &replicated), ("RequiresSetup", &set_up), ("Fqdn", &cluster.host)]);
        let (site, number) = (cluster.site.to_string(), cluster.number.to_string());
        self.empty("ClusterId", &[("SiteId", &site), ("Number", &number)]);
        for (index, computer) in cluster.computers.iter().enumerate() {
            let ordinal = (index + 1).to_string();
            self.open("Machine", &[("OrdinalInCluster", &ordinal), ("Fqdn", computer.fqdn.as_str())]);
            self.interfaces(computer, cluster.pool_type == Some(PoolType::Edge));
            self.close("Machine");
        }
        if cluster.computers.is_empty() {
            self.empty("Machine", &[("OrdinalInCluster", "1"), ("Fqdn", &cluster.host)]);
        }
        self.close("Cluster");
    }

    fn interfaces(&mut self, computer: &Computer, is_edge: bool) {
        let inside = if is_edge { "Internal" } else { "Primary" };
        let listen = computer.listen_address().to_string();
        self.empty("NetInterface", &[("InterfaceSide", inside), ("InterfaceNumber", "1"), ("IPAddress", &listen)]);
        let public = computer.audio_video_public_address.map(|address| address.to_string());
        let externals = [("1", computer.external_address), ("2", computer.web_conferencing_address), ("3", computer.audio_video_address)];
        let last = externals.iter().rev().find(|(_, address)| address.is_some()).map(|(number, _)| *number);
        for (number, address) in externals {
            let Some(address) = address.map(|address| address.to_string()) else { continue };
            let mut attributes = vec![("InterfaceSide", "External"), ("InterfaceNumber", number), ("IPAddress", address.as_str())];
            attributes.extend(public.as_deref().filter(|_| last == Some(number)).map(|public| ("ConfiguredIPAddress", public)));
            self.empty("NetInterface", &attributes);
        }
        if let Some(address) = computer.pstn_address {
            self.empty("NetInterface", &[("InterfaceSide", "Pstn"), ("InterfaceNumber", "1"), ("IPAddress", &address.to_string())]);
        }
    }

    fn sql_instances(&mut self) {
        self.open("SqlInstances", &[]);
        let all: Vec<(String, String)> =
            self.clusters.iter().flat_map(|cluster| cluster.instances.iter().map(|name| (cluster.host.clone(), name.clone()))).collect();
        for (host, instance) in all {
            self.open("SqlInstance", &[]);
            self.sql_instance_id(&host, &instance);
            self.close("SqlInstance");
        }
        self.close("SqlInstances");
    }

    fn sql_instance_id(&mut self, host: &str, instance: &str) {
        self.open("SqlInstanceId", &[("Name", instance)]);
        self.cluster_id(host);
        self.close("SqlInstanceId");
    }

    fn service(&mut self, index: usize) {
        let service = &self.services[index];
        let (own_key, host, sql, needs, pool) = (service.key.clone(), service.host.clone(), service.sql.clone(), service.needs.clone(), service.pool);
        let (ports, own) = (service.ports.clone(), service.own.clone());
        self.open("Service", &[("RoleVersion", "1"), ("ServiceVersion", "7")]);
        self.service_id(&own_key);
        self.open("DependsOn", &[]);
        for (usage, need) in needs {
            self.open("Dependency", &[("Usage", usage)]);
            self.service_id(&need);
            self.close("Dependency");
        }
        self.close("DependsOn");
        self.open("InstalledOn", &[]);
        match sql {
            Some(instance) => self.sql_instance_id(&host, &instance),
            None => self.cluster_id(&host),
        }
        self.close("InstalledOn");
        self.open("Ports", &[("xmlns", ROLES)]);
        for port in &ports {
            self.port(port, pool);
        }
        self.close("Ports");
        if let Some(web) = pool.and_then(|pool| (own_key.0 == "WebServices").then_some(pool)) {
            self.open("WebService", &[("xmlns", ROLES)]);
            self.empty("InternalSettings", &[("Host", web.internal_web_fqdn().as_str())]);
            self.empty("ExternalSettings", &[("Host", web.external_web_fqdn().as_str())]);
            self.close("WebService");
        } else if let Some((name, attributes)) = own {
            let mut all = vec![("xmlns", ROLES)];
            all.extend(attributes.iter().map(|(key, value)| (*key, value.as_str())));
            self.empty(name, &all);
        }
        self.close("Service");
    }

    fn port(&mut self, port: &Port, pool: Option<&Pool>) {
        let number = port.number.to_string();
        let authorizes = (!port.gruu.is_empty()).to_string();
        let mut attributes = vec![
            ("Owner", port.owner.as_ref()), ("Usage", port.usage), ("InterfaceSide", port.side.name()), ("InterfaceNumber", "1"),
            ("Port", number.as_str()), ("Protocol", port.protocol.name()), ("UrlPath", port.path), ("AuthorizesRequests", authorizes.as_str()),
        ];
        let count = port.count.map(|count| count.to_string());
        attributes.extend(count.as_deref().map(|count| ("Range", count)));
        if !port.gruu.is_empty() {
            attributes.push(("GruuType", port.gruu.as_ref()));
        }
        let configured = pool.and_then(|pool| configured(port, pool));
        attributes.extend(configured.as_ref().map(|(key, value)| (*key, value.as_str())));
        self.empty("Port", &attributes);
    }
}

/// The name or port outside that an external port carries.
fn configured(port: &Port, pool: &Pool) -> Option<(&'static str, String)> {
    if port.side != Side::External {
        return None;
    }
    if let Some(edge) = pool.edge() {
        let access = edge.access_fqdn.as_ref().unwrap_or(&pool.fqdn);
        let name = match port.owner.as_ref() {
            "urn:component:AccessEdge" => access,
            "urn:component:DataEdge" => edge.web_conferencing_fqdn.as_ref().unwrap_or(access),
            "urn:component:MediaRelayEdge" => edge.audio_video_fqdn.as_ref().unwrap_or(access),
            _ => return None,
        };
        return Some(("ConfiguredFqdn", name.to_string()));
    }
    let web = pool.web()?;
    match port.protocol {
        Protocol::Http => Some(("ConfiguredPort", web.published_external_http_port.to_string())),
        Protocol::Https => Some(("ConfiguredPort", web.published_external_https_port.to_string())),
        _ => None,
    }
}

fn usage(role: Role, need: Role) -> &'static str {
    if role == Role::Registrar && need == Role::Registrar { "Backup" } else { "Default" }
}

/// Which SQL instance holds a pool's database; `Some(None)` is the pool's own, `None` no database.
fn store_of(pool: &Pool, role: Role) -> Option<Option<&SqlInstanceName>> {
    match role {
        Role::UserDatabase | Role::ManagementDatabase => Some(pool.user_store.as_ref()),
        Role::ApplicationDatabase => Some(pool.application_store()),
        Role::ArchivingDatabase => Some(pool.archiving_store.as_ref()),
        Role::MonitoringDatabase => Some(pool.monitoring_store.as_ref()),
        Role::PersistentChatStore => Some(pool.persistent_chat_store.as_ref()),
        Role::PersistentChatComplianceStore => Some(pool.persistent_chat_compliance_store.as_ref()),
        _ => None,
    }
}

fn need_key(pool: &Pool, need: &ServiceId) -> Key {
    if let Some(store) = store_of(pool, need.role) {
        let place = store.map_or_else(|| format!("{}\\{OWN_INSTANCE}", pool.fqdn), ToString::to_string);
        return key(need.role, place);
    }
    if need.role == Role::FileStore {
        let own = || format!("\\\\{}\\{OWN_SHARE}", pool.fqdn);
        return key(need.role, pool.file_store.as_ref().map_or_else(own, ToString::to_string));
    }
    key(need.role, &need.host)
}

fn own_element(role: Role, pool: &Pool) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    match role {
        Role::Registrar => Some(("RegistrarService", vec![("IsDirector", (pool.pool_type == PoolType::Director).to_string())])),
        Role::CentralManagement => Some(("CentralMgmtService", vec![("IsActive", "true".to_owned())])),
        Role::ExternalServer => pool.trusted_application().map(|settings| {
            let attributes = vec![
                ("IsOutboundOnly", settings.outbound_only.to_string()),
                ("ThrottleAsServer", settings.throttle_as_server.to_string()),
                ("TreatAsAuthenticated", settings.treat_as_authenticated.to_string()),
            ];
            ("ExternalService", attributes)
        }),
        _ => None,
    }
}

fn peer_port(owner: &'static str, number: u16, transport: Transport) -> Port {
    let protocol = if transport == Transport::Tcp { Protocol::Tcp } else { Protocol::Tls };
    Port { setting: "gatewayPort", owner: owner.into(), usage: "SipServer", side: Side::Primary, protocol, path: "/", gruu: "".into(), number, count: None }
}
