//! What Get-CsService shows of a service: properties of its role, then the common tail (DOMAIN 1.10).

use plenum_lang::value::Value;
use plenum_topology::identity::{Fqdn, Role, ServiceId};
use plenum_topology::model::resolve::{SERVICE_VERSION, Service};
use plenum_topology::model::{Interval, Pool, Topology, Transport};

use crate::authoring::{array, object, optional_text, text, text_array};

type Properties = Vec<(&'static str, Value)>;

/// A port, or `$null` where there is none.
pub(super) fn number(port: Option<u16>) -> Value {
    port.map_or(Value::Null, |port| Value::Int(i32::from(port)))
}

/// A service as an object; `all` are the services of the topology, for those that depend on it.
pub(super) fn service_view(topology: &Topology, all: &[Service<'_>], service: &Service<'_>) -> Value {
    let role = service.id.role;
    let shown = if role == Role::ExternalServer {
        format!("TrustedApplicationPool:{}", service.id.host)
    } else {
        service.id.to_string()
    };
    let mut properties: Properties = vec![("Identity", text(shown))];
    properties.extend(of_role(topology, service));
    properties.extend([
        ("DependentServiceList", text_array(dependents(all, &service.id))),
        ("ServiceId", text(service.number.clone())),
        ("SiteId", text(format!("Site:{}", service.site.name))),
        ("PoolFqdn", text(service.id.host.to_string())),
        (
            "Version",
            Value::Int(i32::try_from(SERVICE_VERSION).unwrap_or(i32::MAX)),
        ),
        ("Role", text(role.name())),
    ]);
    object(
        &format!("Microsoft.Rtc.Management.Xds.Display{}", role.name()),
        properties,
    )
}

/// The services that need this one.
fn dependents(all: &[Service<'_>], id: &ServiceId) -> Vec<String> {
    all.iter()
        .filter(|service| service.depends_on.contains(id))
        .map(|service| service.id.to_string())
        .collect()
}

fn of_role(topology: &Topology, service: &Service<'_>) -> Properties {
    let Some(pool) = service.pool else {
        return of_peer(topology, service);
    };
    let needed = |role: Role| {
        optional_text(
            service
                .depends_on
                .iter()
                .find(|id| id.role == role && id.host != service.id.host)
                .or_else(|| service.depends_on.iter().find(|id| id.role == role))
                .map(ToString::to_string),
        )
    };
    match service.id.role {
        Role::Registrar => registrar(pool, &needed),
        Role::UserServer => pool.user_services().map_or_else(Vec::new, |settings| {
            vec![
                ("McuFactorySipPort", number(Some(settings.mcu_factory_port))),
                (
                    "UserPinManagementWcfHttpPort",
                    number(Some(settings.pin_management_port)),
                ),
                (
                    "ConfDirManagementWcfTcpPort",
                    number(Some(settings.conference_directory_port)),
                ),
                ("ConferenceServer", needed(Role::ConferencingServer)),
                ("UserDatabase", needed(Role::UserDatabase)),
                ("FileStore", needed(Role::FileStore)),
            ]
        }),
        Role::ConferencingServer => conferencing(pool, &needed),
        Role::WebServer => web(pool, &needed),
        Role::ApplicationServer => pool.application_services().map_or_else(Vec::new, |settings| {
            vec![
                ("Registrar", needed(Role::Registrar)),
                ("ApplicationDatabase", needed(Role::ApplicationDatabase)),
                ("FileStore", needed(Role::FileStore)),
                ("AudioPortStart", number(Some(settings.audio_port_start))),
                ("AudioPortCount", number(Some(settings.audio_port_count))),
                ("Applications", text_array(applications(&settings))),
            ]
        }),
        Role::MediationServer => mediation(topology, pool, &needed),
        Role::EdgeServer => edge(pool),
        Role::PersistentChatServer => pool.persistent_chat().map_or_else(Vec::new, |settings| {
            let active = if settings.active_computers.is_empty() {
                pool.computers()
                    .into_iter()
                    .take(4)
                    .map(|computer| computer.fqdn)
                    .collect()
            } else {
                settings.active_computers.clone()
            };
            vec![
                ("Registrar", needed(Role::Registrar)),
                ("PersistentChatDatabase", needed(Role::PersistentChatStore)),
                (
                    "PersistentChatComplianceDatabase",
                    needed(Role::PersistentChatComplianceStore),
                ),
                ("FileStore", needed(Role::FileStore)),
                ("MtlsPort", number(Some(settings.sip_port))),
                ("ActiveServers", text_array(active.iter().map(Fqdn::to_string))),
            ]
        }),
        Role::ExternalServer => trusted_application(pool, &needed),
        Role::VideoInteropServer => pool.video_interop().map_or_else(Vec::new, |settings| {
            vec![
                ("Registrar", needed(Role::Registrar)),
                ("RegistrationTlsPort", number(Some(settings.registrar_port))),
                ("SipTrunkTlsPort", number(Some(settings.tls_port))),
                ("SipTrunkTcpPort", number(settings.tcp_port)),
                ("AudioPortStart", number(Some(settings.audio_port_start))),
                ("AudioPortCount", number(Some(settings.audio_port_count))),
                ("VideoPortStart", number(Some(settings.video_port_start))),
                ("VideoPortCount", number(Some(settings.video_port_count))),
            ]
        }),
        Role::CentralManagement => vec![("ManagementDatabase", needed(Role::ManagementDatabase))],
        _ => Vec::new(),
    }
}

fn interval(interval: Interval) -> Value {
    Value::TimeSpan(interval.0.0)
}

fn registrar(pool: &Pool, needed: &dyn Fn(Role) -> Value) -> Properties {
    let Some(settings) = pool.registrar() else {
        return Vec::new();
    };
    let backup = pool
        .backup_pool
        .as_ref()
        .map(|pool| ServiceId::new(Role::Registrar, pool.clone()).to_string());
    vec![
        ("SipPort", number(Some(settings.tls_port))),
        ("SipServerTcpPort", number(settings.tcp_port)),
        ("SipServerUdpPort", number(settings.udp_port)),
        ("WebSocketPort", number(settings.web_socket_port)),
        ("WebSocketTlsPort", number(settings.web_socket_tls_port)),
        ("BackupRegistrar", optional_text(backup)),
        (
            "EnableAutomaticFailover",
            Value::Bool(settings.enable_automatic_failover),
        ),
        (
            "FailureDetectionInterval",
            interval(settings.failure_detection_interval),
        ),
        (
            "FailbackDetectionInterval",
            interval(settings.failback_detection_interval),
        ),
        ("UserServer", needed(Role::UserServer)),
        (
            "ConferencingServer",
            optional_text(
                pool.user_services_pool()
                    .map(|pool| ServiceId::new(Role::ConferencingServer, pool.clone()).to_string()),
            ),
        ),
        ("ArchivingDatabase", needed(Role::ArchivingDatabase)),
        ("MonitoringDatabase", needed(Role::MonitoringDatabase)),
        ("EdgeServer", needed(Role::EdgeServer)),
    ]
}

fn conferencing(pool: &Pool, needed: &dyn Fn(Role) -> Value) -> Properties {
    let Some(settings) = pool.conferencing() else {
        return Vec::new();
    };
    vec![
        ("EdgeServer", needed(Role::EdgeServer)),
        ("ImSipPort", number(Some(settings.im_port))),
        (
            "AVSipPort",
            number(settings.audio_video.then_some(settings.audio_video_port)),
        ),
        ("DataPsomPort", number(Some(settings.web_conferencing_port))),
        (
            "AppSharingSipPort",
            number(Some(settings.application_sharing_port)),
        ),
        ("AudioPortStart", number(Some(settings.audio_port_start))),
        ("AudioPortCount", number(Some(settings.audio_port_count))),
        ("VideoPortStart", number(Some(settings.video_port_start))),
        ("VideoPortCount", number(Some(settings.video_port_count))),
        (
            "AppSharingPortStart",
            number(Some(settings.application_sharing_port_start)),
        ),
        (
            "AppSharingPortCount",
            number(Some(settings.application_sharing_port_count)),
        ),
        ("FileStore", needed(Role::FileStore)),
        ("WebServer", needed(Role::WebServer)),
        ("UserServer", needed(Role::UserServer)),
        ("WacService", needed(Role::WacService)),
    ]
}

fn web(pool: &Pool, needed: &dyn Fn(Role) -> Value) -> Properties {
    let Some(settings) = pool.web() else {
        return Vec::new();
    };
    vec![
        ("FileStore", needed(Role::FileStore)),
        ("UserServer", needed(Role::UserServer)),
        ("PrimaryHttpPort", number(Some(settings.http_port))),
        ("PrimaryHttpsPort", number(Some(settings.https_port))),
        ("ExternalHttpPort", number(Some(settings.external_http_port))),
        ("ExternalHttpsPort", number(Some(settings.external_https_port))),
        ("PublishedPrimaryHttpPort", number(Some(settings.http_port))),
        ("PublishedPrimaryHttpsPort", number(Some(settings.https_port))),
        (
            "PublishedExternalHttpPort",
            number(Some(settings.published_external_http_port)),
        ),
        (
            "PublishedExternalHttpsPort",
            number(Some(settings.published_external_https_port)),
        ),
        (
            "ReachPrimaryPsomServerPort",
            number(Some(settings.reach_primary_psom_port)),
        ),
        (
            "ReachExternalPsomServerPort",
            number(Some(settings.reach_external_psom_port)),
        ),
        (
            "AppSharingPortStart",
            number(Some(settings.application_sharing_port_start)),
        ),
        (
            "AppSharingPortCount",
            number(Some(settings.application_sharing_port_count)),
        ),
        ("InternalFqdn", text(pool.internal_web_fqdn().as_str())),
        ("ExternalFqdn", text(pool.external_web_fqdn().as_str())),
    ]
}

fn applications(settings: &plenum_topology::model::ApplicationService) -> Vec<String> {
    let all = [
        ("urn:application:Cps", settings.call_park_port),
        ("urn:application:testbot", settings.audio_test_port),
        ("urn:application:RGS", settings.response_group_port),
        ("urn:application:PDP", settings.bandwidth_policy_port),
        ("urn:application:Caa", settings.conferencing_attendant_port),
        ("urn:application:Cas", settings.conferencing_announcement_port),
    ];
    all.iter()
        .filter(|(_, port)| port.is_some())
        .map(|(name, _)| (*name).to_owned())
        .collect()
}

fn mediation(topology: &Topology, pool: &Pool, needed: &dyn Fn(Role) -> Value) -> Properties {
    let Some(settings) = pool.mediation() else {
        return Vec::new();
    };
    let gateways = topology
        .trunks()
        .filter(|(_, _, trunk)| trunk.mediation_pool == pool.fqdn);
    let names = gateways.map(|(_, gateway, trunk)| format!("PstnGateway:{}", trunk.name(gateway)));
    vec![
        ("Registrar", needed(Role::Registrar)),
        ("EdgeServer", needed(Role::EdgeServer)),
        ("PstnGateways", text_array(names.collect::<Vec<_>>())),
        ("SipServerPort", number(Some(settings.port))),
        ("SipClientTlsPort", number(Some(settings.tls_port))),
        ("SipClientTcpPort", number(settings.tcp_port)),
        ("AudioPortStart", number(Some(settings.audio_port_start))),
        ("AudioPortCount", number(Some(settings.audio_port_count))),
    ]
}

fn edge(pool: &Pool) -> Properties {
    let Some(settings) = pool.edge() else {
        return Vec::new();
    };
    let access = settings.access_fqdn.as_ref().unwrap_or(&pool.fqdn).to_string();
    let or_access = |name: &Option<Fqdn>| text(name.as_ref().map_or_else(|| access.clone(), Fqdn::to_string));
    vec![
        (
            "AccessEdgeInternalSipPort",
            number(Some(settings.internal_sip_port)),
        ),
        (
            "AccessEdgeExternalSipPort",
            number(Some(settings.federation_port)),
        ),
        ("AccessEdgeClientSipPort", number(Some(settings.client_port))),
        (
            "DataPsomServerPort",
            number(Some(settings.web_conferencing_internal_port)),
        ),
        (
            "DataPsomClientPort",
            number(Some(settings.web_conferencing_client_port)),
        ),
        (
            "MediaRelayAuthEdgePort",
            number(Some(settings.media_authentication_port)),
        ),
        (
            "MediaRelayAuthInternalTurnTcpPort",
            number(Some(settings.turn_internal_tcp_port)),
        ),
        (
            "MediaRelayAuthExternalTurnTcpPort",
            number(Some(settings.turn_external_tcp_port)),
        ),
        (
            "MediaRelayAuthInternalTurnUdpPort",
            number(Some(settings.turn_internal_udp_port)),
        ),
        (
            "MediaRelayAuthExternalTurnUdpPort",
            number(Some(settings.turn_external_udp_port)),
        ),
        (
            "MediaCommunicationPortStart",
            number(Some(settings.media_port_start)),
        ),
        (
            "MediaCommunicationPortCount",
            number(Some(settings.media_port_count)),
        ),
        ("AccessEdgeExternalFqdn", text(access.clone())),
        ("DataEdgeExternalFqdn", or_access(&settings.web_conferencing_fqdn)),
        ("AVEdgeExternalFqdn", or_access(&settings.audio_video_fqdn)),
        ("InternalInterfaceFqdn", text(pool.fqdn.as_str())),
        ("ExternalMrasFqdn", or_access(&settings.audio_video_fqdn)),
    ]
}

fn trusted_application(pool: &Pool, needed: &dyn Fn(Role) -> Value) -> Properties {
    let Some(settings) = pool.trusted_application() else {
        return Vec::new();
    };
    vec![
        ("Registrar", needed(Role::Registrar)),
        ("FileStore", needed(Role::FileStore)),
        ("ThrottleAsServer", Value::Bool(settings.throttle_as_server)),
        (
            "TreatAsAuthenticated",
            Value::Bool(settings.treat_as_authenticated),
        ),
        ("OutboundOnly", Value::Bool(settings.outbound_only)),
        ("RequiresReplication", Value::Bool(settings.requires_replication)),
        ("AudioPortStart", number(Some(settings.audio_port_start))),
        ("AudioPortCount", number(Some(settings.audio_port_count))),
        (
            "AppSharingPortStart",
            number(Some(settings.application_sharing_port_start)),
        ),
        (
            "AppSharingPortCount",
            number(Some(settings.application_sharing_port_count)),
        ),
        ("VideoPortStart", number(Some(settings.video_port_start))),
        ("VideoPortCount", number(Some(settings.video_port_count))),
        (
            "Applications",
            array(
                pool.applications
                    .iter()
                    .map(|application| text(application.id.clone()))
                    .collect(),
            ),
        ),
    ]
}

fn of_peer(topology: &Topology, service: &Service<'_>) -> Properties {
    match service.id.role {
        Role::PstnGateway => {
            let Some((_, gateway)) = topology
                .gateways()
                .find(|(_, gateway)| gateway.host == service.id.host)
            else {
                return Vec::new();
            };
            let port = |transport| {
                gateway
                    .trunks
                    .iter()
                    .find(|trunk| trunk.transport == transport)
                    .map(plenum_topology::model::Trunk::gateway_port)
            };
            vec![
                (
                    "MediationServer",
                    text_array(service.depends_on.iter().map(ToString::to_string)),
                ),
                ("SipServerTcpPort", number(port(Transport::Tcp))),
                ("SipServerTlsPort", number(port(Transport::Tls))),
                (
                    "RepresentativeMediaIP",
                    optional_text(gateway.alternate_media_address.map(|address| address.to_string())),
                ),
            ]
        }
        Role::VideoGateway => vec![(
            "VideoInteropServer",
            text_array(service.depends_on.iter().map(ToString::to_string)),
        )],
        Role::FileStore => {
            let all = topology.sites.iter().flat_map(|site| &site.file_stores);
            let of_host = all.filter(|store| {
                plenum_topology::identity::Host::Name(store.share.server.clone()) == service.id.host
            });
            let shares: Vec<String> = of_host.map(|store| store.share.share.clone()).collect();
            vec![
                ("ShareName", text(shares.join(", "))),
                (
                    "UncPath",
                    text_array(
                        shares
                            .iter()
                            .map(|share| format!("\\\\{}\\{share}", service.id.host)),
                    ),
                ),
            ]
        }
        Role::WacService => {
            let office = topology
                .sites
                .iter()
                .flat_map(|site| &site.office_web_apps)
                .find(|office| Some(&office.fqdn) == service.id.host.fqdn());
            office.map_or_else(Vec::new, |office| {
                vec![
                    ("DiscoveryUrl", text(office.discovery_url())),
                    ("IsExternal", Value::Bool(office.external)),
                ]
            })
        }
        _ => {
            let servers = topology.sites.iter().flat_map(|site| &site.sql_servers);
            let names = servers
                .filter(|server| Some(&server.fqdn) == service.id.host.fqdn())
                .flat_map(plenum_topology::model::SqlServer::instance_names);
            vec![(
                "SqlInstanceName",
                text(
                    names
                        .filter_map(|name| name.instance)
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
            )]
        }
    }
}
