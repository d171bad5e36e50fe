//! What a REGISTER does to the bindings of its user (RFC 3261 §10.3, steps 6 to 8).
//!
//! All of it or nothing: every Contact is judged before the first one is written.

use std::sync::Arc;

use plenum_settings::RegistrarConfiguration;
use plenum_sip::Request;
use plenum_sip::event::Expiry;
use plenum_sip::proxy::caller_preferences::features;
use plenum_sip::wire::{Contact, Contacts, HeaderName, Uri};

use super::binding::{Binding, Texts};
use super::location::{BindingId, Locations, Tick};
use crate::boundary::{Flow, Transport};

/// The most Contact values that one REGISTER may carry.
const MAX_CONTACTS: usize = 16;
/// The longest Contact URI, Path, instance or Call-ID that is kept, in bytes.
const MAX_TEXT: usize = 2_048;

/// A REGISTER whose user is known and may sign in.
pub struct Registration<'r> {
    /// The user's address.
    pub address: &'r str,
    /// The request.
    pub request: &'r Request,
    /// The flow that it came on.
    pub flow: Flow,
    /// The time.
    pub now: Tick,
    /// The limits.
    pub limits: &'r RegistrarConfiguration,
}

/// What changed.
#[derive(Debug, Default)]
pub struct Changes {
    /// New bindings.
    pub added: Vec<BindingId>,
    /// Bindings that the request removed.
    pub removed: Vec<Binding>,
    /// Bindings that made room for a new one (MaxEndpointsPerUser).
    pub replaced: Vec<Binding>,
}

/// Why nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// 400: a Contact is damaged, too long or one of too many; or `*` stands without `Expires: 0`.
    Malformed,
    /// 423 with Min-Expires.
    IntervalTooBrief(u32),
    /// 500: an older request than the one that made the binding (step 7: the update is aborted).
    OutOfOrder,
}

enum Step {
    Remove(BindingId),
    Put(Box<Binding>),
}

impl Registration<'_> {
    /// Judges every Contact, then writes.
    pub fn apply(&self, locations: &mut Locations) -> Result<Changes, Rejected> {
        let contacts = self.request.contacts().map_err(|_| Rejected::Malformed)?;
        let steps = match &contacts {
            Contacts::All => self.remove_all(locations)?,
            Contacts::List(list) if list.len() > MAX_CONTACTS => return Err(Rejected::Malformed),
            Contacts::List(list) => {
                let mut steps = Vec::with_capacity(list.len());
                for contact in list {
                    steps.extend(self.judge(contact, locations)?);
                }
                steps
            }
        };
        Ok(self.write(steps, locations))
    }

    fn remove_all(&self, locations: &Locations) -> Result<Vec<Step>, Rejected> {
        if self.request.expires() != Some(0) {
            return Err(Rejected::Malformed);
        }
        let bindings = locations.of(self.address).iter();
        bindings
            .map(|binding| self.in_order(binding).map(|()| Step::Remove(binding.id)))
            .collect()
    }

    fn judge(&self, contact: &Contact<'_>, locations: &mut Locations) -> Result<Option<Step>, Rejected> {
        let uri = contact.uri();
        if !uri.is_sip() || uri.as_bytes().len() > MAX_TEXT || self.call_id().len() > MAX_TEXT {
            return Err(Rejected::Malformed);
        }
        let seconds = self.lifetime(contact)?;
        let existing = self.matching(contact, locations.of(self.address));
        if let Some(existing) = existing {
            self.in_order(existing)?;
        }
        if seconds == 0 {
            return Ok(existing.map(|existing| Step::Remove(existing.id)));
        }
        let kept = existing.map(|existing| (existing.id, existing.since));
        let model = self.model(contact, locations);
        let (id, since) = kept.unwrap_or_else(|| (locations.next_id(), self.now));
        let outbound = self.is_outbound(contact);
        let instance = contact.instance().filter(|instance| is_urn(instance));
        let texts = Texts::new(
            &uri.to_text(),
            instance.unwrap_or_default(),
            self.call_id(),
            &self.path(),
        );
        let texts = texts.ok_or(Rejected::Malformed)?;
        Ok(Some(Step::Put(Box::new(Binding {
            id,
            texts,
            reg_id: if outbound {
                contact.reg_id().unwrap_or(0)
            } else {
                0
            },
            cseq: self.cseq(),
            q: contact.q(),
            expires: self.now + Tick::from(seconds) * 1000,
            since,
            refreshed: self.now,
            flow: self.flow.into(),
            use_flow: outbound || self.prefers_flow(&uri),
            outbound,
            model,
        }))))
    }

    /// Step 7: how long, within the limits.
    fn lifetime(&self, contact: &Contact<'_>) -> Result<u32, Rejected> {
        let seconds = |value: i32| u32::try_from(value).unwrap_or(0);
        let expiry = Expiry {
            min: seconds(self.limits.min_endpoint_expiration),
            max: seconds(self.limits.max_endpoint_expiration),
            default: seconds(self.limits.default_endpoint_expiration),
        };
        let asked = contact.expires().or_else(|| self.request.expires());
        expiry
            .grant(asked)
            .map_err(|brief| Rejected::IntervalTooBrief(brief.min))
    }

    /// The binding that a Contact names: by instance and reg-id (RFC 5626 §6), otherwise by URI (step 7).
    fn matching<'b>(&self, contact: &Contact<'_>, bindings: &'b [Binding]) -> Option<&'b Binding> {
        if let Some(instance) = contact.instance() {
            let reg_id = if self.is_outbound(contact) {
                contact.reg_id().unwrap_or(0)
            } else {
                0
            };
            let same = |binding: &&Binding| binding.instance() == Some(instance) && binding.reg_id == reg_id;
            if let Some(found) = bindings.iter().find(same) {
                return Some(found);
            }
        }
        let uri = contact.uri();
        bindings.iter().find(|binding| {
            binding.contact().as_bytes() == uri.as_bytes()
                || Uri::from_text(binding.contact()).is_some_and(|existing| existing.is_equivalent(&uri))
        })
    }

    fn in_order(&self, binding: &Binding) -> Result<(), Rejected> {
        let older = binding.call_id() == self.call_id() && self.cseq() <= binding.cseq;
        if older { Err(Rejected::OutOfOrder) } else { Ok(()) }
    }

    fn is_outbound(&self, contact: &Contact<'_>) -> bool {
        let web = matches!(self.flow.transport, Transport::Ws | Transport::Wss);
        let asked = contact.reg_id().is_some()
            && contact.instance().is_some()
            && self
                .request
                .tokens(HeaderName::Supported)
                .any(|option| option.eq_ignore_ascii_case("outbound"));
        web || (asked && !self.request.has(HeaderName::Path))
    }

    /// A connection is used while it stands; a datagram's source when the phone asks for it (RFC 3581) or is there.
    fn prefers_flow(&self, uri: &Uri<'_>) -> bool {
        if self.request.has(HeaderName::Path) {
            return false;
        }
        let port = uri.port().unwrap_or(self.flow.transport.default_port());
        let same = uri.host().parse() == Ok(self.flow.peer.ip()) && port == self.flow.peer.port();
        let symmetric = self.request.via().is_ok_and(|via| via.rport().is_some());
        self.flow.transport != Transport::Udp || symmetric || same
    }

    /// Empty without one, and when it is too long.
    fn path(&self) -> String {
        let mut path = String::new();
        for value in self.request.all(HeaderName::Path) {
            let separator = if path.is_empty() { "" } else { ", " };
            path.push_str(separator);
            match std::str::from_utf8(value) {
                Ok(value) => path.push_str(value),
                Err(_) => return String::new(),
            }
        }
        if path.len() > MAX_TEXT {
            path.clear();
        }
        path
    }

    fn model(&self, contact: &Contact<'_>, locations: &mut Locations) -> Arc<str> {
        let text = self.request.get_str(HeaderName::UserAgent).unwrap_or_default();
        let end = text.char_indices().nth(128).map_or(text.len(), |(at, _)| at);
        locations.intern_model(&features(contact), &text[..end])
    }

    fn call_id(&self) -> &str {
        self.request.call_id().unwrap_or_default()
    }

    fn cseq(&self) -> u32 {
        self.request.cseq_parts().map_or(0, |(number, _)| number)
    }

    fn write(&self, steps: Vec<Step>, locations: &mut Locations) -> Changes {
        let mut changes = Changes::default();
        for step in steps {
            match step {
                Step::Remove(id) => changes.removed.extend(locations.remove(self.address, id)),
                Step::Put(binding) => {
                    let new = !locations
                        .of(self.address)
                        .iter()
                        .any(|existing| existing.id == binding.id);
                    if new {
                        self.make_room(locations, &mut changes);
                        changes.added.push(binding.id);
                    }
                    locations.put(self.address, *binding);
                }
            }
        }
        changes
    }

    fn make_room(&self, locations: &mut Locations, changes: &mut Changes) {
        while locations.of(self.address).len() >= usize::from(self.limits.max_endpoints_per_user.max(1)) {
            let oldest = locations
                .of(self.address)
                .iter()
                .min_by_key(|binding| binding.refreshed);
            let Some(id) = oldest.map(|binding| binding.id) else {
                return;
            };
            changes.replaced.extend(locations.remove(self.address, id));
        }
    }
}

/// What may stand in an instance: a URN without anything that would need quoting.
fn is_urn(instance: &str) -> bool {
    instance.len() <= 256
        && instance
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":-._~%+".contains(&byte))
}
