//! `CsPresencePolicy`: how much presence a user may watch.

use plenum_schema::Settings;

/// Limits the subscriptions to a user's presence, and the prompts that announce new subscribers.
///
/// A user gets the policy that was granted, otherwise that of the site of the home pool, otherwise the global one.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsPresencePolicy",
    class = "Microsoft.Rtc.Management.WritableConfig.Policy.Presence.PresencePolicy",
    scopes(global, site, tag),
    grantable,
    positions(get = 1),
    cloud(Tenant(get, new, set, remove))
)]
pub struct PresencePolicy {
    /// Says for administrators what the policy is for.
    #[setting(label, max_length = 1040)]
    pub description: Option<String>,
    /// How many presence subscriptions the user may have at a time.
    #[setting(default = 1000, range = 0..=3000, enforced(Presence))]
    pub max_category_subscription: u16,
    /// How many people may wait for the user's answer to "has added you to the contact list"; 0 asks for nobody.
    #[setting(
        default = 200,
        range = 0..=600,
        refused = "users are not asked about new subscribers yet"
    )]
    pub max_prompted_subscriber: u16,
}
