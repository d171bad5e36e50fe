//! The gate to other domains: CsBlockedDomain, CsAccessEdgeConfiguration, CsExternalAccessPolicy, CsAllowedDomain, in
//! this order. Blocked beats everything.
//!
//! What comes through the gate is refused all the same, with a reason that says so: the way out (an Edge Server with
//! RFC 3263 routing and mutual TLS to the partner) is not built.

use plenum_topology::directory::UserRecord;

use crate::diagnostics::Reason;
use crate::published::Published;

/// Why a request to another domain goes no further. A sender of ours is given with the record.
pub fn outbound(published: &Published, domain: &str, sender: Option<&UserRecord>) -> Reason {
    let Some(sender) = sender else {
        return Reason::RelayDenied;
    };
    if published.is_blocked(domain) {
        return Reason::DomainBlocked;
    }
    if !published.access_edge().allow_federated_users {
        return Reason::FederationDisabled;
    }
    if !published.external_access_policy(sender).enable_federation_access {
        return Reason::FederationNotGranted;
    }
    if !published.is_allowed(domain) && !published.access_edge().enable_partner_discovery {
        return Reason::DomainNotRoutable;
    }
    Reason::FederationNotBuilt
}

/// Why a request from another domain goes no further.
pub fn inbound(published: &Published, domain: &str) -> Reason {
    if published.is_blocked(domain) {
        Reason::DomainBlocked
    } else if !published.access_edge().allow_federated_users {
        Reason::FederationDisabled
    } else {
        Reason::FederationNotBuilt
    }
}
