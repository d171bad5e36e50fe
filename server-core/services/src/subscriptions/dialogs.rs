//! The dialog event package (RFC 4235): a user's own clients are told of the user's calls.
//!
//! Fed by the call records. A call is recorded in the world of who is called, and told to the world of a party whom
//! somebody watches: nothing is kept of anybody else. A proxy sees one dialog where a phone that forks sees several, so
//! a call is one dialog of each party (`id` is made of Call-ID and user). Only the user may watch; there are no delegates.
//!
//! | call | state (§3.7.1) |
//! |---|---|
//! | INVITE on its way | trying |
//! | a provisional response with a tag came back | early |
//! | answered | confirmed |
//! | refused, cancelled, ended or forgotten | terminated, with event and code |

use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;
use plenum_topology::directory::UserRecord;

use super::notify::State;
use super::partial::Partial;
use super::table::Package;
use crate::calls::table::Call;
use crate::diagnostics::Reason;
use crate::routing::flow_token::hex;
use crate::world::World;
use crate::world::word::Said;
use crate::world::work::{Sender, Stop, Work};
use crate::xml::{push_attribute, push_escaped};

/// The event package.
pub const EVENT: &str = "dialog";
/// Its document.
pub const CONTENT_TYPE: &str = "application/dialog-info+xml";
/// Subscriptions of this kind that one user may have at a time; the oldest makes room.
const PER_USER: usize = 64;
/// Dialogs of a user that are told; the oldest are left out.
const MAX_DIALOGS: usize = 64;

/// The state of a dialog (§3.7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Trying,
    Early,
    Confirmed,
    /// With `event` and `code` (§4.1.2).
    Terminated(&'static str, u16),
}

/// A call as one of its parties sees it.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    /// Whose view it is.
    user: Arc<str>,
    id: String,
    /// The element `dialog`.
    element: Arc<str>,
    terminated: bool,
}

/// What is known of the dialogs of users who are watched.
#[derive(Debug, Default)]
pub(crate) struct Dialogs {
    /// Users who are watched, in this world or another one.
    watched: std::collections::HashSet<Arc<str>>,
    /// The dialogs of this world's users who are watched, the oldest first.
    known: HashMap<Arc<str>, Vec<Dialog>>,
}

impl Dialogs {
    fn note(&mut self, dialog: Dialog) {
        let known = self.known.entry(Arc::clone(&dialog.user)).or_default();
        known.retain(|other| other.id != dialog.id);
        if !dialog.terminated {
            if known.len() >= MAX_DIALOGS {
                known.remove(0);
            }
            known.push(dialog);
        }
    }
}

impl World {
    /// Only the user; the oldest subscription makes room for one too many.
    pub(crate) fn check_dialogs(&mut self, work: &Work, user: &UserRecord) -> Result<(), Stop> {
        if work.sender.as_ref().map(Sender::address) != Some(&user.sip_address) {
            return Err(Reason::NotYourDialogs.into());
        }
        self.make_room(&user.sip_address, PER_USER, |package| {
            matches!(package, Package::Dialogs(_))
        });
        self.watch_dialogs(Arc::from(user.sip_address.as_str()));
        Ok(())
    }

    /// From now on all worlds say what becomes of a user's calls, and which there are.
    fn watch_dialogs(&mut self, user: Arc<str>) {
        if !self.dialogs.watched.insert(Arc::clone(&user)) {
            return;
        }
        for dialog in self.dialogs_of(&user) {
            self.dialogs.note(dialog);
        }
        self.tell_others(&Said::WatchDialogs { user });
    }

    /// Another world's user is watched.
    pub(crate) fn told_to_watch_dialogs(&mut self, from: u8, user: Arc<str>) {
        for dialog in self.dialogs_of(&user) {
            self.tell(from, Said::Dialog(dialog));
        }
        self.dialogs.watched.insert(user);
    }

    /// Another world's user is not watched any more.
    pub(crate) fn told_to_forget_dialogs(&mut self, user: &str) {
        self.dialogs.watched.remove(user);
    }

    fn dialogs_of(&self, user: &str) -> Vec<Dialog> {
        let calls = self.calls.all();
        let of_user =
            calls.filter(|(_, call)| *call.caller.address == *user || *call.callee.address == *user);
        of_user
            .map(|(call_id, call)| self.dialog(user, call_id, call, call.phase()))
            .collect()
    }

    /// A call began, or went on to another state: its parties' watchers are told.
    pub(crate) fn call_changed(&mut self, call_id: &str) {
        if self.dialogs.watched.is_empty() {
            return;
        }
        if let Some(call) = self.calls.get(call_id).cloned() {
            let phase = call.phase();
            self.tell_of_call(call_id, &call, [phase, phase]);
        }
    }

    /// A call ended with this final status of its INVITE.
    pub(crate) fn call_is_over(&mut self, call_id: &str, call: &Call, status: u16) {
        if self.dialogs.watched.is_empty() {
            return;
        }
        let both = |event| [Phase::Terminated(event, status); 2];
        let phases = match status {
            200 if call.ended_by_caller => [
                Phase::Terminated("local-bye", 0),
                Phase::Terminated("remote-bye", 0),
            ],
            200 => [
                Phase::Terminated("remote-bye", 0),
                Phase::Terminated("local-bye", 0),
            ],
            408 => both("timeout"),
            487 => both("cancelled"),
            _ => both("rejected"),
        };
        self.tell_of_call(call_id, call, phases);
    }

    /// `phases` are those of caller and callee.
    fn tell_of_call(&mut self, call_id: &str, call: &Call, phases: [Phase; 2]) {
        for (party, phase) in [&call.caller, &call.callee].into_iter().zip(phases) {
            if !party.own || !self.dialogs.watched.contains(&*party.address) {
                continue;
            }
            let dialog = self.dialog(&party.address, call_id, call, phase);
            let world = self.config.slice.of_user(&self.secret, &party.address);
            if world == self.config.slice.index() {
                self.dialog_changed(dialog);
            } else {
                self.tell(world, Said::Dialog(dialog));
            }
        }
    }

    /// A dialog of a user of this world.
    pub(crate) fn dialog_changed(&mut self, dialog: Dialog) {
        let user = Arc::clone(&dialog.user);
        let watching = self.watching_dialogs(&user);
        if watching.is_empty() {
            self.forget_dialogs(&user);
            return;
        }
        let element = Arc::clone(&dialog.element);
        self.dialogs.note(dialog);
        for id in watching {
            let subscription = self.subscriptions.get_mut(id);
            if let Some(Package::Dialogs(partial)) = subscription.map(|it| &mut it.package) {
                partial.push(&element);
                self.notify(id);
            }
        }
    }

    /// Nobody watches the user any more.
    fn forget_dialogs(&mut self, user: &Arc<str>) {
        self.dialogs.known.remove(user);
        self.dialogs.watched.remove(user);
        let user = Arc::clone(user);
        self.tell_others(&Said::ForgetDialogs { user });
    }

    fn watching_dialogs(&self, user: &str) -> Vec<u64> {
        let mut watching = self.subscriptions.of_presentity(user);
        watching.retain(|id| {
            let subscription = self.subscriptions.get(*id);
            subscription.is_some_and(|it| matches!(it.package, Package::Dialogs(_)))
        });
        watching
    }

    /// The document for a watcher (§4).
    pub(crate) fn dialog_info(&self, user: &str, partial: &Partial) -> State {
        let (state, changes) = partial.next();
        let mut document = String::with_capacity(512);
        document
            .push_str("<?xml version=\"1.0\"?>\r\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\"");
        push_attribute(&mut document, "version", &partial.version().to_string());
        push_attribute(&mut document, "state", state);
        push_attribute(&mut document, "entity", &format!("sip:{user}"));
        document.push('>');
        match changes {
            Some(changes) => changes.iter().for_each(|element| document.push_str(element)),
            None => {
                let known = self.dialogs.known.get(user).into_iter().flatten();
                known.for_each(|dialog| document.push_str(&dialog.element));
            }
        }
        document.push_str("</dialog-info>\r\n");
        State {
            content_type: CONTENT_TYPE,
            document: document.into(),
        }
    }

    fn dialog(&self, user: &str, call_id: &str, call: &Call, phase: Phase) -> Dialog {
        let initiates = *call.caller.address == *user;
        let id = self
            .secret
            .hash(&[b"dialog", call_id.as_bytes(), user.as_bytes()]);
        let id = hex(&id.to_le_bytes()[..8]);
        let (own_tag, other_tag) = if initiates {
            (&call.caller_tag, &call.callee_tag)
        } else {
            (&call.callee_tag, &call.caller_tag)
        };
        let (own, other) = if initiates {
            (&call.caller, &call.callee)
        } else {
            (&call.callee, &call.caller)
        };
        let mut element = String::with_capacity(512);
        element.push_str("<dialog");
        push_attribute(&mut element, "id", &id);
        push_attribute(&mut element, "call-id", call_id);
        if !own_tag.is_empty() {
            push_attribute(&mut element, "local-tag", own_tag);
        }
        if !other_tag.is_empty() {
            push_attribute(&mut element, "remote-tag", other_tag);
        }
        let direction = if initiates { "initiator" } else { "recipient" };
        push_attribute(&mut element, "direction", direction);
        element.push('>');
        push_state(&mut element, phase);
        for (name, party) in [("local", own), ("remote", other)] {
            element.push_str(&format!("<{name}><identity>sip:"));
            push_escaped(&mut element, &party.address);
            element.push_str(&format!("</identity></{name}>"));
        }
        element.push_str("</dialog>");
        Dialog {
            user: Arc::from(user),
            id,
            element: element.into(),
            terminated: matches!(phase, Phase::Terminated(..)),
        }
    }
}

fn push_state(element: &mut String, phase: Phase) {
    let (name, event) = match phase {
        Phase::Trying => ("trying", None),
        Phase::Early => ("early", None),
        Phase::Confirmed => ("confirmed", None),
        Phase::Terminated(event, code) => ("terminated", Some((event, code))),
    };
    element.push_str("<state");
    if let Some((event, code)) = event {
        push_attribute(element, "event", event);
        if code > 0 {
            push_attribute(element, "code", &code.to_string());
        }
    }
    element.push('>');
    element.push_str(name);
    element.push_str("</state>");
}
