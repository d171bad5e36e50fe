//! Clusters that are pools of ours: their computers, services and stores. Which pool a cluster is follows from the
//! services on it.

use std::net::IpAddr;

use plenum_topology::identity::Fqdn;
use plenum_topology::model::{
    Computer, FileStore, MediationService, OfficeWebApps, Pool, PoolType, Site, SiteType, SqlServer,
    TrustedApplication, TrustedApplicationService,
};

use super::super::draft::{Cluster, DraftService, unknown_children};
use super::super::service;
use super::super::tree::Element;
use super::{IMPLIED_ROLES, Reader, name};

impl Reader<'_, '_> {
    pub(super) fn cluster(&mut self, cluster: &Cluster<'_>, site: &mut Site) {
        unknown_children(
            cluster.element,
            &["Machines", "Machine", "SqlInstances", "ClusterId"],
            self.findings,
        );
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
        let instances: Vec<Option<String>> = self
            .draft
            .sql
            .iter()
            .filter(|sql| sql.cluster == cluster.key)
            .map(|sql| sql.name.clone())
            .collect();
        if !instances.is_empty()
            && !runs_ours
            && let Some(fqdn) = name(cluster.element, Some(&cluster.fqdn), self.findings)
        {
            let only_default = instances.iter().all(Option::is_none);
            let instances = if only_default {
                Vec::new()
            } else {
                instances.into_iter().map(Option::unwrap_or_default).collect()
            };
            site.sql_servers.push(SqlServer {
                fqdn,
                instances,
                mirror: None,
                witness: None,
            });
        }
        for service in services {
            match service.role.as_str() {
                "FileStore" if !runs_ours => match self.share(service) {
                    Some(share) => site.file_stores.push(FileStore { share }),
                    None => self.note(
                        service.element,
                        "A file store without a share's name is left out.".to_owned(),
                    ),
                },
                "WacService" => {
                    let Ok(fqdn) = Fqdn::parse(&cluster.fqdn) else {
                        continue;
                    };
                    let element = service.element.child("WacService");
                    let mut office = OfficeWebApps {
                        fqdn,
                        discovery_url: None,
                        external: element.is_some_and(|e| e.is_true("IsExternal")),
                    };
                    let url = element
                        .and_then(|element| element.attribute("DiscoveryUrl"))
                        .map(str::to_owned);
                    office.discovery_url = url.filter(|url| *url != office.discovery_url());
                    site.office_web_apps.push(office);
                }
                _ => {}
            }
        }
    }

    fn pool(
        &mut self,
        cluster: &Cluster<'_>,
        services: &[&DraftService<'_>],
        fqdn: Fqdn,
        kind: PoolType,
    ) -> Pool {
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
            self.note(
                cluster.element,
                format!(
                    "'{}' is taken for an appliance; set SurvivableBranchServer if it is a server.",
                    pool.fqdn
                ),
            );
        }
        pool
    }

    fn computers(&mut self, cluster: &Cluster<'_>, pool: &Pool) -> Vec<Computer> {
        let mut computers = Vec::new();
        let mut domains = false;
        for machine in &cluster.machines {
            unknown_children(machine, &["NetInterface"], self.findings);
            domains |= machine.attribute("FaultDomain").is_some();
            let fqdn = machine.attribute("Fqdn").map_or_else(
                || Some(pool.fqdn.clone()),
                |text| name(machine, Some(text), self.findings),
            );
            let Some(fqdn) = fqdn else { continue };
            let mut computer = Computer::new(fqdn);
            for interface in machine.all("NetInterface") {
                self.interface(interface, &mut computer, pool);
            }
            computers.push(computer);
        }
        if domains {
            self.note(
                cluster.element,
                format!(
                    "Fault and upgrade domains of the computers of '{}' have no counterpart.",
                    pool.fqdn
                ),
            );
        }
        computers
    }

    fn interface(&mut self, interface: &Element, computer: &mut Computer, pool: &Pool) {
        let parse = |attribute| {
            interface
                .attribute(attribute)
                .and_then(|text| text.parse::<IpAddr>().ok())
                .filter(|address| !address.is_unspecified())
        };
        let (address, public) = (parse("IPAddress"), parse("ConfiguredIPAddress"));
        let is_edge = pool.pool_type == PoolType::Edge;
        match (
            interface.attribute("InterfaceSide"),
            interface.attribute("InterfaceNumber").unwrap_or("1"),
        ) {
            (Some("Primary" | "Internal"), "1") => computer.address = address,
            (Some("Pstn"), "1") => computer.pstn_address = address,
            (Some("External"), "1") if is_edge => computer.external_address = address,
            (Some("External"), "2") if is_edge => computer.web_conferencing_address = address,
            (Some("External"), "3") if is_edge => computer.audio_video_address = address,
            _ if address.is_none() => {}
            (side, number) => {
                let side = side.unwrap_or("?");
                self.note(
                    interface,
                    format!(
                        "The {side} interface {number} of '{}' has no counterpart.",
                        computer.fqdn
                    ),
                );
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
                pool.services.mediation = if pool.pool_type.is_front_end() {
                    Some(settings)
                } else {
                    given(settings)
                };
                if pool.pool_type == PoolType::Mediation {
                    pool.next_hop = self.pool_of(service, "Default", "Registrar");
                    pool.edge_pool = self.pool_of(service, "Default", "EdgeServer");
                }
            }
            "EdgeServer" => {
                let mut edge = service::settings(service, &host, findings);
                service::edge_names(service, &mut edge, &pool.fqdn);
                edge.nat = pool
                    .computers
                    .iter()
                    .any(|computer| computer.audio_video_public_address.is_some());
                edge.replication_port = pool
                    .services
                    .edge
                    .as_ref()
                    .map_or(edge.replication_port, |seen| seen.replication_port);
                pool.services.edge = given(edge);
                pool.next_hop = self.pool_of(service, "Default", "Registrar");
            }
            "PersistentChatService" => {
                pool.services.persistent_chat = given(service::settings(service, &host, findings));
                pool.next_hop = self.pool_of(service, "Default", "Registrar");
                pool.file_store = self.share_of(service, cluster);
                pool.persistent_chat_store = self.store_of(service, "PersistentChatStore", cluster);
                pool.persistent_chat_compliance_store =
                    self.store_of(service, "PersistentChatComplianceStore", cluster);
            }
            "ExternalServer" => self.external_server(cluster, service, pool),
            "VideoInteropServer" => {
                pool.services.video_interop = given(service::settings(service, &host, findings));
                pool.next_hop = self.pool_of(service, "Default", "Registrar");
            }
            "ManagementServices" => self.replication(service, pool),
            "FileStore" | "WacService" => {}
            role if IMPLIED_ROLES.contains(&role) => {}
            role => self.note(
                service.element,
                format!("The service {role} on '{host}' has no counterpart and is not carried over."),
            ),
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
            kind if kind.is_survivable_branch() => {
                pool.user_services_pool = home.filter(|home| Some(home) != pool.backup_pool.as_ref());
            }
            _ => {}
        }
    }

    fn replication(&mut self, service: &DraftService<'_>, pool: &mut Pool) {
        let port = service
            .ports()
            .find(|port| port.attribute("Usage") == Some("Replication"));
        let number = port
            .and_then(|port| port.attribute("Port"))
            .and_then(|number| number.parse().ok());
        if let Some(number) = number.filter(|_| pool.pool_type == PoolType::Edge) {
            let mut edge = pool.services.edge.clone().unwrap_or_default();
            edge.replication_port = number;
            pool.services.edge = given(edge);
        }
    }

    fn external_server(&mut self, cluster: &Cluster<'_>, service: &DraftService<'_>, pool: &mut Pool) {
        let mut settings: TrustedApplicationService = TrustedApplicationService::default();
        for port in service.ports() {
            let number = port
                .attribute("Port")
                .and_then(|number| number.parse().ok())
                .unwrap_or_default();
            let count = port
                .attribute("Range")
                .and_then(|range| range.parse().ok())
                .unwrap_or_default();
            match port.attribute("Usage") {
                Some("AudioCommunication") => {
                    (settings.audio_port_start, settings.audio_port_count) = (number, count);
                }
                Some("VideoCommunication") => {
                    (settings.video_port_start, settings.video_port_count) = (number, count);
                }
                Some("AppSharingCommunication") => {
                    (
                        settings.application_sharing_port_start,
                        settings.application_sharing_port_count,
                    ) = (number, count);
                }
                Some("SipServer") => pool.applications.push(TrustedApplication {
                    id: port.attribute("Owner").unwrap_or_default().to_owned(),
                    port: number,
                    enable_tcp: port.attribute("Protocol") == Some("Tcp"),
                }),
                other => self.note(
                    port,
                    format!(
                        "The port {number} ({}) of '{}' has no counterpart.",
                        other.unwrap_or("?"),
                        pool.fqdn
                    ),
                ),
            }
        }
        if let Some(element) = service.element.child("ExternalService") {
            let flag = |name: &str, default: bool| {
                element
                    .attribute(name)
                    .map_or(default, |text| text.eq_ignore_ascii_case("true"))
            };
            settings.outbound_only = flag("IsOutboundOnly", settings.outbound_only);
            settings.throttle_as_server = flag("ThrottleAsServer", settings.throttle_as_server);
            settings.treat_as_authenticated = flag("TreatAsAuthenticated", settings.treat_as_authenticated);
        }
        settings.requires_replication = cluster.element.attribute("RequiresReplication") != Some("false");
        pool.services.trusted_application = given(settings);
        pool.next_hop = self.pool_of(service, "Default", "Registrar");
        pool.file_store = self.share_of(service, cluster);
    }
}

/// Settings that differ from the defaults.
fn given<T: Default + PartialEq>(settings: T) -> Option<T> {
    (settings != T::default()).then_some(settings)
}

/// What pool the services on a cluster make; `None` for peers and stores.
fn pool_type(
    reader: &Reader<'_, '_>,
    cluster: &Cluster<'_>,
    services: &[&DraftService<'_>],
    site: &Site,
) -> Option<PoolType> {
    let of = |role: &str| services.iter().find(|service| service.role == role);
    if let Some(user_services) = of("UserServices") {
        let own_store = reader.store_of(user_services, "UserStore", cluster).is_none();
        return Some(if own_store {
            PoolType::StandardEdition
        } else {
            PoolType::EnterpriseEdition
        });
    }
    if let Some(registrar) = of("Registrar") {
        let is_director = registrar
            .element
            .child("RegistrarService")
            .is_some_and(|element| element.is_true("IsDirector"));
        let is_branch = site.site_type == SiteType::Branch && !is_director;
        return Some(if is_branch {
            PoolType::SurvivableBranchAppliance
        } else {
            PoolType::Director
        });
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
