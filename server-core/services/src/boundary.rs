//! What crosses the edge of a world: inputs, outputs, and the questions that only the outside can answer.
//!
//! The contract with the I/O around a world:
//! * every [`Input`] is followed by [`poll`](crate::World::poll) until it answers `None`, then the I/O sleeps until
//!   [`deadline`](crate::World::deadline) and hands in [`Input::Wake`];
//! * every [`Output::Ask`] gets exactly one [`Input::Answer`], in any order, at any time later;
//! * every [`Output::Open`] gets exactly one [`Input::FlowOpened`] with its id, or one [`Input::OpenFailed`];
//! * of several worlds, each gets every [`Input::FlowOpened`] (without the id of another world's request) before any
//!   message of that flow, and every [`Input::FlowClosed`], publication and change of users;
//! * stream transports are framed outside: each [`Input::Message`] holds one whole message; keep-alives (RFC 5626
//!   §3.5.1, §4.4.1) are answered outside as well.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use plenum_sip::Message;
pub use plenum_sip::{Flow, Transport};
use plenum_topology::directory::{ObjectId, UserRecord};

use crate::kept::Kept;
use crate::published::Published;
use crate::world::word::Word;

/// The number of a question; never reused within a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AskId(pub u64);

/// The number of a connection that a world wants opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenId(pub u64);

/// The number that the I/O gives an administrator's request, so that it finds its caller again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// What happens to a world.
#[derive(Debug)]
pub enum Input<'a> {
    /// One whole SIP message arrived.
    Message {
        /// On which flow.
        flow: Flow,
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// Another world of this server had a message that is for this one.
    HandedOver {
        /// The flow that it came on.
        flow: Flow,
        /// The message.
        message: Message,
    },
    /// A user signed in on a connection, in another world of this server.
    Proved {
        /// The connection.
        connection: u64,
        /// Whose address.
        user: String,
    },
    /// A connection stands: accepted by a listener, or opened at the world's request.
    FlowOpened {
        /// The connection.
        flow: Flow,
        /// The request that it answers; `None` for an accepted connection.
        opened: Option<OpenId>,
        /// The DNS names and SIP domains of the peer's verified certificate (RFC 5922 §7.1); empty without one.
        peer_names: Vec<String>,
    },
    /// Another world of this server says something.
    Told {
        /// Which one.
        from: u8,
        /// What.
        word: Word,
    },
    /// A connection could not be opened.
    OpenFailed {
        /// The request.
        id: OpenId,
        /// Why, for the journal and `ms-diagnostics`.
        reason: String,
    },
    /// A connection ended; nothing can be sent on it any more.
    FlowClosed {
        /// The connection.
        flow: Flow,
    },
    /// A question was answered.
    Answer(AskId, Answer),
    /// A newer revision of the deployment; calls, registrations and subscriptions stay.
    Published(Arc<Published>),
    /// These users' records, policies or keys may have changed; `None` means any of them.
    UsersChanged(Option<Vec<ObjectId>>),
    /// An administrator's request: `Services`, `Start`, `Stop` and `Sessions` are a world's to answer.
    Admin(RequestId, plenum_admin::Request),
    /// The wall clock, in milliseconds since 1970-01-01 UTC, when it differs from what `now` and the last value say.
    WallClock(i64),
    /// The deadline passed.
    Wake,
}

/// A question to the outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// The record of the user with this address (`alice@contoso.example`, lower case). → [`Answer::User`]
    UserByAddress(String),
    /// The record of the user with this number, as a `tel:` URI without parameters. → [`Answer::User`]
    UserByLine(String),
    /// A Digest key. → [`Answer::Credential`]
    Credential {
        /// The name that the client authenticates with, as it sent it.
        username: String,
        /// The protocol's realm.
        realm: String,
        /// `MD5` or `SHA-256`.
        algorithm: &'static str,
    },
    /// Where to send for a host: RFC 3263 §4.1 and §4.2, in order of preference. → [`Answer::Targets`]
    Resolve {
        /// The host of a SIP URI: a name or an address.
        host: String,
        /// The port, when the URI has one.
        port: Option<u16>,
        /// The transport, when the URI names one.
        transport: Option<Transport>,
        /// Whether the URI is `sips:`.
        secure: bool,
    },
}

/// An answer to an [`Ask`].
#[derive(Clone, Debug)]
pub enum Answer {
    /// The user, or that there is none.
    User(Option<Arc<UserRecord>>),
    /// The key, or that there is none for this name, realm and algorithm.
    Credential(Option<Credential>),
    /// Where to send; empty when the name has no address.
    Targets(Vec<Target>),
    /// The question could not be put: the store or DNS does not answer. The request behind it fails with 503.
    Unavailable {
        /// Why, for the journal.
        reason: String,
    },
}

/// A Digest key and whose it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The directory object of the user.
    pub object: ObjectId,
    /// The key in lower-case hexadecimal; never printed.
    pub key: String,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential of {} (key hidden)", self.object.0)
    }
}

/// A place to send to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// How.
    pub transport: Transport,
    /// Where.
    pub address: SocketAddr,
    /// Who must be there, over TLS.
    pub peer: Peer,
}

/// Whose certificate must be at the other end of a TLS connection that is opened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// One that carries this name, signed by the deployment's authority (RFC 5922 §4).
    Named(String),
    /// One that carries the address, signed by it too: what has no domain has no name to prove.
    AtAddress,
    /// Whatever it is: a phone called back at its Contact, where the topology says that phones are not checked. Such
    /// a connection proves nothing about its peer, and carries nothing for the others.
    Anybody,
}

/// What a world wants done.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send these bytes. A flow that is gone is not an error: its [`Input::FlowClosed`] is under way.
    Send {
        /// On which flow.
        flow: Flow,
        /// One whole message.
        bytes: Arc<[u8]>,
    },
    /// Give a message to another world of this server.
    HandOver {
        /// Which one.
        world: u8,
        /// The flow that it came on.
        flow: Flow,
        /// The message.
        message: Message,
    },
    /// Tell all other worlds of this server.
    Proved {
        /// On which connection.
        connection: u64,
        /// Who signed in.
        user: String,
    },
    /// Tell another world of this server: its [`Input::Told`].
    Tell {
        /// Which one.
        world: u8,
        /// Who says it.
        from: u8,
        /// What.
        word: Word,
    },
    /// Open a connection (never UDP).
    Open {
        /// The number that the answer carries.
        id: OpenId,
        /// Where to.
        target: Target,
    },
    /// Close a connection.
    CloseFlow {
        /// The connection.
        flow: Flow,
    },
    /// A question.
    Ask(AskId, Ask),
    /// The answer to an administrator's request.
    AdminAnswer(RequestId, plenum_admin::Answer),
    /// What outlives the process changed: see [`kept`](crate::kept).
    Keep(Kept),
    /// Something that the journal keeps: audit, call records, log.
    Journal(JournalEvent),
}

/// Something that is written down. It never holds a password, a key, or the body of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum JournalEvent {
    /// An endpoint signed in (a refresh is not an event).
    SignedIn {
        /// `alice@contoso.example`.
        user: String,
        /// Its Contact URI.
        contact: String,
        /// Its User-Agent.
        user_agent: String,
        /// Where it came from.
        flow: Flow,
    },
    /// An endpoint's registration ended.
    SignedOut {
        /// `alice@contoso.example`.
        user: String,
        /// Its Contact URI.
        contact: String,
        /// Why.
        reason: SignOutReason,
    },
    /// Digest credentials were wrong.
    AuthenticationFailed {
        /// The address that was claimed.
        user: String,
        /// Where from.
        source: SocketAddr,
    },
    /// Too many wrong credentials: the user from this address, or the address as a whole, is refused for a while.
    LockedOut {
        /// The address that was claimed last.
        user: String,
        /// Where from.
        source: SocketAddr,
        /// For how many seconds.
        seconds: u32,
    },
    /// A request was refused by policy or state.
    Refused {
        /// The method.
        method: String,
        /// Who asked: the authenticated address, or what From claims.
        from: String,
        /// For whom.
        to: String,
        /// The SIP status.
        status: u16,
        /// The `ms-diagnostics` code.
        code: u32,
        /// The reason, as sent.
        reason: String,
        /// The Call-ID.
        call_id: String,
    },
    /// A call was answered.
    CallStarted {
        /// The Call-ID.
        call_id: String,
        /// Caller.
        from: String,
        /// Callee.
        to: String,
        /// The media of the offer: `audio`, `audio+video`, …
        media: String,
    },
    /// A call ended, or was not answered.
    CallEnded {
        /// The Call-ID.
        call_id: String,
        /// Caller.
        from: String,
        /// Callee.
        to: String,
        /// The final status of the INVITE.
        status: u16,
        /// Seconds from answer to BYE; 0 when it was not answered.
        seconds: u32,
    },
}

/// Why a registration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutReason {
    /// The endpoint said so.
    Removed,
    /// It was not refreshed.
    Expired,
    /// Its connection closed (RFC 5626 §4.2: the flow was its only way).
    FlowClosed,
    /// The user was disabled, deleted or moved to another pool.
    UserChanged,
    /// A newer registration of the same instance, or one more than the user may have.
    Replaced,
}
