//! SUBSCRIBE to event `presence` (RFC 6665 §4.2, RFC 3856): who may watch, and for how long.

use std::sync::Arc;

use plenum_sip::dialog::{Dialog, DialogId};
use plenum_sip::event::{Expiry, TerminationReason};
use plenum_sip::wire::HeaderName;
use plenum_topology::directory::UserRecord;

use super::subscription::Subscription;
use crate::diagnostics::Reason;
use crate::world::World;
use crate::world::work::{Sender, Stop, Work};

/// How long a subscription lasts, in seconds: an hour when nobody says (RFC 3856 §6.4), at most the product's twelve.
const EXPIRY: Expiry = Expiry {
    min: 60,
    max: 43_200,
    default: 3_600,
};

impl World {
    /// Whether this server is the notifier of the package. A package that only phones know goes to the user's phones.
    pub(crate) fn is_presence(&self, work: &Work) -> Result<bool, Stop> {
        let event = work
            .request
            .event()
            .map_err(|_| Reason::Malformed)?
            .ok_or(Stop::BadEvent)?;
        if event.package.eq_ignore_ascii_case("presence") {
            return Ok(true);
        }
        let to = work
            .request
            .uri()
            .and_then(|uri| crate::routing::locate::address_of(&uri));
        let own = work
            .sender
            .as_ref()
            .is_some_and(|sender| to.as_deref() == Some(sender.address()));
        if own || event.package.to_ascii_lowercase().starts_with("presence.") {
            Err(Stop::BadEvent)
        } else {
            Ok(false)
        }
    }

    /// A new subscription, or a fetch when it expires at once.
    pub(crate) fn subscribe(&mut self, work: &Work, user: &UserRecord) -> Result<(), Stop> {
        if !work.request.accepts("application", "pidf+xml", true) {
            return Err(Stop::Answer(406));
        }
        let seconds = EXPIRY
            .grant(work.request.expires())
            .map_err(|brief| Stop::TooBrief(brief.min))?;
        let watcher = work.sender.as_ref().ok_or(Reason::CredentialMismatch)?;
        self.check_subscriptions(watcher)?;
        let tag = self.token();
        let dialog = Dialog::from_request(&work.request, &tag).ok_or(Reason::Malformed)?;
        let event = work.request.event().ok().flatten();
        let subscription = Subscription {
            presentity: Arc::from(user.sip_address.as_str()),
            watcher: Arc::from(watcher.address()),
            side: self.side_of_caller(work),
            contact: self.own_contact(work),
            event_id: event.and_then(|event| event.id().map(Into::into)),
            expires: self.now + u64::from(seconds) * 1000,
            ended: (seconds == 0).then_some(TerminationReason::Timeout),
            notifying: false,
            closing: false,
            changed: false,
            dialog,
        };
        let contact = subscription.contact.clone();
        let id = self.subscriptions.insert(subscription);
        self.accept_subscription(work, &tag, seconds, &contact);
        self.notify(id);
        Ok(())
    }

    /// CsPresencePolicy MaxCategorySubscription: one presence subscription is one category of one user.
    fn check_subscriptions(&self, watcher: &Sender) -> Result<(), Stop> {
        let Some(user) = watcher.user() else { return Ok(()) };
        let limit = self.published.presence_policy(user).max_category_subscription;
        let count = self.subscriptions.of_watcher(&user.sip_address).len();
        if count >= usize::from(limit) {
            Err(Reason::TooManySubscriptions.into())
        } else {
            Ok(())
        }
    }

    /// Whether a request belongs to a subscription of this server.
    pub(crate) fn is_own_subscription(&self, work: &Work) -> bool {
        DialogId::of_request(&work.request).is_some_and(|id| self.subscriptions.of_dialog(&id).is_some())
    }

    /// A refresh, or the end with `Expires: 0`. The dialog's tag, which nobody can guess, is the watcher's proof.
    pub(crate) fn refresh_subscription(&mut self, work: &Work) -> Result<(), Stop> {
        let dialog = DialogId::of_request(&work.request).ok_or(Stop::Answer(481))?;
        let id = self.subscriptions.of_dialog(&dialog).ok_or(Stop::Answer(481))?;
        let seconds = EXPIRY
            .grant(work.request.expires())
            .map_err(|brief| Stop::TooBrief(brief.min))?;
        let (now, side) = (self.now, self.side_of_caller(work));
        let subscription = self.subscriptions.get_mut(id).ok_or(Stop::Answer(481))?;
        subscription
            .dialog
            .receive_request(&work.request)
            .map_err(|_| Stop::Answer(500))?;
        subscription.expires = now + u64::from(seconds) * 1000;
        subscription.side = side;
        if seconds == 0 {
            subscription.ended = Some(TerminationReason::Timeout);
        }
        let contact = subscription.contact.clone();
        self.accept_subscription(work, &dialog.local_tag, seconds, &contact);
        self.notify(id);
        Ok(())
    }

    fn accept_subscription(&mut self, work: &Work, tag: &str, seconds: u32, contact: &str) {
        let response = plenum_sip::wire::ResponseBuilder::new(&work.request, 200)
            .to_tag(tag)
            .with_record_route();
        let response = response.header(HeaderName::Contact, format!("<{contact}>"));
        let bytes = response.header(HeaderName::Expires, seconds.to_string()).finish();
        self.respond_with(work, 200, bytes);
    }

    /// Our address as the watcher of this request reaches it.
    fn own_contact(&self, work: &Work) -> Box<str> {
        let transport = work.flow.transport;
        let address = match transport {
            plenum_sip::Transport::Udp => work.flow.local,
            _ => self.own_address(transport, work.flow.peer.ip()),
        };
        format!(
            "sip:{address};transport={}",
            transport.via_name().to_ascii_lowercase()
        )
        .into()
    }

    /// Those that were not refreshed in time.
    pub(crate) fn expire_subscriptions(&mut self) {
        while let Some(id) = self.subscriptions.expire(self.now) {
            self.end_subscription(id, TerminationReason::Timeout);
        }
    }

    /// Everything that a user watches, and everybody who watches the user.
    pub(crate) fn end_subscriptions_of(&mut self, address: &str) {
        for id in self.subscriptions.of_presentity(address) {
            self.end_subscription(id, TerminationReason::NoResource);
        }
        for id in self.subscriptions.of_watcher(address).to_vec() {
            self.end_subscription(id, TerminationReason::Rejected);
        }
    }

    fn end_subscription(&mut self, id: u64, reason: TerminationReason) {
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.ended.get_or_insert(reason);
            self.notify(id);
        }
    }
}
