//! What one world tells another about its users: answers to what only the user's own world knows.

use std::sync::Arc;

use super::World;
use crate::boundary::Output;
use crate::registrar::location::Binding;
use crate::subscriptions::dialogs::Dialog;

/// Something that one world tells another; what it is, is theirs.
#[derive(Clone, Debug)]
pub struct Word(pub(crate) Said);

/// What is told.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// Where is this user? For a branch of a fork.
    WhereIs { fork: u64, branch: usize, user: String },
    /// There; nowhere when it is empty.
    Endpoints {
        fork: u64,
        branch: usize,
        bindings: Vec<Binding>,
    },
    /// Say what becomes of the calls of this user of mine.
    WatchDialogs { user: Arc<str> },
    /// This is what became of one.
    Dialog(Dialog),
    /// Say no more of this user's calls.
    ForgetDialogs { user: Arc<str> },
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
        match word.0 {
            Said::WhereIs { fork, branch, user } => {
                let bindings = self.locations.of(&user).to_vec();
                self.tell(
                    from,
                    Said::Endpoints {
                        fork,
                        branch,
                        bindings,
                    },
                );
            }
            Said::Endpoints {
                fork,
                branch,
                bindings,
            } => self.found_endpoints(fork, branch, bindings),
            Said::WatchDialogs { user } => self.told_to_watch_dialogs(from, user),
            Said::Dialog(dialog) => self.dialog_changed(dialog),
            Said::ForgetDialogs { user } => self.told_to_forget_dialogs(&user),
        }
    }
}
