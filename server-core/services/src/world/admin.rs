//! What an administrator asks of a world: its service, and who is signed in.
//!
//! The world is one Windows service of the product, the Front End (`RTCSRV`): registrar, routing and presence start
//! and stop together there.

use plenum_admin::{Answer, Request, ServiceStatus, Session};

use super::{Activity, World};
use crate::boundary::{Output, RequestId};
use crate::registrar::location::Binding;

/// The product's name of the service.
pub const SERVICE: &str = "RTCSRV";

impl World {
    pub(crate) fn administer(&mut self, id: RequestId, request: &Request) {
        let answer = match request {
            Request::Services => Answer::Services(vec![self.service_status()]),
            Request::Start { name } => {
                self.for_service(name.as_deref(), |world| world.activity = Activity::Running)
            }
            Request::Stop { name, graceful } => {
                let activity = if *graceful {
                    Activity::Draining
                } else {
                    Activity::Stopped
                };
                self.for_service(name.as_deref(), |world| world.activity = activity)
            }
            Request::Calls {
                user,
                most,
                unredacted,
            } => Answer::Calls(self.traced_calls(user.as_deref(), *most as usize, !unredacted)),
            Request::Trace { call_id, unredacted } => {
                Answer::Trace(self.traced_messages(call_id, !unredacted))
            }
            Request::Sessions { user } => Answer::Sessions(self.sessions(user.as_deref())),
            Request::Status | Request::Refresh | Request::Shutdown => Answer::Failed {
                id: "NotForWorld".to_owned(),
                message: "the server process answers this, not one of its shards".to_owned(),
                hint: None,
            },
        };
        self.push(Output::AdminAnswer(id, answer));
    }

    fn for_service(&mut self, name: Option<&str>, change: impl FnOnce(&mut Self)) -> Answer {
        match name {
            Some(name) if !name.eq_ignore_ascii_case(SERVICE) => Answer::Failed {
                id: "NoSuchService".to_owned(),
                message: format!("this server does not run {name}"),
                hint: Some(format!("It runs {SERVICE}.")),
            },
            _ => {
                change(self);
                Answer::Done
            }
        }
    }

    #[allow(clippy::cast_precision_loss)]
    fn service_status(&self) -> ServiceStatus {
        let state = match self.activity {
            Activity::Running => "Running",
            Activity::Draining if self.is_drained() => "Stopped",
            Activity::Draining => "StopPending",
            Activity::Stopped => "Stopped",
        };
        let figure = |name: &str, value: usize| (name.to_owned(), value as f64);
        ServiceStatus {
            name: SERVICE.to_owned(),
            role: "Registrar".to_owned(),
            state: state.to_owned(),
            activity: vec![
                figure(
                    "Incoming Requests",
                    usize::try_from(self.counters.requests()).unwrap_or(usize::MAX),
                ),
                figure("Endpoints", self.locations.len()),
                figure("Users", self.locations.users()),
                figure("Subscriptions", self.subscriptions.len()),
                figure("Calls", self.calls.len()),
            ],
        }
    }

    /// Whether every call has ended.
    pub(crate) fn is_drained(&self) -> bool {
        self.calls.is_empty()
    }

    fn sessions(&self, user: Option<&str>) -> Vec<Session> {
        let session = |address: &str, binding: &Binding| Session {
            user: address.to_owned(),
            contact: binding.contact().to_owned(),
            user_agent: binding.user_agent().to_owned(),
            transport: binding.flow().transport.via_name().to_owned(),
            source: binding.flow().peer.to_string(),
            since: self.clock.wall(binding.since),
            expires_in: self.seconds_left(binding),
            availability: self
                .publications
                .availability(address)
                .map(|state| state.name().to_owned()),
        };
        match user {
            Some(user) => {
                let address = user.strip_prefix("sip:").unwrap_or(user).to_ascii_lowercase();
                self.locations
                    .of(&address)
                    .iter()
                    .map(|binding| session(&address, binding))
                    .collect()
            }
            None => {
                let all = self.locations.all();
                all.flat_map(|(address, bindings)| bindings.iter().map(move |it| session(address, it)))
                    .collect()
            }
        }
    }
}
