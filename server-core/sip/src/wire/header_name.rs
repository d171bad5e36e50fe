//! Header names: the ones that code asks for, found by one probe of a table that the compiler builds.

macro_rules! header_names {
    ($($variant:ident = $text:literal $(/ $compact:literal)?;)*) => {
        /// The name of a header. Names are compared without case (RFC 3261 §7.3.1); compact forms are the same name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum HeaderName {
            $(#[doc = concat!("`", $text, "`.")] $variant,)*
            /// A name that no code of this crate asks for; its bytes are kept.
            Other,
        }

        impl HeaderName {
            /// As it is written when this crate writes it; empty for [`HeaderName::Other`].
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* Self::Other => "" }
            }
        }

        const SPELLINGS: &[(&str, HeaderName)] =
            &[$(($text, HeaderName::$variant), $(($compact, HeaderName::$variant),)?)*];
    };
}

header_names! {
    Accept = "Accept";
    AcceptContact = "Accept-Contact" / "a";
    AcceptEncoding = "Accept-Encoding";
    AcceptLanguage = "Accept-Language";
    AlertInfo = "Alert-Info";
    Allow = "Allow";
    AllowEvents = "Allow-Events" / "u";
    AuthenticationInfo = "Authentication-Info";
    Authorization = "Authorization";
    CallId = "Call-ID" / "i";
    CallInfo = "Call-Info";
    Contact = "Contact" / "m";
    ContentDisposition = "Content-Disposition";
    ContentEncoding = "Content-Encoding" / "e";
    ContentLanguage = "Content-Language";
    ContentLength = "Content-Length" / "l";
    ContentType = "Content-Type" / "c";
    CSeq = "CSeq";
    Date = "Date";
    Diversion = "Diversion";
    ErrorInfo = "Error-Info";
    Event = "Event" / "o";
    Expires = "Expires";
    FeatureCaps = "Feature-Caps";
    FlowTimer = "Flow-Timer";
    From = "From" / "f";
    Geolocation = "Geolocation";
    HistoryInfo = "History-Info";
    Identity = "Identity" / "y";
    IdentityInfo = "Identity-Info" / "n";
    InReplyTo = "In-Reply-To";
    InfoPackage = "Info-Package";
    Join = "Join";
    MaxBreadth = "Max-Breadth";
    MaxForwards = "Max-Forwards";
    MimeVersion = "MIME-Version";
    MinExpires = "Min-Expires";
    MinSe = "Min-SE";
    MsClientDiagnostics = "ms-client-diagnostics";
    MsDiagnostics = "ms-diagnostics";
    MsDiagnosticsPublic = "ms-diagnostics-public";
    Organization = "Organization";
    PAccessNetworkInfo = "P-Access-Network-Info";
    PAssertedIdentity = "P-Asserted-Identity";
    PAssociatedUri = "P-Associated-URI";
    PPreferredIdentity = "P-Preferred-Identity";
    Path = "Path";
    PermissionMissing = "Permission-Missing";
    Priority = "Priority";
    Privacy = "Privacy";
    ProxyAuthenticate = "Proxy-Authenticate";
    ProxyAuthenticationInfo = "Proxy-Authentication-Info";
    ProxyAuthorization = "Proxy-Authorization";
    ProxyRequire = "Proxy-Require";
    RAck = "RAck";
    RSeq = "RSeq";
    Reason = "Reason";
    RecordRoute = "Record-Route";
    ReferSub = "Refer-Sub";
    ReferTo = "Refer-To" / "r";
    ReferredBy = "Referred-By" / "b";
    RejectContact = "Reject-Contact" / "j";
    Replaces = "Replaces";
    ReplyTo = "Reply-To";
    RequestDisposition = "Request-Disposition" / "d";
    Require = "Require";
    ResourcePriority = "Resource-Priority";
    RetryAfter = "Retry-After";
    Route = "Route";
    Server = "Server";
    ServiceRoute = "Service-Route";
    SessionExpires = "Session-Expires" / "x";
    SipEtag = "SIP-ETag";
    SipIfMatch = "SIP-If-Match";
    Subject = "Subject" / "s";
    SubscriptionState = "Subscription-State";
    Supported = "Supported" / "k";
    Timestamp = "Timestamp";
    To = "To" / "t";
    Unsupported = "Unsupported";
    UserAgent = "User-Agent";
    Via = "Via" / "v";
    Warning = "Warning";
    WwwAuthenticate = "WWW-Authenticate";
}

const SLOTS: usize = 512;

const fn hash(name: &[u8]) -> usize {
    let length = name.len();
    let first = (name[0] | 0x20) as usize;
    let middle = (name[length / 2] | 0x20) as usize;
    let last = (name[length - 1] | 0x20) as usize;
    (length.wrapping_mul(67) ^ first.wrapping_mul(13) ^ middle.wrapping_mul(29) ^ last.wrapping_mul(5))
        % SLOTS
}

/// Index into SPELLINGS plus one, by hash, with linear probing.
const fn build() -> [u8; SLOTS] {
    let mut table = [0u8; SLOTS];
    let mut index = 0;
    while index < SPELLINGS.len() {
        let mut slot = hash(SPELLINGS[index].0.as_bytes());
        while table[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = index as u8 + 1;
        index += 1;
    }
    table
}

static TABLE: [u8; SLOTS] = build();

impl HeaderName {
    /// The header that these bytes name, long or compact, in any case.
    #[inline]
    pub fn from_bytes(name: &[u8]) -> Self {
        if name.is_empty() {
            return Self::Other;
        }
        let mut slot = hash(name);
        while let Some(index) = (TABLE[slot] as usize).checked_sub(1) {
            let (text, header) = SPELLINGS[index];
            // Most senders write names as the RFCs do.
            if text.as_bytes() == name || text.as_bytes().eq_ignore_ascii_case(name) {
                return header;
            }
            slot = (slot + 1) % SLOTS;
        }
        Self::Other
    }

    /// Whether a message may carry it once only, so that a second one makes the message ambiguous (RFC 4475 §3.3.8).
    pub const fn is_single(self) -> bool {
        matches!(
            self,
            Self::CallId
                | Self::ContentLength
                | Self::ContentType
                | Self::CSeq
                | Self::Date
                | Self::Event
                | Self::Expires
                | Self::From
                | Self::MaxForwards
                | Self::MinExpires
                | Self::MinSe
                | Self::ReferTo
                | Self::Replaces
                | Self::RetryAfter
                | Self::SessionExpires
                | Self::SipEtag
                | Self::SipIfMatch
                | Self::SubscriptionState
                | Self::To
        )
    }

    pub(crate) const fn bit(self) -> u128 {
        1 << (self as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found_in_any_case() {
        for (text, header) in SPELLINGS {
            assert_eq!(
                HeaderName::from_bytes(text.to_ascii_uppercase().as_bytes()),
                *header,
                "{text}"
            );
            assert_eq!(
                HeaderName::from_bytes(text.to_ascii_lowercase().as_bytes()),
                *header,
                "{text}"
            );
        }
        assert_eq!(HeaderName::from_bytes(b"X-Unheard-Of"), HeaderName::Other);
        assert!((HeaderName::Other as u8) < 128, "the presence mask has 128 bits");
    }

    #[test]
    fn probing_stays_short() {
        let longest = SPELLINGS.iter().map(|(text, _)| {
            let mut slot = hash(text.as_bytes());
            let mut steps = 1;
            while SPELLINGS[TABLE[slot] as usize - 1].0 != *text {
                slot = (slot + 1) % SLOTS;
                steps += 1;
            }
            steps
        });
        assert!(longest.max().is_some_and(|steps| steps <= 4));
    }
}
