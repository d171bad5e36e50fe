//! Smaller header values: CSeq, Event, Subscription-State, media types, Replaces, Session-Expires, Retry-After, Warning.

use super::Method;
use super::chars::{self, all_token, number};
use super::params::{Params, skip_space, strip_quotes};

/// CSeq (RFC 3261 §20.16).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CSeq {
    /// Below 2^31 in requests that are created by the rules (§8.1.1.5); up to 2^32 - 1 is read.
    pub number: u32,
    /// The method.
    pub method: Method,
}

impl CSeq {
    /// Reads `1*DIGIT LWS Method`.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let (number, method) = split_cseq(raw)?;
        Some(Self {
            number,
            method: Method::from_bytes(method)?,
        })
    }
}

/// The same without making a [`Method`].
pub(crate) fn split_cseq(raw: &[u8]) -> Option<(u32, &[u8])> {
    let digits = raw.iter().position(|byte| !byte.is_ascii_digit())?;
    let method = skip_space(raw, digits);
    let rest = &raw[method..];
    (method > digits && all_token(rest)).then_some(())?;
    Some((number(&raw[..digits])?, rest))
}

/// Splits `head *(SEMI param)`.
fn head_and_params(raw: &[u8]) -> Option<(&[u8], Params<'_>)> {
    let end = memchr::memchr(b';', raw).unwrap_or(raw.len());
    Some((chars::trim(&raw[..end]), Params::parse(&raw[end..])?))
}

fn token_and_params(raw: &[u8]) -> Option<(&str, Params<'_>)> {
    let (head, params) = head_and_params(raw)?;
    all_token(head).then_some(())?;
    Some((chars::text(head)?, params))
}

/// Event (RFC 6665 §8.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The package with its templates, such as `presence.winfo`.
    pub package: &'a str,
    /// The parameters; `id` tells subscriptions of one dialog apart.
    pub params: Params<'a>,
}

impl<'a> Event<'a> {
    /// Reads `event-type *(SEMI event-param)`.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        token_and_params(raw).map(|(package, params)| Self { package, params })
    }

    /// The `id` parameter.
    pub fn id(&self) -> Option<&'a str> {
        self.params.get("id")
    }
}

/// The state that Subscription-State tells (RFC 6665 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Substate {
    /// Accepted.
    Active,
    /// Accepted provisionally.
    Pending,
    /// Ended.
    Terminated,
    /// Any other.
    Extension(String),
}

impl Substate {
    /// As written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Terminated => "terminated",
            Self::Extension(other) => other,
        }
    }
}

/// Subscription-State (RFC 6665 §8.2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionState<'a> {
    /// The state.
    pub state: Substate,
    /// `reason`, when it ended.
    pub reason: Option<&'a str>,
    /// `expires`, in seconds.
    pub expires: Option<u32>,
    /// `retry-after`, in seconds.
    pub retry_after: Option<u32>,
}

impl<'a> SubscriptionState<'a> {
    /// Reads `substate-value *(SEMI subexp-params)`.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let (state, params) = token_and_params(raw)?;
        let known = [Substate::Active, Substate::Pending, Substate::Terminated];
        let state = known
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(state))
            .unwrap_or_else(|| Substate::Extension(state.to_ascii_lowercase()));
        let seconds = |name| params.get_bytes(name).and_then(number);
        Some(Self {
            state,
            reason: params.get("reason"),
            expires: seconds("expires"),
            retry_after: seconds("retry-after"),
        })
    }
}

/// Content-Type, or one range of Accept (RFC 3261 §20.1, §20.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaType<'a> {
    /// `application`, or `*`.
    pub kind: &'a str,
    /// `sdp`, or `*`.
    pub subtype: &'a str,
    /// The parameters, `q` included.
    pub params: Params<'a>,
}

impl<'a> MediaType<'a> {
    /// Reads `type SLASH subtype *(SEMI param)`.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let (head, params) = head_and_params(raw)?;
        let slash = memchr::memchr(b'/', head)?;
        let (kind, subtype) = (chars::trim(&head[..slash]), chars::trim(&head[slash + 1..]));
        (all_token(kind) && all_token(subtype)).then_some(())?;
        Some(Self {
            kind: chars::text(kind)?,
            subtype: chars::text(subtype)?,
            params,
        })
    }

    /// Whether it is this type, without regard to case and parameters.
    pub fn is(&self, kind: &str, subtype: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype)
    }

    /// Whether this range of Accept takes the type: `*/*`, `kind/*` or the type, and not with `q=0`.
    pub fn accepts(&self, kind: &str, subtype: &str) -> bool {
        let refused = self
            .params
            .get("q")
            .and_then(|q| q.parse::<f32>().ok())
            .is_some_and(|q| q <= 0.0);
        let kind_fits = self.kind == "*" || self.kind.eq_ignore_ascii_case(kind);
        kind_fits && (self.subtype == "*" || self.subtype.eq_ignore_ascii_case(subtype)) && !refused
    }
}

/// Replaces (RFC 3891 §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaces<'a> {
    /// The Call-ID of the dialog to replace.
    pub call_id: &'a str,
    /// The tag of the side that the request is sent to.
    pub to_tag: &'a str,
    /// The other tag.
    pub from_tag: &'a str,
    /// Whether only a dialog that is not yet confirmed may be replaced.
    pub early_only: bool,
}

impl<'a> Replaces<'a> {
    /// Reads `callid *(SEMI replaces-param)`; both tags must be there.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let (call_id, params) = head_and_params(raw)?;
        let call_id = chars::text(call_id).filter(|text| is_call_id(text.as_bytes()))?;
        let (to_tag, from_tag) = (params.get("to-tag")?, params.get("from-tag")?);
        Some(Self {
            call_id,
            to_tag,
            from_tag,
            early_only: params.has("early-only"),
        })
    }
}

/// Session-Expires (RFC 4028 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionExpires<'a> {
    /// Seconds.
    pub seconds: u32,
    /// Who refreshes: `uac` or `uas`.
    pub refresher: Option<&'a str>,
}

impl<'a> SessionExpires<'a> {
    /// Reads `delta-seconds *(SEMI se-params)`.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let (head, params) = head_and_params(raw)?;
        Some(Self {
            seconds: number(head)?,
            refresher: params.get("refresher"),
        })
    }
}

/// RAck (RFC 3262 §7.2): which reliable provisional response a PRACK acknowledges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RAck {
    /// The RSeq of the response.
    pub response: u32,
    /// The CSeq of the request that it answers.
    pub request: CSeq,
}

impl RAck {
    /// Reads `response-num LWS CSeq-num LWS Method`.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let digits = raw.iter().position(|byte| !byte.is_ascii_digit())?;
        let rest = skip_space(raw, digits);
        (rest > digits).then_some(())?;
        Some(Self {
            response: response_number(&raw[..digits])?,
            request: CSeq::parse(&raw[rest..])?,
        })
    }
}

/// RSeq (RFC 3262 §7.1), or the number in RAck: 1 to 2^32 - 1.
pub(crate) fn response_number(raw: &[u8]) -> Option<u32> {
    number(raw).filter(|value| *value > 0)
}

/// Retry-After (RFC 3261 §20.33): seconds; comment and parameters are not read.
pub(crate) fn retry_after(raw: &[u8]) -> Option<u32> {
    let digits = raw
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(raw.len());
    let rest = &raw[digits..];
    let ended = rest
        .iter()
        .find(|byte| !chars::is_space(**byte))
        .is_none_or(|byte| matches!(byte, b';' | b'('));
    ended.then_some(())?;
    number(&raw[..digits])
}

/// Warning (RFC 3261 §20.43).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning<'a> {
    /// Three digits.
    pub code: u16,
    /// Who warns.
    pub agent: &'a str,
    /// The text, escapes as written.
    pub text: &'a [u8],
}

impl<'a> Warning<'a> {
    /// Reads `warn-code SP warn-agent SP warn-text`.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let mut parts = raw.splitn(3, |byte| *byte == b' ');
        let (code, agent, text) = (parts.next()?, parts.next()?, chars::trim(parts.next()?));
        let quoted = text.len() >= 2 && chars::quoted_end(text, 0) == Some(text.len()) && text[0] == b'"';
        (code.len() == 3 && quoted).then_some(())?;
        Some(Self {
            code: number(code)?,
            agent: chars::text(agent)?,
            text: strip_quotes(text),
        })
    }
}

/// `word ["@" word]` (RFC 3261 §25.1), read liberally: printable and without white space, commas or semicolons.
pub(crate) fn is_call_id(raw: &[u8]) -> bool {
    !raw.is_empty()
        && raw
            .iter()
            .all(|byte| *byte > 0x20 && *byte < 0x7f && !matches!(byte, b',' | b';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cseq_is_a_number_and_a_method() {
        assert_eq!(
            CSeq::parse(b"0009\r\n  INVITE"),
            Some(CSeq {
                number: 9,
                method: Method::Invite
            })
        );
        for raw in [
            "36893488147419103232 REGISTER",
            "INVITE",
            "1",
            "1INVITE",
            "-1 INVITE",
            "1 IN VITE",
            "",
        ] {
            assert_eq!(CSeq::parse(raw.as_bytes()), None, "{raw}");
        }
    }

    #[test]
    fn a_reliable_response_and_its_acknowledgement_name_each_other() {
        assert_eq!(response_number(b"988789"), Some(988_789));
        let acknowledged = RAck::parse(b"776656  1 INVITE").unwrap();
        assert_eq!(
            (acknowledged.response, acknowledged.request),
            (
                776_656,
                CSeq {
                    number: 1,
                    method: Method::Invite
                }
            )
        );
        for raw in [
            "",
            "1",
            "0 1 INVITE",
            "1 INVITE",
            "1 1",
            "4294967296 1 INVITE",
            "1 1INVITE",
        ] {
            assert_eq!(RAck::parse(raw.as_bytes()), None, "{raw}");
        }
        for raw in ["0", "-1", "", "4294967296"] {
            assert_eq!(response_number(raw.as_bytes()), None, "{raw}");
        }
    }

    #[test]
    fn subscription_state_is_read() {
        let it = SubscriptionState::parse(b"terminated;reason=deactivated;retry-after=10").unwrap();
        assert_eq!(
            (it.state, it.reason, it.retry_after),
            (Substate::Terminated, Some("deactivated"), Some(10))
        );
        assert_eq!(
            SubscriptionState::parse(b"Active;expires=3600").unwrap().expires,
            Some(3600)
        );
    }

    #[test]
    fn media_types_match_ranges() {
        assert!(
            MediaType::parse(b"application/*")
                .unwrap()
                .accepts("application", "sdp")
        );
        assert!(
            !MediaType::parse(b"text/plain")
                .unwrap()
                .accepts("application", "sdp")
        );
        assert!(
            !MediaType::parse(b"application/sdp;q=0")
                .unwrap()
                .accepts("application", "sdp")
        );
        assert!(
            MediaType::parse(b"Application / SDP ; charset=utf-8")
                .unwrap()
                .is("application", "sdp")
        );
        assert_eq!(MediaType::parse(b"application"), None);
    }

    #[test]
    fn replaces_needs_both_tags() {
        let it =
            Replaces::parse(b"98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff;early-only").unwrap();
        assert_eq!(
            (it.call_id, it.to_tag, it.from_tag, it.early_only),
            ("98732@sip.example.com", "ff87ff", "r33th4x0r", true)
        );
        assert_eq!(Replaces::parse(b"98732@sip.example.com;from-tag=1"), None);
    }

    #[test]
    fn small_values_are_read() {
        assert_eq!(retry_after(b"18000;duration=3600"), Some(18000));
        assert_eq!(retry_after(b"120 (I'm in a meeting)"), Some(120));
        assert_eq!(retry_after(b"949302838503028349304023988"), None);
        assert_eq!(
            SessionExpires::parse(b"1800;refresher=uac").unwrap().refresher,
            Some("uac")
        );
        assert_eq!(
            Warning::parse(b"370 devnull \"Choose a bigger pipe\"")
                .unwrap()
                .code,
            370
        );
        assert_eq!(Warning::parse(b"1812 overture \"In Progress\""), None);
    }
}
