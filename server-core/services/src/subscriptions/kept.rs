//! Subscriptions as they outlive the process: a watcher is told in the same dialog after a restart as before it.
//!
//! A dialog's NOTIFYs are not written down, and yet the next CSeq must be above the last one (RFC 3261 §12.2.1.1), and
//! the next version of a document above the last version. Both go on from what was written by as much as milliseconds
//! have passed since, which no watcher is told faster than. A document that is told in parts is told whole once.
//!
//! Whose subscription it is shows in the dialog's tag, so those of a server that starts with another number of worlds
//! may not be found again; their watchers get 481 and subscribe anew.

use std::net::SocketAddr;
use std::sync::Arc;

use plenum_sip::dialog::{Dialog, DialogId};
use serde::{Deserialize, Serialize};

use super::list::List;
use super::partial::Partial;
use super::table::{Change, Package, Subscription};
use crate::boundary::{Flow, Transport};
use crate::kept::Kept;
use crate::provisioning::Asked;
use crate::routing::flow_token::Side;
use crate::world::World;

/// A CSeq is below this (RFC 3261 §8.1.1.5).
const CSEQ_END: u64 = 1 << 31;

/// A subscription.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptSubscription {
    /// Its number.
    pub id: u64,
    /// Who is watched: `alice@contoso.example`.
    pub presentity: String,
    /// Who watches.
    pub watcher: String,
    /// What is watched.
    pub package: KeptPackage,
    /// Whether the watcher takes BENOTIFY.
    #[serde(default)]
    pub best_effort: bool,
    /// The dialog.
    pub dialog: KeptDialog,
    /// Our address and the watcher's, when it is reached by datagrams from where it subscribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datagrams: Option<(SocketAddr, SocketAddr)>,
    /// Our Contact.
    pub contact: String,
    /// The `id` of the Event header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// When this was written, in milliseconds since 1970-01-01 UTC.
    pub written: i64,
    /// When it ends, in milliseconds since 1970-01-01 UTC.
    pub expires: i64,
}

/// What is watched, and how far it was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeptPackage {
    /// A user's presence.
    Presence,
    /// Settings: the groups that were asked for, and a hash of what was told last.
    Provisioning(Option<Vec<String>>, Option<u64>),
    /// Calls; the next version.
    Dialogs(u32),
    /// Watchers; the next version.
    Watchers(u32),
    /// Many users' presence; the next version, and for each what the watcher wrote and the user.
    List(u32, Vec<(String, Option<String>)>),
}

/// A dialog, from our view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of the dialog")]
pub struct KeptDialog {
    pub call_id: String,
    pub local_tag: String,
    pub remote_tag: String,
    pub local: String,
    pub remote: String,
    pub remote_target: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub route_set: Vec<String>,
    pub local_cseq: u32,
    pub remote_cseq: Option<u32>,
}

impl KeptPackage {
    fn of(package: &Package) -> Self {
        match package {
            Package::Presence => Self::Presence,
            Package::Provisioning(asked) => {
                let (groups, told) = asked.kept();
                Self::Provisioning(groups, told)
            }
            Package::Dialogs(partial) => Self::Dialogs(partial.version()),
            Package::Watchers(partial) => Self::Watchers(partial.version()),
            Package::List(list) => {
                let (version, entries) = list.kept();
                Self::List(version, entries)
            }
        }
    }

    fn resume(&self, passed: u32) -> Package {
        let partial = |version: u32| Partial::resumed(version.wrapping_add(passed));
        match self {
            Self::Presence => Package::Presence,
            Self::Provisioning(groups, told) => {
                Package::Provisioning(Box::new(Asked::resumed(groups.clone(), *told)))
            }
            Self::Dialogs(version) => Package::Dialogs(partial(*version)),
            Self::Watchers(version) => Package::Watchers(partial(*version)),
            Self::List(version, entries) => {
                let list = List::resumed(version.wrapping_add(passed), entries);
                Package::List(Box::new(list))
            }
        }
    }
}

impl KeptDialog {
    fn of(dialog: &Dialog) -> Self {
        Self {
            call_id: dialog.id.call_id.clone(),
            local_tag: dialog.id.local_tag.clone(),
            remote_tag: dialog.id.remote_tag.clone(),
            local: dialog.local.clone(),
            remote: dialog.remote.clone(),
            remote_target: dialog.remote_target.clone(),
            route_set: dialog.route_set.clone(),
            local_cseq: dialog.local_cseq,
            remote_cseq: dialog.remote_cseq,
        }
    }

    /// `None` when there is no CSeq left.
    fn resume(&self, passed: u32) -> Option<Dialog> {
        let local_cseq = u64::from(self.local_cseq) + u64::from(passed);
        Some(Dialog {
            id: DialogId {
                call_id: self.call_id.clone(),
                local_tag: self.local_tag.clone(),
                remote_tag: self.remote_tag.clone(),
            },
            local: self.local.clone(),
            remote: self.remote.clone(),
            remote_target: self.remote_target.clone(),
            route_set: self.route_set.clone(),
            local_cseq: u32::try_from(local_cseq).ok().filter(|_| local_cseq < CSEQ_END)?,
            remote_cseq: self.remote_cseq,
            is_confirmed: true,
        })
    }
}

impl World {
    /// The next change of a subscription.
    pub(crate) fn kept_subscription(&mut self) -> Option<Kept> {
        loop {
            return Some(match self.subscriptions.poll_change()? {
                Change::Ended(id) => Kept::Unsubscribed { unsubscribed: id },
                Change::Subscribed(id) => match self.subscriptions.get(id) {
                    Some(subscription) if subscription.ended.is_none() => Kept::Subscribed {
                        subscription: Box::new(self.keep_subscription(id, subscription)),
                    },
                    // It has ended, and that is told next.
                    _ => continue,
                },
            });
        }
    }

    fn keep_subscription(&self, id: u64, subscription: &Subscription) -> KeptSubscription {
        let datagrams = match subscription.side {
            Side::Flow(flow) if flow.transport == Transport::Udp => Some((flow.local, flow.peer)),
            _ => None,
        };
        KeptSubscription {
            id,
            presentity: subscription.presentity.to_string(),
            watcher: subscription.watcher.to_string(),
            package: KeptPackage::of(&subscription.package),
            best_effort: subscription.best_effort,
            dialog: KeptDialog::of(&subscription.dialog),
            datagrams,
            contact: subscription.contact.to_string(),
            event_id: subscription.event_id.as_deref().map(str::to_owned),
            written: self.clock.wall(self.now),
            expires: self.clock.wall(subscription.expires),
        }
    }

    /// Takes over the subscriptions to its own users.
    pub(crate) fn restore_subscriptions<'k>(
        &mut self,
        subscriptions: impl Iterator<Item = &'k KeptSubscription>,
    ) {
        let mut resumed = Vec::new();
        for kept in subscriptions {
            self.subscriptions.know_id(kept.id);
            if !self.config.slice.has_user(&self.secret, &kept.presentity) {
                continue;
            }
            let Some(subscription) = self.restored_subscription(kept) else {
                self.subscriptions.end_kept(kept.id);
                continue;
            };
            if matches!(
                subscription.package,
                Package::Dialogs(_) | Package::Watchers(_) | Package::List(_)
            ) {
                resumed.push(kept.id);
            }
            self.subscriptions.put(kept.id, subscription);
            self.list_came(kept.id);
        }
        self.tell_resumed(resumed);
    }

    fn restored_subscription(&self, kept: &KeptSubscription) -> Option<Subscription> {
        let now = self.clock.wall(self.now);
        let left = u64::try_from(kept.expires - now).ok().filter(|left| *left > 0)?;
        let passed = u32::try_from((now - kept.written).max(0)).ok()?;
        let listens = |address: SocketAddr| {
            let mut listeners = self.config.listeners.iter();
            listeners.any(|listener| listener.transport == Transport::Udp && listener.address == address)
        };
        let datagrams = kept.datagrams.filter(|(local, _)| listens(*local));
        let side = datagrams.map_or(Side::Uri, |(local, peer)| {
            Side::Flow(Flow {
                transport: Transport::Udp,
                local,
                peer,
                connection: 0,
            })
        });
        Some(Subscription {
            presentity: Arc::from(kept.presentity.as_str()),
            watcher: Arc::from(kept.watcher.as_str()),
            package: kept.package.resume(passed),
            best_effort: kept.best_effort,
            dialog: kept.dialog.resume(passed)?,
            side,
            contact: kept.contact.as_str().into(),
            event_id: kept.event_id.as_deref().map(Into::into),
            expires: self.now + left,
            ended: None,
            notifying: false,
            closing: false,
            changed: false,
        })
    }
}
