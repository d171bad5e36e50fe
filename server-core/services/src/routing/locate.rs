//! Whom a Request-URI names, and where that is (RFC 3261 §16.5).
//!
//! Our domains are ours alone: a user of one of them is looked up, found or not found. Another host is another
//! deployment, and passes the federation gate first.

use std::sync::Arc;

use plenum_sip::wire::{Scheme, Uri};
use plenum_topology::directory::UserRecord;

use super::federation;
use crate::diagnostics::Reason;
use crate::registrar::gruu::{self, Gruu};
use crate::registrar::location::BindingId;
use crate::world::World;
use crate::world::work::{Sender, Stop};

/// What a Request-URI names.
#[derive(Clone, Debug)]
pub enum Destination {
    /// This server: a domain or host of ours, without a user.
    Here,
    /// A user of this pool, and all endpoints.
    User(Arc<UserRecord>),
    /// One endpoint of a user of this pool, by its GRUU.
    Endpoint(Arc<UserRecord>, BindingId),
    /// A user of another pool of this deployment.
    Pool(Arc<UserRecord>),
}

impl Destination {
    /// The user, when it is one.
    pub fn user(&self) -> Option<&Arc<UserRecord>> {
        match self {
            Self::Here => None,
            Self::User(user) | Self::Endpoint(user, _) | Self::Pool(user) => Some(user),
        }
    }
}

/// An address in the form that users are looked up with: `alice@contoso.example`, lower case. `None` without a user
/// or a host.
pub fn address_of(uri: &Uri<'_>) -> Option<String> {
    uri.directory_address()
}

/// The domain of an address.
pub fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain)
}

impl World {
    /// Finds the destination of a request by this sender.
    pub(crate) fn locate(&mut self, uri: &Uri<'_>, sender: Option<&Sender>) -> Result<Destination, Stop> {
        if let Some(number) = number_of(uri) {
            return self.locate_number(&number, sender);
        }
        let host = uri.host().to_ascii_lowercase();
        let Some(address) = address_of(uri) else {
            return if self.is_here(&host) {
                Ok(Destination::Here)
            } else {
                Err(self.foreign(&host, sender))
            };
        };
        if !self.published.deployment().is_own_domain(&host) {
            return Err(if self.is_here(&host) {
                Reason::NoSuchUser.into()
            } else {
                self.foreign(&host, sender)
            });
        }
        match gruu::read(&self.secret, uri) {
            Some(Gruu::Temporary(user, id)) => {
                let address = self
                    .locations
                    .binding(user, id)
                    .map(|(address, _)| address.to_owned());
                let user = self.known_user(&address.ok_or(Reason::NoSuchUser)?)?;
                Ok(Destination::Endpoint(user, id))
            }
            Some(Gruu::Unknown) => Err(Reason::NoSuchUser.into()),
            Some(Gruu::Public(instance)) => self.locate_instance(&address, instance),
            None => self.known_user(&address).map(|user| self.at_home(user)),
        }
    }

    /// The user with this address, who must exist and be enabled.
    pub(crate) fn known_user(&mut self, address: &str) -> Result<Arc<UserRecord>, Stop> {
        let user = self.facts.user(self.now, address)?.ok_or(Reason::NoSuchUser)?;
        if user.enabled {
            Ok(user)
        } else {
            Err(Reason::UserNotEnabled.into())
        }
    }

    fn at_home(&self, user: Arc<UserRecord>) -> Destination {
        if self.is_homed_here(&user) {
            Destination::User(user)
        } else {
            Destination::Pool(user)
        }
    }

    /// Whether a user's home pool is this computer's.
    pub(crate) fn is_homed_here(&self, user: &UserRecord) -> bool {
        user.registrar_pool
            .eq_ignore_ascii_case(self.published.deployment().pool())
    }

    fn locate_instance(&mut self, address: &str, instance: &str) -> Result<Destination, Stop> {
        let user = self.known_user(address)?;
        if !self.is_homed_here(&user) {
            return Ok(Destination::Pool(user));
        }
        let bindings = self.locations.of(address).iter();
        let newest = bindings
            .filter(|binding| gruu::matches(binding, instance))
            .max_by_key(|binding| binding.refreshed);
        let id = newest.map(|binding| binding.id).ok_or(Reason::NotSignedIn)?;
        Ok(Destination::Endpoint(user, id))
    }

    fn locate_number(&mut self, number: &str, sender: Option<&Sender>) -> Result<Destination, Stop> {
        if let Some(user) = self.facts.user_by_line(self.now, &format!("tel:{number}"))? {
            return if user.enabled {
                Ok(self.at_home(user))
            } else {
                Err(Reason::UserNotEnabled.into())
            };
        }
        let usages = sender
            .and_then(Sender::user)
            .map(|user| &self.published.voice_policy(user).pstn_usages);
        Err(match usages {
            Some(usages) if !usages.is_empty() => Reason::NoRoute,
            _ => Reason::NoUsages,
        }
        .into())
    }

    fn foreign(&self, domain: &str, sender: Option<&Sender>) -> Stop {
        let user = sender.and_then(Sender::user);
        federation::outbound(&self.published, domain, user.map(AsRef::as_ref)).into()
    }

    /// Whether a host is this server: a name of ours, or an address that we listen on.
    pub(crate) fn is_here(&self, host: &str) -> bool {
        self.published.deployment().is_here(host) || self.is_own_address(host)
    }
}

/// The number that a URI dials: a tel URI, or a user part that is a number (RFC 3261 §19.1.1 `user=phone`, and the
/// product's `sip:+14255550100@contoso.example`).
pub(crate) fn number_of(uri: &Uri<'_>) -> Option<String> {
    let user = uri.user_text()?;
    let dialled = uri.scheme() == Scheme::Tel
        || uri
            .param("user")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("phone"));
    if !dialled && !user.starts_with('+') {
        return None;
    }
    let number: String = user
        .split(';')
        .next()?
        .chars()
        .filter(|digit| !"-.() ".contains(*digit))
        .collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    (!digits.is_empty()
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"*#".contains(&byte)))
    .then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_names() {
        for (uri, expected) in [
            ("tel:+1-425-555-0100", Some("+14255550100")),
            (
                "sip:+14255550100@contoso.example;user=phone",
                Some("+14255550100"),
            ),
            ("sip:+14255550100;ext=7@contoso.example", Some("+14255550100")),
            ("sip:+14255550100@contoso.example", Some("+14255550100")),
            ("sip:5501@contoso.example;user=phone", Some("5501")),
            ("sip:5501@contoso.example", None),
            ("sip:+alice@contoso.example", None),
            ("sip:contoso.example", None),
        ] {
            assert_eq!(
                number_of(&Uri::from_text(uri).unwrap()).as_deref(),
                expected,
                "{uri}"
            );
        }
    }
}
