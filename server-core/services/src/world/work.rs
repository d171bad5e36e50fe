//! A request on its way through the services, and the ways in which one of them stops.

use std::sync::Arc;
use std::time::Instant;

use plenum_sip::Request;
use plenum_sip::transaction::ServerId;
use plenum_topology::directory::UserRecord;

use crate::boundary::{AskId, Flow};
use crate::diagnostics::Reason;
use crate::facts::{Missing, Unknown};

/// A request that a service works on.
#[derive(Clone, Debug)]
pub struct Work {
    /// The request.
    pub request: Request,
    /// The flow that it came on.
    pub flow: Flow,
    /// When it came.
    pub arrived: Instant,
    /// Its transaction; an ACK for a 2xx has none.
    pub server: Option<ServerId>,
    /// Who sent it, once that is proved. It is kept while the request waits for a fact, so that a nonce count is
    /// looked at once.
    pub sender: Option<Sender>,
}

impl Work {
    /// A request that has just come.
    pub(crate) fn new(request: Request, flow: Flow, arrived: Instant, server: Option<ServerId>) -> Self {
        Self {
            request,
            flow,
            arrived,
            server,
            sender: None,
        }
    }
}

/// Who sent a request.
#[derive(Clone, Debug)]
pub enum Sender {
    /// A user of this deployment.
    User(Arc<UserRecord>),
    /// Another server of the deployment, which has proved who its users are.
    Server {
        /// The address that it asserts.
        asserted: Arc<str>,
        /// The user behind it, when it is one of ours.
        user: Option<Arc<UserRecord>>,
    },
}

impl Sender {
    /// The sender's address: `alice@contoso.example`.
    pub fn address(&self) -> &str {
        match self {
            Self::User(user) => &user.sip_address,
            Self::Server { asserted, .. } => asserted,
        }
    }

    /// The sender's record, for one of ours.
    pub fn user(&self) -> Option<&Arc<UserRecord>> {
        match self {
            Self::User(user) => Some(user),
            Self::Server { user, .. } => user.as_ref(),
        }
    }
}

/// Why a service stops before it is done; carried by `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A fact is missing: run again when the question is answered.
    Wait(AskId),
    /// Refused, with `ms-diagnostics` and an entry in the journal.
    Refuse(Reason),
    /// Refused with a plain SIP status, where the protocol says all there is to say.
    Answer(u16),
    /// 401 (REGISTER, or for a service of this server) or 407: who are you?
    Challenge {
        /// Whether the credentials were right but for the age of their nonce.
        stale: bool,
    },
    /// 301 to another pool.
    Redirect {
        /// Its FQDN.
        pool: String,
    },
    /// 423 with Min-Expires.
    TooBrief(u32),
    /// 422 with Min-SE.
    SessionTooBrief(u32),
    /// 421 with the option tag that the client must support.
    ExtensionRequired(&'static str),
    /// 420 with these option tags in Unsupported.
    BadExtension(String),
    /// 415 with the content type that is taken.
    Unsupported(&'static str),
    /// 417 with the priorities that are known.
    UnknownPriority,
    /// 489 with the event packages that are supported.
    BadEvent,
}

impl From<Unknown> for Stop {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::Missing(Missing(id)) => Self::Wait(id),
            Unknown::Unavailable => Self::Refuse(Reason::BackendUnavailable),
        }
    }
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Refuse(reason)
    }
}
