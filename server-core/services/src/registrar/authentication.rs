//! Who sent a request (RFC 3261 §22): Digest with the key of the user that From claims, or something as good.
//!
//! As good are: a connection on which this very user signed in with Digest, and a mutual-TLS connection of another
//! server of the deployment, which asserts its users (RFC 3325 §5). From cannot claim anybody else: a key that is not
//! of the object of the claimed user proves nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use plenum_sip::auth::{Algorithm, Authenticator, Denial, algorithm_of, credentials_for};
use plenum_sip::wire::{DigestParams, HeaderName};
use plenum_sip::{Method, Secret};
use plenum_topology::directory::UserRecord;

use super::lockout::{Lockout, WAIT_SECONDS};
use crate::boundary::JournalEvent;
use crate::diagnostics::Reason;
use crate::routing::federation;
use crate::routing::locate::{address_of, domain_of};
use crate::world::World;
use crate::world::work::{Sender, Stop, Work};

/// How long a nonce is good.
const NONCE_LIFETIME: Duration = Duration::from_secs(900);
/// How many nonces are remembered at a time.
const NONCES: usize = 131_072;

/// User agents that give up when a challenge names an algorithm that they do not know, although RFC 3261 §22.4 has
/// them pass over it: they are offered MD5 alone. By how User-Agent begins.
const MD5_ONLY: [&str; 2] = ["baresip v0.", "baresip v1."];

/// Nonces and wrong passwords.
#[derive(Debug)]
pub struct Authentication {
    digest: Authenticator,
    lockout: Lockout,
}

impl Authentication {
    /// Nothing handed out yet.
    pub fn new(now: Instant, secret: &Secret) -> Self {
        Self {
            digest: Authenticator::new(now, secret, NONCE_LIFETIME, NONCES),
            lockout: Lockout::default(),
        }
    }
}

impl World {
    /// Finds out who sent a request, once.
    pub(crate) fn authenticate(&mut self, work: &mut Work) -> Result<(), Stop> {
        if work.sender.is_some() {
            return Ok(());
        }
        let claimed = claimed_address(work).ok_or(Reason::Malformed)?;
        if let Some(sender) = self.asserted(work, &claimed)? {
            work.sender = Some(sender);
            return Ok(());
        }
        if !self.published.deployment().is_own_domain(domain_of(&claimed)) {
            return Err(federation::inbound(&self.published, domain_of(&claimed)).into());
        }
        if !self.config.unauthenticated_domains.is_empty()
            && self
                .config
                .unauthenticated_domains
                .iter()
                .any(|domain| domain == domain_of(&claimed))
        {
            work.sender = Some(Sender::User(self.known_user(&claimed)?));
            return Ok(());
        }
        let user = self.prove(work, &claimed)?;
        work.sender = Some(Sender::User(user));
        Ok(())
    }

    /// Another server of the deployment speaks for its users. An Edge Server does not: it only passes on what comes
    /// from outside.
    fn asserted(&mut self, work: &Work, claimed: &str) -> Result<Option<Sender>, Stop> {
        let deployment = self.published.deployment();
        let speaks = |name: &String| deployment.is_server(name) && !deployment.is_edge(name);
        if !self.peer_names(work).iter().any(speaks) {
            return Ok(None);
        }
        let asserted = work.request.addresses(HeaderName::PAssertedIdentity).flatten();
        let asserted = asserted.filter_map(|identity| address_of(&identity.uri)).next();
        let address = asserted.unwrap_or_else(|| claimed.to_owned());
        let own = self.published.deployment().is_own_domain(domain_of(&address));
        let user = if own {
            self.facts.user(self.now, &address)?
        } else {
            None
        };
        Ok(Some(Sender::Server {
            asserted: address.into(),
            user,
        }))
    }

    /// The names of the certificate at the other end of a request's connection.
    pub(crate) fn peer_names(&self, work: &Work) -> &[String] {
        self.flows
            .connection(work.flow.connection)
            .map_or(&[], |connection| &connection.peer_names)
    }

    fn prove(&mut self, work: &Work, claimed: &str) -> Result<Arc<UserRecord>, Stop> {
        // A connection that carries many users proves nothing about one of them.
        let private = !self
            .peer_names(work)
            .iter()
            .any(|name| self.published.deployment().is_server(name));
        if private && work.flow.connection != 0 && self.signed_in_on(claimed, work.flow.connection) {
            return self.known_user(claimed);
        }
        let published = Arc::clone(&self.published);
        let realm = published.realm();
        let register = *work.request.method() == Method::Register;
        let header = if register {
            HeaderName::Authorization
        } else {
            HeaderName::ProxyAuthorization
        };
        let credentials =
            credentials_for(&work.request, header, realm).ok_or(Stop::Challenge { stale: false })?;
        let from = work.flow.peer.ip();
        if self.authentication.lockout.is_locked(self.now, claimed, from) {
            return Err(Reason::LockedOut.into());
        }
        let (username, algorithm) = named(&credentials).ok_or(Stop::Challenge { stale: false })?;
        // Both questions go out before either is answered.
        let key = self.facts.key(self.now, username, realm, algorithm);
        let user = match self.known_user(claimed) {
            Err(Stop::Refuse(Reason::NoSuchUser)) => {
                self.wrong_password(claimed, work);
                return Err(Reason::NoSuchUser.into());
            }
            found => found?,
        };
        let own = |key| self.facts.own_key(&key, &user.id, algorithm);
        let Some(key) = key?.and_then(own) else {
            self.wrong_password(claimed, work);
            return Err(Reason::CredentialMismatch.into());
        };
        let binding = (realm, &b""[..]);
        match self.authentication.digest.verify(
            self.instant,
            &credentials,
            (work.request.method(), work.request.body()),
            binding,
            &key,
        ) {
            Ok(()) => {
                self.authentication.lockout.succeeded(claimed, from);
                Ok(user)
            }
            Err(Denial::Malformed(_)) => Err(Stop::Challenge { stale: false }),
            Err(Denial::Stale | Denial::Replayed) => Err(Stop::Challenge { stale: true }),
            Err(Denial::Wrong) => {
                self.wrong_password(claimed, work);
                Err(Stop::Challenge { stale: false })
            }
        }
    }

    pub(super) fn signed_in_on(&self, address: &str, connection: u64) -> bool {
        let bindings = self.locations.of(address).iter();
        let mut here = bindings.filter(|binding| binding.path().is_none());
        here.any(|binding| binding.flow.connection() == connection)
            || (!self.config.slice.has_user(&self.secret, address)
                && self
                    .flows
                    .connection(connection)
                    .is_some_and(|it| it.has_proven(address)))
    }

    fn wrong_password(&mut self, user: &str, work: &Work) {
        self.counters.authentication_failed += 1;
        let source = work.flow.peer;
        self.journal(JournalEvent::AuthenticationFailed {
            user: user.to_owned(),
            source,
        });
        if self.authentication.lockout.failed(self.now, user, source.ip()) {
            self.journal(JournalEvent::LockedOut {
                user: user.to_owned(),
                source,
                seconds: WAIT_SECONDS,
            });
        }
    }

    /// Answers with 401 or 407.
    pub(crate) fn challenge(&mut self, work: &Work, stale: bool) {
        let agent = work.request.get_str(HeaderName::UserAgent).unwrap_or_default();
        let simple = MD5_ONLY.iter().any(|known| agent.starts_with(known));
        let algorithms = if simple {
            &[Algorithm::Md5][..]
        } else {
            &Algorithm::OFFERED
        };
        let qop = if self.published.deployment().asks_for_signed_bodies() {
            "auth,auth-int"
        } else {
            "auth"
        };
        let nonces = &mut self.authentication.digest;
        let bound = (self.published.realm(), &b""[..]);
        let challenges = nonces.challenge(self.instant, bound, algorithms, (qop, stale));
        let register = *work.request.method() == Method::Register;
        let (status, name) = if register {
            (401, HeaderName::WwwAuthenticate)
        } else {
            (407, HeaderName::ProxyAuthenticate)
        };
        self.respond(work, status, |response| {
            let mut challenges = challenges.iter();
            let first = challenges.next().into_iter();
            let response = first.fold(response, |response, challenge| response.header(name, challenge));
            challenges
                .fold(response, |response, challenge| response.optional(name, challenge))
                .finish()
        });
    }
}

/// Whose key the credentials were made with, and how.
fn named<'c>(credentials: &DigestParams<'c>) -> Option<(&'c str, Algorithm)> {
    let username = std::str::from_utf8(credentials.username?).ok()?;
    Some((username, algorithm_of(credentials)?))
}

/// Whom a request claims to be from: From, or with an anonymous From the preferred identity (RFC 3325 §9.2). REGISTER
/// names the user in To, and nobody registers for somebody else.
fn claimed_address(work: &Work) -> Option<String> {
    let from = work.request.from().ok()?;
    if from.uri.host().eq_ignore_ascii_case("anonymous.invalid") {
        let preferred = work
            .request
            .addresses(HeaderName::PPreferredIdentity)
            .flatten()
            .next()?;
        return address_of(&preferred.uri);
    }
    address_of(&from.uri)
}
