//! One shard: all services of a set of users.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::boundary::{Input, Output, Transport};
use crate::published::Published;

/// A socket that the I/O listens on for a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// How.
    pub transport: Transport,
    /// The bound address, never a wildcard.
    pub address: SocketAddr,
}

/// What a world is told once.
#[derive(Clone, Debug)]
pub struct Config {
    /// The FQDN of this computer in the topology.
    pub computer: String,
    /// Where the I/O listens.
    pub listeners: Vec<Listener>,
    /// Random bytes: the secret of nonces, tags, branches and temporary GRUUs.
    pub seed: [u8; 32],
    /// SIP domains whose users need not prove who they are. Empty in every deployment; benchmarks fill it.
    pub unauthenticated_domains: Vec<String>,
}

/// One shard.
#[derive(Debug)]
pub struct World {
    config: Config,
    published: Arc<Published>,
}

impl World {
    /// A world that runs a revision. `wall_clock` is the time at `now`, in milliseconds since 1970-01-01 UTC.
    pub fn new(now: Instant, wall_clock: i64, config: Config, published: Arc<Published>) -> Self {
        let _ = (now, wall_clock);
        Self { config, published }
    }

    /// Takes one input. Ask for outputs afterwards.
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        let _ = (now, input, &self.config, &self.published);
    }

    /// The next thing to do, if there is one.
    pub fn poll(&mut self) -> Option<Output> {
        None
    }

    /// When [`Input::Wake`] is due.
    pub fn deadline(&self) -> Option<Instant> {
        None
    }
}
