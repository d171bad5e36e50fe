//! All transactions of one element: matching, messages, timers, and what the transaction user is told.
//!
//! Memory is bounded: beyond `limit` transactions a new request is answered with 503 and forgotten, and no client
//! transaction starts. A transaction keeps the bytes of its last message, nothing parsed.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use super::completed::Completed;
use super::deadlines::Deadlines;
use super::entry::{Client, ClientMachine, Entry, Server, ServerMachine, reply_flow};
use super::event::{Event, Outgoing, Output};
use super::invite_client::{self, InviteClient};
use super::invite_server::{self, InviteServer};
use super::matching::{self, Key, KeyTable};
use super::non_invite_client::{self, NonInviteClient};
use super::non_invite_server::{self, NonInviteServer};
use super::slab::{Id, Slab};
use super::{ClientId, ResponseClass, ServerId, Timers, hop_requests};
use crate::flow::{Flow, Transport};
use crate::keyed_hash::Secret;
use crate::wire::{HeaderName, Message, Method, Request, Response, ResponseBuilder};

/// Seconds that a refused request is told to wait.
const RETRY_AFTER: &str = "5";

/// The transactions of one element.
#[derive(Debug)]
pub struct TransactionLayer {
    timers: Timers,
    limit: usize,
    secret: Secret,
    entries: Slab<Entry>,
    clients: KeyTable<Id>,
    servers: KeyTable<Id>,
    completed: Completed,
    /// Client transactions by connection, to fail them when it goes.
    by_connection: BTreeSet<(u64, Id)>,
    deadlines: Deadlines,
    outputs: VecDeque<Output>,
}

impl TransactionLayer {
    /// A layer without transactions. `limit` is the most transactions at a time.
    pub fn new(timers: Timers, limit: usize, secret: &Secret) -> Self {
        Self {
            timers,
            limit,
            secret: secret.derive("transactions"),
            entries: Slab::new(),
            clients: KeyTable::default(),
            servers: KeyTable::default(),
            completed: Completed::default(),
            by_connection: BTreeSet::new(),
            deadlines: Deadlines::default(),
            outputs: VecDeque::new(),
        }
    }

    /// How many transactions there are.
    pub fn len(&self) -> usize {
        self.entries.len() + self.completed.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`wake`](Self::wake) is due.
    pub fn deadline(&self) -> Option<Instant> {
        let ends = [self.deadlines.earliest(), self.completed.deadline()];
        ends.into_iter().flatten().min()
    }

    /// Fires the timers that are due.
    pub fn wake(&mut self, now: Instant) {
        self.completed.wake(now);
        while let Some(place) = self.deadlines.pop_due(now) {
            let Some(id) = self.entries.tenant(place) else {
                continue;
            };
            match self.entries.get_mut(id) {
                Some(Entry::Client(client)) => {
                    match &mut client.machine {
                        ClientMachine::Invite(machine) => machine.handle(now, invite_client::Input::Wake),
                        ClientMachine::Other(machine) => machine.handle(now, non_invite_client::Input::Wake),
                    }
                    self.run_client(id, None);
                }
                Some(Entry::Server(server)) => {
                    match &mut server.machine {
                        ServerMachine::Invite(machine) => machine.handle(now, invite_server::Input::Wake),
                        ServerMachine::Other(machine) => machine.handle(now, non_invite_server::Input::Wake),
                    }
                    self.run_server(id, None);
                }
                None => {}
            }
        }
    }

    /// A message arrived that [`judge`](crate::wire::judge()) accepts.
    pub fn receive(&mut self, now: Instant, message: Message, flow: Flow) {
        match message.arrived_from(flow.peer) {
            Message::Response(response) => self.receive_response(now, response, flow),
            Message::Request(request) => match request.method() {
                Method::Ack => self.receive_ack(now, request, flow),
                _ => self.receive_request(now, request, flow),
            },
        }
    }

    fn receive_response(&mut self, now: Instant, response: Response, flow: Flow) {
        let id =
            matching::response_key(&self.secret, &response).and_then(|key| self.clients.get(&key).copied());
        let Some((id, client)) = id.and_then(|id| Some((id, self.client_mut(id)?))) else {
            self.tell(Event::Stray { response, flow });
            return;
        };
        let class = ResponseClass::of(response.status());
        let mut cancel = None;
        match &mut client.machine {
            ClientMachine::Other(machine) => machine.handle(now, non_invite_client::Input::Response(class)),
            ClientMachine::Invite(machine) => {
                machine.handle(now, invite_client::Input::Response(class));
                cancel = client.cancel.take();
                if class == ResponseClass::Failure && client.ack.is_none() {
                    client.ack = Request::parse(Arc::clone(&client.request))
                        .ok()
                        .map(|invite| hop_requests::ack(&invite, &response));
                }
            }
        }
        if class != ResponseClass::Provisional {
            client.request = Arc::default();
        }
        let flow_out = client.flow;
        if let Some(cancel) = cancel.filter(|_| class == ResponseClass::Provisional) {
            if let ClientMachine::Invite(machine) = &mut client.machine {
                machine.handle(now, invite_client::Input::Cancelled);
            }
            self.start_cancel(now, cancel, flow_out);
        }
        self.run_client(id, Some((response, flow)));
    }

    fn receive_ack(&mut self, now: Instant, request: Request, flow: Flow) {
        let id = matching::server_key(&self.secret, &request, flow.transport)
            .and_then(|key| self.servers.get(&key).copied());
        match id.and_then(|id| Some((id, self.server_mut(id)?))) {
            Some((
                id,
                Server {
                    machine: ServerMachine::Invite(machine),
                    ..
                },
            )) => {
                machine.handle(now, invite_server::Input::Ack);
                self.run_server(id, Some((request, flow)));
            }
            _ => self.tell(Event::Ack { request, flow }),
        }
    }

    fn receive_request(&mut self, now: Instant, request: Request, flow: Flow) {
        let Some(key) = matching::server_key(&self.secret, &request, flow.transport) else {
            return;
        };
        if let Some(id) = self.servers.get(&key).copied() {
            if let Some(server) = self.server_mut(id) {
                server.follow(flow);
                match &mut server.machine {
                    ServerMachine::Invite(machine) => machine.handle(now, invite_server::Input::Request),
                    ServerMachine::Other(machine) => machine.handle(now, non_invite_server::Input::Request),
                }
            }
            self.run_server(id, None);
            return;
        }
        let reply_on = reply_flow(&request, flow);
        match self.completed.response(&key) {
            Some(Some(bytes)) => return self.send(bytes, reply_on),
            Some(None) => {
                return self.tell(Event::Repeated {
                    request,
                    flow,
                    reply_on,
                });
            }
            None => {}
        }
        if self.len() >= self.limit {
            self.refuse(&request, reply_on);
            return;
        }
        let id = self.start_server(now, key, &request, flow, reply_on);
        if *request.method() == Method::Cancel && self.cancel_server(now, id, &request, flow.transport) {
            return;
        }
        self.tell(Event::Request {
            id: ServerId(id),
            request,
            flow,
        });
        self.run_server(id, None);
    }

    /// Answers with 503 and keeps nothing. Over datagrams anybody may have sent it, so nobody is answered with more than
    /// the request was long: who hears nothing asks again.
    fn refuse(&mut self, request: &Request, flow: Flow) {
        let limit = match flow.transport {
            Transport::Udp => request.bytes().len(),
            _ => usize::MAX,
        };
        let refusal = ResponseBuilder::new(request, 503)
            .to_tag("overload")
            .optional(HeaderName::RetryAfter, RETRY_AFTER);
        let bytes = refusal.within(limit).finish();
        if bytes.len() <= limit {
            self.send(bytes, flow);
        }
    }

    fn start_server(&mut self, now: Instant, key: Key, request: &Request, flow: Flow, reply_on: Flow) -> Id {
        let reliable = flow.transport.is_reliable();
        let machine = match request.method() {
            Method::Invite => ServerMachine::Invite(InviteServer::new(now, self.timers, reliable)),
            _ => ServerMachine::Other(NonInviteServer::new(now, self.timers, reliable)),
        };
        let request = Some(Arc::clone(request.bytes()));
        let server = Server {
            machine,
            key,
            request,
            response: None,
            arrived_on: flow,
            reply_on,
        };
        let id = self.entries.insert(Entry::Server(server));
        self.servers.insert(key, id);
        self.schedule(id);
        id
    }

    /// §9.2: answers a CANCEL that matches an INVITE, and says whether it did.
    fn cancel_server(&mut self, now: Instant, id: Id, cancel: &Request, over: Transport) -> bool {
        let invite = matching::cancelled_key(&self.secret, cancel, over)
            .and_then(|key| self.servers.get(&key).copied());
        let Some(invite) = invite else { return false };
        let tag = format!(
            "{:016x}",
            self.secret
                .hash(&[cancel.get(HeaderName::CallId).unwrap_or_default()]) as u64
        );
        let answer = ResponseBuilder::new(cancel, 200).to_tag(&tag).finish();
        self.respond(now, ServerId(id), 200, answer);
        self.tell(Event::Cancelled {
            id: ServerId(invite),
            cancel: cancel.clone(),
        });
        true
    }

    /// Answers a request. `bytes` is the whole response with this status. An id that has ended is ignored: the answer
    /// came too late to be sent.
    pub fn respond(&mut self, now: Instant, id: ServerId, status: u16, bytes: Arc<[u8]>) {
        self.respond_and(now, id, (status, bytes), true);
    }

    /// The same for an answer that need not be kept: when the request comes again, it is made again
    /// ([`Event::Repeated`]).
    pub fn respond_afresh(&mut self, now: Instant, id: ServerId, status: u16, bytes: Arc<[u8]>) {
        self.respond_and(now, id, (status, bytes), false);
    }

    fn respond_and(&mut self, now: Instant, id: ServerId, answer: (u16, Arc<[u8]>), is_kept: bool) {
        let (status, bytes) = answer;
        let Some(server) = self.server_mut(id.0) else {
            return;
        };
        let class = ResponseClass::of(status);
        match &mut server.machine {
            ServerMachine::Invite(machine) => {
                let state = machine.state();
                let takes = state == invite_server::State::Proceeding
                    || (state == invite_server::State::Accepted && class == ResponseClass::Success);
                if !takes {
                    return;
                }
                server.response = Some(bytes);
                machine.handle(now, invite_server::Input::Respond(class));
            }
            ServerMachine::Other(machine) => {
                if class != ResponseClass::Provisional {
                    server.response = Some(bytes);
                }
                machine.handle(now, non_invite_server::Input::Respond(class));
            }
        }
        let timer_j = match &server.machine {
            ServerMachine::Other(machine) => machine.timer_j(),
            ServerMachine::Invite(_) => None,
        };
        if class != ResponseClass::Provisional {
            server.request = None;
        }
        if let Some((end, response)) = timer_j.zip(server.response.clone()) {
            let key = server.key;
            self.completed.keep(end, key, is_kept.then_some(response));
        }
        self.run_server(id.0, None);
    }

    /// Answers a request without a state (RFC 3261 §8.2.7): the answer goes out once and the transaction is forgotten, so
    /// that a copy of the request is a new one.
    pub fn respond_once(&mut self, id: ServerId, bytes: Arc<[u8]>) {
        if let Some(flow) = self.server_mut(id.0).map(|server| server.reply_on) {
            self.send(bytes, flow);
            self.abandon(id);
        }
    }

    /// Forgets a request that is never answered: a non-INVITE that nobody answered in time, to which no 408 may be sent
    /// any more (RFC 4320 §4.2).
    pub fn abandon(&mut self, id: ServerId) {
        if self.server_mut(id.0).is_some() {
            self.forget(id.0);
            self.tell(Event::ServerEnded { id });
        }
    }

    /// Sends a request in a transaction of its own. `None`: the limit is reached, or the branch is in use.
    pub fn request(&mut self, now: Instant, outgoing: Outgoing<'_>, flow: Flow) -> Option<ClientId> {
        let key = matching::client_key(
            &self.secret,
            outgoing.branch.as_bytes(),
            outgoing.method.as_str().as_bytes(),
        );
        if self.len() >= self.limit || self.clients.contains_key(&key) {
            return None;
        }
        let reliable = flow.transport.is_reliable();
        let machine = match outgoing.method {
            Method::Invite => ClientMachine::Invite(InviteClient::new(now, self.timers, reliable)),
            _ => ClientMachine::Other(NonInviteClient::new(now, self.timers, reliable)),
        };
        let client = Client {
            machine,
            key,
            request: outgoing.bytes,
            ack: None,
            cancel: None,
            flow,
        };
        let id = self.entries.insert(Entry::Client(client));
        self.clients.insert(key, id);
        if reliable {
            self.by_connection.insert((flow.connection, id));
        }
        self.run_client(id, None);
        Some(ClientId(id))
    }

    /// Sends bytes without a transaction: an ACK for a 2xx, or a BENOTIFY.
    pub fn send(&mut self, bytes: Arc<[u8]>, flow: Flow) {
        self.outputs.push_back(Output::Send { flow, bytes });
    }

    /// Cancels an INVITE that has no final response yet: at once, or when the first provisional response comes (§9.1).
    /// `extra` are headers such as Reason (RFC 3326).
    pub fn cancel(&mut self, now: Instant, id: ClientId, extra: &[(HeaderName, &str)]) {
        let Some(client) = self.client_mut(id.0) else {
            return;
        };
        let ClientMachine::Invite(machine) = &mut client.machine else {
            return;
        };
        let state = machine.state();
        let Ok(invite) = Request::parse(Arc::clone(&client.request)) else {
            return;
        };
        let cancel = hop_requests::cancel(&invite, extra);
        match state {
            invite_client::State::Calling => client.cancel = Some(cancel),
            invite_client::State::Proceeding => {
                machine.handle(now, invite_client::Input::Cancelled);
                let flow = client.flow;
                self.start_cancel(now, cancel, flow);
                self.schedule(id.0);
            }
            _ => {}
        }
    }

    fn start_cancel(&mut self, now: Instant, bytes: Arc<[u8]>, flow: Flow) {
        let Ok(request) = Request::parse(Arc::clone(&bytes)) else {
            return;
        };
        let Ok(via) = request.via() else { return };
        let branch = via.branch().unwrap_or_default();
        self.request(
            now,
            Outgoing {
                bytes,
                method: &Method::Cancel,
                branch,
            },
            flow,
        );
    }

    /// A connection is gone: the client transactions on it fail.
    pub fn flow_closed(&mut self, now: Instant, connection: u64) {
        let first = Id::FIRST;
        let gone: Vec<Id> = self
            .by_connection
            .range((connection, first)..)
            .take_while(|entry| entry.0 == connection)
            .map(|entry| entry.1)
            .collect();
        for id in gone {
            self.fail(now, id);
        }
    }

    /// The request of one transaction could not be sent.
    pub fn transport_failed(&mut self, now: Instant, id: ClientId) {
        self.fail(now, id.0);
    }

    fn fail(&mut self, now: Instant, id: Id) {
        let Some(client) = self.client_mut(id) else { return };
        match &mut client.machine {
            ClientMachine::Invite(machine) => machine.handle(now, invite_client::Input::TransportError),
            ClientMachine::Other(machine) => machine.handle(now, non_invite_client::Input::TransportError),
        }
        self.run_client(id, None);
    }

    /// The flow that a request came on, while its transaction lives.
    pub fn flow_of(&self, id: ServerId) -> Option<Flow> {
        match self.entries.get(id.0)? {
            Entry::Server(server) => Some(server.arrived_on),
            Entry::Client(_) => None,
        }
    }

    fn client_mut(&mut self, id: Id) -> Option<&mut Client> {
        match self.entries.get_mut(id)? {
            Entry::Client(client) => Some(client),
            Entry::Server(_) => None,
        }
    }

    fn server_mut(&mut self, id: Id) -> Option<&mut Server> {
        match self.entries.get_mut(id)? {
            Entry::Server(server) => Some(server),
            Entry::Client(_) => None,
        }
    }

    fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// Carries out what a client machine says, and keeps its deadline.
    fn run_client(&mut self, id: Id, mut received: Option<(Response, Flow)>) {
        let mut ended = false;
        while let Some(Entry::Client(client)) = self.entries.get_mut(id) {
            let Some(action) = client.machine.poll() else {
                break;
            };
            let flow = client.flow;
            match action {
                invite_client::Output::SendRequest => {
                    let bytes = Arc::clone(&client.request);
                    self.outputs.push_back(Output::Send { flow, bytes });
                }
                invite_client::Output::SendAck => {
                    if let Some(bytes) = client.ack.clone() {
                        self.outputs.push_back(Output::Send { flow, bytes });
                    }
                }
                invite_client::Output::PassUp => {
                    if let Some((response, flow)) = received.take() {
                        self.tell(Event::Response {
                            id: ClientId(id),
                            response,
                            flow,
                        });
                    }
                }
                invite_client::Output::Timeout => self.tell(Event::Timeout { id: ClientId(id) }),
                invite_client::Output::TransportFailed => {
                    self.tell(Event::TransportFailed { id: ClientId(id) });
                }
                invite_client::Output::Ended => ended = true,
            }
        }
        if ended {
            self.forget(id);
            self.tell(Event::ClientEnded { id: ClientId(id) });
        } else {
            self.schedule(id);
        }
    }

    /// Carries out what a server machine says, and keeps its deadline.
    fn run_server(&mut self, id: Id, mut ack: Option<(Request, Flow)>) {
        let mut ended = false;
        while let Some(Entry::Server(server)) = self.entries.get_mut(id) {
            let Some(action) = server.machine.poll() else {
                break;
            };
            let flow = server.reply_on;
            match action {
                invite_server::Output::SendTrying => server.write_trying(),
                invite_server::Output::SendResponse => {}
                invite_server::Output::PassUpAck => {
                    if let Some((request, flow)) = ack.take() {
                        self.tell(Event::Ack { request, flow });
                    }
                    continue;
                }
                invite_server::Output::AckTimeout => {
                    self.tell(Event::AckTimeout { id: ServerId(id) });
                    continue;
                }
                invite_server::Output::Ended => {
                    ended = true;
                    continue;
                }
            }
            // RFC 6026 §7.1: a 2xx is repeated by who made it, never by the transaction.
            let bytes = if server.machine.is_accepted() {
                server.response.take()
            } else {
                server.response.clone()
            };
            if let Some(bytes) = bytes {
                self.outputs.push_back(Output::Send { flow, bytes });
            }
        }
        if ended {
            self.forget(id);
            self.tell(Event::ServerEnded { id: ServerId(id) });
        } else {
            self.schedule(id);
        }
    }

    fn schedule(&mut self, id: Id) {
        let deadline = match self.entries.get(id) {
            Some(Entry::Client(client)) => client.machine.deadline(),
            Some(Entry::Server(server)) => server.machine.deadline(),
            None => return,
        };
        self.deadlines.set(id.place, deadline);
    }

    fn forget(&mut self, id: Id) {
        self.deadlines.set(id.place, None);
        match self.entries.remove(id) {
            Some(Entry::Client(client)) => {
                self.clients.remove(&client.key);
                self.by_connection.remove(&(client.flow.connection, id));
            }
            Some(Entry::Server(server)) => {
                self.servers.remove(&server.key);
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
