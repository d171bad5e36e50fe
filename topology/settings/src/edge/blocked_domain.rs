//! `CsBlockedDomain`: the list of domains that the deployment refuses.

use plenum_schema::Settings;

/// A domain whose users may not talk to users of this deployment, whatever else allows it.
///
/// Names are exact: `fabrikam.example` does not block `eu.fabrikam.example`.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsBlockedDomain",
    class = "Microsoft.Rtc.Management.WritableConfig.Settings.Edge.BlockedDomain",
    global_list,
    excludes("CsAllowedDomain")
)]
pub struct BlockedDomain {
    /// The SIP domain.
    #[setting(key, format(fqdn), enforced(Federation))]
    pub domain: String,
    /// Says for administrators why the domain is in the list.
    #[setting(label, max_length = 1024)]
    pub comment: Option<String>,
}
