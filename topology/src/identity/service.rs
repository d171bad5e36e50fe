//! Service identities: `Registrar:pool01.contoso.example`.

use std::fmt;

use super::{Host, IdentityError, is_text};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a service does, by the name that `Get-CsService` shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[$doc])* $name,)* }

        impl Role {
            /// Every role, in the order of `Get-CsService`.
            pub const ALL: &'static [Role] = &[$(Role::$name,)*];

            /// The name, e.g. `Registrar`.
            pub fn name(self) -> &'static str {
                match self { $(Role::$name => stringify!($name),)* }
            }
        }
    };
}

roles! {
    /// Signs users in and routes their SIP traffic; also what a Director and a branch appliance run.
    Registrar,
    /// Keeps users' contacts, presence and conference data.
    UserServer,
    /// Runs conferences.
    ConferencingServer,
    /// Web services: meeting pages, address book, autodiscovery.
    WebServer,
    /// Runs server applications (call park, response groups, announcements …).
    ApplicationServer,
    /// Connects calls to gateways.
    MediationServer,
    /// Connects the deployment to the outside.
    EdgeServer,
    /// Holds the topology and all settings.
    CentralManagement,
    /// Persistent chat.
    PersistentChatServer,
    /// Applications of other makers that the deployment trusts.
    ExternalServer,
    /// Connects video room systems.
    VideoInteropServer,
    /// A gateway, session border controller or telephone exchange.
    PstnGateway,
    /// A connection of a gateway with a Mediation Server.
    Trunk,
    /// A video gateway.
    VideoGateway,
    /// A connection of a video gateway with a Video Interop Server.
    VideoTrunk,
    /// Office Web Apps.
    WacService,
    /// A file share.
    FileStore,
    /// Database of users' data.
    UserDatabase,
    /// Database of the server applications.
    ApplicationDatabase,
    /// Database of archived messages.
    ArchivingDatabase,
    /// Database of call details and quality reports.
    MonitoringDatabase,
    /// Database of the topology and all settings.
    ManagementDatabase,
    /// Database of persistent chat.
    PersistentChatStore,
    /// Database of persistent chat's compliance records.
    PersistentChatComplianceStore,
}

impl Role {
    /// Reads a name without regard to case.
    pub fn parse(text: &str) -> Option<Role> {
        Self::ALL
            .iter()
            .copied()
            .find(|role| role.name().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A service of a pool, or a peer (`PstnGateway:192.168.0.242`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId {
    /// What it does.
    pub role: Role,
    /// The pool's FQDN, or a peer's name or address.
    pub host: Host,
}

impl ServiceId {
    /// A service of a pool.
    pub fn new(role: Role, host: impl Into<Host>) -> Self {
        ServiceId {
            role,
            host: host.into(),
        }
    }

    /// Reads `Role:host`, with or without `service:` before it.
    ///
    /// # Errors
    /// When the role is unknown or the host is neither a domain name nor an address.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let rest = match text.get(..8) {
            Some(prefix) if prefix.eq_ignore_ascii_case("service:") => &text[8..],
            _ => text,
        };
        let hint = "A service is named by its role and its pool, e.g. Registrar:pool01.contoso.example.";
        let wrong = |what: String| IdentityError::new(format!("'{text}' is not a service: {what}."), hint);
        let (role, host) = rest
            .split_once(':')
            .ok_or_else(|| wrong("it has no ':'".to_owned()))?;
        let role = Role::parse(role).ok_or_else(|| wrong(format!("there is no role '{role}'")))?;
        let host =
            Host::parse(host).map_err(|error| wrong(error.message.trim_end_matches('.').to_owned()))?;
        Ok(ServiceId { role, host })
    }

    /// The text in lower case, for comparison and look-up.
    pub fn key(&self) -> String {
        self.to_string().to_ascii_lowercase()
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.role, self.host)
    }
}

is_text!(ServiceId);
