//! Messages that belong to another world of the server: see [`slice`](crate::slice).

use plenum_sip::Message;

use super::{MAX_PARKED, World};
use crate::boundary::{AskId, Flow, Output};
use crate::facts::Unknown;
use crate::slice::Way;

impl World {
    /// Takes a message, or hands it over.
    pub(super) fn direct(&mut self, flow: Flow, message: Message) {
        match self.config.slice.way(&self.secret, &message) {
            Way::Here => self.receive(flow, message),
            Way::World(world) => self.hand_over(world, flow, message),
            Way::Number(number) => self.direct_to_number(&number, flow, message),
        }
    }

    fn hand_over(&mut self, world: u8, flow: Flow, message: Message) {
        if world == self.config.slice.index() {
            self.receive(flow, message);
        } else {
            self.push(Output::HandOver { world, flow, message });
        }
    }

    /// Whatever is sent to a number goes to the world of its user, repetitions, CANCEL and ACK as well, so that they
    /// meet there. A number of nobody is this world's to refuse.
    fn direct_to_number(&mut self, number: &str, flow: Flow, message: Message) {
        match self.facts.user_by_line(self.now, &format!("tel:{number}")) {
            Ok(Some(user)) => {
                let world = self.config.slice.of_user(&self.secret, &user.sip_address);
                self.hand_over(world, flow, message);
            }
            Err(Unknown::Missing(missing)) if self.parked_count < MAX_PARKED => {
                self.parked_count += 1;
                self.undirected
                    .entry(missing.0)
                    .or_default()
                    .push((flow, message));
            }
            Ok(None) | Err(_) => self.receive(flow, message),
        }
    }

    /// Messages that waited for the user of a number.
    pub(super) fn resume_undirected(&mut self, id: AskId) {
        for (flow, message) in self.undirected.remove(&id).unwrap_or_default() {
            self.parked_count -= 1;
            self.direct(flow, message);
        }
    }

    /// A user proved on a connection who it is. The other worlds take the user's word as well, for as long as the
    /// connection stands.
    pub(crate) fn proved(&mut self, user: &str, connection: u64) {
        if connection != 0 && !self.config.slice.is_whole() && self.flows.prove(connection, user) {
            let user = user.to_owned();
            self.push(Output::Proved { connection, user });
        }
    }
}
