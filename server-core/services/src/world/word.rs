//! What one world tells another about its users: answers to what only the user's own world knows.

use std::sync::Arc;

use super::World;
use crate::boundary::Output;
use crate::routing::redirect::Endpoints;
use crate::subscriptions::dialogs::Dialog;

/// Something that one world tells another; what it is, is theirs.
#[derive(Clone, Debug)]
pub struct Word(pub(crate) Said);

/// What is told.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// Where does this URI lead to? For a branch of a fork.
    WhereIs {
        fork: u64,
        branch: usize,
        contact: String,
    },
    /// There; nowhere when there are none.
    Endpoints {
        fork: u64,
        branch: usize,
        endpoints: Endpoints,
    },
    /// Say what becomes of the calls of this user of mine.
    WatchDialogs { user: Arc<str> },
    /// This is what became of one.
    Dialog(Dialog),
    /// Say no more of this user's calls.
    ForgetDialogs { user: Arc<str> },
    /// Say what the presence of this user of yours is, now and when it changes.
    WatchPresence {
        user: Arc<str>,
        /// The subscription of the list.
        list: u64,
        watcher: Arc<str>,
    },
    /// It is this.
    Presence { user: Arc<str>, document: Arc<str> },
    /// Say no more of this user's presence.
    ForgetPresence { user: Arc<str>, list: u64 },
}

impl World {
    /// Tells another world of this server.
    pub(crate) fn tell(&mut self, world: u8, said: Said) {
        let from = self.config.slice.index();
        self.push(Output::Tell {
            world,
            from,
            word: Word(said),
        });
    }

    /// Tells all other worlds of this server.
    pub(crate) fn tell_others(&mut self, said: &Said) {
        let own = self.config.slice.index();
        for world in (0..self.config.slice.count()).filter(|world| *world != own) {
            self.tell(world, said.clone());
        }
    }

    /// Another world of this server says something.
    pub(super) fn told(&mut self, from: u8, word: Word) {
        self.hear(from, word.0);
    }

    /// What a world says, this one itself perhaps.
    pub(crate) fn hear(&mut self, from: u8, said: Said) {
        match said {
            Said::WhereIs {
                fork,
                branch,
                contact,
            } => {
                let endpoints = self.endpoints_at(&contact);
                self.tell(
                    from,
                    Said::Endpoints {
                        fork,
                        branch,
                        endpoints,
                    },
                );
            }
            Said::Endpoints {
                fork,
                branch,
                endpoints,
            } => self.found_endpoints(fork, branch, endpoints),
            Said::WatchDialogs { user } => self.told_to_watch_dialogs(from, user),
            Said::Dialog(dialog) => self.dialog_changed(dialog),
            Said::ForgetDialogs { user } => self.told_to_forget_dialogs(&user),
            Said::WatchPresence { user, list, watcher } => {
                self.told_to_watch_presence(from, user, list, watcher);
            }
            Said::Presence { user, document } => self.told_presence(user, document),
            Said::ForgetPresence { user, list } => self.told_to_forget_presence(from, &user, list),
        }
    }
}
