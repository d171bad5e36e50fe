//! Typed reading of header values, when somebody asks.
//!
//! Mandatory headers answer `Result<T, HeaderError>`; optional ones `Result<Option<T>, HeaderError>`; where damage has
//! a harmless meaning, `Option<T>` alone.

use std::fmt;
use std::sync::OnceLock;

use smallvec::SmallVec;

use super::contact::{Contact, Contacts, MAX_CONTACTS};
use super::credentials::AuthValue;
use super::marks::{AddressMarks, Span, UriMarks, ViaMarks};
use super::message::{Headers, Request};
use super::name_addr::{NameAddr, split_list};
use super::uri::Uri;
use super::values::{
    self, CSeq, Event, MediaType, RAck, Replaces, SessionExpires, SubscriptionState, Warning,
};
use super::via::Via;
use super::{HeaderName, Method, chars, date};

/// A header that should be there or should be readable and is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderError {
    /// Which header.
    pub name: HeaderName,
    /// Whether it is missing; otherwise it is damaged.
    pub is_missing: bool,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}",
            if self.is_missing { "Missing" } else { "Malformed" },
            self.name.as_str()
        )
    }
}

impl std::error::Error for HeaderError {}

fn damaged(name: HeaderName) -> HeaderError {
    HeaderError {
        name,
        is_missing: false,
    }
}

impl Request {
    /// The Request-URI; `None` when it is none.
    pub fn uri(&self) -> Option<Uri<'_>> {
        let marks = self.read().uri.get_or_init(|| {
            let uri = Uri::parse(self.uri_bytes())?;
            Some(UriMarks::of(self, &uri))
        });
        marks.as_ref().map(|marks| marks.read(self))
    }
}

impl Headers {
    fn optional<'a, T>(
        &'a self,
        name: HeaderName,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<Option<T>, HeaderError> {
        self.get(name)
            .map(|raw| read(raw).ok_or(damaged(name)))
            .transpose()
    }

    fn mandatory<'a, T>(
        &'a self,
        name: HeaderName,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<T, HeaderError> {
        read(self.get(name).ok_or(HeaderError {
            name,
            is_missing: true,
        })?)
        .ok_or(damaged(name))
    }

    /// A mandatory header that many ask for: it is read once, and its marks are kept.
    fn once<'a, T>(
        &'a self,
        name: HeaderName,
        kept: &'a OnceLock<Option<T>>,
        read: impl FnOnce(&'a [u8]) -> Option<T>,
    ) -> Result<&'a T, HeaderError> {
        kept.get_or_init(|| self.get(name).and_then(read))
            .as_ref()
            .ok_or_else(|| HeaderError {
                name,
                is_missing: !self.has(name),
            })
    }

    fn address_once<'a>(
        &'a self,
        name: HeaderName,
        kept: &'a OnceLock<Option<AddressMarks>>,
    ) -> Result<NameAddr<'a>, HeaderError> {
        self.once(name, kept, |raw| {
            Some(AddressMarks::of(self, &NameAddr::parse(raw)?))
        })
        .map(|marks| marks.read(self))
    }

    /// Every value of a comma-separated header, over all its lines, in order. Empty values are skipped.
    pub fn list(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> + Clone {
        self.all(name)
            .flat_map(split_list)
            .filter(|value| !value.is_empty())
    }

    /// The tokens of a comma-separated header such as Supported, Require or Allow-Events; parameters are cut off.
    pub fn tokens(&self, name: HeaderName) -> impl Iterator<Item = &str> + Clone {
        self.list(name)
            .map(|value| value.split(|byte| *byte == b';').next().unwrap_or_default())
            .filter_map(|value| chars::text(chars::trim(value)))
    }

    /// Whether a token is in a comma-separated header, in any case.
    pub fn has_token(&self, name: HeaderName, token: &str) -> bool {
        self.tokens(name).any(|value| value.eq_ignore_ascii_case(token))
    }

    /// The top Via.
    pub fn via(&self) -> Result<Via<'_>, HeaderError> {
        self.once(HeaderName::Via, &self.read().via, |raw| {
            let via = Via::parse(split_list(raw).next()?)?;
            Some(ViaMarks::of(self, &via))
        })
        .map(|marks| marks.read(self))
    }

    /// Every Via, top first.
    pub fn vias(&self) -> impl Iterator<Item = Result<Via<'_>, HeaderError>> {
        self.list(HeaderName::Via)
            .map(|raw| Via::parse(raw).ok_or(damaged(HeaderName::Via)))
    }

    /// From.
    pub fn from(&self) -> Result<NameAddr<'_>, HeaderError> {
        self.address_once(HeaderName::From, &self.read().from)
    }

    /// To.
    pub fn to(&self) -> Result<NameAddr<'_>, HeaderError> {
        self.address_once(HeaderName::To, &self.read().to)
    }

    /// Call-ID.
    pub fn call_id(&self) -> Result<&str, HeaderError> {
        self.once(HeaderName::CallId, &self.read().call_id, |raw| {
            let whole = values::is_call_id(raw) && chars::text(raw).is_some();
            whole.then(|| Span::of(self, raw))
        })
        .map(|mark| mark.text(self))
    }

    /// CSeq.
    pub fn cseq(&self) -> Result<CSeq, HeaderError> {
        self.mandatory(HeaderName::CSeq, CSeq::parse)
    }

    /// Number and method of CSeq, without making a [`Method`].
    pub fn cseq_parts(&self) -> Result<(u32, &[u8]), HeaderError> {
        self.mandatory(HeaderName::CSeq, values::split_cseq)
    }

    /// Max-Forwards, 0 to 255.
    pub fn max_forwards(&self) -> Result<Option<u8>, HeaderError> {
        self.optional(HeaderName::MaxForwards, chars::number)
    }

    /// Expires in seconds; one that is too large counts as the largest, one that is no number as absent.
    pub fn expires(&self) -> Option<u32> {
        self.seconds(HeaderName::Expires)
    }

    /// Min-Expires in seconds.
    pub fn min_expires(&self) -> Option<u32> {
        self.seconds(HeaderName::MinExpires)
    }

    fn seconds(&self, name: HeaderName) -> Option<u32> {
        let raw = self.get(name)?;
        let digits = !raw.is_empty() && raw.iter().all(u8::is_ascii_digit);
        digits.then(|| chars::number(raw).unwrap_or(u32::MAX))
    }

    /// Contact: `*` or a list.
    pub fn contacts(&self) -> Result<Contacts<'_>, HeaderError> {
        let mut list = SmallVec::new();
        for raw in self.list(HeaderName::Contact) {
            if raw == b"*" {
                let alone = self.list(HeaderName::Contact).count() == 1;
                return if alone {
                    Ok(Contacts::All)
                } else {
                    Err(damaged(HeaderName::Contact))
                };
            }
            if list.len() == MAX_CONTACTS {
                return Err(damaged(HeaderName::Contact));
            }
            list.push(Contact::parse(raw).ok_or(damaged(HeaderName::Contact))?);
        }
        Ok(Contacts::List(list))
    }

    /// The first Contact value, which is the remote target of a dialog; `None` when absent, damaged or `*`.
    pub fn contact(&self) -> Option<Contact<'_>> {
        self.list(HeaderName::Contact).next().and_then(Contact::parse)
    }

    /// Every value of a header that lists name-addrs: Route, Record-Route, Path, Service-Route, P-Asserted-Identity …
    pub fn addresses(
        &self,
        name: HeaderName,
    ) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> + Clone {
        self.list(name)
            .map(move |raw| NameAddr::parse(raw).ok_or(damaged(name)))
    }

    /// Route, top first.
    pub fn routes(&self) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> + Clone {
        self.addresses(HeaderName::Route)
    }

    /// Record-Route, top first.
    pub fn record_routes(&self) -> impl Iterator<Item = Result<NameAddr<'_>, HeaderError>> + Clone {
        self.addresses(HeaderName::RecordRoute)
    }

    /// Refer-To.
    pub fn refer_to(&self) -> Result<Option<NameAddr<'_>>, HeaderError> {
        self.optional(HeaderName::ReferTo, NameAddr::parse)
    }

    /// Content-Type.
    pub fn content_type(&self) -> Result<Option<MediaType<'_>>, HeaderError> {
        self.optional(HeaderName::ContentType, MediaType::parse)
    }

    /// Whether Accept takes a type; a missing Accept means `application/sdp` alone (RFC 3261 §20.1), which the caller
    /// gives as `when_absent`.
    pub fn accepts(&self, kind: &str, subtype: &str, when_absent: bool) -> bool {
        if !self.has(HeaderName::Accept) {
            return when_absent;
        }
        self.list(HeaderName::Accept)
            .filter_map(MediaType::parse)
            .any(|range| range.accepts(kind, subtype))
    }

    /// Credentials or challenges, a header line each; lines without a scheme are skipped. For Authorization,
    /// Proxy-Authorization, WWW-Authenticate and Proxy-Authenticate.
    pub fn authorizations(&self, name: HeaderName) -> impl Iterator<Item = AuthValue<'_>> + Clone {
        self.all(name).filter_map(AuthValue::parse)
    }

    /// Event.
    pub fn event(&self) -> Result<Option<Event<'_>>, HeaderError> {
        self.optional(HeaderName::Event, Event::parse)
    }

    /// Subscription-State.
    pub fn subscription_state(&self) -> Result<Option<SubscriptionState<'_>>, HeaderError> {
        self.optional(HeaderName::SubscriptionState, SubscriptionState::parse)
    }

    /// Whether Allow lists a method; `true` when there is no Allow.
    pub fn allows(&self, method: &Method) -> bool {
        !self.has(HeaderName::Allow) || self.tokens(HeaderName::Allow).any(|name| name == method.as_str())
    }

    /// Date in seconds since 1970-01-01 UTC.
    pub fn date(&self) -> Result<Option<i64>, HeaderError> {
        self.optional(HeaderName::Date, date::parse)
    }

    /// Retry-After in seconds.
    pub fn retry_after(&self) -> Option<u32> {
        self.get(HeaderName::RetryAfter).and_then(values::retry_after)
    }

    /// Every Warning that can be read.
    pub fn warnings(&self) -> impl Iterator<Item = Warning<'_>> {
        self.list(HeaderName::Warning).filter_map(Warning::parse)
    }

    /// SIP-ETag (RFC 3903 §11.3.1).
    pub fn sip_etag(&self) -> Option<&str> {
        self.get_str(HeaderName::SipEtag)
    }

    /// SIP-If-Match (RFC 3903 §11.3.2).
    pub fn sip_if_match(&self) -> Option<&str> {
        self.get_str(HeaderName::SipIfMatch)
    }

    /// Replaces.
    pub fn replaces(&self) -> Result<Option<Replaces<'_>>, HeaderError> {
        self.optional(HeaderName::Replaces, Replaces::parse)
    }

    /// Session-Expires.
    pub fn session_expires(&self) -> Result<Option<SessionExpires<'_>>, HeaderError> {
        self.optional(HeaderName::SessionExpires, SessionExpires::parse)
    }

    /// RAck.
    pub fn rack(&self) -> Result<Option<RAck>, HeaderError> {
        self.optional(HeaderName::RAck, RAck::parse)
    }

    /// RSeq.
    pub fn rseq(&self) -> Result<Option<u32>, HeaderError> {
        self.optional(HeaderName::RSeq, values::response_number)
    }

    /// Min-SE in seconds.
    pub fn min_se(&self) -> Option<u32> {
        self.get(HeaderName::MinSe)
            .and_then(SessionExpires::parse)
            .map(|value| value.seconds)
    }
}
