//! What the layer tells the transaction user and the transport, and what it is asked to send.

use std::sync::Arc;

use super::{ClientId, ServerId};
use crate::flow::Flow;
use crate::wire::{Method, Request, Response};

/// What the layer wants done.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send these bytes.
    Send {
        /// On which flow; for a response over UDP the peer is where RFC 3261 §18.2.2 and RFC 3581 say.
        flow: Flow,
        /// One whole message.
        bytes: Arc<[u8]>,
    },
    /// Tell the transaction user.
    Event(Event),
}

/// What the transaction user is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A new request; answer with [`super::TransactionLayer::respond`]. A CANCEL comes only when it matches nothing.
    Request {
        /// Its transaction.
        id: ServerId,
        /// The request.
        request: Request,
        /// Where it came from.
        flow: Flow,
    },
    /// A request came again whose answer was not kept ([`super::TransactionLayer::respond_afresh`]).
    Repeated {
        /// The request.
        request: Request,
        /// Where it came from.
        flow: Flow,
        /// Where the answer goes, outside a transaction.
        reply_on: Flow,
    },
    /// An INVITE was cancelled; the CANCEL has been answered. Answer the INVITE with 487 unless it is too late.
    Cancelled {
        /// The INVITE's transaction.
        id: ServerId,
        /// The CANCEL, for its Reason.
        cancel: Request,
    },
    /// An ACK that belongs to no failure of ours: for a dialog, or to be forwarded.
    Ack {
        /// The request.
        request: Request,
        /// Where it came from.
        flow: Flow,
    },
    /// A response to a request of ours; each 2xx to an INVITE comes again when it is retransmitted.
    Response {
        /// Its transaction.
        id: ClientId,
        /// The response.
        response: Response,
        /// Where it came from.
        flow: Flow,
    },
    /// A response that matches nothing. RFC 6026 §8.9: it is not forwarded.
    Stray {
        /// The response.
        response: Response,
        /// Where it came from.
        flow: Flow,
    },
    /// Nobody answered (Timer B or F).
    Timeout {
        /// The transaction.
        id: ClientId,
    },
    /// The flow is gone.
    TransportFailed {
        /// The transaction.
        id: ClientId,
    },
    /// No ACK came for a failure (Timer H).
    AckTimeout {
        /// The transaction.
        id: ServerId,
    },
    /// The client transaction is forgotten; its id means nothing any more.
    ClientEnded {
        /// The transaction.
        id: ClientId,
    },
    /// The server transaction is forgotten; its id means nothing any more.
    ServerEnded {
        /// The transaction.
        id: ServerId,
    },
}

/// A request to send.
#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// One whole request.
    pub bytes: Arc<[u8]>,
    /// Its method; never ACK, which has no transaction.
    pub method: &'a Method,
    /// The branch of its top Via, unique among all requests of this element.
    pub branch: &'a str,
}
