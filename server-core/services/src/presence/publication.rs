//! Event state (RFC 3903): what each endpoint published, until it ends.
//!
//! An entity-tag names one version of one publication and changes with every PUBLISH that succeeds (§4.1).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;

use super::pidf::{self, Availability, Document};
use crate::registrar::location::Tick;

/// The most publications that one user may have at a time.
pub const MAX_PUBLICATIONS: usize = 16;

/// The version of a publication, as SIP-ETag prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityTag(pub(crate) u64);

impl std::fmt::Display for EntityTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Why a publication was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// §6 step 3: SIP-If-Match names no publication of this user: 412.
    ConditionalRequestFailed,
    /// The user has [`MAX_PUBLICATIONS`] already.
    TooMany,
    /// §6 step 4: an initial publication without a body: 400.
    NothingPublished,
}

/// One publication.
#[derive(Clone, Debug)]
pub(crate) struct Publication {
    /// The number of its first entity-tag.
    pub(crate) id: u64,
    pub(crate) tag: EntityTag,
    pub(crate) expires: Tick,
    pub(crate) document: Document,
}

/// What happened to a publication, until it is told.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Published(Arc<str>, u64),
    Ended(u64),
}

/// The publications of a shard's users.
#[derive(Debug)]
pub struct Publications {
    by_user: HashMap<Arc<str>, Vec<Publication>>,
    ends: BinaryHeap<Reverse<(Tick, Arc<str>, u64)>>,
    /// Entity-tags of a world that was restarted must not match: each world starts elsewhere.
    last: u64,
    changes: VecDeque<Change>,
}

impl Publications {
    /// No publications. `seed` is random.
    pub fn new(seed: u64) -> Self {
        Self {
            by_user: HashMap::default(),
            ends: BinaryHeap::new(),
            last: seed,
            changes: VecDeque::new(),
        }
    }

    /// Takes a PUBLISH (§6). `lifetime` is in milliseconds, 0 removes; a refresh has no document. What has ended by
    /// now must have been taken out with [`expire`](Self::expire).
    pub fn publish(
        &mut self,
        now: Tick,
        user: &str,
        if_match: Option<&str>,
        lifetime: Tick,
        document: Option<Document>,
    ) -> Result<EntityTag, Rejected> {
        self.last = self.last.wrapping_add(1);
        let tag = EntityTag(self.last);
        match if_match {
            None => self.create(
                user,
                tag,
                now + lifetime,
                document.ok_or(Rejected::NothingPublished)?,
            ),
            Some(given) => {
                let expires = (lifetime > 0).then_some(now + lifetime);
                self.change(user, tag, given, expires, document)
            }
        }
    }

    fn create(
        &mut self,
        user: &str,
        tag: EntityTag,
        expires: Tick,
        document: Document,
    ) -> Result<EntityTag, Rejected> {
        let user = match self.by_user.get_key_value(user) {
            Some((_, publications)) if publications.len() >= MAX_PUBLICATIONS => {
                return Err(Rejected::TooMany);
            }
            Some((user, _)) => Arc::clone(user),
            None => Arc::from(user),
        };
        let publication = Publication {
            id: tag.0,
            tag,
            expires,
            document,
        };
        self.changes
            .push_back(Change::Published(Arc::clone(&user), publication.id));
        self.insert(user, publication);
        Ok(tag)
    }

    fn insert(&mut self, user: Arc<str>, publication: Publication) {
        let end = (publication.expires, Arc::clone(&user), publication.id);
        self.ends.push(Reverse(end));
        self.by_user.entry(user).or_default().push(publication);
    }

    /// Takes over a publication of a world before this one.
    pub(crate) fn restore(&mut self, user: &str, publication: Publication) {
        let known = self.by_user.get_key_value(user);
        let user = known.map_or_else(|| Arc::from(user), |(user, _)| Arc::clone(user));
        self.insert(user, publication);
    }

    /// The next change that nobody was told of.
    pub(crate) fn poll_change(&mut self) -> Option<Change> {
        self.changes.pop_front()
    }

    /// A publication of a user.
    pub(crate) fn get(&self, user: &str, id: u64) -> Option<&Publication> {
        let mut own = self.by_user.get(user)?.iter();
        own.find(|publication| publication.id == id)
    }

    fn change(
        &mut self,
        user: &str,
        tag: EntityTag,
        given: &str,
        expires: Option<Tick>,
        document: Option<Document>,
    ) -> Result<EntityTag, Rejected> {
        let given = u64::from_str_radix(given, 16).map_err(|_| Rejected::ConditionalRequestFailed)?;
        let (user, _) = self
            .by_user
            .get_key_value(user)
            .ok_or(Rejected::ConditionalRequestFailed)?;
        let user = Arc::clone(user);
        let publications = self.by_user.entry(Arc::clone(&user)).or_default();
        let position = publications
            .iter()
            .position(|publication| publication.tag.0 == given)
            .ok_or(Rejected::ConditionalRequestFailed)?;
        let Some(expires) = expires else {
            self.drop_at(&user, position);
            return Ok(tag);
        };
        // Kept in the order of the last word, so that composition prefers the newest.
        let mut publication = publications.remove(position);
        publication.tag = tag;
        publication.expires = expires;
        self.changes.push_back(Change::Published(user, publication.id));
        if let Some(document) = document {
            publication.document = document;
            publications.push(publication);
        } else {
            publications.insert(position, publication);
        }
        Ok(tag)
    }

    /// The composed document of a user.
    pub fn compose(&self, user: &str) -> String {
        let entity = format!("sip:{user}");
        match self.by_user.get(user) {
            Some(publications) => pidf::compose(
                &entity,
                publications.iter().map(|publication| &publication.document),
            ),
            None => pidf::offline(&entity),
        }
    }

    /// The state of a user; `None` when nothing is published.
    pub fn availability(&self, user: &str) -> Option<Availability> {
        let publications = self.by_user.get(user)?;
        Some(pidf::availability(
            publications.iter().map(|publication| &publication.document),
        ))
    }

    /// How many users have published something.
    pub fn users(&self) -> usize {
        self.by_user.len()
    }

    /// Removes everything that a user published.
    pub fn remove_user(&mut self, user: &str) -> bool {
        let removed = self.by_user.remove(user);
        let ids = removed.iter().flatten().map(|publication| publication.id);
        self.changes.extend(ids.map(Change::Ended));
        removed.is_some()
    }

    /// When the next publication may end.
    pub fn deadline(&self) -> Option<Tick> {
        self.ends.peek().map(|Reverse((tick, ..))| *tick)
    }

    /// Takes out one publication that has ended by now; its user's document changed.
    pub fn expire(&mut self, now: Tick) -> Option<Arc<str>> {
        while let Some(Reverse((tick, ..))) = self.ends.peek() {
            if *tick > now {
                return None;
            }
            let Reverse((_, user, id)) = self.ends.pop()?;
            let found = self.by_user.get(&user).and_then(|publications| {
                publications
                    .iter()
                    .enumerate()
                    .find(|(_, publication)| publication.id == id)
            });
            match found.map(|(position, publication)| (position, publication.expires)) {
                None => {}
                Some((_, expires)) if expires > now => self.ends.push(Reverse((expires, user, id))),
                Some((position, _)) => {
                    self.drop_at(&user, position);
                    return Some(user);
                }
            }
        }
        None
    }

    fn drop_at(&mut self, user: &str, position: usize) {
        if let Some(publications) = self.by_user.get_mut(user) {
            let ended = publications.remove(position);
            self.changes.push_back(Change::Ended(ended.id));
            if publications.is_empty() {
                self.by_user.remove(user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "alice@contoso.example";

    fn document(state: &str) -> Document {
        let text = format!(
            "<presence xmlns='urn:ietf:params:xml:ns:pidf'><tuple id='t'><status><basic>{state}</basic></status></tuple></presence>"
        );
        Document::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn every_publish_changes_the_entity_tag_and_only_the_newest_matches() {
        let mut all = Publications::new(7);
        let first = all
            .publish(0, USER, None, 1000, Some(document("open")))
            .unwrap()
            .to_string();
        let second = all
            .publish(1, USER, Some(&first), 1000, None)
            .unwrap()
            .to_string();
        assert_ne!(first, second);
        assert_eq!(
            all.publish(2, USER, Some(&first), 1000, None),
            Err(Rejected::ConditionalRequestFailed)
        );
        assert_eq!(
            all.publish(2, "bob@contoso.example", Some(&second), 1000, None),
            Err(Rejected::ConditionalRequestFailed)
        );
        all.publish(2, USER, Some(&second), 0, None).unwrap();
        assert_eq!(all.availability(USER), None);
    }

    #[test]
    fn a_refreshed_publication_ends_with_its_last_lifetime() {
        let mut all = Publications::new(7);
        let tag = all
            .publish(0, USER, None, 1000, Some(document("open")))
            .unwrap()
            .to_string();
        all.publish(900, USER, Some(&tag), 1000, None).unwrap();
        assert_eq!(all.expire(1500), None);
        assert_eq!(all.deadline(), Some(1900));
        assert_eq!(all.expire(1900).as_deref(), Some(USER));
        assert!(all.compose(USER).contains("closed"));
    }

    #[test]
    fn one_user_cannot_fill_the_memory() {
        let mut all = Publications::new(7);
        for _ in 0..MAX_PUBLICATIONS {
            all.publish(0, USER, None, 1000, Some(document("open"))).unwrap();
        }
        assert_eq!(
            all.publish(0, USER, None, 1000, Some(document("open"))),
            Err(Rejected::TooMany)
        );
        assert_eq!(
            all.publish(0, USER, None, 1000, None),
            Err(Rejected::NothingPublished)
        );
    }
}
