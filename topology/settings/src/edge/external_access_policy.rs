//! `CsExternalAccessPolicy`: what reaches a user from outside.
//!
//! Factory values on premises are all closed. The three fields of the vendor's cloud exist because scripts name them.

use plenum_schema::Settings;

/// Decides whether a user may talk to other domains and sign in from outside.
///
/// It opens nothing by itself: the deployment as a whole must allow the same with Set-CsAccessEdgeConfiguration. A user
/// gets the policy that was granted, otherwise that of the site of the home pool, otherwise the global one.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsExternalAccessPolicy",
    class = "Microsoft.Rtc.Management.WritableConfig.Policy.ExternalAccess.ExternalAccessPolicy",
    scopes(global, site, tag),
    grantable,
    positions(set = 1),
    cloud(
        Tenant(get, new, set, remove, grant),
        ApplicableTo(get),
        Include(get),
        Global(grant),
        Group(grant),
        Rank(grant),
        Force(grant)
    )
)]
pub struct ExternalAccessPolicy {
    /// Says for administrators what the policy is for.
    #[setting(label, max_length = 1040)]
    pub description: Option<String>,
    /// The user may talk to people of federated domains.
    #[setting(default = false, enforced(Federation))]
    pub enable_federation_access: bool,
    /// The user may talk to people of XMPP domains.
    #[setting(default = false, refused = "there is no XMPP gateway yet")]
    pub enable_xmpp_access: bool,
    /// The user may have audio and video calls with people of public providers.
    #[setting(default = false, refused = "public providers cannot be connected yet")]
    pub enable_public_cloud_audio_video_access: bool,
    /// The user may sign in from outside the internal network.
    #[setting(default = false, enforced(Federation))]
    pub enable_outside_access: bool,
    /// The user may talk to people of the vendor's communication cloud.
    #[setting(default = true, refused = "the vendor's cloud services cannot be connected")]
    pub enable_acs_federation_access: bool,
    /// The user may talk to personal accounts of the vendor's cloud.
    #[setting(default = true, refused = "the vendor's cloud services cannot be connected")]
    pub enable_teams_consumer_access: bool,
    /// Personal accounts of the vendor's cloud may begin a conversation with the user.
    #[setting(default = true, refused = "the vendor's cloud services cannot be connected")]
    pub enable_teams_consumer_inbound: bool,
}
