//! `CsImConfiguration`: instant messages of a site.

use plenum_schema::Settings;

/// Decides how instant messages are handled in the deployment or at a site.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsImConfiguration",
    class = "Microsoft.Rtc.Management.WritableConfig.Settings.Im.ImConfiguration",
    scopes(global, site),
    positions(get = 1, new = 1, set = 1, remove = 1),
    cloud(Tenant(get, new, set, remove))
)]
pub struct ImConfiguration {
    /// A message to a user who is not signed in is kept and delivered when the user signs in. Without it the sender
    /// is told that the user is not signed in.
    #[setting(
        default = false,
        refused = "messages to users who are not signed in are not kept yet"
    )]
    pub enable_offline_im: bool,
}
