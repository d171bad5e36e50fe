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

/// One thing that stands, written as the change that made it.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum Line<'s> {
    /// [`Kept::Bound`].
    Binding(&'s KeptBinding),
    /// [`Kept::Subscribed`].
    Subscription {
        /// The subscription.
        subscription: &'s KeptSubscription,
    },
    /// [`Kept::Published`].
    Publication {
        /// The publication.
        publication: &'s KeptPublication,
    },
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

    /// Everything, to be written down.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let bindings = self.bindings.values().map(Line::Binding);
        let subscriptions = self.subscriptions.values();
        let subscriptions = subscriptions.map(|subscription| Line::Subscription { subscription });
        let publications = self.publications.values();
        let publications = publications.map(|publication| Line::Publication { publication });
        bindings.chain(subscriptions).chain(publications)
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
