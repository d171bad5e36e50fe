//! Every setting that says it is enforced by the server, and the story that shows it. A declaration that says so and is
//! not in this list has nobody who reads it; a line of the list without a declaration is out of date.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use plenum_schema::{Effect, Service};
use plenum_settings::nouns;

/// Noun, field, and the file of `tests/simulation` that shows it.
const SHOWN: [(&str, &str, &str); 23] = [
    ("CsAccessEdgeConfiguration", "AllowFederatedUsers", "messages"),
    ("CsAccessEdgeConfiguration", "AllowOutsideUsers", "endpoints"),
    ("CsAccessEdgeConfiguration", "EnablePartnerDiscovery", "messages"),
    ("CsAllowedDomain", "Domain", "messages"),
    ("CsBlockedDomain", "Domain", "messages"),
    ("CsConferencingPolicy", "EnableAppDesktopSharing", "calls"),
    ("CsConferencingPolicy", "EnableP2PFileTransfer", "calls"),
    ("CsConferencingPolicy", "EnableP2PVideo", "calls"),
    ("CsExternalAccessPolicy", "EnableFederationAccess", "messages"),
    ("CsExternalAccessPolicy", "EnableOutsideAccess", "endpoints"),
    ("CsFileTransferFilterConfiguration", "Action", "calls"),
    ("CsFileTransferFilterConfiguration", "Enabled", "calls"),
    ("CsFileTransferFilterConfiguration", "Extensions", "calls"),
    ("CsPresencePolicy", "MaxCategorySubscription", "presence"),
    (
        "CsRegistrarConfiguration",
        "DefaultEndpointExpiration",
        "endpoints",
    ),
    ("CsRegistrarConfiguration", "MaxEndpointExpiration", "endpoints"),
    ("CsRegistrarConfiguration", "MaxEndpointsPerUser", "sign_in"),
    ("CsRegistrarConfiguration", "MaxUserCount", "endpoints"),
    ("CsRegistrarConfiguration", "MinEndpointExpiration", "sign_in"),
    ("CsRegistrarConfiguration", "PoolState", "endpoints"),
    ("CsVoicePolicy", "AllowCallForwarding", "calls"),
    ("CsVoicePolicy", "EnableCallTransfer", "calls"),
    ("CsVoicePolicy", "PstnUsages", "messages"),
];

#[test]
fn every_enforced_setting_is_shown_to_be_enforced() {
    let mut declared: Vec<(&str, &str)> = Vec::new();
    for noun in nouns() {
        // The synthetic transactions are cmdlets, and have their pages.
        let enforced = |effect: &Effect| matches!(effect, Effect::Enforced(service, _) if *service != Service::SyntheticTransactions);
        declared.extend(
            noun.fields
                .iter()
                .filter(|it| enforced(&it.effect))
                .map(|it| (noun.name, it.name)),
        );
    }
    declared.sort_unstable();
    let shown: Vec<(&str, &str)> = SHOWN.iter().map(|(noun, field, _)| (*noun, *field)).collect();
    assert_eq!(declared, shown);
}
