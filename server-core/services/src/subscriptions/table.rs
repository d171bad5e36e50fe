//! Who watches whom (RFC 6665 §4.2): the subscriptions of a shard, by dialog, by presentity and by watcher.
//!
//! At most one NOTIFY of a subscription is under way; what changes meanwhile is sent when it is answered, once.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use plenum_sip::dialog::{Dialog, DialogId};
use plenum_sip::event::TerminationReason;
use plenum_sip::keyed_hash::HashMap;

use super::list::List;
use super::notify::State;
use super::partial::Partial;
use super::{dialogs, watchers};
use crate::provisioning::{self, Asked};
use crate::registrar::location::Tick;
use crate::routing::flow_token::Side;
use crate::slice::Slice;

/// What is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Package {
    /// A user's presence (RFC 3856).
    Presence,
    /// The watcher's own settings ([MS-SIPREGE]).
    Provisioning(Box<Asked>),
    /// The watcher's own calls (RFC 4235).
    Dialogs(Partial),
    /// Who watches the watcher's own presence (RFC 3857).
    Watchers(Partial),
    /// The presence of many (RFC 4662).
    List(Box<List>),
}

impl Package {
    /// Whether settings are watched.
    pub fn is_provisioning(&self) -> bool {
        matches!(self, Self::Provisioning(_))
    }

    /// Says that the next look tells in any case.
    pub fn must_be_told(&mut self) {
        match self {
            Self::Presence => {}
            Self::Provisioning(asked) => asked.must_be_told(),
            Self::Dialogs(partial) | Self::Watchers(partial) => partial.must_be_told(),
            Self::List(list) => list.must_be_told(),
        }
    }

    /// Whether a document is worth a NOTIFY: presence always, settings when they are not what was told last, and others
    /// when something changed.
    pub fn is_news(&mut self, document: &str) -> bool {
        match self {
            Self::Presence => true,
            Self::Provisioning(asked) => asked.is_news(document),
            Self::Dialogs(partial) | Self::Watchers(partial) => partial.is_news(),
            Self::List(list) => list.is_news(),
        }
    }

    /// Says that a state was sent. Whether there is more to tell at once.
    pub(crate) fn told(&mut self, state: &State) -> bool {
        match self {
            Self::Dialogs(partial) | Self::Watchers(partial) => partial.told(),
            Self::List(list) => {
                list.told(state.included);
                return list.is_news();
            }
            Self::Presence | Self::Provisioning(_) => {}
        }
        false
    }
}

/// One subscription.
#[derive(Debug)]
pub struct Subscription {
    /// Whose presence or settings: `alice@contoso.example`.
    pub presentity: Arc<str>,
    /// Who watches.
    pub watcher: Arc<str>,
    /// What is watched.
    pub package: Package,
    /// Whether the watcher takes BENOTIFY.
    pub best_effort: bool,
    /// The dialog.
    pub dialog: Dialog,
    /// How the watcher is reached.
    pub side: Side,
    /// Our Contact.
    pub contact: Box<str>,
    /// The `id` of the Event header.
    pub event_id: Option<Box<str>>,
    /// When it ends.
    pub expires: Tick,
    /// Why it ended, when its last NOTIFY is still to come or under way.
    pub ended: Option<TerminationReason>,
    /// Whether a NOTIFY is under way.
    pub notifying: bool,
    /// Whether that one says that the subscription has ended: none follows it.
    pub closing: bool,
    /// Whether something changed meanwhile.
    pub changed: bool,
}

impl Subscription {
    /// The value of Event.
    pub fn event(&self) -> String {
        let package = match self.package {
            Package::Presence | Package::List(_) => "presence",
            Package::Provisioning(_) => provisioning::EVENT,
            Package::Dialogs(_) => dialogs::EVENT,
            Package::Watchers(_) => watchers::EVENT,
        };
        match &self.event_id {
            Some(id) => format!("{package};id={id}"),
            None => package.to_owned(),
        }
    }

    /// The value of Subscription-State.
    pub fn state(&self, now: Tick) -> String {
        match self.ended {
            Some(reason) => format!("terminated;reason={}", reason.as_str()),
            None => format!(
                "active;expires={}",
                self.expires.saturating_sub(now).div_ceil(1000)
            ),
        }
    }
}

/// What happened to a subscription, until it is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Subscribed(u64),
    Ended(u64),
}

/// All subscriptions of a shard.
#[derive(Debug)]
pub struct Subscriptions {
    by_id: HashMap<u64, Subscription>,
    by_dialog: HashMap<DialogId, u64>,
    by_presentity: HashMap<Arc<str>, Vec<u64>>,
    by_watcher: HashMap<Arc<str>, Vec<u64>>,
    ends: BinaryHeap<Reverse<(Tick, u64)>>,
    slice: Slice,
    last: u64,
    changes: VecDeque<Change>,
}

impl Subscriptions {
    /// None, of the users of a slice.
    pub fn new(slice: Slice) -> Self {
        Self {
            by_id: HashMap::default(),
            by_dialog: HashMap::default(),
            by_presentity: HashMap::default(),
            by_watcher: HashMap::default(),
            ends: BinaryHeap::new(),
            slice,
            last: 0,
            changes: VecDeque::new(),
        }
    }

    /// Adds a subscription, under a number that no other world of the server gives.
    pub fn insert(&mut self, subscription: Subscription) -> u64 {
        self.last += 1;
        let id = self.last * u64::from(self.slice.count()) + u64::from(self.slice.index());
        self.put(id, subscription);
        self.changes.push_back(Change::Subscribed(id));
        id
    }

    /// A subscription goes on.
    pub(crate) fn refreshed(&mut self, id: u64) {
        self.changes.push_back(Change::Subscribed(id));
    }

    /// The next change that nobody was told of.
    pub(crate) fn poll_change(&mut self) -> Option<Change> {
        self.changes.pop_front()
    }

    /// A number that a subscription had before: no new one gets it.
    pub(crate) fn know_id(&mut self, id: u64) {
        self.last = self.last.max(id / u64::from(self.slice.count()) + 1);
    }

    /// A subscription that was kept ended while nobody watched.
    pub(crate) fn end_kept(&mut self, id: u64) {
        self.changes.push_back(Change::Ended(id));
    }

    /// Adds a subscription of a world before this one.
    pub(crate) fn put(&mut self, id: u64, subscription: Subscription) {
        self.by_dialog.insert(subscription.dialog.id.clone(), id);
        self.by_presentity
            .entry(Arc::clone(&subscription.presentity))
            .or_default()
            .push(id);
        self.by_watcher
            .entry(Arc::clone(&subscription.watcher))
            .or_default()
            .push(id);
        self.ends.push(Reverse((subscription.expires, id)));
        self.by_id.insert(id, subscription);
    }

    /// A subscription.
    pub fn get(&self, id: u64) -> Option<&Subscription> {
        self.by_id.get(&id)
    }

    /// A subscription, to change it.
    pub fn get_mut(&mut self, id: u64) -> Option<&mut Subscription> {
        self.by_id.get_mut(&id)
    }

    /// The subscription of a dialog.
    pub fn of_dialog(&self, dialog: &DialogId) -> Option<u64> {
        self.by_dialog.get(dialog).copied()
    }

    /// Those who watch a presentity.
    pub fn of_presentity(&self, presentity: &str) -> Vec<u64> {
        self.by_presentity.get(presentity).cloned().unwrap_or_default()
    }

    /// Those of a watcher.
    pub fn of_watcher(&self, watcher: &str) -> &[u64] {
        self.by_watcher.get(watcher).map_or(&[], Vec::as_slice)
    }

    /// Those of a package.
    pub fn of_package(&self, wanted: impl Fn(&Package) -> bool) -> impl Iterator<Item = u64> {
        let all = self.by_id.iter();
        all.filter_map(move |(id, subscription)| wanted(&subscription.package).then_some(*id))
    }

    /// The users who watch.
    pub fn watchers(&self) -> impl Iterator<Item = &Arc<str>> {
        self.by_watcher.keys()
    }

    /// Forgets a subscription.
    pub fn remove(&mut self, id: u64) -> Option<Subscription> {
        let subscription = self.by_id.remove(&id)?;
        self.changes.push_back(Change::Ended(id));
        self.by_dialog.remove(&subscription.dialog.id);
        forget(&mut self.by_presentity, &subscription.presentity, id);
        forget(&mut self.by_watcher, &subscription.watcher, id);
        Some(subscription)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// When the next one may end.
    pub fn deadline(&self) -> Option<Tick> {
        self.ends.peek().map(|Reverse((tick, _))| *tick)
    }

    /// One that was not refreshed in time.
    pub fn expire(&mut self, now: Tick) -> Option<u64> {
        while let Some(&Reverse((tick, id))) = self.ends.peek() {
            if tick > now {
                return None;
            }
            self.ends.pop();
            match self.by_id.get(&id) {
                None => {}
                Some(subscription) if subscription.expires > now => {
                    self.ends.push(Reverse((subscription.expires, id)));
                }
                Some(_) => return Some(id),
            }
        }
        None
    }
}

fn forget(index: &mut HashMap<Arc<str>, Vec<u64>>, key: &Arc<str>, id: u64) {
    if let Some(ids) = index.get_mut(key) {
        ids.retain(|other| *other != id);
        if ids.is_empty() {
            index.remove(key);
        }
    }
}
