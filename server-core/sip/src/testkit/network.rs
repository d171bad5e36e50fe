//! A simulated network and the loop that runs endpoints on it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::flow::Flow;

/// Something with an address that takes and makes messages: a transaction layer, a world, a phone.
pub trait Endpoint {
    /// Where it is.
    fn address(&self) -> SocketAddr;
    /// A message arrived.
    fn receive(&mut self, now: Instant, flow: Flow, bytes: &[u8]);
    /// The deadline passed.
    fn wake(&mut self, now: Instant);
    /// The next message to send.
    fn poll(&mut self) -> Option<(Flow, Arc<[u8]>)>;
    /// When [`wake`](Self::wake) is due.
    fn deadline(&self) -> Option<Instant>;
}

/// How bad the network is. Reliable transports are only delayed.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// Of 1,000 datagrams, how many are lost.
    pub loss: u32,
    /// Of 1,000 datagrams, how many come twice.
    pub duplication: u32,
    /// The shortest delay.
    pub delay: Duration,
    /// The longest delay; when it is longer, datagrams overtake each other.
    pub delay_max: Duration,
}

impl Conditions {
    /// Nothing is lost; everything takes 10 ms.
    pub const GOOD: Self = Self {
        loss: 0,
        duplication: 0,
        delay: Duration::from_millis(10),
        delay_max: Duration::from_millis(10),
    };
    /// A fifth is lost, a tenth comes twice, 5 to 300 ms.
    pub const BAD: Self = Self {
        loss: 200,
        duplication: 100,
        delay: Duration::from_millis(5),
        delay_max: Duration::from_millis(300),
    };
}

/// Numbers that look random and follow from a seed (SplitMix64, Steele and others 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next_u64().checked_rem(end).unwrap_or(0)
    }
}

/// A datagram under way, ordered by arrival.
#[derive(Debug, PartialEq, Eq)]
struct Packet {
    arrives: Instant,
    serial: u64,
    flow_at_receiver: (SocketAddr, SocketAddr, u64),
    transport: crate::flow::Transport,
    bytes: Arc<[u8]>,
}

impl Ord for Packet {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.arrives, self.serial).cmp(&(other.arrives, other.serial))
    }
}

impl PartialOrd for Packet {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The wire and the clock.
#[derive(Debug)]
pub struct Network {
    now: Instant,
    conditions: Conditions,
    random: Random,
    under_way: BinaryHeap<Reverse<Packet>>,
    last_arrival: HashMap<(SocketAddr, SocketAddr), Instant>,
    serial: u64,
    sent: u64,
}

impl Network {
    /// An idle network at a time.
    pub fn new(now: Instant, seed: u64, conditions: Conditions) -> Self {
        Self {
            now,
            conditions,
            random: Random::new(seed),
            under_way: BinaryHeap::new(),
            last_arrival: HashMap::new(),
            serial: 0,
            sent: 0,
        }
    }

    /// The virtual time.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// How many messages were sent, lost ones included.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// Changes the conditions from now on: a partition is a loss of 1,000.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
    }

    /// Runs until nothing is left to happen, or until a time. Returns whether everything came to rest.
    pub fn run(&mut self, endpoints: &mut [&mut dyn Endpoint], until: Instant) -> bool {
        loop {
            for endpoint in endpoints.iter_mut() {
                while let Some((flow, bytes)) = endpoint.poll() {
                    self.send(flow, bytes);
                }
            }
            let arrival = self.under_way.peek().map(|packet| packet.0.arrives);
            let wake = endpoints.iter().filter_map(|endpoint| endpoint.deadline()).min();
            let Some(next) = arrival.into_iter().chain(wake).min() else {
                return true;
            };
            if next > until {
                self.now = until;
                return false;
            }
            self.now = self.now.max(next);
            self.deliver(endpoints);
            for endpoint in endpoints.iter_mut() {
                if endpoint.deadline().is_some_and(|at| at <= self.now) {
                    endpoint.wake(self.now);
                }
            }
        }
    }

    fn deliver(&mut self, endpoints: &mut [&mut dyn Endpoint]) {
        while let Some(packet) = self
            .under_way
            .peek()
            .filter(|packet| packet.0.arrives <= self.now)
        {
            let (local, peer, connection) = packet.0.flow_at_receiver;
            let flow = Flow {
                transport: packet.0.transport,
                local,
                peer,
                connection,
            };
            let bytes = Arc::clone(&packet.0.bytes);
            self.under_way.pop();
            if let Some(endpoint) = endpoints.iter_mut().find(|endpoint| endpoint.address() == local) {
                endpoint.receive(self.now, flow, &bytes);
            }
        }
    }

    fn send(&mut self, flow: Flow, bytes: Arc<[u8]>) {
        self.sent += 1;
        if flow.transport.is_reliable() {
            let arrives = self.now + self.delay();
            let last = self
                .last_arrival
                .entry((flow.local, flow.peer))
                .or_insert(arrives);
            *last = arrives.max(*last);
            let arrives = *last;
            return self.put(flow, bytes, arrives);
        }
        if self.random.below(1000) < u64::from(self.conditions.loss) {
            return;
        }
        if self.random.below(1000) < u64::from(self.conditions.duplication) {
            let arrives = self.now + self.delay();
            self.put(flow, Arc::clone(&bytes), arrives);
        }
        let arrives = self.now + self.delay();
        self.put(flow, bytes, arrives);
    }

    fn put(&mut self, flow: Flow, bytes: Arc<[u8]>, arrives: Instant) {
        self.serial += 1;
        let flow_at_receiver = (flow.peer, flow.local, flow.connection);
        let packet = Packet {
            arrives,
            serial: self.serial,
            flow_at_receiver,
            transport: flow.transport,
            bytes,
        };
        self.under_way.push(Reverse(packet));
    }

    fn delay(&mut self) -> Duration {
        let span = self
            .conditions
            .delay_max
            .saturating_sub(self.conditions.delay)
            .as_micros() as u64;
        self.conditions.delay + Duration::from_micros(self.random.below(span + 1))
    }
}
