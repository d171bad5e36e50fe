//! Which service a request is for.

use plenum_sip::Method;
use plenum_sip::proxy::caller_preferences::{Disposition, Preferences};
use plenum_sip::proxy::resource_priority::{self, Priority};
use plenum_sip::proxy::{LoopHash, Refusal, check, preprocess};

use super::fork::Manner;
use super::locate::Destination;
use crate::diagnostics::Reason;
use crate::subscriptions::subscribe::BEST_EFFORT;
use crate::world::work::{Stop, Work};
use crate::world::{Activity, World};

impl World {
    /// Gives a request to its service.
    pub(crate) fn dispatch(&mut self, work: &mut Work) -> Result<(), Stop> {
        if self.activity == Activity::Stopped {
            return Err(Reason::ServiceStopped.into());
        }
        let in_dialog = work.request.to().map_err(|_| Reason::Malformed)?.tag().is_some();
        match work.request.method() {
            Method::Register => {
                self.check_merged(work)?;
                self.register(work)
            }
            // One that matched no transaction (RFC 3261 §9.2).
            Method::Cancel => Err(Stop::Answer(481)),
            // What the product's own clients ask of its user services; no phone knows it.
            Method::Service => Err(Stop::Answer(501)),
            Method::Subscribe if in_dialog && self.is_own_subscription(work) => {
                self.refresh_subscription(work)
            }
            _ if in_dialog => self.in_dialog(work),
            _ => self.out_of_dialog(work),
        }
    }

    fn out_of_dialog(&mut self, work: &mut Work) -> Result<(), Stop> {
        // RFC 4412 §4.5: who has priority has yet to prove who it is.
        let priority = Priority::of(&work.request);
        let may_wait = priority != Priority::Known || *work.request.method() != Method::Invite;
        if may_wait && self.sheds() {
            return Err(Reason::Overloaded.into());
        }
        if priority == Priority::Refused {
            return Err(Stop::UnknownPriority);
        }
        let hash = self.check_forwarding(work)?;
        let request = work.request.clone();
        let routing = preprocess(&request, |uri| self.is_ours(uri)).map_err(|_| Reason::Malformed)?;
        if *request.method() == Method::Options && routing.uri.user().is_none() && self.is_ours(&routing.uri)
        {
            self.check_merged(work)?;
            self.respond_plainly(work, 200);
            return Ok(());
        }
        self.authenticate(work)?;
        if routing.next.is_some() {
            return Err(Reason::RelayDenied.into());
        }
        let destination = self.locate(&routing.uri, work.sender.as_ref())?;
        let Some(user) = destination.user().cloned() else {
            return Err(Reason::NoSuchUser.into());
        };
        if self.activity == Activity::Draining
            && matches!(request.method(), Method::Invite | Method::Subscribe)
        {
            return Err(Reason::Draining.into());
        }
        let here = !matches!(destination, Destination::Pool(_));
        match request.method() {
            Method::Publish if here => {
                self.check_merged(work)?;
                return self.publish(work, &user);
            }
            Method::Subscribe if here => {
                if let Some(package) = self.package_of(work)? {
                    self.check_merged(work)?;
                    return self.subscribe(work, &user, package);
                }
            }
            Method::Message => self.check_message(work)?,
            Method::Refer => self.check_refer(work.sender.as_ref())?,
            _ => {}
        }
        let disposition = Disposition::of(&request);
        if disposition.redirect && here && !matches!(request.method(), Method::Subscribe) {
            return self.redirect_caller(work, &user);
        }
        let groups = self.groups_of(&destination, &Preferences::of(&request))?;
        let is_call = *request.method() == Method::Invite;
        if is_call {
            self.check_session(work)?;
            self.begin_call(work, &user)?;
        }
        let record_route = matches!(
            request.method(),
            Method::Invite | Method::Subscribe | Method::Refer
        );
        self.start_fork(
            work,
            Manner {
                hash,
                all_ours: routing.all_ours(),
                is_call,
                record_route,
                callee: Some(user),
                disposition,
            },
            groups,
        );
        Ok(())
    }

    /// RFC 3261 §16.3: Max-Forwards, loops, Proxy-Require.
    pub(crate) fn check_forwarding(&self, work: &Work) -> Result<LoopHash, Stop> {
        check(
            &work.request,
            &[BEST_EFFORT, resource_priority::OPTION],
            &self.branches,
        )
        .map_err(|refusal| match refusal {
            Refusal::TooManyHops => Reason::TooManyHops.into(),
            Refusal::Loop => Reason::LoopDetected.into(),
            Refusal::BadExtension(tags) => Stop::BadExtension(tags),
        })
    }
}
