//! REGISTER (RFC 3261 §10.3): who may sign in, and the answer.

use std::fmt::Write;
use std::sync::Arc;

use plenum_settings::registrar::registrar_configuration::PoolState;
use plenum_sip::Request;
use plenum_sip::wire::{HeaderName, ResponseBuilder, date};
use plenum_topology::directory::UserRecord;

use super::gruu;
use super::location::Binding;
use super::register::{Changes, Registration, Rejected};
use crate::boundary::{Flow, JournalEvent, SignOutReason};
use crate::diagnostics::Reason;
use crate::routing::locate::{address_of, domain_of};
use crate::world::World;
use crate::world::respond::EVENT_PACKAGES;
use crate::world::work::{Sender, Stop, Work};

/// Option tags that a REGISTER may require.
const SUPPORTED: [&str; 4] = ["path", "outbound", "gruu", "pref"];

impl World {
    /// Signs an endpoint in or out, or tells what is signed in.
    pub(crate) fn register(&mut self, work: &mut Work) -> Result<(), Stop> {
        self.check_extensions(work)?;
        let to = work.request.to().map_err(|_| Reason::Malformed)?;
        let address = address_of(&to.uri).ok_or(Reason::Malformed)?;
        if !self.published.deployment().is_own_domain(domain_of(&address)) {
            return Err(Reason::RelayDenied.into());
        }
        if self.sheds() && self.locations.of(&address).is_empty() {
            return Err(Reason::Overloaded.into());
        }
        self.authenticate(work)?;
        let Some(user) = work.sender.as_ref().and_then(Sender::user).cloned() else {
            return Err(Reason::NoSuchUser.into());
        };
        if user.sip_address != address {
            return Err(Reason::CredentialMismatch.into());
        }
        self.check_home(&user)?;
        self.check_outside(work, &user)?;
        self.check_capacity(&address)?;
        let registration = Registration {
            address: &address,
            request: &work.request,
            flow: work.flow,
            now: self.now,
            limits: self.published.registrar_configuration(),
        };
        let changes = registration
            .apply(&mut self.locations)
            .map_err(|rejected| match rejected {
                Rejected::Malformed => Stop::from(Reason::Malformed),
                Rejected::IntervalTooBrief(shortest) => Stop::TooBrief(shortest),
                Rejected::OutOfOrder => Stop::Answer(500),
            })?;
        if !changes.added.is_empty() {
            self.know_user(&user.id, &address);
        }
        if self.signed_in_on(&address, work.flow.connection) {
            self.proved(&address, work.flow.connection);
        }
        self.write_down(&address, changes);
        let bytes = self.registered(work, &address);
        if let Some(server) = work.server {
            self.count_response(work, 200);
            self.transactions.respond_afresh(self.instant, server, 200, bytes);
        }
        Ok(())
    }

    /// A REGISTER came again that was answered with 200: its answer is what is registered now. Of all answers these are
    /// the most, and so they are not kept.
    pub(crate) fn register_again(&mut self, request: Request, flow: Flow, reply_on: Flow) {
        let Some(address) = request.to().ok().and_then(|to| address_of(&to.uri)) else {
            return;
        };
        let work = Work::new(request, flow, self.instant, None);
        let bytes = self.registered(&work, &address);
        self.transactions.send(bytes, reply_on);
    }

    fn check_extensions(&self, work: &Work) -> Result<(), Stop> {
        let unknown = |tag: &&str| !SUPPORTED.iter().any(|known| known.eq_ignore_ascii_case(tag));
        let tags: Vec<&str> = work.request.tokens(HeaderName::Require).filter(unknown).collect();
        if tags.is_empty() {
            Ok(())
        } else {
            Err(Stop::BadExtension(tags.join(", ")))
        }
    }

    /// A user of another pool is sent there.
    fn check_home(&self, user: &UserRecord) -> Result<(), Stop> {
        if self.is_homed_here(user) {
            return Ok(());
        }
        let pool = user.registrar_pool.to_ascii_lowercase();
        if self.published.deployment().has_pool(&pool) {
            return Err(Stop::Redirect { pool });
        }
        Err(Reason::NotHomed.into())
    }

    /// Outside is what comes through an Edge Server of the deployment.
    fn check_outside(&self, work: &Work, user: &UserRecord) -> Result<(), Stop> {
        let outside = self
            .peer_names(work)
            .iter()
            .any(|name| self.published.deployment().is_edge(name));
        let open = self.published.access_edge().allow_outside_users
            && self.published.external_access_policy(user).enable_outside_access;
        if outside && !open {
            Err(Reason::RemoteAccessNotGranted.into())
        } else {
            Ok(())
        }
    }

    fn check_capacity(&self, address: &str) -> Result<(), Stop> {
        let limits = self.published.registrar_configuration();
        if limits.pool_state != PoolState::Active {
            return Err(Reason::PoolNotActive.into());
        }
        // Users are spread evenly over the worlds.
        let own = limits
            .max_user_count
            .div_ceil(u64::from(self.config.slice.count()));
        let full = u64::try_from(self.locations.users()).unwrap_or(u64::MAX) >= own;
        if full && self.locations.of(address).is_empty() {
            Err(Reason::RegistrarFull.into())
        } else {
            Ok(())
        }
    }

    fn write_down(&mut self, address: &str, changes: Changes) {
        for binding in changes.removed {
            self.signed_out(address, &binding, SignOutReason::Removed);
        }
        for binding in changes.replaced {
            self.signed_out(address, &binding, SignOutReason::Replaced);
        }
        for id in changes.added {
            let Some(binding) = self.locations.of(address).iter().find(|binding| binding.id == id) else {
                continue;
            };
            let event = JournalEvent::SignedIn {
                user: address.to_owned(),
                contact: binding.contact().to_owned(),
                user_agent: binding.user_agent().to_owned(),
                flow: binding.flow(),
            };
            self.journal(event);
        }
    }

    /// Step 8: 200 with every binding.
    fn registered(&mut self, work: &Work, address: &str) -> Arc<[u8]> {
        let gruu = work.request.has_token(HeaderName::Supported, "gruu");
        let contacts: Vec<String> = (0..self.locations.of(address).len())
            .map(|index| self.contact_value(address, index, gruu))
            .collect();
        let outbound = self
            .locations
            .of(address)
            .iter()
            .any(|binding| binding.reg_id > 0 && binding.flow() == work.flow);
        let (date, tag) = (self.date(), self.token());
        let mut response = ResponseBuilder::new(&work.request, 200)
            .to_tag(&tag)
            .header(HeaderName::Date, &*date)
            .header(HeaderName::AllowEvents, EVENT_PACKAGES);
        for contact in &contacts {
            response = response.header(HeaderName::Contact, contact);
        }
        for path in work.request.all(HeaderName::Path) {
            response = response.header(HeaderName::Path, path);
        }
        if outbound {
            response = response.header(HeaderName::Require, "outbound");
        }
        response.finish()
    }

    fn contact_value(&mut self, address: &str, index: usize, gruu: bool) -> String {
        let Some(user) = self.locations.index(address) else {
            return String::new();
        };
        let binding = &self.locations.of(address)[index];
        let mut value = String::with_capacity(2 * binding.contact().len() + 64);
        for part in ["<", binding.contact(), ">;expires="] {
            value.push_str(part);
        }
        let _ = write!(value, "{}", self.seconds_left(binding));
        if binding.q < 1000 {
            let _ = write!(value, ";q=0.{:03}", binding.q);
        }
        value.push_str(binding.features());
        if let Some(instance) = binding.instance() {
            let _ = write!(value, ";+sip.instance=\"<{instance}>\"");
            if binding.reg_id > 0 {
                let _ = write!(value, ";reg-id={}", binding.reg_id);
            }
            if gruu {
                self.counter += 1;
                let salt = self.fresh.hash(&[b"gruu", &self.counter.to_le_bytes()]) as u64;
                let domain = domain_of(address);
                let _ = write!(value, ";pub-gruu=\"{}\"", gruu::public(address, instance));
                let temporary = gruu::temporary(&self.secret, salt, domain, user, binding.id);
                let _ = write!(value, ";temp-gruu=\"{temporary}\"");
            }
        }
        value
    }

    /// The Date header, written once a second (RFC 3261 §20.17 has no finer one).
    fn date(&mut self) -> Arc<str> {
        let second = self.clock.wall(self.now) / 1000;
        if self.date.0 != second {
            self.date = (second, date::format(second).into());
        }
        Arc::clone(&self.date.1)
    }

    /// Seconds until a binding ends, rounded up so that 0 means gone.
    pub(crate) fn seconds_left(&self, binding: &Binding) -> u32 {
        u32::try_from(binding.expires.saturating_sub(self.now).div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// Ends everything that a user has here: disabled, deleted, or moved away.
    pub(crate) fn end_user(&mut self, address: &str, reason: SignOutReason) {
        let ids: Vec<_> = self
            .locations
            .of(address)
            .iter()
            .map(|binding| binding.id)
            .collect();
        for id in ids {
            if let Some(binding) = self.locations.remove(address, id) {
                self.signed_out(address, &binding, reason);
            }
        }
        if self.publications.remove_user(address) {
            self.presence_changed(address);
        }
        self.end_subscriptions_of(address);
    }
}
