//! A small SIP user agent (RFC 3261 §8, §13, §15): signs in, publishes, watches, sends messages, calls.
//!
//! It has one flow to its server and sends everything there. Challenges are answered by it; everything else is told as
//! an [`Event`]. No media, no policy: session descriptions are bytes. The probe behind the synthetic transactions and
//! the simulated phones of the tests are this agent with a socket or a virtual wire around it.

mod call;
mod extensions;
mod incoming;
mod outgoing;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use self::call::Call;
use self::outgoing::Sent;
use crate::auth::Ha1;
use crate::dialog::DialogId;
use crate::flow::Flow;
use crate::keyed_hash::Secret;
use crate::proxy::BranchMaker;
use crate::transaction::{self, ClientId, Timers, TransactionLayer};
use crate::wire::{Message, Verdict, judge};

/// Whose agent it is.
#[derive(Clone)]
pub struct Account {
    /// `alice@contoso.example`.
    pub address: String,
    /// The name to authenticate with.
    pub username: String,
    /// The password; never printed.
    pub password: String,
    /// The User-Agent header.
    pub user_agent: String,
    /// `urn:uuid:…`, to be known again at the next sign-in (RFC 5626 §4.1).
    pub instance: Option<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({}, password hidden)", self.address)
    }
}

/// Names what was asked of the agent, or a call or subscription of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub u64);

/// What the agent tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request of ours has its final response: 408 when nobody answered, 503 when the flow is gone.
    Answered {
        /// What was asked.
        handle: Handle,
        /// The status.
        status: u16,
        /// The reason phrase.
        reason: String,
        /// `ms-diagnostics`, when the server sent one.
        diagnostics: Option<String>,
        /// The body, such as the answer of a call.
        body: Vec<u8>,
        /// Where the server sends us: the first Contact of a 3xx.
        moved_to: Option<String>,
    },
    /// A call of ours rings: 180, 183 …
    Progress {
        /// The call.
        handle: Handle,
        /// The status.
        status: u16,
    },
    /// Somebody calls; [`Agent::answer`] or [`Agent::reject`] it.
    Invited {
        /// The call.
        handle: Handle,
        /// Who calls: the address asserted by the server, otherwise From.
        from: String,
        /// The offer.
        body: Vec<u8>,
    },
    /// The other side changed the session, and got our last description as the answer.
    Reinvited {
        /// The call.
        handle: Handle,
        /// The new offer.
        body: Vec<u8>,
    },
    /// The caller has our answer.
    Confirmed {
        /// The call.
        handle: Handle,
    },
    /// The other side ended the call, or gave up before it was answered.
    Ended {
        /// The call.
        handle: Handle,
    },
    /// A message came, and was answered with 200.
    Message {
        /// Who sent it: the address asserted by the server, otherwise From.
        from: String,
        /// Its Content-Type.
        content_type: String,
        /// Its body.
        body: Vec<u8>,
    },
    /// A NOTIFY came for a subscription, and was answered with 200.
    Notified {
        /// The subscription.
        handle: Handle,
        /// Subscription-State.
        state: String,
        /// The body.
        body: Vec<u8>,
    },
    /// The other side of a call asks us to call somebody else; 202 was answered.
    Referred {
        /// The call.
        handle: Handle,
        /// Refer-To.
        to: String,
    },
}

/// What the agent wants done.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send these bytes on this flow.
    Send {
        /// The flow.
        flow: Flow,
        /// One whole message.
        bytes: Arc<[u8]>,
    },
    /// Tell the owner.
    Event(Event),
}

/// The agent.
#[derive(Debug)]
pub struct Agent {
    account: Account,
    /// Keys of the password, for an owner that does not know the password itself.
    keys: Vec<Ha1>,
    flow: Flow,
    secret: Secret,
    branches: BranchMaker,
    transactions: TransactionLayer,
    last: u64,
    /// Whether a call is answered at once, and with which session description.
    auto_answer: Option<Vec<u8>>,
    /// Whether our calls have session timers.
    has_timers: bool,
    sent: HashMap<ClientId, Sent>,
    registration: Option<(String, u32)>,
    etag: Option<String>,
    subscriptions: HashMap<DialogId, Handle>,
    watches: HashMap<Handle, outgoing::Watch>,
    calls: HashMap<Handle, Call>,
    outputs: VecDeque<Output>,
}

impl Agent {
    /// An agent that reaches its server on a flow. `secret` must differ from that of every other agent.
    pub fn new(account: Account, flow: Flow, secret: &Secret) -> Self {
        Self {
            account,
            keys: Vec::new(),
            flow,
            secret: *secret,
            branches: BranchMaker::new(secret, 0),
            transactions: TransactionLayer::new(Timers::default(), 1024, secret),
            last: 0,
            auto_answer: None,
            has_timers: false,
            sent: HashMap::new(),
            registration: None,
            etag: None,
            subscriptions: HashMap::new(),
            watches: HashMap::new(),
            calls: HashMap::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Signs in with keys that were made of the password, where the server asks for their algorithms.
    pub fn set_keys(&mut self, keys: Vec<Ha1>) {
        self.keys = keys;
    }

    /// Answers every call at once with this session description; `None` asks the owner.
    pub fn set_auto_answer(&mut self, description: Option<Vec<u8>>) {
        self.auto_answer = description;
    }

    /// Whether our calls have session timers (RFC 4028). Who says so refreshes them with [`within`](Self::within).
    pub fn set_session_timers(&mut self, has_timers: bool) {
        self.has_timers = has_timers;
    }

    /// The option tags that our calls know.
    fn call_options(&self) -> String {
        let timer = if self.has_timers { ", timer" } else { "" };
        format!("{}, replaces{timer}", extensions::RELIABLE)
    }

    /// The flow to the server.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// The address that the agent is signed in as.
    pub fn address(&self) -> &str {
        &self.account.address
    }

    /// Bytes arrived: one whole message.
    pub fn receive(&mut self, now: Instant, flow: Flow, bytes: &[u8]) {
        if let Ok(message) = Message::parse(bytes)
            && judge(&message) == Verdict::Accept
        {
            self.transactions.receive(now, message, flow);
            self.run(now);
        }
    }

    /// The flow to the server is gone: everything that is under way fails.
    pub fn flow_closed(&mut self, now: Instant) {
        self.transactions.flow_closed(now, self.flow.connection);
        self.run(now);
    }

    /// The deadline passed.
    pub fn wake(&mut self, now: Instant) {
        self.transactions.wake(now);
        self.repeat_answers(now);
        self.run(now);
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`wake`](Self::wake) is due.
    pub fn deadline(&self) -> Option<Instant> {
        self.transactions
            .deadline()
            .into_iter()
            .chain(self.next_repeat())
            .min()
    }

    fn run(&mut self, now: Instant) {
        while let Some(output) = self.transactions.poll() {
            match output {
                transaction::Output::Send { flow, bytes } => {
                    self.outputs.push_back(Output::Send { flow, bytes });
                }
                transaction::Output::Event(event) => self.transaction_event(now, event),
            }
        }
    }

    fn transaction_event(&mut self, now: Instant, event: transaction::Event) {
        use transaction::Event as T;
        match event {
            T::Request { id, request, .. } => self.incoming(now, id, &request),
            T::Ack { request, .. } => self.acknowledged(&request),
            T::Cancelled { id, .. } => self.cancelled(now, id),
            T::Response { id, response, .. } => self.response(now, id, &response),
            T::Timeout { id } => self.unanswered(id, 408, "Request Timeout"),
            T::TransportFailed { id } => self.unanswered(id, 503, "Service Unavailable"),
            T::ClientEnded { id } => {
                self.sent.remove(&id);
            }
            T::ServerEnded { .. } | T::AckTimeout { .. } | T::Stray { .. } | T::Repeated { .. } => {}
        }
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn handle(&mut self) -> Handle {
        self.last += 1;
        Handle(self.last)
    }

    /// A new unguessable name: a tag, a Call-ID or a cnonce.
    fn token(&mut self) -> String {
        self.last += 1;
        format!(
            "{:016x}",
            self.secret.hash(&[b"token", &self.last.to_le_bytes()]) as u64
        )
    }

    /// Our Contact URI.
    fn contact(&self) -> String {
        let user = self.account.address.split('@').next().unwrap_or_default();
        let transport = self.flow.transport.parameter();
        format!("sip:{user}@{};transport={transport}", self.flow.local)
    }
}

#[cfg(test)]
mod tests;
