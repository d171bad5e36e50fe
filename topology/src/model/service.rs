//! Settings of the services, with the product's default ports (DOMAIN 1.8, and the ports of a published topology).
//!
//! A port that may be left out is a listener that exists only when it is set. The UDP, plain TCP and WebSocket
//! listeners of the registrar are Plenum's own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Interval;
use crate::identity::Fqdn;
use plenum_schema::TimeSpan;

macro_rules! service_settings {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl Default for $name {
            fn default() -> Self {
                $name { $($field: $default,)* }
            }
        }
    )*};
}

service_settings! {
    /// Services of a pool that have settings of their own.
    Services {
        /// Signs users in and routes their traffic.
        registrar: Option<RegistrarService> = None,
        /// Keeps users' contacts, presence and conference data.
        user_services: Option<UserService> = None,
        /// Runs conferences.
        conferencing: Option<ConferencingService> = None,
        /// Web services.
        web: Option<WebService> = None,
        /// Server applications.
        applications: Option<ApplicationService> = None,
        /// Connects calls to gateways. On a Front End pool it runs when this is given, `{}` at least.
        mediation: Option<MediationService> = None,
        /// Connects the deployment to the outside.
        edge: Option<EdgeService> = None,
        /// Persistent chat.
        persistent_chat: Option<PersistentChatService> = None,
        /// What a Trusted Application pool may do.
        trusted_application: Option<TrustedApplicationService> = None,
        /// Connects video room systems.
        video_interop: Option<VideoInteropService> = None,
    }

    /// The registrar.
    RegistrarService {
        /// SIP over TLS: clients, servers, Mediation Servers.
        tls_port: u16 = 5061,
        /// SIP over TCP without encryption.
        tcp_port: Option<u16> = None,
        /// SIP over UDP.
        udp_port: Option<u16> = None,
        /// SIP over WebSocket (RFC 7118) without encryption.
        web_socket_port: Option<u16> = None,
        /// SIP over WebSocket with TLS.
        web_socket_tls_port: Option<u16> = None,
        /// Requests between the focus and its conferencing servers.
        focus_port: u16 = 444,
        /// Whether users move to the backup pool by themselves when this pool fails.
        enable_automatic_failover: bool = true,
        /// How long the pool must be unreachable before it counts as failed.
        failure_detection_interval: Interval = Interval(TimeSpan::minutes(5)),
        /// How long the pool must be back before users return.
        failback_detection_interval: Interval = Interval(TimeSpan::minutes(10)),
        /// How often calls prove that they still stand, in seconds (RFC 4028): put into calls that say nothing of it, and
        /// in place of a longer time. Left out: as the phones agree.
        session_interval: Option<u32> = None,
        /// The shortest such time that a phone may ask for, in seconds: at least 90.
        minimum_session_interval: u32 = 90,
        /// Whether a call or message that a phone of a user redirects to another user of the deployment is sent there.
        /// Left out: the sender is told where to.
        follow_redirections: bool = false,
        /// Whether a phone that is called back over TLS at the address of its Contact must show a certificate of the
        /// deployment's authority. `false` encrypts without knowing to whom, for phones with certificates of their own;
        /// what is reached by a name, and `sips:`, is always checked.
        check_phone_certificates: bool = true,
        /// Whether clients are offered to sign the bodies of their requests with their password (Digest `auth-int`).
        /// Some phones misread an offer of two.
        offer_auth_int: bool = false,
        /// How many connections one address may hold with a computer. A site behind one address translator is one address.
        connections_per_address: u32 = 10_000,
        /// After how many seconds without a byte a connection is closed. Phones send something every two minutes.
        idle_timeout: u32 = 900,
        /// How many seconds the TLS or WebSocket handshake of a connection may take.
        handshake_timeout: u32 = 10,
    }

    /// User services.
    UserService {
        /// Requests to the factory of conferencing servers.
        mcu_factory_port: u16 = 444,
        /// Management of dial-in PINs.
        pin_management_port: u16 = 443,
        /// Management of conference directories.
        conference_directory_port: u16 = 9001,
    }

    /// The conferencing servers.
    ConferencingService {
        /// SIP of the IM conferencing server.
        im_port: u16 = 5062,
        /// SIP of the A/V conferencing server.
        audio_video_port: u16 = 5063,
        /// Data of the Web Conferencing server.
        web_conferencing_port: u16 = 8057,
        /// SIP of the application sharing server.
        application_sharing_port: u16 = 5065,
        /// Whether conferences have audio and video.
        audio_video: bool = true,
        /// The first media port for audio.
        audio_port_start: u16 = 49152,
        /// How many media ports for audio.
        audio_port_count: u16 = 8348,
        /// The first media port for video.
        video_port_start: u16 = 57501,
        /// How many media ports for video.
        video_port_count: u16 = 8034,
        /// The first media port for application sharing.
        application_sharing_port_start: u16 = 49152,
        /// How many media ports for application sharing.
        application_sharing_port_count: u16 = 16383,
    }

    /// Web services.
    WebService {
        /// The name that clients inside use. Left out: the pool's.
        internal_fqdn: Option<Fqdn> = None,
        /// The name that clients outside use. Left out: the pool's.
        external_fqdn: Option<Fqdn> = None,
        /// HTTP for clients inside.
        http_port: u16 = 80,
        /// HTTPS for clients inside.
        https_port: u16 = 443,
        /// HTTP for clients outside, as the reverse proxy sends it here.
        external_http_port: u16 = 8080,
        /// HTTPS for clients outside, as the reverse proxy sends it here.
        external_https_port: u16 = 4443,
        /// The HTTP port that the reverse proxy shows.
        published_external_http_port: u16 = 80,
        /// The HTTPS port that the reverse proxy shows.
        published_external_https_port: u16 = 443,
        /// Web Conferencing data of browsers inside.
        reach_primary_psom_port: u16 = 8060,
        /// Web Conferencing data of browsers outside.
        reach_external_psom_port: u16 = 8061,
        /// SIP of the mobility service for clients inside.
        mobility_internal_port: u16 = 5086,
        /// SIP of the mobility service for clients outside.
        mobility_external_port: u16 = 5087,
        /// SIP of the web API for clients inside.
        web_api_internal_port: u16 = 5088,
        /// SIP of the web API for clients outside.
        web_api_external_port: u16 = 5089,
        /// SIP of the chat room pages for clients inside.
        chat_room_internal_port: u16 = 5095,
        /// SIP of the chat room pages for clients outside.
        chat_room_external_port: u16 = 5096,
        /// The first media port for application sharing.
        application_sharing_port_start: u16 = 49152,
        /// How many media ports for application sharing.
        application_sharing_port_count: u16 = 16383,
    }

    /// Server applications.
    ApplicationService {
        /// Call park. Left out by `null`: not run.
        call_park_port: Option<u16> = Some(5075),
        /// The audio test service. `null`: not run.
        audio_test_port: Option<u16> = Some(5076),
        /// Response groups. `null`: not run.
        response_group_port: Option<u16> = Some(5071),
        /// Match-making of response groups between servers.
        response_group_match_port: u16 = 8404,
        /// SIP of bandwidth management. `null`: not run.
        bandwidth_policy_port: Option<u16> = Some(5080),
        /// Bandwidth checks of media relays.
        bandwidth_check_port: u16 = 448,
        /// The telephony server behind dial-in conferencing.
        telephony_conferencing_port: Option<u16> = None,
        /// The conferencing attendant.
        conferencing_attendant_port: Option<u16> = None,
        /// The conferencing announcement service.
        conferencing_announcement_port: Option<u16> = None,
        /// The first media port for audio.
        audio_port_start: u16 = 49152,
        /// How many media ports for audio.
        audio_port_count: u16 = 8348,
    }

    /// Mediation Server.
    MediationService {
        /// SIP from the registrar.
        port: u16 = 5070,
        /// SIP over TLS from gateways.
        tls_port: u16 = 5067,
        /// SIP over TCP from gateways; off unless set (the product's range is 5068).
        tcp_port: Option<u16> = None,
        /// The first media port.
        audio_port_start: u16 = 49152,
        /// How many media ports.
        audio_port_count: u16 = 8348,
    }

    /// The three Edge services.
    EdgeService {
        /// The name of the Access Edge outside. Left out: the pool's.
        access_fqdn: Option<Fqdn> = None,
        /// The name of the Web Conferencing Edge outside. Left out: as the Access Edge.
        web_conferencing_fqdn: Option<Fqdn> = None,
        /// The name of the A/V Edge outside. Left out: as the Access Edge.
        audio_video_fqdn: Option<Fqdn> = None,
        /// SIP from inside.
        internal_sip_port: u16 = 5061,
        /// SIP with partners.
        federation_port: u16 = 5061,
        /// SIP of clients outside.
        client_port: u16 = 5061,
        /// Web Conferencing data from inside.
        web_conferencing_internal_port: u16 = 8057,
        /// Web Conferencing data of clients outside.
        web_conferencing_client_port: u16 = 444,
        /// Tokens for the media relay.
        media_authentication_port: u16 = 5062,
        /// Media relay over TCP from inside.
        turn_internal_tcp_port: u16 = 443,
        /// Media relay over TCP from outside.
        turn_external_tcp_port: u16 = 443,
        /// Media relay over UDP from inside.
        turn_internal_udp_port: u16 = 3478,
        /// Media relay over UDP from outside.
        turn_external_udp_port: u16 = 3478,
        /// The first port that the relay gives out.
        media_port_start: u16 = 50000,
        /// How many ports the relay gives out.
        media_port_count: u16 = 10000,
        /// Whether addresses outside are translated (NAT).
        nat: bool = false,
        /// Whether an XMPP proxy runs.
        xmpp: bool = false,
        /// XMPP with partners.
        xmpp_port: u16 = 5269,
        /// XMPP from the gateway inside.
        xmpp_internal_port: u16 = 23456,
        /// Replication of the configuration.
        replication_port: u16 = 4443,
    }

    /// Persistent chat.
    PersistentChatService {
        /// SIP.
        sip_port: u16 = 5041,
        /// Messages between chat servers.
        wcf_port: u16 = 8011,
        /// File transfer.
        file_transfer_port: u16 = 443,
        /// The computers that run rooms; the others stand by. Left out: the first four.
        active_computers: Vec<Fqdn> = Vec::new(),
    }

    /// What a Trusted Application pool may do.
    TrustedApplicationService {
        /// Whether it only makes connections.
        outbound_only: bool = false,
        /// Whether its computers get a copy of the configuration.
        requires_replication: bool = true,
        /// Whether the limits of a server apply to it, not those of a client.
        throttle_as_server: bool = true,
        /// Whether its requests need no authentication.
        treat_as_authenticated: bool = true,
        /// The first media port for audio; with a count of 0 there are none.
        audio_port_start: u16 = 0,
        /// How many media ports for audio.
        audio_port_count: u16 = 0,
        /// The first media port for video.
        video_port_start: u16 = 0,
        /// How many media ports for video.
        video_port_count: u16 = 0,
        /// The first media port for application sharing.
        application_sharing_port_start: u16 = 0,
        /// How many media ports for application sharing.
        application_sharing_port_count: u16 = 0,
    }

    /// Video Interop Server.
    VideoInteropService {
        /// SIP over TLS from the registrar.
        registrar_port: u16 = 5061,
        /// SIP over TLS from video gateways.
        tls_port: u16 = 6001,
        /// SIP over TCP from video gateways; off unless set.
        tcp_port: Option<u16> = None,
        /// The first media port for audio.
        audio_port_start: u16 = 49152,
        /// How many media ports for audio.
        audio_port_count: u16 = 8348,
        /// The first media port for video.
        video_port_start: u16 = 57501,
        /// How many media ports for video.
        video_port_count: u16 = 8034,
    }
}
