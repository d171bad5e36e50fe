//! From a draft to a topology. Which pool a cluster is follows from the services on it.

use std::net::IpAddr;

use plenum_topology::identity::{Fqdn, Host};
use plenum_topology::model::{
    ApiVersion, Computer, FileStore, Gateway, MediationService, Network, OfficeWebApps, Pool, PoolType, ShareName, SimpleUrl,
    SimpleUrlComponent, Site, SiteType, SqlInstanceName, SqlServer, Topology, Transport, Trunk, TrustedApplication,
    VideoGateway, VideoTrunk,
};
use plenum_topology::problem::Problem;

use super::draft::{Cluster, Draft, DraftService, DraftSite, service_key, unknown_children};
use super::tree::Element;
use super::{finding, service};

/// Roles on a cluster that make no setting: what they say follows from the pool's type or stands elsewhere.
const IMPLIED_ROLES: &[&str] = &[
    "UserStore", "ApplicationStore", "ArchivingStore", "MonitoringStore", "CentralMgmtStore", "PersistentChatStore",
    "PersistentChatComplianceStore", "CentralMgmt",
];

pub(super) fn topology(draft: Draft<'_>, findings: &mut Vec<Problem>) -> Topology {
    let mut topology = Topology {
        api_version: ApiVersion::V1,
        name: None,
        sip_domains: Vec::new(),
        default_sip_domain: None,
        central_management_pool: None,
        simple_urls: Vec::new(),
        sites: Vec::new(),
        network: Network::default(),
    };
    domains(&draft, &mut topology, findings);
    for site in &draft.sites {
        let mut read = self::site(&draft, site, findings);
        for cluster in draft.clusters.iter().filter(|cluster| cluster.site == site.id) {
            Reader { draft: &draft, findings }.cluster(cluster, &mut read);
        }
        topology.sites.push(read);
    }
    for service in draft.services.iter().filter(|service| service.role == "CentralMgmt") {
        let is_active = service.element.child("CentralMgmtService").is_none_or(|element| element.attribute("IsActive") != Some("false"));
        if is_active {
            topology.central_management_pool = fqdn_of(&draft, &service.installed_on);
        }
    }
    simple_urls(&draft, &mut topology, findings);
    lost(&draft, findings);
    topology
}

/// Clusters of sites that are not there, and services on clusters that are not there.
fn lost(draft: &Draft<'_>, findings: &mut Vec<Problem>) {
    for cluster in draft.clusters.iter().filter(|cluster| !draft.sites.iter().any(|site| site.id == cluster.site)) {
        findings.push(finding(cluster.element, format!("'{}' belongs to no site of the document and is not carried over.", cluster.fqdn)));
    }
    for service in &draft.services {
        let placed = draft.clusters.iter().any(|cluster| cluster.key == service.installed_on)
            || draft.sql.iter().any(|sql| sql.key == service.installed_on);
        if !placed {
            findings.push(finding(service.element, format!("The service {} stands on nothing in the document and is not carried over.", service.role)));
        }
    }
}

fn domains(draft: &Draft<'_>, topology: &mut Topology, findings: &mut Vec<Problem>) {
    let Some(element) = draft.domains else { return };
    if element.is_true("AllowAllDomains") {
        findings.push(finding(element, "AllowAllDomains is not carried over: SIP domains are listed."));
    }
    for domain in element.all("InternalDomain") {
        for flag in ["Authoritative", "AllowSubDomains"] {
            if domain.is_true(flag) {
                findings.push(finding(domain, format!("{flag} of the SIP domain is not carried over.")));
            }
        }
        topology.sip_domains.extend(name(domain, domain.attribute("Name"), findings));
    }
    let default = element.attribute("DefaultDomain").and_then(|name| Fqdn::parse(name).ok());
    topology.default_sip_domain = default.filter(|default| topology.sip_domains.first() != Some(default));
}

/// A domain name, or a finding.
fn name(element: &Element, text: Option<&str>, findings: &mut Vec<Problem>) -> Option<Fqdn> {
    match Fqdn::parse(text.unwrap_or_default()) {
        Ok(name) => Some(name),
        Err(error) => {
            findings.push(finding(element, format!("{} It is left out.", error.message)));
            None
        }
    }
}

fn simple_urls(draft: &Draft<'_>, topology: &mut Topology, findings: &mut Vec<Problem>) {
    let Some(element) = draft.simple_urls else { return };
    if element.is_true("UseBackendDatabase") {
        findings.push(finding(element, "UseBackendDatabase of the simple URLs is not carried over."));
    }
    let mut urls = Vec::new();
    for url in element.all("SimpleUrl") {
        let component = match url.attribute("Component").unwrap_or_default().to_ascii_lowercase().as_str() {
            "meet" => SimpleUrlComponent::Meet,
            "dialin" => SimpleUrlComponent::Dialin,
            "cscp" | "admin" => SimpleUrlComponent::Admin,
            other => {
                findings.push(finding(url, format!("The simple URL of '{other}' is not carried over.")));
                continue;
            }
        };
        let active = url.attribute("ActiveUrl").unwrap_or_default().to_owned();
        let others = url.all("SimpleUrlEntry").filter_map(|entry| entry.attribute("Url")).filter(|other| *other != active);
        urls.push(SimpleUrl {
            component,
            domain: url.attribute("Domain").unwrap_or("*").to_owned(),
            other_urls: others.map(str::to_owned).collect(),
            url: active,
        });
    }
    let usual = topology.simple_urls();
    let same = urls.len() == usual.len() && usual.iter().all(|url| urls.contains(url));
    topology.simple_urls = if same { Vec::new() } else { urls };
}

fn site(draft: &Draft<'_>, site: &DraftSite<'_>, findings: &mut Vec<Problem>) -> Site {
    let known = ["Name", "Description", "Location", "Clusters", "RemoteSites", "FederationRoute", "XmppFederationRoute", "DefaultPersistentChatPool"];
    unknown_children(site.element, &known, findings);
    let location = |attribute| site.element.child("Location").and_then(|location| location.attribute(attribute)).map(str::to_owned);
    let parent = site.parent.as_ref().and_then(|id| draft.sites.iter().find(|other| other.id == *id)).map(|site| site.name.clone());
    let mut route = |element: &str| {
        let element = site.element.child(element)?;
        let key = element.attribute("ServiceUniqueId").map_or_else(|| service_key(element), str::to_owned);
        let service = draft.services.iter().find(|service| service.key == key);
        if service.is_none() {
            findings.push(finding(element, format!("'{}' of the site refers to nothing and is left out.", element.name)));
        }
        fqdn_of(draft, &service?.installed_on)
    };
    Site {
        name: site.name.clone(),
        id: site.id.parse().ok(),
        site_type: if site.is_branch { SiteType::Branch } else { SiteType::Central },
        parent,
        description: site.element.child("Description").map(|text| text.text.clone()).filter(|text| !text.is_empty()),
        city: location("City"),
        state: location("State"),
        country_code: location("CountryCode"),
        federation_route: route("FederationRoute"),
        xmpp_federation_route: route("XmppFederationRoute"),
        default_persistent_chat_pool: route("DefaultPersistentChatPool"),
        simple_urls: Vec::new(),
        pools: Vec::new(),
        sql_servers: Vec::new(),
        file_stores: Vec::new(),
        office_web_apps: Vec::new(),
        gateways: Vec::new(),
        video_gateways: Vec::new(),
    }
}

/// The name of the cluster that a key, or the SQL instance of a key, stands for.
fn fqdn_of(draft: &Draft<'_>, key: &str) -> Option<Fqdn> {
    let cluster = draft.sql.iter().find(|sql| sql.key == key).map_or(key, |sql| sql.cluster.as_str());
    let cluster = draft.clusters.iter().find(|other| other.key == cluster)?;
    Fqdn::parse(&cluster.fqdn).ok()
}

struct Reader<'a, 'f> {
    draft: &'a Draft<'a>,
    findings: &'f mut Vec<Problem>,
}

impl<'a> Reader<'a, '_> {
    fn note(&mut self, element: &Element, message: String) {
        self.findings.push(finding(element, message));
    }

    fn services(&self, cluster: &Cluster<'_>) -> Vec<&'a DraftService<'a>> {
        self.draft.services.iter().filter(|service| service.installed_on == cluster.key).collect()
    }

    /// What a service needs of a role, with the usage.
    fn needs(&self, service: &DraftService<'_>, usage: &str, role: &str) -> Option<&'a DraftService<'a>> {
        let mut keys = service.depends_on.iter().filter(|(given, _)| given == usage).map(|(_, key)| key);
        keys.find_map(|key| self.draft.services.iter().find(|other| other.key == *key && other.role == role))
    }

    fn pool_of(&self, service: &DraftService<'_>, usage: &str, role: &str) -> Option<Fqdn> {
        let other = self.needs(service, usage, role)?;
        (other.installed_on != service.installed_on).then(|| fqdn_of(self.draft, &other.installed_on))?
    }

    /// The SQL instance that a needed database is on; `None` when it is the cluster's own.
    fn store_of(&self, service: &DraftService<'_>, role: &str, cluster: &Cluster<'_>) -> Option<SqlInstanceName> {
        let place = &self.needs(service, "Default", role)?.installed_on;
        let sql = self.draft.sql.iter().find(|sql| sql.key == *place).filter(|sql| sql.cluster != cluster.key)?;
        Some(SqlInstanceName { server: fqdn_of(self.draft, place)?, instance: sql.name.clone() })
    }

    fn share_of(&self, service: &DraftService<'_>, cluster: &Cluster<'_>) -> Option<ShareName> {
        let store = self.needs(service, "Default", "FileStore")?;
        (store.installed_on != cluster.key).then(|| self.share(store))?
    }

    fn share(&self, store: &DraftService<'_>) -> Option<ShareName> {
        let share = store.element.child("FileStoreService").and_then(|element| element.attribute("ShareName"))?;
        Some(ShareName { server: fqdn_of(self.draft, &store.installed_on)?, share: share.to_owned() })
    }

    fn cluster(&mut self, cluster: &Cluster<'_>, site: &mut Site) {
        unknown_children(cluster.element, &["Machines", "Machine", "SqlInstances", "ClusterId"], self.findings);
        let services = self.services(cluster);
        self.stores(cluster, &services, site);
        match pool_type(self, cluster, &services, site) {
            Some(kind) => {
                if let Some(fqdn) = name(cluster.element, Some(&cluster.fqdn), self.findings) {
                    let pool = self.pool(cluster, &services, fqdn, kind);
                    site.pools.push(pool);
                }
            }
            None => self.peers(cluster, &services, site),
        }
    }

    /// SQL instances, file shares and Office Web Apps that stand on a cluster.
    fn stores(&mut self, cluster: &Cluster<'_>, services: &[&DraftService<'_>], site: &mut Site) {
        let runs_ours = services.iter().any(|service| service.role == "UserServices");
        let instances: Vec<Option<String>> =
            self.draft.sql.iter().filter(|sql| sql.cluster == cluster.key).map(|sql| sql.name.clone()).collect();
        if !instances.is_empty()
            && !runs_ours
            && let Some(fqdn) = name(cluster.element, Some(&cluster.fqdn), self.findings)
        {
            let only_default = instances.iter().all(Option::is_none);
            let instances = if only_default { Vec::new() } else { instances.into_iter().map(Option::unwrap_or_default).collect() };
            site.sql_servers.push(SqlServer { fqdn, instances, mirror: None, witness: None });
        }
        for service in services {
            match service.role.as_str() {
                "FileStore" if !runs_ours => match self.share(service) {
                    Some(share) => site.file_stores.push(FileStore { share }),
                    None => self.note(service.element, "A file store without a share's name is left out.".to_owned()),
                },
                "WacService" => {
                    let Ok(fqdn) = Fqdn::parse(&cluster.fqdn) else { continue };
                    let element = service.element.child("WacService");
                    let mut office = OfficeWebApps { fqdn, discovery_url: None, external: element.is_some_and(|e| e.is_true("IsExternal")) };
                    let url = element.and_then(|element| element.attribute("DiscoveryUrl")).map(str::to_owned);
                    office.discovery_url = url.filter(|url| *url != office.discovery_url());
                    site.office_web_apps.push(office);
                }
                _ => {}
            }
        }
    }

    fn pool(&mut self, cluster: &Cluster<'_>, services: &[&DraftService<'_>], fqdn: Fqdn, kind: PoolType) -> Pool {
        let mut pool = Pool::new(fqdn, kind);
        pool.computers = self.computers(cluster, &pool);
        for service in services {
            self.service(cluster, service, &mut pool);
        }
        if pool.application_store == pool.user_store {
            pool.application_store = None;
        }
        let default_computer = [Computer::new(pool.fqdn.clone())];
        if pool.computers == default_computer {
            pool.computers.clear();
        }
        if kind == PoolType::SurvivableBranchAppliance {
            self.note(cluster.element, format!("'{}' is taken for an appliance; set SurvivableBranchServer if it is a server.", pool.fqdn));
        }
        pool
    }

    fn computers(&mut self, cluster: &Cluster<'_>, pool: &Pool) -> Vec<Computer> {
        let mut computers = Vec::new();
        let mut domains = false;
        for machine in &cluster.machines {
            unknown_children(machine, &["NetInterface"], self.findings);
            domains |= machine.attribute("FaultDomain").is_some();
            let fqdn = machine.attribute("Fqdn").map_or_else(|| Some(pool.fqdn.clone()), |text| name(machine, Some(text), self.findings));
            let Some(fqdn) = fqdn else { continue };
            let mut computer = Computer::new(fqdn);
            for interface in machine.all("NetInterface") {
                self.interface(interface, &mut computer, pool);
            }
            computers.push(computer);
        }
        if domains {
            self.note(cluster.element, format!("Fault and upgrade domains of the computers of '{}' have no counterpart.", pool.fqdn));
        }
        computers
    }

    fn interface(&mut self, interface: &Element, computer: &mut Computer, pool: &Pool) {
        let parse = |attribute| interface.attribute(attribute).and_then(|text| text.parse::<IpAddr>().ok()).filter(|address| !address.is_unspecified());
        let (address, public) = (parse("IPAddress"), parse("ConfiguredIPAddress"));
        let is_edge = pool.pool_type == PoolType::Edge;
        match (interface.attribute("InterfaceSide"), interface.attribute("InterfaceNumber").unwrap_or("1")) {
            (Some("Primary" | "Internal"), "1") => computer.address = address,
            (Some("Pstn"), "1") => computer.pstn_address = address,
            (Some("External"), "1") if is_edge => computer.external_address = address,
            (Some("External"), "2") if is_edge => computer.web_conferencing_address = address,
            (Some("External"), "3") if is_edge => computer.audio_video_address = address,
            _ if address.is_none() => {}
            (side, number) => {
                let side = side.unwrap_or("?");
                self.note(interface, format!("The {side} interface {number} of '{}' has no counterpart.", computer.fqdn));
            }
        }
        if public.is_some() && is_edge {
            computer.audio_video_public_address = public;
        }
    }

    fn service(&mut self, cluster: &Cluster<'_>, service: &DraftService<'_>, pool: &mut Pool) {
        let host = pool.fqdn.to_string();
        let findings = &mut *self.findings;
        service::component_lists(service, &host, findings);
        match service.role.as_str() {
            "Registrar" => {
                pool.services.registrar = given(service::settings(service, &host, findings));
                self.registrar(cluster, service, pool);
            }
            "UserServices" => {
                pool.services.user_services = given(service::settings(service, &host, findings));
                pool.user_store = self.store_of(service, "UserStore", cluster);
                pool.file_store = self.share_of(service, cluster);
            }
            "ConfServices" => {
                pool.services.conferencing = given(service::settings(service, &host, findings));
                pool.office_web_apps = self.pool_of(service, "Default", "WacService");
            }
            "WebServices" => {
                let mut web = service::settings(service, &host, findings);
                service::web_names(service, &mut web, &pool.fqdn, findings);
                pool.services.web = given(web);
            }
            "ApplicationServer" => {
                pool.services.applications = given(service::settings(service, &host, findings));
                let store = self.store_of(service, "ApplicationStore", cluster);
                pool.application_store = store;
            }
            "MediationServer" => {
                let settings: MediationService = service::settings(service, &host, findings);
                pool.services.mediation = if pool.pool_type.is_front_end() { Some(settings) } else { given(settings) };
                if pool.pool_type == PoolType::Mediation {
                    pool.next_hop = self.pool_of(service, "Default", "Registrar");
                    pool.edge_pool = self.pool_of(service, "Default", "EdgeServer");
                }
            }
            "EdgeServer" => {
                let mut edge = service::settings(service, &host, findings);
                service::edge_names(service, &mut edge, &pool.fqdn);
                edge.nat = pool.computers.iter().any(|computer| computer.audio_video_public_address.is_some());
                edge.replication_port = pool.services.edge.as_ref().map_or(edge.replication_port, |seen| seen.replication_port);
                pool.services.edge = given(edge);
                pool.next_hop = self.pool_of(service, "Default", "Registrar");
            }
            "PersistentChatService" => {
                pool.services.persistent_chat = given(service::settings(service, &host, findings));
                pool.next_hop = self.pool_of(service, "Default", "Registrar");
                pool.file_store = self.share_of(service, cluster);
                pool.persistent_chat_store = self.store_of(service, "PersistentChatStore", cluster);
                pool.persistent_chat_compliance_store = self.store_of(service, "PersistentChatComplianceStore", cluster);
            }
            "ExternalServer" => self.external_server(cluster, service, pool),
            "VideoInteropServer" => {
                pool.services.video_interop = given(service::settings(service, &host, findings));
                pool.next_hop = self.pool_of(service, "Default", "Registrar");
            }
            "ManagementServices" => self.replication(service, pool),
            "FileStore" | "WacService" => {}
            role if IMPLIED_ROLES.contains(&role) => {}
            role => self.note(service.element, format!("The service {role} on '{host}' has no counterpart and is not carried over.")),
        }
    }

    fn registrar(&mut self, cluster: &Cluster<'_>, service: &DraftService<'_>, pool: &mut Pool) {
        pool.edge_pool = self.pool_of(service, "Default", "EdgeServer");
        pool.backup_pool = self.pool_of(service, "Backup", "Registrar");
        pool.archiving_store = self.store_of(service, "ArchivingStore", cluster);
        pool.monitoring_store = self.store_of(service, "MonitoringStore", cluster);
        let home = self.pool_of(service, "Default", "UserServices");
        match pool.pool_type {
            PoolType::Director => pool.next_hop = home,
            kind if kind.is_survivable_branch() => pool.user_services_pool = home.filter(|home| Some(home) != pool.backup_pool.as_ref()),
            _ => {}
        }
    }

    fn replication(&mut self, service: &DraftService<'_>, pool: &mut Pool) {
        let port = service.ports().find(|port| port.attribute("Usage") == Some("Replication"));
        let number = port.and_then(|port| port.attribute("Port")).and_then(|number| number.parse().ok());
        if let Some(number) = number.filter(|_| pool.pool_type == PoolType::Edge) {
            let mut edge = pool.services.edge.clone().unwrap_or_default();
            edge.replication_port = number;
            pool.services.edge = given(edge);
        }
    }

    fn external_server(&mut self, cluster: &Cluster<'_>, service: &DraftService<'_>, pool: &mut Pool) {
        let mut settings: plenum_topology::model::TrustedApplicationService = plenum_topology::model::TrustedApplicationService::default();
        for port in service.ports() {
            let number = port.attribute("Port").and_then(|number| number.parse().ok()).unwrap_or_default();
            let count = port.attribute("Range").and_then(|range| range.parse().ok()).unwrap_or_default();
            match port.attribute("Usage") {
                Some("AudioCommunication") => (settings.audio_port_start, settings.audio_port_count) = (number, count),
                Some("VideoCommunication") => (settings.video_port_start, settings.video_port_count) = (number, count),
                Some("AppSharingCommunication") => {
                    (settings.application_sharing_port_start, settings.application_sharing_port_count) = (number, count);
                }
                Some("SipServer") => pool.applications.push(TrustedApplication {
                    id: port.attribute("Owner").unwrap_or_default().to_owned(),
                    port: number,
                    enable_tcp: port.attribute("Protocol") == Some("Tcp"),
                }),
                other => self.note(port, format!("The port {number} ({}) of '{}' has no counterpart.", other.unwrap_or("?"), pool.fqdn)),
            }
        }
        if let Some(element) = service.element.child("ExternalService") {
            let flag = |name: &str, default: bool| element.attribute(name).map_or(default, |text| text.eq_ignore_ascii_case("true"));
            settings.outbound_only = flag("IsOutboundOnly", settings.outbound_only);
            settings.throttle_as_server = flag("ThrottleAsServer", settings.throttle_as_server);
            settings.treat_as_authenticated = flag("TreatAsAuthenticated", settings.treat_as_authenticated);
        }
        settings.requires_replication = cluster.element.attribute("RequiresReplication") != Some("false");
        pool.services.trusted_application = given(settings);
        pool.next_hop = self.pool_of(service, "Default", "Registrar");
        pool.file_store = self.share_of(service, cluster);
    }

    /// Gateways: each service is a trunk.
    fn peers(&mut self, cluster: &Cluster<'_>, services: &[&DraftService<'_>], site: &mut Site) {
        for service in services {
            let video = match service.role.as_str() {
                "PstnGateway" => false,
                "VideoGateway" => true,
                "FileStore" | "WacService" => continue,
                role if IMPLIED_ROLES.contains(&role) => continue,
                role => {
                    self.note(service.element, format!("The service {role} on '{}' has no counterpart and is not carried over.", cluster.fqdn));
                    continue;
                }
            };
            let Ok(host) = Host::parse(&cluster.fqdn) else {
                self.note(cluster.element, format!("'{}' is neither a name nor an address; it is left out.", cluster.fqdn));
                continue;
            };
            let port = service.ports().find(|port| port.attribute("Usage") == Some("SipServer"));
            let transport = if port.and_then(|port| port.attribute("Protocol")) == Some("Tcp") { Transport::Tcp } else { Transport::Tls };
            let number = port.and_then(|port| port.attribute("Port")).and_then(|number| number.parse().ok());
            let role = if video { "VideoInteropServer" } else { "MediationServer" };
            let Some(pool) = self.pool_of(service, "Default", role) else {
                self.note(service.element, format!("The trunk of '{}' names no {role} and is left out.", cluster.fqdn));
                continue;
            };
            if video {
                let mut trunk = VideoTrunk { video_interop_pool: pool, transport, gateway_port: None };
                trunk.gateway_port = number.filter(|number| *number != trunk.gateway_port());
                video_gateway(site, host).trunks.push(trunk);
            } else {
                let element = service.element.child("PstnGatewayService");
                let attribute = |name| element.and_then(|element| element.attribute(name));
                let mut trunk = Trunk { name: attribute("TrunkName").map(str::to_owned), mediation_pool: pool, transport, gateway_port: None, mediation_port: None };
                trunk.gateway_port = number.filter(|number| *number != trunk.gateway_port());
                trunk.mediation_port = attribute("MediationPort").and_then(|number| number.parse().ok());
                let media = attribute("AlternateMediaIPAddress").and_then(|text| text.parse().ok());
                let gateway = gateway(site, host);
                gateway.alternate_media_address = gateway.alternate_media_address.or(media);
                trunk.name = trunk.name.filter(|name| *name != gateway.host.to_string());
                gateway.trunks.push(trunk);
            }
        }
        if services.is_empty() && !self.draft.sql.iter().any(|sql| sql.cluster == cluster.key) {
            self.note(cluster.element, format!("'{}' runs nothing and is not carried over.", cluster.fqdn));
        }
    }
}

/// Settings that differ from the defaults.
fn given<T: Default + PartialEq>(settings: T) -> Option<T> {
    (settings != T::default()).then_some(settings)
}

fn gateway(site: &mut Site, host: Host) -> &mut Gateway {
    let at = site.gateways.iter().position(|gateway| gateway.host == host).unwrap_or_else(|| {
        site.gateways.push(Gateway { host, alternate_media_address: None, trunks: Vec::new() });
        site.gateways.len() - 1
    });
    &mut site.gateways[at]
}

fn video_gateway(site: &mut Site, host: Host) -> &mut VideoGateway {
    let at = site.video_gateways.iter().position(|gateway| gateway.host == host).unwrap_or_else(|| {
        site.video_gateways.push(VideoGateway { host, trunks: Vec::new() });
        site.video_gateways.len() - 1
    });
    &mut site.video_gateways[at]
}

/// What pool the services on a cluster make; `None` for peers and stores.
fn pool_type(reader: &Reader<'_, '_>, cluster: &Cluster<'_>, services: &[&DraftService<'_>], site: &Site) -> Option<PoolType> {
    let of = |role: &str| services.iter().find(|service| service.role == role);
    if let Some(user_services) = of("UserServices") {
        let own_store = reader.store_of(user_services, "UserStore", cluster).is_none();
        return Some(if own_store { PoolType::StandardEdition } else { PoolType::EnterpriseEdition });
    }
    if let Some(registrar) = of("Registrar") {
        let is_director = registrar.element.child("RegistrarService").is_some_and(|element| element.is_true("IsDirector"));
        let is_branch = site.site_type == SiteType::Branch && !is_director;
        return Some(if is_branch { PoolType::SurvivableBranchAppliance } else { PoolType::Director });
    }
    [
        ("EdgeServer", PoolType::Edge),
        ("MediationServer", PoolType::Mediation),
        ("PersistentChatService", PoolType::PersistentChat),
        ("ExternalServer", PoolType::TrustedApplication),
        ("VideoInteropServer", PoolType::VideoInterop),
    ]
    .into_iter()
    .find(|(role, _)| of(role).is_some())
    .map(|(_, kind)| kind)
}
