//! In-band provisioning ([MS-SIPREGE] §2.2.2): a client subscribes to its own user's settings, is told them by the
//! policies that apply to the user, and is told again when a revision or a change of the user alters them.
//!
//! A subscription keeps a hash of what it was told last, not the document: a document is several kilobytes, and made
//! again in microseconds. When a revision is published every subscription is looked at, a few at a time, so that calls
//! do not wait for them. Absent: requests of a delegate (`p-session-on-behalf-of`) and of servers, and the `subnet`
//! attribute.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use plenum_topology::directory::UserRecord;
use plenum_topology::effective::provisioning::{CONTENT_TYPE, document, groups};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::diagnostics::Reason;
use crate::registrar::location::Tick;
use crate::subscriptions::table::Package;
use crate::world::World;
use crate::world::work::{Sender, Stop, Work};

/// The event package.
pub const EVENT: &str = "vnd-microsoft-provisioning-v2";
/// Subscriptions that one user may have at a time; a client that signs in anew leaves its last one behind.
const PER_USER: usize = 64;
/// The largest list of groups, in bytes.
const MAX_REQUEST: usize = 16 * 1024;
/// The most groups that a list may name.
const MAX_GROUPS: usize = 64;
/// Subscriptions that are looked at in one turn, and the milliseconds between two turns.
const AT_A_TIME: usize = 64;
const PAUSE: Tick = 5;

/// What a client asked for, and what it was told last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The groups; `None` asks for all.
    groups: Option<Vec<String>>,
    /// A hash of the document; `None` when it must be told in any case.
    told: Option<u64>,
}

impl Asked {
    /// What was asked for, and a hash of what was told last.
    pub(crate) fn kept(&self) -> (Option<Vec<String>>, Option<u64>) {
        (self.groups.clone(), self.told)
    }

    /// One that goes on after a restart.
    pub(crate) fn resumed(groups: Option<Vec<String>>, told: Option<u64>) -> Self {
        Self { groups, told }
    }

    /// Says that the next look tells in any case.
    pub fn must_be_told(&mut self) {
        self.told = None;
    }

    /// Whether this is not what was told last; from now on it is.
    pub fn is_news(&mut self, document: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        document.hash(&mut hasher);
        self.told.replace(hasher.finish()) != Some(hasher.finish())
    }
}

/// Subscriptions that a change may concern.
#[derive(Debug, Default)]
pub struct Pending {
    queue: VecDeque<u64>,
    next: Tick,
}

impl Pending {
    /// When the next few are looked at.
    pub fn deadline(&self) -> Option<Tick> {
        (!self.queue.is_empty()).then_some(self.next)
    }
}

impl World {
    /// What a SUBSCRIBE asks for.
    pub(crate) fn asked_groups(&self, work: &Work) -> Result<Asked, Stop> {
        let (kind, subtype) = CONTENT_TYPE.split_once('/').ok_or(Reason::Malformed)?;
        if !work.request.accepts(kind, subtype, true) {
            return Err(Stop::Answer(406));
        }
        if work.request.body().is_empty() {
            return Ok(Asked::default());
        }
        let content = work.request.content_type().map_err(|_| Reason::Malformed)?;
        if !content.is_some_and(|content| content.is(kind, subtype)) {
            return Err(Stop::Unsupported(CONTENT_TYPE));
        }
        let groups = read_groups(work.request.body())?;
        Ok(Asked {
            groups: Some(groups),
            told: None,
        })
    }

    /// Only the user may ask; the oldest subscription makes room for one too many.
    pub(crate) fn check_provisioning(&mut self, work: &Work, user: &UserRecord) -> Result<(), Stop> {
        if work.sender.as_ref().map(Sender::address) != Some(&user.sip_address) {
            return Err(Reason::NotYourSettings.into());
        }
        self.make_room(&user.sip_address, PER_USER, Package::is_provisioning);
        Ok(())
    }

    /// The document for a user, as asked.
    pub(crate) fn provisioning_document(&self, user: &UserRecord, asked: &Asked) -> String {
        let tree = &self.published.snapshot().settings;
        let found = groups(&plenum_settings::nouns(), tree, user, self.published.home(user));
        document(&found, asked.groups.as_deref())
    }

    /// A new revision: everybody's settings may be different.
    pub(crate) fn settings_changed(&mut self) {
        let all: Vec<u64> = self.subscriptions.of_package(Package::is_provisioning).collect();
        self.provisioning.queue = all.into();
    }

    /// A user's record changed, and with it perhaps the policies that apply.
    pub(crate) fn user_settings_changed(&mut self, address: &str) {
        let own = self.provisioning_of(address);
        self.provisioning.queue.extend(own);
    }

    /// Subscriptions that go on after a restart: what they missed is told, a few at a time.
    pub(crate) fn tell_resumed(&mut self, ids: Vec<u64>) {
        self.provisioning.queue.extend(ids);
    }

    /// Looks at the next few.
    pub(crate) fn tell_settings(&mut self) {
        if self.provisioning.queue.is_empty() || self.now < self.provisioning.next {
            return;
        }
        let count = self.provisioning.queue.len().min(AT_A_TIME);
        let few: Vec<u64> = self.provisioning.queue.drain(..count).collect();
        for id in few {
            self.notify(id);
        }
        self.provisioning.next = self.now + PAUSE;
    }

    /// The store did not answer: this one is looked at again.
    pub(crate) fn tell_settings_later(&mut self, id: u64) {
        self.provisioning.queue.push_back(id);
        self.provisioning.next = self.now + 1_000;
    }

    fn provisioning_of(&self, address: &str) -> Vec<u64> {
        let own = self.subscriptions.of_watcher(address).iter().copied();
        own.filter(|id| {
            self.subscriptions
                .get(*id)
                .is_some_and(|subscription| subscription.package.is_provisioning())
        })
        .collect()
    }
}

/// The names in `<provisioningGroupList><provisioningGroup name="…"/>…` ([MS-SIPREGE] §2.2.2.4).
fn read_groups(body: &[u8]) -> Result<Vec<String>, Stop> {
    if body.len() > MAX_REQUEST {
        return Err(Reason::BodyTooLarge.into());
    }
    let text = std::str::from_utf8(body).map_err(|_| Reason::BadProvisioningRequest)?;
    let mut reader = Reader::from_str(text);
    let (mut names, mut root) = (Vec::new(), false);
    loop {
        let event = reader.read_event().map_err(|_| Reason::BadProvisioningRequest)?;
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "provisioningGroupList" => root = true,
                "provisioningGroup" if root && names.len() < MAX_GROUPS => {
                    let name = element
                        .try_get_attribute("name")
                        .map_err(|_| Reason::BadProvisioningRequest)?
                        .ok_or(Reason::BadProvisioningRequest)?;
                    names.push(name.value.into_owned());
                }
                _ => {}
            },
            Event::DocType(_) => return Err(Reason::BadProvisioningRequest.into()),
            Event::Eof => break,
            _ => {}
        }
    }
    if root {
        Ok(names)
    } else {
        Err(Reason::BadProvisioningRequest.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_of_a_request_are_read_and_what_is_no_list_is_refused() {
        let list = |inside: &str| {
            format!(
                "<?xml version=\"1.0\"?><provisioningGroupList xmlns=\"http://schemas.microsoft.com/2006/09/sip/provisioninggrouplist\">{inside}</provisioningGroupList>"
            )
        };
        let named =
            list("<provisioningGroup name=\"ServerConfiguration\"/> <provisioningGroup name=\"ucPolicy\"/>");
        assert_eq!(
            read_groups(named.as_bytes()).unwrap(),
            ["ServerConfiguration", "ucPolicy"]
        );
        assert_eq!(read_groups(list("").as_bytes()).unwrap(), [""; 0]);
        for bad in [
            "".to_owned(),
            "no xml".to_owned(),
            "<other/>".to_owned(),
            list("<provisioningGroup/>"),
            list("<provisioningGroup name=\"a\"></wrong>"),
            format!("<!DOCTYPE a>{}", list("")),
        ] {
            assert!(read_groups(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
