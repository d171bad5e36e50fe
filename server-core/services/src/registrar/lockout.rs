//! Wrong passwords, counted by user from one address, and by address over all users.
//!
//! A user is never locked out as such: anybody could do that to anybody. Memory is bounded by two generations of
//! counters; forgetting an old one early only helps who mistypes.

use std::net::IpAddr;

use plenum_sip::keyed_hash::{HashMap, TableHash};

use super::location::Tick;

/// Wrong passwords of one user from one address before that pair waits.
const PAIR_LIMIT: u16 = 8;
/// Wrong passwords from one address, over all users, before the address waits: an office may sit behind it.
const ADDRESS_LIMIT: u16 = 60;
/// Counters start anew when the last failure is older than this.
const WINDOW: Tick = 600_000;
/// How long it waits.
pub const WAIT_SECONDS: u32 = 300;
const GENERATION: usize = 32_768;

#[derive(Clone, Copy, Debug)]
struct Strikes {
    count: u16,
    last: Tick,
}

/// A hash of the user, 0 for an address as a whole.
type Key = (u64, IpAddr);

/// The counters of a shard.
#[derive(Debug, Default)]
pub struct Lockout {
    young: HashMap<Key, Strikes>,
    old: HashMap<Key, Strikes>,
    of_users: TableHash,
}

impl Lockout {
    /// Whether this user from this address must wait.
    pub fn is_locked(&self, now: Tick, user: &str, from: IpAddr) -> bool {
        !self.is_empty()
            && (self.at_limit(now, self.pair(user, from), PAIR_LIMIT)
                || self.at_limit(now, (0, from), ADDRESS_LIMIT))
    }

    fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    fn pair(&self, user: &str, from: IpAddr) -> Key {
        (self.of_users.hash_one(user) | 1, from)
    }

    /// Counts a wrong password. `true` when it is the one that locks.
    pub fn failed(&mut self, now: Tick, user: &str, from: IpAddr) -> bool {
        let pair = self.strike(now, self.pair(user, from));
        let address = self.strike(now, (0, from));
        pair == PAIR_LIMIT || address == ADDRESS_LIMIT
    }

    /// A right password clears the pair.
    pub fn succeeded(&mut self, user: &str, from: IpAddr) {
        if !self.is_empty() {
            let pair = self.pair(user, from);
            self.young.remove(&pair);
            self.old.remove(&pair);
        }
    }

    fn at_limit(&self, now: Tick, key: Key, limit: u16) -> bool {
        let strikes = self.young.get(&key).or_else(|| self.old.get(&key));
        strikes.is_some_and(|strikes| {
            strikes.count >= limit && now < strikes.last + Tick::from(WAIT_SECONDS) * 1000
        })
    }

    fn strike(&mut self, now: Tick, key: Key) -> u16 {
        let before = self.young.get(&key).or_else(|| self.old.get(&key));
        let count = before
            .filter(|strikes| now < strikes.last + WINDOW)
            .map_or(0, |strikes| strikes.count);
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        let count = count.saturating_add(1);
        self.young.insert(key, Strikes { count, last: now });
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_waits_after_eight_failures_and_others_do_not() {
        let mut lockout = Lockout::default();
        let (office, elsewhere) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        for count in 1..=PAIR_LIMIT {
            assert!(!lockout.is_locked(0, "alice", office));
            assert_eq!(lockout.failed(0, "alice", office), count == PAIR_LIMIT);
        }
        assert!(lockout.is_locked(1, "alice", office));
        assert!(!lockout.is_locked(1, "alice", elsewhere) && !lockout.is_locked(1, "bob", office));
        assert!(!lockout.is_locked(Tick::from(WAIT_SECONDS) * 1000, "alice", office));
    }

    #[test]
    fn an_address_that_tries_many_users_waits() {
        let mut lockout = Lockout::default();
        let from = IpAddr::from([192, 0, 2, 1]);
        let locked = (1..=ADDRESS_LIMIT)
            .filter(|user| lockout.failed(0, &format!("user{user}"), from))
            .count();
        assert_eq!(locked, 1);
        assert!(lockout.is_locked(1, "alice", from));
    }

    #[test]
    fn a_right_password_clears_the_count() {
        let mut lockout = Lockout::default();
        let from = IpAddr::from([192, 0, 2, 1]);
        for _ in 1..PAIR_LIMIT {
            lockout.failed(0, "alice", from);
        }
        lockout.succeeded("alice", from);
        assert!(!lockout.failed(0, "alice", from));
    }
}
