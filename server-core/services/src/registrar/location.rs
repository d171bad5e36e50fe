//! The bindings of the users of this shard (RFC 3261 §10.2), by user, by flow, and by the moment they end.
//!
//! Every look-up is a hash; nothing walks over all users. The heap holds one entry a binding: when it comes up and the
//! binding was refreshed meanwhile, it is put back with the new time, so that refreshes cost nothing here.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;

pub use super::binding::Binding;
use super::binding::model;
use super::kept::{Change, is_refresh};
use crate::slice::Slice;

/// Milliseconds since the world began.
pub type Tick = u64;

/// Names a user's entry for as long as it has bindings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserIndex(u32);

/// Names a binding; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BindingId(pub u64);

#[derive(Debug, Default)]
struct User {
    address: Arc<str>,
    bindings: Vec<Binding>,
}

/// All bindings of a shard.
#[derive(Debug)]
pub struct Locations {
    by_address: HashMap<Arc<str>, UserIndex>,
    users: Vec<User>,
    free: Vec<UserIndex>,
    by_connection: HashMap<u64, Vec<(UserIndex, BindingId)>>,
    ends: BinaryHeap<Reverse<(Tick, UserIndex, BindingId)>>,
    models: std::collections::HashSet<Arc<str>>,
    /// For making the text of a model without an allocation.
    scratch: String,
    slice: Slice,
    last: u64,
    count: usize,
    changes: VecDeque<Change>,
}

impl Default for Locations {
    fn default() -> Self {
        Self::new(Slice::WHOLE)
    }
}

impl Locations {
    /// No bindings of the users of a slice.
    pub fn new(slice: Slice) -> Self {
        Self {
            by_address: HashMap::default(),
            users: Vec::new(),
            free: Vec::new(),
            by_connection: HashMap::default(),
            ends: BinaryHeap::new(),
            models: std::collections::HashSet::new(),
            scratch: String::new(),
            slice,
            last: 0,
            count: 0,
            changes: VecDeque::new(),
        }
    }

    /// The bindings of a user; empty without any.
    pub fn of(&self, address: &str) -> &[Binding] {
        self.by_address
            .get(address)
            .map_or(&[], |index| &self.users[index.0 as usize].bindings)
    }

    /// How many bindings there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether nobody is signed in.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many users have bindings.
    pub fn users(&self) -> usize {
        self.by_address.len()
    }

    /// Everybody's bindings, for an administrator who asks for all sessions.
    pub fn all(&self) -> impl Iterator<Item = (&str, &[Binding])> {
        self.users
            .iter()
            .filter(|user| !user.bindings.is_empty())
            .map(|user| (&*user.address, &*user.bindings))
    }

    /// A number for a new binding: no other world of the server gives it.
    pub fn next_id(&mut self) -> BindingId {
        self.last += 1;
        BindingId(self.last * u64::from(self.slice.count()) + u64::from(self.slice.index()))
    }

    /// A number that a binding had before: no new one gets it.
    pub(crate) fn know_id(&mut self, id: BindingId) {
        self.last = self.last.max(id.0 / u64::from(self.slice.count()) + 1);
    }

    /// The next change that nobody was told of.
    pub(crate) fn poll_change(&mut self) -> Option<Change> {
        self.changes.pop_front()
    }

    /// Nobody need be told of what changed so far.
    pub(crate) fn forget_changes(&mut self) {
        self.changes.clear();
    }

    /// Bindings that were kept ended while nobody watched.
    pub(crate) fn end_kept(&mut self, ended: impl IntoIterator<Item = BindingId>) {
        self.changes.extend(ended.into_iter().map(Change::Ended));
    }

    /// A user's address as it is shared here, when the user has bindings.
    pub(crate) fn shared_address(&self, address: &str) -> Option<Arc<str>> {
        let (address, _) = self.by_address.get_key_value(address)?;
        Some(Arc::clone(address))
    }

    /// The index of a user who has bindings.
    pub fn index(&self, address: &str) -> Option<UserIndex> {
        self.by_address.get(address).copied()
    }

    /// The user behind an index, and a binding of it, when both still stand.
    pub fn binding(&self, user: u32, id: BindingId) -> Option<(&str, &Binding)> {
        let user = self.users.get(user as usize)?;
        let binding = user.bindings.iter().find(|binding| binding.id == id)?;
        Some((&user.address, binding))
    }

    /// One shared copy of what kind of endpoint it is.
    pub fn intern_model(&mut self, features: &str, user_agent: &str) -> Arc<str> {
        model(&mut self.scratch, features, user_agent);
        if let Some(shared) = self.models.get(self.scratch.as_str()) {
            return Arc::clone(shared);
        }
        let shared: Arc<str> = Arc::from(self.scratch.as_str());
        if self.models.len() < 4096 {
            self.models.insert(Arc::clone(&shared));
        }
        shared
    }

    /// Adds a binding, or replaces the one with the same id.
    pub fn put(&mut self, address: &str, binding: Binding) {
        let index = self.user_index(address);
        let (id, connection, expires) = (binding.id, binding.flow.connection(), binding.expires);
        let bindings = &mut self.users[index.0 as usize].bindings;
        let moved_from = match bindings.iter_mut().find(|existing| existing.id == id) {
            Some(existing) => {
                let before = std::mem::replace(existing, binding);
                self.changes.push_back(if is_refresh(&before, existing) {
                    Change::Refreshed(id, existing.cseq, expires)
                } else {
                    Change::Bound(index.0, id)
                });
                if before.flow.connection() == connection {
                    return;
                }
                before.flow.connection()
            }
            None => {
                // Most users have one endpoint or two; Vec's own growth would keep room for four.
                bindings.reserve_exact(1);
                bindings.push(binding);
                self.count += 1;
                self.ends.push(Reverse((expires, index, id)));
                self.changes.push_back(Change::Bound(index.0, id));
                0
            }
        };
        self.forget_connection(moved_from, id);
        if connection != 0 {
            self.by_connection
                .entry(connection)
                .or_default()
                .push((index, id));
        }
    }

    /// Removes a binding.
    pub fn remove(&mut self, address: &str, id: BindingId) -> Option<Binding> {
        let index = self.index(address)?;
        self.take(index, id)
    }

    /// The bindings of a connection.
    pub fn on_connection(&self, connection: u64) -> Vec<(Arc<str>, BindingId)> {
        let entries = self.by_connection.get(&connection).map_or(&[][..], Vec::as_slice);
        entries
            .iter()
            .map(|(user, id)| (Arc::clone(&self.users[user.0 as usize].address), *id))
            .collect()
    }

    /// A connection is gone: its bindings end if it was their only way, the others are reached by their Contact from
    /// now on. Returns those that ended.
    pub fn close_connection(&mut self, connection: u64) -> Vec<(Arc<str>, Binding)> {
        let mut ended = Vec::new();
        for (index, id) in self.by_connection.remove(&connection).unwrap_or_default() {
            let user = &mut self.users[index.0 as usize];
            let Some(binding) = user.bindings.iter_mut().find(|binding| binding.id == id) else {
                continue;
            };
            if binding.outbound {
                let address = Arc::clone(&user.address);
                ended.extend(self.take(index, id).map(|binding| (address, binding)));
            } else {
                binding.use_flow = false;
            }
        }
        ended
    }

    /// When the next binding may end.
    pub fn deadline(&self) -> Option<Tick> {
        self.ends.peek().map(|Reverse((tick, ..))| *tick)
    }

    /// Takes out one binding that has ended by now.
    pub fn expire(&mut self, now: Tick) -> Option<(Arc<str>, Binding)> {
        while let Some(&Reverse((tick, index, id))) = self.ends.peek() {
            if tick > now {
                return None;
            }
            self.ends.pop();
            let user = &self.users[index.0 as usize];
            let Some(binding) = user.bindings.iter().find(|binding| binding.id == id) else {
                continue;
            };
            if binding.expires > now {
                self.ends.push(Reverse((binding.expires, index, id)));
                continue;
            }
            let address = Arc::clone(&user.address);
            return self.take(index, id).map(|binding| (address, binding));
        }
        None
    }

    fn user_index(&mut self, address: &str) -> UserIndex {
        if let Some(index) = self.index(address) {
            return index;
        }
        let address: Arc<str> = Arc::from(address);
        let user = User {
            address: Arc::clone(&address),
            bindings: Vec::new(),
        };
        let index = match self.free.pop() {
            Some(index) => {
                self.users[index.0 as usize] = user;
                index
            }
            None => {
                self.users.push(user);
                UserIndex(u32::try_from(self.users.len() - 1).expect("fewer than 2^32 users fit into memory"))
            }
        };
        self.by_address.insert(address, index);
        index
    }

    fn take(&mut self, index: UserIndex, id: BindingId) -> Option<Binding> {
        let user = &mut self.users[index.0 as usize];
        let position = user.bindings.iter().position(|binding| binding.id == id)?;
        let binding = user.bindings.remove(position);
        self.count -= 1;
        self.changes.push_back(Change::Ended(id));
        if user.bindings.is_empty() {
            self.by_address.remove(&user.address);
            *user = User::default();
            self.free.push(index);
        }
        self.forget_connection(binding.flow.connection(), id);
        Some(binding)
    }

    fn forget_connection(&mut self, connection: u64, id: BindingId) {
        if let Some(entries) = self.by_connection.get_mut(&connection) {
            entries.retain(|(_, other)| *other != id);
            if entries.is_empty() {
                self.by_connection.remove(&connection);
            }
        }
    }
}

impl UserIndex {
    /// As a number, for a GRUU.
    pub fn number(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::{Flow, Transport};
    use crate::registrar::binding::Texts;

    fn flow(connection: u64) -> Flow {
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 5060));
        Flow {
            transport: Transport::Tcp,
            local: address,
            peer: address,
            connection,
        }
    }

    fn binding(locations: &mut Locations, connection: u64, expires: Tick) -> Binding {
        let flow = flow(connection);
        Binding {
            id: locations.next_id(),
            texts: Texts::new("sip:alice@127.0.0.1", "", "1", "").unwrap(),
            reg_id: 0,
            cseq: 1,
            q: 1000,
            expires,
            since: 0,
            refreshed: 0,
            flow: flow.into(),
            use_flow: true,
            outbound: false,
            model: locations.intern_model("", "phone"),
        }
    }

    #[test]
    fn a_refreshed_binding_outlives_its_first_end() {
        let mut locations = Locations::default();
        let mut first = binding(&mut locations, 1, 100);
        locations.put("alice@contoso.example", first.clone());
        first.expires = 200;
        locations.put("alice@contoso.example", first);
        assert!(locations.expire(150).is_none());
        assert_eq!(locations.deadline(), Some(200));
        assert_eq!(&*locations.expire(200).unwrap().0, "alice@contoso.example");
        assert!(locations.is_empty() && locations.deadline().is_none());
    }

    #[test]
    fn a_connection_knows_the_bindings_that_moved_to_it() {
        let mut locations = Locations::default();
        let mut first = binding(&mut locations, 1, 100);
        let id = first.id;
        locations.put("alice@contoso.example", first.clone());
        first.flow = flow(2).into();
        locations.put("alice@contoso.example", first);
        assert!(locations.on_connection(1).is_empty());
        assert_eq!(locations.on_connection(2), [("alice@contoso.example".into(), id)]);
        locations.remove("alice@contoso.example", id);
        assert!(locations.on_connection(2).is_empty());
    }
}
