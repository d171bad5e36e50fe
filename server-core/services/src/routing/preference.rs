//! Which endpoints of a user a request goes to, and in which order (RFC 3261 §16.6, RFC 3841 §7): the endpoints' own
//! preference (q), their capabilities, and what the caller wants.

use std::fmt::Write;
use std::sync::Arc;

use plenum_sip::proxy::caller_preferences::{Disposition, Preferences};
use plenum_sip::wire::HeaderName;
use plenum_topology::directory::UserRecord;

use crate::diagnostics::Reason;
use crate::registrar::gruu;
use crate::registrar::location::Binding;
use crate::world::World;
use crate::world::work::{Stop, Work};

/// Endpoints in groups of equal preference, the highest first. None is an error: either nobody is signed in, or nobody
/// whom the caller wants.
pub(super) fn groups(
    bindings: Vec<Binding>,
    preferences: &Preferences<'_>,
) -> Result<Vec<Vec<Binding>>, Reason> {
    if bindings.is_empty() {
        return Err(Reason::NotSignedIn);
    }
    let groups = preferences.order(bindings, |binding| (binding.q, binding.features()));
    if groups.is_empty() {
        return Err(Reason::NotPreferred);
    }
    Ok(groups)
}

impl World {
    /// `Request-Disposition: redirect`: the caller is told where the user's endpoints are. One with an instance is named
    /// by its GRUU, which leads here again.
    pub(super) fn redirect_caller(&mut self, work: &Work, user: &Arc<UserRecord>) -> Result<(), Stop> {
        let bindings = self.locations.of(&user.sip_address).to_vec();
        let groups = groups(bindings, &Preferences::of(&work.request))?;
        let mut contacts = String::new();
        for (rank, group) in Disposition::of(&work.request).arrange(groups).iter().enumerate() {
            let q = 1000_usize.saturating_sub(rank * 10);
            for binding in group {
                let separator = if contacts.is_empty() { "" } else { ", " };
                let uri = match binding.instance() {
                    Some(instance) => gruu::public(&user.sip_address, instance),
                    None => binding.contact().to_owned(),
                };
                let (whole, fraction) = (q / 1000, q % 1000);
                let _ = write!(contacts, "{separator}<{uri}>;q={whole}.{fraction:03}");
            }
        }
        self.respond(work, 302, |response| {
            response.header(HeaderName::Contact, contacts).finish()
        });
        Ok(())
    }
}
