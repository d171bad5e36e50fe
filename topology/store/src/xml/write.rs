//! A topology as a published document.

mod not_held;
mod services;

use std::fmt::Write;

use plenum_topology::identity::Role;
use plenum_topology::model::port::{Port, Protocol, Side};
use plenum_topology::model::{Computer, Pool, PoolType, SiteType, Topology};
use plenum_topology::problem::Problem;
use quick_xml::escape::escape;

#[cfg(test)]
pub(super) use not_held::held;

const TOPOLOGY: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008";
const ROLES: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.ServiceRoles.2008";
pub(super) fn topology(topology: &Topology) -> (String, Vec<Problem>) {
    let mut writer = Writer {
        topology,
        out: String::new(),
        depth: 0,
        services: Vec::new(),
        clusters: services::clusters(topology),
    };
    writer.collect();
    writer.document();
    (writer.out, not_held::not_held(topology))
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

impl Writer<'_> {
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
        let _ = writeln!(
            self.out,
            "{:width$}<{name}>{}</{name}>",
            "",
            escape(text),
            width = self.depth * 2
        );
    }

    fn document(&mut self) {
        let topology = self.topology;
        self.out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        self.open(
            "Topology",
            &[
                ("xmlns", TOPOLOGY),
                ("Signature", "00000000-0000-0000-0000-000000000000"),
            ],
        );
        let default = topology
            .default_sip_domain()
            .map(ToString::to_string)
            .unwrap_or_default();
        self.open(
            "InternalDomains",
            &[("AllowAllDomains", "false"), ("DefaultDomain", &default)],
        );
        for domain in &topology.sip_domains {
            self.empty(
                "InternalDomain",
                &[
                    ("Name", domain.as_str()),
                    ("Authoritative", "false"),
                    ("AllowSubDomains", "false"),
                ],
            );
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
            let parent = site
                .parent
                .as_ref()
                .and_then(|parent| ids.iter().find(|(name, _)| name.eq_ignore_ascii_case(parent)));
            let parent = parent.map(|(_, id)| id.to_string());
            let name = if site.site_type == SiteType::Branch {
                "RemoteSite"
            } else {
                "CentralSite"
            };
            let mut attributes = vec![("SiteId", id.as_str())];
            attributes.extend(parent.as_deref().map(|parent| ("CentralSiteId", parent)));
            self.open(name, &attributes);
            self.text("Name", &site.name);
            if let Some(description) = &site.description {
                self.text("Description", description);
            }
            let location = [
                ("City", &site.city),
                ("State", &site.state),
                ("CountryCode", &site.country_code),
            ];
            let location: Vec<(&str, &str)> = location
                .iter()
                .filter_map(|(key, value)| value.as_deref().map(|value| (*key, value)))
                .collect();
            self.empty("Location", &location);
            for (element, role, pool) in [
                ("FederationRoute", Role::EdgeServer, &site.federation_route),
                (
                    "XmppFederationRoute",
                    Role::EdgeServer,
                    &site.xmpp_federation_route,
                ),
                (
                    "DefaultPersistentChatPool",
                    Role::PersistentChatServer,
                    &site.default_persistent_chat_pool,
                ),
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
        let Some(service) = self.services.iter().find(|service| service.key == *key) else {
            return;
        };
        let (site, instance) = (service.site.to_string(), service.instance.to_string());
        self.empty(
            "ServiceId",
            &[("SiteId", &site), ("RoleName", key.0), ("Instance", &instance)],
        );
    }

    fn cluster_id(&mut self, host: &str) {
        let found = self
            .clusters
            .iter()
            .find(|cluster| cluster.host.eq_ignore_ascii_case(host));
        let Some((site, number)) =
            found.map(|cluster| (cluster.site.to_string(), cluster.number.to_string()))
        else {
            return;
        };
        self.empty("ClusterId", &[("SiteId", &site), ("Number", &number)]);
    }

    fn cluster(&mut self, cluster: &ClusterOut) {
        let (replicated, set_up) = (
            cluster.replicated.to_string(),
            cluster.pool_type.is_some().to_string(),
        );
        self.open(
            "Cluster",
            &[
                ("RequiresReplication", &replicated),
                ("RequiresSetup", &set_up),
                ("Fqdn", &cluster.host),
            ],
        );
        let (site, number) = (cluster.site.to_string(), cluster.number.to_string());
        self.empty("ClusterId", &[("SiteId", &site), ("Number", &number)]);
        for (index, computer) in cluster.computers.iter().enumerate() {
            let ordinal = (index + 1).to_string();
            self.open(
                "Machine",
                &[("OrdinalInCluster", &ordinal), ("Fqdn", computer.fqdn.as_str())],
            );
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
        self.empty(
            "NetInterface",
            &[
                ("InterfaceSide", inside),
                ("InterfaceNumber", "1"),
                ("IPAddress", &listen),
            ],
        );
        let public = computer
            .audio_video_public_address
            .map(|address| address.to_string());
        let externals = [
            ("1", computer.external_address),
            ("2", computer.web_conferencing_address),
            ("3", computer.audio_video_address),
        ];
        let last = externals
            .iter()
            .rev()
            .find(|(_, address)| address.is_some())
            .map(|(number, _)| *number);
        for (number, address) in externals {
            let Some(address) = address.map(|address| address.to_string()) else {
                continue;
            };
            let mut attributes = vec![
                ("InterfaceSide", "External"),
                ("InterfaceNumber", number),
                ("IPAddress", address.as_str()),
            ];
            attributes.extend(
                public
                    .as_deref()
                    .filter(|_| last == Some(number))
                    .map(|public| ("ConfiguredIPAddress", public)),
            );
            self.empty("NetInterface", &attributes);
        }
        if let Some(address) = computer.pstn_address {
            self.empty(
                "NetInterface",
                &[
                    ("InterfaceSide", "Pstn"),
                    ("InterfaceNumber", "1"),
                    ("IPAddress", &address.to_string()),
                ],
            );
        }
    }

    fn sql_instances(&mut self) {
        self.open("SqlInstances", &[]);
        let all: Vec<(String, String)> = self
            .clusters
            .iter()
            .flat_map(|cluster| {
                cluster
                    .instances
                    .iter()
                    .map(|name| (cluster.host.clone(), name.clone()))
            })
            .collect();
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
        let (own_key, host, sql, needs, pool) = (
            service.key.clone(),
            service.host.clone(),
            service.sql.clone(),
            service.needs.clone(),
            service.pool,
        );
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
            ("Owner", port.owner.as_ref()),
            ("Usage", port.usage),
            ("InterfaceSide", port.side.name()),
            ("InterfaceNumber", "1"),
            ("Port", number.as_str()),
            ("Protocol", port.protocol.name()),
            ("UrlPath", port.path),
            ("AuthorizesRequests", authorizes.as_str()),
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
