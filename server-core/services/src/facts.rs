//! What is known from outside: user records, Digest keys, addresses of hosts.
//!
//! A request that needs a fact which is not here is parked, the question goes out once however many requests wait for
//! it, and the answer runs them again from the start. So services read facts as if they were at hand, and say `?`.
//! Facts live in two generations: when the young one is full it becomes the old one, and what is asked for again
//! moves back. That bounds memory and forgets what is not used, without a list.

use std::hash::Hash;
use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;
use plenum_topology::directory::{ObjectId, UserRecord};

use crate::boundary::{Answer, Ask, AskId, Target};
use crate::registrar::location::Tick;

/// How long a record or a key is used without asking again; changes arrive at once through the change feed.
const LIFETIME: Tick = 600_000;
/// How long an address is used: DNS has no change feed, and names here are few.
const TARGET_LIFETIME: Tick = 30_000;
/// How long it is remembered that there is nothing, or that nobody answered.
const NEGATIVE_LIFETIME: Tick = 2_000;
/// Facts in a generation.
const GENERATION: usize = 131_072;

/// A fact is missing and was asked for: park the request under this question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing(pub AskId);

/// Why a fact cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Not yet.
    Missing(Missing),
    /// The store, directory or DNS does not answer.
    Unavailable,
}

#[derive(Clone, Debug)]
struct Fact<T> {
    value: Option<T>,
    until: Tick,
    unavailable: bool,
}

#[derive(Debug)]
struct Generations<K, T> {
    young: HashMap<K, Fact<T>>,
    old: HashMap<K, Fact<T>>,
}

impl<K, T> Default for Generations<K, T> {
    fn default() -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
        }
    }
}

impl<K: Hash + Eq + Clone, T> Generations<K, T> {
    fn get<Q>(&mut self, now: Tick, key: &Q) -> Option<&Fact<T>>
    where
        K: std::borrow::Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        if let Some((key, fact)) = self.old.remove_entry(key) {
            self.insert(key, fact);
        }
        self.young.get(key).filter(|fact| fact.until > now)
    }

    fn insert(&mut self, key: K, fact: Fact<T>) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, fact);
    }

    fn retain(&mut self, mut keep: impl FnMut(&K, &Fact<T>) -> bool) {
        self.young.retain(|key, fact| keep(key, fact));
        self.old.retain(|key, fact| keep(key, fact));
    }
}

/// Names a Digest key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct KeyName {
    object: ObjectId,
    username: Box<str>,
    algorithm: &'static str,
}

/// Names the addresses of a host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostName {
    /// A name or an address.
    pub host: String,
    /// The port, when one is written.
    pub port: Option<u16>,
    /// The transport, when one is written.
    pub transport: Option<crate::boundary::Transport>,
    /// Whether only TLS will do.
    pub secure: bool,
}

#[derive(Debug)]
enum Question {
    User(Arc<str>),
    Line(Arc<str>),
    Key(KeyName),
    Host(HostName),
}

/// All facts of a shard.
#[derive(Debug, Default)]
pub struct Facts {
    users: Generations<Arc<str>, Arc<UserRecord>>,
    lines: Generations<Arc<str>, Arc<UserRecord>>,
    keys: Generations<KeyName, Box<str>>,
    hosts: Generations<HostName, Arc<[Target]>>,
    /// Questions under way, with the number of the last change when they were put.
    asked: HashMap<AskId, (Question, u64)>,
    changes: u64,
    users_asked: HashMap<Arc<str>, AskId>,
    last: u64,
    outbox: Vec<(AskId, Ask)>,
}

impl Facts {
    /// The user with this address (lower case, without scheme); `None` when there is none.
    pub fn user(&mut self, now: Tick, address: &str) -> Result<Option<Arc<UserRecord>>, Unknown> {
        if let Some(fact) = self.users.get(now, address) {
            return fact.value();
        }
        if let Some(id) = self.users_asked.get(address) {
            return Err(Unknown::Missing(Missing(*id)));
        }
        let address: Arc<str> = Arc::from(address);
        let id = self.ask(
            Question::User(Arc::clone(&address)),
            Ask::UserByAddress(address.to_string()),
        );
        self.users_asked.insert(address, id);
        Err(Unknown::Missing(Missing(id)))
    }

    /// The user with this number (`tel:+14255550100`); `None` when there is none.
    pub fn user_by_line(&mut self, now: Tick, line: &str) -> Result<Option<Arc<UserRecord>>, Unknown> {
        if let Some(fact) = self.lines.get(now, line) {
            return fact.value();
        }
        let question = Question::Line(Arc::from(line));
        Err(Unknown::Missing(Missing(
            self.ask(question, Ask::UserByLine(line.to_owned())),
        )))
    }

    /// A user's Digest key; `None` when the user has none of this name and algorithm.
    pub fn key(
        &mut self,
        now: Tick,
        object: &ObjectId,
        username: &str,
        realm: &str,
        algorithm: &'static str,
    ) -> Result<Option<Box<str>>, Unknown> {
        let name = KeyName {
            object: object.clone(),
            username: username.into(),
            algorithm,
        };
        if let Some(fact) = self.keys.get(now, &name) {
            return fact.value();
        }
        let ask = Ask::Credential {
            object: object.clone(),
            username: username.into(),
            realm: realm.into(),
            algorithm,
        };
        Err(Unknown::Missing(Missing(self.ask(Question::Key(name), ask))))
    }

    /// Where to send for a host; empty when it has no address.
    pub fn targets(&mut self, now: Tick, name: HostName) -> Result<Arc<[Target]>, Unknown> {
        if let Some(fact) = self.hosts.get(now, &name) {
            return Ok(fact.value()?.unwrap_or_default());
        }
        let HostName {
            host,
            port,
            transport,
            secure,
        } = name.clone();
        let ask = Ask::Resolve {
            host,
            port,
            transport,
            secure,
        };
        Err(Unknown::Missing(Missing(self.ask(Question::Host(name), ask))))
    }

    /// Takes an answer. Whoever waits for it can ask again now.
    pub fn answer(&mut self, now: Tick, id: AskId, answer: Answer) {
        let Some((question, asked_at)) = self.asked.remove(&id) else {
            return;
        };
        // An answer that a change overtook may be old: it serves who waits for it, and is asked for again soon.
        let lifetime = if asked_at == self.changes {
            LIFETIME
        } else {
            NEGATIVE_LIFETIME
        };
        let unavailable = matches!(answer, Answer::Unavailable { .. });
        let (mut user, mut key, mut targets) = (None, None, None);
        match answer {
            Answer::User(found) => user = found,
            Answer::Credential(found) => key = found.map(String::into_boxed_str),
            Answer::Targets(found) if found.is_empty() => {}
            Answer::Targets(found) => targets = Some(Arc::from(found)),
            Answer::Unavailable { .. } => {}
        }
        match question {
            Question::User(address) => {
                self.users_asked.remove(&address);
                self.users
                    .insert(address, Fact::new(now, user, lifetime, unavailable));
            }
            Question::Line(line) => self
                .lines
                .insert(line, Fact::new(now, user, lifetime, unavailable)),
            Question::Key(name) => self.keys.insert(name, Fact::new(now, key, lifetime, unavailable)),
            Question::Host(name) => self
                .hosts
                .insert(name, Fact::new(now, targets, TARGET_LIFETIME, unavailable)),
        }
    }

    /// Forgets what is known of these users, and that there are none.
    pub fn users_changed(&mut self, changed: Option<&[ObjectId]>) {
        let keep = |object: &ObjectId| changed.is_some_and(|changed| !changed.contains(object));
        let keep_user = |fact: &Fact<Arc<UserRecord>>| fact.value.as_ref().is_some_and(|user| keep(&user.id));
        self.changes += 1;
        self.users.retain(|_, fact| keep_user(fact));
        self.lines.retain(|_, fact| keep_user(fact));
        self.keys.retain(|name, _| keep(&name.object));
    }

    /// The next question to put.
    pub fn poll(&mut self) -> Option<(AskId, Ask)> {
        self.outbox.pop()
    }

    fn ask(&mut self, question: Question, ask: Ask) -> AskId {
        self.last += 1;
        let id = AskId(self.last);
        self.asked.insert(id, (question, self.changes));
        self.outbox.push((id, ask));
        id
    }
}

impl<T: Clone> Fact<T> {
    fn new(now: Tick, value: Option<T>, lifetime: Tick, unavailable: bool) -> Self {
        let lifetime = if value.is_some() {
            lifetime
        } else {
            lifetime.min(NEGATIVE_LIFETIME)
        };
        Self {
            value,
            until: now + lifetime,
            unavailable,
        }
    }

    fn value(&self) -> Result<Option<T>, Unknown> {
        if self.unavailable {
            Err(Unknown::Unavailable)
        } else {
            Ok(self.value.clone())
        }
    }
}
