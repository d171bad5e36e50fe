//! One endpoint of a user, as small as it can be kept: a pool has hundreds of thousands.
//!
//! What is text lies in one allocation; an IPv4 address takes its 6 bytes instead of the standard library's 32.

use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};
use std::sync::Arc;

use super::location::{BindingId, Tick};
use crate::boundary::{Flow, Transport};

/// One endpoint of a user.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Its number.
    pub id: BindingId,
    /// Contact, instance, Call-ID and Path.
    pub texts: Texts,
    /// When it ends.
    pub expires: Tick,
    /// When it was made.
    pub since: Tick,
    /// When it was made or refreshed last.
    pub refreshed: Tick,
    /// The flow that the REGISTER came on.
    pub flow: PackedFlow,
    /// Its User-Agent and its capabilities, shared between bindings: see [`model`].
    pub model: Arc<str>,
    /// The CSeq number of the last REGISTER.
    pub cseq: u32,
    /// `reg-id`; 0 without one.
    pub reg_id: u32,
    /// `q`, in thousandths (RFC 3261 §10.2.1.2).
    pub q: u16,
    /// Whether requests take that flow while it stands, rather than the address in the Contact.
    pub use_flow: bool,
    /// Whether the flow is the only way (RFC 5626 §5.3, RFC 7118 §5): the binding ends with it.
    pub outbound: bool,
}

impl Binding {
    /// The Contact URI, as the endpoint wrote it.
    pub fn contact(&self) -> &str {
        self.texts.part(0)
    }

    /// `+sip.instance` without quotes and angle brackets (RFC 5626 §4.1).
    pub fn instance(&self) -> Option<&str> {
        Some(self.texts.part(1)).filter(|text| !text.is_empty())
    }

    /// The Call-ID of the last REGISTER.
    pub fn call_id(&self) -> &str {
        self.texts.part(2)
    }

    /// The Path of the REGISTER (RFC 3327), its values joined with commas.
    pub fn path(&self) -> Option<&str> {
        Some(self.texts.part(3)).filter(|text| !text.is_empty())
    }

    /// The flow that the REGISTER came on.
    pub fn flow(&self) -> Flow {
        self.flow.unpack()
    }

    /// Its User-Agent.
    pub fn user_agent(&self) -> &str {
        self.model
            .split_once('\n')
            .map_or("", |(_, user_agent)| user_agent)
    }

    /// The feature parameters of its Contact (RFC 3840), as they are written: `;audio;methods="INVITE"`.
    pub fn features(&self) -> &str {
        self.model.split_once('\n').map_or("", |(features, _)| features)
    }
}

/// What kind of endpoint it is: its capabilities, which hold no line end, a line end, and its User-Agent.
pub fn model(text: &mut String, features: &str, user_agent: &str) {
    text.clear();
    text.push_str(features);
    text.push('\n');
    text.push_str(user_agent);
}

/// The texts of a binding, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    text: Box<str>,
    /// Where the first three end.
    ends: [u16; 3],
}

impl Texts {
    /// Contact, instance, Call-ID and Path; empty when there is none. `None` when they are longer than anything that a
    /// REGISTER may carry.
    pub fn new(contact: &str, instance: &str, call_id: &str, path: &str) -> Option<Self> {
        let parts = [contact, instance, call_id, path];
        let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
        let mut ends = [0; 3];
        for (index, part) in parts.into_iter().enumerate() {
            text.push_str(part);
            if let Some(end) = ends.get_mut(index) {
                *end = u16::try_from(text.len()).ok()?;
            }
        }
        Some(Self {
            text: text.into_boxed_str(),
            ends,
        })
    }

    fn part(&self, index: usize) -> &str {
        let from = index
            .checked_sub(1)
            .map_or(0, |before| usize::from(self.ends[before]));
        let to = self
            .ends
            .get(index)
            .map_or(self.text.len(), |end| usize::from(*end));
        &self.text[from..to]
    }
}

/// A flow in 40 bytes instead of 80.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedFlow {
    local: Address,
    peer: Address,
    /// The connection's number; 0 for datagrams.
    connection: u64,
    transport: Transport,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Address {
    V4(SocketAddrV4),
    V6(Box<SocketAddrV6>),
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        match address {
            SocketAddr::V4(address) => Self::V4(address),
            SocketAddr::V6(address) => Self::V6(Box::new(address)),
        }
    }
}

impl Address {
    fn unpack(&self) -> SocketAddr {
        match self {
            Self::V4(address) => SocketAddr::V4(*address),
            Self::V6(address) => SocketAddr::V6(**address),
        }
    }
}

impl From<Flow> for PackedFlow {
    fn from(flow: Flow) -> Self {
        Self {
            local: flow.local.into(),
            peer: flow.peer.into(),
            connection: flow.connection,
            transport: flow.transport,
        }
    }
}

impl PackedFlow {
    /// The connection's number; 0 for datagrams.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    fn unpack(&self) -> Flow {
        Flow {
            transport: self.transport,
            local: self.local.unpack(),
            peer: self.peer.unpack(),
            connection: self.connection,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were() {
        for parts in [["a", "b", "c", "d"], ["sip:a", "", "call", ""], ["", "", "", ""]] {
            let texts = Texts::new(parts[0], parts[1], parts[2], parts[3]).unwrap();
            assert_eq!([0, 1, 2, 3].map(|index| texts.part(index)), parts);
        }
        assert!(Texts::new("", "", &"c".repeat(70_000), "").is_none());
    }

    #[test]
    fn a_flow_comes_back_as_it_was_and_a_binding_stays_small() {
        for peer in ["192.0.2.1:5060", "[2001:db8::1%7]:5061"] {
            let flow = Flow {
                transport: Transport::Tls,
                local: "[::1]:5061".parse().unwrap(),
                peer: peer.parse().unwrap(),
                connection: 7,
            };
            assert_eq!(PackedFlow::from(flow).unpack(), flow);
        }
        assert!(size_of::<Binding>() <= 136, "{}", size_of::<Binding>());
    }
}
