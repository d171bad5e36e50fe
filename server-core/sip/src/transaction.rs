//! Transactions (RFC 3261 §17, corrected by RFC 6026 and RFC 4320).
//!
//! Four machines, one a file, know no message: they take an input (`Provisional`, `Wake` …) at a time and say what to
//! do (`SendRequest`, `PassUp` …). [`TransactionLayer`] keeps the messages, finds the machine that a message belongs to
//! and carries out what it says. After every call: [`TransactionLayer::poll`] until `None`, then sleep until
//! [`TransactionLayer::deadline`] and call [`TransactionLayer::wake`].

pub mod event;
pub mod invite_client;
pub mod invite_server;
pub mod layer;
pub mod non_invite_client;
pub mod non_invite_server;

mod completed;
mod deadlines;
mod entry;
mod hop_requests;
mod matching;
mod slab;

use std::time::Duration;

pub use entry::reply_flow;
pub use event::{Event, Outgoing, Output};
pub use layer::TransactionLayer;

/// The base values that all timers are made of (RFC 3261 §17.1.1.1 and Table 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// An estimate of the round-trip time. 500 ms.
    pub t1: Duration,
    /// The longest interval between retransmissions of a non-INVITE request and of an INVITE response. 4 s.
    pub t2: Duration,
    /// How long a message may stay in the network. 5 s.
    pub t4: Duration,
    /// When an INVITE is answered with 100 if nothing else was sent: at most 200 ms (§17.2.1); zero for at once.
    pub trying: Duration,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            t1: Duration::from_millis(500),
            t2: Duration::from_secs(4),
            t4: Duration::from_secs(5),
            trying: Duration::from_millis(200),
        }
    }
}

impl Timers {
    /// Timers B, F, H, L, M, and J over UDP: how long a transaction tries or absorbs.
    pub fn lifetime(&self) -> Duration {
        self.t1 * 64
    }

    /// When Timer E of the peer reaches T2, so that a non-INVITE request has to be answered with 100 (RFC 4320 §4.1):
    /// T1 + 2·T1 + 4·T1 + … while the interval is below T2.
    pub fn non_invite_trying(&self) -> Duration {
        let mut interval = self.t1;
        let mut sum = Duration::ZERO;
        while interval < self.t2 && !interval.is_zero() {
            sum += interval;
            interval *= 2;
        }
        sum
    }
}

/// The class of a response, as the machines see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseClass {
    /// 1xx
    Provisional,
    /// 2xx
    Success,
    /// 300 to 699
    Failure,
}

impl ResponseClass {
    /// The class of a status.
    pub fn of(status: u16) -> Self {
        match status {
            ..200 => Self::Provisional,
            200..300 => Self::Success,
            _ => Self::Failure,
        }
    }
}

/// A client transaction; never reused for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(pub(crate) slab::Id);

/// A server transaction; never reused for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(pub(crate) slab::Id);

/// At most four outputs that wait to be polled; a machine never makes more from one input.
#[derive(Clone, Debug)]
pub(crate) struct Pending<T> {
    items: [Option<T>; 4],
}

impl<T: Copy> Pending<T> {
    pub(crate) fn new() -> Self {
        Self { items: [None; 4] }
    }

    pub(crate) fn push(&mut self, item: T) {
        if let Some(free) = self.items.iter_mut().find(|slot| slot.is_none()) {
            *free = Some(item);
        }
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        let [first, ..] = self.items;
        self.items = [self.items[1], self.items[2], self.items[3], None];
        first
    }
}

#[cfg(test)]
mod tests;
