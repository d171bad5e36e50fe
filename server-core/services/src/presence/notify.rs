//! NOTIFY (RFC 6665 §4.2.2): the composed document to everybody who watches, built once for all of them.

use std::sync::Arc;

use plenum_sip::Method;
use plenum_sip::dialog::Sender as DialogSender;
use plenum_sip::wire::{HeaderName, Uri};

use super::subscription::Subscription;
use crate::boundary::{AskId, Transport};
use crate::routing::flow_token::Side;
use crate::world::send::Hop;
use crate::world::work::Stop;
use crate::world::{Purpose, World};

impl World {
    /// A user's presence changed.
    pub(crate) fn presence_changed(&mut self, presentity: &str) {
        let watchers = self.subscriptions.of_presentity(presentity);
        if watchers.is_empty() {
            return;
        }
        let document: Arc<str> = self.publications.compose(presentity).into();
        for id in watchers {
            self.notify_with(id, &document);
        }
    }

    /// Tells one watcher the present state.
    pub(crate) fn notify(&mut self, id: u64) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let document: Arc<str> = self.publications.compose(&subscription.presentity).into();
        self.notify_with(id, &document);
    }

    fn notify_with(&mut self, id: u64, document: &str) {
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        if subscription.notifying {
            subscription.changed = !subscription.closing;
            return;
        }
        subscription.notifying = true;
        subscription.changed = false;
        let (side, next) = (subscription.side, subscription.dialog.next_hop().to_owned());
        let hop = match side {
            Side::Flow(flow)
                if flow.transport == Transport::Udp || self.flows.connection(flow.connection).is_some() =>
            {
                Ok(Hop::Flow(flow))
            }
            _ => match Uri::from_text(&next) {
                Some(uri) => self.hop_to(&uri),
                None => Err(Stop::Answer(400)),
            },
        };
        match hop {
            Ok(hop) => self.send_notify(id, hop, document),
            Err(Stop::Wait(ask)) => {
                if let Some(subscription) = self.subscriptions.get_mut(id) {
                    subscription.notifying = false;
                }
                self.notify_later.entry(ask).or_default().push(id);
            }
            Err(_) => {
                self.subscriptions.remove(id);
            }
        }
    }

    fn send_notify(&mut self, id: u64, hop: Hop, document: &str) {
        let branch = self.branches.own();
        let sent_by = self.sent_by(&hop).to_string();
        let now = self.now;
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        let sender = DialogSender {
            transport: hop.transport(),
            sent_by: &sent_by,
            branch: branch.as_str(),
        };
        let state = state_of(subscription, now);
        subscription.closing = subscription.ended.is_some();
        let event = match &subscription.event_id {
            Some(event_id) => format!("presence;id={event_id}"),
            None => "presence".to_owned(),
        };
        let request = subscription
            .dialog
            .request(&Method::Notify, sender)
            .header(HeaderName::Contact, format!("<{}>", subscription.contact))
            .header(HeaderName::Event, event)
            .header(HeaderName::SubscriptionState, state)
            .body("application/pidf+xml", document.as_bytes())
            .finish();
        self.send_request(
            hop,
            request,
            Method::Notify,
            branch.as_str().to_owned(),
            Purpose::Notify(id),
        );
    }

    /// A NOTIFY was answered, or never will be. A watcher that is gone is forgotten (§4.2.2).
    pub(crate) fn notify_answered(&mut self, id: u64, status: u16) {
        if status < 200 {
            return;
        }
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        subscription.notifying = false;
        let again = subscription.changed;
        if status >= 300 || (subscription.ended.is_some() && !again) {
            self.subscriptions.remove(id);
        } else if again {
            self.notify(id);
        }
    }

    /// Those whose address is known now.
    pub(crate) fn resume_notifies(&mut self, ask: AskId) {
        for id in self.notify_later.remove(&ask).unwrap_or_default() {
            self.notify(id);
        }
    }
}

fn state_of(subscription: &Subscription, now: u64) -> String {
    match subscription.ended {
        Some(reason) => format!("terminated;reason={}", reason.as_str()),
        None => format!(
            "active;expires={}",
            subscription.expires.saturating_sub(now).div_ceil(1000)
        ),
    }
}
