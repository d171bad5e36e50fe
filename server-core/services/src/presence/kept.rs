//! Publications as they outlive the process, so that an entity-tag stays good over a restart (RFC 3903 §4.1).

use serde::{Deserialize, Serialize};

use super::pidf::{self, Document};
use super::publication::{Change, EntityTag, Publication};
use crate::kept::Kept;
use crate::world::World;

/// What an endpoint published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptPublication {
    /// Its number.
    pub id: u64,
    /// `alice@contoso.example`.
    pub user: String,
    /// Its entity-tag.
    pub tag: u64,
    /// When this was written, in milliseconds since 1970-01-01 UTC: the newest of a user counts.
    pub written: i64,
    /// When it ends, in milliseconds since 1970-01-01 UTC.
    pub expires: i64,
    /// The document.
    pub document: String,
}

impl World {
    /// The next change of a publication.
    pub(crate) fn kept_publication(&mut self) -> Option<Kept> {
        loop {
            return Some(match self.publications.poll_change()? {
                Change::Ended(id) => Kept::Unpublished { unpublished: id },
                Change::Published(user, id) => match self.publications.get(&user, id) {
                    Some(publication) => Kept::Published {
                        publication: Box::new(self.keep_publication(&user, publication)),
                    },
                    // It has ended since; that is told next.
                    None => continue,
                },
            });
        }
    }

    fn keep_publication(&self, user: &str, publication: &Publication) -> KeptPublication {
        let document = pidf::compose(&format!("sip:{user}"), std::iter::once(&publication.document));
        KeptPublication {
            id: publication.id,
            user: user.to_owned(),
            tag: publication.tag.0,
            written: self.clock.wall(self.now),
            expires: self.clock.wall(publication.expires),
            document,
        }
    }

    /// Takes over the publications of its own users. One that has ended meanwhile ends with the first timer, so that
    /// those who watch are told.
    pub(crate) fn restore_publications<'k>(
        &mut self,
        publications: impl Iterator<Item = &'k KeptPublication>,
    ) {
        let own = |kept: &&KeptPublication| self.config.slice.has_user(&self.secret, &kept.user);
        let mut kept: Vec<&KeptPublication> = publications.filter(own).collect();
        kept.sort_by_key(|kept| kept.written);
        for kept in kept {
            let Some(document) = Document::restored(&kept.document) else {
                continue;
            };
            let left = u64::try_from(kept.expires - self.clock.wall(self.now)).unwrap_or(0);
            let publication = Publication {
                id: kept.id,
                tag: EntityTag(kept.tag),
                expires: self.now + left,
                document,
            };
            self.publications.restore(&kept.user, publication);
        }
    }
}
