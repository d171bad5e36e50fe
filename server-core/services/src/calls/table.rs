//! The calls of two parties that pass through this shard, by Call-ID.
//!
//! Routing does not need them: a dialog carries its own route. They are here for what a policy may still say during a
//! call, for the call records, and so that a service that is being stopped knows when its calls have ended.

use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;

use super::media::MediaKinds;
use crate::registrar::location::Tick;
use crate::subscriptions::dialogs::Phase;

/// A call whose BYE never came is forgotten when the generation after its own is full: after one to two of these.
const GENERATION: Tick = 12 * 3_600_000;

/// How often sessions are looked at that nobody refreshed.
pub const SWEEP: Tick = 10_000;

/// One side of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// `alice@contoso.example`.
    pub address: Arc<str>,
    /// Whether it is a user of this deployment, whose policy applies.
    pub own: bool,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who called.
    pub caller: Party,
    /// Who was called.
    pub callee: Party,
    /// The tag of the caller's From: tells the direction of a request in the dialog.
    pub caller_tag: Box<str>,
    /// The media of the last offer.
    pub media: MediaKinds,
    /// When it was answered.
    pub answered: Option<Tick>,
    /// The tag of the callee's To, when one is known: that of the last phone that rang or answered.
    pub callee_tag: Box<str>,
    /// Whether the caller ended it.
    pub ended_by_caller: bool,
    /// When it counts as ended unless it is refreshed (RFC 4028).
    pub ends: Option<Tick>,
}

impl Call {
    /// How far it is.
    pub(crate) fn phase(&self) -> Phase {
        match self.answered {
            Some(_) => Phase::Confirmed,
            None if self.callee_tag.is_empty() => Phase::Trying,
            None => Phase::Early,
        }
    }

    /// The two sides as a request in the dialog sees them: who asks, and the other.
    pub fn sides(&self, from_tag: &str) -> (&Party, &Party) {
        if *self.caller_tag == *from_tag {
            (&self.caller, &self.callee)
        } else {
            (&self.callee, &self.caller)
        }
    }
}

/// All calls of a shard.
#[derive(Debug, Default)]
pub struct Calls {
    young: HashMap<Arc<str>, Call>,
    old: HashMap<Arc<str>, Call>,
    turn: Tick,
    /// When sessions are looked at next, while there is one with a timer.
    sweep: Option<Tick>,
}

impl Calls {
    /// An INVITE is on its way.
    pub fn begin(
        &mut self,
        call_id: &str,
        caller: Party,
        callee: Party,
        caller_tag: &str,
        media: MediaKinds,
    ) {
        let call = Call {
            caller,
            callee,
            caller_tag: caller_tag.into(),
            media,
            answered: None,
            callee_tag: Box::default(),
            ended_by_caller: false,
            ends: None,
        };
        self.young.insert(Arc::from(call_id), call);
    }

    /// The call with this Call-ID.
    pub fn get(&self, call_id: &str) -> Option<&Call> {
        self.young.get(call_id).or_else(|| self.old.get(call_id))
    }

    /// The call was answered; the first answer counts. Returns the call the first time.
    pub fn answer(&mut self, now: Tick, call_id: &str) -> Option<&Call> {
        let call = self.get_mut(call_id)?;
        if call.answered.is_some() {
            return None;
        }
        call.answered = Some(now);
        Some(call)
    }

    /// A phone of the callee rings or answers. Whether that is news.
    pub fn ring(&mut self, call_id: &str, tag: &str) -> bool {
        let call = self.get_mut(call_id).filter(|call| call.answered.is_none());
        let Some(call) = call.filter(|call| *call.callee_tag != *tag) else {
            return false;
        };
        let first = call.callee_tag.is_empty();
        call.callee_tag = tag.into();
        first
    }

    /// All calls, by Call-ID.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Call)> {
        let all = self.young.iter().chain(&self.old);
        all.map(|(call_id, call)| (&**call_id, call))
    }

    /// Somebody else was sent to answers.
    pub fn set_callee(&mut self, call_id: &str, callee: Party) {
        if let Some(call) = self.get_mut(call_id) {
            call.callee = callee;
        }
    }

    /// New media were agreed on.
    pub fn set_media(&mut self, call_id: &str, media: MediaKinds) {
        if let Some(call) = self.get_mut(call_id) {
            call.media = media;
        }
    }

    /// The call was agreed on, or refreshed, until this moment; `None` for ever.
    pub fn set_session(&mut self, now: Tick, call_id: &str, ends: Option<Tick>) {
        let Some(call) = self.get_mut(call_id) else {
            return;
        };
        call.ends = ends;
        if ends.is_some() && self.sweep.is_none() {
            self.sweep = Some(now + SWEEP);
        }
    }

    /// When sessions are looked at.
    pub fn deadline(&self) -> Option<Tick> {
        self.sweep
    }

    /// Takes out the calls whose sessions nobody refreshed in time.
    pub fn lapsed(&mut self, now: Tick) -> Vec<(Arc<str>, Call)> {
        if self.sweep.is_none_or(|sweep| now < sweep) {
            return Vec::new();
        }
        let mut lapsed = Vec::new();
        let mut timers = false;
        for calls in [&mut self.young, &mut self.old] {
            let over = |call: &Call| call.ends.is_some_and(|ends| ends <= now);
            lapsed.extend(calls.extract_if(|_, call| over(call)));
            timers |= calls.values().any(|call| call.ends.is_some());
        }
        self.sweep = timers.then_some(now + SWEEP);
        lapsed
    }

    /// The call ended.
    pub fn end(&mut self, call_id: &str) -> Option<Call> {
        self.young.remove(call_id).or_else(|| self.old.remove(call_id))
    }

    /// Forgets calls that have lasted too long, and returns them.
    pub fn expire(&mut self, now: Tick) -> impl Iterator<Item = (Arc<str>, Call)> + use<> {
        let due = now >= self.turn;
        if due {
            self.turn = now + GENERATION;
        }
        let forgotten = if due {
            std::mem::replace(&mut self.old, std::mem::take(&mut self.young))
        } else {
            HashMap::default()
        };
        forgotten.into_iter()
    }

    fn get_mut(&mut self, call_id: &str) -> Option<&mut Call> {
        self.young.get_mut(call_id).or_else(|| self.old.get_mut(call_id))
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// Whether there is no call.
    pub fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }
}
