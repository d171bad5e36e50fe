//! Merged requests (RFC 3261 §8.2.2.2): a request that was forked on its way arrives here more than once.
//!
//! Where this server is the user agent that answers, the second copy is refused with 482; a proxy forwards both. It is
//! the same request when From tag, Call-ID and CSeq are those of an ongoing transaction, and another way when the branch
//! is not: a client that repeats its request over another transport (§18.1.1) keeps the branch. Copies arrive
//! within the time of a network's detours, so a table of a fixed size is enough: a newer request takes the place of an
//! older one, and what was overwritten is served twice, as it was before this rule.

use plenum_sip::keyed_hash::TableHash;
use plenum_sip::transaction::ServerId;

use crate::boundary::Transport;
use crate::diagnostics::Reason;
use crate::registrar::location::Tick;
use crate::world::World;
use crate::world::work::{Stop, Work};

/// Requests that are remembered at a time: a power of two.
const PLACES: usize = 8_192;
/// How long a transaction over datagrams goes on after its answer: Timer J, 64·T1, in milliseconds.
const TIMER_J: Tick = 32_000;

/// The last requests that this server answered as a user agent.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    /// Made when the first request comes.
    places: Vec<Option<Seen>>,
    hash: TableHash,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    /// The half of the hash that the place does not tell.
    mark: u32,
    /// Of its branch and of who gave it.
    way: u32,
    server: ServerId,
    /// Until when its transaction goes on once it is answered.
    until: Tick,
}

impl Merged {
    fn place(&mut self, hash: u64) -> &mut Option<Seen> {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        &mut self.places[hash as usize % PLACES]
    }
}

impl World {
    /// Refuses a copy of a request that another transaction has. A work that waited for a fact is looked at again, and
    /// is no copy of itself.
    pub(crate) fn check_merged(&mut self, work: &Work) -> Result<(), Stop> {
        let Some(server) = work.server else { return Ok(()) };
        if work.request.to().is_ok_and(|to| to.tag().is_some()) {
            return Ok(());
        }
        let hash = self.hash_of_copy(work).ok_or(Reason::Malformed)?;
        let mark = (hash >> 32) as u32;
        let way = self.hash_of_way(work).ok_or(Reason::Malformed)?;
        let seen = *self.merged.place(hash);
        let is_copy = seen.is_some_and(|seen| {
            let goes_on = self.now < seen.until || self.transactions.flow_of(seen.server).is_some();
            seen.mark == mark && seen.way != way && seen.server != server && goes_on
        });
        if is_copy {
            return Err(Reason::Merged.into());
        }
        let lasts = if work.flow.transport == Transport::Udp {
            TIMER_J
        } else {
            0
        };
        let until = self.now + lasts;
        *self.merged.place(hash) = Some(Seen {
            mark,
            way,
            server,
            until,
        });
        Ok(())
    }

    fn hash_of_way(&self, work: &Work) -> Option<u32> {
        let via = work.request.via().ok()?;
        let way = (via.params.get_bytes("branch"), via.host_bytes());
        Some(self.merged.hash.hash_one(way) as u32)
    }

    fn hash_of_copy(&self, work: &Work) -> Option<u64> {
        let from = work.request.from().ok()?;
        let (number, method) = work.request.cseq_parts().ok()?;
        let call_id = work.request.call_id().ok()?;
        let copy = (from.params.get_bytes("tag"), call_id, number, method);
        Some(self.merged.hash.hash_one(copy))
    }
}
