//! Watcher information (RFC 3857, RFC 3858): a user is told who watches the user's presence.
//!
//! Everybody may watch here without being asked, so a watcher is active from the first moment and never pending. Only
//! the user may ask; `presence.winfo.winfo` is not supported.

use std::sync::Arc;

use plenum_sip::event::TerminationReason;
use plenum_topology::directory::UserRecord;

use super::notify::State;
use super::partial::Partial;
use super::table::{Package, Subscription};
use crate::diagnostics::Reason;
use crate::world::World;
use crate::world::work::{Sender, Stop, Work};
use crate::xml::{push_attribute, push_escaped};

/// The event package.
pub const EVENT: &str = "presence.winfo";
/// Its document.
pub const CONTENT_TYPE: &str = "application/watcherinfo+xml";
/// Subscriptions of this kind that one user may have at a time; the oldest makes room.
const PER_USER: usize = 64;

impl World {
    /// Only the user; the oldest subscription makes room for one too many.
    pub(crate) fn check_watchers(&mut self, work: &Work, user: &UserRecord) -> Result<(), Stop> {
        if work.sender.as_ref().map(Sender::address) != Some(&user.sip_address) {
            return Err(Reason::NotYourPresence.into());
        }
        self.make_room(&user.sip_address, PER_USER, |package| {
            matches!(package, Package::Watchers(_))
        });
        Ok(())
    }

    /// Somebody begins to watch a user.
    pub(crate) fn watcher_came(&mut self, id: u64) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        if subscription.package == Package::Presence && subscription.ended.is_none() {
            let element = watcher(id, subscription, self.now);
            let presentity = Arc::clone(&subscription.presentity);
            self.watchers_changed(&presentity, &element.into());
        }
    }

    /// Forgets a subscription. Who is watched may want to know.
    pub(crate) fn forget_subscription(&mut self, id: u64) {
        let Some(mut subscription) = self.subscriptions.remove(id) else {
            return;
        };
        if subscription.package == Package::Presence {
            subscription.ended.get_or_insert(TerminationReason::Deactivated);
            let element = watcher(id, &subscription, self.now);
            self.watchers_changed(&subscription.presentity, &element.into());
        }
    }

    fn watchers_changed(&mut self, presentity: &str, element: &Arc<str>) {
        for id in self.subscriptions.of_presentity(presentity) {
            let subscription = self.subscriptions.get_mut(id);
            if let Some(Package::Watchers(partial)) = subscription.map(|it| &mut it.package) {
                partial.push(element);
                self.notify(id);
            }
        }
    }

    /// The document for the user (RFC 3858 §4).
    pub(crate) fn watcher_info(&self, presentity: &str, partial: &Partial) -> State {
        let (state, changes) = partial.next();
        let mut document = String::with_capacity(512);
        document
            .push_str("<?xml version=\"1.0\"?>\r\n<watcherinfo xmlns=\"urn:ietf:params:xml:ns:watcherinfo\"");
        push_attribute(&mut document, "version", &partial.version().to_string());
        push_attribute(&mut document, "state", state);
        document.push_str("><watcher-list");
        push_attribute(&mut document, "resource", &format!("sip:{presentity}"));
        document.push_str(" package=\"presence\">");
        match changes {
            Some(changes) => changes.iter().for_each(|element| document.push_str(element)),
            None => {
                for id in self.subscriptions.of_presentity(presentity) {
                    let subscription = self.subscriptions.get(id);
                    let active = |it: &&Subscription| it.package == Package::Presence && it.ended.is_none();
                    if let Some(subscription) = subscription.filter(active) {
                        document.push_str(&watcher(id, subscription, self.now));
                    }
                }
            }
        }
        document.push_str("</watcher-list></watcherinfo>\r\n");
        State {
            content_type: CONTENT_TYPE,
            document: document.into(),
        }
    }
}

/// One watcher: §4.7.1 of RFC 3857 has the events, RFC 3858 §4.3 the attributes.
fn watcher(id: u64, subscription: &Subscription, now: u64) -> String {
    let mut element = String::with_capacity(128);
    element.push_str("<watcher");
    push_attribute(&mut element, "id", &format!("w{id:x}"));
    let (status, event) = match subscription.ended {
        None => ("active", "subscribe"),
        Some(TerminationReason::Timeout) => ("terminated", "timeout"),
        Some(TerminationReason::Rejected) => ("terminated", "rejected"),
        Some(TerminationReason::NoResource) => ("terminated", "noresource"),
        Some(_) => ("terminated", "deactivated"),
    };
    push_attribute(&mut element, "status", status);
    push_attribute(&mut element, "event", event);
    if subscription.ended.is_none() {
        let seconds = subscription.expires.saturating_sub(now).div_ceil(1000);
        push_attribute(&mut element, "expiration", &seconds.to_string());
    }
    element.push_str(">sip:");
    push_escaped(&mut element, &subscription.watcher);
    element.push_str("</watcher>");
    element
}
