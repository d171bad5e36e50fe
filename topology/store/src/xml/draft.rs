//! Both forms as one: sites, clusters, SQL instances and services with references by key.

use plenum_topology::problem::{Path, Problem};

use super::finding;
use super::tree::Element;

pub(super) struct Draft<'a> {
    pub domains: Option<&'a Element>,
    pub simple_urls: Option<&'a Element>,
    pub sites: Vec<DraftSite<'a>>,
    pub clusters: Vec<Cluster<'a>>,
    pub sql: Vec<SqlInstance>,
    pub services: Vec<DraftService<'a>>,
}

pub(super) struct DraftSite<'a> {
    pub id: String,
    pub name: String,
    /// The id of the central site, of a branch.
    pub parent: Option<String>,
    pub is_branch: bool,
    pub element: &'a Element,
}

pub(super) struct Cluster<'a> {
    pub key: String,
    pub site: String,
    pub fqdn: String,
    pub machines: Vec<&'a Element>,
    pub element: &'a Element,
}

pub(super) struct SqlInstance {
    pub key: String,
    pub cluster: String,
    pub name: Option<String>,
}

pub(super) struct DraftService<'a> {
    pub key: String,
    pub role: String,
    /// The key of a cluster or of an SQL instance.
    pub installed_on: String,
    /// The usage and key of what it needs.
    pub depends_on: Vec<(String, String)>,
    pub element: &'a Element,
}

impl DraftService<'_> {
    /// The ports, as elements.
    pub fn ports(&self) -> impl Iterator<Item = &Element> {
        self.element
            .child("Ports")
            .into_iter()
            .flat_map(|ports| ports.children.iter())
    }
}

type Read<T> = Result<T, Box<Problem>>;

pub(super) fn read(root: &Element) -> Read<(Draft<'_>, Vec<Problem>)> {
    let mut findings = Vec::new();
    let draft = match root.name.as_str() {
        "TopologyBuilder" => {
            let topology = root
                .child("NewTopology")
                .or_else(|| root.child("OriginalTopology"))
                .and_then(|holder| {
                    holder
                        .child("PartialTopology")
                        .or_else(|| holder.children.first())
                });
            let topology = topology
                .ok_or_else(|| no_topology(root, "The Topology Builder file has no topology in it."))?;
            builder(topology, &mut findings)
        }
        "PartialTopology" => builder(root, &mut findings),
        "Topology" => published(root, &mut findings),
        other => {
            return Err(no_topology(
                root,
                &format!("'{other}' is not the root of a topology document."),
            ));
        }
    };
    Ok((draft, findings))
}

fn no_topology(element: &Element, message: &str) -> Box<Problem> {
    let hint = "Give a Topology Builder file (.tbxml) or what Get-CsTopology -AsXml writes.";
    Box::new(Problem {
        location: finding(element, "").location,
        ..Problem::error("syntax", &Path::default(), message).hint(hint)
    })
}

/// Says which children of an element are not looked at.
pub(super) fn unknown_children(element: &Element, known: &[&str], findings: &mut Vec<Problem>) {
    for child in element
        .children
        .iter()
        .filter(|child| !known.contains(&child.name.as_str()))
    {
        findings.push(finding(
            child,
            format!("'{}' in '{}' is not carried over.", child.name, element.name),
        ));
    }
}

fn text_of(element: &Element, child: &str) -> String {
    element
        .child(child)
        .map(|child| child.text.clone())
        .unwrap_or_default()
}

/// A Topology Builder file: clusters stand inside their sites, references are unique ids.
fn builder<'a>(topology: &'a Element, findings: &mut Vec<Problem>) -> Draft<'a> {
    unknown_children(
        topology,
        &[
            "InternalDomains",
            "SimpleUrlConfiguration",
            "CentralSites",
            "Services",
        ],
        findings,
    );
    let mut draft = Draft {
        domains: topology.child("InternalDomains"),
        simple_urls: topology.child("SimpleUrlConfiguration"),
        sites: Vec::new(),
        clusters: Vec::new(),
        sql: Vec::new(),
        services: Vec::new(),
    };
    for site in topology
        .child("CentralSites")
        .into_iter()
        .flat_map(|sites| sites.all("CentralSite"))
    {
        builder_site(&mut draft, site, None);
        let parent = site.attribute("SiteId").unwrap_or_default();
        for branch in site
            .child("RemoteSites")
            .into_iter()
            .flat_map(|sites| sites.all("RemoteSite"))
        {
            builder_site(&mut draft, branch, Some(parent.to_owned()));
        }
    }
    for service in topology
        .child("Services")
        .into_iter()
        .flat_map(|services| services.all("Service"))
    {
        let depends_on = dependencies(service).map(|dependency| {
            let usage = dependency.attribute("Usage").unwrap_or("Default");
            (
                usage.to_owned(),
                dependency
                    .attribute("ServiceUniqueId")
                    .unwrap_or_default()
                    .to_owned(),
            )
        });
        draft.services.push(DraftService {
            key: service.attribute("UniqueId").unwrap_or_default().to_owned(),
            role: service.attribute("RoleName").unwrap_or_default().to_owned(),
            installed_on: service.attribute("InstalledOn").unwrap_or_default().to_owned(),
            depends_on: depends_on.collect(),
            element: service,
        });
    }
    draft
}

fn builder_site<'a>(draft: &mut Draft<'a>, site: &'a Element, parent: Option<String>) {
    let id = site.attribute("SiteId").unwrap_or_default().to_owned();
    let is_branch = parent.is_some();
    draft.sites.push(DraftSite {
        id: id.clone(),
        name: text_of(site, "Name"),
        parent,
        is_branch,
        element: site,
    });
    for cluster in site
        .child("Clusters")
        .into_iter()
        .flat_map(|clusters| clusters.all("Cluster"))
    {
        let key = cluster.attribute("UniqueId").unwrap_or_default().to_owned();
        for instance in cluster
            .child("SqlInstances")
            .into_iter()
            .flat_map(|all| all.all("SqlInstance"))
        {
            let name = instance.attribute("Name").map(str::to_owned);
            draft.sql.push(SqlInstance {
                key: instance.attribute("UniqueId").unwrap_or_default().to_owned(),
                cluster: key.clone(),
                name,
            });
        }
        draft.clusters.push(Cluster {
            key,
            site: id.clone(),
            fqdn: cluster.attribute("Fqdn").unwrap_or_default().to_owned(),
            machines: cluster
                .child("Machines")
                .into_iter()
                .flat_map(|machines| machines.all("Machine"))
                .collect(),
            element: cluster,
        });
    }
}

fn dependencies(service: &Element) -> impl Iterator<Item = &Element> {
    service
        .child("DependsOn")
        .into_iter()
        .flat_map(|all| all.children.iter())
}

/// A published document: references are `ClusterId`, `SqlInstanceId` and `ServiceId`.
fn published<'a>(topology: &'a Element, findings: &mut Vec<Problem>) -> Draft<'a> {
    unknown_children(
        topology,
        &[
            "InternalDomains",
            "SimpleUrlConfiguration",
            "Sites",
            "Clusters",
            "SqlInstances",
            "Services",
        ],
        findings,
    );
    let list = |name: &'static str| {
        topology
            .child(name)
            .into_iter()
            .flat_map(|all| all.children.iter())
    };
    let sites = list("Sites").map(|site| DraftSite {
        id: site.attribute("SiteId").unwrap_or_default().to_owned(),
        name: text_of(site, "Name"),
        parent: site.attribute("CentralSiteId").map(str::to_owned),
        is_branch: site.name == "RemoteSite",
        element: site,
    });
    let clusters = list("Clusters").map(|cluster| Cluster {
        key: cluster_key(cluster),
        site: cluster
            .child("ClusterId")
            .and_then(|id| id.attribute("SiteId"))
            .unwrap_or_default()
            .to_owned(),
        fqdn: cluster.attribute("Fqdn").unwrap_or_default().to_owned(),
        machines: cluster.all("Machine").collect(),
        element: cluster,
    });
    let sql = list("SqlInstances")
        .filter_map(|instance| instance.child("SqlInstanceId"))
        .map(|id| SqlInstance {
            key: sql_key(id),
            cluster: cluster_key(id),
            name: id.attribute("Name").map(str::to_owned),
        });
    let services = list("Services").map(|service| DraftService {
        key: service_key(service),
        role: service
            .child("ServiceId")
            .and_then(|id| id.attribute("RoleName"))
            .unwrap_or_default()
            .to_owned(),
        installed_on: service.child("InstalledOn").map(place_key).unwrap_or_default(),
        depends_on: dependencies(service)
            .map(|dependency| {
                (
                    dependency.attribute("Usage").unwrap_or("Default").to_owned(),
                    service_key(dependency),
                )
            })
            .collect(),
        element: service,
    });
    Draft {
        domains: topology.child("InternalDomains"),
        simple_urls: topology.child("SimpleUrlConfiguration"),
        sites: sites.collect(),
        clusters: clusters.collect(),
        sql: sql.collect(),
        services: services.collect(),
    }
}

fn cluster_key(parent: &Element) -> String {
    parent.child("ClusterId").map_or_else(String::new, |id| {
        format!(
            "{}-{}",
            id.attribute("SiteId").unwrap_or_default(),
            id.attribute("Number").unwrap_or_default()
        )
    })
}

fn sql_key(id: &Element) -> String {
    format!(
        "{}\\{}",
        cluster_key(id),
        id.attribute("Name").unwrap_or_default()
    )
}

fn place_key(installed_on: &Element) -> String {
    installed_on
        .child("SqlInstanceId")
        .map_or_else(|| cluster_key(installed_on), sql_key)
}

/// The key of the `ServiceId` inside an element.
pub(super) fn service_key(parent: &Element) -> String {
    parent.child("ServiceId").map_or_else(String::new, |id| {
        let part = |name| id.attribute(name).unwrap_or_default();
        format!("{}-{}-{}", part("SiteId"), part("RoleName"), part("Instance"))
    })
}
