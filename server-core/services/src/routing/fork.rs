//! Forwarded requests: the copies that go out, and what comes back (RFC 3261 §16.6, §16.7).
//!
//! Which response is best and when a branch is cancelled is [`ResponseContext`]'s; here are the flows, the policy on
//! redirections, and the reason that is given when nobody answered. A fork of an INVITE lives as long as its client
//! transactions, because each 2xx that is repeated has to pass (RFC 6026 §8.5).

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;
use plenum_sip::proxy::caller_preferences::Disposition;
use plenum_sip::proxy::response_context::{Final, Input, Output, TIMER_C};
use plenum_sip::proxy::{Branch, Forward, LoopHash, ResponseContext, Routing, breadth, prepare, preprocess};
use plenum_sip::transaction::{ClientId, ServerId};
use plenum_sip::wire::builder::hostport;
use plenum_sip::wire::{Editor, HeaderName, Uri};
use plenum_sip::{Method, Request, Response, Transport};
use plenum_topology::directory::UserRecord;

use super::failover::Failover;
use super::flow_token::{self, Side};
use super::redirect::Redirections;
use crate::calls::permission;
use crate::diagnostics::Reason;
use crate::registrar::location::Tick;
use crate::world::send::Hop;
use crate::world::work::{Sender, Work};
use crate::world::{Purpose, World};

/// One place that a request is forwarded to.
#[derive(Clone, Debug)]
pub struct Leg {
    /// The Request-URI there; `None` keeps that of the request.
    pub(crate) uri: Option<Box<str>>,
    /// The next hop.
    pub(crate) hop: Hop,
    /// Routes on the way (Path), topmost first.
    pub(crate) routes: Vec<Box<str>>,
    /// How requests in the dialog reach it.
    pub(crate) side: Side,
    /// Its share of Max-Breadth, when the request is forked.
    pub(crate) breadth: Option<u32>,
}

/// How a request is forwarded.
#[derive(Clone, Debug)]
pub struct Manner {
    /// What its loop detection saw.
    pub(crate) hash: LoopHash,
    /// How many Route values are taken off, when they are all that there are.
    pub(crate) all_ours: Option<usize>,
    /// An INVITE that makes a call: its answer is written down.
    pub(crate) is_call: bool,
    /// Whether our Record-Route goes in.
    pub(crate) record_route: bool,
    /// The user who is called, whose policy decides on redirections.
    pub(crate) callee: Option<Arc<UserRecord>>,
    /// What the sender wants done with it.
    pub(crate) disposition: Disposition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Copy {
    /// Waiting for its connection.
    Waiting,
    Sent(ClientId),
    /// Cancelled before it was sent.
    Abandoned,
}

#[derive(Debug)]
pub(super) struct Fork {
    pub(super) work: Arc<Work>,
    pub(super) manner: Manner,
    pub(super) context: ResponseContext<Leg>,
    pub(super) redirections: Option<Box<Redirections>>,
    copies: Vec<Copy>,
    /// Branches that have further addresses to go to.
    pub(super) failovers: Vec<Failover>,
    /// Client transactions that are not forgotten yet.
    running: usize,
    /// Why a branch was ended by us.
    note: Option<Reason>,
    /// The Reason of the CANCEL that ended it (RFC 3326).
    cancelled_for: Option<String>,
    scheduled: Option<Tick>,
}

/// All forwarded requests of a shard.
#[derive(Debug, Default)]
pub struct Forks {
    by_id: HashMap<u64, Fork>,
    by_server: HashMap<ServerId, u64>,
    ends: BinaryHeap<Reverse<(Tick, u64)>>,
    last: u64,
}

impl Forks {
    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Fork> {
        self.by_id.get_mut(&id)
    }

    /// When the next branch has rung for too long.
    pub fn deadline(&self) -> Option<Tick> {
        self.ends.peek().map(|Reverse((tick, _))| *tick)
    }
}

impl World {
    /// Forwards a request: to the first group, and when all of it have failed to the next.
    pub(crate) fn start_fork(&mut self, work: &Work, manner: Manner, groups: Vec<Vec<Leg>>) {
        self.forks.last += 1;
        let id = self.forks.last;
        let invite = *work.request.method() == Method::Invite;
        if let Some(server) = work.server.filter(|_| invite) {
            self.forks.by_server.insert(server, id);
        }
        let groups = with_breadth(&work.request, manner.disposition.arrange(groups));
        let mut context = ResponseContext::new(self.instant, invite, TIMER_C, groups);
        if manner.disposition.no_cancel {
            context.keep_ringing();
        }
        let (work, copies) = (Arc::new(work.clone()), Vec::new());
        let fork = Fork {
            work,
            manner,
            context,
            redirections: None,
            copies,
            failovers: Vec::new(),
            running: 0,
            note: None,
            cancelled_for: None,
            scheduled: None,
        };
        self.forks.by_id.insert(id, fork);
        self.run_fork(id);
    }

    pub(super) fn tell_fork(&mut self, id: u64, input: Input) {
        if let Some(fork) = self.forks.by_id.get_mut(&id) {
            fork.context.handle(self.instant, input);
            self.run_fork(id);
        }
    }

    /// Does what the context says, and forgets the fork when it is over.
    pub(super) fn run_fork(&mut self, id: u64) {
        while let Some(output) = self.forks.by_id.get_mut(&id).and_then(|fork| fork.context.poll()) {
            match output {
                Output::Forward { branch, target } => self.send_copy(id, branch, &target),
                Output::Relay { response } => self.relay(id, &response),
                Output::Cancel { branch } => self.cancel_copy(id, branch),
                Output::Final(last) => self.finish_fork(id, last),
            }
        }
        let Some(fork) = self.forks.by_id.get_mut(&id) else {
            return;
        };
        let invite = *fork.work.request.method() == Method::Invite;
        if fork.context.is_over() && (!invite || fork.running == 0) {
            let server = fork.work.server;
            self.forks.by_id.remove(&id);
            server.map(|server| self.forks.by_server.remove(&server));
        } else if invite && let Some(deadline) = fork.context.deadline() {
            let tick = self.clock.tick(deadline) + 1;
            if fork.scheduled.is_none_or(|scheduled| tick < scheduled) {
                fork.scheduled = Some(tick);
                self.forks.ends.push(Reverse((tick, id)));
            }
        }
    }

    pub(super) fn send_copy(&mut self, id: u64, index: usize, leg: &Leg) {
        let Some(fork) = self.forks.by_id.get_mut(&id) else {
            return;
        };
        if fork.copies.len() <= index {
            fork.copies.resize(index + 1, Copy::Waiting);
        }
        fork.copies[index] = Copy::Waiting;
        if let Some((tried, hop)) = leg.hop.after_failure() {
            let leg = Leg { hop, ..leg.clone() };
            fork.failovers.push(Failover { index, tried, leg });
        }
        let (work, manner) = (Arc::clone(&fork.work), fork.manner.clone());
        let branch = self.branches.forwarding(manner.hash);
        let Some(bytes) = self.copy_of(&work, &manner, leg, &branch) else {
            self.tell_fork(id, Input::Unreachable { branch: index });
            return;
        };
        let method = work.request.method().clone();
        let purpose = Purpose::Branch { fork: id, index };
        self.send_request(
            leg.hop.clone(),
            bytes,
            method,
            branch.as_str().to_owned(),
            purpose,
        );
    }

    /// §16.6: the copy for one leg. `None` for a request whose route cannot be read.
    pub(crate) fn copy_of(
        &self,
        work: &Work,
        manner: &Manner,
        leg: &Leg,
        branch: &Branch,
    ) -> Option<Arc<[u8]>> {
        let request = &work.request;
        let routing = match manner.all_ours {
            Some(ours) => Routing::found(request.uri()?, ours),
            None => preprocess(request, |uri| self.is_ours(uri)).ok()?,
        };
        let sent_by = hostport(self.sent_by(&leg.hop));
        let record_route = manner.record_route.then(|| self.record_route(work, leg));
        let routes: Vec<&str> = leg.routes.iter().map(AsRef::as_ref).collect();
        let forward = Forward {
            routing: &routing,
            target: leg.uri.as_deref().and_then(Uri::from_text),
            routes: &routes,
            record_route: record_route.as_deref(),
            transport: leg.hop.transport(),
            sent_by: &sent_by,
            branch,
        };
        let mut editor = prepare(request, &forward);
        // What keeps its Request-URI goes to another pool; a phone is reached at its Contact.
        let trusted = leg.uri.is_none() && work.sender.is_some();
        assert_identity(&mut editor, work, trusted);
        self.write_session(work, &mut editor);
        if let Some(breadth) = leg.breadth {
            editor.set(HeaderName::MaxBreadth, breadth.to_string().as_bytes());
        }
        Some(editor.finish())
    }

    /// Two values, the callee's side on top: see [`flow_token`].
    fn record_route(&self, work: &Work, leg: &Leg) -> String {
        let call_id = work.request.get(HeaderName::CallId).unwrap_or_default();
        let caller = match work.sender {
            Some(Sender::Server { .. }) => Side::Uri,
            _ => self.side_of_caller(work),
        };
        let callee_at = self.sent_by(&leg.hop);
        let caller_at = match work.flow.transport {
            Transport::Udp => work.flow.local,
            transport => self.own_address(transport, work.flow.peer.ip()),
        };
        let mut value = String::with_capacity(256);
        let mut add = |separator: &str, side: Side, at: SocketAddr, transport: Transport| {
            let token = flow_token::write(&self.secret, self.config.slice.index(), call_id, side);
            for part in [separator, "<sip:", &token, "@", &hostport(at), ";transport="] {
                value.push_str(part);
            }
            value.push_str(transport.parameter());
            value.push_str(";lr>");
        };
        add("", leg.side, callee_at, leg.hop.transport());
        add(", ", caller, caller_at, work.flow.transport);
        value
    }

    pub(crate) fn side_of_caller(&self, work: &Work) -> Side {
        let symmetric = work.request.via().is_ok_and(|via| via.rport().is_some());
        let contact = work.request.contact();
        let same = contact.is_some_and(|contact| {
            let port = contact.uri().port().unwrap_or(work.flow.transport.default_port());
            contact.uri().host().parse() == Ok(work.flow.peer.ip()) && port == work.flow.peer.port()
        });
        let single = work.request.list(HeaderName::Via).nth(1).is_none();
        let flow = single && (work.flow.transport != Transport::Udp || symmetric || same);
        if flow { Side::Flow(work.flow) } else { Side::Uri }
    }

    /// A branch's transaction has begun.
    pub(crate) fn request_started(&mut self, purpose: Purpose, client: ClientId) {
        if let Purpose::Branch { fork, index } = purpose
            && let Some(fork) = self.forks.by_id.get_mut(&fork)
        {
            fork.copies[index] = Copy::Sent(client);
            fork.running += 1;
        }
    }

    /// Whether a request that waited for its connection shall still go out.
    pub(crate) fn is_wanted(&self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Notify(_) => true,
            Purpose::Branch { fork, index } => self.forks.by_id.get(&fork).is_some_and(|fork| {
                !fork.context.is_over() && fork.copies.get(index) == Some(&Copy::Waiting)
            }),
        }
    }

    /// A response to a branch. CsVoicePolicy AllowCallForwarding: a phone's 3xx sends nobody on without it.
    pub(crate) fn branch_response(&mut self, id: u64, index: usize, response: Response) {
        let Some(fork) = self.forks.by_id.get_mut(&id) else {
            return;
        };
        let redirects = (300..400).contains(&response.status());
        let refused = |callee: &Arc<UserRecord>| !permission::may_forward(&self.published, callee);
        let sent_on = fork.redirections.as_ref().and_then(|it| it.user_of(index));
        if redirects && sent_on.or(fork.manner.callee.as_ref()).is_some_and(refused) {
            fork.note = Some(Reason::ForwardingNotAllowed);
            self.tell_fork(id, Input::Unreachable { branch: index });
        } else if response.status() == 503 && self.fail_over(id, index) {
            // Another address of the same name is asked.
        } else if !redirects || !self.redirected(id, index, &response) {
            if (200..300).contains(&response.status()) {
                self.answered_after_redirection(id, index);
            }
            self.candidate(id, index, response);
        }
    }

    /// A response goes into the search for the best one.
    pub(super) fn candidate(&mut self, id: u64, branch: usize, response: Response) {
        self.tell_fork(id, Input::Response { branch, response });
    }

    /// A branch cannot be answered any more: 408 nobody answered, 503 it could not be sent. When it was sent, a further
    /// address may be asked.
    pub(crate) fn branch_failed(&mut self, id: u64, index: usize, status: u16, was_sent: bool) {
        if was_sent && self.fail_over(id, index) {
            return;
        }
        let input = if status == 408 {
            Input::Timeout { branch: index }
        } else {
            Input::Unreachable { branch: index }
        };
        self.tell_fork(id, input);
    }

    /// A client transaction is forgotten.
    pub(crate) fn branch_ended(&mut self, id: u64) {
        if let Some(fork) = self.forks.by_id.get_mut(&id) {
            fork.running = fork.running.saturating_sub(1);
            self.run_fork(id);
        }
    }

    /// §16.10: a CANCEL for an INVITE that was forwarded, or that still waits for a fact.
    pub(crate) fn cancel_fork(&mut self, server: ServerId, cancel: &Request) {
        match self.forks.by_server.get(&server).copied() {
            Some(id) => {
                if let Some(fork) = self.forks.by_id.get_mut(&id) {
                    fork.cancelled_for = cancel.get_str(HeaderName::Reason).map(str::to_owned);
                }
                self.tell_fork(id, Input::Cancelled);
                self.stop_following(id);
            }
            None => self.cancel_parked(server),
        }
    }

    fn cancel_copy(&mut self, id: u64, index: usize) {
        let Some(fork) = self.forks.by_id.get_mut(&id) else {
            return;
        };
        let elsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";
        let why = if fork.context.is_over() {
            Some(elsewhere)
        } else {
            fork.cancelled_for.as_deref()
        };
        let why: &[(HeaderName, &str)] = &why
            .map(|why| (HeaderName::Reason, why))
            .into_iter()
            .collect::<Vec<_>>();
        match fork.copies.get(index) {
            Some(Copy::Sent(client)) => {
                self.transactions.cancel(self.instant, *client, why);
                fork.failovers.retain(|it| it.index != index);
            }
            Some(Copy::Waiting) => {
                fork.copies[index] = Copy::Abandoned;
                fork.context
                    .handle(self.instant, Input::Timeout { branch: index });
            }
            _ => {}
        }
    }

    fn relay(&mut self, id: u64, response: &Response) {
        let Some(fork) = self.forks.by_id.get(&id) else {
            return;
        };
        let provisional = response.status() < 200;
        // RFC 4320 §4.1: no provisional response but 100 to a non-INVITE.
        if provisional && *fork.work.request.method() != Method::Invite {
            return;
        }
        let work = Arc::clone(&fork.work);
        if fork.manner.is_call {
            self.call_rings(work.request.call_id().unwrap_or_default(), response);
        }
        let mut editor = going_back(response);
        self.agree_session(&work, response, &mut editor);
        self.respond_with(&work, response.status(), editor.finish());
        if !provisional {
            self.note_answer(id, response.status());
        }
    }

    fn finish_fork(&mut self, id: u64, last: Final) {
        let Some(fork) = self.forks.by_id.get_mut(&id) else {
            return;
        };
        let (work, note) = (Arc::clone(&fork.work), fork.note.take());
        let status = match last {
            Final::Nothing => {
                if let Some(server) = work.server {
                    self.transactions.abandon(server);
                }
                408
            }
            // §16.7 step 6: that a phone is overloaded says nothing about the server.
            Final::Best { response, .. } if response.status() == 503 => {
                self.refuse(&work, Reason::EndpointUnreachable);
                Reason::EndpointUnreachable.diagnosis().status
            }
            Final::Best {
                response, challenges, ..
            } => {
                self.respond_with(&work, response.status(), returned(&response, &challenges));
                response.status()
            }
            Final::Local(487) => {
                self.respond_plainly(&work, 487);
                487
            }
            // That a phone does not answer is not the server's failure: 480 rather than 408 or 503.
            Final::Local(status) => {
                let found = if status == 503 {
                    Reason::EndpointUnreachable
                } else {
                    Reason::NoAnswer
                };
                let reason = note.unwrap_or(found);
                self.refuse(&work, reason);
                reason.diagnosis().status
            }
        };
        self.note_answer(id, status);
    }

    fn note_answer(&mut self, id: u64, status: u16) {
        let Some(fork) = self.forks.by_id.get(&id).filter(|fork| fork.manner.is_call) else {
            return;
        };
        let call_id = fork.work.request.call_id().unwrap_or_default().to_owned();
        self.call_answered(&call_id, status);
    }

    /// Timer C, and the end of what was cancelled.
    pub(crate) fn expire_forks(&mut self) {
        while let Some(&Reverse((tick, id))) = self.forks.ends.peek() {
            if tick > self.now {
                return;
            }
            self.forks.ends.pop();
            if let Some(fork) = self.forks.by_id.get_mut(&id) {
                fork.scheduled = None;
                self.tell_fork(id, Input::Wake);
            }
        }
    }
}

/// Shares Max-Breadth among the targets of a request that is forked (RFC 5393 §5.3.3).
fn with_breadth(request: &Request, groups: Vec<Vec<Leg>>) -> Vec<Vec<Leg>> {
    if groups.iter().map(Vec::len).sum::<usize>() < 2 {
        return groups;
    }
    let given = breadth::of(request).unwrap_or(breadth::RECOMMENDED);
    let shared = breadth::share(given, groups).into_iter();
    let write = |(mut leg, share): (Leg, u32)| {
        leg.breadth = Some(share);
        leg
    };
    shared
        .map(|group| group.into_iter().map(write).collect())
        .collect()
}

/// Says who the sender is (RFC 3325 §5), and says it for nobody else. Who asked for privacy is named to another server
/// of the deployment only (§7): `trusted`.
fn assert_identity(editor: &mut Editor<'_>, work: &Work, trusted: bool) {
    editor
        .remove(HeaderName::PPreferredIdentity)
        .remove(HeaderName::ProxyAuthorization);
    let hidden = !trusted && work.request.wants_privacy("id");
    let user = match &work.sender {
        Some(Sender::Server { .. }) if !hidden => return,
        Some(Sender::User(user)) if !hidden => user,
        _ => {
            editor.remove(HeaderName::PAssertedIdentity);
            return;
        }
    };
    let (name, address) = (&user.display_name, &user.sip_address);
    let mut identity = String::with_capacity(name.len() + address.len() + 16);
    if !name.is_empty() {
        identity.push('"');
        for piece in name.split_inclusive(['\\', '"']) {
            let plain = piece.trim_end_matches(['\\', '"']);
            identity.push_str(plain);
            if plain.len() < piece.len() {
                identity.push('\\');
                identity.push_str(&piece[plain.len()..]);
            }
        }
        identity.push_str("\" ");
    }
    for part in ["<sip:", address, ">"] {
        identity.push_str(part);
    }
    editor.set(HeaderName::PAssertedIdentity, identity.as_bytes());
}

/// A response on its way back: our Via is taken off, and what a phone asserts of itself.
fn going_back(response: &Response) -> Editor<'_> {
    let mut editor = Editor::response(response);
    editor.drop_first(HeaderName::Via, 1);
    if response.has(HeaderName::PAssertedIdentity) {
        editor.remove(HeaderName::PAssertedIdentity);
    }
    editor
}

/// The same, with the challenges of other branches.
fn returned(response: &Response, challenges: &[(HeaderName, Vec<u8>)]) -> Arc<[u8]> {
    let mut editor = going_back(response);
    for (name, value) in challenges {
        if !response.all(*name).any(|own| own == value.as_slice()) {
            editor.append(*name, value);
        }
    }
    editor.finish()
}
