//! Presence of many at once (RFC 4662): one subscription to a list that the SUBSCRIBE brings along (RFC 5367), and
//! notifications with the documents of all whose presence changed.
//!
//! Only the user's own address takes lists, and every entry counts as one presence subscription. A notification holds
//! what fits into a datagram with room to spare; what does not follows in the next one. Entries whose users live in
//! another world of this server are asked for there ([`Said::WatchPresence`]), as long as a list names them. Absent:
//! lists that the server keeps, and lists of anything but presence.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use plenum_sip::keyed_hash::HashMap;
use plenum_sip::wire::{HeaderName, Uri};
use plenum_topology::directory::UserRecord;

use super::notify::State;
use super::table::Package;
use super::{resource_lists, watchers};
use crate::diagnostics::Reason;
use crate::routing::flow_token::hex;
use crate::routing::locate::address_of;
use crate::world::World;
use crate::world::word::Said;
use crate::world::work::{Stop, Work};
use crate::xml::push_attribute;

/// The option tag (RFC 4662 §6).
pub(crate) const OPTION: &str = "eventlist";
/// The most entries of a list.
const MAX_ENTRIES: usize = 200;
/// How many bytes of documents a notification holds; one that is larger goes alone.
const ROOM: usize = 24 * 1024;
/// Lists that one user may have at a time; the oldest makes room.
const PER_USER: usize = 8;

/// What one subscription watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    version: u32,
    /// Whether every entry is named in the next notification.
    full: bool,
    entries: Vec<Entry>,
    /// Entries to be told, by their index.
    changed: BTreeSet<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    /// As the watcher wrote it.
    uri: String,
    /// The user; `None` when there is none here.
    user: Option<Arc<str>>,
}

impl List {
    /// The version of the next notification, and the entries: what the watcher wrote, and the user.
    pub(crate) fn kept(&self) -> (u32, Vec<(String, Option<String>)>) {
        let entries = self.entries.iter();
        let pair = |entry: &Entry| (entry.uri.clone(), entry.user.as_deref().map(str::to_owned));
        (self.version, entries.map(pair).collect())
    }

    /// One that goes on after a restart: everything is told next.
    pub(crate) fn resumed(version: u32, entries: &[(String, Option<String>)]) -> Self {
        let entry = |(uri, user): &(String, Option<String>)| Entry {
            uri: uri.clone(),
            user: user.as_deref().map(Arc::from),
        };
        let mut list = Self {
            version,
            full: true,
            entries: entries.iter().map(entry).collect(),
            changed: BTreeSet::new(),
        };
        list.must_be_told();
        list
    }

    /// Everything is told next.
    pub fn must_be_told(&mut self) {
        self.full = true;
        self.changed = (0..self.entries.len()).collect();
    }

    /// Whether there is anything to tell.
    pub fn is_news(&self) -> bool {
        self.full || !self.changed.is_empty()
    }

    /// The first of the entries to be told were told.
    pub fn told(&mut self, count: usize) {
        self.version = self.version.wrapping_add(1);
        self.full = false;
        for _ in 0..count {
            self.changed.pop_first();
        }
    }
}

/// Who is in the lists of a world.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    /// The subscriptions whose lists name a user.
    by_user: HashMap<Arc<str>, Vec<u64>>,
    /// The documents of users of other worlds.
    elsewhere: HashMap<Arc<str>, Arc<str>>,
    /// Who watches a user of this world in lists.
    followed: HashMap<Arc<str>, Vec<Follower>>,
}

/// A list that names a user of this world.
#[derive(Debug)]
struct Follower {
    /// The world of the list.
    world: u8,
    /// Its subscription there.
    list: u64,
    watcher: Arc<str>,
}

impl World {
    /// The list that a SUBSCRIBE for presence brings along; `None` when it brings none.
    pub(crate) fn asked_list(&mut self, work: &Work) -> Result<Option<Package>, Stop> {
        let (kind, subtype) = resource_lists::CONTENT_TYPE
            .split_once('/')
            .ok_or(Reason::Malformed)?;
        let content = work.request.content_type().map_err(|_| Reason::Malformed)?;
        if !content.is_some_and(|content| content.is(kind, subtype)) {
            return Ok(None);
        }
        if !work.request.has_token(HeaderName::Supported, OPTION) {
            return Err(Stop::ExtensionRequired(OPTION));
        }
        if !work.request.accepts("multipart", "related", true) {
            return Err(Stop::Answer(406));
        }
        let uris = resource_lists::read(work.request.body(), MAX_ENTRIES)?;
        let entries = self.entries(uris)?;
        let mut list = List {
            version: 0,
            full: true,
            entries,
            changed: BTreeSet::new(),
        };
        list.must_be_told();
        Ok(Some(Package::List(Box::new(list))))
    }

    /// Looks all users up, with one wait for as many as are not known.
    fn entries(&mut self, uris: Vec<String>) -> Result<Vec<Entry>, Stop> {
        let mut missing = None;
        let mut entries = Vec::with_capacity(uris.len());
        for uri in uris {
            let address = Uri::from_text(&uri).and_then(|uri| address_of(&uri));
            let own = address.filter(|address| {
                let domain = crate::routing::locate::domain_of(address);
                self.published.deployment().is_own_domain(domain)
            });
            let user = match own.map(|address| self.known_user(&address)) {
                Some(Err(Stop::Wait(id))) => {
                    missing = Some(id);
                    None
                }
                Some(Ok(user)) if self.is_homed_here(&user) => Some(Arc::from(user.sip_address.as_str())),
                _ => None,
            };
            entries.push(Entry { uri, user });
        }
        missing.map_or(Ok(entries), |id| Err(Stop::Wait(id)))
    }

    /// Only the user's own address takes lists, and a list counts as many as it has entries.
    pub(crate) fn check_list(&mut self, work: &Work, user: &UserRecord, list: &List) -> Result<(), Stop> {
        let sender = work.sender.as_ref().ok_or(Reason::CredentialMismatch)?;
        if sender.address() != user.sip_address {
            return Err(Reason::NotYourPresence.into());
        }
        self.make_room(&user.sip_address, PER_USER, |package| {
            matches!(package, Package::List(_))
        });
        let limit = self.published.presence_policy(user).max_category_subscription;
        let watched = self.presence_watched_by(sender.address());
        if watched + list.entries.len() > usize::from(limit) {
            return Err(Reason::TooManySubscriptions.into());
        }
        Ok(())
    }

    /// How many users somebody watches, alone or in lists.
    pub(crate) fn presence_watched_by(&self, watcher: &str) -> usize {
        let own = self.subscriptions.of_watcher(watcher).iter();
        own.filter_map(|id| self.subscriptions.get(*id))
            .map(|subscription| match &subscription.package {
                Package::Presence => 1,
                Package::List(list) => list.entries.len(),
                _ => 0,
            })
            .sum()
    }

    /// A list is watched from now on: the worlds of its users are told who watches them.
    pub(crate) fn list_came(&mut self, id: u64) {
        let Some(subscription) = self.subscriptions.get(id) else {
            return;
        };
        let Package::List(list) = &subscription.package else {
            return;
        };
        let watcher = Arc::clone(&subscription.watcher);
        let users: Vec<Arc<str>> = list
            .entries
            .iter()
            .filter_map(|entry| entry.user.clone())
            .collect();
        for user in users {
            let watching = self.lists.by_user.entry(Arc::clone(&user)).or_default();
            if watching.last() == Some(&id) {
                continue;
            }
            watching.push(id);
            let watcher = Arc::clone(&watcher);
            self.tell_world_of(
                &Arc::clone(&user),
                Said::WatchPresence {
                    user,
                    list: id,
                    watcher,
                },
            );
        }
    }

    /// A list is not watched any more.
    pub(crate) fn list_went(&mut self, id: u64, package: &Package) {
        let Package::List(list) = package else { return };
        for user in list.entries.iter().filter_map(|entry| entry.user.as_ref()) {
            let Some(watching) = self.lists.by_user.get_mut(user) else {
                continue;
            };
            let before = watching.len();
            watching.retain(|other| *other != id);
            let was_watched = watching.len() < before;
            if watching.is_empty() {
                self.lists.by_user.remove(user);
                self.lists.elsewhere.remove(user);
            }
            if was_watched {
                let (user, list) = (Arc::clone(user), id);
                self.tell_world_of(&Arc::clone(&user), Said::ForgetPresence { user, list });
            }
        }
    }

    fn tell_world_of(&mut self, user: &str, said: Said) {
        let (world, own) = (
            self.config.slice.of_user(&self.secret, user),
            self.config.slice.index(),
        );
        if world == own {
            self.hear(own, said);
        } else {
            self.tell(world, said);
        }
    }

    /// A user of this world is in a list.
    pub(crate) fn told_to_watch_presence(&mut self, world: u8, user: Arc<str>, list: u64, watcher: Arc<str>) {
        let follower = Follower { world, list, watcher };
        let element = self.follower(&follower, "active", "subscribe");
        self.lists
            .followed
            .entry(Arc::clone(&user))
            .or_default()
            .push(follower);
        self.watchers_changed(&user, &element.into());
        if world != self.config.slice.index() {
            let document = self.publications.compose(&user).into();
            self.tell(world, Said::Presence { user, document });
        }
    }

    /// A user of this world is not in that list any more.
    pub(crate) fn told_to_forget_presence(&mut self, world: u8, user: &str, list: u64) {
        let Some(followers) = self.lists.followed.get_mut(user) else {
            return;
        };
        let position = followers
            .iter()
            .position(|it| (it.world, it.list) == (world, list));
        let follower = position.map(|position| followers.swap_remove(position));
        if followers.is_empty() {
            self.lists.followed.remove(user);
        }
        if let Some(follower) = follower {
            let element = self.follower(&follower, "terminated", "timeout");
            self.watchers_changed(user, &element.into());
        }
    }

    /// Those who watch a user in lists, for the user (RFC 3858).
    pub(crate) fn followers(&self, user: &str) -> String {
        let followers = self.lists.followed.get(user).into_iter().flatten();
        followers
            .map(|follower| self.follower(follower, "active", "subscribe"))
            .collect()
    }

    fn follower(&self, follower: &Follower, status: &str, event: &str) -> String {
        let id = format!("l{:x}.{:x}", follower.world, follower.list);
        watchers::element(&id, status, event, None, &follower.watcher)
    }

    /// Another world says what a user's presence is.
    pub(crate) fn told_presence(&mut self, user: Arc<str>, document: Arc<str>) {
        if self.lists.by_user.contains_key(&user) {
            self.lists.elsewhere.insert(Arc::clone(&user), document);
            self.entry_changed(&user);
        }
    }

    /// The presence of a user of this world changed.
    pub(crate) fn presence_changed_in_lists(&mut self, user: &str) {
        let Some((user, followers)) = self.lists.followed.get_key_value(user) else {
            return;
        };
        let own = self.config.slice.index();
        let worlds: BTreeSet<u8> = followers
            .iter()
            .map(|it| it.world)
            .filter(|it| *it != own)
            .collect();
        let user = Arc::clone(user);
        if !worlds.is_empty() {
            let document: Arc<str> = self.publications.compose(&user).into();
            for world in worlds {
                let (user, document) = (Arc::clone(&user), Arc::clone(&document));
                self.tell(world, Said::Presence { user, document });
            }
        }
        self.entry_changed(&user);
    }

    fn entry_changed(&mut self, user: &str) {
        for id in self.lists.by_user.get(user).cloned().unwrap_or_default() {
            let subscription = self.subscriptions.get_mut(id);
            if let Some(Package::List(list)) = subscription.map(|it| &mut it.package) {
                let named = |entry: &Entry| entry.user.as_deref() == Some(user);
                let entries = list.entries.iter().enumerate();
                list.changed
                    .extend(entries.filter(|(_, entry)| named(entry)).map(|(index, _)| index));
                self.notify(id);
            }
        }
    }

    /// The document for a watcher (§5): the list, and a part for each entry that is told.
    pub(crate) fn list_document(&self, id: u64, owner: &str, list: &List) -> State {
        let serial = self
            .fresh
            .hash(&[b"list", &id.to_le_bytes(), &list.version.to_le_bytes()]);
        // Nobody who publishes can know it, so nobody's document ends its part early.
        let boundary = hex(&serial.to_le_bytes());
        let host = self.published.deployment().computer();
        let (mut parts, mut instances) = (String::new(), BTreeMap::new());
        for index in &list.changed {
            let user = list.entries[*index].user.as_deref();
            let document = user.and_then(|user| self.presence_of(user));
            let length = document.as_ref().map_or(0, |document| document.len());
            if !instances.is_empty() && parts.len() + length > ROOM {
                break;
            }
            let instance = match (user, &document) {
                (None, _) => Instance::NoResource,
                (Some(_), None) => Instance::Pending,
                (Some(_), Some(document)) => {
                    let part = format!("{index}.{boundary}@{host}");
                    parts.push_str(&format!(
                        "--{boundary}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{part}>\r\n\
                         Content-Type: application/pidf+xml\r\n\r\n{document}\r\n"
                    ));
                    Instance::Active(part)
                }
            };
            instances.insert(*index, instance);
        }
        let root = format!("list.{boundary}@{host}");
        let mut document = format!(
            "--{boundary}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <{root}>\r\n\
             Content-Type: application/rlmi+xml;charset=\"UTF-8\"\r\n\r\n"
        );
        push_list(&mut document, owner, list, &instances);
        document.push_str(&parts);
        document.push_str(&format!("--{boundary}--\r\n"));
        State {
            content_type: Cow::Owned(format!(
                "multipart/related;type=\"application/rlmi+xml\";start=\"<{root}>\";boundary=\"{boundary}\""
            )),
            document: document.into(),
            included: instances.len(),
        }
    }

    /// A user's document; `None` while the user's world has not said it.
    fn presence_of(&self, user: &str) -> Option<Cow<'_, str>> {
        if self.config.slice.has_user(&self.secret, user) {
            return Some(Cow::Owned(self.publications.compose(user)));
        }
        let document = self.lists.elsewhere.get(user)?;
        Some(Cow::Borrowed(&**document))
    }
}

/// What a notification says of an entry.
enum Instance {
    /// A part with this Content-ID.
    Active(String),
    /// It is not known yet.
    Pending,
    /// There is no such user here.
    NoResource,
}

/// The list (§5.1 to §5.5). One that is full names every entry, those that are not told yet without an instance.
fn push_list(document: &mut String, owner: &str, list: &List, instances: &BTreeMap<usize, Instance>) {
    document.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<list xmlns=\"urn:ietf:params:xml:ns:rlmi\"",
    );
    push_attribute(document, "uri", &format!("sip:{owner}"));
    push_attribute(document, "version", &list.version.to_string());
    push_attribute(document, "fullState", if list.full { "true" } else { "false" });
    document.push('>');
    for (index, entry) in list.entries.iter().enumerate() {
        let instance = instances.get(&index);
        if !list.full && instance.is_none() {
            continue;
        }
        document.push_str("<resource");
        push_attribute(document, "uri", &entry.uri);
        document.push('>');
        match instance {
            Some(Instance::Active(part)) => {
                document.push_str("<instance id=\"1\" state=\"active\"");
                push_attribute(document, "cid", part);
                document.push_str("/>");
            }
            Some(Instance::Pending) => document.push_str("<instance id=\"1\" state=\"pending\"/>"),
            Some(Instance::NoResource) => {
                document.push_str("<instance id=\"1\" state=\"terminated\" reason=\"noresource\"/>");
            }
            None => {}
        }
        document.push_str("</resource>");
    }
    document.push_str("</list>\r\n");
}
