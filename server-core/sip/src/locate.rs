//! Where to send to for a URI (RFC 3263 §4), as questions and answers: somebody else asks DNS.
//!
//! The order of RFC 3263: the transport from the URI, or from NAPTR, or from the first SRV name that exists; then port
//! and addresses from SRV, or from address records. SRV records of one priority are shuffled by weight (RFC 2782) with
//! random numbers that the caller supplies. All targets come out, so that the caller can fail over (§4.3).

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};

use crate::flow::Transport;
use crate::wire::Host;

/// A question to DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The NAPTR records of a name.
    Naptr(String),
    /// The SRV records of a name.
    Srv(String),
    /// The A and AAAA records of a name.
    Address(String),
}

/// One NAPTR record (RFC 3403 §4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naptr {
    /// Lower first.
    pub order: u16,
    /// Lower first within an order.
    pub preference: u16,
    /// `SIP+D2U`, `SIPS+D2T`, …
    pub service: String,
    /// `s` for an SRV name; other flags are not used by SIP.
    pub flags: String,
    /// The name to ask next.
    pub replacement: String,
}

/// One SRV record (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srv {
    /// Lower first.
    pub priority: u16,
    /// The share within a priority.
    pub weight: u16,
    /// The port.
    pub port: u16,
    /// The host; `.` says that the service is not there.
    pub target: String,
}

/// The answer to the last question; empty lists when there are no such records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Ask::Naptr`].
    Naptr(Vec<Naptr>),
    /// To [`Ask::Srv`].
    Srv(Vec<Srv>),
    /// To [`Ask::Address`].
    Address(Vec<IpAddr>),
}

/// A place to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// How.
    pub transport: Transport,
    /// Where.
    pub address: SocketAddr,
    /// The name that a certificate must carry: the domain that was asked for (RFC 5922 §4), not what DNS made of it.
    pub name: String,
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    /// The host of the URI (or its `maddr`).
    pub host: &'a str,
    /// The port, when written.
    pub port: Option<u16>,
    /// The transport, when written.
    pub transport: Option<Transport>,
    /// Whether the URI is `sips:`: TLS on every hop.
    pub is_secure: bool,
    /// The transports that we have, the preferred one first.
    pub supported: &'a [Transport],
}

/// A host whose addresses are still to be asked for.
#[derive(Clone, Debug)]
struct Lead {
    transport: Transport,
    host: String,
    port: u16,
}

/// One search.
#[derive(Debug)]
pub struct Locate {
    name: String,
    is_secure: bool,
    supported: Vec<Transport>,
    /// SRV names to try, in order of preference.
    services: VecDeque<(Transport, String)>,
    /// Without NAPTR only the first SRV name that exists counts (§4.1).
    first_only: bool,
    leads: VecDeque<Lead>,
    fallback: Option<Lead>,
    asked: Option<Ask>,
    pending: Option<Ask>,
    targets: Vec<Target>,
    is_done: bool,
}

impl Locate {
    /// Starts a search. Poll for the first question.
    pub fn new(query: &Query<'_>) -> Self {
        let mut it = Self {
            name: query.host.trim_end_matches('.').to_owned(),
            is_secure: query.is_secure,
            supported: query.supported.to_vec(),
            services: VecDeque::new(),
            first_only: false,
            leads: VecDeque::new(),
            fallback: None,
            asked: None,
            pending: None,
            targets: Vec::new(),
            is_done: false,
        };
        it.start(query);
        it
    }

    fn start(&mut self, query: &Query<'_>) {
        let transport = query.transport.map(|transport| self.secured(transport));
        let default = if self.is_secure {
            Transport::Tls
        } else {
            Transport::Udp
        };
        let plain = transport.unwrap_or(default);
        let port = query.port.unwrap_or_else(|| plain.default_port());
        match Host::parse(query.host) {
            Some(Host::Address(address)) => {
                self.add(plain, SocketAddr::new(address, port));
                self.is_done = true;
            }
            Some(Host::Name(_)) if query.port.is_some() => {
                self.leads.push_back(Lead {
                    transport: plain,
                    host: self.name.clone(),
                    port,
                });
                self.next();
            }
            Some(Host::Name(_)) => {
                self.fallback = Some(Lead {
                    transport: plain,
                    host: self.name.clone(),
                    port,
                });
                match transport {
                    Some(transport) => self.ask_services(&[transport]),
                    None => self.ask(Ask::Naptr(self.name.clone())),
                }
            }
            None => self.is_done = true,
        }
    }

    /// `sips` turns TCP into TLS and WS into WSS (RFC 3261 §19.1, §26.2.2).
    fn secured(&self, transport: Transport) -> Transport {
        match transport {
            Transport::Tcp | Transport::Udp if self.is_secure => Transport::Tls,
            Transport::Ws if self.is_secure => Transport::Wss,
            other => other,
        }
    }

    /// The next question.
    pub fn poll(&mut self) -> Option<Ask> {
        self.pending.take()
    }

    /// The targets in order of preference, once there are no more questions; empty when the name leads nowhere.
    pub fn targets(&self) -> Option<&[Target]> {
        self.is_done.then_some(&self.targets)
    }

    /// Takes the answer to the last question. `random` makes numbers from 0 to its argument, both included.
    pub fn handle(&mut self, answer: Answer, random: &mut dyn FnMut(u32) -> u32) {
        match (self.asked.take(), answer) {
            (Some(Ask::Naptr(_)), Answer::Naptr(records)) => self.take_naptr(records),
            (Some(Ask::Srv(_)), Answer::Srv(records)) => self.take_srv(records, random),
            (Some(Ask::Address(_)), Answer::Address(addresses)) => self.take_addresses(&addresses),
            (asked, _) => {
                self.asked.clone_from(&asked);
                self.pending = asked;
            }
        }
    }

    fn ask(&mut self, ask: Ask) {
        self.asked = Some(ask.clone());
        self.pending = Some(ask);
    }

    fn take_naptr(&mut self, mut records: Vec<Naptr>) {
        records.retain(|record| record.flags.eq_ignore_ascii_case("s"));
        records.sort_by_key(|record| (record.order, record.preference));
        for record in records {
            let transport = match record.service.to_ascii_uppercase().as_str() {
                "SIPS+D2T" => Transport::Tls,
                "SIP+D2T" => Transport::Tcp,
                "SIP+D2U" => Transport::Udp,
                "SIPS+D2W" => Transport::Wss,
                "SIP+D2W" => Transport::Ws,
                _ => continue,
            };
            if self.supported.contains(&transport) && (transport.is_secure() || !self.is_secure) {
                self.services.push_back((transport, record.replacement));
            }
        }
        if self.services.is_empty() {
            self.first_only = true;
            let supported = self.supported.clone();
            self.ask_services(&supported);
        } else {
            self.next();
        }
    }

    fn ask_services(&mut self, transports: &[Transport]) {
        for transport in transports {
            let prefix = match transport {
                Transport::Udp => "_sip._udp",
                Transport::Tcp => "_sip._tcp",
                Transport::Tls => "_sips._tcp",
                Transport::Ws => "_sip._ws",
                Transport::Wss => "_sips._ws",
            };
            if transport.is_secure() || !self.is_secure {
                self.services
                    .push_back((*transport, format!("{prefix}.{}", self.name)));
            }
        }
        self.next();
    }

    fn take_srv(&mut self, records: Vec<Srv>, random: &mut dyn FnMut(u32) -> u32) {
        let Some((transport, _)) = self.services.pop_front() else {
            return self.next();
        };
        let before = self.leads.len();
        for record in order_srv(records, random) {
            if record.target != "." && !record.target.is_empty() {
                self.leads.push_back(Lead {
                    transport,
                    host: record.target,
                    port: record.port,
                });
            }
        }
        if self.first_only && self.leads.len() > before {
            self.services.clear();
        }
        self.next();
    }

    fn take_addresses(&mut self, addresses: &[IpAddr]) {
        if let Some(lead) = self.leads.pop_front() {
            for address in addresses {
                self.add(lead.transport, SocketAddr::new(*address, lead.port));
            }
        }
        self.next();
    }

    fn next(&mut self) {
        if let Some((_, name)) = self.services.front() {
            let ask = Ask::Srv(name.clone());
            return self.ask(ask);
        }
        if self.leads.is_empty()
            && self.targets.is_empty()
            && let Some(fallback) = self.fallback.take()
        {
            self.leads.push_back(fallback);
        }
        match self.leads.front() {
            Some(lead) => {
                let ask = Ask::Address(lead.host.trim_end_matches('.').to_owned());
                self.ask(ask);
            }
            None => self.is_done = true,
        }
    }

    fn add(&mut self, transport: Transport, address: SocketAddr) {
        let target = Target {
            transport,
            address,
            name: self.name.clone(),
        };
        if !self.targets.contains(&target) {
            self.targets.push(target);
        }
    }
}

/// RFC 2782: by priority; within a priority each next one is drawn by weight, those of weight 0 first in the draw.
pub fn order_srv(mut records: Vec<Srv>, random: &mut dyn FnMut(u32) -> u32) -> Vec<Srv> {
    records.sort_by_key(|record| (record.priority, record.weight));
    let mut ordered = Vec::with_capacity(records.len());
    while let Some(first) = records.first() {
        let priority = first.priority;
        let group = records
            .iter()
            .take_while(|record| record.priority == priority)
            .count();
        let total: u32 = records[..group]
            .iter()
            .map(|record| u32::from(record.weight))
            .sum();
        let drawn = random(total);
        let mut sum = 0;
        let chosen = records[..group].iter().position(|record| {
            sum += u32::from(record.weight);
            sum >= drawn
        });
        ordered.push(records.remove(chosen.unwrap_or(0)));
    }
    ordered
}

#[cfg(test)]
mod tests;
