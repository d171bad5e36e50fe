//! The next address of a name (RFC 3263 §4.3): when nobody answers at one, or the answer is 503, a copy of the request with
//! a branch of its own goes to the next one, and the caller hears nothing of it.
//!
//! What failed comes after the others for a while. A connection that cannot be opened fails over before a copy is sent,
//! in [`send`](crate::world::send). A request other than INVITE that nobody answers is not sent on: who asked has given
//! up by then (RFC 4321 §1.2), but the next request goes elsewhere. Absent: errors of the network (ICMP) end no wait
//! early.

use std::time::Duration;

use plenum_sip::Method;

use super::fork::Leg;
use crate::boundary::Target;
use crate::world::{Purpose, World};

/// Timer F: who asked by another method than INVITE waits no longer.
const NON_INVITE: Duration = Duration::from_secs(32);

/// A branch that has further addresses.
#[derive(Debug)]
pub(super) struct Failover {
    /// The branch.
    pub(super) index: usize,
    /// Where it was sent.
    pub(super) tried: Target,
    /// Where it goes next.
    pub(super) leg: Leg,
}

impl World {
    /// What was sent on a branch has failed; whether it goes to a further address.
    pub(super) fn fail_over(&mut self, id: u64, index: usize) -> bool {
        let Some(fork) = self.forks.get_mut(id) else {
            return false;
        };
        let position = fork.failovers.iter().position(|it| it.index == index);
        let Some(Failover { tried, leg, .. }) = position.map(|at| fork.failovers.swap_remove(at)) else {
            return false;
        };
        self.flows.is_silent(tried, self.now);
        let Some(fork) = self.forks.get_mut(id).filter(|fork| !fork.context.is_over()) else {
            return false;
        };
        let asked_long_ago = self.instant.saturating_duration_since(fork.work.arrived);
        if *fork.work.request.method() != Method::Invite && asked_long_ago >= NON_INVITE {
            return false;
        }
        self.send_copy(id, index, &leg);
        true
    }

    /// A branch that waits for a connection goes to the next address by itself.
    pub(crate) fn passed_over(&mut self, purpose: Purpose) {
        let Purpose::Branch { fork, index } = purpose else {
            return;
        };
        let Some(fork) = self.forks.get_mut(fork) else {
            return;
        };
        let position = fork.failovers.iter().position(|it| it.index == index);
        if let Some(at) = position {
            let failover = &mut fork.failovers[at];
            match failover.leg.hop.after_failure() {
                Some((tried, hop)) => (failover.tried, failover.leg.hop) = (tried, hop),
                None => drop(fork.failovers.swap_remove(at)),
            }
        }
    }
}
