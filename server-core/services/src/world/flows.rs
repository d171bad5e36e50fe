//! The connections that stand, those that are being opened, and what waits for them.

use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;

use crate::boundary::{Flow, OpenId, Target};
use crate::registrar::location::Tick;

/// The most messages that wait for one connection to open; what is over is lost as a datagram would be.
const MAX_WAITING: usize = 64;
/// The most connections that are being opened at a time.
const MAX_OPENING: usize = 4_096;
/// How long a target that could not be reached comes after the others of its name (RFC 3263 §4.3 leaves it open).
const DOWN: Tick = 30_000;
/// The most targets that are remembered as unreachable.
const MAX_DOWN: usize = 4_096;

/// The most users whose sign-in on one connection is known to all worlds.
const MAX_PROVEN: usize = 64;

/// A connection that stands.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The flow.
    pub flow: Flow,
    /// The names of the peer's verified certificate, in lower case.
    pub peer_names: Arc<[String]>,
    target: Option<Target>,
    /// Who signed in on it, in another world too.
    proven: Vec<Box<str>>,
}

#[derive(Debug)]
struct Opening<T> {
    target: Target,
    waiting: Vec<T>,
}

/// All flows of a shard; `T` is what waits.
#[derive(Debug)]
pub struct Flows<T> {
    connections: HashMap<u64, Connection>,
    by_target: HashMap<Target, u64>,
    opening: HashMap<OpenId, Opening<T>>,
    opening_by_target: HashMap<Target, OpenId>,
    /// Targets that could not be reached, and until when that counts.
    down: HashMap<Target, Tick>,
    last: u64,
}

/// How a target is reached.
#[derive(Debug)]
pub enum Reach<T> {
    /// On a flow that stands.
    Flow(Flow, T),
    /// The message waits; open this first.
    Open(OpenId, Target),
    /// The message waits for a connection that is being opened.
    Waiting,
    /// Too much waits already.
    Full(T),
}

impl Connection {
    /// Whether this user signed in on it.
    pub fn has_proven(&self, user: &str) -> bool {
        self.proven.iter().any(|proven| &**proven == user)
    }
}

impl<T> Default for Flows<T> {
    fn default() -> Self {
        Self {
            connections: HashMap::default(),
            by_target: HashMap::default(),
            opening: HashMap::default(),
            opening_by_target: HashMap::default(),
            down: HashMap::default(),
            last: 0,
        }
    }
}

impl<T> Flows<T> {
    /// A connection that stands.
    pub fn connection(&self, number: u64) -> Option<&Connection> {
        self.connections.get(&number)
    }

    /// Somebody signed in on a connection. Whether that is news.
    pub fn prove(&mut self, number: u64, user: &str) -> bool {
        let Some(connection) = self.connections.get_mut(&number) else {
            return false;
        };
        let is_news = connection.proven.len() < MAX_PROVEN && !connection.has_proven(user);
        if is_news {
            connection.proven.push(user.into());
        }
        is_news
    }

    /// How many connections stand.
    pub fn len(&self) -> usize {
        self.connections.len()
    }

    /// Whether no connection stands.
    pub fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// A stream target: the connection that stands or is being opened, or a new one.
    pub fn reach(&mut self, target: &Target, message: T) -> Reach<T> {
        if let Some(connection) = self
            .by_target
            .get(target)
            .and_then(|number| self.connections.get(number))
        {
            return Reach::Flow(connection.flow, message);
        }
        if let Some(opening) = self
            .opening_by_target
            .get(target)
            .and_then(|id| self.opening.get_mut(id))
        {
            if opening.waiting.len() >= MAX_WAITING {
                return Reach::Full(message);
            }
            opening.waiting.push(message);
            return Reach::Waiting;
        }
        if self.opening.len() >= MAX_OPENING {
            return Reach::Full(message);
        }
        self.last += 1;
        let id = OpenId(self.last);
        self.opening.insert(
            id,
            Opening {
                target: target.clone(),
                waiting: vec![message],
            },
        );
        self.opening_by_target.insert(target.clone(), id);
        Reach::Open(id, target.clone())
    }

    /// A connection stands; returns what waited for it.
    pub fn opened(&mut self, flow: Flow, opened: Option<OpenId>, peer_names: &[String]) -> Vec<T> {
        let opening = opened.and_then(|id| self.opening.remove(&id));
        let target = opening.as_ref().map(|opening| opening.target.clone());
        if let Some(target) = &target {
            self.opening_by_target.remove(target);
            self.by_target.insert(target.clone(), flow.connection);
            self.down.remove(target);
        }
        let peer_names = peer_names.iter().map(|name| name.to_ascii_lowercase()).collect();
        self.connections.insert(
            flow.connection,
            Connection {
                flow,
                peer_names,
                target,
                proven: Vec::new(),
            },
        );
        opening.map_or_else(Vec::new, |opening| opening.waiting)
    }

    /// A connection could not be opened; returns what waited for it.
    pub fn failed(&mut self, id: OpenId, now: Tick) -> Vec<T> {
        let Some(opening) = self.opening.remove(&id) else {
            return Vec::new();
        };
        self.opening_by_target.remove(&opening.target);
        self.is_silent(opening.target, now);
        opening.waiting
    }

    /// A target does not answer, or says that it cannot.
    pub fn is_silent(&mut self, target: Target, now: Tick) {
        if self.down.len() >= MAX_DOWN {
            self.down.retain(|_, until| *until > now);
        }
        if self.down.len() < MAX_DOWN {
            self.down.insert(target, now + DOWN);
        }
    }

    /// Whether a target could not be reached a moment ago.
    pub fn is_down(&self, target: &Target, now: Tick) -> bool {
        self.down.get(target).is_some_and(|until| *until > now)
    }

    /// A connection is gone.
    pub fn closed(&mut self, number: u64) {
        if let Some(target) = self
            .connections
            .remove(&number)
            .and_then(|connection| connection.target)
            && self.by_target.get(&target) == Some(&number)
        {
            self.by_target.remove(&target);
        }
    }
}
