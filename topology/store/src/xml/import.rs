//! From a draft to a topology. Which pool a cluster is follows from the services on it.

mod peer;
mod pool;

use plenum_topology::identity::Fqdn;
use plenum_topology::model::{
    ApiVersion, Network, ShareName, SimpleUrl, SimpleUrlComponent, Site, SiteType, SqlInstanceName, Topology,
};
use plenum_topology::problem::Problem;

use super::draft::{Cluster, Draft, DraftService, DraftSite, service_key, unknown_children};
use super::finding;
use super::tree::Element;

/// Roles on a cluster that make no setting: what they say follows from the pool's type or stands elsewhere.
const IMPLIED_ROLES: &[&str] = &[
    "UserStore",
    "ApplicationStore",
    "ArchivingStore",
    "MonitoringStore",
    "CentralMgmtStore",
    "PersistentChatStore",
    "PersistentChatComplianceStore",
    "CentralMgmt",
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
            Reader {
                draft: &draft,
                findings,
            }
            .cluster(cluster, &mut read);
        }
        topology.sites.push(read);
    }
    for service in draft
        .services
        .iter()
        .filter(|service| service.role == "CentralMgmt")
    {
        let is_active = service
            .element
            .child("CentralMgmtService")
            .is_none_or(|element| element.attribute("IsActive") != Some("false"));
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
    for cluster in draft
        .clusters
        .iter()
        .filter(|cluster| !draft.sites.iter().any(|site| site.id == cluster.site))
    {
        findings.push(finding(
            cluster.element,
            format!(
                "'{}' belongs to no site of the document and is not carried over.",
                cluster.fqdn
            ),
        ));
    }
    for service in &draft.services {
        let placed = draft
            .clusters
            .iter()
            .any(|cluster| cluster.key == service.installed_on)
            || draft.sql.iter().any(|sql| sql.key == service.installed_on);
        if !placed {
            findings.push(finding(
                service.element,
                format!(
                    "The service {} stands on nothing in the document and is not carried over.",
                    service.role
                ),
            ));
        }
    }
}

fn domains(draft: &Draft<'_>, topology: &mut Topology, findings: &mut Vec<Problem>) {
    let Some(element) = draft.domains else { return };
    if element.is_true("AllowAllDomains") {
        findings.push(finding(
            element,
            "AllowAllDomains is not carried over: SIP domains are listed.",
        ));
    }
    for domain in element.all("InternalDomain") {
        for flag in ["Authoritative", "AllowSubDomains"] {
            if domain.is_true(flag) {
                findings.push(finding(
                    domain,
                    format!("{flag} of the SIP domain is not carried over."),
                ));
            }
        }
        topology
            .sip_domains
            .extend(name(domain, domain.attribute("Name"), findings));
    }
    let default = element
        .attribute("DefaultDomain")
        .and_then(|name| Fqdn::parse(name).ok());
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
        findings.push(finding(
            element,
            "UseBackendDatabase of the simple URLs is not carried over.",
        ));
    }
    let mut urls = Vec::new();
    for url in element.all("SimpleUrl") {
        let component = match url
            .attribute("Component")
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "meet" => SimpleUrlComponent::Meet,
            "dialin" => SimpleUrlComponent::Dialin,
            "cscp" | "admin" => SimpleUrlComponent::Admin,
            other => {
                findings.push(finding(
                    url,
                    format!("The simple URL of '{other}' is not carried over."),
                ));
                continue;
            }
        };
        let active = url.attribute("ActiveUrl").unwrap_or_default().to_owned();
        let others = url
            .all("SimpleUrlEntry")
            .filter_map(|entry| entry.attribute("Url"))
            .filter(|other| *other != active);
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
    let known = [
        "Name",
        "Description",
        "Location",
        "Clusters",
        "RemoteSites",
        "FederationRoute",
        "XmppFederationRoute",
        "DefaultPersistentChatPool",
    ];
    unknown_children(site.element, &known, findings);
    let location = |attribute| {
        site.element
            .child("Location")
            .and_then(|location| location.attribute(attribute))
            .map(str::to_owned)
    };
    let parent = site
        .parent
        .as_ref()
        .and_then(|id| draft.sites.iter().find(|other| other.id == *id))
        .map(|site| site.name.clone());
    let mut route = |element: &str| {
        let element = site.element.child(element)?;
        let key = element
            .attribute("ServiceUniqueId")
            .map_or_else(|| service_key(element), str::to_owned);
        let service = draft.services.iter().find(|service| service.key == key);
        if service.is_none() {
            findings.push(finding(
                element,
                format!(
                    "'{}' of the site refers to nothing and is left out.",
                    element.name
                ),
            ));
        }
        fqdn_of(draft, &service?.installed_on)
    };
    Site {
        name: site.name.clone(),
        id: site.id.parse().ok(),
        site_type: if site.is_branch {
            SiteType::Branch
        } else {
            SiteType::Central
        },
        parent,
        description: site
            .element
            .child("Description")
            .map(|text| text.text.clone())
            .filter(|text| !text.is_empty()),
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
    let cluster = draft
        .sql
        .iter()
        .find(|sql| sql.key == key)
        .map_or(key, |sql| sql.cluster.as_str());
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
        self.draft
            .services
            .iter()
            .filter(|service| service.installed_on == cluster.key)
            .collect()
    }

    /// What a service needs of a role, with the usage.
    fn needs(&self, service: &DraftService<'_>, usage: &str, role: &str) -> Option<&'a DraftService<'a>> {
        let mut keys = service
            .depends_on
            .iter()
            .filter(|(given, _)| given == usage)
            .map(|(_, key)| key);
        keys.find_map(|key| {
            self.draft
                .services
                .iter()
                .find(|other| other.key == *key && other.role == role)
        })
    }

    fn pool_of(&self, service: &DraftService<'_>, usage: &str, role: &str) -> Option<Fqdn> {
        let other = self.needs(service, usage, role)?;
        (other.installed_on != service.installed_on).then(|| fqdn_of(self.draft, &other.installed_on))?
    }

    /// The SQL instance that a needed database is on; `None` when it is the cluster's own.
    fn store_of(
        &self,
        service: &DraftService<'_>,
        role: &str,
        cluster: &Cluster<'_>,
    ) -> Option<SqlInstanceName> {
        let place = &self.needs(service, "Default", role)?.installed_on;
        let sql = self
            .draft
            .sql
            .iter()
            .find(|sql| sql.key == *place)
            .filter(|sql| sql.cluster != cluster.key)?;
        Some(SqlInstanceName {
            server: fqdn_of(self.draft, place)?,
            instance: sql.name.clone(),
        })
    }

    fn share_of(&self, service: &DraftService<'_>, cluster: &Cluster<'_>) -> Option<ShareName> {
        let store = self.needs(service, "Default", "FileStore")?;
        (store.installed_on != cluster.key).then(|| self.share(store))?
    }

    fn share(&self, store: &DraftService<'_>) -> Option<ShareName> {
        let share = store
            .element
            .child("FileStoreService")
            .and_then(|element| element.attribute("ShareName"))?;
        Some(ShareName {
            server: fqdn_of(self.draft, &store.installed_on)?,
            share: share.to_owned(),
        })
    }
}
