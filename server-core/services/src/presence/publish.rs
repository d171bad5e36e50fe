//! PUBLISH of event `presence` (RFC 3903 §6, RFC 3856).

use plenum_sip::event::{Expiry, Operation, classify};
use plenum_sip::wire::HeaderName;
use plenum_topology::directory::UserRecord;

use super::pidf::{Document, Unreadable};
use super::publication::Rejected;
use crate::diagnostics::Reason;
use crate::world::World;
use crate::world::work::{Sender, Stop, Work};

/// How long a publication lasts, in seconds: an hour when nobody says (RFC 3856 §6.4 as for subscriptions).
const EXPIRY: Expiry = Expiry {
    min: 60,
    max: 43_200,
    default: 3_600,
};
const CONTENT: &str = "application/pidf+xml";

impl World {
    /// Takes what an endpoint publishes for its user, and tells the watchers.
    pub(crate) fn publish(&mut self, work: &Work, user: &UserRecord) -> Result<(), Stop> {
        let event = work.request.event().map_err(|_| Reason::Malformed)?;
        if event.is_none_or(|event| !event.package.eq_ignore_ascii_case("presence")) {
            return Err(Stop::BadEvent);
        }
        if work.sender.as_ref().map(Sender::address) != Some(&user.sip_address) {
            return Err(Reason::NotYourPresence.into());
        }
        let operation = classify(&work.request).map_err(Stop::Answer)?;
        let seconds = EXPIRY
            .grant(work.request.expires())
            .map_err(|brief| Stop::TooBrief(brief.min))?;
        let (tag, document) = match operation {
            Operation::Initial => (None, Some(read_document(work)?)),
            Operation::Modify { etag } => (Some(etag), Some(read_document(work)?)),
            Operation::Refresh { etag } | Operation::Remove { etag } => (Some(etag), None),
        };
        let changes = document.is_some() || seconds == 0;
        let lifetime = u64::from(seconds) * 1000;
        let published = self
            .publications
            .publish(self.now, &user.sip_address, tag, lifetime, document);
        let tag = published.map_err(|rejected| match rejected {
            Rejected::ConditionalRequestFailed => Stop::Answer(412),
            Rejected::TooMany => Reason::TooManyPublications.into(),
            Rejected::NothingPublished => Reason::Malformed.into(),
        })?;
        self.respond(work, 200, |response| {
            let response = response.header(HeaderName::SipEtag, tag.to_string());
            response.header(HeaderName::Expires, seconds.to_string()).finish()
        });
        if changes {
            self.presence_changed(&user.sip_address);
        }
        Ok(())
    }
}

fn read_document(work: &Work) -> Result<Document, Stop> {
    let kind = work.request.content_type().map_err(|_| Reason::Malformed)?;
    if work.request.has(HeaderName::ContentEncoding)
        || !kind.is_some_and(|kind| kind.is("application", "pidf+xml"))
    {
        return Err(Stop::Unsupported(CONTENT));
    }
    Document::read(work.request.body()).map_err(|unreadable| match unreadable {
        Unreadable::TooLarge => Reason::BodyTooLarge.into(),
        Unreadable::NotPidf => Reason::BadPresenceDocument.into(),
    })
}
