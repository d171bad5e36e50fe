//! What is known from outside: user records, Digest keys, addresses of hosts.
//!
//! A request that needs a fact which is not here is parked, the question goes out once however many requests wait for
//! it, and the answer runs them again from the start. So services read facts as if they were at hand, and say `?`.
//! Facts live in two generations: when the young one is full, or has stood for half the life of a fact, it becomes the
//! old one, and what is asked for again moves back. That bounds memory and forgets what is not used, without a list:
//! somebody who registers every hour costs a record for some minutes. What is forgotten is freed a few at a time.

use std::collections::hash_map::IntoIter;
use std::hash::Hash;
use std::sync::Arc;

use plenum_sip::Secret;
use plenum_sip::auth::{Algorithm, Ha1};
use plenum_sip::keyed_hash::HashMap;
use plenum_topology::directory::{ObjectId, UserRecord};

use crate::boundary::{Answer, Ask, AskId, Target};
use crate::registrar::location::Tick;
use crate::routing::flow_token::unhex;

/// How long a record or a key is used without asking again; changes arrive at once through the change feed.
const LIFETIME: Tick = 600_000;
/// How long an address is used: DNS has no change feed, and names here are few.
const TARGET_LIFETIME: Tick = 30_000;
/// How long it is remembered that there is nothing, or that nobody answered.
const NEGATIVE_LIFETIME: Tick = 2_000;
/// How long a generation stays young: what nobody asks for is forgotten by the time that it would be too old.
const YOUTH: Tick = LIFETIME / 2;
/// Facts that are freed at a time.
const FREED: usize = 16;
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
    forgotten: IntoIter<K, Fact<T>>,
    /// When the young generation began.
    since: Tick,
}

impl<K, T> Default for Generations<K, T> {
    fn default() -> Self {
        Self {
            young: HashMap::default(),
            old: HashMap::default(),
            forgotten: HashMap::default().into_iter(),
            since: 0,
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
            self.insert(now, key, fact);
        }
        self.young.get(key).filter(|fact| fact.until > now)
    }

    fn insert(&mut self, now: Tick, key: K, fact: Fact<T>) {
        self.age(now);
        self.young.insert(key, fact);
    }

    fn age(&mut self, now: Tick) {
        if self.young.len() >= GENERATION || now >= self.since + YOUTH {
            let young = std::mem::take(&mut self.young);
            self.forgotten = std::mem::replace(&mut self.old, young).into_iter();
            self.since = now;
        }
        self.forgotten.by_ref().take(FREED).for_each(drop);
    }

    fn retain(&mut self, mut keep: impl FnMut(&K, &Fact<T>) -> bool) {
        self.young.retain(|key, fact| keep(key, fact));
        self.old.retain(|key, fact| keep(key, fact));
    }
}

/// Names a Digest key: a keyed hash of the user name and the algorithm, which nobody can make collide.
type KeyName = u128;

/// A Digest key and, by a keyed hash, whose it is. There are as many as users: no text, no allocation.
#[derive(Clone, Copy)]
pub struct Key {
    owner: u64,
    bytes: [u8; 32],
    length: u8,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// From hexadecimal; `None` when it is not that, or longer than any key.
    fn new(owner: u64, text: &str) -> Option<Self> {
        let read = unhex(text)?;
        let mut bytes = [0; 32];
        bytes.get_mut(..read.len())?.copy_from_slice(&read);
        let length = u8::try_from(read.len()).ok()?;
        Some(Self { owner, bytes, length })
    }

    fn ha1(&self, algorithm: Algorithm) -> Option<Ha1> {
        Ha1::from_bytes(algorithm, &self.bytes[..usize::from(self.length)])
    }
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
#[derive(Debug)]
pub struct Facts {
    /// Of the names of keys.
    secret: Secret,
    users: Generations<Arc<str>, Arc<UserRecord>>,
    lines: Generations<Arc<str>, Arc<UserRecord>>,
    keys: Generations<KeyName, Key>,
    hosts: Generations<HostName, Arc<[Target]>>,
    /// Questions under way, with the number of the last change when they were put.
    asked: HashMap<AskId, (Question, u64)>,
    changes: u64,
    users_asked: HashMap<Arc<str>, AskId>,
    keys_asked: HashMap<KeyName, AskId>,
    last: u64,
    outbox: Vec<(AskId, Ask)>,
}

impl Facts {
    /// Nothing is known yet.
    pub fn new(secret: &Secret) -> Self {
        Self {
            secret: secret.derive("facts"),
            users: Generations::default(),
            lines: Generations::default(),
            keys: Generations::default(),
            hosts: Generations::default(),
            asked: HashMap::default(),
            changes: 0,
            users_asked: HashMap::default(),
            keys_asked: HashMap::default(),
            last: 0,
            outbox: Vec::new(),
        }
    }

    /// Time passes: forgets what nobody asked for.
    pub fn age(&mut self, now: Tick) {
        self.users.age(now);
        self.lines.age(now);
        self.keys.age(now);
        self.hosts.age(now);
    }

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

    /// The Digest key behind a user name, whoever's it is; `None` when there is none of this name and algorithm.
    pub fn key(
        &mut self,
        now: Tick,
        username: &str,
        realm: &str,
        algorithm: Algorithm,
    ) -> Result<Option<Key>, Unknown> {
        let name = self
            .secret
            .hash(&[username.as_bytes(), algorithm.name().as_bytes()]);
        if let Some(fact) = self.keys.get(now, &name) {
            return fact.value();
        }
        if let Some(id) = self.keys_asked.get(&name) {
            return Err(Unknown::Missing(Missing(*id)));
        }
        let ask = Ask::Credential {
            username: username.into(),
            realm: realm.into(),
            algorithm: algorithm.name(),
        };
        let id = self.ask(Question::Key(name), ask);
        self.keys_asked.insert(name, id);
        Err(Unknown::Missing(Missing(id)))
    }

    /// A key as the user's own; `None` when it is somebody else's, whose name proves nothing here.
    pub fn own_key(&self, key: &Key, object: &ObjectId, algorithm: Algorithm) -> Option<Ha1> {
        (key.owner == owner(&self.secret, object))
            .then(|| key.ha1(algorithm))
            .flatten()
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
            Answer::Credential(found) => key = found,
            Answer::Targets(found) if found.is_empty() => {}
            Answer::Targets(found) => targets = Some(Arc::from(found)),
            Answer::Unavailable { .. } => {}
        }
        match question {
            Question::User(address) => {
                self.users_asked.remove(&address);
                self.users
                    .insert(now, address, Fact::new(now, user, lifetime, unavailable));
            }
            Question::Line(line) => self
                .lines
                .insert(now, line, Fact::new(now, user, lifetime, unavailable)),
            Question::Key(name) => {
                self.keys_asked.remove(&name);
                let key = key.and_then(|found| Key::new(owner(&self.secret, &found.object), &found.key));
                self.keys
                    .insert(now, name, Fact::new(now, key, lifetime, unavailable));
            }
            Question::Host(name) => {
                let fact = Fact::new(now, targets, TARGET_LIFETIME, unavailable);
                self.hosts.insert(now, name, fact);
            }
        }
    }

    /// Forgets what is known of these users, and that there are none.
    pub fn users_changed(&mut self, changed: Option<&[ObjectId]>) {
        let keep = |object: &ObjectId| changed.is_some_and(|changed| !changed.contains(object));
        let keep_user = |fact: &Fact<Arc<UserRecord>>| fact.value.as_ref().is_some_and(|user| keep(&user.id));
        self.changes += 1;
        self.users.retain(|_, fact| keep_user(fact));
        self.lines.retain(|_, fact| keep_user(fact));
        match changed {
            // What was not there may be there now, and nothing says whose it was.
            Some(changed) => {
                let changed: Vec<u64> = changed.iter().map(|object| owner(&self.secret, object)).collect();
                let stays = |fact: &Fact<Key>| fact.value.is_some_and(|key| !changed.contains(&key.owner));
                self.keys.retain(|_, fact| stays(fact));
            }
            None => self.keys = Generations::default(),
        }
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

fn owner(secret: &Secret, object: &ObjectId) -> u64 {
    secret.hash(&[object.0.as_bytes()]) as u64
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::Credential;

    fn asked(facts: &mut Facts, now: Tick, address: &str) {
        let answer = Answer::User(Some(Arc::new(UserRecord::default())));
        let Err(Unknown::Missing(Missing(id))) = facts.user(now, address) else {
            return;
        };
        facts.answer(now, id, answer);
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten_and_what_is_asked_for_stays() {
        let mut facts = Facts::new(&Secret::new([1; 16]));
        for user in 0..100 {
            asked(&mut facts, 1, &format!("u{user}@contoso.example"));
        }
        for now in [YOUTH, 2 * YOUTH - 1, 2 * YOUTH] {
            facts.age(now);
            asked(&mut facts, now, "u1@contoso.example");
        }
        assert_eq!((facts.users.young.len(), facts.users.old.len()), (1, 0));
        assert_eq!(facts.users.forgotten.len(), 100 - 1 - 2 * FREED);
        for _ in 0..100 / FREED {
            facts.age(2 * YOUTH);
        }
        assert_eq!(facts.users.forgotten.len(), 0);
    }

    #[test]
    fn a_key_comes_back_for_its_owner_alone_until_the_owner_changes() {
        let mut facts = Facts::new(&Secret::new([1; 16]));
        let (alice, bob) = (ObjectId("a".to_owned()), ObjectId("b".to_owned()));
        let md5 = Algorithm::Md5;
        let ask = |facts: &mut Facts, owner| {
            let key = facts.key(0, "alice", "contoso.example", md5)?;
            let own = key.and_then(|key| facts.own_key(&key, owner, md5));
            Ok::<_, Unknown>(own.map(|key| key.to_hex()))
        };
        let text = "0123456789abcdef0123456789abcdef";
        let Err(Unknown::Missing(Missing(id))) = ask(&mut facts, &alice) else {
            panic!("it was not asked for yet");
        };
        assert_eq!(
            ask(&mut facts, &alice),
            Err(Unknown::Missing(Missing(id))),
            "asked for once"
        );
        let found = Credential {
            object: alice.clone(),
            key: text.to_owned(),
        };
        facts.answer(0, id, Answer::Credential(Some(found)));
        assert_eq!(ask(&mut facts, &alice), Ok(Some(text.to_owned())));
        assert_eq!(ask(&mut facts, &bob), Ok(None));
        facts.users_changed(Some(std::slice::from_ref(&bob)));
        assert_eq!(ask(&mut facts, &alice), Ok(Some(text.to_owned())));
        facts.users_changed(Some(std::slice::from_ref(&alice)));
        assert!(ask(&mut facts, &alice).is_err());
    }
}
