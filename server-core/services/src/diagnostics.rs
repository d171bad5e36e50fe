//! One table from reasons to SIP status and `ms-diagnostics`.
//!
//! Header form ([MS-OCER] §2.1): `ms-diagnostics: <id>;source="<fqdn>";reason="<text>"`, on responses only. Ids below
//! 30000 are the product's, where it has one for the reason; 60000 and above are ours, for reasons that it does not
//! tell apart.

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The request lacks something that its method needs, or contradicts itself.
    Malformed,
    /// The service that would answer is stopped.
    ServiceStopped,
    /// The service is being stopped and takes nothing new.
    Draining,
    /// The directory, the key store or DNS does not answer.
    BackendUnavailable,
    /// The pool holds as many users as CsRegistrarConfiguration's MaxUserCount allows, or is failed over.
    RegistrarFull,
    /// CsRegistrarConfiguration's PoolState is not Active.
    PoolNotActive,
    /// A table with a bound is full.
    Overloaded,
    /// Too many wrong passwords.
    LockedOut,
    /// The credentials are of another user than From (or To, of a REGISTER) says.
    CredentialMismatch,
    /// No user has this address.
    NoSuchUser,
    /// The user's account is not enabled.
    UserNotEnabled,
    /// The user's home pool is not part of the topology.
    NotHomed,
    /// The user lives on another pool.
    HomedElsewhere,
    /// The user has no endpoint that could take the request.
    NotSignedIn,
    /// RFC 3841: the user has endpoints, and none that the caller wants.
    NotPreferred,
    /// An endpoint was asked and did not answer in time.
    NoAnswer,
    /// The user's endpoints cannot be reached.
    EndpointUnreachable,
    /// The host of the request is neither a domain of this deployment nor reachable by federation.
    DomainNotRoutable,
    /// The sender's or recipient's domain is blocked (CsBlockedDomain).
    DomainBlocked,
    /// Federation is switched off for the deployment (CsAccessEdgeConfiguration).
    FederationDisabled,
    /// The user may not talk to federated domains (CsExternalAccessPolicy).
    FederationNotGranted,
    /// The domain is open to the user, but routing to other domains is not built.
    FederationNotBuilt,
    /// The number is nobody's here, and the caller's voice policy has no PSTN usage.
    NoUsages,
    /// The number is nobody's here, and there is no route to the telephone network.
    NoRoute,
    /// Forwarding without authentication to a foreign domain.
    RelayDenied,
    /// The route set names a place that we do not know or whose flow is gone.
    StaleRoute,
    /// The next hop could not be reached.
    NextHopUnreachable,
    /// RFC 3261 §16.3: Max-Forwards reached zero.
    TooManyHops,
    /// RFC 3261 §16.3, RFC 5393: the request came back unchanged.
    LoopDetected,
    /// RFC 3261 §8.2.2.2: the same request came on two ways.
    Merged,
    /// Sign-in from outside is switched off for the deployment or for the user.
    RemoteAccessNotGranted,
    /// The offer cannot be read, or there is none, and a policy depends on what is offered.
    OfferNeeded,
    /// The user's account has audio and video disabled (`Set-CsUser -AudioVideoDisabled`).
    AudioVideoDisabled,
    /// The recipient's account has audio and video disabled.
    PeerAudioVideoDisabled,
    /// CsConferencingPolicy's EnableP2PVideo is false for the user.
    VideoNotAllowed,
    /// CsConferencingPolicy's EnableP2PVideo is false for the other user.
    PeerVideoNotAllowed,
    /// CsConferencingPolicy's EnableP2PFileTransfer is false for the user.
    FileTransferNotAllowed,
    /// CsConferencingPolicy's EnableP2PFileTransfer is false for the other user.
    PeerFileTransferNotAllowed,
    /// CsFileTransferFilterConfiguration refuses the file.
    FileFiltered,
    /// CsConferencingPolicy's EnableAppDesktopSharing is None for the user.
    SharingNotAllowed,
    /// CsVoicePolicy's EnableCallTransfer is false for the user.
    TransferNotAllowed,
    /// CsVoicePolicy's AllowCallForwarding is false for the user who answered with a redirection.
    ForwardingNotAllowed,
    /// The watcher has as many subscriptions as CsPresencePolicy's MaxCategorySubscription allows.
    TooManySubscriptions,
    /// The presentity has as many publications as one user may have.
    TooManyPublications,
    /// Only the user may publish for the user.
    NotYourPresence,
    /// Only the user's own clients are told the user's settings.
    NotYourSettings,
    /// Only the user's own clients are told of the user's calls.
    NotYourDialogs,
    /// The list of provisioning groups cannot be read.
    BadProvisioningRequest,
    /// The presence document is not well-formed PIDF, or declares a DOCTYPE.
    BadPresenceDocument,
    /// The body is larger than the service takes.
    BodyTooLarge,
    /// The content type is not one that the method takes.
    WrongContentType,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The SIP status.
    pub status: u16,
    /// Its reason phrase.
    pub phrase: &'static str,
    /// The `ms-diagnostics` id.
    pub code: u32,
    /// The `ms-diagnostics` reason.
    pub text: &'static str,
    /// Seconds for Retry-After; 0 sends none.
    pub retry_after: u32,
}

const fn line(status: u16, phrase: &'static str, code: u32, text: &'static str) -> Diagnosis {
    Diagnosis {
        status,
        phrase,
        code,
        text,
        retry_after: 0,
    }
}

const fn later(seconds: u32, code: u32, text: &'static str) -> Diagnosis {
    Diagnosis {
        status: 503,
        phrase: "Service Unavailable",
        code,
        text,
        retry_after: seconds,
    }
}

impl Reason {
    /// What goes on the wire for this reason.
    pub const fn diagnosis(self) -> Diagnosis {
        match self {
            Self::Malformed => line(400, "Bad Request", 60000, "The request is malformed"),
            Self::ServiceStopped => later(30, 1, "The service is stopped"),
            Self::Draining => later(30, 1, "The service is being stopped and takes no new sessions"),
            Self::BackendUnavailable => later(5, 1007, "Temporarily cannot look up the user"),
            Self::RegistrarFull => later(60, 13011, "The registrar holds as many users as it may"),
            Self::PoolNotActive => later(30, 1, "The pool is not active"),
            Self::Overloaded => later(10, 13011, "The server is overloaded"),
            Self::LockedOut => line(
                403,
                "Forbidden",
                1000,
                "Too many failed attempts to authenticate; try again later",
            ),
            Self::CredentialMismatch => line(
                403,
                "Forbidden",
                4004,
                "Credentials provided do not match the user that the request is from",
            ),
            Self::NoSuchUser => line(404, "Not Found", 1003, "User does not exist"),
            Self::UserNotEnabled => line(403, "Forbidden", 4005, "The user is not enabled for SIP"),
            Self::NotHomed => line(
                403,
                "Forbidden",
                4006,
                "The user's home pool is not part of the topology",
            ),
            Self::HomedElsewhere => line(
                301,
                "Moved Permanently",
                4006,
                "The user is homed on another pool",
            ),
            Self::NotSignedIn => line(480, "Temporarily Unavailable", 13004, "The user is not signed in"),
            Self::NotPreferred => line(
                480,
                "Temporarily Unavailable",
                60015,
                "None of the user's endpoints is one that the caller prefers",
            ),
            Self::NoAnswer => line(
                480,
                "Temporarily Unavailable",
                13004,
                "The user's endpoints do not answer",
            ),
            Self::EndpointUnreachable => line(
                480,
                "Temporarily Unavailable",
                1006,
                "The user's endpoints cannot be reached",
            ),
            Self::DomainNotRoutable => {
                line(504, "Server Time-out", 1005, "Cannot route to destination domain")
            }
            Self::DomainBlocked => line(403, "Forbidden", 60010, "The domain is blocked"),
            Self::FederationDisabled => line(
                403,
                "Forbidden",
                1012,
                "Communication with other domains is disabled",
            ),
            Self::FederationNotGranted => line(
                403,
                "Forbidden",
                1002,
                "The user is not allowed to communicate with federated domains",
            ),
            Self::FederationNotBuilt => line(
                504,
                "Server Time-out",
                1005,
                "Routing to federated domains is not built in this version",
            ),
            Self::NoUsages => line(
                403,
                "Forbidden",
                12001,
                "The user's voice policy has no PSTN usages",
            ),
            Self::NoRoute => line(404, "Not Found", 12004, "No route to the number"),
            Self::RelayDenied => line(
                403,
                "Forbidden",
                60011,
                "This server does not relay for other domains",
            ),
            Self::StaleRoute => line(
                481,
                "Call/Transaction Does Not Exist",
                1004,
                "Route set is no longer valid",
            ),
            Self::NextHopUnreachable => line(504, "Server Time-out", 1007, "The next hop cannot be reached"),
            Self::TooManyHops => line(483, "Too Many Hops", 60012, "Max-Forwards is used up"),
            Self::Merged => line(
                482,
                "Loop Detected",
                60014,
                "The same request came on another way as well",
            ),
            Self::LoopDetected => line(482, "Loop Detected", 60013, "The request has been here before"),
            Self::RemoteAccessNotGranted => line(
                403,
                "Forbidden",
                4003,
                "The user is not enabled for remote access",
            ),
            Self::OfferNeeded => line(
                488,
                "Not Acceptable Here",
                60029,
                "A policy applies to this call, so it must begin with a readable offer",
            ),
            Self::AudioVideoDisabled => line(
                403,
                "Forbidden",
                60020,
                "Audio and video are disabled for the user's account",
            ),
            Self::PeerAudioVideoDisabled => line(
                403,
                "Forbidden",
                60021,
                "Audio and video are disabled for the other user's account",
            ),
            Self::VideoNotAllowed => line(
                403,
                "Forbidden",
                60022,
                "The user's policy does not allow video calls",
            ),
            Self::PeerVideoNotAllowed => line(
                403,
                "Forbidden",
                60023,
                "The other user's policy does not allow video calls",
            ),
            Self::FileTransferNotAllowed => line(
                403,
                "Forbidden",
                60024,
                "The user's policy does not allow file transfer",
            ),
            Self::PeerFileTransferNotAllowed => line(
                403,
                "Forbidden",
                60025,
                "The other user's policy does not allow file transfer",
            ),
            Self::FileFiltered => line(
                403,
                "Forbidden",
                60040,
                "The file filter does not let the file pass",
            ),
            Self::SharingNotAllowed => line(
                403,
                "Forbidden",
                60026,
                "The user's policy does not allow application sharing",
            ),
            Self::TransferNotAllowed => line(
                403,
                "Forbidden",
                60027,
                "The user's policy does not allow call transfer",
            ),
            Self::ForwardingNotAllowed => line(
                480,
                "Temporarily Unavailable",
                60028,
                "The user's policy does not allow call forwarding",
            ),
            Self::TooManySubscriptions => line(
                403,
                "Forbidden",
                60030,
                "The user has as many subscriptions as the presence policy allows",
            ),
            Self::TooManyPublications => line(403, "Forbidden", 60031, "The user has too many publications"),
            Self::NotYourPresence => line(
                403,
                "Forbidden",
                4004,
                "Only the user may publish the user's presence",
            ),
            Self::NotYourSettings => line(
                403,
                "Forbidden",
                4004,
                "Only the user's own clients are told the user's settings",
            ),
            Self::NotYourDialogs => line(
                403,
                "Forbidden",
                4004,
                "Only the user's own clients are told of the user's calls",
            ),
            Self::BadProvisioningRequest => line(
                400,
                "Bad Request",
                60032,
                "The list of provisioning groups cannot be read",
            ),
            Self::BadPresenceDocument => {
                line(400, "Bad Request", 4001, "The presence document cannot be read")
            }
            Self::BodyTooLarge => line(413, "Request Entity Too Large", 4008, "The body is too large"),
            Self::WrongContentType => line(
                415,
                "Unsupported Media Type",
                4013,
                "The content type is not supported",
            ),
        }
    }

    /// The value of the `ms-diagnostics` header, with the FQDN of the computer that refuses.
    pub fn header(self, source: &str) -> String {
        let Diagnosis { code, text, .. } = self.diagnosis();
        format!("{code};source=\"{source}\";reason=\"{text}\"")
    }
}
