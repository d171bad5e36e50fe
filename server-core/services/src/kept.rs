//! What outlives the process: the bindings, subscriptions and publications of users.
//!
//! A world tells each change ([`Output::Keep`](crate::Output::Keep)); whoever keeps them folds them
//! ([`Standing::fold`]) and hands what stands to the next worlds ([`World::restore`]). Times are those of the wall clock.
//! A connection does not outlive the process: who was reached on one is reached by the Contact, as when it closes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::presence::kept::KeptPublication;
pub use crate::registrar::kept::KeptBinding;
pub use crate::subscriptions::kept::{KeptDialog, KeptPackage, KeptSubscription};
use crate::world::World;

/// A change of what is to be kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Kept {
    /// A binding was made or changed.
    Bound(Box<KeptBinding>),
    /// A binding goes on: its number, the CSeq number, and when it ends now.
    Refreshed(u64, u32, i64),
    /// A binding ended.
    Ended([u64; 1]),
    /// A subscription was made or refreshed.
    Subscribed {
        /// As it is now.
        subscription: Box<KeptSubscription>,
    },
    /// A subscription ended.
    Unsubscribed {
        /// Its number.
        unsubscribed: u64,
    },
    /// Something was published, modified or refreshed.
    Published {
        /// As it is now.
        publication: Box<KeptPublication>,
    },
    /// A publication ended.
    Unpublished {
        /// Its number.
        unpublished: u64,
    },
}

/// All that is kept, each by its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Bindings.
    pub bindings: BTreeMap<u64, KeptBinding>,
    /// Subscriptions.
    pub subscriptions: BTreeMap<u64, KeptSubscription>,
    /// Publications.
    pub publications: BTreeMap<u64, KeptPublication>,
}

/// What a change is about, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A binding.
    Binding(u64),
    /// A subscription.
    Subscription(u64),
    /// A publication.
    Publication(u64),
}

/// What a change does to its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It says all there is to say: what was said before is void.
    Makes,
    /// It changes what stands in part: the last one counts.
    Refreshes,
    /// Nothing of it is left.
    Ends,
}

impl Kept {
    /// What it is about, and what it does to it.
    pub fn about(&self) -> (Subject, Effect) {
        match self {
            Kept::Bound(binding) => (Subject::Binding(binding.id), Effect::Makes),
            Kept::Refreshed(id, ..) => (Subject::Binding(*id), Effect::Refreshes),
            Kept::Ended([id]) => (Subject::Binding(*id), Effect::Ends),
            Kept::Subscribed { subscription } => (Subject::Subscription(subscription.id), Effect::Makes),
            Kept::Unsubscribed { unsubscribed } => (Subject::Subscription(*unsubscribed), Effect::Ends),
            Kept::Published { publication } => (Subject::Publication(publication.id), Effect::Makes),
            Kept::Unpublished { unpublished } => (Subject::Publication(*unpublished), Effect::Ends),
        }
    }
}

impl Standing {
    /// Takes a change into what stands.
    pub fn fold(&mut self, change: Kept) {
        match change {
            Kept::Bound(binding) => {
                self.bindings.insert(binding.id, *binding);
            }
            Kept::Refreshed(id, cseq, expires) => {
                if let Some(binding) = self.bindings.get_mut(&id) {
                    (binding.cseq, binding.expires) = (cseq, expires);
                }
            }
            Kept::Ended([id]) => {
                self.bindings.remove(&id);
            }
            Kept::Subscribed { subscription } => {
                self.subscriptions.insert(subscription.id, *subscription);
            }
            Kept::Unsubscribed { unsubscribed } => {
                self.subscriptions.remove(&unsubscribed);
            }
            Kept::Published { publication } => {
                self.publications.insert(publication.id, *publication);
            }
            Kept::Unpublished { unpublished } => {
                self.publications.remove(&unpublished);
            }
        }
    }
}

/// How much a world took over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Bindings.
    pub bindings: usize,
    /// Subscriptions.
    pub subscriptions: usize,
    /// Users with publications.
    pub presentities: usize,
}

impl World {
    /// The next change to keep.
    pub(crate) fn poll_kept(&mut self) -> Option<Kept> {
        self.kept_binding()
            .or_else(|| self.kept_subscription())
            .or_else(|| self.kept_publication())
    }

    /// Takes over what its own users had in the worlds before it, and looks at whether they may still be signed in.
    pub fn restore(&mut self, standing: &Standing) -> Restored {
        self.restore_bindings(standing.bindings.values());
        self.restore_publications(standing.publications.values());
        self.restore_subscriptions(standing.subscriptions.values());
        self.users_changed(None);
        Restored {
            bindings: self.locations.len(),
            subscriptions: self.subscriptions.len(),
            presentities: self.publications.users(),
        }
    }
}
