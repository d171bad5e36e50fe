//! One subscription, as its notifier keeps it (RFC 6665 §4.2), and the reasons for its end (§4.1.3).

use std::time::{Duration, Instant};

use super::expiry::{Expiry, TooBrief};
use crate::wire::Substate;

/// Why a subscription ended, which tells the subscriber what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TerminationReason {
    /// Subscribe again at once: it moves to another notifier.
    Deactivated,
    /// Subscribe again later.
    Probation,
    /// Do not subscribe again: policy.
    Rejected,
    /// It was not refreshed; subscribe again at once.
    Timeout,
    /// No decision was made in time; subscribe again at will.
    GiveUp,
    /// What was watched is gone.
    NoResource,
    /// What was watched will never change again.
    Invariant,
}

impl TerminationReason {
    /// As written in Subscription-State.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deactivated => "deactivated",
            Self::Probation => "probation",
            Self::Rejected => "rejected",
            Self::Timeout => "timeout",
            Self::GiveUp => "giveup",
            Self::NoResource => "noresource",
            Self::Invariant => "invariant",
        }
    }

    /// From Subscription-State, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        use TerminationReason::{Deactivated, GiveUp, Invariant, NoResource, Probation, Rejected, Timeout};
        [
            Deactivated,
            Probation,
            Rejected,
            Timeout,
            GiveUp,
            NoResource,
            Invariant,
        ]
        .into_iter()
        .find(|reason| reason.as_str().eq_ignore_ascii_case(name))
    }

    /// Whether the subscriber may try again (§4.1.3).
    pub fn may_retry(self) -> bool {
        matches!(
            self,
            Self::Deactivated | Self::Probation | Self::Timeout | Self::GiveUp
        )
    }
}

/// The lifetime and state of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    state: Substate,
    expires_at: Instant,
    reason: Option<TerminationReason>,
}

impl Subscription {
    /// Accepts a SUBSCRIBE; `asked` is its Expires. Zero makes a fetch: one NOTIFY, which says that it has ended.
    pub fn accept(
        now: Instant,
        asked: Option<u32>,
        expiry: Expiry,
        is_pending: bool,
    ) -> Result<Self, TooBrief> {
        let granted = expiry.grant(asked)?;
        let state = if is_pending {
            Substate::Pending
        } else {
            Substate::Active
        };
        let mut it = Self {
            state,
            expires_at: now + seconds(granted),
            reason: None,
        };
        if granted == 0 {
            it.terminate(TerminationReason::Timeout);
        }
        Ok(it)
    }

    /// Takes a refresh; returns the seconds that are granted, for Expires of the 200.
    pub fn refresh(&mut self, now: Instant, asked: Option<u32>, expiry: Expiry) -> Result<u32, TooBrief> {
        let granted = expiry.grant(asked)?;
        self.expires_at = now + seconds(granted);
        if granted == 0 {
            self.terminate(TerminationReason::Timeout);
        }
        Ok(granted)
    }

    /// The watched one has agreed.
    pub fn activate(&mut self) {
        if self.state == Substate::Pending {
            self.state = Substate::Active;
        }
    }

    /// Ends it. The first reason stays.
    pub fn terminate(&mut self, reason: TerminationReason) {
        self.state = Substate::Terminated;
        self.reason.get_or_insert(reason);
    }

    /// Ends it when its time is over, and says whether it did just now.
    pub fn expire(&mut self, now: Instant) -> bool {
        let over = self.state != Substate::Terminated && self.expires_at <= now;
        if over {
            self.terminate(TerminationReason::Timeout);
        }
        over
    }

    /// The state.
    pub fn state(&self) -> &Substate {
        &self.state
    }

    /// Whether it has ended.
    pub fn is_terminated(&self) -> bool {
        self.state == Substate::Terminated
    }

    /// Seconds that are left, rounded up.
    pub fn remaining(&self, now: Instant) -> u32 {
        let left = self.expires_at.saturating_duration_since(now);
        u32::try_from(left.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// When [`expire`](Self::expire) is due.
    pub fn deadline(&self) -> Option<Instant> {
        (!self.is_terminated()).then_some(self.expires_at)
    }

    /// The value of Subscription-State.
    pub fn header(&self, now: Instant) -> String {
        match self.reason {
            Some(reason) => format!("terminated;reason={}", reason.as_str()),
            None => format!("{};expires={}", self.state.as_str(), self.remaining(now)),
        }
    }
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(u64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::origin;

    const EXPIRY: Expiry = Expiry {
        min: 60,
        max: 3600,
        default: 600,
    };

    #[test]
    fn a_subscription_lives_by_its_refreshes() {
        let now = origin();
        let mut it = Subscription::accept(now, None, EXPIRY, true).unwrap();
        assert_eq!(it.header(now), "pending;expires=600");
        it.activate();
        assert_eq!(it.header(now + seconds(100)), "active;expires=500");
        assert_eq!(it.refresh(now + seconds(599), Some(7200), EXPIRY), Ok(3600));
        assert!(!it.expire(now + seconds(600)));
        assert!(it.expire(now + seconds(599 + 3600)) && !it.expire(now + seconds(599 + 3600)));
        assert_eq!(it.header(now), "terminated;reason=timeout");
        assert_eq!(it.deadline(), None);
    }

    #[test]
    fn a_fetch_ends_at_once_and_a_brief_one_is_refused() {
        let now = origin();
        let fetch = Subscription::accept(now, Some(0), EXPIRY, false).unwrap();
        assert_eq!(fetch.header(now), "terminated;reason=timeout");
        assert_eq!(
            Subscription::accept(now, Some(30), EXPIRY, false),
            Err(TooBrief { min: 60 })
        );
    }

    #[test]
    fn reasons_are_read_back() {
        assert_eq!(
            TerminationReason::from_name("NoResource"),
            Some(TerminationReason::NoResource)
        );
        assert!(TerminationReason::Deactivated.may_retry() && !TerminationReason::Rejected.may_retry());
    }
}
