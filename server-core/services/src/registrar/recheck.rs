//! Users whose records changed while they are signed in: a user who was disabled, deleted or moved is signed out, one
//! whose policies changed is told the settings.
//!
//! A few questions at a time, so that a change to everybody does not stand in the way of those who make calls.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;
use plenum_topology::directory::ObjectId;

use crate::boundary::{AskId, SignOutReason};
use crate::facts::{Missing, Unknown};
use crate::world::World;

/// Questions at a time.
const AT_A_TIME: usize = 64;

/// Who is to be looked at.
#[derive(Debug, Default)]
pub struct Rechecks {
    /// The addresses of users who signed in since the start, by a hash of their object.
    addresses: HashMap<u64, Arc<str>>,
    queue: VecDeque<Arc<str>>,
    asked: HashMap<AskId, Arc<str>>,
}

impl Rechecks {
    fn know(&mut self, object: &ObjectId, address: Arc<str>) {
        self.addresses.insert(hash(object), address);
    }
}

fn hash(object: &ObjectId) -> u64 {
    let mut hasher = DefaultHasher::new();
    object.hash(&mut hasher);
    hasher.finish()
}

impl World {
    /// A user signed in or watches.
    pub(crate) fn know_user(&mut self, object: &ObjectId, address: &str) {
        let shared = self.locations.shared_address(address);
        self.rechecks
            .know(object, shared.unwrap_or_else(|| Arc::from(address)));
    }

    /// The change feed: `None` means anybody.
    pub(crate) fn users_changed(&mut self, changed: Option<&[ObjectId]>) {
        self.facts.users_changed(changed);
        match changed {
            None => {
                let everybody = self.locations.all().map(|(address, _)| Arc::from(address));
                let watchers = self.subscriptions.watchers().cloned();
                self.rechecks.queue.extend(everybody.chain(watchers));
            }
            Some(changed) => {
                let known = changed
                    .iter()
                    .filter_map(|object| self.rechecks.addresses.get(&hash(object)).cloned());
                let known: Vec<Arc<str>> = known
                    .filter(|address| {
                        !self.locations.of(address).is_empty()
                            || !self.subscriptions.of_watcher(address).is_empty()
                    })
                    .collect();
                self.rechecks.queue.extend(known);
            }
        }
        self.recheck_users();
    }

    /// A question was answered; it may have been one of these.
    pub(crate) fn recheck_answered(&mut self, id: AskId) {
        if let Some(address) = self.rechecks.asked.remove(&id) {
            self.rechecks.queue.push_front(address);
            self.recheck_users();
        }
    }

    fn recheck_users(&mut self) {
        while self.rechecks.asked.len() < AT_A_TIME {
            let Some(address) = self.rechecks.queue.pop_front() else {
                return;
            };
            match self.facts.user(self.now, &address) {
                Err(Unknown::Missing(Missing(id))) => {
                    self.rechecks.asked.insert(id, address);
                }
                // Nobody is signed out because the store does not answer.
                Err(Unknown::Unavailable) => {}
                Ok(Some(user)) if user.enabled && self.is_homed_here(&user) => {
                    self.rechecks.know(&user.id, Arc::clone(&address));
                    self.user_settings_changed(&address);
                }
                Ok(_) => self.end_user(&address, SignOutReason::UserChanged),
            }
        }
    }
}
