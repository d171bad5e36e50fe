//! One shard: all services of a set of users.
//!
//! A message goes through the transactions to the service that answers it, and every service is an `impl World` in its
//! own file: [`routing`](crate::routing) decides where a request goes, [`registrar`](crate::registrar) keeps bindings,
//! [`presence`](crate::presence) keeps event state, [`calls`](crate::calls) and [`im`](crate::im) hold the policies.
//! A user who lives elsewhere, on another pool, is reached as another front end is.
//!
//! [`Input::Published`] replaces the revision and nothing else: registrations, calls and subscriptions stay, the next
//! request meets the new settings, and clients that subscribed to theirs are told.

pub mod admin;
pub mod clock;
pub mod direct;
pub mod flows;
pub mod respond;
pub mod send;
pub mod strangers;
pub mod word;
pub mod work;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use plenum_sip::keyed_hash::HashMap;
use plenum_sip::proxy::BranchMaker;
use plenum_sip::transaction::{ClientId, Event, Output as Transactions, ServerId, Timers, TransactionLayer};
use plenum_sip::wire::{Verdict, judge};
use plenum_sip::{Message, Secret};

use self::clock::Clock;
use self::flows::Flows;
use self::send::Waiting;
use self::strangers::Strangers;
use self::work::{Stop, Work};
use crate::boundary::{AskId, Flow, Input, JournalEvent, Output, SignOutReason, Transport};
use crate::calls::table::Calls;
use crate::diagnostics::Reason;
use crate::facts::Facts;
use crate::metrics::{Counters, Sample};
use crate::presence::publication::Publications;
use crate::provisioning::Pending;
use crate::published::Published;
use crate::registrar::authentication::Authentication;
use crate::registrar::location::{Binding, Locations, Tick};
use crate::registrar::recheck::Rechecks;
use crate::routing::flow_token;
use crate::routing::fork::Forks;
use crate::routing::merged::Merged;
use crate::slice::Slice;
use crate::subscriptions::dialogs::Dialogs;
use crate::subscriptions::list::Lists;
use crate::subscriptions::table::Subscriptions;
use crate::trace::Trace;

/// Transactions at a time before every request is answered with 503: a few kilobytes each.
pub const MAX_TRANSACTIONS: usize = 400_000;
/// Requests that wait for facts at a time.
const MAX_PARKED: usize = 50_000;

/// A socket that the I/O listens on for a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// How.
    pub transport: Transport,
    /// The bound address, never a wildcard.
    pub address: SocketAddr,
}

/// What a world is told once.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the I/O listens.
    pub listeners: Vec<Listener>,
    /// Random bytes that are the same after a restart, so that the routes of dialogs and temporary GRUUs stay good.
    pub lasting_seed: [u8; 16],
    /// Random bytes: the secret of nonces, tags and branches. All worlds of a server have the same.
    pub seed: [u8; 16],
    /// Which of the server's users are this world's.
    pub slice: Slice,
    /// SIP domains whose users need not prove who they are. Empty in every deployment; benchmarks fill it.
    pub unauthenticated_domains: Vec<String>,
    /// How many bytes of the messages of calls are kept for a trace.
    pub trace_bytes: usize,
    /// The most transactions at a time. From three quarters of them on, new work is shed.
    pub max_transactions: usize,
}

/// Whether the services take requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity {
    Running,
    /// Nothing new; what is under way ends by itself.
    Draining,
    Stopped,
}

/// What a client transaction's answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A branch of a forwarded request.
    Branch { fork: u64, index: usize },
    /// A NOTIFY of this subscription.
    Notify(u64),
}

/// One shard.
#[derive(Debug)]
pub struct World {
    pub(crate) config: Config,
    pub(crate) published: Arc<Published>,
    pub(crate) clock: Clock,
    pub(crate) instant: Instant,
    pub(crate) now: Tick,
    /// Of what outlives the process.
    pub(crate) secret: Secret,
    /// Of what ends with it.
    pub(crate) fresh: Secret,
    pub(crate) branches: BranchMaker,
    pub(crate) counter: u64,
    pub(crate) activity: Activity,
    pub(crate) transactions: TransactionLayer,
    pub(crate) purposes: HashMap<ClientId, Purpose>,
    pub(crate) facts: Facts,
    parked: HashMap<AskId, Vec<Work>>,
    /// Messages for numbers of which is not known yet whose they are.
    undirected: HashMap<AskId, Vec<(Flow, Message)>>,
    /// All that waits for facts.
    parked_count: usize,
    /// NOTIFYs that wait for an address.
    pub(crate) notify_later: HashMap<AskId, Vec<u64>>,
    pub(crate) rechecks: Rechecks,
    pub(crate) flows: Flows<Waiting>,
    pub(crate) authentication: Authentication,
    pub(crate) locations: Locations,
    pub(crate) publications: Publications,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) dialogs: Dialogs,
    pub(crate) lists: Lists,
    pub(crate) provisioning: Pending,
    pub(crate) forks: Forks,
    pub(crate) merged: Merged,
    /// Redirections that wait for a fact: fork and branch.
    pub(crate) redirections: HashMap<AskId, Vec<(u64, usize)>>,
    pub(crate) calls: Calls,
    pub(crate) strangers: Strangers,
    pub(crate) counters: Counters,
    pub(crate) trace: Trace,
    /// The Date header of this second.
    pub(crate) date: (i64, Arc<str>),
    pub(crate) outputs: VecDeque<Output>,
}

impl World {
    /// A world that runs a revision. `wall_clock` is the time at `now`, in milliseconds since 1970-01-01 UTC.
    pub fn new(now: Instant, wall_clock: i64, config: Config, published: Arc<Published>) -> Self {
        let secret = Secret::new(config.lasting_seed);
        let fresh = Secret::new(config.seed);
        let entity_tags = fresh.hash(&[b"entity-tags", &[config.slice.index()]]) as u64;
        Self {
            published,
            clock: Clock::new(now, wall_clock),
            instant: now,
            now: 0,
            secret,
            fresh,
            branches: BranchMaker::new(&fresh, config.slice.index()),
            counter: 0,
            activity: Activity::Running,
            transactions: TransactionLayer::new(Timers::default(), config.max_transactions, &fresh),
            purposes: HashMap::default(),
            facts: Facts::new(&fresh),
            parked: HashMap::default(),
            undirected: HashMap::default(),
            parked_count: 0,
            notify_later: HashMap::default(),
            rechecks: Rechecks::default(),
            flows: Flows::default(),
            authentication: Authentication::new(now, &fresh.derive("nonces")),
            locations: Locations::new(config.slice),
            publications: Publications::new(entity_tags),
            subscriptions: Subscriptions::new(config.slice),
            dialogs: Dialogs::default(),
            lists: Lists::default(),
            provisioning: Pending::default(),
            forks: Forks::default(),
            merged: Merged::default(),
            redirections: HashMap::default(),
            calls: Calls::default(),
            strangers: Strangers::default(),
            counters: Counters::default(),
            trace: Trace::new(config.trace_bytes),
            date: (i64::MIN, Arc::from("")),
            outputs: VecDeque::new(),
            config,
        }
    }

    /// Whose users it has.
    pub fn slice(&self) -> Slice {
        self.config.slice
    }

    /// The revision that it runs.
    pub fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// Whether new work is to be shed, so that what is under way has room to end: calls that stand, refreshes of
    /// registrations and subscriptions are still taken.
    pub(crate) fn sheds(&self) -> bool {
        self.transactions.len() > self.config.max_transactions / 4 * 3
            || self.parked_count > MAX_PARKED / 4 * 3
    }

    /// The time of the last input.
    pub fn now(&self) -> Instant {
        self.instant
    }

    /// Takes one input. Ask for outputs afterwards.
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.instant = now;
        self.now = self.clock.tick(now);
        self.run_timers();
        match input {
            Input::Message { flow, bytes } => self.arrived(flow, bytes),
            Input::HandedOver { flow, message } => self.receive(flow, message),
            Input::Proved { connection, user } => {
                self.flows.prove(connection, &user);
            }
            Input::FlowOpened {
                flow,
                opened,
                peer_names,
            } => {
                for waiting in self.flows.opened(flow, opened, &peer_names) {
                    self.send_on(waiting, flow);
                }
            }
            Input::Told { from, word } => self.told(from, word),
            Input::OpenFailed { id, reason: _ } => self.open_failed(id),
            Input::FlowClosed { flow } => self.flow_closed(flow),
            Input::Answer(id, answer) => {
                self.facts.answer(self.now, id, answer);
                self.resume_undirected(id);
                self.resume(id);
            }
            Input::Published(published) => {
                self.published = published;
                self.settings_changed();
            }
            Input::UsersChanged(changed) => self.users_changed(changed.as_deref()),
            Input::Admin(id, request) => self.administer(id, &request),
            Input::WallClock(wall_clock) => self.clock.set(now, wall_clock),
            Input::Wake => self.facts.age(self.now),
        }
        self.run_transactions();
    }

    /// The next thing to do, if there is one.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        if let Some(change) = self.poll_kept() {
            return Some(Output::Keep(change));
        }
        self.facts.poll().map(|(id, ask)| Output::Ask(id, ask))
    }

    /// When [`Input::Wake`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        let ticks = [
            self.locations.deadline(),
            self.publications.deadline(),
            self.subscriptions.deadline(),
            self.provisioning.deadline(),
            self.forks.deadline(),
            self.calls.deadline(),
        ];
        let earliest = ticks
            .into_iter()
            .flatten()
            .min()
            .map(|tick| self.clock.instant(tick));
        [earliest, self.transactions.deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Figures for the metrics endpoint. Not for the hot path.
    #[allow(clippy::cast_precision_loss)]
    pub fn metrics(&self) -> Vec<Sample> {
        let mut samples = self.counters.samples();
        for (name, value) in [
            ("plenum_bindings", self.locations.len()),
            ("plenum_users_signed_in", self.locations.users()),
            ("plenum_presentities", self.publications.users()),
            ("plenum_subscriptions", self.subscriptions.len()),
            ("plenum_calls", self.calls.len()),
            ("plenum_transactions", self.transactions.len()),
            ("plenum_requests_waiting", self.parked_count),
            ("plenum_flows", self.flows.len()),
        ] {
            samples.push(Sample {
                name,
                labels: Vec::new(),
                value: value as f64,
            });
        }
        samples
    }

    fn arrived(&mut self, flow: Flow, bytes: &[u8]) {
        match Message::parse(bytes) {
            Ok(message) if self.config.slice.is_whole() => self.receive(flow, message),
            Ok(message) => self.direct(flow, message),
            Err(_) => self.counters.unreadable += 1,
        }
    }

    fn receive(&mut self, flow: Flow, message: Message) {
        self.trace.note(self.now, flow, message.bytes(), false);
        match judge(&message) {
            Verdict::Accept => self.transactions.receive(self.instant, message, flow),
            Verdict::Drop { .. } => self.counters.unreadable += 1,
            Verdict::Refuse(refusal) => {
                self.counters.unreadable += 1;
                if let Message::Request(request) = message.arrived_from(flow.peer) {
                    self.refuse_unreadable(flow, &request, &refusal);
                }
            }
        }
    }

    /// Until nothing moves any more: what the transactions say may start others.
    pub(crate) fn run_transactions(&mut self) {
        while let Some(output) = self.transactions.poll() {
            match output {
                Transactions::Send { flow, bytes } => self.push(Output::Send { flow, bytes }),
                Transactions::Event(event) => self.transaction_event(event),
            }
        }
    }

    fn transaction_event(&mut self, event: Event) {
        match event {
            Event::Request { id, request, flow } => {
                self.counters.request(request.method().as_str());
                self.run(Work::new(request, flow, self.instant, Some(id)));
            }
            Event::Ack { request, flow } => {
                self.counters.request("ACK");
                self.forward_ack(request, flow);
            }
            Event::Repeated {
                request,
                flow,
                reply_on,
            } => self.register_again(request, flow, reply_on),
            Event::Cancelled { id, cancel } => self.cancel_fork(id, &cancel),
            Event::Response { id, response, .. } => match self.purposes.get(&id) {
                Some(&Purpose::Branch { fork, index }) => self.branch_response(fork, index, response),
                Some(&Purpose::Notify(subscription)) => self.notify_answered(subscription, response.status()),
                None => {}
            },
            Event::Timeout { id } => self.client_failed(id, 408),
            Event::TransportFailed { id } => self.client_failed(id, 503),
            Event::ClientEnded { id } => {
                if let Some(Purpose::Branch { fork, .. }) = self.purposes.remove(&id) {
                    self.branch_ended(fork);
                }
            }
            Event::ServerEnded { .. } | Event::AckTimeout { .. } | Event::Stray { .. } => {}
        }
    }

    fn client_failed(&mut self, id: ClientId, status: u16) {
        match self.purposes.get(&id) {
            Some(&Purpose::Branch { fork, index }) => self.branch_failed(fork, index, status, true),
            Some(&Purpose::Notify(subscription)) => self.notify_answered(subscription, status),
            None => {}
        }
    }

    /// Runs a request through the services.
    pub(crate) fn run(&mut self, mut work: Work) {
        match self.dispatch(&mut work) {
            Ok(()) => {}
            Err(Stop::Wait(id)) => self.park(id, work),
            Err(stop) => self.stop(&work, stop),
        }
    }

    fn park(&mut self, id: AskId, work: Work) {
        if self.parked_count >= MAX_PARKED {
            self.stop(&work, Stop::Refuse(Reason::Overloaded));
            return;
        }
        self.parked_count += 1;
        self.parked.entry(id).or_default().push(work);
    }

    /// A CANCEL for a request that still waits for a fact.
    pub(crate) fn cancel_parked(&mut self, server: ServerId) {
        let waits = |work: &Work| work.server == Some(server);
        let found = self.parked.values_mut().find_map(|works| {
            let position = works.iter().position(waits)?;
            Some(works.remove(position))
        });
        if let Some(work) = found {
            self.parked_count -= 1;
            self.stop(&work, Stop::Answer(487));
        }
    }

    fn resume(&mut self, id: AskId) {
        for work in self.parked.remove(&id).unwrap_or_default() {
            self.parked_count -= 1;
            self.run(work);
        }
        self.resume_redirections(id);
        self.resume_notifies(id);
        self.recheck_answered(id);
    }

    fn run_timers(&mut self) {
        self.transactions.wake(self.instant);
        while let Some((user, binding)) = self.locations.expire(self.now) {
            self.signed_out(&user, &binding, SignOutReason::Expired);
        }
        while let Some(user) = self.publications.expire(self.now) {
            self.presence_changed(&user);
        }
        self.expire_subscriptions();
        self.tell_settings();
        self.expire_forks();
        for (call_id, call) in self.calls.lapsed(self.now) {
            self.call_ended(&call_id, &call, 408);
        }
        for (call_id, call) in self.calls.expire(self.now) {
            self.call_ended(&call_id, &call, 408);
        }
    }

    fn flow_closed(&mut self, flow: Flow) {
        self.flows.closed(flow.connection);
        self.transactions.flow_closed(self.instant, flow.connection);
        for (user, binding) in self.locations.close_connection(flow.connection) {
            self.signed_out(&user, &binding, SignOutReason::FlowClosed);
        }
    }

    pub(crate) fn signed_out(&mut self, user: &str, binding: &Binding, reason: SignOutReason) {
        let (user, contact) = (user.to_owned(), binding.contact().to_owned());
        self.journal(JournalEvent::SignedOut {
            user,
            contact,
            reason,
        });
    }

    pub(crate) fn journal(&mut self, event: JournalEvent) {
        self.push(Output::Journal(event));
    }

    pub(crate) fn push(&mut self, output: Output) {
        if let Output::Send { flow, bytes } = &output {
            self.trace.note(self.now, *flow, bytes, true);
        }
        self.outputs.push_back(output);
    }

    /// A new unguessable tag; its first digit says which world gave it.
    pub(crate) fn token(&mut self) -> String {
        self.counter += 1;
        let unique = self.fresh.hash(&[b"token", &self.counter.to_le_bytes()]) as u64;
        flow_token::hex(&(unique >> 4 | u64::from(self.config.slice.index()) << 60).to_be_bytes())
    }
}
