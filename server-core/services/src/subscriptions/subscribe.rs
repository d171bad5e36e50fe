//! SUBSCRIBE (RFC 6665 §4.2): who may watch what, and for how long.
//!
//! A client that says `Supported: ms-piggyback-first-notify` ([MS-SIP] §3.6) gets the first state in the answer, and one
//! that says `ms-benotify` (§3.5) is told later states without having to answer.

use std::sync::Arc;

use plenum_sip::Transport;
use plenum_sip::dialog::{Dialog, DialogId};
use plenum_sip::event::{Expiry, TerminationReason};
use plenum_sip::wire::{HeaderName, ResponseBuilder, Uri};
use plenum_topology::directory::UserRecord;

use super::notify::State;
use super::partial::Partial;
use super::table::{Package, Subscription};
use super::{dialogs, list, watchers};
use crate::diagnostics::Reason;
use crate::provisioning;
use crate::world::World;
use crate::world::work::{Sender, Stop, Work};

/// How long a subscription lasts, in seconds: an hour when nobody says (RFC 3856 §6.4), at most the product's twelve.
const EXPIRY: Expiry = Expiry {
    min: 60,
    max: 43_200,
    default: 3_600,
};
/// The extension of [MS-SIP] §3.5.
pub(crate) const BEST_EFFORT: &str = "ms-benotify";
/// The extension of [MS-SIP] §3.6.
pub(crate) const PIGGYBACK: &str = "ms-piggyback-first-notify";

impl World {
    /// What a SUBSCRIBE watches here. A package that only phones know goes to the user's phones: `None`.
    pub(crate) fn package_of(&mut self, work: &Work) -> Result<Option<Package>, Stop> {
        let event = work
            .request
            .event()
            .map_err(|_| Reason::Malformed)?
            .ok_or(Stop::BadEvent)?;
        if event.package.eq_ignore_ascii_case("presence") {
            if let Some(list) = self.asked_list(work)? {
                return Ok(Some(list));
            }
            return if work.request.accepts("application", "pidf+xml", true) {
                Ok(Some(Package::Presence))
            } else {
                Err(Stop::Answer(406))
            };
        }
        if event.package.eq_ignore_ascii_case(provisioning::EVENT) {
            let asked = self.asked_groups(work)?;
            return Ok(Some(Package::Provisioning(Box::new(asked))));
        }
        let uri = work.request.uri();
        if event.package.eq_ignore_ascii_case(watchers::EVENT) {
            accepts(work, watchers::CONTENT_TYPE)?;
            return Ok(Some(Package::Watchers(Partial::default())));
        }
        // One phone's dialogs are the phone's to tell.
        let is_phone = uri.as_ref().is_some_and(Uri::is_gruu);
        if event.package.eq_ignore_ascii_case(dialogs::EVENT) && !is_phone {
            accepts(work, dialogs::CONTENT_TYPE)?;
            return Ok(Some(Package::Dialogs(Partial::default())));
        }
        let to = uri.and_then(|uri| crate::routing::locate::address_of(&uri));
        let own = work
            .sender
            .as_ref()
            .is_some_and(|sender| to.as_deref() == Some(sender.address()));
        if own || event.package.to_ascii_lowercase().starts_with("presence.") {
            Err(Stop::BadEvent)
        } else {
            Ok(None)
        }
    }

    /// A new subscription, or a fetch when it expires at once.
    pub(crate) fn subscribe(
        &mut self,
        work: &Work,
        user: &Arc<UserRecord>,
        package: Package,
    ) -> Result<(), Stop> {
        let seconds = EXPIRY
            .grant(work.request.expires())
            .map_err(|brief| Stop::TooBrief(brief.min))?;
        let watcher = work.sender.as_ref().ok_or(Reason::CredentialMismatch)?;
        let tag = self.token();
        let dialog = Dialog::from_request(&work.request, &tag).ok_or(Reason::Malformed)?;
        match package {
            Package::Presence => {
                self.check_subscriptions(watcher)?;
                self.know_watcher(watcher);
            }
            Package::Provisioning(_) => {
                self.check_provisioning(work, user)?;
                self.know_user(&user.id, &user.sip_address);
            }
            Package::Dialogs(_) => {
                self.check_dialogs(work, user)?;
                self.know_user(&user.id, &user.sip_address);
            }
            Package::Watchers(_) => {
                self.check_watchers(work, user)?;
                self.know_user(&user.id, &user.sip_address);
            }
            Package::List(ref list) => {
                self.check_list(work, user, list)?;
                self.know_user(&user.id, &user.sip_address);
            }
        }
        let event = work.request.event().ok().flatten();
        let subscription = Subscription {
            presentity: Arc::from(user.sip_address.as_str()),
            watcher: Arc::from(watcher.address()),
            package,
            best_effort: work.flow.transport != Transport::Udp && supports(work, BEST_EFFORT),
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
        let id = self.subscriptions.insert(subscription);
        self.list_came(id);
        let state = self.state_for(id, Some(user));
        self.accept_subscription(work, id, seconds, &state);
        self.watcher_came(id);
        Ok(())
    }

    /// The oldest subscription of a watcher makes room when there are as many as there may be.
    pub(crate) fn make_room(&mut self, watcher: &str, most: usize, counts: impl Fn(&Package) -> bool) {
        let own = self.subscriptions.of_watcher(watcher).iter();
        let counted: Vec<u64> = own
            .copied()
            .filter(|id| self.subscriptions.get(*id).is_some_and(|it| counts(&it.package)))
            .collect();
        if counted.len() >= most {
            self.forget_subscription(counted[0]);
        }
    }

    /// A watcher from another world is not known here by a sign-in.
    fn know_watcher(&mut self, watcher: &Sender) {
        if let Some(user) = watcher.user().cloned()
            && !self.config.slice.has_user(&self.secret, &user.sip_address)
        {
            self.know_user(&user.id, &user.sip_address);
        }
    }

    /// CsPresencePolicy MaxCategorySubscription: one presence subscription is one category of one user.
    fn check_subscriptions(&self, watcher: &Sender) -> Result<(), Stop> {
        let Some(user) = watcher.user() else { return Ok(()) };
        let limit = self.published.presence_policy(user).max_category_subscription;
        if self.presence_watched_by(&user.sip_address) >= usize::from(limit) {
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
        if let Some(subscription) = self.subscriptions.get_mut(id) {
            subscription.package.must_be_told();
        }
        let state = self.state_of_subscription(id)?;
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
        self.subscriptions.refreshed(id);
        self.accept_subscription(work, id, seconds, &state);
        Ok(())
    }

    /// 200, with the state in it or in the NOTIFY that follows.
    fn accept_subscription(&mut self, work: &Work, id: u64, seconds: u32, state: &State) {
        let now = self.now;
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        subscription.package.must_be_told();
        let tag = subscription.dialog.id.local_tag.clone();
        let response = ResponseBuilder::new(&work.request, 200)
            .to_tag(&tag)
            .with_record_route()
            .header(HeaderName::Contact, format!("<{}>", subscription.contact))
            .header(HeaderName::Expires, seconds.to_string());
        let response = match subscription.package {
            Package::List(_) => response.header(HeaderName::Require, list::OPTION),
            _ => response,
        };
        // A NOTIFY that is under way would be overtaken by the answer; then the state follows it in its own.
        if !supports(work, PIGGYBACK) || subscription.notifying {
            self.respond_with(work, 200, response.finish());
            self.notify(id);
            return;
        }
        subscription.dialog.local_cseq += 1;
        subscription.package.is_news(&state.document);
        let more = subscription.package.told(state);
        let response = response
            .header(HeaderName::Event, subscription.event())
            .header(HeaderName::SubscriptionState, subscription.state(now))
            .header(HeaderName::Supported, format!("{BEST_EFFORT}, {PIGGYBACK}"))
            .header_named("ms-piggyback-cseq", subscription.dialog.local_cseq.to_string())
            .body(&state.content_type, state.document.as_bytes());
        let ended = subscription.ended.is_some();
        self.respond_with(work, 200, response.finish());
        if ended {
            self.forget_subscription(id);
        } else if more {
            self.notify(id);
        }
    }

    /// Our address as the watcher of this request reaches it.
    fn own_contact(&self, work: &Work) -> Box<str> {
        let transport = work.flow.transport;
        let address = match transport {
            Transport::Udp => work.flow.local,
            _ => self.own_address(transport, work.flow.peer.ip()),
        };
        format!("sip:{address};transport={}", transport.parameter()).into()
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
        let Some(subscription) = self.subscriptions.get_mut(id) else {
            return;
        };
        if subscription.ended.is_none() {
            subscription.ended = Some(reason);
            self.notify(id);
        }
    }
}

/// 406 unless the watcher takes the document, which is the package's default.
fn accepts(work: &Work, content_type: &str) -> Result<(), Stop> {
    let (kind, subtype) = content_type.split_once('/').ok_or(Stop::Answer(406))?;
    if work.request.accepts(kind, subtype, true) {
        Ok(())
    } else {
        Err(Stop::Answer(406))
    }
}

fn supports(work: &Work, option: &str) -> bool {
    work.request.has_token(HeaderName::Supported, option)
}
