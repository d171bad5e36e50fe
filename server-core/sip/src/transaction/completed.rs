//! Answered non-INVITE server transactions over an unreliable transport: RFC 3261 §17.2.2, state Completed.
//!
//! All that such a transaction does for Timer J, 64·T1, is to send its response again, and there are far more of them
//! than of all others: at 6,000 requests a second 200,000. So they are a key and a response each, and because they all
//! live equally long, their ends are a queue. What the transaction user makes again when it is asked again is a key alone.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use super::matching::{Key, KeyTable};

/// The responses that may have to be sent again.
#[derive(Debug, Default)]
pub(super) struct Completed {
    responses: KeyTable<Option<Arc<[u8]>>>,
    ends: VecDeque<(Instant, Key)>,
}

impl Completed {
    pub(super) fn len(&self) -> usize {
        self.responses.len()
    }

    /// Keeps a response until `end`, which is never before that of an earlier one; `None` is one that is made again.
    pub(super) fn keep(&mut self, end: Instant, key: Key, response: Option<Arc<[u8]>>) {
        self.responses.insert(key, response);
        self.ends.push_back((end, key));
    }

    /// The response to a request that came again, when there was one.
    pub(super) fn response(&self, key: &Key) -> Option<Option<Arc<[u8]>>> {
        self.responses.get(key).cloned()
    }

    /// When the first of them ends.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.ends.front().map(|(end, _)| *end)
    }

    /// Timer J fires: forgets those whose time is over.
    pub(super) fn wake(&mut self, now: Instant) {
        while let Some((_, key)) = self.ends.pop_front_if(|(end, _)| *end <= now) {
            self.responses.remove(&key);
        }
    }
}
