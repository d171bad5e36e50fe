//! Getting a request onto the wire: from a URI to a next hop, from a next hop to a flow.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use plenum_sip::Method;
use plenum_sip::transaction::Outgoing;
use plenum_sip::wire::{Host, Scheme, Uri};

use super::flows::Reach;
use super::work::Stop;
use super::{Purpose, World};
use crate::boundary::{Flow, OpenId, Output, Peer, Target, Transport};
use crate::diagnostics::Reason;
use crate::facts::HostName;

/// Where a request goes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hop {
    /// On a flow that stands.
    Flow(Flow),
    /// To an address, or when that fails to the next one (RFC 3263 §4.3): no connection can be opened, nobody answers, or
    /// the answer is 503.
    Target(Target, Arc<[Target]>),
}

impl Hop {
    /// The first address and the hop that is left when it fails.
    pub(crate) fn after_failure(&self) -> Option<(Target, Hop)> {
        let Self::Target(first, further) = self else {
            return None;
        };
        let (next, rest) = further.split_first()?;
        Some((first.clone(), Self::Target(next.clone(), rest.into())))
    }

    pub(crate) fn transport(&self) -> Transport {
        match self {
            Self::Flow(flow) => flow.transport,
            Self::Target(target, _) => target.transport,
        }
    }

    fn peer(&self) -> IpAddr {
        match self {
            Self::Flow(flow) => flow.peer.ip(),
            Self::Target(target, _) => target.address.ip(),
        }
    }
}

/// A request that waits for a connection.
#[derive(Debug)]
pub struct Waiting {
    pub(crate) bytes: Arc<[u8]>,
    /// `None` for an ACK, which has no transaction.
    pub(crate) transaction: Option<(Method, String, Purpose)>,
    /// Where to go when the connection cannot be opened.
    pub(crate) further: Arc<[Target]>,
}

impl World {
    /// The next hop for a URI (RFC 3263 §4). Addresses need no question.
    pub(crate) fn hop_to(&mut self, uri: &Uri<'_>) -> Result<Hop, Stop> {
        let secure = uri.scheme() == Scheme::Sips;
        let transport = uri.param("transport").and_then(Transport::from_name);
        let transport = if secure {
            Some(secured(transport))
        } else {
            transport
        };
        // RFC 7118 §5: a browser cannot be called up; its connection was the only way to it.
        if matches!(transport, Some(Transport::Ws | Transport::Wss)) {
            return Err(Reason::EndpointUnreachable.into());
        }
        let host = uri.param("maddr").unwrap_or(uri.host());
        match Host::parse(host).ok_or(Reason::Malformed)? {
            Host::Address(ip) => {
                let transport = transport.unwrap_or(Transport::Udp);
                let address = SocketAddr::new(ip, uri.port().unwrap_or(transport.default_port()));
                let peer = if secure || self.published.deployment().checks_phones() {
                    Peer::AtAddress
                } else {
                    Peer::Anybody
                };
                let target = Target {
                    transport,
                    address,
                    peer,
                };
                Ok(Hop::Target(target, Arc::default()))
            }
            Host::Name(name) => {
                let name = HostName {
                    host: name.to_ascii_lowercase(),
                    port: uri.port(),
                    transport,
                    secure,
                };
                self.hop_to_name(name)
            }
        }
    }

    /// The targets of a name, those that were not unreachable a moment ago first. What follows the first one is like
    /// it, because a request that is made names how it goes.
    fn hop_to_name(&mut self, name: HostName) -> Result<Hop, Stop> {
        let targets = self.facts.targets(self.now, name)?;
        let mut targets = targets.to_vec();
        targets.sort_by_key(|target| self.flows.is_down(target, self.now));
        let mut targets = targets.into_iter();
        let first = targets.next().ok_or(Reason::NextHopUnreachable)?;
        let like = |other: &Target| {
            other.transport == first.transport && other.address.is_ipv4() == first.address.is_ipv4()
        };
        let further = targets.filter(like).collect();
        Ok(Hop::Target(first, further))
    }

    /// The next hop for a server of the deployment.
    pub(crate) fn hop_to_server(&mut self, fqdn: &str) -> Result<Hop, Stop> {
        let transport = Some(Transport::Tls);
        let name = HostName {
            host: fqdn.to_ascii_lowercase(),
            port: Some(self.published.deployment().tls_port_of(fqdn)),
            transport,
            secure: true,
        };
        self.hop_to_name(name)
    }

    /// Where we listen, as seen from a peer.
    pub(crate) fn own_address(&self, transport: Transport, peer: IpAddr) -> SocketAddr {
        let listeners = &self.config.listeners;
        let fits = |any_transport: bool| {
            listeners.iter().find(move |listener| {
                (any_transport || listener.transport == transport)
                    && listener.address.is_ipv4() == peer.is_ipv4()
            })
        };
        let found = fits(false).or_else(|| fits(true));
        found.map_or_else(
            || SocketAddr::new(peer, transport.default_port()),
            |listener| listener.address,
        )
    }

    pub(crate) fn is_own_address(&self, host: &str) -> bool {
        let Some(Host::Address(ip)) = Host::parse(host) else {
            return false;
        };
        self.config
            .listeners
            .iter()
            .any(|listener| listener.address.ip() == ip)
    }

    /// Whether a sent-by or a URI names one of our sockets.
    pub(crate) fn is_own_socket(&self, host: &str, port: Option<u16>) -> bool {
        let Some(Host::Address(ip)) = Host::parse(host) else {
            return false;
        };
        self.config.listeners.iter().any(|listener| {
            let default = listener.transport.default_port();
            listener.address.ip() == ip && listener.address.port() == port.unwrap_or(default)
        })
    }

    /// Whether a URI in Route names this server.
    pub(crate) fn is_ours(&self, uri: &Uri<'_>) -> bool {
        self.is_own_socket(uri.host(), uri.port())
            || self
                .published
                .deployment()
                .is_here(&uri.host().to_ascii_lowercase())
    }

    /// What our Via and Record-Route say about us on this hop.
    pub(crate) fn sent_by(&self, hop: &Hop) -> SocketAddr {
        match hop {
            Hop::Flow(flow) if flow.transport == Transport::Udp => flow.local,
            _ => self.own_address(hop.transport(), hop.peer()),
        }
    }

    /// Sends a request in a transaction; what becomes of it is told to its purpose.
    pub(crate) fn send_request(
        &mut self,
        hop: Hop,
        bytes: Arc<[u8]>,
        method: Method,
        branch: String,
        purpose: Purpose,
    ) {
        self.send_waiting(
            hop,
            Waiting {
                bytes,
                transaction: Some((method, branch, purpose)),
                further: Arc::default(),
            },
        );
    }

    /// Sends an ACK.
    pub(crate) fn send_plain(&mut self, hop: Hop, bytes: Arc<[u8]>) {
        self.send_waiting(
            hop,
            Waiting {
                bytes,
                transaction: None,
                further: Arc::default(),
            },
        );
    }

    fn send_waiting(&mut self, hop: Hop, mut waiting: Waiting) {
        match hop {
            Hop::Flow(flow) => self.send_on(waiting, flow),
            Hop::Target(target, _) if target.transport == Transport::Udp => match self.datagram_flow(&target)
            {
                Some(flow) => self.send_on(waiting, flow),
                None => self.send_failed(waiting),
            },
            Hop::Target(target, further) => {
                waiting.further = further;
                self.send_to(&target, waiting);
            }
        }
    }

    fn send_to(&mut self, target: &Target, waiting: Waiting) {
        match self.flows.reach(target, waiting) {
            Reach::Flow(flow, waiting) => self.send_on(waiting, flow),
            Reach::Open(id, target) => self.push(Output::Open { id, target }),
            Reach::Waiting => {}
            Reach::Full(waiting) => self.send_failed(waiting),
        }
    }

    /// A connection could not be opened: what waited for it goes to the next target, when there is one.
    pub(crate) fn open_failed(&mut self, id: OpenId) {
        for mut waiting in self.flows.failed(id, self.now) {
            let wanted = waiting
                .transaction
                .as_ref()
                .is_none_or(|(_, _, purpose)| self.is_wanted(*purpose));
            match waiting.further.split_first() {
                Some((next, rest)) if wanted => {
                    let next = next.clone();
                    waiting.further = rest.into();
                    if let Some((_, _, purpose)) = &waiting.transaction {
                        self.passed_over(*purpose);
                    }
                    self.send_to(&next, waiting);
                }
                _ => self.send_failed(waiting),
            }
        }
    }

    fn datagram_flow(&self, target: &Target) -> Option<Flow> {
        let fits = |address: &SocketAddr| address.is_ipv4() == target.address.is_ipv4();
        let udp = self
            .config
            .listeners
            .iter()
            .filter(|listener| listener.transport == Transport::Udp);
        let local = udp.map(|listener| listener.address).find(fits)?;
        Some(Flow {
            transport: Transport::Udp,
            local,
            peer: target.address,
            connection: 0,
        })
    }

    pub(crate) fn send_on(&mut self, waiting: Waiting, flow: Flow) {
        let gone = flow.transport != Transport::Udp && self.flows.connection(flow.connection).is_none();
        let Some((method, branch, purpose)) = &waiting.transaction else {
            if !gone {
                self.transactions.send(waiting.bytes, flow);
            }
            return;
        };
        if gone {
            self.send_failed(waiting);
            return;
        }
        if !self.is_wanted(*purpose) {
            return;
        }
        let outgoing = Outgoing {
            bytes: Arc::clone(&waiting.bytes),
            method,
            branch,
        };
        match self.transactions.request(self.instant, outgoing, flow) {
            Some(id) => {
                self.purposes.insert(id, *purpose);
                self.request_started(*purpose, id);
            }
            None => self.send_failed(waiting),
        }
    }

    pub(crate) fn send_failed(&mut self, waiting: Waiting) {
        match waiting.transaction {
            Some((_, _, Purpose::Branch { fork, index })) => self.branch_failed(fork, index, 503, false),
            Some((_, _, Purpose::Notify(subscription))) => self.notify_answered(subscription, 503),
            None => {}
        }
    }
}

fn secured(transport: Option<Transport>) -> Transport {
    match transport {
        Some(Transport::Ws | Transport::Wss) => Transport::Wss,
        _ => Transport::Tls,
    }
}
