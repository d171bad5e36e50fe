//! What the layer keeps of a transaction: its machine, the bytes that it may have to send again, and where they go.

use std::sync::Arc;
use std::time::Instant;

use super::invite_client::{self, InviteClient};
use super::invite_server::{self, InviteServer};
use super::matching::Key;
use super::non_invite_client::{self, NonInviteClient};
use super::non_invite_server::{self, NonInviteServer};
use crate::flow::Flow;
use crate::wire::{Message, Request, ResponseBuilder};

#[derive(Debug)]
pub(super) enum ClientMachine {
    Invite(InviteClient),
    Other(NonInviteClient),
}

#[derive(Debug)]
pub(super) struct Client {
    pub(super) machine: ClientMachine,
    pub(super) key: Key,
    /// The request; empty once it was answered for good.
    pub(super) request: Arc<[u8]>,
    pub(super) ack: Option<Arc<[u8]>>,
    /// A CANCEL that waits for the first provisional response (§9.1).
    pub(super) cancel: Option<Arc<[u8]>>,
    pub(super) flow: Flow,
}

#[derive(Debug)]
pub(super) enum ServerMachine {
    Invite(InviteServer),
    Other(NonInviteServer),
}

#[derive(Debug)]
pub(super) struct Server {
    pub(super) machine: ServerMachine,
    pub(super) key: Key,
    /// The request, for a 100 and for nothing else once it was answered.
    pub(super) request: Option<Arc<[u8]>>,
    pub(super) response: Option<Arc<[u8]>>,
    pub(super) arrived_on: Flow,
    pub(super) reply_on: Flow,
}

#[derive(Debug)]
pub(super) enum Entry {
    Client(Client),
    Server(Server),
}

/// The flow that a response goes on: the same connection, or where RFC 3261 §18.2.2 and RFC 3581 §4 say.
pub fn reply_flow(request: &Request, arrived_on: Flow) -> Flow {
    if arrived_on.transport.is_reliable() {
        return arrived_on;
    }
    let peer = request
        .via()
        .map_or(arrived_on.peer, |via| via.response_address(arrived_on.peer));
    Flow { peer, ..arrived_on }
}

impl Server {
    /// A copy of the request came: the answer goes on the newest connection of the same peer, whose older one may be
    /// gone. Datagrams have no connection, and another address is not believed.
    pub(super) fn follow(&mut self, flow: Flow) {
        if flow.transport.is_reliable() && flow.peer.ip() == self.arrived_on.peer.ip() {
            self.reply_on = flow;
        }
    }

    pub(super) fn write_trying(&mut self) {
        let Some(Ok(request)) = self.request.clone().map(Message::parse) else {
            return;
        };
        if let Message::Request(request) = request.arrived_from(self.arrived_on.peer) {
            self.response = Some(ResponseBuilder::new(&request, 100).finish());
        }
    }
}

impl ClientMachine {
    /// The outputs of both machines in the words of the larger one.
    pub(super) fn poll(&mut self) -> Option<invite_client::Output> {
        use invite_client::Output as Wide;
        use non_invite_client::Output as Narrow;
        Some(match self {
            Self::Invite(machine) => machine.poll()?,
            Self::Other(machine) => match machine.poll()? {
                Narrow::SendRequest => Wide::SendRequest,
                Narrow::PassUp => Wide::PassUp,
                Narrow::Timeout => Wide::Timeout,
                Narrow::TransportFailed => Wide::TransportFailed,
                Narrow::Ended => Wide::Ended,
            },
        })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Invite(machine) => machine.deadline(),
            Self::Other(machine) => machine.deadline(),
        }
    }
}

impl ServerMachine {
    /// Whether an INVITE was answered with a 2xx.
    pub(super) fn is_accepted(&self) -> bool {
        matches!(self, Self::Invite(machine) if machine.state() == invite_server::State::Accepted)
    }

    pub(super) fn poll(&mut self) -> Option<invite_server::Output> {
        use invite_server::Output as Wide;
        use non_invite_server::Output as Narrow;
        Some(match self {
            Self::Invite(machine) => machine.poll()?,
            Self::Other(machine) => match machine.poll()? {
                Narrow::SendTrying => Wide::SendTrying,
                Narrow::SendResponse => Wide::SendResponse,
                Narrow::Ended => Wide::Ended,
            },
        })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Invite(machine) => machine.deadline(),
            Self::Other(machine) => machine.deadline(),
        }
    }
}
