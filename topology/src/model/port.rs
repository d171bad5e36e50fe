//! The ports of each service, as a table: which setting holds the number, and what a published topology calls it.
//!
//! Owner, usage, side, protocol and URL path together name a port in the vendor's document; the table is used both
//! ways, to write that document and to read it, and it is what a server listens on and what conflicts are looked for
//! in (rule V13).

use super::{
    ApplicationService, ConferencingService, EdgeService, MediationService, PersistentChatService,
    RegistrarService, TrustedApplicationService, UserService, VideoInteropService, WebService,
};

/// Which of a computer's interfaces a port is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The only one, or that for everything not named otherwise.
    Primary,
    /// An Edge Server's inside.
    Internal,
    /// An Edge Server's outside, or where the reverse proxy reaches web services.
    External,
    /// Towards gateways.
    Pstn,
}

impl Side {
    /// As a published topology writes it.
    pub fn name(self) -> &'static str {
        match self {
            Side::Primary => "Primary",
            Side::Internal => "Internal",
            Side::External => "External",
            Side::Pstn => "Pstn",
        }
    }
}

/// What is spoken on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TLS with certificates on both sides.
    Mtls,
    /// TLS.
    Tls,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Both, for media.
    TcpOrUdp,
    /// HTTP.
    Http,
    /// HTTPS.
    Https,
    /// WebSocket.
    WebSocket,
    /// WebSocket with TLS.
    WebSocketTls,
}

impl Protocol {
    /// As a published topology writes it; the WebSocket ones are Plenum's.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Mtls => "Mtls",
            Protocol::Tls => "Tls",
            Protocol::Tcp => "Tcp",
            Protocol::Udp => "Udp",
            Protocol::TcpOrUdp => "TcpOrUdp",
            Protocol::Http => "Http",
            Protocol::Https => "Https",
            Protocol::WebSocket => "Ws",
            Protocol::WebSocketTls => "Wss",
        }
    }

    /// Whether it uses TCP.
    pub fn uses_tcp(self) -> bool {
        self != Protocol::Udp
    }

    /// Whether it uses UDP.
    pub fn uses_udp(self) -> bool {
        matches!(self, Protocol::Udp | Protocol::TcpOrUdp)
    }
}

/// A row of the table for the settings type `T`.
pub struct PortRow<T> {
    /// The key of the setting, e.g. `tlsPort`; empty for a fixed port.
    pub setting: &'static str,
    /// The component, e.g. `urn:component:Registrar`.
    pub owner: &'static str,
    /// What it does there, e.g. `SipServer`.
    pub usage: &'static str,
    /// The interface.
    pub side: Side,
    /// What is spoken.
    pub protocol: Protocol,
    /// The URL path, `/` where there is none.
    pub path: &'static str,
    /// The kind of GRUU that trusted peers are given for it; empty for none.
    pub gruu: &'static str,
    /// Reads the number; `None` when the service does not listen there.
    pub get: fn(&T) -> Option<u16>,
    /// Sets the number.
    pub set: fn(&mut T, Option<u16>),
    /// How many ports from there on; `None` for one.
    pub count: Option<Count<T>>,
}

/// Reading and setting the size of a port range.
pub struct Count<T> {
    /// Reads it.
    pub get: fn(&T) -> u16,
    /// Sets it.
    pub set: fn(&mut T, u16),
}

/// A settings type with ports.
pub trait HasPorts: Default + 'static {
    /// Its rows.
    const PORTS: &'static [PortRow<Self>];

    /// The ports in use with these settings.
    fn ports(&self) -> Vec<Port> {
        Self::PORTS.iter().filter_map(|row| row.port(self)).collect()
    }
}

impl<T> PortRow<T> {
    fn port(&self, settings: &T) -> Option<Port> {
        let number = (self.get)(settings)?;
        let count = self.count.as_ref().map(|count| (count.get)(settings));
        if count == Some(0) {
            return None;
        }
        Some(Port {
            setting: self.setting,
            owner: self.owner.into(),
            usage: self.usage,
            side: self.side,
            protocol: self.protocol,
            path: self.path,
            gruu: self.gruu.into(),
            number,
            count,
        })
    }
}

/// A port that a service uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// The key of the setting that holds the number; empty for a fixed port.
    pub setting: &'static str,
    /// The component, e.g. `urn:component:Registrar`.
    pub owner: std::borrow::Cow<'static, str>,
    /// What it does there, e.g. `SipServer`.
    pub usage: &'static str,
    /// The interface.
    pub side: Side,
    /// What is spoken.
    pub protocol: Protocol,
    /// The URL path.
    pub path: &'static str,
    /// The kind of GRUU; empty for none.
    pub gruu: std::borrow::Cow<'static, str>,
    /// The number, or the first of a range.
    pub number: u16,
    /// How many, for a range.
    pub count: Option<u16>,
}

impl Port {
    /// The first and last number.
    pub fn range(&self) -> (u32, u32) {
        let first = u32::from(self.number);
        (first, first + u32::from(self.count.unwrap_or(1)).max(1) - 1)
    }
}

/// Reading and setting of a port field, which is `u16` where the port always exists and `Option<u16>` elsewhere.
trait Number {
    fn read(&self) -> Option<u16>;
    fn write(&mut self, number: Option<u16>);
}

impl Number for u16 {
    fn read(&self) -> Option<u16> {
        Some(*self)
    }
    fn write(&mut self, number: Option<u16>) {
        if let Some(number) = number {
            *self = number;
        }
    }
}

impl Number for Option<u16> {
    fn read(&self) -> Option<u16> {
        *self
    }
    fn write(&mut self, number: Option<u16>) {
        *self = number;
    }
}

/// The rows of a settings type. `[field…]` names the setting, `[#number]` a fixed port, `[field..count]` a range.
macro_rules! ports {
    ($type:ident { $([$($what:tt)*] $owner:literal $usage:ident $side:ident $protocol:ident $path:literal $gruu:literal;)* }) => {
        impl HasPorts for $type {
            const PORTS: &'static [PortRow<Self>] = &[$(ports!(@row $type [$($what)*] (
                concat!("urn:", $owner), stringify!($usage), Side::$side, Protocol::$protocol, $path, $gruu
            )),)*];
        }
    };
    (@row $type:ident [# $number:literal] ($($rest:expr),*)) => {
        ports!(@build "", |_: &$type| Some($number), |_: &mut $type, _| {}, None, $($rest),*)
    };
    (@row $type:ident [$field:ident $key:literal] ($($rest:expr),*)) => {
        ports!(@build $key, |s: &$type| s.$field.read(), |s: &mut $type, n| s.$field.write(n), None, $($rest),*)
    };
    (@row $type:ident [$field:ident $key:literal if $switch:ident] ($($rest:expr),*)) => {
        ports!(@build $key, |s: &$type| s.$switch.then_some(s.$field),
            |s: &mut $type, n| { s.$switch = n.is_some(); s.$field.write(n); }, None, $($rest),*)
    };
    (@row $type:ident [$field:ident .. $count:ident $key:literal] ($($rest:expr),*)) => {
        ports!(@build $key, |s: &$type| s.$field.read(), |s: &mut $type, n| s.$field.write(n),
            Some(Count { get: |s: &$type| s.$count, set: |s: &mut $type, n| s.$count = n }), $($rest),*)
    };
    (@build $key:expr, $get:expr, $set:expr, $count:expr, $owner:expr, $usage:expr, $side:expr, $protocol:expr,
     $path:expr, $gruu:expr) => {
        PortRow {
            setting: $key, owner: $owner, usage: $usage, side: $side, protocol: $protocol, path: $path, gruu: $gruu,
            get: $get, set: $set, count: $count,
        }
    };
}

ports! { RegistrarService {
    [tls_port "tlsPort"] "component:Registrar" SipServer Primary Mtls "/" "HomeServer";
    [tcp_port "tcpPort"] "component:Registrar" SipServer Primary Tcp "/" "";
    [udp_port "udpPort"] "component:Registrar" SipServer Primary Udp "/" "";
    [web_socket_port "webSocketPort"] "component:Registrar" SipServer Primary WebSocket "/" "";
    [web_socket_tls_port "webSocketTlsPort"] "component:Registrar" SipServer Primary WebSocketTls "/" "";
    [focus_port "focusPort"] "component:Registrar" WebServer Primary Mtls "/LiveServer/Focus/" "";
    [tls_port "tlsPort"] "component:QoE" SipServer Primary Mtls "/LiveServer/QoE/" "QoS";
} }

ports! { UserService {
    [mcu_factory_port "mcuFactoryPort"] "component:McuFactory" WebServer Primary Mtls "/LiveServer/McuFactory/" "";
    [pin_management_port "pinManagementPort"] "component:PresenceFocus" UserPinManagement Primary Https "/LiveServer/UserPinManagement/" "";
    [conference_directory_port "conferenceDirectoryPort"] "component:McuFactory" WcfServer Primary Tcp "/LiveServer/ConfDirMgmt/" "";
} }

ports! { ConferencingService {
    [im_port "imPort"] "component:IMConf" SipServer Primary Mtls "/" "chat";
    [# 444] "component:IMConf" WebServer Primary Mtls "/LiveServer/IMMcu/" "";
    [web_conferencing_port "webConferencingPort"] "component:DataConf" PsomClient Primary Tls "/" "";
    [audio_video_port "audioVideoPort" if audio_video] "component:AVConf" SipServer Primary Mtls "/" "audio-video";
    [application_sharing_port "applicationSharingPort"] "component:AppSharingConf" SipServer Primary Mtls "/" "applicationsharing";
    [# 444] "component:DataConf" WebServer Primary Mtls "/LiveServer/DataMcu/" "";
    [# 444] "component:AVConf" WebServer Primary Mtls "/LiveServer/AVMcu/" "";
    [# 444] "component:AppSharingConf" WebServer Primary Mtls "/LiveServer/ASMcu/" "";
    [audio_port_start .. audio_port_count "audioPortStart"] "component:MediaComp" AudioCommunication Primary TcpOrUdp "/" "";
    [video_port_start .. video_port_count "videoPortStart"] "component:MediaComp" VideoCommunication Primary TcpOrUdp "/" "";
    [application_sharing_port_start .. application_sharing_port_count "applicationSharingPortStart"] "component:MediaComp" AppSharingCommunication Primary TcpOrUdp "/" "";
} }

ports! { WebService {
    [external_http_port "externalHttpPort"] "component:OCSWebSite" WebSite External Http "/" "";
    [external_https_port "externalHttpsPort"] "component:OCSWebSite" WebSite External Https "/" "";
    [http_port "httpPort"] "component:OCSWebSite" WebSite Primary Http "/" "";
    [https_port "httpsPort"] "component:OCSWebSite" WebSite Primary Https "/" "";
    [reach_primary_psom_port "reachPrimaryPsomPort"] "component:Reach" PsomServer Primary Mtls "/" "";
    [reach_external_psom_port "reachExternalPsomPort"] "component:Reach" PsomServer External Mtls "/" "";
    [application_sharing_port_start .. application_sharing_port_count "applicationSharingPortStart"] "component:MediaComp" AppSharingCommunication Primary TcpOrUdp "/" "";
    [mobility_internal_port "mobilityInternalPort"] "component:McxService" SipServer Primary Mtls "/" "McxInternal";
    [mobility_external_port "mobilityExternalPort"] "component:McxServiceExternal" SipServer Primary Mtls "/" "McxExternal";
    [chat_room_internal_port "chatRoomInternalPort"] "component:PersistentChatWebManager" SipServer Primary Mtls "/" "PersistentChatRMWebInternal";
    [chat_room_external_port "chatRoomExternalPort"] "component:PersistentChatWebManagerExternal" SipServer Primary Mtls "/" "PersistentChatRMWebExternal";
    [web_api_internal_port "webApiInternalPort"] "component:UcwaService" SipServer Primary Mtls "/" "UcwaInternal";
    [web_api_external_port "webApiExternalPort"] "component:UcwaServiceExternal" SipServer Primary Mtls "/" "UcwaExternal";
} }

ports! { ApplicationService {
    [audio_test_port "audioTestPort"] "application:testbot" SipServer Primary Mtls "/" "Microsoft.Rtc.Applications.TestBot";
    [call_park_port "callParkPort"] "application:Cps" SipServer Primary Mtls "/" "Microsoft.Rtc.Applications.Cps";
    [response_group_port "responseGroupPort"] "application:RGS" SipServer Primary Mtls "/" "Microsoft.Rtc.Applications.Acd";
    [response_group_match_port "responseGroupMatchPort"] "application:RGS" WcfMtls Primary Mtls "/" "";
    [bandwidth_policy_port "bandwidthPolicyPort"] "application:PDP" SipServer Primary Mtls "/" "Microsoft.Rtc.Applications.PDP";
    [bandwidth_check_port "bandwidthCheckPort"] "application:PDP" TURNServer Primary Tcp "/" "";
    [telephony_conferencing_port "telephonyConferencingPort"] "application:TelephonyConf" SipServer Primary Mtls "/" "";
    [conferencing_attendant_port "conferencingAttendantPort"] "application:Caa" SipServer Primary Mtls "/" "Microsoft.Rtc.Applications.Caa";
    [conferencing_announcement_port "conferencingAnnouncementPort"] "application:Cas" SipServer Primary Mtls "/" "Microsoft.Rtc.Applications.Cas";
    [audio_port_start .. audio_port_count "audioPortStart"] "component:MediaComp" AudioCommunication Primary TcpOrUdp "/" "";
} }

ports! { MediationService {
    [port "port"] "component:Mediation" SipServer Primary Mtls "/" "MediationServer";
    [tls_port "tlsPort"] "component:Mediation" SipClient Pstn Tls "/" "";
    [tcp_port "tcpPort"] "component:Mediation" SipClient Pstn Tcp "/" "";
    [audio_port_start .. audio_port_count "audioPortStart"] "component:MediaComp" AudioCommunication Primary TcpOrUdp "/" "";
} }

ports! { EdgeService {
    [internal_sip_port "internalSipPort"] "component:AccessEdge" SipServer Internal Mtls "/" "";
    [client_port "clientPort"] "component:AccessEdge" SipClient External Tls "/" "";
    [web_conferencing_internal_port "webConferencingInternalPort"] "component:DataEdge" PsomServer Internal Mtls "/" "";
    [web_conferencing_client_port "webConferencingClientPort"] "component:DataEdge" PsomClient External Tls "/" "";
    [media_authentication_port "mediaAuthenticationPort"] "component:MediaRelayAuthenticationEdge" SipServer Internal Mtls "/" "MRAS";
    [turn_internal_tcp_port "turnInternalTcpPort"] "component:MediaRelayEdge" TURNServer Internal Tcp "/" "";
    [turn_external_tcp_port "turnExternalTcpPort"] "component:MediaRelayEdge" TURNServer External Tcp "/" "";
    [turn_internal_udp_port "turnInternalUdpPort"] "component:MediaRelayEdge" TURNServer Internal Udp "/" "";
    [turn_external_udp_port "turnExternalUdpPort"] "component:MediaRelayEdge" TURNServer External Udp "/" "";
    [media_port_start .. media_port_count "mediaPortStart"] "component:MediaRelayEdge" MediaCommunication External TcpOrUdp "/" "";
    [federation_port "federationPort"] "component:AccessEdge" SipServer External Mtls "/" "";
    [xmpp_port "xmppPort" if xmpp] "component:XmppFederationProxy" XmppServer External Tls "/" "";
    [xmpp_internal_port "xmppInternalPort" if xmpp] "component:XmppFederationProxy" XptServer Internal Mtls "/XmppFederation/" "";
} }

ports! { PersistentChatService {
    [sip_port "sipPort"] "component:PersistentChat" SipServer Primary Mtls "/" "PersistentChat";
    [wcf_port "wcfPort"] "component:PersistentChat" WcfMtls Primary Mtls "/" "";
    [file_transfer_port "fileTransferPort"] "component:PersistentChat" WebServer Primary Https "/" "";
} }

ports! { TrustedApplicationService {
    [audio_port_start .. audio_port_count "audioPortStart"] "component:MediaComp" AudioCommunication Primary TcpOrUdp "/" "";
    [video_port_start .. video_port_count "videoPortStart"] "component:MediaComp" VideoCommunication Primary TcpOrUdp "/" "";
    [application_sharing_port_start .. application_sharing_port_count "applicationSharingPortStart"] "component:MediaComp" AppSharingCommunication Primary TcpOrUdp "/" "";
} }

ports! { VideoInteropService {
    [registrar_port "registrarPort"] "component:VideoInterop" SipServer Primary Mtls "/" "VideoInteropServer";
    [tls_port "tlsPort"] "component:VideoInterop" SipClient Pstn Tls "/" "";
    [tcp_port "tcpPort"] "component:VideoInterop" SipClient Pstn Tcp "/" "";
    [audio_port_start .. audio_port_count "audioPortStart"] "component:MediaComp" AudioCommunication Primary TcpOrUdp "/" "";
    [video_port_start .. video_port_count "videoPortStart"] "component:MediaComp" VideoCommunication Primary TcpOrUdp "/" "";
} }
