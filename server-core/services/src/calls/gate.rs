//! Calls on their way through: what policies say at the INVITE and during the call, and what is written down.

use plenum_sip::wire::{HeaderName, NameAddr};
use plenum_sip::{Method, Response};
use plenum_topology::directory::UserRecord;

use super::file_filter;
use super::media::MediaKinds;
use super::permission;
use super::table::{Call, Party};
use crate::boundary::JournalEvent;
use crate::diagnostics::Reason;
use crate::world::World;
use crate::world::work::{Sender, Stop, Work};

impl World {
    /// An INVITE for a user: both parties' policies look at the offer.
    pub(crate) fn begin_call(&mut self, work: &Work, callee: &UserRecord) -> Result<(), Stop> {
        let sender = work.sender.as_ref().ok_or(Reason::CredentialMismatch)?;
        let caller = sender.user().map(AsRef::as_ref);
        let media = media_of(work)?;
        permission::may_use(&self.published, caller, Some(callee), media)?;
        self.check_files(work, media)?;
        let restricted = |user: &UserRecord| permission::is_restricted(&self.published, user);
        if work.request.body().is_empty() && (caller.is_some_and(restricted) || restricted(callee)) {
            return Err(Reason::OfferNeeded.into());
        }
        let caller = Party {
            address: sender.address().into(),
            own: caller.is_some(),
        };
        let callee = Party {
            address: callee.sip_address.as_str().into(),
            own: true,
        };
        let tag = work
            .request
            .from()
            .ok()
            .and_then(|from| from.tag())
            .unwrap_or_default();
        self.calls.begin(
            work.request.call_id().unwrap_or_default(),
            caller,
            callee,
            tag,
            media,
        );
        self.call_changed(work.request.call_id().unwrap_or_default());
        Ok(())
    }

    /// A request inside a dialog. A call that this world does not know (it was set up before a restart) goes on
    /// without a word.
    pub(crate) fn during_call(&mut self, work: &Work) -> Result<(), Stop> {
        let call_id = work.request.call_id().unwrap_or_default();
        let Some(call) = self.calls.get(call_id) else {
            return Ok(());
        };
        match work.request.method() {
            Method::Invite | Method::Update => self.change_call(work, call.clone()),
            Method::Refer => {
                let asker = self.sides_of(work, call.clone())?.0;
                match asker {
                    Some(asker) => permission::may_transfer(&self.published, &asker).map_err(Stop::from),
                    None => Ok(()),
                }
            }
            Method::Bye => {
                if let Some(mut call) = self.calls.end(call_id) {
                    let from = work.request.from().ok();
                    let tag = from.as_ref().and_then(NameAddr::tag).unwrap_or_default();
                    call.ended_by_caller = *call.caller_tag == *tag;
                    self.call_ended(call_id, &call, 200);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn change_call(&mut self, work: &Work, call: Call) -> Result<(), Stop> {
        let media = media_of(work)?;
        if media.is_empty() {
            return Ok(());
        }
        let (asker, other) = self.sides_of(work, call)?;
        permission::may_use(&self.published, asker.as_deref(), other.as_deref(), media)?;
        self.check_files(work, media)?;
        self.calls
            .set_media(work.request.call_id().unwrap_or_default(), media);
        Ok(())
    }

    /// The file filter of this pool looks at what is offered as a file.
    fn check_files(&self, work: &Work, media: MediaKinds) -> Result<(), Stop> {
        let filter = self.published.file_transfer_filter();
        if media.file && !file_filter::lets_pass(filter, work.request.body()) {
            return Err(Reason::FileFiltered.into());
        }
        Ok(())
    }

    /// The records of who asks and of the other party, as far as they are ours.
    fn sides_of(&mut self, work: &Work, call: Call) -> Result<Sides, Stop> {
        let tag = work
            .request
            .from()
            .ok()
            .and_then(|from| from.tag())
            .unwrap_or_default();
        let (asker, other) = call.sides(tag);
        let mut record = |party: &Party| -> Result<Option<std::sync::Arc<UserRecord>>, Stop> {
            if party.own {
                Ok(self.facts.user(self.now, &party.address)?)
            } else {
                Ok(None)
            }
        };
        Ok((record(asker)?, record(other)?))
    }

    /// The INVITE has its final response.
    pub(crate) fn call_answered(&mut self, call_id: &str, status: u16) {
        if status >= 300 {
            if let Some(call) = self.calls.end(call_id) {
                self.call_ended(call_id, &call, status);
            }
            return;
        }
        let Some(call) = self.calls.answer(self.now, call_id) else {
            return;
        };
        let event = JournalEvent::CallStarted {
            call_id: call_id.to_owned(),
            from: call.caller.address.to_string(),
            to: call.callee.address.to_string(),
            media: call.media.to_string(),
        };
        self.journal(event);
        self.call_changed(call_id);
    }

    /// A phone rings or answers, so that its side of the dialog has a name.
    pub(crate) fn call_rings(&mut self, call_id: &str, response: &Response) {
        let to = response.to().ok();
        let Some(tag) = to.as_ref().and_then(NameAddr::tag) else {
            return;
        };
        if self.calls.ring(call_id, tag) && response.status() < 200 {
            self.call_changed(call_id);
        }
    }

    pub(crate) fn call_ended(&mut self, call_id: &str, call: &Call, status: u16) {
        self.call_is_over(call_id, call, status);
        let lasted = call
            .answered
            .map_or(0, |answered| self.now.saturating_sub(answered) / 1000);
        self.journal(JournalEvent::CallEnded {
            call_id: call_id.to_owned(),
            from: call.caller.address.to_string(),
            to: call.callee.address.to_string(),
            status,
            seconds: u32::try_from(lasted).unwrap_or(u32::MAX),
        });
    }

    /// REFER outside a dialog (RFC 3515 allows it) is a transfer as well.
    pub(crate) fn check_refer(&self, sender: Option<&Sender>) -> Result<(), Stop> {
        match sender.and_then(Sender::user) {
            Some(user) => permission::may_transfer(&self.published, user).map_err(Stop::from),
            None => Ok(()),
        }
    }
}

type Sides = (
    Option<std::sync::Arc<UserRecord>>,
    Option<std::sync::Arc<UserRecord>>,
);

fn media_of(work: &Work) -> Result<MediaKinds, Stop> {
    let request = &work.request;
    let kind = request.get_str(HeaderName::ContentType);
    let encoding = request.get_str(HeaderName::ContentEncoding);
    MediaKinds::of_body(kind, encoding, request.body()).ok_or_else(|| Reason::OfferNeeded.into())
}
