//! What a published document lists: clusters with their numbers, services with theirs and what they need.

use plenum_topology::identity::{Fqdn, Role, ServiceId};
use plenum_topology::model::port::{Port, Protocol, Side};
use plenum_topology::model::resolve::POOL_ROLES;
use plenum_topology::model::{Gateway, Pool, PoolType, Site, SqlInstanceName, Topology, Transport, Trunk};

use super::{ClusterOut, Key, ServiceOut, Writer, key};

/// The SQL instance and share of a Standard Edition server's own.
const OWN_INSTANCE: &str = "rtc";
const OWN_SHARE: &str = "Plenum";

/// Everything with a host name, numbered within its site.
pub(super) fn clusters(topology: &Topology) -> Vec<ClusterOut> {
    let mut all: Vec<ClusterOut> = Vec::new();
    for (site, (_, id)) in topology.sites.iter().zip(topology.site_ids()) {
        let mut add = |host: String, pool: Option<&Pool>, instances: Vec<String>| {
            if let Some(cluster) = all
                .iter_mut()
                .find(|cluster| cluster.host.eq_ignore_ascii_case(&host))
            {
                cluster.instances.extend(instances);
                return;
            }
            let number = all.iter().filter(|cluster| cluster.site == id).count() + 1;
            let replicated = pool.is_some_and(|pool| {
                pool.trusted_application()
                    .is_none_or(|settings| settings.requires_replication)
            });
            let computers = pool.map(Pool::computers).unwrap_or_default();
            all.push(ClusterOut {
                site: id,
                number,
                host,
                computers,
                pool_type: pool.map(|pool| pool.pool_type),
                instances,
                replicated,
            });
        };
        for pool in &site.pools {
            let own = if pool.pool_type == PoolType::StandardEdition {
                vec![OWN_INSTANCE.to_owned()]
            } else {
                Vec::new()
            };
            add(pool.fqdn.to_string(), Some(pool), own);
        }
        for server in &site.sql_servers {
            let names = server
                .instance_names()
                .into_iter()
                .map(|name| name.instance.unwrap_or_default())
                .collect();
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

impl<'a> Writer<'a> {
    fn add(&mut self, service: ServiceOut<'a>) {
        if self.services.iter().any(|other| other.key == service.key) {
            return;
        }
        let same = |other: &&ServiceOut<'_>| other.key.0 == service.key.0 && other.site == service.site;
        let instance = self.services.iter().filter(same).count() + 1;
        self.services.push(ServiceOut { instance, ..service });
    }

    pub(super) fn collect(&mut self) {
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
            let Some(service) = services.iter().find(|service| service.id == id) else {
                continue;
            };
            let mut needs: Vec<(&'static str, Key)> = service
                .depends_on
                .iter()
                .map(|need| (usage(role, need.role), need_key(pool, need)))
                .collect();
            if role == Role::CentralManagement {
                needs.push((
                    "Default",
                    need_key(pool, &ServiceId::new(Role::FileStore, pool.fqdn.clone())),
                ));
            }
            needs.retain(|(_, (_, place))| !place.is_empty());
            let databases: Vec<(Key, Role)> = service
                .depends_on
                .iter()
                .map(|need| (need_key(pool, need), need.role))
                .collect();
            self.add(ServiceOut {
                key: key(role, &pool.fqdn),
                site,
                instance: 0,
                host: pool.fqdn.to_string(),
                sql: None,
                needs,
                ports: service.ports.clone(),
                pool: Some(pool),
                own: own_element(role, pool),
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
                setting: "replicationPort",
                owner: "urn:component:ReplicationService".into(),
                usage: "Replication",
                side: Side::Internal,
                protocol: Protocol::Https,
                path: "/",
                gruu: "".into(),
                number: edge.replication_port,
                count: None,
            };
            self.add(ServiceOut {
                key: ("ManagementServices", pool.fqdn.key()),
                site,
                instance: 0,
                host: pool.fqdn.to_string(),
                sql: None,
                needs: Vec::new(),
                ports: vec![port],
                pool: None,
                own: None,
            });
        }
    }

    fn database(&mut self, database: Key, role: Role, site: u32, pool: &Pool) {
        let Some(store) = store_of(pool, role) else { return };
        let (host, instance) = match store {
            Some(store) => (
                store.server.to_string(),
                store.instance.clone().unwrap_or_default(),
            ),
            None => (pool.fqdn.to_string(), OWN_INSTANCE.to_owned()),
        };
        self.add(ServiceOut {
            key: database,
            site,
            instance: 0,
            host,
            sql: Some(instance),
            needs: Vec::new(),
            ports: Vec::new(),
            pool: None,
            own: None,
        });
    }

    fn file_store(&mut self, server: Fqdn, share: &str, site: u32) {
        self.add(ServiceOut {
            key: key(Role::FileStore, format!("\\\\{server}\\{share}")),
            site,
            instance: 0,
            host: server.to_string(),
            sql: None,
            needs: Vec::new(),
            ports: Vec::new(),
            pool: None,
            own: Some(("FileStoreService", vec![("ShareName", share.to_owned())])),
        });
    }

    fn peers(&mut self, site: &'a Site, id: u32) {
        for store in &site.file_stores {
            self.file_store(store.share.server.clone(), &store.share.share, id);
        }
        for office in &site.office_web_apps {
            let attributes = vec![
                ("DiscoveryUrl", office.discovery_url()),
                ("IsExternal", office.external.to_string()),
            ];
            self.add(ServiceOut {
                key: key(Role::WacService, &office.fqdn),
                site: id,
                instance: 0,
                host: office.fqdn.to_string(),
                sql: None,
                needs: Vec::new(),
                ports: Vec::new(),
                pool: None,
                own: Some(("WacService", attributes)),
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
                    key: key(Role::VideoGateway, format!("{}/{index}", gateway.host)),
                    site: id,
                    instance: 0,
                    host: gateway.host.to_string(),
                    sql: None,
                    needs: vec![(
                        "Default",
                        key(Role::VideoInteropServer, &trunk.video_interop_pool),
                    )],
                    ports: vec![peer_port(
                        "urn:component:VideoGateway",
                        trunk.gateway_port(),
                        trunk.transport,
                    )],
                    pool: None,
                    own: None,
                });
            }
        }
    }

    fn trunk(&mut self, gateway: &Gateway, trunk: &Trunk, site: u32) {
        let mut attributes = vec![("TrunkName", trunk.name(gateway))];
        attributes.extend(
            trunk
                .mediation_port
                .map(|port| ("MediationPort", port.to_string())),
        );
        attributes.extend(
            gateway
                .alternate_media_address
                .map(|address| ("AlternateMediaIPAddress", address.to_string())),
        );
        self.add(ServiceOut {
            key: key(Role::PstnGateway, trunk.name(gateway)),
            site,
            instance: 0,
            host: gateway.host.to_string(),
            sql: None,
            needs: vec![("Default", key(Role::MediationServer, &trunk.mediation_pool))],
            ports: vec![peer_port(
                "urn:component:PstnGateway",
                trunk.gateway_port(),
                trunk.transport,
            )],
            pool: None,
            own: Some(("PstnGatewayService", attributes)),
        });
    }
}

fn usage(role: Role, need: Role) -> &'static str {
    if role == Role::Registrar && need == Role::Registrar {
        "Backup"
    } else {
        "Default"
    }
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
        return key(
            need.role,
            pool.file_store.as_ref().map_or_else(own, ToString::to_string),
        );
    }
    key(need.role, &need.host)
}

fn own_element(role: Role, pool: &Pool) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    match role {
        Role::Registrar => Some((
            "RegistrarService",
            vec![("IsDirector", (pool.pool_type == PoolType::Director).to_string())],
        )),
        Role::CentralManagement => Some(("CentralMgmtService", vec![("IsActive", "true".to_owned())])),
        Role::ExternalServer => pool.trusted_application().map(|settings| {
            let attributes = vec![
                ("IsOutboundOnly", settings.outbound_only.to_string()),
                ("ThrottleAsServer", settings.throttle_as_server.to_string()),
                (
                    "TreatAsAuthenticated",
                    settings.treat_as_authenticated.to_string(),
                ),
            ];
            ("ExternalService", attributes)
        }),
        _ => None,
    }
}

fn peer_port(owner: &'static str, number: u16, transport: Transport) -> Port {
    let protocol = if transport == Transport::Tcp {
        Protocol::Tcp
    } else {
        Protocol::Tls
    };
    Port {
        setting: "gatewayPort",
        owner: owner.into(),
        usage: "SipServer",
        side: Side::Primary,
        protocol,
        path: "/",
        gruu: "".into(),
        number,
        count: None,
    }
}
