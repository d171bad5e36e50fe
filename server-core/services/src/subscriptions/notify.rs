//! NOTIFY (RFC 6665 §4.2.2), and BENOTIFY ([MS-SIP] §3.5) for who takes it: what a watcher is told, and when.

use std::sync::Arc;

use plenum_sip::Method;
use plenum_sip::dialog::Sender as DialogSender;
use plenum_sip::wire::{HeaderName, Uri};
use plenum_topology::directory::UserRecord;
use plenum_topology::effective::provisioning::CONTENT_TYPE;

use super::table::Package;
use crate::boundary::{AskId, Transport};
use crate::routing::flow_token::Side;
use crate::world::send::Hop;
use crate::world::work::Stop;
use crate::world::{Purpose, World};

/// What there is to say: a document, empty when the user is gone.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) content_type: &'static str,
    pub(crate) document: Arc<str>,
}

impl State {
    fn presence(document: Arc<str>) -> Self {
        Self {
            content_type: "application/pidf+xml",
            document,
        }
    }
}

impl World {
    /// A user's presence changed: the document is composed once for everybody who watches.
    pub(crate) fn presence_changed(&mut self, presentity: &str) {
        let watchers = self.subscriptions.of_presentity(presentity);
        if watchers.is_empty() {
            return;
        }
        let state = State::presence(self.publications.compose(presentity).into());
        for id in watchers {
            let watches = |package: &Package| *package == Package::Presence;
            if self.subscriptions.get(id).is_some_and(|it| watches(&it.package)) {
                self.notify_with(id, &state);
            }
        }
    }

    /// Tells one watcher the present state. Settings are told only when they are not what was told last.
    pub(crate) fn notify(&mut self, id: u64) {
        match self.state_of_subscription(id) {
            Ok(state) => {
                let Some(subscription) = self.subscriptions.get_mut(id) else {
                    return;
                };
                if subscription.notifying {
                    subscription.changed = !subscription.closing;
                } else if subscription.package.is_news(&state.document) || subscription.ended.is_some() {
                    self.notify_with(id, &state);
                }
            }
            Err(Stop::Wait(ask)) => self.notify_later.entry(ask).or_default().push(id),
            Err(_) => self.tell_settings_later(id),
        }
    }

    /// The present state of what a subscription watches.
    pub(crate) fn state_of_subscription(&mut self, id: u64) -> Result<State, Stop> {
        let subscription = self.subscriptions.get(id).ok_or(Stop::Answer(481))?;
        if !subscription.package.is_provisioning() {
            return Ok(self.state_for(id, None));
        }
        let address = Arc::clone(&subscription.presentity);
        let user = self.facts.user(self.now, &address)?;
        Ok(self.state_for(id, user.as_ref()))
    }

    /// The same, when the user is at hand.
    pub(crate) fn state_for(&self, id: u64, user: Option<&Arc<UserRecord>>) -> State {
        match self.subscriptions.get(id).map(|it| (&it.package, &it.presentity)) {
            Some((Package::Presence, presentity)) => {
                State::presence(self.publications.compose(presentity).into())
            }
            Some((Package::Provisioning(asked), _)) => State {
                content_type: CONTENT_TYPE,
                document: user
                    .map(|user| self.provisioning_document(user, asked))
                    .unwrap_or_default()
                    .into(),
            },
            Some((Package::Dialogs(partial), user)) => self.dialog_info(user, partial),
            Some((Package::Watchers(partial), user)) => self.watcher_info(user, partial),
            None => State::presence(Arc::from("")),
        }
    }

    fn notify_with(&mut self, id: u64, state: &State) {
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
            Ok(hop) => self.send_notify(id, hop, state),
            Err(Stop::Wait(ask)) => {
                if let Some(subscription) = self.subscriptions.get_mut(id) {
                    subscription.notifying = false;
                    subscription.package.must_be_told();
                }
                self.notify_later.entry(ask).or_default().push(id);
            }
            Err(_) => {
                self.forget_subscription(id);
            }
        }
    }

    fn send_notify(&mut self, id: u64, hop: Hop, state: &State) {
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
        let (best_effort, ended) = (subscription.best_effort, subscription.ended.is_some());
        subscription.closing = ended;
        subscription.package.told();
        let method = if best_effort {
            Method::BeNotify
        } else {
            Method::Notify
        };
        let request = subscription
            .dialog
            .request(&method, sender)
            .header(HeaderName::Contact, format!("<{}>", subscription.contact))
            .header(HeaderName::Event, subscription.event())
            .header(HeaderName::SubscriptionState, subscription.state(now));
        let request = if state.document.is_empty() {
            request.finish()
        } else {
            request
                .body(state.content_type, state.document.as_bytes())
                .finish()
        };
        if best_effort {
            subscription.notifying = false;
            self.send_plain(hop, request);
            if ended {
                self.forget_subscription(id);
            }
            return;
        }
        let branch = branch.as_str().to_owned();
        self.send_request(hop, request, method, branch, Purpose::Notify(id));
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
            self.forget_subscription(id);
        } else if again {
            self.notify(id);
        }
    }

    /// Those whose address or user is known now.
    pub(crate) fn resume_notifies(&mut self, ask: AskId) {
        for id in self.notify_later.remove(&ask).unwrap_or_default() {
            self.notify(id);
        }
    }
}
