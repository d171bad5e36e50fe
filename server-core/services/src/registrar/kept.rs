//! Bindings as they outlive the process: a phone that registered stays reachable after a restart, without a new
//! REGISTER.
//!
//! A refresh that changes nothing but times is three numbers. A binding whose only way was a connection (RFC 5626 §4.2)
//! ends; the others are reached by their Contact, as when a connection closes.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::binding::{Binding, Texts};
use super::location::{BindingId, Tick};
use crate::boundary::{Flow, Transport};
use crate::kept::Kept;
use crate::world::World;

/// A binding of a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptBinding {
    /// Its number.
    pub id: u64,
    /// `alice@contoso.example`.
    pub user: String,
    /// The Contact URI.
    pub contact: String,
    /// `+sip.instance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// `reg-id`; 0 without one.
    #[serde(default)]
    pub reg_id: u32,
    /// The Call-ID of the last REGISTER.
    pub call_id: String,
    /// Its CSeq number.
    pub cseq: u32,
    /// `q`, in thousandths.
    pub q: u16,
    /// When it ends, in milliseconds since 1970-01-01 UTC.
    pub expires: i64,
    /// The Path, its values joined with commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The transport that it came by, as Via writes it.
    pub transport: String,
    /// Our address.
    pub local: SocketAddr,
    /// Its address.
    pub peer: SocketAddr,
    /// Whether requests take the flow rather than the Contact.
    pub use_flow: bool,
    /// Whether its connection is the only way.
    #[serde(default)]
    pub outbound: bool,
    /// Its User-Agent.
    #[serde(default)]
    pub user_agent: String,
    /// Its capabilities.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub features: String,
}

/// What happened to a binding, until it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Bound(u32, BindingId),
    Refreshed(BindingId, u32, Tick),
    Ended(BindingId),
}

/// Whether a refresh changed times only.
pub(crate) fn is_refresh(before: &Binding, after: &Binding) -> bool {
    before.flow == after.flow
        && before.texts == after.texts
        && before.model == after.model
        && (before.reg_id, before.q, before.use_flow, before.outbound)
            == (after.reg_id, after.q, after.use_flow, after.outbound)
}

impl World {
    /// The next change of a binding.
    pub(crate) fn kept_binding(&mut self) -> Option<Kept> {
        loop {
            return Some(match self.locations.poll_change()? {
                Change::Refreshed(id, cseq, expires) => Kept::Refreshed(id.0, cseq, self.clock.wall(expires)),
                Change::Ended(id) => Kept::Ended([id.0]),
                Change::Bound(user, id) => match self.locations.binding(user, id) {
                    Some((user, binding)) => Kept::Bound(Box::new(self.kept(user, binding))),
                    // It has ended since; that is told next.
                    None => continue,
                },
            });
        }
    }

    fn kept(&self, user: &str, binding: &Binding) -> KeptBinding {
        let flow = binding.flow();
        KeptBinding {
            id: binding.id.0,
            user: user.to_owned(),
            contact: binding.contact().to_owned(),
            instance: binding.instance().map(str::to_owned),
            reg_id: binding.reg_id,
            call_id: binding.call_id().to_owned(),
            cseq: binding.cseq,
            q: binding.q,
            expires: self.clock.wall(binding.expires),
            path: binding.path().map(str::to_owned),
            transport: flow.transport.via_name().to_owned(),
            local: flow.local,
            peer: flow.peer,
            use_flow: binding.use_flow,
            outbound: binding.outbound,
            user_agent: binding.user_agent().to_owned(),
            features: binding.features().to_owned(),
        }
    }

    /// Takes over the bindings of its own users.
    pub(crate) fn restore_bindings<'k>(&mut self, bindings: impl Iterator<Item = &'k KeptBinding>) {
        let mut ended = Vec::new();
        for kept in bindings {
            let id = BindingId(kept.id);
            self.locations.know_id(id);
            if !self.config.slice.has_user(&self.secret, &kept.user) {
                continue;
            }
            match self.restored(kept) {
                Some(binding) => self.locations.put(&kept.user, binding),
                None => ended.push(id),
            }
        }
        // Those that stand are where they were kept; the others would stay there for ever.
        self.locations.forget_changes();
        self.locations.end_kept(ended);
    }

    fn restored(&mut self, kept: &KeptBinding) -> Option<Binding> {
        let left = u64::try_from(kept.expires - self.clock.wall(self.now)).ok()?;
        let transport = Transport::from_name(&kept.transport)?;
        let listens = |address| {
            let listeners = self.config.listeners.iter();
            listeners
                .filter(|listener| listener.transport == transport)
                .any(|listener| listener.address == address)
        };
        let stands = transport == Transport::Udp && listens(kept.local);
        if left == 0 || (kept.outbound && !stands) {
            return None;
        }
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let (instance, path) = (optional(&kept.instance), optional(&kept.path));
        let texts = Texts::new(&kept.contact, &instance, &kept.call_id, &path)?;
        Some(Binding {
            id: BindingId(kept.id),
            texts,
            reg_id: kept.reg_id,
            cseq: kept.cseq,
            q: kept.q,
            expires: self.now + left,
            since: self.now,
            refreshed: self.now,
            flow: Flow {
                transport,
                local: kept.local,
                peer: kept.peer,
                connection: 0,
            }
            .into(),
            use_flow: kept.use_flow && stands,
            outbound: kept.outbound,
            model: self.locations.intern_model(&kept.features, &kept.user_agent),
        })
    }
}
