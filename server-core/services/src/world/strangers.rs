//! Answers to whoever has not proved where it is: over datagrams the address of the sender is what it says, and what is
//! sent there may hit somebody else.
//!
//! Three rules keep the server from being worth anything to who lies about its address:
//! * an answer is no longer than its request, as far as SIP can say it so shortly: `ms-diagnostics`, the second algorithm
//!   of a challenge and the reason phrase are left out first;
//! * an answer is sent once (RFC 3261 §26.3.2.4): no transaction repeats it, and a copy of the request is a new request. A
//!   lawful client asks again until it hears something;
//! * the bytes by which an answer has to be longer are counted for the address ([`ALLOWANCE`], which fills up again with
//!   [`REFILL`]): when they are spent, the request is not answered. A first request always is.
//!
//! Who has proved who it is (Digest), who brings the route of a dialog, and who has a connection are no strangers. The count
//! is a world's own. A 100 that the transaction sends while an INVITE waits for the store is not counted.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use plenum_sip::Request;
use plenum_sip::keyed_hash::HashMap;
use plenum_sip::wire::judge::Refusal;
use plenum_sip::wire::{HeaderName, Method, ResponseBuilder};

use super::World;
use super::work::Work;
use crate::boundary::{Flow, Output, Transport};
use crate::registrar::location::Tick;

/// Bytes more than it sent that an address is answered with at once.
const ALLOWANCE: u64 = 8 * 1024;
/// Bytes a second by which that fills up again.
const REFILL: u64 = 1024;
/// Addresses in a generation of counters.
const GENERATION: usize = 16_384;
/// After this a server transaction of an INVITE has sent 100 (RFC 3261 §17.2.1), and the client does not ask again.
const TRYING: Duration = Duration::from_millis(200);
/// How often the answer to an INVITE is sent when nobody acknowledges it: timer G within 64·T1.
const REPEATS: usize = 11;

/// What addresses have been answered with beyond what they sent. Two generations bound the memory; who is forgotten has
/// its whole allowance again.
#[derive(Debug, Default)]
pub(crate) struct Strangers {
    young: HashMap<IpAddr, Spent>,
    old: HashMap<IpAddr, Spent>,
}

#[derive(Clone, Copy, Debug)]
struct Spent {
    bytes: u64,
    at: Tick,
}

impl Strangers {
    /// Takes bytes from the allowance of an address, unless they are not there.
    fn take(&mut self, now: Tick, from: IpAddr, bytes: usize) -> bool {
        if bytes == 0 {
            return true;
        }
        let from = network(from);
        let spent = self.young.get(&from).or_else(|| self.old.get(&from));
        let before = spent.map_or(0, |spent| {
            let refilled = now.saturating_sub(spent.at) * REFILL / 1000;
            spent.bytes.saturating_sub(refilled)
        });
        let bytes = before + bytes as u64;
        if bytes > ALLOWANCE {
            return false;
        }
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(from, Spent { bytes, at: now });
        true
    }
}

/// What one subscriber line has: an address, of IPv6 its upper half.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

impl Work {
    /// Whether it came in a datagram of somebody who has not proved anything.
    pub(super) fn is_of_stranger(&self) -> bool {
        self.flow.transport == Transport::Udp && self.sender.is_none() && self.server.is_some()
    }
}

impl World {
    pub(super) fn respond_to_stranger(
        &mut self,
        work: &Work,
        status: u16,
        build: impl FnOnce(ResponseBuilder<'_>) -> Arc<[u8]>,
    ) {
        let Some(server) = work.server else { return };
        let tag = self.tag_of(&work.request);
        let length = work.request.bytes().len();
        let builder = ResponseBuilder::new(&work.request, status).to_tag(&tag);
        let bytes = build(builder.within(length));
        let is_invite = *work.request.method() == Method::Invite;
        let asks_again = self.instant.saturating_duration_since(work.arrived) < TRYING;
        let (surplus, from) = (bytes.len().saturating_sub(length), work.flow.peer.ip());
        if is_invite && !asks_again && self.strangers.take(self.now, from, REPEATS * bytes.len()) {
            self.respond_with(work, status, bytes);
        } else if !self.strangers.take(self.now, from, surplus) {
            self.counters.unanswered += 1;
            self.transactions.abandon(server);
        } else if is_invite || surplus > 0 {
            self.count_response(work, status);
            self.transactions.respond_once(server, bytes);
        } else {
            self.respond_with(work, status, bytes);
        }
    }

    /// Answers a request that is damaged, without a transaction.
    pub(super) fn refuse_unreadable(&mut self, flow: Flow, request: &Request, refusal: &Refusal) {
        let limit = match flow.transport {
            Transport::Udp => request.bytes().len(),
            _ => usize::MAX,
        };
        let (tag, diagnostics) = (self.tag_of(request), self.diagnostics_of(refusal.status));
        let bytes = refusal.response(request, &tag, &diagnostics, limit);
        let surplus = bytes.len().saturating_sub(limit);
        if self.strangers.take(self.now, flow.peer.ip(), surplus) {
            self.push(Output::Send { flow, bytes });
        } else {
            self.counters.unanswered += 1;
        }
    }

    /// A tag that a copy of the request gets too (RFC 3261 §8.2.7).
    fn tag_of(&self, request: &Request) -> String {
        let part = |name| request.get(name).unwrap_or_default();
        let parts = [HeaderName::Via, HeaderName::From, HeaderName::CallId].map(part);
        let hash = self.fresh.hash(&[b"stranger", parts[0], parts[1], parts[2]]) as u32;
        format!("{:x}{:07x}", self.config.slice.index(), hash >> 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_that_is_spent_fills_up_again() {
        let mut strangers = Strangers::default();
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let all = ALLOWANCE as usize;
        assert!(strangers.take(0, one, all));
        assert!(!strangers.take(0, one, 1));
        assert!(strangers.take(0, other, 1));
        assert!(!strangers.take(1_000, one, all));
        assert!(strangers.take(1_000, one, REFILL as usize));
        assert!(strangers.take(60_000, one, all));
    }

    #[test]
    fn one_line_of_ipv6_has_one_allowance() {
        let mut strangers = Strangers::default();
        let address = |text: &str| text.parse().unwrap();
        assert!(strangers.take(0, address("2001:db8::1"), ALLOWANCE as usize));
        assert!(!strangers.take(0, address("2001:db8::2"), 1));
        assert!(strangers.take(0, address("2001:db8:0:1::2"), 1));
    }
}
